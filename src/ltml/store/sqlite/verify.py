"""Integrity: the chain verifies the turns, seals verify other rows, a fresh build verifies the derived tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import apsw

from ltml.model import MEMORY_BIT, Partition, Turn, partition_of
from ltml.protocols import QuarantinedRow
from ltml.store.identity import GENESIS, chain_link
from ltml.store.rules import cited_turns, fold_memory, fold_text, is_filed
from ltml.store.sqlite.decode import (
    DECODE_ERRORS,
    decode_memory,
    decode_rows,
    decode_turn,
    decode_verdict,
    parse_json,
)
from ltml.store.sqlite.posting_writer import PostingWriter
from ltml.store.sqlite.quarantine import describe_turn, list_mismatches
from ltml.store.sqlite.repair import iter_damaged_turns, repair_rows
from ltml.store.sqlite.seals import SEALED
from ltml.store.sqlite.statements import fetch_all, iter_rows, schema_scripts, sql
from ltml.text import postings, restored, term_counts

#: The whole posting list of each (partition, term).
PostingLists = dict[tuple[str, str], bytes]
#: What checking a file with damaged pages may raise.
PAGE_ERRORS = (apsw.CorruptError, apsw.NotADBError, apsw.SQLError, apsw.FormatError, *DECODE_ERRORS)
#: Maximum number of lines of SQLite's own check: a damaged page makes it name every row in it.
MAX_LINES = 20


def list_faults(connection: apsw.Connection) -> list[str]:
    """Return what is wrong with the file, the chain, the rows and the derived tables, in words."""
    checks = (check_pages, check_schema, check_history, check_rows, check_derived)
    return run_checks(connection, checks)


def repair_store(connection: apsw.Connection) -> list[str]:
    """
    Mend or set aside damaged rows, and rebuild every derived table from the truth.

    Return what was wrong before, each with what became of it: mended, set aside, or not mended.
    """
    before = list_faults(connection)
    known = {number for (number,) in fetch_all(connection, "quarantine numbers")}
    repair_rows(connection)
    for namespace_id, _ in fetch_all(connection, "all namespaces"):
        rebuild_derived(connection, namespace_id)
    connection.executemany(sql("drop placed texts"), fetch_all(connection, "orphaned placed texts"))
    connection.execute(sql("acknowledge lost logs"))
    left = list_faults(connection)
    places = fetch_all(connection, "quarantine places")
    aside = ("the write-ahead log ", *(f"{place} " for number, place in places if number not in known))
    return [
        f"{fault} ({'not mended' if fault in left else 'set aside' if fault.startswith(aside) else 'mended'})"
        for fault in before
    ]


# ---------------------------------------------------------------- checks


def run_checks(
    connection: apsw.Connection, checks: Sequence[Callable[[apsw.Connection], Iterator[str]]]
) -> list[str]:  # fmt: skip
    """Return the faults that checks yield; one that fails on a damaged page counts as a fault itself."""
    found: list[str] = []
    for check in checks:
        try:
            found += check(connection)
        except PAGE_ERRORS as exc:  # what is no driver's error may quote what was said, and is only named
            what = str(exc) if isinstance(exc, apsw.Error) else type(exc).__name__
            found.append(f"the file is damaged where it was looked at next ({what})")
    return found


def check_pages(connection: apsw.Connection) -> Iterator[str]:
    """Yield what SQLite's own integrity check finds."""
    for (line,) in connection.execute(f"pragma integrity_check({MAX_LINES})"):
        if line != "ok":
            yield from str(line).splitlines()


def check_schema(connection: apsw.Connection) -> Iterator[str]:
    """Yield the tables and indexes whose definition is not that of a new file."""
    with closing(apsw.Connection(":memory:")) as new:
        for script in schema_scripts():
            new.execute(script)
        intended = fetch_all(new, "table definitions")
    found = dict(fetch_all(connection, "table definitions"))
    for name, text in intended:
        if found.get(name) != text:
            yield f"the table or index {name} is not as LTML made it"


