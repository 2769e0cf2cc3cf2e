"""A view shows one namespace at one moment, with counts and statistics of that namespace alone."""

# ruff: noqa: D103 -- a promise is named by its sentence

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ltml.errors import NotFound, StaleNight
from ltml.model import MEMORY_BIT, Evidence
from ltml.protocols import Selection, Store
from ltml.testing.promises import equal, holds, refusing
from ltml.testing.stores.tools import (
    ANNA,
    BEN,
    NOON,
    TALK,
    archived,
    check_partition,
    counted,
    judged,
    kept,
    learned,
    memory,
    said,
    seen,
    sleep,
    sound,
    talk,
)
from ltml.text import fold_keys


def search_has_the_statistics_of_the_partition(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    check_partition(store, dict(zip(ids, TALK, strict=True)))
    check_partition(store, {}, "archive")


def search_follows_the_nights(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    note = memory("m1", "Ottilie, the sister, keeps bees.", kept(store)[2])
    sleep(store, "n1", ids, archived(ids[1]), archived(ids[3]), judged(ids[2]), learned(note))
    left = {name: text for name, text in zip(ids, TALK, strict=True) if name not in (ids[1], ids[3])}
    check_partition(store, {**left, "m1": note.text})
    check_partition(store, {ids[1]: TALK[1], ids[3]: TALK[3]}, "archive")
    sound(store)


def long_posting_lists_are_whole(store: Store) -> None:
    texts = [f"kayak number {n}" for n in range(1300)]
    ids = store.append(ANNA, [said(text, n) for n, text in enumerate(texts)]).ids
    away = set(ids[100:900:3])
    sleep(store, "n1", ids, *(archived(name) for name in sorted(away)))
    check_partition(store, {name: text for name, text in zip(ids, texts, strict=True) if name not in away})
    store.undo(ANNA, "n1")
    check_partition(store, dict(zip(ids, texts, strict=True)))
    sound(store)


def namespaces_never_see_each_other(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    with store.view(ANNA) as view:
        before = seen(view, TALK)
    digest = store.digest(ANNA)
    others = store.append(BEN, [*talk(), said("The kayak belongs to Ben.", 9)]).ids
    holds(not set(ids) & set(others), "the same words should have other ids in another namespace")
    with store.view(ANNA) as view:
        equal(seen(view, TALK), before, "what Anna's search finds")
        equal(dict(view.numbers(others)), {}, "the numbers of Ben's turns")
        with store.view(BEN) as bens:
            foreign = list(bens.numbers(others).values())
        equal(dict(view.documents(foreign)), {}, "Ben's documents")
        holds(not any(view.neighbours(foreign, 3).values()), "Ben's turns should have no neighbours here")
    equal(store.digest(ANNA), digest, "Anna's digest")
    equal(
        (list(store.turns(BEN, ids)), list(store.memories(BEN, ["m1"]))), ([], []), "Anna's turns and memories at Ben's"
    )


def no_order_reaches_another_namespace(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    store.append(BEN, [said("Hello.")])
    sleep(store, "n1", ids, archived(ids[1]))
    store.record_answer(ANNA, "q", "yes")
    before = store.digest(ANNA)
    for work in (store.night, store.undo):
        with refusing(NotFound, "another namespace's night"):
            work(BEN, "n1")
    with refusing(StaleNight, "a verdict on another namespace's turn"):
        sleep(store, "n2", [], judged(ids[0]), namespace=BEN)
    equal(
        store.forget(BEN, Selection(turns=tuple(ids), memories=("m1",)), NOON).state, "nothing", "the receipt's state"
    )
    holds(store.answer(BEN, "q") is None, "an answer should be known in its own namespace only")
    equal(store.find(BEN, "kayak"), Selection(), "what Ben finds of Anna's")
    equal(store.digest(ANNA), before, "Anna's digest")


def namespaces_are_listed(store: Store) -> None:
    for name in ("zoe", "anna", "Übung", "x\x00y"):
        store.append(name, [said("Hello.")])
    store.forget("nobody", Selection(turns=("1",)), NOON)
    equal(list(store.namespaces()), sorted(["zoe", "anna", "Übung", "x\x00y"]), "the namespaces")


def an_unknown_namespace_is_empty(store: Store) -> None:
    with store.view("nobody") as view:
        equal(seen(view, TALK), counted({}), "what is found")
        equal(
            (list(view.standing()), list(view.filed_under([1])), dict(view.documents([1, MEMORY_BIT]))),
            ([], [], {}),
            "rest",
        )
    equal(
        (list(store.turns("nobody")), list(store.next_batch("nobody", 9)), list(store.memories("nobody"))),
        ([], [], []),
        "it",
    )
    equal(list(store.namespaces()), [], "the namespaces after looking")


def a_view_does_not_see_later_writes(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    with store.view(ANNA) as view:
        before = seen(view, TALK)
        late = store.append(ANNA, [said("The kayak sank.", 30)]).ids
        sleep(store, "n1", ids, archived(ids[0]))
        equal(seen(view, TALK), before, "what an open view finds")
        equal(dict(view.numbers(late)), {}, "the numbers of later turns")


def documents_say_what_is_known(store: Store) -> None:
    ids = store.append(ANNA, [replace(said(TALK[0], ref="r1"), speaker="Anna", origin="pasted"), said(TALK[2], 1)]).ids
    note = replace(memory("m1", "The kayak is in the shed.", kept(store)[0]), tier="hot", salience=0.25)
    sleep(store, "n1", ids, judged(ids[0]), learned(note))
    with store.view(ANNA) as view:
        numbers = view.numbers([*ids, "m1", "unknown", "m1\x00"])
        equal(set(numbers), {*ids, "m1"}, "the ids that have numbers")
        found = {d.id: d for d in view.documents([*numbers.values(), 999_999, MEMORY_BIT | 999_999]).values()}
    turn, fact = found[ids[0]], found["m1"]
    equal(
        (turn.kind, turn.salience, turn.tier, turn.speaker, turn.origin),
        ("fact", 0.75, "warm", "Anna", "pasted"),
        "turn",
    )
    equal(turn.evidence, (Evidence(turn=ids[0], quote=TALK[0], ref="r1", at=NOON),), "the evidence of a turn")
    equal(found[ids[1]].row, None, "the verdict on a turn nobody judged")
    equal((fact.is_memory, fact.row, fact.at, fact.salience), (True, note, NOON, 0.25), "the memory")


def neighbours_are_in_order_of_time(store: Store) -> None:
    store.append(ANNA, [said("b", 2), said("a", 1), said("d", 4), said("elsewhere", 3, session="s2"), said("c", 3)])
    store.append(ANNA, [said("c again", 3)])
    name = {turn.text: turn.id for turn in kept(store)}
    with store.view(ANNA) as view:
        number = {text: view.numbers([n])[n] for text, n in name.items()}
        around = view.neighbours([number["c"], MEMORY_BIT | 1], 2)
        wanted = {(-1, number["b"]), (-2, number["a"]), (1, number["c again"]), (2, number["d"])}
        equal({no: set(pairs) for no, pairs in around.items()}, {number["c"]: wanted}, "the neighbours")


def standing_memories_are_the_hot_ones(store: Store) -> None:
    store.append(ANNA, talk())
    turn = kept(store)[0]
    hot = [
        replace(memory(name, name, turn), tier="hot", learned_at=NOON + timedelta(hours=h))
        for name, h in (("b", 2), ("a", 1))
    ]
    sleep(store, "n1", [], *map(learned, [*hot, memory("warm", "warm", turn)]))
    with store.view(ANNA) as view:
        equal([m.id for m in view.standing()], ["a", "b"], "the standing memories, as they were learned")


def fold_keys_find_what_was_kept(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    keys = fold_keys(TALK[0])
    with store.view(ANNA) as view:
        equal(list(view.filed_under(keys)), [], "what is filed before any night")
    note = memory("m1", TALK[0], kept(store)[0])
    sleep(store, "n1", ids, judged(ids[0]), archived(ids[4]), learned(note))
    with store.view(ANNA) as view:
        equal({d.id for d in view.filed_under(keys)} & {ids[0], "m1", ids[4]}, {ids[0], "m1"}, "what is filed")
        equal(list(view.filed_under([])), [], "what is filed under no key")
    store.undo(ANNA, "n1")
    with store.view(ANNA) as view:
        equal(list(view.filed_under(keys)), [], "what is filed after the undo")


PROMISES = (
    search_has_the_statistics_of_the_partition,
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
