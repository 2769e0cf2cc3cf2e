"""A night happens wholly or not at all, and can be taken back exactly."""

# ruff: noqa: D103 -- a promise is named by its sentence

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ltml.errors import AlreadyUndone, NotFound, StaleNight, UndoConflict
from ltml.model import Change, Injection, Item, Night, Verdict, changed
from ltml.protocols import Store
from ltml.testing.promises import assert_equal, assert_raises, assert_true
from ltml.testing.stores.fixtures import (
    ANNA,
    BEN,
    NOON,
    TALK,
    archive_turn,
    assert_partition,
    assert_sound,
    current_turns,
    keep_turn,
    learn_memory,
    make_chat,
    make_memory,
    make_turn,
    run_night,
)


def a_night_is_kept_with_its_changes(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    changes = (
        archive_turn(ids[1]),
        keep_turn(ids[2]),
        learn_memory(make_memory("m1", "Bees.", current_turns(store)[2])),
    )
    night = run_night(store, "n1", ids, *changes)
    assert_equal((night.state, night.changes, dict(night.report)), ("promoted", changes, {"changes": 3.0}), "the night")
    assert_equal(store.night(ANNA, "n1"), night, "the night asked for")
    assert_equal(list(store.nights(ANNA)), [replace(night, changes=())], "the list of nights")
    assert_equal(list(store.next_batch(ANNA, 10)), [], "the new turns after it")
    assert_equal({v.turn for v in store.verdicts(ANNA)}, {ids[1], ids[2]}, "the verdicts")
    assert_equal([v.turn for v in store.verdicts(ANNA, [ids[2]])], [ids[2]], "the verdicts asked for")
    assert_equal(list(store.memories(ANNA, ["m1"])), [changes[2].after], "the memory asked for")


def a_night_nobody_knows_is_not_found(store: Store) -> None:
    with assert_raises(NotFound, "an unknown night"):
        store.night(ANNA, "n9")
    with assert_raises(NotFound, "undoing an unknown night"):
        store.undo(ANNA, "n9")
    with assert_raises(NotFound, "committing to an unknown night"):
        store.commit(ANNA, "n9", [], [])
    assert_equal(list(store.namespaces()), [], "the namespaces afterwards")


def a_commit_is_all_or_nothing(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    before = store.digest(ANNA)
    note = make_memory("m1", "Bees.", current_turns(store)[2])
    wrong = Change(before=replace(note, text="Wasps."), after=None, reason="never was so")
    with assert_raises(StaleNight, "a change whose row is not as before"):
        store.commit(ANNA, "n1", ids, [archive_turn(ids[0]), learn_memory(note), wrong])
    assert_equal(store.digest(ANNA), before, "the digest")
    assert_equal(store.night(ANNA, "n1").changes, (), "the night's changes")
    assert_partition(store, dict(zip(ids, TALK, strict=True)))
    assert_sound(store)


def a_row_changed_meanwhile_makes_the_night_stale(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    run_night(store, "n1", ids, archive_turn(ids[0]))
    with assert_raises(StaleNight, "a verdict that is there already"):
        run_night(store, "n2", ids, keep_turn(ids[0]))
    with assert_raises(StaleNight, "a verdict on an unknown turn"):
        run_night(store, "n3", [], keep_turn("no such turn"))
    with assert_raises(StaleNight, "a memory that cites a turn that is gone"):
        run_night(
            store, "n4", [], learn_memory(make_memory("m1", "Bees.", replace(current_turns(store)[0], id="gone")))
        )


def whole_numbers_do_not_make_a_night_stale(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    whole = Verdict(turn=ids[0], keep=True, kind="fact", reason="new", salience=1)
    before = store.digest(ANNA)
    run_night(store, "n1", ids, Change(before=None, after=whole, reason="new"))
    run_night(store, "n2", [], changed(whole, salience=0, reason="less"))
    store.undo(ANNA, "n2")
    store.undo(ANNA, "n1")
    assert_equal(store.digest(ANNA), before, "the digest")


def undo_puts_back_exactly(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    first = make_memory("m1", "Ottilie keeps bees.", current_turns(store)[2])
    run_night(store, "n0", ids[:3], keep_turn(ids[0]), learn_memory(first))
    before, documents = store.digest(ANNA), {m.id: m for m in store.memories(ANNA)}
    second = replace(make_memory("m2", "A kayak.", current_turns(store)[4]), tier="archive")
    judged_first = next(iter(store.verdicts(ANNA, [ids[0]])))
    run_night(
        store, "n1", ids[3:], archive_turn(ids[4]), changed(judged_first, tier="archive", reason="said elsewhere"),
        changed(first, text="Ottilie keeps bees and wasps.", tier="hot", reason="seen again"), learn_memory(second),
    )  # fmt: skip
    assert_true(store.digest(ANNA) != before, "a night with changes should change the digest")
    night = store.undo(ANNA, "n1")
    assert_equal(night.state, "undone", "the state of the night")
    assert_equal(store.digest(ANNA), before, "the digest after the undo")
    assert_equal({m.id: m for m in store.memories(ANNA)}, documents, "the memories")
    assert_equal([t.id for t in store.next_batch(ANNA, 10)], list(ids[3:]), "the turns that are new again")
    assert_partition(store, {**dict(zip(ids, TALK, strict=True)), "m1": first.text})
    assert_partition(store, {}, "archive")
    assert_sound(store)


def undo_takes_back_every_part(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    before = store.digest(ANNA)
    note = make_memory("m1", "Bees.", current_turns(store)[2])
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    store.commit(ANNA, "n1", ids[:2], [archive_turn(ids[0]), learn_memory(note)])
    store.commit(ANNA, "n1", ids[2:], [changed(note, text="Many bees.", reason="seen again"), archive_turn(ids[3])])
    assert_equal(len(store.finish(ANNA, "n1", "promoted", {}).changes), 4, "the changes of both parts")
    store.undo(ANNA, "n1")
    assert_equal(store.digest(ANNA), before, "the digest")
    assert_equal(len(store.next_batch(ANNA, 10)), len(ids), "the turns that are new again")
    assert_sound(store)


def undo_brings_a_dropped_memory_back_in_its_place(store: Store) -> None:
    store.append(ANNA, make_chat())
    notes = [make_memory(f"m{n}", f"fact {n}", current_turns(store)[0]) for n in range(3)]
    run_night(store, "n1", [], *map(learn_memory, notes))
    run_night(store, "n2", [], Change(before=notes[0], after=None, reason="wrong"))
    store.undo(ANNA, "n2")
    assert_equal(list(store.memories(ANNA)), notes, "the memories in order")
    assert_sound(store)


def undo_happens_once(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    run_night(store, "n1", ids, archive_turn(ids[0]))
    store.undo(ANNA, "n1")
    with assert_raises(AlreadyUndone, "undoing twice"):
        store.undo(ANNA, "n1")
    with assert_raises(AlreadyUndone, "committing to a night that was undone"):
        store.commit(ANNA, "n1", ids, [archive_turn(ids[0])])
    with assert_raises(AlreadyUndone, "beginning a night again that was undone"):
        store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    assert_equal(
        store.finish(ANNA, "n1", "promoted", {}).state, "undone", "the state of an undone night that ends late"
    )


def a_refused_night_cannot_be_undone(store: Store) -> None:
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    store.finish(ANNA, "n1", "refused", {"why": "recall got worse"})
    with assert_raises(AlreadyUndone, "undoing a night that never took effect"):
        store.undo(ANNA, "n1")


def undo_is_refused_where_a_later_night_built_on_it(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    note = make_memory("m1", "Bees.", current_turns(store)[2])
    run_night(store, "n1", ids[:2], learn_memory(note), archive_turn(ids[0]))
    run_night(store, "n2", ids[2:], changed(note, text="Many bees.", reason="seen again"))
    before = store.digest(ANNA)
    with assert_raises(UndoConflict, "undoing a night that another built on"):
        store.undo(ANNA, "n1")
    assert_equal(store.digest(ANNA), before, "the digest after the refusal")
    store.undo(ANNA, "n2")
    store.undo(ANNA, "n1")
    assert_equal(list(store.memories(ANNA)), [], "the memories when both are undone")
    assert_sound(store)


def undo_is_refused_even_where_later_nights_changed_it_back(store: Store) -> None:
    store.append(ANNA, make_chat())
    note = make_memory("m1", "Bees.", current_turns(store)[2])
    more = changed(note, text="Many bees.", reason="seen again")
    run_night(store, "n1", [], learn_memory(note))
    run_night(store, "n2", [], more)
    run_night(store, "n3", [], more.inverse)
    with assert_raises(UndoConflict, "undoing a night that two others built on"):
        store.undo(ANNA, "n1")


def what_was_undone_is_vetoed(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    assert_equal(store.vetoes(ANNA), frozenset(), "the vetoes at first")
    run_night(store, "n1", ids, archive_turn(ids[0]), learn_memory(make_memory("m1", "Bees.", current_turns(store)[2])))
    store.undo(ANNA, "n1")
    assert_equal(store.vetoes(ANNA), frozenset({f"verdict:{ids[0]}", "memory:m1"}), "the vetoes")


def a_revised_turn_is_not_new_again_after_an_undo(store: Store) -> None:
    old = store.append(ANNA, [make_turn("Hall A.", ref="m1"), make_turn("Something else.", 1)]).ids
    run_night(store, "n1", old, archive_turn(old[0]), keep_turn(old[1]))
    new = store.append(ANNA, [make_turn("Hall B, upstairs.", 2, ref="m1")]).ids[0]
    store.undo(ANNA, "n1")
    assert_equal({t.id for t in store.next_batch(ANNA, 10)}, {old[1], new}, "the new turns")
    assert_partition(store, {old[1]: "Something else.", new: "Hall B, upstairs."})
    assert_partition(store, {}, "archive")
    assert_sound(store)


def answers_are_kept_until_the_night_ends(store: Store) -> None:
    assert_equal(store.answer(ANNA, "q1"), None, "an answer nobody gave")
    store.record_answer(ANNA, "q1", "{}")
    store.record_answer(ANNA, "q1", "yes \ud800\x00")
    assert_equal(store.answer(ANNA, "q1"), "yes \ud800\x00", "the answer")
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    store.finish(ANNA, "n1", "interrupted", {})
    assert_true(store.answer(ANNA, "q1") is not None, "an interrupted night should find its answers again")
    store.finish(ANNA, "n1", "empty", {})
    assert_equal(store.answer(ANNA, "q1"), None, "the answer after the night")


def beginning_again_resumes(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    night = Night(id="n1", state="interrupted", started_at=NOON, kind="night")
    store.begin(ANNA, night)
    store.commit(ANNA, "n1", ids[:1], [archive_turn(ids[0])])
    store.begin(ANNA, replace(night, started_at=NOON + timedelta(hours=1)))
    assert_equal(store.night(ANNA, "n1"), replace(night, changes=(archive_turn(ids[0]),)), "the resumed night")


def refusals_are_remembered(store: Store) -> None:
    store.record_refusal(ANNA, "d1")
    store.record_refusal(ANNA, "d1")
    assert_equal(
        (store.is_refused(ANNA, "d1"), store.is_refused(ANNA, "d2"), store.is_refused(BEN, "d1")),
        (True, False, False),
        "refusals",
    )


def a_lease_has_one_holder(store: Store) -> None:
    term = timedelta(minutes=5)
    assert_true(store.lease("night", "a", NOON, term), "a free lease should be given")
    assert_true(not store.lease("night", "b", NOON + term / 2, term), "a lease that another holds should not be given")
    assert_true(store.lease("night", "a", NOON + term / 2, term), "a lease should be renewed for its holder")
    assert_true(not store.lease("night", "b", NOON + term, term), "a renewed lease should not be given to another")
    assert_true(store.lease("night", "b", NOON + term * 1.5, term), "a lease that ran out should be given")
    store.release("night", "a")
    assert_true(
        not store.lease("night", "a", NOON + term * 1.5, term),
        "a release by one who does not hold the lease should do nothing",
    )
    assert_equal(store.lease_holder("night"), "b", "who holds the lease")
    store.release("night", "b")
    assert_equal(store.lease_holder("night"), None, "who holds a lease that was given back")
    assert_true(store.lease("night", "a", NOON, term), "a released lease should be given")
    assert_true(store.lease("checkpoint", "b", NOON, term), "another lease should be given")


def an_injection_is_recognised(store: Store) -> None:
    item = Item(text="Bees.", kind="fact", score=1.0, evidence=(), id="m1")
    store.record_injection(ANNA, Injection(block="The block.", recall="The recall \ud800.", items=(item,)), NOON, None)
    store.record_injection(ANNA, Injection(recall="More."), NOON, "s1")
    texts = ["The block.", "The recall \ud800.", "More.", "The block", "", "Never said."]
    assert_equal(store.find_injected(ANNA, texts), frozenset(texts[:3]), "the texts LTML injected")
    assert_equal(store.find_injected(BEN, texts), frozenset(), "the texts injected into another namespace")
    assert_equal(store.find_injected(ANNA, []), frozenset(), "of no texts")


PROMISES = (
    a_night_is_kept_with_its_changes,
    a_night_nobody_knows_is_not_found,
    a_commit_is_all_or_nothing,
    a_row_changed_meanwhile_makes_the_night_stale,
    whole_numbers_do_not_make_a_night_stale,
    undo_puts_back_exactly,
    undo_takes_back_every_part,
    undo_brings_a_dropped_memory_back_in_its_place,
    undo_happens_once,
    a_refused_night_cannot_be_undone,
    undo_is_refused_where_a_later_night_built_on_it,
    undo_is_refused_even_where_later_nights_changed_it_back,
    what_was_undone_is_vetoed,
    a_revised_turn_is_not_new_again_after_an_undo,
    answers_are_kept_until_the_night_ends,
    beginning_again_resumes,
    refusals_are_remembered,
    a_lease_has_one_holder,
    an_injection_is_recognised,
)
