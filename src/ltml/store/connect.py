"""
Opening a SQLite file: pragmas, schema, plain words for the driver's errors.

`synchronous=FULL` because WAL with NORMAL loses acknowledged turns at a power cut (docs/durability.md has the figures).
`secure_delete=ON` because what is forgotten must leave the file and not only its tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import apsw

from ltml.errors import LTMLError, SchemaTooNew, StoreBusy, StoreDamaged, StoreError, StoreUnavailable
from ltml.store.sql import schemas

#: How long a writer waits for another process, in milliseconds. Nights hold the lock for well under a second a part.
PATIENCE = 60_000
APPLICATION_ID = 0x4C544D4C  # "LTML"

#: What SQLite may say, and what LTML says instead. A test lists apsw's errors and fails on one that is not here.
PLAIN: dict[type[apsw.Error], tuple[type[StoreError], str]] = {
    apsw.BusyError: (StoreBusy, "{path} is being written by another process; wait a moment and try again"),
    apsw.LockedError: (StoreBusy, "{path} is being written by another process; wait a moment and try again"),
    apsw.FullError: (StoreUnavailable, "the disk that holds {path} is full; make room, then go on: nothing is lost"),
    apsw.IOError: (StoreUnavailable, "reading or writing {path} failed ({error}); check the disk"),
    apsw.CantOpenError: (StoreUnavailable, "{path} cannot be opened ({error}); does the folder exist, may you write there?"),
    apsw.PermissionsError: (StoreUnavailable, "{path} may not be used by you; check who owns it"),
    apsw.ReadOnlyError: (StoreUnavailable, "{path} is read-only; check its permissions and the disk's"),
    apsw.NotADBError: (StoreDamaged, "{path} is not a SQLite database; choose another file or move this one away"),
    apsw.CorruptError: (StoreDamaged, "{path} is damaged ({error}); run `ltml verify`, or restore a backup"),
    apsw.NoMemError: (StoreUnavailable, "not enough memory to work on {path}"),
}


@contextmanager
def speaking_plainly(path: str) -> Iterator[None]:
    """Translate the driver's errors; the driver's own stays attached."""
    try:
        yield
    except LTMLError:
        raise
    except apsw.Error as exc:
        kind, words = PLAIN.get(type(exc), (StoreUnavailable, "{path}: {error}"))
        raise kind(words.format(path=path, error=exc)) from exc


def connect(path: str, *, vfs: str | None = None, synchronous: str = "full") -> apsw.Connection:
    """Open a connection that writes. Raises `StoreError`s."""
    with speaking_plainly(path):
        connection = apsw.Connection(path, vfs=vfs)
        connection.set_busy_timeout(PATIENCE)
        for pragma in ("journal_mode=wal", f"synchronous={synchronous}", "secure_delete=on", "foreign_keys=off"):
            connection.execute(f"pragma {pragma}").fetchall()
        return connection


def connect_to_read(path: str, *, vfs: str | None = None) -> apsw.Connection:
    """Open a connection that only reads."""
    with speaking_plainly(path):
        connection = apsw.Connection(path, vfs=vfs)
        connection.set_busy_timeout(PATIENCE)
        connection.execute("pragma query_only=on")
        return connection


def prepare(connection: apsw.Connection, path: str, secret: bytes, scripts: Sequence[str] | None = None) -> None:
    """
    Bring the file to the newest schema: create it, leave it, or migrate it after a backup.

    Raises `SchemaTooNew` for a file of a newer LTML and `StoreDamaged` for one that is not LTML's.
    """
    scripts = schemas() if scripts is None else scripts
    with speaking_plainly(path):
        version = _version(connection)
        if version > len(scripts):
            raise SchemaTooNew(_too_new(path, version, len(scripts)))
        if version == 0 and _has_tables(connection):
            message = f"{path} is a SQLite database, but not LTML's; choose another file"
            raise StoreDamaged(message)
        if 0 < version < len(scripts):
            back_up(connection, f"{path}.before-schema-{len(scripts)}")
        if version < len(scripts):
            _climb(connection, scripts, secret)


def back_up(connection: apsw.Connection, path: str) -> None:
    """Copy the whole database to `path` as it is now, replacing an older copy only when the new one is complete."""
    unfinished = f"{path}.unfinished"
    Path(unfinished).unlink(missing_ok=True)
    target = apsw.Connection(unfinished)
    with target.backup("main", connection, "main") as copy:
        copy.step(-1)
    target.close()
    os.replace(unfinished, path)


def _climb(connection: apsw.Connection, scripts: Sequence[str], secret: bytes) -> None:
    """Run the missing scripts in one transaction; another process may have done it meanwhile."""
    connection.execute("begin immediate")
    try:
        version = _version(connection)
        for number, script in enumerate(scripts[version:], version + 1):
            connection.execute(script)
            connection.execute(f"pragma user_version={number}")
        if version == 0:
            connection.execute(f"pragma application_id={APPLICATION_ID}")
            connection.execute("insert into meta (name, value) values ('secret', ?)", (secret,))
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


def _version(connection: apsw.Connection) -> int:
    return int(connection.pragma("user_version"))


def _has_tables(connection: apsw.Connection) -> bool:
    return bool(connection.execute("select 1 from sqlite_schema limit 1").fetchall())


def _too_new(path: str, version: int, known: int) -> str:
    return (
        f"{path} was written by a newer LTML (its schema is {version}, this version knows up to {known}); "
        "update LTML, or open another file. Nothing was changed."
    )
