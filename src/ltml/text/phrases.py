"""Words and short phrases of a vocabulary, found in running text."""

from collections.abc import Iterator, Sequence
from functools import cache

from ltml.text.tokenizer import token_words

_LONGEST = 4  # words in a phrase


def cut(spoken: Sequence[str], vocabulary: frozenset[str]) -> list[str]:
    """What is left of the casefolded tokens without the words and phrases of the vocabulary, longest taken first."""
    left, at = [], 0
    while at < len(spoken):
        length = _phrase(spoken, at, vocabulary) or belongs(spoken[at], vocabulary)
        left += [] if length else [spoken[at]]
        at += length or 1
    return left


def mentions(spoken: Sequence[str], vocabulary: frozenset[str]) -> bool:
    """Whether any word or phrase of the vocabulary is among the casefolded tokens, also as a part of one ("n'ai")."""
    if not vocabulary.isdisjoint(spoken):
        return True
    if not _openers(vocabulary).isdisjoint(spoken) and any(
        _phrase(spoken, at, vocabulary) for at in range(len(spoken))
    ):
        return True
    return any(not vocabulary.isdisjoint(token_words(token)) for token in spoken if not token.isalnum())


def belongs(token: str, vocabulary: frozenset[str]) -> bool:
    """Whether the casefolded token, or else each of its parts, is in the vocabulary: "what's", "bye-bye", "j'ai"."""
    return token in vocabulary or (not token.isalnum() and vocabulary.issuperset(_parts(token)))


def _parts(token: str) -> Iterator[str]:
    for piece in token.split("-"):
        yield from token_words(piece)


def _phrase(spoken: Sequence[str], at: int, vocabulary: frozenset[str]) -> int:
    """How many words the longest phrase has that begins here; 0 for none."""
    if spoken[at] not in _openers(vocabulary):
        return 0
    lengths = range(min(_LONGEST, len(spoken) - at), 1, -1)
    return next((length for length in lengths if " ".join(spoken[at : at + length]) in vocabulary), 0)


@cache
def _openers(vocabulary: frozenset[str]) -> frozenset[str]:
    return frozenset(entry.split(" ")[0] for entry in vocabulary if " " in entry)
