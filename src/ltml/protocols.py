"""Every promise a plugin makes, in one file. The core never asks who keeps it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias

from ltml.exchange import Placement, Reply, Request
from ltml.model import (
    Candidates,
    Change,
    Document,
    Hit,
    Injection,
    Listed,
    Memory,
    Night,
    NightState,
    Origin,
    Partition,
    Receipt,
    Turn,
    Verdict,
)

Vector: TypeAlias = Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendResult:
    """
    What an append did: the id of every turn kept, in order, and how many of them were new.

    `forgotten` turns were not kept, because they were ordered away before.
    """

    ids: tuple[str, ...]
    new: int
    forgotten: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """
    What to forget: turns and memories by id. Memories and nights that rest on the turns follow them.

    One that a layer found shows what would go, with its words (`items`). If no id and no words were named, but
    something was described, it is not `literal`: then it is the nearest of its `candidates`, and a guess. `before`
    says that a turn of exactly these words was forgotten.
    """

    turns: tuple[str, ...] = ()
    memories: tuple[str, ...] = ()
    items: tuple[Listed, ...] = field(default=(), compare=False)
    candidates: tuple[Selection, ...] = field(default=(), compare=False)
    literal: bool = field(default=True, compare=False)
    before: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDigest:
    """
    One message of a talk as it was overheard, by keyed digests (`Store.keyed_digest`) and never by its words.

    `digest` is of the chain of messages up to and including this one, `pair` of it with the message before it; `pair`
    is empty where the words are too short to tell talks apart. `place` counts the session's messages from 0.
    """

    digest: str
    pair: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMessage:
    """A message some session was heard to hold; `last` means that nothing is known in it after this place."""

    session: str
    digest: str
    pair: str
    place: int
    last: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedText:
    """
    Words placed in a request, kept so that they can be placed again byte for byte.

    `place` is the chain digest of the message they were placed in, or empty for the block; `items` are the ids of the
    turns and memories shown in them.
    """

    place: str
    text: str
    tokens: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRow:
    """
    A row that is not what was written, set aside: where it stood, what can be read of it, and all its bytes.

    It is shown to people who want to rescue something, and never recalled, learned from or exported as talk.
    """

    table: str
    place: str
    id: str
    session: str
    at: datetime | None
    text: str
    columns: Mapping[str, bytes]


class View(Protocol):
    """What recall may look at: one namespace at one moment."""

    def search(self, terms: Collection[str], partition: Partition = "active") -> Candidates:
        """
        Return the posting lists of those terms that occur, with the statistics of this partition of the namespace.

        Every store returns the same counts, lengths and statistics for the same log: scores are equal everywhere.
        """
        ...

    def documents(self, numbers: Sequence[int]) -> Mapping[int, Document]:
        """Return the documents of these numbers; unknown numbers are left out."""
        ...

    def numbers(self, ids: Collection[str]) -> Mapping[str, int]:
        """Return the document numbers of these turns and memories; unknown ids are left out."""
        ...

    def neighbours(self, numbers: Sequence[int], reach: int) -> Mapping[int, Sequence[tuple[int, int]]]:
        """
        Return, for each turn number, its neighbours in the session as (offset, number), offset -reach..reach.

        The order of a session is time, then arrival. Memories have no neighbours.
        """
        ...

    def standing(self) -> Sequence[Memory]:
        """Return the hot memories, those that may enter the block, in a stable order."""
        ...

    def filed_under(self, keys: Collection[int]) -> Sequence[Document]:
        """Return the turns and memories filed under any of these fold keys (see `ltml.text.fold_keys`)."""
        ...


class Store(Protocol):
    """
    The source of truth. Indexes are derived from it and can be rebuilt.

    Every call names its namespace; nothing is ever read across two. Errors are `ltml.errors.StoreError`s.
    """

    def append(self, namespace: str, turns: Sequence[Turn]) -> AppendResult:
        """
        Keep these turns, each once; durable when this returns.

        The same ref with new text is a revision, and the older text is superseded. A turn that comes as superseded is
        kept so, and supersedes nothing.
        """
        ...

    def supersede(self, namespace: str, turns: Collection[str], restored: Collection[str] = ()) -> None:
        """
        Call these turns superseded, and those in `restored` no longer, all or nothing; unknown ids are passed over.

        What is superseded leaves search and the nights to come, and nothing else: `turns`, `find` and `forget` know it.
        What is restored is found as before, and is new again if no night slept on it. An older revision of a ref that
        has a newer one in force stays superseded.
        """
        ...

    def session_turns(self, namespace: str, session: str) -> Sequence[Turn]:
        """Return the turns of one session oldest first, superseded ones among them."""
        ...

    def view(self, namespace: str) -> AbstractContextManager[View]:
        """Look at the namespace as it is now; later writes are not seen inside."""
        ...

    def namespaces(self) -> Sequence[str]:
        """Return the names of all namespaces, sorted."""
        ...

    def turns(self, namespace: str, ids: Collection[str] | None = None) -> Iterator[Turn]:
        """Yield turns oldest first, superseded ones among them: all of them, or those with these ids."""
        ...

    def memories(self, namespace: str, ids: Collection[str] | None = None) -> Sequence[Memory]:
        """Return memories in the order they were learned: all of them, or those with these ids."""
        ...

    def verdicts(self, namespace: str, turns: Collection[str] | None = None) -> Sequence[Verdict]:
        """Return what nights decided about turns: all of them, or those with these ids."""
        ...

    def next_batch(self, namespace: str, size: int) -> Sequence[Turn]:
        """Return the oldest new turns: whole sessions of together up to `size` turns, or a piece of a longer one."""
        ...

    def begin(self, namespace: str, night: Night) -> None:
        """Write the record of a night that starts, or resume the one of this id."""
        ...

    def commit(self, namespace: str, night: str, turns: Sequence[str], changes: Sequence[Change]) -> None:
        """
        Write every change and call these turns slept, all or nothing.

        Raises `StaleNight` if a row is no longer as its change's `before` says.
        """
        ...

    def finish(self, namespace: str, night: str, state: NightState, report: Mapping[str, float | str]) -> Night:
        """Write how the night ended, with its report; return it with its changes."""
        ...

    def undo(self, namespace: str, night: str) -> Night:
        """
        Put back exactly what the night replaced; its turns are new again, and its changes are vetoed.

        Raises `NotFound`, `AlreadyUndone`, or `UndoConflict` if a later change built on this night.
        """
        ...

    def nights(self, namespace: str) -> Sequence[Night]:
        """Return the nights without their changes, oldest first."""
        ...

    def night(self, namespace: str, night: str) -> Night:
        """Return one night with its changes. Raises `NotFound`."""
        ...

    def vetoes(self, namespace: str) -> frozenset[str]:
        """Return the keys of changes the user took back; no later night makes them again."""
        ...

    def record_refusal(self, namespace: str, digest: str) -> None:
        """Remember that a night over this input was refused."""
        ...

    def is_refused(self, namespace: str, digest: str) -> bool:
        """Tell whether a night over this input was refused before."""
        ...

    def answer(self, namespace: str, question: str) -> str | None:
        """Return the model's answer to a question (by its digest), if it was ever given."""
        ...

    def record_answer(self, namespace: str, question: str, answer: str) -> None:
        """Keep the model's answer, so that an interrupted night asks nothing twice."""
        ...

    def lease(self, name: str, holder: str, now: datetime, term: timedelta) -> bool:
        """Take or renew the lease of this name; false while another holder's has not run out."""
        ...

    def lease_holder(self, name: str) -> str | None:
        """Return who took this lease last and did not give it back, run out or not."""
        ...

    def release(self, name: str, holder: str) -> None:
        """Give the lease back, if this holder has it."""
        ...

    def record_injection(
        self, namespace: str, injection: Injection, now: datetime, session: str | None, place: str | None = None
    ) -> None:
        """
        Keep what was injected: its items' ids for the record, keyed digests to recognise it when it comes back.

        With a session and a place (the chain digest of the message it was placed in) the words are kept for
        `placed_texts` too: the block under the place "", the recall under `place`. The first text kept for a place
        stays.
        """
        ...

    def placed_texts(self, namespace: str, session: str) -> Sequence[PlacedText]:
        """Return the words kept for replay in this session, in the order they were placed."""
        ...

    def discard_placed(self, namespace: str, session: str, places: Collection[str]) -> None:
        """Keep the words placed under these places no longer for replay; they are still recognised as LTML's own."""
        ...

    def find_injected(self, namespace: str, texts: Collection[str]) -> frozenset[str]:
        """Return those texts that LTML injected itself, word for word."""
        ...

    def origins(self, namespace: str, sessions: Collection[str]) -> Mapping[str, Origin]:
        """
        Return the least trusted origin in each of these sessions, of its turns and of what was injected in it.

        A session in which all was said, or that nobody knows, may be left out.
        """
        ...

    def keyed_digest(self, text: str) -> str:
        """Return a digest in letters, always the same in this store, that nobody without its secret can recompute."""
        ...

    def record_messages(self, namespace: str, session: str, heard: Sequence[MessageDigest], now: datetime) -> None:
        """Keep that these messages were heard in this session, each digest once; durable when this returns."""
        ...

    def find_messages(self, namespace: str, digests: Collection[str]) -> Sequence[KnownMessage]:
        """Return the messages heard whose digest or pair is among these, newest first; the empty text is never."""
        ...

    def count_new_turns(self) -> Mapping[str, int]:
        """Return the namespaces that have new turns, and how many; cheap enough to ask every second."""
        ...

    def find(self, namespace: str, text: str) -> Selection:
        """Return everything whose words contain this text, whatever case, form of letters and blanks they have."""
        ...

    def forget(self, namespace: str, selection: Selection, now: datetime) -> Receipt:
        """
        Scrub turns and memories and all that was derived from them; nights that lose their undo are sealed.

        The receipt is `proven` once a scan of the files' bytes finds none of the words, else `pending`. What a process
        that ended left pending is finished when the store is opened again.
        """
        ...

    def are_forgotten(self, namespace: str, turns: Sequence[Turn]) -> Sequence[bool]:
        """
        Tell of each turn whether it was ordered away and is not there again.

        It is the same if its words are, and it has the same session and ref, or was said in the same second.
        """
        ...

    def find_forgotten(self, namespace: str, digests: Collection[str]) -> frozenset[str]:
        """Return those chain digests that were of talks in which something was forgotten, when it was."""
        ...

    def stats(self, namespace: str) -> Mapping[str, Any]:
        """Return turns, active_items, active_bytes, total_bytes, archived_refs, rows set aside, and counts by kind."""
        ...

    def digest(self, namespace: str) -> str:
        """Return a hash of everything the namespace holds: equal before a night and after its undo."""
        ...

    def verify(self, repair: bool = False) -> Sequence[str]:  # noqa: FBT001, FBT002 -- a switch, named by callers
        """
        Return what is wrong: a broken chain, a row unlike its digest, a derived table unlike a fresh build.

        Repair mends what can be proven, sets aside what cannot, and rebuilds what is derived.
        """
        ...

    def quarantined(self, namespace: str) -> Sequence[QuarantinedRow]:
        """Return the rows that are not what was written. No other call ever returns their words."""
        ...

    def close(self) -> None:
        """Finish what is queued and let go of the files."""
        ...


