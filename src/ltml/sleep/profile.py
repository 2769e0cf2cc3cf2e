"""
Profile: which standing memories are hot, that is, may enter the block at the head of every session.

A memory's value is its salience times the logarithm of how often it was said. The block must not flicker, or the
model's prompt cache is lost: what is hot stays hot until something is better by `MARGIN`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from ltml.model import STANDING, Memory
from ltml.sleep.pipeline import Batch

#: Share by which a newcomer must be better than what is hot already.
MARGIN = 0.1


def choose_hot_memories(size: int) -> Callable[[Batch], Batch]:
    """Return the step that chooses at most `size` hot memories, beside those that are pinned."""

    def step(batch: Batch) -> Batch:
        known = {memory.id: memory for memory in batch.standing} | dict(batch.memories_before)
        memories = {**known, **batch.memories_after}
        worth = {
            m.id: (m.pinned, score_memory(m) * (1 + MARGIN * (m.tier == "hot")), m.id)
            for m in memories.values()
            if is_eligible(m)
        }
        chosen = set(sorted(worth, key=worth.__getitem__, reverse=True)[:size])
        moved: dict[str, Memory] = {}
        reasons: dict[str, str] = {}
        for memory in memories.values():
            is_hot = memory.id in chosen or memory.pinned
            if memory.tier == "archive" or (memory.tier == "hot") == is_hot:
                continue
            moved[memory.id] = replace(memory, tier="hot" if is_hot else "warm")
            place = "enters the block" if is_hot else "leaves the block for better ones"
            why = batch.reasons.get(memory.key)
            reasons[memory.id] = f"{why}; {place}" if why else place
        before = {name: known[name] for name in moved if name in known}
        batch = replace(batch, memories_before={**batch.memories_before, **before})
        return batch.with_memories(moved, reasons).with_numbers(hot=len(chosen))

    return step


def is_eligible(memory: Memory) -> bool:
    """Tell whether a memory may be hot: an order or a protected fact at once, a preference when said again."""
    standing = memory.kind in STANDING and (memory.kind != "preference" or memory.count > 1)
    return standing and memory.active and memory.valid_to is None


def score_memory(memory: Memory) -> float:
    """Return what a memory is worth in the block: its salience times ln(1 + how often it was said)."""
    return memory.salience * math.log1p(memory.count)
