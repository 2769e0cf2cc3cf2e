"""Why something is remembered as it is: the reasons of the nights, and the turns it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from ltml.errors import NotFound
from ltml.model import Turn
from ltml.protocols import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why something is remembered as it is: its reasons, oldest first, and the turns it rests on."""

    id: str
    text: str
    kind: str
    active: bool
    reasons: tuple[str, ...]
    turns: tuple[Turn, ...]


def explain_item(store: Store, namespace: str, name: str) -> Explanation:
    """Explain a memory or a turn by its id. Raises `NotFound`."""
    for memory in store.memories(namespace, [name]):
        reasons = tuple(
            f"{night.id}: {change.reason}"
            for night in store.nights(namespace)
            for change in store.night(namespace, night.id).changes
            if change.key == memory.key
        )
        turns = tuple(store.turns(namespace, [e.turn for e in memory.evidence]))
        return Explanation(
            id=memory.id, text=memory.text, kind=memory.kind, active=memory.active, reasons=reasons, turns=turns
        )
    for turn in store.turns(namespace, [name]):
        verdicts = store.verdicts(namespace, [name])
        reasons = tuple(verdict.reason for verdict in verdicts) or ("no night has looked at it yet",)
        if turn.superseded:
            reasons += ("it was superseded: taken back by an edit, another try or a newer text",)
        active = all(verdict.tier != "archive" for verdict in verdicts) and not turn.superseded
        kind = verdicts[0].kind if verdicts else "turn"
        return Explanation(id=turn.id, text=turn.text, kind=kind, active=active, reasons=reasons, turns=(turn,))
    raise NotFound(f"nothing called {name} in namespace {namespace}; `ltml memories` lists what there is")
