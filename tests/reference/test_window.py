"""The Modelfile's system prompt, the context window, and what is left out when a talk is too long for it."""

import ollama
import pytest

from tests.reference.models import Model
from tests.reference.script import Script
from tests.reference.server import Server

ROOM_FOR_THREE = {"num_ctx": 30}


def user(words):
    return {"role": "user", "content": words}


def system(words):
    return {"role": "system", "content": words}


def assistant(words, **more):
    return {"role": "assistant", "content": words} | more


def long(name):
    """A message of ten tokens."""
    return user(name.ljust(24, "."))


def reached(brain):
    """What the last prompt was made of."""
    return [(each["role"], each["content"].rstrip(".")) for each in brain.prompts[-1].messages]


@pytest.fixture
def kind():
    return Model(name="kind", system="Be kind.", messages=(user("Hi!"), assistant("Hello, friend!")))


def test_the_models_own_system_prompt_comes_first(talk, kind):
    brain = Script()
    talk(Server(models=[kind], brain=brain)).chat("kind", [user("Who are you?")])
    assert reached(brain) == [
        ("system", "Be kind"),
        ("user", "Hi!"),
        ("assistant", "Hello, friend!"),
        ("user", "Who are you?"),
    ]


def test_a_system_message_at_the_top_silences_the_models_own(talk, kind):
    brain = Script()
    talk(Server(models=[kind], brain=brain)).chat("kind", [system("Be brief."), user("Who are you?")])
    assert [role for role, _ in reached(brain)] == ["user", "assistant", "system", "user"]
    assert ("system", "Be kind") not in reached(brain)


def test_a_system_message_further_down_does_not_silence_it(talk, kind):
    brain = Script()
    talk(Server(models=[kind], brain=brain)).chat("kind", [user("Hello."), system("Be brief."), user("Well?")])
    assert [role for role, _ in reached(brain)] == ["system", "user", "assistant", "user", "system", "user"]


def test_show_tells_the_models_own_system_prompt(ask, kind):
    plain = Model(name="plain")
    client = ask(Server(models=[kind, plain]))
    assert client.post("/api/show", json={"model": "kind"}).json()["system"] == "Be kind."
    assert "system" not in client.post("/api/show", json={"model": "plain"}).json()


@pytest.mark.parametrize(
    ("parameters", "asked", "window"),
    [
        ({}, None, 4096),
        ({"num_ctx": 2048}, None, 2048),
        ({"num_ctx": 2048}, {"num_ctx": 1024}, 1024),
        ({}, {"num_ctx": 1_000_000}, 8192),
        ({}, {"num_ctx": 1}, 4),
        ({}, {"num_ctx": 512.0}, 512),
    ],
)
def test_ps_shows_the_window_in_use(talk, parameters, asked, window):
    model = Model(name="small", context=8192, parameters=parameters)
    client = talk(Server(models=[model]))
    client.generate("small", "", options=asked)
    assert client.ps().models[0].context_length == window


def test_the_usual_window_is_the_servers_setting(talk):
    client = talk(Server(models=[Model(name="small")], context=32_768))
    client.generate("small", "")
    assert client.ps().models[0].context_length == 32_768


def test_a_window_that_is_no_number_is_refused(ask):
    answer = ask(Server()).post("/api/chat", json={"model": "llama3.2", "options": {"num_ctx": "big"}})
    assert answer.status_code == 400
    assert "num_ctx" in answer.json()["error"]


def test_whole_messages_are_left_out_from_the_front(talk):
    brain = Script()
    answer = talk(Server(brain=brain)).chat(
        "llama3.2", [long("one"), long("two"), long("three"), long("four")], options=ROOM_FOR_THREE
    )
    assert reached(brain) == [("user", "two"), ("user", "three"), ("user", "four")]
    assert answer.prompt_eval_count == 30


def test_system_messages_and_the_last_message_always_stay(talk):
    brain = Script()
    words = [system("rule".ljust(24, ".")), long("one"), system("more".ljust(24, ".")), long("two"), long("three")]
    talk(Server(brain=brain)).chat("llama3.2", words, options=ROOM_FOR_THREE)
    assert reached(brain) == [("system", "rule"), ("system", "more"), ("user", "three")]


def test_a_tools_answer_is_never_parted_from_the_call_that_asked_for_it(talk):
    brain = Script()
    client = talk(Server(brain=brain))
    call = assistant("", tool_calls=[{"function": {"name": "weather", "arguments": {"city": "Ulm"}}}])
    answered = [long("one"), call, {"role": "tool", "content": "Rain."}]

    def kept(messages, window):
        client.chat("llama3.2", messages, options={"num_ctx": window})
        return [role for role, _ in reached(brain)]

    assert kept([*answered, long("two")], 19) == ["assistant", "tool", "user"]
    assert kept([*answered, long("two")], 15) == ["user"]
    assert kept(answered, 5) == ["assistant", "tool"]


def test_nothing_in_the_answer_says_that_something_was_left_out_but_the_count(ask):
    client = ask(Server())
    body = {"model": "llama3.2", "messages": [long("one"), long("two")], "stream": False}
    whole = client.post("/api/chat", json=body).json()
    cut = client.post("/api/chat", json=body | {"options": {"num_ctx": 10}}).json()
    assert cut.keys() == whole.keys()
    assert (whole["prompt_eval_count"], cut["prompt_eval_count"]) == (20, 10)


def test_what_is_still_too_long_loses_its_middle(talk):
    brain = Script()
    answer = talk(Server(brain=brain)).chat("llama3.2", [user("x" * 400)], options={"num_ctx": 64})
    assert answer.prompt_eval_count == 4 + (64 - 4) // 2
    assert len(brain.prompts[0].text) < 200


@pytest.mark.parametrize("wish", [{"model": "native"}, {"model": "other", "truncate": False}])
def test_a_native_model_or_a_request_without_truncation_refuses_what_is_too_long(ask, wish):
    client = ask(Server(models=[Model(name="native", native=True), Model(name="other")]))
    body = {"messages": [user("x" * 400)], "options": {"num_ctx": 64}} | wish
    answer = client.post("/api/chat", json=body)
    assert answer.status_code == 400
    assert "exceeds the context length" in answer.json()["error"]


def test_a_prompt_that_is_too_long_loses_its_middle_too(talk):
    client = talk(Server(models=[Model(name="native", native=True), Model(name="other")]))
    short = {"num_ctx": 64}
    assert client.generate("other", "x" * 400, options=short).prompt_eval_count == 34
    with pytest.raises(ollama.ResponseError, match="exceeds the context length"):
        client.generate("native", "x" * 400, options=short)
