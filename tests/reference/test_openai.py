"""The paths below /v1, with the official OpenAI client and without it."""

import json
import re

import openai
import pytest

from tests.reference.brain import Call, Fail, Finish, Say, Think
from tests.reference.models import Model
from tests.reference.script import DIMENSIONS, Script
from tests.reference.server import Server

HELLO = [{"role": "user", "content": "Who is Biscuit?"}]
CHAT = {"model": "llama3.2", "messages": HELLO}
CLEVER = Model(name="clever", capabilities=("completion", "tools", "thinking"))
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}


@pytest.fixture
def talk(serve, openai_client):
    return lambda server: openai_client(serve(server))


def events(response):
    assert response.headers["content-type"].startswith("text/event-stream")
    *said, last = response.text.split("\n\n")
    assert last == ""
    return [event.removeprefix("data: ") for event in said]


def test_a_chat_is_answered_in_one_object(talk):
    answer = talk(Server(brain=Script(["Biscuit is a dog."]))).chat.completions.create(**CHAT)
    assert answer.choices[0].message.content == "Biscuit is a dog."
    assert (answer.object, answer.choices[0].finish_reason, answer.system_fingerprint) == (
        "chat.completion",
        "stop",
        "fp_ollama",
    )
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (7, 4)


def test_a_stream_has_the_role_first_then_words_then_the_reason_then_done(ask):
    said = events(
        ask(Server(brain=Script(["Biscuit barks."]))).post("/v1/chat/completions", json=CHAT | {"stream": True})
    )
    assert said[-1] == "[DONE]"
    chunks = [json.loads(event) for event in said[:-1]]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    choices = [chunk["choices"][0] for chunk in chunks]
    assert [choice["delta"] for choice in choices] == [
        {"role": "assistant", "content": "Biscuit"},
        {"content": " barks."},
        {},
    ]
    assert [choice["finish_reason"] for choice in choices] == [None, None, "stop"]


def test_usage_is_streamed_only_if_asked_for_and_without_choices(talk, ask):
    server = Server(brain=Script(["Biscuit barks."]))
    chunks = list(talk(server).chat.completions.create(**CHAT, stream=True, stream_options={"include_usage": True}))
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert chunks[-1].choices == []
    assert (chunks[-1].usage.prompt_tokens, chunks[-1].usage.total_tokens) == (7, 9)
    assert "usage" not in ask(server).post("/v1/chat/completions", json=CHAT | {"stream": True}).text


def test_a_chat_does_not_stream_unless_told_to(ask):
    assert ask(Server()).post("/v1/chat/completions", json=CHAT).json()["object"] == "chat.completion"


def test_ids_are_short_and_come_again(ask):
    client = ask(Server())
    given = client.post("/v1/chat/completions", json=CHAT).json()["id"]
    assert re.fullmatch(r"chatcmpl-\d{1,3}", given)


def test_each_text_part_becomes_a_message_of_its_own(talk):
    brain = Script()
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    parts = [{"type": "text", "text": "Look."}, picture, {"type": "text", "text": "Who is it?"}]
    talk(Server(brain=brain)).chat.completions.create(model="llama3.2", messages=[{"role": "user", "content": parts}])
    assert [each["content"] for each in brain.prompts[0].messages] == ["Look.", "", "Who is it?"]
    assert brain.prompts[0].messages[1]["images"] == ["AAAA"]


@pytest.mark.parametrize(
    "messages",
    [
        [],
        None,
        [{"role": "user", "content": None}],
        [{"role": "user", "content": [{"type": "poem"}]}],
        [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://127.0.0.1/dog.png"}}]}],
        ["Hello"],
    ],
)
def test_messages_that_are_none_are_refused(ask, messages):
    answer = ask(Server()).post("/v1/chat/completions", json={"model": "llama3.2", "messages": messages})
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_only_some_options_are_passed_on_and_two_are_one_unless_named(talk):
    brain = Script()
    talk(Server(brain=brain)).chat.completions.create(
        **CHAT,
        max_tokens=9,
        seed=7,
        top_p=0.5,
        stop="!",
        user="anna",
        metadata={"session": "s"},
        extra_body={"num_ctx": 99, "options": {"num_ctx": 99}, "max_completion_tokens": 3, "prompt_cache_key": "k"},
    )
    assert dict(brain.prompts[0].options) == {
        "num_predict": 9,
        "seed": 7,
        "temperature": 1.0,
        "top_p": 0.5,
        "stop": ["!"],
    }


def test_a_keep_alive_is_ignored_below_v1(ask):
    client = ask(Server())
    client.post("/v1/chat/completions", json=CHAT | {"keep_alive": 0})
    assert len(client.get("/api/ps").json()["models"]) == 1


def test_thinking_is_called_reasoning(ask):
    client = ask(Server(models=[CLEVER], brain=Script([[Think("Hm."), Say("Yes.")]])))
    asked = {"model": "clever", "messages": HELLO}
    message = client.post("/v1/chat/completions", json=asked).json()["choices"][0]["message"]
    assert (message["reasoning"], message["content"]) == ("Hm.", "Yes.")
    first = json.loads(events(client.post("/v1/chat/completions", json=asked | {"stream": True}))[0])
    assert first["choices"][0]["delta"] == {"role": "assistant", "reasoning": "Hm."}
    quiet = client.post("/v1/chat/completions", json=asked | {"reasoning_effort": "none"}).json()
    assert "reasoning" not in quiet["choices"][0]["message"]


def test_tool_calls_have_their_arguments_as_a_string_and_a_reason_of_their_own(talk):
    client = talk(Server(models=[CLEVER], brain=Script([[Call("weather", {"city": "Köln"})]])))
    asked = {"model": "clever", "messages": HELLO, "tools": [WEATHER]}
    choice = client.chat.completions.create(**asked).choices[0]
    assert choice.finish_reason == "tool_calls"
    assert choice.message.tool_calls[0].function.arguments == '{"city":"Köln"}'
    assert [chunk.choices[0].finish_reason for chunk in client.chat.completions.create(**asked, stream=True)] == [
        None,
        "tool_calls",
    ]


def test_the_results_of_tools_go_back(talk):
    brain = Script(["Take an umbrella."])
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Ulm"}'}}
    history = [
        *HELLO,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "content": "Rain.", "tool_call_id": "call_1"},
    ]
    talk(Server(brain=brain)).chat.completions.create(model="llama3.2", messages=history)
    assert [each["role"] for each in brain.prompts[0].messages] == ["user", "assistant", "tool"]
    assert brain.prompts[0].messages[1]["tool_calls"][0]["function"]["arguments"] == {"city": "Ulm"}


