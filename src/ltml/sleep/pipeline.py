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

from ltml.model import Change, Memory, Turn, Verdict
from ltml.protocols import Asking


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything a step may look at, and everything it may say."""

    now: datetime
    turns: tuple[Turn, ...]
    standing: tuple[Memory, ...] = ()
    vetoes: frozenset[str] = frozenset()
    careful: bool = False  #: nothing is archived: the second try after the gate said no
    has_model: bool = False
    judged: Mapping[str, Verdict] = field(default_factory=dict)  #: verdicts there were before, of older turns
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    known: Mapping[str, Memory] = field(default_factory=dict)  #: memories there were before, by id
    drafts: Mapping[str, Memory] = field(default_factory=dict)  #: memories as they shall be, by id
    reasons: Mapping[str, str] = field(default_factory=dict)  #: why, by the key of the row
    changes: tuple[Change, ...] = ()
    report: Mapping[str, int] = field(default_factory=dict)

    def judge(self, verdict: Verdict) -> Batch:
        """Return the batch with this verdict."""
        return replace(self, verdicts={**self.verdicts, verdict.turn: verdict})

    def draft(self, drafts: Mapping[str, Memory], reasons: Mapping[str, str]) -> Batch:
        """Return the batch with these memories as they shall be, by id, and why."""
        keyed = {f"memory:{name}": reason for name, reason in reasons.items()}
        return replace(self, drafts={**self.drafts, **drafts}, reasons={**self.reasons, **keyed})

    def memory(self, name: str) -> Memory | None:
        """Return a memory as this night leaves it so far."""
        return self.drafts.get(name) or self.known.get(name)

    def count(self, **numbers: int) -> Batch:
        """Return the batch with numbers added to the report."""
        return replace(self, report={**self.report, **numbers})


T = TypeVar("T")
Step: TypeAlias = Callable[[Batch], "Batch | Asking"]


def run(steps: Sequence[tuple[str, Step]], batch: Batch, done: Callable[[str], None]) -> Asking:
    """Run the steps in order, handing their asks out and the answers in; `done` is told each step's name."""
    for name, step in steps:
        result = step(batch)
        batch = result if isinstance(result, Batch) else (yield from result)
        done(name)
    return batch


def conclude(batch: Batch) -> Batch:
    """Return the batch with its changes, each with its reason; what the user took back is left out."""
    verdicts = [
        Change(before=batch.judged.get(turn), after=verdict, reason=verdict.reason)
        for turn, verdict in batch.verdicts.items()
        if verdict != batch.judged.get(turn)
    ]
    memories = [
        Change(before=batch.known.get(name), after=memory, reason=batch.reasons.get(memory.key, "seen again"))
        for name, memory in batch.drafts.items()
        if memory != batch.known.get(name) and memory.key not in batch.vetoes
    ]
    new = [change.after for change in memories if change.before is None]
    lessons = sum(1 for memory in new if isinstance(memory, Memory) and memory.kind != "said")
    return replace(batch, changes=(*verdicts, *memories)).count(
        memories_new=len(new), memories_grown=len(memories) - len(new), lessons=lessons
    )


def split(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield the items in runs of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))
