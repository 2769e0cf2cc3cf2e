"""Everything one namespace holds, as one frozen value, and what can be derived from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from ltml.model import Change, Memory, Night, Origin, Partition, Receipt, Turn, Verdict, partition_of
from ltml.protocols import MessageDigest, PlacedText
from ltml.store.rules import check_expected, cited_turns, fold_memory, fold_text, is_filed, turn_forgotten
from ltml.text import postings, term_counts

V = TypeVar("V")


@dataclass(frozen=True, kw_only=True)
class NamespaceState:
    """
    Everything one namespace holds. Turns are keyed by number, which is their order of arrival.

    The derived values are computed from the texts when they are first asked for.
    """

    turns: Mapping[int, Turn] = field(default_factory=dict)
    superseded: frozenset[int] = frozenset()  #: whether by a newer revision or not
    taken_back: frozenset[int] = frozenset()  #: those of them that no newer revision replaces
    new: frozenset[int] = frozenset()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    memories: Mapping[str, Memory] = field(default_factory=dict)
    memory_numbers: Mapping[str, int] = field(default_factory=dict)
    nights: Mapping[str, Night] = field(default_factory=dict)
    slept: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    vetoes: frozenset[str] = frozenset()
    refusals: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)
    injected_items: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  #: by number of the injection
    doubtful_origins: Mapping[int, tuple[str, Origin]] = field(default_factory=dict)  #: (session, origin), the same
    injected_texts: Mapping[str, int] = field(default_factory=dict)  #: the first injection of each text
    placed: Mapping[tuple[str, str], tuple[int, PlacedText]] = field(default_factory=dict)  #: by session and place
    messages: Mapping[tuple[str, str], tuple[MessageDigest, datetime]] = field(default_factory=dict)  #: session, digest
    receipts: tuple[Receipt, ...] = ()
    tombstones: frozenset[str] = frozenset()  #: of forgotten turns, and of messages of sessions they were in

    @cached_property
    def number_of(self) -> Mapping[str, int]:
        """The number of each turn, by id."""
        return {turn.id: number for number, turn in self.turns.items()}

    @cached_property
    def current(self) -> Sequence[int]:
        """The turns that are not superseded, oldest first."""
        numbers = [number for number in self.turns if number not in self.superseded]
        return sorted(numbers, key=lambda number: (self.turns[number].at, number))

    def mark_turn(self, number: int) -> Turn:
        """Return a turn that says whether it is superseded."""
        return replace(self.turns[number], superseded=number in self.superseded)

    def sort_by_time(self, numbers: Iterable[int]) -> list[Turn]:
        """Return these turns oldest first; each says whether it is superseded."""
        return [self.mark_turn(number) for number in sorted(numbers, key=lambda no: (self.turns[no].at, no))]

    def list_verdicts(self) -> list[Verdict]:
        """Return the verdicts in the order their turns arrived."""
        return [self.verdicts[turn.id] for turn in self.turns.values() if turn.id in self.verdicts]

    def has_forgotten(self, ids: Collection[str]) -> bool:
        """Tell whether any of these was ordered away and is not there again."""
        ordered = {name for receipt in self.receipts for name in (*receipt.turns, *receipt.memories)}
        return not (ordered & set(ids)) <= self.number_of.keys() | self.memories.keys()

    @cached_property
    def learned(self) -> Sequence[Memory]:
        """The memories in the order they were learned."""
        return sorted(self.memories.values(), key=lambda memory: (memory.learned_at, memory.id))

    @cached_property
    def partitions(self) -> Mapping[Partition, Mapping[int, Mapping[str, int]]]:
        """The term counts of every searchable document, by partition and number."""
        found: dict[Partition, dict[int, Mapping[str, int]]] = {"active": {}, "archive": {}}
        for number in self.current:
            turn = self.turns[number]
            found[partition_of(self.verdicts.get(turn.id))][number] = term_counts(turn.text)
        for memory in self.memories.values():
            found[partition_of(memory)][self.memory_numbers[memory.id]] = term_counts(memory.text)
        return found

    @cached_property
    def posting_lists(self) -> Mapping[tuple[str, str], bytes]:
        """The posting list of every partition and term."""
        found: dict[tuple[str, str], list[bytes]] = defaultdict(list)
        for partition, documents in self.partitions.items():
            for number in sorted(documents):
                for term, raw in postings.entries(number, documents[number]).items():
                    found[partition, term].append(raw)
        return {key: b"".join(entries) for key, entries in found.items()}

    @cached_property
    def folds(self) -> Mapping[int, frozenset[int]]:
        """The documents filed under each fold key: turns that nights kept, and memories."""
        found: dict[int, set[int]] = defaultdict(set)
        for number in self.current:
            if is_filed(self.verdicts.get(self.turns[number].id)):
                for key in fold_text(self.turns[number].text):
                    found[key].add(number)
        for memory in self.memories.values():
            for key in fold_memory(memory):
                found[key].add(self.memory_numbers[memory.id])
        return {key: frozenset(numbers) for key, numbers in found.items()}


def apply_changes(state: NamespaceState, changes: Iterable[Change], numbers: Iterator[int]) -> NamespaceState:
    """Return the state after these changes; new memories take the next `numbers`. Raises `StaleNight`."""
    for change in changes:
        row, after = change.after or change.before, change.after
        if isinstance(row, Verdict):
            if row.turn not in state.number_of:
                raise turn_forgotten(row.turn)
            check_expected(state.verdicts.get(row.turn), change)
            judged = after if isinstance(after, Verdict) else None
            state = replace(state, verdicts=put_value(state.verdicts, row.turn, judged))
        elif isinstance(row, Memory):
            before = state.memories.get(row.id)
            check_expected(before, change)
            if missing := cited_turns(after) - cited_turns(before) - state.number_of.keys():
                raise turn_forgotten(min(missing))
            learned = after if isinstance(after, Memory) else None
            number = state.memory_numbers.get(row.id) or next(numbers) if learned else None
            state = replace(
                state,
                memories=put_value(state.memories, row.id, learned),
                memory_numbers=put_value(state.memory_numbers, row.id, number),
            )
    return state


def put_value(values: Mapping[str, V], key: str, value: V | None) -> Mapping[str, V]:
    """Return the mapping with this value last, or without the key if it is `None`."""
    rest = {name: known for name, known in values.items() if name != key}
    return rest if value is None else {**rest, key: value}


def restorable(state: NamespaceState, ids: Collection[str]) -> frozenset[int]:
    """Return which of these turns were taken back, less those whose ref has another turn in force by now."""
    refs = {(state.turns[no].session, state.turns[no].ref) for no in state.current if state.turns[no].ref}
    numbers = frozenset(state.number_of[name] for name in ids if name in state.number_of) & state.taken_back
    return frozenset(no for no in numbers if (state.turns[no].session, state.turns[no].ref) not in refs)
