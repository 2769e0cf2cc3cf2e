"""
What is compared: a recency tail, BM25 over turns, LTML that never slept, LTML that did, and LTML after a placebo night.

A `System` is a recipe that can be sent to another process; `start` gives a `Contestant`, one memory of one log. Only
the three LTML systems know the product, and only by the Python surface; the placebo also uses the store's protocol.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from ltml.errors import ConfigError
from ltml.eval.metrics import RetrievedContext, RetrievedItem
from ltml.eval.placebo import run_placebo_night
from ltml.model import Turn

if TYPE_CHECKING:
    from ltml.layer import MemoryLayer

#: Below so many tokens left, no further turn is tried.
_NOT_WORTH_TRYING = 12


class MemorySystem(Protocol):
    """One memory of one log, to be filled and asked."""

    def capture(self, turns: Sequence[Turn]) -> None:
        """Take in what was said, in order."""
        ...

    def sleep(self, now: datetime) -> Mapping[str, float]:
        """Spend a night; return its numbers, empty for a system that does not sleep."""
        ...

    def wake(self, question: str, *, budget: int, now: datetime) -> RetrievedContext:
        """Show what is remembered for a question within `budget` tokens."""
        ...

    def recall(self, query: str, k: int) -> list[tuple[str, ...]]:
        """Return the refs that each of the best `k` hits cites."""
        ...

    def footprint(self) -> Mapping[str, float]:
        """Return `active_items`, `active_bytes`, `total_bytes` where known."""
        ...

    def archived(self) -> frozenset[str] | None:
        """Return the refs of turns that default recall no longer scores; None for a system that never archives."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...


SystemSettings: TypeAlias = Mapping[str, Any]
Start: TypeAlias = Callable[[Path, str, SystemSettings], MemorySystem]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemFactory:
    """A recipe for contestants: `start(folder, namespace, settings)`. `sleeps` makes the bench replay the nights."""

    name: str
    start: Start
    sleeps: bool = False
    settings: SystemSettings = field(default_factory=dict)


def get_systems(names: Iterable[str], settings: SystemSettings | None = None) -> tuple[SystemFactory, ...]:
    """
    Return the systems of these names; `settings` go to `ltml.open` of those that are LTML.

    Raises ConfigError for an unknown name, naming the known ones.
    """
    return tuple(_named(name, settings or {}) for name in names)


def _named(name: str, settings: SystemSettings) -> SystemFactory:
    if name not in SYSTEMS:
        raise ConfigError(f"no system called {name!r}; known: {', '.join(SYSTEMS)}")
    system = SYSTEMS[name]
    return system if system.start in (RecencyBaseline, BM25Baseline) else replace(system, settings=dict(settings))


# ------------------------------------------------------------------ without LTML


class RecencyBaseline:
    """The last turns that fit, newest turn always first in the choice: what a chat window remembers."""

    def __init__(self, folder: Path, namespace: str, settings: SystemSettings) -> None:
        """Start empty; nothing is written to the folder."""
        del folder, namespace, settings
        self.turns: list[Turn] = []

    def capture(self, turns: Sequence[Turn]) -> None:
        """Keep them in memory."""
        self.turns.extend(turns)

    def sleep(self, now: datetime) -> Mapping[str, float]:
        """Do nothing."""
        del now
        return {}

    def wake(self, question: str, *, budget: int, now: datetime) -> RetrievedContext:
        """Fill the budget from the end of the talk."""
        del now
        return _filled(self.ranked(question), budget)

    def ranked(self, query: str) -> list[Turn]:
        """Return all turns, newest first."""
        del query
        return self.turns[::-1]

    def recall(self, query: str, k: int) -> list[tuple[str, ...]]:
        """Return the first `k` of the ranking."""
        return [(turn.ref,) for turn in self.ranked(query)[:k]]

    def footprint(self) -> Mapping[str, float]:
        """Count every turn as active."""
        return {"active_items": len(self.turns), "active_bytes": sum(len(t.text.encode()) for t in self.turns)}

    def archived(self) -> frozenset[str] | None:
        """Never archive."""
        return None

    def close(self) -> None:
        """Hold nothing that needs closing."""


