"""
The default store: one SQLite file, one writer thread, snapshot reads.

Theory of operation. All writes of the process go through one `Writer` (writer.py: group commit, nobody sees "locked").
Reads take a connection of their own from a small pool and look through one read transaction, so a recall never sees
half a night. Truth and derived tables change in the same transaction (tables.py); `verify` compares the derived ones
with a fresh build. The public contract is `protocols.Store`; the suite in `ltml.testing` holds this store and its
in-memory twin to it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from hashlib import blake2b
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import apsw

from ltml import private
from ltml.errors import AlreadyUndone, NotFound, StaleNight, StoreDamaged, StoreError, StoreUnavailable, UndoConflict
from ltml.model import (
    Change,
    Injection,
    Memory,
    Night,
    NightState,
    Origin,
    Receipt,
    Turn,
    Verdict,
    least_trusted,
    lettered,
)
from ltml.protocols import AppendResult, KnownMessage, MessageDigest, PlacedText, QuarantinedRow, Selection
from ltml.store import damage, erase, overheard, residue, seek, verifying
from ltml.store.backups import Copies, backups, holds, removed
from ltml.store.common import bytes_shown, containing, memory_stats, rests_on, shown
from ltml.store.connect import CURE, connect, connect_to_read, let_go, prepare, roll_back, shorten, speaking_plainly
from ltml.store.identity import heard_mark, instant, keyed, words_mark, zone
from ltml.store.proven import proven_change, proven_memory, proven_night, proven_turn, proven_verdict, sound
from ltml.store.repairing import mend_roots
from ltml.store.rescue import keep_copies
from ltml.store.rows import dumped
from ltml.store.seals import seal, seal_writes
from ltml.store.seek import digesting
from ltml.store.sql import each, row, rows, sql
from ltml.store.sqlite_view import SqliteView, document_of
from ltml.store.tables import (
    Ledger,
    append,
    barred,
    changes_of,
    known_space,
    note_changes,
    report_packed,
    space_of,
    supersede,
)
from ltml.store.wal import lost_commits
from ltml.store.writer import CLOSED, Shared, Writer
from ltml.text import restored, storable

T = TypeVar("T")
#: So many documents are kept as values: recall looks at hundreds, and at the same ones again.
DOCUMENTS = 8192
#: What SQLite lays beside the file.
SIDES = ("-wal", "-shm", "-journal")
IN_EFFECT = ("promoted", "interrupted")


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
        self.path = os.path.realpath(path)  # SQLite's own: the log lies beside the file, not beside a link to it
        self._names = frozenset({Path(self.path), Path(os.fspath(path))})
        self._vfs, self._entropy, self._synchronous = vfs, entropy, synchronous
        _make_private(Path(self.path))
        self._secret_sound = True
        self._writer = Writer(self._connect, self.path)
        self._idle: SimpleQueue[apsw.Connection] = SimpleQueue()
        self._open = True
        self._unproven: dict[str, erase.Order] = {}
        self._document = lru_cache(DOCUMENTS)(document_of)  # of the row as it was read, so it is never out of date
        try:
            self._secret = self._read(self._secret_of)
        except BaseException:
            self.close()
            raise
        private.close_to_others(file for file in _files_of(Path(self.path)) if file.is_file())  # it is LTML's
        self._finish_forgetting()

    # ------------------------------------------------------------ turns

    def append(self, namespace: str, turns: Sequence[Turn]) -> AppendResult:
        """Keep these turns, each once."""
        if not turns:
            return AppendResult(ids=(), new=0)
        if not self._secret_sound:  # the same turn would be kept again under another id
            raise StoreDamaged(f"the secret in {self.path} is damaged: nothing new can be kept; restore a backup")
        return self._write(Shared(kin=("append", namespace), work=partial(self._append, namespace), item=turns))

    def supersede(self, namespace: str, turns: Collection[str], restored: Collection[str] = ()) -> None:
        """Call these turns superseded, and those in `restored` no longer."""
        if turns or restored:
            self._write(lambda c: supersede(c, space_of(c, namespace), turns, restored))

    def session_turns(self, namespace: str, session: str) -> Sequence[Turn]:
        """Return the turns of one session oldest first."""
        found = self._rows("turns of session", namespace, storable(session))
        return list(sound(partial(proven_turn, namespace), found))

    def turns(self, namespace: str, ids: Collection[str] | None = None) -> Iterator[Turn]:
        """Yield turns oldest first."""
        with self._reading() as connection:
            space = known_space(connection, namespace)
            query = ("all turns", (space,)) if ids is None else ("turns by id", (space, json.dumps(sorted(ids))))
            yield from sound(partial(proven_turn, namespace), each(connection, query[0], *query[1]))

    def next_batch(self, namespace: str, size: int) -> Sequence[Turn]:
        """Return the oldest new turns, whole sessions as far as they fit; damaged ones are called new no longer."""
        while not (chosen := self._part(namespace, size)):
            found = self._read(lambda c: damage.damaged_new(c, known_space(c, namespace), namespace, size))
            if not found:
                break
            self._write(lambda c: _call_old(c, known_space(c, namespace), found))  # noqa: B023 -- done when it returns
        return chosen

    def _part(self, namespace: str, size: int) -> Sequence[Turn]:
        with self._reading() as connection:
            space = known_space(connection, namespace)
            chosen: list[Turn] = []
            for (session,) in rows(connection, "new sessions", space, size):
                room = size - len(chosen)
                found = rows(connection, "new of session", space, session, room + 1)
                if chosen and len(found) > room:
                    break
                chosen += sound(partial(proven_turn, namespace), found[:room])
            return chosen

    # ------------------------------------------------------------ looking

    @contextmanager
    def view(self, namespace: str) -> Iterator[SqliteView]:
        """Look at a namespace as it is now."""
        with self._reading() as connection:
            yield SqliteView(connection, namespace, self._document)

    def namespaces(self) -> Sequence[str]:
        """Return the names of all namespaces."""
        return sorted(restored(name) for (name,) in self._read(lambda c: rows(c, "namespaces")))

    def memories(self, namespace: str, ids: Collection[str] | None = None) -> Sequence[Memory]:
        """Return memories in the order they were learned."""
        query = ("memories",) if ids is None else ("memories by id", json.dumps(sorted(ids)))
        return list(sound(proven_memory, self._rows(query[0], namespace, *query[1:])))

    def verdicts(self, namespace: str, turns: Collection[str] | None = None) -> Sequence[Verdict]:
        """Return what nights decided about turns."""
        query = ("verdicts",) if turns is None else ("verdicts by turn", json.dumps(sorted(turns)))
        return list(sound(proven_verdict, self._rows(query[0], namespace, *query[1:])))

    def stats(self, namespace: str) -> Mapping[str, Any]:
        """Return counts and sizes."""
        with self._reading() as connection:
            space = known_space(connection, namespace)
            memories = list(sound(proven_memory, rows(connection, "memories", space)))
            archived = {restored(ref) for (ref,) in rows(connection, "archived refs", space)}
            return {
                "turns": row(connection, "count turns", space)[0],
                "new_turns": row(connection, "count new", space)[0],
                "active_items": _documents_on(connection, space, "active"),
                "archived_items": _documents_on(connection, space, "archive"),
                "active_bytes": row(connection, "active bytes", space)[0] + bytes_shown(memories),
                "total_bytes": sum(file.stat().st_size for file in self._files()),
                "nights": row(connection, "count nights", space)[0],
                "damaged": row(connection, "count damaged", space)[0],
                **memory_stats(memories, archived),
            }

    # ------------------------------------------------------------ nights

    def begin(self, namespace: str, night: Night) -> None:
        """Write the record of a night that starts."""

        def work(connection: apsw.Connection) -> None:
            head = (night.id, space_of(connection, namespace), night.kind, night.state)
            at = (instant(night.started_at), zone(night.started_at))
            connection.execute(sql("add night"), (*head, *at, report_packed(night.report)))
            _in_effect(connection, head[1], night.id)

        self._write(work)

    def commit(self, namespace: str, night: str, turns: Sequence[str], changes: Sequence[Change]) -> None:
        """Write every change and call these turns slept, all or nothing."""

        def work(connection: apsw.Connection) -> None:
            space = space_of(connection, namespace)
            number = _in_effect(connection, space, night)
            self._apply(connection, space, changes)
            note_changes(connection, number, changes)
            _call_slept(connection, space, number, turns)

        self._write(work)

    def finish(self, namespace: str, night: str, state: NightState, report: Mapping[str, float | str]) -> Night:
        """Write how the night ended."""

        def work(connection: apsw.Connection) -> None:
            space = space_of(connection, namespace)
            number = _night_row(connection, space, night)[0]
            connection.execute(sql("end night"), (state, report_packed(report), number))
            if state != "interrupted":
                connection.execute(sql("drop answers"), (space,))

        self._write(work)
        self._write(shorten, alone=True)
        return self.night(namespace, night)

    def undo(self, namespace: str, night: str) -> Night:
        """Put back exactly what the night replaced."""
        self._write(lambda c: self._undo(c, space_of(c, namespace), night))
        return self.night(namespace, night)

    def nights(self, namespace: str) -> Sequence[Night]:
        """Return the nights, oldest first."""
        return list(sound(proven_night, self._rows("nights", namespace)))

    def night(self, namespace: str, night: str) -> Night:
        """Return one night with its changes; a damaged one is left out."""
        with self._reading() as connection:
            found = _night_row(connection, known_space(connection, namespace), night)
            return proven_night(found, tuple(sound(proven_change, rows(connection, "changes", found[0]))))

    def vetoes(self, namespace: str) -> frozenset[str]:
        """Return the keys of changes the user took back."""
        return frozenset(key for space, key, sealed in self._rows("vetoes", namespace) if seal(space, key) == sealed)

    def record_refusal(self, namespace: str, digest: str) -> None:
        """Remember that a night over this input was refused."""
        self._write(lambda c: c.execute(sql("refuse"), (space_of(c, namespace), digest)))

    def is_refused(self, namespace: str, digest: str) -> bool:
        """Tell whether a night over this input was refused before."""
        return bool(self._rows("refused", namespace, digest))

    def answer(self, namespace: str, question: str) -> str | None:
        """Return the model's answer to a question."""
        found = self._rows("answer", namespace, question)
        return next((restored(said) for *key, said, sealed in found if seal(*key, said) == sealed), None)

    def record_answer(self, namespace: str, question: str, answer: str) -> None:
        """Keep the model's answer."""
        text = storable(answer)
        self._write(lambda c: c.execute(sql("note answer"), (space_of(c, namespace), question, text)))

    def lease(self, name: str, holder: str, now: datetime, term: timedelta) -> bool:
        """Take or renew a lease."""
        until = (instant(now + term), instant(now))
        return bool(self._write(lambda c: rows(c, "lease", name, holder, *until)))

    def lease_holder(self, name: str) -> str | None:
        """Return who took this lease last and did not give it back."""
        with self._reading() as connection:
            found = row(connection, "leased by", name)
            return str(found[0]) if found else None

    def release(self, name: str, holder: str) -> None:
        """Give the lease back."""
        self._write(lambda c: c.execute(sql("release"), (name, holder)))

    # ------------------------------------------------------------ injections

    def record_injection(
        self, namespace: str, injection: Injection, now: datetime, session: str | None, place: str | None = None
    ) -> None:
        """Keep what was injected: ids and keyed digests, and the words only where they have a place to be replayed."""
        items = dumped([[item.kind, item.id, round(item.score)] for item in injection.items])
        digests = [self._injection_digest(text) for text in (injection.block, injection.recall) if text]
        origin = least_trusted(tuple(item.origin for item in injection.items))
        words = shown(injection, place) if session is not None and place is not None else ()

        def work(connection: apsw.Connection) -> None:
            space = space_of(connection, namespace)
            where = storable(session) if session is not None else None
            use = row(connection, "note use", space, where, instant(now), injection.tokens, items, origin)[0]
            connection.executemany(sql("note injected"), [(space, digest, use) for digest in digests])
            if words and not overheard.forgotten_meanwhile(connection, space, rests_on(injection)):
                overheard.keep_words(connection, space, session or "", words, use)

        self._write(work)

    def placed_texts(self, namespace: str, session: str) -> Sequence[PlacedText]:
        """Return the words kept for replay in this session."""
        return self._read(lambda c: overheard.placed(c, known_space(c, namespace), session))

    def discard_placed(self, namespace: str, session: str, places: Collection[str]) -> None:
        """Keep the words placed under these places no longer for replay."""

        def work(connection: apsw.Connection) -> None:
            space = known_space(connection, namespace)
            connection.execute(sql("end placed"), (space, storable(session), dumped(sorted(places))))

        self._write(work)

    def find_injected(self, namespace: str, texts: Collection[str]) -> frozenset[str]:
        """Return those texts that LTML injected itself."""
        digests = {self._injection_digest(text): text for text in texts}
        found = self._rows("injected", namespace, json.dumps(sorted(digests)))
        return frozenset(digests[digest] for (digest,) in found)

    def origins(self, namespace: str, sessions: Collection[str]) -> Mapping[str, Origin]:
        """Return the least trusted origin in each of these sessions."""
        if not sessions:
            return {}
        with self._reading() as connection:
            space = known_space(connection, namespace)
            where = {session: (space, storable(session)) for session in sessions}
            found = {session: rows(connection, "origins", *talk, *talk) for session, talk in where.items()}
        return {session: least_trusted(tuple(origin for (origin,) in those)) for session, those in found.items()}

    def _injection_digest(self, text: str) -> str:
        return lettered(blake2b(text.encode("utf-8", "surrogatepass"), key=self._secret, digest_size=16).digest())

    # ------------------------------------------------------------ overhearing

    def keyed_digest(self, text: str) -> str:
        """Return a digest that nobody without this store's secret can recompute."""
        return keyed(self._secret, text)

    def record_messages(self, namespace: str, session: str, heard: Sequence[MessageDigest], now: datetime) -> None:
        """Keep that these messages were heard in this session."""
        if heard:
            self._write(lambda c: overheard.note_heard(c, space_of(c, namespace), session, heard, now))

    def find_messages(self, namespace: str, digests: Collection[str]) -> Sequence[KnownMessage]:
        """Return the messages heard whose digest or pair is among these."""
        return self._read(lambda c: overheard.known(c, known_space(c, namespace), digests))

    def count_new_turns(self) -> Mapping[str, int]:
        """Return the namespaces that have new turns, and how many."""
        return {restored(name): count for name, count in self._read(lambda c: rows(c, "restless"))}

    # ------------------------------------------------------------ forgetting

    def find(self, namespace: str, text: str) -> Selection:
        """Return everything whose words contain this text."""
        with self._reading() as connection:
            space = known_space(connection, namespace)
            turns = sound(partial(proven_turn, namespace), each(connection, "all revisions", space))
            memories = sound(proven_memory, each(connection, "memories", space))
            found = containing(text, turns, memories)
            more = list(damage.holding(damage.listed(connection, space, namespace), text))
            mark = json.dumps([words_mark(self._secret, namespace, text)])
            return replace(
                found,
                turns=(*found.turns, *(row.id for row in more if row.table == "turn")),
                memories=(*found.memories, *(row.id for row in more if row.table == "memory")),
                before=bool(rows(connection, "barred", space, mark)),
            )

    def forget(self, namespace: str, selection: Selection, now: datetime) -> Receipt:
        """Scrub turns and memories and all that was derived from them, then look for them in the files' bytes."""
        order = self._write(lambda c: erase.scrub(c, namespace, selection, now, self._secret))
        self._document.cache_clear()
        signed = self._prove()
        if order.receipt.id in signed:
            return signed[order.receipt.id]
        return self._read(lambda c: erase.receipt_of(c, known_space(c, namespace), selection)) or order.receipt

    def are_forgotten(self, namespace: str, turns: Sequence[Turn]) -> Sequence[bool]:
        """Tell of each turn whether it was ordered away and is not there again."""
        with self._reading() as connection:
            return barred(connection, namespace, turns, self._secret)

    def find_forgotten(self, namespace: str, digests: Collection[str]) -> frozenset[str]:
        """Return those chain digests that were of talks in which something was forgotten."""
        by_mark = {heard_mark(self._secret, digest): digest for digest in digests}
        found = self._rows("barred", namespace, json.dumps(sorted(by_mark)))
        return frozenset(by_mark[mark] for (mark,) in found)

    def _finish_forgetting(self) -> None:
        """Finish what another process was ordered to forget, and died; what cannot be done now stays pending."""
        if self._read(lambda c: rows(c, "pending")):
            with suppress(StoreError, ValueError):  # damage is for `verify` to tell
                self._prove()

    def _prove(self) -> Mapping[str, Receipt]:
        """Look in the bytes for everything that was ordered away and not proven gone yet; sign the receipts."""
        orders = self._read(erase.pending)
        if not orders:
            return {}
        self._close_readers()
        copies = self._without_backups(orders)
        settled = self._write(erase.settle, alone=True)
        scanned, left = self._looked_for(orders)
        if left and settled:
            self._write(erase.rewrite, alone=True)
            scanned, left = self._looked_for(orders)
            left = self._read(lambda c: residue.in_rows(c, left))
        done = [order.searched(scanned, left, copies, digesting(self._secret)) for order in orders]
        signed = self._write(lambda c: [erase.sign(c, order) for order in done])
        self._write(shorten, alone=True)  # the digests of what was looked for leave the log as well
        self._unproven = {order.receipt.id: order for order in done if order.receipt.state == "pending"}
        return {receipt.id: receipt for receipt in signed}

    def _looked_for(self, orders: Sequence[erase.Order]) -> tuple[int, frozenset[str]]:
        """Return how many bytes were read, and what they hold of these orders that nothing which is left says."""
        scanned, pieces = seek.pieces_of(self._files(), self._vfs)
        return scanned, self._unsaid(pieces, orders)

    def _unsaid(self, pieces: Collection[str], orders: Sequence[erase.Order]) -> frozenset[str]:
        wanted = frozenset[seek.Sought]().union(*(order.sought for order in orders))
        hits = seek.found_in(pieces, wanted, digesting(self._secret))
        return self._read(lambda c: residue.unexplained(c, hits)) if hits else hits

    def _without_backups(self, orders: Sequence[erase.Order]) -> Copies:
        """Delete the copies LTML made that hold any of this."""
        gone = {name for order in orders for name in (*order.receipt.turns, *order.receipt.memories)}
        copies = [copy for name in self._names for copy in backups(name)]
        return removed([c for c in copies if holds(c, gone) or self._unsaid(seek.pieces_of([c])[1], orders)])

    # ------------------------------------------------------------ keeping sound

    def digest(self, namespace: str) -> str:
        """Return a hash of everything the namespace holds."""
        with self._reading() as connection:
            return verifying.digest(connection, known_space(connection, namespace), namespace)

    def verify(self, repair: bool = False) -> Sequence[str]:  # noqa: FBT001, FBT002 -- as promised
        """Return what is wrong; repair rebuilds derived tables."""
        if repair:
            return self._write(verifying.repaired)
        with self._reading() as connection:
            return verifying.complaints(connection)

    def quarantined(self, namespace: str) -> Sequence[QuarantinedRow]:
        """Return the rows that are not what was written."""
        return self._read(lambda c: damage.listed(c, known_space(c, namespace), namespace))

    def close(self) -> None:
        """Finish what is queued and let go of the files."""
        self._open = False
        self._writer.close()
        self._close_readers()

    # ------------------------------------------------------------ inside

    def _secret_of(self, connection: apsw.Connection) -> bytes:
        found = row(connection, "secret")
        if not found or not isinstance(found[0], bytes):
            raise StoreDamaged(f"the secret in {self.path} cannot be read; {CURE}")
        return found[0]

    def _append(
        self, namespace: str, connection: apsw.Connection, batches: Sequence[Sequence[Turn]]
    ) -> list[AppendResult]:
        salts = iter(lambda: self._entropy(16), b"")
        kept = append(connection, namespace, batches, self._secret, salts)
        return [AppendResult(ids=tuple(ids), new=new) for ids, new in kept]

    def _apply(self, connection: apsw.Connection, space: int, changes: Sequence[Change]) -> None:
        ledger = Ledger(connection, space)
        for change in changes:
            ledger.apply(change)
        ledger.flush()

    def _undo(self, connection: apsw.Connection, space: int, night: str) -> None:
        number, _, _, state, *_ = _night_row(connection, space, night)
        if state not in IN_EFFECT:
            raise AlreadyUndone(f"night {night} is {state}; there is nothing of it to undo")
        changes = changes_of(connection, number)
        _refuse_if_built_upon(connection, space, number, changes)
        try:
            self._apply(connection, space, [change.inverse for change in reversed(changes)])
        except StaleNight as exc:
            message = f"night {night} cannot be undone: {exc}, and no night says why; run `ltml verify`"
            raise UndoConflict(message) from exc
        _call_new(connection, space, number)
        connection.executemany(sql("add veto"), [(space, change.key) for change in changes])
        connection.execute(sql("take back night"), (number,))

    def _connect(self) -> apsw.Connection:
        connection = connect(self.path, vfs=self._vfs, synchronous=self._synchronous)
        try:
            with speaking_plainly(self.path):
                lost = lost_commits(connection, self.path, self._vfs)
                kept = keep_copies(self.path) if lost else ""
                prepare(connection, self.path, self._entropy(32))
                seal_writes(connection)
                if lost:
                    connection.execute(sql("note log"), (lost, kept, int(time.time()) * 1_000_000))
                self._secret_sound = mend_roots(connection)
        except BaseException:
            let_go(connection)
            raise
        return connection

    def _write(self, work: Callable[[apsw.Connection], T], *, alone: bool = False) -> T:
        with speaking_plainly(self.path):
            return self._writer(work, alone=alone)

    def _read(self, look: Callable[[apsw.Connection], T]) -> T:
        with self._reading() as connection:
            return look(connection)

    def _rows(self, name: str, namespace: str, *bindings: str | bytes) -> list[Any]:
        with self._reading() as connection:
            return rows(connection, name, known_space(connection, namespace), *bindings)

    @contextmanager
    def _reading(self) -> Iterator[apsw.Connection]:
        """Lend a connection inside one read transaction."""
        with speaking_plainly(self.path):
            connection = self._borrow()
            connection.execute("begin")
            try:
                yield connection
            finally:
                roll_back(connection)
                self._idle.put(connection)
                if not self._open:
                    self._close_readers()

    def _borrow(self) -> apsw.Connection:
        if not self._open:
            raise StoreUnavailable(CLOSED)
        try:
            return self._idle.get_nowait()
        except Empty:
            return connect_to_read(self.path, vfs=self._vfs)

    def _close_readers(self) -> None:
        while True:
            try:
                let_go(self._idle.get_nowait())
            except Empty:
                return

    def _files(self) -> list[Path]:
        """Return the files that hold the store's words; -shm holds page numbers only."""
        return [file for file in (Path(self.path), Path(f"{self.path}-wal")) if file.exists()]


