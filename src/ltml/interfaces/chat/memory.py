"""
Memory in the chats of one namespace: which session a request belongs to, what is placed in it, what is kept of it.

Theory of operation. `prepare` is called with a request on its way to the model. It finds out which session the request
belongs to (capture/session_matching.py) and what to place in it. The block is composed when a session begins and then
repeated byte for byte; a recall goes before the newest words of the user, and the recalls of earlier requests go again
where they went, because the client's history does not hold them: a model's prompt cache is good as far as the bytes are
the same. `record` is called when the reply has ended: what was new is captured, the session's digests and the words
that were placed are kept. Until then the request claims its session (capture/pending.py), and what the user took back
in it is superseded then (capture/session_tree.py).

A session ends when memory has slept on it. Whoever goes on with the same talk afterwards begins a new session: the
model's cache is cold by then, so that a new block costs nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ltml.capture.cache import MessageCache
from ltml.capture.checks import LONGEST
from ltml.capture.digest_chain import (
    SessionMatch,
    again_name,
    answer_link,
    answer_text,
    exchange_digests,
    link_name,
    parent_digest,
    request_manner,
)
from ltml.capture.origins import PROGRAMS, inherit_origins
from ltml.capture.pending import PendingRequest, SessionStart
from ltml.capture.session_matching import EDIT_WINDOW, MAX_SESSIONS, MatchContext, match_session
from ltml.capture.session_tree import SessionTree, branch_ref, is_edit
from ltml.errors import SecretRefused
from ltml.exchange import Message, Placement, Reply, Request
from ltml.interfaces.chat.budget import (
    BLOCK,
    ModelWindow,
    PromptRoom,
    allow_recall,
    choose_replays,
    keep_oldest,
    measure_room,
    placed_tokens,
)
from ltml.model import Injection, Origin, Turn, encode_letters, least_trusted
from ltml.protocols import KnownMessage, MessageDigest
from ltml.text import count_tokens, is_phatic

if TYPE_CHECKING:
    from ltml.layer import MemoryLayer

#: A request that its client has given up is known to be over after at most so many seconds.
DISCONNECT_WAIT = 0.05
#: A longer first message is compared with no other: whoever pastes so much begins a talk.
LONGEST_EDIT = 4_000
ROLES: Mapping[str, Origin] = {"user": "said", "assistant": "said", "tool": "tool"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRequest:
    """
    A request with its session, what was placed in it, and what is new in it.

    `block` and `recall` are what was placed anew, `dropped_places` the digests of messages whose recall is placed no
    more. `has_no_room` says that a recall would have had no room. `removed_turns` are those that its history takes
    back. `pending` is its claim on the session.
    """

    request: Request
    session: str
    match: SessionMatch
    at: datetime
    placement: Placement = field(default_factory=Placement)
    block: Injection = field(default_factory=Injection)
    recall: Injection = field(default_factory=Injection)
    dropped_places: frozenset[str] = frozenset()
    has_no_room: bool = False
    removed_turns: tuple[Turn, ...] = ()
    pending: PendingRequest | None = field(default=None, compare=False, repr=False)

    @property
    def without_placement(self) -> PreparedRequest:
        """The same with nothing placed."""
        return replace(self, placement=Placement(), block=Injection(), recall=Injection(), dropped_places=frozenset())

    @property
    def new_injection(self) -> Injection:
        """What was placed anew."""
        return Injection(
            block=self.block.block, recall=self.recall.recall, items=(*self.block.items, *self.recall.items),
            tokens=self.block.tokens + self.recall.tokens,
        )  # fmt: skip

    @property
    def tokens(self) -> int:
        """What was placed anew, in tokens."""
        return self.block.tokens + self.recall.tokens


class ChatMemory:
    """Memory in the chats of one namespace. Calls block; thread-safe."""

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

        Memories that serve the same chats share a cache.
        """
        self._cache = MessageCache() if cache is None else cache
        self.layer, self._share, self._clock, self._entropy = layer, share, clock, entropy
        self._slept_at = max((night.started_at for night in layer.nights() if night.kind == "night"), default=None)

    def night_finished(self, at: datetime) -> None:
        """Take note that memory slept until `at`: sessions heard before are over."""
        self._slept_at = at

    def prepare(self, request: Request, window: ModelWindow | None = None, *, session: str = "") -> PreparedRequest:
        """
        Return which session a request belongs to, and what to place in it if its model's window is known.

        `session` is its name if the client gave one. Raises `StoreError`s.
        """
        prepared = self._find_session(request, session, self._clock())
        return self.place(prepared, window) if window else prepared

    def place(self, prepared: PreparedRequest, window: ModelWindow) -> PreparedRequest:
        """Return a request whose session was found with what to place in it. Raises `StoreError`s."""
        return self.place_recall(self.place_block(prepared, window), window)

    def record(self, prepared: PreparedRequest, reply: Reply) -> None:
        """
        Keep what was said in an exchange; durable when this returns. Raises `StoreError`s and `CaptureError`s.

        Of an exchange that is refused for a secret in it no word is kept, but that it was heard: the talk goes on.
        """
        space, store, session = self.layer.namespace, self.layer.store, prepared.session
        try:
            notes = self._extra_digests(prepared, reply)
            said = list(self._make_turns(prepared, reply))
            refused: SecretRefused | None = None
            try:
                self.layer.capture(inherit_origins(said, {session: self._find_origin(prepared)}))
            except SecretRefused as exc:  # the talk is followed all the same
                refused = exc
            self._update_superseded(prepared, reply)
            heard = (*exchange_digests(prepared.match, prepared.request, reply, store.keyed_digest), *notes)
            if heard:
                store.record_messages(space, session, heard, prepared.at)
            if prepared.dropped_places:
                store.discard_placed(space, session, prepared.dropped_places)
            if prepared.new_injection.text:
                store.record_injection(space, prepared.new_injection, prepared.at, session, prepared.match.end[0])
            if refused is not None:
                raise refused
        finally:
            self.layer.pending_requests.remove(prepared.pending)

    def _find_origin(self, prepared: PreparedRequest) -> Origin:
        """Return the least trusted origin of what the model read, beside what is kept of this session already."""
        match = prepared.match
        earlier = {match.base_session, match.last_known.session if match.last_known else ""} - {"", prepared.session}
        origins = [*self.layer.store.origins(self.layer.namespace, sorted(earlier)).values()]
        origins += [item.origin for item in prepared.new_injection.items]
        if any(message.role in PROGRAMS for message in prepared.request.messages):
            origins.append("tool")
        return least_trusted(tuple(origins))

    # ------------------------------------------------------------ which session it is

    def _find_session(self, request: Request, session: str, at: datetime) -> PreparedRequest:
        """Return the request with its session, which is claimed with it until the reply is recorded."""
        pending, manner = self.layer.pending_requests, request_manner(request)
        with pending.locked():
            match = self._match_session(request, session, at)
            end = match.end[0]
            if self._find_pending_elsewhere(match):  # perhaps a request that its client has just given up
                pending.wait_until_answered(end, DISCONNECT_WAIT)
                match = self._match_session(request, session, at)
            known = match.last_known.session if match.last_known else ""
            base = known or match.base_session
            elsewhere = self._find_pending_elsewhere(match)
            # Just this is asked already in another session: its client has sent it twice, or has given it up and the
            # server does not know yet. If its words tell something, it is said there.
            if elsewhere and base and not is_phatic(request.messages[match.links[-1].index].text):
                base = match.base_session or base
                match = replace(match, last_known=None, base_session=base, removed=match.removed or ())
                known = elsewhere
            name = session or known or f"{at:%Y-%m-%d}-{encode_letters(self._entropy(5))}"
            claim = pending.add(name, end, manner)
            if match.last_known is None and len(match.links) == 1:
                text = request.messages[match.links[0].index].text[:LONGEST_EDIT]
                pending.add_session_start(SessionStart(session=name, digest=end, text=text, at=at, manner=manner))
        removed = find_removed_turns(match, self._load_tree(match.base_session)) if match.base_session else ()
        return PreparedRequest(
            request=request, session=name, match=match, at=at, pending=claim, removed_turns=tuple(removed)
        )

    def _find_pending_elsewhere(self, match: SessionMatch) -> str:
        """Return another session in which just this is asked now; empty if there is none."""
        found = match.last_known.session if match.last_known else ""
        return next((name for name in self.layer.pending_requests.sessions_asking(match.end[0]) if name != found), "")

    def _match_session(self, request: Request, session: str, at: datetime) -> SessionMatch:
        """Return how a request continues the sessions there are, or the one of this name."""
        pending, manner = self.layer.pending_requests, request_manner(request)
        latest = pending.latest_session(manner)

        def find_edited(text: str) -> tuple[str, str] | None:
            if session or len(text) >= LONGEST_EDIT:  # under a name many talks may start
                return None
            found = pending.find_session_start(
                lambda start: (
                    start.manner == manner
                    and start.session == latest  # who edits it has said nothing elsewhere since
                    and at - start.at <= EDIT_WINDOW
                    and (self._slept_at is None or start.at >= self._slept_at)
                    and len(start.text) < LONGEST_EDIT
                    and is_edit(start.text, text)
                )
            )
            return (found.session, found.digest) if found else None

        def lookup(digests: Collection[str]) -> Sequence[KnownMessage]:
            """Return what is known; in a session that is named, what others said is new."""
            known = self.layer.store.find_messages(self.layer.namespace, digests)
            return [row for row in known if row.session == session] if session else known

        context = MatchContext(
            load_tree=self._load_tree, busy_sessions=pending.busy_sessions(), sessions_asking=pending.sessions_asking,
            is_over=lambda row: self._slept_at is not None and row.at < self._slept_at, now=at,
            is_named=bool(session), latest_session=latest, find_edited=find_edited,
        )  # fmt: skip
        return match_session(request, self.layer.store.keyed_digest, lookup, context, self._cache)

    def _load_tree(self, session: str) -> SessionTree:
        return SessionTree(self.layer.store.session_turns(self.layer.namespace, session))

    def _update_superseded(self, prepared: PreparedRequest, reply: Reply) -> None:
        """Call superseded what the history of a request takes back, and restore what it holds."""
        match = prepared.match
        if not match.base_session:
            return
        tree = self._load_tree(match.base_session)
        link = answer_link(match, prepared.request, reply, self.layer.store.keyed_digest)
        answers = tree.live_children(match.end[0]) if link is None else ()  # without another answer the old one stands
        stay = {turn.id for turn in tree.live_turns_below(node.digest for node in answers)}
        gone = find_removed_turns(match, tree, link.digest if link else "")
        line = tree.with_ancestors(match.digests | ({link.digest} if link else set()))
        # A history that was said in another session goes on in this one: what it holds there is restored, too.
        missing = {link.digest for link in match.links[: match.known_count]} - tree.nodes.keys()
        known = self.layer.store.find_messages(self.layer.namespace, missing) if missing else ()
        elsewhere = sorted({row.session for row in known} - {match.base_session})[:MAX_SESSIONS]
        back = {
            turn.id
            for each in (tree, *map(self._load_tree, elsewhere))
            for turn in each.find_restored(each.with_ancestors(line))
        }
        self.layer.store.supersede(self.layer.namespace, {turn.id for turn in gone} - stay, back)

    def _extra_digests(self, prepared: PreparedRequest, reply: Reply) -> list[MessageDigest]:
        """
        Return what else a talk is to be known by.

        That is whether the answer to its first message came again in the same words; in a session that went off from
        another, the name of the reply that it went off from.
        """
        match, keyed = prepared.match, self.layer.store.keyed_digest
        if len(match.links) != 1:
            return []
        first = match.links[0]
        if prepared.request.link:
            return [MessageDigest(digest=link_name(prepared.request.link, keyed), pair=first.parent, place=first.place)]
        link = answer_link(match, prepared.request, reply, keyed) if match.base_session else None
        if link is None or self._load_tree(match.base_session).find_first_answer(link.digest) is None:
            return []
        return [MessageDigest(digest=again_name(link.digest, keyed), pair=link.digest, place=link.place)]

    def _make_turns(self, prepared: PreparedRequest, reply: Reply) -> Iterator[Turn]:
        """
        Yield what is new in a request as turns, and the answer; one that broke off says so.

        What the client sends again after a change further up is new in its place, and has the time it was said at.
        What it sends again of a talk in which something was forgotten is left out. A talk that begins with the
        same words as that one is no repetition of it: then somebody says them anew.
        """
        match, messages = prepared.match, prepared.request.messages
        new = match.links[match.known_count :]
        again = [link.digest for link in new if link.place or link is not match.links[-1]]
        forgotten = self.layer.store.find_forgotten(self.layer.namespace, again) if again else ()
        said_at = {(turn.role, turn.text): turn.at for turn in prepared.removed_turns}
        for at, link in enumerate(new, match.known_count):
            message = messages[link.index]
            if message.role in ROLES and message.text.strip() and link.digest not in forgotten:
                ref = branch_ref(parent_digest(match, messages, at), link.digest)
                is_newest = link is match.links[-1]
                time = prepared.at if is_newest else said_at.get((message.role, message.text), prepared.at)
                yield from split_into_turns(message, ref, prepared.session, time)
        answer = answer_link(match, prepared.request, reply, self.layer.store.keyed_digest)
        if answer is not None:
            message = Message(role="assistant", text=answer_text(match, reply))
            ref = branch_ref(parent_digest(match, messages, len(match.links)), answer.digest)
            for turn in split_into_turns(message, ref, prepared.session, max(self._clock(), prepared.at)):
                yield replace(turn, interrupted=not reply.complete)

    # ------------------------------------------------------------ what to place

    def place_block(self, prepared: PreparedRequest, window: ModelWindow) -> PreparedRequest:
        """
        Return the request with the block, and with earlier recalls where they went before.

        A block that was missed when the session began is composed now. Needs no search. Raises `StoreError`s.
        """
        kept = {
            placed.place: placed.text
            for placed in self.layer.store.placed_texts(self.layer.namespace, prepared.session)
        }
        again = {link.index: kept[link.digest] for link in prepared.match.links if link.digest in kept}
        room = self._measure(prepared.request, window)
        block = Injection()
        is_silencing = window.system is None and not prepared.request.has_system  # it would hide the model's own prompt
        if "" not in kept and not prepared.request.link and not is_silencing:
            block = self.layer.block(min(int(room.share * BLOCK), room.fixed), prepared.session)
        standing = "" if prepared.request.link else kept.get("", block.block)
        if placed_tokens(standing) > min(room.share, room.fixed):
            return prepared
        replays = choose_replays(room, standing, again)
        placement = Placement(block=standing, system=window.system or "", recalls=replays)
        return replace(
            prepared, placement=placement, block=block, dropped_places=_dropped_digests(prepared, again, replays)
        )

    def place_recall(self, prepared: PreparedRequest, window: ModelWindow) -> PreparedRequest:
        """Return the request with a recall for its newest words, if they are a question's. Raises `StoreError`s."""
        request, links, placed = prepared.request, prepared.match.links, prepared.placement
        if not links or request.messages[links[-1].index].role != "user" or links[-1].index in placed.recalls:
            return prepared
        room = self._measure(request, window)
        questions = sum(message.role == "user" for message in request.messages)
        allowed = allow_recall(room, placed.block, placed.recalls, questions)
        if not allowed.tokens:
            return replace(prepared, has_no_room=True)
        said = [message.text for message in request.messages if message.role != "system"]
        present = "\n".join([placed.block, *allowed.replays.values(), *said])
        query = request.messages[links[-1].index].text
        fresh = self.layer.remind(
            query, present, allowed.tokens - 1, prepared.at,
            session=prepared.session, telling=allowed.telling,
            without={turn.id for turn in prepared.removed_turns},
        )  # fmt: skip
        if not fresh.recall:
            return prepared
        stay = keep_oldest(placed.recalls, allowed.left - placed_tokens(fresh.recall)) if allowed.left else {}
        recalls = {**stay, links[-1].index: fresh.recall}
        dropped = prepared.dropped_places | _dropped_digests(prepared, placed.recalls, recalls)
        system = placed.system or window.system or ""
        return replace(
            prepared,
            placement=Placement(block=placed.block, system=system, recalls=recalls),
            recall=fresh,
            dropped_places=dropped,
        )

    def _measure(self, request: Request, window: ModelWindow) -> PromptRoom:
        """Return the room a request leaves; messages that were counted before are not counted again."""

        def count(text: str) -> int:
            return self._cache.get(self._cache.name("tokens", text), lambda: count_tokens(text))

        return measure_room(request, window, self._share, count)


def _dropped_digests(prepared: PreparedRequest, before: Collection[int], after: Collection[int]) -> frozenset[str]:
    """Return the digests of the messages in which something was placed before and is no more."""
    return frozenset(link.digest for link in prepared.match.links if link.index in before and link.index not in after)


# ---------------------------------------------------------------- what to keep


def find_removed_turns(match: SessionMatch, tree: SessionTree, answer: str = "") -> list[Turn]:
    """Return the turns that a request's history takes back, with this answer to it."""
    if match.removed is not None:
        return tree.live_turns_below(match.removed)
    return tree.find_removed(tree.with_ancestors(match.digests | ({answer} if answer else set())))


def split_into_turns(message: Message, name: str, session: str, at: datetime) -> Iterator[Turn]:
    """Yield a message as a turn, one of monstrous length as several."""
    for first in range(0, len(message.text), LONGEST):
        ref = name + (f"+{first}" if first else "")
        text = message.text[first : first + LONGEST]
        yield Turn(session=session, role=message.role, text=text, at=at, ref=ref, origin=ROLES[message.role])
