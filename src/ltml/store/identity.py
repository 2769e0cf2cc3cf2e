"""
The identity of a turn and the digest chain; docs/identity.md says why.

A turn's id is a BLAKE2b keyed with the store's own secret over (namespace, session, ref), or without a ref over
(namespace, session, time, speaker, role, text). The same turn twice has the same id and is kept once. A known ref with
new text is a revision, with an id over (namespace, session, ref, text).

The chain makes tampering and loss visible: each link is a digest of the link before and of the turn's record. The
record is keyed with a salt that lies beside the turn and is forgotten with it, so that what stays in the chain cannot
be used to guess the words.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from hashlib import blake2b

from ltml.model import Turn, lettered

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
#: What the first link is chained to.
GENESIS = bytes(32)


def turn_id(secret: bytes, namespace: str, turn: Turn) -> str:
    """Return the 128-bit id of a turn, as 32 letters."""
    if turn.ref:
        return lettered(_keyed(secret, "ref", namespace, turn.session, turn.ref))
    return lettered(
        _keyed(secret, "turn", namespace, turn.session, str(instant(turn.at)), turn.speaker, turn.role, turn.text)
    )


def revision_id(secret: bytes, namespace: str, turn: Turn) -> str:
    """Return the id of a turn that says something new under a known ref."""
    return lettered(_keyed(secret, "revision", namespace, turn.session, turn.ref, turn.text))


def record_digest(salt: bytes, namespace: str, turn: Turn) -> bytes:
    """Return the salted digest of everything a turn holds."""
    at = f"{instant(turn.at)}{zone(turn.at):+d}"
    parts = (namespace, turn.id, turn.session, turn.role, turn.speaker, turn.ref, turn.origin, at, turn.text)
    return _keyed(salt, *parts, size=32)


def link(previous: bytes, record: bytes) -> bytes:
    """Return the next link of the chain."""
    return blake2b(previous + record, digest_size=32).digest()


def instant(at: datetime) -> int:
    """Return microseconds since 1970 UTC."""
    return (at - EPOCH) // MICROSECOND


def zone(at: datetime) -> int:
    """Return the speaker's offset from UTC in seconds."""
    offset = at.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def moment(microseconds: int, offset: int) -> datetime:
    """Return the time that `instant` and `zone` were taken from."""
    if offset == 0:  # the usual case, and looked at hundreds of times a wake
        return EPOCH + timedelta(microseconds=microseconds)
    local = EPOCH + timedelta(seconds=offset) + microseconds * MICROSECOND  # by way of UTC the first year overflows
    return local.replace(tzinfo=timezone(timedelta(seconds=offset)))


def _keyed(secret: bytes, *parts: str, size: int = 16) -> bytes:
    digest = blake2b(key=secret, digest_size=size)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "little") + raw)
    return digest.digest()
