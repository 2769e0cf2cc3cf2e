"""
A store that forgets when it is closed: for tests, for documentation that runs, for trying things out.

Theory of operation. A namespace is one frozen `Space` of plain dictionaries, and a write puts a new one in its place.
So a view is the space of that moment, and what fails half way leaves the old one. Nothing is derived before it is asked
for: posting lists, statistics and fold keys are counted anew from the texts. That is slow and simple, and it is what
the other stores are compared with.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from threading import RLock
from typing import Any

from ltml.errors import AlreadyUndone, NotFound, StaleNight, StoreUnavailable, UndoConflict
from ltml.model import (
    MEMORY_BIT,
    Candidates,
    Change,
    Document,
    Evidence,
    Injection,
    Memory,
    Night,
    NightState,
    Origin,
    Receipt,
    Turn,
    Verdict,
    content_id,
    least_trusted,
)
from ltml.protocols import AppendResult, KnownMessage, MessageDigest, PlacedText, QuarantinedRow, Selection, Shelf
from ltml.store.common import (
    bytes_shown,
    containing,
    from_rest,
    memory_stats,
    newest_first,
    quoting,
    rests_on,
    shown,
    state_digest,
    telling,
)
from ltml.store.identity import candidates, heard_mark, instant, keyed, marks, settled, words_mark
from ltml.store.rows import packed
from ltml.store.sqlite_view import memory_document
from ltml.store.tables import cited, expect, kept, memory_keys, shelf_of_memory, shelf_of_verdict, statement_keys
from ltml.text import postings, term_counts

IN_EFFECT = ("promoted", "interrupted")
CLOSED = "the store is closed; what it held is forgotten"


@dataclass(frozen=True, kw_only=True)
class Space:
    """Everything one namespace holds. Turns are keyed by number, which is their order of arrival."""

    turns: Mapping[int, Turn] = field(default_factory=dict)
    revised: frozenset[int] = frozenset()  #: superseded, whether by a newer revision or not
    taken_back: frozenset[int] = frozenset()  #: those of them that no newer revision replaces
    new: frozenset[int] = frozenset()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    memories: Mapping[str, Memory] = field(default_factory=dict)
    memory_numbers: Mapping[str, int] = field(default_factory=dict)
    nights: Mapping[str, Night] = field(default_factory=dict)
    slept: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    vetoes: frozenset[str] = frozenset()
    refusals: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)
    uses: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  #: ids of what each injection showed
    read: Mapping[int, tuple[str, Origin]] = field(default_factory=dict)  #: in which session, and its doubtful origin
    injected: Mapping[str, int] = field(default_factory=dict)  #: its words, by text: the first use of them
    placed: Mapping[tuple[str, str], tuple[int, PlacedText]] = field(default_factory=dict)  #: by session and place
    heard: Mapping[tuple[str, str], tuple[MessageDigest, datetime]] = field(
        default_factory=dict
    )  #: by session and digest
    receipts: tuple[Receipt, ...] = ()
    barred: frozenset[str] = frozenset()  #: digests of forgotten turns, and of talks something was forgotten in

    @cached_property
    def number_of(self) -> Mapping[str, int]:
        """The number of each turn, by id."""
        return {turn.id: number for number, turn in self.turns.items()}

    @cached_property
    def current(self) -> Sequence[int]:
        """The turns that no newer revision replaces, oldest first."""
        numbers = [number for number in self.turns if number not in self.revised]
        return sorted(numbers, key=lambda number: (self.turns[number].at, number))

    def turn(self, number: int) -> Turn:
        """Return a turn with its mark."""
        return replace(self.turns[number], superseded=number in self.revised)

    def by_time(self, numbers: Iterable[int]) -> list[Turn]:
        """Return these turns oldest first, each with its mark."""
        return [self.turn(number) for number in sorted(numbers, key=lambda no: (self.turns[no].at, no))]

    @cached_property
    def learned(self) -> Sequence[Memory]:
        """The memories in the order they were learned."""
        return sorted(self.memories.values(), key=lambda memory: (memory.learned_at, memory.id))

    @cached_property
    def shelves(self) -> Mapping[str, Mapping[int, Mapping[str, int]]]:
        """The term counts of every searchable document, by shelf and number."""
        found: dict[str, dict[int, Mapping[str, int]]] = {"active": {}, "archive": {}}
        for number in self.current:
            turn = self.turns[number]
            found[shelf_of_verdict(self.verdicts.get(turn.id))][number] = term_counts(turn.text)
        for memory in self.memories.values():
            found[shelf_of_memory(memory)][self.memory_numbers[memory.id]] = term_counts(memory.text)
        return found

    @cached_property
    def lists(self) -> Mapping[tuple[str, str], bytes]:
        """The posting list of every shelf and term."""
        found: dict[tuple[str, str], list[bytes]] = defaultdict(list)
        for shelf, documents in self.shelves.items():
            for number in sorted(documents):
                for term, raw in postings.entries(number, documents[number]).items():
                    found[shelf, term].append(raw)
        return {key: b"".join(entries) for key, entries in found.items()}

    @cached_property
    def folds(self) -> Mapping[int, frozenset[int]]:
        """The documents filed under each fold key: what nights kept, and memories."""
        found: dict[int, set[int]] = defaultdict(set)
        for number in self.current:
            if kept(self.verdicts.get(self.turns[number].id)):
                for key in statement_keys(self.turns[number].text):
                    found[key].add(number)
        for memory in self.memories.values():
            for key in memory_keys(memory):
                found[key].add(self.memory_numbers[memory.id])
        return {key: frozenset(numbers) for key, numbers in found.items()}


class EphemeralView:
    """Keeps the promise of `protocols.View` over one space."""

    def __init__(self, space: Space) -> None:
        """Look at a space."""
        self._space = space

    def search(self, terms: Collection[str], shelf: Shelf = "active") -> Candidates:
        """Return the posting lists of these terms."""
        documents = self._space.shelves[shelf]
        total = sum(sum(counts.values()) for counts in documents.values())
        found = {term: self._space.lists[shelf, term] for term in terms if (shelf, term) in self._space.lists}
        return Candidates(
            count=len(documents), mean_length=total / len(documents) if documents else 0.0, postings=found
        )

    def documents(self, numbers: Sequence[int]) -> Mapping[int, Document]:
        """Return the documents of these numbers."""
        wanted = set(numbers)
        memories = {no: self._space.memories[name] for name, no in self._space.memory_numbers.items() if no in wanted}
        turns = {number: self._turn(number) for number in wanted if number in self._space.turns}
        return turns | {number: memory_document(number, memory) for number, memory in memories.items()}

    def numbers(self, ids: Collection[str]) -> Mapping[str, int]:
        """Return the document numbers of these turns and memories."""
        known = {**self._space.number_of, **self._space.memory_numbers}
        return {name: known[name] for name in ids if name in known}

    def neighbours(self, numbers: Sequence[int], reach: int) -> Mapping[int, Sequence[tuple[int, int]]]:
        """Return the neighbours of these turns in their sessions."""
        return {number: self._neighbours(number, reach) for number in numbers if number < MEMORY_BIT}

    def standing(self) -> Sequence[Memory]:
        """Return the hot memories."""
        return [memory for memory in self._space.learned if memory.tier == "hot"]

    def filed_under(self, keys: Collection[int]) -> Sequence[Document]:
        """Return what is filed under these fold keys."""
        found = frozenset[int]().union(*(self._space.folds.get(key, frozenset()) for key in keys))
        return list(self.documents(sorted(found)).values())

    def _neighbours(self, number: int, reach: int) -> list[tuple[int, int]]:
        here = self._space.turns.get(number)
        if here is None:
            return []
        talk = [no for no in self._space.current if self._space.turns[no].session == here.session]
        place = (here.at, number)
        before = [no for no in talk if (self._space.turns[no].at, no) < place][-reach:] if reach else []
        after = [no for no in talk if (self._space.turns[no].at, no) > place][:reach]
        return [(-i, no) for i, no in enumerate(reversed(before), 1)] + [(i, no) for i, no in enumerate(after, 1)]

    def _turn(self, number: int) -> Document:
        turn = self._space.turns[number]
        verdict = self._space.verdicts.get(turn.id)
        plain = Document(
            number=number, id=turn.id, kind="turn", text=turn.text, at=turn.at, session=turn.session, role=turn.role,
            speaker=turn.speaker, origin=turn.origin,
            evidence=(Evidence(turn=turn.id, quote=turn.text, ref=turn.ref, at=turn.at),),
        )  # fmt: skip
        if verdict is None:
            return plain
        return replace(
            plain, kind=verdict.kind, salience=verdict.salience, tier=verdict.tier, dates=verdict.dates, row=verdict
        )


class EphemeralStore:
    """Keeps the promise of `protocols.Store` in memory."""

    def __init__(self, *, entropy: Callable[[int], bytes] = os.urandom) -> None:
        """Begin empty."""
        self._secret = entropy(32)
        self._spaces: dict[str, Space] = {}
        self._leases: dict[str, tuple[str, datetime]] = {}
        self._numbers = {"turn": 0, "memory": MEMORY_BIT, "use": 0}
        self._lock = RLock()
        self._open = True

    # ------------------------------------------------------------ turns

    def append(self, namespace: str, turns: Sequence[Turn]) -> AppendResult:
        """Keep these turns, each once."""
        with self._writing(namespace) as space:
            ids = list[str]()
            grown = space
            for turn in turns:
                grown, name = self._kept(grown, namespace, turn)
                ids.append(name)
            if grown is not space:
                self._spaces[namespace] = grown
            return AppendResult(ids=tuple(ids), new=len(grown.turns) - len(space.turns))

    def turns(self, namespace: str, ids: Collection[str] | None = None) -> Iterator[Turn]:
        """Yield turns oldest first."""
        space, wanted = self._space(namespace), None if ids is None else set(ids)
        return iter(space.by_time(no for name, no in space.number_of.items() if wanted is None or name in wanted))

    def session_turns(self, namespace: str, session: str) -> Sequence[Turn]:
        """Return the turns of one session oldest first."""
        space = self._space(namespace)
        return space.by_time(number for number, turn in space.turns.items() if turn.session == session)

    def supersede(self, namespace: str, turns: Collection[str], restored: Collection[str] = ()) -> None:
        """Call these turns superseded, and those in `restored` no longer."""
        with self._writing(namespace) as space:
            gone = {space.number_of[name] for name in turns if name in space.number_of} - space.revised
            left = replace(
                space, revised=space.revised | gone, taken_back=space.taken_back | gone, new=space.new - gone
            )
            back = _restorable(left, restored)
            slept = {number for numbers in space.slept.values() for number in numbers}
            self._spaces[namespace] = replace(
                left, revised=left.revised - back, taken_back=left.taken_back - back, new=left.new | (back - slept)
            )

    def next_batch(self, namespace: str, size: int) -> Sequence[Turn]:
        """Return the oldest new turns, whole sessions as far as they fit."""
        space = self._space(namespace)
        sessions: dict[str, list[int]] = defaultdict(list)
        for number in sorted(space.new):
            sessions[space.turns[number].session].append(number)
        chosen = list[int]()
        for numbers in sessions.values():
            if chosen and len(chosen) + len(numbers) > size:
                break
            chosen += sorted(numbers, key=lambda number: (space.turns[number].at, number))[:size]
        return [space.turns[number] for number in chosen]

    # ------------------------------------------------------------ looking

    @contextmanager
    def view(self, namespace: str) -> Iterator[EphemeralView]:
        """Look at a namespace as it is now."""
        yield EphemeralView(self._space(namespace))

    def namespaces(self) -> Sequence[str]:
        """Return the names of all namespaces."""
        self._space("")
        return sorted(self._spaces)

    def memories(self, namespace: str, ids: Collection[str] | None = None) -> Sequence[Memory]:
        """Return memories in the order they were learned."""
        return [memory for memory in self._space(namespace).learned if ids is None or memory.id in ids]

    def verdicts(self, namespace: str, turns: Collection[str] | None = None) -> Sequence[Verdict]:
        """Return what nights decided about turns."""
        return _verdicts(self._space(namespace), turns)

    def stats(self, namespace: str) -> Mapping[str, Any]:
        """Return counts and sizes; the total is that of the texts."""
        space = self._space(namespace)
        shown = [number for number in space.shelves["active"] if number < MEMORY_BIT]
        archived = {space.turns[number].ref for number in space.shelves["archive"] if number < MEMORY_BIT}
        return {
            "turns": len(space.current),
            "new_turns": len(space.new),
            "active_items": len(space.shelves["active"]),
            "archived_items": len(space.shelves["archive"]),
            "active_bytes": sum(_size(space.turns[number].text) for number in shown) + bytes_shown(space.learned),
            "total_bytes": sum(_size(turn.text) for other in self._spaces.values() for turn in other.turns.values()),
            "nights": len(space.nights),
            "damaged": 0,
            **memory_stats(space.learned, archived - {""}),
        }

    # ------------------------------------------------------------ nights

    def begin(self, namespace: str, night: Night) -> None:
        """Write the record of a night that starts."""
        with self._writing(namespace) as space:
            known = space.nights.get(night.id)
            if known is not None and known.state == "undone":
                raise AlreadyUndone(f"night {night.id} was undone; start another one")
            state = "sealed" if known is not None and known.state == "sealed" else night.state
            record = replace(known or replace(night, changes=()), state=state)
            self._spaces[namespace] = replace(space, nights={**space.nights, night.id: record})

    def commit(self, namespace: str, night: str, turns: Sequence[str], changes: Sequence[Change]) -> None:
        """Write every change and call these turns slept, all or nothing."""
        with self._writing(namespace) as space:
            record = _night(space, night)
            if record.state == "undone":
                raise AlreadyUndone(f"night {night} was undone; start another one")
            after = self._applied(space, changes)
            numbers = tuple(space.number_of[name] for name in turns if name in space.number_of)
            noted = replace(record, changes=(*record.changes, *changes))
            self._spaces[namespace] = replace(
                after, new=after.new - set(numbers), nights={**space.nights, night: noted},
                slept={**space.slept, night: (*space.slept.get(night, ()), *numbers)},
            )  # fmt: skip

    def finish(self, namespace: str, night: str, state: NightState, report: Mapping[str, float | str]) -> Night:
        """Write how the night ended."""
        with self._writing(namespace) as space:
            record = _night(space, night)
            ended = replace(
                record, state=record.state if record.state in ("undone", "sealed") else state, report=dict(report)
            )
            answers = space.answers if state == "interrupted" else {}
            self._spaces[namespace] = replace(space, nights={**space.nights, night: ended}, answers=answers)
            return ended

    def undo(self, namespace: str, night: str) -> Night:
        """Put back exactly what the night replaced."""
        with self._writing(namespace) as space:
            record = _night(space, night)
            if record.state not in IN_EFFECT:
                raise AlreadyUndone(f"night {night} is {record.state}; there is nothing of it to undo")
            _refuse_if_built_upon(space, record)
            try:
                before = self._applied(space, [change.inverse for change in reversed(record.changes)])
            except StaleNight as exc:
                raise UndoConflict(f"night {night} cannot be undone: {exc}, and no night says why") from exc
            undone = replace(record, state="undone")
            again = {number for number in space.slept.get(night, ()) if number in space.turns}
            self._spaces[namespace] = replace(
                before, new=before.new | (again - space.revised), nights={**space.nights, night: undone},
                slept={**space.slept, night: ()}, vetoes=space.vetoes | {change.key for change in record.changes},
            )  # fmt: skip
            return undone

    def nights(self, namespace: str) -> Sequence[Night]:
        """Return the nights, oldest first."""
        return [replace(night, changes=()) for night in self._space(namespace).nights.values()]

    def night(self, namespace: str, night: str) -> Night:
        """Return one night with its changes."""
        return _night(self._space(namespace), night)

    def vetoes(self, namespace: str) -> frozenset[str]:
        """Return the keys of changes the user took back."""
        return self._space(namespace).vetoes

    def record_refusal(self, namespace: str, digest: str) -> None:
        """Remember that a night over this input was refused."""
        with self._writing(namespace) as space:
            self._spaces[namespace] = replace(space, refusals=space.refusals | {digest})

    def is_refused(self, namespace: str, digest: str) -> bool:
        """Tell whether a night over this input was refused before."""
        return digest in self._space(namespace).refusals

    def answer(self, namespace: str, question: str) -> str | None:
        """Return the model's answer to a question."""
        return self._space(namespace).answers.get(question)

    def record_answer(self, namespace: str, question: str, answer: str) -> None:
        """Keep the model's answer."""
        with self._writing(namespace) as space:
            self._spaces[namespace] = replace(space, answers={**space.answers, question: answer})

    def lease(self, name: str, holder: str, now: datetime, term: timedelta) -> bool:
        """Take or renew a lease."""
        with self._lock:
            self._space("")
            owner, until = self._leases.get(name, (holder, now))
            if owner != holder and until > now:
                return False
            self._leases[name] = (holder, now + term)
            return True

    def lease_holder(self, name: str) -> str | None:
        """Return who took this lease last and did not give it back."""
        with self._lock:
            return self._leases[name][0] if name in self._leases else None

    def release(self, name: str, holder: str) -> None:
        """Give the lease back."""
        with self._lock:
            if self._leases.get(name, ("", None))[0] == holder:
                del self._leases[name]

    # ------------------------------------------------------------ injections

    def record_injection(
        self, namespace: str, injection: Injection, now: datetime, session: str | None, place: str | None = None
    ) -> None:
        """Keep what was injected."""
        del now  # nobody asks a store that forgets when it was
        with self._lock:
            space, use = self._space(namespace), self._number("use")
            words = {text: use for text in (injection.block, injection.recall) if text}
            there = session is not None and place is not None and not _forgotten(space, rests_on(injection))
            parts = shown(injection, place or "") if there else ()
            placed = {(session or "", part.place): (use, part) for part in parts}
            origin = least_trusted(tuple(item.origin for item in injection.items))
            read = {} if session is None or origin == "said" else {use: (session, origin)}
            self._spaces[namespace] = replace(
                space, uses={**space.uses, use: tuple(item.id for item in injection.items)},
                read={**space.read, **read}, injected={**words, **space.injected}, placed={**placed, **space.placed},
            )  # fmt: skip

    def find_injected(self, namespace: str, texts: Collection[str]) -> frozenset[str]:
        """Return those texts that LTML injected itself."""
        return frozenset(self._space(namespace).injected) & frozenset(texts)

    def placed_texts(self, namespace: str, session: str) -> Sequence[PlacedText]:
        """Return the words kept for replay in this session."""
        there = [kept for (talk, _), kept in self._space(namespace).placed.items() if talk == session]
        return [part for _, part in sorted(there, key=lambda kept: (kept[0], kept[1].place))]

    def discard_placed(self, namespace: str, session: str, places: Collection[str]) -> None:
        """Keep the words placed under these places no longer for replay."""
        with self._lock:
            space, gone = self._space(namespace), {(session, place) for place in places}
            left = {key: words for key, words in space.placed.items() if key not in gone}
            self._spaces[namespace] = replace(space, placed=left)

    # ------------------------------------------------------------ overhearing

    def origins(self, namespace: str, sessions: Collection[str]) -> Mapping[str, Origin]:
        """Return the least trusted origin in each of these sessions."""
        found: dict[str, list[Origin]] = {session: [] for session in sessions}
        if found:
            space = self._space(namespace)
            there = [(turn.session, turn.origin) for turn in space.turns.values()]
            for session, origin in (*there, *space.read.values()):
                found.get(session, []).append(origin)
        return {session: least_trusted(tuple(origins)) for session, origins in found.items()}

    def keyed_digest(self, text: str) -> str:
        """Return a digest that nobody without this store's secret can recompute."""
        self._space("")
        return keyed(self._secret, text)

    def record_messages(self, namespace: str, session: str, heard: Sequence[MessageDigest], now: datetime) -> None:
        """Keep that these messages were heard in this session."""
        if heard:
            with self._writing(namespace) as space:
                fresh = {(session, message.digest): (message, now) for message in reversed(heard)}
                self._spaces[namespace] = replace(space, heard={**fresh, **space.heard})

    def find_messages(self, namespace: str, digests: Collection[str]) -> Sequence[KnownMessage]:
        """Return the messages heard whose digest or pair is among these."""
        space, wanted = self._space(namespace), set(digests) - {""}
        ends = {talk: message.place for (talk, _), (message, _) in sorted(space.heard.items(), key=_place)}
        return newest_first(
            KnownMessage(
                session=talk, digest=message.digest, pair=message.pair, place=message.place,
                last=message.place == ends[talk], at=at.astimezone(UTC),
            )
            for (talk, _), (message, at) in space.heard.items()
            if {message.digest, message.pair} & wanted
        )  # fmt: skip

    def count_new_turns(self) -> Mapping[str, int]:
        """Return the namespaces that have new turns, and how many."""
        self._space("")
        return {name: len(space.new) for name, space in self._spaces.items() if space.new}

    # ------------------------------------------------------------ forgetting

    def find(self, namespace: str, text: str) -> Selection:
        """Return everything whose words contain this text."""
        space = self._space(namespace)
        found = containing(text, space.turns.values(), space.learned)
        return replace(found, before=words_mark(self._secret, namespace, text) in space.barred)

    def are_forgotten(self, namespace: str, turns: Sequence[Turn]) -> Sequence[bool]:
        """Tell of each turn whether it was ordered away and is not there again."""
        space = self._space(namespace)
        there = {turn.id: turn.text for turn in space.turns.values()}
        return [
            not space.barred.isdisjoint(marks(self._secret, namespace, turn))
            and all(there.get(name) != turn.text for name in candidates(self._secret, namespace, turn))
            for turn in turns
        ]

    def find_forgotten(self, namespace: str, digests: Collection[str]) -> frozenset[str]:
        """Return those chain digests that were of talks in which something was forgotten."""
        barred = self._space(namespace).barred
        return frozenset(digest for digest in digests if heard_mark(self._secret, digest) in barred)

    def forget(self, namespace: str, selection: Selection, now: datetime) -> Receipt:
        """Scrub turns and memories and all that was derived from them; nothing was ever written to a file."""
        with self._lock:
            space = self._space(namespace)
            turns = _with_revisions(space, selection.turns)
            names = {space.turns[number].id for number in turns}
            touched = [m for m in space.learned if m.id in selection.memories or names & cited(m)]
            if not turns and not touched:
                ordered = {*selection.turns, *selection.memories}
                known = [old for old in space.receipts if ordered & {*old.turns, *old.memories}]
                return known[-1] if known else Receipt(id="", at=now, state="nothing")
            gone = names | {memory.id for memory in touched}
            changes = [_remade(space, memory, names, selection.memories) for memory in touched]
            after = _without_turns(self._applied(space, changes), turns, names)
            gone_turns = [space.turns[number] for number in turns]
            after = replace(after, barred=space.barred | self._marks(space, namespace, gone_turns))
            after = _without_talks(after, {turn.session for turn in gone_turns})
            after, sealed = _without_changes(after, gone)
            texts = [*(space.turns[number].text for number in turns), *_words_gone(changes, names)]
            others = (other for name, other in self._spaces.items() if name != namespace)
            says = quoting(texts, telling(texts, [*_words_left(after), *_words_elsewhere(others)]))
            after = _without_uses(after, gone, says)
            receipt = Receipt(
                id=content_id("forget", str(instant(now)), *sorted(gone)), at=now, turns=tuple(sorted(names)),
                memories=tuple(sorted(gone - names)), sealed_nights=sealed, state="proven",
            )  # fmt: skip
            self._spaces[namespace] = replace(after, receipts=(*space.receipts, receipt))
            return receipt

    # ------------------------------------------------------------ keeping sound

    def digest(self, namespace: str) -> str:
        """Return a hash of everything the namespace holds."""
        space = self._space(namespace)
        new = [space.turns[number].id for number in sorted(space.new)]
        return state_digest(map(space.turn, space.turns), _verdicts(space, None), space.learned, new)

    def verify(self, repair: bool = False) -> Sequence[str]:  # noqa: FBT001, FBT002 -- as promised
        """Return nothing: nothing here is derived before it is asked for."""
        del repair
        self._space("")
        return []

    def quarantined(self, namespace: str) -> Sequence[QuarantinedRow]:
        """Return nothing: no bytes lie on a disk that could be damaged."""
        self._space(namespace)
        return []

    def close(self) -> None:
        """Forget everything."""
        self._open = False
        self._spaces.clear()

    # ------------------------------------------------------------ inside

    def _space(self, namespace: str) -> Space:
        if not self._open:
            raise StoreUnavailable(CLOSED)
        return self._spaces.get(namespace, Space())

    @contextmanager
    def _writing(self, namespace: str) -> Iterator[Space]:
        with self._lock:
            yield self._space(namespace)

    def _number(self, kind: str) -> int:
        self._numbers[kind] += 1
        return self._numbers[kind]

    def _kept(self, space: Space, namespace: str, turn: Turn) -> tuple[Space, str]:
        """Return the space with this turn, and the turn's id."""
        names = candidates(self._secret, namespace, turn)
        there = {name: space.turns[space.number_of[name]] for name in names if name in space.number_of}
        name, _ = settled(turn, names, {name: (kept.text, kept.interrupted) for name, kept in there.items()})
        if name in there:
            return space, name
        number = self._number("turn")
        turns = {**space.turns, number: replace(turn, id=name, superseded=False)}
        if turn.superseded:
            revised, taken_back = space.revised | {number}, space.taken_back | {number}
            return replace(space, turns=turns, revised=revised, taken_back=taken_back), name
        old = {no for no in space.turns if turn.ref and _same_ref(space.turns[no], turn)} - space.revised
        return replace(space, turns=turns, revised=space.revised | old, new=(space.new - old) | {number}), name

    def _marks(self, space: Space, namespace: str, turns: Sequence[Turn]) -> frozenset[str]:
        """Return what these turns, and the talks they were in, are known by once they are forgotten."""
        talks = {turn.session for turn in turns}
        known_by = {mark for turn in turns for mark in marks(self._secret, namespace, turn)}
        words = {words_mark(self._secret, namespace, turn.text) for turn in turns}
        heard = {heard_mark(self._secret, digest) for talk, digest in space.heard if talk in talks}
        return frozenset(known_by | words | heard)

    def _applied(self, space: Space, changes: Iterable[Change]) -> Space:
        """Return the space after these changes. Raises `StaleNight` if one does not fit."""
        for change in changes:
            row = change.after or change.before
            if isinstance(row, Verdict):
                space = _judged(space, change, row.turn)
            elif isinstance(row, Memory):
                space = self._learned(space, change, row.id)
        return space

    def _learned(self, space: Space, change: Change, name: str) -> Space:
        expect(space.memories.get(name), change)
        after = change.after if isinstance(change.after, Memory) else None
        unknown = cited(after) - cited(space.memories.get(name)) - space.number_of.keys()
        if unknown:
            raise StaleNight(f"turn {min(unknown)} was forgotten while the night was thinking")
        memories = {key: memory for key, memory in space.memories.items() if key != name}
        numbers = {key: number for key, number in space.memory_numbers.items() if key != name}
        if after is not None:
            memories[name] = after
            numbers[name] = space.memory_numbers.get(name) or self._number("memory")
        return replace(space, memories=memories, memory_numbers=numbers)