@pytest.mark.parametrize(
    ("wanted", "form"),
    [
        ({"type": "text"}, None),
        ({"type": "json_object"}, "json"),
        ({"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}}, {"type": "object"}),
    ],
)
def test_a_response_format_is_a_format(ask, wanted, form):
    brain = Script(["{}"])
    ask(Server(brain=brain)).post("/v1/chat/completions", json=CHAT | {"response_format": wanted})
    assert brain.prompts[0].format == form


def test_an_answer_cut_short_says_length(talk):
    client = talk(Server(brain=Script([[Say("Biscuit"), Finish("length")]])))
    assert client.chat.completions.create(**CHAT).choices[0].finish_reason == "length"


def test_errors_have_the_shape_of_openai(talk, ask):
    server = Server()
    with pytest.raises(openai.NotFoundError, match="model 'nobody' not found") as caught:
        talk(server).chat.completions.create(model="nobody", messages=HELLO)
    assert caught.value.body == {
        "message": "model 'nobody' not found",
        "type": "not_found_error",
        "param": None,
        "code": None,
    }
    broken = ask(server).post("/v1/chat/completions", content=b"{")
    assert (broken.status_code, broken.json()["error"]["type"]) == (400, "invalid_request_error")


def test_an_error_before_the_first_word_has_a_status(ask):
    answer = ask(Server(brain=Script([[Fail("out of memory", 500)]]))).post(
        "/v1/chat/completions", json=CHAT | {"stream": True}
    )
    assert answer.status_code == 500
    assert answer.json()["error"] == {"message": "out of memory", "type": "api_error", "param": None, "code": None}


def test_an_error_in_the_middle_is_an_empty_delta_and_no_done(ask):
    client = ask(Server(brain=Script([[Say("Well"), Fail("out of memory")]])))
    said = events(client.post("/v1/chat/completions", json=CHAT | {"stream": True}))
    assert "[DONE]" not in said
    assert json.loads(said[-1])["choices"] == [{"index": 0, "delta": {}, "finish_reason": None}]
    assert "out of memory" not in "".join(said)


def test_a_completion_is_a_generate(talk):
    client = talk(Server(brain=Script(["Biscuit barks."])))
    answer = client.completions.create(model="llama3.2", prompt="Once")
    assert (answer.object, answer.choices[0].text) == ("text_completion", "Biscuit barks.")
    chunks = list(client.completions.create(model="llama3.2", prompt="Once", stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks) == "Biscuit barks."
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_a_completion_takes_one_prompt_only(ask):
    answer = ask(Server()).post("/v1/completions", json={"model": "llama3.2", "prompt": ["one", "two"]})
    assert answer.status_code == 400


def test_models_are_listed_and_shown(talk):
    client = talk(Server())
    assert [model.id for model in client.models.list()] == ["llama3.2:latest"]
    assert client.models.retrieve("llama3.2").owned_by == "library"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("nobody")


def test_vectors_come_as_numbers_or_as_base64(talk, ask):
    server = Server()
    coded = talk(server).embeddings.create(model="llama3.2", input=["Biscuit", "Anna"])
    plain = ask(server).post("/v1/embeddings", json={"model": "llama3.2", "input": "Biscuit"}).json()
    assert len(coded.data) == 2
    assert len(coded.data[0].embedding) == DIMENSIONS
    assert coded.data[0].embedding == pytest.approx(plain["data"][0]["embedding"], abs=1e-6)
