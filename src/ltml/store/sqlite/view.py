"""One namespace of a SQLite store, seen inside one read transaction."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeAlias

import apsw

from ltml.errors import DamagedRow
from ltml.model import MEMORY_BIT, Candidates, Document, Memory, Partition
from ltml.store.sqlite.decode import decode_memory, decode_rows, decode_turn, decode_verdict
from ltml.store.sqlite.posting_writer import is_block
from ltml.store.sqlite.statements import fetch_all, fetch_one
from ltml.store.sqlite.turns import find_namespace

#: Decodes a row of a namespace to a document; a damaged row to `None`.
Decoder: TypeAlias = Callable[[str, tuple[Any, ...]], Document | None]
#: Number of columns that describe the turn in a `turn documents` row, and of those of a `memory documents` row.
TURN_COLUMNS, MEMORY_COLUMNS = 14, 7


class SqliteView:
    """Keeps the promise of `protocols.View`."""

    def __init__(self, connection: apsw.Connection, namespace: str, decode: Decoder) -> None:
        """Look at a namespace; one nobody wrote to yet is empty. `decode` is `decode_document`, or a cache of it."""
        self._connection, self._namespace, self._decode = connection, namespace, decode
        self._namespace_id = find_namespace(connection, namespace)

    def search(self, terms: Collection[str], partition: Partition = "active") -> Candidates:
        """Return the posting lists of these terms."""
        where = (self._namespace_id, partition)
        documents, total = fetch_one(self._connection, "statistics", *where) or (0, 0)
        blocks: dict[str, list[bytes]] = defaultdict(list)
        for term, data in fetch_all(self._connection, "postings", json.dumps(sorted(set(terms))), *where):
            if is_block(data):
                blocks[term].append(data)
        found = {term: b"".join(parts) for term, parts in blocks.items()}
        if not (isinstance(documents, int) and isinstance(total, int) and documents > 0):
            documents, total = 0, 0  # empty, or damaged: `verify` says which
        return Candidates(count=documents, mean_length=total / documents if documents else 0.0, postings=found)

    def documents(self, numbers: Sequence[int]) -> Mapping[int, Document]:
        """Return the documents of these numbers."""
        turns = [n for n in numbers if n < MEMORY_BIT]
        memories = [n ^ MEMORY_BIT for n in numbers if n >= MEMORY_BIT]
        found = fetch_all(self._connection, "turn documents", json.dumps(turns), self._namespace_id)
        found += fetch_all(self._connection, "memory documents", self._namespace_id, json.dumps(memories))
        decoded = (self._decode(self._namespace, columns) for columns in found)
        return {document.number: document for document in decoded if document is not None}

    def numbers(self, ids: Collection[str]) -> Mapping[str, int]:
        """Return the document numbers of these turns and memories."""
        wanted = (self._namespace_id, json.dumps(sorted(ids)))
        turns = dict(fetch_all(self._connection, "turn numbers", *wanted))
        memories = fetch_all(self._connection, "memory numbers", *wanted)
        return turns | {name: number | MEMORY_BIT for name, number in memories}

    def neighbours(self, numbers: Sequence[int], reach: int) -> Mapping[int, Sequence[tuple[int, int]]]:
        """Return the neighbours of these turns in their sessions."""
        turns = [n for n in numbers if n < MEMORY_BIT]
        found: dict[int, Sequence[tuple[int, int]]] = {number: [] for number in turns}
        wanted = (reach, reach, json.dumps(turns), self._namespace_id)
        for number, before, after in fetch_all(self._connection, "neighbours", *wanted):
            earlier = [(-i, no) for i, no in enumerate(json.loads(before), 1)]  # the nearest first
            found[number] = [*earlier, *enumerate(json.loads(after), 1)]
        return found

    def standing(self) -> Sequence[Memory]:
        """Return the hot memories."""
        return list(decode_rows(decode_memory, fetch_all(self._connection, "hot memories", self._namespace_id)))

    def filed_under(self, keys: Collection[int]) -> Sequence[Document]:
        """Return what is filed under these fold keys."""
        wanted = json.dumps(sorted(keys))
        found = fetch_all(self._connection, "documents by fold key", wanted, self._namespace_id)
        return list(self.documents([number for (number,) in found]).values())


def decode_document(namespace: str, columns: tuple[Any, ...]) -> Document | None:
    """Return the document of a `turn documents` or `memory documents` row, or `None` if it is damaged."""
    try:
        if len(columns) == MEMORY_COLUMNS:
            return Document.from_memory(columns[0] | MEMORY_BIT, decode_memory(columns))
        turn = decode_turn(namespace, columns[:TURN_COLUMNS])
    except DamagedRow:
        return None
    judged = columns[TURN_COLUMNS:]
    rows = [] if judged[0] is None else [(columns[0], turn.id, *judged)]
    return Document.from_turn(columns[0], turn, next(decode_rows(decode_verdict, rows), None))
