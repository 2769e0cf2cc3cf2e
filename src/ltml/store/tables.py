"""
How values become rows: everything that writes tables, as functions of a connection inside a transaction.

Derived tables follow the truth in the same transaction. `Shelves` gathers what a transaction does to the posting lists
and writes each touched block once at the end: a night that archives a hundred turns would else rewrite the same common
terms a hundred times.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import apsw

from ltml.errors import StaleNight
from ltml.model import MEMORY_BIT, Change, Memory, Row, Turn, Verdict
from ltml.store.identity import GENESIS, instant, link, moment, record_digest, revision_id, turn_id, zone
from ltml.store.rows import dates_packed, dates_unpacked, dumped, memory_from, packed, unpacked
from ltml.store.sql import row, rows, sql
from ltml.text import fold_keys, postings, restored, sentences, storable, term_counts

SqlRow = Sequence[Any]


class Shelves:
    """The changes one transaction makes to posting lists and their statistics, written by `flush`."""

    def __init__(self, connection: apsw.Connection, namespace: int) -> None:
        """Gather for one namespace."""
        self._connection, self._namespace = connection, namespace
        self._clear()

    def _clear(self) -> None:
        self._gone: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._fresh: dict[tuple[str, str], dict[int, bytes]] = defaultdict(dict)
        self._documents: dict[str, int] = defaultdict(int)
        self._terms: dict[str, int] = defaultdict(int)

    def put(self, shelf: str, number: int, counts: Mapping[str, int]) -> None:
        """Put a document on a shelf."""
        self._tally(shelf, 1, counts)
        for term, raw in postings.entries(number, counts).items():
            self._gone[shelf, term].discard(number)
            self._fresh[shelf, term][number] = raw

    def take(self, shelf: str, number: int, counts: Mapping[str, int]) -> None:
        """Take a document off a shelf."""
        self._tally(shelf, -1, counts)
        for term in counts:
            self._fresh[shelf, term].pop(number, None)
            self._gone[shelf, term].add(number)

    def flush(self) -> None:
        """Write what was gathered."""
        for (shelf, term), numbers in self._gone.items():
            self._remove(shelf, term, sorted(numbers))
        for (shelf, term), entries in self._fresh.items():
            self._insert(shelf, term, sorted(entries.items()))
        for shelf, documents in self._documents.items():
            row = (self._namespace, shelf, documents, self._terms[shelf])
            self._connection.execute(sql("count shelf"), row)
        self._clear()

    def _tally(self, shelf: str, sign: int, counts: Mapping[str, int]) -> None:
        self._documents[shelf] += sign
        self._terms[shelf] += sign * sum(counts.values())

    def _remove(self, shelf: str, term: str, numbers: Sequence[int]) -> None:
        left = set(numbers)
        while left:
            found = self._block(shelf, term, min(left))
            if found is None:
                left.discard(min(left))
                continue
            first, data = found
            rest = postings.without(data, left)
            left -= {number for number, _, _ in postings.unpacked(data)} | {min(left)}
            if rest != data:
                self._replace(shelf, term, first, [(first, rest)] if rest else [])

    def _insert(self, shelf: str, term: str, rows: Sequence[tuple[int, bytes]]) -> None:
        for first, chunk in self._by_block(shelf, term, rows):
            data = postings.merged(first[1], chunk)
            blocks = postings.split(data)
            starts = [first[0], *(postings.first_number(block) for block in blocks[1:])]
            self._replace(shelf, term, None, list(zip(starts, blocks, strict=True)))

    def _by_block(
        self, shelf: str, term: str, rows: Sequence[tuple[int, bytes]]
    ) -> Iterator[tuple[tuple[int, bytes], bytes]]:
        """Yield (block, fresh entries for it); a block that does not exist yet is (first number, nothing)."""
        turns = [row for row in rows if row[0] < MEMORY_BIT]
        for half in (turns, rows[len(turns) :]):
            if half:
                yield from self._targets(shelf, term, half)

    def _targets(
        self, shelf: str, term: str, rows: Sequence[tuple[int, bytes]]
    ) -> Iterator[tuple[tuple[int, bytes], bytes]]:
        low, high = rows[0][0], rows[-1][0]
        block = self._block(shelf, term, high)
        if block is None or not postings.same_half(block[0], high):
            yield (low, b""), b"".join(raw for _, raw in rows)
        elif block[0] <= low:
            yield block, b"".join(raw for _, raw in rows)
        else:  # spread over several blocks: one at a time
            for number, raw in rows:
                found = self._block(shelf, term, number)
                fits = found is not None and postings.same_half(found[0], number)
                yield (found if found is not None and fits else (number, b"")), raw

    def _block(self, shelf: str, term: str, number: int) -> tuple[int, bytes] | None:
        key = (self._namespace, shelf, term, number)
        found: tuple[int, bytes] | None = self._connection.execute(sql("block of"), key).fetchone()
        return found

    def _replace(self, shelf: str, term: str, gone: int | None, blocks: Sequence[tuple[int, bytes]]) -> None:
        if gone is not None and all(first != gone for first, _ in blocks):
            self._connection.execute(sql("drop block"), (self._namespace, shelf, term, gone))
        for first, data in blocks:
            self._connection.execute(sql("put block"), (self._namespace, shelf, term, first, data))


# ---------------------------------------------------------------- turns


def turn_from(columns: SqlRow) -> Turn:
    """Return the turn of a row (no, id, session, role, speaker, ref, origin, at, zone, text)."""
    _, turn, session, role, speaker, ref, origin, at, offset, text = columns
    return Turn(
        id=turn, session=restored(session), role=restored(role), speaker=restored(speaker), ref=restored(ref),
        origin=origin, at=moment(at, offset), text=restored(text),
    )  # fmt: skip


def append(
    connection: apsw.Connection, namespace: str, turns: Sequence[Turn], secret: bytes, salts: Iterator[bytes]
) -> tuple[list[str], int]:
    """Keep the turns that are not kept yet; return all their ids and how many were new."""
    space = space_of(connection, namespace)
    fresh, ids = _sifted(connection, space, namespace, turns, secret)
    shelves = Shelves(connection, space)
    chained = _last_link(connection)
    for turn, base in fresh:
        salt = next(salts)
        number = _insert(connection, space, turn, salt)
        record = record_digest(salt, namespace, turn)
        chained = link(chained, record)
        connection.execute(sql("add link"), (number, record, chained))
        connection.execute(sql("add new"), (space, number))
        shelves.put("active", number, term_counts(turn.text))
        if base:
            _revise(connection, space, turn, number, shelves)
    shelves.flush()
    return ids, len(fresh)


def space_of(connection: apsw.Connection, namespace: str) -> int:
    """Return the number of a namespace; it is made on first use."""
    known = known_space(connection, namespace)
    return known or int(row(connection, "add namespace", storable(namespace))[0])


def known_space(connection: apsw.Connection, namespace: str) -> int:
    """Return the number of a namespace, or 0 if nobody has written to it."""
    found = row(connection, "namespace", storable(namespace))
    return int(found[0]) if found else 0


def _sifted(
    connection: apsw.Connection, space: int, namespace: str, turns: Sequence[Turn], secret: bytes
) -> tuple[list[tuple[Turn, bool]], list[str]]:
    """Return the new turns with their ids (and whether each revises an older one), and the ids of all."""
    bases = [turn_id(secret, namespace, turn) for turn in turns]
    revisions = [revision_id(secret, namespace, turn) if turn.ref else "" for turn in turns]
    known = dict(rows(connection, "known turns", space, json.dumps(bases + revisions)))
    fresh: list[tuple[Turn, bool]] = []
    ids: list[str] = []
    for turn, base, revision in zip(turns, bases, revisions, strict=True):
        revises = base in known and bool(turn.ref) and restored(known[base]) != turn.text
        ids.append(revision if revises else base)
        if ids[-1] not in known:
            known[ids[-1]] = storable(turn.text)
            fresh.append((_with_id(turn, ids[-1]), revises))
    return fresh, ids


def _with_id(turn: Turn, name: str) -> Turn:
    return Turn(
        id=name, session=turn.session, role=turn.role, speaker=turn.speaker, ref=turn.ref, origin=turn.origin,
        at=turn.at, text=turn.text,
    )  # fmt: skip


def _insert(connection: apsw.Connection, space: int, turn: Turn, salt: bytes) -> int:
    words = (storable(turn.session), storable(turn.role), storable(turn.speaker), storable(turn.ref))
    values = (turn.id, space, *words, turn.origin, instant(turn.at), zone(turn.at), storable(turn.text), salt)
    return int(row(connection, "add turn", *values)[0])


def _revise(connection: apsw.Connection, space: int, turn: Turn, number: int, shelves: Shelves) -> None:
    """Let the older revision of this ref point to the newer one, and leave search and the nights to come."""
    for old, text in rows(connection, "latest of ref", space, storable(turn.session), storable(turn.ref)):
        if old != number:
            connection.execute(sql("revise"), (number, old))
            connection.execute(sql("drop new"), (space, old))
            shelves.take(shelf_of_verdict(verdict_of(connection, old)), old, term_counts(restored(text)))
            for key in statement_keys(restored(text)):
                connection.execute(sql("drop fold"), (space, key, old))


def _last_link(connection: apsw.Connection) -> bytes:
    last = row(connection, "last link")
    return bytes(last[0]) if last else GENESIS


# ---------------------------------------------------------------- verdicts and memories


def verdict_from(columns: SqlRow) -> Verdict:
    """Return the verdict of a row (number, id, keep, kind, reason, salience, tier, dates)."""
    _, turn, keep, kind, reason, salience, tier, dates = columns
    return Verdict(
        turn=turn, keep=bool(keep), kind=restored(kind), reason=restored(reason), salience=salience, tier=tier,
        dates=dates_unpacked(dates),
    )  # fmt: skip


def verdict_of(connection: apsw.Connection, number: int) -> Verdict | None:
    """Return the verdict on a turn, by number."""
    found = row(connection, "verdict of number", number)
    return verdict_from(found) if found else None


def shelf_of_verdict(verdict: Verdict | None) -> str:
    """Return the shelf a turn stands on."""
    return "archive" if verdict is not None and verdict.tier == "archive" else "active"


def memory_of(body: str) -> Memory:
    """Return the memory of a stored body."""
    return memory_from(json.loads(body))


def memory_counts(memory: Memory) -> dict[str, int]:
    """Return the terms a memory is found by."""
    return term_counts(memory.text)


def statement_keys(text: str) -> set[int]:
    """Return the fold keys of every sentence of a text."""
    return {key for span in sentences(text) for key in fold_keys(span.of(text))}


class Ledger:
    """Writes a night's changes to one namespace: rows, shelves and fold keys together."""

    def __init__(self, connection: apsw.Connection, space: int) -> None:
        """Work inside the transaction of this connection."""
        self._connection, self._space = connection, space
        self._shelves = Shelves(connection, space)

    def apply(self, change: Change) -> None:
        """Make one change. Raises `StaleNight` if the row is not as `before` says, or a cited turn is gone."""
        which = change.after or change.before
        if isinstance(which, Verdict):
            self._apply_verdict(change, which.turn)
        elif isinstance(which, Memory):
            self._apply_memory(change, which.id)

    def flush(self) -> None:
        """Write the gathered changes to the posting lists."""
        self._shelves.flush()

    def _apply_verdict(self, change: Change, turn: str) -> None:
        found = row(self._connection, "turn to judge", self._space, turn)
        if found is None:
            message = f"turn {turn} was forgotten while the night was thinking"
            raise StaleNight(message)
        number, text, revised_by = found
        before = verdict_of(self._connection, number)
        expect(before, change)
        after = change.after if isinstance(change.after, Verdict) else None
        self._put_verdict(number, after)
        if revised_by is None:
            self._move(number, restored(text), before, after)

    def _put_verdict(self, number: int, verdict: Verdict | None) -> None:
        if verdict is None:
            self._connection.execute(sql("drop verdict"), (number,))
            return
        words = (storable(verdict.kind), storable(verdict.reason))
        values = (number, self._space, verdict.keep, *words, verdict.salience, verdict.tier)
        self._connection.execute(sql("put verdict"), (*values, dates_packed(verdict.dates)))

    def _move(self, number: int, text: str, before: Verdict | None, after: Verdict | None) -> None:
        old, new = shelf_of_verdict(before), shelf_of_verdict(after)
        if old != new:
            counts = term_counts(text)
            self._shelves.take(old, number, counts)
            self._shelves.put(new, number, counts)
        if kept(before) != kept(after):
            keys = statement_keys(text)
            self._refile(number, keys if kept(before) else set(), keys if kept(after) else set())

    def _apply_memory(self, change: Change, name: str) -> None:
        found = row(self._connection, "memory", self._space, name)
        before = memory_of(found[1]) if found else None
        expect(before, change)
        after = change.after if isinstance(change.after, Memory) else None
        self._expect_cited(cited(after) - cited(before))
        number = self._put_memory(found[0] if found else None, after)
        if before is not None:
            self._shelves.take(shelf_of_memory(before), number | MEMORY_BIT, memory_counts(before))
        if after is not None:
            self._shelves.put(shelf_of_memory(after), number | MEMORY_BIT, memory_counts(after))
        self._refile(number | MEMORY_BIT, memory_keys(before), memory_keys(after))
        self._cite(number, before, after)

    def _expect_cited(self, turns: set[str]) -> None:
        known = {name for (name,) in rows(self._connection, "turns there", self._space, json.dumps(sorted(turns)))}
        if turns - known:
            raise StaleNight(f"turn {min(turns - known)} was forgotten while the night was thinking")

    def _put_memory(self, number: int | None, memory: Memory | None) -> int:
        if memory is None:
            self._connection.execute(sql("drop memory"), (number,))
            return int(number or 0)
        values = (instant(memory.learned_at), memory.tier, packed(memory))
        if number is None:
            return int(row(self._connection, "add memory", memory.id, self._space, *values)[0])
        self._connection.execute(sql("put memory"), (*values, number))
        return number

    def _cite(self, number: int, before: Memory | None, after: Memory | None) -> None:
        for turn in cited(before) - cited(after):
            self._connection.execute(sql("drop evidence"), (number, turn))
        for turn in cited(after) - cited(before):
            self._connection.execute(sql("add evidence"), (turn, number))

    def _refile(self, number: int, old: set[int], new: set[int]) -> None:
        for key in old - new:
            self._connection.execute(sql("drop fold"), (self._space, key, number))
        for key in new - old:
            self._connection.execute(sql("add fold"), (self._space, key, number))


