"""One namespace of a SQLite store, seen inside one read transaction."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeAlias

import apsw

from ltml.model import MEMORY_BIT, Candidates, Document, Evidence, Memory, Verdict
from ltml.protocols import Shelf
from ltml.store.identity import moment
from ltml.store.sql import row, rows
from ltml.store.tables import known_space, memory_of, verdict_from
from ltml.text import restored

#: Turns a `turn documents` row into a document.
Reader: TypeAlias = Callable[[tuple[Any, ...]], Document]


class SqliteView:
    """Keeps the promise of `protocols.View`."""

    def __init__(self, connection: apsw.Connection, namespace: str, read: Reader) -> None:
        """Look at a namespace; one nobody wrote to yet is empty. `read` is `turn_document`, or remembers it."""
        self._connection, self._turn_document = connection, read
        self.space = known_space(connection, namespace)

    def search(self, terms: Collection[str], shelf: Shelf = "active") -> Candidates:
        """Return the posting lists of these terms."""
        documents, total = row(self._connection, "shelf", self.space, shelf) or (0, 0)
        blocks: dict[str, list[bytes]] = defaultdict(list)
        for term, data in rows(self._connection, "postings", json.dumps(sorted(set(terms))), self.space, shelf):
            blocks[term].append(data)
        found = {term: b"".join(parts) for term, parts in blocks.items()}
        return Candidates(count=documents, mean_length=total / documents if documents else 0.0, postings=found)

    def documents(self, numbers: Sequence[int]) -> Mapping[int, Document]:
        """Return the documents of these numbers."""
        turns = [n for n in numbers if n < MEMORY_BIT]
        memories = [n ^ MEMORY_BIT for n in numbers if n >= MEMORY_BIT]
        judged = rows(self._connection, "turn documents", json.dumps(turns), self.space)
        found = {columns[0]: self._turn_document(columns) for columns in judged}
        for number, body in rows(self._connection, "memory documents", self.space, json.dumps(memories)):
            found[number | MEMORY_BIT] = memory_document(number | MEMORY_BIT, memory_of(body))
        return found

    def numbers(self, ids: Collection[str]) -> Mapping[str, int]:
        """Return the document numbers of these turns and memories."""
        wanted = (self.space, json.dumps(sorted(ids)))
        turns = dict(rows(self._connection, "turn numbers", *wanted))
        return turns | {name: no | MEMORY_BIT for name, no in rows(self._connection, "memory numbers", *wanted)}

    def around(self, numbers: Sequence[int], reach: int) -> Mapping[int, Sequence[tuple[int, int]]]:
        """Return the neighbours of these turns in their sessions."""
        turns = [n for n in numbers if n < MEMORY_BIT]
        found = {
            number: [*_places(before, -1), *_places(after, 1)]
            for number, before, after in rows(self._connection, "around", reach, reach, json.dumps(turns), self.space)
        }
        return {n: found.get(n, []) for n in turns}

    def standing(self) -> Sequence[Memory]:
        """Return the hot memories."""
        return [memory_of(body) for (body,) in rows(self._connection, "standing", self.space)]

    def same(self, keys: Collection[int]) -> Sequence[Document]:
        """Return what is filed under these fold keys."""
        filed = [number for (number,) in rows(self._connection, "folded", json.dumps(sorted(keys)), self.space)]
        return list(self.documents(filed).values())


def _places(numbers: str, step: int) -> list[tuple[int, int]]:
    """Return (offset, number) of neighbours, the nearest first."""
    return [(step * i, number) for i, number in enumerate(json.loads(numbers), 1)]


def turn_document(columns: tuple[Any, ...]) -> Document:
    """Return the document of a `turn documents` row."""
    number, turn, session, role, speaker, ref, origin, at, zone, text, *judged = columns
    when, words, verdict = moment(at, zone), restored(text), judged_as(turn, judged)
    return Document(
        number=number, id=turn, kind=verdict.kind if verdict else "turn", text=words, at=when,
        session=restored(session), role=restored(role), speaker=restored(speaker), origin=origin,
        salience=verdict.salience if verdict else None, tier=verdict.tier if verdict else "warm",
        dates=verdict.dates if verdict else (), row=verdict,
        evidence=(Evidence(turn=turn, quote=words, ref=restored(ref), at=when),),
    )  # fmt: skip


def judged_as(turn: str, columns: Sequence[Any]) -> Verdict | None:
    """Return the verdict in the last columns of a `turn documents` row, if there is one."""
    return None if columns[0] is None else verdict_from((0, turn, *columns))


def memory_document(number: int, memory: Memory) -> Document:
    """Return a memory as a document; its time is the newest of its evidence."""
    times = [e.at for e in memory.evidence if e.at is not None]
    return Document(
        number=number, id=memory.id, kind=memory.kind, text=memory.text, at=max(times, default=memory.learned_at),
        speaker=memory.speaker, origin=memory.origin, salience=memory.salience, tier=memory.tier,
        dates=memory.dates, evidence=memory.evidence, count=memory.count,
        closed=memory.valid_to is not None, row=memory,
    )  # fmt: skip
