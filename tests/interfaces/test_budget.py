"""What memory may place in one request: always within its share, room for every question, old recalls give way."""

from hypothesis import given
from hypothesis import strategies as st

from ltml.exchange import Message, Request
from ltml.interfaces.chat.budget import (
    LEAST,
    ModelWindow,
    PromptRoom,
    allow_recall,
    choose_replays,
    keep_oldest,
    measure_room,
    placed_tokens,
)

WORDS = st.text("abc defg\n", min_size=0, max_size=800)
REPLAYS = st.dictionaries(st.integers(0, 80), WORDS.filter(bool), max_size=30)
ROOMS = st.builds(
    PromptRoom, share=st.integers(0, 6000), free=st.integers(-9000, 30000), fixed=st.integers(0, 30000)
).filter(lambda room: room.fixed >= room.free)


def request(*texts: str, system: str = "", beside: int = 0, reserve: int | None = None) -> Request:
    roles = ["user", "assistant"]
    said = [Message(role=roles[place % 2], text=text) for place, text in enumerate(texts)]
    top = [Message(role="system", text=system)] if system else []
    return Request(messages=(*top, *said), beside=beside, reserve=reserve)


@given(ROOMS, WORDS, REPLAYS, st.integers(1, 200))
def test_block_recalls_and_the_new_recall_never_take_more_than_the_share(room, block, replays, questions):
    if placed_tokens(block) > min(room.share, room.fixed):
        return  # such a block is not placed
    stay = choose_replays(room, block, replays)
    allowed = allow_recall(room, block, stay, questions)
    placed = placed_tokens(block) + sum(map(placed_tokens, allowed.replays.values())) + allowed.tokens
    assert placed <= room.share or not (allowed.tokens or allowed.replays)
    assert set(allowed.replays) <= set(stay) <= set(replays)
    assert allowed.tokens == 0 or allowed.tokens >= LEAST


@given(ROOMS, REPLAYS, st.integers(1, 200))
def test_a_question_finds_room_wherever_the_window_has_any(room, replays, questions):
    stay = choose_replays(room, "", replays)
    assert bool(allow_recall(room, "", stay, questions).tokens) == (min(room.share, room.fixed) >= LEAST)


@given(REPLAYS, st.integers(-100, 4000))
def test_the_newest_give_way_first_and_no_more_of_them_than_must(replays, room):
    kept = keep_oldest(replays, room)
    assert list(kept) == sorted(replays)[: len(kept)]
    following = sorted(replays)[len(kept) : len(kept) + 1]
    assert all(sum(map(placed_tokens, kept.values())) + placed_tokens(replays[index]) > room for index in following)


def test_forty_questions_in_a_large_window_displace_no_earlier_recall():
    for context in (16_384, 32_768):
        room = measure_room(request("q"), ModelWindow(context=context), 0.15)
        replays: dict[int, str] = {}
        for question in range(1, 41):
            allowed = allow_recall(room, "b" * 600, replays, question)
            assert allowed.replays == replays
            typical = min(allowed.tokens, (room.share - placed_tokens("b" * 600)) // 40) - 2
            replays = {**allowed.replays, 2 * question: "w" * 4 * typical}


def test_what_earlier_questions_left_is_there_for_later_ones():
    room = measure_room(request("q"), ModelWindow(context=16_384), 0.15)
    thrifty = allow_recall(room, "", dict.fromkeys(range(20), "w" * 4 * 40), 21)
    lavish = allow_recall(room, "", dict.fromkeys(range(20), "w" * 4 * 70), 21)
    assert thrifty.tokens > 2 * lavish.tokens
    assert lavish.tokens >= LEAST


def test_in_a_small_window_the_newest_recall_gives_way_to_a_new_question():
    room = measure_room(request("q"), ModelWindow(context=4096), 0.15)
    replays = dict.fromkeys(range(0, 12, 2), "w" * 4 * 100)
    allowed = allow_recall(room, "", replays, 7)
    assert allowed.tokens >= LEAST
    assert 0 in allowed.replays
    assert 10 not in allowed.replays


def test_when_the_clients_words_fill_the_window_only_the_new_recall_is_placed():
    talk = [word for _ in range(20) for word in ("what was it again?", "answer " * 190)]
    room = measure_room(request(*talk, "and the key?"), ModelWindow(context=4096), 0.15)
    assert room.free < 0
    assert choose_replays(room, "block", {0: "recall"}) == {}
    allowed = allow_recall(room, "block", {}, 21)
    assert allowed.tokens >= LEAST
    assert allowed.replays == {}


def test_nothing_is_placed_where_the_newest_message_alone_fills_the_window():
    room = measure_room(request("word " * 4000), ModelWindow(context=4096), 0.15)
    assert allow_recall(room, "", {}, 1).tokens == 0


def test_definitions_of_tools_take_room():
    plain = measure_room(request("q"), ModelWindow(context=8192), 0.15)
    with_tools = measure_room(request("q", beside=6000), ModelWindow(context=8192), 0.15)
    assert plain.free - with_tools.free == plain.fixed - with_tools.fixed == 6000
