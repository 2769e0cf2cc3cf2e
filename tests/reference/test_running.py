"""The server as a tool: what it keeps of requests, and how it runs in a process of its own."""

import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.reference.brain import Break, Call, Fail, Finish, Gate, Pause, Say, Think, Wait
from tests.reference.conftest import LONGEST_WAIT
from tests.reference.running import running
from tests.reference.script import Script, read_script
from tests.reference.server import Server

ROOT = Path(__file__).parents[2]


@contextmanager
def process(*arguments):
    command = [sys.executable, "-m", "tests.reference", *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        try:
            assert started.stdout
            yield started, started.stdout.readline().strip()
        finally:
            started.kill()


def test_every_request_is_kept_byte_for_byte(ask):
    server = Server()
    body = b'{ "model":"llama3.2",\n "messages":[{"role":"user","content":"\\u00fc \xc3\xbc"}], "x": 1.50 }'
    ask(server).post("/api/chat?ts=7", content=body, headers={"X-Mine": "yes"})
    seen = server.requests[0]
    assert (seen.method, seen.path, seen.query, seen.body) == ("POST", "/api/chat", "ts=7", body)
    assert (seen.header("X-Mine"), seen.header("missing"), seen.complete) == ("yes", None, True)
    assert seen.json["messages"][0]["content"] == "ü ü"


def test_requests_that_were_refused_are_kept_too(ask):
    server = Server()
    client = ask(server)
    client.post("/api/nothing", content=b"words")
    client.get("/api/tags", headers={"host": "example.org"})
    assert [(seen.path, seen.complete) for seen in server.requests] == [("/api/nothing", True), ("/api/tags", True)]
    assert server.requests[0].body == b"words"
    assert server.talks() == []


def test_a_server_that_has_ended_is_gone():
    with running(Server().app) as url:
        assert httpx2.get(url, trust_env=False).text == "Ollama is running"
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(url, trust_env=False)


def test_a_server_that_ends_cuts_the_answers_under_way(http):
    gate = Gate()
    body = {"model": "llama3.2", "messages": [{"role": "user", "content": "Hello"}]}
    with ThreadPoolExecutor(1) as pool:
        with running(Server(brain=Script([["Well", Wait(gate)]])).app) as url:
            answer = pool.submit(http(url).post, "/api/chat", json=body)
            assert gate.reached.wait(LONGEST_WAIT)
        with pytest.raises(httpx2.RemoteProtocolError):
            answer.result(LONGEST_WAIT)


def test_a_script_can_be_written_in_a_file(tmp_path):
    path = tmp_path / "script.json"
    written = ["Hello.", ["Well", {"say": "!"}, {"think": "Hm."}, {"call": "weather", "arguments": {"city": "Ulm"}}]]
    written.append([{"pause": 0.5}, {"fail": "no", "status": 503}, {"break": True}, {"finish": "length"}])
    path.write_text(json.dumps(written))
    assert read_script(path)._answers == [
        "Hello.",
        [Say("Well"), Say("!"), Think("Hm."), Call("weather", {"city": "Ulm"})],
        [Pause(0.5), Fail("no", 503), Break(), Finish("length")],
    ]
    path.write_text('[[{"sing": "la"}]]')
    with pytest.raises(ValueError, match="no piece of an answer"):
        read_script(path)


def test_a_process_tells_its_url_answers_from_its_script_logs_and_ends_when_told_to(tmp_path, client):
    script, log = tmp_path / "script.json", tmp_path / "log.jsonl"
    script.write_text('["Biscuit is a dog."]')
    with process("--script", script, "--log", log, "--model", "kind", "--system", "Be kind.") as (started, url):
        answer = client(url).chat("kind", [{"role": "user", "content": "Who is Bißcuit?"}])
        assert answer.message.content == "Biscuit is a dog."
        started.send_signal(signal.SIGTERM)
        assert started.wait(20) in (0, -signal.SIGTERM)
        assert started.stderr.read() == ""
    entry = json.loads(log.read_text())
    assert (entry["method"], entry["path"], entry["complete"]) == ("POST", "/api/chat", True)
    assert json.loads(entry["body"])["messages"][0]["content"] == "Who is Bißcuit?"


def test_a_process_listens_where_it_is_told_to(client):
    with running(Server().app) as url:
        port = url.rpartition(":")[2]
    with process("--port", port) as (_, told):
        assert told == url
        assert client(told).list().models[0].model == "llama3.2:latest"
