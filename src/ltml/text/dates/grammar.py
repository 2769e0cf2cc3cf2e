"""
How a language says time, as a value: tables of words, and phrases that use them.

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
from collections.abc import Set as AbstractSet
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
    """What a phrase is seen from: the day it was said, and what the verbs around it point to."""

    day: date
    tense: Tense | None = None

    @property
    def past(self) -> bool:
        """Whether the talk is of what has been."""
        return self.tense == "past"


DateResolver = Callable[[DateContext], "DateRange | None"]
"""What a date inside a larger phrase means, seen from a day: "Monday" in "a week from Monday"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotValues:
    """The words that filled the slots of a phrase."""

    values: Mapping[str, int]
    inner: DateResolver | None = None

    def __getitem__(self, kind: str) -> int:
        """The value of the word in this slot."""
        return self.values[kind]


Meaning = Callable[[DateContext, SlotValues], "DateRange | None"]
"""From where something was said, and the words, to the days meant; None if there are none or they are unclear."""


def nothing(_scene: DateContext, _said: SlotValues) -> DateRange | None:
    """Said, but no date: "every Monday", "the other day"."""
    return None


Phrases = Sequence[tuple[str, Meaning]]


@dataclass(slots=True)
class PhraseNode:
    """Where a reader of phrases stands: what may follow, and what has been said if nothing does."""

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
    """One language's way to say time."""

    code: str
    tables: Mapping[str, Table]
    phrases: Phrases  #: what is found
    inner: Phrases = ()  #: what is only a date inside a larger phrase ("Christmas")
    larger: Phrases = ()  #: phrases around another date, their slot is {date}
    later: Phrases = ()  #: phrases that count from the date before them in the same sentence
    common: frozenset[str]  #: function words: whose text is it?
    shy: frozenset[str] = frozenset()  #: words that count only in a text of this language: elsewhere they mean more
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
        """A text without any of these words says no time in this language, figures apart."""
        known = {
            max((first, *lexeme.rest), key=len)
            for first, lexemes in self.lexicon.items()
            for lexeme in lexemes
            if lexeme.kind in CUES
        }
        return frozenset(
            known.union(*(_cues(phrase, known) for phrase, meaning in self.phrases if meaning is not nothing))
        )

    @cached_property
    def tree(self) -> PhraseNode:
        """All phrases that stand alone."""
        return _planted(self.later, _planted(self.phrases), counts_on=True)

    @cached_property
    def inner_tree(self) -> PhraseNode:
        """What can be a date inside a larger phrase."""
        return _planted([*self.phrases, *self.inner])

    @cached_property
    def larger_tree(self) -> PhraseNode:
        """All phrases around another date."""
        return _planted(self.larger)

    @cached_property
    def joints(self) -> frozenset[str]:
        """The words that stand before {date} in larger phrases: without one there is none."""
        before = [slot for phrase, _ in self.larger for slot, then in pairwise(phrase.split()) if then == "{date}"]
        return frozenset(step for slot in before for way in _choices(slot) for step in way)


def fold_words(words: Iterable[str]) -> frozenset[str]:
    """A set of words, folded as texts are."""
    return frozenset(map(folded, words))


def _planted(
    phrases: Iterable[tuple[str, Meaning]], root: PhraseNode | None = None, *, counts_on: bool = False
) -> PhraseNode:
    root = root or PhraseNode()
    for phrase, meaning in phrases:
        context, bar, proper = phrase.rpartition("|")
        for before in _ways(context):
            for path in _ways(proper):
                node = _reached(root, (*before, *path))
                if node.meaning is None:  # the phrase written first wins
                    node.meaning, node.skipped, node.counts_on = meaning, len(before) if bar else 0, counts_on
    return root


def _reached(root: PhraseNode, path: Sequence[str]) -> PhraseNode:
    node = root
    for step in path:
        node = node.next.setdefault(step, PhraseNode())
    return node


def _ways(phrase: str) -> list[tuple[str, ...]]:
    """Every sequence of words and kinds that a phrase stands for."""
    slots = [_choices(slot) for slot in phrase.split()]
    return [tuple(step for part in way for step in part) for way in product(*slots)]


def _choices(slot: str) -> list[tuple[str, ...]]:
    optional = len(slot) > 1 and slot.endswith("?")
    choices = [way for word in slot.removesuffix("?").split("/") for way in _steps(word)]
    return [(), *choices] if optional else choices


def _steps(word: str) -> list[tuple[str, ...]]:
    return [(word,)] if word.startswith("{") else _spellings(word)


def _spellings(word: str) -> list[tuple[str, ...]]:
    """A word as it is folded, and as somebody without umlauts on the keyboard writes it."""
    plain = word.replace("_", " ")
    typed = plain.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("Ü", "Ue")
    return [tuple(token.folded for token in tokens_of(form)) for form in dict.fromkeys([plain, typed])]


def _cues(phrase: str, known: AbstractSet[str]) -> set[str]:
    """The words that give a phrase away where no slot and no word known already does: "yesterday"."""
    needed = [slot for slot in phrase.replace("|", "").split() if len(slot) == 1 or not slot.endswith("?")]
    if any(kind.strip("{}") in CUES | FIGURES for slot in needed for kind in slot.split("/") if kind[0] == "{"):
        return set()
    choices = [{max(way, key=len) for way in _choices(slot)} for slot in needed if not slot.startswith("{")]
    if not choices or any(choice <= known for choice in choices):
        return set()
    return max(choices, key=lambda choice: min(map(len, choice)))
