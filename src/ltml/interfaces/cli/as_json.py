"""Values as JSON objects. Field names are those of `ltml.model`; times are ISO 8601."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from ltml.model import Change, Evidence, Hit, Injection, Memory, Night, Receipt, Row, Turn

Json = dict[str, Any]


def of(value: object) -> Any:
    """Return a value of the model as JSON types, field by field."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: of(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): of(each) for name, each in value.items()}
    return [of(each) for each in value] if isinstance(value, (tuple, list, frozenset)) else value


def turn(value: Turn) -> Json:
    """Return a turn."""
    return {"type": "turn", **of(value)}


def memory(value: Memory) -> Json:
    """Return a memory, with whether default recall sees it."""
    return {"type": "memory", **of(value), "active": value.active}


def hit(value: Hit) -> Json:
    """Return one thing found."""
    return {
        "id": value.id, "kind": value.kind, "text": value.text, "score": value.score, "why": value.why,
        "at": value.document.at.isoformat(), "origin": value.document.origin, "speaker": value.document.speaker,
        "refs": list(value.refs), "evidence": _evidence(value.evidence),
    }  # fmt: skip


def injection(value: Injection) -> Json:
    """Return what would be placed in the prompt."""
    parts = {"text": value.text, "block": value.block, "recall": value.recall, "tokens": value.tokens}
    items = [
        {
            "id": item.id, "text": item.text, "kind": item.kind, "score": item.score, "origin": item.origin,
            "evidence": _evidence(item.evidence),
        }
        for item in value.items
    ]  # fmt: skip
    return parts | {"items": items}


def night(value: Night) -> Json:
    """Return a night without its changes."""
    return {
        "id": value.id, "kind": value.kind, "state": value.state, "started_at": value.started_at.isoformat(),
        "report": of(value.report),
    }  # fmt: skip


def change(value: Change) -> Json:
    """Return one change with its row before and after."""
    return {"key": value.key, "before": _row(value.before), "after": _row(value.after), "reason": value.reason}


def receipt(value: Receipt) -> Json:
    """Return what was forgotten: ids and counts, never words."""
    found: Json = of(value)
    return found


def _row(value: Row | None) -> Json | None:
    if value is None:
        return None
    return memory(value) if isinstance(value, Memory) else {"type": "verdict", **of(value)}


def _evidence(values: Sequence[Evidence]) -> list[Json]:
    return [of(value) for value in values]
