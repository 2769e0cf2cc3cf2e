"""
Which talk a request belongs to, told by its history and by what is known of the talks there are.

Theory of operation. The sessions that know the deepest message of the history that was answered come into question;
those in which somebody waits for an answer do not (claims.py). The request goes on where it is asked again what the
talk stands at, else where the talk stands at just this history. Where there is one such session and it has gone on, the
user went back in it: it goes on there, and what followed is taken back (branches.py).

A first message alone tells little. It is said again where nobody answered it, or where its answer is asked for again:
then its words tell something (it is no "hi"), the talk stands at that answer, it was not long ago, and it was asked in
the same manner (on the same path, streamed or not). Where the first has gone on there are two sessions, and the words
are counted once. An edited first message has no history at all: it begins a session, and takes back the talk that
began with nearly the same words just before and stands at its answer, where nothing was asked in that manner since.

In doubt there are two sessions, and nothing is lost: two talks in one would be worse than one talk in two. So windows
that may be two (the same first answer came twice, or the one that was taken back goes on) part here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ltml.capture.branches import Branches, Node, edited, same_answer
from ltml.capture.cache import MessageCache
from ltml.capture.links import (
    TELLING,
    Keyed,
    Link,
    Trail,
    _normal,
    again_name,
    alias_name,
    answered,
    chained,
    link_name,
    manner_name,
    parted,
)
from ltml.exchange import Message, Request
from ltml.protocols import KnownMessage
from ltml.text import is_phatic

__all__ = ["AT_ONCE", "SOON", "TELLING", "Scene", "Trail", "_normal", "answered", "chained", "follow"]

Look = Callable[[Collection[str]], Sequence[KnownMessage]]
#: Who says the same first message again within this time asks for another answer; later it is said anew.
SOON = timedelta(minutes=30)
#: A first message that is nearly the same within this time is the other one, edited.
AT_ONCE = timedelta(minutes=10)
#: So many answers that a client changed are found in one request. Known ones are found by their aliases, all at once.
CHANGED = 8
#: So many sessions of the same words are looked at.
TWINS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """
    What is known beside digests: the branches of sessions, where somebody waits, and what is over.

    `busy` are the sessions in which somebody waits for an answer, `same` those in which it is to just this. `over`
    tells of a session whether memory has slept on it. `named` says that the client named the session. `latest` is the
    session in which somebody asked last in this manner, and `edited` returns the one that began with nearly these words
    not long ago, and its first message.
    """

    branches: Callable[[str], Branches] | None = None
    busy: frozenset[str] = frozenset()
    same: Callable[[str], Collection[str]] = lambda _: ()
    over: Callable[[KnownMessage], bool] = lambda _: False
    now: datetime | None = None
    named: bool = False
    latest: str = ""
    edited: Callable[[str], tuple[str, str] | None] = lambda _: None


@dataclass(slots=True)
class _Finder:
    """One search: the request's chain, and the sessions that know each message of it."""

    request: Request
    messages: Sequence[Message]
    keyed: Keyed
    look: Look
    scene: Scene
    begun: str
    cache: MessageCache
    links: tuple[Link, ...] = ()
    start: str = ""
    known_as: dict[int, str] = field(default_factory=dict)
    rows: dict[str, list[KnownMessage]] = field(default_factory=dict)
    pairs: Sequence[KnownMessage] = ()
    grown: dict[str, Branches] = field(default_factory=dict)
    began_alike: set[str] | None = None

    # ------------------------------------------------------------ what is known

    @property
    def answered(self) -> int:
        """Where the news begins in a history: after its last answer."""
        answers = [at for at, link in enumerate(self.links) if self.messages[link.index].role == "assistant"]
        return answers[-1] + 1 if answers else 0

    def learn(self) -> None:
        """Look up every message of the chain."""
        found = self.look({name for link in self.links for name in (link.digest, link.pair)} - {""})
        self.pairs = found
        self.rows = {}
        for row in sorted(found, key=lambda row: not row.last):
            self.rows.setdefault(row.digest, []).append(row)

    def deepest(self) -> int:
        """Return the last place of the chain that some session knows; -1 if none does."""
        return next((at for at in reversed(range(len(self.links))) if self.links[at].digest in self.rows), -1)

    def branches(self, session: str) -> Branches:
        """Return a session's branches."""
        if session not in self.grown:
            self.grown[session] = self.scene.branches(session) if self.scene.branches else Branches()
        return self.grown[session]

    def candidates(self, digest: str) -> list[KnownMessage]:
        """
        Return where this is known.

        Sessions that memory has slept on, and those that began in another manner, only if there are no others.
        """
        rows = self.rows.get(digest, [])
        awake = [row for row in rows if not self.scene.over(row)] or rows
        alike = [row for row in awake if row.session in self.alike()] if len(awake) > 1 else []
        return (alike or awake)[:TWINS]

    def alike(self) -> Collection[str]:
        """Return the sessions that began with the same first message, asked in the same manner."""
        if self.began_alike is None:
            first = self.links[0] if self.links else None
            name = manner_name(first.digest, self.request, self.keyed) if first and not first.place else ""
            self.began_alike = {row.session for row in self.look([name]) if row.digest == name} if name else set()
        return self.began_alike

    def free(self, rows: Iterable[KnownMessage]) -> list[KnownMessage]:
        """Return the rows of sessions in which nobody waits for an answer."""
        return [row for row in rows if row.session not in self.scene.busy]

    def stands(self, row: KnownMessage) -> bool:
        """Tell whether nothing follows this in its session, as the talk stands."""
        branches = self.branches(row.session)
        node = branches.nodes.get(row.digest)
        if node is None:  # it has no words, or was said in another session, from which this one went off
            return row.last and not branches.live_after(row.digest)
        return node.live and not branches.live_after(row.digest)

    def knows(self, row: KnownMessage, digest: str) -> bool:
        """Tell whether a session knows this."""
        return any(other.session == row.session for other in self.rows.get(digest, ()))

    # ------------------------------------------------------------ what a client changed

    def recognise(self) -> None:
        """Give changed answers, and what follows them, the digests they are known by."""
        if self.deepest() >= self.answered - 1:
            return
        names = {alias_name(link.raw, self.keyed): link.index for link in self.links}
        for row in self.look(list(names)):
            if row.digest in names:
                self.known_as.setdefault(names[row.digest], row.pair)
        if self.known_as:
            self.rechain()
        for _ in range(CHANGED):
            at = self.deepest()
            found = self._changed(at) if 0 <= at < self.answered - 1 else None
            if found is None:
                return
            self.known_as[self.links[at + 1].index] = found
            self.rechain()

    def rechain(self) -> None:
        """Chain anew from what is known by another digest."""
        self.links = chained(self.messages, self.keyed, self.start, known_as=self.known_as, cache=self.cache)
        self.learn()

    def _changed(self, at: int) -> str | None:
        """Return the digest of the answer that the one behind this place is, in a session that stands at it."""
        sent = self.messages[self.links[at + 1].index]
        if sent.role != "assistant":
            return None
        for row in self.candidates(self.links[at].digest):
            for node in sorted(self.branches(row.session).after(row.digest), key=lambda node: (not node.live, node.at)):
                there = node.role == "assistant" and self._goes_on_from(row.session, node.digest, at + 2)
                if there and same_answer(node.text, sent.text):
                    return node.digest
        return None

    def _goes_on_from(self, session: str, digest: str, at: int) -> bool:
        """Tell whether a session stands at an answer, or goes on from there with the link at this place."""
        branches = self.branches(session)
        if not branches.live_after(digest):
            return True
        if at >= len(self.links):
            return False
        rest = chained(self.messages, self.keyed, digest, first=self.links[at].index, cache=self.cache)
        return bool(rest) and rest[0].digest in branches.nodes

    # ------------------------------------------------------------ where it goes on

    def go_on(self, row: KnownMessage, at: int, gone: tuple[str, ...] | None = None) -> Trail:
        """Return the trail of a session that knows the messages up to `at`; one that is over goes on in a new one."""
        known = None if self.scene.over(row) else row
        return self._trail(at + 1, known, base=row.session, gone=gone)

    def begin(self, heard: int, base: str = "", gone: tuple[str, ...] | None = None) -> Trail:
        """Return the trail of a session that begins."""
        return self._trail(heard, None, base=base, gone=gone)

    def _trail(self, heard: int, known: KnownMessage | None, base: str, gone: tuple[str, ...] | None) -> Trail:
        return Trail(links=self.links, heard=heard, known=known, begun=self.begun, base=base, gone=gone)

    def after(self, anchor: str, at: int) -> Trail | None:
        """Return where a request goes on whose history is known up to this digest; the link at `at` has it."""
        known = self.candidates(anchor)
        same, stands = self._same(known, at), self._standing(known, at)
        told = not is_phatic(self.messages[self.links[-1].index].text)
        found = (same or stands) if told else (stands or same)
        if found is not None or not known:
            return found
        free = self.free(known)
        said_in = [row for row in free if anchor in self.branches(row.session).nodes] or free
        if len(known) == len(free) and len(said_in) == 1:
            return self._gone_on(said_in[0], at)
        base, gone = self._suspected(free, anchor)
        return self.begin(at + 1, base or known[0].session, gone)

    def _same(self, known: Sequence[KnownMessage], at: int) -> Trail | None:
        """
        Return the trail of a session in which just this was asked before, or is asked now.

        So it is also where somebody waits: nothing new is said. Its client has given that up, or has sent it twice.
        """
        end = self.links[-1].digest
        again = self._again(end) if at < len(self.links) - 1 else None
        asked = next((row for row in known if row.session in self.scene.same(end)), None)
        return again or (self.go_on(asked, at) if asked else None)

    def _standing(self, known: Sequence[KnownMessage], at: int) -> Trail | None:
        """Return the trail of the session that stands at this history; of several, of one that is nothing but this."""
        standing = [row for row in self.free(known) if self.stands(row) and not self._parted(row)]
        standing = [row for row in standing if not (self._beside(row) and self._perhaps_shared(row, at))]
        plain = min(standing, key=self._beside, default=None)
        if plain is None or (len(known) > 1 and self._beside(plain)):
            return None
        return self.go_on(plain, at)

    def _again(self, end: str) -> Trail | None:
        """Return the trail of a session that knows all of this, best one that stands at the answer to it."""
        rows = self.candidates(end)
        ends = (row for row in rows if self.branches(row.session).ends_with_answers(end))
        row = next(ends, next(iter(rows), None))
        return None if row is None else self.go_on(row, len(self.links) - 1)

    def _beside(self, row: KnownMessage) -> int:
        """Return how much was said in a session beside this: who said that may have gone back in another window."""
        branches = self.branches(row.session)
        return len(branches.nodes.keys() - branches.line({row.digest, *(link.digest for link in self.links)}))

    def _gone_on(self, row: KnownMessage, at: int) -> Trail:
        """Return the trail of a request that goes back in the one session that knows its history, if it is one talk."""
        if self._parted(row):
            return self.begin(at + 1, row.session, ())
        if self._perhaps_shared(row, at):  # two may have it, and one went on
            base, gone = self._suspected([row], row.digest)
            return self.begin(at + 1, base or row.session, gone)
        return self.go_on(row, at)

    def _parted(self, row: KnownMessage) -> bool:
        """Tell whether beside this first answer another one stands: the user went back, or it is another window."""
        branches = self.branches(row.session)
        node = branches.first_answer(row.digest)
        return node is not None and any(other.digest != node.digest for other in branches.live_after(node.before))

    def _perhaps_shared(self, row: KnownMessage, at: int) -> bool:
        """
        Tell whether another window may have this first answer; the link at `at` has it.

        It came twice in the same words, or the session began in another manner than this request has.
        """
        place = self.links[at].place if at >= 0 else row.place - 1
        if place != 1:
            return False
        began_otherwise = at >= 0 and row.session not in self.alike()
        return began_otherwise or bool(self.look([again_name(row.digest, self.keyed)]))

    def _suspected(self, rows: Iterable[KnownMessage], anchor: str) -> tuple[str, tuple[str, ...]]:
        """
        Return the session in which this is likely an edit, and the digest of what was edited.

        That is what was asked last of all in this manner: in doubt nothing is taken back.
        """
        said = self.messages[self.links[-1].index]
        for row in rows:
            branches = self.branches(row.session) if row.session == self.scene.latest else Branches()
            for node in branches.live_after(anchor):
                if node.role == said.role and edited(node.text, said.text) and branches.ends_with_answers(node.digest):
                    return row.session, (node.digest,)
        return "", ()

    # ------------------------------------------------------------ where nothing was answered

    def first(self) -> Trail:
        """Return the trail of a request without any answer in it."""
        at = self.deepest()
        if at < 0:
            return self._edited() or self.begin(0)
        free = self.free(self.candidates(self.links[at].digest))
        silent = [row for row in free if self._unanswered(row)]
        again = silent[:1] or [row for row in free if self._asked_again(row)]
        if len(again) == 1:
            return self.go_on(again[0], at)
        digest = self.links[at].digest
        said = [row for row in self.candidates(digest) if digest in self.branches(row.session).nodes]
        if len(said) == 1 and at == len(self.links) - 1 and self._told(said[0]):  # and the talk has gone on since
            return self.begin(at + 1, said[0].session, ())
        return self.begin(0)

    def _unanswered(self, row: KnownMessage) -> bool:
        """Tell whether nobody answered a first message that a session knows."""
        branches = self.branches(row.session)
        return branches.unanswered(row.digest) if branches.nodes else row.last

    def _asked_again(self, row: KnownMessage) -> bool:
        """Tell whether a first message that a session knows is said in it again, by the same client as it seems."""
        branches = self.branches(row.session)
        if self.scene.named:
            return True
        if not branches.ends_with_answers(row.digest):
            return False
        answers = branches.live_after(row.digest)
        return any(same_answer(node.text, self.begun) for node in answers if self.begun) or self._told(row)

    def _told(self, row: KnownMessage) -> bool:
        """Tell whether a first message tells something and was said not long ago, by the same client it seems."""
        text, answers = self.messages[self.links[-1].index].text, self.branches(row.session).live_after(row.digest)
        return bool(text.strip()) and not is_phatic(text) and self._soon(row, answers) and row.session in self.alike()

    def _soon(self, row: KnownMessage, answers: Sequence[Node]) -> bool:
        latest = max([row.at, *(node.at for node in answers)])
        return self.scene.now is None or self.scene.now - latest <= SOON

    def _edited(self) -> Trail | None:
        """Return the trail of a first message that is another one, edited."""
        found = self.scene.edited(self.messages[self.links[-1].index].text)
        if found is None or found[0] in self.scene.busy or len(self.links) > 1:
            return None
        session, digest = found
        if not self.branches(session).ends_with_answers(digest):
            return None
        return self.begin(0, session, (digest,))


