"""
What is known about a document, as factors on its BM25 score.

Who said it, where its words came from, what a night thought of it, how often it was said, whether its value is closed.
Nothing is filtered out by a guess: a wrong guess costs rank, never the answer. docs/recall.md explains the settings.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ltml.model import TRUSTED, Document
from ltml.wake.options import Wake
from ltml.wake.understand import Query


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatePool:
    """The documents considered for one query, and the score of each that has one, by document number."""

    scores: Mapping[int, float]
    documents: Mapping[int, Document]

    def top(self, k: int) -> list[int]:
        """Return the numbers of the k best, best first."""
        return sorted(self.scores, key=lambda number: -self.scores[number])[:k]


def weigh_document(document: Document, query: Query, settings: Wake) -> float:
    """Return the factor of a document for a query, without regard to its speaker."""
    factor = 1.0
    if document.role not in ("user", "assistant") or document.origin not in TRUSTED:
        factor *= settings.untrusted
    if (document.role == "assistant") != query.asks_assistant:
        factor *= settings.assistant
    if document.salience is not None:
        factor *= 1 + settings.salience * document.salience
    if document.count > 1:
        factor *= 1 + (settings.counted if query.counts else settings.repeated) * math.log2(document.count)
    if document.closed:
        factor *= settings.closed
    return factor


def weigh_speaker(document: Document, named: Collection[str], settings: Wake) -> float:
    """Return the factor of a document's speaker where the query names some speakers (in lower case)."""
    if not named or document.speaker.casefold() in named or document.is_memory:
        return 1.0
    return settings.other_speaker