class BM25Baseline(RecencyBaseline):
    """
    Okapi BM25 over lower-case words of speaker and text, k1 1.2, b 0.75 (Robertson and Zaragoza 2009, equation 3.15).

    Newest first among equals. With the setting `user_only` only user turns are found.
    """

    K1, B = 1.2, 0.75

    def __init__(self, folder: Path, namespace: str, settings: SystemSettings) -> None:
        """Start empty."""
        super().__init__(folder, namespace, settings)
        self.user_only = bool(settings.get("user_only", False))
        self.postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.lengths: list[int] = []

    def capture(self, turns: Sequence[Turn]) -> None:
        """Keep them and file their words."""
        for number, turn in enumerate(turns, len(self.turns)):
            counts = Counter(_words(f"{turn.speaker} {turn.text}"))
            self.lengths.append(counts.total())
            for word, count in counts.items():
                self.postings[word].append((number, count))
        super().capture(turns)

    def ranked(self, query: str) -> list[Turn]:
        """Return the turns that share a word with the query, best first."""
        scores: dict[int, float] = defaultdict(float)
        mean = sum(self.lengths) / max(1, len(self.lengths))
        for word in set(_words(query)):
            for number, gain in self._gains(self.postings.get(word, []), mean):
                scores[number] += gain
        order = sorted(scores, key=lambda n: (-scores[n], -n))
        return [self.turns[n] for n in order if not self.user_only or self.turns[n].role == "user"]

    def _gains(self, hits: Sequence[tuple[int, int]], mean: float) -> Iterable[tuple[int, float]]:
        rarity = math.log(1 + (len(self.turns) - len(hits) + 0.5) / (len(hits) + 0.5))
        for number, count in hits:
            norm = self.K1 * (1 - self.B + self.B * self.lengths[number] / mean)
            yield number, rarity * count * (self.K1 + 1) / (count + norm)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _filled(turns: Iterable[Turn], budget: int) -> RetrievedContext:
    """Whole turns in order, four characters a token; one too long is skipped."""
    items: list[RetrievedItem] = []
    left = budget
    for turn in turns:
        line = f"[{turn.at:%Y-%m-%d}] {turn.speaker}: {turn.text}"
        cost = math.ceil((len(line) + 1) / 4)
        if cost <= left:
            left -= cost
            items.append(RetrievedItem(text=line, refs=(turn.ref,)))
        elif left < _NOT_WORTH_TRYING:
            break
    text = "\n".join(item.text for item in items)
    return RetrievedContext(text=text, tokens=math.ceil(len(text) / 4), items=tuple(items))


# ------------------------------------------------------------------ LTML


class UnsleptSystem:
    """LTML through its Python surface, one file in the folder, without a night."""

    def __init__(self, folder: Path, namespace: str, settings: SystemSettings) -> None:
        """Open `memory.db` in the folder."""
        self.layer = _open(folder / "memory.db", namespace, settings)

    def capture(self, turns: Sequence[Turn]) -> None:
        """Hand the turns to the layer."""
        self.layer.capture(turns)

    def sleep(self, now: datetime) -> Mapping[str, float]:
        """Stay awake."""
        del now
        return {}

    def wake(self, question: str, *, budget: int, now: datetime) -> RetrievedContext:
        """Show the injection; an item's origin and kind are its mark."""
        injection = self.layer.wake(question, budget=budget, now=now)
        items = tuple(
            RetrievedItem(text=i.text, refs=tuple(e.ref for e in i.evidence), mark=f"{i.origin} {i.kind}")
            for i in injection.items
        )
        return RetrievedContext(text=injection.text, tokens=injection.tokens, items=items)

    def recall(self, query: str, k: int) -> list[tuple[str, ...]]:
        """Return the refs of the hits."""
        return [tuple(hit.refs) for hit in self.layer.recall(query, k=k)]

    def footprint(self) -> Mapping[str, float]:
        """Return the layer's own figures."""
        stats = self.layer.stats()
        return {key: float(stats[key]) for key in ("active_items", "active_bytes", "total_bytes") if key in stats}

    def archived(self) -> frozenset[str] | None:
        """Return the refs that only inactive items cite."""
        cited: dict[bool, set[str]] = {True: set(), False: set()}
        for item in self.layer.items():
            cited[item.active].update(item.refs)
        return frozenset(cited[False] - cited[True])

    def close(self) -> None:
        """Close the layer."""
        self.layer.close()


class SleptSystem(UnsleptSystem):
    """LTML that sleeps."""

    def sleep(self, now: datetime) -> Mapping[str, float]:
        """Spend a night; return the numbers of its report."""
        return _numbers(self.layer.sleep(now=now).report)


class PlaceboSystem(UnsleptSystem):
    """
    LTML whose nights archive and fold as many turns as the real ones did, but at random.

    A twin in a second file sleeps for real and only lends its numbers.
    """

    def __init__(self, folder: Path, namespace: str, settings: SystemSettings) -> None:
        """Open two files in the folder."""
        super().__init__(folder, namespace, settings)
        self.twin = _open(folder / "twin.db", namespace, settings)
        self.random = Random(f"placebo {namespace}")

    def capture(self, turns: Sequence[Turn]) -> None:
        """Tell both."""
        super().capture(turns)
        self.twin.capture(turns)

    def sleep(self, now: datetime) -> Mapping[str, float]:
        """Let the twin sleep, then do as much at random."""
        return _numbers(run_placebo_night(self.layer, self.twin.sleep(now=now), self.random).report)

    def close(self) -> None:
        """Close both."""
        super().close()
        self.twin.close()


def _open(path: Path, namespace: str, settings: SystemSettings) -> MemoryLayer:
    import ltml

    return ltml.open(str(path), namespace=namespace, **settings)


def _numbers(report: Mapping[str, float | str]) -> dict[str, float]:
    return {key: float(value) for key, value in report.items() if isinstance(value, int | float)}


SYSTEMS: Mapping[str, SystemFactory] = {
    system.name: system
    for system in (
        SystemFactory(name="recency", start=RecencyBaseline),
        SystemFactory(name="bm25", start=BM25Baseline),
        SystemFactory(name="unslept", start=UnsleptSystem),
        SystemFactory(name="slept", start=SleptSystem, sleeps=True),
        SystemFactory(name="placebo", start=PlaceboSystem, sleeps=True),
    )
}
