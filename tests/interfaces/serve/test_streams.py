"""
Whatever happens to an answer on its way: every byte that can be passed on is, and what is kept says how it ended.

The upstream is a server on raw bytes that cuts, stalls and dies where it is told to; the client is a socket.
"""

import json
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import apsw
import pytest

from ltml.interfaces.serve.ports import open_listening_socket
from ltml.model import Turn
from ltml.plugins import find_plugin as plugin
from ltml.protocols import Dialect
from ltml.settings import Serve
from tests.dialects.samples import SAMPLES
from tests.interfaces.serve.conftest import (
    END,
    OK,
    Answer,
    Chaos,
    Line,
    Serving,
    chaos,
    client,
    open_socket,
    post_bytes,
    serving,
    until,
)

DIALECTS = sorted(SAMPLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One request of a dialect, and the bytes of its streamed answer."""

    dialect: Dialect
    body: bytes
    said: bytes
    frames: tuple[bytes, ...]

    @property
    def path(self) -> str:
        return self.dialect.path

    def heard(self, said: bytes) -> tuple[str, bool]:
        """Return the words in so much of the answer, and whether that was all."""
        ear = self.dialect.reply_parser(self.dialect.parse_request(self.body))
        ear.feed(said)
        return ear.reply.text, ear.reply.complete


def _talk(name: str) -> Talk:
    sample = SAMPLES[name].replies[0]
    cut = b"\n\n" if b"data: " in sample.said else b"\n"
    frames = tuple(part + cut for part in sample.said.split(cut) if part)
    return Talk(dialect=plugin("dialects", name), body=sample.body, said=sample.said, frames=frames)


@pytest.fixture(params=DIALECTS)
def talk(request) -> Talk:
    return _talk(request.param)


@dataclass(slots=True, kw_only=True)
class Scene:
    """LTML between chaos and whoever asks; every talk is a session of its own."""

    ltml: Serving
    upstream: Chaos
    db: Path
    _count: int = 0

    def session(self) -> str:
        self._count += 1
        return f"s{self._count}"

    def ask(self, talk: Talk, session: str) -> Answer:
        with client(self.ltml.url) as one:
            return one.post(talk.path, talk.body, [("X-LTML-Session", session)])

    def dial(self, talk: Talk, session: str, **more: Any) -> socket.socket:
        return open_socket(self.ltml.url, post_bytes(talk.path, talk.body, [("X-LTML-Session", session)]), **more)

    def answers(self, session: str) -> list[Turn]:
        return [turn for turn in self.ltml.turns(session=session) if turn.role == "assistant"]

    def told(self, session: str) -> list[Turn]:
        return [turn for turn in self.ltml.turns(session=session) if turn.role == "user"]

    def settled(self, session: str) -> None:
        """Wait until the exchange is kept."""
        until(lambda: bool(self.told(session)) and not self.ltml.application.proxy._background)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    db = tmp_path_factory.mktemp("streams") / "memory.db"
    with chaos() as upstream, serving(db, upstream.url) as ltml:
        yield Scene(ltml=ltml, upstream=upstream, db=db)


def cut(said: bytes, chance: Random) -> list[bytes]:
    """The same bytes in pieces of any size."""
    places = sorted({0, len(said), *(chance.randrange(len(said)) for _ in range(chance.choice([0, 1, 5, 60])))})
    return [said[start:end] for start, end in pairwise(places)]


def playing(parts: Sequence[bytes], *, end: bytes = END, die: bool = False) -> Callable[[Line], Any]:
    """An upstream that says these parts one by one, ends or does not, and dies or does not."""

    async def play(line: Line) -> None:
        await line.say(OK)
        for part in parts:
            await line.chunk(part)
        await line.say(end)
        if die:
            line.writer.close()  # what was sent arrives; after a reset it might not

    return play


def turns_of(turns: Sequence[Turn]) -> list[tuple[str, bool]]:
    return [(turn.text, not turn.interrupted) for turn in turns]


# --- any chunking ----------------------------------------------------------------------------------------------------


def test_however_the_answer_is_cut_the_client_gets_its_bytes_and_memory_the_same_turn(scene: Scene, talk: Talk):
    chance = Random(7)
    single = [talk.said[at : at + 1] for at in range(len(talk.said))]
    for parts in [[talk.said], single, *(cut(talk.said, chance) for _ in range(25))]:
        session, scene.upstream.play = scene.session(), playing(parts)
        answer = scene.ask(talk, session)
        assert (answer.status, answer.body, answer.whole) == (200, talk.said, True)
        assert turns_of(scene.answers(session)) == [talk.heard(talk.said)]
        assert len(scene.told(session)) == 1


def test_the_chunks_arrive_one_by_one_as_they_are_said(scene: Scene, talk: Talk):
    """Each is waited for by itself: the upstream says the next only when the client has the last."""
    seen, session = [Event() for _ in talk.frames], scene.session()

    async def play(line: Line) -> None:
        await line.say(OK)
        for frame, arrived in zip(talk.frames, seen, strict=True):
            await line.chunk(frame)
            await _in_thread(arrived)
        await line.say(END)

    scene.upstream.play = play
    with scene.dial(talk, session) as line:
        found = b""
        for place, arrived in enumerate(seen):
            found = _received(line, found, talk.frames[place])
            arrived.set()
        _received(line, found, b"\r\n" + END)


async def _in_thread(event: Event) -> None:
    import asyncio

    assert await asyncio.to_thread(event.wait, 60)


def _received(line: socket.socket, found: bytes, wanted: bytes) -> bytes:
    while wanted not in found:
        data = line.recv(1 << 16)
        assert data, "it broke off"
        found += data
    return found


def test_a_session_that_is_named_keeps_its_words_whoever_said_them_before(scene: Scene, talk: Talk):
    """Two windows with names of their own ask the same, and the first is never answered."""
    first, second = scene.session(), scene.session()
    scene.upstream.play = playing([b" "])
    scene.ask(talk, first)
    scene.settled(first)
    scene.upstream.play = playing(talk.frames)
    scene.ask(talk, second)
    assert len(scene.told(first)) == len(scene.told(second)) == 1


# --- the upstream dies -----------------------------------------------------------------------------------------------


def test_cut_at_any_byte_the_client_gets_what_was_said_and_no_clean_end(scene: Scene, talk: Talk):
    places = sorted({*Random(3).sample(range(1, len(talk.said)), 40), len(talk.said) - 1, len(talk.said)})
    for place in places:
        session, said = scene.session(), talk.said[:place]
        scene.upstream.play = playing([said], end=b"", die=True)
        answer = scene.ask(talk, session)
        assert not answer.whole, place
        assert talk.said.startswith(answer.body)
        scene.settled(session)
        text, complete = talk.heard(answer.body)
        assert turns_of(scene.answers(session)) == [(text, complete)] * bool(text), place
        assert len(scene.told(session)) == 1


def test_an_upstream_that_closes_politely_in_the_middle_has_broken_off_all_the_same(scene: Scene, talk: Talk):
    async def play(line: Line) -> None:
        await line.say(OK)
        await line.chunk(talk.frames[0])
        await line.chunk(talk.frames[1])
        line.writer.close()

    scene.upstream.play, session = play, scene.session()
    answer = scene.ask(talk, session)
    assert (answer.body, answer.whole) == (talk.frames[0] + talk.frames[1], False)
    scene.settled(session)
    assert all(turn.interrupted for turn in scene.answers(session))


def test_an_end_without_the_answers_own_end_is_kept_as_interrupted(scene: Scene, talk: Talk):
    session, scene.upstream.play = scene.session(), playing(talk.frames[:2])
    answer = scene.ask(talk, session)
    assert (answer.body, answer.whole) == (talk.frames[0] + talk.frames[1], True)
    scene.settled(session)
    assert turns_of(scene.answers(session)) == [(talk.heard(answer.body)[0], False)]


def test_a_complaint_in_the_middle_reaches_the_client_and_no_answer_is_complete(scene: Scene, talk: Talk):
    error = b'data: {"error":{"message":"gone"}}\n\n' if b"data: " in talk.said else b'{"error":"gone"}\n'
    session, scene.upstream.play = scene.session(), playing([*talk.frames[:2], error])
    answer = scene.ask(talk, session)
    assert answer.body == talk.frames[0] + talk.frames[1] + error
    scene.settled(session)
    assert all(turn.interrupted for turn in scene.answers(session))


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 20", OK[:-2]])
def test_an_upstream_that_dies_before_its_head_is_out_is_told_in_the_clients_dialect(scene: Scene, talk: Talk, head):
    async def play(line: Line) -> None:
        await line.say(head)
        line.die()

    scene.upstream.play, session = play, scene.session()
    answer = scene.ask(talk, session)
    assert answer.status == 502
    assert "error" in answer.json
    assert scene.answers(session) == []


def test_an_upstream_that_is_not_there_is_told_in_the_clients_dialect(tmp_path: Path, talk: Talk):
    with chaos() as upstream:
        url = upstream.url
    with serving(tmp_path / "memory.db", url) as ltml, client(ltml.url) as one:
        answer, other = one.post(talk.path, talk.body), one.ask("GET", "/api/tags")
        assert (answer.status, other.status) == (502, 502)
        why = answer.json["error"]["message"] if talk.path.startswith("/v1/") else answer.json["error"]
        assert "cannot reach" in why
        assert answer.header("x-ltml")
        if talk.path.startswith("/v1/"):
            assert answer.json["error"]["type"] == "api_error"


def test_a_connection_that_was_dropped_while_it_was_idle_is_no_news_to_the_client(scene: Scene, talk: Talk):
    """Servers drop idle connections. The next request finds that out, and goes again on a new one."""

    async def play(line: Line) -> None:
        await playing(talk.frames)(line)
        line.die()

    scene.upstream.play = play
    for _ in range(5):
        session = scene.session()
        assert scene.ask(talk, session).whole
        assert turns_of(scene.answers(session)) == [talk.heard(talk.said)]


# --- the client goes -------------------------------------------------------------------------------------------------


def test_a_client_that_leaves_takes_the_upstream_along_and_the_answer_is_interrupted(scene: Scene, talk: Talk):
    """At every boundary: the upstream's connection is closed while it waits, and what was said so far is kept."""
    for place in range(1, len(talk.frames)):
        session, left = scene.session(), Event()
        frames = talk.frames[:place]
        if talk.heard(b"".join(frames))[1]:
            break

        async def play(line: Line, frames: Sequence[bytes] = frames, left: Event = left) -> None:
            await line.say(OK)
            for frame in frames:
                await line.chunk(frame)
            await line.left()
            left.set()

        scene.upstream.play = play
        with scene.dial(talk, session) as line:
            _received(line, b"", frames[-1])
        assert left.wait(30), place
        scene.settled(session)
        text = talk.heard(b"".join(frames))[0]
        assert turns_of(scene.answers(session)) == [(text, False)] * bool(text), place


def test_a_client_that_leaves_before_the_first_byte_takes_the_upstream_along(scene: Scene, talk: Talk):
    came, left, session = Event(), Event(), scene.session()

    async def play(line: Line) -> None:
        came.set()
        await line.left()
        left.set()

    scene.upstream.play = play
    with scene.dial(talk, session):
        assert came.wait(60)
    assert left.wait(30)
    scene.settled(session)  # what was asked is kept, though nobody waited for an answer
    assert (len(scene.told(session)), scene.answers(session)) == (1, [])


def test_who_asks_again_after_leaving_is_remembered_once(scene: Scene, talk: Talk):
    """What was asked and never answered is kept with the answer that comes in the end."""
    came, session = Event(), scene.session()

    async def play(line: Line) -> None:
        came.set()
        await line.left()

    scene.upstream.play = play
    with scene.dial(talk, session):
        assert came.wait(60)
    scene.upstream.play = playing(talk.frames)
    assert scene.ask(talk, session).whole
    assert len(scene.told(session)) == 1
    assert turns_of(scene.answers(session)) == [talk.heard(talk.said)]


def test_a_client_that_leaves_any_other_request_takes_the_upstream_along_too(scene: Scene):
    came, left = Event(), Event()

    async def play(line: Line) -> None:
        await line.say(OK)
        await line.chunk(b'{"status":"pulling"}\n')
        came.set()
        await line.left()
        left.set()

    scene.upstream.play = play
    with open_socket(scene.ltml.url, post_bytes("/api/pull", b'{"model":"m"}')) as line:
        _received(line, b"", b"pulling")
    assert left.wait(30)


# --- durable before it is seen ---------------------------------------------------------------------------------------


@contextmanager
def nobody_writes(db: Path) -> Iterator[None]:
    """Somebody else holds the database."""
    with closing(apsw.Connection(str(db))) as other:
        other.set_busy_timeout(60_000)
        other.execute("begin immediate")
        try:
            yield
        finally:
            other.execute("rollback")


def test_what_you_have_seen_finish_is_on_disk(scene: Scene, talk: Talk):
    """While nobody can write, all of the answer arrives but for the bytes that end it; with them it is in the file."""
    session, scene.upstream.play = scene.session(), playing(talk.frames)
    ends = next(at for at in range(len(talk.frames) + 1) if talk.heard(b"".join(talk.frames[:at]))[1])
    with nobody_writes(scene.db):
        line = scene.dial(talk, session)
        found = b""
        for frame in talk.frames[: ends - 1]:
            found = _received(line, found, frame)
        line.settimeout(0.5)
        with pytest.raises(TimeoutError):
            _received(line, found, talk.frames[ends - 1])
        assert scene.ltml.turns(session=session) == []
    line.settimeout(60)
    with line:
        _received(line, b"", talk.frames[ends - 1])
        with closing(apsw.Connection(str(scene.db), apsw.SQLITE_OPEN_READONLY)) as outside:
            rows = outside.execute("select count(*) from turn where session = ?", (session,)).get
        assert rows == 2


def test_a_memory_that_is_slower_than_its_patience_does_not_hold_the_answer(tmp_path: Path, talk: Talk):
    db = tmp_path / "memory.db"
    with chaos(playing(talk.frames)) as upstream, serving(db, upstream.url, patience=0.2) as ltml:
        with nobody_writes(db), client(ltml.url) as one:
            assert one.post(talk.path, talk.body).body == talk.said
            assert ltml.counts["capture too late"] == 1
        until(lambda: len(ltml.turns()) == 2)


# --- a slow reader ---------------------------------------------------------------------------------------------------

PART, PARTS = 1 << 16, 2_000  # 125 MB in all


@pytest.mark.parametrize("path", ["/api/chat", "/api/pull"])
def test_a_slow_reader_slows_the_upstream_and_nothing_piles_up(scene: Scene, path: str):
    sent = [0]
    row = json.dumps({"message": {"role": "assistant", "content": "x" * PART}, "done": False}).encode() + b"\n"

    async def play(line: Line) -> None:
        line.writer.transport.set_write_buffer_limits(0)
        await line.say(OK)
        for _ in range(PARTS):
            await line.say(b"%x\r\n%b\r\n" % (len(row), row))
            sent[0] += 1

    scene.upstream.play = play
    body = b'{"model":"m","messages":[{"role":"user","content":"Tell me a very long story."}]}'
    headers = [("X-LTML-Session", scene.session())]
    with open_socket(scene.ltml.url, post_bytes(path, body, headers), receive_buffer=1 << 14) as line:
        _received(line, b"", b"200 OK")
        _stalled(sent)
        assert 0 < sent[0] < PARTS // 4


def _stalled(sent: list[int]) -> None:
    """Wait until nothing more was sent for a while."""
    before = -1
    while before != sent[0]:
        before = sent[0]
        time.sleep(0.7)


# --- small packets ---------------------------------------------------------------------------------------------------


def test_no_token_waits_for_the_last_ones_receipt():
    """A small packet that is delayed until the one before is acknowledged costs 40 ms a token (RFC 896)."""
    with open_listening_socket(Serve(port=0)) as door:
        assert door.proto == socket.IPPROTO_TCP


def test_connections_to_clients_send_small_packets_at_once(scene: Scene, talk: Talk):
    came, go = Event(), Event()

    async def play(line: Line) -> None:
        came.set()
        await _in_thread(go)
        await playing(talk.frames)(line)

    scene.upstream.play = play
    with scene.dial(talk, scene.session()) as line:
        assert came.wait(60)
        delays = [
            connection.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            for connection in scene.ltml.connections
        ]
        go.set()
        _received(line, b"", talk.frames[-1])
    assert delays
    assert all(delays)
