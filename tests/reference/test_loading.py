"""Loading and unloading, keep_alive, /api/ps, reloads and the queue."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import ollama
import pytest

from tests.reference.brain import Fail, Gate, Say, Wait
from tests.reference.clock import MONDAY, HandClock
from tests.reference.conftest import LONGEST_WAIT, until
from tests.reference.models import Model
from tests.reference.runners import Room
from tests.reference.script import Script
from tests.reference.server import LLAMA, Server

HELLO = [{"role": "user", "content": "Hello"}]


def names(client):
    return [model.model for model in client.ps().models]


def left(client):
    return client.ps().models[0].expires_at - MONDAY


@contextmanager
def answering(server, url):
    """An answer under way until the block ends or opens the gate it is given."""
    gate = Gate()
    server.brain = Script([[Say("Well"), Wait(gate), Say(".")]])
    client = ollama.Client(host=url, verify=False)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.chat, "llama3.2", HELLO)
        try:
            assert gate.reached.wait(LONGEST_WAIT)
            yield gate
        finally:
            gate.open()
            answer.result(LONGEST_WAIT)
            client._client.close()


@pytest.mark.parametrize("body", [{"messages": []}, {}, {"messages": None}, {"stream": True, "messages": []}])
def test_no_messages_load_the_model_in_one_object(ask, body):
    answer = ask(Server()).post("/api/chat", json={"model": "llama3.2"} | body)
    assert answer.headers["content-type"].startswith("application/json")
    assert (answer.json()["done"], answer.json()["done_reason"]) == (True, "load")
    assert answer.json()["message"] == {"role": "assistant", "content": ""}


@pytest.mark.parametrize("zero", [0, 0.0, "0", "0s"])
@pytest.mark.parametrize(("path", "empty"), [("/api/chat", {"messages": []}), ("/api/generate", {"prompt": ""})])
def test_nothing_to_say_and_no_time_to_stay_unload_the_model(ask, path, empty, zero):
    client = ask(Server())
    assert client.post(path, json={"model": "llama3.2"} | empty).json()["done_reason"] == "load"
    assert len(client.get("/api/ps").json()["models"]) == 1
    gone = client.post(path, json={"model": "llama3.2", "keep_alive": zero} | empty)
    assert json.loads(gone.text)["done_reason"] == "unload"
    assert client.get("/api/ps").json()["models"] == []


def test_an_unload_of_what_is_not_loaded_is_answered_all_the_same(ask):
    answer = ask(Server()).post("/api/generate", json={"model": "llama3.2", "keep_alive": 0, "prompt": ""})
    assert answer.json()["done_reason"] == "unload"


def test_a_keep_alive_of_zero_with_words_unloads_after_the_answer(talk):
    client = talk(Server(brain=Script(["Good night."])))
    assert client.chat("llama3.2", HELLO, keep_alive=0).message.content == "Good night."
    assert names(client) == []


@pytest.mark.parametrize(
    ("sent", "stays"),
    [
        (None, timedelta(minutes=5)),
        (90, timedelta(seconds=90)),
        (0.5, timedelta(seconds=0.5)),
        ("24h", timedelta(hours=24)),
        ("1h30m", timedelta(minutes=90)),
        ("1.5m", timedelta(seconds=90)),
    ],
)
def test_a_model_stays_as_long_as_the_request_says(talk, sent, stays):
    client = talk(Server(clock=HandClock()))
    client.chat("llama3.2", HELLO, keep_alive=sent)
    assert left(client) == stays


@pytest.mark.parametrize("sent", [-1, "-1s", "-5m"])
def test_a_negative_keep_alive_is_for_ever_which_is_292_years(ask, sent):
    client = ask(Server(clock=HandClock()))
    client.post("/api/chat", json={"model": "llama3.2", "messages": HELLO, "keep_alive": sent})
    assert client.get("/api/ps").json()["models"][0]["expires_at"].startswith("2318-")


@pytest.mark.parametrize("sent", ["soon", "300", "5 m", "", "-1", True, ["5m"]])
def test_a_keep_alive_that_is_no_duration_is_refused(ask, sent):
    answer = ask(Server()).post("/api/chat", json={"model": "llama3.2", "messages": HELLO, "keep_alive": sent})
    assert answer.status_code == 400


def test_the_timer_starts_anew_after_every_answer(talk):
    clock = HandClock()
    client = talk(Server(clock=clock))
    client.chat("llama3.2", HELLO)
    clock.advance(minutes=4)
    client.chat("llama3.2", HELLO)
    clock.advance(minutes=4)
    assert names(client) == ["llama3.2:latest"]
    clock.advance(minutes=1)
    assert names(client) == []


def test_a_keep_alive_sticks_until_another_is_sent(talk, openai_client, serve):
    server = Server(clock=HandClock())
    client = talk(server)
    client.chat("llama3.2", HELLO, keep_alive="30m")
    client.chat("llama3.2", HELLO)
    openai_client(serve(server)).chat.completions.create(model="llama3.2", messages=HELLO)
    assert left(client) == timedelta(minutes=30)
    client.chat("llama3.2", HELLO, keep_alive="2m")
    assert left(client) == timedelta(minutes=2)


def test_a_new_load_begins_with_the_usual_keep_alive(talk):
    client = talk(Server(clock=HandClock()))
    client.chat("llama3.2", HELLO, keep_alive="30m")
    client.chat("llama3.2", HELLO, options={"num_ctx": 2048})
    assert left(client) == timedelta(minutes=5)


def test_looking_does_not_touch_the_timer(talk):
    clock = HandClock()
    client = talk(Server(clock=clock))
    client.chat("llama3.2", HELLO)
    clock.advance(minutes=3)
    client.show("llama3.2")
    client.list()
    assert left(client) == timedelta(minutes=5)


def test_a_model_that_answers_never_expires_and_shows_its_old_time(serve, client):
    clock, server = HandClock(), Server()
    server = Server(clock=clock, brain=server.brain)
    url = serve(server)
    seen = client(url)
    seen.chat("llama3.2", HELLO)
    with answering(server, url):
        clock.advance(hours=2)
        assert left(seen) == timedelta(minutes=5)
    assert left(seen) == timedelta(hours=2, minutes=5)


def test_the_timer_waits_for_the_last_of_several_answers(serve, client):
    clock = HandClock()
    server = Server(clock=clock, room=Room(parallel=2))
    url = serve(server)
    seen = client(url)
    with answering(server, url):
        server.brain = Script(["Short."])
        seen.chat("llama3.2", HELLO)
        clock.advance(minutes=30)
        assert names(seen) == ["llama3.2:latest"]
    assert left(seen) == timedelta(minutes=35)


def test_an_unload_waits_for_the_answer_under_way(serve, client):
    server = Server(clock=HandClock())
    url = serve(server)
    seen = client(url)
    with answering(server, url):
        assert seen.generate("llama3.2", "", keep_alive=0).done_reason == "unload"
        assert names(seen) == ["llama3.2:latest"]
    assert names(seen) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"num_ctx": 2048},
        {"num_batch": 64},
        {"num_gpu": 0},
        {"main_gpu": 1},
        {"use_mmap": False},
        {"num_thread": 2},
        {"draft_num_predict": 4},
    ],
)
def test_another_option_of_the_runner_loads_the_model_anew_and_leaving_it_out_does_so_again(talk, changed):
    server = Server()
    client = talk(server)
    client.chat("llama3.2", HELLO)
    client.chat("llama3.2", HELLO, options=changed)
    client.chat("llama3.2", HELLO, options=changed)
    assert server.runners.reloads == 1
    client.chat("llama3.2", HELLO)
    assert server.runners.reloads == 2


def test_another_shift_loads_the_model_anew(ask):
    server = Server()
    client = ask(server)
    for shift in ({}, {"shift": True}, {"shift": False}):
        client.post("/api/chat", json={"model": "llama3.2", "messages": HELLO} | shift)
    assert server.runners.reloads == 1


def test_options_of_a_request_and_nulls_load_nothing_anew(ask):
    server = Server()
    client = ask(server)
    for options in ({}, {"temperature": 0.1, "seed": 7, "num_predict": 3}, {"num_ctx": None, "num_gpu": None}, None):
        client.post("/api/chat", json={"model": "llama3.2", "messages": HELLO, "options": options})
    assert server.runners.reloads == 0


def test_a_reload_waits_for_the_answer_under_way(serve, client):
    server = Server()
    url = serve(server)
    with answering(server, url) as gate, ThreadPoolExecutor(1) as pool:
        other = pool.submit(client(url).chat, "llama3.2", HELLO, options={"num_ctx": 2048})
        until(lambda: len(server.talks()) == 2)
        assert server.runners.reloads == 0
        gate.open()
        other.result(LONGEST_WAIT)
    assert server.runners.reloads == 1


def test_a_model_goes_when_another_needs_the_room(talk):
    server = Server(models=[LLAMA, Model(name="gemma")], room=Room(models=1))
    client = talk(server)
    client.chat("llama3.2", HELLO, keep_alive=-1)
    client.chat("gemma", HELLO)
    assert names(client) == ["gemma:latest"]


def test_the_model_that_would_go_first_goes_for_it(talk):
    client = talk(Server(models=[LLAMA, Model(name="gemma"), Model(name="phi")], room=Room(models=2)))
    client.chat("llama3.2", HELLO, keep_alive="1h")
    client.chat("gemma", HELLO)
    client.chat("phi", HELLO, keep_alive=-1)
    assert names(client) == ["phi:latest", "llama3.2:latest"]


def test_who_finds_the_queue_full_is_told_to_come_back(serve, http, client):
    server = Server(room=Room(queue=1))
    url = serve(server)
    plain = http(url)
    with answering(server, url) as gate, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client(url).chat, "llama3.2", HELLO, options={"num_ctx": 2048})
        until(lambda: len(server.talks()) == 2)
        for path in ("/api/chat", "/v1/chat/completions"):
            refused = plain.post(path, json={"model": "llama3.2", "messages": HELLO})
            assert refused.status_code == 503
            assert "server busy" in refused.text
        gate.open()
        waiting.result(LONGEST_WAIT)


def test_while_it_loads_nothing_comes_and_ps_shows_a_guess(serve, client):
    gate = Gate()
    url = serve(Server(clock=HandClock(), brain=Script(loading=[Wait(gate)])))
    seen = client(url)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client(url).chat, "llama3.2", HELLO)
        assert gate.reached.wait(LONGEST_WAIT)
        assert left(seen) == timedelta(minutes=5)
        gate.open()
        assert answer.result(LONGEST_WAIT).done


def test_a_load_that_fails_has_a_status_and_leaves_nothing_loaded(talk):
    client = talk(Server(brain=Script(loading=[Fail("model requires more system memory", 500)])))
    with pytest.raises(ollama.ResponseError, match="more system memory") as caught:
        client.chat("llama3.2", HELLO)
    assert caught.value.status_code == 500
    assert names(client) == []


def test_embeddings_load_a_model_too(talk):
    client = talk(Server())
    client.embed("llama3.2", "Biscuit")
    assert names(client) == ["llama3.2:latest"]
