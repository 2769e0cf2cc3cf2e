"""Is the store sound? The chain proves the turns, seals prove other rows, a fresh build proves the derived tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache, partial
from typing import Any

import apsw

from ltml.model import MEMORY_BIT, Turn
from ltml.protocols import QuarantinedRow
from ltml.store.common import state_digest
from ltml.store.damage import in_place, shown_turn
from ltml.store.identity import GENESIS, link
from ltml.store.proven import UNREADABLE, loaded, proven_memory, proven_turn, proven_verdict, sound
from ltml.store.repairing import repair_rows, unproven
from ltml.store.seals import SEALED
from ltml.store.sql import each, rows, schemas, sql
from ltml.store.tables import (
    Shelves,
    cited,
    kept,
    memory_counts,
    memory_keys,
    shelf_of_memory,
    shelf_of_verdict,
    statement_keys,
)
from ltml.text import postings, restored, term_counts

#: The whole posting list of each (shelf, term).
Build = dict[tuple[str, str], bytes]
#: What a check of a file may raise that is damaged in its pages.
BROKEN = (apsw.CorruptError, apsw.NotADBError, apsw.SQLError, apsw.FormatError, *UNREADABLE)
#: A damaged page makes SQLite tell of every row in it; so many lines say enough.
LINES = 20


def digest(connection: apsw.Connection, space: int, namespace: str) -> str:
    """Return a hash of a namespace's turns, verdicts and memories, and of which turns are new."""
    turns = sound(partial(proven_turn, namespace), each(connection, "all revisions", space))
    verdicts = sound(proven_verdict, each(connection, "verdicts", space))
    memories = sound(proven_memory, each(connection, "memories", space))
    return state_digest(turns, verdicts, memories, (name for (name,) in rows(connection, "new turns", space)))


def complaints(connection: apsw.Connection) -> list[str]:
    """Return what is wrong with the file, the chain, the rows and the derived tables, in words."""
    return [line for check in CHECKS for line in _tried(check, connection)]


def page_complaints(connection: apsw.Connection) -> list[str]:
    """Return what is wrong with the pages of the file and the definitions of its tables."""
    return [line for check in (_file_complaints, _schema_complaints) for line in _tried(check, connection)]


def repaired(connection: apsw.Connection) -> list[str]:
    """
    Mend or set aside damaged rows, and rebuild every derived table from the truth.

    Return what was wrong before: mended, set aside, or not mended.
    """
    before = complaints(connection)
    known = {number for (number,) in rows(connection, "numbers set aside")}
    repair_rows(connection)
    for space, _ in rows(connection, "spaces"):
        rebuild(connection, space)
    connection.executemany(sql("drop placed"), rows(connection, "placed by nobody"))
    connection.execute(sql("logs known"))
    left = complaints(connection)
    aside = tuple(f"{place} " for number, place in rows(connection, "places set aside") if number not in known)
    aside += ("the write-ahead log ",)
    return [f"{what} ({_fate(what, left, aside)})" for what in before]


def _fate(what: str, left: Sequence[str], aside: tuple[str, ...]) -> str:
    if what in left:
        return "not mended"
    return "set aside" if what.startswith(aside) else "mended"


def _tried(check: Callable[[apsw.Connection], Iterator[str]], connection: apsw.Connection) -> list[str]:
    found: list[str] = []
    try:
        found += check(connection)
    except BROKEN as exc:
        found.append(f"the file is damaged where it was looked at next ({_plain(exc)})")
    return found


def _plain(exc: BaseException) -> str:
    """Return what an error says; what is no driver's may quote what was said, and is named only."""
    return str(exc) if isinstance(exc, apsw.Error) else type(exc).__name__


def _file_complaints(connection: apsw.Connection) -> Iterator[str]:
    for (line,) in connection.execute(f"pragma integrity_check({LINES})"):
        if line != "ok":
            yield from str(line).splitlines()


def _schema_complaints(connection: apsw.Connection) -> Iterator[str]:
    found = dict(rows(connection, "schema"))
    for name, text in intended():
        if found.get(name) != text:
            yield f"the table or index {name} is not as LTML made it"


