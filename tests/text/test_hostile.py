"""Text made to hurt: every function answers, and none takes time that grows with the square of the length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml import text as lt

LONG = 30_000
HOSTILE = {
    "one word": "a" * LONG,
    "one number": "9" * LONG,
    "grouped digits": "1,1" * LONG,
    "no blank": "ab-" * LONG,
    "elisions": "qu'un'" * LONG,
    "apostrophes": "'" * LONG + "a",
    "full stops": "." * LONG + "a",
    "question marks": "?" * LONG + "a",
    "quotes after a stop": "." + '"' * LONG + "a",
    "single letters": "a. " * LONG,
    "fences": "```\n" * LONG,
    "bars": "|\n" * LONG,
    "blanks": " \t" * LONG + "a",
    "marks": "a" + "\u0301" * LONG,
    "han": "水" * LONG,
    "names": "Anna: " * (LONG // 4),
    "numbers": "two hundred " * (LONG // 4),
    "surrogates": "\ud800" * LONG,
    "nul": "\x00a" * LONG,
    "quotes": '"a' * LONG,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_text_is_read_in_passing(text):
    lt.words(text)
    lt.terms(text)
    lt.query_terms(text)
    lt.sentences(text)
    lt.values(text)
    lt.is_phatic(text)
    lt.fold_keys(text)
    lt.count_tokens(text)
    assert lt.same_statement(text, text)


def test_two_long_texts_are_compared_in_passing():
    left = " ".join(f"left{i:x}qz" for i in range(20_000))
    assert not lt.same_statement(left, left.replace("left", "right"))


@given(st.text(alphabet=st.characters(codec=None, categories=None)))
def test_every_function_takes_every_string(text):
    assert isinstance(lt.language(text), str)
    assert all(lt.words(text))
    assert all(lt.terms(text))
    assert all(all(group) for group in lt.query_terms(text))
    assert lt.same_statement(text, text)
    assert isinstance(lt.is_phatic(text), bool)
    assert lt.values(text) == lt.values(text)


def test_long_numbers_are_told_apart_by_their_last_digit():
    assert lt.values("account " + "7" * 40 + "1").numbers != lt.values("account " + "7" * 40 + "2").numbers
