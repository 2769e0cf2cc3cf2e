"""
What an order to forget selects: by an id, by words that occur, or by a query; and which nights lose their undo by it.

Nothing is written here. A query selects candidates to choose from; it never forgets anything by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ltml.errors import NothingSaid
from ltml.model import Listed, Memory
from ltml.protocols import Selection, Store

if TYPE_CHECKING:
    from ltml.wake.options import Wake
    from ltml.wake.recall import RecallResult

#: Number of hits that an order in other words is compared with.
QUERY_HITS = 20
#: Maximum number of candidates shown to choose from.
MAX_CANDIDATES = 7


def list_turns(store: Store, namespace: str, ids: Collection[str] | None = None) -> Iterator[Listed]:
    """Yield turns as `items()` lists them: all, or those with these ids."""
    verdicts = {verdict.turn: verdict for verdict in store.verdicts(namespace, ids)}
    for turn in store.turns(namespace, ids):
        verdict = verdicts.get(turn.id)
        kind, active = (verdict.kind, verdict.tier != "archive") if verdict else ("turn", True)
        yield Listed(id=turn.id, text=turn.text, kind=kind, refs=(turn.ref,), active=active and not turn.superseded)


def list_memory(memory: Memory) -> Listed:
    """Return a memory as `items()` lists it."""
    return Listed(id=memory.id, text=memory.text, kind=memory.kind, refs=memory.refs, active=memory.active)


def select_literally(store: Store, namespace: str, ask: str) -> Selection:
    """Return what has this id, with what rests on it, else everything whose words contain this text."""
    for memory in store.memories(namespace, [ask]):
        return Selection(turns=tuple(e.turn for e in memory.evidence), memories=(memory.id,))
    for turn in store.turns(namespace, [ask]):
        return Selection(turns=(turn.id,))
    return store.find(namespace, ask)


def select_by_query(result: RecallResult, ask: str, options: Wake) -> list[Selection]:
    """Return what an order may mean, nearest first: hits with its words, statements rather than questions."""
    from ltml.text import word_pairs

    if not result.is_relevant(options):
        return []
    hits = [hit for hit in result.hits if not hit.text.rstrip().endswith("?")] or list(result.hits)
    pairs = word_pairs(ask)
    hits.sort(
        key=lambda h: (result.weigh_match(h.document.number), len(pairs & word_pairs(h.text)), h.score), reverse=True
    )
    guesses = dict.fromkeys(
        Selection(turns=tuple(e.turn for e in h.evidence), memories=(h.id,) if h.document.is_memory else ())
        for h in hits
    )
    return list(guesses)[:MAX_CANDIDATES]


def add_items(store: Store, namespace: str, selection: Selection) -> Selection:
    """Return the selection with the words of everything that would be removed, or lose evidence, with it."""
    ids = {*selection.turns, *selection.memories}
    turns = [item for item in list_turns(store, namespace, selection.turns) if item.id in ids]
    memories = [m for m in store.memories(namespace) if m.id in ids or ids & {e.turn for e in m.evidence}]
    return replace(selection, items=(*turns, *map(list_memory, memories)))


def find_sealed_nights(store: Store, namespace: str, selection: Selection) -> tuple[str, ...]:
    """Return the nights that could no longer be undone: their changes mention what would be removed."""
    turns = {*selection.turns}
    refs = {(turn.session, turn.ref) for turn in store.turns(namespace, turns) if turn.ref}
    if refs:  # all revisions of a turn are removed with it
        turns |= {turn.id for turn in store.turns(namespace) if (turn.session, turn.ref) in refs}
    touched = {memory.id for memory in store.memories(namespace) if turns & {e.turn for e in memory.evidence}}
    mentions = re.compile("|".join(map(re.escape, sorted({*turns, *selection.memories, *touched}))))
    if not mentions.pattern:
        return ()
    nights = [store.night(namespace, night.id) for night in store.nights(namespace) if night.state != "undone"]
    return tuple(
        night.id for night in nights if any(mentions.search(f"{c.key} {c.before} {c.after}") for c in night.changes)
    )


def nothing_said_error(guess: Selection) -> NothingSaid:
    """Return the error that names the nearest candidates by id: what is remembered has no place in an error."""
    ids = tuple((c.memories or c.turns)[0] for c in guess.candidates)
    message = (
        "nothing was forgotten: nothing has this id, and nothing says this word for word. What may be meant: "
        f"{', '.join(ids)}. Name one of these ids or words that stand there; find() shows what each of them says, "
        "and forget() takes what find() returns"
    )
    return NothingSaid(message, ids)
