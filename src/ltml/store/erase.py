"""
Forgetting: what the user orders away leaves the tables, the derived tables, the nights' records and the file's bytes.

Theory of operation. `scrub` deletes, in one transaction, the turns (with all revisions of their refs), their verdicts,
fold keys and postings; memories that rest on nothing else go too, others are re-made from the evidence that is left;
changes of nights that mention any of it are dropped and those nights are sealed: they cannot be undone any more.
The chain keeps its salted digests, so it still proves that nothing else is missing. With `secure_delete` SQLite zeroes
what it frees; `settle` moves the log into the file and cuts it; `scan` then looks for the words in the bytes. If any
are left (stale copies in page gaps), `rewrite` vacuums. A reader in another process can keep old pages alive: then the
receipt stays `pending`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import apsw

from ltml.model import Change, Evidence, Memory, Receipt, content_id
from ltml.protocols import Selection
from ltml.store.identity import instant
from ltml.store.rows import dumped, packed
from ltml.store.sql import sql
from ltml.store.tables import (
    Ledger,
    Shelves,
    memory_of,
    shelf_of_verdict,
    statement_keys,
    verdict_of,
)
from ltml.text import restored, term_counts, words

#: A word shorter than this turns up in the bytes of any file by chance.
TELLING = 4
CHUNK = 1 << 22


def scrub(
    connection: apsw.Connection, space: int, selection: Selection, now: datetime
) -> tuple[Receipt, frozenset[str]]:
    """Delete what is selected and all that rests on it; return the receipt and the words to look for."""
    turns = _turns(connection, space, selection.turns)
    texts = [text for _, _, text, _ in turns]
    names = {name for _, name, _, _ in turns}
    memories = _memories(connection, space, names, selection.memories)
    if not turns and not memories:
        return Receipt(id="", at=now, state="nothing"), frozenset()
    texts += _remake(connection, space, memories, names, frozenset(selection.memories))
    _drop_turns(connection, space, turns)
    gone = names | {memory.id for _, memory in memories}
    sealed = _drop_changes(connection, space, gone)
    _drop_traces(connection, space, gone)
    telling = _telling(connection, texts)
    receipt = Receipt(
        id=content_id("forget", str(instant(now)), *sorted(gone)), at=now, turns=tuple(sorted(names)),
        memories=tuple(sorted(gone - names)), sealed_nights=tuple(sealed), state="pending",
    )  # fmt: skip
    connection.execute(sql("note forgotten"), (receipt.id, space, instant(now), "pending", _body(receipt)))
    return receipt, telling


def settle(connection: apsw.Connection) -> None:
    """Move the write-ahead log into the file and cut it to nothing."""
    connection.execute("pragma wal_checkpoint(truncate)").fetchall()


def rewrite(connection: apsw.Connection) -> None:
    """Write the whole file anew, so that no page keeps a stale copy."""
    connection.execute("vacuum")
    settle(connection)


def scan(files: Sequence[Path], telling: Collection[str], vfs: str | None = None) -> tuple[int, frozenset[str]]:
    """Look for words in the bytes of files, whatever their case; return bytes read and the words found."""
    forms = {word: _forms(word) for word in telling}
    overlap = max((len(form) for found in forms.values() for form in found), default=1)
    read, left = 0, set[str]()
    for file in files:
        for chunk in _chunks(file, overlap, vfs):
            read += len(chunk)
            low = chunk.lower()
            left |= {word for word, shapes in forms.items() if any(shape in low for shape in shapes)}
    return read, frozenset(left)


def sign(connection: apsw.Connection, receipt: Receipt, scanned: int, *, proven: bool) -> Receipt:
    """Write the receipt's end into the store and return it."""
    signed = replace(receipt, state="proven" if proven else "pending", bytes_scanned=scanned)
    connection.execute(sql("sign forgotten"), (signed.state, _body(signed), signed.id))
    return signed


# ---------------------------------------------------------------- turns

TurnRow = tuple[int, str, str, int | None]


def _turns(connection: apsw.Connection, space: int, ids: Sequence[str]) -> list[TurnRow]:
    """Return (number, id, text, revised_by) of these turns and of every revision of their refs."""
    rows = connection.execute(sql("turns to forget"), (space, json.dumps(sorted(ids)))).fetchall()
    return [(no, name, restored(text), revised_by) for no, name, text, revised_by in rows]


def _drop_turns(connection: apsw.Connection, space: int, turns: Sequence[TurnRow]) -> None:
    shelves = Shelves(connection, space)
    for number, _, text, revised_by in turns:
        if revised_by is None:
            shelves.take(shelf_of_verdict(verdict_of(connection, number)), number, term_counts(text))
        for key in statement_keys(text):
            connection.execute(sql("drop fold"), (space, key, number))
        connection.execute(sql("drop new"), (space, number))
        for name in ("drop verdict", "drop slept turn", "drop turn"):
            connection.execute(sql(name), (number,))
    shelves.flush()


