"""
Memory may fail, the chat may not: every fault, in every dialect, streamed or whole.

Each chat is asked of the reference server directly as well: what LTML hands on must be the same bytes. And the other
way round: who cannot be told gets no memory and leaves none.
"""

import json
import random
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any, cast

import apsw
import pytest
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

import ltml
from ltml.exchange import Reply, Request
from ltml.interfaces.chat.budget import ModelWindow
from ltml.interfaces.chat.memory import ChatMemory, PreparedRequest
from ltml.interfaces.serve.keys import key_file
from ltml.plugins import find_plugin as plugin
from ltml.plugins import list_plugins
from ltml.store.sqlite import SqliteStore
from ltml.wake.options import Wake
from tests.interfaces.serve.conftest import SPACE, Client, Headers, Serving, client, program, serving, standing, until
from tests.reference.clock import HandClock
from tests.reference.models import Model
from tests.reference.script import Script
from tests.reference.server import Server

SAID = "the otter sleeps under the jetty"
ANSWER = "Under the jetty, as always."
HINT = "My otter is called Pim and sleeps under the jetty."
ASKED = f"Where is it that {SAID}?"
KINDS = [(name, stream) for name in ("chat", "generate", "openai") for stream in (True, False)]
PATHS = {"chat": "/api/chat", "generate": "/api/generate", "openai": "/v1/chat/completions"}


def asked(name: str, stream: bool, words: str = ASKED) -> bytes:
    said = {"prompt": words} if name == "generate" else {"messages": [{"role": "user", "content": words}]}
    return json.dumps({"model": "m", "stream": stream, **said}).encode()


@dataclass(slots=True)
class Moody:
    """The reference server; while it is `mute` it answers no question about its models, or waits for ever."""

    server: Server
    mute: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] not in ("/api/tags", "/api/show", "/api/ps") or not self.mute:
            await self.server.app(scope, receive, send)
            return
        while self.mute == "hangs" and (await receive())["type"] != "http.disconnect":
            pass
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b"no"})


@dataclass(slots=True, kw_only=True)
class Place:
    """Everything a fault may break."""

    db: Path
    ltml: Serving
    upstream: Moody
    directly: Client
    through: Client
    words: str = ASKED

    def same(self, name: str, stream: bool, headers: Headers = ()) -> None:
        """Ask through LTML, and directly what it forwarded: the bytes are the same."""
        random.seed(5)
        found = self.through.post(PATHS[name], asked(name, stream, self.words), headers)
        random.seed(5)
        expected = self.directly.post(PATHS[name], self.forwarded)
        assert (found.status, found.body, found.whole) == (200, expected.body, True)
        assert SAID in self.forwarded.decode()

    @property
    def forwarded(self) -> bytes:
        return self.upstream.server.talks()[-1].body


def reference() -> Moody:
    return Moody(Server(models=[Model(name="m", system="Be brief.")], brain=Script([ANSWER]), clock=HandClock()))


@contextmanager
def place(folder: Path, **serve: Any) -> Iterator[Place]:
    db = folder / "memory.db"
    with ltml.open(db, namespace=SPACE) as layer:
        layer.remember(HINT)
    with ExitStack() as stack:
        upstream, chance = reference(), random.getstate()
        stack.callback(random.setstate, chance)
        url = stack.enter_context(standing(upstream))
        running = stack.enter_context(serving(db, url, **serve))
        directly, through = stack.enter_context(client(url)), stack.enter_context(client(running.url))
        yield Place(db=db, ltml=running, upstream=upstream, directly=directly, through=through)


# --- faults ----------------------------------------------------------------------------------------------------------


@contextmanager
def locked(where: Place) -> Iterator[None]:
    with closing(apsw.Connection(str(where.db))) as other:
        other.execute("begin immediate")
        try:
            yield
        finally:
            other.execute("rollback")


@contextmanager
def missing(where: Place) -> Iterator[None]:
    for part in where.db.parent.glob("memory.db*"):
        part.unlink()
    yield


