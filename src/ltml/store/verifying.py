"""Is the store sound? The chain proves the turns, a fresh build proves the derived tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b

import apsw

from ltml.model import MEMORY_BIT
from ltml.store.identity import GENESIS, link, record_digest
from ltml.store.rows import packed
from ltml.store.sql import sql
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

#: {(shelf, term): {number: entry}}
Build = dict[tuple[str, str], dict[int, bytes]]


def digest(connection: apsw.Connection, space: int) -> str:
    """Return a hash of a namespace's turns, verdicts and memories, and of which turns are new."""
    state = blake2b(digest_size=16)
    for line in _lines(connection, space):
        state.update(line.encode("utf-8", "surrogatepass") + b"\n")
    return state.hexdigest()


def complaints(connection: apsw.Connection) -> list[str]:
    """Return what is wrong with the file, the chain and the derived tables, in words."""
    found = [str(row[0]) for row in connection.execute("pragma integrity_check") if row[0] != "ok"]
    found += _chain_complaints(connection)
    for space, name in connection.execute(sql("spaces")).fetchall():
        found += [f"namespace {restored(name)}: {what}" for what in _derived_complaints(connection, space)]
    return found


def repaired(connection: apsw.Connection) -> list[str]:
    """Rebuild every derived table from the truth; return what was wrong before and what a rebuild cannot mend."""
    before = complaints(connection)
    for space, _ in connection.execute(sql("spaces")).fetchall():
        _rebuild(connection, space)
    left = complaints(connection)
    return [f"{what} ({'not mended' if what in left else 'mended'})" for what in before]


def _lines(connection: apsw.Connection, space: int) -> Iterator[str]:
    for row in connection.execute(sql("all revisions"), (space,)):
        turn = turn_from(row)
        yield f"{turn.id} {turn.session} {turn.role} {turn.speaker} {turn.ref} {turn.origin} {turn.at} {turn.text}"
    for row in connection.execute(sql("verdicts"), (space,)):
        yield str(packed(verdict_from(row)))
    yield from sorted(body for _, body in connection.execute(sql("memories"), (space,)))
    yield from (f"new {number}" for (number,) in connection.execute(sql("new numbers"), (space,)))


def _chain_complaints(connection: apsw.Connection) -> list[str]:
    records: dict[int, bytes] = {}
    found: list[str] = []
    previous = GENESIS
    for number, record, stored in connection.execute(sql("chain")):
        previous = link(previous, record)
        records[number] = record
        if previous != stored:
            found.append(f"the chain is broken at turn number {number}")
            previous = stored
    for row in connection.execute(sql("every turn")):
        turn, salt, name = turn_from(row[:10]), row[10], restored(row[11])
        if records.get(row[0]) != record_digest(salt, name, turn):
            found.append(f"turn {turn.id} is not what was captured")
    return found


def _derived_complaints(connection: apsw.Connection, space: int) -> list[str]:
    fresh, counts, folds, new = _fresh(connection, space)
    stored = _stored(connection, space)
    found = [f"search terms differ on {len(odd)} lists"] if (odd := _unlike(fresh, stored)) else []
    shelves = {name: tuple(row) for name, *row in connection.execute(sql("shelves"), (space,))}
    if any(shelves.get(name, (0, 0)) != want for name, want in counts.items()):
        found.append("search statistics differ from a fresh count")
    if set(connection.execute(sql("folds"), (space,)).fetchall()) != folds:
        found.append("fold keys differ from a fresh build")
    if {number for (number,) in connection.execute(sql("new numbers"), (space,))} != new:
        found.append("the list of new turns differs from the nights' records")
    return found


def _fresh(
    connection: apsw.Connection, space: int
) -> tuple[Build, Mapping[str, tuple[int, int]], set[tuple[int, int]], set[int]]:
    """Build the derived tables of a namespace from the truth, in memory."""
    build: Build = defaultdict(dict)
    totals: dict[str, list[int]] = {"active": [0, 0], "archive": [0, 0]}
    folds: set[tuple[int, int]] = set()
    for number, shelf, terms, keys in _documents(connection, space):
        folds |= {(key, number) for key in keys}
        if shelf:
            totals[shelf][0] += 1
            totals[shelf][1] += sum(terms.values())
            for term, raw in postings.entries(number, terms).items():
                build[shelf, term][number] = raw
    new = {no for (no,) in connection.execute(sql("turns no night slept on"), (space,))}
    return build, {name: (a, b) for name, (a, b) in totals.items()}, folds, new


def _documents(
    connection: apsw.Connection, space: int
) -> Iterator[tuple[int, str, Mapping[str, int], set[int]]]:
    """Yield (number, shelf or nothing, terms, fold keys) of every turn and memory."""
    verdicts = {row[0]: verdict_from(row) for row in connection.execute(sql("verdicts"), (space,))}
    revised = {no for (no,) in connection.execute(sql("revised turns"), (space,))}
    for row in connection.execute(sql("all revisions"), (space,)):
        text, verdict = restored(row[9]), verdicts.get(row[0])
        shelf = "" if row[0] in revised else shelf_of_verdict(verdict)
        filed = statement_keys(text) if kept(verdict) and row[0] not in revised else set()
        yield row[0], shelf, term_counts(text), filed
    for number, body in connection.execute(sql("memories"), (space,)):
        memory = memory_of(body)
        yield number | MEMORY_BIT, shelf_of_memory(memory), memory_counts(memory), memory_keys(memory)


def _stored(connection: apsw.Connection, space: int) -> Build:
    build: Build = defaultdict(dict)
    for shelf, term, data in connection.execute(sql("all postings"), (space,)):
        for entry in postings.unpacked(data):
            build[shelf, term][entry[0]] = postings.entry(*entry)
    return build


def _unlike(one: Build, other: Build) -> set[tuple[str, str]]:
    return {key for key in one.keys() | other.keys() if one.get(key, {}) != other.get(key, {})}


def _rebuild(connection: apsw.Connection, space: int) -> None:
    for name in ("drop postings", "drop shelves", "drop folds", "drop all new"):
        connection.execute(sql(name), (space,))
    shelves = Shelves(connection, space)
    for number, shelf, terms, keys in list(_documents(connection, space)):
        if shelf:
            shelves.put(shelf, number, terms)
        connection.executemany(sql("add fold"), [(space, key, number) for key in keys])
    shelves.flush()
    numbers = connection.execute(sql("turns no night slept on"), (space,)).fetchall()
    connection.executemany(sql("add new"), [(space, number) for (number,) in numbers])
