"""Memory is never silently off: slow facts are finished, the block waits for nothing, status says what was left out."""

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

import ltml
from ltml.interfaces.chat.budget import ModelWindow
from ltml.interfaces.chat.memory import ChatMemory, PreparedRequest
from ltml.interfaces.cli.health import _left_out_row
from tests.interfaces.serve.conftest import SPACE, Client, Serving, client, serving, standing, until
from tests.reference.models import Model
from tests.reference.script import Script
from tests.reference.server import Server

ORDER = "Sign every letter with Captain Odile."
FACT = "My kayak stands in shed number nine."
QUESTION = "Where does my kayak stand?"


@dataclass(slots=True)
class Slow:
    """The reference server; a question about a model waits until it may be answered."""

    server: Server
    may: threading.Event = field(default_factory=threading.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/api/show":
            await asyncio.to_thread(self.may.wait, 30)
        await self.server.app(scope, receive, send)


@dataclass(slots=True, kw_only=True)
class Place:
    ltml: Serving
    through: Client
    server: Server

    def say(self, history: list[dict[str, str]], words: str, **more: Any) -> str:
        """Say something in a talk; return all that the server was sent."""
        history.append({"role": "user", "content": words})
        body = {"model": "m", "messages": history, "stream": False, **more}
        answer = json.loads(self.through.post("/api/chat", json.dumps(body).encode()).body)
        history.append(answer["message"])
        sent = json.loads(self.server.talks()[-1].body)
        return "\n".join(message["content"] for message in sent["messages"])


@contextmanager
def place(folder: Path, slow: bool = False, **serve: Any) -> Iterator[tuple[Place, Slow]]:
    db = folder / "memory.db"
    with ltml.open(db, namespace=SPACE) as layer:
        layer.remember(ORDER)
        layer.remember(FACT)
    models = [Model(name="m", capabilities=("completion", "tools")), Model(name="far-cloud")]
    server = Server(models=models, brain=Script(["As you say."] * 99))
    upstream = Slow(server)
    if not slow:
        upstream.may.set()
    with standing(upstream) as url, serving(db, url, **serve) as running, client(running.url) as through:
        try:
            yield Place(ltml=running, through=through, server=server), upstream
        finally:
            upstream.may.set()


def test_a_model_whose_facts_come_late_once_has_its_block_from_the_next_request_on(tmp_path):
    with place(tmp_path, slow=True, deadline=0.2) as (where, upstream):
        talk: list[dict[str, str]] = []
        assert ORDER not in where.say(talk, "Good evening, captain here.")
        assert where.ltml.counts["facts of the model too late"] == 1
        upstream.may.set()
        until(lambda: not where.ltml.memory._questions)
        assert ORDER in where.say(talk, "Please write to the harbour.")
        assert where.ltml.counts["facts of the model too late"] == 1


class Late(ChatMemory):
    """Recalls nothing before it may."""

    may = threading.Event()

    def place_recall(self, attended: PreparedRequest, window: ModelWindow) -> PreparedRequest:
        self.may.wait(30)
        return super().place_recall(attended, window)


def test_the_block_is_placed_where_recall_is_late_and_in_all_requests_at_once(tmp_path):
    Late.may.clear()
    with place(tmp_path, deadline=0.3) as (where, _):
        where.ltml.memory._memories[SPACE] = Late(where.ltml.memory.layer)
        try:
            # more talks than there are threads for recall: what needs no search waits for none
            with ExitStack() as stack, ThreadPoolExecutor(8) as crowd:
                clients = [stack.enter_context(client(where.ltml.url)) for _ in range(8)]
                places = [Place(ltml=where.ltml, through=through, server=where.server) for through in clients]
                list(crowd.map(lambda n: places[n].say([], f"{QUESTION} {n}"), range(8)))
        finally:
            Late.may.set()
        sent = [json.loads(request.body)["messages"][0]["content"] for request in where.server.talks()]
        assert all(ORDER in words for words in sent), sent
        assert where.ltml.counts["recall too late"] == 8


def test_a_request_whose_tools_fill_the_window_gets_no_recall_and_status_says_why(tmp_path):
    tools = [
        {"type": "function", "function": {"name": f"tool_{n}", "description": "does " * 100, "parameters": {}}}
        for n in range(36)
    ]
    with place(tmp_path) as (where, _):
        assert FACT in where.say([], QUESTION, options={"num_ctx": 8192})
        assert FACT not in where.say([], QUESTION, options={"num_ctx": 4096}, tools=tools)
        assert where.ltml.counts["nothing placed: the window has no room"] == 1
        assert FACT in where.say([], QUESTION, options={"num_ctx": 8192}, tools=tools[:5])


def test_a_model_elsewhere_is_said_to_be_the_reason(tmp_path):
    with place(tmp_path) as (where, _):
        body = {"model": "far-cloud", "messages": [{"role": "user", "content": QUESTION}], "stream": False}
        where.through.post("/api/chat", json.dumps(body).encode())
        assert where.ltml.counts["nothing placed: its model runs elsewhere"] == 1


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"exchanges kept": 9}, ""),
        ({"exchanges kept": 9, "unknown user: no key": 2}, ""),
        ({"recall too late": 1200, "placements refused": 1}, "1 x placements refused\n1,200 x recall too late"),
    ],
)
def test_status_tells_people_what_was_left_out(counts, said):
    assert _left_out_row({"counts": counts}).get("left out", "") == said
    assert _left_out_row({"counts": counts, "memory_off": "it is damaged"}) == {"memory is off": "it is damaged"}
