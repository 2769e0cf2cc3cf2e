"""Who a sentence is about, by its pronouns."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from ltml.text.languages import languages
from ltml.text.words import words


def first_person(text: str) -> bool:
    """Tell whether a text speaks of its speaker."""
    return not speaker_words().isdisjoint(words(text))


def personal(said: Collection[str]) -> bool:
    """Tell whether these words speak of the speaker or to the listener."""
    return not speaker_words().isdisjoint(said) or not listener_words().isdisjoint(said)


@cache
def speaker_words() -> frozenset[str]:
    """Return the words by which speakers mean themselves, in every language."""
    return frozenset().union(*(language.first_person for language in languages().values()))


@cache
def listener_words() -> frozenset[str]:
    """Return the words by which they mean the listener, in every language."""
    return frozenset().union(*(language.second_person for language in languages().values()))
