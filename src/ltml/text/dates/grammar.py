"""
The grammar of dates in one language, as a value: tables of words, and phrases that use them.

The words stand in the language's folder, in `dates.toml` (months and weekdays in `language.toml`), the phrases in
`dates.py` beside them: `PLAIN`, and where there are such phrases `INNER`, `LARGER` and `LATER`. A phrase is written as
people say it:

    "on? {weekday} last week"     `?` may be missing, `a/b` either, `{kind}` any word of a table (or a number)
    "since | {year}"              what stands before `|` must be there but is not part of the found span

The longest phrase wins, and a phrase may mean `nothing`: that is how "every Monday" keeps "Monday" from being found.
A word `^May` must be capitalised, `_morgen` must not be (but as the first word of a sentence). Underscores join words
of several parts: `"a_couple_of"`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, product
from typing import TYPE_CHECKING, Literal

from ltml.text.dates.tokens import folded, tokens_of

if TYPE_CHECKING:
    import re
    from datetime import date

    from ltml.text.dates.arithmetic import DateRange

Tense = Literal["past", "future"]
Table = Mapping[str, int]

CUES = frozenset(
    {
        "weekday",
        "weekdays",
        "abbr",
        "month",
        "anymonth",
        "mon",
        "unit",
        "period",
        "weekend",
        "season",
        "seasons",
    }
).union({"holiday", "part", "numbered", "tomorrow"})
"""Kinds of which one word is enough to look closer at a text."""

FIGURES = frozenset({"year", "day", "n", "ordinal", "whole", "ym", "dmy", "dm", "slashed"})
"""Kinds that are written with digits, which are looked at anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateContext:
    """What the meaning of a phrase depends on: the day it was said, and the tense around it."""

    day: date
    tense: Tense | None = None

    @property
    def past(self) -> bool:
        """Whether the tense is past."""
        return self.tense == "past"


