"""One namespace of a SQLite store, seen inside one read transaction."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import apsw

from ltml.model import MEMORY_BIT, Candidates, Document, Evidence, Memory, Verdict
from ltml.protocols import Shelf
from ltml.store.identity import moment
from ltml.store.rows import dates_unpacked
from ltml.store.sql import sql
from ltml.store.tables import memory_of
from ltml.text import restored, storable


class SqliteView:
    """Keeps the promise of `protocols.View`."""

    def __init__(self, connection: apsw.Connection, namespace: str) -> None:
        """Look at a namespace; one nobody wrote to yet is empty."""
        self._connection = connection
        row = connection.execute(sql("namespace"), (storable(namespace),)).fetchone()
        self.space = int(row[0]) if row else 0

    def search(self, terms: Collection[str], shelf: Shelf = "active") -> Candidates:
        """Return the posting lists of these terms."""
        counts = self._connection.execute(sql("shelf"), (self.space, shelf)).fetchone()
        documents, total = counts or (0, 0)
        blocks: dict[str, list[bytes]] = defaultdict(list)
        rows = self._connection.execute(sql("postings"), (json.dumps(sorted(set(terms))), self.space, shelf))
        for term, data in rows:
            blocks[term].append(data)
        found = {term: b"".join(parts) for term, parts in blocks.items()}
        return Candidates(count=documents, mean_length=total / documents if documents else 0.0, postings=found)

    def documents(self, numbers: Sequence[int]) -> Mapping[int, Document]:
        """Return the documents of these numbers."""
        turns = [n for n in numbers if n < MEMORY_BIT]
        memories = [n ^ MEMORY_BIT for n in numbers if n >= MEMORY_BIT]
        found = {row[0]: turn_document(row) for row in self._rows("turn documents", turns, self.space)}
        rows = self._connection.execute(sql("memory documents"), (self.space, json.dumps(memories))) if memories else ()
        found |= {no | MEMORY_BIT: memory_document(no | MEMORY_BIT, memory_of(body)) for no, body in rows}
        return found

    def numbers(self, ids: Collection[str]) -> Mapping[str, int]:
        """Return the document numbers of these turns and memories."""
        wanted = (self.space, json.dumps(sorted(ids)))
        found = {name: no for name, no in self._connection.execute(sql("turn numbers"), wanted)}
        memories = self._connection.execute(sql("memory numbers"), wanted)
        return found | {name: no | MEMORY_BIT for name, no in memories}

    def around(self, numbers: Sequence[int], reach: int) -> Mapping[int, Sequence[tuple[int, int]]]:
        """Return the neighbours of these turns in their sessions."""
        return {n: self._neighbours(n, reach) for n in numbers if n < MEMORY_BIT}

    def standing(self) -> Sequence[Memory]:
        """Return the hot memories."""
        return [memory_of(body) for (body,) in self._connection.execute(sql("standing"), (self.space,))]

    def same(self, keys: Collection[int]) -> Sequence[Document]:
        """Return what is filed under these fold keys."""
        if not keys:
            return []
        rows = self._connection.execute(sql("folded"), (json.dumps(sorted(keys)), self.space)).fetchall()
        return list(self.documents([number for (number,) in rows]).values())

    def _rows(self, name: str, numbers: Sequence[int], space: int) -> list[Any]:
        return self._connection.execute(sql(name), (json.dumps(numbers), space)).fetchall() if numbers else []

    def _neighbours(self, number: int, reach: int) -> list[tuple[int, int]]:
        place = self._connection.execute(sql("place"), (number, self.space)).fetchone()
        if place is None:
            return []
        key = (self.space, place[0], place[1], number, reach)
        before = self._connection.execute(sql("before"), key).fetchall()
        after = self._connection.execute(sql("after"), key).fetchall()
        return [(-i, no) for i, (no,) in enumerate(before, 1)] + [(i, no) for i, (no,) in enumerate(after, 1)]


def turn_document(row: Sequence[Any]) -> Document:
    """Return the document of a `turn documents` row."""
    number, turn, session, role, speaker, ref, origin, at, zone, text, *judged = row
    when, words, verdict = moment(at, zone), restored(text), judged_as(turn, judged)
    return Document(
        number=number, id=turn, kind=verdict.kind if verdict else "turn", text=words, at=when,
        session=restored(session), role=restored(role), speaker=restored(speaker), origin=origin,
        salience=verdict.salience if verdict else None, tier=verdict.tier if verdict else "warm",
        dates=verdict.dates if verdict else (), row=verdict,
        evidence=(Evidence(turn=turn, quote=words, ref=restored(ref), at=when),),
    )  # fmt: skip


def judged_as(turn: str, row: Sequence[Any]) -> Verdict | None:
    """Return the verdict in the last columns of a `turn documents` row, if there is one."""
    keep, kind, reason, salience, tier, dates = row
    if kind is None:
        return None
    return Verdict(
        turn=turn, keep=bool(keep), kind=kind, reason=reason, salience=salience, tier=tier, dates=dates_unpacked(dates)
    )


def memory_document(number: int, memory: Memory) -> Document:
    """Return a memory as a document; its time is the newest of its evidence."""
    times = [e.at for e in memory.evidence if e.at is not None]
    return Document(
        number=number, id=memory.id, kind=memory.kind, text=memory.text, at=max(times, default=memory.learned_at),
        speaker=memory.speaker, origin=memory.origin, salience=memory.salience, tier=memory.tier,
        dates=memory.dates, evidence=memory.evidence, count=memory.count,
        closed=memory.valid_to is not None, row=memory,
    )  # fmt: skip
