"""Statistics, digests, repairs and the end."""

# ruff: noqa: D103 -- a promise is named by its sentence

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ltml.errors import StoreUnavailable
from ltml.protocols import Store
from ltml.testing.promises import assert_equal, assert_raises, assert_true
from ltml.testing.stores.fixtures import (
    ANNA,
    BEN,
    TALK,
    archive_turn,
    current_turns,
    keep_turn,
    learn_memory,
    make_chat,
    make_memory,
    make_turn,
    run_night,
    search_terms,
)


def stats_say_what_is_held(store: Store) -> None:
    turns = [replace(turn, ref=f"r{n}") for n, turn in enumerate(make_chat())]
    ids = store.append(ANNA, turns).ids
    store.append(BEN, [make_turn("Not Anna's.")])
    run_night(
        store,
        "n1",
        ids[:4],
        archive_turn(ids[1]),
        archive_turn(ids[0]),
        learn_memory(make_memory("m1", "Shed.", current_turns(store)[0])),
    )
    stats = dict(store.stats(ANNA))
    assert_true(stats.pop("total_bytes") > 0, "total_bytes should count the store's files")
    wanted = {
        "turns": 5, "new_turns": 1, "memories": 1, "active_items": 4, "archived_items": 2, "nights": 1,
        "damaged": 0,
        "active_bytes": sum(len(TALK[n].encode()) for n in (2, 3, 4)) + len("Shed."),
        "kinds": {"fact": 1}, "archived_refs": ["r1"],
    }  # fmt: skip
    assert_equal(stats, wanted, "the statistics")


def the_digest_sees_every_difference(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    seen_so_far = {store.digest(ANNA)}
    steps: list[Callable[[], object]] = [
        lambda: run_night(store, "n1", ids[:1]),
        lambda: run_night(store, "n2", [], archive_turn(ids[0])),
        lambda: run_night(store, "n3", [], learn_memory(make_memory("m1", "Bees.", current_turns(store)[0]))),
        lambda: store.append(ANNA, [make_turn("More.", 50)]),
        lambda: store.append(ANNA, [replace(make_turn("More.", 50), interrupted=True)]),
    ]
    for step in steps:
        step()
        assert_true(store.digest(ANNA) not in seen_so_far, "the digest should change with what is held")
        seen_so_far.add(store.digest(ANNA))


def repairing_what_is_sound_changes_nothing(store: Store) -> None:
    ids = store.append(ANNA, make_chat()).ids
    run_night(
        store,
        "n1",
        ids[:3],
        archive_turn(ids[1]),
        keep_turn(ids[2]),
        learn_memory(make_memory("m1", "Bees.", current_turns(store)[2])),
    )
    with store.view(ANNA) as view:
        before, digest = search_terms(view, TALK), store.digest(ANNA)
    assert_equal(list(store.verify(repair=True)), [], "what a repair of a sound store complains of")
    with store.view(ANNA) as view:
        assert_equal(
            (search_terms(view, TALK), store.digest(ANNA)), (before, digest), "search and digest after the repair"
        )


def closing_twice_is_closing_once(store: Store) -> None:
    store.append(ANNA, make_chat())
    store.close()
    store.close()
    with assert_raises(StoreUnavailable, "writing to a closed store"):
        store.append(ANNA, make_chat())
    with assert_raises(StoreUnavailable, "reading from a closed store"):
        list(store.turns(ANNA))


PROMISES = (
    stats_say_what_is_held,
    the_digest_sees_every_difference,
    repairing_what_is_sound_changes_nothing,
    closing_twice_is_closing_once,
)