DateResolver = Callable[[DateContext], "DateRange | None"]
"""Resolves a date inside a larger phrase from a day: "Monday" in "a week from Monday"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotValues:
    """The values of the words in the slots of a phrase, by their kind."""

    values: Mapping[str, int]
    inner: DateResolver | None = None

    def __getitem__(self, kind: str) -> int:
        """The value of the word in this slot."""
        return self.values[kind]


Meaning = Callable[[DateContext, SlotValues], "DateRange | None"]
"""Resolves the slots of a phrase in a context to days; None if there are none or they are ambiguous."""


def nothing(_context: DateContext, _slots: SlotValues) -> DateRange | None:
    """Return None: the phrase is no date, such as "every Monday", "the other day"."""
    return None


Phrases = Sequence[tuple[str, Meaning]]


@dataclass(slots=True)
class PhraseNode:
    """A node in the tree of phrases: what may follow, and the meaning if nothing does."""

    next: dict[str, PhraseNode] = field(default_factory=dict)
    meaning: Meaning | None = None
    skipped: int = 0
    counts_on: bool = False


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One word of a table; `rest` are its further parts, `case` is "^" or "_" where case matters."""

    kind: str
    value: int
    rest: tuple[str, ...]
    case: str


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """The grammar of dates in one language."""

    code: str
    tables: Mapping[str, Table]
    phrases: Phrases  #: what is found
    inner: Phrases = ()  #: what is only a date inside a larger phrase ("Christmas")
    larger: Phrases = ()  #: phrases around another date, their slot is {date}
    later: Phrases = ()  #: phrases that count from the date before them in the same sentence
    common: frozenset[str]  #: function words, by which the language of a text is told
    shy: frozenset[str] = (
        frozenset()
    )  #: words that count only in a text of this language, because they are common in others
    past: frozenset[str]
    future: frozenset[str]
    past_form: re.Pattern[str] | None = None  #: words that are past by their form
    auxiliaries: frozenset[str] = frozenset()  #: with one of these a `participle` is a past
    participle: re.Pattern[str] | None = None

    @cached_property
    def lexicon(self) -> dict[str, list[Lexeme]]:
        """The words of all tables, by their first part."""
        found: dict[str, list[Lexeme]] = {}
        for kind, table in self.tables.items():
            for word, value in table.items():
                for parts in _spellings(word.lstrip("^_")):
                    case = word[0] if word[0] in "^_" else ""
                    found.setdefault(parts[0], []).append(Lexeme(kind, value, parts[1:], case))
        return found

    @cached_property
    def cues(self) -> frozenset[str]:
        """The words of time: a text without any of them has no date in this language, unless in figures."""
        lexemes = ((first, lexeme) for first, each in self.lexicon.items() for lexeme in each if lexeme.kind in CUES)
        known = {max((first, *lexeme.rest), key=len) for first, lexeme in lexemes}
        cues = set(known)
        for phrase, meaning in self.phrases:
            needed = [slot for slot in phrase.replace("|", "").split() if len(slot) == 1 or not slot.endswith("?")]
            kinds = {kind.strip("{}") for slot in needed for kind in slot.split("/") if kind[0] == "{"}
            if meaning is nothing or kinds & (CUES | FIGURES):
                continue
            # where no slot and no word known already does, the longest words give a phrase away: "yesterday"
            choices = [{max(way, key=len) for way in _choices(slot)} for slot in needed if not slot.startswith("{")]
            if choices and not any(choice <= known for choice in choices):
                cues |= max(choices, key=lambda choice: min(map(len, choice)))
        return frozenset(cues)

    @cached_property
    def tree(self) -> PhraseNode:
        """All phrases that stand alone."""
        return _plant(self.later, _plant(self.phrases), counts_on=True)

    @cached_property
    def inner_tree(self) -> PhraseNode:
        """What can be a date inside a larger phrase."""
        return _plant([*self.phrases, *self.inner])

    @cached_property
    def larger_tree(self) -> PhraseNode:
        """All phrases around another date."""
        return _plant(self.larger)

    @cached_property
    def joints(self) -> frozenset[str]:
        """The words that stand before {date} in larger phrases: without one there is none."""
        before = [slot for phrase, _ in self.larger for slot, then in pairwise(phrase.split()) if then == "{date}"]
        return frozenset(step for slot in before for way in _choices(slot) for step in way)


def fold_words(words: Iterable[str]) -> frozenset[str]:
    """Return a set of words, folded as texts are."""
    return frozenset(map(folded, words))


def _plant(
    phrases: Iterable[tuple[str, Meaning]], root: PhraseNode | None = None, *, counts_on: bool = False
) -> PhraseNode:
    """Add phrases to a tree; where two are the same, the first is kept."""
    root = root or PhraseNode()
    for phrase, meaning in phrases:
        context, bar, proper = phrase.rpartition("|")
        for before, path in product(_ways(context), _ways(proper)):
            node = root
            for step in (*before, *path):
                node = node.next.setdefault(step, PhraseNode())
            if node.meaning is None:
                node.meaning, node.skipped, node.counts_on = meaning, len(before) if bar else 0, counts_on
    return root


def _ways(phrase: str) -> list[tuple[str, ...]]:
    """Return every sequence of words and kinds that a phrase stands for."""
    slots = [_choices(slot) for slot in phrase.split()]
    return [tuple(step for part in way for step in part) for way in product(*slots)]


def _choices(slot: str) -> list[tuple[str, ...]]:
    """Return every sequence of words and kinds that fills a slot; an optional one may be empty."""
    optional = len(slot) > 1 and slot.endswith("?")
    choices: list[tuple[str, ...]] = [()] if optional else []
    for word in slot.removesuffix("?").split("/"):
        choices += [(word,)] if word.startswith("{") else _spellings(word)
    return choices


def _spellings(word: str) -> list[tuple[str, ...]]:
    """Return a word as it is folded, and as somebody without umlauts on the keyboard writes it."""
    plain = word.replace("_", " ")
    typed = plain.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("Ü", "Ue")
    return [tuple(token.folded for token in tokens_of(form)) for form in dict.fromkeys([plain, typed])]