def check_history(connection: apsw.Connection) -> Iterator[str]:
    """Yield writes that a damaged log lost, broken links of the chain, and turns that are missing."""
    for count, copy in fetch_all(connection, "lost logs"):
        yield f"the write-ahead log was damaged: the last {count} writes in it are lost; it lies as it was in {copy}"
    previous = GENESIS
    for number, record, stored in fetch_all(connection, "chain"):
        previous = chain_link(previous, record)
        if previous != stored:
            yield f"the chain is broken at turn number {number}"
            previous = stored
    accounted = {number for (number,) in fetch_all(connection, "quarantined turns")}
    for (body,) in fetch_all(connection, "receipt bodies"):
        accounted.update(parse_json(body, {}).get("numbers", ()))
    for (number,) in fetch_all(connection, "missing turn numbers"):
        if number not in accounted:
            yield f"turn number {number} is missing, and no order to forget says why"


def check_rows(connection: apsw.Connection) -> Iterator[str]:
    """Yield the rows that do not match their digests."""
    lost = {namespace_id for (namespace_id,) in fetch_all(connection, "damaged namespaces", None)}
    for number, namespace_id, _ in iter_damaged_turns(connection):
        if namespace_id not in lost:  # the namespace itself is named below
            for row in describe_turn(connection, number):
                yield f"{row.place} {render_details(row)}is not what was captured"
    for table in SEALED:
        for row in list_mismatches(connection, table):
            yield f"{row.place} {render_details(row)}is not what was written"
    if fetch_all(connection, "orphaned placed texts"):
        yield "words are kept for replay that no record of an injection names"


def render_details(row: QuarantinedRow) -> str:
    """Return what is known of a damaged row, in brackets with a blank, or nothing."""
    named = row.id if row.table in {"turn", "memory", "night"} else ""
    session = f"session {row.session}" if row.session else ""
    known = [*filter(None, (named, session)), *([f"{row.at:%Y-%m-%d}"] if row.at else [])]
    return f"({', '.join(known)}) " if known else ""


def check_derived(connection: apsw.Connection) -> Iterator[str]:
    """Yield the derived tables that differ from a fresh build."""
    namespaces = fetch_all(connection, "all namespaces")
    citations = set[tuple[str, int]]()
    for namespace_id, _ in namespaces:
        for columns in fetch_all(connection, "memories", namespace_id):
            for memory in decode_rows(decode_memory, [columns]):
                citations |= {(turn, columns[0]) for turn in cited_turns(memory)}
    if set(fetch_all(connection, "all evidence")) != citations:
        yield "the list of what memories rest on differs from the memories"
    for namespace_id, name in namespaces:
        for fault in _compare_derived(connection, namespace_id, restored(name)):
            yield f"namespace {restored(name)}: {fault}"


def _compare_derived(connection: apsw.Connection, namespace_id: int, namespace: str) -> Iterator[str]:
    """Yield the derived tables of a namespace that differ from a fresh build."""
    fresh = DerivedTables()
    for document in _read_documents(connection, namespace_id, namespace):
        fresh.add(document)
    stored: PostingLists = defaultdict(bytes)
    for partition, term, first, data in iter_rows(connection, "all postings", namespace_id):
        found = isinstance(data, bytes) and first <= postings.first_number(data)
        stored[partition, term] += data if found else b"misplaced"  # filed too high to be found again
    lists = {key: b"".join(raw for _, raw in sorted(numbered.items())) for key, numbered in fresh.entries.items()}
    if odd := [key for key in lists.keys() | stored.keys() if lists.get(key) != stored.get(key)]:
        yield f"search terms differ on {len(odd)} lists"
    rows = fetch_all(connection, "all statistics", namespace_id)
    statistics = {partition: (count, terms) for partition, count, terms in rows}
    if any(statistics.get(partition, (0, 0)) != tuple(totals) for partition, totals in fresh.totals.items()):
        yield "search statistics differ from a fresh count"
    if set(fetch_all(connection, "all fold keys", namespace_id)) != fresh.folds:
        yield "fold keys differ from a fresh build"
    turns = {turn.id for turn in _read_turns(connection, namespace_id, namespace).values()}
    new = {turn for (turn,) in fetch_all(connection, "new turn ids", namespace_id)}
    if new & turns != set(_find_new(connection, namespace_id, namespace).values()):
        yield "the list of new turns differs from the nights' records"


