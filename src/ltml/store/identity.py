"""
The identity of a turn and the digest chain; docs/identity.md says why.

A turn's id is a BLAKE2b keyed with the store's own secret over (namespace, session, ref), or without a ref over
(namespace, session, time, speaker, role, text). The same turn twice has the same id and is kept once. A known ref with
new text is a revision, with an id over (namespace, session, ref, text). An answer that broke off has ids of its own
wherever words are part of the id, so that the same words, whole at last, are news; the other way round they are not.

The chain makes tampering and loss visible: each link is a digest of the link before and of the turn's record. The
record is keyed with a salt that lies beside the turn and is forgotten with it, so that what stays in the chain cannot
be used to guess the words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import blake2b

from ltml.model import Turn, lettered
from ltml.text import plain

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
#: What the first link is chained to.
GENESIS = bytes(32)


def turn_id(secret: bytes, namespace: str, turn: Turn) -> str:
    """Return the 128-bit id of a turn, as 32 letters."""
    if turn.ref:
        return lettered(_keyed(secret, "ref", namespace, turn.session, turn.ref))
    said = (str(instant(turn.at)), turn.speaker, turn.role, turn.text, *_broken(turn))
    return lettered(_keyed(secret, "turn", namespace, turn.session, *said))


def revision_id(secret: bytes, namespace: str, turn: Turn) -> str:
    """Return the id of a turn that says something new under a known ref."""
    return lettered(_keyed(secret, "revision", namespace, turn.session, turn.ref, turn.text, *_broken(turn)))


def candidates(secret: bytes, namespace: str, turn: Turn) -> tuple[str, ...]:
    """Return every id under which this turn may be known: its own, its revision's, and that of its whole words."""
    if not turn.ref:
        return (turn_id(secret, namespace, turn),)
    wholes = (replace(turn, interrupted=False), turn) if turn.interrupted else (turn,)
    return (turn_id(secret, namespace, turn), *(revision_id(secret, namespace, whole) for whole in wholes))


def settled(turn: Turn, names: Sequence[str], known: Mapping[str, tuple[str, bool]]) -> tuple[str, bool]:
    """
    Return the id a turn is kept under, and whether it revises an older one.

    `names` are its candidates; `known` holds the words of those that are kept, and whether they broke off.
    """
    base, *revisions = names
    if base not in known:
        return base, False
    words, broken = known[base]
    if not turn.ref or (words == turn.text and (turn.interrupted or not broken)):
        return base, False
    return next((name for name in revisions if name in known), revisions[-1]), True


def keyed(secret: bytes, text: str) -> str:
    """Return a digest of any text as 32 letters, equal to no id and to no digest of an injection."""
    return lettered(_keyed(secret, "any text", text))


def marks(secret: bytes, namespace: str, turn: Turn) -> tuple[str, str]:
    """
    Return the digests by which a forgotten turn is known when it is brought in again.

    They are of its words under its ref (or its moment, if it has none) in its session, and of its words at that second
    in any session: other exports of the same talk name sessions and turns in other ways, and leave fractions out.
    """
    words, at = plain(turn.text), instant(turn.at)
    place = ("ref", turn.ref) if turn.ref else ("at", str(at))
    named = _keyed(secret, "forgotten", namespace, turn.session, *place, turn.role, words)
    timed = _keyed(secret, "forgotten at", namespace, str(at // 1_000_000), turn.role, words)
    return lettered(named), lettered(timed)


def words_mark(secret: bytes, namespace: str, text: str) -> str:
    """Return the digest by which all the words of a forgotten turn are known when they are ordered away again."""
    return lettered(_keyed(secret, "forgotten words", namespace, plain(text)))


def heard_mark(secret: bytes, digest: str) -> str:
    """Return the digest of a chain digest: what is kept of a talk that is followed no more."""
    return lettered(_keyed(secret, "forgotten heard", digest))


def record_digest(salt: bytes, namespace: str, turn: Turn) -> bytes:
    """
    Return the salted digest of everything a turn holds.

    A whole turn has the record it had before there were interrupted ones, so that old chains hold.
    """
    said = (turn.id, turn.session, turn.role, turn.speaker, turn.ref, turn.origin)
    return record_of(salt, namespace, *said, instant(turn.at), zone(turn.at), turn.text, interrupted=turn.interrupted)


def record_of(  # noqa: PLR0913, PLR0917 -- the columns of a turn, in their order
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
    return _keyed(salt, *parts, *(("interrupted",) if interrupted else ()), size=32)


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


def _broken(turn: Turn) -> tuple[str, ...]:
    """Return what tells the words of an answer that broke off from the same words said whole."""
    return ("interrupted",) if turn.interrupted else ()


def _keyed(secret: bytes, *parts: str, size: int = 16) -> bytes:
    raws = [part.encode("utf-8", "surrogatepass") for part in parts]
    framed = b"".join([len(raw).to_bytes(8, "little") + raw for raw in raws])
    return blake2b(framed, key=secret, digest_size=size).digest()
