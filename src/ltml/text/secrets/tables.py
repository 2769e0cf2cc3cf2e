"""
Secrets in a column that is headed by their name: a table in Markdown, or lines with commas, semicolons or tabs.

A header is a line of short cells of which one ends with a name ("wifi password"); its rows are the lines below that
have as many cells. What stands in the column is assigned to the name, so a plain word is a secret, and "required" is
none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ltml.text.secrets.looks import SecretSpan, is_strong
from ltml.text.secrets.named import KINDS, names
from ltml.text.secrets.values import JUDGES, SecretName, SecretValue
from ltml.text.secrets.words import Family, every

TextRange = tuple[int, int]
#: Longer lines, and lines with more cells, are no table that somebody wrote down.
_LONGEST, _CELLS = 4000, 64
_HEAD_WORDS = 4
_MARKS = "|\t;,"
_RULE = re.compile(r"[\s|:+=-]+")
#: What no head of a column has: the end of a sentence, the signs of a program.
_SENTENCE = re.compile(r"[.:!?](?:\s|\Z)|[={}\[\]<>;]|\w[(.]\w")
_PIECES = re.compile(r"[\s_-]+")
_AROUND = " \t\r\n\u00a0*`_\"'"


@dataclass(frozen=True, slots=True)
class _Header:
    """What a line heads: the sign between the cells, how many there are, and the columns of secrets."""

    span: TextRange
    mark: str
    count: int
    columns: Mapping[int, Family]


def find_in_tables(text: str) -> tuple[list[SecretSpan], list[TextRange]]:
    """Return the secrets in columns that are headed by their name, and where the headers are."""
    found: list[SecretSpan] = []
    headers: list[TextRange] = []
    for header, rows in _tables(text):
        headers.append(header.span)
        for row in rows:
            found += _secrets(text, header, row, sure=header.mark in "|\t" or len(rows) > 1)
    return found, headers


def _tables(text: str) -> Iterator[tuple[_Header, list[list[TextRange]]]]:
    """Yield headers and the rows below them; a row of something else's table heads nothing."""
    header: _Header | None = None
    rows: list[list[TextRange]] = []
    above: TextRange = (0, 0)
    for span in _lines(text):
        row = _cells(text, span, header.mark) if header else []
        if header and len(row) == header.count and not _RULE.fullmatch(text, *span):
            rows.append(row)
        elif header is None or not _RULE.fullmatch(text, *span):
            if header and rows:
                yield header, rows
            header, rows = _header(text, span), []
            if header and len(_cells(text, above, header.mark)) == header.count:
                header = None
        above = span
    if header and rows:
        yield header, rows


def _lines(text: str) -> Iterator[TextRange]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _header(text: str, span: TextRange) -> _Header | None:
    line = text[slice(*span)]
    mark = next((mark for mark in _MARKS if mark in line), "")
    cells = _cells(text, span, mark) if mark else []
    heads = [text[slice(*cell)].strip(_AROUND).lower() for cell in cells]
    if len(cells) < 2 or not all(map(_may_head, heads)) or (mark in ";," and not all(heads)):  # noqa: PLR2004 -- one is a list
        return None
    columns = {number: family for number, head in enumerate(heads) if (family := _family(head))}
    return _Header(span, mark, len(cells), columns) if columns else None


def _may_head(head: str) -> bool:
    return len(head.split()) <= _HEAD_WORDS and not _SENTENCE.search(head) and not is_strong(head)


def _family(head: str) -> Family | None:
    """Return what a cell names, by the whole of it or by its last words."""
    pieces = _PIECES.split(head)
    for number in range(min(len(pieces), _HEAD_WORDS)):
        name = names().get(" ".join(pieces[number:]))
        if name and name.family in ("password", "key", "token", "secret"):
            return name.family
    return None


def _cells(text: str, span: TextRange, mark: str) -> list[TextRange]:
    """Return the cells of a line; the signs at its ends part nothing in Markdown, and none do between quotes."""
    start, end = span
    if end - start > _LONGEST:
        return []
    if mark == "|":
        inner = text[start:end].strip()
        start += text[start:end].find("|") + 1 if inner.startswith("|") else 0
        end = start + text[start:end].rfind("|") if inner.endswith("|") else end
    cells, at = [], start
    for piece in _pieces(text[start:end], mark):
        cells.append((at, at + piece))
        at += piece + 1
    return cells if len(cells) <= _CELLS else []


def _pieces(line: str, mark: str) -> Iterator[int]:
    """Yield the lengths of the cells."""
    length, quotes = 0, 0
    for piece in line.split(mark):
        length += len(piece) + (quotes % 2)
        quotes += piece.count('"') if mark != "|" else 0
        if quotes % 2 == 0:
            yield length
            length = 0
    if quotes % 2:
        yield length


def _secrets(text: str, header: _Header, row: Sequence[TextRange], *, sure: bool) -> Iterator[SecretSpan]:
    """Yield what stands in the columns of a row; a plain word only where it is sure that this is a table."""
    for number, family in header.columns.items():
        start, end = row[number]
        words = text[start:end].strip(_AROUND)
        start += text[start:end].find(words)
        value = SecretValue(start, start + len(words), words, quoted=False, alone=True)
        cue = SecretName(family, start, start, "password", loose=False)
        if not words or words.lower() in every("accounts") or not (sure or is_strong(words)):
            continue
        if JUDGES[family](cue, "assigned", value):
            yield SecretSpan(value.start, value.end, KINDS[family])


def outside(found: Iterable[SecretSpan], headers: Sequence[TextRange], text: str) -> Iterator[SecretSpan]:
    """Yield what is no name of a column: what a header says beside a name is not its value, unless it stands out."""
    heads = iter(headers)
    head = next(heads, None)
    for each in sorted(found, key=lambda each: each.start):
        while head and head[1] <= each.start:
            head = next(heads, None)
        if head is None or each.start < head[0] or is_strong(text[each.start : each.end]):
            yield each
