"""
Rows that are not what was written: set aside with every byte they had, listed, and forgotten on order.

A row that does not fit its digest may be wrong by a digit, and nothing in the store can tell which; so it is never
recalled, learned from or exported as talk. Where it stands it is passed over (proven.py). A repair moves it into the
table `damaged`: a blob with, for each column, a line `name type length` and then the bytes as they were. They are kept
as bytes, and not packed in any way, so that an order to forget finds words in them and the scan of the file sees them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

import apsw

from ltml.protocols import QuarantinedRow
from ltml.store.identity import moment
from ltml.store.proven import UNREADABLE, proven_turn, sound
from ltml.store.seals import SEALED, as_bytes, misfit
from ltml.store.sql import each, rows, sql
from ltml.text import restored

#: Columns that tell where a row stood, the first there is: its number, its name, its time.
_NUMBERS, _TIMES = ("no", "turn", "night"), ("at", "learned_at", "started")
_NAMES = ("id", "name", "place", "key", "row", "question", "turn")
#: Columns that hold what was said, the first there is.
_WORDS = ("text", "body", "after", "answer", "report", "reason")
#: How the rows of a namespace are told where no column says it, and whose rows are nobody's.
_OWNERS = {"change": "night in (select no from night where namespace = ?)"}
UNOWNED = frozenset({"meta", "namespace"})
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_LINE = re.compile(rb"([a-z_]+) ([a-z]+) ([0-9]+)\n")


#: A value's type as SQLite names it, and the value; a text as its bytes.
Typed = tuple[str, Any]


class Aside(NamedTuple):
    """A row of the table `damaged`."""

    no: int
    source: str
    place: str
    number: int | None
    name: str
    session: str
    at: int | None
    raw: bytes


def set_aside(connection: apsw.Connection, table: str, where: str, *values: Any) -> int:
    """Move the rows of a table for which an SQL condition holds into `damaged`; return how many there were."""
    found = raw_rows(connection, table, where, *values)
    connection.executemany(sql("set aside"), [_columns(table, columns) for columns in found])
    connection.execute(f"delete from {table} where {where}", values)  # noqa: S608 -- the names are our own
    return len(found)


def set_aside_turn(connection: apsw.Connection, number: int) -> None:
    """Move a turn into `damaged`; what was decided about it goes, search has to be built anew."""
    set_aside(connection, "turn", "no = ?", number)
    for name in ("drop verdict", "drop slept turn"):
        connection.execute(sql(name), (number,))


def set_aside_damaged(connection: apsw.Connection, space: int, names: Collection[str]) -> set[int]:
    """Move those of these turns into `damaged` that are not what was captured; return their numbers."""
    found = rows(connection, "turns by id", space, json.dumps(sorted(names)))
    (namespace,) = [restored(name) for number, name in rows(connection, "spaces") if number == space] or [""]
    whole = {turn.id for turn in sound(partial(proven_turn, namespace), found)}
    spoiled = {columns[0] for columns in found if columns[1] not in whole}
    for number in spoiled:
        set_aside_turn(connection, number)
    return spoiled


def listed(connection: apsw.Connection, space: int, namespace: str) -> list[QuarantinedRow]:
    """Return what is damaged in a namespace: set aside by a repair, or still in its place."""
    numbers = damaged_turns(connection, space, namespace)
    turns = (found for number in numbers for found in shown_turn(connection, number))
    rest = (found for table in SEALED for found in in_place(connection, table, space))
    return [*map(_shown, asides(connection, space)), *turns, *rest]


def shown_turn(connection: apsw.Connection, number: int) -> list[QuarantinedRow]:
    """Return a turn as a damaged row."""
    return [_shown(_aside("turn", columns)) for columns in raw_rows(connection, "turn", "no = ?", number)]


def in_place(connection: apsw.Connection, table: str, space: int | None = None) -> list[QuarantinedRow]:
    """Return the rows of a sealed table whose seal does not fit, of all namespaces or of one."""
    if space is None:
        found = raw_rows(connection, table, misfit(table))
    elif table in UNOWNED:
        found = []
    else:
        found = raw_rows(connection, table, f"{misfit(table)} and {_OWNERS.get(table, 'namespace = ?')}", space)
    return [_shown(_aside(table, columns)) for columns in found]


def asides(connection: apsw.Connection, space: int) -> list[Aside]:
    """Return the rows of a namespace that were set aside."""
    return [Aside(*columns) for columns in rows(connection, "damaged", space)]


def damaged_turns(connection: apsw.Connection, space: int, namespace: str) -> list[int]:
    """Return the numbers of the turns of a namespace that are not what was captured."""
    numbers = {columns[0] for columns in each(connection, "all revisions", space)}
    return sorted(numbers - proven_numbers(connection, space, namespace))


def proven_numbers(connection: apsw.Connection, space: int, namespace: str) -> set[int]:
    """Return the numbers of the turns of a namespace that are what was captured."""

    def number(columns: Sequence[Any]) -> int:
        proven_turn(namespace, columns)
        return int(columns[0])

    return set(sound(number, each(connection, "all revisions", space)))


def damaged_new(connection: apsw.Connection, space: int, namespace: str, size: int) -> list[int]:
    """Return the numbers of the damaged among the oldest new turns: no night can ever take them in."""
    found = rows(connection, "new rows", space, size)
    whole = {turn.id for turn in sound(partial(proven_turn, namespace), found)}
    return [columns[0] for columns in found if columns[1] not in whole]


def holding(found: Iterable[QuarantinedRow], text: str) -> Iterator[QuarantinedRow]:
    """Yield the damaged rows whose bytes hold a text, whatever the case."""
    needle = text.strip().casefold()
    for row in found:
        if needle and any(needle in readable(raw).casefold() for raw in row.columns.values()):
            yield row


def ordered(
    connection: apsw.Connection, space: int, names: Collection[str], turns: Collection[int] = ()
) -> list[Aside]:
    """Return the turns and memories set aside that have one of these ids, or one of these numbers of turns."""
    found = [row for row in asides(connection, space) if row.source in ("turn", "memory")]
    return [row for row in found if row.name in names or (row.source == "turn" and row.number in turns)]


def drop_asides(connection: apsw.Connection, space: int, names: Collection[str], unsaid: Collection[str]) -> None:
    """Delete the rows set aside that have one of these names, or whose bytes hold one of these words."""
    lows = [word.casefold() for word in (*unsaid, *names)]
    for row in asides(connection, space):
        low = readable(row.raw).casefold()
        if row.name in names or any(word in low for word in lows):
            connection.execute(sql("drop damaged"), (row.no,))


def words_of(row: Aside) -> list[str]:
    """Return what can be read of what was said in a row that was set aside."""
    columns = unframed(row.raw)
    return [readable(columns[name]) for name in _WORDS if name in columns]


def readable(raw: bytes) -> str:
    """Return what can be read of bytes, JSON's escapes as what they mean."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), raw.decode("utf-8", "replace"))


