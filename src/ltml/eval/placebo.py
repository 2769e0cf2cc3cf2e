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

#: More turns than any part holds: all that are new.
_ALL = 1_000_000_000
_FEWEST_TO_FOLD = 2
_REASON = "placebo: drawn by lot"


class Layer(Protocol):
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
class Dose:
    """What a real night did: turns archived, turns folded into each new memory, turns added to each that grew."""

    archived: int
    folds: tuple[int, ...] = ()
    grown: tuple[int, ...] = ()


def dose(night: Night) -> Dose:
    """
    Count what a promoted night did; nothing for any other.

    A memory that gained evidence and now rests on two turns or more was folded: anew, or it grew.
    """
    if night.state != "promoted":
        return Dose(archived=0)
    gains = [(change.before is None, _gained(change)) for change in night.changes]
    return Dose(
        archived=sum(_archives(change) for change in night.changes),
        folds=tuple(gain for new, gain in gains if gain > 0 and new),
        grown=tuple(gain for new, gain in gains if gain > 0 and not new),
    )


def placebo(layer: Layer, night: Night, random: Random) -> Night:
    """
    Do by lot in `layer` as much as `night` did elsewhere; return the night that was written.

    The layer must never have slept for real. The turns that were new are slept afterwards, as after a real night.
    """
    store, namespace, name = layer.store, layer.namespace, f"placebo-{night.id}"
    new = [turn.id for turn in store.next_batch(namespace, _ALL)]
    drawn = Night(id=name, state="interrupted", started_at=night.started_at, kind="placebo")
    store.begin(namespace, drawn)
    given = dose(night)
    lot = _lot(store, namespace, random)
    archived = _archived(store, namespace, lot[: given.archived])
    folded = _folded(given, lot, store.memories(namespace), drawn, random)
    store.commit(namespace, name, new, (*archived, *folded))
    report = {"archived": float(given.archived), "folded": float(sum(given.folds + given.grown))}
    return store.finish(namespace, name, "promoted", report)


def _archives(change: Change) -> bool:
    before, after = change.before, change.after
    return isinstance(after, Verdict) and after.tier == "archive" and (before is None or _tier(before) != "archive")


def _tier(row: Memory | Verdict) -> str:
    return row.tier


def _gained(change: Change) -> int:
    before, after = change.before, change.after
    if not isinstance(after, Memory) or len(after.evidence) < _FEWEST_TO_FOLD:
        return 0
    return len(after.evidence) - (len(before.evidence) if isinstance(before, Memory) else 0)


def _lot(store: Store, namespace: str, random: Random) -> list[Turn]:
    """The turns default recall still scores, shuffled."""
    gone = {verdict.turn for verdict in store.verdicts(namespace) if verdict.tier == "archive"}
    lot = [turn for turn in store.turns(namespace) if turn.id not in gone and not turn.superseded]
    random.shuffle(lot)
    return lot


def _archived(store: Store, namespace: str, turns: Sequence[Turn]) -> Iterator[Change]:
    verdicts = {verdict.turn: verdict for verdict in store.verdicts(namespace)}
    for turn in turns:
        after = Verdict(turn=turn.id, keep=False, kind="turn", reason=_REASON, tier="archive")
        yield Change(before=verdicts.get(turn.id), after=after, reason=_REASON)


def _folded(
    given: Dose, lot: Sequence[Turn], known: Sequence[Memory], night: Night, random: Random
) -> Iterator[Change]:
    """Fill the folds from the front of the lot: a real night, too, mostly folds what it archives."""
    turns = iter(lot)
    before = {memory.id: memory for memory in known}
    after = dict(before)
    for members in filter(None, (tuple(islice(turns, size)) for size in given.folds)):
        fold = _fold(members, night)
        after[fold.id] = fold
    for members in filter(None, (tuple(islice(turns, size)) for size in given.grown if after)):
        memory = after[random.choice(sorted(after))]
        after[memory.id] = replace(memory, evidence=memory.evidence + _evidence(members))
    for name, memory in after.items():
        if memory != before.get(name):
            yield Change(before=before.get(name), after=memory, reason=_REASON)


def _fold(members: Sequence[Turn], night: Night) -> Memory:
    first = members[0]
    return Memory(
        id=content_id("placebo", night.id, *(turn.id for turn in members)),
        kind="fact",
        text=first.text,
        evidence=_evidence(members),
        learned_at=night.started_at,
        origin=first.origin,
        speaker=first.speaker,
    )


def _evidence(members: Sequence[Turn]) -> tuple[Evidence, ...]:
    return tuple(Evidence(turn=turn.id, quote=turn.text, ref=turn.ref, at=turn.at) for turn in members)
