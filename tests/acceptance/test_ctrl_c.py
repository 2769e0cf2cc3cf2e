"""Ctrl-C and SIGTERM in the middle of things: the server ends soon and cleanly, leaves nobody behind, loses nothing."""

import json
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from random import Random

import httpx2
import pytest

import ltml
from ltml.model import Turn
from tests.acceptance.programs import NEVER, Ltml, all_gone, closing_all, until
from tests.reference.brain import Gate, Wait
from tests.reference.runners import Room
from tests.reference.running import running
from tests.reference.script import Script
from tests.reference.server import Server
from tests.sleep.talk import days

MODEL = "llama3.2"
#: How the server is told to end; the last is Ctrl-C in a terminal, which all of its group hear.
WAYS = [
    pytest.param(signal.SIGINT, False, id="SIGINT"),
    pytest.param(signal.SIGTERM, False, id="SIGTERM"),
    pytest.param(signal.SIGINT, True, id="Ctrl-C in a terminal"),
]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")


def begun(url: str, path: str, said: str, heard: list[str]) -> str:
    """Ask, and listen until nothing more comes; `heard` is what came so far. Return how it ended."""
    body = {"model": MODEL, "messages": [{"role": "user", "content": said}], "stream": True}
    try:
        with (
            httpx2.Client(timeout=NEVER, trust_env=False, verify=False) as client,
            client.stream("POST", url + path, json=body) as response,
        ):
            for line in response.iter_lines():
                heard.append(line)  # noqa: PERF402 -- somebody looks at it meanwhile
    except httpx2.TransportError as error:
        return type(error).__name__
    return "whole"


def turns(db: Path) -> Sequence[Turn]:
    with ltml.open(db, namespace="default") as layer:
        assert layer.verify() == []
        return list(layer.turns())


@pytest.mark.parametrize(("number", "group"), WAYS)
def test_answers_under_way_are_broken_off_and_kept_as_interrupted(tmp_path, number, group):
    gate, heard = Gate(), {"/api/chat": list[str](), "/v1/chat/completions": list[str]()}
    brain = Script(lambda _: ["The tide", " comes in", Wait(gate), " at nine."])
    room = Room(parallel=len(heard))
    with running(Server(brain=brain, room=room).app) as upstream, ThreadPoolExecutor(len(heard)) as people:
        server = Ltml(tmp_path / "memory.db", "--upstream", upstream, patience=60)
        with closing_all(server):
            server.start()
            ends = [people.submit(begun, server.url, path, f"When, {path}?", heard[path]) for path in heard]
            until(lambda: all("comes in" in "".join(lines) for lines in heard.values()))
            assert server.end(number, group=group) == 0
            assert broken_off(ends)
            gate.open()
    assert not server.note.exists()
    assert sorted((turn.role, turn.text, turn.interrupted) for turn in turns(server.db)) == [
        ("assistant", "The tide comes in", True),
        ("assistant", "The tide comes in", True),
        ("user", "When, /api/chat?", False),
        ("user", "When, /v1/chat/completions?", False),
    ]


def broken_off(ends: Sequence[Future[str]]) -> bool:
    """Whether no client took half an answer for a whole one."""
    return all(end.result(NEVER) != "whole" for end in ends)


@pytest.mark.parametrize(("number", "group"), WAYS)
def test_an_answer_that_ends_in_the_second_that_is_left_is_whole(tmp_path, number, group):
    gate, heard = Gate(), list[str]()
    with running(Server(brain=Script(lambda _: ["The tide", Wait(gate), " is out."])).app) as upstream:
        server = Ltml(tmp_path / "memory.db", "--upstream", upstream, patience=60)
        with closing_all(server), ThreadPoolExecutor(2) as people:
            server.start()
            talk = people.submit(begun, server.url, "/api/chat", "Where is the water?", heard)
            until(lambda: heard)
            end = people.submit(server.end, number, group=group)
            gate.open()
            assert end.result(NEVER) == 0
            assert talk.result(NEVER) == "whole"
    assert json.loads(heard[-1])["done"]
    assert [(turn.text, turn.interrupted) for turn in turns(server.db)] == [
        ("Where is the water?", False),
        ("The tide is out.", False),
    ]


@pytest.mark.parametrize(("number", "group"), WAYS)
def test_a_night_under_way_ends_with_the_server_and_is_gone_on_with(tmp_path, number, group):
    db = tmp_path / "memory.db"
    with ltml.open(db, namespace="default") as layer:
        told = sum(layer.capture(day).new for day in days(Random(3), 2, 700))
    with running(Server().app) as upstream:
        server = Ltml(db, "--upstream", upstream, idle=0.1, poll=0.5)
        with closing_all(server):
            server.start()
            server.asleep()
            family = server.family()
            assert family
            assert server.end(number, group=group) == 0
            assert all_gone(family)
            assert not server.note.exists()
            assert len(turns(db)) == told
            server.start()
            assert server.night()["state"] in {"promoted", "refused"}
            assert server.end(number, group=group) == 0
    assert len(turns(db)) == told


@pytest.mark.parametrize(("number", "group"), WAYS)
def test_the_own_engine_ends_with_the_server_in_the_middle_of_an_answer(tmp_path, smollm2, number, group):
    server, heard = Ltml(tmp_path / "memory.db", "--model", str(smollm2), patience=60), list[str]()
    with closing_all(server), ThreadPoolExecutor(1) as people:
        server.start()
        family = server.family()
        talk = people.submit(begun, server.url, "/v1/chat/completions", "Tell me a very long story of a fox.", heard)
        until(lambda: len(heard) > 10)
        assert server.end(number, group=group) == 0
        assert family
        assert all_gone(family)
        assert talk.result(NEVER) != "whole"
    assert not server.note.exists()
    assert [(turn.role, turn.interrupted) for turn in turns(server.db)] == [("user", False), ("assistant", True)]
