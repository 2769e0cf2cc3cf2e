"""
The identity of a turn and the digest chain; docs/identity.md says why.

A turn's id is a BLAKE2b keyed with the store's own secret over (namespace, session, ref), or without a ref over
(namespace, session, time, speaker, role, text). The same turn twice has the same id and is kept once. A known ref with
new text is a revision, with an id over (namespace, session, ref, text). An answer that broke off has ids of its own
wherever the text is part of the id, so that the same text completed later is new; the other way round it is not.

The chain makes tampering and loss visible: each link is a digest of the previous link and of the turn's record. The
record is keyed with a salt that is stored beside the turn and forgotten with it, so that what stays in the chain cannot
be used to guess the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import blake2b

from ltml.model import Turn, encode_letters
from ltml.text import plain

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
#: The link before the first.
GENESIS = bytes(32)


def turn_id(secret: bytes, namespace: str, turn: Turn) -> str:
    """Return the 128-bit id of a turn, as 32 letters."""
    if turn.ref:
        return encode_letters(_keyed_digest(secret, "ref", namespace, turn.session, turn.ref))
    said = (str(to_microseconds(turn.at)), turn.speaker, turn.role, turn.text, *_interruption(turn))
    return encode_letters(_keyed_digest(secret, "turn", namespace, turn.session, *said))


def revision_id(secret: bytes, namespace: str, turn: Turn) -> str:
    """Return the id of a turn that says something new under a known ref."""
    return encode_letters(
        _keyed_digest(secret, "revision", namespace, turn.session, turn.ref, turn.text, *_interruption(turn))
    )


def candidate_ids(secret: bytes, namespace: str, turn: Turn) -> tuple[str, ...]:
    """Return every id a turn may be stored under: its own, its revision's, and its revision's if it were complete."""
    if not turn.ref:
        return (turn_id(secret, namespace, turn),)
    wholes = (replace(turn, interrupted=False), turn) if turn.interrupted else (turn,)
    return (turn_id(secret, namespace, turn), *(revision_id(secret, namespace, whole) for whole in wholes))


def resolve_id(turn: Turn, names: Sequence[str], known: Mapping[str, tuple[str, bool]]) -> tuple[str, bool]:
    """
    Return the id to store a turn under, and whether it revises an older one.

    `names` are its `candidate_ids`; `known` maps those already stored to (text, interrupted).
    """
    base, *revisions = names
    if base not in known:
        return base, False
    words, broken = known[base]
    if not turn.ref or (words == turn.text and (turn.interrupted or not broken)):
        return base, False
    return next((name for name in revisions if name in known), revisions[-1]), True


def digest_text(secret: bytes, text: str) -> str:
    """Return a digest of any text as 32 letters, equal to no id and to no digest of an injection."""
    return encode_letters(_keyed_digest(secret, "any text", text))


def turn_tombstones(secret: bytes, namespace: str, turn: Turn) -> tuple[str, str]:
    """
    Return the two digests by which a forgotten turn is recognised when it is captured or imported again.

    One is of its text under its ref (or its time, if it has none) in its session; the other of its text at that second
    in any session, because other exports of the same conversation name sessions and turns differently and leave
    fractions of seconds out.
    """
    words, at = plain(turn.text), to_microseconds(turn.at)
    place = ("ref", turn.ref) if turn.ref else ("at", str(at))
    named = _keyed_digest(secret, "forgotten", namespace, turn.session, *place, turn.role, words)
    timed = _keyed_digest(secret, "forgotten at", namespace, str(at // 1_000_000), turn.role, words)
    return encode_letters(named), encode_letters(timed)


def text_tombstone(secret: bytes, namespace: str, text: str) -> str:
    """Return the digest by which the whole text of a forgotten turn is recognised when it is ordered away again."""
    return encode_letters(_keyed_digest(secret, "forgotten words", namespace, plain(text)))


def message_tombstone(secret: bytes, digest: str) -> str:
    """Return the digest of a message's chain digest, kept once its session is no longer followed."""
    return encode_letters(_keyed_digest(secret, "forgotten heard", digest))


def record_digest(salt: bytes, namespace: str, turn: Turn) -> bytes:
    """
    Return the salted digest of every field of a turn.

    A turn that is not interrupted has the same record as before that field existed, so that old chains hold.
    """
    said = (turn.id, turn.session, turn.role, turn.speaker, turn.ref, turn.origin)
    return digest_columns(
        salt, namespace, *said, to_microseconds(turn.at), utc_offset(turn.at), turn.text, interrupted=turn.interrupted
    )


def digest_columns(  # noqa: PLR0913, PLR0917 -- the columns of a turn, in order
    salt: bytes,
    namespace: str,
    turn: str,
    session: str,
    role: str,
    speaker: str,
    ref: str,
    origin: str,
    at: int,
    offset: int,
    text: str,
    *,
    interrupted: bool,
) -> bytes:
    """Return the digest of a turn's columns, as `record_digest` does."""
    parts = (namespace, turn, session, role, speaker, ref, origin, f"{at}{offset:+d}", text)
    return _keyed_digest(salt, *parts, *(("interrupted",) if interrupted else ()), size=32)


def chain_link(previous: bytes, record: bytes) -> bytes:
    """Return the next link of the chain."""
    return blake2b(previous + record, digest_size=32).digest()


def to_microseconds(at: datetime) -> int:
    """Return microseconds since 1970 UTC."""
    return (at - EPOCH) // MICROSECOND


def utc_offset(at: datetime) -> int:
    """Return the speaker's offset from UTC in seconds."""
    offset = at.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def from_microseconds(microseconds: int, offset: int) -> datetime:
    """Return the time that has this `to_microseconds` and `utc_offset`."""
    if offset == 0:  # the usual case; hundreds of times per recall
        return EPOCH + timedelta(microseconds=microseconds)
    local = EPOCH + timedelta(seconds=offset) + microseconds * MICROSECOND  # going by UTC would overflow in the year 1
    return local.replace(tzinfo=timezone(timedelta(seconds=offset)))


def _interruption(turn: Turn) -> tuple[str, ...]:
    """Return what distinguishes an answer that broke off from the same text completed."""
    return ("interrupted",) if turn.interrupted else ()


def _keyed_digest(secret: bytes, *parts: str, size: int = 16) -> bytes:
    raws = [part.encode("utf-8", "surrogatepass") for part in parts]
    framed = b"".join([len(raw).to_bytes(8, "little") + raw for raw in raws])
    return blake2b(framed, key=secret, digest_size=size).digest()
