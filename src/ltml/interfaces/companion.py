"""
Memory's part in an exchange, the same for every way in: the proxy and the wrapped clients call this and nothing else.

Theory of operation. `attend` is called with a request on its way to the model. It finds out which session the request
belongs to (capture/chain.py) and what to place in it. The block is composed when a session begins and then repeated
byte for byte; a recall goes before the newest words of the user, and the recalls of earlier requests go again where
they went, because the client's history does not hold them: a model's prompt cache is good as far as the bytes are the
same. `keep` is called when the reply has ended: what was new is captured, the session's digests and the words that were
placed are kept.

A session ends when memory has slept on it. Whoever goes on with the same talk afterwards begins a new session: the
model's cache is cold by then, so that a new block costs nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ltml.capture.chain import Trail, answered, follow
from ltml.capture.checks import LONGEST
from ltml.exchange import Message, Placement, Reply, Request
from ltml.interfaces.placing import BLOCK, Room, Window, allow_recall, choose_replays, cost, give_way, measure_room
from ltml.model import Injection, Origin, Turn, lettered
from ltml.protocols import Known

if TYPE_CHECKING:
    from ltml.layer import MemoryLayer

ROLES: Mapping[str, Origin] = {"user": "said", "assistant": "said", "tool": "tool"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """
    A request that memory attended to: its session, what was placed in it, and what is new in it.

    `block` and `recall` are what was placed anew, `ended` the digests of messages whose recall is placed no more.
    `crowded` says that a recall would have had no room.
    """

    request: Request
    session: str
    trail: Trail
    at: datetime
    placement: Placement = field(default_factory=Placement)
    block: Injection = field(default_factory=Injection)
    recall: Injection = field(default_factory=Injection)
    ended: frozenset[str] = frozenset()
    crowded: bool = False

    @property
    def bare(self) -> Attended:
        """The same with nothing placed."""
        return replace(self, placement=Placement(), block=Injection(), recall=Injection(), ended=frozenset())

    @property
    def fresh(self) -> Injection:
        """What was placed anew."""
        return Injection(
            block=self.block.block, recall=self.recall.recall, items=(*self.block.items, *self.recall.items),
            tokens=self.block.tokens + self.recall.tokens,
        )  # fmt: skip

    @property
    def tokens(self) -> int:
        """What was placed anew, in tokens."""
        return self.block.tokens + self.recall.tokens


class Companion:
    """Memory in the talks of one namespace. Calls block; any number of threads may call."""

    def __init__(
        self,
        layer: MemoryLayer,
        *,
        share: float = 0.15,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Take at most `share` of a model's context. The clock's zone is the one "yesterday" is meant in."""
        self.layer, self._share, self._clock, self._entropy = layer, share, clock, entropy
        self._slept_at = max((night.started_at for night in layer.nights() if night.kind == "night"), default=None)

    def slept(self, at: datetime) -> None:
        """Take note that memory slept until `at`: sessions heard before are over."""
        self._slept_at = at

    def attend(self, request: Request, window: Window | None = None, *, session: str = "") -> Attended:
        """
        Return which session a request belongs to, and what to place in it if its model's window is known.

        `session` is its name if the client gave one. Raises `StoreError`s.
        """
        at = self._clock()
        trail = follow(request, self.layer.store.keyed, lambda digests: self._known(digests, session))
        name = session or self._going_on(trail) or f"{at:%Y-%m-%d}-{lettered(self._entropy(5))}"
        attended = Attended(request=request, session=name, trail=trail, at=at)
        return self.place_recall(self.place_standing(attended, window), window) if window else attended

    def keep(self, attended: Attended, reply: Reply) -> None:
        """Keep what was said in an exchange; durable when this returns. Raises `StoreError`s and `CaptureError`s."""
        space, store, session = self.layer.namespace, self.layer.store, attended.session
        self.layer.capture([*_asked(attended), *_answer(attended, reply, self._clock())])
        heard = answered(attended.trail, attended.request, reply, store.keyed)
        if heard:
            store.note_heard(space, session, heard, attended.at)
        if attended.ended:
            store.end_placed(space, session, attended.ended)
        if attended.fresh.text:
            store.note_injection(space, attended.fresh, attended.at, session, attended.trail.end[0])

    def _known(self, digests: Collection[str], session: str) -> Sequence[Known]:
        """Return what is known; of a session that is named, what is known in it: others' words are new there."""
        known = self.layer.store.known(self.layer.namespace, digests)
        return [row for row in known if row.session == session] if session else known

    def _going_on(self, trail: Trail) -> str:
        """Return the session the request goes on with, unless memory has slept since."""
        known = trail.known
        return "" if known is None or (self._slept_at and known.at < self._slept_at) else known.session

    # ------------------------------------------------------------ what to place

    def place_standing(self, attended: Attended, window: Window) -> Attended:
        """
        Return the request with the block, and with earlier recalls where they went before.

        A block that was missed when the session began is composed now. Needs no search. Raises `StoreError`s.
        """
        kept = {placed.place: placed.text for placed in self.layer.store.placed(self.layer.namespace, attended.session)}
        again = {link.index: kept[link.digest] for link in attended.trail.links if link.digest in kept}
        room = measure_room(attended.request, window, self._share)
        block = Injection() if "" in kept else self._block(attended.request, window, room)
        standing = "" if attended.request.link else kept.get("", block.block)
        if cost(standing) > min(room.share, room.fixed):
            return attended
        replays = choose_replays(room, standing, again)
        placement = Placement(block=standing, system=window.system or "", recalls=replays)
        return replace(attended, placement=placement, block=block, ended=_digests(attended, again, replays))

    def place_recall(self, attended: Attended, window: Window) -> Attended:
        """Return the request with a recall for its newest words, if they are a question's. Raises `StoreError`s."""
        request, links, placed = attended.request, attended.trail.links, attended.placement
        if not links or request.messages[links[-1].index].role != "user" or links[-1].index in placed.recalls:
            return attended
        room = measure_room(request, window, self._share)
        questions = sum(message.role == "user" for message in request.messages)
        allowed = allow_recall(room, placed.block, placed.recalls, questions)
        if not allowed.tokens:
            return replace(attended, crowded=True)
        said = [message.text for message in request.messages if message.role != "system"]
        present = "\n".join([placed.block, *allowed.replays.values(), *said])
        query = request.messages[links[-1].index].text
        fresh = self.layer.remind(query, present, allowed.tokens - 1, attended.at, allowed.telling)
        if not fresh.recall:
            return attended
        stay = give_way(placed.recalls, allowed.left - cost(fresh.recall)) if allowed.left else {}
        recalls = {**stay, links[-1].index: fresh.recall}
        ended = attended.ended | _digests(attended, placed.recalls, recalls)
        system = placed.system or window.system or ""
        return replace(
            attended, placement=Placement(block=placed.block, system=system, recalls=recalls), recall=fresh, ended=ended
        )

    def _block(self, request: Request, window: Window, room: Room) -> Injection:
        """Return the block; none where it would silence the model's own system prompt."""
        if request.link or (window.system is None and not request.has_system):
            return Injection()
        return self.layer.block(min(int(room.share * BLOCK), room.fixed))


