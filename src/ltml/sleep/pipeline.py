"""
A night as a list of pure steps.

A step takes a batch and returns it with more in it. A step that wants a model, neighbours or a recall *asks*: it yields
all the questions it can ask at once and is handed the answers in order (docs/asks.md). The driver is `night.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias, TypeVar

from ltml.asks import Asking
from ltml.model import Change, Memory, Turn, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """
    Everything a step may read, and everything it may write.

    Rows of before are those that may change; rows of after are as they shall be. Verdicts are filed by the turn's id,
    memories by their own, reasons by the key of the row.
    """

    now: datetime
    turns: tuple[Turn, ...]
    standing: tuple[Memory, ...] = ()
    vetoes: frozenset[str] = frozenset()
    careful: bool = False  #: nothing is archived: the second try after the gate refused
    has_model: bool = False
    verdicts_before: Mapping[str, Verdict] = field(default_factory=dict)  #: of older turns
    verdicts_after: Mapping[str, Verdict] = field(default_factory=dict)
    memories_before: Mapping[str, Memory] = field(default_factory=dict)
    memories_after: Mapping[str, Memory] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    report: Mapping[str, int] = field(default_factory=dict)

    def with_verdict(self, verdict: Verdict) -> Batch:
        """Return the batch with this verdict."""
        return replace(self, verdicts_after={**self.verdicts_after, verdict.turn: verdict})

    def with_memories(self, memories: Mapping[str, Memory], reasons: Mapping[str, str]) -> Batch:
        """Return the batch with these memories as they shall be, and why, both by the memory's id."""
        keyed = {f"memory:{name}": reason for name, reason in reasons.items()}
        return replace(self, memories_after={**self.memories_after, **memories}, reasons={**self.reasons, **keyed})

    def with_numbers(self, **numbers: int) -> Batch:
        """Return the batch with numbers added to the report."""
        return replace(self, report={**self.report, **numbers})

    def find_memory(self, name: str) -> Memory | None:
        """Return a memory as this night leaves it so far, by its id; nothing if the batch does not know it."""
        return self.memories_after.get(name) or self.memories_before.get(name)


T = TypeVar("T")
Step: TypeAlias = Callable[[Batch], "Batch | Asking"]


def run_steps(steps: Sequence[tuple[str, Step]], batch: Batch, on_done: Callable[[str], None]) -> Asking:
    """Run the steps in order, yield their asks and take the answers; `on_done` is called with the name of each step."""
    for name, step in steps:
        result = step(batch)
        batch = result if isinstance(result, Batch) else (yield from result)
        on_done(name)
    return batch


def conclude_batch(batch: Batch) -> Batch:
    """Return the batch with its changes, each with its reason; what the user took back is left out."""
    verdicts = [
        Change(before=batch.verdicts_before.get(turn), after=verdict, reason=verdict.reason)
        for turn, verdict in batch.verdicts_after.items()
        if verdict != batch.verdicts_before.get(turn)
    ]
    memories = [
        Change(before=batch.memories_before.get(name), after=memory, reason=batch.reasons.get(memory.key, "seen again"))
        for name, memory in batch.memories_after.items()
        if memory != batch.memories_before.get(name) and memory.key not in batch.vetoes
    ]
    new = [change.after for change in memories if change.before is None]
    lessons = sum(1 for memory in new if isinstance(memory, Memory) and memory.kind != "said")
    return replace(batch, changes=(*verdicts, *memories)).with_numbers(
        memories_new=len(new), memories_grown=len(memories) - len(new), lessons=lessons
    )


def split_items(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield the items in runs of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))
