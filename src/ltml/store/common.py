"""What every store says in the same way: its digest, its statistics, what a search by words means, a memory re-made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from ltml.model import Evidence, Memory, Turn, Verdict
from ltml.protocols import Selection
from ltml.store.rows import dumped, packed


def state_digest(
    turns: Iterable[Turn], verdicts: Iterable[Verdict], memories: Iterable[Memory], new: Iterable[str]
) -> str:
    """Return a hash of a namespace: its turns in order of arrival, verdicts, memories, and the ids of new turns."""
    digest = blake2b(digest_size=16)
    for turn in turns:
        said = (turn.id, turn.session, turn.role, turn.speaker, turn.ref, turn.origin, turn.at.isoformat(), turn.text)
        digest.update(dumped(said).encode() + b"\n")
    for line in [*map(packed, verdicts), *sorted(map(str, map(packed, memories))), *(f"new {name}" for name in new)]:
        digest.update(str(line).encode() + b"\n")
    return digest.hexdigest()


def containing(text: str, turns: Iterable[Turn], memories: Iterable[Memory]) -> Selection:
    """Return the turns and memories whose words contain this text, whatever the case; no text is in none."""
    needle = text.strip().casefold()
    if not needle:
        return Selection()
    return Selection(
        turns=tuple(turn.id for turn in turns if needle in turn.text.casefold()),
        memories=tuple(memory.id for memory in memories if needle in memory.text.casefold()),
    )


def from_rest(memory: Memory, left: tuple[Evidence, ...], said: Callable[[str], str]) -> Memory:
    """
    Return a memory made anew from the evidence that is left, in that evidence's own words.

    `said` gives the text of a turn: evidence without a quote means the whole turn.
    """
    quotes = [e.quote or said(e.turn) for e in left]
    text = memory.text if memory.text in quotes else quotes[-1]
    dates = tuple(d for d in memory.dates if d.phrase in text)
    count = max(len(left), memory.count - len(memory.evidence) + len(left))
    return replace(memory, text=text, evidence=left, dates=dates, count=count)


def bytes_shown(memories: Iterable[Memory]) -> int:
    """Return how many bytes of text default recall can show of these memories."""
    return sum(len(memory.text.encode("utf-8", "surrogatepass")) for memory in memories if memory.active)


def memory_stats(memories: Sequence[Memory], archived: Collection[str]) -> dict[str, Any]:
    """Return what the statistics say of memories; `archived` are the refs of archived turns."""
    cited = {True: set[str](), False: set(archived)}
    for memory in memories:
        cited[memory.active].update(filter(None, memory.refs))
    return {
        "memories": len(memories),
        "kinds": dict(sorted(Counter(memory.kind for memory in memories).items())),
        "archived_refs": sorted(cited[False] - cited[True]),
    }
