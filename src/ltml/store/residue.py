"""
What is left of an order to forget, and what only looks like it.

A word that a search found in the bytes is no residue if a store that had never heard the forgotten words would hold it
too. So it is compared with that store, piece by piece: an empty file of this schema, with LTML's own vocabulary; the
texts that are left, and the names and times in their rows; the search terms they make. Whatever stands in none of them
is of the forgotten words. It is looked up in what is there, not listed: a list would be out of date with the next
column.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import fields
from functools import cache
from itertools import chain
from typing import Any

import apsw

from ltml.model import MEMORY_BIT, Evidence, Memory, Receipt, Resolved, Turn, Verdict
from ltml.store.connect import prepare
from ltml.store.proven import UNREADABLE, loaded
from ltml.store.rows import memory_from
from ltml.store.seals import teach
from ltml.store.seek import unescaped
from ltml.store.sql import each, row, rows
from ltml.store.tables import memory_counts
from ltml.text import folded, postings, restored, term_counts

#: Fields of rows in which somebody's words stand; in a list, by their place.
_SAID = {"text", "speaker", "reason", "evidence", "dates"}


def unexplained(connection: apsw.Connection, hits: Collection[str]) -> frozenset[str]:
    """Return those of the words found in a file that nothing which is left would put there."""
    left = {hit for hit in hits if hit not in vocabulary() and not _is_term(connection, hit)}
    for text in chain(texts_left(connection), _names_left(connection)):
        if not left:
            break
        low = folded(text)
        left = {hit for hit in left if hit not in low}
    return frozenset(hit for hit in left if not _in_terms(connection, hit))


def in_rows(connection: apsw.Connection, words: Collection[str]) -> frozenset[str]:
    """
    Return those of these words that stand in any text of any row.

    After a file was written anew it holds rows and nothing else; a word that is in its bytes and in no text is chance.
    """
    found: set[str] = set()
    for table, column in _text_columns(connection):
        query = f"select cast({column} as blob) from {table} where typeof({column}) in ('text', 'blob')"  # noqa: S608 -- the schema's own names
        for (raw,) in connection.execute(query) if words else ():
            low = folded(unescaped(raw.decode("utf-8", "replace")))
            found.update(word for word in words if word in low)
    return frozenset(found)


@cache
def vocabulary() -> str:
    """Return what stands in a file of this schema before anybody has said anything, and what LTML calls things."""
    with closing(apsw.Connection(":memory:")) as empty:
        teach(empty)
        prepare(empty, ":memory:", bytes(32))
        raw = empty.serialize("main").decode("utf-8", "replace")
    kinds: tuple[Any, ...] = (Memory, Verdict, Receipt, Turn, Evidence, Resolved)
    names = (f"{kind.__name__} {field.name} {field.type}" for kind in kinds for field in fields(kind))
    return folded(" ".join([raw, *names, *map(json.dumps, (True, False, None))]))


def texts_left(connection: apsw.Connection, space: int | None = None) -> Iterator[str]:
    """
    Yield every text that stays in the store, and LTML's own words; a memory's JSON also as it is meant.

    Words placed in this namespace are not among them while it is scrubbed: they go if they say what nothing else says.
    """
    for (raw,) in each(connection, "words left"):
        yield (raw or b"").decode("utf-8", "replace")
    for (text,) in each(connection, "words placed elsewhere", space or 0):
        yield restored(text)
    yield " ".join(field.name for kind in (Memory, Verdict, Receipt) for field in fields(kind))
    for (report,) in each(connection, "all reports"):
        yield " ".join(loaded(report, {}))
    for (body,) in each(connection, "bodies left"):
        yield f"{body} {json.dumps(loaded(body, None), ensure_ascii=False)}"


def _names_left(connection: apsw.Connection) -> Iterator[str]:
    """Yield what LTML calls things, and the numbers and times it wrote as text."""
    for (raw,) in each(connection, "names left"):
        yield (raw or b"").decode("utf-8", "replace")
    for packed in chain.from_iterable(each(connection, "changes left")):
        yield " ".join(_unsaid(loaded(packed, {}))) if packed else ""
    for (report,) in each(connection, "all reports"):
        yield " ".join(str(value) for value in loaded(report, {}).values() if not isinstance(value, str))


def _unsaid(body: dict[str, Any]) -> Iterator[str]:
    """Yield what of a row is nobody's words."""
    yield from (f"{name} {json.dumps(value)}" for name, value in body.items() if name not in _SAID)
    yield from (f"{turn} {at}" for turn, _, _, at in body.get("evidence", ()))
    yield from (f"{first} {last}" for _, _, first, last in body.get("dates", ()))


def _is_term(connection: apsw.Connection, word: str) -> bool:
    """Tell whether a text that is left makes this word a search term."""
    return any(_made(connection, word, data) for (data,) in rows(connection, "term in postings", word))


def _in_terms(connection: apsw.Connection, word: str) -> bool:
    """Tell whether this stands in a search term, as it is stored, of a text that is left."""
    found = rows(connection, "terms in postings", word)
    return any(_made(connection, term, data) for _, term, data in found)


def _made(connection: apsw.Connection, term: str, data: bytes) -> bool:
    """Tell whether a document of this posting list has the term, by its words and not by the list."""
    return any(term in _counts(connection, number) for number, _, _ in postings.unpacked(data))


def _counts(connection: apsw.Connection, number: int) -> Collection[str]:
    if number >= MEMORY_BIT:
        found = row(connection, "memory said", number ^ MEMORY_BIT)
        try:
            return memory_counts(memory_from(json.loads(found[0]))) if found else ()
        except UNREADABLE:  # a damaged memory makes no terms
            return ()
    found = row(connection, "turn said", number)
    return term_counts(restored(found[0])) if found else ()


def _text_columns(connection: apsw.Connection) -> list[tuple[str, str]]:
    """Return (table, column) of everything that may hold text; what is declared a blob holds digests and numbers."""
    query = """select t.name, c.name from sqlite_schema t join pragma_table_info(t.name) c
                where t.type = 'table' and t.name <> 'meta' and c.type <> 'blob' and t.name not like 'sqlite%'"""
    return [(str(table), str(column)) for table, column in connection.execute(query)]
