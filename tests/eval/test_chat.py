"""The bench of one long chat: what it counts is so, and what memory places in such a chat keeps its promises."""

import json

import pytest

from ltml.errors import ConfigError
from ltml.eval import chat
from ltml.eval.chat import ChatResult, PromptCache
from ltml.eval.logs import Log
from ltml.eval.synthetic import make_log
from ltml.exchange import Message, Placement, Request
from ltml.interfaces.chat.sequential import SequentialChat
from ltml.layer import MemoryLayer


def said(*texts: str) -> list[Message]:
    return [Message(role=("user", "assistant")[place % 2], text=text) for place, text in enumerate(texts)]


def test_a_server_reads_what_comes_after_the_longest_known_beginning():
    server = PromptCache(window=4096)
    server.read(said("first question"), Placement())
    server.answer("an answer")
    before = server.anew
    server.read(said("first question", "an answer", "second question"), Placement())
    assert 0 < server.anew - before < before + 10
    server.read(said("first question", "an answer", "second question"), Placement(recalls={0: "[memory: new]"}))
    assert server.anew > 2 * before


def test_a_server_drops_the_oldest_messages_and_what_was_placed_in_them_but_the_newest():
    server = PromptCache(window=200)
    seen = server.read(said("old " * 300, "answer", "new"), Placement(block="block", recalls={0: "lost", 2: "kept"}))
    assert "lost" not in seen
    assert "kept" in seen
    assert "block" in seen


class Silent:
    """Places nothing."""

    def __init__(self, layer: MemoryLayer) -> None:
        del layer

    def ask(self, request: Request, window: int, now: object) -> tuple[Placement, int]:
        del request, window, now
        return Placement(), 0

    def hear(self, answer: str) -> None:
        del answer


@pytest.fixture(scope="module")
def one() -> Log:
    return make_log(5, turns=120)


@pytest.fixture(scope="module")
def chats(one: Log) -> list[ChatResult]:
    return chat.run_chats([one], SequentialChat, windows=(4_096, 16_384))


def test_memory_that_places_nothing_shows_nothing_and_reads_nothing_again(one):
    (found,) = chat.run_chats([one], Silent, windows=(8_192,))
    assert found.alone > 0
    assert (found.shown, found.placed, found.largest, found.excess) == (0, 0, 0, 0)
    assert found.silent > 0


def test_every_question_of_a_long_chat_finds_its_evidence_within_the_share_of_the_window(chats):
    for found in chats:
        assert found.questions > 20
        assert found.shown >= 0.9 * found.alone
        assert 0 < found.largest <= 0.15


def test_in_a_large_window_a_chat_reads_next_to_nothing_again(chats):
    small, large = chats
    assert large.excess <= 0.1
    assert small.plain > large.plain  # the small one had to drop what was said


def test_the_report_adds_the_chats_up(chats):
    rows = chat.to_json(chats)
    assert json.loads(json.dumps(rows))[-1]["log_id"] == "all"
    assert len(chat.render_table(chats).columns) == 7


def test_logs_without_questions_are_named_as_the_cause():
    with pytest.raises(ConfigError, match="no log has a question"):
        chat.run_chats([Log(log_id="empty", turns=(), questions=())], SequentialChat)
