"""
Opening a SQLite file: pragmas, schema, plain words for the driver's errors.

`synchronous=FULL` because WAL with NORMAL loses acknowledged turns at a power cut (docs/durability.md has the figures).
`secure_delete=ON` because what is forgotten must leave the file and not only its tables.
"""

from __future__ import annotations

import json
import os
import struct
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import apsw

from ltml import private
from ltml.errors import (
    DamagedRow,
    ForeignFile,
    LTMLError,
    NotFound,
    SchemaTooNew,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreUnavailable,
)
from ltml.store.backups import before_schema
from ltml.store.seals import seal_all, teach
from ltml.store.sql import schemas

#: How long a writer waits for another process, in milliseconds. Nights hold the lock for well under a second a part.
PATIENCE = 60_000
#: Pages the log may grow to before it is moved into the file (16 MB). Capture touches the same pages of the index again
#: and again; a longer log writes and syncs each of them less often. `shorten` cuts it after every night.
LOG = 4_000
APPLICATION_ID = 0x4C544D4C  # "LTML"
#: The store makes the file itself, for this user alone; SQLite must not make another one in its place.
_EXISTING = apsw.SQLITE_OPEN_READWRITE

#: What to do about a damaged file.
CURE = "`ltml verify --repair` saves what can be read into a new file and keeps this one; or restore a backup"
#: What SQLite may say, and what LTML says instead. A test lists apsw's errors and fails on one that is not here.
PLAIN: dict[type[apsw.Error], tuple[type[StoreError], str]] = {
    apsw.BusyError: (StoreBusy, "{path} is being written by another process; wait a moment and try again"),
    apsw.LockedError: (StoreBusy, "{path} is being written by another process; wait a moment and try again"),
    apsw.FullError: (StoreUnavailable, "the disk that holds {path} is full; make room, then go on: nothing is lost"),
    apsw.IOError: (StoreUnavailable, "reading or writing {path} failed ({error}); check the disk"),
    apsw.CantOpenError: (StoreUnavailable, "{path} cannot be opened ({error}); is the folder there, is it yours?"),
    apsw.PermissionsError: (StoreUnavailable, "{path} may not be used by you; check who owns it"),
    apsw.ReadOnlyError: (StoreUnavailable, "{path} is read-only; check its permissions and the disk's"),
    apsw.NotADBError: (
        StoreDamaged,
        "{path} is not a SQLite database, or its beginning is damaged; choose another file, or restore a backup",
    ),
    apsw.CorruptError: (StoreDamaged, f"{{path}} is damaged ({{error}}); {CURE}"),
    apsw.TooBigError: (StoreUnavailable, "a text is too long for {path}: SQLite keeps up to a thousand million bytes"),
    apsw.NoMemError: (StoreUnavailable, "not enough memory to work on {path}"),
    apsw.SQLError: (StoreDamaged, f"the tables of {{path}} are not as LTML made them ({{error}}); {CURE}"),
    apsw.ConstraintError: (StoreDamaged, f"two rows of {{path}} contradict each other ({{error}}); {CURE}"),
    apsw.MismatchError: (StoreDamaged, f"a value in {{path}} is of the wrong kind ({{error}}); {CURE}"),
    apsw.FormatError: (StoreDamaged, f"{{path}} is damaged ({{error}}); {CURE}"),
    apsw.EmptyError: (StoreDamaged, f"{{path}} is damaged ({{error}}); {CURE}"),
    apsw.InternalError: (StoreDamaged, f"{{path}} made SQLite fail ({{error}}); {CURE}"),
    apsw.ProtocolError: (StoreBusy, "{path} is locked in a way that SQLite does not know; is it on a network drive?"),
    apsw.SchemaChangeError: (StoreBusy, "the tables of {path} were changed meanwhile; try again"),
    apsw.InterruptError: (StoreUnavailable, "the work on {path} was broken off; try again"),
    apsw.NoLFSError: (StoreUnavailable, "{path} is larger than this system can hold; move it to another one"),
}
#: What reading bytes may raise that are not what was written. Where rows are read each is caught by itself (proven.py);
#: this is for what lies between.
CODECS = (UnicodeDecodeError, json.JSONDecodeError, struct.error, zlib.error)


@contextmanager
def speaking_plainly(path: str) -> Iterator[None]:
    """Translate the errors of the driver and of codecs; the original stays attached."""
    try:
        yield
    except LTMLError:
        raise
    except apsw.Error as exc:
        known = (PLAIN[kind] for kind in type(exc).__mro__ if kind in PLAIN)
        kind, words = next(known, (StoreUnavailable, "{path}: {error}"))
        raise kind(words.format(path=path, error=exc)) from exc
    except UnicodeEncodeError as exc:
        raise NotFound(f"half a character is no name of anything in {path}; copy the name as LTML shows it") from exc
    except CODECS as exc:  # its own words may quote what was said
        message = f"something in {path} cannot be read ({type(exc).__name__}); `ltml verify` names it"
        raise DamagedRow(message) from exc


