"""
The memory layer: the only file that joins the rooms.

`capture` keeps turns, `sleep` consolidates them, `wake` gives back what matters for a question within a budget. The
layer adds nothing of its own but the joining: it checks what comes in, lends recall to the night, and turns orders by
hand into nights of one change, so that they too are explained and can be undone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from ltml.capture.checks import checked, without_injections
from ltml.capture.claims import Claims
from ltml.capture.secrets import without_secrets
from ltml.errors import BadTurn, ConfigError, NotFound, NothingSaid
from ltml.events import Listener, TurnsCaptured, silence
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
    Verdict,
    changed,
    content_id,
    lettered,
)
from ltml.plugins import find
from ltml.protocols import AppendResult, Model, QuarantinedRow, Selection, Store, View
from ltml.settings import Settings, load

if TYPE_CHECKING:
    from ltml.text.marks import Fence
    from ltml.wake.recall import RecallResult

P = ParamSpec("P")
R = TypeVar("R")

#: The session that things remembered or corrected by hand are said in.
BY_HAND = "by hand"
#: An order to forget in other words is compared with so many of the best hits.
GUESSES = 20
#: So many of them are shown to choose from.
CANDIDATES = 7
#: A question is read so far; what follows it in the same breath is seldom part of it.
LONGEST_QUESTION = 20_000
#: So far back a talk is searched for what is about to be said again.
LONGEST_TALK = 200_000
INSTEAD = "write 'ephemeral:' for a memory that forgets on close, or the path of a file to keep it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why something is remembered as it is: its reasons, oldest first, and the turns it rests on."""

    id: str
    text: str
    kind: str
    active: bool
    reasons: tuple[str, ...]
    turns: tuple[Turn, ...]


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
        """Join a store to a namespace; `model` may help the night, and is never needed."""
        self.store, self.namespace = store, namespace
        self.settings = settings or Settings()
        self.claims = Claims()
        self._model, self._clock, self._entropy = model, clock, entropy

    # ------------------------------------------------------------ capture, sleep, wake

    def capture(
        self, turns: Iterable[Turn], notify: Listener = silence, *, even_forgotten: bool = False
    ) -> AppendResult:  # fmt: skip
        """
        Keep turns, each once; durable when this returns. Raises `BadTurn` and `StoreError`s.

        Secrets in them are masked, kept or refused (`SecretRefused`) as the setting `capture.secrets` says. Turns that
        were ordered away before are not kept again, and counted, unless `even_forgotten` says so.
        """
        from ltml.capture.origins import drawing_sessions, inherited  # `import ltml` stays light

        good = without_injections(checked(turns), lambda texts: self.store.find_injected(self.namespace, texts))
        read = self.store.origins(self.namespace, drawing_sessions(good))
        good = self._without_secrets(inherited(good, read))
        gone = [] if even_forgotten else self.store.are_forgotten(self.namespace, good)
        fresh = [turn for turn, away in zip(good, gone, strict=True) if not away] if any(gone) else good
        kept = replace(self.store.append(self.namespace, fresh), forgotten=sum(gone))
        notify(TurnsCaptured(namespace=self.namespace, new=kept.new))
        return kept

    def sleep(self, now: datetime | None = None, *, dry_run: bool = False, notify: Listener = silence) -> Night:
        """
        Consolidate the new turns in one night and return it with its changes.

        A dry run changes nothing and returns the night as it would be. A night that an earlier process left
        interrupted goes on where it stopped. Raises `SleepError` and `StoreError`s.
        """
        from ltml.sleep.night import NightDriver  # `import ltml` stays light

        driver = NightDriver(
            store=self.store, namespace=self.namespace, settings=self.settings.sleep, model=self._model,
            recall=self._recall_for_night, notify=notify, entropy=self._entropy,
            clock=self._clock, judge=find("filters", self.settings.sleep.filter),
        )  # fmt: skip
        return driver.preview(self._at(now)) if dry_run else driver.sleep(self._at(now))

    def wake(self, query: str, budget: int = 512, now: datetime | None = None, session: str | None = None) -> Injection:
        """Return what the model should be reminded of for this question, in at most `budget` tokens."""
        from ltml.wake.inject import compose_injection

        at = self._at(now)
        with self.store.view(self.namespace) as view:
            found = self._found(view, query, self.settings.wake.shown, at)
            injection = compose_injection(found, view.standing(), budget, self.settings.wake, self._fence(session))
        if injection.text:
            self.store.record_injection(self.namespace, injection, at, session)
        return injection

    def remind(  # noqa: PLR0913 -- a question, its talk, and what may be said in it
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
        Return what to recall for a question in a talk in which `present` is said already; `note` keeps it.

        Lines that score less than `telling` of the best one are left out, and what rests on nothing but turns of these
        ids (`without`).
        """
        from ltml.text.secrets import mask_secrets
        from ltml.wake.inject import compose_reminder

        with self.store.view(self.namespace) as view:
            found = self._found(view, query, self.settings.wake.shown, self._at(now))
        if without:
            rest = tuple(hit for hit in found.hits if not {e.turn for e in hit.evidence} <= set(without))
            found = replace(found, hits=rest)
        said = present[-LONGEST_TALK:]
        if any("[secret: " in hit.text for hit in found.hits):  # what was masked when kept stands there unmasked
            said = mask_secrets(said)
        return compose_reminder(found, said, budget, self.settings.wake, self._fence(session), telling=telling)

    def block(self, budget: int, session: str | None = None) -> Injection:
        """Return what holds for every talk, in at most `budget` tokens; `note` keeps it."""
        from ltml.wake.block import render_block

        with self.store.view(self.namespace) as view:
            return render_block(view.standing(), budget, self._fence(session))

    def recall(self, query: str, k: int = 10, now: datetime | None = None) -> list[Hit]:
        """Return the k turns and memories that answer a query best."""
        with self.store.view(self.namespace) as view:
            return list(self._found(view, query, max(k, 0), self._at(now)).hits)

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
        evidence = self._said_by_hand(text, at)
        kind = classify_lesson(evidence.quote)
        memory = Memory(
            id=content_id("by hand", evidence.turn), kind=kind or "profile", text=evidence.quote, evidence=(evidence,),
            learned_at=at, salience=1.0, tier="hot", by_hand=True, pinned=True,
        )  # fmt: skip
        known = self.store.memories(self.namespace, [memory.id])
        if not known:
            self._change_by_hand(Change(before=None, after=memory, reason="remembered by hand"), at)
        return known[0] if known else memory

    def edit(self, memory: str, text: str, now: datetime | None = None) -> Memory:
        """Correct what a memory says; no night changes it any more. Raises `NotFound`, or `BadTurn` if it is empty."""
        at = self._at(now)
        old = self._memory(memory)
        said = self._said_by_hand(text, at)
        evidence = (*old.evidence, said)
        change = changed(old, text=said.quote, evidence=evidence, by_hand=True, dates=(), reason="edited")
        return self._edited(change, at)

    def pin(self, memory: str, now: datetime | None = None) -> Memory:
        """Keep a memory in the block, whatever a night thinks of it. Raises `NotFound`."""
        change = changed(self._memory(memory), pinned=True, by_hand=True, tier="hot", reason="pinned by hand")
        return self._edited(change, self._at(now))

    def find(self, ask: str) -> Selection:
        """
        Return what an order to forget would mean, with its words: an id, words that occur, or what a query finds.

        Whole turns are selected, with every memory that says them. What a query finds is the nearest of `candidates`:
        a guess, not `literal`, to be looked at (`items`) before it is forgotten.
        """
        named = self._by_id(ask) or self.store.find(self.namespace, ask)
        if named.turns or named.memories or named.before:
            return self._shown(named)
        candidates = tuple(self._shown(replace(guess, literal=False)) for guess in self._by_query(ask))
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
            raise _nothing_said(selection)
        if dry_run:
            return Receipt(
                id="", at=at, turns=selection.turns, memories=selection.memories, state="dry-run",
                sealed_nights=self._losing_undo(selection),
            )  # fmt: skip
        return self.store.forget(self.namespace, selection, at)

    # ------------------------------------------------------------ looking

    def items(self) -> Iterator[Listed]:
        """Yield everything default recall scores, and what it no longer does."""
        yield from self._listed(None)
        yield from map(_listed, self.memories())

    def memories(self) -> Sequence[Memory]:
        """Return all memories in the order they were learned."""
        return self.store.memories(self.namespace)

    def turns(self) -> Iterator[Turn]:
        """Yield all turns, oldest first; those that were taken back say so (`superseded`)."""
        return self.store.turns(self.namespace)

    def why(self, name: str) -> Explanation:
        """Explain a memory or a turn by its id. Raises `NotFound`."""
        for memory in self.store.memories(self.namespace, [name]):
            return self._why_memory(memory)
        for turn in self.store.turns(self.namespace, [name]):
            return self._why_turn(turn, self.store.verdicts(self.namespace, [name]))
        message = f"nothing called {name} in namespace {self.namespace}; `ltml memories` lists what there is"
        raise NotFound(message)

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
        """Finish what is queued and let go of the store."""
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

    def _listed(self, turns: Collection[str] | None) -> Iterator[Listed]:
        """Yield turns as they are listed: all, or those with these ids."""
        tiers = {verdict.turn: verdict for verdict in self.store.verdicts(self.namespace, turns)}
        for turn in self.store.turns(self.namespace, turns):
            verdict = tiers.get(turn.id)
            kind, active = (verdict.kind, verdict.tier != "archive") if verdict else ("turn", True)
            active = active and not turn.superseded
            yield Listed(id=turn.id, text=turn.text, kind=kind, refs=(turn.ref,), active=active)

    def _found(self, view: View, query: str, k: int, now: datetime) -> RecallResult:
        from ltml.wake.recall import recall_hits

        return recall_hits(view, query[:LONGEST_QUESTION], k, now, self.settings.wake)

    def _fence(self, session: str | None) -> Fence:
        """Return the marks around what is placed in a talk: the same for ever, and known to nobody but this store."""
        from ltml.text.marks import NONCE, Fence

        return Fence(self.store.keyed_digest(f"fence\n{self.namespace}\n{session or ''}")[:NONCE])

    def _recall_for_night(self, view: View, query: str, k: int, now: datetime) -> Sequence[Hit]:
        return self._found(view, query, k, now).hits

    def _at(self, now: datetime | None) -> datetime:
        """Return the time of a call; a guessed time zone would date every "yesterday" wrongly."""
        at = now or self._clock()
        if at.tzinfo is None:
            raise ConfigError(f"now={at} has no time zone; use datetime.now(timezone.utc) or an aware datetime")
        return at

    def _said_by_hand(self, text: str, at: datetime) -> Evidence:
        if not text.strip():
            raise BadTurn("there are no words to remember; say what, or use forget to remove a memory")
        turns = self._without_secrets(checked([Turn(session=BY_HAND, role="user", text=text, at=at)]))
        kept = self.store.append(self.namespace, turns)
        return Evidence(turn=kept.ids[0], quote=turns[0].text, at=at)

    def _without_secrets(self, turns: Sequence[Turn]) -> list[Turn]:
        return without_secrets(turns, self.settings.capture.secrets)

    def _change_by_hand(self, change: Change, at: datetime) -> None:
        night = Night(id=f"hand-{lettered(self._entropy(8))}", state="interrupted", started_at=at, kind="hand")
        self.store.begin(self.namespace, night)
        self.store.commit(self.namespace, night.id, [], [change])
        self.store.finish(self.namespace, night.id, "promoted", {"changes": 1})

    def _edited(self, change: Change, at: datetime) -> Memory:
        self._change_by_hand(change, at)
        assert isinstance(change.after, Memory)  # noqa: S101 -- narrows the type; `changed` keeps it
        return change.after

    def _memory(self, name: str) -> Memory:
        for memory in self.store.memories(self.namespace, [name]):
            return memory
        message = f"no memory called {name}; `ltml memories` lists them (turns are never changed)"
        raise NotFound(message)

    def _by_id(self, ask: str) -> Selection | None:
        for memory in self.store.memories(self.namespace, [ask]):
            return Selection(turns=tuple(e.turn for e in memory.evidence), memories=(memory.id,))
        for turn in self.store.turns(self.namespace, [ask]):
            return Selection(turns=(turn.id,))
        return None

    def _by_query(self, ask: str) -> list[Selection]:
        """Return what an order may mean, nearest first: what has its words, and tells rather than asks."""
        from ltml.text import word_pairs

        with self.store.view(self.namespace) as view:
            found = self._found(view, ask, GUESSES, self._at(None))
        told = [hit for hit in found.hits if not hit.text.rstrip().endswith("?")] or list(found.hits)
        if not found.is_relevant(self.settings.wake):
            return []
        pairs = word_pairs(ask)
        told.sort(
            key=lambda h: (found.weigh_match(h.document.number), len(pairs & word_pairs(h.text)), h.score),
            reverse=True,
        )
        guesses = dict.fromkeys(
            Selection(turns=tuple(e.turn for e in h.evidence), memories=(h.id,) if h.document.is_memory else ())
            for h in told
        )
        return list(guesses)[:CANDIDATES]

    def _shown(self, selection: Selection) -> Selection:
        """Return a selection with the words of all that would go, or lose evidence, with it."""
        gone = {*selection.turns, *selection.memories}
        items = [item for item in self._listed(selection.turns) if item.id in gone]
        touched = [m for m in self.memories() if m.id in gone or gone & {e.turn for e in m.evidence}]
        return replace(selection, items=(*items, *map(_listed, touched)))

    def _losing_undo(self, selection: Selection) -> tuple[str, ...]:
        """Return the nights that could not be undone any more: their changes mention what would go."""
        turns = {*selection.turns}
        refs = {(turn.session, turn.ref) for turn in self.store.turns(self.namespace, turns) if turn.ref}
        if refs:  # all revisions of a turn go with it
            turns |= {turn.id for turn in self.turns() if (turn.session, turn.ref) in refs}
        touched = {memory.id for memory in self.memories() if turns & {e.turn for e in memory.evidence}}
        gone = re.compile("|".join(map(re.escape, sorted({*turns, *selection.memories, *touched}))))
        kept = [self.night(night.id) for night in self.nights() if night.state != "undone" and gone.pattern]
        return tuple(
            night.id for night in kept if any(gone.search(f"{c.key} {c.before} {c.after}") for c in night.changes)
        )

    def _why_memory(self, memory: Memory) -> Explanation:
        turns = tuple(self.store.turns(self.namespace, [e.turn for e in memory.evidence]))
        reasons = tuple(
            f"{night.id}: {change.reason}"
            for night in self.nights()
            for change in self.night(night.id).changes
            if change.key == memory.key
        )
        return Explanation(
            id=memory.id, text=memory.text, kind=memory.kind, active=memory.active, reasons=reasons, turns=turns
        )

    def _why_turn(self, turn: Turn, verdicts: Sequence[Verdict]) -> Explanation:
        reasons = tuple(verdict.reason for verdict in verdicts) or ("no night has looked at it yet",)
        kind = verdicts[0].kind if verdicts else "turn"
        active = all(verdict.tier != "archive" for verdict in verdicts) and not turn.superseded
        reasons += ("it was superseded: taken back by an edit, another try or a newer text",) if turn.superseded else ()
        return Explanation(id=turn.id, text=turn.text, kind=kind, active=active, reasons=reasons, turns=(turn,))


def open(  # noqa: A001 -- `ltml.open(...)` reads as what it does
    path: str | Path,
    *,
    namespace: str = "default",
    model: Model | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    **settings: object,
) -> MemoryLayer:
    """
    Open a store and return the memory of one namespace in it.

    A path or `sqlite://` URL is SQLite, `ephemeral:` forgets on close. Further keywords are settings, nested ones with
    two underscores: `wake__coverage=0.2`. Raises `ConfigError` and `StoreError`s.
    """
    chosen = load(arguments=settings)
    return MemoryLayer(_store(path), namespace, settings=chosen, model=model, clock=clock)


def file_of(where: str | Path) -> Path | None:
    """
    Return the file in which `open` would keep a memory, or `None` if it would keep it in none.

    Raises `ConfigError` for what names neither, with what to write instead.
    """
    named = _named(where)
    scheme, colon, rest = named.partition(":")
    if colon and scheme == "ephemeral":
        return None
    if named.startswith("sqlite://"):
        path = rest.removeprefix("//")
        named = path.removeprefix("/") if path.startswith("//") or not path.startswith("/") else path
    elif "://" in named:
        raise ConfigError(f"{scheme}:// is not a store LTML knows; use a path, sqlite:///path or ephemeral:")
    if not named.strip() or named.strip("/") == ":memory:" or (scheme == "file" and ":memory:" in named):
        raise ConfigError(f"{_shown(where)} names no file; {INSTEAD}")
    if Path(named).is_dir() or named.endswith(("/", os.sep)):
        raise ConfigError(f"{_shown(where)} is a folder; name a file in it: {Path(named) / 'memory.db'}")
    return Path(named)


def _named(where: object) -> str:
    """Return the words a memory is named with. Raises `ConfigError` for what cannot be a name."""
    if not isinstance(where, str | os.PathLike):
        raise ConfigError(f"{_shown(where)} names no memory; {INSTEAD}")
    named = os.fsdecode(where)
    if "\0" in named:
        raise ConfigError(f"{_shown(where)} cannot be the name of a file; {INSTEAD}")
    return named


def _shown(where: object) -> str:
    return f"{os.fspath(where)!r}" if isinstance(where, os.PathLike) else f"{where!r}"


def _store(where: str | Path) -> Store:
    path = file_of(where)
    return _opened("ephemeral") if path is None else _opened("sqlite", os.fspath(path))


def _opened(plugin: str, *arguments: str) -> Store:
    store: Store = find("store", plugin)(*arguments)
    return store


def _listed(memory: Memory) -> Listed:
    return Listed(id=memory.id, text=memory.text, kind=memory.kind, refs=memory.refs, active=memory.active)


def _nothing_said(guess: Selection) -> NothingSaid:
    """Return the error that names what comes nearest by its ids; words of the memory have no place in an error."""
    ids = tuple((c.memories or c.turns)[0] for c in guess.candidates)
    message = (
        "nothing was forgotten: nothing has this id, and nothing says this word for word. What may be meant: "
        f"{', '.join(ids)}. Name one of these ids or words that stand there; find() shows what each of them says, "
        "and forget() takes what find() returns"
    )
    return NothingSaid(message, ids)


class AsyncLayer:
    """The same layer for async callers: each call runs in a thread, and waits for the store's writer there."""

    def __init__(self, layer: MemoryLayer) -> None:
        """Wrap a layer."""
        self.layer = layer

    async def capture(self, turns: Iterable[Turn], *, even_forgotten: bool = False) -> AppendResult:
        """See `MemoryLayer.capture`."""
        return await _in_thread(self.layer.capture, list(turns), even_forgotten=even_forgotten)

    async def sleep(self, now: datetime | None = None) -> Night:
        """See `MemoryLayer.sleep`."""
        return await _in_thread(self.layer.sleep, now)

    async def wake(
        self, query: str, budget: int = 512, now: datetime | None = None, session: str | None = None
    ) -> Injection:
        """See `MemoryLayer.wake`."""
        return await _in_thread(self.layer.wake, query, budget, now, session)

    async def recall(self, query: str, k: int = 10) -> list[Hit]:
        """See `MemoryLayer.recall`."""
        return await _in_thread(self.layer.recall, query, k)

    async def __aenter__(self) -> Self:
        """Use the layer in an `async with` statement."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close at the end of the statement."""
        await _in_thread(self.layer.close)


async def _in_thread(call: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    import asyncio  # `import ltml` stays light

    return await asyncio.to_thread(call, *arguments, **named)


async def aopen(path: str | Path, *, namespace: str = "default", **settings: Any) -> AsyncLayer:
    """Open a store for async callers; see `open`."""

    def opened() -> MemoryLayer:
        return open(path, namespace=namespace, **settings)

    return AsyncLayer(await _in_thread(opened))
