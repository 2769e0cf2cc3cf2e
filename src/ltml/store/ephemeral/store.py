"""
A store that forgets when it is closed: for tests, for documentation that runs, for trying things out.

Theory of operation. A namespace is one frozen `NamespaceState` of plain dictionaries, and a write puts a new one in its
place. So a view is the state of that moment, and what fails half way leaves the old one. Nothing is derived before it
is asked for: posting lists, statistics and fold keys are counted anew from the texts. That is slow and simple, and it
is what the other stores are compared with.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import RLock
from typing import Any

from ltml.errors import StaleNight, StoreUnavailable, UndoConflict
from ltml.model import (
    IN_EFFECT,
    MEMORY_BIT,
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
)
from ltml.protocols import AppendResult, KnownMessage, MessageDigest, PlacedText, QuarantinedRow, Selection
from ltml.store.ephemeral.erase import erase
from ltml.store.ephemeral.state import NamespaceState, apply_changes, restorable
from ltml.store.ephemeral.view import EphemeralView
from ltml.store.identity import (
    candidate_ids,
    digest_text,
    message_tombstone,
    resolve_id,
    text_tombstone,
    turn_tombstones,
)
from ltml.store.redaction import select_containing
from ltml.store.rules import (
    byte_size,
    check_undoable,
    check_writable,
    count_active_bytes,
    digest_state,
    injection_sources,
    night_not_found,
    sort_newest_first,
    split_injection,
    summarize_memories,
    undo_conflict,
)


class EphemeralStore:
    """Keeps the promise of `protocols.Store` in memory."""

    def __init__(self, *, entropy: Callable[[int], bytes] = os.urandom) -> None:
        """Begin empty."""
        self._secret = entropy(32)
        self._states: dict[str, NamespaceState] = {}
        self._leases: dict[str, tuple[str, datetime]] = {}
        self._turn_numbers, self._memory_numbers, self._injection_numbers = count(1), count(MEMORY_BIT + 1), count(1)
        self._lock = RLock()
        self._open = True

    # ------------------------------------------------------------ turns

    def append(self, namespace: str, turns: Sequence[Turn]) -> AppendResult:
        """Keep these turns, each once."""
        with self._lock:
            state = before = self._state(namespace)
            ids = list[str]()
            for turn in turns:
                names = candidate_ids(self._secret, namespace, turn)
                there = {name: state.turns[state.number_of[name]] for name in names if name in state.number_of}
                name, _ = resolve_id(turn, names, {name: (t.text, t.interrupted) for name, t in there.items()})
                ids.append(name)
                if name not in there:
                    state = self._add(state, replace(turn, id=name))
            if state is not before:
                self._states[namespace] = state
            return AppendResult(ids=tuple(ids), new=len(state.turns) - len(before.turns))

    def _add(self, state: NamespaceState, turn: Turn) -> NamespaceState:
        """Return the state with a new turn, which supersedes the older revisions of its ref."""
        number = next(self._turn_numbers)
        turns = {**state.turns, number: replace(turn, superseded=False)}
        if turn.superseded:
            superseded, taken_back = state.superseded | {number}, state.taken_back | {number}
            return replace(state, turns=turns, superseded=superseded, taken_back=taken_back)
        ref = (turn.session, turn.ref)
        old = {no for no, known in state.turns.items() if turn.ref and (known.session, known.ref) == ref}
        old -= state.superseded
        return replace(state, turns=turns, superseded=state.superseded | old, new=(state.new - old) | {number})

    def turns(self, namespace: str, ids: Collection[str] | None = None) -> Iterator[Turn]:
        """Yield turns oldest first."""
        state, wanted = self._state(namespace), None if ids is None else set(ids)
        return iter(state.sort_by_time(no for name, no in state.number_of.items() if wanted is None or name in wanted))

    def session_turns(self, namespace: str, session: str) -> Sequence[Turn]:
        """Return the turns of one session oldest first."""
        state = self._state(namespace)
        return state.sort_by_time(number for number, turn in state.turns.items() if turn.session == session)

    def supersede(self, namespace: str, turns: Collection[str], restored: Collection[str] = ()) -> None:
        """Call these turns superseded, and those in `restored` no longer."""
        with self._lock:
            state = self._state(namespace)
            gone = {state.number_of[name] for name in turns if name in state.number_of} - state.superseded
            state = replace(
                state,
                superseded=state.superseded | gone,
                taken_back=state.taken_back | gone,
                new=state.new - gone,
            )
            back = restorable(state, restored)
            slept = {number for numbers in state.slept.values() for number in numbers}
            self._states[namespace] = replace(
                state,
                superseded=state.superseded - back,
                taken_back=state.taken_back - back,
                new=state.new | (back - slept),
            )

    def next_batch(self, namespace: str, size: int) -> Sequence[Turn]:
        """Return the oldest new turns, whole sessions as far as they fit."""
        state = self._state(namespace)
        sessions: dict[str, list[int]] = defaultdict(list)
        for number in sorted(state.new):
            sessions[state.turns[number].session].append(number)
        chosen = list[int]()
        for numbers in sessions.values():
            if chosen and len(chosen) + len(numbers) > size:
                break
            chosen += sorted(numbers, key=lambda number: (state.turns[number].at, number))[:size]
        return [state.turns[number] for number in chosen]

    # ------------------------------------------------------------ reading

    @contextmanager
    def view(self, namespace: str) -> Iterator[EphemeralView]:
        """Look at a namespace as it is now."""
        yield EphemeralView(self._state(namespace))

    def namespaces(self) -> Sequence[str]:
        """Return the names of all namespaces."""
        self._state("")
        return sorted(self._states)

    def memories(self, namespace: str, ids: Collection[str] | None = None) -> Sequence[Memory]:
        """Return memories in the order they were learned."""
        return [memory for memory in self._state(namespace).learned if ids is None or memory.id in ids]

    def verdicts(self, namespace: str, turns: Collection[str] | None = None) -> Sequence[Verdict]:
        """Return what nights decided about turns."""
        return [v for v in self._state(namespace).list_verdicts() if turns is None or v.turn in turns]

    def stats(self, namespace: str) -> Mapping[str, Any]:
        """Return counts and sizes; the total is that of the texts."""
        state = self._state(namespace)
        active, archive = state.partitions["active"], state.partitions["archive"]
        shown = [state.turns[number].text for number in active if number < MEMORY_BIT]
        every = [turn.text for other in self._states.values() for turn in other.turns.values()]
        return {
            "turns": len(state.current),
            "new_turns": len(state.new),
            "active_items": len(active),
            "archived_items": len(archive),
            "active_bytes": sum(map(byte_size, shown)) + count_active_bytes(state.learned),
            "total_bytes": sum(map(byte_size, every)),
            "nights": len(state.nights),
            "damaged": 0,
            **summarize_memories(state.learned, {state.turns[no].ref for no in archive if no < MEMORY_BIT} - {""}),
        }

    # ------------------------------------------------------------ nights

    def begin(self, namespace: str, night: Night) -> None:
        """Write the record of a night that starts."""
        with self._lock:
            known = self._state(namespace).nights.get(night.id)
            if known is not None:
                check_writable(night.id, known.state)
            state = "sealed" if known is not None and known.state == "sealed" else night.state
            self._put_night(namespace, replace(known or replace(night, changes=()), state=state))

    def commit(self, namespace: str, night: str, turns: Sequence[str], changes: Sequence[Change]) -> None:
        """Write every change and call these turns slept, all or nothing."""
        with self._lock:
            state, record = self._state(namespace), self.night(namespace, night)
            check_writable(night, record.state)
            after = apply_changes(state, changes, self._memory_numbers)
            numbers = tuple(state.number_of[name] for name in turns if name in state.number_of)
            slept = {**state.slept, night: (*state.slept.get(night, ()), *numbers)}
            self._states[namespace] = replace(after, new=after.new - set(numbers), slept=slept)
            self._put_night(namespace, replace(record, changes=(*record.changes, *changes)))

    def finish(self, namespace: str, night: str, state: NightState, report: Mapping[str, float | str]) -> Night:
        """Write how the night ended."""
        with self._lock:
            record = self.night(namespace, night)
            final = record.state in ("undone", "sealed")
            ended = replace(record, state=record.state if final else state, report=dict(report))
            self._put_night(namespace, ended)
            if state != "interrupted":
                self._update(namespace, answers={})
            return ended

    def undo(self, namespace: str, night: str) -> Night:
        """Put back exactly what the night replaced."""
        with self._lock:
            state, record = self._state(namespace), self.night(namespace, night)
            check_undoable(night, record.state)
            keys = {change.key for change in record.changes}
            names = list(state.nights)
            for name in reversed(names[names.index(night) + 1 :]):
                other = state.nights[name]
                shared = [change.key for change in other.changes if change.key in keys]
                if shared and other.state in {*IN_EFFECT, "sealed"}:
                    raise undo_conflict(other.id, other.state, shared[0])
            inverses = [change.inverse for change in reversed(record.changes)]
            try:
                before = apply_changes(state, inverses, self._memory_numbers)
            except StaleNight as exc:
                raise UndoConflict(f"night {night} cannot be undone: {exc}, and no night says why") from exc
            again = {number for number in state.slept.get(night, ()) if number in state.turns}
            self._states[namespace] = replace(
                before, new=before.new | (again - state.superseded), slept={**state.slept, night: ()},
                vetoes=state.vetoes | keys,
            )  # fmt: skip
            return self._put_night(namespace, replace(record, state="undone"))

    def nights(self, namespace: str) -> Sequence[Night]:
        """Return the nights, oldest first."""
        return [replace(night, changes=()) for night in self._state(namespace).nights.values()]

    def night(self, namespace: str, night: str) -> Night:
        """Return one night with its changes."""
        found = self._state(namespace).nights.get(night)
        if found is None:
            raise night_not_found(night)
        return found

    def vetoes(self, namespace: str) -> frozenset[str]:
        """Return the keys of changes the user took back."""
        return self._state(namespace).vetoes

    def record_refusal(self, namespace: str, digest: str) -> None:
        """Remember that a night over this input was refused."""
        with self._lock:
            self._update(namespace, refusals=self._state(namespace).refusals | {digest})

    def is_refused(self, namespace: str, digest: str) -> bool:
        """Tell whether a night over this input was refused before."""
        return digest in self._state(namespace).refusals

    def answer(self, namespace: str, question: str) -> str | None:
        """Return the model's answer to a question."""
        return self._state(namespace).answers.get(question)

    def record_answer(self, namespace: str, question: str, answer: str) -> None:
        """Keep the model's answer."""
        with self._lock:
            self._update(namespace, answers={**self._state(namespace).answers, question: answer})

    def lease(self, name: str, holder: str, now: datetime, term: timedelta) -> bool:
        """Take or renew a lease."""
        with self._lock:
            self._state("")
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

    # ------------------------------------------------------------ injections and messages

    def record_injection(
        self, namespace: str, injection: Injection, now: datetime, session: str | None, place: str | None = None
    ) -> None:
        """Keep what was injected."""
        del now  # nobody asks an ephemeral store when it was
        with self._lock:
            state, number = self._state(namespace), next(self._injection_numbers)
            texts = {text: number for text in (injection.block, injection.recall) if text}
            parts: Sequence[PlacedText] = ()
            if session is not None and place is not None and not state.has_forgotten(injection_sources(injection)):
                parts = split_injection(injection, place)
            placed = {(session or "", part.place): (number, part) for part in parts}
            origin = least_trusted(tuple(item.origin for item in injection.items))
            doubtful = {} if session is None or origin == "said" else {number: (session, origin)}
            items = tuple(item.id for item in injection.items)
            self._update(
                namespace, injected_items={**state.injected_items, number: items},
                injected_texts={**texts, **state.injected_texts}, placed={**placed, **state.placed},
                doubtful_origins={**state.doubtful_origins, **doubtful},
            )  # fmt: skip

    def find_injected(self, namespace: str, texts: Collection[str]) -> frozenset[str]:
        """Return those texts that LTML injected itself."""
        return frozenset(self._state(namespace).injected_texts) & frozenset(texts)

    def placed_texts(self, namespace: str, session: str) -> Sequence[PlacedText]:
        """Return the words kept for replay in this session."""
        there = [part for (name, _), part in self._state(namespace).placed.items() if name == session]
        return [part for _, part in sorted(there, key=lambda pair: (pair[0], pair[1].place))]

    def discard_placed(self, namespace: str, session: str, places: Collection[str]) -> None:
        """Keep the words placed under these places no longer for replay."""
        with self._lock:
            gone = {(session, place) for place in places}
            placed = {key: part for key, part in self._state(namespace).placed.items() if key not in gone}
            self._update(namespace, placed=placed)

    def origins(self, namespace: str, sessions: Collection[str]) -> Mapping[str, Origin]:
        """Return the least trusted origin in each of these sessions."""
        found: dict[str, list[Origin]] = {session: [] for session in sessions}
        if found:
            state = self._state(namespace)
            there = [(turn.session, turn.origin) for turn in state.turns.values()]
            for session, origin in (*there, *state.doubtful_origins.values()):
                found.get(session, []).append(origin)
        return {session: least_trusted(tuple(origins)) for session, origins in found.items()}

    def keyed_digest(self, text: str) -> str:
        """Return a digest that nobody without this store's secret can recompute."""
        self._state("")
        return digest_text(self._secret, text)

    def record_messages(self, namespace: str, session: str, heard: Sequence[MessageDigest], now: datetime) -> None:
        """Keep that these messages were heard in this session."""
        if heard:
            with self._lock:
                fresh = {(session, message.digest): (message, now) for message in reversed(heard)}
                self._update(namespace, messages={**fresh, **self._state(namespace).messages})

    def find_messages(self, namespace: str, digests: Collection[str]) -> Sequence[KnownMessage]:
        """Return the messages heard whose digest or pair is among these."""
        messages, wanted = self._state(namespace).messages, set(digests) - {""}
        last: dict[str, int] = {}
        for (session, _), (message, _) in messages.items():
            last[session] = max(message.place, last.get(session, message.place))
        return sort_newest_first(
            KnownMessage(
                session=session, digest=message.digest, pair=message.pair, place=message.place,
                last=message.place == last[session], at=at.astimezone(UTC),
            )
            for (session, _), (message, at) in messages.items()
            if {message.digest, message.pair} & wanted
        )  # fmt: skip

    def count_new_turns(self) -> Mapping[str, int]:
        """Return the namespaces that have new turns, and how many."""
        self._state("")
        return {name: len(state.new) for name, state in self._states.items() if state.new}

    # ------------------------------------------------------------ forgetting

    def find(self, namespace: str, text: str) -> Selection:
        """Return everything whose words contain this text."""
        state = self._state(namespace)
        found = select_containing(text, state.turns.values(), state.learned)
        return replace(found, before=text_tombstone(self._secret, namespace, text) in state.tombstones)

    def are_forgotten(self, namespace: str, turns: Sequence[Turn]) -> Sequence[bool]:
        """Tell of each turn whether it was ordered away and is not there again."""
        state = self._state(namespace)
        there = {turn.id: turn.text for turn in state.turns.values()}
        return [
            not state.tombstones.isdisjoint(turn_tombstones(self._secret, namespace, turn))
            and all(there.get(name) != turn.text for name in candidate_ids(self._secret, namespace, turn))
            for turn in turns
        ]

    def find_forgotten(self, namespace: str, digests: Collection[str]) -> frozenset[str]:
        """Return those chain digests that were of talks in which something was forgotten."""
        tombstones = self._state(namespace).tombstones
        return frozenset(digest for digest in digests if message_tombstone(self._secret, digest) in tombstones)

    def forget(self, namespace: str, selection: Selection, now: datetime) -> Receipt:
        """Scrub turns and memories and all that was derived from them; nothing was ever written to a file."""
        with self._lock:
            before = self._state(namespace)
            after, receipt = erase(self._states.items(), namespace, selection, now, self._secret)
            if receipt.state != "nothing" and after is not before:
                self._states[namespace] = after
            return receipt

    # ------------------------------------------------------------ integrity

    def digest(self, namespace: str) -> str:
        """Return a hash of everything the namespace holds."""
        state = self._state(namespace)
        new = [state.turns[number].id for number in sorted(state.new)]
        return digest_state(map(state.mark_turn, state.turns), state.list_verdicts(), state.learned, new)

    def verify(self, repair: bool = False) -> Sequence[str]:  # noqa: FBT001, FBT002 -- as promised
        """Return nothing: nothing here is derived before it is asked for."""
        del repair
        self._state("")
        return []

    def quarantined(self, namespace: str) -> Sequence[QuarantinedRow]:
        """Return nothing: no bytes on a disk could be damaged."""
        self._state(namespace)
        return []

    def close(self) -> None:
        """Forget everything."""
        self._open = False
        self._states.clear()

    def _state(self, namespace: str) -> NamespaceState:
        if not self._open:
            raise StoreUnavailable("the store is closed; what it held is forgotten")
        return self._states.get(namespace, NamespaceState())

    def _update(self, namespace: str, **fields: Any) -> None:
        self._states[namespace] = replace(self._state(namespace), **fields)

    def _put_night(self, namespace: str, night: Night) -> Night:
        self._update(namespace, nights={**self._state(namespace).nights, night.id: night})
        return night
