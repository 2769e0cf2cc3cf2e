"""What is forgotten is gone with all that rested on it, and nothing else is."""

# ruff: noqa: D103 -- a promise is named by its sentence

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ltml.errors import AlreadyUndone, StaleNight
from ltml.model import Evidence, Injection, Item, Night
from ltml.protocols import MessageDigest, Selection, Store
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


def words_inside_others_are_other_words(store: Store) -> None:
    """Who forgets Ann keeps Hannover, and who forgets 31 keeps 4312; without spaces every sign is a word."""
    texts = ["We moved to Hannover.", "Ann, my aunt, called.", "It was 4312 euros.", "It costs 31.", "猫が好きです"]
    ids = store.append(ANNA, [make_turn(text, at) for at, text in enumerate(texts)]).ids
    for words, place in (("ann", 1), ("31", 3), ("猫", 4)):
        assert_equal(store.find(ANNA, words).turns, (ids[place],), f"what {words} is found in")
    assert_equal(store.find(ANNA, "annove").turns, (), "what a part of a word is found in")


def find_looks_into_words(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    run_night(store, "n1", ids, learn_memory(make_memory("m1", "A Kayak.", current_turns(store)[0])))
    assert_equal(store.find(ANNA, "KAYAK"), Selection(turns=(ids[0], ids[4]), memories=("m1",)), "what is found")
    assert_equal(store.find(ANNA, "submarine"), Selection(), "what is not there")
    for nothing in ("", "  \n"):
        assert_equal(store.find(ANNA, nothing), Selection(), "what no words find: never everything")


def forgotten_turns_are_gone(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    note = make_memory("m1", TALK[2], current_turns(store)[2])
    run_night(store, "n1", ids, archive_turn(ids[1]), keep_turn(ids[2]), learn_memory(note))
    store.record_answer(ANNA, "q", "Ottilie")
    item = Item(text="Bees.", kind="fact", score=1.0, evidence=(), id="m1")
    store.record_injection(ANNA, Injection(recall="Ottilie.", items=(item,)), NOON, None)
    receipt = store.forget(ANNA, store.find(ANNA, "ottilie"), NOON)
    assert_equal((receipt.turns, receipt.memories, receipt.sealed_nights), ((ids[2],), ("m1",), ("n1",)), "the receipt")
    assert_equal(receipt.state, "proven", "the state of the receipt")
    assert_equal((list(store.turns(ANNA, [ids[2]])), list(store.memories(ANNA))), ([], []), "the turn and its memory")
    assert_equal(
        (store.answer(ANNA, "q"), store.find_injected(ANNA, ["Ottilie."])), (None, frozenset()), "answer and injection"
    )
    night = store.night(ANNA, "n1")
    assert_equal((night.state, [c.key for c in night.changes]), ("sealed", [f"verdict:{ids[1]}"]), "the night")
    with assert_raises(AlreadyUndone, "undoing a sealed night"):
        store.undo(ANNA, "n1")
    assert_partition(store, {ids[0]: TALK[0], ids[3]: TALK[3], ids[4]: TALK[4]})
    assert_sound(store)


def a_memory_is_made_anew_from_what_is_left(store: Store) -> None:
    store.append(
        ANNA,
        [make_turn("Ottilie keeps bees."), make_turn("She has nine hives.", 1), make_turn("Her bees are gentle.", 2)],
    )
    first, second, third = current_turns(store)
    note = replace(make_memory("m1", "Ottilie keeps bees, in nine hives.", first, second), count=5)
    whole = replace(make_memory("m2", "Gentle bees, says Ottilie.", first, third), evidence=(
        Evidence(turn=first.id, at=first.at), Evidence(turn=third.id, at=third.at)))  # fmt: skip
    run_night(store, "n1", [first.id], learn_memory(note), learn_memory(whole))
    receipt = store.forget(ANNA, Selection(turns=(first.id,)), NOON)
    assert_equal((receipt.turns, set(receipt.memories)), ((first.id,), {"m1", "m2"}), "the receipt")
    left = {m.id: m for m in store.memories(ANNA)}
    assert_equal(
        (left["m1"].text, left["m1"].count), ("She has nine hives.", 4), "the memory in the words that are left"
    )
    assert_equal([e.turn for e in left["m1"].evidence], [second.id], "its evidence")
    assert_equal(left["m2"].text, third.text, "a memory whose evidence has no quote")
    assert_partition(store, {second.id: second.text, third.id: third.text, "m1": second.text, "m2": third.text})
    assert_sound(store)


def forgetting_takes_every_revision(store: Store) -> None:
    old = store.append(ANNA, [make_turn("The code is swordfish.", ref="m1"), make_turn("Fine.", 1)]).ids
    new = store.append(ANNA, [make_turn("The code is halibut.", ref="m1")]).ids[0]
    run_night(store, "n1", [*old, new], keep_turn(old[0]), keep_turn(new))
    receipt = store.forget(ANNA, Selection(turns=(old[0],)), NOON)
    assert_equal(set(receipt.turns), {old[0], new}, "the turns of the receipt")
    assert_equal([t.text for t in current_turns(store)], ["Fine."], "what is left")
    assert_equal(store.find(ANNA, "code"), Selection(), "what is found of it")
    again = store.append(ANNA, [make_turn("The code is plaice.", ref="m1")])
    assert_equal((again.new, again.ids[0]), (1, old[0]), "the same ref after the forgetting")
    assert_sound(store)


def a_forgotten_memory_leaves_its_turns(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    run_night(store, "n1", ids, learn_memory(make_memory("m1", "Bees.", current_turns(store)[2])))
    receipt = store.forget(ANNA, Selection(memories=("m1",)), NOON)
    assert_equal((receipt.turns, receipt.memories), ((), ("m1",)), "the receipt")
    assert_equal((len(current_turns(store)), list(store.memories(ANNA))), (len(TALK), []), "turns and memories")
    assert_sound(store)


def forgetting_nothing_is_nothing(store: Store) -> None:
    store.append(ANNA, make_chat())
    before = store.digest(ANNA)
    for selection in (Selection(), Selection(turns=("unknown",), memories=("unknown",))):
        assert_equal(store.forget(ANNA, selection, NOON).state, "nothing", "the state of the receipt")
    assert_equal(store.digest(ANNA), before, "the digest")


def an_order_given_twice_has_one_receipt(store: Store) -> None:
    store.append(ANNA, make_chat())
    order = store.find(ANNA, "ottilie")
    first = store.forget(ANNA, order, NOON)
    assert_equal(store.forget(ANNA, order, NOON + timedelta(days=1)).id, first.id, "the receipt of the second order")


def a_night_sealed_while_it_runs_stays_sealed(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    store.commit(ANNA, "n1", ids[:3], [archive_turn(ids[1]), keep_turn(ids[2])])
    store.forget(ANNA, Selection(turns=(ids[2],)), NOON)
    store.commit(ANNA, "n1", ids[3:], [archive_turn(ids[3])])
    assert_equal(store.finish(ANNA, "n1", "promoted", {}).state, "sealed", "the state of the night")
    with assert_raises(AlreadyUndone, "undoing it"):
        store.undo(ANNA, "n1")
    assert_sound(store)


def forgetting_makes_a_thinking_night_stale(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    note = make_memory("m1", TALK[2], current_turns(store)[2])
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    store.forget(ANNA, Selection(turns=(ids[2],)), NOON)
    with assert_raises(StaleNight, "a memory of what was forgotten meanwhile"):
        store.commit(ANNA, "n1", ids, [learn_memory(note)])
    assert_equal(
        (store.find(ANNA, "ottilie"), len(store.next_batch(ANNA, 10))), (Selection(), len(TALK) - 1), "what is left"
    )


def _record_placed(store: Store, session: str, place: str, text: str, *ids: str) -> None:
    items = tuple(Item(text=text, kind="fact", score=1.0, evidence=(), id=name) for name in ids)
    store.record_injection(ANNA, Injection(recall=text, items=items), NOON, session, place)


def words_placed_in_requests_are_forgotten_with_what_they_say(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    _record_placed(store, "s7", "p1", "[memory]\n2031-03-05:\nuser: Ottilie keeps bees.\n[/memory]", ids[2])
    _record_placed(
        store, "s7", "p2", "[memory]\n- My sister  OTTILIE keeps\tbees; her honey tastes of thyme.\n[/memory]", "m9"
    )
    _record_placed(
        store, "s7", "p3", "[memory]\n- Thyme is what the honey of my sister Ottilie's bees tastes of; she keeps.\n"
    )
    _record_placed(store, "s7", "p4", "[memory]\n- The kayak needs a new paddle.\n[/memory]", ids[4])
    said_too = make_turn("Thyme honey it is. Bees! My sister. Ottilie's tastes: what she keeps.", 60, session="s8")
    store.append(ANNA, [said_too])  # so that no single word gives the rest away
    store.forget(ANNA, Selection(turns=(ids[2],)), NOON)
    assert_equal([words.place for words in store.placed_texts(ANNA, "s7")], ["p4"], "what may still be placed")
    assert_sound(store)


def a_word_that_nothing_else_says_takes_the_words_it_was_placed_in(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    _record_placed(store, "s7", "p1", "[memory]\n- Somebody called Ottilie was mentioned.\n[/memory]", "m9")
    _record_placed(store, "s7", "p2", "[memory]\n- The kayak is old.\n[/memory]", "m8")
    receipt = store.forget(ANNA, Selection(turns=(ids[2],)), NOON)
    assert_equal([words.place for words in store.placed_texts(ANNA, "s7")], ["p2"], "what may still be placed")
    assert_equal(receipt.state, "proven", "the state of the receipt")


def a_short_sentence_is_found_where_it_stands_word_for_word(store: Store) -> None:
    ids = store.append(ANNA, [make_turn("I SWIM."), make_turn("The others swim too.", 1, session="s2")]).ids
    _record_placed(store, "s7", "p1", "[memory]\n2031-03-05:\nuser: I swim.\n[/memory]", "m1")
    _record_placed(store, "s7", "p2", "[memory]\n2031-03-05:\nuser: The others swim too.\n[/memory]", ids[1])
    store.forget(ANNA, Selection(turns=(ids[0],)), NOON)
    assert_equal([words.place for words in store.placed_texts(ANNA, "s7")], ["p2"], "what may still be placed")


def a_talk_in_which_something_was_forgotten_is_followed_no_more(store: Store) -> None:
    ids = store.append(ANNA, [*make_chat(), make_turn("Hello.", session="s2")]).ids
    for session in ("s1", "s2"):
        heard = [MessageDigest(digest=store.keyed_digest(f"{session} {n}"), pair="", place=n) for n in range(3)]
        store.record_messages(ANNA, session, heard, NOON)
        _record_placed(store, session, heard[0].digest, "[memory]\n- The shed is blue.\n[/memory]")
    store.forget(ANNA, Selection(turns=(ids[1],)), NOON)
    known = store.find_messages(ANNA, [store.keyed_digest(f"{s} {n}") for s in ("s1", "s2") for n in range(3)])
    assert_equal({message.session for message in known}, {"s2"}, "the talks that are followed")
    assert_equal(
        [len(store.placed_texts(ANNA, session)) for session in ("s1", "s2")], [0, 1], "what was placed in them"
    )


def forgetting_a_memory_loses_no_talk(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    run_night(store, "n1", ids, learn_memory(make_memory("m1", "Ottilie is a beekeeper.", current_turns(store)[2])))
    store.record_messages(ANNA, "s1", [MessageDigest(digest="d", pair="", place=0)], NOON)
    _record_placed(store, "s1", "", "[memory]\n- Ottilie is a beekeeper.\n[/memory]", "m1")
    store.forget(ANNA, Selection(memories=("m1",)), NOON)
    assert_equal(list(store.placed_texts(ANNA, "s1")), [], "the words that said it")
    assert_true(store.find_messages(ANNA, ["d"]), "the talk should still be followed")


def words_placed_too_late_are_not_kept(store: Store) -> None:
    ids = store.append(ANNA, [*make_chat(), make_turn("The mill is shut.", 9, ref="r")]).ids
    shed, bees, mill = (current_turns(store)[n] for n in (0, 2, 5))
    run_night(
        store,
        "n1",
        ids,
        learn_memory(make_memory("m1", "Bees.", bees)),
        learn_memory(make_memory("m2", "Shed and bees.", bees, shed)),
    )
    cited = {name: (Evidence(turn=turn.id),) for name, turn in
             {"m1": bees, "m2": bees, bees.id: bees, mill.id: mill, shed.id: shed}.items()}  # fmt: skip
    store.forget(ANNA, Selection(turns=(bees.id, mill.id)), NOON)
    store.append(ANNA, [make_turn("The mill is shut.", 9, ref="r")])
    for name, evidence in cited.items():
        item = Item(text=name, kind="fact", score=1.0, evidence=evidence, id=name)
        store.record_injection(ANNA, Injection(recall=f"It says {name}.", items=(item,)), NOON, "s7", name)
    left = [words.place for words in store.placed_texts(ANNA, "s7")]
    assert_equal(left, [mill.id, shed.id], "the words kept though others of that request were forgotten meanwhile")


def no_order_to_forget_reaches_another_namespace_s_talks(store: Store) -> None:
    for name in (ANNA, BEN):
        store.append(name, make_chat())
        store.record_messages(name, "s1", [MessageDigest(digest="d", pair="", place=0)], NOON)
        store.record_injection(name, Injection(recall=f"[memory]\n- {TALK[2]}\n[/memory]"), NOON, "s7", "p")
    store.forget(ANNA, store.find(ANNA, "ottilie"), NOON)
    assert_equal(
        (list(store.find_messages(ANNA, ["d"])), list(store.placed_texts(ANNA, "s7"))),
        ([], []),
        "what is left of Anna's",
    )
    assert_equal(
        (len(store.find_messages(BEN, ["d"])), len(store.placed_texts(BEN, "s7"))), (1, 1), "what is left of Ben's"
    )


def words_are_found_however_they_are_typed(store: Store) -> None:
    texts = [
        "Zoe\u0308 a\u0308rgert sich.",
        "\uff22\uff49\uff53\uff43\uff55\uff49\uff54 \uff14\uff14\uff17\uff11",
        "My Bis\u200bcu\u00adit\n\tbarks.",
        "STRASSE",
        "Ka\u00ffak",
    ]
    ids = store.append(ANNA, [make_turn(text, minute) for minute, text in enumerate(texts)]).ids
    asks = {
        "zo\u00cb \u00c4RGERT": ids[0], "biscuit 4471": ids[1], "biscuit barks": ids[2], "stra\u00dfe": ids[3],
        "kay\u0308ak": ids[4], "\ufb01": None,
    }  # fmt: skip
    for ask, turn in asks.items():
        assert_equal(store.find(ANNA, ask).turns, (turn,) if turn else (), f"what {ask!a} finds")
    assert_equal(store.find(ANNA, "\u200b\u00ad").turns, (), "what only invisible characters find")


def what_is_brought_in_again_is_known_to_be_forgotten(store: Store) -> None:
    first = make_turn("My code is 4471.", ref="r1")
    second = make_turn("Zoe\u0308 keeps bees.", 1)
    ids = store.append(ANNA, [first, second, make_turn("It rains.", 2)]).ids
    assert_equal(store.are_forgotten(ANNA, [first, second]), [False, False], "what nobody forgot")
    store.forget(ANNA, Selection(turns=ids[:2]), NOON)
    again = [
        first,
        replace(first, at=first.at + timedelta(days=3)),
        replace(first, session="s9", ref="another name", at=first.at + timedelta(milliseconds=400)),
        replace(second, text="zo\u00eb  keeps bees."),
    ]
    assert_equal(list(store.are_forgotten(ANNA, again)), [True] * 4, "the same turns in other exports")
    news = [
        replace(first, text="My code is 4472."),
        replace(first, session="s9", at=first.at + timedelta(days=3)),
        replace(second, at=second.at + timedelta(hours=1)),
        replace(first, role="assistant"),
        make_turn("It rains.", 2),
    ]
    assert_equal(list(store.are_forgotten(ANNA, news)), [False] * 5, "other words, other moments, what was kept")
    assert_equal(list(store.are_forgotten(BEN, again)), [False] * 4, "the same turns in another namespace")
    store.append(ANNA, [first])
    assert_equal(
        list(store.are_forgotten(ANNA, [first, second])), [False, True], "what is there again though it was forgotten"
    )


def exactly_the_words_of_a_forgotten_turn_were_forgotten_before(store: Store) -> None:
    ids = store.append(ANNA, [make_turn("The code is 4471."), make_turn("The code is blue.", 1)]).ids
    store.forget(ANNA, Selection(turns=ids[:1]), NOON)
    asks = ("the code  is 4471.", "4471", "The code is blue.")
    assert_equal([store.find(ANNA, ask).before for ask in asks], [True, False, False], "what was forgotten before")
    assert_true(not store.find(BEN, asks[0]).before, "nothing was forgotten in another namespace")


def a_talk_in_which_something_was_forgotten_is_known_when_it_is_sent_again(store: Store) -> None:
    ids = store.append(ANNA, [*make_chat(), make_turn("Hello.", session="s2")]).ids
    for session in ("s1", "s2"):
        store.record_messages(
            ANNA, session, [MessageDigest(digest=f"{session}digest{n}", pair="", place=n) for n in range(2)], NOON
        )
    store.forget(ANNA, Selection(turns=(ids[1],)), NOON)
    asked = ["s1digest0", "s1digest1", "s2digest0", "s3digest0"]
    assert_equal(store.find_forgotten(ANNA, asked), frozenset(asked[:2]), "the digests of the talk")
    assert_equal(
        (store.find_forgotten(ANNA, []), store.find_forgotten(BEN, asked)), (frozenset(), frozenset()), "others"
    )


PROMISES = (
    words_are_found_however_they_are_typed,
    what_is_brought_in_again_is_known_to_be_forgotten,
    exactly_the_words_of_a_forgotten_turn_were_forgotten_before,
    a_talk_in_which_something_was_forgotten_is_known_when_it_is_sent_again,
    words_inside_others_are_other_words,
    find_looks_into_words,
    forgotten_turns_are_gone,
    a_memory_is_made_anew_from_what_is_left,
    forgetting_takes_every_revision,
    a_forgotten_memory_leaves_its_turns,
    forgetting_nothing_is_nothing,
    an_order_given_twice_has_one_receipt,
    a_night_sealed_while_it_runs_stays_sealed,
    forgetting_makes_a_thinking_night_stale,
    words_placed_in_requests_are_forgotten_with_what_they_say,
    a_word_that_nothing_else_says_takes_the_words_it_was_placed_in,
    a_short_sentence_is_found_where_it_stands_word_for_word,
    a_talk_in_which_something_was_forgotten_is_followed_no_more,
    forgetting_a_memory_loses_no_talk,
    words_placed_too_late_are_not_kept,
    no_order_to_forget_reaches_another_namespace_s_talks,
)