def follow(
    request: Request, keyed: Keyed, known: Look, scene: Scene | None = None, cache: MessageCache | None = None
) -> Trail:
    """Return how a request goes on from what is known; messages in the cache are not read again."""
    messages, begun = parted(request)
    cache = MessageCache() if cache is None else cache
    finder = _Finder(request, messages, keyed, known, scene or Scene(), begun, cache)
    if request.link:
        return _linked(request, finder)
    finder.links = chained(messages, keyed, cache=finder.cache)
    if not finder.links:
        return finder.begin(0)
    finder.learn()
    if not finder.answered:
        return finder.first()
    finder.recognise()
    return _by_chain(finder) or _by_pair(finder) or _by_first(finder) or finder.begin(finder.answered)


def _by_chain(finder: _Finder) -> Trail | None:
    """Return the trail from the deepest message that was answered and is known; a first message alone tells nothing."""
    places = [at for at in range(finder.answered) if finder.links[at].digest in finder.rows]
    at = places[-1] if places else -1
    rows = finder.candidates(finder.links[at].digest) if places else []
    if at > 0:
        return finder.after(finder.links[at].digest, at)
    stands = next((row for row in finder.free(rows) if finder.stands(row)), None)
    return finder.go_on(stands, at) if stands else None


def _by_first(finder: _Finder) -> Trail | None:
    """Return the trail of a talk whose first answer the user has written anew."""
    rows = finder.free(finder.candidates(finder.links[0].digest))
    text = finder.messages[finder.links[0].index].text
    for row in rows:
        branches = finder.branches(row.session)
        ends = bool(branches.nodes) and branches.ends_with_answers(row.digest)
        if ends and not is_phatic(text) and finder._soon(row, branches.live_after(row.digest)):  # noqa: SLF001
            return finder.go_on(row, 0)
    return None


