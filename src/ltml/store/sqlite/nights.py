"""Nights as functions of a connection inside a transaction: begin, commit, finish, undo."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import apsw

from ltml.errors import StaleNight, UndoConflict
from ltml.model import Change
from ltml.store.canonical import pack_row
from ltml.store.rules import check_undoable, check_writable, night_not_found, undo_conflict
from ltml.store.sqlite.changes import ChangeWriter
from ltml.store.sqlite.decode import decode_change
from ltml.store.sqlite.statements import fetch_all, fetch_one, sql
from ltml.store.sqlite.turns import ensure_namespace
from ltml.text import storable


def find_night(connection: apsw.Connection, namespace_id: int, night: str) -> Sequence[Any]:
    """Return the row of a night (no, id, kind, state, ...). Raises `NotFound`."""
    found: Sequence[Any] | None = fetch_one(connection, "night", namespace_id, night)
    if found is None:
        raise night_not_found(night)
    return found


def commit_night(
    connection: apsw.Connection, namespace: str, night: str, turns: Iterable[str], changes: Sequence[Change]
) -> None:  # fmt: skip
    """Write every change into the rows and into the night's record, and mark these turns slept."""
    namespace_id = ensure_namespace(connection, namespace)
    number, _, _, state, *_ = find_night(connection, namespace_id, night)
    check_writable(night, state)
    ChangeWriter(connection, namespace_id).write(changes)
    start = fetch_one(connection, "last change", number)[0] + 1
    columns = [
        (number, seq, change.key, pack_row(change.before), pack_row(change.after), storable(change.reason))
        for seq, change in enumerate(changes, start)
    ]
    connection.executemany(sql("add change"), columns)
    slept = [no for (no,) in fetch_all(connection, "numbers of turns", namespace_id, json.dumps(list(turns)))]
    connection.executemany(sql("drop new"), [(namespace_id, no) for no in slept])
    connection.executemany(sql("add slept"), [(number, no) for no in slept])


def undo_night(connection: apsw.Connection, namespace: str, night: str) -> None:
    """Put back what a night replaced, make its turns new again and veto its changes. Raises `UndoConflict`."""
    namespace_id = ensure_namespace(connection, namespace)
    number, _, _, state, *_ = find_night(connection, namespace_id, night)
    check_undoable(night, state)
    changes = [decode_change(columns) for columns in fetch_all(connection, "changes", number)]
    for change in changes:
        later = fetch_one(connection, "later changes", namespace_id, change.key, number)
        if later is not None:
            raise undo_conflict(later[0], later[1], change.key)
    try:
        ChangeWriter(connection, namespace_id).write(change.inverse for change in reversed(changes))
    except StaleNight as exc:
        message = f"night {night} cannot be undone: {exc}, and no night says why; run `ltml verify`"
        raise UndoConflict(message) from exc
    slept = fetch_all(connection, "slept", number)
    connection.executemany(sql("add new"), [(namespace_id, turn) for (turn,) in slept])
    connection.execute(sql("drop slept"), (number,))
    connection.executemany(sql("add veto"), [(namespace_id, change.key) for change in changes])
    connection.execute(sql("mark undone"), (number,))
