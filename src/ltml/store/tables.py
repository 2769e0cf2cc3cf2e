"""
How values become rows: everything that writes tables, as functions of a connection inside a transaction.

Derived tables follow the truth in the same transaction. `Shelves` gathers what a transaction does to the posting lists
and writes each touched block once at the end: a night that archives a hundred turns would else rewrite the same common
terms a hundred times.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

import apsw

from ltml.errors import DamagedRow, StaleNight
from ltml.model import MEMORY_BIT, Change, Memory, Row, Turn, Verdict
from ltml.store.damage import set_aside
from ltml.store.identity import GENESIS, candidates, instant, link, marks, record_digest, settled, zone
from ltml.store.proven import proven_change, proven_memory, proven_verdict, sound
from ltml.store.rows import dates_packed, dumped, packed
from ltml.store.sql import row, rows, sql
from ltml.text import fold_keys, postings, restored, sentences, storable, term_counts

SqlRow = Sequence[Any]
#: A document's number and its packed entry; or the lowest number a block may hold, and the block.
Entry = tuple[int, bytes]
#: Entries by term, sorted by number.
Lists = dict[str, list[Entry]]


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
            if numbers:
                self._remove(shelf, term, sorted(numbers))
        for shelf in self._documents:
            for lists in self._halves(shelf):
                self._insert(shelf, lists)
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

    def _halves(self, shelf: str) -> Iterator[Lists]:
        """Yield the fresh entries of turns, then those of memories, by term: the halves never share a block."""
        fresh = {term: sorted(found.items()) for (where, term), found in self._fresh.items() if where == shelf}
        for memories in (False, True):
            halves = {term: [e for e in found if (e[0] >= MEMORY_BIT) == memories] for term, found in fresh.items()}
            lists = {term: half for term, half in halves.items() if half}
            if lists:
                yield lists

    def _insert(self, shelf: str, lists: Lists) -> None:
        """Read the last block of every list at once, add to them, and write them at once."""
        highest = max(entries[-1][0] for entries in lists.values())
        lasts = self._blocks(shelf, lists, highest)
        grown: list[SqlRow] = []
        for term, entries in lists.items():
            last = lasts.get(term)
            if last and last[0] > entries[0][0]:
                self._scatter(shelf, term, entries)
            else:
                grown += [(self._namespace, shelf, term, *block) for block in added(last, entries)]
        self._connection.executemany(sql("put block"), grown)

    def _scatter(self, shelf: str, term: str, entries: Iterable[Entry]) -> None:
        """Add entries that belong into several blocks, one at a time."""
        for entry in entries:
            self._replace(shelf, term, None, added(self._block(shelf, term, entry[0]), [entry]))

    def _blocks(self, shelf: str, terms: Iterable[str], highest: int) -> Mapping[str, Entry]:
        """Return, by term, the last block that starts at `highest` or before."""
        where = (self._namespace, shelf)
        found = rows(self._connection, "last blocks", json.dumps(list(terms)), *where, *where, highest)
        return {term: (first, data) for term, first, data in found if whole(data)}

    def _block(self, shelf: str, term: str, number: int) -> Entry | None:
        key = (self._namespace, shelf, term, number)
        found: Entry | None = row(self._connection, "block of", *key)
        return found if found and whole(found[1]) else None

    def _replace(self, shelf: str, term: str, gone: int | None, blocks: Sequence[Entry]) -> None:
        if gone is not None and all(first != gone for first, _ in blocks):
            self._connection.execute(sql("drop block"), (self._namespace, shelf, term, gone))
        for first, data in blocks:
            self._connection.execute(sql("put block"), (self._namespace, shelf, term, first, data))


def whole(data: object) -> bool:
    """Tell whether this is a block of entries; a damaged one is passed over, and `verify` names its list."""
    return isinstance(data, bytes) and len(data) % postings.ENTRY.size == 0


def added(block: Entry | None, entries: Sequence[Entry]) -> list[Entry]:
    """Return the blocks that change when entries come to a block; none, or one of the other half, begins a new one."""
    low = entries[0][0]
    first, data = block if block and postings.same_half(block[0], low) else (low, b"")
    blocks = postings.split(postings.merged(data, b"".join(raw for _, raw in entries)))
    starts = [first, *(postings.first_number(later) for later in blocks[1:])]
    return [(start, new) for start, new in zip(starts, blocks, strict=True) if new != data]


# ---------------------------------------------------------------- turns


class _Sifted(NamedTuple):
    """A turn with its id, and what to do with it."""

    turn: Turn
    new: bool
    revises: bool


def append(
    connection: apsw.Connection,
    namespace: str,
    batches: Sequence[Sequence[Turn]],
    secret: bytes,
    salts: Iterator[bytes],
) -> list[tuple[list[str], int]]:
    """Keep the turns that are not kept yet; return for each batch all its ids and how many were new."""
    space = space_of(connection, namespace)
    sifted = _sifted(connection, space, namespace, [turn for batch in batches for turn in batch], secret)
    numbers = _inserted(connection, space, namespace, [s.turn for s in sifted if s.new], salts)
    shelves = Shelves(connection, space)
    for (turn, revises), number in zip([(s.turn, s.revises) for s in sifted if s.new], numbers, strict=True):
        if turn.superseded:
            continue
        shelves.put("active", number, term_counts(turn.text))
        if revises:
            _revise(connection, space, turn, number, shelves)
    shelves.flush()
    rest = iter(sifted)
    return [_kept(list(islice(rest, len(batch)))) for batch in batches]


def _kept(sifted: Sequence[_Sifted]) -> tuple[list[str], int]:
    return [s.turn.id for s in sifted], sum(s.new for s in sifted)


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
) -> list[_Sifted]:
    """Return every turn with its id, whether it is new, and whether it revises an older one."""
    names = [candidates(secret, namespace, turn) for turn in turns]
    there = rows(connection, "known turns", space, json.dumps([name for found in names for name in found]))
    known = {name: (restored(text), bool(interrupted)) for name, text, interrupted in there}
    found: list[_Sifted] = []
    for turn, under in zip(turns, names, strict=True):
        name, revises = settled(turn, under, known)
        found.append(_Sifted(replace(turn, id=name), name not in known, revises))
        known.setdefault(name, (turn.text, turn.interrupted))
    return found


def barred(connection: apsw.Connection, namespace: str, turns: Sequence[Turn], secret: bytes) -> list[bool]:
    """Tell of each turn whether it was ordered away and is not there again."""
    space = known_space(connection, namespace)
    if not row(connection, "anything barred", space)[0]:
        return [False] * len(turns)
    known_by = [marks(secret, namespace, turn) for turn in turns]
    wanted = json.dumps([mark for found in known_by for mark in found])
    gone = {mark for (mark,) in rows(connection, "barred", space, wanted)}
    names = [candidates(secret, namespace, turn) for turn in turns]
    wanted = json.dumps([name for found in names for name in found])
    there = {name: restored(text) for name, text, _ in rows(connection, "known turns", space, wanted)}
    return [
        not gone.isdisjoint(found) and all(there.get(name) != turn.text for name in under)
        for turn, found, under in zip(turns, known_by, names, strict=True)
    ]


def _inserted(
    connection: apsw.Connection, space: int, namespace: str, turns: Sequence[Turn], salts: Iterator[bytes]
) -> list[int]:
    """Write turns and their links of the chain, call them new, and return their numbers."""
    salted = [(turn, next(salts)) for turn in turns]
    columns = [_columns(space, turn, salt) for turn, salt in salted]
    numbers = [number for (number,) in connection.executemany(sql("add turn"), columns)]
    chained = _last_link(connection)
    links: list[tuple[int, bytes, bytes]] = []
    for number, (turn, salt) in zip(numbers, salted, strict=True):
        record = record_digest(salt, namespace, turn)
        chained = link(chained, record)
        links.append((number, record, chained))
    connection.executemany(sql("add link"), links)
    fresh = [number for number, (turn, _) in zip(numbers, salted, strict=True) if not turn.superseded]
    connection.executemany(sql("add new"), [(space, number) for number in fresh])
    return numbers


def _columns(space: int, turn: Turn, salt: bytes) -> SqlRow:
    words = (storable(turn.session), storable(turn.role), storable(turn.speaker), storable(turn.ref))
    said = (storable(turn.text), turn.interrupted, 0 if turn.superseded else None)
    return (turn.id, space, *words, turn.origin, instant(turn.at), zone(turn.at), *said, salt)


def _revise(connection: apsw.Connection, space: int, turn: Turn, number: int, shelves: Shelves) -> None:
    """Let the older revision of this ref point to the newer one, and leave search and the nights to come."""
    for old, text in rows(connection, "latest of ref", space, storable(turn.session), storable(turn.ref)):
        if old < number:  # a later one may have come with the same batch
            _retire(connection, space, (old, restored(text)), number, shelves)


def _retire(connection: apsw.Connection, space: int, old: tuple[int, str], by: int, shelves: Shelves) -> None:
    """Call a turn superseded (by this number, or by 0), and take it from search and the nights to come."""
    number, text = old
    connection.execute(sql("revise"), (by, number))
    connection.execute(sql("drop new"), (space, number))
    shelves.take(shelf_of_verdict(verdict_of(connection, number)), number, term_counts(text))
    for key in statement_keys(text):
        connection.execute(sql("drop fold"), (space, key, number))


def supersede(connection: apsw.Connection, space: int, turns: Collection[str], back: Collection[str]) -> None:
    """Call these turns superseded, and those no longer."""
    shelves = Shelves(connection, space)
    for number, text in rows(connection, "turns in force", space, json.dumps(sorted(turns))):
        _retire(connection, space, (number, restored(text)), 0, shelves)
    for number, text, new in rows(connection, "turns taken back", space, json.dumps(sorted(back))):
        verdict = verdict_of(connection, number)
        connection.execute(sql("restore"), (number,))
        connection.executemany(sql("add new"), [(space, number)] if new else [])
        shelves.put(shelf_of_verdict(verdict), number, term_counts(restored(text)))
        keys = statement_keys(restored(text)) if kept(verdict) else ()
        connection.executemany(sql("add fold"), [(space, key, number) for key in keys])
    shelves.flush()


def _last_link(connection: apsw.Connection) -> bytes:
    last = row(connection, "last link")
    return bytes(last[0]) if last else GENESIS


# ---------------------------------------------------------------- verdicts and memories


def verdict_of(connection: apsw.Connection, number: int) -> Verdict | None:
    """Return the verdict on a turn, by number; a damaged one is none."""
    return next(sound(proven_verdict, rows(connection, "verdict of number", number)), None)


def shelf_of_verdict(verdict: Verdict | None) -> str:
    """Return the shelf a turn stands on."""
    return "archive" if verdict is not None and verdict.tier == "archive" else "active"


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
        self._connection.execute(sql("drop verdict"), (number,))
        if verdict is None:
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
        before = self._undamaged(found) if found else None
        found = found if before else None
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

    def _undamaged(self, columns: SqlRow) -> Memory | None:
        """Return the memory of a row; a damaged one is set aside, or no night could ever learn it anew."""
        try:
            return proven_memory(columns)
        except DamagedRow:
            set_aside(self._connection, "memory", "no = ?", columns[0])
            return None

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
    """Return a night's changes in order. Raises `DamagedRow`."""
    return tuple(map(proven_change, rows(connection, "changes", night)))


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
