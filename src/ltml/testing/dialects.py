"""
Every promise of `protocols.Dialect` and `protocols.ReplyParser`, as one small function each.

A promise takes a dialect and samples of it: only who writes a dialect knows how it looks. Nothing here is random that
is not the same each time.
"""

# ruff: noqa: D103 -- a promise is named by its sentence

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random
from typing import Any

from ltml.errors import UnreadableExchange
from ltml.exchange import Message, Placement, Reply, Request
from ltml.protocols import Dialect, ReplyParser
from ltml.testing.promises import BrokenPromise, equal, holds

BLOCK, SYSTEM, RECALL = "⟦what is known⟧", "⟦the model's own prompt⟧", '⟦what was said\n"before"⟧'
GAP = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReply:
    """A reply to the request of this body, and what it means. Line ends behind it are no part of its end."""

    body: bytes
    said: bytes
    means: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Bodies of requests in which somebody talks, and replies: streamed and not, whole, broken off, with an error."""

    talks: tuple[bytes, ...]
    replies: tuple[SampleReply, ...]


Promise = Callable[[Dialect, Samples], None]


def check_dialect(dialect: Dialect, samples: Samples) -> None:
    """Hold a dialect to every promise. Raises `BrokenPromise` that names the promise."""
    for promise in DIALECT_PROMISES:
        keep(promise, dialect, samples)


def keep(promise: Promise, dialect: Dialect, samples: Samples) -> None:
    """Hold a dialect to one promise. Raises `BrokenPromise` that names the promise."""
    try:
        promise(dialect, samples)
    except BrokenPromise as exc:
        raise BrokenPromise(f"{promise.__name__.replace('_', ' ')}: {exc}") from exc


# ------------------------------------------------------------------ hearing and placing


def the_samples_are_talk(dialect: Dialect, samples: Samples) -> None:
    holds(dialect.path.startswith("/"), "the path begins with a slash")
    holds(samples.talks and samples.replies, "there are samples of both kinds")
    for body in samples.talks:
        request = dialect.parse_request(body)
        equal((request.purpose, request.why), ("talk", ""), f"the purpose of {body!r:.200}")
        holds(any(message.role == "user" for message in request.messages), f"the user speaks in {body!r:.200}")


def placing_nothing_changes_no_byte(dialect: Dialect, samples: Samples) -> None:
    nothing = (Placement(), Placement(system=SYSTEM), Placement(recalls={0: ""}))
    for body in (*samples.talks, *_torn(samples)):
        for placement in nothing:
            equal(dialect.place(body, placement), body, "the body")


def what_is_placed_is_read_back_where_it_belongs(dialect: Dialect, samples: Samples) -> None:
    for body in samples.talks:
        request = dialect.parse_request(body)
        for placement in _placements(request):
            got = dialect.parse_request(dialect.place(body, placement))
            equal(got, expected(request, placement), f"what is heard of {body!r:.200} with {placement!r:.200}")


def placing_changes_nothing_else(dialect: Dialect, samples: Samples) -> None:
    for body in samples.talks:
        for placement in _placements(dialect.parse_request(body)):
            untouched(body, dialect.place(body, placement))


def only_the_user_is_reminded(dialect: Dialect, samples: Samples) -> None:
    for body in samples.talks:
        messages = dialect.parse_request(body).messages
        others = {i: RECALL for i, message in enumerate(messages) if message.role != "user"}
        equal(dialect.place(body, Placement(recalls={**others, len(messages): RECALL})), body, "the body")


def bodies_that_cannot_be_read_raise_nothing_else(dialect: Dialect, samples: Samples) -> None:
    for body in (*_FOREIGN, *_torn(samples)):
        with suppress(UnreadableExchange):
            dialect.parse_request(body)
        with suppress(UnreadableExchange):
            dialect.place(body, Placement(block=BLOCK, recalls={0: RECALL}))
    for body in _FOREIGN:
        try:
            dialect.parse_request(body)
        except UnreadableExchange as exc:
            holds(len(str(exc)) > len("unreadable"), f"a sentence says why {body!r:.80} cannot be read")
        else:
            raise BrokenPromise(f"{body!r:.80} is no request and was read")


# ------------------------------------------------------------------ listening


def a_reply_means_what_it_says(dialect: Dialect, samples: Samples) -> None:
    for sample in samples.replies:
        equal(_heard(dialect, sample, [sample.said]).reply, sample.means, f"the reply {sample.said!r:.200}")


def any_chunks_give_the_same_reply(dialect: Dialect, samples: Samples) -> None:
    random = Random(7)
    for sample in samples.replies:
        for _ in range(20):
            ear = _heard(dialect, sample, _chunks(sample.said, random))
            equal(ear.reply, sample.means, "the reply in random chunks")
        ear = _heard(dialect, sample, [bytes([byte]) for byte in sample.said])
        equal(ear.reply, sample.means, "the reply byte by byte")


def a_reply_is_complete_with_its_last_byte_and_no_sooner(dialect: Dialect, samples: Samples) -> None:
    for sample in samples.replies:
        ear = dialect.reply_parser(dialect.parse_request(sample.body))
        last = len(sample.said.rstrip()) - 1
        for at, byte in enumerate(sample.said):
            ear.feed(bytes([byte]))
            wanted = sample.means.complete and at >= last
            equal(
                (ear.complete, ear.reply.complete), (wanted, wanted), f"complete after {sample.said[: at + 1]!r:.200}"
            )


def an_ear_hears_anything(dialect: Dialect, samples: Samples) -> None:
    random = Random(11)
    for sample in samples.replies:
        for junk in (*(body[:2_000] for body in _FOREIGN), b"\x00\xff", b"data: ]\n", random.randbytes(500)):
            ear = _heard(dialect, sample, [junk, b"\n", sample.said, junk, _scrambled(sample.said, random)])
            holds(isinstance(ear.reply, Reply), "an ear always has a reply")


def junk_lines_are_passed_over(dialect: Dialect, samples: Samples) -> None:
    for sample in samples.replies:
        if dialect.parse_request(sample.body).stream and sample.means.complete:
            ear = _heard(dialect, sample, [b': hush\n\n{"half": "an obj\n', sample.said])
            equal(ear.reply, sample.means, "the reply behind two lines of junk")


def errors_are_json_that_says_why(dialect: Dialect, samples: Samples) -> None:
    del samples
    for status in (400, 404, 413, 500, 502, 503):
        for message in ("the model is away", 'not "here", — nor\nthere', "\ud800 half"):
            body = json.loads(dialect.render_error(message, status))
            holds(message in list(leaves(body)), f"the error {body!r:.200} says its message")


# ------------------------------------------------------------------ what the promises are made of


def expected(request: Request, placement: Placement) -> Request:
    """Return what must be heard of a request once the placement is in it."""
    messages = list(request.messages)
    for index, recall in placement.recalls.items():
        if recall and messages[index].role == "user":
            messages[index] = replace(messages[index], text=_joined(recall, messages[index].text))
    if placement.block and request.has_system:
        messages[0] = replace(messages[0], text=_joined(messages[0].text, placement.block))
    elif placement.block:
        messages.insert(0, Message(role="system", text=_joined(placement.system, placement.block)))
    return replace(request, messages=tuple(messages))


def untouched(body: bytes, placed: bytes) -> None:
    """
    Raise `BrokenPromise` unless the placed body is the other one with words added.

    Every name, number (as it is spelled) and text is there in its order; texts may have grown; what is new besides are
    the words and the names a message, a part or a member needs.
    """
    before, new = list(leaves(_exactly(body))), []
    for leaf in leaves(_exactly(placed)):
        if before and _grown(before[0], leaf):
            del before[0]
        else:
            new.append(leaf)
    equal(before, [], "what was there and is not any more")
    strange = [leaf for leaf in new if not _has_words(leaf) and not str(leaf).isidentifier()]
    equal(strange, [], "what is new and was not placed")


def leaves(value: Any) -> Iterator[Any]:
    """Yield names and values of a JSON value in order; members as pairs, so that repeated names are all there."""
    if isinstance(value, Mapping):
        value = list(value.items())
    if isinstance(value, list | tuple):
        for part in value:
            yield from leaves(part)
    else:
        yield value


@dataclass(frozen=True, slots=True)
class _Number:
    spelled: str


def _exactly(body: bytes) -> Any:
    text = body.decode("utf-8").removeprefix("\ufeff")
    return json.loads(text, object_pairs_hook=list, parse_int=_Number, parse_float=_Number)


def _grown(leaf: Any, other: Any) -> bool:
    """Tell whether one leaf is the other, perhaps with words placed in it; null may have become words."""
    if isinstance(leaf, str) and isinstance(other, str):
        return leaf == other or (_has_words(other) and _within(leaf, other))
    return bool(leaf == other and type(leaf) is type(other)) or (leaf is None and _has_words(other))


def _has_words(text: Any) -> bool:
    return isinstance(text, str) and any(words in text for words in (BLOCK, RECALL))


def _within(leaf: str, other: str) -> bool:
    """Tell whether all characters of a text stand in the other, in order."""
    rest = iter(other)
    return all(letter in rest for letter in leaf)


def _joined(one: str, other: str) -> str:
    return GAP.join(filter(None, (one, other)))


def _placements(request: Request) -> Iterator[Placement]:
    recalls = {i: f"{RECALL}{i}" for i, message in enumerate(request.messages) if message.role == "user"}
    yield Placement(block=BLOCK)
    yield Placement(block=BLOCK, system=SYSTEM)
    yield Placement(recalls=recalls)
    yield Placement(block=BLOCK, system=SYSTEM, recalls=recalls)
    yield from (Placement(recalls={index: recall}) for index, recall in recalls.items())


def _heard(dialect: Dialect, sample: SampleReply, chunks: list[bytes]) -> ReplyParser:
    ear = dialect.reply_parser(dialect.parse_request(sample.body))
    for chunk in chunks:
        ear.feed(chunk)
    return ear


def _chunks(said: bytes, random: Random) -> list[bytes]:
    cuts = sorted(random.choices(range(len(said) + 1), k=random.randint(1, 12)))
    return [said[start:end] for start, end in pairwise([0, *cuts, len(said)])]


def _torn(samples: Samples) -> Iterator[bytes]:
    """Yield bodies that are broken off, or in which some bytes are others."""
    random = Random(3)
    for body in samples.talks:
        for _ in range(20):
            yield body[: random.randrange(len(body))]
            yield _scrambled(body, random)


def _scrambled(body: bytes, random: Random) -> bytes:
    changed = bytearray(body)
    for _ in range(random.randint(1, 4)):
        changed[random.randrange(len(changed))] = random.choice(b'"{}[]\\,:0nt \xff\xed\x00')
    return bytes(changed)


_FOREIGN = (
    b"",
    b" ",
    b"null",
    b"7",
    b'"talk"',
    b"[]",
    b"{",
    b'{"model":"m"',
    b'{"model":"m"} and more',
    b'{"model":"m","n":NaN}',
    b'{"model":"m","n":-Infinity}',
    b'{"model":"\xff"}',
    b'{"model":"\xed\xa0\x80"}',
    b'{"model":7}',
    b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"\x1f\x8b\x08\x00 packed",
    b"\x28\xb5\x2f\xfd packed",
    "{}".encode("utf-16"),
    b"model=m&prompt=hi",
)

#: Every promise, one by one.
DIALECT_PROMISES: tuple[Promise, ...] = (
    the_samples_are_talk,
    placing_nothing_changes_no_byte,
    what_is_placed_is_read_back_where_it_belongs,
    placing_changes_nothing_else,
    only_the_user_is_reminded,
    bodies_that_cannot_be_read_raise_nothing_else,
    a_reply_means_what_it_says,
    any_chunks_give_the_same_reply,
    a_reply_is_complete_with_its_last_byte_and_no_sooner,
    an_ear_hears_anything,
    junk_lines_are_passed_over,
    errors_are_json_that_says_why,
)