# ---------------------------------------------------------------- derived tables


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedDocument:
    """What is derived from a turn or memory: its partition (`None` if not searchable), term counts and fold keys."""

    number: int
    partition: Partition | None
    terms: Mapping[str, int]
    keys: set[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedTables:
    """The derived tables of a namespace built anew in memory."""

    entries: dict[tuple[str, str], dict[int, bytes]] = field(default_factory=lambda: defaultdict(dict))
    totals: dict[str, list[int]] = field(default_factory=lambda: {"active": [0, 0], "archive": [0, 0]})
    folds: set[tuple[int, int]] = field(default_factory=set)

    def add(self, document: IndexedDocument) -> None:
        """Add a document."""
        self.folds.update((key, document.number) for key in document.keys)
        if document.partition is not None:
            self.totals[document.partition][0] += 1
            self.totals[document.partition][1] += sum(document.terms.values())
            for term, raw in postings.entries(document.number, document.terms).items():
                self.entries[document.partition, term][document.number] = raw


def rebuild_derived(connection: apsw.Connection, namespace_id: int) -> None:
    """Rebuild everything that is derived in a namespace from the rows that are not damaged."""
    namespace = restored(dict(fetch_all(connection, "all namespaces"))[namespace_id])
    for name in ("drop postings", "drop statistics", "drop fold keys", "drop all new"):
        connection.execute(sql(name), (namespace_id,))
    writer = PostingWriter(connection, namespace_id)
    for document in list(_read_documents(connection, namespace_id, namespace)):
        if document.partition is not None:
            writer.add(document.partition, document.number, document.terms)
        filed = [(namespace_id, key, document.number) for key in document.keys]
        connection.executemany(sql("add fold key"), filed)
    writer.flush()
    new = _find_new(connection, namespace_id, namespace)
    connection.executemany(sql("add new"), [(namespace_id, number) for number in new])
    for columns in fetch_all(connection, "memories", namespace_id):
        for memory in decode_rows(decode_memory, [columns]):
            connection.execute(sql("drop evidence of memory"), (columns[0],))
            connection.executemany(sql("add evidence"), [(turn, columns[0]) for turn in cited_turns(memory)])
    connection.execute(sql("drop orphaned evidence"))


def _read_turns(connection: apsw.Connection, namespace_id: int, namespace: str) -> Mapping[int, Turn]:
    """Return the turns that are not damaged, by number."""

    def decode(columns: Sequence[Any]) -> tuple[int, Turn]:
        return columns[0], decode_turn(namespace, columns)

    return dict(decode_rows(decode, iter_rows(connection, "all revisions", namespace_id)))


def _find_new(connection: apsw.Connection, namespace_id: int, namespace: str) -> Mapping[int, str]:
    """Return the ids of the turns no night slept on, by number; a damaged one can never be slept on."""
    turns = _read_turns(connection, namespace_id, namespace)
    return {number: name for name, number in fetch_all(connection, "unslept turns", namespace_id) if number in turns}


def _read_documents(connection: apsw.Connection, namespace_id: int, namespace: str) -> Iterator[IndexedDocument]:
    """Yield every turn and memory that is not damaged."""
    judged = (
        (columns[0], decode_rows(decode_verdict, [columns]))
        for columns in fetch_all(connection, "verdicts", namespace_id)
    )
    verdicts = {number: verdict for number, found in judged for verdict in found}
    superseded = {number for (number,) in fetch_all(connection, "superseded turns", namespace_id)}
    for number, turn in _read_turns(connection, namespace_id, namespace).items():
        verdict, active = verdicts.get(number), number not in superseded
        yield IndexedDocument(
            number=number, partition=partition_of(verdict) if active else None, terms=term_counts(turn.text),
            keys=fold_text(turn.text) if is_filed(verdict) and active else set(),
        )  # fmt: skip
    for columns in iter_rows(connection, "memories", namespace_id):
        for memory in decode_rows(decode_memory, [columns]):
            yield IndexedDocument(
                number=columns[0] | MEMORY_BIT, partition=partition_of(memory), terms=term_counts(memory.text),
                keys=fold_memory(memory),
            )  # fmt: skip
