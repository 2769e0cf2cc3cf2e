"""
The placebo night: as much is archived and folded as a real night did, but at random.

If a memory that lost the same amount by lot answers as well, the real night's choice was worth nothing. The placebo
looks at nothing but counts: it draws among the turns default recall still scores, and writes through the store's own
promises, so recall, packing and statistics run the same code as for the real night.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
    """What a real night did: how many turns it archived, and how many turns it folded into each memory."""

    archived: int
    folds: tuple[int, ...]


def dose(night: Night) -> Dose:
    """
    Count what a promoted night did; nothing for any other.

    A fold is a memory that gained evidence and now rests on two turns or more; it counts the turns gained.
    """
    if night.state != "promoted":
        return Dose(archived=0, folds=())
    archived = sum(_archives(change) for change in night.changes)
    return Dose(archived=archived, folds=tuple(n for n in map(_folded, night.changes) if n))


def placebo(layer: Layer, night: Night, random: Random) -> Night:
    """
    Do by lot in `layer` as much as `night` did elsewhere; return the night that was written.

    The layer must never have slept for real. The turns that were new are slept afterwards, as after a real night.
    """
    store, namespace, name = layer.store, layer.namespace, f"placebo-{night.id}"
    new = [turn.id for turn in store.part(namespace, _ALL)]
    drawn = Night(id=name, state="interrupted", started_at=night.started_at, kind="placebo")
    store.begin(namespace, drawn)
    changes = tuple(_lots(store, namespace, dose(night), drawn, random))
    store.commit(namespace, name, new, changes)
    return store.finish(namespace, name, "promoted", {"archived": float(len(changes))})


def _archives(change: Change) -> bool:
    before, after = change.before, change.after
    return isinstance(after, Verdict) and after.tier == "archive" and (before is None or _tier(before) != "archive")


def _tier(row: Memory | Verdict) -> str:
    return row.tier


def _folded(change: Change) -> int:
    before, after = change.before, change.after
    if not isinstance(after, Memory) or len(after.evidence) < _FEWEST_TO_FOLD:
        return 0
    return len(after.evidence) - (len(before.evidence) if isinstance(before, Memory) else 0)


def _lots(store: Store, namespace: str, given: Dose, night: Night, random: Random) -> Iterator[Change]:
    verdicts = {verdict.turn: verdict for verdict in store.verdicts(namespace)}
    lot = [t for t in store.turns(namespace) if t.id not in verdicts or verdicts[t.id].tier != "archive"]
    random.shuffle(lot)
    for turn in lot[: given.archived]:
        after = Verdict(turn=turn.id, keep=False, kind="turn", reason=_REASON, tier="archive")
        yield Change(before=verdicts.get(turn.id), after=after, reason=_REASON)
    # A real night mostly folds what it archives, so the folds are filled from the front of the same lot.
    start = 0
    for size in given.folds:
        members, start = lot[start : start + size], start + size
        if members:
            yield Change(before=None, after=_fold(members, night), reason=_REASON)


def _fold(members: Sequence[Turn], night: Night) -> Memory:
    first = members[0]
    return Memory(
        id=content_id("placebo", night.id, *(turn.id for turn in members)),
        kind="fact",
        text=first.text,
        evidence=tuple(Evidence(turn=t.id, quote=t.text if t is first else "", ref=t.ref, at=t.at) for t in members),
        learned_at=night.started_at,
        origin=first.origin,
        speaker=first.speaker,
    )