def _place(heard: tuple[tuple[str, str], tuple[MessageDigest, datetime]]) -> int:
    return heard[1][0].place


def _restorable(space: Space, ids: Collection[str]) -> frozenset[int]:
    """Return which of these were taken back, less those whose ref says something else by now."""
    now = {(space.turns[no].session, space.turns[no].ref) for no in space.current if space.turns[no].ref}
    numbers = frozenset(space.number_of[name] for name in ids if name in space.number_of) & space.taken_back
    return frozenset(no for no in numbers if (space.turns[no].session, space.turns[no].ref) not in now)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _same_ref(one: Turn, other: Turn) -> bool:
    return (one.session, one.ref) == (other.session, other.ref)


def _verdicts(space: Space, turns: Collection[str] | None) -> list[Verdict]:
    judged = [space.verdicts[turn.id] for turn in space.turns.values() if turn.id in space.verdicts]
    return [verdict for verdict in judged if turns is None or verdict.turn in turns]


def _judged(space: Space, change: Change, turn: str) -> Space:
    if turn not in space.number_of:
        raise StaleNight(f"turn {turn} was forgotten while the night was thinking")
    expect(space.verdicts.get(turn), change)
    verdicts = {key: verdict for key, verdict in space.verdicts.items() if key != turn}
    if isinstance(change.after, Verdict):
        verdicts[turn] = change.after
    return replace(space, verdicts=verdicts)


