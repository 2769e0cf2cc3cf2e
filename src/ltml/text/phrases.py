"""Words and short phrases of a vocabulary, found in running text."""

from collections.abc import Iterator, Sequence, Set as AbstractSet

from ltml.text.words import token_words

_LONGEST = 4  # words in a phrase


def cut(spoken: Sequence[str], vocabulary: AbstractSet[str]) -> list[str]:
    """What is left of the casefolded tokens when every word and phrase of the vocabulary is taken out, longest first."""
    left, at = [], 0
    while at < len(spoken):
        length = _match(spoken, at, vocabulary)
        left += [] if length else [spoken[at]]
        at += length or 1
    return left


def mentions(spoken: Sequence[str], vocabulary: AbstractSet[str]) -> bool:
    """Whether any word or phrase of the vocabulary is among the casefolded tokens, also as a part of one ("n'ai")."""
    return any(
        _match(spoken, at, vocabulary) or not vocabulary.isdisjoint(token_words(spoken[at])) for at in range(len(spoken))
    )


def belongs(token: str, vocabulary: AbstractSet[str]) -> bool:
    """Whether the casefolded token, or else each of its parts, is in the vocabulary: "what's", "bye-bye", "j'ai"."""
    return token in vocabulary or (not token.isalnum() and all(part in vocabulary for part in _parts(token)))


def _parts(token: str) -> Iterator[str]:
    for piece in token.split("-"):
        yield from token_words(piece)


def _match(spoken: Sequence[str], at: int, vocabulary: AbstractSet[str]) -> int:
    for length in range(min(_LONGEST, len(spoken) - at), 1, -1):
        if " ".join(spoken[at : at + length]) in vocabulary:
            return length
    return int(belongs(spoken[at], vocabulary))
