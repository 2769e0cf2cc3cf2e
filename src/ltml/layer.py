"""
The memory layer: the only file that joins the rooms.

`capture` keeps turns, `sleep` consolidates them, `wake` returns what matters for a question within a budget. The layer
itself only connects: it checks input, gives recall to the night, and turns orders by hand into nights of one change, so
that they too are explained and can be undone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from ltml.capture.checks import check_turns, remove_injections
from ltml.capture.pending import PendingRequests
from ltml.capture.secrets import apply_secret_policy
from ltml.errors import BadTurn, ConfigError, NotFound
from ltml.events import EventListener, TurnsCaptured, ignore_event
from ltml.explanation import Explanation, explain_item
from ltml.location import resolve_store_file
from ltml.model import (
    Change,
    Evidence,
    Hit,
    Injection,
    Listed,
    Memory,
    Night,
    Receipt,
    Turn,
    changed,
    content_id,
    encode_letters,
)
from ltml.plugins import find_plugin
from ltml.protocols import AppendResult, Model, QuarantinedRow, Selection, Store, View
from ltml.selection import (
    QUERY_HITS,
    add_items,
    find_sealed_nights,
    list_memory,
    list_turns,
    nothing_said_error,
    select_by_query,
    select_literally,
)
from ltml.settings import Settings, load_settings

if TYPE_CHECKING:
    from ltml.text.marks import Fence
    from ltml.wake.recall import RecallResult

P = ParamSpec("P")
R = TypeVar("R")

#: The session of turns that were remembered or corrected by hand.
BY_HAND = "by hand"
#: Maximum number of characters of a query that are read; what follows a question is seldom part of it.
MAX_QUERY_CHARS = 20_000
#: Number of characters, from the end of a chat, that are searched for what recall would repeat.
MAX_CHAT_CHARS = 200_000


class MemoryLayer:
    """One namespace of one store."""

    def __init__(  # noqa: PLR0913 -- everything that would else be global comes in here
        self,
        store: Store,
        namespace: str,
        *,
        settings: Settings | None = None,
        model: Model | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Give access to one namespace of a store; `model` may help the night, and is never needed."""
        self.store, self.namespace = store, namespace
        self.settings = settings or Settings()
        self.pending_requests = PendingRequests()
        self._model, self._clock, self._entropy = model, clock, entropy

    # ------------------------------------------------------------ capture, sleep, wake

    def capture(
        self, turns: Iterable[Turn], notify: EventListener = ignore_event, *, even_forgotten: bool = False
    ) -> AppendResult:  # fmt: skip
        """
        Keep turns, each once; durable when this returns. Raises `BadTurn` and `StoreError`s.

        Secrets in them are masked, kept or refused (`SecretRefused`) as the setting `capture.secrets` says. Turns that
        were ordered away before are not kept again, and counted, unless `even_forgotten` says so.
        """
        from ltml.capture.origins import find_drawing_sessions, inherit_origins  # `import ltml` stays light

        good = remove_injections(check_turns(turns), lambda texts: self.store.find_injected(self.namespace, texts))
        origins = self.store.origins(self.namespace, find_drawing_sessions(good))
        good = self._without_secrets(inherit_origins(good, origins))
        forgotten = [] if even_forgotten else self.store.are_forgotten(self.namespace, good)
        if any(forgotten):
            good = [turn for turn, is_forgotten in zip(good, forgotten, strict=True) if not is_forgotten]
        result = replace(self.store.append(self.namespace, good), forgotten=sum(forgotten))
        notify(TurnsCaptured(namespace=self.namespace, new=result.new))
        return result

    def sleep(
        self, now: datetime | None = None, *, dry_run: bool = False, notify: EventListener = ignore_event
    ) -> Night:
        """
        Consolidate the new turns in one night and return it with its changes.

        A dry run changes nothing and returns the night as it would be. A night that an earlier process left
        interrupted goes on where it stopped. Raises `SleepError` and `StoreError`s.
        """
        from ltml.sleep.night import NightDriver  # `import ltml` stays light

        driver = NightDriver(
            store=self.store, namespace=self.namespace, settings=self.settings.sleep, model=self._model,
            recall=self._recall_for_night, notify=notify, entropy=self._entropy,
            clock=self._clock, judge=find_plugin("filters", self.settings.sleep.filter),
        )  # fmt: skip
        return driver.preview(self._at(now)) if dry_run else driver.sleep(self._at(now))

    def wake(self, query: str, budget: int = 512, now: datetime | None = None, session: str | None = None) -> Injection:
        """Return what the model should know for this question, in at most `budget` tokens."""
        from ltml.wake.inject import compose_injection

        at = self._at(now)
        with self.store.view(self.namespace) as view:
            result = self._recall(view, query, self.settings.wake.shown, at)
            injection = compose_injection(result, view.standing(), budget, self.settings.wake, self._fence(session))
        if injection.text:
            self.store.record_injection(self.namespace, injection, at, session)
        return injection

    def remind(  # noqa: PLR0913 -- a question, its chat, and what may be said in it
        self,
        query: str,
        present: str,
        budget: int,
        now: datetime | None = None,
        *,
        session: str | None = None,
        telling: float = 0.0,
        without: Collection[str] = (),
    ) -> Injection:
        """
        Return what to recall for a question in a chat that contains the text `present` already.

        Lines that score less than `telling` (0 to 1) of the best one are left out, and hits whose evidence is all among
        the turns `without` (ids). Nothing is recorded; `note` does that.
        """
        from ltml.text.secrets import mask_secrets
        from ltml.wake.inject import compose_reminder

        with self.store.view(self.namespace) as view:
            result = self._recall(view, query, self.settings.wake.shown, self._at(now))
        if without:
            hits = tuple(hit for hit in result.hits if not {e.turn for e in hit.evidence} <= set(without))
            result = replace(result, hits=hits)
        present = present[-MAX_CHAT_CHARS:]
        if any("[secret: " in hit.text for hit in result.hits):  # what was masked when captured is unmasked there
            present = mask_secrets(present)
        return compose_reminder(result, present, budget, self.settings.wake, self._fence(session), telling=telling)

    def block(self, budget: int, session: str | None = None) -> Injection:
        """Return what holds for every chat, in at most `budget` tokens; `note` records it."""
        from ltml.wake.block import render_block

        with self.store.view(self.namespace) as view:
            return render_block(view.standing(), budget, self._fence(session))

    def recall(self, query: str, k: int = 10, now: datetime | None = None) -> list[Hit]:
        """Return the k turns and memories that answer a query best."""
        with self.store.view(self.namespace) as view:
            return list(self._recall(view, query, max(k, 0), self._at(now)).hits)

    # ------------------------------------------------------------ nights

    def nights(self) -> Sequence[Night]:
        """Return the nights and changes by hand, oldest first, without their changes."""
        return self.store.nights(self.namespace)

    def night(self, night: str) -> Night:
        """Return one night with its changes. Raises `NotFound`."""
        return self.store.night(self.namespace, night)

    def undo(self, night: str) -> Night:
        """Put back exactly what a night replaced. Raises `NotFound`, `AlreadyUndone` or `UndoConflict`."""
        return self.store.undo(self.namespace, night)

    # ------------------------------------------------------------ by hand

    def remember(self, text: str, now: datetime | None = None) -> Memory:
        """Remember something for good: it stands in the block until it is forgotten. Raises `BadTurn` if empty."""
        from ltml.sleep.cues import classify_lesson

        at = self._at(now)
        evidence = self._capture_by_hand(text, at)
        kind = classify_lesson(evidence.quote)
        memory = Memory(
            id=content_id("by hand", evidence.turn), kind=kind or "profile", text=evidence.quote, evidence=(evidence,),
            learned_at=at, salience=1.0, tier="hot", by_hand=True, pinned=True,
        )  # fmt: skip
        known = self.store.memories(self.namespace, [memory.id])
        if not known:
            self._commit_by_hand(Change(before=None, after=memory, reason="remembered by hand"), at)
        return known[0] if known else memory

    def edit(self, memory: str, text: str, now: datetime | None = None) -> Memory:
        """Correct what a memory says; no night changes it any more. Raises `NotFound`, or `BadTurn` if it is empty."""
        at = self._at(now)
        old = self._get_memory(memory)
        new = self._capture_by_hand(text, at)
        evidence = (*old.evidence, new)
        change = changed(old, text=new.quote, evidence=evidence, by_hand=True, dates=(), reason="edited")
        return self._edit_by_hand(change, at)

    def pin(self, memory: str, now: datetime | None = None) -> Memory:
        """Keep a memory in the block, whatever a night thinks of it. Raises `NotFound`."""
        change = changed(self._get_memory(memory), pinned=True, by_hand=True, tier="hot", reason="pinned by hand")
        return self._edit_by_hand(change, self._at(now))

    def find(self, ask: str) -> Selection:
        """
        Return what an order to forget would mean, with its words: an id, words that occur, or what a query finds.

        Whole turns are selected, with every memory that says them. What a query finds is the nearest of `candidates`:
        a guess, not `literal`, to be looked at (`items`) before it is forgotten.
        """
        literal = select_literally(self.store, self.namespace, ask)
        if literal.turns or literal.memories or literal.before:
            return add_items(self.store, self.namespace, literal)
        with self.store.view(self.namespace) as view:
            result = self._recall(view, ask, QUERY_HITS, self._at(None))
        guesses = select_by_query(result, ask, self.settings.wake)
        candidates = tuple(add_items(self.store, self.namespace, replace(each, literal=False)) for each in guesses)
        return replace(candidates[0], candidates=candidates) if candidates else Selection()

    def forget(self, ask: str | Selection, *, dry_run: bool = False, now: datetime | None = None) -> Receipt:
        """
        Scrub from turns, memories, search, nights and the files' bytes: an id, words that stand there, or a selection.

        The one thing that cannot be undone. A description erases nothing: look at what `find` selects for it, and
        forget that. A dry run returns what would go. Raises `NothingSaid` for a description, and `StoreError`s.
        """
        at = self._at(now)
        selection = self.find(ask) if isinstance(ask, str) else ask
        if isinstance(ask, str) and not selection.literal:
            raise nothing_said_error(selection)
        if dry_run:
            return Receipt(
                id="", at=at, turns=selection.turns, memories=selection.memories, state="dry-run",
                sealed_nights=find_sealed_nights(self.store, self.namespace, selection),
            )  # fmt: skip
        return self.store.forget(self.namespace, selection, at)

    # ------------------------------------------------------------ looking

    def items(self) -> Iterator[Listed]:
        """Yield everything default recall scores, and what it no longer does."""
        yield from list_turns(self.store, self.namespace)
        yield from map(list_memory, self.memories())

    def memories(self) -> Sequence[Memory]:
        """Return all memories in the order they were learned."""
        return self.store.memories(self.namespace)

    def turns(self) -> Iterator[Turn]:
        """Yield all turns, oldest first; those that were taken back say so (`superseded`)."""
        return self.store.turns(self.namespace)

    def why(self, name: str) -> Explanation:
        """Explain a memory or a turn by its id. Raises `NotFound`."""
        return explain_item(self.store, self.namespace, name)

    def stats(self) -> Mapping[str, Any]:
        """Return counts and sizes: turns, active_items, active_bytes, total_bytes and more."""
        return self.store.stats(self.namespace)

    def verify(self, *, repair: bool = False) -> Sequence[str]:
        """Return what is wrong with the store; `repair` mends it, sets aside what it cannot, and rebuilds search."""
        return self.store.verify(repair=repair)

    def damaged(self) -> Sequence[QuarantinedRow]:
        """Return the rows that are not what was written, with all their bytes; no other call returns their words."""
        return self.store.quarantined(self.namespace)

    def close(self) -> None:
        """Finish queued writes and close the store."""
        self.store.close()

    def __enter__(self) -> Self:
        """Use the layer in a `with` statement."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close at the end of the statement."""
        self.close()

    # ------------------------------------------------------------ inside

    def _recall(self, view: View, query: str, k: int, now: datetime) -> RecallResult:
        from ltml.wake.recall import recall_hits

        return recall_hits(view, query[:MAX_QUERY_CHARS], k, now, self.settings.wake)

    def _fence(self, session: str | None) -> Fence:
        """Return the delimiters of what is placed in a chat: always the same, and known to this store alone."""
        from ltml.text.marks import NONCE, Fence

        return Fence(self.store.keyed_digest(f"fence\n{self.namespace}\n{session or ''}")[:NONCE])

    def _recall_for_night(self, view: View, query: str, k: int, now: datetime) -> Sequence[Hit]:
        return self._recall(view, query, k, now).hits

    def _at(self, now: datetime | None) -> datetime:
        """Return the time of a call. A guessed time zone would date every "yesterday" wrongly: raises `ConfigError`."""
        at = now or self._clock()
        if at.tzinfo is None:
            raise ConfigError(f"now={at} has no time zone; use datetime.now(timezone.utc) or an aware datetime")
        return at

    def _capture_by_hand(self, text: str, at: datetime) -> Evidence:
        if not text.strip():
            raise BadTurn("there are no words to remember; say what, or use forget to remove a memory")
        turns = self._without_secrets(check_turns([Turn(session=BY_HAND, role="user", text=text, at=at)]))
        result = self.store.append(self.namespace, turns)
        return Evidence(turn=result.ids[0], quote=turns[0].text, at=at)

    def _without_secrets(self, turns: Sequence[Turn]) -> list[Turn]:
        return apply_secret_policy(turns, self.settings.capture.secrets)

    def _commit_by_hand(self, change: Change, at: datetime) -> None:
        """Commit one change as a night of its own."""
        night = Night(id=f"hand-{encode_letters(self._entropy(8))}", state="interrupted", started_at=at, kind="hand")
        self.store.begin(self.namespace, night)
        self.store.commit(self.namespace, night.id, [], [change])
        self.store.finish(self.namespace, night.id, "promoted", {"changes": 1})

    def _edit_by_hand(self, change: Change, at: datetime) -> Memory:
        self._commit_by_hand(change, at)
        assert isinstance(change.after, Memory)  # noqa: S101 -- narrows the type; `changed` keeps it
        return change.after

    def _get_memory(self, name: str) -> Memory:
        for memory in self.store.memories(self.namespace, [name]):
            return memory
        message = f"no memory called {name}; `ltml memories` lists them (turns are never changed)"
        raise NotFound(message)


