"""
Opening a SQLite file: pragmas, schema migrations, and the driver's errors as LTML's.

`synchronous=FULL` because WAL with NORMAL loses acknowledged turns at a power cut (docs/durability.md has the figures).
`secure_delete=ON` because what is forgotten must leave the file, not only its tables.
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
from ltml.store.sqlite.backups import MIGRATION
from ltml.store.sqlite.seals import register_seal_function, seal_unsealed_rows
from ltml.store.sqlite.statements import schema_scripts

#: How long a writer waits for another process, in milliseconds. A night holds the lock for well under a second a batch.
BUSY_TIMEOUT_MS = 60_000
#: Pages the write-ahead log may grow to before a checkpoint (16 MB). Capture touches the same pages of the index again
#: and again; a longer log writes and syncs each of them less often. `truncate_log` empties it after every night.
CHECKPOINT_PAGES = 4_000
APPLICATION_ID = 0x4C544D4C  # "LTML"
#: LTML creates the file itself, for this user alone; SQLite must not create one.
_OPEN_EXISTING = apsw.SQLITE_OPEN_READWRITE

#: What to do about a damaged file.
REPAIR_ADVICE = "`ltml verify --repair` saves what can be read into a new file and keeps this one; or restore a backup"
#: LTML's error and message for each of the driver's. A test lists apsw's errors and fails on one that is missing.
ERROR_MESSAGES: dict[type[apsw.Error], tuple[type[StoreError], str]] = {
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
    apsw.CorruptError: (StoreDamaged, f"{{path}} is damaged ({{error}}); {REPAIR_ADVICE}"),
    apsw.TooBigError: (StoreUnavailable, "a text is too long for {path}: SQLite keeps up to a thousand million bytes"),
    apsw.NoMemError: (StoreUnavailable, "not enough memory to work on {path}"),
    apsw.SQLError: (StoreDamaged, f"the tables of {{path}} are not as LTML made them ({{error}}); {REPAIR_ADVICE}"),
    apsw.ConstraintError: (StoreDamaged, f"two rows of {{path}} contradict each other ({{error}}); {REPAIR_ADVICE}"),
    apsw.MismatchError: (StoreDamaged, f"a value in {{path}} is of the wrong kind ({{error}}); {REPAIR_ADVICE}"),
    apsw.FormatError: (StoreDamaged, f"{{path}} is damaged ({{error}}); {REPAIR_ADVICE}"),
    apsw.EmptyError: (StoreDamaged, f"{{path}} is damaged ({{error}}); {REPAIR_ADVICE}"),
    apsw.InternalError: (StoreDamaged, f"{{path}} made SQLite fail ({{error}}); {REPAIR_ADVICE}"),
    apsw.ProtocolError: (StoreBusy, "{path} is locked in a way that SQLite does not know; is it on a network drive?"),
    apsw.SchemaChangeError: (StoreBusy, "the tables of {path} were changed meanwhile; try again"),
    apsw.InterruptError: (StoreUnavailable, "the work on {path} was broken off; try again"),
    apsw.NoLFSError: (StoreUnavailable, "{path} is larger than this system can hold; move it to another one"),
}
#: What reading damaged bytes may raise outside of `decode`, which catches its own.
CODEC_ERRORS = (UnicodeDecodeError, json.JSONDecodeError, struct.error, zlib.error)


@contextmanager
def translate_errors(path: str) -> Iterator[None]:
    """Translate the errors of the driver and of codecs; the original stays attached as the cause."""
    try:
        yield
    except LTMLError:
        raise
    except apsw.Error as exc:
        known = (ERROR_MESSAGES[kind] for kind in type(exc).__mro__ if kind in ERROR_MESSAGES)
        kind, words = next(known, (StoreUnavailable, "{path}: {error}"))
        raise kind(words.format(path=path, error=exc)) from exc
    except UnicodeEncodeError as exc:
        raise NotFound(f"half a character is no name of anything in {path}; copy the name as LTML shows it") from exc
    except CODEC_ERRORS as exc:  # its own message may quote what was said
        message = f"something in {path} cannot be read ({type(exc).__name__}); `ltml verify` names it"
        raise DamagedRow(message) from exc


def connect(path: str, *, vfs: str | None = None, synchronous: str = "full") -> apsw.Connection:
    """Return a connection that writes. Raises `StoreError`s."""
    with translate_errors(path):
        connection = apsw.Connection(path, _OPEN_EXISTING, vfs=vfs)
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        for pragma in (
            f"synchronous={synchronous}",
            "secure_delete=on",
            "foreign_keys=off",
            f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        ):
            connection.execute(f"pragma {pragma}").fetchall()
        register_seal_function(connection)
        return connection


def connect_to_read(path: str, *, vfs: str | None = None) -> apsw.Connection:
    """Return a connection that only reads. Raises `StoreError`s."""
    with translate_errors(path):
        connection = apsw.Connection(path, _OPEN_EXISTING, vfs=vfs)
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        connection.execute("pragma query_only=on")
        register_seal_function(connection)
        return connection


def migrate(connection: apsw.Connection, path: str, secret: bytes, scripts: Sequence[str] | None = None) -> None:
    """
    Bring the file to the newest schema: create it, leave it, or migrate it after a backup.

    A file that is not LTML's, or a newer LTML's, is left exactly as it is. Raises `ForeignFile` and `SchemaTooNew`.
    """
    scripts = schema_scripts() if scripts is None else scripts
    with translate_errors(path):
        connection.execute("begin")  # one snapshot: another process may be creating the tables just now
        try:
            has_tables = connection.execute("select 1 from sqlite_schema limit 1").fetchall()
            if has_tables and connection.pragma("application_id") != APPLICATION_ID:
                raise ForeignFile(f"{path} is a SQLite database, but not LTML's; choose another file")
            version, known = _schema_version(connection), len(scripts)
            if version > known:
                raise SchemaTooNew(
                    f"{path} was written by a newer LTML (its schema is {version}, this version knows up to {known}); "
                    "update LTML, or open another file. Nothing was changed."
                )
        finally:
            connection.execute("rollback")
        _enable_wal(connection)
        if _schema_version(connection) < known:
            _run_scripts(connection, path, scripts, secret)


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
    os.replace(unfinished, path)  # noqa: PTH105 -- the name says that an older copy is replaced


def _enable_wal(connection: apsw.Connection) -> None:
    """Switch to WAL mode. A new file must not be in use for that, and the busy timeout does not cover it."""
    for _ in range(BUSY_TIMEOUT_MS // 20):
        with suppress(apsw.BusyError):
            connection.execute("pragma journal_mode=wal").fetchall()
            return
        time.sleep(0.02)
    raise apsw.BusyError("the journal mode is being changed")


def _run_scripts(connection: apsw.Connection, path: str, scripts: Sequence[str], secret: bytes) -> None:
    """Run the missing scripts in one transaction, after a backup; another process may have done it meanwhile."""
    connection.execute("begin immediate")
    try:
        version = _schema_version(connection)
        if 0 < version < len(scripts):
            with closing(connect_to_read(path, vfs=connection.open_vfs)) as reader:  # a writing one cannot be copied
                back_up(reader, f"{path}{MIGRATION}{len(scripts)}")
        for number, script in enumerate(scripts[version:], version + 1):
            connection.execute(script)
            connection.execute(f"pragma user_version={number}")
        if version == 0:
            connection.execute(f"pragma application_id={APPLICATION_ID}")
            connection.execute("insert into meta (name, value) values ('secret', ?)", (secret,))
        seal_unsealed_rows(connection)
        connection.execute("commit")
    finally:
        roll_back(connection)


def truncate_log(connection: apsw.Connection) -> None:
    """Move the log into the file and give its namespace_id back, if nobody is in the way; nothing rests on it."""
    connection.set_busy_timeout(0)
    try:
        with suppress(apsw.Error):  # such as a full disk: the log keeps everything, and the next writer reports it
            connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    finally:
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)


def close_quietly(connection: apsw.Connection) -> None:
    """Close a connection. What a full disk keeps out of the file stays in the log until it is opened next."""
    with suppress(apsw.Error):
        connection.close()


def roll_back(connection: apsw.Connection) -> None:
    """Roll back the transaction, if one is open."""
    if connection.in_transaction:
        connection.execute("rollback")


def _schema_version(connection: apsw.Connection) -> int:
    return int(connection.pragma("user_version"))
