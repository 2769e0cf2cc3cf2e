"""One namespace of a SQLite store, seen inside one read transaction."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeAlias

import apsw

from ltml.errors import DamagedRow
from ltml.model import MEMORY_BIT, Candidates, Document, Evidence, Memory, Turn
from ltml.protocols import Shelf
from ltml.store.proven import proven_memory, proven_turn, proven_verdict, sound
from ltml.store.sql import row, rows
from ltml.store.tables import known_space, whole

#: Turns a namespace and a row into a document; a damaged row into nothing.
Reader: TypeAlias = Callable[[str, tuple[Any, ...]], Document | None]
#: How many columns tell the turn in a `turn documents` row, and how many there are in a `memory documents` row.
TURN_COLUMNS, MEMORY_COLUMNS = 14, 7


class SqliteView:
    """Keeps the promise of `protocols.View`."""

    def __init__(self, connection: apsw.Connection, namespace: str, read: Reader) -> None:
        """Look at a namespace; one nobody wrote to yet is empty. `read` is `document_of`, or remembers it."""
        self._connection, self._namespace, self._read = connection, namespace, read
        self.space = known_space(connection, namespace)

    def search(self, terms: Collection[str], shelf: Shelf = "active") -> Candidates:
        """Return the posting lists of these terms."""
        documents, total = row(self._connection, "shelf", self.space, shelf) or (0, 0)
        blocks: dict[str, list[bytes]] = defaultdict(list)
        for term, data in rows(self._connection, "postings", json.dumps(sorted(set(terms))), self.space, shelf):
            if whole(data):
                blocks[term].append(data)
        found = {term: b"".join(parts) for term, parts in blocks.items()}
        if not (isinstance(documents, int) and isinstance(total, int) and documents > 0):
            documents, total = 0, 0  # empty, or damaged: `verify` says which
        return Candidates(count=documents, mean_length=total / documents if documents else 0.0, postings=found)

    def documents(self, numbers: Sequence[int]) -> Mapping[int, Document]:
        """Return the documents of these numbers."""
        turns = [n for n in numbers if n < MEMORY_BIT]
        memories = [n ^ MEMORY_BIT for n in numbers if n >= MEMORY_BIT]
        found = rows(self._connection, "turn documents", json.dumps(turns), self.space)
        found += rows(self._connection, "memory documents", self.space, json.dumps(memories))
        read = (self._read(self._namespace, columns) for columns in found)
        return {document.number: document for document in read if document is not None}

    def numbers(self, ids: Collection[str]) -> Mapping[str, int]:
        """Return the document numbers of these turns and memories."""
        wanted = (self.space, json.dumps(sorted(ids)))
        turns = dict(rows(self._connection, "turn numbers", *wanted))
        return turns | {name: no | MEMORY_BIT for name, no in rows(self._connection, "memory numbers", *wanted)}

    def neighbours(self, numbers: Sequence[int], reach: int) -> Mapping[int, Sequence[tuple[int, int]]]:
        """Return the neighbours of these turns in their sessions."""
        turns = [n for n in numbers if n < MEMORY_BIT]
        found = {
            number: [*_places(before, -1), *_places(after, 1)]
            for number, before, after in rows(self._connection, "around", reach, reach, json.dumps(turns), self.space)
        }
        return {n: found.get(n, []) for n in turns}

    def standing(self) -> Sequence[Memory]:
        """Return the hot memories."""
        return list(sound(proven_memory, rows(self._connection, "standing", self.space)))

    def filed_under(self, keys: Collection[int]) -> Sequence[Document]:
        """Return what is filed under these fold keys."""
        filed = [number for (number,) in rows(self._connection, "folded", json.dumps(sorted(keys)), self.space)]
        return list(self.documents(filed).values())


def _places(numbers: str, step: int) -> list[tuple[int, int]]:
    """Return (offset, number) of neighbours, the nearest first."""
    return [(step * i, number) for i, number in enumerate(json.loads(numbers), 1)]


def document_of(namespace: str, columns: tuple[Any, ...]) -> Document | None:
    """Return the document of a `turn documents` or `memory documents` row; a damaged one is none."""
    try:
        if len(columns) == MEMORY_COLUMNS:
            return memory_document(columns[0] | MEMORY_BIT, proven_memory(columns))
        return turn_document(columns[0], proven_turn(namespace, columns[:TURN_COLUMNS]), columns[TURN_COLUMNS:])
    except DamagedRow:
        return None


def turn_document(number: int, turn: Turn, judged: tuple[Any, ...]) -> Document:
    """Return a turn as a document, with the columns of the verdict on it."""
    rows_of = [] if judged[0] is None else [(number, turn.id, *judged)]
    verdict = next(sound(proven_verdict, rows_of), None)
    return Document(
        number=number, id=turn.id, kind=verdict.kind if verdict else "turn", text=turn.text, at=turn.at,
        session=turn.session, role=turn.role, speaker=turn.speaker, origin=turn.origin,
        salience=verdict.salience if verdict else None, tier=verdict.tier if verdict else "warm",
        dates=verdict.dates if verdict else (), row=verdict,
        evidence=(Evidence(turn=turn.id, quote=turn.text, ref=turn.ref, at=turn.at),),
    )  # fmt: skip


def memory_document(number: int, memory: Memory) -> Document:
    """Return a memory as a document; its time is the newest of its evidence."""
    times = [e.at for e in memory.evidence if e.at is not None]
    return Document(
        number=number, id=memory.id, kind=memory.kind, text=memory.text, at=max(times, default=memory.learned_at),
        speaker=memory.speaker, origin=memory.origin, salience=memory.salience, tier=memory.tier,
        dates=memory.dates, evidence=memory.evidence, count=memory.count,
        closed=memory.valid_to is not None, row=memory,
    )  # fmt: skip
