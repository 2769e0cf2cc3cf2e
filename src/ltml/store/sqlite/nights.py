"""Nights as functions of a connection inside a transaction: begin, commit, finish, undo."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import apsw

from ltml.errors import StaleNight, UndoConflict
from ltml.model import Change, Night, NightState
from ltml.store.canonical import dump_json, pack_row
from ltml.store.identity import to_microseconds, utc_offset
from ltml.store.rules import check_undoable, check_writable, night_not_found, undo_conflict
from ltml.store.sqlite.changes import ChangeWriter
from ltml.store.sqlite.decode import decode_change, decode_night, decode_rows
from ltml.store.sqlite.statements import fetch_all, fetch_one, sql
from ltml.store.sqlite.turns import ensure_namespace, find_namespace
from ltml.text import storable


def find_night(connection: apsw.Connection, namespace_id: int, night: str) -> Sequence[Any]:
    """Return the row of a night (no, id, kind, state, ...). Raises `NotFound`."""
    found: Sequence[Any] | None = fetch_one(connection, "night", namespace_id, night)
    if found is None:
        raise night_not_found(night)
    return found


def load_night(connection: apsw.Connection, namespace: str, night: str) -> Night:
    """Return a night with its changes; a damaged change is left out. Raises `NotFound`."""
    found = find_night(connection, find_namespace(connection, namespace), night)
    return decode_night(found, tuple(decode_rows(decode_change, fetch_all(connection, "changes", found[0]))))


def begin_night(connection: apsw.Connection, namespace: str, night: Night) -> None:
    """Write the record of a night, or resume the one of this id."""
    namespace_id = ensure_namespace(connection, namespace)
    at = (to_microseconds(night.started_at), utc_offset(night.started_at))
    columns = (night.id, namespace_id, night.kind, night.state, *at, dump_json(dict(night.report)))
    connection.execute(sql("add night"), columns)
    check_writable(night.id, find_night(connection, namespace_id, night.id)[3])


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


def finish_night(
    connection: apsw.Connection, namespace: str, night: str, state: NightState, report: Mapping[str, float | str]
) -> None:  # fmt: skip
    """Write how a night ended; the model's answers are needed only to resume an interrupted one."""
    namespace_id = ensure_namespace(connection, namespace)
    number = find_night(connection, namespace_id, night)[0]
    connection.execute(sql("finish night"), (state, dump_json(dict(report)), number))
    if state != "interrupted":
        connection.execute(sql("drop answers"), (namespace_id,))


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
