"""A history that is sent again is not worked through again, and what is kept for that holds no words."""

import gc
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ltml
from ltml.capture import digest_chain
from ltml.capture.cache import MessageCache
from ltml.capture.digest_chain import build_chain
from ltml.exchange import Message, Reply, Request
from ltml.interfaces.chat import memory as chat_memory
from ltml.interfaces.chat.budget import ModelWindow
from ltml.interfaces.chat.memory import ChatMemory

MESSAGES = st.lists(
    st.builds(Message, role=st.sampled_from(["user", "assistant", "system", "tool"]), text=st.text(max_size=40)),
    max_size=8,
)


def keyed(text: str) -> str:
    return f"<{hash(text)}>"


@given(MESSAGES, MESSAGES)
def test_a_chain_is_the_same_with_a_cache_and_without(one, other):
    cache = MessageCache()
    for messages in (one, other, [*one, *other], one, other[1:]):
        assert build_chain(messages, keyed, cache=cache) == build_chain(messages, keyed)


def test_the_same_words_in_another_place_or_mouth_are_not_taken_for_each_other():
    cache = MessageCache()
    talks = [
        [Message(role="user", text="ab"), Message(role="user", text="c")],
        [Message(role="user", text="a"), Message(role="user", text="bc")],
        [Message(role="assistant", text="ab"), Message(role="user", text="c")],
    ]
    ends = {build_chain(talk, keyed, cache=cache)[-1].digest for talk in talks}
    assert len(ends) == len(talks)


def test_it_holds_so_many_results_and_the_one_not_asked_for_longest_goes_first():
    cache, made = MessageCache(most=3), list[str]()

    def work_out(word: str) -> str:
        made.append(word)
        return word

    def ask(word: str) -> str:
        return cache.get(cache.name(word), lambda: work_out(word))

    for word in "abcadaabc":
        assert ask(word) == word
    assert len(cache) == 3
    assert "".join(made) == "abcdbc"


def test_many_threads_may_ask():
    cache = MessageCache(most=50)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda i: cache.get(cache.name(str(i % 70)), lambda: i % 70), range(5000)))
    assert found == [i % 70 for i in range(5000)]


class Counted:
    """Counts the calls of a function, and the characters it was given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, where: object, name: str):
        self.calls = self.characters = 0
        self._inner = getattr(where, name)
        monkeypatch.setattr(where, name, self)

    def __call__(self, text: str) -> object:
        self.calls += 1
        self.characters += len(text)
        return self._inner(text)


@pytest.mark.parametrize("length", [50, 200, 400])
def test_a_request_of_a_long_talk_costs_what_is_new_in_it(length, monkeypatch):
    history = [
        Message(role=("user", "assistant")[i % 2], text=f"What was said in place {i}: " + "word " * 100)
        for i in range(length)
    ]
    with ltml.open("ephemeral:") as layer:
        companion = ChatMemory(layer, clock=lambda: datetime(2034, 3, 6, 8, tzinfo=UTC))
        window = ModelWindow(context=1 << 20)
        companion.prepare(Request(messages=tuple(history)), window)
        normalised = Counted(monkeypatch, digest_chain, "normalize_message")
        counted = Counted(monkeypatch, chat_memory, "count_tokens")
        history.append(Message(role="user", text="And where was I?"))
        attended = companion.prepare(Request(messages=tuple(history)), window)
        companion.record(attended, Reply(text="In the garden.", complete=True))
        history += [Message(role="assistant", text="In the garden."), Message(role="user", text="Since when?")]
        companion.prepare(Request(messages=tuple(history)), window)
    assert normalised.calls <= 20
    assert counted.calls <= 10
    assert normalised.characters + counted.characters < 20 * len(history[0].text)


def test_no_word_of_a_message_stays_in_memory_with_its_digest():
    cache = MessageCache()
    build_chain([Message(role="user", text="The heirloom is under the quince")], keyed, cache=cache)
    held = [thing for thing in gc.get_referents(*gc.get_referents(cache)) if isinstance(thing, str | bytes)]
    held += [part for pair in cache._kept.values() for part in pair]
    assert not any("quince" in str(thing) for thing in held)
    assert cache._kept
