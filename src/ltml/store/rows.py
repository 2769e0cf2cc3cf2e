"""Memories, verdicts and evidence as canonical JSON, and back. Canonical: equal values give equal text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from ltml.model import Evidence, Memory, Resolved, Row, Verdict


def packed(row: Row | None) -> str | None:
    """Return the row as canonical JSON."""
    if row is None:
        return None
    kind = "memory" if isinstance(row, Memory) else "verdict"
    return dumped({"row": kind, **_plain(row)})


def unpacked(text: str | None) -> Row | None:
    """Return the row this JSON was made from."""
    if text is None:
        return None
    body: dict[str, Any] = json.loads(text)
    return memory_from(body) if body.pop("row") == "memory" else verdict_from(body)


def memory_from(body: Mapping[str, Any]) -> Memory:
    """Return the memory of a decoded body."""
    known: dict[str, Any] = {name: value for name, value in body.items() if name != "row"}
    known["evidence"] = tuple(_evidence(e) for e in body["evidence"])
    known["dates"] = resolved(body["dates"])
    for name in ("learned_at", "valid_from", "valid_to"):
        known[name] = _time(body[name])
    return Memory(**known)


def verdict_from(body: Mapping[str, Any]) -> Verdict:
    """Return the verdict of a decoded body."""
    return Verdict(**{**body, "dates": resolved(body["dates"])})


def resolved(rows: Sequence[Sequence[str]]) -> tuple[Resolved, ...]:
    """Return resolved dates from their plain form."""
    return tuple(
        Resolved(phrase=p, written=w, first=date.fromisoformat(a), last=date.fromisoformat(b)) for p, w, a, b in rows
    )


def dates_packed(dates: Sequence[Resolved]) -> str:
    """Return resolved dates as JSON; empty text for none, the usual case."""
    return dumped(_dates(dates)) if dates else ""


def dates_unpacked(text: str | None) -> tuple[Resolved, ...]:
    """Return the dates this text was made from."""
    return resolved(json.loads(text)) if text else ()


def dumped(value: object) -> str:
    """
    Return canonical JSON in ASCII.

    ASCII keeps lone surrogates storable: they stay as their escapes.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _plain(row: Row) -> dict[str, Any]:
    return {f.name: _value(getattr(row, f.name), f.name) for f in fields(row)}


def _value(value: Any, name: str) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if name == "salience":
        return float(value)  # 1 and 1.0 are equal values; a column would give back the second
    if name == "evidence":
        return [[e.turn, e.quote, e.ref, e.at.isoformat() if e.at else None] for e in value]
    return _dates(value) if name == "dates" else value


def _dates(dates: Sequence[Resolved]) -> list[list[str]]:
    return [[d.phrase, d.written, d.first.isoformat(), d.last.isoformat()] for d in dates]


def _evidence(row: Sequence[Any]) -> Evidence:
    turn, quote, ref, at = row
    return Evidence(turn=turn, quote=quote, ref=ref, at=_time(at))


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
