"""
Which session a request belongs to, told by its history and by what is known of the sessions there are.

Theory of operation. The sessions that know the deepest answered message of the history are candidates; those in which
somebody waits for an answer are not (pending.py). The request continues where the same is asked again, else where the
session ends with just this history. If only one session knows the history and it has gone on since, the user went back
in it: the request continues there, and what followed is taken back (session_tree.py).

A first message alone tells little. It is a repetition where nobody answered it, or where its answer is asked for again:
its words tell something (it is no "hi"), the session ends with that answer, it was not long ago, and it was asked in
the same manner (on the same path, streamed or not). Where the first session has gone on there are two sessions, and the
words are counted once. An edited first message has no history at all: it starts a session, and takes back the one that
started with nearly the same words just before and ends with its answer, if nothing was asked in that manner since.

In doubt there are two sessions, and nothing is lost: two talks in one would be worse than one talk in two. So windows
that may be two (the same first answer came twice, or the one that was taken back goes on) part here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ltml.capture.cache import MessageCache
from ltml.capture.digest_chain import (
    ChainLink,
    KeyedDigest,
    SessionMatch,
    again_name,
    alias_name,
    build_chain,
    link_name,
    manner_name,
    split_answer_start,
)
from ltml.capture.session_tree import MessageNode, SessionTree, is_edit, is_same_answer
from ltml.exchange import Message, Request
from ltml.protocols import KnownMessage
from ltml.text import is_phatic

MessageLookup = Callable[[Collection[str]], Sequence[KnownMessage]]
#: The same first message within this time asks for another answer; later it is said anew.
RETRY_WINDOW = timedelta(minutes=30)
#: A first message that is nearly the same within this time is the other one, edited.
EDIT_WINDOW = timedelta(minutes=10)
#: Maximum number of changed answers found per request. Known ones are found by their aliases, all in one lookup.
MAX_CHANGED_ANSWERS = 8
#: Maximum number of sessions looked at that hold the same words.
MAX_SESSIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchContext:
    """
    What is known of the sessions beside digests.

    `busy_sessions` wait for an answer, `sessions_asking` returns those that wait for one to this digest. `is_over`
    tells whether memory has slept on a message's session. `is_named` says that the client named the session.
    `latest_session` is the one in which somebody asked last in this manner; `find_edited` returns the session that
    started with nearly these words not long ago, and the digest of its first message.
    """

    load_tree: Callable[[str], SessionTree] | None = None
    busy_sessions: frozenset[str] = frozenset()
    sessions_asking: Callable[[str], Collection[str]] = lambda _: ()
    is_over: Callable[[KnownMessage], bool] = lambda _: False
    now: datetime | None = None
    is_named: bool = False
    latest_session: str = ""
    find_edited: Callable[[str], tuple[str, str] | None] = lambda _: None


def match_session(
    request: Request,
    keyed: KeyedDigest,
    lookup: MessageLookup,
    context: MatchContext | None = None,
    cache: MessageCache | None = None,
) -> SessionMatch:
    """Return how a request continues what is known; messages in the cache are not read again."""
    messages, answer_start = split_answer_start(request)
    cache = MessageCache() if cache is None else cache
    matcher = SessionMatcher(request, messages, keyed, lookup, context or MatchContext(), answer_start, cache)
    if request.link:
        return matcher.match_by_link()
    matcher.links = build_chain(messages, keyed, cache=matcher.cache)
    if not matcher.links:
        return matcher.start_session(0)
    matcher.look_up_chain()
    if not matcher.answered_count:
        return matcher.match_first_message()
    matcher.resolve_changed_answers()
    return (
        matcher.match_by_chain()
        or matcher.match_by_pair()
        or matcher.match_by_first_message()
        or matcher.start_session(matcher.answered_count)
    )


@dataclass(slots=True)
class SessionMatcher:
    """One search: the request's chain, and the sessions that know each message of it."""

    request: Request
    messages: Sequence[Message]
    keyed: KeyedDigest
    lookup: MessageLookup
    context: MatchContext
    answer_start: str
    cache: MessageCache
    links: tuple[ChainLink, ...] = ()
    start: str = ""
    aliases: dict[int, str] = field(default_factory=dict)
    rows: dict[str, list[KnownMessage]] = field(default_factory=dict)
    pairs: Sequence[KnownMessage] = ()
    trees: dict[str, SessionTree] = field(default_factory=dict)
    same_manner: set[str] | None = None

    # ------------------------------------------------------------ what is known

    @property
    def answered_count(self) -> int:
        """The number of links up to and including the last answer."""
        answers = [at for at, link in enumerate(self.links) if self.messages[link.index].role == "assistant"]
        return answers[-1] + 1 if answers else 0

    @property
    def newest_text(self) -> str:
        """The words of the newest message."""
        return self.messages[self.links[-1].index].text

    def look_up_chain(self) -> None:
        """Look up every message of the chain."""
        self.pairs = self.lookup({name for link in self.links for name in (link.digest, link.pair)} - {""})
        self.rows = {}
        for row in sorted(self.pairs, key=lambda row: not row.last):
            self.rows.setdefault(row.digest, []).append(row)

    def deepest_known(self) -> int:
        """Return the last place of the chain that some session knows; -1 if none does."""
        return next((at for at in reversed(range(len(self.links))) if self.links[at].digest in self.rows), -1)

    def tree(self, session: str) -> SessionTree:
        """Return the tree of a session's turns."""
        if session not in self.trees:
            self.trees[session] = self.context.load_tree(session) if self.context.load_tree else SessionTree()
        return self.trees[session]

    def candidates(self, digest: str) -> list[KnownMessage]:
        """
        Return where this digest is known.

        Sessions that memory has slept on, and those that started in another manner, only if there are no others.
        """
        rows = self.rows.get(digest, [])
        awake = [row for row in rows if not self.context.is_over(row)] or rows
        alike = [row for row in awake if row.session in self.sessions_of_same_manner()] if len(awake) > 1 else []
        return (alike or awake)[:MAX_SESSIONS]

    def sessions_of_same_manner(self) -> Collection[str]:
        """Return the sessions that started with the same first message, asked in the same manner."""
        if self.same_manner is None:
            first = self.links[0] if self.links else None
            name = manner_name(first.digest, self.request, self.keyed) if first and not first.place else ""
            self.same_manner = {row.session for row in self.lookup([name]) if row.digest == name} if name else set()
        return self.same_manner

    def without_busy(self, rows: Iterable[KnownMessage]) -> list[KnownMessage]:
        """Return the rows of sessions in which nobody waits for an answer."""
        return [row for row in rows if row.session not in self.context.busy_sessions]

    def is_current_end(self, row: KnownMessage) -> bool:
        """Tell whether nothing in force follows this message in its session."""
        tree = self.tree(row.session)
        node = tree.nodes.get(row.digest)
        if node is None:  # it has no words, or was said in another session, from which this one went off
            return row.last and not tree.live_children(row.digest)
        return node.is_live and not tree.live_children(row.digest)

    # ------------------------------------------------------------ what a client changed

    def resolve_changed_answers(self) -> None:
        """Give changed answers, and what follows them, the digests they are known by."""
        if self.deepest_known() >= self.answered_count - 1:
            return
        names = {alias_name(link.raw, self.keyed): link.index for link in self.links}
        for row in self.lookup(list(names)):
            if row.digest in names:
                self.aliases.setdefault(names[row.digest], row.pair)
        if self.aliases:
            self.rebuild_chain()
        for _ in range(MAX_CHANGED_ANSWERS):
            at = self.deepest_known()
            found = self.find_changed_answer(at) if 0 <= at < self.answered_count - 1 else None
            if found is None:
                return
            self.aliases[self.links[at + 1].index] = found
            self.rebuild_chain()

    def rebuild_chain(self) -> None:
        """Build the chain anew with the aliases found so far, and look it up."""
        self.links = build_chain(self.messages, self.keyed, self.start, known_as=self.aliases, cache=self.cache)
        self.look_up_chain()

    def find_changed_answer(self, at: int) -> str | None:
        """
        Return the known digest of the answer behind the link at `at`, which the client sends in other words.

        A session knows it that ends with it, or continues from it with the link after.
        """
        sent = self.messages[self.links[at + 1].index]
        if sent.role != "assistant":
            return None
        for row in self.candidates(self.links[at].digest):
            tree = self.tree(row.session)
            for node in sorted(tree.children(row.digest), key=lambda node: (not node.is_live, node.at)):
                continues = node.role == "assistant" and not tree.live_children(node.digest)
                if node.role == "assistant" and not continues and at + 2 < len(self.links):
                    first = self.links[at + 2].index
                    rest = build_chain(self.messages, self.keyed, node.digest, first=first, cache=self.cache)
                    continues = bool(rest) and rest[0].digest in tree.nodes
                if continues and is_same_answer(node.text, sent.text):
                    return node.digest
        return None

    # ------------------------------------------------------------ matches

    def continue_session(self, row: KnownMessage, at: int, removed: tuple[str, ...] | None = None) -> SessionMatch:
        """Return the match of a session that knows the links up to `at`; one that is over continues in a new one."""
        last_known = None if self.context.is_over(row) else row
        return replace(self.start_session(at + 1, row.session, removed), last_known=last_known)

    def start_session(
        self, known_count: int, base_session: str = "", removed: tuple[str, ...] | None = None
    ) -> SessionMatch:
        """Return the match of a session that starts."""
        return SessionMatch(
            links=self.links, known_count=known_count, answer_start=self.answer_start, base_session=base_session,
            removed=removed,
        )  # fmt: skip

    def match_by_chain(self) -> SessionMatch | None:
        """Return the match from the deepest answered message that is known; a first message alone tells nothing."""
        places = [at for at in range(self.answered_count) if self.links[at].digest in self.rows]
        if not places:
            return None
        at = places[-1]
        rows = self.candidates(self.links[at].digest)
        if at > 0:
            return self.match_after(self.links[at].digest, at)
        current = next((row for row in self.without_busy(rows) if self.is_current_end(row)), None)
        return self.continue_session(current, at) if current else None

    def match_by_pair(self) -> SessionMatch | None:
        """
        Return the match from the newest known pair on: the client has cut the front of the history.

        It starts at the oldest pair of that session from which the chain leads there, so that what was placed in
        between is found again.
        """
        by_pair = {row.pair: row for row in reversed(self.pairs) if row.pair}
        pairs = [(link, by_pair[link.pair]) for link in self.links if link.pair in by_pair]
        if not pairs:
            return None
        newest, end = pairs[-1]
        oldest = next(pair for pair in pairs if pair[1].session == end.session)
        for link, row in (oldest, pairs[-1]):
            after, place, first = row.digest, row.place + 1, link.index + 1
            rest = build_chain(self.messages, self.keyed, after, place, first, cache=self.cache)
            known_count = sum(each.index <= newest.index for each in rest)
            if not known_count or rest[known_count - 1].digest == end.digest:
                match = SessionMatch(links=rest, known_count=known_count, answer_start=self.answer_start)
                if end.session in self.context.busy_sessions:
                    return match
                last_known = None if self.context.is_over(end) else end
                return replace(match, last_known=last_known, base_session=end.session)
        return None

    def match_by_first_message(self) -> SessionMatch | None:
        """Return the match of a session whose first answer the user has rewritten."""
        for row in self.without_busy(self.candidates(self.links[0].digest)):
            tree = self.tree(row.session)
            ends = bool(tree.nodes) and tree.ends_with_answers(row.digest)
            is_telling = not is_phatic(self.messages[self.links[0].index].text)
            if ends and is_telling and self.is_recent(row, tree.live_children(row.digest)):
                return self.continue_session(row, 0)
        return None

    def match_by_link(self) -> SessionMatch:
        """Return the match of a request that names an earlier reply."""
        name = link_name(self.request.link, self.keyed)
        rows = [row for row in self.lookup([name]) if row.digest == name]
        row = next(iter(rows), None)
        self.start = (row.pair if row else "") or name
        place = row.place if row else 0
        self.links = build_chain(self.messages, self.keyed, self.start, place, cache=self.cache)
        if row is None or not self.links:
            return self.start_session(0)
        self.look_up_chain()
        self.rows[self.start] = [replace(each, digest=self.start) for each in rows]
        return self.match_after(self.start, -1) or self.start_session(0)

    # ------------------------------------------------------------ after an answer

    def match_after(self, anchor: str, at: int) -> SessionMatch | None:
        """Return where a request continues whose history is known up to this digest; the link at `at` has it."""
        known = self.candidates(anchor)
        asked, current = self.match_same_question(known, at), self.match_current_end(known, at)
        found = (current or asked) if is_phatic(self.newest_text) else (asked or current)
        if found is not None or not known:
            return found
        free = self.without_busy(known)
        said_in = [row for row in free if anchor in self.tree(row.session).nodes] or free
        if len(known) == len(free) and len(said_in) == 1:  # the user went back in it, if it is one window
            row = said_in[0]
            if self.has_other_first_answer(row):
                return self.start_session(at + 1, row.session, ())
            if not self.may_be_shared(row, at):
                return self.continue_session(row, at)
            free = known = said_in  # two windows may have it, and one went on
        base_session, removed = self.find_suspected_edit(free, anchor)
        return self.start_session(at + 1, base_session or known[0].session, removed)

    def match_same_question(self, known: Sequence[KnownMessage], at: int) -> SessionMatch | None:
        """
        Return the match of a session in which the same was asked before, or is being asked now.

        That is best one that ends with the answer to it. A session in which somebody waits counts, too: nothing new
        is said. Its client has given that up, or has sent it twice.
        """
        end = self.links[-1].digest
        if at < len(self.links) - 1 and (rows := self.candidates(end)):
            answered = (row for row in rows if self.tree(row.session).ends_with_answers(end))
            return self.continue_session(next(answered, rows[0]), len(self.links) - 1)
        asking = next((row for row in known if row.session in self.context.sessions_asking(end)), None)
        return self.continue_session(asking, at) if asking else None

    def match_current_end(self, known: Sequence[KnownMessage], at: int) -> SessionMatch | None:
        """Return the match of the session that ends with this history; of several, of one that is nothing but this."""
        ends = [r for r in self.without_busy(known) if self.is_current_end(r) and not self.has_other_first_answer(r)]
        ends = [row for row in ends if not (self.count_other_messages(row) and self.may_be_shared(row, at))]
        plain = min(ends, key=self.count_other_messages, default=None)
        if plain is None or (len(known) > 1 and self.count_other_messages(plain)):
            return None
        return self.continue_session(plain, at)

    def count_other_messages(self, row: KnownMessage) -> int:
        """Return how many messages of a session are no part of this history: another window may have gone back."""
        tree = self.tree(row.session)
        return len(tree.nodes.keys() - tree.with_ancestors({row.digest, *(link.digest for link in self.links)}))

    def has_other_first_answer(self, row: KnownMessage) -> bool:
        """Tell whether another answer stands beside this first one: the user went back, or it is another window."""
        tree = self.tree(row.session)
        node = tree.find_first_answer(row.digest)
        return node is not None and any(other.digest != node.digest for other in tree.live_children(node.parent))

    def may_be_shared(self, row: KnownMessage, at: int) -> bool:
        """
        Tell whether another window may have this first answer; the link at `at` has it.

        It came twice in the same words, or the session began in another manner than this request has.
        """
        place = self.links[at].place if at >= 0 else row.place - 1
        if place != 1:
            return False
        began_otherwise = at >= 0 and row.session not in self.sessions_of_same_manner()
        return began_otherwise or bool(self.lookup([again_name(row.digest, self.keyed)]))

    def find_suspected_edit(self, rows: Iterable[KnownMessage], anchor: str) -> tuple[str, tuple[str, ...]]:
        """
        Return the session in which this is likely an edit, and the digest of what was edited.

        That is what was asked last of all in this manner: in doubt nothing is taken back.
        """
        said = self.messages[self.links[-1].index]
        for row in rows:
            tree = self.tree(row.session) if row.session == self.context.latest_session else SessionTree()
            for node in tree.live_children(anchor):
                if node.role == said.role and is_edit(node.text, said.text) and tree.ends_with_answers(node.digest):
                    return row.session, (node.digest,)
        return "", ()

    # ------------------------------------------------------------ a first message

    def match_first_message(self) -> SessionMatch:
        """Return the match of a request without any answer in it."""
        at = self.deepest_known()
        if at < 0:
            return self.match_edited_first_message() or self.start_session(0)
        digest = self.links[at].digest
        free = self.without_busy(self.candidates(digest))
        repeated = [row for row in free if self.is_unanswered(row)][:1]
        repeated = repeated or [row for row in free if self.is_asked_again(row)]
        if len(repeated) == 1:
            return self.continue_session(repeated[0], at)
        said = [row for row in self.candidates(digest) if digest in self.tree(row.session).nodes]
        # Its session has gone on since.
        if len(said) == 1 and at == len(self.links) - 1 and self.is_recent_statement(said[0]):
            return self.start_session(at + 1, said[0].session, ())
        return self.start_session(0)

    def match_edited_first_message(self) -> SessionMatch | None:
        """Return the match of a first message that is another one, edited."""
        found = self.context.find_edited(self.newest_text)
        if found is None or found[0] in self.context.busy_sessions or len(self.links) > 1:
            return None
        session, digest = found
        ends = self.tree(session).ends_with_answers(digest)
        return self.start_session(0, session, (digest,)) if ends else None

    def is_unanswered(self, row: KnownMessage) -> bool:
        """Tell whether nobody answered a first message that a session knows."""
        tree = self.tree(row.session)
        return tree.is_unanswered(row.digest) if tree.nodes else row.last

    def is_asked_again(self, row: KnownMessage) -> bool:
        """Tell whether a known first message is said again in its session, by the same client as it seems."""
        tree = self.tree(row.session)
        if self.context.is_named:
            return True
        if not tree.ends_with_answers(row.digest):
            return False
        answers = tree.live_children(row.digest) if self.answer_start else []
        return any(is_same_answer(node.text, self.answer_start) for node in answers) or self.is_recent_statement(row)

    def is_recent_statement(self, row: KnownMessage) -> bool:
        """Tell whether a first message tells something and was said not long ago, by the same client it seems."""
        text, answers = self.newest_text, self.tree(row.session).live_children(row.digest)
        is_telling = bool(text.strip()) and not is_phatic(text)
        return is_telling and self.is_recent(row, answers) and row.session in self.sessions_of_same_manner()

    def is_recent(self, row: KnownMessage, answers: Sequence[MessageNode]) -> bool:
        """Tell whether the newest of a message and its answers lies within `RETRY_WINDOW`."""
        latest = max([row.at, *(node.at for node in answers)])
        return self.context.now is None or self.context.now - latest <= RETRY_WINDOW
