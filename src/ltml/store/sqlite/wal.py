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
    step = int(str(connection.pragma("page_size"))) + _FRAME.size
    ends: list[bool] = []  # for every frame of the log's present generation, whether it ends a transaction
    log = Path(f"{path}-wal")
    with suppress(apsw.Error):
        if not log.exists():
            return 0
        handle: Any = apsw.VFSFile(vfs or "", str(log), [apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_WAL, 0])
        try:
            starts = range(_HEADER.size, handle.xFileSize() - step + 1, step)
            frames = [_FRAME.unpack(handle.xRead(_FRAME.size, start)) for start in starts]
            if frames:
                salts = [_HEADER.unpack(handle.xRead(_HEADER.size, 0))[4:6], *(frame[2:4] for frame in frames)]
                present, _ = Counter(salts[:3]).most_common(1)[0]  # any one of them may be damaged
                ends = [bool(frame[1]) and frame[2:4] == present for frame in frames]
        finally:
            handle.xClose()
    # read afterwards, as others may be writing
    read = int(str(connection.execute("pragma wal_checkpoint(noop)").fetchall()[0][1]))
    left_out = sum(ends[read:]) if read >= 0 else 0
    return left_out if left_out > 1 else 0
