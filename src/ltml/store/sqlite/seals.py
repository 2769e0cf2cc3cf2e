"""
Seals: a digest in every row that nothing else verifies, by which a damaged row is recognised.

A turn is verified by its record in the chain, a derived table by a fresh build. What nights, users and the proxy wrote
(memories, verdicts, changes, placed texts, ...) has a seal: a digest of the row's other columns. It is written by
temporary triggers of LTML's own writing connection, so that no statement can omit it, and whatever else changes a row
(a bad disk, another program) leaves a seal that does not match. A row whose seal did not match before is not sealed
again when it is updated: damage is never covered up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import apsw

#: By table: the columns its seal covers, and those of its key. A column that is added later is not covered until it is
#: named here, and then its migration must seal the existing rows anew.
SEALED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "meta": (("name", "value"), ("name",)),
    "namespace": (("id", "name"), ("id",)),
    "verdict": (("turn", "namespace", "keep", "kind", "reason", "salience", "tier", "dates"), ("turn",)),
    "memory": (("id", "namespace", "learned_at", "tier", "body"), ("id", "namespace")),
    "night": (("no", "id", "kind", "state", "started", "zone", "report", "namespace"), ("no",)),
    "change": (("night", "seq", "row", "before", "after", "reason"), ("night", "seq")),
    "veto": (("namespace", "key"), ("namespace", "key")),
    "answer": (("namespace", "question", "answer"), ("namespace", "question")),
    "used": (("no", "namespace", "session", "at", "tokens", "items", "origin"), ("no",)),
    "forgotten": (("id", "namespace", "at", "state", "body", "sought"), ("id",)),
    "placed": (
        ("namespace", "session", "place", "text", "tokens", "items", "used"),
        ("namespace", "session", "place"),
    ),
}


def seal(*columns: Any) -> bytes:
    """Return the digest of a row's columns; text and its UTF-8 bytes count as equal."""
    digest = blake2b(digest_size=16)
    for column in columns:
        if isinstance(column, str):
            raw, kind = column.encode("utf-8", "surrogatepass"), b"t"
        elif isinstance(column, bytes):
            raw, kind = column, b"t"
        else:
            raw, kind = repr(column).encode(), b"v"
        digest.update(b"%b%d:%b" % (kind, len(raw), raw))
    return digest.digest()


def install_seal_triggers(connection: apsw.Connection) -> None:
    """Make this connection seal every row it writes."""
    connection.execute("pragma temp_store=memory").fetchall()
    for table, (columns, keys) in SEALED.items():
        key = " and ".join(f"{name} is new.{name}" for name in keys)
        update = f"update {table} set seal = {seal_expression('new', columns)} where {key}"  # noqa: S608 -- our own names
        differs = " or ".join(f"new.{column} is not old.{column}" for column in columns)
        connection.execute(f"create temp trigger seal_new_{table} after insert on main.{table} begin {update}; end")
        connection.execute(
            f"create temp trigger seal_changed_{table} after update of {', '.join(columns)} on main.{table} "
            f"when ({differs}) and old.seal is {seal_expression('old', columns)} begin {update}; end"
        )


def seal_unsealed_rows(connection: apsw.Connection) -> None:
    """Seal every row that has no seal: what was written before there were any."""
    for table, (columns, _) in SEALED.items():
        if any(name == "seal" for _, name, *_ in connection.execute(f"pragma table_info({table})")):
            connection.execute(f"update {table} set seal = {seal_expression(table, columns)} where seal is null")  # noqa: S608


def seal_mismatch(table: str) -> str:
    """Return the SQL condition for rows of a table whose seal does not match."""
    return f"{table}.seal is not {seal_expression(table, SEALED[table][0])}"


def register_seal_function(connection: apsw.Connection) -> None:
    """Make the SQL function `seal` known to a connection."""
    connection.create_scalar_function("seal", seal, -1, deterministic=True)


def seal_expression(row: str, columns: Sequence[str]) -> str:
    """Return the SQL expression for the seal of a row."""
    return f"seal({', '.join(raw_value(row, column) for column in columns)})"


def raw_value(row: str, column: str) -> str:
    """Return the SQL expression for a column with text as its bytes, which may be invalid UTF-8."""
    return f"iif(typeof({row}.{column}) = 'text', cast({row}.{column} as blob), {row}.{column})"
