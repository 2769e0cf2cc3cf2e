"""What spreads from a good hit to others, and that nothing is changed in what was handed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType

from ltml.layer import MemoryLayer
from ltml.protocols import View
from ltml.wake.options import Wake
from ltml.wake.search import rank_documents
from ltml.wake.spread import follow_names, lend_to_neighbours
from ltml.wake.understand import Query, understand_query
from ltml.wake.weigh import CandidatePool
from tests.wake.lives import LATER, passing, said

SETTINGS = Wake()


@contextmanager
def searched(layer: MemoryLayer, question: str) -> Iterator[tuple[View, Query, CandidatePool]]:
    """What BM25 alone finds for a question, in mappings that cannot be written to."""
    query = understand_query(question, LATER)
    with layer.store.view("ada") as view:
        ranking = rank_documents(query.groups, view.search(query.terms), SETTINGS.k1, SETTINGS.b)
        scores = dict(ranking.top(SETTINGS.pool))
        documents = dict(view.documents(list(scores)))
        yield view, query, CandidatePool(scores=MappingProxyType(scores), documents=MappingProxyType(documents))


def texts(pool: CandidatePool) -> list[str]:
    return [pool.documents[number].text for number in pool.top(99)]


def test_a_name_in_the_best_turn_leads_to_where_else_it_is_spoken_of():
    with passing() as layer:
        tickets, place = "I have tickets for the Quarrymen concert.", "The Quarrymen play in the old mill."
        layer.capture([said(tickets, 0), said(place, 1), said("My boat is green.", 2)])
        with searched(layer, "Where is the concert I have tickets for?") as (view, query, pool):
            assert texts(pool) == [tickets]
            assert texts(follow_names(view, pool, query, SETTINGS)) == [tickets, place]
            assert texts(pool) == [tickets]


def test_an_answer_between_people_is_found_through_its_question():
    with passing() as layer:
        asked, answer = "Where did you grow up?", "In a village near the coast."
        layer.capture([said(asked, speaker="Odile", session="s"), said(answer, speaker="Basil", session="s")])
        with searched(layer, "Where did Basil grow up?") as (view, query, pool):
            assert texts(pool) == [asked]
            lent = lend_to_neighbours(view, pool, query, SETTINGS)
            assert sorted(texts(lent)) == sorted([asked, answer])
            assert texts(pool) == [asked]


def test_a_user_and_an_assistant_lend_each_other_nothing():
    with passing() as layer:
        layer.capture([said("Where did you grow up?"), said("I did not, in any village.", role="assistant")])
        with searched(layer, "Where did Basil grow up?") as (view, query, pool):
            assert lend_to_neighbours(view, pool, query, SETTINGS) == pool
