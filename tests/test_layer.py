"""The layer as a program uses it: orders by hand, looking, forgetting, export and import, async."""

import asyncio
from pathlib import Path

import pytest

import ltml
from ltml.errors import AlreadyUndone, BadTurn, ConfigError, NotFound, NothingSaid
from ltml.events import Event, TurnsCaptured
from ltml.importers.jsonl import format_turn
from ltml.importers.jsonl import import_turns as read
from ltml.layer import BY_HAND, AsyncLayer
from tests.wake.lives import LATER, STORES, life, said, texts_of, with_assistant

WORDS = "My tractor stands behind the old mill."


@pytest.fixture(params=STORES)
def layer(request, tmp_path: Path):
    with life(request.param, tmp_path) as alive:
        yield alive


@pytest.fixture
def slept(layer):
    layer.capture([said(WORDS, 0, ref="r0"), said(WORDS, 1, ref="r1"), said("The boat is green.", 2, ref="r2")])
    layer.sleep(LATER)
    return layer


# --- capture, sleep, undo -------------------------------------------------------------------------------------------


def test_the_same_turn_twice_is_kept_once_and_who_listens_is_told(layer):
    heard: list[Event] = []
    assert layer.capture([said(WORDS), said(WORDS)], heard.append).new == 1
    assert heard == [TurnsCaptured(namespace="ada", new=1)]


def test_a_rehearsed_night_changes_nothing_and_is_what_the_night_then_does(layer):
    layer.capture([said(WORDS, 0), said(WORDS, 1)])
    before = layer.store.digest("ada")
    rehearsed = layer.sleep(LATER, dry_run=True)
    assert layer.store.digest("ada") == before
    assert layer.nights() == []
    assert layer.sleep(LATER).changes == rehearsed.changes


def test_what_was_taken_back_is_not_done_again(slept):
    (night,) = slept.nights()
    assert slept.undo(night.id).state == "undone"
    assert slept.memories() == []
    slept.capture([said("Basil bought a parrot.", 5)])
    slept.sleep(LATER)
    assert slept.memories() == []
    assert all(item.active for item in slept.items())
    with pytest.raises(AlreadyUndone):
        slept.undo(night.id)


def test_nights_and_memories_that_are_not_there_are_said_so(slept):
    for ask in (slept.undo, slept.night, slept.why, slept.pin, lambda name: slept.edit(name, "x")):
        with pytest.raises(NotFound, match="n99"):
            ask("n99")


# --- by hand --------------------------------------------------------------------------------------------------------


def test_what_is_remembered_by_hand_stands_in_the_block_and_rests_on_a_turn(layer):
    memory = layer.remember("Call me Captain.")
    assert layer.remember("Call me Captain.") == memory
    assert layer.wake("hi").block.splitlines()[1] == "- Call me Captain."
    (turn,) = layer.why(memory.id).turns
    assert (turn.session, turn.text) == (BY_HAND, "Call me Captain.")
    layer.undo(layer.nights()[0].id)
    assert layer.wake("hi").block == ""


@pytest.mark.parametrize("nothing", ["", "   ", "\n"])
def test_nothing_cannot_be_remembered(slept, nothing):
    name = slept.memories()[0].id
    for order in (lambda: slept.remember(nothing), lambda: slept.edit(name, nothing)):
        with pytest.raises(BadTurn, match="no words to remember"):
            order()
    assert len(slept.memories()) == 1


def test_an_edited_memory_says_the_new_words_and_can_be_put_back(slept):
    old = slept.memories()[0]
    edited = slept.edit(old.id, "My tractor stands in the barn now.")
    assert slept.memories() == [edited]
    assert edited.evidence[:2] == old.evidence
    assert slept.recall("tractor barn", 1)[0].text == "My tractor stands in the barn now."
    assert any("edited" in reason for reason in slept.why(old.id).reasons)
    slept.undo(slept.nights()[-1].id)
    assert slept.memories() == [old]


def test_a_pinned_memory_stands_in_the_block(slept):
    assert slept.wake("hi").block == ""
    slept.pin(slept.memories()[0].id)
    assert WORDS in slept.wake("hi").block


