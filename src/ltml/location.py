"""Where a memory is kept: the file that a path or URL names."""

from __future__ import annotations

import os
from pathlib import Path

from ltml.errors import ConfigError

_HINT = "write 'ephemeral:' for a memory that forgets on close, or the path of a file to keep it"


def resolve_store_file(location: str | Path) -> Path | None:
    """
    Return the file in which `open` would keep a memory, or `None` if it would keep it in none (`ephemeral:`).

    Raises `ConfigError` for what names neither, with what to write instead.
    """
    shown = f"{os.fspath(location)!r}" if isinstance(location, os.PathLike) else f"{location!r}"
    if not isinstance(location, str | os.PathLike):
        raise ConfigError(f"{shown} names no memory; {_HINT}")
    name = os.fsdecode(location)
    if "\0" in name:
        raise ConfigError(f"{shown} cannot be the name of a file; {_HINT}")
    scheme, colon, rest = name.partition(":")
    if colon and scheme == "ephemeral":
        return None
    if name.startswith("sqlite://"):
        path = rest.removeprefix("//")
        name = path.removeprefix("/") if path.startswith("//") or not path.startswith("/") else path
    elif "://" in name:
        raise ConfigError(f"{scheme}:// is not a store LTML knows; use a path, sqlite:///path or ephemeral:")
    if not name.strip() or name.strip("/") == ":memory:" or (scheme == "file" and ":memory:" in name):
        raise ConfigError(f"{shown} names no file; {_HINT}")
    if Path(name).is_dir() or name.endswith(("/", os.sep)):
        raise ConfigError(f"{shown} is a folder; name a file in it: {Path(name) / 'memory.db'}")
    if Path(name).exists() and not Path(name).is_file():
        raise ConfigError(f"{shown} is a device or a pipe, and keeps nothing; {_HINT}")
    return Path(name)
