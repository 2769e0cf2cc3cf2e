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
from ltml.capture.cache import MessageCache
from ltml.capture.chain import AT_ONCE, TWINS, Scene, Trail, answered, follow
from ltml.capture.checks import LONGEST
from ltml.capture.claims import Begun, Claim
from ltml.capture.links import again_name, answer_link, answer_text, link_name, parent
from ltml.capture.origins import PROGRAMS, inherited
from ltml.errors import SecretRefused
from ltml.exchange import Message, Placement, Reply, Request
from ltml.interfaces.placing import BLOCK, Room, Window, allow_recall, choose_replays, cost, give_way, measure_room
from ltml.model import Injection, Origin, Turn, least_trusted, lettered
from ltml.protocols import KnownMessage, MessageDigest
from ltml.text import count_tokens, is_phatic

if TYPE_CHECKING:
    from ltml.layer import MemoryLayer

#: A request that its client has given up is known to be over after at most so many seconds.
GIVEN_UP = 0.05
#: A longer first message is compared with no other: whoever pastes so much begins a talk.
LONGEST_EDITED = 4_000
ROLES: Mapping[str, Origin] = {"user": "said", "assistant": "said", "tool": "tool"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """
    A request that memory attended to: its session, what was placed in it, and what is new in it.

    `block` and `recall` are what was placed anew, `ended` the digests of messages whose recall is placed no more.
    `crowded` says that a recall would have had no room. `taken_back` are the ids of turns that its history takes back.
    It holds its claim on the session.
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
    taken_back: frozenset[str] = frozenset()
    claim: Claim | None = field(default=None, compare=False, repr=False)

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
        cache: MessageCache | None = None,
    ) -> None:
        """
        Take at most `share` of a model's context. The clock's zone is the one "yesterday" is meant in.

        Companions that serve the same talks share a cache.
        """
        self._cache = MessageCache() if cache is None else cache
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
        return self.place(attended, window) if window else attended

    def place(self, attended: Attended, window: Window) -> Attended:
        """Return a request whose session was found with what to place in it. Raises `StoreError`s."""
        return self.place_recall(self.place_standing(attended, window), window)

    def keep(self, attended: Attended, reply: Reply) -> None:
        """
        Keep what was said in an exchange; durable when this returns. Raises `StoreError`s and `CaptureError`s.

        Of an exchange that is refused for a secret in it no word is kept, but that it was heard: the talk goes on.
        """
        space, store, session = self.layer.namespace, self.layer.store, attended.session
        try:
            notes = self._notes(attended, reply)
            said = [*_asked(attended, self._forgotten(attended)), *self._answer(attended, reply)]
            refused: SecretRefused | None = None
            try:
                self.layer.capture(inherited(said, {session: self._read(attended)}))
            except SecretRefused as exc:  # the talk is followed all the same
                refused = exc
            self._supersede(attended, reply)
            heard = (*answered(attended.trail, attended.request, reply, store.keyed_digest), *notes)
            if heard:
                store.record_messages(space, session, heard, attended.at)
            if attended.ended:
                store.discard_placed(space, session, attended.ended)
            if attended.fresh.text:
                store.record_injection(space, attended.fresh, attended.at, session, attended.trail.end[0])
            if refused is not None:
                raise refused
        finally:
            self.layer.claims.release(attended.claim)

    def _read(self, attended: Attended) -> Origin:
        """Return the least trusted origin of what the model read, beside what is kept of this session already."""
        trail = attended.trail
        earlier = {trail.base, trail.known.session if trail.known else ""} - {"", attended.session}
        before = self.layer.store.origins(self.layer.namespace, sorted(earlier))
        return least_trusted((*before.values(), *_origins_placed(attended)))

    # ------------------------------------------------------------ which session it is

    def _identified(self, request: Request, session: str, at: datetime) -> Attended:
        """Return the request with its session, and claim that."""
        claims = self.layer.claims
        with claims.finding():
            trail = self._followed(request, session, at)
            end = trail.end[0]
            if self._asked_elsewhere(trail):  # perhaps a request that its client has just given up
                claims.wait(end, GIVEN_UP)
                trail = self._followed(request, session, at)
            trail, known = self._joined(request, trail)
            name = session or known or f"{at:%Y-%m-%d}-{lettered(self._entropy(5))}"
            claim = claims.claim(name, end, _manner(request))
            if trail.known is None and len(trail.links) == 1:
                text = request.messages[trail.links[0].index].text
                claims.begin(
                    Begun(session=name, digest=end, text=text[:LONGEST_EDITED], at=at, manner=_manner(request))
                )
        attended = Attended(request=request, session=name, trail=trail, at=at, claim=claim)
        gone = _taken_back(trail, self._branches(trail.base)) if trail.base else ()
        return replace(attended, taken_back=frozenset(turn.id for turn in gone))

    def _asked_elsewhere(self, trail: Trail) -> str:
        """Return another session in which just this is asked now; empty if there is none."""
        found = trail.known.session if trail.known else ""
        return next((name for name in self.layer.claims.asked(trail.end[0]) if name != found), "")

    def _joined(self, request: Request, trail: Trail) -> tuple[Trail, str]:
        """
        Return a trail with the session it goes on in, if any.

        Where just this is asked already in another session, and its words tell something, they are said there: their
        client has sent them twice, or has given up on them and the server does not know yet.
        """
        found, base = (trail.known.session, trail.known.session) if trail.known else ("", trail.base)
        asked = self._asked_elsewhere(trail)
        if not asked or not base or is_phatic(request.messages[trail.links[-1].index].text):
            return trail, found
        return replace(trail, known=None, base=trail.base or base, gone=trail.gone or ()), asked

    def _followed(self, request: Request, session: str, at: datetime) -> Trail:
        claims = self.layer.claims

        def likely(text: str) -> tuple[str, str] | None:
            found = claims.begun(
                lambda begun: (
                    not session  # under a name many talks may begin
                    and begun.manner == _manner(request)
                    and begun.session == claims.latest(begun.manner)  # who edits it has said nothing elsewhere since
                    and at - begun.at <= AT_ONCE
                    and (self._slept_at is None or begun.at >= self._slept_at)
                    and len(text) < LONGEST_EDITED > len(begun.text)
                    and edited(begun.text, text)
                )
            )
            return (found.session, found.digest) if found else None

        scene = Scene(
            branches=self._branches, busy=claims.sessions(), same=claims.asked, over=self._over, now=at,
            named=bool(session), latest=claims.latest(_manner(request)), edited=likely,
        )  # fmt: skip
        keyed = self.layer.store.keyed_digest
        return follow(request, keyed, lambda digests: self._known(digests, session), scene, self._cache)

    def _branches(self, session: str) -> Branches:
        return Branches(self.layer.store.session_turns(self.layer.namespace, session))

    def _over(self, known: KnownMessage) -> bool:
        """Tell whether memory has slept since."""
        return self._slept_at is not None and known.at < self._slept_at

    def _supersede(self, attended: Attended, reply: Reply) -> None:
        """Call superseded what the history of a request takes back, and restore what it holds."""
        trail = attended.trail
        if not trail.base:
            return
        branches = self._branches(trail.base)
        link = answer_link(trail, attended.request, reply, self.layer.store.keyed_digest)
        answers = branches.live_after(trail.end[0]) if link is None else ()  # without another answer the old one stands
        stay = {turn.id for turn in branches.below(node.digest for node in answers)}
        gone = _taken_back(trail, branches, link.digest if link else "")
        line = branches.line(trail.path | ({link.digest} if link else set()))
        elsewhere = (self._branches(name) for name in self._said_elsewhere(trail, branches))
        back = {turn.id for each in (branches, *elsewhere) for turn in each.restored(each.line(line))}
        self.layer.store.supersede(self.layer.namespace, {turn.id for turn in gone} - stay, back)

    def _said_elsewhere(self, trail: Trail, branches: Branches) -> Sequence[str]:
        """Return the sessions in which a history was said that goes on in another one, where it went off from them."""
        missing = {link.digest for link in trail.links[: trail.heard]} - branches.nodes.keys()
        known = self.layer.store.find_messages(self.layer.namespace, missing) if missing else ()
        return sorted({row.session for row in known} - {trail.base})[:TWINS]

    def _notes(self, attended: Attended, reply: Reply) -> list[MessageDigest]:
        """
        Return what else a talk is to be known by.

        That is whether the answer to its first message came again in the same words; in a session that went off from
        another, the name of the reply that it went off from.
        """
        trail, keyed = attended.trail, self.layer.store.keyed_digest
        if len(trail.links) != 1:
            return []
        first = trail.links[0]
        if attended.request.link:
            return [MessageDigest(digest=link_name(attended.request.link, keyed), pair=first.before, place=first.place)]
        link = answer_link(trail, attended.request, reply, keyed) if trail.base else None
        if link is None or self._branches(trail.base).first_answer(link.digest) is None:
            return []
        return [MessageDigest(digest=again_name(link.digest, keyed), pair=link.digest, place=link.place)]

    def _answer(self, attended: Attended, reply: Reply) -> Iterator[Turn]:
        """Yield the answer as turns; one that broke off says so."""
        trail, messages = attended.trail, attended.request.messages
        link = answer_link(trail, attended.request, reply, self.layer.store.keyed_digest)
        if link is None:
            return
        message = Message(role="assistant", text=answer_text(trail, reply))
        at = max(self._clock(), attended.at)
        before = parent(trail, messages, len(trail.links))
        for turn in _turns(message, named(before, link.digest), attended.session, at):
            yield replace(turn, interrupted=not reply.complete)

    def _known(self, digests: Collection[str], session: str) -> Sequence[KnownMessage]:
        """Return what is known; of a session that is named, what is known in it: others' words are new there."""
        known = self.layer.store.find_messages(self.layer.namespace, digests)
        return [row for row in known if row.session == session] if session else known

    def _forgotten(self, attended: Attended) -> Collection[str]:
        """
        Return the digests of what the client sends again of a talk in which something was forgotten.

        A talk that begins with the same words as that one is no repetition of it: then somebody says them anew.
        """
        new = attended.trail.links[attended.trail.heard :]
        again = [link.digest for link in new if link.place or link is not attended.trail.links[-1]]
        return self.layer.store.find_forgotten(self.layer.namespace, again) if again else ()

    # ------------------------------------------------------------ what to place

    def place_standing(self, attended: Attended, window: Window) -> Attended:
        """
        Return the request with the block, and with earlier recalls where they went before.

        A block that was missed when the session began is composed now. Needs no search. Raises `StoreError`s.
        """
        kept = {
            placed.place: placed.text
            for placed in self.layer.store.placed_texts(self.layer.namespace, attended.session)
        }
        again = {link.index: kept[link.digest] for link in attended.trail.links if link.digest in kept}
        room = self._measure(attended.request, window)
        block = Injection() if "" in kept else self._block(attended, window, room)
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
        room = self._measure(request, window)
        questions = sum(message.role == "user" for message in request.messages)
        allowed = allow_recall(room, placed.block, placed.recalls, questions)
        if not allowed.tokens:
            return replace(attended, crowded=True)
        said = [message.text for message in request.messages if message.role != "system"]
        present = "\n".join([placed.block, *allowed.replays.values(), *said])
        query = request.messages[links[-1].index].text
        fresh = self.layer.remind(
            query, present, allowed.tokens - 1, attended.at,
            session=attended.session, telling=allowed.telling, without=attended.taken_back,
        )  # fmt: skip
        if not fresh.recall:
            return attended
        stay = give_way(placed.recalls, allowed.left - cost(fresh.recall)) if allowed.left else {}
        recalls = {**stay, links[-1].index: fresh.recall}
        ended = attended.ended | _digests(attended, placed.recalls, recalls)
        system = placed.system or window.system or ""
        return replace(
            attended, placement=Placement(block=placed.block, system=system, recalls=recalls), recall=fresh, ended=ended
        )

    def _block(self, attended: Attended, window: Window, room: Room) -> Injection:
        """Return the block; none where it would silence the model's own system prompt."""
        request = attended.request
        if request.link or (window.system is None and not request.has_system):
            return Injection()
        return self.layer.block(min(int(room.share * BLOCK), room.fixed), attended.session)

    def _measure(self, request: Request, window: Window) -> Room:
        """Return the room a request leaves; messages that were counted before are not counted again."""

        def count(text: str) -> int:
            return self._cache.get(self._cache.name("tokens", text), lambda: count_tokens(text))

        return measure_room(request, window, self._share, count)


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


def _asked(attended: Attended, forgotten: Collection[str] = ()) -> Iterator[Turn]:
    """Yield the messages of a request that are new, as turns, less those with these digests."""
    trail, messages = attended.trail, attended.request.messages
    for at, link in enumerate(trail.links[trail.heard :], trail.heard):
        message = messages[link.index]
        if message.role in ROLES and message.text.strip() and link.digest not in forgotten:
            yield from _turns(message, named(parent(trail, messages, at), link.digest), attended.session, attended.at)


def _manner(request: Request) -> str:
    return f"{request.path} {request.stream}"


def _origins_placed(attended: Attended) -> Iterator[Origin]:
    """Yield the origins of what was placed in a request, and of what programs said in it."""
    yield from (item.origin for item in attended.fresh.items)
    if any(message.role in PROGRAMS for message in attended.request.messages):
        yield "tool"


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
