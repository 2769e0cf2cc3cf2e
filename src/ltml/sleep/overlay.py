"""
The state as it would be after these changes: a view over a view, for the gate and the dry run.

Nothing is written. New memories get numbers above all real ones; what is archived or gone leaves the posting lists, and
the statistics follow, so that recall scores exactly what it would score after the commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from ltml.model import MEMORY_BIT, Candidates, Change, Document, Memory, Row, Verdict
from ltml.protocols import Shelf, View
from ltml.text import postings, term_counts

#: Where the numbers of memories that do not exist yet begin; a store would need 2^30 memories to reach it.
UNBORN = MEMORY_BIT | 1 << 30


#: The terms of the documents that leave a shelf, and of those that come to it, by number.
Move: TypeAlias = tuple[dict[int, Mapping[str, int]], dict[int, Mapping[str, int]]]


class Place(NamedTuple):
    """Where a document stands, and the words it is found by."""

    shelf: Shelf
    text: str


class Overlay:
    """Keeps the promise of `protocols.View`."""

    def __init__(self, view: View, changes: Sequence[Change]) -> None:
        """Lay changes over a view; a row changed twice is as the last change says."""
        self._view = view
        last = {change.key: change for change in changes}
        rows = [change.after or change.before for change in last.values()]
        ids = {row.turn if isinstance(row, Verdict) else row.id for row in rows if row is not None}
        self._numbers = dict(view.numbers(ids))
        self._verdicts: dict[int, Verdict | None] = {}
        self._memories: dict[int, Memory | None] = {}
        for place, change in enumerate(last.values()):
            self._note(change, UNBORN + place)
        before = {change.key: change.before for change in reversed(changes)}
        self._moves = self._moved([(before[key], change.after) for key, change in last.items()])

    def search(self, terms: Collection[str], shelf: Shelf = "active") -> Candidates:
        """Return the posting lists as they would be."""
        base = self._view.search(terms, shelf)
        gone, fresh = self._moves[shelf]
        total = base.count * base.mean_length
        count = base.count - len(gone) + len(fresh)
        total += sum(sum(c.values()) for c in fresh.values()) - sum(sum(c.values()) for c in gone.values())
        found = {term: self._list(term, base.postings.get(term, b""), gone, fresh) for term in set(terms)}
        mean = total / count if count else 0.0
        return Candidates(count=count, mean_length=mean, postings={t: raw for t, raw in found.items() if raw})

    def documents(self, numbers: Sequence[int]) -> Mapping[int, Document]:
        """Return the documents as they would be."""
        real = [n for n in numbers if n not in self._memories]
        found = {n: self._judged(document) for n, document in self._view.documents(real).items()}
        for number in numbers:
            memory = self._memories.get(number)
            if memory is not None:
                found[number] = memory_document(number, memory)
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

    def _note(self, change: Change, unborn: int) -> None:
        row = change.after or change.before
        if isinstance(row, Verdict):
            number = self._numbers.get(row.turn)
            if number is not None:
                self._verdicts[number] = change.after if isinstance(change.after, Verdict) else None
        elif isinstance(row, Memory):
            number = self._numbers.setdefault(row.id, unborn)
            self._memories[number] = change.after if isinstance(change.after, Memory) else None

    def _moved(self, rows: Sequence[tuple[Row | None, Row | None]]) -> Mapping[Shelf, Move]:
        """Return, by shelf, the terms of the documents that leave it and of those that come to it."""
        moves: Mapping[Shelf, Move] = {"active": ({}, {}), "archive": ({}, {})}
        for number, old, new in (*self._moved_turns(rows), *self._moved_memories(rows)):
            for side, place in ((0, old), (1, new)):
                if place is not None:
                    moves[place.shelf][side][number] = term_counts(place.text)
        return moves

    def _moved_turns(self, rows: Sequence[tuple[Row | None, Row | None]]) -> Iterator[tuple[int, Place, Place]]:
        """Yield the turns that change their shelf; only of these the words are read."""
        moved = {
            self._numbers[row.turn]: (shelf_of(old), shelf_of(new))
            for old, new in rows
            if isinstance(row := new or old, Verdict) and row.turn in self._numbers and shelf_of(old) != shelf_of(new)
        }
        for number, document in self._view.documents(list(moved)).items():
            old, new = moved[number]
            yield number, Place(old, document.text), Place(new, document.text)

    def _moved_memories(
        self, rows: Sequence[tuple[Row | None, Row | None]]
    ) -> Iterator[tuple[int, Place | None, Place | None]]:
        """Yield the memories that come, go, or are found by other words or elsewhere."""
        for pair in rows:
            old, new = (Place(shelf_of(row), row.text) if isinstance(row, Memory) else None for row in pair)
            if old != new:
                row = pair[1] or pair[0]
                yield self._numbers[row.id if isinstance(row, Memory) else ""], old, new

    def _judged(self, document: Document) -> Document:
        if document.number not in self._verdicts:
            return document
        verdict = self._verdicts[document.number]
        if verdict is None:
            return replace(document, kind="turn", salience=None, tier="warm", dates=(), row=None)
        return replace(
            document, kind=verdict.kind, salience=verdict.salience, tier=verdict.tier, dates=verdict.dates, row=verdict
        )

    @staticmethod
    def _list(
        term: str, raw: bytes, gone: Mapping[int, Mapping[str, int]], fresh: Mapping[int, Mapping[str, int]]
    ) -> bytes:
        leaving = [number for number, counts in gone.items() if term in counts]
        rest = postings.without(raw, leaving) if leaving else raw
        entries: dict[int, bytes] = defaultdict(bytes)
        for number, counts in fresh.items():
            if term in counts:
                entries[number] = postings.entry(number, counts[term], sum(counts.values()))
        coming = b"".join(entries[number] for number in sorted(entries))
        return postings.merged(rest, coming) if coming else rest


def shelf_of(row: Row | None) -> Shelf:
    """Return the shelf a memory, or the turn of a verdict, stands on; a turn nobody judged is active."""
    return "archive" if row is not None and row.tier == "archive" else "active"


def memory_document(number: int, memory: Memory) -> Document:
    """Return a memory as recall sees it; its time is the newest of its evidence."""
    times = [e.at for e in memory.evidence if e.at is not None]
    return Document(
        number=number, id=memory.id, kind=memory.kind, text=memory.text, at=max(times, default=memory.learned_at),
        speaker=memory.speaker, origin=memory.origin, salience=memory.salience, tier=memory.tier, dates=memory.dates,
        evidence=memory.evidence, count=memory.count, closed=memory.valid_to is not None, row=memory,
    )  # fmt: skip
