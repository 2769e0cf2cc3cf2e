"""What goes wrong, and how it looks from outside."""

import json
import socket
from contextlib import contextmanager

import httpx2
import ollama
import pytest

from tests.reference.brain import Break, Fail, Gate, Say, Wait
from tests.reference.conftest import LONGEST_WAIT, until
from tests.reference.script import Script
from tests.reference.server import Server

CHAT = {"model": "llama3.2", "messages": [{"role": "user", "content": "Who is Biscuit?"}]}
GENERATE = {"model": "llama3.2", "prompt": "Who is Biscuit?"}
TALKS = [("/api/chat", CHAT), ("/api/generate", GENERATE), ("/v1/chat/completions", CHAT)]


@contextmanager
def leaving(url, path, body):
    """A client that sends a request and does not stay for the answer."""
    host, port = url.removeprefix("http://").split(":")
    words = json.dumps(body).encode()
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(words)}\r\n\r\n"
        connection.sendall(head.encode() + words)
        yield


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b"[]", 400),
        (b'{"model": 7}', 400),
        (b'{"model": ""}', 400),
        (b"{}", 400),
        (b'{"model": "nobody"}', 404),
        (b'{"model": "llama3.2", "messages": "hello"}', 400),
        (b'{"model": "llama3.2", "messages": ["hello"]}', 400),
        (b'{"model": "llama3.2", "messages": [{"role": "user", "content": 7}]}', 400),
        (b'{"model": "llama3.2", "messages": [], "stream": "yes"}', 400),
        (b'{"model": "llama3.2", "messages": [{"role": "user", "content": "x"}], "format": "xml"}', 400),
    ],
)
def test_what_is_no_request_is_refused_with_a_sentence(ask, body, status):
    answer = ask(Server()).post("/api/chat", content=body)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]


def test_a_generate_without_a_model_is_a_model_not_found(ask):
    assert ask(Server()).post("/api/generate", json={"prompt": "x"}).status_code == 404


def test_the_client_is_told_which_model_is_missing(talk):
    with pytest.raises(ollama.ResponseError, match="model 'nobody' not found") as caught:
        talk(Server()).chat("nobody", CHAT["messages"])
    assert caught.value.status_code == 404


def test_an_unknown_path_is_404_and_a_wrong_method_405(ask):
    client = ask(Server())
    assert client.get("/api/nothing").status_code == 404
    assert client.post("/v1/messages/count_tokens", json={}).status_code == 404
    assert client.get("/api/chat").status_code == 405
    assert client.post("/api/tags").status_code == 405
    assert client.head("/api/ps").status_code == 405


@pytest.mark.parametrize(("path", "body"), TALKS[:2])
@pytest.mark.parametrize("stream", [True, False])
def test_a_failure_before_the_first_word_has_a_status(ask, path, body, stream):
    client = ask(Server(brain=Script([[Fail("out of memory", 500)]])))
    answer = client.post(path, json=body | {"stream": stream})
    assert (answer.status_code, answer.json()) == (500, {"error": "out of memory"})


@pytest.mark.parametrize(("path", "body"), TALKS[:2])
def test_a_failure_in_the_middle_is_a_line_and_nothing_is_done(ask, path, body):
    answer = ask(Server(brain=Script([[Say("Well"), Fail("out of memory")]]))).post(path, json=body)
    assert answer.status_code == 200
    first, last = map(json.loads, answer.text.splitlines())
    assert first["done"] is False
    assert last == {"error": "out of memory"}


def test_a_failure_in_the_middle_of_one_answer_leaves_nothing_of_it(ask):
    client = ask(Server(brain=Script([[Say("Well"), Fail("out of memory")]])))
    answer = client.post("/api/chat", json=CHAT | {"stream": False})
    assert (answer.status_code, answer.json()) == (500, {"error": "out of memory"})


@pytest.mark.parametrize(("path", "body"), TALKS)
@pytest.mark.parametrize("stream", [True, False])
def test_a_connection_can_break_in_the_middle(ask, path, body, stream):
    client = ask(Server(brain=Script([[Say("Well"), Break()], "Fine."])))
    with pytest.raises(httpx2.RemoteProtocolError):
        client.post(path, json=body | {"stream": stream})
    assert client.post(path, json=body | {"stream": False}).is_success


@pytest.mark.parametrize(("path", "body"), TALKS)
@pytest.mark.parametrize("stream", [True, False])
def test_the_model_is_free_again_as_soon_as_the_client_goes(serve, http, path, body, stream):
    gate = Gate()
    server = Server(brain=Script([[Say("Well"), Wait(gate)], "Fine."]))
    url = serve(server)
    with leaving(url, path, body | {"stream": stream}):
        assert gate.reached.wait(LONGEST_WAIT)
        assert server.gone == 0
    until(lambda: server.gone == 1)
    assert http(url).post(path, json=body | {"stream": False}).is_success
    assert server.gone == 1


def test_words_go_out_as_soon_as_they_are_there(serve, http):
    gate = Gate()
    server = Server(brain=Script([[Say("Well"), Wait(gate), Say(".")]]))
    with http(serve(server)).stream("POST", "/api/chat", json=CHAT) as answer:
        pieces = answer.iter_lines()
        assert json.loads(next(pieces))["message"]["content"] == "Well"
        gate.open()
        assert json.loads(next(pieces))["message"]["content"] == "."


def test_a_line_can_be_megabytes_long(ask):
    words = "x" * 3_000_000
    answer = ask(Server(brain=Script([[words]]))).post("/api/chat", json=CHAT)
    assert json.loads(answer.text.splitlines()[0])["message"]["content"] == words


def test_a_request_can_be_many_megabytes(ask):
    server = Server()
    picture = {"role": "user", "content": "Look.", "images": ["A" * 12_000_000]}
    assert ask(server).post("/api/chat", json=CHAT | {"messages": [picture]}).is_success
    assert server.requests[0].size > 12_000_000
