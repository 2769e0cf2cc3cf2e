"""Forgetting in an ephemeral store: the state without what was ordered away. Its twin is `sqlite/erase.py`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime

from ltml.model import Night, Receipt, Turn, content_id
from ltml.protocols import Selection
from ltml.store.canonical import pack_row
from ltml.store.ephemeral.state import NamespaceState, apply_changes
from ltml.store.identity import message_tombstone, text_tombstone, to_microseconds, turn_tombstones
from ltml.store.redaction import find_telltale_words, list_lost_texts, quote_matcher, redact_memory
from ltml.store.rules import cited_turns


def erase(
    states: Collection[tuple[str, NamespaceState]], namespace: str, selection: Selection, now: datetime, secret: bytes
) -> tuple[NamespaceState, Receipt]:
    """Return the state of a namespace after an order to forget, with the receipt."""
    state = dict(states).get(namespace, NamespaceState())
    turns = _find_with_revisions(state, selection.turns)
    names = {turn.id for turn in turns.values()}
    touched = [m for m in state.learned if m.id in selection.memories or names & cited_turns(m)]
    if not turns and not touched:
        ordered = {*selection.turns, *selection.memories}
        known = [old for old in state.receipts if ordered & {*old.turns, *old.memories}]
        return state, known[-1] if known else Receipt(id="", at=now, state="nothing")
    gone = names | {memory.id for memory in touched}

    def text_of(turn: str) -> str:
        return state.turns[state.number_of[turn]].text

    changes = [redact_memory(m, names, text_of, delete=m.id in selection.memories) for m in touched]
    after = apply_changes(state, changes, iter(()))
    sessions, tombstones = {turn.session for turn in turns.values()}, set[str]()
    for turn in turns.values():
        tombstones |= {*turn_tombstones(secret, namespace, turn), text_tombstone(secret, namespace, turn.text)}
    tombstones |= {message_tombstone(secret, digest) for session, digest in state.messages if session in sessions}
    after = replace(after, tombstones=state.tombstones | tombstones)
    after, sealed = _drop_changes(_drop_turns(after, turns, names), gone)
    texts = [*(turn.text for turn in turns.values()), *list_lost_texts(changes, names)]
    remaining = [*list_texts(after)]
    for name, other in states:
        if name != namespace:
            remaining += [*list_texts(other), *(part.text for _, part in other.placed.values())]
    after = _drop_injections(after, gone, quote_matcher(texts, find_telltale_words(texts, remaining)))
    receipt = Receipt(
        id=content_id("forget", str(to_microseconds(now)), *sorted(gone)), at=now, turns=tuple(sorted(names)),
        memories=tuple(sorted(gone - names)), sealed_nights=sealed, state="proven",
    )  # fmt: skip
    return replace(after, receipts=(*state.receipts, receipt)), receipt


def _find_with_revisions(state: NamespaceState, ids: Collection[str]) -> dict[int, Turn]:
    """Return these turns and every revision of their refs, by number."""
    ordered = [state.turns[state.number_of[name]] for name in ids if name in state.number_of]
    refs = {(turn.session, turn.ref) for turn in ordered if turn.ref}
    names = {turn.id for turn in ordered}
    return {no: t for no, t in state.turns.items() if t.id in names or (t.session, t.ref) in refs}


def _drop_turns(state: NamespaceState, turns: dict[int, Turn], names: Collection[str]) -> NamespaceState:
    """Return the state without these turns, and without the messages and placed texts of their sessions."""
    sessions = {turn.session for turn in turns.values()}
    return replace(
        state,
        turns={number: turn for number, turn in state.turns.items() if number not in turns},
        superseded=state.superseded - turns.keys(),
        taken_back=state.taken_back - turns.keys(),
        new=state.new - turns.keys(),
        verdicts={name: verdict for name, verdict in state.verdicts.items() if name not in names},
        slept={night: tuple(no for no in numbers if no not in turns) for night, numbers in state.slept.items()},
        messages={key: message for key, message in state.messages.items() if key[0] not in sessions},
        placed={key: part for key, part in state.placed.items() if key[0] not in sessions},
    )


def _drop_changes(state: NamespaceState, gone: Collection[str]) -> tuple[NamespaceState, tuple[str, ...]]:
    """Return the state without the changes that mention what is gone, and the nights that are sealed by that."""
    nights, sealed = dict[str, Night](), list[str]()
    for name, night in state.nights.items():
        texts = [
            (change, f"{change.key} {pack_row(change.before)} {pack_row(change.after)}") for change in night.changes
        ]
        left = tuple(change for change, text in texts if not any(name in text for name in gone))
        hit = len(left) < len(night.changes) and night.state != "undone"
        nights[name] = replace(night, changes=left, state="sealed" if hit else night.state)
        sealed += [name] if hit else []
    keys = {f"{kind}:{name}" for name in gone for kind in ("memory", "verdict")}
    return replace(state, nights=nights, vetoes=state.vetoes - keys, answers={}), tuple(sealed)


def _drop_injections(state: NamespaceState, gone: Collection[str], quotes: Callable[[str], bool]) -> NamespaceState:
    """Return the state without the injections that showed what is gone, or whose placed text quotes it."""
    spoken = {number for number, part in state.placed.values() if quotes(part.text)}
    named = {number for number, ids in state.injected_items.items() if set(ids) & set(gone)}
    left = state.injected_items.keys() - spoken - named
    return replace(
        state,
        doubtful_origins={number: where for number, where in state.doubtful_origins.items() if number in left},
        injected_items={number: ids for number, ids in state.injected_items.items() if number in left},
        injected_texts={text: number for text, number in state.injected_texts.items() if number in left},
        placed={key: part for key, part in state.placed.items() if part[0] in left},
    )


def list_texts(state: NamespaceState) -> Iterator[str]:
    """Yield every text a namespace holds apart from what was placed in requests."""
    for turn in state.turns.values():
        yield from (turn.text, turn.session, turn.role, turn.speaker, turn.ref)
    yield from (memory.text for memory in state.memories.values())