def unframed(raw: bytes) -> Mapping[str, bytes]:
    """Return the columns of a row that was set aside."""
    columns: dict[str, bytes] = {}
    place = 0
    while found := _LINE.match(raw, place):
        end = found.end() + int(found[3])
        columns[found[1].decode()] = raw[found.end() : end]
        place = end + 1
    return columns


# ---------------------------------------------------------------- inside


def raw_rows(connection: apsw.Connection, table: str, where: str, *values: Any) -> list[Mapping[str, Typed]]:
    """Return rows as the type and the value of each column, texts as their bytes."""
    names = [str(name) for _, name, *_ in connection.execute(f"pragma table_info({table})")]
    fields = ", ".join(f"typeof({name}), {as_bytes(table, name)}" for name in names)
    found = connection.execute(f"select {fields} from {table} where {where}", values).fetchall()  # noqa: S608
    return [typed(names, columns) for columns in found]


def typed(names: Sequence[str], columns: Sequence[Any]) -> Mapping[str, Typed]:
    """Return a row that was read as the type and the value of each column, by name."""
    return {name: (columns[2 * i], columns[2 * i + 1]) for i, name in enumerate(names)}


def _aside(table: str, columns: Mapping[str, Typed]) -> Aside:
    source, place, number, name, _, session, at, raw = _columns(table, columns)
    return Aside(0, source, place, number, name, session, at, raw)


def _columns(table: str, columns: Mapping[str, Typed]) -> tuple[Any, ...]:
    """Return a row as `damaged` keeps it."""
    number, space, at = (_whole(columns, names) for names in (_NUMBERS, ("namespace",), _TIMES))
    name, session = _text(columns, _NAMES), _text(columns, ("session",))
    place = f"{table} {name}" if number is None or table == "change" else f"{table} number {number}"
    raw = b"".join(_framed(column, *pair) for column, pair in columns.items())
    return table, place, number, name, space, session, at, raw


def _framed(name: str, kind: str, value: Any) -> bytes:
    raw = value if isinstance(value, bytes) else b"" if value is None else repr(value).encode()
    return b"%b %b %d\n%b\n" % (name.encode(), kind.encode(), len(raw), raw)


def _whole(columns: Mapping[str, Typed], names: Sequence[str]) -> int | None:
    found = next((columns[name][1] for name in names if name in columns), None)
    return found if isinstance(found, int) else None


def _text(columns: Mapping[str, Typed], names: Sequence[str]) -> str:
    found = next((columns[name][1] for name in names if name in columns), b"")
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found)


def _shown(row: Aside) -> QuarantinedRow:
    columns = unframed(row.raw)
    at = None
    if isinstance(row.at, int):
        with suppress(*UNREADABLE):
            at = moment(row.at, 0)
    words = next((columns[name] for name in _WORDS if name in columns), b"")
    return QuarantinedRow(
        table=row.source, place=row.place, id=row.name, session=row.session, at=at, text=readable(words),
        columns=columns,
    )  # fmt: skip
