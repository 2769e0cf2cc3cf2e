"""
Where the sentences of a text begin and end.

Theory of operation. First the text is cut into *blocks*: a fenced code block or a table is one sentence whatever is in
it; what lies between is cut at line ends, except where a long line goes on in lower case on the next (wrapped prose).
Then each block is cut after sentence marks. A full stop is believed only if blank space follows, and if what stands
before it is no abbreviation, initial or ordinal; other marks are believed. When in doubt it does not cut: two sentences
in one span cost a few tokens, half a sentence is a wrong one.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from ltml.text.detection import stop_words, vote
from ltml.text.languages import collect_words, languages
from ltml.text.tokenizer import tokens


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, `end` exclusive."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of the stretch."""
        return text[self.start : self.end]


_WRAPPED = 50  # characters; a shorter line was ended on purpose
_TABLE = re.compile(r"^[ \t]*\|.*(?:\n[ \t]*\|.*)+", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*(?P<fence>```+|~~~+)(?s:.*?)(?:^[ \t]*(?P=fence)[`~]*[ \t]*$|\Z)", re.MULTILINE)
_WIDE = "\u3002\uff01\uff1f\uff61"
_STOPS = ".!?\u2026\u061f\u06d4\u0964\u0965"
_CLOSING = "\"')\\]\u00bb\u201c\u201d\u2019\u300d\u300f\uff09*_"
_MARK = re.compile(
    f"(?P<wide>[{_WIDE}]+[{_CLOSING}]*)|(?<![{_STOPS}])(?P<mark>[{_STOPS}]+)(?P<closing>[{_CLOSING}]*)(?=\\s|$)"
)
_LAST_WORD = re.compile("[^\\s(\"'\u201e\u201c\u00ab\u00bb\\[*_]+$")
_OPENING = "\"'(\u201e\u201c\u00ab\u00bb[*_"
_NEAR = 60  # characters around a full stop that are looked at
_VOTERS = 2000  # characters that say which language the abbreviations are in
_ORDINAL = re.compile(r"\d{1,3}")


def sentences(text: str, most: int | None = None) -> list[Span]:
    """
    The sentences of a text: in order, trimmed, without overlap, and together they hold all that is not blank.

    A fenced code block or a table is one sentence. List items and short lines end with their line. Only the first
    `most` are looked for, which for a long text costs less than to find them all.
    """
    code = vote(tokens(text[:_VOTERS])) if "." in text else ""
    spans = (_trimmed(text, start, end) for start, end in _stretches(text, code))
    return list(islice((span for span in spans if span.start < span.end), most))


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))


def _stretches(text: str, code: str) -> Iterator[tuple[int, int]]:
    """Start and end of every sentence, with the blanks around it."""
    at = 0
    for start, end in [*_whole_blocks(text), (len(text), len(text))]:
        for line_start, line_end in _lines(text, at, start):
            yield from _cut(text, line_start, line_end, code)
        yield start, end
        at = end


def _whole_blocks(text: str) -> list[tuple[int, int]]:
    """Fenced code, and tables outside it."""
    fences = [found.span() for found in _FENCE.finditer(text)] if "```" in text or "~~~" in text else []
    tables = [found.span() for found in _TABLE.finditer(text)] if "|" in text else []
    return sorted(fences + [table for table in tables if not _overlaps(table, fences)])


def _overlaps(one: tuple[int, int], sorted_spans: list[tuple[int, int]]) -> bool:
    """Whether it overlaps one of the spans, which do not overlap each other: the last that begins before its end."""
    last = bisect_left(sorted_spans, one[1], key=lambda span: span[0]) - 1
    return last >= 0 and sorted_spans[last][1] > one[0]


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Lines, with wrapped ones joined."""
    at = line = start
    while (newline := text.find("\n", line, end)) >= 0:
        if not _goes_on(text[line:newline], text[newline + 1 : newline + 2]):
            yield at, newline
            at = newline + 1
        line = newline + 1
    yield at, end


def _goes_on(line: str, following: str) -> bool:
    return len(line) > _WRAPPED and following.islower() and not line.rstrip().endswith((":", ".", "!", "?"))


def _cut(text: str, start: int, end: int, code: str) -> Iterator[tuple[int, int]]:
    at = start
    for mark in _MARK.finditer(text, start, end):
        before, after = (
            text[max(at, mark.start() - _NEAR) : mark.start()],
            text[mark.end() : min(end, mark.end() + _NEAR)],
        )
        if mark["wide"] or _ends_sentence(before, mark, after, code):
            yield at, mark.end()
            at = mark.end()
    yield at, end


def _ends_sentence(before: str, mark: re.Match[str], after: str, code: str) -> bool:
    following = (after.split() or [""])[0].lstrip(_OPENING)
    if following[:1].islower() and (mark["closing"] or mark["mark"].startswith(("..", "\u2026"))):
        return False  # "Stop!" she said; well ... maybe
    return mark["mark"] != "." or not _is_abbreviated(before, following, code)


def _is_abbreviated(before: str, following: str, code: str) -> bool:
    """Whether the full stop between `before` and the word that follows belongs to a word, not to the sentence."""
    found = _LAST_WORD.search(before)
    if not found:
        return False
    last, previous = found[0], (before[: found.start()].split() or [""])[-1]
    if _ORDINAL.fullmatch(last):
        return _is_ordinal(previous, following)
    if len(last) == 1 and last.isalpha():
        return _is_initial(last, previous)
    return _is_short_form(last.casefold(), previous, following, code)


def _is_short_form(last: str, previous: str, following: str, code: str) -> bool:
    """Whether it is one: "Dr." always is; "No." and "Jan." are also words, and need a number beside them."""
    if last in collect_words("months") or last in stop_words(code):
        numbered = following[:1].isdigit() or previous.rstrip(".").isdigit()
        return numbered and last in languages()[code].abbreviations
    known = last in languages()[code].abbreviations or last in _short_titles() or last.endswith("str")
    return known and not (last in collect_words("final_abbreviations") and following[:1].isupper())


def _is_ordinal(previous: str, following: str) -> bool:
    """A number before its month or, in German, after an article; or the number of a list item."""
    if not previous or following[:1].islower():
        return True
    month = following.strip(".,:;!?").casefold()
    return previous.casefold() in collect_words("before_ordinal") or month in collect_words("months")


def _is_initial(last: str, previous: str) -> bool:
    """One letter: the "B" of "J. B. Smith" or "z. B.", but neither "so do I" nor "plan B"."""
    return last.islower() or not previous or previous[0].isupper() or previous.endswith(".")


@cache
def _short_titles() -> frozenset[str]:
    """Titles stand out in every language, so a wrong guess at the language does not matter for them."""
    return frozenset(word for language in languages().values() for word in language.titles & language.abbreviations)
