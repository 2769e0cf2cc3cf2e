"""
What a request says, as a chain of digests, and what an exchange leaves to know the talk by.

Theory of operation. No client sends an id of the talk, but each sends the whole history again. So every message is
given a *chain* digest, of all that was said up to and including it. After an exchange the digests of what was said, the
answer's among them, are kept with the session; a later request belongs to the session that knows the longest piece of
its history (`session_matching.py`). Two windows that both began with "hi" differ from the second request on, because
the answers do.

Clients change answers: they add sources, cut, drop the words beside a call of a tool. Then everything after has another
digest. So the changed history is known by *aliases*: the digest it has in the client's words stands for the one it has
in the words that were heard. A reply's link (the `context` of /api/generate) is an alias of the same kind.

A request may end with the beginning of its answer. That is no message of its own: it and what the model adds are the
answer, as the client will send it back.

Digests are keyed by the store: who has them cannot test a guess without it. System messages, thinking, LTML's own
injections and white space are no part of them, because clients change those as they like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ltml.capture.cache import MessageCache
from ltml.capture.checks import cut_spans, find_injections
from ltml.capture.session_tree import START
from ltml.exchange import Message, Reply, Request
from ltml.protocols import KnownMessage, MessageDigest
from ltml.text import one_line

KeyedDigest = Callable[[str], str]
#: An answer and its question together must have so many characters to tell one talk from another.
TELLING = 40
_THINKING, _THOUGHT = "<think>", "</think>"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """
    One message of a request in the chain: its digests, its place in the talk, its index in the request.

    `raw` is its digest in the client's own words where that is another one.
    """

    digest: str
    parent: str
    pair: str
    place: int
    index: int
    raw: str

    @property
    def message_digest(self) -> MessageDigest:
        """The link as the store keeps it."""
        return MessageDigest(digest=self.digest, pair=self.pair, place=self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMatch:
    """
    A request's messages as a chain, and how far some session knows it.

    `links[:known_count]` were recorded before, or are history that nobody was there to record; the rest is new.
    `last_known` is where the session ends, `None` for one that starts. `answer_start` is the beginning of the answer,
    if the request ends with it. `base_session` is the session whose tree this history decides about, if any: what is
    no part of the history was taken back, or only what is at `removed` and below, where that is given.
    """

    links: tuple[ChainLink, ...]
    known_count: int
    last_known: KnownMessage | None = None
    answer_start: str = ""
    base_session: str = ""
    removed: tuple[str, ...] | None = None

    @property
    def end(self) -> tuple[str, int]:
        """The chain digest of all that was said, and the place of what will be said next."""
        if self.links:
            return self.links[-1].digest, self.links[-1].place + 1
        return ("", 0) if self.last_known is None else (self.last_known.digest, self.last_known.place + 1)

    @property
    def digests(self) -> frozenset[str]:
        """The digests of all that was said, and of what it goes on from."""
        return frozenset(name for link in self.links for name in (link.digest, link.parent)) - {""}


def split_answer_start(request: Request) -> tuple[tuple[Message, ...], str]:
    """Return the messages of a request, less the beginning of its answer, and that."""
    said = [at for at, message in enumerate(request.messages) if message.role != "system"]
    if not said or request.messages[said[-1]].role != "assistant":
        return request.messages, ""
    return request.messages[: said[-1]], request.messages[said[-1]].text


def build_chain(  # noqa: PLR0913 -- where a chain goes on, and from where
    messages: Sequence[Message],
    keyed: KeyedDigest,
    after: str = "",
    place: int = 0,
    first: int = 0,
    *,
    known_as: Mapping[int, str] | None = None,
    cache: MessageCache | None = None,
) -> tuple[ChainLink, ...]:
    """
    Return the chain of messages from index `first` on, going on from the digest `after` at `place`.

    The messages with the indices in `known_as` are known by those digests. Messages in the cache are not read again.
    """
    cache = MessageCache() if cache is None else cache
    links: list[ChainLink] = []
    before: Message | None = None
    raw, named = after, b""
    for index, message in enumerate(messages):
        if message.role == "system":
            continue
        name = cache.name(message.role, message.text)
        if index >= first:
            work_out = partial(_digests, after, raw, before, message, keyed)
            raw_digest, digest, pair = cache.get(cache.name("link", after, raw, named, name), work_out)
            digest = (known_as or {}).get(index) or digest
            links.append(ChainLink(digest=digest, parent=after, pair=pair, place=place, index=index, raw=raw_digest))
            after, raw, place = digest, raw_digest, place + 1
        before, named = message, name
    return tuple(links)


def _digests(
    after: str, raw: str, before: Message | None, message: Message, keyed: KeyedDigest
) -> tuple[str, str, str]:
    """Return a message's digests in the client's words and in those that were heard, and that of its pair."""
    words = _words(message)
    raw_digest = keyed(f"chain\n{raw}\n{words}")
    digest = raw_digest if raw == after else keyed(f"chain\n{after}\n{words}")
    return raw_digest, digest, _pair(_words(before) if before else "", words, keyed)


def _words(message: Message) -> str:
    return f"{message.role}\n{normalize_message(message.text)}"


def exchange_digests(
    match: SessionMatch, request: Request, reply: Reply, keyed: KeyedDigest
) -> tuple[MessageDigest, ...]:
    """
    Return what was heard in this exchange: the new messages, the answer, and the names it goes on by.

    A session that begins knows its whole history, and in what manner it was asked. An answer that broke off is heard as
    far as it went: the client may go on with that. Nothing goes on by the name of a reply that broke off.
    """
    fresh = match.links[match.known_count :] if match.last_known else match.links
    digests = [link.message_digest for link in fresh]
    first = match.links[0] if match.links and not match.links[0].place and not request.link else None
    if first is not None and (match.last_known is None or len(match.links) == 1):
        digests.append(MessageDigest(digest=manner_name(first.digest, request, keyed), pair=first.digest, place=0))
    digests += [make_alias(link.raw, link.digest, link.place, keyed) for link in match.links if link.raw != link.digest]
    answer = answer_link(match, request, reply, keyed)
    if answer:
        digests.append(answer.message_digest)
        if answer.raw != answer.digest:
            digests.append(make_alias(answer.raw, answer.digest, answer.place, keyed))
    if reply.link and reply.complete:
        after, place = (answer.digest, answer.place + 1) if answer else match.end
        digests.append(MessageDigest(digest=link_name(reply.link, keyed), pair=after, place=place))
    return tuple(digests)


def answer_link(match: SessionMatch, request: Request, reply: Reply, keyed: KeyedDigest) -> ChainLink | None:
    """Return the answer's link in the chain, if it has words."""
    text = answer_text(match, reply)
    if not text.strip():
        return None
    last = request.messages[match.links[-1].index] if match.links else Message(role="")
    both = (last, Message(role="assistant", text=text))
    after, place = match.end
    link = build_chain(both, keyed, after, place, first=1)[0]
    raw = match.links[-1].raw if match.links else after
    return link if raw == after else replace(link, raw=build_chain(both, keyed, raw, place, first=1)[0].raw)


