"""What was taken back stays in the log with its mark: shown, verified, forgettable; neither found nor slept on."""

# ruff: noqa: D103 -- a promise is named by its sentence

from __future__ import annotations

from dataclasses import replace

from ltml.model import Turn
from ltml.protocols import Store
from ltml.testing.promises import assert_equal, assert_true
from ltml.testing.stores.fixtures import (
    ANNA,
    BEN,
    NOON,
    archive_turn,
    assert_partition,
    assert_sound,
    current_turns,
    keep_turn,
    learn_memory,
    make_memory,
    make_turn,
    run_night,
)
from ltml.text import fold_keys

SEVEN, EIGHT = "Dinner at seven in the garden.", "Dinner at eight in the hall."


def list_marks(store: Store, namespace: str = ANNA) -> list[tuple[str, bool]]:
    """Return every turn's words, and whether it is superseded."""
    return [(turn.text, turn.superseded) for turn in store.turns(namespace)]


def list_batch(store: Store) -> list[str]:
    """Return the words a night would look at."""
    return [turn.text for turn in store.next_batch(ANNA, 100)]


def a_revision_leaves_the_older_text_where_it_was(store: Store) -> None:
    old, new = store.append(ANNA, [make_turn(SEVEN, ref="m"), make_turn(EIGHT, 1, ref="m")]).ids
    assert_equal(list_marks(store), [(SEVEN, True), (EIGHT, False)], "what is kept")
    assert_equal(
        [turn.superseded for turn in store.turns(ANNA, [new, old])], [True, False], "the marks, asked for by id"
    )
    assert_equal(list_batch(store), [EIGHT], "what a night would look at")
    assert_partition(store, {new: EIGHT})
    assert_equal(list(store.find(ANNA, "seven").turns), [old], "where the older words are found")
    assert_equal(store.stats(ANNA)["turns"], 1, "how many turns are in force")
    assert_sound(store)


def what_is_superseded_stays_and_is_searched_no_more(store: Store) -> None:
    old, other = store.append(ANNA, [make_turn(SEVEN), make_turn(EIGHT, 1)]).ids
    store.supersede(ANNA, [old, "nobody's id"])
    assert_equal(list_marks(store), [(SEVEN, True), (EIGHT, False)], "what is kept")
    assert_equal(list_batch(store), [EIGHT], "what a night would look at")
    assert_equal(dict(store.count_new_turns()), {ANNA: 1}, "who is restless")
    assert_partition(store, {other: EIGHT})
    assert_equal(store.append(ANNA, [make_turn(SEVEN)]).new, 0, "how many are new when it is captured again")
    assert_equal(list_marks(store)[0], (SEVEN, True), "the turn that was captured again")
    assert_sound(store)


def superseding_twice_is_superseding_once(store: Store) -> None:
    (name,) = store.append(ANNA, [make_turn(SEVEN)]).ids
    store.supersede(ANNA, [name])
    digest = store.digest(ANNA)
    store.supersede(ANNA, [name])
    store.supersede(ANNA, [])
    assert_equal(store.digest(ANNA), digest, "the digest")
    assert_partition(store, {})
    assert_sound(store)


def what_is_restored_is_as_it_was(store: Store) -> None:
    ids = store.append(ANNA, [make_turn(SEVEN), make_turn(EIGHT, 1), make_turn("Bring a coat.", 2)]).ids
    run_night(store, "n1", ids[:2], archive_turn(ids[0]), keep_turn(ids[1]))
    before = store.digest(ANNA)
    store.supersede(ANNA, ids)
    assert_true(store.digest(ANNA) != before, "what is superseded should show in the digest")
    assert_partition(store, {})
    assert_partition(store, {}, "archive")
    with store.view(ANNA) as view:
        assert_equal(list(view.filed_under(fold_keys(EIGHT))), [], "what is filed under its fold keys")
    assert_sound(store)
    store.supersede(ANNA, [], ids)
    assert_equal(store.digest(ANNA), before, "the digest once it is restored")
    assert_equal(list_batch(store), ["Bring a coat."], "what a night would look at: what none has slept on")
    assert_partition(store, {ids[1]: EIGHT, ids[2]: "Bring a coat."})
    assert_partition(store, {ids[0]: SEVEN}, "archive")
    with store.view(ANNA) as view:
        assert_equal([document.id for document in view.filed_under(fold_keys(EIGHT))], [ids[1]], "what is filed again")
    assert_sound(store)


def an_older_revision_is_not_restored_beside_the_newer_one(store: Store) -> None:
    old, new = store.append(ANNA, [make_turn(SEVEN, ref="m"), make_turn(EIGHT, 1, ref="m")]).ids
    store.supersede(ANNA, [], [old])
    assert_equal(list_marks(store), [(SEVEN, True), (EIGHT, False)], "what is kept")
    store.supersede(ANNA, [new])
    store.supersede(ANNA, [], [old, new])
    assert_equal(list_marks(store), [(SEVEN, True), (EIGHT, False)], "what is kept")
    assert_sound(store)


