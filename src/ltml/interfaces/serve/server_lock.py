"""
The note a server leaves beside its memory: who serves it, so that other commands find it and no second one starts.

Theory of operation. The note is a file that its server keeps locked; the system drops the lock with the process,
however that ends. So a note that is locked is true, and one that is not was left by a server that died: what stands in
it counts no more, whoever has its process number or its port by now. The words are changed in place, never by a new
file: a lock is on the file and not on its name. That is also why whoever has got the lock looks whether the name still
leads there, for the last holder takes the name away before it lets go.

Two servers on one memory would sleep and place twice. Other programs may use the file meanwhile.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ltml import private
from ltml.errors import StoreBusy, StoreUnavailable
from ltml.location import resolve_store_file

#: Whoever only looks holds the lock for a moment; a server that begins tries again for so long (seconds).
PATIENCE, PAUSE = 1.0, 0.05
#: On Windows what is locked cannot be read, so a byte far behind the words is.
FAR = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerInfo:
    """Who serves a memory: the process, where it listens (nothing while it begins), and since when."""

    pid: int
    url: str
    since: str

    def __str__(self) -> str:
        """Say it to a person."""
        return f"process {self.pid} {f'at {self.url}' if self.url else '(it is beginning)'}, since {self.since}"


@contextmanager
def hold_server_lock(db: str) -> Iterator[Callable[[str], None]]:
    """
    Hold the memory's note while it is served, and lend what writes the server's address into it.

    Raises `StoreBusy` if another server holds it, with which; `StoreUnavailable` if the note cannot be written.
    """
    place = lock_path(db)
    if place is None:
        yield lambda _: None
        return
    since = datetime.now().astimezone().isoformat(" ", "seconds")
    handle = _lock_file(place, db)
    try:
        _write(handle, ServerInfo(pid=os.getpid(), url="", since=since))
        yield lambda url: _write(handle, ServerInfo(pid=os.getpid(), url=url, since=since))
    finally:
        if os.name != "nt":  # there an open file keeps its name
            place.unlink(missing_ok=True)
        os.close(handle)
        if os.name == "nt":
            with suppress(OSError):  # the next one has it already
                place.unlink(missing_ok=True)


def find_server(db: str) -> ServerInfo | None:
    """Return who serves a memory, or nothing if nobody does."""
    place = lock_path(db)
    if place is None:
        return None
    try:
        handle = os.open(place, os.O_RDWR | private.O_BINARY)
    except OSError:
        return None
    try:
        return None if _lock(handle) else _read(handle)
    finally:
        os.close(handle)


def lock_path(db: str) -> Path | None:
    """Return where the note of a memory's server lies; a memory that is no file has none. Raises `ConfigError`."""
    file = resolve_store_file(db)
    return None if file is None else Path(f"{file.resolve()}.serve")  # by whichever name the memory is called


def _lock_file(place: Path, db: str) -> int:
    """Return the handle of the note, locked. Raises `StoreBusy` and `StoreUnavailable`."""
    tries = round(PATIENCE / PAUSE)
    for left in reversed(range(tries)):
        handle = _open_file(place)
        if _lock(handle):
            if _is_current_file(handle, place):
                return handle
        elif not left:
            found = _read(handle)
            os.close(handle)
            raise StoreBusy(_already_served(db, found))
        os.close(handle)
        time.sleep(PAUSE)
    raise StoreBusy(_already_served(db, None))


def _open_file(place: Path) -> int:
    try:
        private.make_folder(place.parent)
        with suppress(FileExistsError):
            return private.create_file(place)
        private.restrict_to_owner([place])
        return os.open(place, os.O_RDWR | os.O_CREAT | private.O_BINARY, private.FILE_MODE)
    except OSError as exc:
        raise StoreUnavailable(f"{place} cannot be written ({exc.strerror}); is the folder yours?") from exc


def _already_served(db: str, found: ServerInfo | None) -> str:
    who = f"{found}" if found else "another process"
    return (
        f"{db} is served already by {who}: use that one, or stop it first; "
        "a server beside it needs a memory of its own (--db PATH)"
    )


def _is_current_file(handle: int, place: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), place.stat())
    except FileNotFoundError:
        return False


def _write(handle: int, find_server: ServerInfo) -> None:
    os.lseek(handle, 0, os.SEEK_SET)
    os.ftruncate(handle, 0)
    os.write(handle, json.dumps(asdict(find_server)).encode())


def _read(handle: int) -> ServerInfo | None:
    """Return what stands in a note; nothing while it is being written."""
    os.lseek(handle, 0, os.SEEK_SET)
    try:
        said: Mapping[str, object] = json.loads(os.read(handle, FAR))
        return ServerInfo(pid=int(str(said["pid"])), url=str(said["url"]), since=str(said["since"]))
    except (ValueError, KeyError, TypeError):
        return None


def _lock(handle: int) -> bool:
    """Take the lock, until the handle is closed or the process ends; tell whether nobody else has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # the latter is how Windows says it
        return False
    except OSError:  # a file system without locks cannot tell; then nobody is kept from serving
        return True
    return True
