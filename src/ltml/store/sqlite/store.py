"""
The default store: one SQLite file, one writer thread, snapshot reads.

Theory of operation. All writes of the process go through one `Writer` (writer.py: group commit, callers never see
"locked"). Reads take a connection of their own from a small pool and use one read transaction, so a recall never sees
half a night (database.py). Truth and derived tables change in the same transaction; `verify` compares the derived ones
with a fresh build. The contract is `protocols.Store`; the suite in `ltml.testing` holds this store and its in-memory
twin to it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import apsw

from ltml.errors import StoreDamaged
from ltml.model import Change, Injection, Memory, Night, NightState, Origin, Receipt, Turn, Verdict, least_trusted
from ltml.protocols import AppendResult, KnownMessage, MessageDigest, PlacedText, QuarantinedRow, Selection
from ltml.store.canonical import dump_json
from ltml.store.identity import digest_text, message_tombstone, text_tombstone, to_microseconds, utc_offset
from ltml.store.redaction import select_containing
from ltml.store.rules import check_writable, count_active_bytes, digest_state, summarize_memories
from ltml.store.sqlite import messages, nights, quarantine
from ltml.store.sqlite.connect import truncate_log
from ltml.store.sqlite.database import Database
from ltml.store.sqlite.decode import (
    decode_change,
    decode_memory,
    decode_night,
    decode_placed_text,
    decode_rows,
    decode_turn,
    decode_verdict,
)
from ltml.store.sqlite.erase import find_receipt, scrub
from ltml.store.sqlite.proof import ErasureProver
from ltml.store.sqlite.seals import seal
from ltml.store.sqlite.statements import fetch_all, fetch_one, iter_rows, sql
from ltml.store.sqlite.turns import (
    append_turns,
    are_forgotten,
    ensure_namespace,
    find_namespace,
    supersede_turns,
)
from ltml.store.sqlite.verify import list_faults, repair_store
from ltml.store.sqlite.view import SqliteView, decode_document
from ltml.store.sqlite.writer import BatchableWork
from ltml.text import restored, storable

#: Documents kept decoded: recall reads hundreds, and the same ones again.
MAX_DOCUMENTS = 8192


class SqliteStore:
    """Keeps the promise of `protocols.Store` in one file."""

    def __init__(
        self,
        path: str | Path,
        *,
        entropy: Callable[[int], bytes] = os.urandom,
        vfs: str | None = None,
        synchronous: str = "full",
    ) -> None:
        """Open the file, or create it for this user alone. Raises `StoreError`s in plain words."""
        self._entropy = entropy
        self._decode_document = lru_cache(MAX_DOCUMENTS)(decode_document)  # of the row as read, so never out of date
        self._database = Database(path, entropy=entropy, vfs=vfs, synchronous=synchronous)
        self._prover = ErasureProver(self._database)
        self._prover.finish_pending()

    @property
    def path(self) -> str:
        """The file, links resolved."""
        return self._database.path

    # ------------------------------------------------------------ turns

    def append(self, namespace: str, turns: Sequence[Turn]) -> AppendResult:
        """Keep these turns, each once."""
        if not turns:
            return AppendResult(ids=(), new=0)
        if not self._database.secret_is_sound:  # the same turn would be kept again under another id
            raise StoreDamaged(f"the secret in {self.path} is damaged: nothing new can be kept; restore a backup")

        def work(connection: apsw.Connection, batches: Sequence[Sequence[Turn]]) -> list[AppendResult]:
            salts = iter(lambda: self._entropy(16), b"")
            return append_turns(connection, namespace, batches, self._database.secret, salts)

        return self._database.write(BatchableWork(batch_key=("append", namespace), work=work, item=turns))

    def supersede(self, namespace: str, turns: Collection[str], restored: Collection[str] = ()) -> None:
        """Call these turns superseded, and those in `restored` no longer."""
        if turns or restored:
            self._database.write(lambda c: supersede_turns(c, ensure_namespace(c, namespace), turns, restored))

    def session_turns(self, namespace: str, session: str) -> Sequence[Turn]:
        """Return the turns of one session oldest first."""
        found = self._database.select(namespace, "turns of session", storable(session))
        return list(decode_rows(partial(decode_turn, namespace), found))

    def turns(self, namespace: str, ids: Collection[str] | None = None) -> Iterator[Turn]:
        """Yield turns oldest first."""
        with self._database.reading() as connection:
            name, wanted = ("all turns", ()) if ids is None else ("turns by id", (json.dumps(sorted(ids)),))
            rows = iter_rows(connection, name, find_namespace(connection, namespace), *wanted)
            yield from decode_rows(partial(decode_turn, namespace), rows)

    def next_batch(self, namespace: str, size: int) -> Sequence[Turn]:
        """Return the oldest new turns, whole sessions as far as they fit; damaged ones are called new no longer."""
        while True:
            with self._database.reading() as connection:
                namespace_id = find_namespace(connection, namespace)
                chosen: list[Turn] = []
                for (session,) in fetch_all(connection, "new sessions", namespace_id, size):
                    room = size - len(chosen)
                    found = fetch_all(connection, "new turns of session", namespace_id, session, room + 1)
                    if chosen and len(found) > room:
                        break
                    chosen += decode_rows(partial(decode_turn, namespace), found[:room])
                oldest = [] if chosen else fetch_all(connection, "oldest new turns", namespace_id, size)
            old = [(namespace_id, number) for number in quarantine.list_damaged_turns(namespace, oldest)]
            if chosen or not old:
                return chosen
            self._database.write(lambda c: c.executemany(sql("drop new"), old).fetchall())  # noqa: B023 -- done when it returns

    # ------------------------------------------------------------ reading

    @contextmanager
    def view(self, namespace: str) -> Iterator[SqliteView]:
        """Look at a namespace as it is now."""
        with self._database.reading() as connection:
            yield SqliteView(connection, namespace, self._decode_document)

    def namespaces(self) -> Sequence[str]:
        """Return the names of all namespaces."""
        return sorted(restored(name) for (name,) in self._database.read(lambda c: fetch_all(c, "namespaces")))

    def memories(self, namespace: str, ids: Collection[str] | None = None) -> Sequence[Memory]:
        """Return memories in the order they were learned."""
        query = ("memories",) if ids is None else ("memories by id", json.dumps(sorted(ids)))
        return list(decode_rows(decode_memory, self._database.select(namespace, *query)))

    def verdicts(self, namespace: str, turns: Collection[str] | None = None) -> Sequence[Verdict]:
        """Return what nights decided about turns."""
        query = ("verdicts",) if turns is None else ("verdicts by turn", json.dumps(sorted(turns)))
        return list(decode_rows(decode_verdict, self._database.select(namespace, *query)))

    def stats(self, namespace: str) -> Mapping[str, Any]:
        """Return counts and sizes."""
        with self._database.reading() as connection:
            namespace_id = find_namespace(connection, namespace)
            memories = list(decode_rows(decode_memory, fetch_all(connection, "memories", namespace_id)))
            archived = {restored(ref) for (ref,) in fetch_all(connection, "archived refs", namespace_id)}
            documents = {name: count for name, count, _ in fetch_all(connection, "all statistics", namespace_id)}

            def count(name: str) -> int:
                return int(fetch_one(connection, name, namespace_id)[0])

            return {
                "turns": count("count turns"),
                "new_turns": count("count new"),
                "active_items": int(documents.get("active", 0)),
                "archived_items": int(documents.get("archive", 0)),
                "active_bytes": count("active bytes") + count_active_bytes(memories),
                "total_bytes": sum(file.stat().st_size for file in self._database.files()),
                "nights": count("count nights"),
                "damaged": count("count quarantined"),
                **summarize_memories(memories, archived),
            }

    # ------------------------------------------------------------ nights

    def begin(self, namespace: str, night: Night) -> None:
        """Write the record of a night that starts."""
        at = (to_microseconds(night.started_at), utc_offset(night.started_at))

        def work(connection: apsw.Connection) -> None:
            namespace_id = ensure_namespace(connection, namespace)
            columns = (night.id, namespace_id, night.kind, night.state, *at, dump_json(dict(night.report)))
            connection.execute(sql("add night"), columns)
            check_writable(night.id, nights.find_night(connection, namespace_id, night.id)[3])

        self._database.write(work)

    def commit(self, namespace: str, night: str, turns: Sequence[str], changes: Sequence[Change]) -> None:
        """Write every change and call these turns slept, all or nothing."""
        self._database.write(lambda c: nights.commit_night(c, namespace, night, turns, changes))

    def finish(self, namespace: str, night: str, state: NightState, report: Mapping[str, float | str]) -> Night:
        """Write how the night ended."""

        def work(connection: apsw.Connection) -> None:
            namespace_id = ensure_namespace(connection, namespace)
            number = nights.find_night(connection, namespace_id, night)[0]
            connection.execute(sql("finish night"), (state, dump_json(dict(report)), number))
            if state != "interrupted":  # the model's answers are needed only to resume
                connection.execute(sql("drop answers"), (namespace_id,))

        self._database.write(work)
        self._database.write(truncate_log, alone=True)
        return self.night(namespace, night)

    def undo(self, namespace: str, night: str) -> Night:
        """Put back exactly what the night replaced."""
        self._database.write(lambda c: nights.undo_night(c, namespace, night))
        return self.night(namespace, night)

    def nights(self, namespace: str) -> Sequence[Night]:
        """Return the nights, oldest first."""
        return list(decode_rows(decode_night, self._database.select(namespace, "nights")))

    def night(self, namespace: str, night: str) -> Night:
        """Return one night with its changes; a damaged one is left out."""
        with self._database.reading() as connection:
            found = nights.find_night(connection, find_namespace(connection, namespace), night)
            changes = decode_rows(decode_change, fetch_all(connection, "changes", found[0]))
            return decode_night(found, tuple(changes))

    def vetoes(self, namespace: str) -> frozenset[str]:
        """Return the keys of changes the user took back."""
        rows = self._database.select(namespace, "vetoes")
        return frozenset(key for *columns, key, sealed in rows if seal(*columns, key) == sealed)

    def record_refusal(self, namespace: str, digest: str) -> None:
        """Remember that a night over this input was refused."""
        self._database.write(lambda c: c.execute(sql("add refusal"), (ensure_namespace(c, namespace), digest)))

    def is_refused(self, namespace: str, digest: str) -> bool:
        """Tell whether a night over this input was refused before."""
        return bool(self._database.select(namespace, "find refusal", digest))

    def answer(self, namespace: str, question: str) -> str | None:
        """Return the model's answer to a question."""
        rows = self._database.select(namespace, "answer", question)
        return next((restored(text) for *key, text, sealed in rows if seal(*key, text) == sealed), None)

    def record_answer(self, namespace: str, question: str, answer: str) -> None:
        """Keep the model's answer."""
        text = storable(answer)
        self._database.write(lambda c: c.execute(sql("put answer"), (ensure_namespace(c, namespace), question, text)))

    def lease(self, name: str, holder: str, now: datetime, term: timedelta) -> bool:
        """Take or renew a lease."""
        until = (to_microseconds(now + term), to_microseconds(now))
        return bool(self._database.write(lambda c: fetch_all(c, "take lease", name, holder, *until)))

    def lease_holder(self, name: str) -> str | None:
        """Return who took this lease last and did not give it back."""
        found = self._database.read(lambda c: fetch_one(c, "lease holder", name))
        return str(found[0]) if found else None

    def release(self, name: str, holder: str) -> None:
        """Give the lease back."""
        self._database.write(lambda c: c.execute(sql("release lease"), (name, holder)))

    # ------------------------------------------------------------ injections and messages

    def record_injection(
        self, namespace: str, injection: Injection, now: datetime, session: str | None, place: str | None = None
    ) -> None:
        """Keep what was injected: ids and keyed digests, and the words only where they have a place to be replayed."""
        secret = self._database.secret
        self._database.write(
            lambda c: messages.record_injection(
                c, ensure_namespace(c, namespace), injection, now, session, place, secret
            )
        )  # fmt: skip

    def placed_texts(self, namespace: str, session: str) -> Sequence[PlacedText]:
        """Return the words kept for replay in this session."""
        found = self._database.select(namespace, "placed texts", storable(session))
        return list(decode_rows(decode_placed_text, found))

    def discard_placed(self, namespace: str, session: str, places: Collection[str]) -> None:
        """Keep the words placed under these places no longer for replay."""
        key = (storable(session), dump_json(sorted(places)))
        self._database.write(lambda c: c.execute(sql("discard placed texts"), (find_namespace(c, namespace), *key)))

    def find_injected(self, namespace: str, texts: Collection[str]) -> frozenset[str]:
        """Return those texts that LTML injected itself."""
        digests = {messages.digest_injection(self._database.secret, text): text for text in texts}
        found = self._database.select(namespace, "injected digests", json.dumps(sorted(digests)))
        return frozenset(digests[digest] for (digest,) in found)

    def origins(self, namespace: str, sessions: Collection[str]) -> Mapping[str, Origin]:
        """Return the least trusted origin in each of these sessions."""
        if not sessions:
            return {}
        found: dict[str, Origin] = {}
        with self._database.reading() as connection:
            namespace_id = find_namespace(connection, namespace)
            for session in sessions:
                key = (namespace_id, storable(session))
                origins = fetch_all(connection, "doubtful origins", *key, *key)
                found[session] = least_trusted(tuple(origin for (origin,) in origins))
        return found

    def keyed_digest(self, text: str) -> str:
        """Return a digest that nobody without this store's secret can recompute."""
        return digest_text(self._database.secret, text)

    def record_messages(self, namespace: str, session: str, heard: Sequence[MessageDigest], now: datetime) -> None:
        """Keep that these messages were heard in this session."""
        if heard:
            self._database.write(
                lambda c: messages.record_messages(c, ensure_namespace(c, namespace), session, heard, now)
            )

    def find_messages(self, namespace: str, digests: Collection[str]) -> Sequence[KnownMessage]:
        """Return the messages heard whose digest or pair is among these."""
        return self._database.read(lambda c: messages.find_messages(c, find_namespace(c, namespace), digests))

    def count_new_turns(self) -> Mapping[str, int]:
        """Return the namespaces that have new turns, and how many."""
        rows = self._database.read(lambda c: fetch_all(c, "count new by namespace"))
        return {restored(name): count for name, count in rows}

    # ------------------------------------------------------------ forgetting

    def find(self, namespace: str, text: str) -> Selection:
        """Return everything whose words contain this text."""
        with self._database.reading() as connection:
            namespace_id = find_namespace(connection, namespace)
            revisions = iter_rows(connection, "all revisions", namespace_id)
            memories = decode_rows(decode_memory, iter_rows(connection, "memories", namespace_id))
            found = select_containing(text, decode_rows(partial(decode_turn, namespace), revisions), memories)
            needle, damaged = text.strip().casefold(), list[QuarantinedRow]()
            for row in quarantine.list_quarantined(connection, namespace_id, namespace):
                raws = map(quarantine.decode_lossy, row.columns.values())
                if needle and any(needle in raw.casefold() for raw in raws):
                    damaged.append(row)
            tombstone = json.dumps([text_tombstone(self._database.secret, namespace, text)])
            return replace(
                found,
                turns=(*found.turns, *(row.id for row in damaged if row.table == "turn")),
                memories=(*found.memories, *(row.id for row in damaged if row.table == "memory")),
                before=bool(fetch_all(connection, "barred digests", namespace_id, tombstone)),
            )

    def forget(self, namespace: str, selection: Selection, now: datetime) -> Receipt:
        """Scrub turns and memories and all that was derived from them, then scan the files' bytes for them."""
        order = self._database.write(lambda c: scrub(c, namespace, selection, now, self._database.secret))
        self._decode_document.cache_clear()
        signed = self._prover.prove_pending()
        if order.receipt.id in signed:
            return signed[order.receipt.id]
        with self._database.reading() as connection:
            return find_receipt(connection, find_namespace(connection, namespace), selection) or order.receipt

    def are_forgotten(self, namespace: str, turns: Sequence[Turn]) -> Sequence[bool]:
        """Tell of each turn whether it was ordered away and is not there again."""
        return self._database.read(lambda c: are_forgotten(c, namespace, turns, self._database.secret))

    def find_forgotten(self, namespace: str, digests: Collection[str]) -> frozenset[str]:
        """Return those chain digests that were of talks in which something was forgotten."""
        tombstones = {message_tombstone(self._database.secret, digest): digest for digest in digests}
        found = self._database.select(namespace, "barred digests", json.dumps(sorted(tombstones)))
        return frozenset(tombstones[tombstone] for (tombstone,) in found)

    # ------------------------------------------------------------ integrity

    def digest(self, namespace: str) -> str:
        """Return a hash of everything the namespace holds."""
        with self._database.reading() as connection:
            namespace_id = find_namespace(connection, namespace)
            revisions = iter_rows(connection, "all revisions", namespace_id)
            return digest_state(
                decode_rows(partial(decode_turn, namespace), revisions),
                decode_rows(decode_verdict, iter_rows(connection, "verdicts", namespace_id)),
                decode_rows(decode_memory, iter_rows(connection, "memories", namespace_id)),
                (name for (name,) in fetch_all(connection, "new turn ids", namespace_id)),
            )

    def verify(self, repair: bool = False) -> Sequence[str]:  # noqa: FBT001, FBT002 -- as promised
        """Return what is wrong; repair rebuilds derived tables."""
        return self._database.write(repair_store) if repair else self._database.read(list_faults)

    def quarantined(self, namespace: str) -> Sequence[QuarantinedRow]:
        """Return the rows that are not what was written."""
        return self._database.read(
            lambda c: quarantine.list_quarantined(c, find_namespace(c, namespace), namespace)
        )  # fmt: skip

    def close(self) -> None:
        """Finish what is queued and let go of the files."""
        self._database.close()
