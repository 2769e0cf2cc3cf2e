"""
Recall: from a question to the turns and memories that answer it, best first.

Theory of operation. The store yields posting lists; `score.rank` scores them with BM25. The best few hundred are looked
at as documents, and each score is multiplied by what is known about the document: who said it, what a night thought of
it, where its words came from, whether its value is closed. In talk between people a turn lends part of its score to its
neighbours, because the answer to a question rarely repeats the question's words ("Where did you grow up?" -- "In a
village near the coast"). Nothing is filtered out by a guess: a wrong guess costs rank, never the answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ltml.model import Candidates, Document, Hit
from ltml.protocols import View
from ltml.text import overlap, postings, query_terms, sentences, terms, values
from ltml.wake.options import Wake
from ltml.wake.query import Query, understand
from ltml.wake.score import Ranking, best, rank

#: So many of the best turns lend to their neighbours; further down there is nothing worth lending.
LENDERS = 60
REACH = 2
#: Among so many candidates both sides of talk between people would be heard.
ENOUGH = 50
#: Names are followed out of so many of the best turns, to so many others.
LEADS = 3
FOLLOWED = 12
#: A name in more documents than this leads everywhere, that is, nowhere.
RARE = 8
#: So many sentences of a long turn are read for names.
SENTENCES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What recall found, with what it took to find it: the question and the ranking by words."""

    query: Query
    ranking: Ranking
    hits: tuple[Hit, ...]

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The question's words and hints, in the order of the ranking's weights."""
        return (*self.query.groups, *self.query.hints)

    def weight(self, number: int) -> float:
        """Return the weight of the question's words and hints found in a document."""
        matched = self.ranking.matched(number)
        return sum(weight for weight, hit in zip(self.ranking.weights, matched, strict=True) if hit)

    def hinted(self, number: int) -> bool:
        """Tell whether a document has a word of an everyday concept the question touches."""
        return any(self.ranking.matched(number)[self.ranking.asked :])


def recall(view: View, text: str, k: int, now: datetime, settings: Wake) -> Found:
    """Return the k documents that answer best."""
    query = understand(text, now)
    candidates = view.search(query.terms)
    ranking = rank(query.groups, candidates, settings.k1, settings.b, query.hints, settings.hint)
    scores = dict(best(ranking, settings.pool))
    documents = dict(view.documents(list(scores)))
    scores = {n: scores[n] * weight(documents[n], query, settings) for n in scores if n in documents}
    scores = _followed(view, scores, documents, query, settings)
    scores = _lent(view, scores, documents, query, settings)
    order = sorted(scores, key=lambda n: (-scores[n], -documents[n].at.timestamp(), n))[:k]
    hits = [_hit(documents[n], scores[n], ranking, query) for n in order]
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
    if document.count > 1:
        factor *= 1 + (settings.counted if query.counts else settings.repeated) * math.log2(document.count)
    if document.closed:
        factor *= settings.closed
    return factor


def _followed(
    view: View, scores: dict[int, float], documents: dict[int, Document], query: Query, settings: Wake
) -> dict[int, float]:
    """
    Return the scores after following the names in the best turns to where else they are spoken of.

    "Where is the concert I have tickets for?" finds the turn about the tickets; the band's name there leads to the turn
    about the place.
    """
    top = sorted(scores, key=lambda n: -scores[n])[:LEADS]
    names = {name.casefold() for n in top for name in _names(documents[n], query)}
    groups = [group for name in sorted(names) for group in query_terms(name)]
    candidates = view.search({form for group in groups for form in group})
    rare = [group for group in groups if _frequency(group, candidates) <= RARE]
    found = rank(rare, candidates, settings.k1, settings.b)
    leads = [(n, s) for n, s in best(found, FOLLOWED) if n not in top]
    if not leads:
        return scores
    documents.update(view.documents([n for n, _ in leads if n not in documents]))
    scale = settings.follow * max(scores[n] for n in top) / max(s for _, s in leads)
    gains = {n: scale * s * weight(documents[n], query, settings) for n, s in leads if n in documents}
    return {n: scores.get(n, 0.0) + gains.get(n, 0.0) for n in scores.keys() | gains.keys()}


def _frequency(group: Sequence[str], candidates: Candidates) -> int:
    """Return in how many documents a word stands at most."""
    return sum(len(candidates.postings.get(form, b"")) for form in group) // postings.ENTRY.size


def _names(document: Document, query: Query) -> frozenset[str]:
    """Return the names of the sentence that answers best, less those of the question and the speaker."""
    parts = [span.of(document.text) for span in sentences(document.text, SENTENCES)]
    best_part = max(parts, key=lambda part: sum(overlap(list(query.groups), frozenset(terms(part)))), default="")
    return frozenset(n for n in values(best_part).names if n.casefold() not in query.named and n != document.speaker)


def _lent(
    view: View, scores: dict[int, float], documents: dict[int, Document], query: Query, settings: Wake
) -> dict[int, float]:
    """Return the scores after neighbours in talk between people lent to each other; their documents are added."""
    if len(scores) >= ENOUGH and len({d.speaker for d in documents.values() if d.role == "user"}) < 2:  # noqa: PLR2004
        return scores  # one person and an assistant: nobody lends, and nobody needs to be looked at
    lenders = sorted(scores, key=lambda n: -scores[n])[:LENDERS]
    named_speakers = [n for n in lenders if documents[n].speaker and not documents[n].is_memory]
    around = view.neighbours(named_speakers, REACH)  # who has no name talks with an assistant
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
    said = [group[0] for group, hit in zip(query.groups, matched, strict=False) if hit]
    if said:
        why = f"has {', '.join(said)}"
    else:
        why = "speaks of the same matter" if any(matched) else "stands next to a turn that has the words"
    return Hit(text=document.text, score=round(score, 6), why=why, document=document)
