"""
What people say about time in talk, resolved against the day it was said.

`find_dates("we met last Friday", said)` finds the phrase, its place and the day. Where people differ in what a phrase
means, nothing is returned rather than a guess; `meanings.py` says how each kind is read. Recurring
("every Monday"), durations ("for two weeks") and vague talk ("the other day") are no dates.

A language is a folder in `ltml.text.languages`; its phrases are in `dates.py` there, their words in `dates.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ltml.text.dates.arithmetic import DateRange, Grain
from ltml.text.dates.grammar import DateContext
from ltml.text.dates.languages import grammars
from ltml.text.dates.search import PhraseMatch, counted_from, matches
from ltml.text.dates.tense import ends, tense_at
from ltml.text.dates.tokens import Token, tokens_of, words_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from ltml.text.dates.grammar import Grammar

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
    Every phrase of time in `text` that means certain days, in order, without overlaps.

    `said` is when it was said; its own local date counts. `lang` is an ISO code ("en", "de-AT"); without one all
    languages are tried whose words are there. Never raises: what lies beyond the calendar is left out.
    """
    words = words_of(text)
    heard = grammars(lang)
    known = _fitting(words, heard)
    if not known:
        return []
    tokens = tokens_of(text)
    found = [match for grammar in known for match in matches(tokens, grammar)]
    return list(_resolved(text, tokens, _winners(tokens, found, _votes(words, heard)), said.date())) if found else []


def _votes(words: set[str], known: Sequence[Grammar]) -> dict[str, int]:
    """How many function words of each language a text has."""
    return {grammar.code: len(grammar.common & words) for grammar in known}


def _fitting(words: set[str], known: Sequence[Grammar]) -> list[Grammar]:
    """The grammars of whose words of time the text has one; for figures and shy words only the likeliest ones."""
    cued = {grammar.code: grammar.cues & words for grammar in known}
    figures = any(word[0].isdecimal() for word in words)
    if not figures and not any(cued.values()):
        return []
    votes = _votes(words, known)
    most = max(votes.values())
    return [
        grammar
        for grammar in known
        if (votes[grammar.code] == most and (figures or cued[grammar.code])) or cued[grammar.code] - grammar.shy
    ]


def _winners(tokens: Sequence[Token], found: list[PhraseMatch], votes: Mapping[str, int]) -> list[PhraseMatch]:
    """The longest first, then the language of the text; what is believed only in its own language needs a majority."""
    most = max(votes.values())
    taken = bytearray(len(tokens))
    kept = []
    for match in sorted(found, key=lambda match: (-match.length, match.start, -votes[match.grammar.code])):
        proper = slice(match.start + match.skipped, match.end)
        if any(taken[proper]) or (votes[match.grammar.code] < most and _shy(tokens, match)):
            continue
        taken[proper] = b"\1" * (proper.stop - proper.start)
        kept.append(match)
    return sorted(kept, key=lambda match: match.start)


def _shy(tokens: Sequence[Token], match: PhraseMatch) -> bool:
    return all(token.folded in match.grammar.shy for token in tokens[match.start : match.end])


def _resolved(text: str, tokens: Sequence[Token], kept: Sequence[PhraseMatch], today: date) -> Iterator[Dated]:
    before: DateRange | None = None
    read = 0
    for match in kept:
        if any(ends(tokens, at) for at in range(read, match.start)):
            before = None
        stretch = _meant(tokens, match, today, before)
        read = max(match.start, read)
        if stretch is not None:
            before, read = stretch, match.end
            yield _dated(text, tokens, match, stretch, today)


def _meant(tokens: Sequence[Token], match: PhraseMatch, today: date, before: DateRange | None) -> DateRange | None:
    """What a phrase means; `before` is the date before it in its sentence, from which some phrases count on."""
    scene = DateContext(day=today, tense=tense_at(tokens, match.start, match.end, match.grammar))
    if not match.counts_on:
        return match(scene)
    return counted_from(match, before)(scene) if before else None


def _dated(text: str, tokens: Sequence[Token], match: PhraseMatch, stretch: DateRange, today: date) -> Dated:
    start, end = tokens[match.start + match.skipped].start, tokens[match.end - 1].end
    return Dated(
        start=start,
        end=end,
        phrase=text[start:end],
        first=stretch.first,
        last=stretch.last,
        grain=stretch.grain,
        relative=ABSOLUTE.isdisjoint(match.said.values),
        direction=_direction(stretch, today),
    )


def _direction(stretch: DateRange, today: date) -> Direction:
    if stretch.last < today:
        return "past"
    return "future" if stretch.first > today else "present"
