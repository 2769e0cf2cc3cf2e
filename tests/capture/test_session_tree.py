"""Branches of a talk: what stands, what a history takes back, and words a client changed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.capture.session_tree import START, SessionTree, branch_ref, is_edit, is_same_answer
from ltml.model import Turn

AT = datetime(2033, 5, 2, 9, tzinfo=UTC)
WORDS = st.lists(st.sampled_from(["river", "Mühle", "油", "7", "and", "the", "boat"]), min_size=1, max_size=9)


def turn(before: str, digest: str, *, role: str = "user", superseded: bool = False, interrupted: bool = False) -> Turn:
    return Turn(
        session="s", role=role, text=digest, at=AT, ref=branch_ref(before, digest), id=digest, superseded=superseded,
        interrupted=interrupted,
    )  # fmt: skip


#: q1 - a1 - q2 - a2 - q3, and beside q2 another text of it with its answer.
TREE = SessionTree(
    [
        turn("", "q1"), turn("q1", "a1", role="assistant"), turn("a1", "q2"), turn("q2", "a2", role="assistant"),
        turn("a2", "q3"), turn("a1", "r2", superseded=True), turn("r2", "b2", role="assistant", superseded=True),
    ]
)  # fmt: skip


def ids(turns) -> set[str]:
    return {turn.id for turn in turns}


def test_another_text_of_a_message_takes_back_the_old_one_and_all_that_followed():
    assert ids(TREE.find_removed({"q1", "a1", "new"})) == {"q2", "a2", "q3"}


def test_another_answer_takes_back_the_old_one():
    assert ids(TREE.find_removed({"q1", "a1", "q2", "another answer"})) == {"a2", "q3"}


def test_a_branch_that_goes_on_again_stands_again_and_takes_the_other_back():
    path = TREE.with_ancestors({"b2", "new"})
    assert path == {"b2", "r2", "a1", "q1", "new"}
    assert ids(TREE.find_restored(path)) == {"r2", "b2"}
    assert ids(TREE.find_removed(path)) == {"q2", "a2", "q3"}


def test_a_talk_that_goes_on_takes_nothing_back():
    assert not TREE.find_removed({"q1", "a1", "q2", "a2", "q3", "its answer"})
    assert not TREE.find_removed({"a2", "q3", "its answer"}), "a history cut at the front"


def test_other_talks_of_a_named_session_are_left_alone():
    two = SessionTree([turn("", "q1"), turn("", "other")])
    assert not two.find_removed({"q1", "a"})


def test_only_an_answer_that_broke_off_leaves_a_question_unanswered():
    broken = turn("q", "a", role="assistant", interrupted=True)
    assert SessionTree([turn("", "q"), broken]).is_unanswered("q")
    assert not TREE.is_unanswered("q1")
    assert not TREE.is_unanswered("what nobody said here")


def test_a_session_stands_at_an_answer_until_something_follows_it():
    assert SessionTree([turn("", "q"), turn("q", "a", role="assistant")]).ends_with_answers("q")
    assert not TREE.ends_with_answers("q1")
    assert TREE.find_first_answer("a1") is not None
    assert TREE.find_first_answer("a2") is None
    assert TREE.nodes["q1"].parent == START


def test_turns_of_another_make_are_no_part_of_the_tree():
    assert not SessionTree([Turn(session="s", role="user", text="x", at=AT, ref="chat:1")]).nodes


# --- words that were changed -----------------------------------------------------------------------------------------


@given(WORDS, WORDS)
def test_sources_behind_an_answer_leave_it_the_same(answer, sources):
    assert is_same_answer(" ".join(answer), f"{' '.join(answer)} [1]\n\nSources: {' '.join(sources)}")


@given(WORDS, WORDS)
def test_thinking_before_an_answer_leaves_it_the_same(answer, thinking):
    folded = f"<details>{' '.join(thinking)}</details>\n{' '.join(answer)}"
    assert is_same_answer(" ".join(answer), folded)


@given(WORDS, st.data())
def test_an_answer_that_was_cut_or_dropped_is_the_same(answer, data):
    assert is_same_answer(" ".join(answer), " ".join(answer[: data.draw(st.integers(0, len(answer)))]) + " ...")
    assert is_same_answer(" ".join(answer), "")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("A boat is a fine thing.", "A bear is a shy animal."),
        ("Der Kahn ist grün.", "Die Mühle ist alt."),
        ("船は緑です。", "水車は古いです。"),
        ("Yes.", "No."),
    ],
)
def test_another_answer_is_not_the_same(one, two):
    assert not is_same_answer(one, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("My dog is called Rex and likes sausages.", "My dog is called Max and likes sausages."),
        ("Mein Kahn liegt am alten Steg.", "Mein Kahn liegt am neuen Steg."),
        ("La llave está en el cajón azul", "La llave está en el cajón azul oscuro"),
        ("私の犬の名前はポチです", "私の犬の名前はハチです"),
    ],
)
def test_one_piece_changed_is_an_edit(one, two):
    assert is_edit(one, two)
    assert is_edit(two, one)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("I like apples", "I like pears"),
        (
            "My canoe stands in shed number 0, behind the canoe rack.",
            "My drum stands in shed number 1, by the drum rack.",
        ),
        ("Where is the mill?", "The kettle leaks again."),
        ("The same words.", "The same words."),
        ("", ""),
    ],
)
def test_what_differs_in_more_or_is_too_short_is_no_edit(one, two):
    assert not is_edit(one, two)
