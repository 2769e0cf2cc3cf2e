"""
What of a text is indexed.

Fenced code is left out but for its first words: people ask about the words around it, and a pasted file would drown
them. What is left out of the index stays in the turn and is shown with it.
"""

from __future__ import annotations

import re
from collections import Counter

from ltml.text.search import terms

_FENCE = re.compile(r"```+[^\n]*\n(.*?)(?:```+|\Z)", re.DOTALL)
#: So many characters of a fenced block are indexed: its first lines name what it is.
HEAD = 200


def term_counts(text: str) -> dict[str, int]:
    """Return how often each term occurs in what of the text is indexed; the values sum to the document's length."""
    return dict(Counter(terms(searchable(text))))


def searchable(text: str) -> str:
    """Return the text with fenced code cut to its first characters."""
    return _FENCE.sub(lambda found: f" {found[1][:HEAD]} ", text) if "```" in text else text
