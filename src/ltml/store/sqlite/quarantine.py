"""
Rows that are not what was written: set aside with all their bytes, listed, and forgotten on order.

A row that does not match its digest may be wrong by a digit, and nothing in the store can tell which; so it is never
recalled, learned from or exported as a turn. Until a repair it is skipped where it stands (decode.py). A repair moves
it into the table `damaged`: a blob with, for each column, a line `name type length` and then the bytes as they were.
They are kept unpacked so that an order to forget finds words in them and the scan of the file sees them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import apsw

from ltml.errors import DamagedRow
from ltml.protocols import QuarantinedRow
from ltml.store.identity import from_microseconds
from ltml.store.sqlite.decode import DECODE_ERRORS, decode_turn
from ltml.store.sqlite.seals import SEALED, raw_value, seal_mismatch
from ltml.store.sqlite.statements import fetch_all, iter_rows, sql

#: Columns that locate a row, the first that exists: its number, its name, its time.
_NUMBERS, _TIMES = ("no", "turn", "night"), ("at", "learned_at", "started")
_NAMES = ("id", "name", "place", "key", "row", "question", "turn")
#: Columns that hold text somebody wrote, the first that exists.
_TEXTS = ("text", "body", "after", "answer", "report", "reason")
#: The condition for the rows of a namespace where no column names it, and the tables whose rows belong to none.
_OWNERS = {"change": "night in (select no from night where namespace = ?)"}
UNOWNED = frozenset({"meta", "namespace"})
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_FRAME = re.compile(rb"([a-z_]+) ([a-z]+) ([0-9]+)\n")

#: The type of a value as SQLite names it, and the value; a text as its bytes.
TypedValue = tuple[str, Any]


class QuarantineRecord(NamedTuple):
    """A row of the table `damaged`; `no` is 0 for a row that was not set aside yet."""

    no: int
    source: str
    place: str
    number: int | None
    name: str
    session: str
    at: int | None
    raw: bytes


# ---------------------------------------------------------------- setting aside


def quarantine_rows(connection: apsw.Connection, table: str, where: str, *values: Any) -> None:
    """Move the rows of a table for which an SQL condition holds into `damaged`."""
    for columns in read_raw_rows(connection, table, where, *values):
        record, namespace_id = _make_record(table, columns)
        _, source, place, number, name, session, at, raw = record
        added = (source, place, number, name, namespace_id, session, at, raw)
        connection.execute(sql("add quarantined"), added)
    connection.execute(f"delete from {table} where {where}", values)  # noqa: S608 -- the names are our own


def quarantine_turn(connection: apsw.Connection, number: int) -> None:
    """Move a turn into `damaged` and delete what was decided about it; search must be rebuilt afterwards."""
    quarantine_rows(connection, "turn", "no = ?", number)
    for name in ("drop verdict", "drop slept turn"):
        connection.execute(sql(name), (number,))


# ---------------------------------------------------------------- listing


def list_quarantined(connection: apsw.Connection, namespace_id: int, namespace: str) -> list[QuarantinedRow]:
    """Return what is damaged in a namespace: set aside by a repair, or still in its place."""
    damaged = list_damaged_turns(namespace, iter_rows(connection, "all revisions", namespace_id))
    turns = (row for number in damaged for row in describe_turn(connection, number))
    others = (row for table in SEALED for row in list_mismatches(connection, table, namespace_id))
    return [*map(_describe, list_records(connection, namespace_id)), *turns, *others]


def list_damaged_turns(namespace: str, rows: Iterable[Sequence[Any]]) -> list[int]:
    """Return the numbers of those turns that are not what was captured, ascending; `rows` as for `decode_turn`."""
    damaged = list[int]()
    for columns in rows:
        try:
            decode_turn(namespace, columns)
        except DamagedRow:
            damaged.append(columns[0])
    return sorted(damaged)


def describe_turn(connection: apsw.Connection, number: int) -> list[QuarantinedRow]:
    """Return a turn as a damaged row, or nothing if there is none of this number."""
    found = read_raw_rows(connection, "turn", "no = ?", number)
    return [_describe(_make_record("turn", columns)[0]) for columns in found]


def list_mismatches(connection: apsw.Connection, table: str, namespace_id: int | None = None) -> list[QuarantinedRow]:
    """Return the rows of a sealed table whose seal does not match, of all namespaces or of one."""
    if namespace_id is None:
        found = read_raw_rows(connection, table, seal_mismatch(table))
    elif table in UNOWNED:
        found = []
    else:
        owned = f"{seal_mismatch(table)} and {_OWNERS.get(table, 'namespace = ?')}"
        found = read_raw_rows(connection, table, owned, namespace_id)
    return [_describe(_make_record(table, columns)[0]) for columns in found]


def list_records(connection: apsw.Connection, namespace_id: int) -> list[QuarantineRecord]:
    """Return the rows of a namespace that were set aside."""
    return [QuarantineRecord(*columns) for columns in fetch_all(connection, "quarantined rows", namespace_id)]


# ---------------------------------------------------------------- forgetting


def drop_records(
    connection: apsw.Connection, namespace_id: int, ids: Collection[str], words: Collection[str]
) -> None:  # fmt: skip
    """Delete the rows set aside that have one of these ids, or whose bytes contain one of these words or ids."""
    needles = [word.casefold() for word in (*words, *ids)]
    for record in list_records(connection, namespace_id):
        text = decode_lossy(record.raw).casefold()
        if record.name in ids or any(needle in text for needle in needles):
            connection.execute(sql("drop quarantined"), (record.no,))


def list_texts(record: QuarantineRecord) -> list[str]:
    """Return the texts in a row that was set aside, as far as they can be read."""
    columns = parse_frames(record.raw)
    return [decode_lossy(columns[name]) for name in _TEXTS if name in columns]


# ---------------------------------------------------------------- bytes


def decode_lossy(raw: bytes) -> str:
    """Return what can be read of bytes, JSON's escapes decoded."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), raw.decode("utf-8", "replace"))


