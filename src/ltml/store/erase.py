"""
Forgetting: what the user orders away leaves the tables, the derived tables, the nights' records and the file's bytes.

Theory of operation. `scrub` deletes, in one transaction, the turns (with all revisions of their refs), their verdicts,
fold keys and postings; memories that rest on nothing else go too, others are re-made from the evidence that is left;
changes of nights that mention any of it are dropped and those nights are sealed: they cannot be undone any more. Words
placed in requests go where they say any of it, and the talks it was said in are followed no more (overheard.py).
The chain keeps its salted digests, and the receipt the turns' numbers, so `verify` still proves that nothing else is
missing. With `secure_delete` SQLite zeroes what it frees; `settle` moves the log into the file and cuts it; `scan` then
looks for the words in the bytes. If any are left (stale copies in page gaps), `rewrite` vacuums. A reader can keep old
pages alive: then the receipt stays `pending`, and the store looks again at the next order to forget.

Looked for are the words that nothing left in the store says. They are known to this process alone, never written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from ltml.errors import DamagedRow
from ltml.model import Change, Memory, Receipt, Verdict, content_id
from ltml.protocols import Selection
from ltml.store import damage, verifying
from ltml.store.common import from_rest, quoting, telling
from ltml.store.connect import PATIENCE
from ltml.store.identity import EPOCH, MICROSECOND, instant
from ltml.store.overheard import drop_talks, drop_uses
from ltml.store.proven import loaded, proven_memory
from ltml.store.rows import dumped
from ltml.store.sql import each, row, rows, sql
from ltml.store.tables import (
    Ledger,
    Shelves,
    shelf_of_verdict,
    statement_keys,
    verdict_of,
)
from ltml.text import restored, term_counts

CHUNK = 1 << 22
#: How long to wait for readers to let go of old pages, in milliseconds: meanwhile nobody can write.
SETTLING = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order to forget that was carried out: its receipt, the numbers of its turns, the words to look for."""

    receipt: Receipt
    numbers: tuple[int, ...] = ()
    telling: frozenset[str] = frozenset()


def scrub(connection: apsw.Connection, space: int, selection: Selection, now: datetime) -> Order:
    """Delete what is selected and all that rests on it."""
    turns = _turns(connection, space, selection.turns)
    spoiled = damage.set_aside_damaged(connection, space, [turn.name for turn in turns])
    turns = [turn for turn in turns if turn.number not in spoiled]
    texts = [turn.text for turn in turns]
    names = {turn.name for turn in turns}
    memories = _memories(connection, space, names, selection.memories)
    asides = damage.ordered(connection, space, {*selection.turns, *selection.memories}, spoiled)
    if not turns and not memories and not asides:
        return Order(receipt=Receipt(id="", at=now, state="nothing"))
    texts += [text for row in asides for text in damage.words_of(row)]
    if asides:  # search holds what they said before they were damaged
        verifying.rebuild(connection, space)
    texts += _remake(connection, space, memories, names, frozenset(selection.memories))
    _drop_turns(connection, space, turns)
    names |= {row.name for row in asides if row.source == "turn"}
    gone = names | {memory.id for _, memory in memories} | {row.name for row in asides}
    sealed = _drop_changes(connection, space, gone)
    _drop_traces(connection, space, gone)
    drop_talks(connection, space, {*(turn.session for turn in turns), *(row.session for row in asides)})
    damage.drop_asides(connection, space, gone, ())
    unsaid = telling(texts, _left(connection, space))
    damage.drop_asides(connection, space, gone, unsaid)
    drop_uses(connection, space, gone, quoting(texts, unsaid))
    _clean_reports(connection, space, unsaid)
    aside = (row.number for row in asides if row.source == "turn" and row.number is not None)
    numbers = (*(turn.number for turn in turns), *aside)
    receipt = Receipt(
        id=content_id("forget", str(instant(now)), str(numbers), str([no for no, _ in memories])), at=now,
        turns=tuple(sorted(names)), memories=tuple(sorted(gone - names)), sealed_nights=tuple(sealed),
    )  # fmt: skip
    order = Order(receipt=receipt, numbers=numbers, telling=unsaid)
    noted = (receipt.id, space, instant(now), receipt.state, _body(receipt, numbers))
    connection.execute(sql("note forgotten"), noted)
    return order


def receipt_of(connection: apsw.Connection, space: int, selection: Selection) -> Receipt | None:
    """Return the latest receipt over any of what is selected, if it was ordered away before."""
    wanted = {*selection.turns, *selection.memories}
    for at, state, packed_body, name in rows(connection, "receipts", space):
        body = loaded(packed_body, {"turns": (), "memories": ()})
        if wanted & {*body["turns"], *body["memories"]}:
            return Receipt(
                id=name, at=EPOCH + at * MICROSECOND, state=state, turns=tuple(body["turns"]),
                memories=tuple(body["memories"]), sealed_nights=tuple(body["sealed_nights"]),
                bytes_scanned=body["bytes_scanned"],
            )  # fmt: skip
    return None


def settle(connection: apsw.Connection) -> bool:
    """Move the write-ahead log into the file and cut it to nothing; false if a reader kept some of it alive."""
    connection.set_busy_timeout(SETTLING)
    try:
        busy = connection.execute("pragma wal_checkpoint(truncate)").fetchall()[0][0]
    finally:
        connection.set_busy_timeout(PATIENCE)
    return not busy


def rewrite(connection: apsw.Connection) -> None:
    """Write the whole file anew, so that no page keeps a stale copy."""
    connection.execute("vacuum")
    settle(connection)


