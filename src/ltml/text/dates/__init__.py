"""
Dates in text, resolved against the day it was said.

`find_dates("we met last Friday", said)` finds the phrase, its place and the day. Where people differ in what a phrase
means, nothing is returned rather than a guess; `meanings` says how each kind is read. Recurring
("every Monday"), durations ("for two weeks") and vague talk ("the other day") are no dates.

A language is a folder in `ltml.text.languages`; its phrases are in `dates.py` there, their words in `dates.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ltml.text.dates.arithmetic import DateRange, Grain
from ltml.text.dates.grammar import DateContext
from ltml.text.dates.languages import grammars
from ltml.text.dates.search import PhraseMatch, count_from, matches
from ltml.text.dates.tense import ends_sentence, tense_at
from ltml.text.dates.tokens import Token, tokens_of, words_of

if TYPE_CHECKING:
    from datetime import date, datetime

__all__ = ["Dated", "Direction", "Grain", "find_dates"]

Direction = Literal["past", "present", "future"]
ABSOLUTE = frozenset({"year", "whole", "dmy", "ym"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A phrase of time in a text, and the days it means."""

    start: int
    end: int
    phrase: str
    first: date
    last: date  #: included
    grain: Grain
    relative: bool  #: whether it depends on the day it was said
    direction: Direction

    @property
    def written(self) -> str:
        """The days in ISO form: 2024-05-08, 2024-05, 2024, or first..last for weeks, weekends and seasons."""
        if self.grain in ("day", "month", "year"):
            return self.first.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.grain]]
        return f"{self.first.isoformat()}..{self.last.isoformat()}"


def find_dates(text: str, said: datetime, lang: str | None = None) -> list[Dated]:
    """
    Return every phrase of time in `text` that means certain days, in order, without overlaps.

    `said` is when it was said; its own local date counts. `lang` is an ISO code ("en", "de-AT"); without one all
    languages are tried whose words are there. Never raises: what lies beyond the calendar is left out.
    """
    words = words_of(text)
    tried = grammars(lang)
    cues = {grammar.code: grammar.cues & words for grammar in tried}
    figures = any(word[0].isdecimal() for word in words)
    if not figures and not any(cues.values()):
        return []
    votes = {grammar.code: len(grammar.common & words) for grammar in tried}
    most = max(votes.values())
    tokens = tokens_of(text)
    found: list[PhraseMatch] = []
    for grammar in tried:  # for figures and shy words only the likeliest ones
        cued, likely = cues[grammar.code], votes[grammar.code] == most
        if cued - grammar.shy or (likely and (figures or cued)):
            found += matches(tokens, grammar)
    return _resolve_matches(text, tokens, _choose_matches(tokens, found, votes), said.date())


def _choose_matches(tokens: Sequence[Token], found: list[PhraseMatch], votes: Mapping[str, int]) -> list[PhraseMatch]:
    """Return the longest matches first, then those in the language of the text; shy words need its majority."""
    most = max(votes.values())
    taken = bytearray(len(tokens))
    kept = []
    for match in sorted(found, key=lambda match: (-match.length, match.start, -votes[match.grammar.code])):
        proper, shy = slice(match.start + match.skipped, match.end), match.grammar.shy
        if any(taken[proper]):
            continue
        if votes[match.grammar.code] < most and all(word.folded in shy for word in tokens[match.start : match.end]):
            continue
        taken[proper] = b"\1" * (proper.stop - proper.start)
        kept.append(match)
    return sorted(kept, key=lambda match: match.start)


def _resolve_matches(text: str, tokens: Sequence[Token], kept: Sequence[PhraseMatch], today: date) -> list[Dated]:
    """Return the days that phrases mean; some count on from the date before them in their sentence."""
    found: list[Dated] = []
    before: DateRange | None = None
    read = 0
    for match in kept:
        if any(ends_sentence(tokens, at) for at in range(read, match.start)):
            before = None
        read = max(match.start, read)
        context = DateContext(day=today, tense=tense_at(tokens, match.start, match.end, match.grammar))
        days: DateRange | None = None
        if not match.node.counts_on:
            days = match(context)
        elif before:
            days = count_from(match, before)(context)
        if days is None:
            continue
        before, read = days, match.end
        start, end = tokens[match.start + match.skipped].start, tokens[match.end - 1].end
        found.append(
            Dated(
                start=start,
                end=end,
                phrase=text[start:end],
                first=days.first,
                last=days.last,
                grain=days.grain,
                relative=ABSOLUTE.isdisjoint(match.slots.values),
                direction="past" if days.last < today else "future" if days.first > today else "present",
            )
        )
    return found
