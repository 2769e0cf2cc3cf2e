"""
Writing turns and their chain, and which of them are superseded or new.

All are functions of a connection inside a transaction; search and fold keys follow in the same one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

import apsw

from ltml.model import Turn, partition_of
from ltml.protocols import AppendResult
from ltml.store.identity import (
    GENESIS,
    candidate_ids,
    chain_link,
    record_digest,
    resolve_id,
    to_microseconds,
    turn_tombstones,
    utc_offset,
)
from ltml.store.rules import fold_text, is_filed
from ltml.store.sqlite.changes import find_verdict, refile_document
from ltml.store.sqlite.posting_writer import PostingWriter
from ltml.store.sqlite.statements import fetch_all, fetch_one, sql
from ltml.text import restored, storable, term_counts


class IdentifiedTurn(NamedTuple):
    """A turn with its id: whether it is new, and whether it revises an older one."""

    turn: Turn
    new: bool
    revises: bool


def find_namespace(connection: apsw.Connection, namespace: str) -> int:
    """Return the id of a namespace, or 0 if nobody has written to it."""
    found = fetch_one(connection, "namespace", storable(namespace))
    return int(found[0]) if found else 0


def ensure_namespace(connection: apsw.Connection, namespace: str) -> int:
    """Return the id of a namespace, which is created on first use."""
    known = find_namespace(connection, namespace)
    return known or int(fetch_one(connection, "add namespace", storable(namespace))[0])


def append_turns(
    connection: apsw.Connection,
    namespace: str,
    batches: Sequence[Sequence[Turn]],
    secret: bytes,
    salts: Iterator[bytes],
) -> list[AppendResult]:
    """Store the turns that are not stored yet; return the result of each batch."""
    namespace_id = ensure_namespace(connection, namespace)
    identified = iter(
        _identify_turns(connection, namespace_id, namespace, [turn for batch in batches for turn in batch], secret)
    )
    grouped = [list(islice(identified, len(batch))) for batch in batches]
    fresh = [each for group in grouped for each in group if each.new]
    numbers = _insert_turns(connection, namespace_id, namespace, [each.turn for each in fresh], salts)
    postings = PostingWriter(connection, namespace_id)
    for (turn, _, revises), number in zip(fresh, numbers, strict=True):
        if turn.superseded:
            continue
        postings.add("active", number, term_counts(turn.text))
        ref = (storable(turn.session), storable(turn.ref))
        for old, text in fetch_all(connection, "latest of ref", namespace_id, *ref) if revises else ():
            if old < number:  # a later one may have come with the same batch
                _retire_turn(connection, namespace_id, (old, restored(text)), number, postings)
    postings.flush()
    return [
        AppendResult(ids=tuple(each.turn.id for each in group), new=sum(each.new for each in group))
        for group in grouped
    ]


def _identify_turns(
    connection: apsw.Connection, namespace_id: int, namespace: str, turns: Sequence[Turn], secret: bytes
) -> list[IdentifiedTurn]:
    names = [candidate_ids(secret, namespace, turn) for turn in turns]
    there = fetch_all(connection, "known turns", namespace_id, json.dumps([name for found in names for name in found]))
    known = {name: (restored(text), bool(interrupted)) for name, text, interrupted in there}
    found: list[IdentifiedTurn] = []
    for turn, candidates in zip(turns, names, strict=True):
        name, revises = resolve_id(turn, candidates, known)
        found.append(IdentifiedTurn(replace(turn, id=name), name not in known, revises))
        known.setdefault(name, (turn.text, turn.interrupted))
    return found


def _insert_turns(
    connection: apsw.Connection, namespace_id: int, namespace: str, turns: Sequence[Turn], salts: Iterator[bytes]
) -> list[int]:
    """Write turns and their links of the chain, mark them new, and return their numbers."""
    salted = [(turn, next(salts)) for turn in turns]
    columns = [
        (
            turn.id, namespace_id, storable(turn.session), storable(turn.role), storable(turn.speaker),
            storable(turn.ref), turn.origin, to_microseconds(turn.at), utc_offset(turn.at), storable(turn.text),
            turn.interrupted, 0 if turn.superseded else None, salt,
        )
        for turn, salt in salted
    ]  # fmt: skip
    numbers = [number for (number,) in connection.executemany(sql("add turn"), columns)]
    last = fetch_one(connection, "last link")
    link = bytes(last[0]) if last else GENESIS
    links: list[tuple[int, bytes, bytes]] = []
    for number, (turn, salt) in zip(numbers, salted, strict=True):
        record = record_digest(salt, namespace, turn)
        link = chain_link(link, record)
        links.append((number, record, link))
    connection.executemany(sql("add link"), links)
    new = [(namespace_id, no) for no, turn in zip(numbers, turns, strict=True) if not turn.superseded]
    connection.executemany(sql("add new"), new)
    return numbers


def _retire_turn(
    connection: apsw.Connection, namespace_id: int, old: tuple[int, str], by: int, postings: PostingWriter
) -> None:  # fmt: skip
    """Mark a turn (number, text) as superseded by this number, or by 0 if by none; take it out of what is derived."""
    number, text = old
    connection.execute(sql("supersede turn"), (by, number))
    connection.execute(sql("drop new"), (namespace_id, number))
    postings.remove(partition_of(find_verdict(connection, number)), number, term_counts(text))
    refile_document(connection, namespace_id, number, fold_text(text), set())


def supersede_turns(
    connection: apsw.Connection, namespace_id: int, turns: Collection[str], restored_turns: Collection[str]
) -> None:  # fmt: skip
    """Mark turns as superseded, and others as no longer superseded."""
    postings = PostingWriter(connection, namespace_id)
    for number, text in fetch_all(connection, "active turns by id", namespace_id, json.dumps(sorted(turns))):
        _retire_turn(connection, namespace_id, (number, restored(text)), 0, postings)
    back = fetch_all(connection, "restorable turns", namespace_id, json.dumps(sorted(restored_turns)))
    for number, stored, new in back:
        text, verdict = restored(stored), find_verdict(connection, number)
        connection.execute(sql("restore turn"), (number,))
        connection.executemany(sql("add new"), [(namespace_id, number)] if new else [])
        postings.add(partition_of(verdict), number, term_counts(text))
        refile_document(connection, namespace_id, number, set(), fold_text(text) if is_filed(verdict) else set())
    postings.flush()


def are_forgotten(
    connection: apsw.Connection, namespace: str, turns: Sequence[Turn], secret: bytes
) -> list[bool]:  # fmt: skip
    """Tell of each turn whether it was ordered away and is not there again."""
    namespace_id = find_namespace(connection, namespace)
    if not fetch_one(connection, "has barred", namespace_id)[0]:
        return [False] * len(turns)
    tombstones = [turn_tombstones(secret, namespace, turn) for turn in turns]
    wanted = json.dumps([tombstone for pair in tombstones for tombstone in pair])
    gone = {digest for (digest,) in fetch_all(connection, "barred digests", namespace_id, wanted)}
    names = [candidate_ids(secret, namespace, turn) for turn in turns]
    wanted = json.dumps([name for found in names for name in found])
    there = {name: restored(text) for name, text, _ in fetch_all(connection, "known turns", namespace_id, wanted)}
    return [
        not gone.isdisjoint(pair) and all(there.get(name) != turn.text for name in candidates)
        for turn, pair, candidates in zip(turns, tombstones, names, strict=True)
    ]
