"""Text cut into words, numbers and signs, each with its place; words are also given folded (no case, no accents)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# A run of digits with its inner signs is one token ("3.5.", "2024-05-08", "1,200"), so that no part of it is ever
# taken for a number. A line end before a blank line or a list item is a sign: it ends a sentence.
# Apostrophes stand alone ("l' ete", "year ' s"): contracted languages need no tables for it.
TOKEN = re.compile(
    r"(?P<digits>(?<![\w.,/:\-])(?:\d{4}-\d\d-\d\d(?=T\d\d:)|\d++(?:[.,/:\-]\d++)*+(?![\w/]|-\w)))"
    r"|(?:\w|[\u0300-\u036f])+|[^\w\s]|\n(?=\s*(?:\n|[-*•#>]|\d+[.)]\s))",
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign: where it stands, as written and folded."""

    start: int
    end: int
    text: str
    folded: str
    digits: bool


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text, in order."""
    return [
        Token(found.start(), found.end(), word := found.group(), folded(word), found.lastgroup == "digits")
        for found in TOKEN.finditer(text)
    ]


def folded(word: str) -> str:
    """Lower case without accents, so that "mañana" and "manana" are one word."""
    return word.lower() if word.isascii() else _without_accents(word)


@lru_cache(maxsize=4096)
def _without_accents(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.lower().replace("’", "'").replace("–", "-"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
