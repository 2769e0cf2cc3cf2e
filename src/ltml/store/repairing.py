"""What a repair does to rows that are not what was written: mend what a digest proves, set aside the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import apsw

from ltml.errors import DamagedRow
from ltml.store.damage import Typed, raw_rows, set_aside, set_aside_turn
from ltml.store.identity import GENESIS, link, record_of
from ltml.store.mending import Row, mended
from ltml.store.proven import UNREADABLE, proven_turn
from ltml.store.seals import SEALED, as_bytes, misfit, seal
from ltml.store.sql import each, rows, sql
from ltml.text import restored

#: The columns of a turn that its record covers.
TURN = ("id", "session", "role", "speaker", "ref", "origin", "at", "zone", "text", "interrupted", "salt")
#: Everything hangs on a row of these: what cannot be mended stays, and `verify` names it.
ROOTS = frozenset({"meta", "namespace"})
#: What is left of a night's record that cannot be mended; its changes stay known, so that forgetting finds them.
LEFT = {"kind": "night", "state": "sealed", "started": 0, "zone": 0, "report": "{}"}


def repair_rows(connection: apsw.Connection) -> None:
    """Mend every row that is one bit or one byte away from its digest, and set the others aside."""
    with suppress(apsw.ConstraintError):  # two rows that became the same: they are named, and stay
        connection.execute("reindex")
    for table in SEALED:
        for row in raw_rows(connection, table, misfit(table)):
            _repair_sealed(connection, table, row)
    _repair_chain(connection)
    for number, space, name in list(unproven(connection)):
        if not rows(connection, "misfitting namespaces", space):  # else every turn in it seems damaged
            _repair_turn(connection, number, None if name is None else restored(name))


def mend_roots(connection: apsw.Connection) -> bool:
    """Mend the secret and the names of namespaces; false if the secret is beyond that."""
    for table in sorted(ROOTS):
        for row in raw_rows(connection, table, misfit(table)):
            _repair_sealed(connection, table, row)
    return not raw_rows(connection, "meta", misfit("meta"))


def unproven(connection: apsw.Connection) -> Iterator[tuple[int, int, Any]]:
    """Yield (number, namespace's number, namespace) of every turn that is not what was captured."""
    for *columns, space, name in each(connection, "every turn"):
        try:
            proven_turn(restored(name), columns)
        except (DamagedRow, *UNREADABLE):
            yield columns[0], space, name


def _repair_sealed(connection: apsw.Connection, table: str, row: Mapping[str, Typed]) -> None:
    columns, keys = SEALED[table]
    stored = row["seal"][1]
    texts = frozenset(name for name in columns if row[name][0] == "text")
    values = {name: row[name][1] for name in columns}
    where = " and ".join(f"{as_bytes(table, key)} is ?" for key in keys)
    here = tuple(row[key][1] for key in keys)
    if _nearly(seal(*values.values()), stored):
        connection.execute(f"update {table} set seal = ? where {where}", (seal(*values.values()), *here))  # noqa: S608
        return
    found = next(_learned(connection, table, values, stored), None)
    found = found or mended(values, texts, lambda guess: seal(*guess.values()) == stored)
    if found is not None:
        name = next(name for name in columns if found[name] != values[name])
        connection.execute(f"update {table} set {name} = ? where {where}", (found[name], *here))  # noqa: S608
    elif table not in ROOTS:
        set_aside(connection, table, where, *here)
        if table == "change":
            connection.execute(sql("seal night"), (row["night"][1],))
        if table == "night":
            _leave_night(connection, row)


def _learned(connection: apsw.Connection, table: str, values: Row, stored: Any) -> Iterator[Row]:
    """Yield a memory as a night's record has it, if its seal says that it is the same."""
    for (body,) in rows(connection, "learned as", values["id"]) if table == "memory" else ():
        guess = {**values, "body": body}
        if seal(*guess.values()) == stored:
            yield guess


def _leave_night(connection: apsw.Connection, row: Mapping[str, Typed]) -> None:
    name = bytes(row["id"][1]).decode("utf-8", "replace")
    columns = {"no": row["no"][1], "id": name, "namespace": row["namespace"][1], **LEFT}
    fields, marks = ", ".join(columns), ", ".join("?" * len(columns))
    connection.execute(f"insert into night ({fields}) values ({marks})", tuple(columns.values()))  # noqa: S608


def _repair_chain(connection: apsw.Connection) -> None:
    """Mend records and links of the chain that are a byte away from what the turns and the other links say."""
    computed = {columns[0]: _computed(columns) for columns in each(connection, "every turn")}
    previous = GENESIS
    for number, record, stored in rows(connection, "chain"):
        said = computed.get(number) or record
        if record != said and _nearly(said, record) and link(previous, said) == stored:
            connection.execute(sql("put record"), (said, number))
        elif _nearly(link(previous, record), stored):
            stored = link(previous, record)  # noqa: PLW2901 -- the next link rests on it
            connection.execute(sql("put link"), (stored, number))
        previous = stored


def _computed(columns: tuple[Any, ...]) -> bytes | None:
    """Return the record a turn's row should have in the chain, if the row can be read."""
    _, *said, interrupted, _, salt, _, _, name = columns
    try:
        return record_of(salt, restored(name), *_read(said), interrupted=bool(interrupted))
    except UNREADABLE:
        return None


def _read(said: list[Any]) -> Iterator[Any]:
    return (restored(value) if isinstance(value, bytes) else value for value in said)


def _repair_turn(connection: apsw.Connection, number: int, namespace: str | None) -> None:
    """Mend a turn, give it back to its namespace, or set it aside."""
    record = rows(connection, "record", number)
    for row in raw_rows(connection, "turn", "no = ?", number):
        values = {name: row[name][1] for name in TURN}
        texts = frozenset(name for name in TURN if row[name][0] == "text")

        def fits(guess: Row, name: str | None = namespace) -> bool:
            *said, interrupted, salt = guess.values()
            try:
                found = record_of(salt, name or "", *_read(said), interrupted=bool(interrupted))
            except UNREADABLE:
                return False
            return [(found,)] == record

        home = next((space for space, name in rows(connection, "spaces") if fits(values, restored(name))), None)
        if home is not None:
            connection.execute("update turn set namespace = ? where no = ?", (home, number))
            return
        found = mended(values, texts, fits) if record and namespace is not None else None
        if found is None:
            set_aside_turn(connection, number)
        else:
            name = next(name for name in TURN if found[name] != values[name])
            connection.execute(f"update turn set {name} = ? where no = ?", (found[name], number))  # noqa: S608


def _nearly(one: bytes, other: Any) -> bool:
    """Tell whether two digests differ in one byte: then one of them was damaged, for no chance is that small."""
    if not isinstance(other, bytes) or len(one) != len(other):
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1