# ---------------------------------------------------------------- memories


def _memories(
    connection: apsw.Connection, space: int, turns: Collection[str], ids: Collection[str]
) -> list[tuple[int, Memory]]:
    """Return the memories with these ids and those that rest on any of these turns."""
    found = {row[0]: row[1] for name in ids for row in connection.execute(sql("memory"), (space, name))}
    for turn in turns:
        found |= dict(connection.execute(sql("memories on turn"), (turn, space)).fetchall())
    return [(number, memory_of(body)) for number, body in sorted(found.items())]


def _remake(
    connection: apsw.Connection,
    space: int,
    memories: Sequence[tuple[int, Memory]],
    turns: Collection[str],
    ordered: Collection[str],
) -> list[str]:
    """Delete memories, or make them anew from the evidence that is left; return the words they held."""
    ledger = Ledger(connection, space)
    texts: list[str] = []
    for _, memory in memories:
        left = tuple(e for e in memory.evidence if e.turn not in turns)
        gone = [e.quote for e in memory.evidence if e.turn in turns]
        after = None if memory.id in ordered or not left else _from_rest(memory, left)
        ledger.apply(Change(before=memory, after=after, reason="forgotten"))
        texts += [memory.text, *gone] if after is None or after.text != memory.text else gone
    ledger.flush()
    return texts


def _from_rest(memory: Memory, left: tuple[Evidence, ...]) -> Memory:
    """Return the memory on the evidence that is left, in that evidence's own words."""
    quotes = [e.quote for e in left if e.quote]
    text = memory.text if memory.text in quotes else quotes[-1] if quotes else memory.text
    dates = tuple(d for d in memory.dates if d.phrase in text)
    return replace(memory, text=text, evidence=left, dates=dates)


# ---------------------------------------------------------------- records and traces


def _drop_changes(connection: apsw.Connection, space: int, gone: Collection[str]) -> list[str]:
    """Delete the changes that mention what is gone; seal and return the nights they belonged to."""
    mentions = re.compile("|".join(map(re.escape, sorted(gone))))
    rows = connection.execute(sql("changes of namespace"), (space,)).fetchall()
    hits = [(night, seq) for night, seq, row, before, after in rows if mentions.search(f"{row} {before} {after}")]
    connection.executemany(sql("drop change"), hits)
    nights = sorted({night for night, _ in hits})
    connection.executemany(sql("seal night"), [(night,) for night in nights])
    return [connection.execute(sql("night name"), (night,)).fetchone()[0] for night in nights]


def _drop_traces(connection: apsw.Connection, space: int, gone: Collection[str]) -> None:
    """Delete model answers, vetoes and injections that may hold or name what is gone."""
    connection.execute(sql("drop answers"), (space,))
    for key in [f"{kind}:{name}" for name in gone for kind in ("memory", "verdict")]:
        connection.execute(sql("drop veto"), (space, key))
    for number, items in connection.execute(sql("uses"), (space,)).fetchall():
        if any(name in items for name in gone):
            connection.execute(sql("drop injected"), (number,))
            connection.execute(sql("drop use"), (number,))


# ---------------------------------------------------------------- the scan


def _telling(connection: apsw.Connection, texts: Sequence[str]) -> frozenset[str]:
    """Return the words of these texts that nobody else's text in the store has: those must be gone from the bytes."""
    candidates = {word: term_counts(word).keys() or {word} for text in texts for word in words(text)}
    terms = sorted({term for found in candidates.values() for term in found})
    used = {term for (term,) in connection.execute(sql("terms in use"), (json.dumps(terms),))}
    return frozenset(word for word, found in candidates.items() if len(word) >= TELLING and not used & set(found))


def _forms(word: str) -> list[bytes]:
    escaped = json.dumps(word).strip('"').encode()
    raw = word.encode("utf-8", "surrogatepass")
    return [raw.lower(), escaped.lower()]


def _chunks(file: Path, overlap: int, vfs: str | None) -> Iterator[bytes]:
    """
    Yield the file in overlapping chunks, read through SQLite's own file layer.

    A plain `open` here would drop this process's POSIX locks on the database when it is closed again
    (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    handle: Any = apsw.VFSFile(vfs or "", str(file), [apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_MAIN_DB, 0])
    try:
        size = handle.xFileSize()
        for start in range(0, size, CHUNK):
            yield handle.xRead(min(CHUNK + overlap, size - start), start)
    finally:
        handle.xClose()


def _body(receipt: Receipt) -> str:
    return dumped(
        {
            "turns": list(receipt.turns),
            "memories": list(receipt.memories),
            "sealed": list(receipt.sealed_nights),
            "scanned": receipt.bytes_scanned,
        }
    )