@cache
def intended() -> tuple[tuple[str, str | None], ...]:
    """Return the names and the text of all tables and indexes as a new file has them."""
    with closing(apsw.Connection(":memory:")) as connection:
        for script in schemas():
            connection.execute(script)
        return tuple(rows(connection, "schema"))


def _chain_complaints(connection: apsw.Connection) -> Iterator[str]:
    previous = GENESIS
    for number, record, stored in rows(connection, "chain"):
        previous = link(previous, record)
        if previous != stored:
            yield f"the chain is broken at turn number {number}"
            previous = stored
    yield from _missing(connection)


def _log_complaints(connection: apsw.Connection) -> Iterator[str]:
    for count, copy in rows(connection, "logs lost"):
        yield f"the write-ahead log was damaged: the last {count} writes in it are lost; it lies as it was in {copy}"


def _missing(connection: apsw.Connection) -> Iterator[str]:
    """Yield the turns that are gone though nobody ordered it, and that were not set aside."""
    ordered = {
        number for (body,) in rows(connection, "receipts of all") for number in loaded(body, {}).get("numbers", ())
    }
    ordered |= {number for (number,) in rows(connection, "turns set aside")}
    for (number,) in rows(connection, "numbers gone"):
        if number not in ordered:
            yield f"turn number {number} is missing, and no order to forget says why"


def _row_complaints(connection: apsw.Connection) -> Iterator[str]:
    lost = {space for (space,) in rows(connection, "misfitting namespaces", None)}
    for number, space, _ in unproven(connection):
        if space not in lost:  # the namespace itself is told of below
            for found in shown_turn(connection, number):
                yield f"{found.place} {_where(found)}is not what was captured"
    for table in SEALED:
        for found in in_place(connection, table):
            yield f"{found.place} {_where(found)}is not what was written"
    if rows(connection, "placed by nobody"):
        yield "words are kept for replay that no record of an injection names"


def _where(found: QuarantinedRow) -> str:
    """Return what is known of a damaged row, in brackets."""
    named = found.id if found.table in {"turn", "memory", "night"} else ""
    session = f"session {found.session}" if found.session else ""
    known = [*filter(None, (named, session)), *([f"{found.at:%Y-%m-%d}"] if found.at else [])]
    return f"({', '.join(known)}) " if known else ""


def _all_derived_complaints(connection: apsw.Connection) -> Iterator[str]:
    wanted = {
        (turn, columns[0])
        for space, _ in rows(connection, "spaces")
        for columns in rows(connection, "memories", space)
        for memory in sound(proven_memory, [columns])
        for turn in cited(memory)
    }
    if set(rows(connection, "all evidence")) != wanted:
        yield "the list of what memories rest on differs from the memories"
    for space, name in rows(connection, "spaces"):
        for what in _derived_complaints(connection, space, restored(name)):
            yield f"namespace {restored(name)}: {what}"


CHECKS = (
    _file_complaints, _schema_complaints, _log_complaints, _chain_complaints, _row_complaints, _all_derived_complaints,
)  # fmt: skip


def _derived_complaints(connection: apsw.Connection, space: int, namespace: str) -> Iterator[str]:
    fresh, counts, folds, new = _fresh(connection, space, namespace)
    stored = _stored(connection, space)
    if odd := _unlike(fresh, stored):
        yield f"search terms differ on {len(odd)} lists"
    shelves = {name: (documents, terms) for name, documents, terms in rows(connection, "shelves", space)}
    if any(shelves.get(name, (0, 0)) != want for name, want in counts.items()):
        yield "search statistics differ from a fresh count"
    if set(rows(connection, "folds", space)) != folds:
        yield "fold keys differ from a fresh build"
    proven = {turn.id for turn in _turns(connection, space, namespace).values()}
    if {name for (name,) in rows(connection, "new turns", space)} & proven != new:
        yield "the list of new turns differs from the nights' records"


