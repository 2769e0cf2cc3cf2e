"""What was taken back stays in the log with its mark: shown, verified, forgettable; neither found nor slept on."""

# ruff: noqa: D103 -- a promise is named by its sentence

from __future__ import annotations

from dataclasses import replace

from ltml.model import Turn
from ltml.protocols import Store
from ltml.testing.promises import equal, holds
from ltml.testing.stores.tools import (
    ANNA,
    BEN,
    NOON,
    archived,
    check_partition,
    judged,
    kept,
    learned,
    memory,
    said,
    sleep,
    sound,
)
from ltml.text import fold_keys

SEVEN, EIGHT = "Dinner at seven in the garden.", "Dinner at eight in the hall."


def marks(store: Store, namespace: str = ANNA) -> list[tuple[str, bool]]:
    """Return every turn's words, and whether it is superseded."""
    return [(turn.text, turn.superseded) for turn in store.turns(namespace)]


def part(store: Store) -> list[str]:
    """Return the words a night would look at."""
    return [turn.text for turn in store.next_batch(ANNA, 100)]


def a_revision_leaves_the_older_text_where_it_was(store: Store) -> None:
    old, new = store.append(ANNA, [said(SEVEN, ref="m"), said(EIGHT, 1, ref="m")]).ids
    equal(marks(store), [(SEVEN, True), (EIGHT, False)], "what is kept")
    equal([turn.superseded for turn in store.turns(ANNA, [new, old])], [True, False], "the marks, asked for by id")
    equal(part(store), [EIGHT], "what a night would look at")
    check_partition(store, {new: EIGHT})
    equal(list(store.find(ANNA, "seven").turns), [old], "where the older words are found")
    equal(store.stats(ANNA)["turns"], 1, "how many turns are in force")
    sound(store)


def what_is_superseded_stays_and_is_searched_no_more(store: Store) -> None:
    old, other = store.append(ANNA, [said(SEVEN), said(EIGHT, 1)]).ids
    store.supersede(ANNA, [old, "nobody's id"])
    equal(marks(store), [(SEVEN, True), (EIGHT, False)], "what is kept")
    equal(part(store), [EIGHT], "what a night would look at")
    equal(dict(store.count_new_turns()), {ANNA: 1}, "who is restless")
    check_partition(store, {other: EIGHT})
    equal(store.append(ANNA, [said(SEVEN)]).new, 0, "how many are new when it is captured again")
    equal(marks(store)[0], (SEVEN, True), "the turn that was captured again")
    sound(store)


def superseding_twice_is_superseding_once(store: Store) -> None:
    (name,) = store.append(ANNA, [said(SEVEN)]).ids
    store.supersede(ANNA, [name])
    digest = store.digest(ANNA)
    store.supersede(ANNA, [name])
    store.supersede(ANNA, [])
    equal(store.digest(ANNA), digest, "the digest")
    check_partition(store, {})
    sound(store)


def what_is_restored_is_as_it_was(store: Store) -> None:
    ids = store.append(ANNA, [said(SEVEN), said(EIGHT, 1), said("Bring a coat.", 2)]).ids
    sleep(store, "n1", ids[:2], archived(ids[0]), judged(ids[1]))
    before = store.digest(ANNA)
    store.supersede(ANNA, ids)
    holds(store.digest(ANNA) != before, "what is superseded should show in the digest")
    check_partition(store, {})
    check_partition(store, {}, "archive")
    with store.view(ANNA) as view:
        equal(list(view.filed_under(fold_keys(EIGHT))), [], "what is filed under its fold keys")
    sound(store)
    store.supersede(ANNA, [], ids)
    equal(store.digest(ANNA), before, "the digest once it is restored")
    equal(part(store), ["Bring a coat."], "what a night would look at: what none has slept on")
    check_partition(store, {ids[1]: EIGHT, ids[2]: "Bring a coat."})
    check_partition(store, {ids[0]: SEVEN}, "archive")
    with store.view(ANNA) as view:
        equal([document.id for document in view.filed_under(fold_keys(EIGHT))], [ids[1]], "what is filed again")
    sound(store)


def an_older_revision_is_not_restored_beside_the_newer_one(store: Store) -> None:
    old, new = store.append(ANNA, [said(SEVEN, ref="m"), said(EIGHT, 1, ref="m")]).ids
    store.supersede(ANNA, [], [old])
    equal(marks(store), [(SEVEN, True), (EIGHT, False)], "what is kept")
    store.supersede(ANNA, [new])
    store.supersede(ANNA, [], [old, new])
    equal(marks(store), [(SEVEN, True), (EIGHT, False)], "what is kept")
    sound(store)


