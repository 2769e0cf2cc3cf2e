"""
Which talk a request belongs to, told by its history.

Theory of operation. No client sends an id of the talk, but each sends the whole history again. So every message is
given a *chain* digest, of all that was said up to and including it. After an exchange the digests of what was said,
the answer's among them, are kept with the session; a later request belongs to the session that knows the longest piece
of its history. Two windows that both began with "hi" differ from the second request on, because the answers do.

A history that was cut at the front has other chain digests. Then the newest pair of messages (an answer and what it
answers) that some session knows is the anchor, and the chain goes on from there.

Digests are keyed by the store: who has them cannot test a guess without it. System messages, thinking, LTML's own
injections and white space are no part of them, because clients change those as they like.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from ltml.capture.cache import MessageCache
from ltml.capture.checks import injections, without
from ltml.exchange import Message, Reply, Request
from ltml.protocols import Heard, Known
from ltml.text import one_line

Keyed = Callable[[str], str]
#: An answer and its question together must have so many characters to tell one talk from another.
TELLING = 40
_THINKING, _THOUGHT = "<think>", "</think>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One message of a request in the chain: its digests, its place in the talk, its index in the request."""

    digest: str
    before: str
    pair: str
    place: int
    index: int

    @property
    def heard(self) -> Heard:
        """The link as the store keeps it."""
        return Heard(digest=self.digest, pair=self.pair, place=self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """
    A request's messages as a chain, and how far some session knows it.

    `links[:heard]` were heard before, or are history that nobody was there to hear; `links[heard:]` are new. `known`
    is where the session stands, `None` for a talk that begins.
    """

    links: tuple[Link, ...]
    heard: int
    known: Known | None = None

    @property
    def end(self) -> tuple[str, int]:
        """The chain digest of all that was said, and the place of what will be said next."""
        if self.links:
            return self.links[-1].digest, self.links[-1].place + 1
        return ("", 0) if self.known is None else (self.known.digest, self.known.place + 1)


def follow(
    request: Request,
    keyed: Keyed,
    known: Callable[[Collection[str]], Sequence[Known]],
    cache: MessageCache | None = None,
) -> Trail:
    """Return how a request goes on from what is known; messages in the cache are not read again."""
    cache = MessageCache() if cache is None else cache
    if request.link:
        return _linked(request, keyed, known)
    links = chained(request.messages, keyed, cache=cache)
    rows = known({name for link in links for name in (link.digest, link.pair)} - {""})
    return (
        _by_chain(request, links, rows)
        or _by_pair(request, links, rows, keyed, cache)
        or Trail(links=links, heard=_unheard(request, links))
    )


def chained(  # noqa: PLR0913 -- where the chain stands, and what is known of it
    messages: Sequence[Message],
    keyed: Keyed,
    after: str = "",
    place: int = 0,
    first: int = 0,
    *,
    cache: MessageCache | None = None,
) -> tuple[Link, ...]:
    """Return the chain of messages from index `first` on, going on from the digest `after` at `place`."""
    cache = MessageCache() if cache is None else cache
    links: list[Link] = []
    before: Message | None = None
    named = b""
    for index, message in enumerate(messages):
        if message.role == "system":
            continue
        name = cache.name(message.role, message.text)
        if index >= first:
            work_out = partial(_digests, after, before, message, keyed)
            digest, pair = cache.get(cache.name("link", after, named, name), work_out)
            links.append(Link(digest=digest, before=after, pair=pair, place=place, index=index))
            after, place = digest, place + 1
        before, named = message, name
    return tuple(links)


def _digests(after: str, before: Message | None, message: Message, keyed: Keyed) -> tuple[str, str]:
    """Return the digests of a message that comes after `after`, and of it with the message before."""
    words = _words(message)
    return keyed(f"chain\n{after}\n{words}"), _pair(_words(before) if before else "", words, keyed)


def _words(message: Message) -> str:
    return f"{message.role}\n{_normal(message.text)}"


def answered(trail: Trail, request: Request, reply: Reply, keyed: Keyed) -> tuple[Heard, ...]:
    """
    Return what was heard in this exchange: the new messages, the answer, and the name it goes on by.

    An answer that broke off is no part of it: the client asks again as if there had been none, or sends what it got.
    """
    after, place = trail.end
    heard = [link.heard for link in trail.links[trail.heard :]]
    if reply.text and reply.complete:
        last = request.messages[-1] if request.messages else Message(role="")
        both = (last, Message(role="assistant", text=reply.text))
        heard += [link.heard for link in chained(both, keyed, after, place, first=1)]
    if reply.link and reply.complete:
        heard.append(Heard(digest=_name(reply.link, keyed), pair="", place=place + 1))
    return tuple(heard)


def _by_chain(request: Request, links: Sequence[Link], rows: Iterable[Known]) -> Trail | None:
    """
    Return the trail of the session that knows the most.

    Where all that was answered is where some session stands, the request goes on there, and no twin of the same words
    that went on before is asked. A first message alone tells nothing, unless the talk stopped at it: then it is said
    again because nobody answered.
    """
    by_digest: dict[str, list[Known]] = {}
    for row in sorted(rows, key=lambda row: not row.last):
        by_digest.setdefault(row.digest, []).append(row)
    answered_to = _unheard(request, links)
    if answered_to > 1 and _stands(by_digest.get(links[answered_to - 1].digest, ())):
        return Trail(links=tuple(links), heard=answered_to, known=by_digest[links[answered_to - 1].digest][0])
    for position, link in reversed(list(enumerate(links))):
        found = by_digest.get(link.digest, ())
        if found and (position or _stands(found)):
            return Trail(links=tuple(links), heard=position + 1, known=found[0])
    return None


def _stands(rows: Sequence[Known]) -> bool:
    """Tell whether some session stands at these rows: nothing is known in it after them."""
    return bool(rows) and rows[0].last


def _by_pair(
    request: Request, links: Sequence[Link], rows: Sequence[Known], keyed: Keyed, cache: MessageCache
) -> Trail | None:
    """
    Return the trail from the newest pair somebody knows on: the client has cut the front of the history.

    It begins at the oldest pair of that session from which the chain leads there, so that what was placed in between
    is found again.
    """
    by_pair = {row.pair: row for row in reversed(rows) if row.pair}
    pairs = [(link, by_pair[link.pair]) for link in links if link.pair in by_pair]
    if not pairs:
        return None
    newest, stands = pairs[-1]
    oldest = next(pair for pair in pairs if pair[1].session == stands.session)
    for link, row in (oldest, pairs[-1]):
        rest = chained(request.messages, keyed, row.digest, row.place + 1, first=link.index + 1, cache=cache)
        heard = sum(each.index <= newest.index for each in rest)
        if not heard or rest[heard - 1].digest == stands.digest:
            return Trail(links=rest, heard=heard, known=stands)
    return None


def _linked(request: Request, keyed: Keyed, known: Callable[[Collection[str]], Sequence[Known]]) -> Trail:
    """Return the trail of a request that names an earlier reply."""
    name = _name(request.link, keyed)
    row = next(iter(known([name])), None)
    return Trail(links=chained(request.messages, keyed, name, row.place if row else 0), heard=0, known=row)


def _unheard(request: Request, links: Sequence[Link]) -> int:
    """Return where the news begins in a history nobody was there to hear: after its last answer."""
    answers = [at for at, link in enumerate(links) if request.messages[link.index].role == "assistant"]
    return answers[-1] + 1 if answers else 0


def _pair(before: str, words: str, keyed: Keyed) -> str:
    """Return the digest of an answer and its question, if they are long enough to tell anything."""
    telling = words.startswith("assistant\n") and before and len(before) + len(words) >= TELLING
    return keyed(f"pair\n{before}\n{words}") if telling else ""


def _name(link: str, keyed: Keyed) -> str:
    return keyed(f"link\n{link}")


def _normal(text: str) -> str:
    said = without(text, injections(text)).lstrip()
    if said.startswith(_THINKING):
        _, thought, rest = said.partition(_THOUGHT)
        said = rest if thought else said
    return one_line(said)
