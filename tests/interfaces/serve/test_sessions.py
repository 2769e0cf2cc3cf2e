"""Whose talk a request belongs to, over the real proxy: nobody sends a name, and everybody comes back."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ltml.model import Turn
from tests.interfaces.serve.test_replay import (
    IDS,
    QUESTIONS,
    STANDING,
    WINDOWS,
    Town,
    Window,
    is_prefix,
    remembering,
    scripted,
    town,
)


@pytest.fixture
def place(tmp_path: Path):
    with town(remembering(tmp_path / "m.db"), scripted()) as made:
        yield made


def new(place: Town) -> list[Turn]:
    """What was said since LTML began, and stands."""
    turns = (turn for turn in place.ltml.turns() if not turn.superseded)
    return [turn for turn in turns if not turn.session.startswith(("old", "by hand"))]


def sessions(place: Town) -> list[list[str]]:
    """What was said in each session since LTML began, in order."""
    found = dict[str, list[str]]()
    for turn in new(place):
        found.setdefault(turn.session, []).append(turn.text)
    return list(found.values())


def said(window: Window) -> list[str]:
    return [message["content"] for message in window.history]


@pytest.mark.parametrize("kind", WINDOWS, ids=IDS)
def test_a_talk_is_one_session_and_every_word_is_kept_once(place: Town, kind):
    window = Window(**kind)
    for question in QUESTIONS[:5]:
        window.say(place, question)
    assert sessions(place) == [said(window)]
    assert not any(turn.interrupted for turn in new(place))


def test_an_answer_that_is_asked_for_again_takes_the_place_of_the_first(place: Town):
    window = Window()
    window.say(place, QUESTIONS[0])
    first = window.say(place, QUESTIONS[1])
    old = window.history.pop()
    window.more = {"options": {"seed": 7}}
    again = window.again(place)
    assert again["messages"] == first["messages"]
    assert old["content"] == window.history[-1]["content"]
    assert is_prefix(again, window.say(place, QUESTIONS[2]))
    assert sessions(place) == [said(window)]


def test_a_question_that_is_changed_goes_on_in_its_session(place: Town):
    window = Window()
    sent = [window.say(place, question) for question in QUESTIONS[:3]]
    window.history = window.history[:2]
    edited = window.say(place, QUESTIONS[7])
    assert edited["messages"][:-1] == sent[1]["messages"][:-1]
    assert is_prefix(edited, window.say(place, QUESTIONS[8]))
    assert len({turn.session for turn in new(place)}) == 1
    assert QUESTIONS[7] in [turn.text for turn in new(place)]


def test_two_windows_that_begin_with_the_same_word_are_two_sessions(place: Town):
    one, two = Window(), Window(system="Answer in one word, and never in two.")
    for place_in_talk, (here, there) in enumerate(zip(QUESTIONS[:4], QUESTIONS[4:8], strict=True)):
        one.say(place, here if place_in_talk else "hi")
        two.say(place, there if place_in_talk else "hi")
    assert sorted(sessions(place)) == sorted([said(one), said(two)])


def test_windows_that_take_turns_keep_their_own_beginnings(place: Town):
    windows = [Window(), Window(path="/v1/chat/completions"), Window(stream=False)]
    sent: list[list[dict[str, Any]]] = [[], [], []]
    for question in QUESTIONS[:4]:
        for number, window in enumerate(windows):
            sent[number].append(window.say(place, f"{question} I ask in window {number}."))
    for each in sent:
        assert all(is_prefix(one, other) for one, other in pairwise(each))
    assert sorted(sessions(place)) == sorted(said(window) for window in windows)


def test_a_history_that_was_cut_at_the_front_goes_on_in_its_session(place: Town):
    window = Window()
    for question in QUESTIONS[:4]:
        window.say(place, question)
    whole, window.history = said(window), window.history[4:]
    sent = window.say(place, QUESTIONS[4])
    assert sessions(place) == [[*whole, *said(window)[-2:]]]
    assert STANDING in sent["messages"][0]["content"]
    assert is_prefix(sent, window.say(place, QUESTIONS[5]))


def test_a_history_nobody_heard_is_no_news(place: Town):
    window = Window(
        history=[{"role": "user", "content": "What is a yawl?"}, {"role": "assistant", "content": "A boat."}]
    )
    window.say(place, QUESTIONS[0])
    assert sessions(place) == [said(window)[2:]]


def test_the_context_of_generate_ties_a_talk_together(place: Town):
    context: list[int] = []
    sent, heard = list[dict[str, Any]](), list[str]()
    for question in QUESTIONS[:4]:
        asked = {"model": "pirate", "prompt": question, **({"context": context} if context else {})}
        lines = [
            json.loads(line)
            for line in place.through.post("/api/generate", json.dumps(asked).encode()).body.splitlines()
        ]
        context, sent = lines[-1]["context"], [*sent, place.forwarded[-1]]
        heard += [question, "".join(line.get("response", "") for line in lines)]
    assert sessions(place) == [heard]
    assert STANDING in sent[0]["system"]
    assert sent[0]["system"].startswith("You are a pirate.")
    assert all("system" not in each for each in sent[1:])


def test_a_session_that_is_named_is_that_session_whatever_is_said_in_it(place: Town):
    bodies = [{"model": "m", "messages": [{"role": "user", "content": question}]} for question in QUESTIONS[:3]]
    for body in bodies:
        place.through.post("/api/chat", json.dumps(body).encode(), [("X-LTML-Session", "tea time")])
    assert {turn.session for turn in new(place)} == {"tea time"}
    assert [turn.text for turn in new(place) if turn.role == "user"] == QUESTIONS[:3]


def test_what_ltml_placed_is_never_kept_as_said(place: Town):
    """A client that keeps what it saw of LTML's words sends them back."""
    window = Window()
    window.history.append({"role": "user", "content": window.say(place, QUESTIONS[0])["messages"][-1]["content"]})
    window.history = [window.history[-1], window.history[1]]
    window.say(place, QUESTIONS[1])
    assert "[/memory]" not in str(sessions(place))
    assert len({turn.session for turn in new(place)}) == 1
