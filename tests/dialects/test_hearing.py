"""What a request says: words, wishes, hints, and when it cannot be read."""

import json

import pytest

from ltml import plugins
from ltml.errors import UnreadableExchange
from ltml.exchange import Message, Request
from ltml.protocols import Dialect

CHAT: Dialect = plugins.find_plugin("dialects", "ollama_chat")
GENERATE: Dialect = plugins.find_plugin("dialects", "ollama_generate")
OPENAI: Dialect = plugins.find_plugin("dialects", "openai_chat")
ALL = (CHAT, GENERATE, OPENAI)
HI = [{"role": "user", "content": "Hi, it is me."}]


def asked(dialect: Dialect, **fields) -> Request:
    return dialect.parse_request(json.dumps({"model": "m", **fields}).encode())


def chat(**fields) -> Request:
    return asked(CHAT, messages=HI, **fields)


def test_a_chat_request_is_heard_whole():
    request = asked(
        CHAT,
        messages=[{"role": "System", "content": "Be kind."}, *HI],
        options={"num_ctx": 8192, "num_predict": 200, "seed": None},
        keep_alive=0,
        metadata={"user_id": "anna"},
    )
    assert request == Request(
        model="m",
        messages=(Message(role="system", text="Be kind."), Message(role="user", text="Hi, it is me.")),
        stream=True,
        context=8192,
        reserve=200,
        hints={"metadata.user_id": "anna"},
    )
    assert request.has_system


def test_parts_are_joined_and_pictures_have_no_words():
    parts = [
        {"type": "text", "text": "What is"},
        {"type": "image_url", "image_url": {"url": "data:,"}},
        {"type": "text", "text": "that?"},
    ]
    assert asked(OPENAI, messages=[{"role": "user", "content": parts}]).messages[0].text == "What is\nthat?"


def test_null_is_as_good_as_nothing():
    nothing = dict.fromkeys(["stream", "options", "format", "keep_alive", "tools", "metadata", "max_tokens", "user"])
    assert chat(**nothing) == chat()
    assert asked(OPENAI, messages=HI, **nothing) == asked(OPENAI, messages=HI)
    assert asked(GENERATE, prompt="Hi", **dict.fromkeys(["system", "template", "raw", "suffix", "context"])) == asked(
        GENERATE, prompt="Hi"
    )


def test_ollama_streams_unless_told_otherwise_and_openai_does_not():
    assert [chat().stream, asked(GENERATE, prompt="Hi").stream, asked(OPENAI, messages=HI).stream] == [
        True,
        True,
        False,
    ]
    assert [chat(stream=False).stream, asked(OPENAI, messages=HI, stream=True).stream] == [False, True]


def test_thinking_in_the_history_is_none_of_the_words():
    said = [*HI, {"role": "assistant", "content": "<think>\nWho?\n</think>\n\nHello!", "thinking": "more"}, *HI]
    assert [message.text for message in asked(CHAT, messages=said).messages] == [
        HI[0]["content"],
        "Hello!",
        HI[0]["content"],
    ]
    tags = [{"role": "user", "content": "<think>is this a tag?</think>"}]
    assert asked(CHAT, messages=tags).messages[0].text == "<think>is this a tag?</think>"


@pytest.mark.parametrize(
    ("tokens", "window"), [(4096, 4096), (4096.0, 4096), (0, None), (-1, None), ("8k", None), (1e999, None)]
)
def test_a_window_is_a_whole_number_of_tokens(tokens, window):
    if tokens == 1e999:
        body = b'{"messages":[{"role":"user","content":"Hi"}],"options":{"num_ctx":1e999}}'
        assert CHAT.parse_request(body).context is None
    else:
        assert chat(options={"num_ctx": tokens}).context == window


def test_the_longest_reply_is_heard_by_every_name():
    assert chat(options={"num_predict": 77}).reserve == 77
    assert chat(options={"num_predict": -1}).reserve is None
    assert asked(OPENAI, messages=HI, max_tokens=77).reserve == 77
    assert asked(OPENAI, messages=HI, max_completion_tokens=77, max_tokens=None).reserve == 77


def test_hints_stand_by_the_field_they_came_from():
    request = asked(
        OPENAI,
        messages=HI,
        safety_identifier="s",
        prompt_cache_key="talk-9",
        user="anna",
        metadata={"user_id": "anna", "session_id": 42, "more": {}},
    )
    assert request.hints == {
        "metadata.session_id": "42", "metadata.user_id": "anna", "user": "anna", "prompt_cache_key": "talk-9",
        "safety_identifier": "s",
    }  # fmt: skip
    assert asked(OPENAI, messages=HI, user=True, metadata="none", prompt_cache_key="").hints == {}


# ------------------------------------------------------------------ loading and unloading


@pytest.mark.parametrize("nothing", [{}, {"messages": []}, {"messages": None}])
def test_no_messages_load_the_model_and_with_no_time_to_live_unload_it(nothing):
    assert asked(CHAT, **nothing).purpose == "load"
    assert asked(CHAT, **nothing, keep_alive="5m").purpose == "load"
    assert asked(CHAT, **nothing, keep_alive=0).purpose == "unload"


@pytest.mark.parametrize("nothing", [{}, {"prompt": ""}, {"prompt": None, "system": "Be kind.", "context": [1]}])
def test_no_prompt_loads_the_model_and_with_no_time_to_live_unloads_it(nothing):
    assert asked(GENERATE, **nothing).purpose == "load"
    assert asked(GENERATE, **nothing, keep_alive="0s").purpose == "unload"


