"""
Forgetting: what the user orders away leaves the tables, the derived tables, the nights' records and the file's bytes.

Theory of operation. `scrub` deletes, in one transaction, the turns (with all revisions of their refs), their verdicts,
fold keys and postings; memories that rest on nothing else go too, others are re-made from the evidence that is left;
changes of nights that mention any of it are dropped and those nights are sealed: they cannot be undone any more. Words
placed in requests go where they say any of it, and the talks it was said in are followed no more (overheard.py).
The chain keeps its salted digests, and the receipt the turns' numbers, so `verify` still proves that nothing else is
missing. With `secure_delete` SQLite zeroes what it frees; `settle` moves the log into the file and cuts it; a search
(seek.py) then looks for the words in the bytes, and what it finds must be said by something that is left (residue.py).
If it is not (stale copies in page gaps), `rewrite` vacuums. A reader can keep old pages alive: then the receipt stays
`pending`, and the store looks again at the next order to forget, and when it is opened.

What to look for is written in the same transaction, as keyed digests, so that whoever opens the file after a crash can
finish; it goes when the receipt is proven. Two more kinds of digest stay: those of the forgotten turns and of the talks
they were in, by which they are known when an import or a client's history brings them in again (`identity.marks`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import apsw

from ltml.errors import DamagedRow
from ltml.model import Change, Memory, Receipt, Turn, content_id
from ltml.protocols import Selection
from ltml.store import damage, seek, verifying
from ltml.store.backups import Copies
from ltml.store.common import from_rest, quoting, telling
from ltml.store.connect import PATIENCE
from ltml.store.identity import EPOCH, MICROSECOND, instant, marks, moment, words_mark
from ltml.store.overheard import drop_talks, drop_uses
from ltml.store.proven import loaded, proven_memory
from ltml.store.residue import texts_left
from ltml.store.rows import dumped
from ltml.store.seek import Digest, Sought
from ltml.store.sql import row, rows, sql
from ltml.store.tables import (
    Ledger,
    Shelves,
    known_space,
    shelf_of_verdict,
    statement_keys,
    verdict_of,
)
from ltml.text import restored, term_counts

#: How long to wait for readers to let go of old pages, in milliseconds: meanwhile nobody can write.
SETTLING = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    An order to forget that was carried out: its receipt, the numbers of its turns, digests of what to look for.

    `telling` is what the last search found of it.
    """

    receipt: Receipt
    numbers: tuple[int, ...] = ()
    sought: frozenset[Sought] = frozenset()
    telling: frozenset[str] = frozenset()

    def searched(self, scanned: int, left: Collection[str], copies: Copies, digest: Digest) -> Order:
        """Return the order after a search that read so many bytes and found these words of all orders."""
        own = {name for each in self.sought for name in (each.end, each.word)}
        telling = frozenset(word for word in left if digest(word) in own)
        receipt = replace(
            self.receipt, state="pending" if telling or copies.stuck else "proven", bytes_scanned=scanned,
            removed=tuple(sorted({*self.receipt.removed, *copies.removed})),
        )  # fmt: skip
        return replace(self, receipt=receipt, telling=telling)


def scrub(
    connection: apsw.Connection, namespace: str, selection: Selection, now: datetime, secret: bytes
) -> Order:  # fmt: skip
    """Delete what is selected and all that rests on it."""
    space = known_space(connection, namespace)
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
    for turn in turns:
        known_by = (*marks(secret, namespace, turn.said), words_mark(secret, namespace, turn.text))
        connection.executemany(sql("bar"), [(space, mark) for mark in known_by])
    drop_talks(connection, space, {*(turn.session for turn in turns), *(row.session for row in asides)}, secret)
    damage.drop_asides(connection, space, gone, ())
    unsaid = telling(texts, texts_left(connection, space))
    damage.drop_asides(connection, space, gone, unsaid)
    drop_uses(connection, space, gone, quoting(texts, unsaid))
    _clean_reports(connection, space, unsaid)
    aside = (row.number for row in asides if row.source == "turn" and row.number is not None)
    numbers = (*(turn.number for turn in turns), *aside)
    receipt = Receipt(
        id=content_id("forget", str(instant(now)), str(numbers), str([no for no, _ in memories])), at=now,
        turns=tuple(sorted(names)), memories=tuple(sorted(gone - names)), sealed_nights=tuple(sealed),
    )  # fmt: skip
    order = Order(receipt=receipt, numbers=numbers, sought=seek.sought(texts, seek.digesting(secret)))
    noted = (receipt.id, space, instant(now), receipt.state, _body(receipt, numbers), seek.packed(order.sought))
    connection.execute(sql("note forgotten"), noted)
    return order


