"""
Files and folders that only this user may read, whatever the umask.

A folder that LTML makes is private, and so is every missing folder above it. An existing folder keeps its mode; the
files in it are private all the same.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o600, 0o700
#: On Windows, without it, line ends would be translated.
O_BINARY: int = getattr(os, "O_BINARY", 0)
_OTHERS_MASK = 0o077
_log = logging.getLogger("ltml")


def make_folder(path: Path) -> None:
    """Create a folder and the missing ones above it. Raises `OSError`."""
    for folder in (*reversed(path.parents), path):
        if not folder.is_dir():
            with suppress(FileExistsError):  # another process was faster; if it is a file, using it fails
                folder.mkdir(FOLDER_MODE)
                folder.chmod(FOLDER_MODE)  # the umask may have removed the owner's permissions too


def create_file(path: Path) -> int:
    """Create a file and return its descriptor for reading and writing. Raises `OSError`, also if it exists."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | O_BINARY, FILE_MODE)
    if os.name != "nt":
        os.fchmod(handle, FILE_MODE)
    return handle


def restrict_to_owner(paths: Iterable[Path]) -> None:
    """
    Remove other users' permissions from those of these files and folders that exist and are ours, and log it.

    No file is opened: closing another handle of a database would drop this process's locks on it.
    """
    if os.name == "nt":  # folders of a user are private there, and the mode says nothing
        return
    for path in paths:
        with suppress(OSError):
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & _OTHERS_MASK:
                path.chmod(mode & ~_OTHERS_MASK)
                _log.warning("%s could be read by other users of this machine; now it is yours alone", path)
