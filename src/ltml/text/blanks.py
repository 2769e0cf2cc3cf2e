"""White space."""

import re
from collections.abc import Iterator

_BLANK = re.compile(r"\s")
_PIECE = 1 << 16  # characters that are split at a time: no other thread runs meanwhile


def one_line(text: str) -> str:
    """The words of a text with one space between them, as `" ".join(text.split())` gives."""
    if len(text) <= _PIECE:
        return " ".join(text.split())
    return " ".join(filter(None, (" ".join(piece.split()) for piece in _pieces(text))))


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces that end where a word does."""
    at = 0
    while at < len(text):
        blank = _BLANK.search(text, at + _PIECE)
        end = blank.start() if blank else len(text)
        yield text[at:end]
        at = end
