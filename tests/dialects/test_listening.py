"""What a reply says, and when it has ended."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml import plugins
from ltml.dialects._thinking import LONGEST, ThinkingFilter, strip_thinking
from ltml.exchange import Reply, Request
from ltml.protocols import Dialect

CHAT: Dialect = plugins.find_plugin("dialects", "ollama_chat")
OPENAI: Dialect = plugins.find_plugin("dialects", "openai_chat")
STREAM, AT_ONCE = Request(stream=True), Request(stream=False)
TOO_LONG = (8 << 20) + 1


def heard(dialect: Dialect, *chunks: bytes, request: Request = STREAM) -> Reply:
    ear = dialect.reply_parser(request)
    for chunk in chunks:
        ear.feed(chunk)
    assert ear.complete == ear.reply.complete
    return ear.reply


def line(text: str, *, done: bool = False) -> bytes:
    return json.dumps({"message": {"content": text}, "done": done}).encode() + b"\n"


def event(text: object) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def test_the_end_is_heard_before_its_line_ends():
    assert heard(CHAT, line("Hel"), line("lo", done=True).rstrip()) == Reply(text="Hello", complete=True)
    assert heard(OPENAI, event("Hello"), b"data: [DONE]") == Reply(text="Hello", complete=True)


def test_what_comes_behind_the_end_is_not_listened_to():
    assert heard(CHAT, line("Hello", done=True) + line("again"), line("again")).text == "Hello"
    assert heard(OPENAI, event("Hello") + DONE + event("again"), event("again")).text == "Hello"


def test_a_reason_to_stop_is_no_end_of_a_stream_of_events():
    finish = b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n'
    assert heard(OPENAI, event("Hello"), finish) == Reply(text="Hello", ending="stop")


@pytest.mark.parametrize(
    "junk", [b"junk\n", b"\xff\xfe\n", b"[1,2]\n", b'"{"\n', b"{]\n", b'{"message":7}\n', b"}}}\n\n"]
)
def test_junk_lines_are_passed_over(junk):
    assert heard(CHAT, line("Hel"), junk, line("lo", done=True)) == Reply(text="Hello", complete=True)
    assert heard(OPENAI, event("Hel"), b"data: " + junk, junk, event("lo"), DONE) == Reply(text="Hello", complete=True)


@pytest.mark.parametrize(
    "event_",
    [
        b"null",
        b"{}",
        b'{"choices":null}',
        b'{"choices":[null,7]}',
        b'{"choices":[{"delta":[]}],"usage":{"prompt_tokens":-1}}',
    ],
)
def test_events_of_another_kind_say_nothing(event_):
    assert heard(OPENAI, b"data: " + event_ + b"\n\n") == Reply()


def test_a_line_too_long_to_be_held_is_passed_over_and_the_reply_not_whole():
    long = line("x" * TOO_LONG)
    assert heard(CHAT, line("a"), long, line("b", done=True)) == Reply(text="ab")
    assert heard(CHAT, line("a") + long + line("b", done=True)) == Reply(text="ab")
    assert (
        heard(CHAT, line("a"), *(long[at : at + 999_999] for at in range(0, len(long), 999_999)), line("b")).text
        == "ab"
    )
    assert heard(OPENAI, event("a"), event("x" * TOO_LONG), event("b"), DONE) == Reply(text="ab")


def test_no_more_than_a_line_is_held():
    ear: Any = CHAT.reply_parser(STREAM)
    for _ in range(12):
        ear.feed(b'{"message":' + b" " * (1 << 20))
    assert ear._frames._buffer._bytes == b""
    ear.feed(b"\n" + line("Hello", done=True))
    assert ear.reply == Reply(text="Hello")


def test_a_complaint_is_kept_and_the_reply_not_whole():
    assert heard(CHAT, line("Hel"), b'{"error":"out of memory"}\n') == Reply(text="Hel", error="out of memory")
    assert heard(CHAT, b'{"error":"no","done":true}', request=AT_ONCE) == Reply(error="no")
    assert heard(OPENAI, event("Hel"), b'data: {"error":{"message":"out"}}\n\n', DONE).error == "out"
    assert heard(OPENAI, b'{"error":"no model"}', request=AT_ONCE) == Reply(error="no model")
    assert heard(OPENAI, b'{"error":{"code":7}}', request=AT_ONCE) == Reply(error="an error without words")


def test_no_error_is_no_complaint():
    said = b'{"error":null,"message":{"content":"Hello"},"done":true}'
    assert heard(CHAT, said, request=AT_ONCE) == Reply(text="Hello", complete=True)


def test_an_answer_in_one_piece_is_whole_with_its_last_brace():
    said = json.dumps({"message": {"content": 'a } \\ " {'}, "done": True}, indent=2).encode()
    assert not heard(CHAT, said[:-1], request=AT_ONCE).complete
    assert heard(CHAT, said, request=AT_ONCE) == Reply(text='a } \\ " {', complete=True)


def test_openai_may_answer_a_stream_at_once_and_at_once_with_a_stream():
    whole = b'{"choices":[{"index":0,"message":{"content":"Hello"},"finish_reason":"stop"}]}'
    wanted = Reply(text="Hello", complete=True, ending="stop")
    assert heard(OPENAI, whole, request=STREAM) == heard(OPENAI, whole, request=AT_ONCE) == wanted
    assert heard(OPENAI, event("Hello"), DONE, request=AT_ONCE) == Reply(text="Hello", complete=True)


def test_thinking_is_no_part_of_the_answer():
    thinking = b'{"message":{"content":"","thinking":"Who?"},"done":false}\n'
    assert heard(CHAT, thinking, line("Hello", done=True)).text == "Hello"
    assert (
        heard(CHAT, line(" <thi"), line("nk>Who?</th"), line("ink>\n"), line("\n Hello <think>")).text
        == "Hello <think>"
    )
    assert heard(CHAT, line("<think>Who"), line(" is")).text == ""
    reasoning = b'data: {"choices":[{"delta":{"reasoning":"Who?","reasoning_content":"Who?"}}]}\n\n'
    assert heard(OPENAI, reasoning, event("Hello"), DONE).text == "Hello"


def test_parts_of_an_answer_are_joined():
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "Who?"}]}, {"type": "text", "text": "Hello"}]
    assert heard(OPENAI, event(parts), event(" you"), DONE).text == "Hello you"


def test_tools_called_are_an_ending_without_words():
    calls = [{"function": {"name": "look", "arguments": {}}}]
    called = json.dumps({"message": {"content": "", "tool_calls": calls}, "done": False}).encode() + b"\n"
    done = b'{"message":{"content":""},"done":true,"done_reason":"stop"}\n'
    assert heard(CHAT, called, done) == Reply(complete=True, ending="stop")
    finish = b'data: {"choices":[{"delta":{"tool_calls":[{"index":0}]},"finish_reason":"tool_calls"}]}\n\n'
    assert heard(OPENAI, finish, DONE) == Reply(complete=True, ending="tool_calls")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "invalid_request_error"),
        (404, "not_found_error"),
        (429, "invalid_request_error"),
        (500, "api_error"),
        (502, "api_error"),
    ],
)
def test_errors_have_the_shape_of_their_server(status, kind):
    told = {"error": {"message": "gone", "type": kind, "param": None, "code": None}}
    assert json.loads(OPENAI.render_error("gone", status)) == told
    assert CHAT.render_error("gone", status) == b'{"error": "gone"}'


MARKS = ("<think>", "</think>", "<thinking>", "</thinking>", "<thi", "nk>", "<", " ", "\n", "x", "é", "\ud83d")


@given(st.lists(st.lists(st.sampled_from(MARKS), max_size=4).map("".join)), st.integers(1, 9))
def test_what_is_kept_of_words_in_pieces_is_the_beginning_of_what_was_said(pieces, longest):
    kept, said = ThinkingFilter(longest), strip_thinking("".join(pieces))
    for piece in pieces:
        kept.add(piece)
    whole = ThinkingFilter()
    for piece in pieces:
        whole.add(piece)
    assert whole.text == said
    assert kept.text[:longest] == said[:longest]
    assert kept.cut == (len(said) > longest) or len(kept.text) > longest  # a mark that may begin waits beside it


def test_an_answer_that_is_longer_than_what_is_kept_never_counts_as_complete():
    ear = CHAT.reply_parser(STREAM)
    piece = json.dumps({"message": {"content": "word " * 1000}, "done": False}).encode() + b"\n"
    for _ in range(LONGEST // 5000 + 1):
        ear.feed(piece)
    ear.feed(b'{"message": {"content": ""}, "done": true}\n')
    assert not ear.complete
    assert len(ear.reply.text) == LONGEST


def test_of_thinking_without_end_nothing_is_held():
    kept = ThinkingFilter()
    for piece in ("<th", "ink>", *["hm " * 1000] * 2000, "</thi", "nk>\n\n", "Yes."):
        kept.add(piece)
        assert len(kept._pending) + len(kept._kept) < 5000
    assert (kept.text, kept.cut) == ("Yes.", False)