def _make_private(path: Path) -> None:
    """Create the folder and the file for this user alone; SQLite gives its side files the file's mode."""
    try:
        private.make_folder(path.absolute().parent)
        # only if it is new: closing a second handle of an open database would drop this process's locks on it
        os.close(private.create(path))
    except FileExistsError:
        return  # whose it is shows when it is opened
    except OSError as exc:
        message = f"{path} cannot be opened ({exc.strerror}); is the folder there, is it yours?"
        raise StoreUnavailable(message) from exc


def _files_of(path: Path) -> Iterator[Path]:
    """Yield the file, what SQLite lays beside it, and the copies that LTML made of it, there or not."""
    yield path
    yield from (Path(f"{path}{end}") for end in SIDES)
    yield from backups(path)


def _documents_on(connection: apsw.Connection, space: int, shelf: str) -> int:
    found = row(connection, "shelf", space, shelf)
    return int(found[0]) if found else 0


def _night_row(connection: apsw.Connection, space: int, night: str) -> Sequence[Any]:
    found: Sequence[Any] | None = row(connection, "night", space, night)
    if found is None:
        raise NotFound(f"no night called {night}; `ltml nights` lists them")
    return found


def _in_effect(connection: apsw.Connection, space: int, night: str) -> int:
    """Return the number of a night that may still be written to. Raises `AlreadyUndone`."""
    number, _, _, state, *_ = _night_row(connection, space, night)
    if state == "undone":
        raise AlreadyUndone(f"night {night} was undone; start another one")
    return int(number)


def _call_slept(connection: apsw.Connection, space: int, night: int, turns: Sequence[str]) -> None:
    numbers = rows(connection, "numbers of turns", space, json.dumps(list(turns)))
    connection.executemany(sql("drop new"), [(space, number) for (number,) in numbers])
    connection.executemany(sql("add slept"), [(night, number) for (number,) in numbers])


def _call_old(connection: apsw.Connection, space: int, numbers: Sequence[int]) -> None:
    connection.executemany(sql("drop new"), [(space, number) for number in numbers])


def _call_new(connection: apsw.Connection, space: int, night: int) -> None:
    numbers = rows(connection, "slept", night)
    connection.executemany(sql("add new"), [(space, number) for (number,) in numbers])
    connection.execute(sql("drop slept"), (night,))


def _refuse_if_built_upon(connection: apsw.Connection, space: int, night: int, changes: Sequence[Change]) -> None:
    for change in changes:
        later = row(connection, "later changes", space, change.key, night)
        if later is not None:
            cure = "was sealed by a forgetting" if later[1] == "sealed" else "undo that one first"
            raise UndoConflict(f"{later[0]} built on this night ({change.key}); {cure}")


plugin = SqliteStore
