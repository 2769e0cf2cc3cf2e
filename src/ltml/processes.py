"""
Processes, by a name that tells others on the same machine when one of them is gone.

Theory of operation. A process number says little: numbers are given again, and every machine and container has its own.
So a name says where the number counts (this boot of this machine, its host name, the namespaces of numbers and of time)
and when the process began. Gone is only who was at the same place and has no such number there any more, or one that
began at another moment. Whatever cannot be told, and every system without `/proc`, means: not gone.
"""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

from ltml.model import content_id, lettered, unlettered

PROC = Path("/proc")
#: A name ends in its number and its beginning, each of eight bytes; what stands before is its place, of as many.
_NUMBERS = struct.Struct(">QQ")
_PLACE, _LENGTH = 16, 48
#: The field of `/proc/PID/stat` behind the command's name that tells when a process began, in ticks since the boot.
_BEGAN = 19


def own_name() -> str:
    """Return this process's name, in letters; nothing where the system does not tell enough."""
    try:
        return _place() + lettered(_NUMBERS.pack(os.getpid(), _began(os.getpid())))
    except (OSError, ValueError, LookupError):
        return ""


def is_gone(name: str) -> bool:
    """Tell whether the process that a text ends with the name of has ended for certain."""
    place, numbers = name[-_LENGTH : _PLACE - _LENGTH], name[_PLACE - _LENGTH :]
    try:
        pid, began = map(int, _NUMBERS.unpack(unlettered(numbers)))
        if place != _place():
            return False
        os.kill(pid, 0)
        return _began(pid) != began
    except ProcessLookupError:
        return True
    except (OSError, ValueError, LookupError, OverflowError, struct.error):
        return False


def _place() -> str:
    """Return what is the same for all processes that can find each other by their numbers. Raises `OSError`."""
    boot = (PROC / "sys/kernel/random/boot_id").read_text("ascii")
    spaces = [str((PROC / "self/ns" / each).readlink()) for each in ("pid", "time")]
    return content_id(boot, socket.gethostname(), *spaces)


def _began(pid: int) -> int:
    """Return when a process began. Raises `OSError` where it cannot be seen."""
    stat = (PROC / str(pid) / "stat").read_bytes()
    return int(stat.rpartition(b")")[2].split()[_BEGAN])  # the command's name may hold blanks and brackets
