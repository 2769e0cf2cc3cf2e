"""
Sentence segmentation: where the sentences of a text begin and end.

Theory of operation. First the text is cut into *blocks*: a fenced code block or a table is one sentence whatever is in
it; what lies between is cut at line ends, except where a long line goes on in lower case on the next (wrapped prose).
Then each block is cut after sentence marks. A full stop is believed only if blank space follows, and if what stands
before it is no abbreviation, initial or ordinal; other marks are believed. When in doubt the text is not cut: two
sentences in one span cost a few tokens, half a sentence is a wrong one.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from ltml.text.detection import stop_words, vote
from ltml.text.languages import collect_words, languages
from ltml.text.tokenizer import tokens


@dataclass(frozen=True, slots=True)
class Span:
    """A range of characters in a text, `end` exclusive."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the characters of the range."""
        return text[self.start : self.end]


_WRAPPED = 50  # characters; a shorter line is not wrapped, it ends its sentence
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
_NEAR = 60  # characters around a full stop that decide whether it ends the sentence
_VOTERS = 2000  # characters by which the language of the abbreviations is detected
_ORDINAL = re.compile(r"\d{1,3}")


def sentences(text: str, most: int | None = None) -> list[Span]:
    """
    Return the sentences of a text: in order, trimmed, without overlap; together they hold all that is not blank.

    A fenced code block or a table is one sentence. List items and short lines end with their line. Only the first
    `most` are looked for, which for a long text costs less than to find them all.
    """
    pieces = ((start, text[start:end]) for start, end in _cut_sentences(text))
    spans = (Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())) for start, piece in pieces)
    return list(islice((span for span in spans if span.start < span.end), most))


def _cut_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every sentence, with the blanks around it."""
    code = vote(tokens(text[:_VOTERS])) if "." in text else ""
    for at, end, whole in _blocks(text):
        for mark in () if whole else _MARK.finditer(text, at, end):
            if not mark["wide"]:
                after = text[mark.end() : min(end, mark.end() + _NEAR)]
                following = (after.split() or [""])[0].lstrip(_OPENING)
                if following[:1].islower() and (mark["closing"] or mark["mark"].startswith(("..", "\u2026"))):
                    continue  # "Stop!" she said; well ... maybe
                before = text[max(at, mark.start() - _NEAR) : mark.start()]
                if mark["mark"] == "." and _is_abbreviation(before, following, code):
                    continue
            yield at, mark.end()
            at = mark.end()  # noqa: PLW2901 - the rest of the block
        yield at, end


def _blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield start and end of each block: code and tables, which are whole sentences, and lines, wrapped ones joined."""
    fences = [found.span() for found in _FENCE.finditer(text)] if "```" in text or "~~~" in text else []
    whole = list(fences)
    for start, end in [found.span() for found in _TABLE.finditer(text)] if "|" in text else []:
        last = bisect_left(fences, end, key=lambda fence: fence[0]) - 1  # the last fence that begins before its end
        if last < 0 or fences[last][1] <= start:
            whole.append((start, end))
    at = 0
    for start, end in [*sorted(whole), (len(text), len(text))]:
        line = at
        while (newline := text.find("\n", line, start)) >= 0:
            wrapped = newline - line > _WRAPPED and text[newline + 1 : newline + 2].islower()
            if not wrapped or text[line:newline].rstrip().endswith((":", ".", "!", "?")):
                yield at, newline, False
                at = newline + 1
            line = newline + 1
        yield at, start, False
        yield start, end, True
        at = end


def _is_abbreviation(before: str, following: str, code: str) -> bool:
    """Tell whether the full stop between `before` and the word that follows belongs to a word, not to the sentence."""
    found = _LAST_WORD.search(before)
    if not found:
        return False
    last, previous = found[0], (before[: found.start()].split() or [""])[-1]
    if _ORDINAL.fullmatch(last):  # before its month or, in German, after an article; or the number of a list item
        month = following.strip(".,:;!?").casefold()
        ordinal = previous.casefold() in collect_words("before_ordinal") or month in collect_words("months")
        return ordinal or not previous or following[:1].islower()
    if len(last) == 1 and last.isalpha():  # the "B" of "J. B. Smith" or "z. B.", but neither "so do I" nor "plan B"
        return last.islower() or not previous or previous[0].isupper() or previous.endswith(".")
    last = last.casefold()
    listed = last in languages()[code].abbreviations
    if last in collect_words("months") or last in stop_words(code):  # "No." and "Jan." also are words
        return listed and (following[:1].isdigit() or previous.rstrip(".").isdigit())
    # titles stand out in every language, so a wrong guess at the language does not matter for them
    titles = (last in each.titles and last in each.abbreviations for each in languages().values())
    known = listed or last.endswith("str") or any(titles)
    return known and not (last in collect_words("final_abbreviations") and following[:1].isupper())
