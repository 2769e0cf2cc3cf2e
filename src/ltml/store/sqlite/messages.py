"""
What was injected, what was placed in requests, and the messages by which a session is recognised.

Theory of operation. A request carries a whole conversation and no name for it. Its messages are recognised by keyed
digests, so the file holds no second copy of what was said. Whoever has the file has its secret too and could try
guesses; so an order to forget deletes every row of the sessions it touches, and what was placed in them: such a session
is no longer followed. Placed texts are the only readable text here. They belong to the record of their injection (table
`used`): deleting the record deletes them. Forgetting looks into the texts as well, for they may say what a memory of
another id said.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from hashlib import blake2b

import apsw

from ltml.model import Injection, encode_letters, least_trusted
from ltml.protocols import KnownMessage, MessageDigest
from ltml.store.canonical import dump_json
from ltml.store.identity import from_microseconds, message_tombstone, to_microseconds
from ltml.store.rules import injection_sources, sort_newest_first, split_injection
from ltml.store.sqlite.statements import fetch_all, fetch_one, sql
from ltml.text import restored, storable


def digest_injection(secret: bytes, text: str) -> str:
    """Return the digest by which an injected text is recognised when it comes back."""
    return encode_letters(blake2b(text.encode("utf-8", "surrogatepass"), key=secret, digest_size=16).digest())


def record_injection(  # noqa: PLR0913, PLR0917 -- what was injected, when and where
    connection: apsw.Connection,
    namespace_id: int,
    injection: Injection,
    now: datetime,
    session: str | None,
    place: str | None,
    secret: bytes,
) -> None:
    """Keep ids and digests of what was injected; the text too if it has a place and none of it was forgotten."""
    items = dump_json([[item.kind, item.id, round(item.score)] for item in injection.items])
    origin = least_trusted(tuple(item.origin for item in injection.items))
    where = storable(session) if session is not None else None
    columns = (namespace_id, where, to_microseconds(now), injection.tokens, items, origin)
    number = fetch_one(connection, "add injection", *columns)[0]
    texts = filter(None, (injection.block, injection.recall))
    digests = [(namespace_id, digest_injection(secret, text), number) for text in texts]
    connection.executemany(sql("add injected digest"), digests)
    placed = split_injection(injection, place) if where is not None and place is not None else ()
    sources = json.dumps(sorted(injection_sources(injection)))
    if placed and not fetch_all(connection, "forgotten ids", namespace_id, sources):
        parts = [(namespace_id, where, p.place, storable(p.text), p.tokens, dump_json(p.items), number) for p in placed]
        connection.executemany(sql("add placed text"), parts)


def record_messages(
    connection: apsw.Connection, namespace_id: int, session: str, messages: Sequence[MessageDigest], now: datetime
) -> None:
    """Keep the messages of a session, each digest once."""
    name, at = storable(session), to_microseconds(now)
    columns = [(namespace_id, message.digest, name, message.pair, message.place, at) for message in messages]
    connection.executemany(sql("add message"), columns)


def find_messages(connection: apsw.Connection, namespace_id: int, digests: Collection[str]) -> list[KnownMessage]:
    """Return the messages whose digest or pair is among these, newest first."""
    wanted = json.dumps(sorted(set(digests) - {""}))
    return sort_newest_first(
        KnownMessage(
            session=restored(session), digest=digest, pair=pair, place=place, last=bool(last),
            at=from_microseconds(at, 0),
        )
        for session, digest, pair, place, last, at in fetch_all(
            connection, "messages by digest", namespace_id, wanted
        )
    )  # fmt: skip


def drop_sessions(
    connection: apsw.Connection, namespace_id: int, sessions: Collection[str | bytes], secret: bytes
) -> None:  # fmt: skip
    """
    Delete the messages of these sessions, and what was placed in them.

    A digest of each message stays, without its place and its session, so that a client which sends the conversation
    again as history is not taken to say it now.
    """
    for session in sessions:
        found = fetch_all(connection, "digests of session", namespace_id, session)
        tombstones = [(namespace_id, message_tombstone(secret, digest)) for (digest,) in found]
        connection.executemany(sql("add barred"), tombstones)
        connection.execute(sql("drop messages of session"), (namespace_id, session))
        connection.execute(sql("drop placed of session"), (namespace_id, session))


def drop_injections(
    connection: apsw.Connection, namespace_id: int, gone: Collection[str], quotes: Callable[[str], bool]
) -> None:  # fmt: skip
    """Delete the injections that showed what is gone, or whose placed text quotes it."""
    spoken = {no for no, text in fetch_all(connection, "placed words", namespace_id) if quotes(restored(text))}
    injected = fetch_all(connection, "injected items", namespace_id)
    named = {no for no, items in injected if any(name in items for name in gone)}
    for number in sorted(spoken | named):
        for name in ("drop injected digests", "drop placed texts", "drop injection"):
            connection.execute(sql(name), (number,))