def answer_text(match: SessionMatch, reply: Reply) -> str:
    """Return the answer as the client will send it back: with the beginning it gave, which some servers repeat."""
    if not reply.text.strip():
        return ""
    return reply.text if reply.text.startswith(match.answer_start) else match.answer_start + reply.text


def parent_digest(match: SessionMatch, messages: Sequence[Message], at: int) -> str:
    """Return the digest of the nearest message with words before the link at `at`, or of what came before them all."""
    for link in reversed(match.links[:at]):
        if messages[link.index].text.strip():
            return link.digest
    return match.links[0].parent if match.links else START


def make_alias(name: str, digest: str, place: int, keyed: KeyedDigest) -> MessageDigest:
    """Return what says that all that was said up to here is known by another digest."""
    return MessageDigest(digest=alias_name(name, keyed), pair=digest, place=place)


def alias_name(name: str, keyed: KeyedDigest) -> str:
    """Return the digest under which an alias is kept."""
    return keyed(f"alias\n{name}")


def link_name(link: str, keyed: KeyedDigest) -> str:
    """Return the digest under which a reply's own name is kept."""
    return keyed(f"link\n{link}")


def again_name(digest: str, keyed: KeyedDigest) -> str:
    """Return the digest under which is kept that a first answer came twice in the same words."""
    return keyed(f"again\n{digest}")


def manner_name(digest: str, request: Request, keyed: KeyedDigest) -> str:
    """Return the digest under which is kept in what manner a first message was asked: two clients rarely share it."""
    return keyed(f"asked\n{digest}\n{request_manner(request)}")


def request_manner(request: Request) -> str:
    """Return how a request is asked: on which path, streamed or not. It tells clients apart."""
    return f"{request.path}\n{request.stream}"


def _pair(before: str, words: str, keyed: KeyedDigest) -> str:
    """Return the digest of an answer and its question, if they are long enough to tell anything."""
    telling = words.startswith("assistant\n") and before and len(before) + len(words) >= TELLING
    return keyed(f"pair\n{before}\n{words}") if telling else ""


def normalize_message(text: str) -> str:
    """Return the words a digest is made of: without injections, leading thinking and extra white space."""
    said = cut_spans(text, find_injections(text)).lstrip()
    if said.startswith(_THINKING):
        _, thought, rest = said.partition(_THOUGHT)
        said = rest if thought else said
    return one_line(said)
