"""
Recall: from a question to the turns and memories that answer it, best first.

Theory of operation. The store yields posting lists; `score.rank` scores them with BM25. The best few hundred are looked
at as documents, and each score is multiplied by what is known about the document: who said it, what a night thought of
it, where its words came from, whether its value is closed. In talk between people a turn lends part of its score to its
neighbours, because the answer to a question rarely repeats the question's words ("Where did you grow up?" -- "In a
village near the coast"). Nothing is filtered out by a guess: a wrong guess costs rank, never the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ltml.model import Document, Hit
from ltml.protocols import View
from ltml.settings import Wake
from ltml.wake.query import Query, understand
from ltml.wake.score import Ranking, best, rank

#: So many of the best turns lend to their neighbours; further down there is nothing worth lending.
LENDERS = 60
REACH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What recall found, with what it took to find it: the question and the ranking by words."""

    query: Query
    ranking: Ranking
    hits: tuple[Hit, ...]


def recall(view: View, text: str, k: int, now: datetime, settings: Wake) -> Found:
    """Return the k documents that answer best."""
    query = understand(text, now)
    ranking = rank(query.groups, view.search(query.terms), settings.k1, settings.b)
    scores = dict(best(ranking, settings.pool))
    documents = dict(view.documents(list(scores)))
    scores = {number: score for number, score in scores.items() if number in documents}
    weighed = {n: s * weight(documents[n], query, settings) for n, s in scores.items()}
    lent = _lent(view, weighed, documents, query, settings)
    order = sorted(lent, key=lambda n: (-lent[n], -documents[n].at.timestamp(), n))[:k]
    hits = [_hit(documents[n], lent[n], ranking, query) for n in order]
    return Found(query=query, ranking=ranking, hits=tuple(hits))


def weight(document: Document, query: Query, settings: Wake) -> float:
    """Return what everything but the words says about a document, as a factor."""
    factor = 1.0
    if document.role not in ("user", "assistant") or document.origin not in ("said", "import"):
        factor *= settings.untrusted
    if (document.role == "assistant") != query.asks_assistant:
        factor *= settings.assistant
    if document.salience is not None:
        factor *= 1 + settings.salience * document.salience
    if document.closed:
        factor *= settings.closed
    return factor


def _lent(
    view: View, scores: Mapping[int, float], documents: dict[int, Document], query: Query, settings: Wake
) -> dict[int, float]:
    """Return the scores after neighbours in talk between people lent to each other; their documents are added."""
    lenders = sorted(scores, key=lambda n: -scores[n])[:LENDERS]
    around = view.around([n for n in lenders if not documents[n].is_memory], REACH)
    unseen = {n for pairs in around.values() for _, n in pairs} - documents.keys()
    documents.update(view.documents(sorted(unseen)))
    speakers = frozenset(d.speaker.casefold() for d in documents.values() if d.speaker and d.role == "user")
    named = speakers & query.named if len(speakers) > 1 else frozenset()
    result = {n: s * _speaker(documents[n], named, settings) for n, s in scores.items()}
    shares = {-1: settings.echo, 1: settings.answer, -2: settings.far, 2: settings.far}
    for lender, pairs in around.items():
        if _between_people(documents[lender], pairs, documents):
            for offset, number in pairs:
                borrower = documents.get(number)
                if borrower is not None and borrower.tier != "archive":
                    lent = scores[lender] * shares[offset] * _speaker(borrower, named, settings)
                    result[number] = result.get(number, 0.0) + lent
    return result


def _speaker(document: Document, named: frozenset[str], settings: Wake) -> float:
    if not named or document.speaker.casefold() in named or document.is_memory:
        return 1.0
    return settings.other_speaker


def _between_people(lender: Document, pairs: Sequence[tuple[int, int]], documents: Mapping[int, Document]) -> bool:
    talk = [lender, *(documents[n] for _, n in pairs if n in documents)]
    return all(d.role == "user" for d in talk) and len({d.speaker for d in talk}) > 1


def _hit(document: Document, score: float, ranking: Ranking, query: Query) -> Hit:
    matched = ranking.matched(document.number)
    said = [group[0] for group, hit in zip(query.groups, matched, strict=True) if hit]
    why = f"has {', '.join(said)}" if said else "stands next to a turn that has the words"
    return Hit(text=document.text, score=round(score, 6), why=why, document=document)
