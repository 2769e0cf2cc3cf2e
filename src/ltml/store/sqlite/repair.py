"""What a repair does to rows that are not what was written: mend what a digest verifies, set aside the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import apsw

from ltml.errors import DamagedRow
from ltml.store.identity import GENESIS, chain_link, digest_columns
from ltml.store.sqlite.bit_errors import StoredRow, correct_row
from ltml.store.sqlite.decode import DECODE_ERRORS, decode_turn
from ltml.store.sqlite.quarantine import UNOWNED, TypedValue, quarantine_rows, quarantine_turn, read_raw_rows
from ltml.store.sqlite.seals import SEALED, raw_value, seal, seal_mismatch
from ltml.store.sqlite.statements import fetch_all, iter_rows, sql
from ltml.text import restored

#: The columns of a turn that its record covers.
TURN_FIELDS = ("id", "session", "role", "speaker", "ref", "origin", "at", "zone", "text", "interrupted", "salt")
#: What replaces a night's record that cannot be mended; its changes stay known, so that forgetting finds them.
SEALED_NIGHT = {"kind": "night", "state": "sealed", "started": 0, "zone": 0, "report": "{}"}


def repair_rows(connection: apsw.Connection) -> None:
    """Mend every row that is one bit or one byte away from its digest, and set the others aside."""
    with suppress(apsw.ConstraintError):  # two rows that became equal: they are named, and stay
        connection.execute("reindex")
    for table in SEALED:
        for row in read_raw_rows(connection, table, seal_mismatch(table)):
            repair_sealed_row(connection, table, row)
    _repair_chain(connection)
    for number, namespace_id, name in list(iter_damaged_turns(connection)):
        if not fetch_all(connection, "damaged namespaces", namespace_id):  # or else every turn in it seems damaged
            _repair_turn(connection, number, None if name is None else restored(name))


def correct_roots(connection: apsw.Connection) -> bool:
    """Mend the secret and the names of namespaces, which all rows rest on; false if the secret cannot be mended."""
    for table in sorted(UNOWNED):
        for row in read_raw_rows(connection, table, seal_mismatch(table)):
            repair_sealed_row(connection, table, row)
    return not read_raw_rows(connection, "meta", seal_mismatch("meta"))


def iter_damaged_turns(connection: apsw.Connection) -> Iterator[tuple[int, int, Any]]:
    """Yield (number, namespace's id, namespace's name) of every turn that is not what was captured."""
    for *columns, namespace_id, name in iter_rows(connection, "every turn"):
        try:
            decode_turn(restored(name), columns)
        except (DamagedRow, *DECODE_ERRORS):
            yield columns[0], namespace_id, name


def repair_sealed_row(connection: apsw.Connection, table: str, row: Mapping[str, TypedValue]) -> None:
    """Mend a row whose seal does not match, or its seal, or set it aside; a damaged root stays where it is."""
    columns, keys = SEALED[table]
    stored = row["seal"][1]
    values: StoredRow = {name: row[name][1] for name in columns}
    where = " and ".join(f"{raw_value(table, key)} is ?" for key in keys)
    key = tuple(row[name][1] for name in keys)
    if is_nearly(seal(*values.values()), stored):
        connection.execute(f"update {table} set seal = ? where {where}", (seal(*values.values()), *key))  # noqa: S608
        return

    def fits(guess: StoredRow) -> bool:
        return bool(seal(*guess.values()) == stored)

    found: StoredRow | None = None
    if table == "memory":  # a night's record may hold it as it was
        bodies = fetch_all(connection, "memory bodies in changes", values["id"])
        found = next((guess for (body,) in bodies if fits(guess := {**values, "body": body})), None)
    texts = frozenset(name for name in columns if row[name][0] == "text")
    found = found or correct_row(values, texts, fits)
    if found is not None:
        name = next(name for name in columns if found[name] != values[name])
        connection.execute(f"update {table} set {name} = ? where {where}", (found[name], *key))  # noqa: S608
    elif table not in UNOWNED:
        quarantine_rows(connection, table, where, *key)
        if table == "change":
            connection.execute(sql("seal night"), (row["night"][1],))
        if table == "night":
            night = bytes(row["id"][1]).decode("utf-8", "replace")
            fields = {"no": row["no"][1], "id": night, "namespace": row["namespace"][1], **SEALED_NIGHT}
            names, marks = ", ".join(fields), ", ".join("?" * len(fields))
            connection.execute(f"insert into night ({names}) values ({marks})", tuple(fields.values()))  # noqa: S608


def _repair_chain(connection: apsw.Connection) -> None:
    """Mend records and links of the chain that are a byte away from what the turns and the other links say."""
    computed: dict[int, bytes] = {}
    for number, *columns, interrupted, _, salt, _, _, name in iter_rows(connection, "every turn"):
        with suppress(*DECODE_ERRORS):
            computed[number] = digest_stored_turn(salt, name, columns, interrupted)
    previous = GENESIS
    for number, record, stored in fetch_all(connection, "chain"):
        expected, link = computed.get(number) or record, chain_link(previous, record)
        if record != expected and is_nearly(expected, record) and chain_link(previous, expected) == stored:
            connection.execute(sql("put chain record"), (expected, number))
        elif is_nearly(link, stored):
            connection.execute(sql("put chain link"), (link, number))
            previous = link  # the next link rests on it
            continue
        previous = stored


def digest_stored_turn(salt: bytes, namespace: Any, columns: Sequence[Any], interrupted: Any) -> bytes:
    """Return the record of a turn's row as stored (id ... text). Raises one of `DECODE_ERRORS` if it cannot be read."""
    values: list[Any] = [restored(value) if isinstance(value, bytes) else value for value in columns]
    return digest_columns(salt, restored(namespace), *values, interrupted=bool(interrupted))


def _repair_turn(connection: apsw.Connection, number: int, namespace: str | None) -> None:
    """Mend a turn, give it back to its namespace, or set it aside."""
    record = fetch_all(connection, "chain record", number)
    for row in read_raw_rows(connection, "turn", "no = ?", number):
        values: StoredRow = {name: row[name][1] for name in TURN_FIELDS}
        texts = frozenset(name for name in TURN_FIELDS if row[name][0] == "text")

        def fits(guess: StoredRow, name: str | None = namespace) -> bool:
            *said, interrupted, salt = guess.values()
            try:
                return [(digest_stored_turn(salt, name or "", said, interrupted),)] == record
            except DECODE_ERRORS:
                return False

        namespaces = fetch_all(connection, "all namespaces")
        home = next((namespace_id for namespace_id, name in namespaces if fits(values, restored(name))), None)
        if home is not None:
            connection.execute("update turn set namespace = ? where no = ?", (home, number))
            return
        found = correct_row(values, texts, fits) if record and namespace is not None else None
        if found is None:
            quarantine_turn(connection, number)
        else:
            name = next(name for name in TURN_FIELDS if found[name] != values[name])
            connection.execute(f"update turn set {name} = ? where no = ?", (found[name], number))  # noqa: S608


def is_nearly(one: bytes, other: Any) -> bool:
    """Tell whether two digests differ in exactly one byte: then one of them was damaged."""
    if not isinstance(other, bytes) or len(one) != len(other):
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1
