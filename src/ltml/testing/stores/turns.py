"""What is said is kept: each turn once, in order, exactly as it was said, whatever it is made of."""

# ruff: noqa: D103 -- a promise is named by its sentence

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from ltml.model import Change, Verdict
from ltml.protocols import Store
from ltml.testing.promises import assert_equal, assert_true
from ltml.testing.stores.fixtures import (
    ANNA,
    TALK,
    assert_partition,
    assert_sound,
    current_turns,
    learn_memory,
    make_chat,
    make_memory,
    make_turn,
    run_night,
)
from ltml.text import postings, term_counts

LONG = 170_000


def a_turn_comes_back_as_it_was_said(store: Store) -> None:
    turn = replace(make_turn("Tea at four.", ref="chat:1"), speaker="Ottilie", origin="pasted")
    name = store.append(ANNA, [turn]).ids[0]
    assert_equal(current_turns(store), [replace(turn, id=name)], "the turn")
    assert_equal(list(store.turns(ANNA, [name])), [replace(turn, id=name)], "the turn by its id")
    assert_equal(list(store.turns(ANNA, ["no such id", f"{name}\x00"])), [], "a turn nobody said")


def the_same_turn_twice_is_kept_once(store: Store) -> None:
    first, second = store.append(ANNA, make_chat()), store.append(ANNA, make_chat())
    assert_equal((first.new, second.new), (len(TALK), 0), "how many were new")
    assert_equal(second.ids, first.ids, "the ids of the second append")
    assert_equal(len(current_turns(store)), len(TALK), "how many are kept")


def the_same_turn_twice_in_one_append_is_kept_once(store: Store) -> None:
    done = store.append(ANNA, [make_turn("Once."), make_turn("Once.")])
    assert_equal((done.new, len(set(done.ids)), len(done.ids)), (1, 1, 2), "new turns, distinct ids, ids")


def appending_nothing_keeps_nothing(store: Store) -> None:
    assert_equal(store.append(ANNA, []).new, 0, "how many were new")
    assert_equal(list(store.namespaces()), [], "the namespaces")


def order_is_time_then_arrival(store: Store) -> None:
    store.append(ANNA, [make_turn("third", 5), make_turn("first", 1)])
    store.append(ANNA, [make_turn("fourth", 5), make_turn("second", 1)])
    assert_equal([t.text for t in current_turns(store)], ["first", "second", "third", "fourth"], "the order of turns")


def a_clock_that_runs_backwards_loses_nothing(store: Store) -> None:
    store.append(ANNA, [make_turn(f"tick {n}", -n) for n in range(20)])
    assert_equal([t.text for t in current_turns(store)], [f"tick {n}" for n in reversed(range(20))], "the turns")
    assert_sound(store)


def a_known_ref_with_new_text_is_a_revision(store: Store) -> None:
    old = store.append(ANNA, [make_turn("Dinner at seven in Hall A.", ref="m1")]).ids[0]
    new = store.append(ANNA, [make_turn("Dinner at eight in Hall B.", 1, ref="m1")]).ids[0]
    assert_true(old != new, "a revision should have an id of its own")
    assert_equal([t.id for t in current_turns(store)], [new], "the current turns")
    assert_equal([t.id for t in store.turns(ANNA, [old])], [old], "the older revision, asked for by id")
    assert_equal([t.id for t in store.next_batch(ANNA, 10)], [new], "the turns a night would look at")
    assert_partition(store, {new: "Dinner at eight in Hall B."})
    assert_sound(store)


def a_turn_revised_in_the_same_append_leaves_search(store: Store) -> None:
    ids = store.append(
        ANNA, [make_turn("a draft", ref="m"), make_turn("a better draft", 1, ref="m"), make_turn("done", 2, ref="m")]
    ).ids
    assert_partition(store, {ids[2]: "done"})
    assert_sound(store)


def going_back_to_an_older_text_keeps_the_newest(store: Store) -> None:
    ids = store.append(ANNA, [make_turn("red", ref="m"), make_turn("green", 1, ref="m"), make_turn("red", ref="m")]).ids
    assert_equal(ids[2], ids[0], "the id of a text that was there before")
    assert_equal([t.text for t in current_turns(store)], ["green"], "the current text")
    assert_sound(store)


def the_same_ref_in_another_session_is_another_turn(store: Store) -> None:
    store.append(ANNA, [make_turn("one", ref="7"), make_turn("two", ref="7", session="s2")])
    assert_equal([t.text for t in current_turns(store)], ["one", "two"], "the turns")


