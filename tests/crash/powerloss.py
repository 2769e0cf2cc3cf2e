# ruff: noqa: N802 - SQLite names the methods of a VFS
"""
A disk that can lose its power, fill up or fail, as an SQLite VFS.

Theory of operation
-------------------
A program sees what it has *written*; after a power cut there is only what was *durable*. Here the written state is
the real files in a real folder, so that reads, locks and WAL's shared memory are SQLite's own C code. Beside it a
`Disk` keeps, in memory, what a power cut would leave: for each file (`Inode`) the durable bytes and the changes told
to it since its last sync, and for the folder the durable names and the names changed since its last sync. `xSync`
moves a file's changes into its durable bytes and never bothers the real disk, which is why this is fast.

What the disk may do with unsynced changes is what SQLite says it expects of hardware (sqlite.org/atomiccommit.html,
section 2, and sqlite.org/psow.html):

- Unsynced writes reach the platter in any order, or not at all; a synced one is there. A sector (512 bytes here, the
  smallest that disks have) is written wholly or not at all, and bytes beside a write are not harmed: the VFS below
  reports SQLITE_IOCAP_POWERSAFE_OVERWRITE, and we keep that word.
- "The file size is updated before the file content": where a write that made a file longer is lost, the length may
  survive with rubbish in it. Mode "torn" does that.
- Deleting a file is atomic, but durable only when the folder is synced. SQLite asks for that with `syncDir`, which
  it does for a rollback journal under `synchronous=EXTRA` only (sqlite.org/pragma.html#pragma_synchronous). So a
  journal that was deleted under FULL may come back and undo the last commit; this simulator shows it.
- A folder is also synced, as in SQLite's os_unix.c, by the first sync of each handle that was opened to create a
  journal or a WAL.
- A new file's own name becomes durable with the file's first sync. POSIX does not promise it, ext4, XFS, Btrfs and
  APFS do; SQLite relies on it where no journal is made (the target of VACUUM INTO).

`-shm` is left out: SQLite rebuilds it from the WAL whenever the first connection opens the database.

Calls that change the disk (write, truncate, sync, delete) are counted over all connections. At the chosen one the
power goes: that call and every later one fail with `PowerCut`, an `apsw.IOError`. The write in flight is not torn
at this point, since the next point, with the same write still unsynced, does that.

Limits. Files that were there before their first opening through the VFS count as durable. Files never opened through
it are copied as they are. Renaming or deleting a database behind SQLite's back is not seen. Disks that lie about
syncing, and kernels that forget dirty pages after a failed sync, are not simulated. And apsw raises every error of a
VFS in Python, including those SQLite itself chooses to ignore (a checkpoint that fails after its commit): after a
`fail`, an error out of COMMIT means "unknown", not "not written".
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal

import apsw

SECTOR = 512

Mode = Literal["drop", "torn", "reorder"]
Call = Literal["write", "truncate", "sync", "delete"]
FaultName = Literal["SQLITE_FULL", "SQLITE_IOERR"]
MODES: tuple[Mode, ...] = ("drop", "torn", "reorder")

_JOURNALS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL | apsw.SQLITE_OPEN_WAL

_IOERR: dict[Call, int] = {
    "write": apsw.SQLITE_IOERR_WRITE,
    "truncate": apsw.SQLITE_IOERR_TRUNCATE,
    "sync": apsw.SQLITE_IOERR_FSYNC,
    "delete": apsw.SQLITE_IOERR_DELETE,
}


class Injected(apsw.Error):
    """An error that this disk made on purpose."""


class PowerCut(Injected, apsw.IOError):
    """The machine is off. SQLite sees SQLITE_IOERR."""


class DiskFull(Injected, apsw.FullError):
    """No room left. SQLite sees SQLITE_FULL."""


class DiskFailed(Injected, apsw.IOError):
    """The disk could not do this. SQLite sees the SQLITE_IOERR_... of the call."""

    def __init__(self, kind: Call) -> None:
        super().__init__(f"the disk failed at a {kind}")
        self.extendedresult = _IOERR[kind]


# --- what can happen to a file ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Bytes placed at an offset; a gap before them reads as zeros."""

    offset: int
    data: bytes

    def on(self, image: bytearray) -> None:
        image.extend(bytes(max(0, self.offset - len(image))))
        image[self.offset : self.offset + len(self.data)] = self.data


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate:
    """The file is made this long."""

    size: int

    def on(self, image: bytearray) -> None:
        del image[self.size :]
        image.extend(bytes(self.size - len(image)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubbish:
    """A lost write of which only the new length of the file survived; does nothing to bytes already there."""

    offset: int
    data: bytes

    def on(self, image: bytearray) -> None:
        image.extend(bytes(max(0, self.offset - len(image))))
        image.extend(self.data[len(image) - self.offset :])


Change = Write | Truncate | Rubbish


@dataclass(eq=False, slots=True, kw_only=True)
class Inode:
    """A file: the bytes a power cut leaves for certain, and what it has been told since its last sync."""

    durable: bytearray
    unsynced: list[Change] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.unsynced:
            change.on(self.durable)
        self.unsynced.clear()

    def after_power_loss(self, mode: Mode, random: Random) -> bytearray:
        image = bytearray(self.durable)
        for change in _surviving(self.unsynced, mode, random):
            change.on(image)
        return image


def _surviving(changes: Sequence[Change], mode: Mode, random: Random) -> Iterator[Change]:
    """Those of the changes that reached the platter: none, a random half whole, or a random half partly cut."""
    for change in changes if mode != "drop" else ():
        reached = random.random() < 0.5
        if mode == "torn" and isinstance(change, Write):
            yield from _torn(change, reached=reached, random=random)
        elif reached:
            yield change


def _torn(write: Write, *, reached: bool, random: Random) -> Iterator[Change]:
    """One time in two the write is as in "reorder"; else only its head or tail reached, or nothing but the length."""
    if random.random() < 0.5:
        yield from [write] if reached else []
    elif reached:
        yield _cut(write, random)
    else:
        yield Rubbish(offset=write.offset, data=random.randbytes(len(write.data)))


def _cut(write: Write, random: Random) -> Write:
    """The sectors before, or the sectors after, a random sector boundary inside the write."""
    end = write.offset + len(write.data)
    boundaries = range((write.offset // SECTOR + 1) * SECTOR, end, SECTOR)
    if not boundaries:
        return write
    at = random.choice(boundaries)
    if random.random() < 0.5:
        return Write(offset=write.offset, data=write.data[: at - write.offset])
    return Write(offset=at, data=write.data[at - write.offset :])


# --- the disk --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Rename:
    """A name in the folder now means this file; None: it is gone."""

    name: str
    inode: Inode | None

    def on(self, names: dict[str, Inode]) -> None:
        if self.inode is None:
            names.pop(self.name, None)
        else:
            names[self.name] = self.inode


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    An error at one call, or at it and all later ones.

    A full disk refuses writes only; it still syncs, truncates and deletes.
    """

    at: int
    error: FaultName
    forever: bool

    def strike(self, call: int, kind: Call) -> None:
        due = call >= self.at if self.forever else call == self.at
        if due and self.error == "SQLITE_IOERR":
            raise DiskFailed(kind)
        if due and kind == "write":
            raise DiskFull("the disk is full")


class Disk:
    """
    What the files under `root` hold for certain and perhaps, and when the power goes.

    Safe to use from many threads: one call at a time, as on one cable.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.calls = 0
        self.on = True
        self.struck = False  #: a cut or a fault has hit somebody
        self.open_files = 0
        self._lock = threading.RLock()
        self._cut: int | None = None
        self._fault: Fault | None = None
        self._names: dict[str, Inode] = {}
        self._durable_names: dict[str, Inode] = {}
        self._renames: list[Rename] = []

    def cut(self, kth: int) -> None:
        """Let the power go at the k-th call from now, 1 being the next."""
        self._cut = self.calls + kth

    def fail(self, kth: int, error: FaultName, *, forever: bool) -> None:
        """Let the k-th call from now fail, or it and all later ones until `heal`."""
        self._fault = Fault(at=self.calls + kth, error=error, forever=forever)

    def heal(self) -> None:
        """Space has come back, the cable has been replaced: no more faults."""
        self._fault = None

    @contextmanager
    def powered(self) -> Iterator[None]:
        """Look at the disk without changing it. Raises PowerCut when the machine is off."""
        with self._lock:
            if not self.on:
                raise PowerCut("the machine is off")
            yield

    @contextmanager
    def changed(self, kind: Call) -> Iterator[None]:
        """Change the disk: counted, and failed when its time has come."""
        with self.powered():
            self.calls += 1
            try:
                self._strike(kind)
            except Injected:
                self.struck = True
                raise
            yield

    def _strike(self, kind: Call) -> None:
        if self.calls == self._cut:
            self.on = False
            raise PowerCut(f"the power went at call {self.calls}, a {kind}")
        if self._fault is not None:
            self._fault.strike(self.calls, kind)

    # What the VFS reports. Called between `powered` or `changed`, so with the lock held.

    def known(self, path: str) -> Inode | None:
        """The file of that name, taken as durable if it was there before; None if it is not there."""
        if path not in self._names and self._holds(path) and Path(path).exists():
            self._names[path] = self._durable_names[path] = Inode(durable=bytearray(Path(path).read_bytes()))
        return self._names.get(path)

    def create(self, path: str) -> Inode:
        """A new, empty file. One outside the folder, or without a name, is written but never survives."""
        inode = Inode(durable=bytearray())
        if self._holds(path):
            self._rename(path, inode)
        return inode

    def delete(self, path: str, *, durably: bool) -> None:
        """The name is gone; for certain only if the folder is synced too."""
        self._rename(path, None)
        if durably:
            self.sync_folder()

    def sync(self, inode: Inode) -> None:
        """All that was written to the file is durable, and so is its name if it was new."""
        inode.sync()
        names = {rename.name for rename in self._renames if rename.inode is inode}
        self._make_durable([rename for rename in self._renames if rename.name in names])

    def sync_folder(self) -> None:
        """All names are durable as they are."""
        self._make_durable(self._renames)

    def _make_durable(self, renames: list[Rename]) -> None:
        """These, in their order, and none of them again later: an old deletion must not hit the new file."""
        for rename in renames:
            rename.on(self._durable_names)
        self._renames = [rename for rename in self._renames if rename not in renames]

    def _holds(self, path: str) -> bool:
        return Path(path).is_relative_to(self.root)

    def _rename(self, path: str, inode: Inode | None) -> None:
        rename = Rename(name=path, inode=inode)
        rename.on(self._names)
        self._renames.append(rename)

    # What is left.

    def survive(self, into: Path, mode: Mode, random: Random) -> None:
        """
        Write into the empty or missing folder `into` what the disk may look like when the power is back.

        Mode "drop": nothing unsynced survives. "reorder": a random half of it, each write whole. "torn": a random
        half, some writes only in part. The power is cut, if it still is on. May be called again, for other fates.
        """
        with self._lock:
            self.on = False
            shutil.copytree(self.root, into, ignore=self._simulated, dirs_exist_ok=True)
            for path, inode in sorted(self._surviving_names(mode, random).items()):
                target = into / Path(path).relative_to(self.root)
                target.write_bytes(inode.after_power_loss(mode, random))

    def _simulated(self, folder: str, names: list[str]) -> set[str]:
        """Those files in the folder that the plain copy must leave alone."""
        seen = self._names.keys() | self._durable_names.keys()
        return {name for name in names if name.endswith("-shm") or str(Path(folder, name)) in seen}

    def _surviving_names(self, mode: Mode, random: Random) -> dict[str, Inode]:
        names = dict(self._durable_names)
        for rename in self._renames:
            if mode != "drop" and random.random() < 0.5:
                rename.on(names)
        return names


# --- the VFS: SQLite's own, with the disk told of everything ------------------------------------------------------


class PowerLoss(apsw.VFS):
    """
    The default VFS over the files in `root`, on a disk that can be cut or made to fail.

    Open with `apsw.Connection(path, vfs=name)`, for any number of connections and threads. A VFS lives as long as
    this object or a connection through it.
    """

    def __init__(self, name: str, root: Path) -> None:
        self.name = name
        self.disk = Disk(root)
        super().__init__(name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name or ""
        with self.disk.powered():
            inode = self.disk.known(path) if path else None
            file = _File(self.disk, name, flags)
            file.inode = inode or self.disk.create(path)
            return file

    def xDelete(self, filename: str, syncdir: bool) -> None:
        with self.disk.changed("delete"):
            self.disk.known(filename)
            super().xDelete(filename, False)
            self.disk.delete(filename, durably=syncdir)

    def xAccess(self, pathname: str, flags: int) -> bool:
        with self.disk.powered():
            return super().xAccess(pathname, flags)

    def xSleep(self, microseconds: int) -> int:
        """A machine that is off does not wait for locks; else a leaked connection would cost whole busy timeouts."""
        return super().xSleep(microseconds) if self.disk.on else microseconds


class _File(apsw.VFSFile):
    """A real file whose changes the disk hears of. Unlocking and closing work without power: we clean up."""

    inode: Inode

    def __init__(self, disk: Disk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._disk = disk
        self._syncs_folder = bool(flags[0] & apsw.SQLITE_OPEN_CREATE and flags[0] & _JOURNALS)
        self._disk.open_files += 1
        self._open = True

    def xRead(self, amount: int, offset: int) -> bytes:
        with self._disk.powered():
            return super().xRead(amount, offset)

    def xFileSize(self) -> int:
        with self._disk.powered():
            return super().xFileSize()

    def xLock(self, level: int) -> None:
        with self._disk.powered():
            super().xLock(level)

    def xWrite(self, data: bytes | memoryview, offset: int) -> None:
        with self._disk.changed("write"):
            super().xWrite(data, offset)
            self.inode.unsynced.append(Write(offset=offset, data=bytes(data)))

    def xTruncate(self, newsize: int) -> None:
        with self._disk.changed("truncate"):
            super().xTruncate(newsize)
            self.inode.unsynced.append(Truncate(size=newsize))

    def xSync(self, flags: int) -> None:
        del flags  # a sync of data only still covers the length
        with self._disk.changed("sync"):
            self._disk.sync(self.inode)
            if self._syncs_folder:
                self._disk.sync_folder()
                self._syncs_folder = False

    def xClose(self) -> None:
        self._disk.open_files -= self._open
        self._open = False
        super().xClose()
