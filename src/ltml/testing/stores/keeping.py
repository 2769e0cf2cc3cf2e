"""Statistics, digests, repairs and the end."""

# ruff: noqa: D103 -- a promise is named by its sentence

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ltml.errors import StoreUnavailable
from ltml.protocols import Store
from ltml.testing.promises import equal, holds, refusing
from ltml.testing.stores.tools import (
    ANNA,
    BEN,
    TALK,
    archived,
    judged,
    kept,
    learned,
    memory,
    said,
    seen,
    sleep,
    talk,
)


def stats_say_what_is_held(store: Store) -> None:
    turns = [replace(turn, ref=f"r{n}") for n, turn in enumerate(talk())]
    ids = store.append(ANNA, turns).ids
    store.append(BEN, [said("Not Anna's.")])
    sleep(store, "n1", ids[:4], archived(ids[1]), archived(ids[0]), learned(memory("m1", "Shed.", kept(store)[0])))
    stats = dict(store.stats(ANNA))
    holds(stats.pop("total_bytes") > 0, "total_bytes should count the store's files")
    wanted = {
        "turns": 5, "new_turns": 1, "memories": 1, "active_items": 4, "archived_items": 2, "nights": 1,
        "damaged": 0,
        "active_bytes": sum(len(TALK[n].encode()) for n in (2, 3, 4)) + len("Shed."),
        "kinds": {"fact": 1}, "archived_refs": ["r1"],
    }  # fmt: skip
    equal(stats, wanted, "the statistics")


def the_digest_sees_every_difference(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    seen_so_far = {store.digest(ANNA)}
    steps: list[Callable[[], object]] = [
        lambda: sleep(store, "n1", ids[:1]),
        lambda: sleep(store, "n2", [], archived(ids[0])),
        lambda: sleep(store, "n3", [], learned(memory("m1", "Bees.", kept(store)[0]))),
        lambda: store.append(ANNA, [said("More.", 50)]),
        lambda: store.append(ANNA, [replace(said("More.", 50), interrupted=True)]),
    ]
    for step in steps:
        step()
        holds(store.digest(ANNA) not in seen_so_far, "the digest should change with what is held")
        seen_so_far.add(store.digest(ANNA))


def repairing_what_is_sound_changes_nothing(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    sleep(store, "n1", ids[:3], archived(ids[1]), judged(ids[2]), learned(memory("m1", "Bees.", kept(store)[2])))
    with store.view(ANNA) as view:
        before, digest = seen(view, TALK), store.digest(ANNA)
    equal(list(store.verify(repair=True)), [], "what a repair of a sound store complains of")
    with store.view(ANNA) as view:
        equal((seen(view, TALK), store.digest(ANNA)), (before, digest), "search and digest after the repair")


def closing_twice_is_closing_once(store: Store) -> None:
    store.append(ANNA, talk())
    store.close()
    store.close()
    with refusing(StoreUnavailable, "writing to a closed store"):
        store.append(ANNA, talk())
    with refusing(StoreUnavailable, "reading from a closed store"):
        list(store.turns(ANNA))


PROMISES = (
    stats_say_what_is_held,
    the_digest_sees_every_difference,
    repairing_what_is_sound_changes_nothing,
    closing_twice_is_closing_once,
)
