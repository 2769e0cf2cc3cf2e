"""A chat is recognised by its digests, and what was placed in it can be placed again byte for byte."""

# ruff: noqa: D103 -- a promise is named by its sentence

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from ltml.model import Injection, Item
from ltml.protocols import KnownMessage, MessageDigest, PlacedText, Store
from ltml.testing.promises import assert_equal, assert_true
from ltml.testing.stores.fixtures import ANNA, BEN, NOON, archive_turn, assert_sound, make_chat, make_turn, run_night

LATER = NOON + timedelta(hours=1)
ODD = "odd \ud800"


def make_digests(*digests: str, start: int = 0) -> list[MessageDigest]:
    """Return messages of these digests, each with a pair that is named after it."""
    return [
        MessageDigest(digest=digest, pair=f"{digest} pair", place=place) for place, digest in enumerate(digests, start)
    ]


def find_known(store: Store, *digests: str, namespace: str = ANNA) -> Sequence[tuple[str, str, int, bool]]:
    """Return what is known of these digests: session, digest, place, last."""
    return [(k.session, k.digest, k.place, k.last) for k in store.find_messages(namespace, digests)]


# ------------------------------------------------------------ digests


def a_keyed_digest_is_always_the_same_and_says_nothing(store: Store) -> None:
    digest = store.keyed_digest("The shed is blue.")
    assert_equal(store.keyed_digest("The shed is blue."), digest, "the digest of the same words")
    assert_true(digest != store.keyed_digest("The shed is blue"), "other words should have another digest")
    assert_true(digest.isalpha() and len(digest) >= 32, "a digest should be at least 32 letters")  # noqa: PLR2004 -- 128 bits
    assert_true(len({store.keyed_digest(odd) for odd in ("", ODD, "\x00")}) == 3, "any text should have a digest")  # noqa: PLR2004
    assert_equal(list(store.namespaces()), [], "the namespaces")


# ------------------------------------------------------------ talks


def a_talk_is_known_by_its_digests(store: Store) -> None:
    store.record_messages(ANNA, ODD, make_digests("a", "b"), NOON)
    store.record_messages(ANNA, ODD, make_digests("c", start=2), LATER)
    assert_equal(
        list(store.find_messages(ANNA, ["c", "b"])),
        [
            KnownMessage(session=ODD, digest="c", pair="c pair", place=2, last=True, at=LATER),
            KnownMessage(session=ODD, digest="b", pair="b pair", place=1, last=False, at=NOON),
        ],
        "what is known",
    )
    assert_equal(find_known(store, "d"), [], "what is known of a message nobody heard")
    assert_equal(find_known(store), [], "what is known of none")
    assert_sound(store)


def a_talk_is_known_by_its_pairs(store: Store) -> None:
    store.record_messages(ANNA, "s1", make_digests("a", "b"), NOON)
    assert_equal(find_known(store, "b pair"), [("s1", "b", 1, True)], "what is known of a pair")
    assert_equal(
        find_known(store, "b pair", "b"), [("s1", "b", 1, True)], "what is known of a message and its pair: one thing"
    )


def a_pair_that_tells_no_talks_apart_finds_none(store: Store) -> None:
    store.record_messages(ANNA, "s1", [MessageDigest(digest="a", pair="", place=0)], NOON)
    assert_equal(find_known(store, ""), [], "what the empty pair finds")
    assert_equal(find_known(store, "a", ""), [("s1", "a", 0, True)], "what the digest finds")


def hearing_the_same_again_changes_nothing(store: Store) -> None:
    store.record_messages(ANNA, "s1", make_digests("a", "b"), NOON)
    before = list(store.find_messages(ANNA, ["a", "b"]))
    store.record_messages(ANNA, "s1", make_digests("a", "b"), LATER)
    store.record_messages(ANNA, "s1", make_digests("b", "a", "a"), LATER)
    assert_equal(list(store.find_messages(ANNA, ["a", "b"])), before, "what is known")
    store.record_messages(BEN, "s1", [], NOON)
    assert_equal(
        (list(store.namespaces()), find_known(store, "a", namespace=BEN)), ([ANNA], []), "what hearing nothing makes"
    )


def the_first_place_of_a_digest_stays(store: Store) -> None:
    store.record_messages(ANNA, "s1", make_digests("a", "a"), NOON)
    assert_equal(find_known(store, "a"), [("s1", "a", 0, True)], "what is known")


def talks_that_begin_alike_are_all_known_the_newest_first(store: Store) -> None:
    store.record_messages(ANNA, "s1", make_digests("hello", "one"), NOON)
    store.record_messages(ANNA, "s2", make_digests("hello"), LATER)
    wanted = [("s2", "hello", 0, True), ("s1", "hello", 0, False)]
    assert_equal(find_known(store, "hello"), wanted, "what is known of their beginning")