class ReplyParser(Protocol):
    """
    Listens to one reply. Holds the words and what is not a whole line yet, never the bytes it was told.

    Both are bounded: of an answer that does not end the beginning is kept, and it never counts as complete.
    """

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the reply's body. Never raises: what cannot be understood is passed over."""
        ...

    @property
    def complete(self) -> bool:
        """Whether the reply's own end was heard: as `reply.complete`, at no cost."""
        ...

    @property
    def reply(self) -> Reply:
        """The reply as far as it was heard: the same for the same bytes, however they were cut."""
        ...


class Dialect(Protocol):
    """One path's way of saying turns: bytes in, values out, and back. Pure; knows no socket."""

    path: str  #: the path it is spoken on, such as /api/chat

    def parse_request(self, body: bytes) -> Request:
        """Return what a request's body asks. Raises `UnreadableExchange`."""
        ...

    def place(self, body: bytes, placement: Placement) -> bytes:
        """
        Return the body with the placement in it; every byte outside of the messages it touches stays as it was.

        Placing nothing returns the same bytes. Raises `UnreadableExchange` as `parse_request` does.
        """
        ...

    def reply_parser(self, request: Request) -> ReplyParser:
        """Return somebody to listen to the reply to this request."""
        ...

    def render_error(self, message: str, status: int) -> bytes:
        """Return the body with which a server of this dialect reports an error."""
        ...


class Model(Protocol):
    """A language model. Optional everywhere."""

    name: str

    def complete(self, prompt: str, schema: Mapping[str, Any]) -> str:
        """Return the model's answer, JSON meant to fit `schema`. Raises `ProviderError`."""
        ...


class Filter(Protocol):
    """Sorts important from useless."""

    def __call__(self, turns: Sequence[Turn]) -> list[Verdict]:
        """Return one verdict per turn, in order, each with its reason; the same for the same turns."""
        ...


Recall: TypeAlias = Callable[[View, str, int, datetime], Sequence[Hit]]