def test_why_explains_a_memory_a_turn_and_one_no_night_has_seen(slept):
    memory = slept.memories()[0]
    explained = slept.why(memory.id)
    assert [turn.ref for turn in explained.turns] == ["r0", "r1"]
    assert explained.reasons[0].endswith("said 2 times")
    slept.capture([said("New.", 9)])
    old, *_, new = slept.turns()
    assert slept.why(old.id).reasons[0].startswith("a memory says it")
    assert slept.why(new.id).reasons == ("no night has looked at it yet",)


def test_items_list_everything_and_what_default_recall_scores(slept):
    assert [(item.kind, item.refs, item.active) for item in slept.items()] == [
        ("told", ("r0",), False),
        ("told", ("r1",), False),
        ("told", ("r2",), True),
        ("said", ("r0", "r1"), True),
    ]
    stats = slept.stats()
    assert (stats["turns"], stats["active_items"], stats["archived_items"], stats["memories"]) == (3, 2, 2, 1)


# --- forgetting -----------------------------------------------------------------------------------------------------


def forgotten(layer, receipt):
    assert receipt.state == "proven"
    assert texts_of(list(layer.turns())) == ["The boat is green."]
    assert layer.memories() == []
    assert layer.recall("tractor") == []
    assert all("tractor" not in repr(layer.night(night.id)) for night in layer.nights())
    assert layer.verify() == []


def test_words_are_forgotten_wherever_they_are(slept):
    forgotten(slept, slept.forget("TRACTOR"))


def test_a_memory_is_forgotten_by_its_id_with_the_turns_it_rests_on(slept):
    forgotten(slept, slept.forget(slept.memories()[0].id))


def test_a_turn_is_forgotten_by_its_id_and_memories_keep_what_others_said(slept):
    first = next(slept.turns())
    slept.forget(first.id)
    assert [memory.refs for memory in slept.memories()] == [("r1",)]


DESCRIBED = "behind which mill is that old tractor of mine?"


def test_what_is_described_is_found_with_its_words_and_forgotten_once_that_is_confirmed(slept):
    found = slept.find(DESCRIBED)
    assert not found.literal
    assert found.memories == (slept.memories()[0].id,)
    assert {item.id for item in found.items} == {*found.turns, *found.memories}
    assert all("tractor" in item.text for item in found.items)
    assert found.candidates[0] == found
    forgotten(slept, slept.forget(found))


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_description_alone_erases_nothing_and_the_error_names_what_it_may_mean(slept, dry_run):
    before = slept.store.digest("ada")
    with pytest.raises(NothingSaid, match="find") as caught:
        slept.forget(DESCRIBED, dry_run=dry_run)
    assert slept.memories()[0].id in caught.value.ids
    assert "tractor" not in str(caught.value)
    assert slept.store.digest("ada") == before


def test_all_the_words_of_a_turn_ordered_away_twice_mean_nothing_else_the_second_time(slept):
    whole = next(slept.turns()).text
    assert slept.forget(whole).state == "proven"
    before = slept.store.digest("ada")
    assert slept.find(whole).before
    assert slept.forget(whole).state == "nothing"
    assert slept.store.digest("ada") == before


def test_a_rehearsed_order_says_what_would_go_and_lets_it_be(slept):
    before = slept.store.digest("ada")
    receipt = slept.forget("tractor", dry_run=True)
    assert receipt.state == "dry-run"
    assert (len(receipt.turns), len(receipt.memories)) == (2, 1)
    assert slept.store.digest("ada") == before


def test_a_rehearsed_order_names_the_nights_that_the_order_then_seals(slept):
    (night,) = slept.nights()
    slept.edit(slept.memories()[0].id, "The tractor stands in the barn.", LATER)
    slept.remember("I live by the lake.", LATER)
    slept.capture([said("The mill burned down.", 3, ref="r2"), said("My parrot eats figs.", 4, ref="r4")])
    slept.sleep(LATER)
    for ask in ("tractor", "lake", "burned", "zeppelin"):  # "burned" takes what r2 said before with it
        rehearsed = slept.forget(ask, dry_run=True)
        assert slept.forget(ask).sealed_nights == rehearsed.sealed_nights
        assert bool(rehearsed.sealed_nights) == (ask != "zeppelin")
    assert slept.night(night.id).state == "sealed"