def an_answer_that_broke_off_is_kept_as_such(store: Store) -> None:
    broken = replace(make_turn("The tide tables for", role="assistant", ref="a1"), interrupted=True)
    name = store.append(ANNA, [broken]).ids[0]
    assert_equal(current_turns(store), [replace(broken, id=name)], "the turn")
    assert_equal(list(store.next_batch(ANNA, 5)), [replace(broken, id=name)], "the turn as a night would see it")
    assert_equal(store.append(ANNA, [broken]).new, 0, "how many were new the second time")
    assert_sound(store)


def the_answer_said_again_whole_replaces_the_broken_one(store: Store) -> None:
    broken = replace(make_turn("High water is at", role="assistant", ref="a1"), interrupted=True)
    longer = replace(broken, text="High water is at six.", interrupted=False)
    for whole in (longer, replace(broken, ref="a2", interrupted=False)):
        store.append(ANNA, [replace(broken, ref=whole.ref)])
        done = store.append(ANNA, [whole])
        assert_equal(done.new, 1, "how many were new")
        current = [turn for turn in current_turns(store) if turn.ref == whole.ref]
        assert_equal(current, [replace(whole, id=done.ids[0])], "the current turn")
        assert_equal(
            store.append(ANNA, [replace(broken, ref=whole.ref), whole]).new, 0, "how many are new once both are known"
        )
    assert_partition(store, {turn.id: turn.text for turn in current_turns(store)})
    assert_equal(len(store.next_batch(ANNA, 9)), 2, "the turns a night would look at")
    assert_sound(store)


def no_broken_answer_replaces_the_same_words_said_whole(store: Store) -> None:
    for ref in ("", "a1"):
        whole = make_turn("Bring the long rope.", role="assistant", ref=ref)
        store.append(ANNA, [whole, replace(whole, interrupted=True)])
    revised = make_turn("Bring the short rope.", role="assistant", ref="a1")
    store.append(ANNA, [revised, replace(revised, interrupted=True)])
    assert_equal(
        [(t.text, t.interrupted) for t in current_turns(store) if t.ref], [(revised.text, False)], "the current answer"
    )
    assert_equal(
        sorted(t.interrupted for t in current_turns(store) if not t.ref), [False, True], "without a ref both are kept"
    )
    assert_sound(store)


def _assert_comes_back(store: Store, text: str) -> None:
    name = store.append(ANNA, [replace(make_turn(text), session=text or "s", speaker=text, ref=text)]).ids[0]
    (turn,) = store.turns(ANNA, [name])
    assert_equal((turn.text, turn.speaker, turn.ref), (text, text, text), "the text")
    with store.view(ANNA) as view:
        (document,) = view.documents(list(view.numbers([name]).values())).values()
        assert_equal((document.text, document.evidence[0].ref), (text, text), "the document's text")
    assert_sound(store)


def an_empty_text_is_kept(store: Store) -> None:
    _assert_comes_back(store, "")
    assert_partition(store, {current_turns(store)[0].id: ""})


def nul_bytes_are_kept(store: Store) -> None:
    _assert_comes_back(store, "before\x00after")
    _assert_comes_back(store, "\x00")
    assert_equal(store.stats(ANNA)["active_bytes"], len("before\x00after") + 1, "the bytes, those after a NUL too")


def lone_surrogates_are_kept(store: Store) -> None:
    _assert_comes_back(store, "half an emoji \ud83d and no more")
    assert_equal([t.text for t in current_turns(store)], ["half an emoji \ud83d and no more"], "the text")
    assert_true(store.find(ANNA, "EMOJI \ud83d").turns, "a text with a lone surrogate should be found")


def a_lone_surrogate_may_stand_anywhere(store: Store) -> None:
    odd = "odd \udc00"
    name = store.append(odd, [make_turn(odd)]).ids[0]
    change = Change(before=None, after=Verdict(turn=name, keep=True, kind="fact", reason=odd), reason=odd)
    told = replace(make_memory("m", odd, *current_turns(store, odd)), tier="hot", speaker=odd)
    run_night(store, "n1", [name], change, learn_memory(told), namespace=odd)
    assert_equal(list(store.namespaces()), [odd], "the namespaces")
    assert_equal([v.reason for v in store.verdicts(odd)], [odd], "the reason")
    assert_equal(list(store.memories(odd)), [told], "the memory")
    assert_equal(store.night(odd, "n1").changes, (change, learn_memory(told)), "the night's changes")
    assert_sound(store)


