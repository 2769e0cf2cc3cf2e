"""
BM25 over posting lists, in NumPy.

Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009): a document's score is the sum
over the question's words of idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length)), with
idf = ln(1 + (N - df + 0.5) / (df + 0.5)). A word's posting list is the union over the forms it may be indexed under.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ltml.model import Candidates

ENTRY = np.dtype([("number", "<u4"), ("count", "<u2"), ("length", "<u2")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """
    Document numbers with their scores, and per group of the question its weight and where it was found.

    The first `asked` groups are the question's own words, the others are hints.
    """

    numbers: NDArray[np.uint32]
    scores: NDArray[np.float64]
    weights: tuple[float, ...]
    found: tuple[NDArray[np.uint32], ...]
    asked: int

    def matched(self, number: int) -> list[bool]:
        """Return which groups of the question a document has."""
        return [_holds(numbers, number) for numbers in self.found]

    def coverage(self, number: int) -> float:
        """Return the share of the weight of the question's own words found in this document, 0 to 1."""
        total = sum(self.weights[: self.asked])
        here = sum(w for w, hit in zip(self.weights[: self.asked], self.matched(number), strict=False) if hit)
        return here / total if total else 0.0


def rank(  # noqa: PLR0913, PLR0917 -- BM25 has these
    groups: Sequence[Sequence[str]],
    candidates: Candidates,
    k1: float,
    b: float,
    hints: Sequence[Sequence[str]] = (),
    share: float = 0.0,
) -> Ranking:
    """Score every document that has any word of the question; hints count by their `share`."""
    shares = [1.0] * len(groups) + [share] * len(hints)
    groups = [*groups, *hints]
    lists = [_united([candidates.postings[t] for t in group if t in candidates.postings]) for group in groups]
    weights = [s * _idf(candidates.count, len(rows)) for s, rows in zip(shares, lists, strict=True)]
    parts = [w * _saturation(rows, candidates.mean_length, k1, b) for w, rows in zip(weights, lists, strict=True)]
    every = np.concatenate([rows["number"] for rows in lists]) if lists else np.zeros(0, "<u4")
    numbers, place = np.unique(every, return_inverse=True)
    gathered = np.concatenate(parts) if parts else np.zeros(0)
    scores = np.bincount(place, weights=gathered, minlength=len(numbers)).astype(np.float64)
    found = tuple(rows["number"] for rows in lists)
    asked = len(groups) - len(hints)
    return Ranking(numbers=numbers, scores=scores, weights=tuple(weights), found=found, asked=asked)


def best(ranking: Ranking, k: int) -> list[tuple[int, float]]:
    """Return the k best (number, score), best first; among equals the newest."""
    many = len(ranking.numbers) > k
    cut = np.argpartition(-ranking.scores, k)[:k] if many else np.arange(len(ranking.numbers))
    order = cut[np.lexsort((-ranking.numbers[cut].astype(np.int64), -ranking.scores[cut]))]
    return [(int(ranking.numbers[i]), float(ranking.scores[i])) for i in order]


def _united(lists: Sequence[bytes]) -> NDArray[np.void]:
    """Return one posting list out of several, each document once with its counts added."""
    rows = np.frombuffer(b"".join(lists), ENTRY)
    if len(lists) < 2:  # noqa: PLR2004 -- one list is united already
        return rows
    numbers, first, place = np.unique(rows["number"], return_index=True, return_inverse=True)
    united = rows[first].copy()
    united["count"] = np.minimum(np.bincount(place, weights=rows["count"], minlength=len(numbers)), 0xFFFF)
    return united


def _idf(count: int, frequency: int) -> float:
    return float(np.log1p((count - frequency + 0.5) / (frequency + 0.5)))


def _saturation(rows: NDArray[np.void], mean: float, k1: float, b: float) -> NDArray[np.float64]:
    counts = rows["count"].astype(np.float64)
    norm = k1 * (1 - b + b * rows["length"] / max(mean, 1.0))
    return counts * (k1 + 1) / (counts + norm)


def _holds(numbers: NDArray[np.uint32], number: int) -> bool:
    at = int(numbers.searchsorted(number))
    return at < len(numbers) and int(numbers[at]) == number
