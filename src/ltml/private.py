"""
Files and folders for this user alone, whatever the umask: what people say to a model is nobody else's business.

A folder that LTML makes is private, and so is every folder above it that has to be made for it. A folder that was there
already is somebody's choice and is left alone; the files in it are private all the same.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
#: Windows would change the ends of lines.
BINARY: int = getattr(os, "O_BINARY", 0)
_OTHERS = 0o077
_log = logging.getLogger("ltml")


def make_folder(path: Path) -> None:
    """Make a folder and what is missing above it. Raises `OSError`."""
    for folder in (*reversed(path.parents), path):
        if not folder.is_dir():
            with suppress(FileExistsError):  # another process was faster; that it is a file, whoever uses it will see
                folder.mkdir(FOLDER)
                folder.chmod(FOLDER)  # the umask may have taken away more than others' rights


def create(path: Path) -> int:
    """Make a file and return its handle, to be read and written. Raises `OSError`, also if it is there already."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | BINARY, FILE)
    if os.name != "nt":
        os.fchmod(handle, FILE)
    return handle


def close_to_others(paths: Iterable[Path]) -> None:
    """
    Take others' rights to these files and folders away, as far as they are there and ours, and say so.

    No file is opened: closing another handle of a database would drop this process's locks on it.
    """
    if os.name == "nt":  # folders of a user are private there, and the mode says nothing
        return
    for path in paths:
        with suppress(OSError):
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & _OTHERS:
                path.chmod(mode & ~_OTHERS)
                _log.warning("%s could be read by other users of this machine; now it is yours alone", path)