def a_talk_that_was_branched_has_two_ends(store: Store) -> None:
    store.record_messages(ANNA, "s1", [*make_digests("a", "b"), *make_digests("b2", start=1)], NOON)
    wanted = [("s1", "b", 1, True), ("s1", "b2", 1, True), ("s1", "a", 0, False)]
    assert_equal(find_known(store, "a", "b", "b2"), wanted, "what is known")


def no_talk_is_known_in_another_namespace(store: Store) -> None:
    store.record_messages(ANNA, "s1", make_digests("a"), NOON)
    store.record_messages(BEN, "s1", make_digests("b", start=7), NOON)
    assert_equal(find_known(store, "b", "b pair"), [], "what Anna knows of Ben's")
    assert_equal(find_known(store, "a"), [("s1", "a", 0, True)], "whether Anna's talk goes on after what Ben said")


# ------------------------------------------------------------ words placed


def make_injection(block: str = "", recall: str = "") -> Injection:
    """Return an injection of these words, with an item for each of their lines that begins with a dash."""
    lines = [line for line in f"{block}\n{recall}".split("\n") if line.startswith("- ")]
    items = tuple(Item(text=line, kind="fact", score=1.0, evidence=(), id=f"id of {line[2:]}") for line in lines)
    return Injection(block=block, recall=recall, tokens=7, items=items)


def words_placed_come_back_as_they_were(store: Store) -> None:
    both = make_injection("[block]\n- cats", f"[recall]\n- dogs\n- {ODD}")
    store.record_injection(ANNA, both, NOON, ODD, "p1")
    block, recall = store.placed_texts(ANNA, ODD)
    assert_equal((block.place, block.text, block.items), ("", both.block, ("id of cats",)), "the block")
    assert_equal(
        (recall.place, recall.text, recall.items), ("p1", both.recall, ("id of dogs", f"id of {ODD}")), "the recall"
    )
    assert_true(block.tokens > 0 and recall.tokens > 0, "what they cost should be counted")
    assert_equal(store.find_injected(ANNA, [both.block, both.recall]), {both.block, both.recall}, "what is recognised")
    assert_sound(store)


def words_placed_come_in_the_order_they_were_placed(store: Store) -> None:
    for place, words in (
        ("p2", make_injection(recall="two")),
        ("", make_injection(block="block")),
        ("p1", make_injection(recall="1")),
    ):
        store.record_injection(ANNA, words, NOON, "s1", place)
    found = [PlacedText(place=place, text=text, tokens=7, items=()) for place, text in
             (("p2", "two"), ("", "block"), ("p1", "1"))]  # fmt: skip
    assert_equal(list(store.placed_texts(ANNA, "s1")), found, "what was placed")


def what_is_placed_first_stays(store: Store) -> None:
    store.record_injection(ANNA, make_injection("block", "recall"), NOON, "s1", "p1")
    first = list(store.placed_texts(ANNA, "s1"))
    store.record_injection(ANNA, make_injection("another block", "another recall"), LATER, "s1", "p1")
    assert_equal(list(store.placed_texts(ANNA, "s1")), first, "what was placed")
    store.record_injection(ANNA, make_injection("another block", "more"), LATER, "s1", "p2")
    assert_equal(
        [words.text for words in store.placed_texts(ANNA, "s1")], ["block", "recall", "more"], "what was placed"
    )
    assert_sound(store)


def words_whose_replay_has_ended_come_back_no_more(store: Store) -> None:
    for place in ("p1", "p2", "p3"):
        store.record_injection(ANNA, make_injection("block", f"recall of {place}"), NOON, ODD, place)
        store.record_injection(ANNA, make_injection(recall=f"recall of {place}"), NOON, "another session", place)
    store.discard_placed(ANNA, ODD, ["p1", "p3", "a place where nothing was"])
    assert_equal([words.place for words in store.placed_texts(ANNA, ODD)], ["", "p2"], "what is placed again")
    assert_equal(len(store.placed_texts(ANNA, "another session")), 3, "what another session places again")
    own = {"block", "recall of p1", "recall of p3"}
    assert_equal(store.find_injected(ANNA, own), own, "what is still recognised")
    store.discard_placed("nobody", ODD, ["p1"])
    assert_sound(store)


def without_a_place_or_a_session_no_words_are_kept(store: Store) -> None:
    store.record_injection(ANNA, make_injection("block", "recall"), NOON, "s1")
    store.record_injection(ANNA, make_injection("block", "recall"), NOON, None, "p1")
    store.record_injection(ANNA, make_injection(), NOON, "s1", "p1")
    for session in ("s1", "", "None"):
        assert_equal(list(store.placed_texts(ANNA, session)), [], "what was placed")


def words_placed_belong_to_one_session_of_one_namespace(store: Store) -> None:
    store.record_injection(ANNA, make_injection(recall="Anna's"), NOON, "s1", "p1")
    store.record_injection(ANNA, make_injection(recall="another talk's"), NOON, "s2", "p1")
    store.record_injection(BEN, make_injection(recall="Ben's"), NOON, "s1", "p1")
    assert_equal(
        [words.text for words in store.placed_texts(ANNA, "s1")], ["Anna's"], "what was placed in Anna's first talk"
    )


