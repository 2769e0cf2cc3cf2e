"""
Recall: from a query to the turns and memories that answer it, best first.

Theory of operation. `understand` reads the query; the store yields posting lists, and `search` scores them with BM25.
The best few hundred are looked at as documents: `weigh` multiplies each score by what is known about the document,
`spread` adds what names and neighbours lead to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ltml.model import Hit
from ltml.protocols import View
from ltml.wake.options import Wake
from ltml.wake.search import Ranking, rank_documents
from ltml.wake.spread import follow_names, lend_to_neighbours
from ltml.wake.understand import Query, understand_query
from ltml.wake.weigh import CandidatePool, weigh_document

#: Number of best hits that are looked at to decide whether anything answers.
LOOKED_AT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallResult:
    """The hits for a query, best first, with what it took to find them: the query and the BM25 ranking."""

    query: Query
    ranking: Ranking
    hits: tuple[Hit, ...]

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The query's words and hints, in the order of the ranking's weights."""
        return (*self.query.groups, *self.query.hints)

    def weigh_match(self, number: int) -> float:
        """Return the weight of the query's words and hints found in a document."""
        matched = self.ranking.match_groups(number)
        return sum(weight for weight, hit in zip(self.ranking.weights, matched, strict=True) if hit)

    def has_hint(self, number: int) -> bool:
        """Tell whether a document has a word of an everyday concept the query touches."""
        return any(self.ranking.match_groups(number)[self.ranking.asked :])

    def is_relevant(self, settings: Wake) -> bool:
        """
        Tell whether any hit is about the query: one place must hold enough of the query's weight.

        More is asked of a query that names neither the user nor anybody known: it is likely about the world.
        """
        if self.query.phatic or not self.hits:
            return False
        speakers = {hit.document.speaker.casefold() for hit in self.hits} - {""}
        personal = self.query.personal or not speakers.isdisjoint(self.query.named)
        enough = settings.coverage if personal else settings.foreign_coverage
        top = [hit.document.number for hit in self.hits[:LOOKED_AT]]
        return any(self.ranking.coverage(n) >= enough or (personal and self.has_hint(n)) for n in top)


def recall_hits(view: View, text: str, k: int, now: datetime, settings: Wake) -> RecallResult:
    """Return the k turns and memories that answer a query best; `now` is when it is asked."""
    query = understand_query(text, now)
    ranking = rank_documents(
        query.groups, view.search(query.terms), settings.k1, settings.b, query.hints, settings.hint
    )
    best = dict(ranking.top(settings.pool))
    documents = view.documents(list(best))
    scores = {n: s * weigh_document(documents[n], query, settings) for n, s in best.items() if n in documents}
    pool = CandidatePool(scores=scores, documents=documents)
    pool = follow_names(view, pool, query, settings)
    pool = lend_to_neighbours(view, pool, query, settings)
    order = sorted(pool.scores, key=lambda n: (-pool.scores[n], -pool.documents[n].at.timestamp(), n))[:k]
    hits = []
    for number in order:
        matched = ranking.match_groups(number)
        said = [group[0] for group, hit in zip(query.groups, matched, strict=False) if hit]
        why = "speaks of the same matter" if any(matched) else "stands next to a turn that has the words"
        why = f"has {', '.join(said)}" if said else why
        document = pool.documents[number]
        hits.append(Hit(text=document.text, score=round(pool.scores[number], 6), why=why, document=document))
    return RecallResult(query=query, ranking=ranking, hits=tuple(hits))