@pytest.mark.parametrize("zero", [0, 0.0, "0", "0s", "0m", "0h0m0s", "0.0ms", "-0s", "+0"])
def test_no_time_is_said_in_many_ways(zero):
    assert asked(CHAT, keep_alive=zero).purpose == "unload"


@pytest.mark.parametrize(
    "time", [1, 0.5, -1, "5m", "1h0m0s", "10s", "-1", "-1s", "", "for ever", None, True, False, "0" * 99]
)
def test_any_other_time_lets_the_model_stay(time):
    assert asked(CHAT, keep_alive=time).purpose == "load"


def test_who_says_something_and_unloads_afterwards_talks():
    assert chat(keep_alive=0).purpose == "talk"
    assert asked(GENERATE, prompt="Hi", keep_alive=0).purpose == "talk"


def test_openai_loads_nothing_by_saying_nothing():
    request = asked(OPENAI, messages=[], keep_alive=0)
    assert (request.purpose, request.why) == ("work", "it says nothing")


# ------------------------------------------------------------------ /api/generate


def test_a_prompt_is_what_the_user_says():
    request = asked(GENERATE, system="Be kind.", prompt="Hi, it is me.", context=[1, 2, 3])
    assert request.messages == (Message(role="system", text="Be kind."), Message(role="user", text="Hi, it is me."))
    assert request.link == "[1,2,3]"


def test_the_same_context_is_the_same_link_however_it_is_spelled():
    ear = GENERATE.reply_parser(asked(GENERATE, prompt="Hi"))
    ear.feed(b'{"response":"Hello","done":true,"context": [1,  2,\t3 ]}\n')
    assert ear.reply.link == GENERATE.parse_request(b'{"prompt":"And?","context":[ 1,2, 3]}').link == "[1,2,3]"
    assert asked(GENERATE, prompt="Hi", context=[]).link == ""


def test_a_talk_written_into_one_prompt_is_taken_apart():
    prompt = "### System:\nBe kind.\n\n### User:\nHi!\n\nIt is me.\n\n### Assistant:\nHello.\n\n### User:\nWell?\n\n"
    assert asked(GENERATE, prompt=prompt).messages == (
        Message(role="system", text="Be kind."),
        Message(role="user", text="Hi!\n\nIt is me."),
        Message(role="assistant", text="Hello."),
        Message(role="user", text="Well?"),
    )


@pytest.mark.parametrize(
    "prompt",
    ["What does\n\n### User:\nmean?", "### System:\nOnly a heading.", "### User: on one line", "\n\n### User:\nlater"],
)
def test_headings_elsewhere_are_words(prompt):
    assert asked(GENERATE, prompt=prompt).messages == (Message(role="user", text=prompt),)


# ------------------------------------------------------------------ what cannot be read


@pytest.mark.parametrize("dialect", ALL, ids=lambda dialect: dialect.path)
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "no JSON: Expecting value"),
        (b'{"model":"m",}', "no JSON: "),
        (b'{"model":"m"} {}', "something follows the value at character 13"),
        (b"[1]", "should be a JSON object and is an array"),
        (b'"hi"', "should be a JSON object and is text"),
        (b'{"x":NaN}', "NaN is no JSON number"),
        (b'{"x":[-Infinity]}', "-Infinity is no JSON number"),
        (b'{"x":"\xed\xa0\x80"}', "no UTF-8: byte 6"),
        (b'{"x":"\xff"}', "no UTF-8: byte 6"),
        (b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"x":' + b"9" * 5_000 + b"}", "no JSON: "),
        (b"\x1f\x8b\x08\x00", r"compressed \(gzip\)"),
        (b"\x28\xb5\x2f\xfd\x00", r"compressed \(zstd\)"),
        (b'{"model":7}', "'model' should be text and is a number"),
        (b'{"stream":"yes"}', "'stream' should be true or false and is text"),
    ],
)
def test_a_body_that_cannot_be_read_is_answered_with_a_sentence(dialect, body, sentence):
    with pytest.raises(UnreadableExchange, match=sentence):
        dialect.parse_request(body)


@pytest.mark.parametrize("dialect", [CHAT, OPENAI], ids=lambda dialect: dialect.path)
@pytest.mark.parametrize(
    ("messages", "sentence"),
    [
        ({}, "'messages' should be an array and is an object"),
        (["hi"], "a message should be an object and is text"),
        ([{"role": 1}], "'role' should be text and is a number"),
        ([{"content": {}}], "'content' should be text or parts and is an object"),
        ([{"content": [7]}], "a part of a message should be an object and is a number"),
        ([{"content": [{"type": "text", "text": True}]}], "'text' should be text and is true or false"),
    ],
)
def test_messages_of_another_kind_cannot_be_read(dialect, messages, sentence):
    with pytest.raises(UnreadableExchange, match=sentence):
        asked(dialect, messages=messages)


@pytest.mark.parametrize("field", ["prompt", "system", "template", "suffix"])
def test_a_prompt_of_another_kind_cannot_be_read(field):
    with pytest.raises(UnreadableExchange, match=f"'{field}' should be text and is a number"):
        asked(GENERATE, **{"prompt": "Hi", field: 7})


def test_an_error_keeps_nothing_of_what_was_said():
    for body in (b'{"prompt":"my secret garden', b'{"prompt":"my secret garden\xff"}'):
        with pytest.raises(UnreadableExchange) as caught:
            GENERATE.parse_request(body)
        assert "secret" not in str(caught.value)
        assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_half_an_emoji_does_not_silence_a_talk():
    request = CHAT.parse_request(b'{"messages":[{"role":"user","content":"half \\ud83d of it"}]}')
    assert request.messages[0].text == "half \ud83d of it"
