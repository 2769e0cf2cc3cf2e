"""
Every promise of `protocols.Dialect` and `protocols.ReplyParser`, as one small function each.

A promise takes a dialect and samples of it, which the dialect's author provides. All random choices are seeded.
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
from ltml.testing.promises import BrokenPromise, assert_equal, assert_true

BLOCK, SYSTEM, RECALL = "⟦what is known⟧", "⟦the model's own prompt⟧", '⟦what was said\n"before"⟧'
GAP = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReply:
    """A reply to the request of this body, and what it means. Line ends after it do not belong to its end."""

    body: bytes
    said: bytes
    means: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Bodies of chat requests, and replies: streamed and not, complete, broken off, with an error."""

    talks: tuple[bytes, ...]
    replies: tuple[SampleReply, ...]


Promise = Callable[[Dialect, Samples], None]


def check_dialect(dialect: Dialect, samples: Samples) -> None:
    """Check every promise of a dialect. Raises `BrokenPromise` that names the promise."""
    for promise in DIALECT_PROMISES:
        check_promise(promise, dialect, samples)


def check_promise(promise: Promise, dialect: Dialect, samples: Samples) -> None:
    """Check one promise of a dialect. Raises `BrokenPromise` that names the promise."""
    try:
        promise(dialect, samples)
    except BrokenPromise as exc:
        raise BrokenPromise(f"{promise.__name__.replace('_', ' ')}: {exc}") from exc


# ------------------------------------------------------------------ requests and placements


def the_samples_are_talk(dialect: Dialect, samples: Samples) -> None:
    assert_true(dialect.path.startswith("/"), "the path begins with a slash")
    assert_true(samples.talks and samples.replies, "there are samples of both kinds")
    for body in samples.talks:
        request = dialect.parse_request(body)
        assert_equal((request.purpose, request.why), ("talk", ""), f"the purpose of {body!r:.200}")
        assert_true(any(message.role == "user" for message in request.messages), f"the user speaks in {body!r:.200}")


def placing_nothing_changes_no_byte(dialect: Dialect, samples: Samples) -> None:
    nothing = (Placement(), Placement(system=SYSTEM), Placement(recalls={0: ""}))
    for body in (*samples.talks, *_damage_bodies(samples)):
        for placement in nothing:
            assert_equal(dialect.place(body, placement), body, "the body")


def what_is_placed_is_read_back_where_it_belongs(dialect: Dialect, samples: Samples) -> None:
    for body in samples.talks:
        request = dialect.parse_request(body)
        for placement in _make_placements(request):
            got = dialect.parse_request(dialect.place(body, placement))
            assert_equal(
                got, expect_request(request, placement), f"what is parsed from {body!r:.200} with {placement!r:.200}"
            )


def placing_changes_nothing_else(dialect: Dialect, samples: Samples) -> None:
    for body in samples.talks:
        for placement in _make_placements(dialect.parse_request(body)):
            assert_untouched(body, dialect.place(body, placement))


def only_the_user_is_reminded(dialect: Dialect, samples: Samples) -> None:
    for body in samples.talks:
        messages = dialect.parse_request(body).messages
        others = {i: RECALL for i, message in enumerate(messages) if message.role != "user"}
        assert_equal(dialect.place(body, Placement(recalls={**others, len(messages): RECALL})), body, "the body")


def bodies_that_cannot_be_read_raise_nothing_else(dialect: Dialect, samples: Samples) -> None:
    for body in (*_FOREIGN, *_damage_bodies(samples)):
        with suppress(UnreadableExchange):
            dialect.parse_request(body)
        with suppress(UnreadableExchange):
            dialect.place(body, Placement(block=BLOCK, recalls={0: RECALL}))
    for body in _FOREIGN:
        try:
            dialect.parse_request(body)
        except UnreadableExchange as exc:
            assert_true(len(str(exc)) > len("unreadable"), f"a sentence says why {body!r:.80} cannot be read")
        else:
            raise BrokenPromise(f"{body!r:.80} is no request and was read")


# ------------------------------------------------------------------ replies


def a_reply_means_what_it_says(dialect: Dialect, samples: Samples) -> None:
    for sample in samples.replies:
        assert_equal(
            _parse_reply(dialect, sample, [sample.said]).reply, sample.means, f"the reply {sample.said!r:.200}"
        )


def any_chunks_give_the_same_reply(dialect: Dialect, samples: Samples) -> None:
    random = Random(7)
    for sample in samples.replies:
        for _ in range(20):
            parser = _parse_reply(dialect, sample, _cut_randomly(sample.said, random))
            assert_equal(parser.reply, sample.means, "the reply in random chunks")
        parser = _parse_reply(dialect, sample, [bytes([byte]) for byte in sample.said])
        assert_equal(parser.reply, sample.means, "the reply byte by byte")


def a_reply_is_complete_with_its_last_byte_and_no_sooner(dialect: Dialect, samples: Samples) -> None:
    for sample in samples.replies:
        parser = dialect.reply_parser(dialect.parse_request(sample.body))
        last = len(sample.said.rstrip()) - 1
        for at, byte in enumerate(sample.said):
            parser.feed(bytes([byte]))
            wanted = sample.means.complete and at >= last
            assert_equal(
                (parser.complete, parser.reply.complete),
                (wanted, wanted),
                f"complete after {sample.said[: at + 1]!r:.200}",
            )


