"""POST /api/chat as the official client and a plain one see it."""

import asyncio
import json
import re

import ollama
import pytest

from tests.reference.brain import Call, Finish, Prompt, Say, Think
from tests.reference.clock import HandClock
from tests.reference.conftest import async_client
from tests.reference.models import Model
from tests.reference.script import Script
from tests.reference.server import LLAMA, Server

HELLO = [{"role": "user", "content": "Who is Biscuit?"}]
CLEVER = Model(name="clever", capabilities=("completion", "tools", "thinking"))
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}


def objects(response):
    return [json.loads(line) for line in response.text.splitlines()]


def test_a_stream_says_the_same_as_one_answer(talk):
    client = talk(Server(brain=Script(["Biscuit is a dog."])))
    pieces = [part.message.content for part in client.chat("llama3.2", HELLO, stream=True)]
    assert pieces == ["Biscuit", " is", " a", " dog.", ""]
    assert client.chat("llama3.2", HELLO).message.content == "".join(pieces)


def test_a_stream_is_one_object_a_line_and_only_the_last_is_done(ask):
    response = ask(Server(brain=Script(["Biscuit barks."]))).post(
        "/api/chat", json={"model": "llama3.2", "messages": HELLO}
    )
    assert response.headers["content-type"] == "application/x-ndjson"
    assert response.content.endswith(b"}\n")
    first, second, last = objects(response)
    assert first["message"] == {"role": "assistant", "content": "Biscuit"}
    assert (first["done"], second["done"], last["done"]) == (False, False, True)
    assert first.keys() == {"model", "created_at", "message", "done"}
    assert last["done_reason"] == "stop"
    assert last["message"] == {"role": "assistant", "content": ""}


def test_a_chat_streams_unless_told_not_to(ask):
    client = ask(Server())
    asked = {"model": "llama3.2", "messages": HELLO}
    assert len(objects(client.post("/api/chat", json=asked))) > 1
    assert len(objects(client.post("/api/chat", json=asked | {"stream": None}))) > 1
    alone = client.post("/api/chat", json=asked | {"stream": False})
    assert alone.headers["content-type"] == "application/json; charset=utf-8"
    assert alone.json()["done"] is True


def test_counts_are_in_the_last_object_and_zeros_are_left_out(ask):
    still = Server(brain=Script(["one two three"]), clock=HandClock())
    last = ask(still).post("/api/chat", json={"model": "llama3.2", "messages": HELLO, "stream": False}).json()
    assert (last["prompt_eval_count"], last["eval_count"]) == (len("Who is Biscuit?") // 4 + 4, 3)
    assert not [name for name in last if name.endswith("_duration")]
    moving = ask(Server()).post("/api/chat", json={"model": "llama3.2", "messages": HELLO, "stream": False}).json()
    assert moving["total_duration"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", moving["created_at"])


def test_thinking_comes_before_the_words_and_apart_from_them(talk):
    client = talk(Server(models=[CLEVER], brain=Script([[Think("A dog, "), Think("I think."), Say("A dog.")]])))
    parts = [part.message for part in client.chat("clever", HELLO, stream=True)]
    assert [(part.thinking, part.content) for part in parts] == [
        ("A dog, ", ""),
        ("I think.", ""),
        (None, "A dog."),
        (None, ""),
    ]
    whole = client.chat("clever", HELLO, think=True).message
    assert (whole.thinking, whole.content) == ("A dog, I think.", "A dog.")
    assert client.chat("clever", HELLO, think=False).message.thinking is None


def test_a_tool_call_arrives_whole_and_with_an_id(talk, ask):
    server = Server(models=[CLEVER], brain=Script([[Call("weather", {"city": "Ulm"})]]))
    call = talk(server).chat("clever", HELLO, tools=[WEATHER]).message.tool_calls[0]
    assert (call.function.name, call.function.arguments) == ("weather", {"city": "Ulm"})
    first = objects(ask(server).post("/api/chat", json={"model": "clever", "messages": HELLO, "tools": [WEATHER]}))[0]
    assert re.fullmatch(r"call_[a-z0-9]{8}", first["message"]["tool_calls"][0]["id"])


@pytest.mark.parametrize("form", ["json", {"type": "object"}])
def test_a_format_reaches_the_model(talk, form):
    brain = Script(['{"dog": true}'])
    answer = talk(Server(brain=brain)).chat("llama3.2", HELLO, format=form)
    assert json.loads(answer.message.content) == {"dog": True}
    assert brain.prompts[0].format == form


def test_an_answer_that_is_long_enough_ends_for_its_length(talk):
    client = talk(Server(brain=Script(["one two three four", [Say("cut"), Finish("length")]])))
    answer = client.chat("llama3.2", HELLO, options={"num_predict": 2})
    assert (answer.message.content, answer.done_reason, answer.eval_count) == ("one two", "length", 2)
    assert client.chat("llama3.2", HELLO).done_reason == "length"


def test_roles_in_capitals_and_unknown_fields_and_nulls_do_no_harm(ask):
    brain = Script()
    body = {
        "model": "llama3.2",
        "messages": [{"role": "USER", "content": "Hello", "mood": "gay"}],
        "options": {"temperature": None, "num_ctx": None, "verve": 3},
        "keep_alive": None,
        "metadata": {"user": "anna"},
        "system": "ignored on this path",
    }
    assert ask(Server(brain=brain)).post("/api/chat", json=body).is_success
    assert [message["role"] for message in brain.prompts[0].messages] == ["user"]
    assert "ignored" not in brain.prompts[0].text


def test_a_script_may_be_a_function_of_what_reached_the_model(talk):
    def parrot(prompt: Prompt) -> str:
        return str(prompt.messages[-1]["content"])

    assert talk(Server(brain=Script(parrot))).chat("llama3.2", HELLO).message.content == "Who is Biscuit?"


def test_the_rendered_prompt_can_be_had_without_an_answer(ask):
    brain = Script()
    asked = {"model": "kind", "messages": HELLO, "_debug_render_only": True}
    answer = ask(Server(models=[Model(name="kind", system="Be kind.")], brain=brain)).post("/api/chat", json=asked)
    shown = answer.json()["_debug_info"]["rendered_template"]
    assert shown.index("Be kind.") < shown.index("Who is Biscuit?")
    assert brain.prompts == []


def test_the_asynchronous_client_hears_the_same(serve):
    url = serve(Server(models=[LLAMA, CLEVER], brain=Script(["Biscuit is a dog."])))

    async def heard() -> str:
        async with async_client(url) as client:
            parts = await client.chat("llama3.2", HELLO, stream=True)
            return "".join([part.message.content or "" async for part in parts])

    assert asyncio.run(heard()) == "Biscuit is a dog."


def test_the_client_always_sends_its_list_of_tools(talk):
    server = Server()
    talk(server).chat("llama3.2", HELLO)
    assert server.requests[0].json["tools"] == []
    assert str(server.requests[0].header("user-agent")).startswith("ollama-python/")


def test_a_model_that_cannot_do_it_says_so(talk):
    client = talk(Server(models=[LLAMA, Model(name="vectors", capabilities=("embedding",))]))
    for wish in ({"think": True}, {"tools": [WEATHER]}):
        with pytest.raises(ollama.ResponseError, match=r"does not support (thinking|tools)") as caught:
            client.chat("llama3.2", HELLO, **wish)
        assert caught.value.status_code == 400
    with pytest.raises(ollama.ResponseError, match='"vectors" does not support chat'):
        client.chat("vectors", HELLO)
