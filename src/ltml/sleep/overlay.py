"""
The state as it would be after these changes: a view over a view, for the gate and the dry run.

Nothing is written. New memories get numbers above all real ones; what is archived or gone leaves the posting lists, and
the statistics follow, so that recall scores exactly what it would score after the commit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from ltml.model import MEMORY_BIT, Candidates, Change, Document, Memory, Partition, Row, Verdict, partition_of
from ltml.protocols import View
from ltml.text import postings, term_counts

#: First number of memories that do not exist yet; a store would need 2^30 memories to reach it.
UNBORN = MEMORY_BIT | 1 << 30

#: The term counts of the documents that leave a partition, and of those that are added to it, by number.
Move: TypeAlias = tuple[dict[int, Mapping[str, int]], dict[int, Mapping[str, int]]]


class Overlay:
    """A view with changes laid over it; keeps the promise of `protocols.View`."""

    def __init__(self, view: View, changes: Sequence[Change]) -> None:
        """Lay changes over a view; a row changed twice is as the last change says."""
        self._view = view
        before = {change.key: change.before for change in reversed(changes)}
        last = {change.key: change for change in changes}
        rows = [change.after or change.before for change in last.values()]
        ids = {row.turn if isinstance(row, Verdict) else row.id for row in rows if row is not None}
        self._numbers = dict(view.numbers(ids))
        self._verdicts: dict[int, Verdict | None] = {}
        self._memories: dict[int, Memory | None] = {}
        for place, (row, change) in enumerate(zip(rows, last.values(), strict=True)):
            after = change.after
            if isinstance(row, Memory):
                number = self._numbers.setdefault(row.id, UNBORN + place)
                self._memories[number] = after if isinstance(after, Memory) else None
            elif isinstance(row, Verdict) and row.turn in self._numbers:
                self._verdicts[self._numbers[row.turn]] = after if isinstance(after, Verdict) else None
        self._moves = self._find_moves([(before[key], change.after) for key, change in last.items()])

    def search(self, terms: Collection[str], partition: Partition = "active") -> Candidates:
        """Return the posting lists as they would be."""
        base = self._view.search(terms, partition)
        gone, fresh = self._moves[partition]
        total = base.count * base.mean_length
        count = base.count - len(gone) + len(fresh)
        total += sum(sum(c.values()) for c in fresh.values()) - sum(sum(c.values()) for c in gone.values())
        lists: dict[str, bytes] = {}
        for term in set(terms):
            raw = base.postings.get(term, b"")
            leaving = [number for number, counts in gone.items() if term in counts]
            raw = postings.without(raw, leaving) if leaving else raw
            coming = [(number, counts) for number, counts in sorted(fresh.items()) if term in counts]
            entries = b"".join(postings.entry(n, counts[term], sum(counts.values())) for n, counts in coming)
            raw = postings.merged(raw, entries) if entries else raw
            if raw:
                lists[term] = raw
        return Candidates(count=count, mean_length=total / count if count else 0.0, postings=lists)

    def documents(self, numbers: Sequence[int]) -> Mapping[int, Document]:
        """Return the documents as they would be."""
        found = dict(self._view.documents([n for n in numbers if n not in self._memories]))
        for number in found.keys() & self._verdicts.keys():
            row = self._verdicts[number]
            if row is None:
                found[number] = replace(found[number], kind="turn", salience=None, tier="warm", dates=(), row=None)
            else:
                found[number] = replace(
                    found[number], kind=row.kind, salience=row.salience, tier=row.tier, dates=row.dates, row=row
                )
        for number in numbers:
            memory = self._memories.get(number)
            if memory is not None:
                found[number] = Document.from_memory(number, memory)
        return found

    def numbers(self, ids: Collection[str]) -> Mapping[str, int]:
        """Return the document numbers, of memories to come too."""
        return {**self._view.numbers(ids), **{name: n for name, n in self._numbers.items() if name in ids}}

    def neighbours(self, numbers: Sequence[int], reach: int) -> Mapping[int, Sequence[tuple[int, int]]]:
        """Return the neighbours; no night moves a turn."""
        return self._view.neighbours(numbers, reach)

    def standing(self) -> Sequence[Memory]:
        """Return the hot memories as they would be, in the order every store has them."""
        there = self._view.standing()
        numbers = self._view.numbers([memory.id for memory in there])
        kept = [memory for memory in there if numbers[memory.id] not in self._memories]
        hot = [memory for memory in self._memories.values() if memory is not None and memory.tier == "hot"]
        return sorted([*kept, *hot], key=lambda memory: (memory.learned_at, memory.id))

    def filed_under(self, keys: Collection[int]) -> Sequence[Document]:
        """Return what is filed now; the night files nothing before it is over."""
        return self._view.filed_under(keys)

    def _find_moves(self, rows: Sequence[tuple[Row | None, Row | None]]) -> Mapping[Partition, Move]:
        """Return, by partition, the terms of the documents that leave it and of those that are added to it."""
        moves: Mapping[Partition, Move] = {"active": ({}, {}), "archive": ({}, {})}
        turns: dict[
            int, tuple[Partition, Partition]
        ] = {}  # those that change their partition; only their words are read
        for old, new in rows:
            row, partitions = new or old, (partition_of(old), partition_of(new))
            if isinstance(row, Verdict) and row.turn in self._numbers and partitions[0] != partitions[1]:
                turns[self._numbers[row.turn]] = partitions
            elif isinstance(row, Memory):
                texts = [memory.text if isinstance(memory, Memory) else None for memory in (old, new)]
                if texts[0] == texts[1] and partitions[0] == partitions[1]:
                    continue
                for side, text in enumerate(texts):
                    if text is not None:
                        moves[partitions[side]][side][self._numbers[row.id]] = term_counts(text)
        for number, document in self._view.documents(list(turns)).items():
            for side, partition in enumerate(turns[number]):
                moves[partition][side][number] = term_counts(document.text)
        return moves
