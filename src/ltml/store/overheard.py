"""
What the proxy overheard and what it placed: whose talk a request belongs to, and words to place again byte for byte.

Theory of operation. A request carries a whole talk and no name for it. Its messages are known again by keyed digests,
so the file holds no second copy of what was said. Whoever has the file has its secret too and could try guesses; so an
order to forget drops every row of the sessions it touches, and what was placed in them: such a talk is followed no
more. Words placed are the one thing here that can be read. They hang on their injection's record (`used`): what drops
the record drops the words. Forgetting looks into the words as well, for they may say what a memory of another id said.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

import apsw

from ltml.protocols import KnownMessage, MessageDigest, PlacedText
from ltml.store.common import newest_first
from ltml.store.identity import heard_mark, instant, moment
from ltml.store.proven import proven_words, sound
from ltml.store.rows import dumped
from ltml.store.sql import rows, sql
from ltml.text import restored, storable


def note_heard(
    connection: apsw.Connection, space: int, session: str, heard: Sequence[MessageDigest], now: datetime
) -> None:
    """Keep the messages of a session, each digest once."""
    talk, at = storable(session), instant(now)
    columns = [(space, message.digest, talk, message.pair, message.place, at) for message in heard]
    connection.executemany(sql("note heard"), columns)


def known(connection: apsw.Connection, space: int, digests: Collection[str]) -> list[KnownMessage]:
    """Return the messages whose digest or pair is among these, newest first."""
    wanted = json.dumps(sorted(set(digests) - {""}))
    return newest_first(
        KnownMessage(session=restored(talk), digest=digest, pair=pair, place=place, last=bool(last), at=moment(at, 0))
        for talk, digest, pair, place, last, at in rows(connection, "known", space, wanted)
    )


def keep_words(connection: apsw.Connection, space: int, session: str, words: Iterable[PlacedText], use: int) -> None:
    """Keep words for replay; what is kept for a place first stays. `use` is the number of their injection's record."""
    talk = storable(session)
    columns = [(space, talk, w.place, storable(w.text), w.tokens, dumped(w.items), use) for w in words]
    connection.executemany(sql("note placed"), columns)


def forgotten_meanwhile(connection: apsw.Connection, space: int, ids: Collection[str]) -> bool:
    """Tell whether any of this was ordered away and is not there again: words of it must not be kept now."""
    return bool(rows(connection, "forgotten of", space, json.dumps(sorted(ids))))


def placed(connection: apsw.Connection, space: int, session: str) -> list[PlacedText]:
    """Return the words placed in a session, in the order they were placed; damaged ones are left out."""
    return list(sound(proven_words, rows(connection, "placed", space, storable(session))))


def drop_talks(
    connection: apsw.Connection, space: int, sessions: Collection[str | bytes], secret: bytes
) -> None:  # fmt: skip
    """
    Delete every digest of these sessions, and what was placed in them.

    A digest of each stays, without its place and its session, so that a client which sends the talk again as history is
    not believed to say it now.
    """
    for session in sessions:
        heard = rows(connection, "heard of session", space, session)
        connection.executemany(sql("bar"), [(space, heard_mark(secret, digest)) for (digest,) in heard])
        connection.execute(sql("drop heard of session"), (space, session))
        connection.execute(sql("drop placed of session"), (space, session))


def drop_uses(connection: apsw.Connection, space: int, gone: Collection[str], says: Callable[[str], bool]) -> None:
    """Delete the injections that showed what is gone, or whose words say it."""
    spoken = {use for use, text in rows(connection, "words placed", space) if says(restored(text))}
    named = {use for use, items in rows(connection, "uses", space) if any(name in items for name in gone)}
    for use in sorted(spoken | named):
        for name in ("drop injected", "drop placed", "drop use"):
            connection.execute(sql(name), (use,))