def scan(files: Sequence[Path], unsaid: Collection[str], vfs: str | None = None) -> tuple[int, frozenset[str]]:
    """Look for words in the bytes of files, whatever their case; return bytes read and the words found."""
    forms = {word: _forms(word) for word in unsaid}
    overlap = max((len(form) for found in forms.values() for form in found), default=1)
    read, left = 0, set[str]()
    for file in files:
        for chunk in _chunks(file, overlap, vfs):
            read += len(chunk)
            low = chunk.lower()
            left |= {word for word, shapes in forms.items() if any(shape in low for shape in shapes)}
    return read, frozenset(left)


def sign(connection: apsw.Connection, order: Order, scanned: int, left: Collection[str]) -> Receipt:
    """Write into the store how the scan ended, and return the receipt."""
    found = order.telling & set(left)
    signed = replace(order.receipt, state="pending" if found else "proven", bytes_scanned=scanned)
    connection.execute(sql("sign forgotten"), (signed.state, _body(signed, order.numbers), signed.id))
    return signed


# ---------------------------------------------------------------- turns


class TurnRow(NamedTuple):
    """A turn to be forgotten; its session as it is stored."""

    number: int
    name: str
    session: str | bytes
    text: str
    revised_by: int | None


def _turns(connection: apsw.Connection, space: int, ids: Sequence[str]) -> list[TurnRow]:
    """Return these turns and every revision of their refs."""
    found = rows(connection, "turns to forget", space, json.dumps(sorted(ids)))
    return [TurnRow(no, name, session, restored(text), by) for no, name, session, text, by in found]


def _drop_turns(connection: apsw.Connection, space: int, turns: Sequence[TurnRow]) -> None:
    shelves = Shelves(connection, space)
    for number, _, _, text, revised_by in turns:
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
    found = [columns for name in ids for columns in rows(connection, "memory", space, name)]
    for turn in turns:
        found += rows(connection, "memories on turn", turn, space)
    whole: dict[int, Memory] = {}
    for number, columns in sorted({columns[0]: columns for columns in found}.items()):
        try:
            whole[number] = proven_memory(columns)
        except DamagedRow:
            damage.set_aside(connection, "memory", "no = ?", number)
    return list(whole.items())


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

    def said(turn: str) -> str:
        found = row(connection, "turn to judge", space, turn)
        return restored(found[1]) if found else ""

    for _, memory in memories:
        left = tuple(e for e in memory.evidence if e.turn not in turns)
        gone = [e.quote for e in memory.evidence if e.turn in turns]
        after = None if memory.id in ordered or not left else from_rest(memory, left, said)
        ledger.apply(Change(before=memory, after=after, reason="forgotten"))
        texts += [memory.text, *gone] if after is None or after.text != memory.text else gone
    ledger.flush()
    return texts


# ---------------------------------------------------------------- records and traces


def _drop_changes(connection: apsw.Connection, space: int, gone: Collection[str]) -> list[str]:
    """Delete the changes that mention what is gone; seal and return the nights they belonged to."""
    mentions = re.compile("|".join(map(re.escape, sorted(gone))))
    changes = rows(connection, "changes of namespace", space)
    hits = [(night, seq) for night, seq, key, before, after in changes if mentions.search(f"{key} {before} {after}")]
    connection.executemany(sql("drop change"), hits)
    nights = sorted({night for night, _ in hits})
    connection.executemany(sql("seal night"), [(night,) for night in nights])
    return [name for night in nights for (name,) in rows(connection, "sealed night", night)]


def _clean_reports(connection: apsw.Connection, space: int, unsaid: Collection[str]) -> None:
    """Drop from the nights' reports every sentence that says one of these words."""
    for number, packed_report in rows(connection, "reports", space):
        report = loaded(packed_report, {})
        clean = {name: value for name, value in report.items() if not _says(value, unsaid)}
        if clean != report:
            connection.execute(sql("put report"), (dumped(clean), number))


def _says(value: float | str, unsaid: Collection[str]) -> bool:
    low = value.casefold() if isinstance(value, str) else ""
    return any(word.casefold() in low for word in unsaid)


def _drop_traces(connection: apsw.Connection, space: int, gone: Collection[str]) -> None:
    """Delete model answers and vetoes that may hold or name what is gone."""
    connection.execute(sql("drop answers"), (space,))
    for key in [f"{kind}:{name}" for name in gone for kind in ("memory", "verdict")]:
        connection.execute(sql("drop veto"), (space, key))


# ---------------------------------------------------------------- the scan


def _left(connection: apsw.Connection, space: int) -> Iterator[str]:
    """
    Yield every text that stays in the store, and LTML's own words; a memory's JSON also as it is meant.

    Words placed in this namespace are not among them: they go if they say what nothing else says.
    """
    for (text,) in each(connection, "words left"):
        yield restored(text or "")
    for (text,) in each(connection, "words placed elsewhere", space):
        yield restored(text)
    yield " ".join(field.name for kind in (Memory, Verdict, Receipt) for field in fields(kind))
    for (report,) in each(connection, "all reports"):
        yield " ".join(loaded(report, {}))
    for (body,) in each(connection, "bodies left"):
        yield f"{body} {json.dumps(loaded(body, None), ensure_ascii=False)}"


def _forms(word: str) -> set[bytes]:
    """Return the bytes a word may have in a file: UTF-8 or JSON in ASCII, as said or casefolded."""
    shapes = {shape for form in (word, word.casefold()) for shape in (form, json.dumps(form)[1:-1])}
    return {shape.encode("utf-8", "surrogatepass").lower() for shape in shapes}


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


def _body(receipt: Receipt, numbers: Sequence[int]) -> str:
    return dumped(
        {
            "numbers": list(numbers),
            "turns": list(receipt.turns),
            "memories": list(receipt.memories),
            "sealed_nights": list(receipt.sealed_nights),
            "bytes_scanned": receipt.bytes_scanned,
        }
    )
