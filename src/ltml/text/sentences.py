"""
Where the sentences of a text begin and end.

Theory of operation. First the text is cut into *blocks*: a fenced code block or a table is one sentence whatever is in it;
what lies between is cut at line ends, except where a long line goes on in lower case on the next one (wrapped prose).
Then each block is cut after sentence marks. A full stop is believed only if blank space follows and what stands before it
is no abbreviation, initial or ordinal; all other marks are believed. When in doubt it does not cut.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ltml.text.languages import languages


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, `end` exclusive."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words of it."""
        return text[self.start : self.end]


_WHOLE = re.compile(
    r"^[ \t]*(?P<fence>```+|~~~+).*\n(?:.*\n)*?(?:[ \t]*(?P=fence)[`~]*[ \t]*$|.*\Z)"
    r"|^[ \t]*\|.*(?:\n[ \t]*\|.*)+$",
    re.MULTILINE,
)
_MARK = re.compile("(?:[.!?\u2026\u061f\u06d4\u0964\u0965]+|[\u3002\uff01\uff1f\uff0e\uff61]+)[\"')\\]\u00bb\u201c\u201d\u2019\u300d\u300f\uff09*_]*")
_LINE = re.compile(r"\n")
_WRAPPED = 50  # characters; a shorter line was ended on purpose


def sentences(text: str) -> list[Span]:
    """
    The sentences of a text, in order, trimmed and without overlap; together they hold every character that is not blank.

    A fenced code block or a table is one. List items and short lines end with their line.
    """
    spans = (span for start, end, whole in _blocks(text) for span in ([(start, end)] if whole else _cut(text, start, end)))
    return [span for start, end in spans if (span := _trimmed(text, start, end))]


def _trimmed(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return Span(start + left, start + len(piece.rstrip())) if left < len(piece) else None


def _blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each block, and whether it must stay whole."""
    at = 0
    for found in _WHOLE.finditer(text) if "```" in text or "~~~" in text or "|" in text else ():
        yield from ((start, end, False) for start, end in _lines(text, at, found.start()))
        yield found.start(), found.end(), True
        at = found.end()
    yield from ((start, end, False) for start, end in _lines(text, at, len(text)))


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for found in _LINE.finditer(text, start, end):
        if not _goes_on(text[at : found.start()], text[found.end() : found.end() + 1]):
            yield at, found.start()
            at = found.end()
    yield at, end


def _goes_on(line: str, following: str) -> bool:
    return len(line) - line.rfind("\n") > _WRAPPED and following.islower() and not line.rstrip().endswith(":")


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for mark in _MARK.finditer(text, start, end):
        if _ends_sentence(text, at, mark, end):
            yield at, mark.end()
            at = mark.end()
    yield at, end


def _ends_sentence(text: str, start: int, mark: re.Match[str], end: int) -> bool:
    if mark[0][0] in "\u3002\uff01\uff1f\uff61":
        return True
    if mark.end() < end and not text[mark.end()].isspace():
        return False
    rest = text[mark.end() : mark.end() + 40].lstrip()
    if rest[:1].islower() and (mark[0][-1] in "\"'\u201d\u201c\u00bb" or mark[0].startswith(("..", "\u2026"))):
        return False
    return not mark[0].startswith(".") or len(mark[0].rstrip("\"')*_")) > 1 or not _is_abbreviated(text[start : mark.start()], rest)


_LAST = re.compile(r"[^\s(\"'\u201e\u201c\u00ab\u00bb\[*_]+$")
_ORDINAL = re.compile(r"\d{1,3}")
_BEFORE_ORDINAL = frozenset(
    "am der die das dem den des vom zum zur im beim bis seit ab ihr ihrem ihren sein seinem seinen mein meinem meinen "
    "unser unserem unseren jeder jeden jedem jedes".split()
)


def _is_abbreviated(before: str, rest: str) -> bool:
    """Whether the full stop between `before` and `rest` belongs to a word."""
    found = _LAST.search(before)
    last = found[0] if found else ""
    previous = before[: found.start()].split()[-1:] if found else []
    if _ORDINAL.fullmatch(last):
        return _is_ordinal(previous, rest)
    if len(last) == 1 and last.isalpha():
        return _is_initial(last, previous, rest)
    return last.casefold() in _abbreviations() and _abbreviation_holds(last, rest)


def _is_ordinal(previous: list[str], rest: str) -> bool:
    if not previous or rest[:1].islower():
        return bool(rest)
    following = re.match(r"\w+", rest)
    return previous[0].casefold() in _BEFORE_ORDINAL or bool(following and following[0].casefold() in _months())


def _is_initial(last: str, previous: list[str], rest: str) -> bool:
    if last == "I" or not rest:
        return False
    return last.islower() or not previous or previous[0][:1].isupper() or previous[0].endswith(".")


def _abbreviation_holds(last: str, rest: str) -> bool:
    """An abbreviation that can end a sentence ("etc.", "a.m.", "usw.") does so before a capital."""
    return not (last.casefold() in _FINAL and rest[:1].isupper())


_FINAL = frozenset("etc usw enz a.m p.m inc ltd co corp jr sr ecc misc".split())


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(word for language in languages().values() for word in language.abbreviations)


@cache
def _months() -> frozenset[str]:
    return frozenset(word for language in languages().values() for word in language.months)
