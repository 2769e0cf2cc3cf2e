"""
The placebo night: as much is archived and folded as a real night did, but at random.

If a memory that lost the same amount by lot answers as well, the real night's choice was worth nothing. The placebo
looks at nothing but counts: it draws among the turns default recall still scores, and writes through the store's own
promises, so recall, packing and statistics run the same code as for the real night.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from random import Random
from typing import Protocol

from ltml.model import Change, Evidence, Memory, Night, Turn, Verdict, content_id
from ltml.protocols import Store

#: A batch size that takes all new turns.
_ALL = 1_000_000_000
_FEWEST_TO_FOLD = 2
_REASON = "placebo: drawn by lot"


class LayerAccess(Protocol):
    """What the placebo needs of a memory layer."""

    @property
    def store(self) -> Store:
        """Where the turns are kept."""
        ...

    @property
    def namespace(self) -> str:
        """Whose memory it is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NightCounts:
    """What a real night did: turns archived, turns folded into each new memory, turns added to each that grew."""

    archived: int
    folds: tuple[int, ...] = ()
    grown: tuple[int, ...] = ()


def count_changes(night: Night) -> NightCounts:
    """
    Count what a promoted night did; nothing for any other.

    A memory that gained evidence and now rests on two turns or more was folded: it is new, or it grew.
    """
    archived, folds, grown = 0, list[int](), list[int]()
    for change in night.changes if night.state == "promoted" else ():
        before, after = change.before, change.after
        if isinstance(after, Verdict):
            archived += after.tier == "archive" and (before is None or before.tier != "archive")
        elif isinstance(after, Memory) and len(after.evidence) >= _FEWEST_TO_FOLD:
            gain = len(after.evidence) - (len(before.evidence) if isinstance(before, Memory) else 0)
            if gain > 0:
                (folds if before is None else grown).append(gain)
    return NightCounts(archived=archived, folds=tuple(folds), grown=tuple(grown))


def run_placebo_night(layer: LayerAccess, night: Night, random: Random) -> Night:
    """
    Archive and fold as many random turns in `layer` as `night` did elsewhere; return the night that was written.

    The layer must never have slept for real. The turns that were new are slept afterwards, as after a real night.
    """
    store, namespace, name = layer.store, layer.namespace, f"placebo-{night.id}"
    new = [turn.id for turn in store.next_batch(namespace, _ALL)]
    placebo = Night(id=name, state="interrupted", started_at=night.started_at, kind="placebo")
    store.begin(namespace, placebo)
    counts = count_changes(night)
    verdicts = {verdict.turn: verdict for verdict in store.verdicts(namespace)}
    gone = {turn for turn, verdict in verdicts.items() if verdict.tier == "archive"}
    turns = [turn for turn in store.turns(namespace) if turn.id not in gone and not turn.superseded]
    random.shuffle(turns)
    changes: list[Change] = []
    for turn in turns[: counts.archived]:
        after = Verdict(turn=turn.id, keep=False, kind="turn", reason=_REASON, tier="archive")
        changes.append(Change(before=verdicts.get(turn.id), after=after, reason=_REASON))
    changes += _fold_turns(counts, turns, store.memories(namespace), placebo, random)
    store.commit(namespace, name, new, changes)
    report = {"archived": float(counts.archived), "folded": float(sum(counts.folds + counts.grown))}
    return store.finish(namespace, name, "promoted", report)


def _fold_turns(
    counts: NightCounts, turns: Sequence[Turn], memories: Sequence[Memory], night: Night, random: Random
) -> Iterator[Change]:
    """Yield folds of the first of the shuffled turns: a real night, too, mostly folds what it archives."""
    left = iter(turns)
    before = {memory.id: memory for memory in memories}
    after = dict(before)
    for members in filter(None, (tuple(islice(left, size)) for size in counts.folds)):
        first = members[0]
        fold = Memory(
            id=content_id("placebo", night.id, *(turn.id for turn in members)), kind="fact", text=first.text,
            evidence=_cite(members), learned_at=night.started_at, origin=first.origin, speaker=first.speaker,
        )  # fmt: skip
        after[fold.id] = fold
    for members in filter(None, (tuple(islice(left, size)) for size in counts.grown if after)):
        memory = after[random.choice(sorted(after))]
        after[memory.id] = replace(memory, evidence=memory.evidence + _cite(members))
    for name, memory in after.items():
        if memory != before.get(name):
            yield Change(before=before.get(name), after=memory, reason=_REASON)


def _cite(members: Sequence[Turn]) -> tuple[Evidence, ...]:
    return tuple(Evidence(turn=turn.id, quote=turn.text, ref=turn.ref, at=turn.at) for turn in members)
