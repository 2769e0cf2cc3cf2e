"""
Whether an answer, a date, a count or a sentence stands in a rendered text.

Theory of operation. No judge model: both sides are normalised to lower-case ASCII words, number words become digits,
and an answer is found when its words stand in the text side by side. Two traps shape the rest:

- A bare number such as `7` would be found in every date header and clock time. Numbers are therefore looked up in
  `bare`, the text without its dates, times and turn names.
- A date may be written in many ways. Dates are parsed into (year or None, month, day) on both sides; a missing year
  agrees with any year.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

Day: TypeAlias = tuple[int | None, int, int]
Month: TypeAlias = tuple[int, int]

_ENGLISH_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
)
_GERMAN_NUMBERS_FROM_TWO = "zwei drei vier funf sechs sieben acht neun zehn elf zwolf"
NUMBERS = {word: str(n) for n, word in enumerate(_ENGLISH_NUMBERS.split())} | {
    word: str(n) for n, word in enumerate(_GERMAN_NUMBERS_FROM_TWO.split(), 2)
}

#: Every spelling of a month, already folded; a line per month.
_MONTH_SPELLINGS = """
january jan januar
february feb februar
march mar marz maerz
april apr
may mai
june jun juni
july jul juli
august aug
september sep sept
october oct oktober okt
november nov
december dec dezember dez
"""
MONTHS = {name: n for n, line in enumerate(_MONTH_SPELLINGS.split("\n")) for name in line.split()}

#: Words that carry no content, folded; English, then German: articles, prepositions and particles; pronouns; verbs.
_STOP_WORDS = """
a an the about after also all any as at but by for from how if in into just more no not now of on one only or out so
some than then there to too up with and what when where which who why
he her him his i it its me my our she that their them they this these us we you your
am are be been can could did do does get had has have is said say says was were will would
der die das den dem des ein eine einen einem einer und oder aber mit von vom zu zum zur im in an am auf aus bei beim fur
als auch noch nur nicht schon so wie was wer wo wann welche welcher welches
ich du er sie es wir ihr mich mir mein meine meinen meinem meiner
ist sind war waren bin hat habe haben wird werden
"""
STOP = frozenset(_STOP_WORDS.split())

_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_ISO_DAY = re.compile(rf"\b{_YEAR}-(?P<m>\d\d)-(?P<d>\d\d)\b")
_DOTTED_DAY = re.compile(rf"\b(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.{_YEAR}\b")
_DAY_FIRST = re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.? (?:of )?(?P<m>{_NAME})\.?,? ?{_YEAR}?\b")
_MONTH_FIRST = re.compile(rf"\b(?P<m>{_NAME})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? {_YEAR})?")
_ISO_MONTH = re.compile(rf"\b{_YEAR}-(?P<m>\d\d)\b(?!-\d)")
_NAMED_MONTH = re.compile(rf"(?<!\d )(?<!\d\. )\b(?P<m>{_NAME})\.?,? {_YEAR}\b")
_CLOCK = re.compile(r"\b\d{1,2}:\d\d(?::\d\d)?(?:[+-]\d\d:?\d\d|z)?\b")
_TURN_NAME = re.compile(r"\b[a-z]{0,2}\d+:\d+\b")

_DAYS = (_ISO_DAY, _DOTTED_DAY, _DAY_FIRST, _MONTH_FIRST)
_MONTH_ONLY = (_ISO_MONTH, _NAMED_MONTH)
#: What is taken out before a bare number is looked for; the order matters, a day before its month.
_NOT_NUMBERS = (_ISO_DAY, _DOTTED_DAY, _ISO_MONTH, _DAY_FIRST, _MONTH_FIRST, _CLOCK, _TURN_NAME)

_WORD = re.compile(r"[a-z0-9]+")
_THOUSANDS = re.compile(r"(?<=\d)[,'](?=\d{3}\b)")
_DASHES = re.compile(r"[\u2010-\u2015]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_SHORTEST_CONTENT_WORD = 3
#: Above this many characters stop words stay in, so that a huge text costs one pass.
_LONG_TEXT = 40_000


def fold_text(text: str) -> str:
    """Return the text in lower case, without accents, with plain quotes and dashes and `and` for an ampersand."""
    spelled = text.replace("&", " and ").replace("\u00d7", "x").casefold()
    letters = (c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return _DASHES.sub("-", "".join(letters).replace("\u2019", "'"))


def split_words(text: str) -> list[str]:
    """Return the folded words in order; number words as digits, `1,200` as `1200`."""
    return [NUMBERS.get(word, word) for word in _WORD.findall(_THOUSANDS.sub("", fold_text(text)))]


@lru_cache(maxsize=50_000)
def content_words(text: str) -> frozenset[str]:
    """Return the words that carry content: no stop words, and three letters at least or a number."""
    return frozenset(
        w for w in split_words(text) if w not in STOP and (len(w) >= _SHORTEST_CONTENT_WORD or w.isdigit())
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalisedText:
    """A text prepared for many look-ups; make one with `render`."""

    joined: str
    bare: str
    content: frozenset[str]
    days: frozenset[Day]
    months: frozenset[Month]

    def has(self, answer: str) -> bool:
        """Whether the answer stands in the text; an answer that is nothing but a date may be written otherwise."""
        written = fold_text(answer).strip(" .")
        for pattern in _DAYS:
            if match := pattern.fullmatch(written):
                return self.has_day(_day(match))
        for pattern in _MONTH_ONLY:
            if match := pattern.fullmatch(written):
                return _month(match) in self.months
        return self._has_words(split_words(answer))

    def _has_words(self, needle: Sequence[str]) -> bool:
        if not needle:
            return False
        text = self.bare if "".join(needle).isdigit() else self.joined
        return f" {' '.join(needle)} " in text

    def has_day(self, day: Day) -> bool:
        """Whether the text shows this day; where either side names no year, month and day decide."""
        return any(day[1:] == seen[1:] and (None in (day[0], seen[0]) or day[0] == seen[0]) for seen in self.days)

    def has_count(self, number: str) -> bool:
        """Whether the text says that something happened so many times: `4x`, `four times`, `said 4`."""
        return _count_pattern(number).search(self.bare) is not None

    def share(self, sentence: str) -> float:
        """Return how much of the sentence's content stands in the text, 0 to 1; 0 for a sentence without content."""
        need = content_words(sentence)
        return len(need & self.content) / len(need) if need else 0.0


