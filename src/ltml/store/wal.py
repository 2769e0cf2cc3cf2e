"""
What the write-ahead log lost of what was acknowledged.

SQLite reads a log up to the first frame that is not whole and takes the rest for a write that a power cut broke off. A
damaged byte looks the same to it: every later write is dropped without a word. But a transaction is begun only after
the one before is on the disk. So if behind the place where SQLite stopped there are commits of two transactions, the
first was whole once, and the log was damaged. Damage to the very last transaction cannot be told from a power cut.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path
from struct import Struct
from typing import Any

import apsw

HEADER = Struct(">8I")
FRAME = Struct(">6I")


def lost_commits(connection: apsw.Connection, path: str, vfs: str | None = None) -> int:
    """Return how many acknowledged transactions SQLite leaves out of the log; to be asked before any write."""
    connection.execute("select 1 from sqlite_schema").fetchall()  # now the log is read
    ends = _ends(path, int(str(connection.pragma("page_size"))), vfs)
    read = int(str(connection.execute("pragma wal_checkpoint(noop)").fetchall()[0][1]))  # after: others may be writing
    left_out = sum(ends[read:]) if read >= 0 else 0
    return left_out if left_out > 1 else 0


def _ends(path: str, page: int, vfs: str | None) -> list[bool]:
    """Return, for every frame of the log's present round, whether a transaction ends with it."""
    log = Path(f"{path}-wal")
    if not log.exists():
        return []
    with suppress(apsw.Error):
        handle: Any = apsw.VFSFile(vfs or "", str(log), [apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_WAL, 0])
        try:
            return _ends_in(handle, handle.xFileSize(), page + FRAME.size)
        finally:
            handle.xClose()
    return []


def _ends_in(handle: Any, size: int, step: int) -> list[bool]:
    if size < HEADER.size + step:
        return []
    starts = range(HEADER.size, size - step + 1, step)
    frames = [FRAME.unpack(handle.xRead(FRAME.size, start)) for start in starts]
    salts = [frame[2:4] for frame in frames]
    round_of, _ = Counter([HEADER.unpack(handle.xRead(HEADER.size, 0))[4:6], *salts[:2]]).most_common(1)[0]
    return [bool(frame[1]) and salt == round_of for frame, salt in zip(frames, salts, strict=True)]
