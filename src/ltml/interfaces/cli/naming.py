"""What people may type for an id: all of it, its beginning where only one begins so, or `last` for the last night."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ltml.errors import NotFound

if TYPE_CHECKING:
    from ltml.layer import MemoryLayer

#: A shorter beginning is more likely a mistake.
SHORTEST = 4
_LIKE_AN_ID = re.compile(r"[bcdfghjklmnpqrst]{8,32}")


def find_night_id(layer: MemoryLayer, ask: str, *, in_effect: bool = False) -> str:
    """Return the id of a night; with `in_effect`, `last` is the last that can be undone. Raises `NotFound`."""
    nights = layer.nights()
    known = [night.id for night in nights]
    if ask == "last":
        return _newest([n.id for n in nights if not in_effect or n.in_effect])
    found = ask if ask in known else _find_by_prefix(ask, known, least=1)
    if found is None:
        raise NotFound(f"no night called {ask}; `ltml nights` lists them")
    return found


def find_id(layer: MemoryLayer, ask: str) -> str:
    """Return the id of a memory or a turn. Raises `NotFound`."""
    if layer.store.memories(layer.namespace, [ask]) or any(layer.store.turns(layer.namespace, [ask])):
        return ask
    found = _find_by_prefix(ask, (memory.id for memory in layer.memories())) or _find_by_prefix(
        ask, (turn.id for turn in layer.turns())
    )
    if found is None:
        raise NotFound(f"nothing called {ask} in namespace {layer.namespace}; `ltml memories` lists what there is")
    return found


def resolve_id(layer: MemoryLayer, ask: str) -> str:
    """Return the whole id where something is called so that no word is; else what was asked."""
    try:
        return find_id(layer, ask) if _LIKE_AN_ID.fullmatch(ask) else ask
    except NotFound:
        return ask


def find_memory_id(layer: MemoryLayer, ask: str) -> str:
    """Return the id of a memory, or what was asked where no memory begins so (the layer then says what is wrong)."""
    return _find_by_prefix(ask, (memory.id for memory in layer.memories())) or ask


def _newest(known: Sequence[str]) -> str:
    if not known:
        raise NotFound("there is no such night yet; `ltml nights` lists them, `ltml sleep` makes one")
    return known[-1]


def _find_by_prefix(ask: str, ids: Iterable[str], least: int = SHORTEST) -> str | None:
    found = [name for name in ids if len(ask) >= least and name.startswith(ask)]
    if len(found) > 1 and ask not in found:
        raise NotFound(f"{len(found)} ids begin with {ask}; type more of it")
    return ask if ask in found else found[0] if found else None
