"""
Files that LTML wrote beside a store and that hold its text: copies made before a migration, and damaged files kept.

An order to forget covers them too. A copy of an older schema is for an older LTML, and a damaged one for a rescue;
edited by this version it would serve neither. So a copy that holds anything of what was forgotten, or cannot be
queried, is deleted, and the receipt names it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import apsw

#: Suffix of the copy made before a file is migrated, followed by the new schema's number.
MIGRATION = ".before-schema-"
#: Suffixes of a damaged file that was kept, and of a rescue that was interrupted.
DAMAGED, UNFINISHED = ".damaged-", ".rescue"
#: Bytes of the application id in the header of a SQLite file (https://www.sqlite.org/fileformat.html, 1.3).
_APPLICATION = slice(68, 72)

#: By table: whether it holds any of a JSON list of ids.
_QUERIES = (
    ("turn", "select 1 from turn where id in (select value from json_each(?)) limit 1"),
    ("memory", "select 1 from memory where id in (select value from json_each(?)) limit 1"),
    ("evidence", "select 1 from evidence where turn in (select value from json_each(?)) limit 1"),
    (
        "change",
        "select 1 from change, json_each(?) n where instr(concat(row, before, after), n.value) limit 1",
    ),
)


def list_backups(path: Path) -> list[Path]:
    """Return the copies of a store that LTML made, unfinished ones too."""
    ours = (MIGRATION, DAMAGED, UNFINISHED)
    return [file for file in _files_beside(path) if file.name.removeprefix(path.name).startswith(ours)]


def list_other_copies(path: Path, application: int) -> list[Path]:
    """Return the stores beside this one whose names begin with its name and that LTML did not make."""
    found = list[Path]()
    for file in set(_files_beside(path)) - {path, *list_backups(path)}:
        with file.open("rb") as stream:
            if int.from_bytes(stream.read(100)[_APPLICATION], "big") == application:
                found.append(file)
    return sorted(found)


def holds_any(copy: Path, ids: Collection[str]) -> bool:
    """Tell whether a copy holds any of these turns or memories, or changes to them; true if it cannot be queried."""
    wanted = json.dumps(sorted(ids))
    try:
        # as it lies there: no lock, no log, no file beside it
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        with closing(apsw.Connection(f"{copy.absolute().as_uri()}?immutable=1", flags)) as connection:
            # a copy that broke off before its tables were created holds nothing
            tables = {name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")}
            queries = [query for table, query in _QUERIES if table in tables]
            return any(connection.execute(query, (wanted,)).fetchall() for query in queries)
    except apsw.Error:
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRemoval:
    """The names of the copies that were deleted, and of those that could not be."""

    deleted: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def delete_copies(copies: Collection[Path]) -> BackupRemoval:
    """Delete copies, as far as the folder allows it."""
    deleted, failed = list[str](), list[str]()
    for copy in copies:
        try:
            copy.unlink(missing_ok=True)
            deleted.append(copy.name)
        except OSError:
            failed.append(copy.name)
    return BackupRemoval(deleted=tuple(deleted), failed=tuple(failed))


def _files_beside(path: Path) -> list[Path]:
    try:
        return sorted(file for file in path.parent.iterdir() if file.name.startswith(path.name) and file.is_file())
    except OSError:
        return []
