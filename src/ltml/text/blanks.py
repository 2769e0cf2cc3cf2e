"""White space."""

import re

_BLANK = re.compile(r"\s")
_PIECE = 1 << 16  # characters per call of `split`, which does not release the interpreter lock


def one_line(text: str) -> str:
    """Return the words of a text with one space between them, as `" ".join(text.split())` gives."""
    lines, at = [], 0
    while at < len(text):  # each piece ends where a word does
        blank = _BLANK.search(text, at + _PIECE)
        end = blank.start() if blank else len(text)
        lines.append(" ".join(text[at:end].split()))
        at = end
    return " ".join(filter(None, lines))
