"""
Rows decoded to values, each verified: a turn by its record in the chain, the rest by their seals.

A row that is not what was written raises `DamagedRow`, whatever is wrong with it: bytes that are not UTF-8, numbers
that are no time, invalid JSON, or well-formed text that is not the text that was stored. Code that reads many rows
leaves such a row out (`decode_rows`); `verify` names it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from ltml.errors import DamagedRow
from ltml.model import Change, Memory, Night, Turn, Verdict
from ltml.protocols import PlacedText
from ltml.store.canonical import parse_memory, unpack_dates, unpack_row
from ltml.store.identity import digest_columns, from_microseconds
from ltml.store.sqlite.seals import seal
from ltml.text import restored

T = TypeVar("T")
Columns = Sequence[Any]
#: What decoding a damaged row may raise.
DECODE_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, struct.error)
ADVICE = "it is set aside and everything else works; `ltml verify` tells more, `ltml reindex` mends what can be mended"


def decode_rows(decode: Callable[[Columns], T], rows: Iterable[Columns]) -> Iterator[T]:
    """Yield the decoded rows; damaged ones are left out."""
    for columns in rows:
        try:
            value = decode(columns)
        except DamagedRow:
            continue
        yield value


def damaged_row(what: str) -> DamagedRow:
    """Return the error for a row that is not what was written."""
    return DamagedRow(f"{what} is damaged in the file: {ADVICE}")


@contextmanager
def decoding(what: str) -> Iterator[None]:
    """Translate whatever decoding a damaged row may raise. Raises `DamagedRow`."""
    try:
        yield
    except DECODE_ERRORS as exc:
        raise damaged_row(what) from exc


def decode_turn(namespace: str, columns: Columns) -> Turn:
    """Return the turn of a row (no, id, ..., interrupted, superseded, salt, record). Raises `DamagedRow`."""
    no, turn, session, role, speaker, ref, origin, at, offset, text, interrupted, superseded, salt, record = columns
    with decoding(f"turn number {no}"):
        said = (turn, restored(session), restored(role), restored(speaker), restored(ref), origin)
        words = restored(text)
        if digest_columns(salt, namespace, *said, at, offset, words, interrupted=bool(interrupted)) == record:
            return Turn(
                id=turn, session=said[1], role=said[2], speaker=said[3], ref=said[4], origin=origin,
                at=from_microseconds(at, offset), text=words, interrupted=bool(interrupted),
                superseded=bool(superseded),
            )  # fmt: skip
    raise damaged_row(f"turn number {no}")


def decode_memory(columns: Columns) -> Memory:
    """Return the memory of a row (no, body, id, namespace, learned_at, tier, seal). Raises `DamagedRow`."""
    _, body, name, namespace_id, learned_at, tier, sealed = columns
    with decoding(f"memory {name}"):
        if seal(name, namespace_id, learned_at, tier, body) == sealed:
            return parse_memory(json.loads(body))
    raise damaged_row(f"memory {name}")


def decode_verdict(columns: Columns) -> Verdict:
    """Return the verdict of a row (turn, id, namespace, keep, ..., dates, seal). Raises `DamagedRow`."""
    number, turn, namespace_id, keep, kind, reason, salience, tier, dates, sealed = columns
    with decoding(f"the verdict on turn {turn}"):
        if seal(number, namespace_id, keep, kind, reason, salience, tier, dates) == sealed:
            return Verdict(
                turn=turn, keep=bool(keep), kind=restored(kind), reason=restored(reason), salience=salience, tier=tier,
                dates=unpack_dates(dates),
            )  # fmt: skip
    raise damaged_row(f"the verdict on turn {turn}")


def decode_change(columns: Columns) -> Change:
    """Return the change of a row (night, seq, row, before, after, reason, seal). Raises `DamagedRow`."""
    night, seq, name, before, after, reason, sealed = columns
    with decoding(f"change {seq} of night number {night}"):
        if seal(night, seq, name, before, after, reason) == sealed:
            return Change(before=unpack_row(before), after=unpack_row(after), reason=restored(reason))
    raise damaged_row(f"change {seq} of night number {night}")


def decode_night(columns: Columns, changes: tuple[Change, ...] = ()) -> Night:
    """Return the night of a row (no, id, kind, state, started, zone, report, namespace, seal). Raises `DamagedRow`."""
    *written, sealed = columns
    _, name, kind, state, started, offset, report, _ = written
    with decoding(f"the record of night {name}"):
        if seal(*written) == sealed:
            at = from_microseconds(started, offset)
            return Night(id=name, kind=kind, state=state, started_at=at, report=json.loads(report), changes=changes)
    raise damaged_row(f"the record of night {name}")


def decode_placed_text(columns: Columns) -> PlacedText:
    """Return the text of a row (namespace, session, place, text, tokens, items, used, seal). Raises `DamagedRow`."""
    *written, sealed = columns
    _, _, place, text, tokens, items, injection = written
    with decoding(f"what was placed by injection number {injection}"):
        if seal(*written) == sealed:
            return PlacedText(place=place, text=restored(text), tokens=tokens, items=tuple(json.loads(items)))
    raise damaged_row(f"what was placed by injection number {injection}")


def parse_json(text: Any, default: Any) -> Any:
    """Return decoded JSON, or the default if it is invalid."""
    try:
        return json.loads(text)
    except DECODE_ERRORS:
        return default
