"""An answer that broke off is kept and set aside; the same answer, whole, counts."""

from contextlib import closing
from dataclasses import replace

from ltml.filters.rules import judge_turns
from ltml.layer import MemoryLayer
from ltml.model import Turn
from ltml.store.ephemeral import EphemeralStore
from ltml.testing.stores.fixtures import NOON, make_turn


def answer(text: str, *, interrupted: bool, minute: int = 1) -> Turn:
    return replace(make_turn(text, minute, role="assistant", ref="a1"), interrupted=interrupted)


def test_an_answer_that_broke_off_is_set_aside_with_its_reason() -> None:
    (verdict,) = judge_turns([answer("Your sister Ilona sells honey in", interrupted=True)])
    assert (verdict.keep, verdict.kind, verdict.tier) == (False, "interrupted", "archive")
    assert verdict.reason == "the answer broke off"


def test_the_same_words_said_whole_are_no_repeat_of_the_broken_ones() -> None:
    words = "Ilona sells honey in Turku."
    broken, whole = judge_turns([answer(words, interrupted=True), answer(words, interrupted=False)])
    assert (broken.kind, whole.kind) == ("interrupted", "assistant")


def test_nothing_is_learned_from_a_broken_turn_whoever_said_it() -> None:
    told = "I am allergic to walnuts. Please always answer in short sentences."
    for interrupted in (True, False):
        with closing(MemoryLayer(EphemeralStore(), "anna")) as layer:
            layer.capture([make_turn("Hello, you.", 0), answer("Noted.", interrupted=False)])
            layer.capture([replace(make_turn(told, 2), interrupted=interrupted)])
            assert layer.sleep(NOON).state == "promoted"
            assert bool(layer.memories()) != interrupted
