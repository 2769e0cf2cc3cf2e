"""What is forgotten is gone with all that rested on it, and nothing else is."""

# ruff: noqa: D103 -- a promise is named by its sentence

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ltml.errors import AlreadyUndone, StaleNight
from ltml.model import Evidence, Injection, Item, Night
from ltml.protocols import Selection, Store
from ltml.testing.promises import equal, refusing
from ltml.testing.stores.tools import (
    ANNA,
    NOON,
    TALK,
    archived,
    judged,
    kept,
    learned,
    memory,
    on_shelf,
    said,
    sleep,
    sound,
    talk,
)


def find_looks_into_words(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    sleep(store, "n1", ids, learned(memory("m1", "A Kayak.", kept(store)[0])))
    equal(store.find(ANNA, "KAYAK"), Selection(turns=(ids[0], ids[4]), memories=("m1",)), "what is found")
    equal(store.find(ANNA, "submarine"), Selection(), "what is not there")
    for nothing in ("", "  \n"):
        equal(store.find(ANNA, nothing), Selection(), "what no words find: never everything")


def forgotten_turns_are_gone(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    note = memory("m1", TALK[2], kept(store)[2])
    sleep(store, "n1", ids, archived(ids[1]), judged(ids[2]), learned(note))
    store.note_answer(ANNA, "q", "Ottilie")
    item = Item(text="Bees.", kind="fact", score=1.0, evidence=(), id="m1")
    store.note_injection(ANNA, Injection(recall="Ottilie.", items=(item,)), NOON, None)
    receipt = store.forget(ANNA, store.find(ANNA, "ottilie"), NOON)
    equal((receipt.turns, receipt.memories, receipt.sealed_nights), ((ids[2],), ("m1",), ("n1",)), "the receipt")
    equal(receipt.state, "proven", "the state of the receipt")
    equal((list(store.turns(ANNA, [ids[2]])), list(store.memories(ANNA))), ([], []), "the turn and its memory")
    equal((store.answer(ANNA, "q"), store.injected(ANNA, ["Ottilie."])), (None, frozenset()), "answer and injection")
    night = store.night(ANNA, "n1")
    equal((night.state, [c.key for c in night.changes]), ("sealed", [f"verdict:{ids[1]}"]), "the night")
    with refusing(AlreadyUndone, "undoing a sealed night"):
        store.undo(ANNA, "n1")
    on_shelf(store, {ids[0]: TALK[0], ids[3]: TALK[3], ids[4]: TALK[4]})
    sound(store)


def a_memory_is_made_anew_from_what_is_left(store: Store) -> None:
    store.append(ANNA, [said("Ottilie keeps bees."), said("She has nine hives.", 1), said("Her bees are gentle.", 2)])
    first, second, third = kept(store)
    note = replace(memory("m1", "Ottilie keeps bees, in nine hives.", first, second), count=5)
    whole = replace(memory("m2", "Gentle bees, says Ottilie.", first, third), evidence=(
        Evidence(turn=first.id, at=first.at), Evidence(turn=third.id, at=third.at)))  # fmt: skip
    sleep(store, "n1", [first.id], learned(note), learned(whole))
    receipt = store.forget(ANNA, Selection(turns=(first.id,)), NOON)
    equal((receipt.turns, set(receipt.memories)), ((first.id,), {"m1", "m2"}), "the receipt")
    left = {m.id: m for m in store.memories(ANNA)}
    equal((left["m1"].text, left["m1"].count), ("She has nine hives.", 4), "the memory in the words that are left")
    equal([e.turn for e in left["m1"].evidence], [second.id], "its evidence")
    equal(left["m2"].text, third.text, "a memory whose evidence has no quote")
    on_shelf(store, {second.id: second.text, third.id: third.text, "m1": second.text, "m2": third.text})
    sound(store)


def forgetting_takes_every_revision(store: Store) -> None:
    old = store.append(ANNA, [said("The code is swordfish.", ref="m1"), said("Fine.", 1)]).ids
    new = store.append(ANNA, [said("The code is halibut.", ref="m1")]).ids[0]
    sleep(store, "n1", [*old, new], judged(old[0]), judged(new))
    receipt = store.forget(ANNA, Selection(turns=(old[0],)), NOON)
    equal(set(receipt.turns), {old[0], new}, "the turns of the receipt")
    equal([t.text for t in kept(store)], ["Fine."], "what is left")
    equal(store.find(ANNA, "code"), Selection(), "what is found of it")
    again = store.append(ANNA, [said("The code is plaice.", ref="m1")])
    equal((again.new, again.ids[0]), (1, old[0]), "the same ref after the forgetting")
    sound(store)


def a_forgotten_memory_leaves_its_turns(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    sleep(store, "n1", ids, learned(memory("m1", "Bees.", kept(store)[2])))
    receipt = store.forget(ANNA, Selection(memories=("m1",)), NOON)
    equal((receipt.turns, receipt.memories), ((), ("m1",)), "the receipt")
    equal((len(kept(store)), list(store.memories(ANNA))), (len(TALK), []), "turns and memories")
    sound(store)


def forgetting_nothing_is_nothing(store: Store) -> None:
    store.append(ANNA, talk())
    before = store.digest(ANNA)
    for selection in (Selection(), Selection(turns=("unknown",), memories=("unknown",))):
        equal(store.forget(ANNA, selection, NOON).state, "nothing", "the state of the receipt")
    equal(store.digest(ANNA), before, "the digest")


def an_order_given_twice_has_one_receipt(store: Store) -> None:
    store.append(ANNA, talk())
    order = store.find(ANNA, "ottilie")
    first = store.forget(ANNA, order, NOON)
    equal(store.forget(ANNA, order, NOON + timedelta(days=1)).id, first.id, "the receipt of the second order")


def a_night_sealed_while_it_runs_stays_sealed(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    store.commit(ANNA, "n1", ids[:3], [archived(ids[1]), judged(ids[2])])
    store.forget(ANNA, Selection(turns=(ids[2],)), NOON)
    store.commit(ANNA, "n1", ids[3:], [archived(ids[3])])
    equal(store.finish(ANNA, "n1", "promoted", {}).state, "sealed", "the state of the night")
    with refusing(AlreadyUndone, "undoing it"):
        store.undo(ANNA, "n1")
    sound(store)


def forgetting_makes_a_thinking_night_stale(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    note = memory("m1", TALK[2], kept(store)[2])
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    store.forget(ANNA, Selection(turns=(ids[2],)), NOON)
    with refusing(StaleNight, "a memory of what was forgotten meanwhile"):
        store.commit(ANNA, "n1", ids, [learned(note)])
    equal((store.find(ANNA, "ottilie"), len(store.part(ANNA, 10))), (Selection(), len(TALK) - 1), "what is left")


PROMISES = (
    find_looks_into_words,
    forgotten_turns_are_gone,
    a_memory_is_made_anew_from_what_is_left,
    forgetting_takes_every_revision,
    a_forgotten_memory_leaves_its_turns,
    forgetting_nothing_is_nothing,
    an_order_given_twice_has_one_receipt,
    a_night_sealed_while_it_runs_stays_sealed,
    forgetting_makes_a_thinking_night_stale,
)
