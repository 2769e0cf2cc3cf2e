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
from ltml.model import Injection, Origin, Turn, lettered
from ltml.protocols import Known
from ltml.text import count_tokens

if TYPE_CHECKING:
    from ltml.layer import MemoryLayer

#: The block's part of what memory may take of a session.
BLOCK = 0.25
#: A recall takes at most so many tokens, and half of what is left for the session: later questions want some too.
MOST, LEAST = 512, 48
#: Where the client does not say how long an answer may be, this part of the window is left for it.
RESERVE = 1 / 8
#: A message costs so many tokens beside its words.
FRAME = 5
ROLES: Mapping[str, Origin] = {"user": "said", "assistant": "said", "tool": "tool"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is known of the model: its context in tokens, and its own system prompt (`None`: nobody could tell)."""

    context: int = 4096
    system: str | None = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """A request that memory attended to: its session, what was placed in it, and what is new in it."""

    request: Request
    session: str
    trail: Trail
    at: datetime
    placement: Placement = field(default_factory=Placement)
    fresh: Injection = field(default_factory=Injection)

    @property
    def bare(self) -> Attended:
        """The same with nothing placed."""
        return replace(self, placement=Placement(), fresh=Injection())

    @property
    def tokens(self) -> int:
        """What was placed anew, in tokens."""
        return self.fresh.tokens


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
        return self._reminded(attended, window) if window else attended

    def keep(self, attended: Attended, reply: Reply) -> None:
        """Keep what was said in an exchange; durable when this returns. Raises `StoreError`s and `CaptureError`s."""
        space, store, session = self.layer.namespace, self.layer.store, attended.session
        away = self._forgotten(attended)
        self.layer.capture([*_asked(attended, away), *_answer(attended, reply, self._clock())])
        heard = answered(attended.trail, attended.request, reply, store.keyed)
        if heard:
            store.note_heard(space, session, heard, attended.at)
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

    def _forgotten(self, attended: Attended) -> Collection[str]:
        """
        Return the digests of what the client sends again of a talk in which something was forgotten.

        A talk that begins with the same words as that one is no repetition of it: then somebody says them anew.
        """
        new = attended.trail.links[attended.trail.heard :]
        again = [link.digest for link in new if link.place or link is not attended.trail.links[-1]]
        return self.layer.store.forgotten_heard(self.layer.namespace, again) if again else ()

    # ------------------------------------------------------------ what to place

    def _reminded(self, attended: Attended, window: Window) -> Attended:
        """Return the request with what goes where it went before, and with what is placed anew."""
        kept = {placed.place: placed.text for placed in self.layer.store.placed(self.layer.namespace, attended.session)}
        again = {link.index: kept[link.digest] for link in attended.trail.links if link.digest in kept}
        block = self._block(attended, window) if not kept and _begins(attended) else Injection()
        standing = "" if attended.request.link else kept.get("", block.block)
        room = self._room(attended.request, window, [standing, *again.values()])
        if room < 0:  # the window is full: whatever is placed would push out what was said
            return attended
        fresh = self._recall(attended, [standing, *again.values()], room) if _asks(attended, again) else Injection()
        placed = again | ({attended.trail.links[-1].index: fresh.recall} if fresh.recall else {})
        placement = Placement(block=standing, system=window.system or "", recalls=placed)
        return replace(attended, placement=placement, fresh=_both(block, fresh))

    def _block(self, attended: Attended, window: Window) -> Injection:
        """Return the block of a session that begins; none where it would silence the model's own system prompt."""
        request = attended.request
        if request.link or (window.system is None and not request.has_system):
            return Injection()
        return self.layer.block(int(window.context * self._share * BLOCK))

    def _room(self, request: Request, window: Window, placed: Sequence[str]) -> int:
        """Return how many tokens a new recall may take; below 0 not even what is placed already has room."""
        spent = sum(map(count_tokens, placed))
        said = sum(count_tokens(message.text) + FRAME for message in request.messages)
        reserve = request.reserve or int(window.context * RESERVE)
        free = window.context - said - reserve - spent
        return free if free < 0 else max(min(int(window.context * self._share) - spent, free), 0)

    def _recall(self, attended: Attended, placed: Sequence[str], room: int) -> Injection:
        """Return what to recall for the newest words, less what stands in the talk already."""
        budget = min(MOST, max(room // 2, min(room, 4 * LEAST)))
        if budget < LEAST:
            return Injection()
        messages = attended.request.messages
        query = messages[attended.trail.links[-1].index].text
        said = [message.text for message in messages if message.role != "system"]
        return self.layer.remind(query, "\n".join([*placed, *said]), budget, attended.at)


def _begins(attended: Attended) -> bool:
    known = attended.trail.known
    return known is None or known.session != attended.session


def _asks(attended: Attended, again: Mapping[int, str]) -> bool:
    """Tell whether the newest message is the user's, and nothing was placed in it before."""
    links = attended.trail.links
    return bool(links) and attended.request.messages[links[-1].index].role == "user" and links[-1].index not in again


def _both(block: Injection, recall: Injection) -> Injection:
    return Injection(
        block=block.block, recall=recall.recall, items=(*block.items, *recall.items),
        tokens=block.tokens + recall.tokens,
    )  # fmt: skip


# ---------------------------------------------------------------- what to keep


def _asked(attended: Attended, forgotten: Collection[str] = ()) -> Iterator[Turn]:
    """Yield the messages of a request that are new, as turns, less those with these digests."""
    for link in attended.trail.links[attended.trail.heard :]:
        message = attended.request.messages[link.index]
        if message.role in ROLES and message.text.strip() and link.digest not in forgotten:
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