class OneChat:
    """Memory in one chat whose requests come one after the other, at times that the caller tells."""

    def __init__(self, layer: MemoryLayer) -> None:
        """Begin a chat over a memory."""
        self._now = datetime.now().astimezone()
        self._companion = Companion(layer, clock=lambda: self._now)
        self._last: Attended | None = None

    def ask(self, request: Request, window: int, now: datetime) -> tuple[Placement, int]:
        """Return what to place in a window of so many tokens, and how many tokens of it are new."""
        self._now = now
        self._last = self._companion.attend(request, Window(context=window))
        return self._last.placement, self._last.tokens

    def hear(self, answer: str) -> None:
        """Keep the exchange with the answer to the last request."""
        if self._last is not None:
            self._companion.keep(self._last, Reply(text=answer, complete=True, ending="stop"))


def _digests(attended: Attended, before: Collection[int], after: Collection[int]) -> frozenset[str]:
    """Return the digests of the messages in which something was placed before and is no more."""
    return frozenset(link.digest for link in attended.trail.links if link.index in before and link.index not in after)


# ---------------------------------------------------------------- what to keep


def _asked(attended: Attended) -> Iterator[Turn]:
    """Yield the messages of a request that are new, as turns."""
    for link in attended.trail.links[attended.trail.heard :]:
        message = attended.request.messages[link.index]
        if message.role in ROLES and message.text.strip():
            before = link.before or f"start {link.digest}"  # many talks may begin in a session that the client named
            yield from _turns(message, before, attended.session, attended.at)


def _answer(attended: Attended, reply: Reply, at: datetime) -> Iterator[Turn]:
    """Yield the answer as turns; one that broke off says so."""
    if not reply.text.strip():
        return
    message = Message(role="assistant", text=reply.text)
    for turn in _turns(message, attended.trail.end[0], attended.session, max(at, attended.at)):
        yield replace(turn, interrupted=not reply.complete)


def _turns(message: Message, before: str, session: str, at: datetime) -> Iterator[Turn]:
    """
    Yield a message as a turn, one of monstrous length as several.

    Its ref is what was said before it: whatever is said in its stead, after an edit or another try, is a revision.
    """
    for first in range(0, len(message.text), LONGEST):
        ref = f"chat:{before or 'start'}" + (f"+{first}" if first else "")
        text = message.text[first : first + LONGEST]
        yield Turn(session=session, role=message.role, text=text, at=at, ref=ref, origin=ROLES[message.role])