def _night(space: Space, name: str) -> Night:
    if name not in space.nights:
        raise NotFound(f"no night called {name}; `ltml nights` lists them")
    return space.nights[name]


def _refuse_if_built_upon(space: Space, night: Night) -> None:
    names = list(space.nights)
    later = [space.nights[name] for name in names[names.index(night.id) + 1 :]]
    keys = {change.key for change in night.changes}
    for other in reversed(later):
        if other.state in (*IN_EFFECT, "sealed") and keys & {change.key for change in other.changes}:
            cure = "was sealed by a forgetting" if other.state == "sealed" else "undo that one first"
            raise UndoConflict(f"{other.id} built on this night; {cure}")


def _with_revisions(space: Space, ids: Collection[str]) -> frozenset[int]:
    """Return the numbers of these turns and of every revision of their refs."""
    ordered = [space.turns[space.number_of[name]] for name in ids if name in space.number_of]
    refs = {(turn.session, turn.ref) for turn in ordered if turn.ref}
    names = {turn.id for turn in ordered}
    return frozenset(no for no, t in space.turns.items() if t.id in names or (t.session, t.ref) in refs)


def _remade(space: Space, memory: Memory, turns: Collection[str], ordered: Collection[str]) -> Change:
    left = tuple(e for e in memory.evidence if e.turn not in turns)
    if memory.id in ordered or not left:
        return Change(before=memory, after=None, reason="forgotten")
    after = from_rest(memory, left, lambda turn: space.turns[space.number_of[turn]].text)
    return Change(before=memory, after=after, reason="forgotten")


