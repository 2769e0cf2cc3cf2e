"""
Forgetting: what the user orders away leaves the tables, the derived tables, the nights' records and the file's bytes.

Theory of operation. `scrub` deletes, in one transaction, the turns (with all revisions of their refs), their verdicts,
fold keys and postings; memories that rest on nothing else are deleted, others are remade from the remaining evidence;
changes of nights that mention any of it are dropped and those nights are sealed: they can no longer be undone. Texts
placed in requests are deleted if they quote any of it, and the sessions it was said in are no longer followed
(messages.py). The chain keeps its salted digests, and the receipt the turns' numbers, so that `verify` still detects
that anything else is missing. With `secure_delete` SQLite zeroes what it frees; `empty_log` moves the log into the file
and truncates it; a scan (scan.py) then searches the bytes for the words, and what it finds must be explained by
something that is left (residue.py). If it is not (stale copies in page gaps), `rewrite_file` vacuums. A reader can keep
old pages alive: then the receipt stays `pending`, and the store scans again at the next order, and when it is opened
(proof.py).

What to search for is written in the same transaction, as keyed digests, so that whoever opens the file after a crash
can finish; it is deleted when the receipt is proven. Two more kinds of digest stay: of the forgotten turns and of the
messages of their sessions, by which they are recognised when an import or a client's history brings them in again
(`identity.turn_tombstones`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import apsw

from ltml.errors import DamagedRow
from ltml.model import Change, Memory, Receipt, Turn, content_id, partition_of
from ltml.protocols import Selection
from ltml.store.canonical import dump_json
from ltml.store.identity import from_microseconds, text_tombstone, to_microseconds, turn_tombstones
from ltml.store.redaction import find_telltale_words, list_lost_texts, quote_matcher, redact_memory
from ltml.store.rules import fold_text
from ltml.store.sqlite import quarantine, scan
from ltml.store.sqlite.backups import BackupRemoval
from ltml.store.sqlite.changes import ChangeWriter, find_verdict, refile_document
from ltml.store.sqlite.connect import BUSY_TIMEOUT_MS
from ltml.store.sqlite.decode import decode_memory, parse_json
from ltml.store.sqlite.messages import drop_injections, drop_sessions
from ltml.store.sqlite.posting_writer import PostingWriter
from ltml.store.sqlite.residue import iter_texts
from ltml.store.sqlite.statements import fetch_all, fetch_one, sql
from ltml.store.sqlite.turns import find_namespace
from ltml.store.sqlite.verify import rebuild_derived
from ltml.text import restored, term_counts

#: How long to wait for readers to release old pages, in milliseconds: nobody can write meanwhile.
READER_TIMEOUT_MS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureOrder:
    """
    An order to forget that was carried out: its receipt, the numbers of its turns, digests of the words to search for.

    `found` are the words of it that the last scan found.
    """

    receipt: Receipt
    numbers: tuple[int, ...] = ()
    wanted: frozenset[scan.WordDigest] = frozenset()
    found: frozenset[str] = frozenset()

    def after_scan(
        self, scanned: int, words: Collection[str], copies: BackupRemoval, digest: scan.Digest
    ) -> ErasureOrder:  # fmt: skip
        """Return the order after a scan that read so many bytes and found these words of all orders."""
        own = {name for each in self.wanted for name in (each.end, each.word)}
        found = frozenset(word for word in words if digest(word) in own)
        receipt = replace(
            self.receipt, state="pending" if found or copies.failed else "proven", bytes_scanned=scanned,
            removed=tuple(sorted({*self.receipt.removed, *copies.deleted})),
        )  # fmt: skip
        return replace(self, receipt=receipt, found=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedTurn:
    """A turn to be forgotten, by which it is recognised later; `session` as it is stored, for comparing."""

    number: int
    session: str | bytes
    revised_by: int | None
    turn: Turn


def scrub(
    connection: apsw.Connection, namespace: str, selection: Selection, now: datetime, secret: bytes
) -> ErasureOrder:  # fmt: skip
    """Delete what is selected and all that rests on it."""
    namespace_id = find_namespace(connection, namespace)
    turns = _find_turns(connection, namespace_id, selection.turns)
    rows = fetch_all(connection, "turns by id", namespace_id, json.dumps(sorted(each.turn.id for each in turns)))
    damaged = set(quarantine.list_damaged_turns(namespace, rows))
    for number in damaged:
        quarantine.quarantine_turn(connection, number)
    turns = [each for each in turns if each.number not in damaged]
    names = {each.turn.id for each in turns}
    memories = _find_memories(connection, namespace_id, names, selection.memories)
    ordered = {*selection.turns, *selection.memories}
    records = [
        record
        for record in quarantine.list_records(connection, namespace_id)
        if (record.source in ("turn", "memory") and record.name in ordered)
        or (record.source == "turn" and record.number in damaged)
    ]
    if not turns and not memories and not records:
        return ErasureOrder(receipt=Receipt(id="", at=now, state="nothing"))
    texts = [each.turn.text for each in turns]
    texts += [text for record in records for text in quarantine.list_texts(record)]
    if records:  # search holds what they said before they were damaged
        rebuild_derived(connection, namespace_id)
    texts += _redact_memories(connection, namespace_id, list(memories.values()), names, selection.memories)
    _delete_turns(connection, namespace_id, turns)
    names |= {record.name for record in records if record.source == "turn"}
    gone = names | {memory.id for memory in memories.values()} | {record.name for record in records}
    sealed = _delete_changes(connection, namespace_id, gone)
    for each in turns:
        tombstones = (*turn_tombstones(secret, namespace, each.turn), text_tombstone(secret, namespace, each.turn.text))
        connection.executemany(sql("add barred"), [(namespace_id, tombstone) for tombstone in tombstones])
    sessions = {*(each.session for each in turns), *(record.session for record in records)}
    drop_sessions(connection, namespace_id, sessions, secret)
    _delete_quotes(connection, namespace_id, gone, texts)
    aside = (record.number for record in records if record.source == "turn" and record.number is not None)
    numbers = (*(each.number for each in turns), *aside)
    receipt = Receipt(
        id=content_id("forget", str(to_microseconds(now)), str(numbers), str(list(memories))), at=now,
        turns=tuple(sorted(names)), memories=tuple(sorted(gone - names)), sealed_nights=tuple(sealed),
    )  # fmt: skip
    wanted = scan.digest_words(texts, scan.digest_with(secret))
    order = ErasureOrder(receipt=receipt, numbers=numbers, wanted=wanted)
    columns = (receipt.id, namespace_id, to_microseconds(now), receipt.state, _pack_order(order))
    connection.execute(sql("add receipt"), (*columns, scan.pack_digests(wanted)))
    return order


# ---------------------------------------------------------------- receipts


def find_receipt(connection: apsw.Connection, namespace_id: int, selection: Selection) -> Receipt | None:
    """Return the latest receipt over any of what is selected, if it was ordered away before."""
    wanted = {*selection.turns, *selection.memories}
    for at, state, packed, name in fetch_all(connection, "receipts", namespace_id):
        body = parse_json(packed, {"turns": (), "memories": ()})
        if wanted & {*body["turns"], *body["memories"]}:
            return _unpack_receipt(name, at, state, body)
    return None


def list_pending(connection: apsw.Connection) -> list[ErasureOrder]:
    """Return the orders that are not proven yet, of all namespaces: of this process and of those that ended."""
    orders = list[ErasureOrder]()
    for name, at, packed, digests in fetch_all(connection, "pending receipts"):
        body = json.loads(packed)
        receipt = _unpack_receipt(name, at, "pending", body)
        wanted = scan.unpack_digests(digests)
        orders.append(ErasureOrder(receipt=receipt, numbers=tuple(body["numbers"]), wanted=wanted))
    return orders


def update_receipt(connection: apsw.Connection, order: ErasureOrder) -> Receipt:
    """Write how the scan for an order's words ended; return the receipt."""
    columns = (order.receipt.state, _pack_order(order), order.receipt.id)
    connection.execute(sql("update receipt"), columns)
    return order.receipt


