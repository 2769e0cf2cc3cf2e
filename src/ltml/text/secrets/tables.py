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
from itertools import product

from ltml.text.secrets.looks import SecretSpan, is_strong
from ltml.text.secrets.named import KINDS, names
from ltml.text.secrets.values import SecretName, SecretValue, is_secret
from ltml.text.secrets.words import Family, every

CellSpan = tuple[int, int]
#: Maximum length of a line and number of its cells, in a table that somebody wrote down.
_LONGEST, _CELLS = 4000, 64
_HEAD_WORDS = 4
_MARKS = "|\t;,"
_RULE = re.compile(r"[\s|:+=-]+")
#: What no head of a column has: the end of a sentence, the signs of a program.
_SENTENCE = re.compile(r"[.:!?](?:\s|\Z)|[={}\[\]<>;]|\w[(.]\w")
_PIECES = re.compile(r"[\s_-]+")
_AROUND = " \t\r\n\u00a0*`_\"'"


@dataclass(frozen=True, slots=True)
class _TableHeader:
    """The header of a table: the sign between the cells, how many there are, and the columns of secrets."""

    span: CellSpan
    mark: str
    count: int
    columns: Mapping[int, Family]


def find_in_tables(text: str) -> tuple[list[SecretSpan], list[CellSpan]]:
    """Return the secrets in columns that are headed by their name, and where the headers are."""
    found: list[SecretSpan] = []
    headers: list[CellSpan] = []
    for header, rows in _tables(text):
        headers.append(header.span)
        for row, (number, family) in product(rows, header.columns.items()):
            start, end = row[number]
            words = text[start:end].strip(_AROUND)
            start += text[start:end].find(words)
            sure = header.mark in "|\t" or len(rows) > 1 or is_strong(words)  # else this may be no table
            if not words or words.lower() in every("accounts") or not sure:
                continue
            value = SecretValue(start, start + len(words), words, quoted=False, alone=True)
            if is_secret(SecretName(family, start, start, "password", loose=False), "assigned", value):
                found.append(SecretSpan(value.start, value.end, KINDS[family]))
    return found, headers


def _tables(text: str) -> Iterator[tuple[_TableHeader, list[list[CellSpan]]]]:
    """Yield headers and the rows below them; a row of something else's table heads nothing."""
    header: _TableHeader | None = None
    rows: list[list[CellSpan]] = []
    above: CellSpan = (0, 0)
    start = 0
    for line in text.split("\n"):
        span = (start, start + len(line))
        start += len(line) + 1
        row = _cells(text, span, header.mark) if header else []
        if header and len(row) == header.count and not _RULE.fullmatch(line):
            rows.append(row)
        elif header is None or not _RULE.fullmatch(line):
            if header and rows:
                yield header, rows
            header, rows = _read_header(text, span), []
            if header and len(_cells(text, above, header.mark)) == header.count:
                header = None
        above = span
    if header and rows:
        yield header, rows


def _read_header(text: str, span: CellSpan) -> _TableHeader | None:
    """Return a line as a header, if its cells are short and one of them ends with a name of a secret."""
    line = text[slice(*span)]
    mark = next((mark for mark in _MARKS if mark in line), "")
    cells = _cells(text, span, mark) if mark else []
    heads = [text[slice(*cell)].strip(_AROUND).lower() for cell in cells]
    if len(cells) < 2 or (mark in ";," and not all(heads)):  # noqa: PLR2004 -- one is a list
        return None
    if any(len(head.split()) > _HEAD_WORDS or _SENTENCE.search(head) or is_strong(head) for head in heads):
        return None
    columns: dict[int, Family] = {}
    for number, pieces in enumerate(map(_PIECES.split, heads)):
        endings = (" ".join(pieces[at:]) for at in range(min(len(pieces), _HEAD_WORDS)))
        known = (names()[ending].family for ending in endings if ending in names())
        family = next((family for family in known if family in ("password", "key", "token", "secret")), None)
        columns |= {number: family} if family else {}
    return _TableHeader(span, mark, len(cells), columns) if columns else None


def _cells(text: str, span: CellSpan, mark: str) -> list[CellSpan]:
    """Return the cells of a line; the signs at its ends part nothing in Markdown, and none do between quotes."""
    start, end = span
    if end - start > _LONGEST:
        return []
    if mark == "|":
        inner = text[start:end].strip()
        start += text[start:end].find("|") + 1 if inner.startswith("|") else 0
        end = start + text[start:end].rfind("|") if inner.endswith("|") else end
    cells, at, quotes = [], start, 0
    for piece in text[start:end].split(mark):
        quotes += piece.count('"') if mark != "|" else 0
        start += len(piece) + 1
        if quotes % 2 == 0:
            cells.append((at, start - 1))
            at = start
    if quotes % 2:
        cells.append((at, start - 1))
    return cells if len(cells) <= _CELLS else []


def outside(found: Iterable[SecretSpan], headers: Sequence[CellSpan], text: str) -> Iterator[SecretSpan]:
    """Yield what is no name of a column: what a header says beside a name is not its value, unless it stands out."""
    heads = iter(headers)
    head = next(heads, None)
    for each in sorted(found, key=lambda each: each.start):
        while head and head[1] <= each.start:
            head = next(heads, None)
        if head is None or each.start < head[0] or is_strong(text[each.start : each.end]):
            yield each