def _turns(connection: apsw.Connection, space: int, namespace: str) -> Mapping[int, Turn]:
    """Return the turns that are what was captured, by number."""

    def numbered(columns: Sequence[Any]) -> tuple[int, Turn]:
        return columns[0], proven_turn(namespace, columns)

    return dict(sound(numbered, each(connection, "all revisions", space)))


def _fresh(
    connection: apsw.Connection, space: int, namespace: str
) -> tuple[Build, Mapping[str, tuple[int, int]], set[tuple[int, int]], set[str]]:
    """Build the derived tables of a namespace from the truth, in memory."""
    lists: dict[tuple[str, str], dict[int, bytes]] = defaultdict(dict)
    totals: dict[str, list[int]] = {"active": [0, 0], "archive": [0, 0]}
    folds: set[tuple[int, int]] = set()
    for number, shelf, terms, keys in _documents(connection, space, namespace):
        folds |= {(key, number) for key in keys}
        if shelf:
            totals[shelf][0] += 1
            totals[shelf][1] += sum(terms.values())
            for term, raw in postings.entries(number, terms).items():
                lists[shelf, term][number] = raw
    new = set(_new(connection, space, namespace).values())
    build = {key: b"".join(raw for _, raw in sorted(found.items())) for key, found in lists.items()}
    return build, {name: (a, b) for name, (a, b) in totals.items()}, folds, new


def _new(connection: apsw.Connection, space: int, namespace: str) -> Mapping[int, str]:
    """Return the turns no night slept on, by number; a damaged one is not to be slept on."""
    sound_ones = _turns(connection, space, namespace)
    return {number: name for name, number in rows(connection, "turns no night slept on", space) if number in sound_ones}


def _documents(
    connection: apsw.Connection, space: int, namespace: str
) -> Iterator[tuple[int, str, Mapping[str, int], set[int]]]:
    """Yield (number, shelf or nothing, terms, fold keys) of every turn and memory."""
    judged = ((columns[0], sound(proven_verdict, [columns])) for columns in rows(connection, "verdicts", space))
    verdicts = {number: verdict for number, found in judged for verdict in found}
    revised = {number for (number,) in rows(connection, "revised turns", space)}
    for number, turn in _turns(connection, space, namespace).items():
        verdict = verdicts.get(number)
        shelf = "" if number in revised else shelf_of_verdict(verdict)
        filed = statement_keys(turn.text) if kept(verdict) and number not in revised else set()
        yield number, shelf, term_counts(turn.text), filed
    for columns in each(connection, "memories", space):
        for memory in sound(proven_memory, [columns]):
            yield columns[0] | MEMORY_BIT, shelf_of_memory(memory), memory_counts(memory), memory_keys(memory)


def _stored(connection: apsw.Connection, space: int) -> Build:
    """Return the posting lists as stored; a block filed too high to be found again spoils its list."""
    build: Build = defaultdict(bytes)
    for shelf, term, first, data in each(connection, "all postings", space):
        found = isinstance(data, bytes) and first <= postings.first_number(data)
        build[shelf, term] += data if found else b"misplaced"
    return build


def _unlike(one: Build, other: Build) -> set[tuple[str, str]]:
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def rebuild(connection: apsw.Connection, space: int) -> None:
    """Build everything that is derived in a namespace anew, from what is proven."""
    namespace = next(restored(name) for number, name in rows(connection, "spaces") if number == space)
    for name in ("drop postings", "drop shelves", "drop folds", "drop all new"):
        connection.execute(sql(name), (space,))
    shelves = Shelves(connection, space)
    for number, shelf, terms, keys in list(_documents(connection, space, namespace)):
        if shelf:
            shelves.put(shelf, number, terms)
        connection.executemany(sql("add fold"), [(space, key, number) for key in keys])
    shelves.flush()
    connection.executemany(sql("add new"), [(space, number) for number in _new(connection, space, namespace)])
    for columns in rows(connection, "memories", space):
        for memory in sound(proven_memory, [columns]):
            connection.execute(sql("drop evidence of"), (columns[0],))
            connection.executemany(sql("add evidence"), [(turn, columns[0]) for turn in cited(memory)])
    connection.execute(sql("drop evidence of nothing"))
