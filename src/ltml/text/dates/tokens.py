"""Text cut into words, numbers and signs, each with its place; words are also given folded (no case, no accents)."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from ltml.text.caching import cache_short
from ltml.text.normalize import normalized

# A run of digits with its inner signs is one token ("3.5.", "2024-05-08", "1,200"), so that no part of it is ever
# taken for a number. A line end before a blank line or a list item is a sign: it ends a sentence.
# Apostrophes stand alone ("l' ete", "year ' s"): contracted languages need no tables for it.
TOKEN = re.compile(
    r"(?P<digits>(?<![\w.,/:\-])(?:\d{4}-\d\d-\d\d(?=T\d\d:)|\d++(?:[.,/:\-]\d++)*+(?![\w/]|-\w|\.[a-z])))"
    r"|(?:\w|[\u0300-\u036f])+|[^\w\s]|\n(?=[^\S\n]*+(?:\n|[-*•#>]|\d++[.)]\s))",
)
WORD = re.compile(r"\w+")
_CACHED = 64  # characters


class Token(NamedTuple):  # made by the thousand: a tuple costs half of a frozen dataclass
    """A word, number or sign: where it stands, as written and folded."""

    start: int
    end: int
    text: str
    folded: str
    digits: bool


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a text, in order."""
    return [
        Token(found.start(), found.end(), word := found.group(), folded(word), found.lastgroup == "digits")
        for found in TOKEN.finditer(text)
    ]


def words_of(text: str) -> set[str]:
    """Return the folded words of a text, without their places: enough to see whether a closer look is worth it."""
    return set(WORD.findall(text.lower() if text.isascii() else _strip_accents(text)))


def folded(word: str) -> str:
    """Return a word in lower case without accents, so that "mañana" and "manana" are one word."""
    return word.lower() if word.isascii() else _strip_accents(word)


@cache_short(4096, _CACHED)
def _strip_accents(text: str) -> str:
    apart = normalized("NFKD", text.lower()).replace("’", "'").replace("–", "-")
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
