"""
The rules every store keeps alike, as pure functions: no file, no connection, no state.

`sqlite` and `ephemeral` are twins held to one contract. What they must decide alike is decided here, so that neither
imports the other: which fold keys file a row, what a change expects, what ends a night, what a digest covers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from typing import Any

from ltml.errors import AlreadyUndone, NotFound, StaleNight, UndoConflict
from ltml.model import IN_EFFECT, Change, Injection, Memory, NightState, Row, Turn, Verdict
from ltml.protocols import KnownMessage, PlacedText
from ltml.store.canonical import dump_json, pack_row
from ltml.text import budget_tokens, fold_keys, sentences

# ---------------------------------------------------------------- filing


def is_filed(verdict: Verdict | None) -> bool:
    """Tell whether a turn is filed under its fold keys: nights fold only what they keep."""
    return verdict is not None and verdict.keep


def fold_text(text: str) -> set[int]:
    """Return the fold keys of every sentence of a text."""
    return {key for span in sentences(text) for key in fold_keys(span.of(text))}


def fold_memory(memory: Memory | None) -> set[int]:
    """Return the fold keys of a memory: of its text and of every quote in its evidence."""
    if memory is None:
        return set()
    return {key for text in (memory.text, *(e.quote for e in memory.evidence)) for key in fold_text(text)}


def cited_turns(row: Row | None) -> set[str]:
    """Return the ids of the turns a row rests on: a memory's evidence; a verdict rests on none."""
    return {e.turn for e in row.evidence} if isinstance(row, Memory) else set()


# ---------------------------------------------------------------- nights


def check_expected(found: Row | None, change: Change) -> None:
    """Raise `StaleNight` unless the row is as the change's `before` says."""
    if pack_row(found) != pack_row(change.before):
        raise StaleNight(f"{change.key} changed while the night was thinking")


def turn_forgotten(turn: str) -> StaleNight:
    """Return the error for a change that rests on a turn which no longer exists."""
    return StaleNight(f"turn {turn} was forgotten while the night was thinking")


def night_not_found(night: str) -> NotFound:
    """Return the error for a night nobody knows."""
    return NotFound(f"no night called {night}; `ltml nights` lists them")


def check_writable(night: str, state: NightState) -> None:
    """Raise `AlreadyUndone` if nothing may be written to a night any more."""
    if state == "undone":
        raise AlreadyUndone(f"night {night} was undone; start another one")


def check_undoable(night: str, state: NightState) -> None:
    """Raise `AlreadyUndone` unless a night is in effect."""
    if state not in IN_EFFECT:
        raise AlreadyUndone(f"night {night} is {state}; there is nothing of it to undo")


def undo_conflict(later: str, state: NightState, key: str) -> UndoConflict:
    """Return the error for a night whose row `key` was changed by a later one, which is in this state."""
    cure = "was sealed by a forgetting" if state == "sealed" else "undo that one first"
    return UndoConflict(f"{later} built on this night ({key}); {cure}")


# ---------------------------------------------------------------- injections and messages


def split_injection(injection: Injection, place: str) -> tuple[PlacedText, ...]:
    """Return the block and the recall of an injection as placed texts, each with the ids of the items shown in it."""
    both = bool(injection.block and injection.recall)
    lines = frozenset(injection.block.split("\n"))
    standing = tuple(item.id for item in injection.items if not both or item.text in lines)
    recalled = tuple(item.id for item in injection.items if not both or item.text not in lines)
    parts = (("", injection.block, standing), (place, injection.recall, recalled))
    return tuple(
        PlacedText(place=where, text=text, tokens=budget_tokens(text) if both else injection.tokens, items=ids)
        for where, text, ids in parts
        if text
    )


def injection_sources(injection: Injection) -> frozenset[str]:
    """Return the ids of everything an injection shows, and of the turns that rests on."""
    shown = {item.id for item in injection.items}
    return frozenset(shown | {e.turn for item in injection.items for e in item.evidence})


def sort_newest_first(messages: Iterable[KnownMessage]) -> list[KnownMessage]:
    """Return messages newest first; of the same time, the one later in its session comes first."""
    return sorted(messages, key=lambda m: (-m.at.timestamp(), -m.place, m.session, m.digest))


# ---------------------------------------------------------------- digest and statistics


def digest_state(
    turns: Iterable[Turn], verdicts: Iterable[Verdict], memories: Iterable[Memory], new: Iterable[str]
) -> str:
    """Return a hash of a namespace: its turns in order of arrival, verdicts, memories, and the ids of new turns."""
    digest = blake2b(digest_size=16)
    for turn in turns:
        said = (turn.id, turn.session, turn.role, turn.speaker, turn.ref, turn.origin, turn.at.isoformat(), turn.text)
        flags = (turn.interrupted, *(("superseded",) if turn.superseded else ()))
        digest.update(dump_json((*said, *flags)).encode() + b"\n")
    packed_memories = sorted(str(pack_row(memory)) for memory in memories)
    for line in [*map(pack_row, verdicts), *packed_memories, *(f"new {name}" for name in new)]:
        digest.update(str(line).encode() + b"\n")
    return digest.hexdigest()


def byte_size(text: str) -> int:
    """Return the length of a text in bytes, as every store counts it."""
    return len(text.encode("utf-8", "surrogatepass"))


def count_active_bytes(memories: Iterable[Memory]) -> int:
    """Return how many bytes of text default recall can show of these memories."""
    return sum(byte_size(memory.text) for memory in memories if memory.active)


def summarize_memories(memories: Sequence[Memory], archived: Collection[str]) -> dict[str, Any]:
    """Return the part of `stats` that is about memories; `archived` are the refs of archived turns."""
    cited = {True: set[str](), False: set(archived)}
    for memory in memories:
        cited[memory.active].update(filter(None, memory.refs))
    return {
        "memories": len(memories),
        "kinds": dict(sorted(Counter(memory.kind for memory in memories).items())),
        "archived_refs": sorted(cited[False] - cited[True]),
    }
