"""
Indexing: which part of a text is indexed, and how often each term occurs in it.

Fenced code is left out but for its first words: people ask about the words around it, and a pasted file would drown
them. What is left out of the index stays in the turn and is shown with it.
"""

from __future__ import annotations

import re
from collections import Counter

from ltml.text.search import terms

_FENCE = "```"
_TICKS = re.compile("`*")
#: Maximum number of characters of a fenced block that are indexed: its first lines name what it is.
HEAD = 200
_PIECE = 1 << 14  # terms per call of `update`, which does not release the interpreter lock


def term_counts(text: str) -> dict[str, int]:
    """Return how often each term occurs in the indexed part; the values sum to the document's length."""
    found, counts = terms(searchable(text)), Counter[str]()
    for at in range(0, len(found), _PIECE):
        counts.update(found[at : at + _PIECE])
    return dict(counts)


def searchable(text: str) -> str:
    """Return the text with fenced code cut to its first characters."""
    parts, at = [], 0
    while (fence := text.find(_FENCE, at)) >= 0 and (line_end := text.find("\n", fence)) >= 0:
        closing = text.find(_FENCE, line_end + 1)
        code_end = closing if closing >= 0 else len(text)
        parts += [text[at:fence], f" {text[line_end + 1 : min(code_end, line_end + 1 + HEAD)]} "]
        ticks = _TICKS.match(text, code_end)
        at = ticks.end() if ticks else code_end
    return "".join([*parts, text[at:]])
