"""
What `ltml doctor` looks at. Nothing is written: a doctor who makes a database where there was none hides the illness.

SQLite before 3.51.3 could lose what was written to the log when two processes reset it at once
(https://sqlite.org/wal.html#walresetbug), so an older one is a fault. WAL also needs shared memory, which network
file systems do not have.
"""

from __future__ import annotations

import json
import os
import platform
import shlex
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

import apsw

from ltml.errors import LTMLError
from ltml.interfaces.cli.desk import no_memory_message
from ltml.store.sqlite.backups import holds_any, list_backups, list_other_copies
from ltml.store.sqlite.connect import APPLICATION_ID, REPAIR_ADVICE, connect_to_read, translate_errors
from ltml.store.sqlite.statements import schema_scripts
from ltml.text import restored
from ltml.text.secrets import find_secrets

OLDEST_PYTHON, OLDEST_SQLITE = (3, 11), (3, 51, 3)
Look: TypeAlias = "Callable[[apsw.Connection], Finding]"
#: So many turns are named; the number of all is told.
NAMED = 10
#: Below this an import or a vacuum may fill the disk.
ROOM = 500_000_000
NETWORKED = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at, and how to mend it if it is not in order."""

    name: str
    state: Literal["ok", "note", "fail"]
    says: str
    mend: str = ""


def run_checks(db: str, secrets: str = "mask") -> Iterator[Finding]:
    """Look at one thing after the other; secrets that lie in the file are told of unless they shall be kept."""
    yield _check_python()
    yield _check_version()
    yield _check_sqlite()
    if "://" in db or db.startswith("ephemeral:"):
        yield Finding(name="memory", state="note", says=f"{db} is no plain path; its file was not looked at")
        return
    path = Path(db)
    yield from _check_places(path)
    if path.exists() and not path.stat().st_size:
        yield _failure(no_memory_message(db))
    elif path.exists():
        yield from _check_file(path, () if secrets == "keep" else (_check_secrets,))


# ------------------------------------------------------------ programs


def _check_python() -> Finding:
    says = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info >= OLDEST_PYTHON:
        return Finding(name="Python", state="ok", says=says)
    return Finding(name="Python", state="fail", says=says, mend="LTML needs Python 3.11 or newer; install one")


def _check_version() -> Finding:
    import ltml

    return Finding(name="LTML", state="ok", says=f"{ltml.__version__} at {Path(ltml.__file__).parent}")


def _check_sqlite(version: str = "") -> Finding:
    version = version or apsw.sqlite_lib_version()
    says = f"{version}, apsw {apsw.apsw_version()}"
    if tuple(map(int, version.split("."))) >= OLDEST_SQLITE:
        return Finding(name="SQLite", state="ok", says=says)
    mend = "this SQLite can lose writes of two processes; pip install --upgrade apsw"
    return Finding(name="SQLite", state="fail", says=says, mend=mend)


# ------------------------------------------------------------ folder and disk


def _check_places(path: Path) -> Iterator[Finding]:
    folder = path.absolute().parent
    if not folder.exists():
        yield Finding(name="folder", state="note", says=f"{folder} is not there yet; the first command makes it")
        return
    yield _check_writable(folder)
    yield _check_private(folder, path)
    yield _check_space(shutil.disk_usage(folder).free)
    yield _check_filesystem(folder)


def _check_writable(folder: Path) -> Finding:
    if os.access(folder, os.W_OK | os.X_OK):
        return Finding(name="folder", state="ok", says=str(folder))
    mend = f"take it back with: sudo chown -R $USER {folder}, or choose another with --db"
    return Finding(name="folder", state="fail", says=f"you may not write to {folder}", mend=mend)


def _check_private(folder: Path, path: Path) -> Finding:
    """What people said is nobody else's business; a shared folder is fine while the file in it is private."""
    if os.name == "nt":
        return Finding(name="privacy", state="ok", says="Windows keeps your folders from other users")
    open_to = [p for p in (path,) if p.exists() and stat.S_IMODE(p.stat().st_mode) & 0o077]
    if open_to:
        return Finding(
            name="privacy", state="fail", says=f"other users may read {path}", mend=f"chmod 600 {path}"
        )  # fmt: skip
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        mend = f"if it is LTML's alone: chmod 700 {folder}"
        return Finding(name="privacy", state="note", says=f"others may look into {folder}", mend=mend)
    return Finding(name="privacy", state="ok", says="file and folder are yours alone")


def _check_space(free: int) -> Finding:
    says = f"{free / 1e9:,.1f} GB free"
    if free >= ROOM:
        return Finding(name="disk", state="ok", says=says)
    return Finding(name="disk", state="fail", says=says, mend="make room: a full disk stops the memory, not the chat")


def _check_filesystem(folder: Path) -> Finding:
    kind = filesystem(folder)
    if kind not in NETWORKED:
        return Finding(name="filesystem", state="ok", says=kind or "local, as far as one can tell")
    mend = "move the memory to a local disk (--db PATH, or LTML_DB); on a network SQLite may damage it"
    return Finding(name="filesystem", state="fail", says=f"{folder} lies on a network ({kind})", mend=mend)


