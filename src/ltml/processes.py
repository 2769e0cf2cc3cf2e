"""
Names of processes, by which others on the same machine can tell whether a process has ended.

Theory of operation. A process id alone is not enough: ids are reused, and every machine and container has its own. So a
name says where the id is valid (this boot of this machine, its host name, the PID and time namespaces) and when the
process started. A process has ended if its name is of this place and no process of this id runs there, or one that
started at another time. In any doubt, and on every system without `/proc`, it counts as running.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

from ltml.model import content_id, decode_letters, encode_letters

PROC = Path("/proc")
#: Process id and start time, eight bytes each; before them stands the place, of eight bytes too.
_NUMBERS = struct.Struct(">QQ")
_PLACE_LENGTH, _NAME_LENGTH = 16, 48
#: The start time (field 22 of `/proc/PID/stat`, proc(5), in ticks since boot), counted from behind the command's name.
_START_TIME_FIELD = 19


def name_current_process() -> str:
    """Return this process's name, in letters; empty where the system does not tell enough."""
    try:
        return _read_place() + encode_letters(_NUMBERS.pack(os.getpid(), _read_start_time(os.getpid())))
    except (OSError, ValueError, LookupError):
        return ""


def has_ended(name: str) -> bool:
    """Tell whether the process whose name ends this text has certainly ended."""
    place, numbers = name[-_NAME_LENGTH : _PLACE_LENGTH - _NAME_LENGTH], name[_PLACE_LENGTH - _NAME_LENGTH :]
    try:
        pid, started = map(int, _NUMBERS.unpack(decode_letters(numbers)))
        if place != _read_place():
            return False
        os.kill(pid, 0)
        return _read_start_time(pid) != started
    except ProcessLookupError:
        return True
    except (OSError, ValueError, LookupError, OverflowError, struct.error):
        return False


def _read_place() -> str:
    """Return what is equal for all processes among which process ids are valid. Raises `OSError`."""
    boot = (PROC / "sys/kernel/random/boot_id").read_text("ascii")
    spaces = [str((PROC / "self/ns" / each).readlink()) for each in ("pid", "time")]
    return content_id(boot, os.uname().nodename, *spaces)


def _read_start_time(pid: int) -> int:
    """Return when a process started, in ticks since boot. Raises `OSError` where it cannot be read."""
    stat = (PROC / str(pid) / "stat").read_bytes()
    return int(stat.rpartition(b")")[2].split()[_START_TIME_FIELD])  # the command's name may hold blanks and brackets
