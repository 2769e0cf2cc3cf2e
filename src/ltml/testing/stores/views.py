"""A view shows one namespace at one moment, with counts and statistics of that namespace alone."""

# ruff: noqa: D103 -- a promise is named by its sentence

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ltml.errors import NotFound, StaleNight
from ltml.model import MEMORY_BIT, Evidence
from ltml.protocols import Selection, Store
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
    expect_terms,
    keep_turn,
    learn_memory,
    make_chat,
    make_memory,
    make_turn,
    run_night,
    search_terms,
)
from ltml.text import fold_keys


def search_has_the_statistics_of_the_shelf(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    assert_partition(store, dict(zip(ids, TALK, strict=True)))
    assert_partition(store, {}, "archive")


def search_follows_the_nights(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    note = make_memory("m1", "Ottilie, the sister, keeps bees.", current_turns(store)[2])
    run_night(store, "n1", ids, archive_turn(ids[1]), archive_turn(ids[3]), keep_turn(ids[2]), learn_memory(note))
    left = {name: text for name, text in zip(ids, TALK, strict=True) if name not in (ids[1], ids[3])}
    assert_partition(store, {**left, "m1": note.text})
    assert_partition(store, {ids[1]: TALK[1], ids[3]: TALK[3]}, "archive")
    assert_sound(store)


def long_posting_lists_are_whole(store: Store) -> None:
    texts = [f"kayak number {n}" for n in range(1300)]
    ids = store.append(ANNA, [make_turn(text, n) for n, text in enumerate(texts)]).ids
    away = set(ids[100:900:3])
    run_night(store, "n1", ids, *(archive_turn(name) for name in sorted(away)))
    assert_partition(store, {name: text for name, text in zip(ids, texts, strict=True) if name not in away})
    store.undo(ANNA, "n1")
    assert_partition(store, dict(zip(ids, texts, strict=True)))
    assert_sound(store)


def namespaces_never_see_each_other(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    with store.view(ANNA) as view:
        before = search_terms(view, TALK)
    digest = store.digest(ANNA)
    others = store.append(BEN, [*make_chat(), make_turn("The kayak belongs to Ben.", 9)]).ids
    assert_true(not set(ids) & set(others), "the same words should have other ids in another namespace")
    with store.view(ANNA) as view:
        assert_equal(search_terms(view, TALK), before, "what Anna's search finds")
        assert_equal(dict(view.numbers(others)), {}, "the numbers of Ben's turns")
        with store.view(BEN) as bens:
            foreign = list(bens.numbers(others).values())
        assert_equal(dict(view.documents(foreign)), {}, "Ben's documents")
        assert_true(not any(view.neighbours(foreign, 3).values()), "Ben's turns should have no neighbours here")
    assert_equal(store.digest(ANNA), digest, "Anna's digest")
    assert_equal(
        (list(store.turns(BEN, ids)), list(store.memories(BEN, ["m1"]))), ([], []), "Anna's turns and memories at Ben's"
    )


def no_order_reaches_another_namespace(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    store.append(BEN, [make_turn("Hello.")])
    run_night(store, "n1", ids, archive_turn(ids[1]))
    store.record_answer(ANNA, "q", "yes")
    before = store.digest(ANNA)
    for work in (store.night, store.undo):
        with assert_raises(NotFound, "another namespace's night"):
            work(BEN, "n1")
    with assert_raises(StaleNight, "a verdict on another namespace's turn"):
        run_night(store, "n2", [], keep_turn(ids[0]), namespace=BEN)
    assert_equal(
        store.forget(BEN, Selection(turns=tuple(ids), memories=("m1",)), NOON).state, "nothing", "the receipt's state"
    )
    assert_true(store.answer(BEN, "q") is None, "an answer should be known in its own namespace only")
    assert_equal(store.find(BEN, "kayak"), Selection(), "what Ben finds of Anna's")
    assert_equal(store.digest(ANNA), before, "Anna's digest")


def namespaces_are_listed(store: Store) -> None:
    for name in ("zoe", "anna", "Übung", "x\x00y"):
        store.append(name, [make_turn("Hello.")])
    store.forget("nobody", Selection(turns=("1",)), NOON)
    assert_equal(list(store.namespaces()), sorted(["zoe", "anna", "Übung", "x\x00y"]), "the namespaces")


def an_unknown_namespace_is_empty(store: Store) -> None:
    with store.view("nobody") as view:
        assert_equal(search_terms(view, TALK), expect_terms({}), "what is found")
        assert_equal(
            (list(view.standing()), list(view.filed_under([1])), dict(view.documents([1, MEMORY_BIT]))),
            ([], [], {}),
            "rest",
        )
    assert_equal(
        (list(store.turns("nobody")), list(store.next_batch("nobody", 9)), list(store.memories("nobody"))),
        ([], [], []),
        "it",
    )
    assert_equal(list(store.namespaces()), [], "the namespaces after looking")


def a_view_does_not_see_later_writes(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    with store.view(ANNA) as view:
        before = search_terms(view, TALK)
        late = store.append(ANNA, [make_turn("The kayak sank.", 30)]).ids
        run_night(store, "n1", ids, archive_turn(ids[0]))
        assert_equal(search_terms(view, TALK), before, "what an open view finds")
        assert_equal(dict(view.numbers(late)), {}, "the numbers of later turns")


def documents_say_what_is_known(store: Store) -> None:
    ids = store.append(
        ANNA, [replace(make_turn(TALK[0], ref="r1"), speaker="Anna", origin="pasted"), make_turn(TALK[2], 1)]
    ).ids
    note = replace(make_memory("m1", "The kayak is in the shed.", current_turns(store)[0]), tier="hot", salience=0.25)
    run_night(store, "n1", ids, keep_turn(ids[0]), learn_memory(note))
    with store.view(ANNA) as view:
        numbers = view.numbers([*ids, "m1", "unknown", "m1\x00"])
        assert_equal(set(numbers), {*ids, "m1"}, "the ids that have numbers")
        found = {d.id: d for d in view.documents([*numbers.values(), 999_999, MEMORY_BIT | 999_999]).values()}
    turn, fact = found[ids[0]], found["m1"]
    assert_equal(
        (turn.kind, turn.salience, turn.tier, turn.speaker, turn.origin),
        ("fact", 0.75, "warm", "Anna", "pasted"),
        "turn",
    )
    assert_equal(turn.evidence, (Evidence(turn=ids[0], quote=TALK[0], ref="r1", at=NOON),), "the evidence of a turn")
    assert_equal(found[ids[1]].row, None, "the verdict on a turn nobody judged")
    assert_equal((fact.is_memory, fact.row, fact.at, fact.salience), (True, note, NOON, 0.25), "the memory")


def neighbours_are_in_order_of_time(store: Store) -> None:
    store.append(
        ANNA,
        [
            make_turn("b", 2),
            make_turn("a", 1),
            make_turn("d", 4),
            make_turn("elsewhere", 3, session="s2"),
            make_turn("c", 3),
        ],
    )
    store.append(ANNA, [make_turn("c again", 3)])
    name = {turn.text: turn.id for turn in current_turns(store)}
    with store.view(ANNA) as view:
        number = {text: view.numbers([n])[n] for text, n in name.items()}
        around = view.neighbours([number["c"], MEMORY_BIT | 1], 2)
        wanted = {(-1, number["b"]), (-2, number["a"]), (1, number["c again"]), (2, number["d"])}
        assert_equal({no: set(pairs) for no, pairs in around.items()}, {number["c"]: wanted}, "the neighbours")


def standing_memories_are_the_hot_ones(store: Store) -> None:
    store.append(ANNA, make_chat())
    turn = current_turns(store)[0]
    hot = [
        replace(make_memory(name, name, turn), tier="hot", learned_at=NOON + timedelta(hours=h))
        for name, h in (("b", 2), ("a", 1))
    ]
    run_night(store, "n1", [], *map(learn_memory, [*hot, make_memory("warm", "warm", turn)]))
    with store.view(ANNA) as view:
        assert_equal([m.id for m in view.standing()], ["a", "b"], "the standing memories, as they were learned")


def fold_keys_find_what_was_kept(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    keys = fold_keys(TALK[0])
    with store.view(ANNA) as view:
        assert_equal(list(view.filed_under(keys)), [], "what is filed before any night")
    note = make_memory("m1", TALK[0], current_turns(store)[0])
    run_night(store, "n1", ids, keep_turn(ids[0]), archive_turn(ids[4]), learn_memory(note))
    with store.view(ANNA) as view:
        assert_equal({d.id for d in view.filed_under(keys)} & {ids[0], "m1", ids[4]}, {ids[0], "m1"}, "what is filed")
        assert_equal(list(view.filed_under([])), [], "what is filed under no key")
    store.undo(ANNA, "n1")
    with store.view(ANNA) as view:
        assert_equal(list(view.filed_under(keys)), [], "what is filed after the undo")


PROMISES = (
    search_has_the_statistics_of_the_shelf,
    search_follows_the_nights,
    long_posting_lists_are_whole,
    namespaces_never_see_each_other,
    no_order_reaches_another_namespace,
    namespaces_are_listed,
    an_unknown_namespace_is_empty,
    a_view_does_not_see_later_writes,
    documents_say_what_is_known,
    neighbours_are_in_order_of_time,
    standing_memories_are_the_hot_ones,
    fold_keys_find_what_was_kept,
)