def parse_frames(raw: bytes) -> Mapping[str, bytes]:
    """Return the columns of a row that was set aside."""
    columns: dict[str, bytes] = {}
    place = 0
    while found := _FRAME.match(raw, place):
        end = found.end() + int(found[3])
        columns[found[1].decode()] = raw[found.end() : end]
        place = end + 1
    return columns


def read_raw_rows(connection: apsw.Connection, table: str, where: str, *values: Any) -> list[Mapping[str, TypedValue]]:
    """Return rows as the type and the value of each column, texts as their bytes."""
    names = [str(name) for _, name, *_ in connection.execute(f"pragma table_info({table})")]
    fields = ", ".join(f"typeof({name}), {raw_value(table, name)}" for name in names)
    found = connection.execute(f"select {fields} from {table} where {where}", values).fetchall()  # noqa: S608
    return [pair_columns(names, columns) for columns in found]


def pair_columns(names: Sequence[str], columns: Sequence[Any]) -> Mapping[str, TypedValue]:
    """Return columns that were read as type, value, type, value, ... by their names."""
    return {name: (columns[2 * i], columns[2 * i + 1]) for i, name in enumerate(names)}


def _make_record(table: str, columns: Mapping[str, TypedValue]) -> tuple[QuarantineRecord, int | None]:
    """Return a row as `damaged` keeps it, and the id of its namespace if a column says it."""

    def first_of(names: Sequence[str], default: Any = None) -> Any:
        return next((columns[name][1] for name in names if name in columns), default)

    number, namespace_id, at = (
        found if isinstance(found := first_of(names), int) else None for names in (_NUMBERS, ("namespace",), _TIMES)
    )
    name, session = (
        found.decode("utf-8", "replace") if isinstance(found := first_of(names, b""), bytes) else str(found)
        for names in (_NAMES, ("session",))
    )
    frames = []
    for column, (kind, value) in columns.items():
        raw = value if isinstance(value, bytes) else b"" if value is None else repr(value).encode()
        frames.append(b"%b %b %d\n%b\n" % (column.encode(), kind.encode(), len(raw), raw))
    place = f"{table} {name}" if number is None or table == "change" else f"{table} number {number}"
    return QuarantineRecord(0, table, place, number, name, session, at, b"".join(frames)), namespace_id


def _describe(record: QuarantineRecord) -> QuarantinedRow:
    columns = parse_frames(record.raw)
    at = None
    if isinstance(record.at, int):
        with suppress(*DECODE_ERRORS):
            at = from_microseconds(record.at, 0)
    text = next((columns[name] for name in _TEXTS if name in columns), b"")
    return QuarantinedRow(
        table=record.source, place=record.place, id=record.name, session=record.session, at=at,
        text=decode_lossy(text), columns=columns,
    )  # fmt: skip
