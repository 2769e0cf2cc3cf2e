"""
Rescue: what can be read of a file whose pages are damaged, in a new file.

Theory of operation. Nothing is mended in the damaged file. Every table that is not derived is read from its beginning
until SQLite gives up, from behind its end until it gives up, and in leaps between; rows are copied with all their bytes
and the seals they had. Then the new file is repaired as any other: what fits its digest stays, the rest is set aside,
and what is derived is built anew. Only a new file that is sound takes the place of the old one, which keeps its bytes
under another name.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import apsw

from ltml.errors import StoreDamaged
from ltml.store.backups import DAMAGED, UNFINISHED
from ltml.store.connect import connect, connect_to_read, prepare, speaking_plainly
from ltml.store.damage import Typed, typed
from ltml.store.identity import GENESIS, link
from ltml.store.seals import as_bytes, seal_writes
from ltml.store.sql import rows, sql
from ltml.store.verifying import complaints, page_complaints, repaired

#: What is copied, the most important first; what is derived is built anew.
TABLES = (
    "meta", "namespace", "turn", "chain", "memory", "verdict", "night", "change", "slept", "veto", "forgotten", "used",
    "damaged", "placed", "heard", "injected", "refusal", "answer",
)  # fmt: skip
#: What tells how to undo a night, and what nights change or rest on.
RECORDS, CHANGED = {"change", "slept"}, {"night", "turn", "memory", "verdict"}
#: What reading a damaged page may end in.
BROKEN = (apsw.CorruptError, apsw.IOError, apsw.NotADBError, apsw.SQLError, apsw.FormatError)
SIDES = ("", "-wal", "-shm")


def rescue(path: str) -> list[str]:
    """
    Save what can be read of a file into a new one that takes its place; return what was done, in words.

    Nobody else may be using the file. Raises `StoreError`s; then everything is as it was.
    """
    unfinished = f"{path}{UNFINISHED}"
    _remove(unfinished)
    os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with speaking_plainly(path):
        try:
            told = _rescued(path, unfinished)
        except BaseException:
            _remove(unfinished)
            raise
    kept = _set_aside(path)
    os.replace(unfinished, path)  # noqa: PTH105 -- it says that something is replaced
    return [*told, f"the damaged file is kept as {kept}; when nothing in it is missed any more, delete it"]


def needs_rescue(path: str) -> bool:
    """Tell whether a file is damaged in its pages or its tables, where mending rows is not enough."""
    try:
        with closing(connect_to_read(path)) as connection:
            return bool(page_complaints(connection))
    except (StoreDamaged, *BROKEN):
        return True


def keep_copies(path: str) -> str:
    """Copy a file and its log as they are, for this user alone; return the name of the copy."""
    kept = _free_name(path)
    for side in SIDES[:2]:
        if Path(f"{path}{side}").exists():
            os.close(os.open(f"{kept}{side}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            shutil.copyfile(f"{path}{side}", f"{kept}{side}")
    return kept


def _rescued(path: str, new: str) -> list[str]:
    with closing(connect(new)) as target:
        with closing(connect_to_read(path)) as source:
            # makes SQLite take a file that is too short, and pass over a table whose text is damaged
            source.execute("pragma writable_schema=on").fetchall()
            prepare(target, new, os.urandom(32))
            with target:
                lost = {table: line for table in TABLES for line in _copied(source, target, table)}
        seal_writes(target)  # from here on rows are written, and not copied with the seals they had
        told = list(lost.values())
        with target:
            told += _repaired(target, lost)
            for (number,) in rows(target, "numbers gone"):
                if f"turn number {number} is missing, and no order to forget says why (not mended)" in told:
                    target.execute(sql("note lost"), (number,))
            left = complaints(target)
        if not rows(target, "spaces") or left:
            why = left[0] if left else "no memory is left in it"
            raise StoreDamaged(f"{path} cannot be rescued ({why}); restore a backup. Nothing was changed")
        target.execute("pragma wal_checkpoint(truncate)").fetchall()
        target.execute("pragma journal_mode=delete").fetchall()
    return told


def _copied(source: apsw.Connection, target: apsw.Connection, table: str) -> Iterator[str]:
    """Copy a table as far as it can be read; yield what could not be."""
    names = [str(name) for _, name, *_ in target.execute(f"pragma table_info({table})")]
    if table in {"meta", "namespace"}:
        target.execute(f"delete from {table}")  # noqa: S608 -- the names are our own
    found, whole = _read(source, table, names)
    for row in found:
        fields = ", ".join("cast(? as text)" if kind == "text" else "?" for kind, _ in row.values())
        insert = f"insert or ignore into {table} ({', '.join(names)}) values ({fields})"  # noqa: S608
        target.execute(insert, tuple(value for _, value in row.values()))
    if not whole:
        yield f"the table {table} could be read in part only: {len(found):,} rows of it were saved"


def _read(source: apsw.Connection, table: str, names: Sequence[str]) -> tuple[list[dict[str, Typed]], bool]:
    """Return the rows of a table that can be read, and whether those are all."""
    fields = ", ".join(f"typeof({name}), {as_bytes(table, name)}" for name in names)
    found: dict[tuple[Any, ...], dict[str, Typed]] = {}

    def take(tail: str, *values: Any) -> bool:
        """Read on until the end or until SQLite gives up."""
        try:
            for columns in source.execute(f"select {fields} from {table} {tail}", values):  # noqa: S608
                found[columns] = dict(typed(names, columns))
        except BROKEN:
            return False
        return True

    if take("not indexed"):
        return list(found.values()), True
    first = names[0] if table not in {"night", "verdict"} else {"night": "no", "verdict": "turn"}[table]
    take(f"order by {first} desc")
    if any(kind == "integer" for row in found.values() for kind in [row[first][0]]) and "no" in names:
        highest = max(row["no"][1] for row in found.values() if row["no"][0] == "integer")
        place, step = 0, 1
        while place < highest:  # leap over the pages that cannot be read, a little further each time
            before = len(found)
            if take("where no > ? order by no", place):
                break
            seen = max((row["no"][1] for row in list(found.values())[before:]), default=0)
            step = 1 if seen > place else step * 2
            place = max(place, seen) + step
    return list(found.values()), False


def _repaired(target: apsw.Connection, lost: Collection[str]) -> Iterator[str]:
    """Repair the new file, with `lost` tables that are there in part; yield what was done, and what lost its undo."""
    before = rows(target, "sealed nights")
    if RECORDS.intersection(lost):  # half a night must not be taken back
        target.execute(sql("seal nights in effect"))
    yield from _tied(target)
    yield from repaired(target)
    sealed = [str(name) for (name,) in rows(target, "sealed nights") if (name,) not in before]
    if sealed:
        yield f"these nights can no longer be undone, for what they changed is known in part only: {', '.join(sealed)}"
    if CHANGED.intersection(lost):
        yield "a night that changed any of what is lost can no longer be undone"


def _tied(target: apsw.Connection) -> Iterator[str]:
    """Tie the chain anew where links of it are lost."""
    previous = GENESIS
    for number, record, stored in rows(target, "chain"):
        previous = link(previous, record)
        if previous != stored:
            target.execute(sql("put link"), (previous, number))
            yield f"the chain was torn at turn number {number} and is tied anew"


def _set_aside(path: str) -> str:
    kept = _free_name(path)
    for side in SIDES:
        with suppress(FileNotFoundError):
            os.replace(f"{path}{side}", f"{kept}{side}")  # noqa: PTH105 -- as above
    return kept


def _free_name(path: str) -> str:
    name = f"{path}{DAMAGED}{time.strftime('%Y%m%d-%H%M%S')}"
    return next(free for n in range(1_000_000) if not Path(free := f"{name}-{n}" if n else name).exists())


def _remove(path: str) -> None:
    for side in SIDES:
        Path(f"{path}{side}").unlink(missing_ok=True)
