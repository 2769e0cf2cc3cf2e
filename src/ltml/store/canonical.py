"""Memories, verdicts and evidence as canonical JSON, and back. Canonical: equal values give equal text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from ltml.model import Evidence, Memory, Resolved, Row, Verdict


def pack_row(row: Row | None) -> str | None:
    """Return the row as canonical JSON."""
    if row is None:
        return None
    kind = "memory" if isinstance(row, Memory) else "verdict"
    return dump_json({"row": kind, **{f.name: _encode_field(f.name, getattr(row, f.name)) for f in fields(row)}})


def unpack_row(text: str | None) -> Row | None:
    """Return the row this JSON was made from."""
    if text is None:
        return None
    body: dict[str, Any] = json.loads(text)
    if body.pop("row") == "memory":
        return parse_memory(body)
    return Verdict(**{**body, "dates": parse_dates(body["dates"])})


def parse_memory(body: Mapping[str, Any]) -> Memory:
    """Return the memory of a decoded body."""
    known: dict[str, Any] = {name: value for name, value in body.items() if name != "row"}
    known["evidence"] = tuple(
        Evidence(turn=turn, quote=quote, ref=ref, at=_parse_time(at)) for turn, quote, ref, at in body["evidence"]
    )
    known["dates"] = parse_dates(body["dates"])
    for name in ("learned_at", "valid_from", "valid_to"):
        known[name] = _parse_time(body[name])
    return Memory(**known)


def parse_dates(rows: Sequence[Sequence[str]]) -> tuple[Resolved, ...]:
    """Return resolved dates from their decoded form."""
    return tuple(
        Resolved(phrase=p, written=w, first=date.fromisoformat(a), last=date.fromisoformat(b)) for p, w, a, b in rows
    )


def pack_dates(dates: Sequence[Resolved]) -> str:
    """Return resolved dates as JSON; empty text for none, the usual case."""
    return dump_json(_encode_dates(dates)) if dates else ""


def unpack_dates(text: str | None) -> tuple[Resolved, ...]:
    """Return the dates this text was made from."""
    return parse_dates(json.loads(text)) if text else ()


def dump_json(value: object) -> str:
    """
    Return canonical JSON in ASCII.

    ASCII keeps lone surrogates storable: they stay as their escapes.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _encode_field(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if name == "salience":
        return float(value)  # 1 and 1.0 are equal values; a column would give back the second
    if name == "evidence":
        return [[e.turn, e.quote, e.ref, e.at.isoformat() if e.at else None] for e in value]
    return _encode_dates(value) if name == "dates" else value


def _encode_dates(dates: Sequence[Resolved]) -> list[list[str]]:
    return [[d.phrase, d.written, d.first.isoformat(), d.last.isoformat()] for d in dates]


def _parse_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
