"""Who a sentence is about, by its pronouns."""

from __future__ import annotations

from collections.abc import Collection

from ltml.text.languages import collect_words
from ltml.text.tokenizer import words


def first_person(text: str) -> bool:
    """Tell whether a text speaks of its speaker."""
    return not collect_words("first_person").isdisjoint(words(text))


def personal(said: Collection[str]) -> bool:
    """Tell whether these words speak of the speaker or to the listener."""
    return not collect_words("first_person").isdisjoint(said) or not collect_words("second_person").isdisjoint(said)