@contextmanager
def corrupt(where: Place) -> Iterator[None]:
    for part in where.db.parent.glob("memory.db*"):
        with part.open("r+b") as file:
            size = part.stat().st_size
            file.write(random.Random(1).randbytes(size))
    yield


@contextmanager
def folder_gone(where: Place) -> Iterator[None]:
    shutil.rmtree(where.db.parent)
    yield


@contextmanager
def facts_fail(where: Place) -> Iterator[None]:
    where.upstream.mute = "fails"
    yield


@contextmanager
def facts_hang(where: Place) -> Iterator[None]:
    where.upstream.mute = "hangs"
    yield
    where.upstream.mute = ""


@contextmanager
def full(where: Place) -> Iterator[None]:
    """The file may not grow, and what is said needs more pages than it has; a disk that is full has its own test."""
    store_of(where)._database.write(
        lambda c: c.execute("pragma max_page_count = 1").fetchall(), alone=True
    )  # as many as now
    where.words = ASKED + " It is wet there." * 1_000
    yield


@contextmanager
def slow(where: Place) -> Iterator[None]:
    """Everything the store reads or writes takes longer than anybody waits."""
    store = store_of(where)

    def slowly(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:
            sleep(0.5)
            return call(*arguments, **named)

        return called

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store._database, "write", slowly(store._database.write))
        patch.setattr(store._database, "_borrow", slowly(store._database._borrow))
        yield


@contextmanager
def search_gone(where: Place) -> Iterator[None]:
    with closing(apsw.Connection(str(where.db))) as other:
        other.execute("drop table posting; drop table shelf")
    yield


@contextmanager
def senseless(where: Place) -> Iterator[None]:
    """Settings of another kind than they are; those that can be read are checked before a server begins."""
    memory = where.ltml.memory
    memory.settings = replace(memory.settings, wake=Wake(shown=cast("int", "many"), pool=cast("int", "more")))
    memory._memories.clear()
    yield


@contextmanager
def nobody(where: Place) -> Iterator[None]:
    """There are keys now, and the client sends none: nothing is read and nothing is written."""
    key_file(str(where.db)).add("anna", datetime.now(UTC))
    with untouched(where):
        yield


@contextmanager
def keys_garbled(where: Place) -> Iterator[None]:
    """Nobody can tell who has which key."""
    where.db.with_name("memory.db.users").write_text("[{", "utf-8")
    with untouched(where):
        yield


@contextmanager
def untouched(where: Place) -> Iterator[None]:
    """Whatever is asked meanwhile leaves as it came, and no turn is kept."""
    before = where.ltml.turns()
    yield
    asked_for = [asked(name, stream) for name, stream in KINDS]
    assert [talk.body for talk in where.upstream.server.talks() if talk.body in asked_for][::2] == asked_for
    assert where.ltml.turns() == before


def store_of(where: Place) -> SqliteStore:
    store = where.ltml.memory.layer.store
    assert isinstance(store, SqliteStore)
    return store


class Raising(ChatMemory):
    """Recalls nothing, and says in its error what it was asked."""

    def place_recall(self, attended: PreparedRequest, window: ModelWindow) -> PreparedRequest:
        raise RuntimeError(f"cannot recall for {attended} {window}")


class Confused(ChatMemory):
    """Cannot find out which session a request belongs to, and says in its error what it was asked."""

    def prepare(self, request: Request, window: ModelWindow | None = None, *, session: str = "") -> PreparedRequest:
        raise RuntimeError(f"cannot attend to {request} {window} {session}")


class Forgetful(ChatMemory):
    """Keeps nothing, and says in its error what it should have kept."""

    def record(self, attended: PreparedRequest, reply: Reply) -> None:
        raise KeyError(f"cannot keep {attended} {reply}")


class Poor(ChatMemory):
    """Has no memory left for what is to be kept."""

    def record(self, attended: PreparedRequest, reply: Reply) -> None:
        raise MemoryError(attended, reply)