def receipt_of(connection: apsw.Connection, space: int, selection: Selection) -> Receipt | None:
    """Return the latest receipt over any of what is selected, if it was ordered away before."""
    wanted = {*selection.turns, *selection.memories}
    for at, state, packed_body, name in rows(connection, "receipts", space):
        body = loaded(packed_body, {"turns": (), "memories": ()})
        if wanted & {*body["turns"], *body["memories"]}:
            return _receipt(name, at, state, body)
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


def pending(connection: apsw.Connection) -> list[Order]:
    """Return the orders that are not proven yet, of all namespaces: this process's and those of others that ended."""
    return [
        Order(
            receipt=_receipt(name, at, "pending", json.loads(packed_body)),
            numbers=tuple(json.loads(packed_body)["numbers"]),
            sought=seek.unpacked(packed_sought),
        )
        for name, at, packed_body, packed_sought in rows(connection, "pending")
    ]


def sign(connection: apsw.Connection, order: Order) -> Receipt:
    """Write into the store how the search for an order's words ended; return the receipt."""
    receipt = order.receipt
    connection.execute(sql("sign forgotten"), (receipt.state, _body(receipt, order.numbers), receipt.id))
    return receipt


# ---------------------------------------------------------------- turns


class TurnRow(NamedTuple):
    """A turn to be forgotten; its session as it is stored."""

    number: int
    name: str
    session: str | bytes
    text: str
    revised_by: int | None
    role: str
    ref: str
    at: datetime

    @property
    def said(self) -> Turn:
        """The turn, as far as it is known again by it."""
        return Turn(session=restored(self.session), role=self.role, text=self.text, at=self.at, ref=self.ref)


def _turns(connection: apsw.Connection, space: int, ids: Sequence[str]) -> list[TurnRow]:
    """Return these turns and every revision of their refs."""
    found = rows(connection, "turns to forget", space, json.dumps(sorted(ids)))
    return [
        TurnRow(no, name, session, restored(text), by, restored(role), restored(ref), moment(at, 0))
        for no, name, session, text, by, role, ref, at in found
    ]


def _drop_turns(connection: apsw.Connection, space: int, turns: Sequence[TurnRow]) -> None:
    shelves = Shelves(connection, space)
    for turn in turns:
        number = turn.number
        if turn.revised_by is None:
            shelves.take(shelf_of_verdict(verdict_of(connection, number)), number, term_counts(turn.text))
        for key in statement_keys(turn.text):
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


def _receipt(name: str, at: int, state: Any, body: Mapping[str, Any]) -> Receipt:
    return Receipt(
        id=name, at=EPOCH + at * MICROSECOND, state=state, turns=tuple(body["turns"]),
        memories=tuple(body["memories"]), sealed_nights=tuple(body["sealed_nights"]),
        bytes_scanned=body["bytes_scanned"], removed=tuple(body.get("removed", ())),
    )  # fmt: skip


def _body(receipt: Receipt, numbers: Sequence[int]) -> str:
    return dumped(
        {
            "numbers": list(numbers),
            "turns": list(receipt.turns),
            "memories": list(receipt.memories),
            "sealed_nights": list(receipt.sealed_nights),
            "bytes_scanned": receipt.bytes_scanned,
            "removed": list(receipt.removed),
        }
    )
