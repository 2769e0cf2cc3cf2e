"""
Profile: which standing memories are hot, that is, may enter the block at the head of every session.

A memory's value is its salience times the logarithm of how often it was said. The block must not flicker, or the
model's prompt cache is lost: what is hot stays hot until something is better by `MARGIN`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from ltml.model import STANDING, Memory, Tier
from ltml.sleep.pipeline import Batch

#: How much better a newcomer must be than what is hot already.
MARGIN = 0.1


def profile(size: int) -> Callable[[Batch], Batch]:
    """Return the step that chooses at most `size` hot memories."""

    def step(batch: Batch) -> Batch:
        known = {memory.id: memory for memory in batch.standing} | dict(batch.known)
        memories = {**known, **batch.drafts}
        eligible = [memory for memory in memories.values() if may_stand(memory)]
        chosen = {m.id for m in sorted(eligible, key=_worth, reverse=True)[:size]}
        moved = {m.id: replace(m, tier=_tier(m, chosen)) for m in memories.values() if _tier(m, chosen) != m.tier}
        batch = replace(batch, known={**batch.known, **_needed(known, moved)})
        return batch.draft(moved, {name: _reason(batch, moved, name) for name in moved}).count(hot=len(chosen))

    return step


def may_stand(memory: Memory) -> bool:
    """Tell whether a memory may be hot: an order or a protected fact at once, a preference when said again."""
    standing = memory.kind in STANDING and (memory.kind != "preference" or memory.count > 1)
    return standing and memory.active and memory.valid_to is None


def value(memory: Memory) -> float:
    """Return what a memory is worth in the block."""
    return memory.salience * math.log1p(memory.count)


def _worth(memory: Memory) -> tuple[bool, float, str]:
    return memory.pinned, value(memory) * (1 + MARGIN * (memory.tier == "hot")), memory.id


def _tier(memory: Memory, chosen: set[str]) -> Tier:
    if memory.tier == "archive":
        return "archive"
    return "hot" if memory.id in chosen or memory.pinned else "warm"


def _needed(known: Mapping[str, Memory], moved: Mapping[str, Memory]) -> dict[str, Memory]:
    return {name: known[name] for name in moved if name in known}


def _reason(batch: Batch, moved: Mapping[str, Memory], name: str) -> str:
    why = batch.reasons.get(f"memory:{name}")
    place = "enters the block" if moved[name].tier == "hot" else "leaves the block for better ones"
    return f"{why}; {place}" if why else place
