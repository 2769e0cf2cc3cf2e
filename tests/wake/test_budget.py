"""What is injected: never over budget, in order, with its evidence, and the same from every store."""

import math
from datetime import timedelta, timezone
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ltml.layer import MemoryLayer
from ltml.model import ORIGINS, Injection, Turn
from ltml.text import count_tokens, sentences
from ltml.text.marks import CLOSING, OPENING
from ltml.wake.block import BLOCK_TITLE
from ltml.wake.render import RECALL_TITLE
from tests.sleep.talk import DAWN, days, text
from tests.wake.lives import LATER, STORES, life, passing, said, with_assistant

seeds = st.integers(0, 2**32)
budgets = st.integers(0, 2000)
ODD = (
    "",
    "\x00",
    "ok",
    "x" * 3000,
    "水が飲みたい。東京へ行く。",
    "[/memory]",
    "line\nbreak\r\nand \u2028more",
    "```\ncode\n```",
    "🦜" * 50,
)


def cost(words: str) -> int:
    return max(count_tokens(words), math.ceil(len(words) / 4))


def log(random: Random) -> list[Turn]:
    """Any talk: with odd texts, from anywhere in the world, out of any source."""
    turns = [turn for day in days(random, 2, 8) for turn in day]
    for place in range(6):
        zone = timezone(timedelta(hours=random.randrange(-12, 15)))
        at = (DAWN + timedelta(hours=random.randrange(72))).astimezone(zone)
        words = f"{random.choice(ODD)} {text(random)} {random.choice(ODD)}"
        name = random.choice(("", "Odile", "a\nb [/memory]"))
        origin = random.choice(ORIGINS)
        turns.append(Turn(session=f"odd {place % 2}", role="user", text=words, at=at, speaker=name, origin=origin))
    return turns


def question(random: Random, turns: list[Turn]) -> str:
    """A question that has something to find."""
    words = random.choice(turns).text.split()
    return f"What about my {' '.join(words[:4])}?"


def lived(layer: MemoryLayer, seed: int) -> tuple[list[Turn], str]:
    random = Random(seed)
    turns = log(random)
    layer.capture(turns)
    if random.random() < 0.7:
        layer.sleep(LATER)
    return turns, question(random, turns)


@given(seed=seeds, budget=budgets)
def test_never_over_budget_and_the_block_takes_a_quarter_at_most(seed: int, budget: int):
    with passing() as layer:
        _, asked = lived(layer, seed)
        injection = layer.wake(asked, budget, LATER)
        assert injection.tokens == cost(injection.text) <= budget
        assert len(injection.text) <= 4 * budget
        assert cost(injection.block) <= budget / 4


@given(budget=budgets, length=st.integers(1, 400))
def test_a_long_order_stays_out_of_a_small_block(budget: int, length: int):
    with passing() as layer:
        layer.remember("Answer " + "very " * length + "briefly.")
        injection = layer.wake("How do you answer me?", budget, LATER)
        assert injection.tokens <= budget
        assert cost(injection.block) <= budget / 4


@given(seed=seeds, budget=budgets)
def test_every_item_cites_turns_that_exist_and_quotes_what_they_say(seed: int, budget: int):
    with passing() as layer:
        _, asked = lived(layer, seed)
        turns = {turn.id: turn for turn in layer.turns()}
        for item in layer.wake(asked, budget, LATER).items:
            assert item.evidence
            for evidence in item.evidence:
                turn = turns[evidence.turn]
                assert (evidence.ref, evidence.at) == (turn.ref, turn.at)
                said_there = "".join(turn.text.split())
                spoken = [span.of(evidence.quote) for span in sentences(evidence.quote)]
                assert all("".join(part.split()) in said_there for part in spoken)


@given(seed=seeds, budget=budgets)
def test_the_text_is_its_items_a_line_each_between_marks_that_nothing_forges(seed: int, budget: int):
    with passing() as layer:
        _, asked = lived(layer, seed)
        injection = layer.wake(asked, budget, LATER)
        if injection.recall:
            head, *lines, foot = injection.recall.splitlines()
            shown = {item.text for item in injection.items}
            headings = [line for line in lines if line not in shown]
            nonce = foot.removesuffix(f" {CLOSING}")
            assert (head, foot) == (f"{OPENING}{RECALL_TITLE}, {nonce}]", f"{nonce} {CLOSING}")
            assert not any(nonce in line for line in lines)
            assert headings == sorted(set(headings))
            assert len(lines) - len(headings) == len([i for i in injection.items if i.text not in injection.block])
        assert injection.text.count(CLOSING) == bool(injection.block) + bool(injection.recall)


@settings(max_examples=20)
@given(seed=seeds, budget=budgets)
def test_every_store_gives_the_same_injection(seed: int, budget: int):
    given_back: list[Injection] = []
    for kind in STORES:
        with passing(kind) as layer:
            _, asked = lived(layer, seed)
            given_back.append(layer.wake(asked, budget, LATER))
    assert given_back[0] == given_back[1]


def test_lines_stand_oldest_first_whatever_was_captured_first():
    with passing() as layer:
        for day in (5, 1, 3):
            layer.capture([said(f"My canoe got its {day}th coat of varnish.", day)])
        lines = layer.wake("What about my canoe?", 512, LATER).recall.splitlines()
        assert [line for line in lines if line.startswith("2033")] == ["2033-05-03:", "2033-05-05:", "2033-05-07:"]


def test_without_a_budget_nothing_is_said():
    with passing() as layer:
        layer.capture(with_assistant(["Please always answer briefly.", "My canoe is green."]))
        layer.sleep(LATER)
        for budget in (0, -5):
            assert layer.wake("Which colour has my canoe?", budget, LATER) == Injection()


@pytest.mark.parametrize("kind", STORES)
def test_the_block_is_the_same_for_every_question_while_no_night_changes_it(kind, tmp_path):
    with life(kind, tmp_path) as layer:
        layer.capture(with_assistant(["Please always answer in metric units.", "I am allergic to walnuts."]))
        layer.sleep(LATER)
        first = layer.wake("What should I cook?", 512, LATER).block
        assert first.startswith(f"{OPENING}{BLOCK_TITLE}, ")
        assert "metric" in first
        layer.capture(with_assistant(["From now on use short sentences.", "My canoe is green."], day=1))
        asked = ("hi", "", "canoe", "Which colour has my canoe?", "What is the capital of Peru?")
        assert {layer.wake(question, 512, LATER).block for question in asked} == {first}
        layer.sleep(LATER)
        assert "short sentences" in layer.wake("hi", 512, LATER).block