def a_turn_that_comes_superseded_replaces_nothing(store: Store) -> None:
    (new,) = store.append(ANNA, [make_turn(EIGHT, 1, ref="m")]).ids
    (old,) = store.append(ANNA, [replace(make_turn(SEVEN, ref="m"), superseded=True)]).ids
    assert_equal(list_marks(store), [(SEVEN, True), (EIGHT, False)], "what is kept")
    assert_equal(list_batch(store), [EIGHT], "what a night would look at")
    assert_partition(store, {new: EIGHT})
    store.supersede(ANNA, [], [old])
    assert_equal(list_marks(store)[0], (SEVEN, True), "the older words, beside newer ones under their ref")
    assert_sound(store)


def what_is_taken_out_comes_in_again_with_its_marks(store: Store) -> None:
    ids = store.append(
        ANNA, [make_turn(SEVEN, ref="m"), make_turn(EIGHT, 1, ref="m"), make_turn("No.", 2), make_turn("Yes.", 3)]
    ).ids
    store.supersede(ANNA, [ids[2]])
    store.append(BEN, [replace(turn, id="") for turn in store.turns(ANNA)])
    assert_equal(list_marks(store, BEN), list_marks(store), "what came in again")
    assert_sound(store)


def nobody_can_learn_a_verdict_back_onto_the_shelf(store: Store) -> None:
    """A night that began before may still commit what it thought of it; undo takes that back as always."""
    (name,) = store.append(ANNA, [make_turn(SEVEN)]).ids
    before = store.digest(ANNA)
    (turn,) = store.turns(ANNA, [name])
    store.supersede(ANNA, [name])
    run_night(store, "n1", [name], keep_turn(name), learn_memory(make_memory("m", SEVEN, turn)))
    with store.view(ANNA) as view:
        assert_equal(
            [document.id for document in view.filed_under(fold_keys(SEVEN))], ["m"], "what is filed under its fold keys"
        )
    store.undo(ANNA, "n1")
    assert_equal(
        (list_batch(store), list_marks(store)), ([], [(SEVEN, True)]), "what is new after the undo, and what is kept"
    )
    assert_sound(store)
    store.supersede(ANNA, [], [name])
    assert_equal(
        (list_batch(store), store.digest(ANNA)), ([SEVEN], before), "what is new once it is restored, and the digest"
    )
    assert_sound(store)


def what_is_superseded_is_found_and_forgotten(store: Store) -> None:
    ids = store.append(
        ANNA, [make_turn(SEVEN, ref="m"), make_turn(EIGHT, 1, ref="m"), make_turn("Seven more came.", 2)]
    ).ids
    store.supersede(ANNA, [ids[2]])
    found = store.find(ANNA, "seven")
    assert_equal(set(found.turns), {ids[0], ids[2]}, "where the word is found")
    receipt = store.forget(ANNA, found, NOON)
    assert_equal((receipt.state, set(receipt.turns)), ("proven", set(ids)), "the receipt: all revisions of the ref go")
    assert_equal(list_marks(store), [], "what is kept")
    assert_partition(store, {})
    assert_sound(store)


def neighbours_are_those_in_force(store: Store) -> None:
    ids = store.append(ANNA, [make_turn("one"), make_turn("two", 1), make_turn("three", 2)]).ids
    store.supersede(ANNA, [ids[1]])
    with store.view(ANNA) as view:
        numbers = view.numbers(ids)
        assert_equal(
            list(view.neighbours([numbers[ids[0]]], 1)[numbers[ids[0]]]), [(1, numbers[ids[2]])], "who comes next"
        )


def a_repair_keeps_the_marks(store: Store) -> None:
    ids = store.append(ANNA, [make_turn(SEVEN, ref="m"), make_turn(EIGHT, 1, ref="m"), make_turn("No.", 2)]).ids
    store.supersede(ANNA, [ids[2]])
    before = list_marks(store)
    assert_equal(list(store.verify(repair=True)), [], "what a repair complains of")
    assert_equal((list_marks(store), list_batch(store)), (before, [EIGHT]), "the marks, and what a night would look at")
    assert_partition(store, {ids[1]: EIGHT})


def a_talk_is_the_turns_of_its_session(store: Store) -> None:
    turns: list[Turn] = [
        make_turn("b", 1),
        make_turn("a"),
        make_turn("elsewhere", session="s \ud800"),
        make_turn("c", 2),
    ]
    ids = store.append(ANNA, turns).ids
    store.append(BEN, [make_turn("Ben's")])
    store.supersede(ANNA, [ids[0]])
    found = [(turn.text, turn.superseded) for turn in store.session_turns(ANNA, "s1")]
    assert_equal(found, [("a", False), ("b", True), ("c", False)], "the talk")
    assert_equal([turn.text for turn in store.session_turns(ANNA, "s \ud800")], ["elsewhere"], "a talk of an odd name")
    assert_equal(list(store.session_turns(ANNA, "s9")), [], "a talk nobody had")
    assert_equal(len(current_turns(store)), 3, "how many turns are in force")


PROMISES = (
    a_revision_leaves_the_older_text_where_it_was,
    what_is_superseded_stays_and_is_searched_no_more,
    superseding_twice_is_superseding_once,
    what_is_restored_is_as_it_was,
    an_older_revision_is_not_restored_beside_the_newer_one,
    a_turn_that_comes_superseded_replaces_nothing,
    what_is_taken_out_comes_in_again_with_its_marks,
    nobody_can_learn_a_verdict_back_onto_the_shelf,
    what_is_superseded_is_found_and_forgotten,
    neighbours_are_those_in_force,
    a_repair_keeps_the_marks,
    a_talk_is_the_turns_of_its_session,
)