def _without_turns(space: Space, turns: Collection[int], names: Collection[str]) -> Space:
    return replace(
        space,
        turns={number: turn for number, turn in space.turns.items() if number not in turns},
        revised=space.revised - set(turns),
        taken_back=space.taken_back - set(turns),
        new=space.new - set(turns),
        verdicts={name: verdict for name, verdict in space.verdicts.items() if name not in names},
        slept={night: tuple(no for no in numbers if no not in turns) for night, numbers in space.slept.items()},
    )


def _without_changes(space: Space, gone: Collection[str]) -> tuple[Space, tuple[str, ...]]:
    """Return the space without the records that mention what is gone, and the nights that are sealed by that."""
    nights, sealed = dict[str, Night](), list[str]()
    for name, night in space.nights.items():
        left = tuple(change for change in night.changes if not _mentions(change, gone))
        hit = len(left) < len(night.changes) and night.state != "undone"
        nights[name] = replace(night, changes=left, state="sealed" if hit else night.state)
        sealed += [name] if hit else []
    keys = {f"{kind}:{name}" for name in gone for kind in ("memory", "verdict")}
    return replace(space, nights=nights, vetoes=space.vetoes - keys, answers={}), tuple(sealed)


def _forgotten(space: Space, ids: Collection[str]) -> bool:
    """Tell whether any of this was ordered away and is not there again."""
    ordered = {name for receipt in space.receipts for name in (*receipt.turns, *receipt.memories)}
    return not (ordered & set(ids)) <= space.number_of.keys() | space.memories.keys()