def kept(verdict: Verdict | None) -> bool:
    """Tell whether a turn's statements are filed for folding: those a night has kept."""
    return verdict is not None and verdict.keep


def memory_keys(memory: Memory | None) -> set[int]:
    """Return the fold keys of a memory: of its text and of every quote it rests on."""
    if memory is None:
        return set()
    return {key for text in (memory.text, *(e.quote for e in memory.evidence)) for key in statement_keys(text)}


def shelf_of_memory(memory: Memory) -> str:
    """Return the shelf a memory stands on."""
    return "active" if memory.active else "archive"


def cited(memory: Memory | None) -> set[str]:
    """Return the ids of the turns a memory rests on."""
    return {e.turn for e in memory.evidence} if memory else set()


def expect(found: Row | None, change: Change) -> None:
    """Raise `StaleNight` unless the row is as the change's `before` says."""
    if packed(found) != packed(change.before):
        message = f"{change.key} changed while the night was thinking"
        raise StaleNight(message)


# ---------------------------------------------------------------- changes


def changes_of(connection: apsw.Connection, night: int) -> tuple[Change, ...]:
    """Return a night's changes in order."""
    found = rows(connection, "changes", night)
    return tuple(Change(before=unpacked(b), after=unpacked(a), reason=restored(r)) for b, a, r in found)


def note_changes(connection: apsw.Connection, night: int, changes: Iterable[Change]) -> None:
    """Write changes into a night's record."""
    start = row(connection, "last change", night)[0] + 1
    noted = [
        (night, seq, change.key, packed(change.before), packed(change.after), storable(change.reason))
        for seq, change in enumerate(changes, start)
    ]
    connection.executemany(sql("add change"), noted)


def report_packed(report: Mapping[str, float | str]) -> str:
    """Return a night's report as JSON."""
    return dumped(dict(report))
