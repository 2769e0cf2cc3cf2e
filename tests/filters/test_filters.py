"""Every filter there is: one verdict a turn, in order, each with its reason, the same for the same turns."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.filters.rules import judge_turns
from ltml.model import Turn
from ltml.plugins import find_plugin, list_plugins
from tests.sleep.talk import days
from tests.wake.lives import said


@pytest.mark.parametrize("name", list_plugins("filters"))
@given(seed=st.integers(0, 2**32), odd=st.text())
def test_a_filter_judges_each_turn_once_with_a_reason_and_always_alike(name: str, seed: int, odd: str):
    turns = [*days(Random(seed), 1, 8)[0], said(odd)]
    turns = [Turn(**{f: getattr(turn, f) for f in Turn.__slots__} | {"id": f"t{n}"}) for n, turn in enumerate(turns)]
    verdicts = find_plugin("filters", name)(turns)
    assert [verdict.turn for verdict in verdicts] == [turn.id for turn in turns]
    assert all(verdict.reason and 0 <= verdict.salience <= 1 for verdict in verdicts)
    assert find_plugin("filters", name)(turns) == verdicts


@pytest.mark.parametrize("text", ["hi!", "thanks a lot", "ok", "", "  ", "Danke!", "Merci beaucoup !", "🙂"])
def test_small_talk_and_silence_are_set_aside(text):
    (verdict,) = judge_turns([said(text)])
    assert (verdict.keep, verdict.tier) == (False, "archive")


@pytest.mark.parametrize("text", ["ok, room 7", "Thanks, Odile!", "Ja, am 3. Mai.", "Where is the boat?", "The boat."])
def test_a_name_a_number_or_a_question_is_kept(text):
    (verdict,) = judge_turns([said(text)])
    assert (verdict.keep, verdict.tier) == (True, "warm")


def test_the_assistants_same_words_are_kept_once_and_the_users_each_time():
    words = "The heron is a bird of the marshes."
    assert [v.keep for v in judge_turns([said(words, role="assistant"), said(words, role="assistant")])] == [
        True,
        False,
    ]
    assert [v.keep for v in judge_turns([said(words), said(words)])] == [True, True]


def test_telling_weighs_more_than_asking_and_asking_more_than_pasting():
    told, asked, pasted = judge_turns(
        [
            said("My sister Odile moved to Ghent in 2019."),
            said("Where did my sister move to?"),
            said("My sister Odile moved to Ghent in 2019.", origin="web"),
        ]
    )
    assert told.salience > asked.salience > pasted.salience
    assert "with a number, a name, the speaker" in told.reason


def test_an_answer_weighs_more_than_the_same_words_out_of_the_blue():
    words = "In a village near Ghent."
    alone, answer = (
        judge_turns([said(words)])[0],
        judge_turns([said("Where do you live?", speaker="B"), said(words, speaker="A")])[1],
    )
    assert answer.salience > alone.salience
    assert "an answer" in answer.reason