def _unpack_receipt(name: str, at: int, state: Any, body: Mapping[str, Any]) -> Receipt:
    return Receipt(
        id=name, at=from_microseconds(at, 0), state=state, turns=tuple(body["turns"]),
        memories=tuple(body["memories"]), sealed_nights=tuple(body["sealed_nights"]),
        bytes_scanned=body["bytes_scanned"], removed=tuple(body.get("removed", ())),
    )  # fmt: skip


def _pack_order(order: ErasureOrder) -> str:
    receipt = order.receipt
    return dump_json(
        {
            "numbers": list(order.numbers),
            "turns": list(receipt.turns),
            "memories": list(receipt.memories),
            "sealed_nights": list(receipt.sealed_nights),
            "bytes_scanned": receipt.bytes_scanned,
            "removed": list(receipt.removed),
        }
    )


# ---------------------------------------------------------------- the file


def empty_log(connection: apsw.Connection) -> bool:
    """Move the write-ahead log into the file and truncate it; false if a reader kept some of it alive."""
    connection.set_busy_timeout(READER_TIMEOUT_MS)
    try:
        busy = connection.execute("pragma wal_checkpoint(truncate)").fetchall()[0][0]
    finally:
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    return not busy


def rewrite_file(connection: apsw.Connection) -> None:
    """Rewrite the whole file, so that no page keeps a stale copy."""
    connection.execute("vacuum")
    empty_log(connection)


