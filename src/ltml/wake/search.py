"""
Search: BM25 over posting lists, in NumPy.

Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009): a document's score is the sum
over the query's words of idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length)), with
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
    Document numbers with their scores, and per group of the query its weight and the numbers it was found in.

    The first `asked` groups are the query's own words, the others are hints.
    """

    numbers: NDArray[np.uint32]
    scores: NDArray[np.float64]
    weights: tuple[float, ...]
    found: tuple[NDArray[np.uint32], ...]
    asked: int

    def top(self, k: int) -> list[tuple[int, float]]:
        """Return the k best (number, score), best first; among equals the newest."""
        many = len(self.numbers) > k
        cut = np.argpartition(-self.scores, k)[:k] if many else np.arange(len(self.numbers))
        order = cut[np.lexsort((-self.numbers[cut].astype(np.int64), -self.scores[cut]))]
        return [(int(self.numbers[i]), float(self.scores[i])) for i in order]

    def match_groups(self, number: int) -> list[bool]:
        """Return for each group of the query whether a document has it."""
        places = [int(numbers.searchsorted(number)) for numbers in self.found]
        return [at < len(rows) and int(rows[at]) == number for at, rows in zip(places, self.found, strict=True)]

    def coverage(self, number: int) -> float:
        """Return the share of the weight of the query's own words found in a document, 0 to 1."""
        weights = self.weights[: self.asked]
        here = sum(w for w, hit in zip(weights, self.match_groups(number), strict=False) if hit)
        total = sum(weights)
        return here / total if total else 0.0


def rank_documents(  # noqa: PLR0913, PLR0917 -- BM25 has these
    groups: Sequence[Sequence[str]],
    candidates: Candidates,
    k1: float,
    b: float,
    hints: Sequence[Sequence[str]] = (),
    share: float = 0.0,
) -> Ranking:
    """Return the BM25 score of every document that has any word of the query; hints count by their `share`."""
    shares = [1.0] * len(groups) + [share] * len(hints)
    weights, found, parts = [], [], [np.zeros(0)]
    for factor, group in zip(shares, (*groups, *hints), strict=True):
        lists = [candidates.postings[term] for term in group if term in candidates.postings]
        rows = np.frombuffer(b"".join(lists), ENTRY)
        if len(lists) > 1:  # each document once, with its counts added
            numbers, first, place = np.unique(rows["number"], return_index=True, return_inverse=True)
            added = np.bincount(place, weights=rows["count"], minlength=len(numbers))
            rows = rows[first]
            rows["count"] = np.minimum(added, 0xFFFF)
        idf = float(np.log1p((candidates.count - len(rows) + 0.5) / (len(rows) + 0.5)))
        counts = rows["count"].astype(np.float64)
        norm = k1 * (1 - b + b * rows["length"] / max(candidates.mean_length, 1.0))
        weights.append(factor * idf)
        found.append(rows["number"])
        parts.append(weights[-1] * (counts * (k1 + 1) / (counts + norm)))
    numbers, place = np.unique(np.concatenate([np.zeros(0, "<u4"), *found]), return_inverse=True)
    scores = np.bincount(place, weights=np.concatenate(parts), minlength=len(numbers)).astype(np.float64)
    return Ranking(numbers=numbers, scores=scores, weights=tuple(weights), found=tuple(found), asked=len(groups))
