"""
What is left of an order to forget, and what only looks like it.

A word that a scan found in the bytes is no residue if a store that had never held the forgotten text would contain it
too. So it is compared with that store, piece by piece: an empty file of this schema, with LTML's own vocabulary; the
remaining texts, and the names and times in their rows; the search terms they make. Whatever occurs in none of them is
residue. All of it is read from the store, not listed here: a list would be out of date with the next column.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import closing, suppress
from dataclasses import fields
from functools import cache
from itertools import chain
from typing import Any

import apsw

from ltml.model import MEMORY_BIT, Evidence, Memory, Receipt, Resolved, Turn, Verdict
from ltml.store.canonical import parse_memory
from ltml.store.sqlite.connect import migrate
from ltml.store.sqlite.decode import DECODE_ERRORS, parse_json
from ltml.store.sqlite.scan import unescape_json
from ltml.store.sqlite.seals import register_seal_function
from ltml.store.sqlite.statements import fetch_all, fetch_one, iter_rows
from ltml.text import folded, postings, restored, term_counts

#: Fields of rows that hold text somebody wrote; of lists only the other elements are LTML's own.
_WRITTEN = {"text", "speaker", "reason", "evidence", "dates"}


def find_unexplained(connection: apsw.Connection, hits: Collection[str]) -> frozenset[str]:
    """Return those of the words found in a file that nothing in the store explains."""
    left = set[str]()
    for hit in (hit for hit in hits if hit not in build_vocabulary()):
        lists = fetch_all(connection, "term in postings", hit)
        if not any(is_made_by_text(connection, hit, data) for (data,) in lists):
            left.add(hit)
    for text in chain(iter_texts(connection), _iter_names(connection)):
        if not left:
            break
        low = folded(text)
        left = {hit for hit in left if hit not in low}
    unexplained = set[str]()
    for hit in left:  # it may stand in a search term, as that is stored
        terms = fetch_all(connection, "terms in postings", hit)
        if not any(is_made_by_text(connection, term, data) for _, term, data in terms):
            unexplained.add(hit)
    return frozenset(unexplained)


def find_in_rows(connection: apsw.Connection, words: Collection[str]) -> frozenset[str]:
    """
    Return those of these words that occur in any text of any row.

    After a file was rewritten it holds rows and nothing else; a word that is in its bytes and in no text is chance.
    """
    found: set[str] = set()
    # a column declared a blob holds digests and numbers
    columns = """select t.name, c.name from sqlite_schema t join pragma_table_info(t.name) c
                  where t.type = 'table' and t.name <> 'meta' and c.type <> 'blob' and t.name not like 'sqlite%'"""
    for table, column in connection.execute(columns).fetchall() if words else ():
        query = f"select cast({column} as blob) from {table} where typeof({column}) in ('text', 'blob')"  # noqa: S608 -- the schema's own names
        for (raw,) in connection.execute(query):
            low = folded(unescape_json(raw.decode("utf-8", "replace")))
            found.update(word for word in words if word in low)
    return frozenset(found)


@cache
def build_vocabulary() -> str:
    """Return what an empty file of this schema contains, and the names of LTML's types and fields."""
    with closing(apsw.Connection(":memory:")) as empty:
        register_seal_function(empty)
        migrate(empty, ":memory:", bytes(32))
        raw = empty.serialize("main").decode("utf-8", "replace")
    kinds: tuple[Any, ...] = (Memory, Verdict, Receipt, Turn, Evidence, Resolved)
    names = (f"{kind.__name__} {field.name} {field.type}" for kind in kinds for field in fields(kind))
    return folded(" ".join([raw, *names, *map(json.dumps, (True, False, None))]))


def iter_texts(connection: apsw.Connection, namespace_id: int | None = None) -> Iterator[str]:
    """
    Yield every text that stays in the store, and LTML's own words; a memory's JSON also decoded.

    Texts placed in this namespace are left out while it is scrubbed: they go if they say what nothing else says.
    """
    for (raw,) in iter_rows(connection, "remaining texts"):
        yield (raw or b"").decode("utf-8", "replace")
    for (text,) in iter_rows(connection, "placed words elsewhere", namespace_id or 0):
        yield restored(text)
    yield " ".join(field.name for kind in (Memory, Verdict, Receipt) for field in fields(kind))
    for (report,) in iter_rows(connection, "all reports"):
        yield " ".join(parse_json(report, {}))
    for (body,) in iter_rows(connection, "memory bodies"):
        yield f"{body} {json.dumps(parse_json(body, None), ensure_ascii=False)}"


def _iter_names(connection: apsw.Connection) -> Iterator[str]:
    """Yield LTML's own names of things, and the numbers and times it stored as text."""
    for (raw,) in iter_rows(connection, "remaining names"):
        yield (raw or b"").decode("utf-8", "replace")
    for packed in chain.from_iterable(iter_rows(connection, "remaining changes")):
        body = parse_json(packed, {}) if packed else {}
        values = [f"{name} {json.dumps(value)}" for name, value in body.items() if name not in _WRITTEN]
        values += [f"{turn} {at}" for turn, _, _, at in body.get("evidence", ())]
        values += [f"{first} {last}" for _, _, first, last in body.get("dates", ())]
        yield " ".join(values)
    for (report,) in iter_rows(connection, "all reports"):
        yield " ".join(str(value) for value in parse_json(report, {}).values() if not isinstance(value, str))


def is_made_by_text(connection: apsw.Connection, term: str, data: bytes) -> bool:
    """Tell whether a document of this posting list has the term, by its text and not by the list."""
    for number, _, _ in postings.unpacked(data):
        text = ""
        if number >= MEMORY_BIT:
            found = fetch_one(connection, "body of memory", number ^ MEMORY_BIT)
            with suppress(*DECODE_ERRORS):  # a damaged memory makes no terms
                text = parse_memory(json.loads(found[0])).text if found else ""
        elif found := fetch_one(connection, "text of turn", number):
            text = restored(found[0])
        if term in term_counts(text):
            return True
    return False
