"""Is the store sound? The chain proves the turns, a fresh build proves the derived tables."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import apsw

from ltml.model import MEMORY_BIT
from ltml.store.common import state_digest
from ltml.store.identity import GENESIS, link, record_digest
from ltml.store.sql import rows, sql
from ltml.store.tables import (
    Shelves,
    kept,
    memory_counts,
    memory_keys,
    memory_of,
    shelf_of_memory,
    shelf_of_verdict,
    statement_keys,
    turn_from,
    verdict_from,
)
from ltml.text import postings, restored, term_counts

#: The whole posting list of each (shelf, term).
Build = dict[tuple[str, str], bytes]
#: What reading a row that somebody spoiled may raise.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError)


def digest(connection: apsw.Connection, space: int) -> str:
    """Return a hash of a namespace's turns, verdicts and memories, and of which turns are new."""
    turns = map(turn_from, connection.execute(sql("all revisions"), (space,)))
    verdicts = map(verdict_from, connection.execute(sql("verdicts"), (space,)))
    memories = (memory_of(body) for _, body in connection.execute(sql("memories"), (space,)))
    return state_digest(turns, verdicts, memories, (name for (name,) in rows(connection, "new turns", space)))


def complaints(connection: apsw.Connection) -> list[str]:
    """Return what is wrong with the file, the chain and the derived tables, in words."""
    found = [str(row[0]) for row in connection.execute("pragma integrity_check") if row[0] != "ok"]
    found += _chain_complaints(connection)
    if rows(connection, "placed by nobody"):
        found.append("words are kept for replay that no record of an injection names")
    for space, name in rows(connection, "spaces"):
        found += [f"namespace {restored(name)}: {what}" for what in _namespace_complaints(connection, space)]
    return found


def repaired(connection: apsw.Connection) -> list[str]:
    """Rebuild every derived table from the truth; return what was wrong before and what a rebuild cannot mend."""
    before = complaints(connection)
    for space, _ in rows(connection, "spaces"):
        with suppress(*UNREADABLE), connection:  # a savepoint: where the truth cannot be read, all stays as it is
            _rebuild(connection, space)
    connection.executemany(sql("drop placed"), rows(connection, "placed by nobody"))
    left = complaints(connection)
    return [f"{what} ({'not mended' if what in left else 'mended'})" for what in before]


def _chain_complaints(connection: apsw.Connection) -> list[str]:
    records: dict[int, bytes] = {}
    found: list[str] = []
    previous = GENESIS
    for number, record, stored in rows(connection, "chain"):
        previous = link(previous, record)
        records[number] = record
        if previous != stored:
            found.append(f"the chain is broken at turn number {number}")
            previous = stored
    for number, *columns, salt, name in rows(connection, "every turn"):
        if records.get(number) != _record(salt, name, (number, *columns)):
            found.append(f"turn {columns[0]} is not what was captured")
    return found + _missing(connection)


def _record(salt: bytes, name: str | bytes | None, columns: Sequence[Any]) -> bytes | None:
    """Return the digest of a turn's row, or nothing if the row cannot even be read."""
    if name is None:
        return None
    try:
        return record_digest(salt, restored(name), turn_from(columns))
    except UNREADABLE:
        return None


def _missing(connection: apsw.Connection) -> list[str]:
    """Return the turns that are gone though nobody ordered it."""
    ordered = {number for (body,) in rows(connection, "receipts of all") for number in json.loads(body)["numbers"]}
    gone = [number for (number,) in rows(connection, "numbers gone")]
    return [f"turn number {n} is missing, and no order to forget says why" for n in gone if n not in ordered]


def _namespace_complaints(connection: apsw.Connection, space: int) -> list[str]:
    try:
        return _derived_complaints(connection, space)
    except UNREADABLE as exc:
        return [f"a turn, verdict or memory cannot be read ({exc}); restore a backup"]


def _derived_complaints(connection: apsw.Connection, space: int) -> list[str]:
    fresh, counts, folds, new = _fresh(connection, space)
    stored = _stored(connection, space)
    found = [f"search terms differ on {len(odd)} lists"] if (odd := _unlike(fresh, stored)) else []
    shelves = {name: (documents, terms) for name, documents, terms in rows(connection, "shelves", space)}
    if any(shelves.get(name, (0, 0)) != want for name, want in counts.items()):
        found.append("search statistics differ from a fresh count")
    if set(rows(connection, "folds", space)) != folds:
        found.append("fold keys differ from a fresh build")
    if {name for (name,) in rows(connection, "new turns", space)} != new:
        found.append("the list of new turns differs from the nights' records")
    return found


def _fresh(
    connection: apsw.Connection, space: int
) -> tuple[Build, Mapping[str, tuple[int, int]], set[tuple[int, int]], set[str]]:
    """Build the derived tables of a namespace from the truth, in memory."""
    lists: dict[tuple[str, str], dict[int, bytes]] = defaultdict(dict)
    totals: dict[str, list[int]] = {"active": [0, 0], "archive": [0, 0]}
    folds: set[tuple[int, int]] = set()
    for number, shelf, terms, keys in _documents(connection, space):
        folds |= {(key, number) for key in keys}
        if shelf:
            totals[shelf][0] += 1
            totals[shelf][1] += sum(terms.values())
            for term, raw in postings.entries(number, terms).items():
                lists[shelf, term][number] = raw
    new = {name for name, _ in rows(connection, "turns no night slept on", space)}
    build = {key: b"".join(raw for _, raw in sorted(found.items())) for key, found in lists.items()}
    return build, {name: (a, b) for name, (a, b) in totals.items()}, folds, new


def _documents(connection: apsw.Connection, space: int) -> Iterator[tuple[int, str, Mapping[str, int], set[int]]]:
    """Yield (number, shelf or nothing, terms, fold keys) of every turn and memory."""
    verdicts = {columns[0]: verdict_from(columns) for columns in rows(connection, "verdicts", space)}
    revised = {number for (number,) in rows(connection, "revised turns", space)}
    for number, *_, said, _, _ in connection.execute(sql("all revisions"), (space,)):
        text, verdict = restored(said), verdicts.get(number)
        shelf = "" if number in revised else shelf_of_verdict(verdict)
        filed = statement_keys(text) if kept(verdict) and number not in revised else set()
        yield number, shelf, term_counts(text), filed
    for number, body in connection.execute(sql("memories"), (space,)):
        memory = memory_of(body)
        yield number | MEMORY_BIT, shelf_of_memory(memory), memory_counts(memory), memory_keys(memory)


def _stored(connection: apsw.Connection, space: int) -> Build:
    """Return the posting lists as stored; a block filed too high to be found again spoils its list."""
    build: Build = defaultdict(bytes)
    for shelf, term, first, data in connection.execute(sql("all postings"), (space,)):
        found = isinstance(data, bytes) and first <= postings.first_number(data)
        build[shelf, term] += data if found else b"misplaced"
    return build


def _unlike(one: Build, other: Build) -> set[tuple[str, str]]:
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def _rebuild(connection: apsw.Connection, space: int) -> None:
    for name in ("drop postings", "drop shelves", "drop folds", "drop all new"):
        connection.execute(sql(name), (space,))
    shelves = Shelves(connection, space)
    for number, shelf, terms, keys in list(_documents(connection, space)):
        if shelf:
            shelves.put(shelf, number, terms)
        connection.executemany(sql("add fold"), [(space, key, number) for key in keys])
    shelves.flush()
    fresh = rows(connection, "turns no night slept on", space)
    connection.executemany(sql("add new"), [(space, number) for _, number in fresh])
