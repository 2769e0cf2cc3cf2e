"""
Spreading: documents that share no words with the query gain by those that do.

A name in one of the best turns leads to where else it is spoken of: "Where is the concert I have tickets for?" finds
the turn about the tickets; the band's name there leads to the turn about the place. And in talk between people a turn
lends part of its score to its neighbours, because the answer to a question rarely repeats the question's words ("Where
did you grow up?" -- "In a village near the coast").
"""

from __future__ import annotations

from ltml.protocols import View
from ltml.text import overlap, postings, query_terms, sentences, terms, values
from ltml.wake.options import Wake
from ltml.wake.search import rank_documents
from ltml.wake.understand import Query
from ltml.wake.weigh import CandidatePool, weigh_document, weigh_speaker

#: Maximum number of turns that lend to their neighbours; further down there is nothing worth lending.
LENDERS = 60
#: Distance in turns over which they lend.
REACH = 2
#: With this many candidates, both sides of a talk between people are among them.
ENOUGH = 50
#: Number of best turns whose names are followed, and maximum number of turns found by them.
LEADS = 3
FOLLOWED = 12
#: Maximum number of documents a followed name stands in; a more common one leads everywhere.
RARE = 8
#: Maximum number of sentences of a turn that are read for names.
SENTENCES = 12


def follow_names(view: View, pool: CandidatePool, query: Query, settings: Wake) -> CandidatePool:
    """Return the pool with the turns that speak of names in the best turns added or raised."""
    top = pool.top(LEADS)
    names: set[str] = set()
    for document in (pool.documents[number] for number in top):
        parts = [span.of(document.text) for span in sentences(document.text, SENTENCES)]
        best = max(parts, key=lambda part: sum(overlap(list(query.groups), frozenset(terms(part)))), default="")
        names |= {name.casefold() for name in values(best).names if name != document.speaker} - query.named
    groups = [group for name in sorted(names) for group in query_terms(name)]
    candidates = view.search({form for group in groups for form in group})
    sizes = [sum(len(candidates.postings.get(form, b"")) for form in group) for group in groups]
    rare = [group for group, size in zip(groups, sizes, strict=True) if size <= RARE * postings.ENTRY.size]
    ranking = rank_documents(rare, candidates, settings.k1, settings.b)
    leads = {number: score for number, score in ranking.top(FOLLOWED) if number not in top}
    if not leads:
        return pool
    documents = {**pool.documents, **view.documents([n for n in leads if n not in pool.documents])}
    scale = settings.follow * max(pool.scores[n] for n in top) / max(leads.values())
    gains = {n: scale * s * weigh_document(documents[n], query, settings) for n, s in leads.items() if n in documents}
    scores = {n: pool.scores.get(n, 0.0) + gains.get(n, 0.0) for n in pool.scores.keys() | gains.keys()}
    return CandidatePool(scores=scores, documents=documents)


def lend_to_neighbours(view: View, pool: CandidatePool, query: Query, settings: Wake) -> CandidatePool:
    """Return the pool with scores weighed by speaker, and neighbours in talk between people added or raised."""
    speakers = {d.speaker for d in pool.documents.values() if d.role == "user"}
    if len(pool.scores) >= ENOUGH and len(speakers) < 2:  # noqa: PLR2004 -- one person and an assistant
        return pool
    lenders = [n for n in pool.top(LENDERS) if pool.documents[n].speaker and not pool.documents[n].is_memory]
    around = view.neighbours(lenders, REACH)  # who has no name talks with an assistant
    unseen = {number for pairs in around.values() for _, number in pairs} - pool.documents.keys()
    documents = {**pool.documents, **view.documents(sorted(unseen))}
    speakers = {d.speaker.casefold() for d in documents.values() if d.speaker and d.role == "user"}
    named = speakers & query.named if len(speakers) > 1 else set()
    scores = {n: score * weigh_speaker(documents[n], named, settings) for n, score in pool.scores.items()}
    shares = {-1: settings.echo, 1: settings.answer, -2: settings.far, 2: settings.far}
    for lender, pairs in around.items():
        talk = [documents[lender], *(documents[number] for _, number in pairs if number in documents)]
        if any(d.role != "user" for d in talk) or len({d.speaker for d in talk}) == 1:
            continue
        for offset, number in pairs:
            borrower = documents.get(number)
            if borrower is not None and borrower.tier != "archive":
                lent = pool.scores[lender] * shares[offset] * weigh_speaker(borrower, named, settings)
                scores[number] = scores.get(number, 0.0) + lent
    return CandidatePool(scores=scores, documents=documents)
