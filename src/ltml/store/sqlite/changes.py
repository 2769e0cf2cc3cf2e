"""
Writing the rows that nights change: verdicts, memories, their evidence and fold keys.

All are functions of a connection inside a transaction; what is derived follows in the same one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

import apsw

from ltml.errors import DamagedRow
from ltml.model import MEMORY_BIT, Change, Memory, Verdict, partition_of
from ltml.store.canonical import pack_dates, pack_row
from ltml.store.identity import to_microseconds
from ltml.store.rules import check_expected, cited_turns, fold_memory, fold_text, is_filed, turn_forgotten
from ltml.store.sqlite.decode import decode_memory, decode_rows, decode_verdict
from ltml.store.sqlite.posting_writer import PostingWriter
from ltml.store.sqlite.quarantine import quarantine_rows
from ltml.store.sqlite.statements import fetch_all, fetch_one, sql
from ltml.text import restored, storable, term_counts


def find_verdict(connection: apsw.Connection, number: int) -> Verdict | None:
    """Return the verdict on a turn, by number; a damaged one counts as none."""
    return next(decode_rows(decode_verdict, fetch_all(connection, "verdict of number", number)), None)


def refile_document(
    connection: apsw.Connection, namespace_id: int, number: int, old: AbstractSet[int], new: AbstractSet[int]
) -> None:  # fmt: skip
    """File a turn or memory under these fold keys, and no longer under the old ones."""
    connection.executemany(sql("drop fold key"), [(namespace_id, key, number) for key in old - new])
    connection.executemany(sql("add fold key"), [(namespace_id, key, number) for key in new - old])


class ChangeWriter:
    """Writes changes to one namespace: rows, postings and fold keys together."""

    def __init__(self, connection: apsw.Connection, namespace_id: int) -> None:
        """Work inside the transaction of this connection."""
        self._connection, self._namespace_id = connection, namespace_id
        self._postings = PostingWriter(connection, namespace_id)

    def write(self, changes: Iterable[Change]) -> None:
        """Make these changes. Raises `StaleNight` if a row is not as `before` says, or a cited turn is gone."""
        for change in changes:
            row = change.after or change.before
            if isinstance(row, Verdict):
                self._write_verdict(change, row.turn)
            elif isinstance(row, Memory):
                self._write_memory(change, row.id)
        self._postings.flush()

    def _write_verdict(self, change: Change, turn: str) -> None:
        found = fetch_one(self._connection, "turn by id", self._namespace_id, turn)
        if found is None:
            raise turn_forgotten(turn)
        number, text, revised_by = found
        before, after = find_verdict(self._connection, number), change.after
        check_expected(before, change)
        after = after if isinstance(after, Verdict) else None
        self._connection.execute(sql("drop verdict"), (number,))
        if after is not None:
            words = (storable(after.kind), storable(after.reason))
            values = (number, self._namespace_id, after.keep, *words, after.salience, after.tier)
            self._connection.execute(sql("put verdict"), (*values, pack_dates(after.dates)))
        if revised_by is not None:
            return
        text = restored(text)
        if partition_of(before) != partition_of(after):
            counts = term_counts(text)
            self._postings.remove(partition_of(before), number, counts)
            self._postings.add(partition_of(after), number, counts)
        if is_filed(before) != is_filed(after):
            keys = fold_text(text)
            old, new = (keys, set[int]()) if is_filed(before) else (set[int](), keys)
            refile_document(self._connection, self._namespace_id, number, old, new)

    def _write_memory(self, change: Change, name: str) -> None:
        connection, namespace_id = self._connection, self._namespace_id
        number, before = self._find_memory(name)
        after = change.after if isinstance(change.after, Memory) else None
        check_expected(before, change)
        added, removed = cited_turns(after) - cited_turns(before), cited_turns(before) - cited_turns(after)
        existing = fetch_all(connection, "existing turn ids", namespace_id, json.dumps(sorted(added)))
        if missing := added - {turn for (turn,) in existing}:
            raise turn_forgotten(min(missing))
        if after is None:
            connection.execute(sql("drop memory"), (number,))
        else:
            values = (to_microseconds(after.learned_at), after.tier, pack_row(after))
            if before is None:
                number = int(fetch_one(connection, "add memory", after.id, namespace_id, *values)[0])
            else:
                connection.execute(sql("put memory"), (*values, number))
        document = number | MEMORY_BIT
        if before is not None:
            self._postings.remove(partition_of(before), document, term_counts(before.text))
        if after is not None:
            self._postings.add(partition_of(after), document, term_counts(after.text))
        refile_document(connection, namespace_id, document, fold_memory(before), fold_memory(after))
        connection.executemany(sql("drop evidence"), [(number, turn) for turn in removed])
        connection.executemany(sql("add evidence"), [(turn, number) for turn in added])

    def _find_memory(self, name: str) -> tuple[int, Memory | None]:
        """Return a memory with its number; a damaged one is set aside, or no night could ever learn it anew."""
        found = fetch_one(self._connection, "memory", self._namespace_id, name)
        if found is None:
            return 0, None
        try:
            return found[0], decode_memory(found)
        except DamagedRow:
            quarantine_rows(self._connection, "memory", "no = ?", found[0])
            return 0, None