def _by_pair(finder: _Finder) -> Trail | None:
    """
    Return the trail from the newest pair somebody knows on: the client has cut the front of the history.

    It begins at the oldest pair of that session from which the chain leads there, so that what was placed in between
    is found again.
    """
    by_pair = {row.pair: row for row in reversed(finder.pairs) if row.pair}
    pairs = [(link, by_pair[link.pair]) for link in finder.links if link.pair in by_pair]
    if not pairs:
        return None
    newest, stands = pairs[-1]
    oldest = next(pair for pair in pairs if pair[1].session == stands.session)
    for link, row in (oldest, pairs[-1]):
        after, place, first = row.digest, row.place + 1, link.index + 1
        rest = chained(finder.messages, finder.keyed, after, place, first, cache=finder.cache)
        heard = sum(each.index <= newest.index for each in rest)
        if not heard or rest[heard - 1].digest == stands.digest:
            trail = Trail(links=rest, heard=heard, begun=finder.begun)
            if stands.session in finder.scene.busy:
                return trail
            known = None if finder.scene.over(stands) else stands
            return replace(trail, known=known, base=stands.session)
    return None


def _linked(request: Request, finder: _Finder) -> Trail:
    """Return the trail of a request that names an earlier reply."""
    name = link_name(request.link, finder.keyed)
    rows = [row for row in finder.look([name]) if row.digest == name]
    row = next(iter(rows), None)
    finder.start = (row.pair if row else "") or name
    place = row.place if row else 0
    finder.links = chained(finder.messages, finder.keyed, finder.start, place, cache=finder.cache)
    if row is None or not finder.links:
        return finder.begin(0)
    finder.learn()
    finder.rows[finder.start] = [replace(each, digest=finder.start) for each in rows]
    return finder.after(finder.start, -1) or finder.begin(0)