def filesystem(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """Return the kind of file system a folder lies on, or nothing where the system does not tell."""
    if not mounts.exists():
        return ""
    rows = [line.split() for line in mounts.read_text("utf-8", "replace").splitlines()]
    around = [(row[1].replace("\\040", " "), row[2]) for row in rows if len(row) > 2]  # noqa: PLR2004 -- place, kind
    found = [(place, kind) for place, kind in around if folder.resolve().is_relative_to(place)]
    return max(found, key=lambda pair: len(pair[0]), default=("", ""))[1]


# ------------------------------------------------------------ the file


def _check_file(path: Path, more: Sequence[Look]) -> Iterator[Finding]:
    try:
        connection = connect_to_read(str(path))
    except LTMLError as exc:
        yield _failure(str(exc))
        return
    try:
        looks: tuple[Look, ...] = (
            _check_schema,
            _check_integrity,
            _check_forgetting,
            partial(_check_copies, path),
            *more,
        )
        for look in looks:
            finding = _check_safely(look, connection, path)
            yield finding
            if finding.state == "fail" and look is _check_schema:
                return
    finally:
        connection.close()


def _check_safely(look: Look, connection: apsw.Connection, path: Path) -> Finding:
    try:
        with translate_errors(str(path)):
            return look(connection)
    except LTMLError as exc:
        return _failure(str(exc))


def _failure(error: str) -> Finding:
    """Return an error as a finding; what to do about it is what every other command says."""
    says, _, mend = error.partition("; ")
    return Finding(name="file", state="fail", says=says, mend=mend or "see the lines above, or choose another --db")


def _check_schema(connection: apsw.Connection) -> Finding:
    connection.execute("select count(*) from sqlite_schema").fetchall()  # a file cut off in its first page says so
    version, known = int(connection.pragma("user_version")), len(schema_scripts())
    if int(connection.pragma("application_id")) != APPLICATION_ID:
        return Finding(name="schema", state="fail", says="this is no memory of LTML's", mend="choose another --db")
    if version > known:
        mend = "update LTML (pip install --upgrade ltml)"
        return Finding(name="schema", state="fail", says=f"{version}, but this LTML knows {known}", mend=mend)
    says = f"{version}" if version == known else f"{version}; the next command brings it to {known}, after a backup"
    return Finding(name="schema", state="ok", says=says)


def _check_integrity(connection: apsw.Connection) -> Finding:
    odd = [str(row[0]) for row in connection.execute("pragma quick_check(5)").fetchall() if row[0] != "ok"]
    if not odd:
        return Finding(name="file", state="ok", says="sound (quick check; `ltml verify` proves every turn)")
    return Finding(name="file", state="fail", says="; ".join(odd), mend=REPAIR_ADVICE)


def _check_forgetting(connection: apsw.Connection) -> Finding:
    query = "select id from forgotten where state = 'pending'"
    pending = len(connection.execute(query).fetchall())
    if not pending:
        return Finding(name="forgetting", state="ok", says="nothing that was to be forgotten lingers")
    mend = "close other programs that use this memory; the next command that opens it finishes (`ltml status`, say)"
    return Finding(name="forgetting", state="fail", says=f"{pending} not yet proven gone from the bytes", mend=mend)


def _check_secrets(connection: apsw.Connection) -> Finding:
    """Count turns from a time when secrets were kept as they were said; no night rewrites a turn."""
    query = "select turn.id, namespace.name, turn.text from turn join namespace on namespace.id = turn.namespace"
    found = [
        (str(name), str(space), secrets[0].kind)
        for name, space, text in connection.execute(query)
        if (secrets := find_secrets(restored(text)))
    ]
    if not found:
        return Finding(name="secrets", state="ok", says="no turn holds what looks like one")
    named = ", ".join(f"{name} ({kind}, namespace {space})" for name, space, kind in found[:NAMED])
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    says = f"{len(found):,} kept with what looks like a secret, from before they were masked: {named}{more}"
    mend = (
        "look with `ltml show ID`, take it out with `ltml forget ID`; to keep such things: LTML_CAPTURE__SECRETS=keep"
    )
    return Finding(name="secrets", state="note", says=says, mend=mend)


def _check_copies(path: Path, connection: apsw.Connection) -> Finding:
    """Look into the copies that lie beside the memory, LTML's own and others', for what was forgotten."""
    bodies = [json.loads(str(body)) for (body,) in connection.execute("select body from forgotten").fetchall()]
    gone = {name for body in bodies for name in (*body["turns"], *body["memories"])}
    again = connection.execute(
        "select id from turn where id in (select value from json_each(?1))"
        " union select id from memory where id in (select value from json_each(?1))", (json.dumps(sorted(gone)),)
    )  # fmt: skip
    gone -= {str(name) for (name,) in again}
    real = path.resolve()
    copies = [copy for name in {path, real} for copy in (*list_backups(name), *list_other_copies(name, APPLICATION_ID))]
    held = sorted({str(copy) for copy in copies if copy.resolve() != real and gone and holds_any(copy, gone)})
    if not held:
        return Finding(name="copies", state="ok", says="none beside the memory holds what was forgotten")
    mend = f"delete what you need no more: rm {' '.join(map(shlex.quote, held))}"
    return Finding(name="copies", state="fail", says=f"what was forgotten lies in {', '.join(held)}", mend=mend)
