"""
Every function that reads a text takes time that grows with its length, whatever the text is.

Measured in CPU time by making the text four times as long, until that takes long enough to be told from noise. What
looks suspicious is looked at again over sixteen times the length from there, twice, and counts only if it still is:
linear is 16 there, quadratic 256. With --long every step begins at 10,000 characters and goes to 640,000.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pytest

from ltml.errors import UnreadableExchange
from ltml.exchange import Request
from ltml.sleep.propose import parse_proposals
from ltml.text import sentences
from tests.linear.reading import READERS, Reader
from tests.linear.shapes import SHAPES, Shape

#: More than this in four times the length is suspicious; more than that in sixteen times the length is a fault.
SUSPICIOUS, WRONG = 8.0, 48.0
#: CPU seconds below which nothing is told: at all, and for a character (fresh pages cost more than used ones).
FLOOR, FLOOR_EACH = 0.0002, 5e-8
LONGEST = 640_000
#: Readers that do nothing but call others in this table; with --long they are measured, too.
COMPOSED = frozenset({
    "word_pairs", "terms", "query_terms", "first_person", "personal", "find_dates in German", "dates.words_of",
    "fold.says_nothing_else", "ollama generate heard", "openai heard", "language", "sentences", "fold", "stem",
    "propose.is_supported", "ollama one object", "json offset", "render.DATE_ANNOTATION", "checked",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """From which length on, and how many CPU seconds are enough to tell."""

    first: int
    enough: float


@pytest.fixture(scope="module")
def pace(pytestconfig: pytest.Config) -> Pace:
    return Pace(first=10_000, enough=0.05) if pytestconfig.getoption("--long") else Pace(first=500, enough=0.003)


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def cost(reader: Reader, text: str) -> float:
    """CPU seconds."""
    begun = time.process_time()
    with suppress(UnreadableExchange):  # an answer, too
        reader(text)
    return time.process_time() - begun


def least(length: int) -> float:
    return max(FLOOR, FLOOR_EACH * length)


def growth(reader: Reader, shape: Shape, pace: Pace) -> Mapping[int, float]:
    """CPU seconds by length, up to the first that is enough to tell, and at least two."""
    length, found = pace.first, dict[int, float]()
    while length <= LONGEST and (len(found) < 2 or max(found.values()) < pace.enough):
        found[length] = cost(reader, shape(length))
        length *= 4
    return found


def suspicious(found: Mapping[int, float]) -> bool:
    (length, before), (_, last) = list(found.items())[-2:]
    return last > SUSPICIOUS * max(before, least(length))


def confirmed(reader: Reader, shape: Shape, found: Mapping[int, float]) -> Mapping[int, float]:
    """What a suspicion looks like over sixteen times the length; empty if it was none (a language was recognised)."""
    first = list(found)[-1]
    for _ in range(2):
        again = {length: cost(reader, shape(length)) for length in (first, first * 4, first * 16)}
        if again[first * 16] <= WRONG * max(again[first], least(first)):
            return {}
    return again


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", READERS)
def test_the_time_to_read_a_text_grows_no_faster_than_the_text(name, pace, pytestconfig):
    if name in COMPOSED and not pytestconfig.getoption("--long"):
        pytest.skip("composed of others that are measured; run with --long")
    reader = READERS[name]
    for text in ("Warm up, please: I was there yesterday.", "```\nx\n```\n水 é ich war gestern da"):
        cost(reader, text)
    wrong = {}
    with no_garbage_collection():
        for kind, shape in SHAPES.items():
            found = growth(reader, shape, pace)
            if suspicious(found) and (again := confirmed(reader, shape, found)):
                wrong[kind] = {length: round(seconds, 4) for length, seconds in again.items()}
    assert not wrong


@pytest.mark.parametrize("exponent", [1, 2])
def test_what_measures_tells_linear_from_quadratic(exponent, pace):
    def reader(text: str) -> None:
        for _ in range(len(text) ** exponent // 100**exponent * 10):
            pass

    with no_garbage_collection():
        found = growth(reader, SHAPES["one letter"], pace)
        assert bool(suspicious(found) and confirmed(reader, SHAPES["one letter"], found)) == (exponent > 1)


def test_there_are_more_than_a_hundred_kinds_of_text_and_all_have_the_length_that_was_asked_for():
    assert len(SHAPES) > 100
    assert {kind for kind, shape in SHAPES.items() if not 950 <= len(shape(1_000)) <= 1_050} == set()


@pytest.mark.parametrize("most", [0, 1, 5, 80])
@pytest.mark.parametrize("kind", SHAPES)
def test_the_first_sentences_are_those_of_the_whole_text(kind, most):
    text = SHAPES[kind](2_000)
    assert sentences(text, most) == sentences(text)[:most]


def test_a_model_that_answers_with_a_number_of_ten_thousand_digits_proposes_nothing():
    assert list(parse_proposals("9" * 10_000)) == []


def test_a_request_with_such_a_number_cannot_be_read_and_says_so():
    from ltml.dialects.ollama_chat import plugin

    with pytest.raises(UnreadableExchange):
        plugin.parse_request(b'{"model": ' + b"9" * 10_000 + b"}")
    ear = plugin.reply_parser(Request(stream=True))
    ear.feed(b"9" * 10_000 + b"\n")
    assert not ear.complete
