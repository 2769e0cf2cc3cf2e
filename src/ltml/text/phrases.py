"""Words and short phrases of a vocabulary, found in running text."""

from collections.abc import Sequence
from functools import cache

from ltml.text.tokenizer import token_words

_LONGEST = 4  # words in a phrase


def cut(spoken: Sequence[str], vocabulary: frozenset[str]) -> list[str]:
    """Return casefolded tokens without the words and phrases of the vocabulary, the longest phrase taken first."""
    left, at = [], 0
    while at < len(spoken):
        length = _phrase_length(spoken, at, vocabulary) or belongs(spoken[at], vocabulary)
        left += [] if length else [spoken[at]]
        at += length or 1
    return left


def mentions(spoken: Sequence[str], vocabulary: frozenset[str]) -> bool:
    """Tell whether a word or phrase of the vocabulary is among casefolded tokens, or a part of one ("n'ai")."""
    if not vocabulary.isdisjoint(spoken):
        return True
    if not _openers(vocabulary).isdisjoint(spoken) and any(
        _phrase_length(spoken, at, vocabulary) for at in range(len(spoken))
    ):
        return True
    return any(not vocabulary.isdisjoint(token_words(token)) for token in spoken if not token.isalnum())


def belongs(token: str, vocabulary: frozenset[str]) -> bool:
    """Tell whether the casefolded token, or else each of its parts, is in the vocabulary: "what's", "bye-bye"."""
    if token in vocabulary or token.isalnum():
        return token in vocabulary
    return all(word in vocabulary for piece in token.split("-") for word in token_words(piece))


def _phrase_length(spoken: Sequence[str], at: int, vocabulary: frozenset[str]) -> int:
    """Return the number of words in the longest phrase that begins here; 0 for none."""
    if spoken[at] not in _openers(vocabulary):
        return 0
    lengths = range(min(_LONGEST, len(spoken) - at), 1, -1)
    return next((length for length in lengths if " ".join(spoken[at : at + length]) in vocabulary), 0)


@cache
def _openers(vocabulary: frozenset[str]) -> frozenset[str]:
    return frozenset(entry.split(" ")[0] for entry in vocabulary if " " in entry)
