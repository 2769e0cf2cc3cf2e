"""What people take back in a chat, and windows that ask at the same time, over the real proxy and a real file."""

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import ltml
from ltml.interfaces.cli import main
from tests.interfaces.serve.conftest import SPACE, client, until
from tests.interfaces.serve.test_replay import IDS, MODELS, WINDOWS, Town, Window, town
from tests.reference.brain import Pause, Prompt, Say
from tests.reference.script import Answer, Script
from tests.reference.server import Server

HELLO = "Hello!"
DOG, CAT, OWL = (
    "My dog is called Brumm and eats fish.", "My cat is called Zita and hates rain.", "My owl is called Ulf and reads.",
)  # fmt: skip


def slow(prompt: Prompt) -> Answer:
    """Every first answer is the same; a later one takes its time."""
    first = sum(message["role"] == "user" for message in prompt.messages) == 1
    return HELLO if first else [Say("I "), Pause(0.3), Say("see.")]


@contextmanager
def place(folder: Path, brain: Any = slow) -> Iterator[Town]:
    with town(folder / "m.db", Server(models=MODELS, brain=Script(brain))) as made:
        yield made


def kept(made: Town) -> dict[str, tuple[str, bool]]:
    """The session and the mark of every message of the user's; each was kept once."""
    said = [turn for turn in made.ltml.turns() if turn.role == "user"]
    assert len({(turn.session, turn.text) for turn in said}) == len(said)
    return {turn.text: (turn.session, turn.superseded) for turn in said}