def the_least_trusted_origin_of_a_talk_is_known(store: Store) -> None:
    store.append(ANNA, [replace(make_turn("A page.", ref="r", session=ODD), origin="document"), make_turn("Mine.", 1)])
    store.append(ANNA, [replace(make_turn("A message.", 2, session=ODD), origin="pasted")])
    store.append(BEN, [replace(make_turn("A page.", session="s1"), origin="web")])
    worst = store.origins(ANNA, [ODD, "s1", "nobody's"])
    assert_equal(worst.get(ODD), "document", "the origin of a talk with a document and a pasted text")
    assert_equal({worst.get(name, "said") for name in ("s1", "nobody's")}, {"said"}, "the origin of other talks")
    store.append(ANNA, [replace(make_turn("My own words.", ref="r", session=ODD), origin="said")])
    assert_equal(store.origins(ANNA, [ODD]).get(ODD), "document", "the origin after the document was revised")
    assert_equal(dict(store.origins(ANNA, [])), {}, "the origins of no talks")


def what_was_injected_belongs_to_what_stands_in_a_talk(store: Store) -> None:
    item = Item(text="a line", kind="turn", score=1.0, evidence=(), id="t1", origin="tool")
    mine = replace(item, id="t2", origin="said")
    store.record_injection(ANNA, Injection(recall="both", items=(mine, item)), NOON, "s1")
    store.record_injection(ANNA, Injection(recall="mine", items=(mine,)), NOON, "s2")
    store.record_injection(ANNA, Injection(recall="nowhere", items=(item,)), NOON, None)
    found = store.origins(ANNA, ["s1", "s2", ""])
    assert_equal([found.get(name, "said") for name in ("s1", "s2", "")], ["tool", "said", "said"], "the origins")
    assert_equal(store.origins(BEN, ["s1"]).get("s1", "said"), "said", "the origin in another namespace")
    assert_sound(store)


def no_night_touches_what_was_heard_and_placed(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    before = store.digest(ANNA)
    store.record_messages(ANNA, "s1", make_digests("a"), NOON)
    store.record_injection(ANNA, make_injection("block", "recall"), NOON, "s1", "a")
    found = [list(store.find_messages(ANNA, ["a"])), list(store.placed_texts(ANNA, "s1"))]
    assert_equal(store.digest(ANNA), before, "the digest")
    run_night(store, "n1", ids, archive_turn(ids[1]))
    store.undo(ANNA, "n1")
    assert_equal(
        [list(store.find_messages(ANNA, ["a"])), list(store.placed_texts(ANNA, "s1"))],
        found,
        "what is known and placed",
    )
    assert_equal(list(store.verify(repair=True)), [], "what a repair complains of")
    assert_equal(
        [list(store.find_messages(ANNA, ["a"])), list(store.placed_texts(ANNA, "s1"))],
        found,
        "what is known and placed",
    )


# ------------------------------------------------------------ who would sleep


def namespaces_with_new_turns_are_restless(store: Store) -> None:
    assert_equal(dict(store.count_new_turns()), {}, "who is restless when nobody has spoken")
    ids = store.append(ANNA, make_chat()).ids
    store.append(ODD, make_chat()[:1])
    assert_equal(dict(store.count_new_turns()), {ANNA: len(ids), ODD: 1}, "who is restless")
    run_night(store, "n1", ids[:3])
    assert_equal(dict(store.count_new_turns()), {ANNA: len(ids) - 3, ODD: 1}, "who is restless after a part of a night")
    run_night(store, "n2", ids[3:])
    assert_equal(dict(store.count_new_turns()), {ODD: 1}, "who is restless after the night")
    store.undo(ANNA, "n2")
    assert_equal(dict(store.count_new_turns()), {ANNA: len(ids) - 3, ODD: 1}, "who is restless after its undo")


PROMISES = (
    a_keyed_digest_is_always_the_same_and_says_nothing,
    a_talk_is_known_by_its_digests,
    a_talk_is_known_by_its_pairs,
    a_pair_that_tells_no_talks_apart_finds_none,
    hearing_the_same_again_changes_nothing,
    the_first_place_of_a_digest_stays,
    talks_that_begin_alike_are_all_known_the_newest_first,
    a_talk_that_was_branched_has_two_ends,
    no_talk_is_known_in_another_namespace,
    words_placed_come_back_as_they_were,
    words_placed_come_in_the_order_they_were_placed,
    what_is_placed_first_stays,
    without_a_place_or_a_session_no_words_are_kept,
    words_placed_belong_to_one_session_of_one_namespace,
    the_least_trusted_origin_of_a_talk_is_known,
    what_was_injected_belongs_to_what_stands_in_a_talk,
    no_night_touches_what_was_heard_and_placed,
    namespaces_with_new_turns_are_restless,
)