class Stuck(ChatMemory):
    """Keeps, but not before it may."""

    def record(self, attended: PreparedRequest, reply: Reply) -> None:
        assert Hanging.may.wait(60)
        super().record(attended, reply)


class Starved(ChatMemory):
    """Has no memory left."""

    def place_recall(self, attended: PreparedRequest, window: ModelWindow) -> PreparedRequest:
        raise MemoryError(attended, window)


class Hanging(ChatMemory):
    """Recalls, but not before it may."""

    may = Event()

    def place_recall(self, attended: PreparedRequest, window: ModelWindow) -> PreparedRequest:
        assert self.may.wait(60)
        return super().place_recall(attended, window)


def played_by(kind: type[ChatMemory]) -> Callable[[Place], AbstractContextManager[None]]:
    @contextmanager
    def replaced(where: Place) -> Iterator[None]:
        Hanging.may.clear()
        where.ltml.memory._memories[SPACE] = kind(where.ltml.memory.layer)
        try:
            yield
        finally:
            Hanging.may.set()

    return replaced


#: Each fault, and what is counted for it (nothing where memory goes on as if nothing were).
FAULTS: Mapping[str, tuple[Callable[[Place], AbstractContextManager[None]], str]] = {
    "the database is locked": (locked, "capture too late"),
    "the database is missing": (missing, ""),
    "the database is garbage": (corrupt, "failed"),
    "the folder is gone": (folder_gone, ""),
    "the database is full": (full, "capture failed"),
    "the disk is slow": (slow, "too late"),
    "the search index is gone": (search_gone, "recall failed"),
    "the settings are senseless": (senseless, "failed"),
    "nobody knows who asks": (nobody, "unknown user: no key"),
    "the keys are garbage": (keys_garbled, "unknown user: the keys cannot be read"),
    "recall raises": (played_by(Raising), "recall failed"),
    "no session is found": (played_by(Confused), "session failed"),
    "recall has no memory": (played_by(Starved), "recall failed"),
    "recall hangs": (played_by(Hanging), "recall too late"),
    "capture raises": (played_by(Forgetful), "capture failed"),
    "capture has no memory": (played_by(Poor), "capture failed"),
    "capture hangs": (played_by(Stuck), "capture too late"),
    "the upstream tells nothing of its models": (facts_fail, ""),
    "the upstream hangs when asked of its models": (facts_hang, ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_fails_the_chat_is_as_without_ltml(tmp_path: Path, fault: str):
    breaks, counted = FAULTS[fault]
    folder = tmp_path / "home"
    folder.mkdir()
    with place(folder, deadline=0.3, patience=0.3) as where:
        with capture_logs() as logs, breaks(where):
            for name, stream in KINDS:
                where.same(name, stream)
            assert where.through.ask("GET", "/ltml/status").status == 200
        counts = {**where.ltml.counts, **where.ltml.memory.identities.counts}
        assert any(counted in name for name in counts), counts
        assert "jetty" not in str(logs)
        assert "otter" not in str(logs)


def test_every_path_on_which_talk_is_heard_is_tried():
    assert {plugin("dialects", name).path for name in list_plugins("dialects")} == set(PATHS.values())


def test_without_a_fault_the_same_chats_are_reminded(tmp_path: Path):
    """What the tests above would not see if memory did nothing at all."""
    with place(tmp_path) as where:
        for name, stream in KINDS:
            where.same(name, stream)
            assert b"Pim" in where.forwarded
        assert len(where.ltml.turns()) > len(KINDS)


def test_a_recall_that_fails_loses_nothing_that_is_said(tmp_path: Path):
    with place(tmp_path, deadline=0.3) as where, played_by(Hanging)(where):
        where.same("chat", stream=True)
        placed = json.loads(where.forwarded)["messages"]
        assert HINT in placed[0]["content"]  # the block needs no search
        assert placed[1:] == json.loads(asked("chat", stream=True))["messages"]
        assert [turn.text for turn in where.ltml.turns()][-1] == ANSWER


def test_memory_comes_back_with_the_disk(tmp_path: Path):
    with place(tmp_path, patience=0.3) as where:
        with locked(where):
            where.same("chat", stream=True)
        until(lambda: ANSWER in [turn.text for turn in where.ltml.turns()])
        where.same("chat", stream=False)


def test_an_upstream_that_tells_nothing_of_its_models_gets_no_memories(tmp_path: Path):
    """Nobody can tell whether they would leave this machine, or silence a system prompt."""
    with place(tmp_path, deadline=3.0) as where, facts_fail(where):
        for name, stream in KINDS:
            where.same(name, stream)
            assert where.forwarded == asked(name, stream)


def _unnamed(body: bytes) -> bytes:
    """The answer without an id that was drawn."""
    return re.sub(rb"chatcmpl-[0-9]+", b"chatcmpl", body)


FULL = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
"""


def test_a_full_disk_is_no_reason_to_be_silent(tmp_path: Path):
    pytest.importorskip("resource", reason="no limit of file sizes on this system")
    upstream, db = reference(), tmp_path / "memory.db"
    with standing(upstream) as url, program(db, url, prelude=FULL, LTML_SERVE__PATIENCE="5") as home:
        with client(url) as directly, client(home) as through:
            for count in range(60):
                for name, stream in KINDS:
                    body = asked(name, stream, f"{count} {SAID} " + f"{count} " * 2_000)
                    found = through.post(PATHS[name], body, [("X-LTML-Session", f"{name} {stream}")])
                    expected = directly.post(PATHS[name], upstream.server.talks()[-1].body)
                    assert _unnamed(found.body) == _unnamed(expected.body)
                counts = through.ask("GET", "/ltml/status").json["counts"]
                if counts.get("capture failed", 0) > 2 * len(KINDS):
                    break
        assert counts["capture failed"] > 2 * len(KINDS), counts
    assert "jetty" not in db.with_suffix(".err").read_text() + db.with_suffix(".out").read_text()


# --- the other way round ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "stream"), KINDS)
@pytest.mark.parametrize(
    ("prefix", "headers"),
    [("/u/zacharias", []), ("", [("X-LTML-User", "zacharias")]), ("/u/zacharias", [("X-LTML-User", SPACE)])],
)
def test_whom_nobody_named_is_reminded_of_nothing_and_leaves_nothing(unknown: Place, prefix, headers, name, stream):
    words = asked(name, stream)
    before = [(turn.session, turn.text) for turn in unknown.ltml.turns()]
    with capture_logs() as logs:
        found = unknown.through.post(prefix + PATHS[name], words, headers)
    assert found.status == 200
    assert found.header("x-ltml-injected") is None
    assert unknown.forwarded == words
    assert [(turn.session, turn.text) for turn in unknown.ltml.turns()] == before
    assert unknown.ltml.memory.layer.store.namespaces() == [SPACE]
    assert logs == []
    for part in unknown.db.parent.glob("memory.db*"):
        assert b"zacharias" not in part.read_bytes()
        assert SAID.encode() not in part.read_bytes()


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("unknown"), users="ben,carla") as made:
        yield made


def test_users_that_were_named_have_memories_of_their_own(tmp_path: Path):
    key = key_file(str(tmp_path / "memory.db")).add("ben", datetime.now(UTC))[1]
    with place(tmp_path, users="ben, carla") as where:
        where.same("chat", stream=True, headers=[("X-LTML-User", "ben"), ("Authorization", f"Bearer {key}")])
        assert b"Pim" not in where.forwarded
        assert [turn.text for turn in where.ltml.turns("ben")][-1] == ANSWER
        assert where.ltml.turns("carla") == []
        assert ANSWER not in [turn.text for turn in where.ltml.turns()]


def test_reading_alone_keeps_nothing(tmp_path: Path):
    with place(tmp_path) as where:
        before = where.ltml.turns()
        where.same("chat", stream=True, headers=[("X-LTML-Memory", "read")])
        assert b"Pim" in where.forwarded
        assert where.ltml.turns() == before