@pytest.mark.parametrize("ask", ["", "  ", "\x00", "zeppelin"])
def test_an_order_that_means_nothing_forgets_nothing(slept, ask):
    assert slept.forget(ask).state == "nothing"
    assert len(list(slept.turns())) == 3


def test_capturing_again_what_was_forgotten_keeps_it_only_if_it_is_wanted_even_so(slept):
    turns = [turn for turn in slept.turns() if "tractor" in turn.text]
    slept.forget("tractor")
    kept = slept.capture(turns)
    assert (kept.new, kept.ids, kept.forgotten) == (0, (), len(turns))
    assert slept.capture(turns, even_forgotten=True).new == len(turns)
    assert slept.capture(turns).forgotten == 0


# --- in and out -----------------------------------------------------------------------------------------------------


def test_what_is_written_out_and_read_again_is_the_same_talk(slept, tmp_path: Path):
    file = tmp_path / "talk.jsonl"
    slept.capture([said("half an emoji \ud83d, a \x00 and 水", 7, origin="web", speaker="Odile")])
    file.write_text("".join(f"{format_turn(turn)}\n" for turn in slept.turns()), "ascii")
    with ltml.open("ephemeral:", namespace="other") as other:
        other.capture(read(file))
        assert [format_turn(turn) for turn in other.turns()] == [format_turn(turn) for turn in slept.turns()]


def test_two_namespaces_of_one_file_know_nothing_of_each_other(tmp_path: Path):
    with ltml.open(tmp_path / "m.db", namespace="ada") as ada, ltml.open(tmp_path / "m.db", namespace="ben") as ben:
        ada.capture(with_assistant(["Please always answer in metric units.", "My tractor is red."]))
        ada.sleep(LATER)
        assert list(ben.turns()) == []
        assert ben.wake("What about my tractor?", 512, LATER) == ltml.Injection()
        assert ben.sleep(LATER).state == "empty"


def test_what_was_captured_is_there_after_opening_again(tmp_path: Path):
    for where in (tmp_path / "m.db", str(tmp_path / "m.db"), f"sqlite:///{tmp_path}/m.db"):
        with ltml.open(where) as layer:
            layer.capture([said(WORDS)])
            assert texts_of(list(layer.turns())) == [WORDS]


def test_a_store_that_is_none_is_named_with_the_cure():
    with pytest.raises(ConfigError, match="mysql:// is not a store LTML knows; use a path"):
        ltml.open("mysql://localhost/memory")


def test_settings_are_keywords_and_a_wrong_one_is_named():
    with ltml.open("ephemeral:", wake__coverage=0.5, sleep={"part": 7}) as layer:
        assert (layer.settings.wake.coverage, layer.settings.sleep.part) == (0.5, 7)
    with pytest.raises(ConfigError, match=r"did you mean 'coverage'\?"):
        ltml.open("ephemeral:", wake__coverag=0.5)


def test_the_async_layer_does_the_same(tmp_path: Path):
    async def day() -> list[object]:
        async with await ltml.aopen(tmp_path / "m.db", namespace="ada") as layer:
            assert isinstance(layer, AsyncLayer)
            await layer.capture(said(text, n, ref=f"r{n}") for n, text in enumerate((WORDS, WORDS)))
            night = await layer.sleep(LATER)
            hits = await layer.recall("tractor", 1)
            injection = await layer.wake("Where is my tractor?", 512, LATER)
            return [night.state, hits[0].refs, injection.items[0].evidence[0].ref]

    assert asyncio.run(day()) == ["promoted", ("r0", "r1"), "r0"]


def test_many_async_callers_lose_nothing(tmp_path: Path):
    async def day() -> int:
        async with await ltml.aopen(tmp_path / "m.db") as layer:
            await asyncio.gather(*(layer.capture([said(f"Crate {n} is full.", n)]) for n in range(24)))
            return len(list(layer.layer.turns()))

    assert asyncio.run(day()) == 24
