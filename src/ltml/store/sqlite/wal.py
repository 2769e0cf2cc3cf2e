"""
Acknowledged transactions that a damaged write-ahead log lost.

SQLite reads a log up to the first frame whose checksum fails and takes the rest for a write that a power cut broke off
(https://www.sqlite.org/walformat.html, 4.4). A damaged byte looks the same: every later write is dropped silently. But
a transaction begins only after the previous one is on the disk. So if there are commits of two transactions behind the
place where SQLite stopped, the first was complete once, and the log was damaged. Damage to the very last transaction
cannot be told from a power cut.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path
from struct import Struct
from typing import Any

import apsw

_HEADER = Struct(">8I")
_FRAME = Struct(">6I")


def count_lost_commits(connection: apsw.Connection, path: str, vfs: str | None = None) -> int:
    """Return how many acknowledged transactions SQLite leaves out of the log. Must be called before any write."""
    connection.execute("select 1 from sqlite_schema").fetchall()  # makes SQLite read the log
    ends = _read_commit_marks(path, int(str(connection.pragma("page_size"))), vfs)
    read = int(
        str(connection.execute("pragma wal_checkpoint(noop)").fetchall()[0][1])
    )  # afterwards, as others may be writing
    left_out = sum(ends[read:]) if read >= 0 else 0
    return left_out if left_out > 1 else 0


def _read_commit_marks(path: str, page_size: int, vfs: str | None) -> list[bool]:
    """Return, for every frame of the log's present generation, whether it ends a transaction; none without a log."""
    log, step = Path(f"{path}-wal"), page_size + _FRAME.size
    if not log.exists():
        return []
    with suppress(apsw.Error):
        handle: Any = apsw.VFSFile(vfs or "", str(log), [apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_WAL, 0])
        try:
            size = handle.xFileSize()
            if size < _HEADER.size + step:
                return []
            starts = range(_HEADER.size, size - step + 1, step)
            frames = [_FRAME.unpack(handle.xRead(_FRAME.size, start)) for start in starts]
            header_salt = _HEADER.unpack(handle.xRead(_HEADER.size, 0))[4:6]
        finally:
            handle.xClose()
        salts = [frame[2:4] for frame in frames]
        present, _ = Counter([header_salt, *salts[:2]]).most_common(1)[0]  # any one of them may be damaged
        return [bool(frame[1]) and salt == present for frame, salt in zip(frames, salts, strict=True)]
    return []
