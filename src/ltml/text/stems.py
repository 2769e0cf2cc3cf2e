"""Stemming and folding of one word: Snowball's stem (https://snowballstem.org), then without diacritics."""

import re
from functools import lru_cache

from ltml.text.languages import languages
from ltml.text.normalize import normalized

# Marks that people leave out when they type in a hurry: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowel
# signs. Marks of other scripts (the vowels of Devanagari or Thai) are letters in all but name, and stay.
_OPTIONAL_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u0652\u0670\u0640]"
)
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ß": "ss", "ĳ": "ij", "ħ": "h"}
)
_LONGEST_STEMMED = 48  # longer "words" are keys, hashes and addresses


def fold(word: str) -> str:
    """Return the word without diacritics, in lower case: "Café" is "cafe", "Straße" is "strasse"."""
    if word.isascii():
        return word.lower()
    bare = _OPTIONAL_MARKS.sub("", normalized("NFKD", word.casefold())).translate(_LETTERS)
    return normalized("NFC", bare)


def stem(word: str, code: str) -> str:
    """Return the folded Snowball stem of a casefolded word in a language; words with digits are only folded."""
    return _stem(word, code) if len(word) <= _LONGEST_STEMMED else fold(word)


@lru_cache(maxsize=1 << 17)
def _stem(word: str, code: str) -> str:
    algorithm = languages()[code].stemmer
    if not algorithm or not word.isalpha() or len(word) < 3:  # noqa: PLR2004 - "is", "ab": nothing to cut
        return fold(word)
    import Stemmer

    # A stemmer keeps the word it works on in itself, so threads must not share one. A new one costs a microsecond.
    return fold(str(Stemmer.Stemmer(algorithm, 0).stemWord(word))) or fold(word)
