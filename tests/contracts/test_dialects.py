"""Every dialect there is keeps every promise."""

from dataclasses import replace

import pytest

from ltml import plugins
from ltml.exchange import Placement, Reply, Request
from ltml.protocols import Dialect, ReplyParser
from ltml.testing import DIALECT_PROMISES, BrokenPromise, check_dialect
from ltml.testing.dialects import Promise, check_promise
from tests.dialects.samples import CHAT, OLLAMA_CHAT, SAMPLES

DIALECTS = plugins.list_plugins("dialects")


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("promise", DIALECT_PROMISES, ids=lambda promise: promise.__name__)
def test_every_dialect_keeps(name: str, promise: Promise) -> None:
    check_promise(promise, plugins.find_plugin("dialects", name), SAMPLES[name])


def test_the_catalogue_lists_dialects_and_nothing_they_are_made_of() -> None:
    assert DIALECTS == sorted(SAMPLES) == ["ollama_chat", "ollama_generate", "openai_chat"]


class Careless:
    """A dialect with a fault: each test gives it another."""

    path = "/api/chat"

    def __init__(self) -> None:
        self.inner: Dialect = plugins.find_plugin("dialects", "ollama_chat")

    def parse_request(self, body: bytes) -> Request:
        return self.inner.parse_request(body)

    def place(self, body: bytes, placement: Placement) -> bytes:
        return self.inner.place(body, placement)

    def reply_parser(self, request: Request) -> ReplyParser:
        return self.inner.reply_parser(request)

    def render_error(self, message: str, status: int) -> bytes:
        return self.inner.render_error(message, status)


class Respelling(Careless):
    def place(self, body: bytes, placement: Placement) -> bytes:
        return self.inner.place(body, placement).replace(b"0.70", b"0.7") if placement else body


class Reminding(Careless):
    def place(self, body: bytes, placement: Placement) -> bytes:
        return self.inner.place(body, replace(placement, recalls={0: "me", **placement.recalls}))


class Crashing(Careless):
    def parse_request(self, body: bytes) -> Request:
        if body == b"null":
            raise KeyError("messages")
        return self.inner.parse_request(body)


class Hasty:
    """An ear that takes every chunk for lines, and the last line for the end."""

    def __init__(self, inner: ReplyParser) -> None:
        self.inner, self.heard = inner, False

    def feed(self, chunk: bytes) -> None:
        self.inner.feed(chunk)
        self.heard = self.heard or b"done" in chunk

    @property
    def complete(self) -> bool:
        return self.heard

    @property
    def reply(self) -> Reply:
        return replace(self.inner.reply, complete=self.heard)


class Listening(Careless):
    def reply_parser(self, request: Request) -> ReplyParser:
        return Hasty(self.inner.reply_parser(request))


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        (Respelling, "placing changes nothing else"),
        (Reminding, "placing nothing changes no byte"),
        (Listening, "a reply means what it says"),
    ],
)
def test_the_suite_names_the_promise_that_is_broken(fault: type[Careless], promise: str) -> None:
    with pytest.raises(BrokenPromise, match=promise):
        check_dialect(fault(), OLLAMA_CHAT)


def test_the_suite_lets_no_other_error_pass() -> None:
    with pytest.raises(KeyError):
        check_dialect(Crashing(), OLLAMA_CHAT)


def test_a_sound_dialect_passes_behind_another() -> None:
    check_dialect(Careless(), OLLAMA_CHAT)
    assert Careless().place(CHAT, Placement()) is CHAT
