"""
Memory's part in an exchange, the same for every way in: the proxy and the wrapped clients call this and nothing else.

Theory of operation. `attend` is called with a request on its way to the model. It finds out which session the request
belongs to (capture/chain.py) and what to place in it. The block is composed when a session begins and then repeated
byte for byte; a recall goes before the newest words of the user, and the recalls of earlier requests go again where
they went, because the client's history does not hold them: a model's prompt cache is good as far as the bytes are the
same. `keep` is called when the reply has ended: what was new is captured, the session's digests and the words that were
placed are kept. Until then the request claims its session (capture/claims.py), and what the user took back in it is
superseded then (capture/branches.py).

A session ends when memory has slept on it. Whoever goes on with the same talk afterwards begins a new session: the
model's cache is cold by then, so that a new block costs nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ltml.capture.branches import Branches, edited, named
from ltml.capture.chain import AT_ONCE, Scene, Trail, answered, follow
from ltml.capture.checks import LONGEST
from ltml.capture.claims import Begun, Claim
from ltml.capture.links import again_name, answer_link, answer_text, link_name, manner_name, parent
from ltml.exchange import Message, Placement, Reply, Request
from ltml.model import Injection, Origin, Turn, lettered
from ltml.protocols import Heard, Known
from ltml.text import count_tokens, is_phatic

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
#: A request that its client has given up is known to be over after at most so many seconds.
GIVEN_UP = 0.05
#: A longer first message is compared with no other: whoever pastes so much begins a talk.
LONGEST_EDITED = 4_000
ROLES: Mapping[str, Origin] = {"user": "said", "assistant": "said", "tool": "tool"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is known of the model: its context in tokens, and its own system prompt (`None`: nobody could tell)."""

    context: int = 4096
    system: str | None = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """
    A request that memory attended to: its session, what was placed in it, and what is new in it.

    `taken_back` are the ids of turns that its history takes back. It holds its claim on the session.
    """

    request: Request
    session: str
    trail: Trail
    at: datetime
    placement: Placement = field(default_factory=Placement)
    fresh: Injection = field(default_factory=Injection)
    taken_back: frozenset[str] = frozenset()
    claim: Claim | None = field(default=None, compare=False, repr=False)

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
        attended = self._identified(request, session, self._clock())
        return self._reminded(attended, window) if window else attended

    def remind(self, attended: Attended, window: Window) -> Attended:
        """Return a request whose session was found with what to place in it. Raises `StoreError`s."""
        return self._reminded(attended, window)

    def keep(self, attended: Attended, reply: Reply) -> None:
        """Keep what was said in an exchange; durable when this returns. Raises `StoreError`s and `CaptureError`s."""
        space, store, session = self.layer.namespace, self.layer.store, attended.session
        try:
            notes = self._notes(attended, reply)
            self.layer.capture([*_asked(attended), *self._answer(attended, reply)])
            self._supersede(attended, reply)
            heard = (*answered(attended.trail, attended.request, reply, store.keyed), *notes)
            if heard:
                store.note_heard(space, session, heard, attended.at)
            if attended.fresh.text:
                store.note_injection(space, attended.fresh, attended.at, session, attended.trail.end[0])
        finally:
            self.layer.claims.release(attended.claim)

    # ------------------------------------------------------------ which session it is

    def _identified(self, request: Request, session: str, at: datetime) -> Attended:
        """Return the request with its session, and claim that."""
        claims = self.layer.claims
        with claims.finding():
            trail = self._followed(request, session, at)
            end = trail.end[0]
            if trail.known is None and claims.asked(end):  # perhaps a request that its client has just given up
                claims.wait(end, GIVEN_UP)
                trail = self._followed(request, session, at)
            known = trail.known.session if trail.known else self._asked_just_now(request, trail)
            name = session or known or f"{at:%Y-%m-%d}-{lettered(self._entropy(5))}"
            claim = claims.claim(name, end)
            if trail.known is None and len(trail.links) == 1:
                text = request.messages[trail.links[0].index].text
                claims.begin(
                    Begun(session=name, digest=end, text=text[:LONGEST_EDITED], at=at, manner=_manner(request))
                )
        attended = Attended(request=request, session=name, trail=trail, at=at, claim=claim)
        gone = _taken_back(trail, self._branches(trail.base)) if trail.base else ()
        return replace(attended, taken_back=frozenset(turn.id for turn in gone))

    def _asked_just_now(self, request: Request, trail: Trail) -> str:
        """Return the session that began with just this and whose answer is not kept yet, where that tells something."""
        if trail.base == "" or not trail.links or is_phatic(request.messages[trail.links[-1].index].text):
            return ""
        return next(iter(self.layer.claims.asked(trail.end[0])), "")

    def _followed(self, request: Request, session: str, at: datetime) -> Trail:
        claims = self.layer.claims

        def likely(text: str) -> tuple[str, str] | None:
            found = claims.begun(
                lambda begun: (
                    not session  # under a name many talks may begin
                    and begun.manner == _manner(request)
                    and at - begun.at <= AT_ONCE
                    and (self._slept_at is None or begun.at >= self._slept_at)
                    and len(text) < LONGEST_EDITED > len(begun.text)
                    and edited(begun.text, text)
                )
            )
            return (found.session, found.digest) if found else None

        scene = Scene(
            branches=self._branches, busy=claims.sessions(), same=claims.asked, over=self._over, now=at,
            named=bool(session), edited=likely,
        )  # fmt: skip
        return follow(request, self.layer.store.keyed, lambda digests: self._known(digests, session), scene)

    def _branches(self, session: str) -> Branches:
        return Branches(self.layer.store.talk(self.layer.namespace, session))

    def _over(self, known: Known) -> bool:
        """Tell whether memory has slept since."""
        return self._slept_at is not None and known.at < self._slept_at

    def _supersede(self, attended: Attended, reply: Reply) -> None:
        """Call superseded what the history of a request takes back, and restore what it holds."""
        trail = attended.trail
        if not trail.base:
            return
        branches = self._branches(trail.base)
        link = answer_link(trail, attended.request, reply, self.layer.store.keyed)
        answers = branches.live_after(trail.end[0]) if link is None else ()  # without another answer the old one stands
        stay = {turn.id for turn in branches.below(node.digest for node in answers)}
        gone = _taken_back(trail, branches, link.digest if link else "")
        path = trail.path | ({link.digest} if link else set())
        back = {turn.id for turn in branches.restored(branches.line(path))}
        self.layer.store.supersede(self.layer.namespace, {turn.id for turn in gone} - stay, back)

    def _notes(self, attended: Attended, reply: Reply) -> list[Heard]:
        """
        Return what else a talk is to be known by.

        That is how a first message was asked, and whether its answer came again in the same words; in a session that
        went off from another, the name of the reply that it went off from.
        """
        trail, keyed = attended.trail, self.layer.store.keyed
        if len(trail.links) != 1:
            return []
        first = trail.links[0]
        if attended.request.link:
            return [Heard(digest=link_name(attended.request.link, keyed), pair=first.before, place=first.place)]
        notes = [Heard(digest=manner_name(first.digest, attended.request, keyed), pair=first.digest, place=first.place)]
        link = answer_link(trail, attended.request, reply, keyed)
        if trail.base and link is not None and self._branches(trail.base).first_answer(link.digest) is not None:
            notes.append(Heard(digest=again_name(link.digest, keyed), pair=link.digest, place=link.place))
        return notes

    def _answer(self, attended: Attended, reply: Reply) -> Iterator[Turn]:
        """Yield the answer as turns; one that broke off says so."""
        trail, messages = attended.trail, attended.request.messages
        link = answer_link(trail, attended.request, reply, self.layer.store.keyed)
        if link is None:
            return
        message = Message(role="assistant", text=answer_text(trail, reply))
        at = max(self._clock(), attended.at)
        before = parent(trail, messages, len(trail.links))
        for turn in _turns(message, named(before, link.digest), attended.session, at):
            yield replace(turn, interrupted=not reply.complete)

    def _known(self, digests: Collection[str], session: str) -> Sequence[Known]:
        """Return what is known; of a session that is named, what is known in it: others' words are new there."""
        known = self.layer.store.known(self.layer.namespace, digests)
        return [row for row in known if row.session == session] if session else known

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
        return self.layer.remind(query, "\n".join([*placed, *said]), budget, attended.at, attended.taken_back)


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


def _asked(attended: Attended) -> Iterator[Turn]:
    """Yield the messages of a request that are new, as turns."""
    trail, messages = attended.trail, attended.request.messages
    for at, link in enumerate(trail.links[trail.heard :], trail.heard):
        message = messages[link.index]
        if message.role in ROLES and message.text.strip():
            yield from _turns(message, named(parent(trail, messages, at), link.digest), attended.session, attended.at)


def _manner(request: Request) -> str:
    return f"{request.path} {request.stream}"


def _taken_back(trail: Trail, branches: Branches, answer: str = "") -> list[Turn]:
    """Return the turns that a request's history takes back, with this answer to it."""
    if trail.gone is not None:
        return branches.below(trail.gone)
    return branches.taken_back(branches.line(trail.path | ({answer} if answer else set())))


def _turns(message: Message, name: str, session: str, at: datetime) -> Iterator[Turn]:
    """Yield a message as a turn, one of monstrous length as several."""
    for first in range(0, len(message.text), LONGEST):
        ref = name + (f"+{first}" if first else "")
        text = message.text[first : first + LONGEST]
        yield Turn(session=session, role=message.role, text=text, at=at, ref=ref, origin=ROLES[message.role])