def a_turn_that_comes_superseded_replaces_nothing(store: Store) -> None:
    (new,) = store.append(ANNA, [said(EIGHT, 1, ref="m")]).ids
    (old,) = store.append(ANNA, [replace(said(SEVEN, ref="m"), superseded=True)]).ids
    equal(marks(store), [(SEVEN, True), (EIGHT, False)], "what is kept")
    equal(part(store), [EIGHT], "what a night would look at")
    check_partition(store, {new: EIGHT})
    store.supersede(ANNA, [], [old])
    equal(marks(store)[0], (SEVEN, True), "the older words, beside newer ones under their ref")
    sound(store)


def what_is_taken_out_comes_in_again_with_its_marks(store: Store) -> None:
    ids = store.append(ANNA, [said(SEVEN, ref="m"), said(EIGHT, 1, ref="m"), said("No.", 2), said("Yes.", 3)]).ids
    store.supersede(ANNA, [ids[2]])
    store.append(BEN, [replace(turn, id="") for turn in store.turns(ANNA)])
    equal(marks(store, BEN), marks(store), "what came in again")
    sound(store)


def nobody_can_learn_a_verdict_back_onto_the_shelf(store: Store) -> None:
    """A night that began before may still commit what it thought of it; undo takes that back as always."""
    (name,) = store.append(ANNA, [said(SEVEN)]).ids
    before = store.digest(ANNA)
    (turn,) = store.turns(ANNA, [name])
    store.supersede(ANNA, [name])
    sleep(store, "n1", [name], judged(name), learned(memory("m", SEVEN, turn)))
    with store.view(ANNA) as view:
        equal(
            [document.id for document in view.filed_under(fold_keys(SEVEN))], ["m"], "what is filed under its fold keys"
        )
    store.undo(ANNA, "n1")
    equal((part(store), marks(store)), ([], [(SEVEN, True)]), "what is new after the undo, and what is kept")
    sound(store)
    store.supersede(ANNA, [], [name])
    equal((part(store), store.digest(ANNA)), ([SEVEN], before), "what is new once it is restored, and the digest")
    sound(store)


def what_is_superseded_is_found_and_forgotten(store: Store) -> None:
    ids = store.append(ANNA, [said(SEVEN, ref="m"), said(EIGHT, 1, ref="m"), said("Seven more came.", 2)]).ids
    store.supersede(ANNA, [ids[2]])
    found = store.find(ANNA, "seven")
    equal(set(found.turns), {ids[0], ids[2]}, "where the word is found")
    receipt = store.forget(ANNA, found, NOON)
    equal((receipt.state, set(receipt.turns)), ("proven", set(ids)), "the receipt: all revisions of the ref go")
    equal(marks(store), [], "what is kept")
    check_partition(store, {})
    sound(store)


def neighbours_are_those_in_force(store: Store) -> None:
    ids = store.append(ANNA, [said("one"), said("two", 1), said("three", 2)]).ids
    store.supersede(ANNA, [ids[1]])
    with store.view(ANNA) as view:
        numbers = view.numbers(ids)
        equal(list(view.neighbours([numbers[ids[0]]], 1)[numbers[ids[0]]]), [(1, numbers[ids[2]])], "who comes next")


def a_repair_keeps_the_marks(store: Store) -> None:
    ids = store.append(ANNA, [said(SEVEN, ref="m"), said(EIGHT, 1, ref="m"), said("No.", 2)]).ids
    store.supersede(ANNA, [ids[2]])
    before = marks(store)
    equal(list(store.verify(repair=True)), [], "what a repair complains of")
    equal((marks(store), part(store)), (before, [EIGHT]), "the marks, and what a night would look at")
    check_partition(store, {ids[1]: EIGHT})


def a_talk_is_the_turns_of_its_session(store: Store) -> None:
    turns: list[Turn] = [said("b", 1), said("a"), said("elsewhere", session="s \ud800"), said("c", 2)]
    ids = store.append(ANNA, turns).ids
    store.append(BEN, [said("Ben's")])
    store.supersede(ANNA, [ids[0]])
    found = [(turn.text, turn.superseded) for turn in store.session_turns(ANNA, "s1")]
    equal(found, [("a", False), ("b", True), ("c", False)], "the talk")
    equal([turn.text for turn in store.session_turns(ANNA, "s \ud800")], ["elsewhere"], "a talk of an odd name")
    equal(list(store.session_turns(ANNA, "s9")), [], "a talk nobody had")
    equal(len(kept(store)), 3, "how many turns are in force")


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
