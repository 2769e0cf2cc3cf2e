"""One SQLite file as a store uses it: one writing thread, a pool of reading connections, errors as LTML's."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import apsw

from ltml import private
from ltml.errors import StoreDamaged, StoreUnavailable
from ltml.store.sqlite.backups import list_backups
from ltml.store.sqlite.connect import (
    REPAIR_ADVICE,
    close_quietly,
    connect,
    connect_to_read,
    migrate,
    roll_back,
    translate_errors,
)
from ltml.store.sqlite.repair import correct_roots
from ltml.store.sqlite.rescue import keep_copies
from ltml.store.sqlite.seals import install_seal_triggers
from ltml.store.sqlite.statements import fetch_all, fetch_one, sql
from ltml.store.sqlite.turns import find_namespace
from ltml.store.sqlite.wal import count_lost_commits
from ltml.store.sqlite.writer import CLOSED, Writer

T = TypeVar("T")
#: Suffixes of the files SQLite keeps beside a database.
SIDE_FILES = ("-wal", "-shm", "-journal")


class Database:
    """
    Reads and writes of one file, created for this user alone if it is not there.

    Every read sees the file as it was when the read began; every write is one transaction, durable when it returns.
    """

    def __init__(
        self, path: str | Path, *, entropy: Callable[[int], bytes], vfs: str | None, synchronous: str
    ) -> None:  # fmt: skip
        """Open the file. Raises `StoreError`s."""
        self.path = os.path.realpath(path)  # as SQLite does: the log lies beside the file, not beside a link to it
        self.vfs = vfs
        self._names = frozenset({Path(self.path), Path(os.fspath(path))})
        self._entropy, self._synchronous = entropy, synchronous
        self._create_file(Path(self.path))
        self.secret_is_sound = True
        self._writer = Writer(self._connect, self.path)
        self._idle: SimpleQueue[apsw.Connection] = SimpleQueue()
        self._open = True
        try:
            found = self.read(lambda c: fetch_one(c, "secret"))
        except BaseException:
            self.close()
            raise
        if not found or not isinstance(found[0], bytes):
            self.close()
            raise StoreDamaged(f"the secret in {self.path} cannot be read; {REPAIR_ADVICE}")
        self.secret = found[0]
        ours = [
            Path(self.path),
            *(Path(f"{self.path}{suffix}") for suffix in SIDE_FILES),
            *list_backups(Path(self.path)),
        ]
        private.restrict_to_owner(file for file in ours if file.is_file())

    def write(self, work: Callable[[apsw.Connection], T], *, alone: bool = False) -> T:
        """Run work on the writing connection in a transaction, or `alone` outside of any; wait until it is durable."""
        with translate_errors(self.path):
            return self._writer(work, alone=alone)

    def read(self, look: Callable[[apsw.Connection], T]) -> T:
        """Return what a function of a reading connection returns."""
        with self.reading() as connection:
            return look(connection)

    def select(self, namespace: str, name: str, *bindings: str | bytes) -> list[Any]:
        """Return the rows of a named statement whose first parameter is the namespace's id."""
        with self.reading() as connection:
            return fetch_all(connection, name, find_namespace(connection, namespace), *bindings)

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """Lend a connection inside one read transaction."""
        with translate_errors(self.path):
            connection = self._borrow()
            connection.execute("begin")
            try:
                yield connection
            finally:
                roll_back(connection)
                self._idle.put(connection)
                if not self._open:
                    self.close_readers()

    def _borrow(self) -> apsw.Connection:
        if not self._open:
            raise StoreUnavailable(CLOSED)
        try:
            return self._idle.get_nowait()
        except Empty:
            return connect_to_read(self.path, vfs=self.vfs)

    def files(self) -> list[Path]:
        """Return the files that hold text; -shm holds page numbers only."""
        return [file for file in (Path(self.path), Path(f"{self.path}-wal")) if file.exists()]

    def backups(self) -> list[Path]:
        """Return the copies LTML made, under the file's name and that of a link to it."""
        return [copy for name in self._names for copy in list_backups(name)]

    def close_readers(self) -> None:
        """Close the reading connections that are idle."""
        while True:
            try:
                close_quietly(self._idle.get_nowait())
            except Empty:
                return

    def close(self) -> None:
        """Finish what is queued and close every connection."""
        self._open = False
        self._writer.close()
        self.close_readers()

    @staticmethod
    def _create_file(path: Path) -> None:
        """Create the folder and the file for this user alone; SQLite gives its side files the file's mode."""
        try:
            private.make_folder(path.absolute().parent)
            # only if it is new: closing a second handle of an open database would drop this process's locks on it
            os.close(private.create_file(path))
        except FileExistsError:
            return  # whose it is shows when it is opened
        except OSError as exc:
            message = f"{path} cannot be opened ({exc.strerror}); is the folder there, is it yours?"
            raise StoreUnavailable(message) from exc

    def _connect(self) -> apsw.Connection:
        """Return the writing connection: with the schema migrated, seals installed, and damage to the log recorded."""
        connection = connect(self.path, vfs=self.vfs, synchronous=self._synchronous)
        try:
            with translate_errors(self.path):
                lost = count_lost_commits(connection, self.path, self.vfs)
                kept = keep_copies(self.path) if lost else ""
                migrate(connection, self.path, self._entropy(32))
                install_seal_triggers(connection)
                if lost:
                    connection.execute(sql("add lost log"), (lost, kept, int(time.time()) * 1_000_000))
                self.secret_is_sound = correct_roots(connection)
        except BaseException:
            close_quietly(connection)
            raise
        return connection
