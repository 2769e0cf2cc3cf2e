"""
Files that LTML wrote beside a memory and that hold its words: copies made before a new schema, and damaged files kept.

An order to forget is meant for them too. A copy of an older schema is for an older LTML, and a damaged one for whoever
rescues it; scrubbed by this one it would be neither. So a copy that holds anything of what was forgotten, or cannot be
asked, is deleted, and the receipt names it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import apsw

BEFORE = ".before-schema-"
#: What a repair keeps of a file, and what it had written when it was cut short.
DAMAGED, UNFINISHED = ".damaged-", ".rescue"
#: Where the header of a SQLite file says whose it is.
_APPLICATION = slice(68, 72)


def before_schema(path: str, version: int) -> str:
    """Return the name of the copy that is made before a file is brought to this schema."""
    return f"{path}{BEFORE}{version}"


def backups(path: Path) -> list[Path]:
    """Return the copies of a memory that LTML made, unfinished ones too."""
    ours = (BEFORE, DAMAGED, UNFINISHED)
    return [file for file in _beside(path) if file.name.removeprefix(path.name).startswith(ours)]


def other_copies(path: Path, application: int) -> list[Path]:
    """Return the memories that lie beside one under its name and that somebody else copied there."""
    ours = {path, *backups(path)}
    return [file for file in _beside(path) if file not in ours and _application(file) == application]


def holds(copy: Path, ids: Collection[str]) -> bool:
    """Tell whether a copy has any of these turns or memories, or words of changes to them; one that is damaged may."""
    wanted = json.dumps(sorted(ids))
    try:
        with closing(_opened(copy)) as connection:
            return any(connection.execute(query, (wanted,)).fetchall() for query in _queries(connection))
    except apsw.Error:
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """What became of the copies that held something forgotten: by name, those deleted and those that could not be."""

    removed: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()


def removed(copies: Collection[Path]) -> Copies:
    """Delete copies, as far as the folder allows it."""
    stuck = [copy for copy in copies if not _deleted(copy)]
    gone = [copy.name for copy in copies if copy not in stuck]
    return Copies(removed=tuple(gone), stuck=tuple(copy.name for copy in stuck))


def _deleted(copy: Path) -> bool:
    try:
        copy.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _queries(connection: apsw.Connection) -> Iterator[str]:
    """Yield what to ask; a copy that broke off before its tables were there holds nothing that can be asked for."""
    tables = {name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")}
    for table, column in (("turn", "id"), ("memory", "id"), ("evidence", "turn")):
        if table in tables:
            yield f"select 1 from {table} where {column} in (select value from json_each(?)) limit 1"  # noqa: S608 -- above
    if "change" in tables:
        yield (
            "select 1 from change, json_each(?) n"
            " where instr(row || ifnull(before, '') || ifnull(after, ''), n.value) limit 1"
        )


def _opened(copy: Path) -> apsw.Connection:
    """Open a copy as it lies there: no lock, no log, no file beside it."""
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    return apsw.Connection(f"{copy.absolute().as_uri()}?immutable=1", flags)


def _beside(path: Path) -> list[Path]:
    try:
        return sorted(file for file in path.parent.iterdir() if file.name.startswith(path.name) and file.is_file())
    except OSError:
        return []


def _application(file: Path) -> int:
    with file.open("rb") as stream:
        return int.from_bytes(stream.read(100)[_APPLICATION], "big")
