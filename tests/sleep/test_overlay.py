"""The overlay is the state after the commit: search in it finds what search will find then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

import ltml
from ltml.eval import synthetic
from ltml.layer import MemoryLayer
from ltml.model import Candidates, Change, Turn
from ltml.protocols import Shelf
from ltml.sleep.overlay import Overlay
from ltml.text import postings, term_counts

SHELVES: tuple[Shelf, ...] = ("active", "archive")


def spread(found: Candidates) -> dict[str, Counter[tuple[int, int]]]:
    """Return, by term, (count, length) of every entry: a memory to come has no number yet to compare."""
    return {t: Counter((c, n) for _, c, n in postings.unpacked(raw)) for t, raw in found.postings.items() if raw}


def words_of(changes: Iterable[Change], turns: Iterable[Turn]) -> frozenset[str]:
    """Return every term of the turns and of the memories that change."""
    texts = [turn.text for turn in turns]
    texts += [getattr(row, "text", "") for change in changes for row in (change.before, change.after)]
    return frozenset(term for text in texts for term in term_counts(text))


def agree(layer: MemoryLayer, changes: tuple[Change, ...], night: str) -> None:
    """Assert that the overlay of these changes searches as the store does after committing them."""
    terms = words_of(changes, layer.turns())
    with layer.store.view(layer.namespace) as view:
        foreseen = {shelf: Overlay(view, changes).search(terms, shelf) for shelf in SHELVES}
    layer.store.begin(layer.namespace, replace(layer.nights()[0], id=night, state="interrupted"))
    layer.store.commit(layer.namespace, night, [], changes)
    with layer.store.view(layer.namespace) as view:
        for shelf in SHELVES:
            found = view.search(terms, shelf)
            assert found.count == foreseen[shelf].count
            assert found.mean_length == pytest.approx(foreseen[shelf].mean_length)
            assert spread(found) == spread(foreseen[shelf])


def halves(turns: list[Turn]) -> Iterator[list[Turn]]:
    """Yield what was said before and after the middle."""
    yield turns[: len(turns) // 2]
    yield turns[len(turns) // 2 :]


@pytest.mark.parametrize(("seed", "language", "talk"), [(3, "en", "assistant"), (4, "de", "people")])
def test_the_overlay_of_a_night_searches_as_the_store_after_it(seed: int, language: str, talk: synthetic.Talk) -> None:
    first, later = halves(list(synthetic.log(seed, language=language, talk=talk, turns=120).turns))
    with ltml.open("ephemeral:", namespace="ns") as layer:
        layer.capture(first)
        layer.sleep(now=first[-1].at + timedelta(hours=1))
        layer.capture(later)
        rehearsed = layer.sleep(now=later[-1].at + timedelta(hours=1), dry_run=True)
        assert rehearsed.changes
        agree(layer, rehearsed.changes, "again")
        agree(layer, tuple(change.inverse for change in reversed(rehearsed.changes)), "back")
