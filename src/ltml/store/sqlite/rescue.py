"""
Rescue: what can be read of a file whose pages are damaged, in a new file.

Theory of operation. Nothing is mended in the damaged file. Every table that is not derived is read from its beginning
until SQLite gives up, from its end backwards until it gives up, and in leaps between; rows are copied with all their
bytes and seals. Then the new file is repaired like any other: what matches its digest stays, the rest is set aside, and
what is derived is rebuilt. Only a new file that is sound replaces the old one, which is kept under another name.
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
from ltml.store.identity import GENESIS, chain_link
from ltml.store.sqlite.backups import DAMAGED, UNFINISHED
from ltml.store.sqlite.connect import connect, connect_to_read, migrate, translate_errors
from ltml.store.sqlite.quarantine import TypedValue, pair_columns
from ltml.store.sqlite.seals import install_seal_triggers, raw_value
from ltml.store.sqlite.statements import fetch_all, sql
from ltml.store.sqlite.verify import check_pages, check_schema, list_faults, repair_store, run_checks

#: What is copied, the most important first; what is derived is rebuilt.
TABLES = (
    "meta", "namespace", "turn", "chain", "memory", "verdict", "night", "change", "slept", "veto", "forgotten", "used",
    "damaged", "placed", "heard", "injected", "refusal", "answer",
)  # fmt: skip
#: The tables an undo reads, and those that nights change or rest on.
UNDO_TABLES, NIGHT_TABLES = {"change", "slept"}, {"night", "turn", "memory", "verdict"}
#: What reading a damaged page may raise.
READ_ERRORS = (apsw.CorruptError, apsw.IOError, apsw.NotADBError, apsw.SQLError, apsw.FormatError)
SUFFIXES = ("", "-wal", "-shm")


def rescue(path: str) -> list[str]:
    """
    Save what can be read of a file into a new one that replaces it; return what was done, in words.

    Nobody else may be using the file. Raises `StoreError`s; then everything is as it was.
    """
    unfinished = f"{path}{UNFINISHED}"
    _delete(unfinished)
    os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with translate_errors(path):
        try:
            told = _copy_readable(path, unfinished)
        except BaseException:
            _delete(unfinished)
            raise
    kept = _free_name(path)
    for suffix in SUFFIXES:
        with suppress(FileNotFoundError):
            os.replace(f"{path}{suffix}", f"{kept}{suffix}")  # noqa: PTH105 -- as below
    os.replace(unfinished, path)  # noqa: PTH105 -- the name says that something is replaced
    return [*told, f"the damaged file is kept as {kept}; when nothing in it is missed any more, delete it"]


def needs_rescue(path: str) -> bool:
    """Tell whether a file is damaged in its pages or its tables, where mending rows is not enough."""
    try:
        with closing(connect_to_read(path)) as connection:
            return bool(run_checks(connection, (check_pages, check_schema)))
    except (StoreDamaged, *READ_ERRORS):
        return True


def keep_copies(path: str) -> str:
    """Copy a file and its log as they are, for this user alone; return the name of the copy."""
    kept = _free_name(path)
    for suffix in SUFFIXES[:2]:
        if Path(f"{path}{suffix}").exists():
            os.close(os.open(f"{kept}{suffix}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            shutil.copyfile(f"{path}{suffix}", f"{kept}{suffix}")
    return kept


def _copy_readable(path: str, new: str) -> list[str]:
    """Copy what can be read into a new file and repair that; return what was done. Raises `StoreDamaged`."""
    with closing(connect(new)) as target:
        with closing(connect_to_read(path)) as source:
            # makes SQLite accept a file that is too short, and skip a table whose definition is damaged
            source.execute("pragma writable_schema=on").fetchall()
            migrate(target, new, os.urandom(32))
            with target:
                lost = {table: line for table in TABLES for line in _copy_table(source, target, table)}
        install_seal_triggers(target)  # from here on rows are written, and not copied with their seals
        told = list(lost.values())
        with target:
            told += _repair_copy(target, lost)
            for (number,) in fetch_all(target, "missing turn numbers"):
                if f"turn number {number} is missing, and no order to forget says why (not mended)" in told:
                    target.execute(sql("add lost turn"), (number,))
            left = list_faults(target)
        if not fetch_all(target, "all namespaces") or left:
            why = left[0] if left else "no memory is left in it"
            raise StoreDamaged(f"{path} cannot be rescued ({why}); restore a backup. Nothing was changed")
        target.execute("pragma wal_checkpoint(truncate)").fetchall()
        target.execute("pragma journal_mode=delete").fetchall()
    return told


def _copy_table(source: apsw.Connection, target: apsw.Connection, table: str) -> Iterator[str]:
    """Copy a table as far as it can be read; yield what could not be."""
    names = [str(name) for _, name, *_ in target.execute(f"pragma table_info({table})")]
    if table in {"meta", "namespace"}:
        target.execute(f"delete from {table}")  # noqa: S608 -- the names are our own
    found, complete = read_table(source, table, names)
    for row in found:
        fields = ", ".join("cast(? as text)" if kind == "text" else "?" for kind, _ in row.values())
        insert = f"insert or ignore into {table} ({', '.join(names)}) values ({fields})"  # noqa: S608
        target.execute(insert, tuple(value for _, value in row.values()))
    if not complete:
        yield f"the table {table} could be read in part only: {len(found):,} rows of it were saved"


def read_table(
    source: apsw.Connection, table: str, names: Sequence[str]
) -> tuple[list[dict[str, TypedValue]], bool]:  # fmt: skip
    """Return the rows of a table that can be read, and whether those are all."""
    fields = ", ".join(f"typeof({name}), {raw_value(table, name)}" for name in names)
    found: dict[tuple[Any, ...], dict[str, TypedValue]] = {}

    def read_on(tail: str, *values: Any) -> bool:
        """Read on until the end or until SQLite gives up; return whether it was the end."""
        try:
            for columns in source.execute(f"select {fields} from {table} {tail}", values):  # noqa: S608
                found[columns] = dict(pair_columns(names, columns))
        except READ_ERRORS:
            return False
        return True

    if read_on("not indexed"):
        return list(found.values()), True
    first = names[0] if table not in {"night", "verdict"} else {"night": "no", "verdict": "turn"}[table]
    read_on(f"order by {first} desc")
    if any(kind == "integer" for row in found.values() for kind in [row[first][0]]) and "no" in names:
        highest = max(row["no"][1] for row in found.values() if row["no"][0] == "integer")
        place, step = 0, 1
        while place < highest:  # leap over the pages that cannot be read, a little further each time
            before = len(found)
            if read_on("where no > ? order by no", place):
                break
            seen = max((row["no"][1] for row in list(found.values())[before:]), default=0)
            step = 1 if seen > place else step * 2
            place = max(place, seen) + step
    return list(found.values()), False


def _repair_copy(target: apsw.Connection, lost: Collection[str]) -> Iterator[str]:
    """Repair the new file, in which `lost` tables are incomplete; yield what was done, and what has lost its undo."""
    before = fetch_all(target, "sealed nights")
    if UNDO_TABLES.intersection(lost):  # half a night must not be undone
        target.execute(sql("seal active nights"))
    previous = GENESIS
    for number, record, stored in fetch_all(target, "chain"):
        previous = chain_link(previous, record)
        if previous != stored:
            target.execute(sql("put chain link"), (previous, number))
            yield f"the chain was torn at turn number {number} and is tied anew"
    yield from repair_store(target)
    sealed = [str(name) for (name,) in fetch_all(target, "sealed nights") if (name,) not in before]
    if sealed:
        yield f"these nights can no longer be undone, for what they changed is known in part only: {', '.join(sealed)}"
    if NIGHT_TABLES.intersection(lost):
        yield "a night that changed any of what is lost can no longer be undone"


def _free_name(path: str) -> str:
    name = f"{path}{DAMAGED}{time.strftime('%Y%m%d-%H%M%S')}"
    return next(free for n in range(1_000_000) if not Path(free := f"{name}-{n}" if n else name).exists())


def _delete(path: str) -> None:
    for suffix in SUFFIXES:
        Path(f"{path}{suffix}").unlink(missing_ok=True)