# ---------------------------------------------------------------- rows


def _find_turns(connection: apsw.Connection, namespace_id: int, ids: Sequence[str]) -> list[ErasedTurn]:
    """Return these turns and every revision of their refs."""
    found = fetch_all(connection, "turns with revisions", namespace_id, json.dumps(sorted(ids)))
    return [
        ErasedTurn(
            number=number, session=session, revised_by=revised_by,
            turn=Turn(
                id=name, session=restored(session), text=restored(text), role=restored(role), ref=restored(ref),
                at=from_microseconds(at, 0),
            ),
        )
        for number, name, session, text, revised_by, role, ref, at in found
    ]  # fmt: skip


def _find_memories(
    connection: apsw.Connection, namespace_id: int, turns: Collection[str], ids: Collection[str]
) -> dict[int, Memory]:  # fmt: skip
    """Return the memories with these ids and those that rest on any of these turns; damaged ones are set aside."""
    found = [columns for name in ids for columns in fetch_all(connection, "memory", namespace_id, name)]
    for turn in turns:
        found += fetch_all(connection, "memories citing turn", turn, namespace_id)
    memories: dict[int, Memory] = {}
    for number, columns in sorted({columns[0]: columns for columns in found}.items()):
        try:
            memories[number] = decode_memory(columns)
        except DamagedRow:
            quarantine.quarantine_rows(connection, "memory", "no = ?", number)
    return memories


def _redact_memories(
    connection: apsw.Connection,
    namespace_id: int,
    memories: Sequence[Memory],
    turns: Collection[str],
    ordered: Collection[str],
) -> list[str]:
    """Delete memories, or remake them from the remaining evidence; return the texts they no longer hold."""

    def text_of(turn: str) -> str:
        found = fetch_one(connection, "turn by id", namespace_id, turn)
        return restored(found[1]) if found else ""

    changes: list[Change] = [redact_memory(m, turns, text_of, delete=m.id in ordered) for m in memories]
    ChangeWriter(connection, namespace_id).write(changes)
    return list(list_lost_texts(changes, turns))


def _delete_turns(connection: apsw.Connection, namespace_id: int, turns: Sequence[ErasedTurn]) -> None:
    postings = PostingWriter(connection, namespace_id)
    for each in turns:
        number, text = each.number, each.turn.text
        if each.revised_by is None:
            postings.remove(partition_of(find_verdict(connection, number)), number, term_counts(text))
        refile_document(connection, namespace_id, number, fold_text(text), set())
        connection.execute(sql("drop new"), (namespace_id, number))
        for name in ("drop verdict", "drop slept turn", "drop turn"):
            connection.execute(sql(name), (number,))
    postings.flush()


def _delete_changes(connection: apsw.Connection, namespace_id: int, gone: Collection[str]) -> list[str]:
    """Delete the changes, answers and vetoes that mention what is gone; seal and return the nights of the changes."""
    mentions = re.compile("|".join(map(re.escape, sorted(gone))))
    changes = fetch_all(connection, "changes of namespace", namespace_id)
    hits = [(night, seq) for night, seq, key, before, after in changes if mentions.search(f"{key} {before} {after}")]
    connection.executemany(sql("drop change"), hits)
    nights = sorted({night for night, _ in hits})
    connection.executemany(sql("seal night"), [(night,) for night in nights])
    connection.execute(sql("drop answers"), (namespace_id,))
    keys = [f"{kind}:{name}" for name in gone for kind in ("memory", "verdict")]
    connection.executemany(sql("drop veto"), [(namespace_id, key) for key in keys])
    return [name for night in nights for (name,) in fetch_all(connection, "sealed night", night)]


def _delete_quotes(
    connection: apsw.Connection, namespace_id: int, gone: Collection[str], texts: Sequence[str]
) -> None:  # fmt: skip
    """Delete what repeats these texts elsewhere: rows set aside, injections, entries of the nights' reports."""
    quarantine.drop_records(connection, namespace_id, gone, ())
    telltale = find_telltale_words(texts, iter_texts(connection, namespace_id))
    quarantine.drop_records(connection, namespace_id, gone, telltale)
    drop_injections(connection, namespace_id, gone, quote_matcher(texts, telltale))
    needles = [word.casefold() for word in telltale]
    for number, packed in fetch_all(connection, "reports of namespace", namespace_id):
        report = parse_json(packed, {})
        clean = {
            name: value
            for name, value in report.items()
            if not isinstance(value, str) or not any(needle in value.casefold() for needle in needles)
        }
        if clean != report:
            connection.execute(sql("put report"), (dump_json(clean), number))