def connect(path: str, *, vfs: str | None = None, synchronous: str = "full") -> apsw.Connection:
    """Open a connection that writes. Raises `StoreError`s."""
    with speaking_plainly(path):
        connection = apsw.Connection(path, _EXISTING, vfs=vfs)
        connection.set_busy_timeout(PATIENCE)
        for pragma in (
            f"synchronous={synchronous}",
            "secure_delete=on",
            "foreign_keys=off",
            f"wal_autocheckpoint={LOG}",
        ):
            connection.execute(f"pragma {pragma}").fetchall()
        teach(connection)
        return connection


def connect_to_read(path: str, *, vfs: str | None = None) -> apsw.Connection:
    """Open a connection that only reads."""
    with speaking_plainly(path):
        connection = apsw.Connection(path, _EXISTING, vfs=vfs)
        connection.set_busy_timeout(PATIENCE)
        connection.execute("pragma query_only=on")
        teach(connection)
        return connection


def prepare(connection: apsw.Connection, path: str, secret: bytes, scripts: Sequence[str] | None = None) -> None:
    """
    Bring the file to the newest schema: create it, leave it, or migrate it after a backup.

    A file that is not LTML's, or a newer LTML's, is left exactly as it is. Raises `SchemaTooNew` and `StoreDamaged`.
    """
    scripts = schemas() if scripts is None else scripts
    with speaking_plainly(path):
        _refuse_foreign(connection, path, len(scripts))
        _use_wal(connection)
        if _version(connection) < len(scripts):
            _climb(connection, path, scripts, secret)


def back_up(connection: apsw.Connection, path: str) -> None:
    """
    Copy the whole database to `path` as it is now, for this user alone.

    An older copy is replaced only when the new one is complete.
    """
    unfinished = f"{path}.unfinished"
    Path(unfinished).unlink(missing_ok=True)
    os.close(private.create_file(Path(unfinished)))
    with closing(apsw.Connection(unfinished)) as target, target.backup("main", connection, "main") as copy:
        copy.step(-1)
    os.replace(unfinished, path)  # noqa: PTH105 -- it says that an older copy is replaced


def _refuse_foreign(connection: apsw.Connection, path: str, known: int) -> None:
    """Look in one transaction: another process may be creating the tables just now."""
    connection.execute("begin")
    try:
        if _has_tables(connection) and connection.pragma("application_id") != APPLICATION_ID:
            raise ForeignFile(f"{path} is a SQLite database, but not LTML's; choose another file")
        if _version(connection) > known:
            raise SchemaTooNew(_too_new(path, _version(connection), known))
    finally:
        connection.execute("rollback")


def _use_wal(connection: apsw.Connection) -> None:
    """Switch to WAL. That wants a new file for itself, and SQLite does not wait for it as for other locks."""
    for _ in range(PATIENCE // 20):
        with suppress(apsw.BusyError):
            connection.execute("pragma journal_mode=wal").fetchall()
            return
        time.sleep(0.02)
    raise apsw.BusyError("the journal mode is being changed")


def _climb(connection: apsw.Connection, path: str, scripts: Sequence[str], secret: bytes) -> None:
    """Run the missing scripts in one transaction, after a backup; another process may have done it meanwhile."""
    connection.execute("begin immediate")
    try:
        version = _version(connection)
        if 0 < version < len(scripts):
            with closing(connect_to_read(path, vfs=connection.open_vfs)) as still:  # a writing one cannot be copied
                back_up(still, before_schema(path, len(scripts)))
        for number, script in enumerate(scripts[version:], version + 1):
            connection.execute(script)
            connection.execute(f"pragma user_version={number}")
        if version == 0:
            connection.execute(f"pragma application_id={APPLICATION_ID}")
            connection.execute("insert into meta (name, value) values ('secret', ?)", (secret,))
        seal_all(connection)
        connection.execute("commit")
    finally:
        roll_back(connection)


def shorten(connection: apsw.Connection) -> None:
    """Move the log into the file and give its space back, if nobody is in the way; nothing rests on it."""
    connection.set_busy_timeout(0)
    try:
        with suppress(apsw.Error):  # a full disk, say: the log keeps everything, and the next writer says what is wrong
            connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    finally:
        connection.set_busy_timeout(PATIENCE)


def let_go(connection: apsw.Connection) -> None:
    """Close a connection. What a full disk keeps out of the file stays in the log, for whoever opens it next."""
    with suppress(apsw.Error):
        connection.close()


def roll_back(connection: apsw.Connection) -> None:
    """Leave no transaction open."""
    if connection.in_transaction:
        connection.execute("rollback")


def _version(connection: apsw.Connection) -> int:
    return int(connection.pragma("user_version"))


def _has_tables(connection: apsw.Connection) -> bool:
    return bool(connection.execute("select 1 from sqlite_schema limit 1").fetchall())


def _too_new(path: str, version: int, known: int) -> str:
    return (
        f"{path} was written by a newer LTML (its schema is {version}, this version knows up to {known}); "
        "update LTML, or open another file. Nothing was changed."
    )