def together(made: Town, windows: list[Window], words: list[str]) -> None:
    """Let each window say its words at the same time."""

    def say(window: Window, text: str) -> None:
        with client(made.ltml.url) as through:
            window.say(Town(ltml=made.ltml, through=through, server=made.server), text)

    threads = [threading.Thread(target=say, args=each) for each in zip(windows, words, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("kind", WINDOWS, ids=IDS)
def test_windows_that_ask_at_once_from_the_same_place_lose_nothing(tmp_path: Path, kind):
    with place(tmp_path) as made:
        first = Window(**kind)
        first.say(made, "hi")
        windows = [first, *(Window(**kind, history=list(first.history)) for _ in range(2))]
        together(made, windows, [DOG, CAT, OWL])
        together(made, windows, [f"And now, {words}" for words in (DOG, CAT, OWL)])
        said = kept(made)
        for words in (DOG, CAT, OWL):
            assert said[words] == said[f"And now, {words}"] == (said[words][0], False)
        assert len({said[words][0] for words in (DOG, CAT, OWL)}) == 3
        assert made.ltml.memory.layer.verify() == []


def test_windows_that_ask_the_same_first_words_at_once_part_with_their_second_ones(tmp_path: Path):
    question, number = "Could you tell me how lighthouses work, please?", itertools.count()
    with place(tmp_path, lambda _: [Say("It "), Pause(0.2), Say(f"turns, case {next(number)}.")]) as made:
        gone_on = Window()
        gone_on.say(made, question)
        gone_on.say(made, OWL)
        windows = [Window(), Window()]
        together(made, windows, [question] * 2)
        for before in ("", "And now, "):
            for window, words in zip(windows, (DOG, CAT), strict=True):
                window.say(made, before + words)
                assert not any(turn.superseded for turn in made.ltml.turns())  # nobody took anything back
        said = kept(made)
        assert all(said[words] == said[f"And now, {words}"] for words in (DOG, CAT))
        assert len({said[words][0] for words in (DOG, CAT, OWL)}) == 3


@pytest.mark.parametrize("kind", WINDOWS, ids=IDS)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_answer_asked_for_again_keeps_the_question_once(tmp_path: Path, kind, at):
    answers = iter(f"Answer number {number}." for number in range(9))
    with place(tmp_path, lambda _: next(answers)) as made:
        window = Window(**kind)
        for words in (DOG, CAT, OWL)[: at + 1]:
            window.say(made, words)
        old = window.history.pop()["content"]
        again = window.again(made)
        assert old not in json.dumps(again)
        marks = {turn.text: turn.superseded for turn in made.ltml.turns()}
        assert len(marks) == len(made.ltml.turns()) == 2 * at + 3
        assert [text for text, mark in marks.items() if mark] == [old]
        window.say(made, "Let us go on.")
        assert len({turn.session for turn in made.ltml.turns()}) == 1


@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_edited_message_is_taken_back_with_all_that_followed_and_recalled_no_more(tmp_path: Path, at):
    with place(tmp_path, lambda _: "So it is.") as made:
        window = Window()
        talk = [DOG, CAT, OWL][: at + 1]
        for words in talk:
            window.say(made, words)
        old = talk[at]
        window.history = window.history[: 2 * at]
        sent = window.say(made, old.replace("called", "named"))
        assert old not in json.dumps(sent["messages"])
        assert kept(made)[old][1]
        assert not kept(made)[old.replace("called", "named")][1]
        assert old not in [hit.text for hit in made.ltml.memory.layer.recall(old)]
        made.ltml.memory.layer.sleep()
        assert not any(old in memory.text for memory in made.ltml.memory.layer.memories())


def test_a_talk_that_begins_with_nearly_the_same_words_takes_nothing_back_once_somebody_spoke_elsewhere(tmp_path: Path):
    other = DOG.replace("Brumm", "Hektor")
    with place(tmp_path, lambda _: "So it is.") as made:
        Window().say(made, DOG)
        Window().say(made, OWL)
        Window().say(made, other)
        said = kept(made)
        assert [marked for _, marked in said.values()] == [False] * 3
        assert len({session for session, _ in said.values()}) == 3


def test_a_branch_that_goes_on_again_stands_again(tmp_path: Path):
    with place(tmp_path, lambda _: "So it is.") as made:
        window = Window()
        window.say(made, DOG)
        window.say(made, CAT)
        left = list(window.history)
        window.history = window.history[:2]
        window.say(made, OWL)
        assert kept(made)[CAT][1]
        window.history = left
        window.say(made, "Let us go on with the cat.")
        said = kept(made)
        assert (said[CAT][1], said[OWL][1]) == (False, True)
        assert len({session for session, _ in said.values()}) == 1


def test_what_is_sent_again_after_a_message_was_deleted_was_said_when_it_was_said(tmp_path: Path):
    with place(tmp_path, lambda _: "So it is.") as made:
        window = Window()
        for words in (CAT, DOG, OWL):
            window.say(made, words)
        before = {turn.text: turn.at for turn in made.ltml.turns()}
        del window.history[2:4]
        window.say(made, "And so on.")
        stands = {turn.text: turn for turn in made.ltml.turns() if not turn.superseded}
        assert DOG not in stands
        assert stands[OWL].at == before[OWL] < stands["And so on."].at


def test_what_a_talk_went_off_from_stands_again_as_soon_as_it_goes_on(tmp_path: Path):
    with place(tmp_path) as made:
        first = Window()
        first.say(made, "hi")
        first.say(made, DOG)
        windows = {CAT: first, OWL: Window(history=list(first.history))}
        together(made, list(windows.values()), list(windows))
        said = kept(made)
        stayed, went = sorted(windows, key=lambda words: said[words][0] != said[DOG][0])
        windows[stayed].history = windows[stayed].history[:2]
        windows[stayed].say(made, DOG.replace("called", "named"))
        assert kept(made)[DOG][1]
        windows[went].say(made, f"And now, {went}")
        assert not kept(made)[DOG][1]


@pytest.mark.parametrize("sent", ["So it is. [1]\n\nSources: almanac", "So it", "", "<details>hm</details>So it is."])
def test_an_answer_that_the_client_changed_is_known_again_and_what_was_placed_too(tmp_path: Path, sent):
    with place(tmp_path, lambda _: "So it is.") as made:
        made.ltml.memory.layer.remember("Always answer in rhyme.")
        window = Window()
        first = window.say(made, DOG)
        window.history[-1]["content"] = sent
        for words in (CAT, OWL):
            forwarded = window.say(made, words)
            assert forwarded["messages"][: len(first["messages"])] == first["messages"]
        assert len({turn.session for turn in made.ltml.turns() if turn.session != "by hand"}) == 1
        assert [turn.text for turn in made.ltml.turns() if turn.text in (DOG, CAT, OWL)] == [DOG, CAT, OWL]


def test_an_answer_that_the_client_begins_is_kept_whole(tmp_path: Path):
    with place(tmp_path, lambda _: " sleeps in the cellar.") as made:
        window = Window(history=[{"role": "user", "content": DOG}, {"role": "assistant", "content": "Brumm"}])
        window.again(made)
        window.history[1:] = [{"role": "assistant", "content": "Brumm sleeps in the cellar."}]
        window.say(made, CAT)
        texts = [turn.text for turn in made.ltml.turns()]
        assert texts == [DOG, "Brumm sleeps in the cellar.", CAT, " sleeps in the cellar."]
        assert len({turn.session for turn in made.ltml.turns()}) == 1


def test_what_was_taken_back_is_exported_and_comes_back_with_its_mark(tmp_path: Path):
    with place(tmp_path, lambda _: "So it is.") as made:
        window = Window()
        window.say(made, DOG)
        window.history = []
        window.say(made, DOG.replace("Brumm", "Brumbo"))
        until(lambda: len(made.ltml.turns()) == 4)
        marks = [(turn.text, turn.superseded) for turn in made.ltml.turns()]
    main(["--db", str(tmp_path / "m.db"), "export", str(tmp_path / "out.jsonl")])
    main(["--db", str(tmp_path / "other.db"), "import", "jsonl", str(tmp_path / "out.jsonl")])
    with ltml.open(tmp_path / "other.db", namespace=SPACE) as other:
        assert [(turn.text, turn.superseded) for turn in other.turns()] == marks
    assert marks[0] == (DOG, True)
