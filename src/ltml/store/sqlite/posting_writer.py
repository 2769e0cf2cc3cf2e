"""
Writing posting lists and their statistics.

Posting lists follow the turns and memories in the same transaction. `PostingWriter` gathers what a transaction does to
them and writes each touched block once at the end: a night that archives a hundred turns would otherwise rewrite the
blocks of the same common terms a hundred times. `ltml.text.postings` describes the format of a block.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import apsw

from ltml.model import MEMORY_BIT, Partition
from ltml.store.sqlite.statements import fetch_all, fetch_one, sql
from ltml.text import postings

#: A document's number and its packed entry; or the lowest number a block may hold, and the block.
Entry = tuple[int, bytes]


class PostingWriter:
    """The changes one transaction makes to the posting lists and statistics of a namespace, written by `flush`."""

    def __init__(self, connection: apsw.Connection, namespace_id: int) -> None:
        """Gather for one namespace."""
        self._connection, self._namespace_id = connection, namespace_id
        self._clear()

    def _clear(self) -> None:
        self._removed: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._added: dict[tuple[str, str], dict[int, bytes]] = defaultdict(dict)
        self._documents: dict[str, int] = defaultdict(int)
        self._terms: dict[str, int] = defaultdict(int)

    def add(self, partition: Partition, number: int, counts: Mapping[str, int]) -> None:
        """Add a document to a partition."""
        self._documents[partition] += 1
        self._terms[partition] += sum(counts.values())
        for term, raw in postings.entries(number, counts).items():
            self._removed[partition, term].discard(number)
            self._added[partition, term][number] = raw

    def remove(self, partition: Partition, number: int, counts: Mapping[str, int]) -> None:
        """Remove a document from a partition."""
        self._documents[partition] -= 1
        self._terms[partition] -= sum(counts.values())
        for term in counts:
            self._added[partition, term].pop(number, None)
            self._removed[partition, term].add(number)

    def flush(self) -> None:
        """Write what was gathered."""
        for (partition, term), numbers in self._removed.items():
            if numbers:
                self._remove_entries(partition, term, numbers)
        for partition in self._documents:
            halves: tuple[dict[str, list[Entry]], ...] = ({}, {})  # turns, memories: they never share a block
            for (where, term), found in self._added.items():
                for entry in sorted(found.items()) if where == partition else ():
                    halves[entry[0] >= MEMORY_BIT].setdefault(term, []).append(entry)
            for lists in filter(None, halves):
                self._add_entries(partition, lists)
        for partition, documents in self._documents.items():
            statistics = (self._namespace_id, partition, documents, self._terms[partition])
            self._connection.execute(sql("add to statistics"), statistics)
        self._clear()

    def _remove_entries(self, partition: str, term: str, numbers: Iterable[int]) -> None:
        left = set(numbers)
        while left:
            found = self._find_block(partition, term, min(left))
            if found is None:
                left.discard(min(left))
                continue
            first, data = found
            rest = postings.without(data, left)
            left -= {number for number, _, _ in postings.unpacked(data)} | {min(left)}
            if rest != data:
                self._replace_block(partition, term, first, [(first, rest)] if rest else [])

    def _add_entries(self, partition: str, lists: Mapping[str, Sequence[Entry]]) -> None:
        """Read the last block of every list at once, add to them, and write them at once."""
        where = (self._namespace_id, partition)
        highest = max(entries[-1][0] for entries in lists.values())
        found = fetch_all(self._connection, "last blocks", json.dumps(list(lists)), *where, *where, highest)
        lasts = {term: (first, data) for term, first, data in found if is_block(data)}
        blocks: list[tuple[int, str, str, int, bytes]] = []
        for term, entries in lists.items():
            last = lasts.get(term)
            if last and last[0] > entries[0][0]:  # entries that belong into several blocks
                for entry in entries:
                    changed = extend_block(self._find_block(partition, term, entry[0]), [entry])
                    self._replace_block(partition, term, None, changed)
            else:
                blocks += [(*where, term, *block) for block in extend_block(last, entries)]
        self._connection.executemany(sql("put block"), blocks)

    def _find_block(self, partition: str, term: str, number: int) -> Entry | None:
        found: Entry | None = fetch_one(
            self._connection, "block for number", self._namespace_id, partition, term, number
        )  # fmt: skip
        return found if found and is_block(found[1]) else None

    def _replace_block(self, partition: str, term: str, old: int | None, blocks: Sequence[Entry]) -> None:
        if old is not None and all(first != old for first, _ in blocks):
            self._connection.execute(sql("drop block"), (self._namespace_id, partition, term, old))
        for first, data in blocks:
            self._connection.execute(sql("put block"), (self._namespace_id, partition, term, first, data))


def is_block(data: object) -> bool:
    """Tell whether this is a block of whole entries; a damaged one is passed over, and `verify` names its list."""
    return isinstance(data, bytes) and len(data) % postings.ENTRY.size == 0


def extend_block(block: Entry | None, entries: Sequence[Entry]) -> list[Entry]:
    """
    Return the blocks that change when entries are added to a block.

    Without a block, or with one of the other half (turns, memories), they begin a new one; a full one is split.
    """
    low = entries[0][0]
    first, data = block if block and postings.same_half(block[0], low) else (low, b"")
    blocks = postings.split(postings.merged(data, b"".join(raw for _, raw in entries)))
    starts = [first, *(postings.first_number(later) for later in blocks[1:])]
    return [(start, new) for start, new in zip(starts, blocks, strict=True) if new != data]