def open(  # noqa: A001 -- `ltml.open(...)` reads as what it does
    path: str | Path,
    *,
    namespace: str = "default",
    model: Model | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    settings: Settings | None = None,
    **arguments: object,
) -> MemoryLayer:
    """
    Open a store and return the memory of one namespace in it.

    A path or `sqlite://` URL is SQLite, `ephemeral:` forgets on close. Further keywords are single settings, nested
    ones with two underscores (`wake__coverage=0.2`); they override those in `settings`, which are the defaults where it
    is left out. Raises `ConfigError` and `StoreError`s.
    """
    chosen = load_settings(arguments=arguments, defaults=settings)
    file = resolve_store_file(path)
    store: Store = find_plugin("store", "ephemeral")() if file is None else find_plugin("store", "sqlite")(str(file))
    return MemoryLayer(store, namespace, settings=chosen, model=model, clock=clock)


class AsyncLayer:
    """`MemoryLayer` for async callers: each call runs in a thread, and waits for the store's writer there."""

    def __init__(self, layer: MemoryLayer) -> None:
        """Wrap a layer."""
        self.layer = layer

    async def capture(self, turns: Iterable[Turn], *, even_forgotten: bool = False) -> AppendResult:
        """See `MemoryLayer.capture`."""
        return await _run_in_thread(self.layer.capture, list(turns), even_forgotten=even_forgotten)

    async def sleep(self, now: datetime | None = None) -> Night:
        """See `MemoryLayer.sleep`."""
        return await _run_in_thread(self.layer.sleep, now)

    async def wake(
        self, query: str, budget: int = 512, now: datetime | None = None, session: str | None = None
    ) -> Injection:
        """See `MemoryLayer.wake`."""
        return await _run_in_thread(self.layer.wake, query, budget, now, session)

    async def recall(self, query: str, k: int = 10) -> list[Hit]:
        """See `MemoryLayer.recall`."""
        return await _run_in_thread(self.layer.recall, query, k)

    async def __aenter__(self) -> Self:
        """Use the layer in an `async with` statement."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close at the end of the statement."""
        await _run_in_thread(self.layer.close)


async def _run_in_thread(call: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    import asyncio  # `import ltml` stays light

    return await asyncio.to_thread(call, *arguments, **named)


async def aopen(path: str | Path, *, namespace: str = "default", **settings: Any) -> AsyncLayer:
    """Open a store for async callers; see `open`."""
    return AsyncLayer(await _run_in_thread(open, path, namespace=namespace, **settings))