def _without_talks(space: Space, sessions: Collection[str]) -> Space:
    """Return the space without the digests of these sessions, and without what was placed in them."""
    return replace(
        space,
        heard={key: message for key, message in space.heard.items() if key[0] not in sessions},
        placed={key: words for key, words in space.placed.items() if key[0] not in sessions},
    )


def _without_uses(space: Space, gone: Collection[str], says: Callable[[str], bool]) -> Space:
    """Return the space without the injections that showed what is gone, or whose words say it."""
    spoken = {use for use, part in space.placed.values() if says(part.text)}
    named = {use for use, ids in space.uses.items() if set(ids) & set(gone)}
    left = space.uses.keys() - spoken - named
    return replace(
        space,
        read={use: where for use, where in space.read.items() if use in left},
        uses={use: ids for use, ids in space.uses.items() if use in left},
        injected={text: use for text, use in space.injected.items() if use in left},
        placed={key: words for key, words in space.placed.items() if words[0] in left},
    )


def _words_gone(changes: Iterable[Change], turns: Collection[str]) -> Iterator[str]:
    """Yield what memories said that no memory says any more: their texts, and quotes of these turns."""
    for before, after in ((change.before, change.after) for change in changes):
        if isinstance(before, Memory):
            yield from (e.quote for e in before.evidence if e.turn in turns)
            if not isinstance(after, Memory) or after.text != before.text:
                yield before.text


def _words_left(space: Space) -> Iterator[str]:
    for turn in space.turns.values():
        yield from (turn.text, turn.session, turn.role, turn.speaker, turn.ref)
    yield from (memory.text for memory in space.memories.values())


def _words_elsewhere(spaces: Iterable[Space]) -> Iterator[str]:
    for space in spaces:
        yield from _words_left(space)
        yield from (part.text for _, part in space.placed.values())


def _mentions(change: Change, gone: Collection[str]) -> bool:
    text = f"{change.key} {packed(change.before)} {packed(change.after)}"
    return any(name in text for name in gone)


plugin = EphemeralStore
