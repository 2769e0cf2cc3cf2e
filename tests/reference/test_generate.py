"""POST /api/generate."""

import json

import ollama
import pytest

from tests.reference.brain import Say, Think
from tests.reference.models import Model
from tests.reference.script import Script
from tests.reference.server import LLAMA, Server

FILLER = Model(name="filler", capabilities=("completion", "insert"))


def test_a_prompt_is_answered_in_responses(talk):
    client = talk(Server(brain=Script(["Biscuit is a dog."])))
    assert client.generate("llama3.2", "Who is Biscuit?").response == "Biscuit is a dog."
    pieces = [part.response for part in client.generate("llama3.2", "Who is Biscuit?", stream=True)]
    assert pieces == ["Biscuit", " is", " a", " dog.", ""]


def test_only_the_last_object_has_the_context(ask):
    lines = ask(Server()).post("/api/generate", json={"model": "llama3.2", "prompt": "Hello"}).text.splitlines()
    *before, last = map(json.loads, lines)
    assert all("context" not in line for line in before)
    assert all(isinstance(token, int) for token in last["context"])
    assert last["response"] == ""
    assert last["done_reason"] == "stop"


def test_a_context_brings_the_talk_so_far_along(talk):
    brain = Script(["Noted.", "Biscuit."])
    client = talk(Server(brain=brain))
    first = client.generate("llama3.2", "My dog is called Biscuit.")
    second = client.generate("llama3.2", "What is it called?", context=first.context)
    assert "My dog is called Biscuit." in brain.prompts[1].text
    assert "Noted." in brain.prompts[1].text
    assert second.context[: len(first.context)] == first.context


@pytest.mark.parametrize(("sent", "read"), [(None, "Be kind."), ("Be brief.", "Be brief.")])
def test_a_system_prompt_in_the_request_stands_in_for_the_models(talk, sent, read):
    brain = Script()
    talk(Server(models=[Model(name="kind", system="Be kind.")], brain=brain)).generate("kind", "Hello", system=sent)
    assert [(each["role"], each["content"]) for each in brain.prompts[0].messages] == [
        ("system", read),
        ("user", "Hello"),
    ]


def test_a_raw_prompt_is_all_that_reaches_the_model_and_has_no_context(talk):
    brain = Script()
    client = talk(Server(models=[Model(name="kind", system="Be kind.")], brain=brain))
    assert client.generate("kind", "<s>Hello", raw=True).context is None
    assert brain.prompts[0].text == "<s>Hello"
    with pytest.raises(ollama.ResponseError, match="raw mode does not support") as caught:
        client.generate("kind", "<s>Hello", raw=True, system="Be brief.")
    assert caught.value.status_code == 400


def test_filling_in_the_middle_needs_a_model_that_can(talk):
    brain = Script(["the middle"])
    client = talk(Server(models=[LLAMA, FILLER], brain=brain))
    assert client.generate("filler", "def f():", suffix="return 1").response == "the middle"
    assert brain.prompts[0].suffix == "return 1"
    with pytest.raises(ollama.ResponseError, match="does not support insert"):
        client.generate("llama3.2", "def f():", suffix="return 1")


def test_thinking_has_a_field_of_its_own(talk):
    clever = Model(name="clever", capabilities=("completion", "thinking"))
    answer = talk(Server(models=[clever], brain=Script([[Think("Hm."), Say("Yes.")]]))).generate("clever", "Really?")
    assert (answer.thinking, answer.response) == ("Hm.", "Yes.")


def test_the_rendered_prompt_of_a_generate_can_be_had_too(ask):
    asked = {"model": "llama3.2", "prompt": "Hello", "_debug_render_only": True, "stream": False}
    shown = ask(Server()).post("/api/generate", json=asked).json()
    assert "Hello" in shown["_debug_info"]["rendered_template"]
