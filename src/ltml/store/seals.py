"""
Seals: a digest in every row that nothing else proves, so that a damaged row is told from one that was written.

A turn is proven by its record in the chain, a derived table by a fresh build. What nights, hands and the proxy wrote
(memories, verdicts, changes, words placed, ...) has a seal: a digest of the row's other columns. It is written by
triggers that live in LTML's own writing connection and in no file, so that no statement can forget it, and whatever
else changes a row, a bad disk or another program, leaves a seal that does not fit. A row whose seal did not fit before
is not sealed again by a change to it: damage is never covered up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import apsw

#: What is sealed: the columns of each table, and among them those that name a row. A column that is added later is not
#: covered until it is named here, and then its migration must seal the rows that are there anew.
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
    """Return the digest of a row's columns; a text and its bytes are the same."""
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


def seal_writes(connection: apsw.Connection) -> None:
    """Let this connection seal every row it writes."""
    connection.execute("pragma temp_store=memory").fetchall()
    for table, (columns, keys) in SEALED.items():
        here = " and ".join(f"{key} is new.{key}" for key in keys)
        sealing = f"update {table} set seal = {_sealed('new', columns)} where {here}"  # noqa: S608 -- our own names
        unlike = " or ".join(f"new.{column} is not old.{column}" for column in columns)
        connection.execute(f"create temp trigger seal_new_{table} after insert on main.{table} begin {sealing}; end")
        connection.execute(
            f"create temp trigger seal_changed_{table} after update of {', '.join(columns)} on main.{table} "
            f"when ({unlike}) and old.seal is {_sealed('old', columns)} begin {sealing}; end"
        )


def seal_all(connection: apsw.Connection) -> None:
    """Seal every row that has no seal: what was written before there were any."""
    for table, (columns, _) in SEALED.items():
        if any(name == "seal" for _, name, *_ in connection.execute(f"pragma table_info({table})")):
            connection.execute(f"update {table} set seal = {_sealed(table, columns)} where seal is null")  # noqa: S608


def misfit(table: str) -> str:
    """Return the SQL condition for rows of a table whose seal does not fit."""
    return f"{table}.seal is not {_sealed(table, SEALED[table][0])}"


def teach(connection: apsw.Connection) -> None:
    """Teach a connection how a seal is made."""
    connection.create_scalar_function("seal", seal, -1, deterministic=True)


def _sealed(row: str, columns: Sequence[str]) -> str:
    return f"seal({', '.join(as_bytes(row, column) for column in columns)})"


def as_bytes(row: str, column: str) -> str:
    """Return the expression for a column in which a text stands as its bytes: it may be none that can be read."""
    return f"iif(typeof({row}.{column}) = 'text', cast({row}.{column} as blob), {row}.{column})"