def right_to_left_and_cjk_are_found(store: Store) -> None:
    hebrew, tower = "הספר נמצא על המדף הכחול", "東京タワーの近くで待ち合わせ"
    ids = store.append(ANNA, [make_turn(hebrew), make_turn(tower, 1)]).ids
    for query, wanted in (("המדף", ids[0]), ("東京", ids[1]), ("タワー", ids[1])):
        with store.view(ANNA) as view:
            found = view.search(set(term_counts(query)))
            numbers = [no for data in found.postings.values() for no, _, _ in postings.unpacked(data)]
            assert_equal({d.id for d in view.documents(numbers).values()}, {wanted}, f"what {query} finds")


def a_very_long_turn_is_kept(store: Store) -> None:
    text = " ".join(f"word{n % 701}" for n in range(25_000))
    assert_true(len(text) > LONG, "the text should be long")
    name = store.append(ANNA, [make_turn(text)]).ids[0]
    assert_equal(current_turns(store)[0].text, text, "the text")
    assert_partition(store, {name: text})
    assert_sound(store)


def any_time_zone_and_year_is_kept(store: Store) -> None:
    zones = [timezone(timedelta(hours=14)), timezone(timedelta(hours=-12)), timezone(timedelta(minutes=345, seconds=7))]
    times = [edge.replace(tzinfo=zone) for zone in (*zones, UTC) for edge in (datetime.min, datetime.max)]  # noqa: DTZ901
    store.append(ANNA, [replace(make_turn(f"at {n}"), at=at) for n, at in enumerate(times)])
    found = {turn.text: turn.at for turn in current_turns(store)}
    for n, at in enumerate(times):
        assert_equal(found[f"at {n}"].isoformat(), at.isoformat(), "the time, in the speaker's zone")
    with store.view(ANNA) as view:
        assert_equal(
            len(view.documents(list(view.numbers([t.id for t in current_turns(store)]).values()))),
            len(times),
            "documents",
        )
    assert_sound(store)


def a_part_is_whole_sessions(store: Store) -> None:
    store.append(ANNA, [make_turn(f"{s} {n}", n, session=s) for s in ("a", "b", "c") for n in range(3)])
    assert_equal([t.text for t in store.next_batch(ANNA, 7)], ["a 0", "a 1", "a 2", "b 0", "b 1", "b 2"], "the part")
    assert_equal(len(store.next_batch(ANNA, 9)), 9, "a part that takes all")
    assert_equal(len(store.next_batch(ANNA, 100)), 9, "a part larger than the log")


def a_longer_session_is_cut_into_pieces(store: Store) -> None:
    ids = store.append(ANNA, [make_turn(f"line {n}", n) for n in range(10)]).ids
    first = store.next_batch(ANNA, 4)
    assert_equal([t.id for t in first], list(ids[:4]), "the first piece")
    run_night(store, "n1", [t.id for t in first])
    assert_equal([t.id for t in store.next_batch(ANNA, 4)], list(ids[4:8]), "the next piece")


def sessions_that_were_mixed_come_whole(store: Store) -> None:
    store.append(ANNA, [make_turn(f"{s}{n}", n, session=s) for n in range(3) for s in ("a", "b")])
    assert_equal([t.text for t in store.next_batch(ANNA, 4)], ["a0", "a1", "a2"], "the part")


PROMISES = (
    a_turn_comes_back_as_it_was_said,
    the_same_turn_twice_is_kept_once,
    the_same_turn_twice_in_one_append_is_kept_once,
    appending_nothing_keeps_nothing,
    order_is_time_then_arrival,
    a_clock_that_runs_backwards_loses_nothing,
    a_known_ref_with_new_text_is_a_revision,
    a_turn_revised_in_the_same_append_leaves_search,
    going_back_to_an_older_text_keeps_the_newest,
    the_same_ref_in_another_session_is_another_turn,
    an_answer_that_broke_off_is_kept_as_such,
    the_answer_said_again_whole_replaces_the_broken_one,
    no_broken_answer_replaces_the_same_words_said_whole,
    an_empty_text_is_kept,
    nul_bytes_are_kept,
    lone_surrogates_are_kept,
    a_lone_surrogate_may_stand_anywhere,
    right_to_left_and_cjk_are_found,
    a_very_long_turn_is_kept,
    any_time_zone_and_year_is_kept,
    a_part_is_whole_sessions,
    a_longer_session_is_cut_into_pieces,
    sessions_that_were_mixed_come_whole,
)
