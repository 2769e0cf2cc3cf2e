"""
An overlay is the state after the night: it gives exactly what the store gives once the changes are committed.

The gate rests on this law: it asks the overlay, and what it promises must hold for the store.
"""

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ltml.layer import MemoryLayer
from ltml.model import Change, Document, Hit, Memory, changed
from ltml.protocols import View
from ltml.sleep.overlay import Overlay
from ltml.text import postings, term_counts
from ltml.wake.options import Wake
from ltml.wake.recall import recall_hits
from tests.sleep.talk import days, text
from tests.wake.lives import LATER, STORES, passing

seeds = st.integers(0, 2**32)
SHELVES = ("active", "archive")


def named(view: View, numbers: list[int]) -> dict[int, str]:
    return {number: document.id for number, document in view.documents(numbers).items()}


def searched(view: View, terms: set[str], shelf: str) -> tuple[int, float, Mapping[str, Mapping[str, tuple[int, int]]]]:
    """What a search finds, by id: a memory that does not exist yet has another number than it will have."""
    found = view.search(terms, shelf)  # type: ignore[arg-type]
    lists = {term: postings.unpacked(raw) for term, raw in found.postings.items()}
    names = named(view, [number for rows in lists.values() for number, _, _ in rows])
    assert all(list(rows) == sorted(rows) for rows in lists.values())
    return (
        found.count,
        round(found.mean_length, 9),
        {term: {names[number]: (count, length) for number, count, length in rows} for term, rows in lists.items()},
    )


def shown(document: Document) -> tuple[object, ...]:
    return tuple(getattr(document, name) for name in Document.__slots__ if name != "number")


def plain(hit: Hit) -> tuple[object, ...]:
    return hit.text, hit.score, hit.why, shown(hit.document)


def everything(layer: MemoryLayer, view: View, questions: list[str]) -> list[object]:
    """All that recall can learn from a view."""
    words = {term for item in layer.items() for term in term_counts(item.text)} | {"nowhere"}
    ids = [item.id for item in layer.items()]
    numbers = view.numbers(ids)
    documents = view.documents(list(numbers.values()))
    around = view.neighbours([number for name, number in numbers.items() if not documents[number].is_memory], 2)
    hits = [recall_hits(view, question, 40, LATER, Wake()).hits for question in questions]
    return [
        [searched(view, words, shelf) for shelf in SHELVES],
        {name: shown(documents[number]) for name, number in numbers.items()},
        around,
        list(view.standing()),
        [{plain(hit) for hit in found} for found in hits],
        [[round(hit.score, 6) for hit in found] for found in hits],
    ]


def by_hand(layer: MemoryLayer, random: Random) -> list[Change]:
    """Changes of any kind to the memories there are: closed, archived, reworded, gone."""
    after: list[dict[str, object]] = [{"valid_to": LATER}, {"tier": "archive"}, {"text": text(random)}, {"count": 9}]
    changes = [changed(memory, reason="for once", **random.choice(after)) for memory in layer.memories()]
    gone = [Change(before=memory, after=None, reason="gone") for memory in layer.memories()[:1]]
    return [*gone, *changes[1:]]


def commit(layer: MemoryLayer, changes: list[Change]) -> None:
    for change in changes:
        layer._commit_by_hand(change, LATER)


@pytest.mark.parametrize("kind", STORES)
@settings(max_examples=25)
@given(seed=seeds)
def test_the_overlay_of_a_night_is_the_store_after_it(kind: str, seed: int):
    random = Random(seed)
    with passing(kind) as layer:
        first, second = days(random, 2, 8)
        questions = [text(random) for _ in range(4)] + ["Where is my canoe?", "Wo ist mein Akkordeon?"]
        layer.capture(first)
        layer.sleep(LATER)
        layer.capture(second)
        rehearsed = layer.sleep(LATER, dry_run=True)
        with layer.store.view("ada") as view:
            ahead = everything_after(layer, Overlay(view, rehearsed.changes), questions, rehearsed.changes)
        night = layer.sleep(LATER)
        assert [change.after for change in night.changes] == [change.after for change in rehearsed.changes]
        with layer.store.view("ada") as view:
            assert everything(layer, view, questions) == ahead


def everything_after(layer: MemoryLayer, view: View, questions: list[str], changes: tuple[Change, ...]) -> list[object]:
    """As `everything`, for a layer that has these memories too."""
    fresh = [change.after for change in changes if isinstance(change.after, Memory)]

    class Ahead:
        def items(self) -> list[object]:
            known = {item.id: item for item in layer.items()}
            return [*known.values(), *(memory for memory in fresh if memory.id not in known)]

    return everything(Ahead(), view, questions)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", STORES)
@settings(max_examples=25)
@given(seed=seeds)
def test_the_overlay_of_any_change_is_the_store_after_it(kind: str, seed: int):
    random = Random(seed)
    with passing(kind) as layer:
        layer.capture([turn for day in days(random, 2, 8) for turn in day])
        layer.sleep(LATER)
        changes = by_hand(layer, random)
        questions = [text(random) for _ in range(4)]
        items = [item for item in layer.items() if item.id not in {c.before.id for c in changes if c.after is None}]  # type: ignore[union-attr]

        class Left:
            def items(self) -> list[object]:
                return [*items, *(c.after for c in changes if isinstance(c.after, Memory))]

        with layer.store.view("ada") as view:
            ahead = everything(Left(), Overlay(view, changes), questions)  # type: ignore[arg-type]
        commit(layer, changes)
        with layer.store.view("ada") as view:
            assert everything(Left(), view, questions) == ahead  # type: ignore[arg-type]
