"""
From rows to values, each proven: a turn by its record in the chain, the rest by their seals.

A row that somebody or something spoiled is `DamagedRow`, whatever is wrong with it: bytes that are no text, numbers
that are no time, JSON that is none, or words that are well formed and not those that were said. Those who read many
rows leave such a row out (`sound`); `verify` names it.
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
from ltml.store.identity import moment, record_of
from ltml.store.rows import dates_unpacked, memory_from, unpacked
from ltml.store.seals import seal
from ltml.text import restored

T = TypeVar("T")
Columns = Sequence[Any]
#: What reading a row that somebody spoiled may raise.
UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, struct.error)
CURE = "it is set aside and everything else works; `ltml verify` tells more, `ltml reindex` mends what can be mended"


def sound(read: Callable[[Columns], T], rows: Iterable[Columns]) -> Iterator[T]:
    """Yield what can be read of rows and is proven; a damaged one is left out."""
    for columns in rows:
        try:
            value = read(columns)
        except DamagedRow:
            continue
        yield value


def damaged(what: str) -> DamagedRow:
    """Return the error for a row that is not what was written."""
    return DamagedRow(f"{what} is damaged in the file: {CURE}")


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Take whatever reading a spoiled row may raise for damage. Raises `DamagedRow`."""
    try:
        yield
    except UNREADABLE as exc:
        raise damaged(what) from exc


def proven_turn(namespace: str, columns: Columns) -> Turn:
    """Return the turn of a row (no, id, ..., interrupted, superseded, salt, record). Raises `DamagedRow`."""
    no, turn, session, role, speaker, ref, origin, at, offset, text, interrupted, superseded, salt, record = columns
    with reading(f"turn number {no}"):
        said = (turn, restored(session), restored(role), restored(speaker), restored(ref), origin)
        words = restored(text)
        if record_of(salt, namespace, *said, at, offset, words, interrupted=bool(interrupted)) == record:
            return Turn(
                id=turn, session=said[1], role=said[2], speaker=said[3], ref=said[4], origin=origin,
                at=moment(at, offset), text=words, interrupted=bool(interrupted), superseded=bool(superseded),
            )  # fmt: skip
    raise damaged(f"turn number {no}")


def proven_memory(columns: Columns) -> Memory:
    """Return the memory of a row (no, body, id, namespace, learned_at, tier, seal). Raises `DamagedRow`."""
    _, body, name, namespace, learned_at, tier, sealed = columns
    with reading(f"memory {name}"):
        if seal(name, namespace, learned_at, tier, body) == sealed:
            return memory_from(json.loads(body))
    raise damaged(f"memory {name}")


def proven_verdict(columns: Columns) -> Verdict:
    """Return the verdict of a row (turn, id, namespace, keep, ..., dates, seal). Raises `DamagedRow`."""
    number, turn, namespace, keep, kind, reason, salience, tier, dates, sealed = columns
    with reading(f"the verdict on turn {turn}"):
        if seal(number, namespace, keep, kind, reason, salience, tier, dates) == sealed:
            return Verdict(
                turn=turn, keep=bool(keep), kind=restored(kind), reason=restored(reason), salience=salience, tier=tier,
                dates=dates_unpacked(dates),
            )  # fmt: skip
    raise damaged(f"the verdict on turn {turn}")


def proven_change(columns: Columns) -> Change:
    """Return the change of a row (night, seq, row, before, after, reason, seal). Raises `DamagedRow`."""
    night, seq, name, before, after, reason, sealed = columns
    with reading(f"change {seq} of night number {night}"):
        if seal(night, seq, name, before, after, reason) == sealed:
            return Change(before=unpacked(before), after=unpacked(after), reason=restored(reason))
    raise damaged(f"change {seq} of night number {night}")


def proven_night(columns: Columns, changes: tuple[Change, ...] = ()) -> Night:
    """Return the night of a row (no, id, kind, state, started, zone, report, namespace, seal). Raises `DamagedRow`."""
    *written, sealed = columns
    _, name, kind, state, started, offset, report, _ = written
    with reading(f"the record of night {name}"):
        if seal(*written) == sealed:
            at = moment(started, offset)
            return Night(id=name, kind=kind, state=state, started_at=at, report=json.loads(report), changes=changes)
    raise damaged(f"the record of night {name}")


def proven_words(columns: Columns) -> PlacedText:
    """Return the words of a row (namespace, session, place, text, tokens, items, used, seal). Raises `DamagedRow`."""
    *written, sealed = columns
    _, _, place, text, tokens, items, used = written
    with reading(f"what was placed by injection number {used}"):
        if seal(*written) == sealed:
            return PlacedText(place=place, text=restored(text), tokens=tokens, items=tuple(json.loads(items)))
    raise damaged(f"what was placed by injection number {used}")


def loaded(text: Any, otherwise: Any) -> Any:
    """Return what JSON says, or something else if it is none."""
    try:
        return json.loads(text)
    except UNREADABLE:
        return otherwise