def a_parser_accepts_anything(dialect: Dialect, samples: Samples) -> None:
    random = Random(11)
    for sample in samples.replies:
        for junk in (*(body[:2_000] for body in _FOREIGN), b"\x00\xff", b"data: ]\n", random.randbytes(500)):
            parser = _parse_reply(dialect, sample, [junk, b"\n", sample.said, junk, _scramble(sample.said, random)])
            assert_true(isinstance(parser.reply, Reply), "a parser always has a reply")


def junk_lines_are_passed_over(dialect: Dialect, samples: Samples) -> None:
    for sample in samples.replies:
        if dialect.parse_request(sample.body).stream and sample.means.complete:
            parser = _parse_reply(dialect, sample, [b': hush\n\n{"half": "an obj\n', sample.said])
            assert_equal(parser.reply, sample.means, "the reply behind two lines of junk")


def errors_are_json_that_says_why(dialect: Dialect, samples: Samples) -> None:
    del samples
    for status in (400, 404, 413, 500, 502, 503):
        for message in ("the model is away", 'not "here", — nor\nthere', "\ud800 half"):
            body = json.loads(dialect.render_error(message, status))
            assert_true(message in list(iterate_leaves(body)), f"the error {body!r:.200} says its message")


# ------------------------------------------------------------------ helpers


def expect_request(request: Request, placement: Placement) -> Request:
    """Return what must be parsed from a request once the placement is in it."""
    messages = list(request.messages)
    for index, recall in placement.recalls.items():
        if recall and messages[index].role == "user":
            messages[index] = replace(messages[index], text=_join_texts(recall, messages[index].text))
    if placement.block and request.has_system:
        messages[0] = replace(messages[0], text=_join_texts(messages[0].text, placement.block))
    elif placement.block:
        messages.insert(0, Message(role="system", text=_join_texts(placement.system, placement.block)))
    return replace(request, messages=tuple(messages))


def assert_untouched(body: bytes, placed: bytes) -> None:
    """
    Raise `BrokenPromise` unless the placed body is the other one with text added.

    Every name, number (as it is spelled) and text is there in order; texts may be extended; anything else new is the
    placed text, or a name that a message, a part or a member needs.
    """
    before, new = list(iterate_leaves(_parse_exactly(body))), []
    for leaf in iterate_leaves(_parse_exactly(placed)):
        if before and _is_extended(before[0], leaf):
            del before[0]
        else:
            new.append(leaf)
    assert_equal(before, [], "what was there and is not any more")
    strange = [leaf for leaf in new if not _has_words(leaf) and not str(leaf).isidentifier()]
    assert_equal(strange, [], "what is new and was not placed")


def iterate_leaves(value: Any) -> Iterator[Any]:
    """Yield names and values of a JSON value in order; members as pairs, so that repeated names are all there."""
    if isinstance(value, Mapping):
        value = list(value.items())
    if isinstance(value, list | tuple):
        for part in value:
            yield from iterate_leaves(part)
    else:
        yield value


@dataclass(frozen=True, slots=True)
class JsonNumber:
    """A number as it is spelled in JSON."""

    spelled: str


def _parse_exactly(body: bytes) -> Any:
    text = body.decode("utf-8").removeprefix("\ufeff")
    return json.loads(text, object_pairs_hook=list, parse_int=JsonNumber, parse_float=JsonNumber)


def _is_extended(leaf: Any, other: Any) -> bool:
    """Tell whether the other leaf is this one, perhaps with text placed in it; null may have become text."""
    if isinstance(leaf, str) and isinstance(other, str):
        return leaf == other or (_has_words(other) and _is_subsequence(leaf, other))
    return bool(leaf == other and type(leaf) is type(other)) or (leaf is None and _has_words(other))


def _has_words(text: Any) -> bool:
    return isinstance(text, str) and any(words in text for words in (BLOCK, RECALL))


def _is_subsequence(leaf: str, other: str) -> bool:
    """Tell whether all characters of a text occur in the other, in order."""
    rest = iter(other)
    return all(letter in rest for letter in leaf)


def _join_texts(one: str, other: str) -> str:
    return GAP.join(filter(None, (one, other)))


def _make_placements(request: Request) -> Iterator[Placement]:
    recalls = {i: f"{RECALL}{i}" for i, message in enumerate(request.messages) if message.role == "user"}
    yield Placement(block=BLOCK)
    yield Placement(block=BLOCK, system=SYSTEM)
    yield Placement(recalls=recalls)
    yield Placement(block=BLOCK, system=SYSTEM, recalls=recalls)
    yield from (Placement(recalls={index: recall}) for index, recall in recalls.items())


def _parse_reply(dialect: Dialect, sample: SampleReply, chunks: list[bytes]) -> ReplyParser:
    parser = dialect.reply_parser(dialect.parse_request(sample.body))
    for chunk in chunks:
        parser.feed(chunk)
    return parser


def _cut_randomly(said: bytes, random: Random) -> list[bytes]:
    cuts = sorted(random.choices(range(len(said) + 1), k=random.randint(1, 12)))
    return [said[start:end] for start, end in pairwise([0, *cuts, len(said)])]


def _damage_bodies(samples: Samples) -> Iterator[bytes]:
    """Yield bodies that are truncated, or in which some bytes differ."""
    random = Random(3)
    for body in samples.talks:
        for _ in range(20):
            yield body[: random.randrange(len(body))]
            yield _scramble(body, random)


def _scramble(body: bytes, random: Random) -> bytes:
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
    a_parser_accepts_anything,
    junk_lines_are_passed_over,
    errors_are_json_that_says_why,
)