@lru_cache(maxsize=4_096)
def normalise_text(text: str) -> NormalisedText:
    """Prepare a text for look-ups."""
    folded = fold_text(text)
    every = split_words(text)
    return NormalisedText(
        joined=f" {' '.join(every)} ",
        bare=f" {' '.join(split_words(_without_dates(folded)))} ",
        content=content_words(text) if len(text) < _LONG_TEXT else frozenset(every),
        days=frozenset(_day(match) for pattern in _DAYS for match in pattern.finditer(folded)),
        months=frozenset(_month(match) for pattern in _MONTH_ONLY for match in pattern.finditer(folded)),
    )


def find_best_sentence(text: str, answers: Sequence[str], question: str) -> str:
    """Return the sentence that holds the first answer found, else the one nearest to question and answers."""
    sentences = [s for s in _SENTENCE_END.split(text) if content_words(s)] or [text]
    holding = (s for answer in answers for s in sentences if normalise_text(s).has(answer))
    wanted = content_words(question).union(*(content_words(answer) for answer in answers))
    nearest = max(sentences, key=lambda s: (len(content_words(s) & wanted), len(content_words(s))))
    return next(holding, nearest)


def _without_dates(folded: str) -> str:
    for pattern in _NOT_NUMBERS:
        folded = pattern.sub(" ", folded)
    return folded


def _day(match: re.Match[str]) -> Day:
    year, month, day = match["y"], match["m"], match["d"]
    return int(year) if year else None, _month_number(month), int(day)


def _month(match: re.Match[str]) -> Month:
    return int(match["y"]), _month_number(match["m"])


def _month_number(written: str) -> int:
    return int(written) if written.isdigit() else MONTHS[written]


@lru_cache(maxsize=256)
def _count_pattern(number: str) -> re.Pattern[str]:
    n = re.escape(number)
    after = "times|mal|occurrences|mentions|reports|entries|repeats"
    before = "count|seen|said|mentioned|reported|confirmed|erwahnt|gesagt|gemeldet"
    return re.compile(rf" {n} ?x |x ?{n} | {n} (?:{after}) | (?:{before}) {n} ")
