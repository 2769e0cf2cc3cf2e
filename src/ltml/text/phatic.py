"""
Phatic talk, which only keeps a conversation going: greetings, thanks, assent, praise, goodbyes.

A text is phatic (Malinowski 1923) when every word of it is phatic (in any language: people mix them) or a stop-word of
one language, and at least one is phatic. So a new greeting needs one word in a language's file, not a list of
sentences. Any number, name or other content word makes a text worth a look.
"""

import re
from functools import cache

from ltml.text.detection import stop_words
from ltml.text.languages import collect_words, languages
from ltml.text.phrases import belongs, cut
from ltml.text.tokenizer import tokens

_LONGEST = 400  # maximum number of characters; longer texts say something
_LAUGH = r"([hj])[aeio]+(?:\1[aeio]+)+h?|(?:a+h+){2,}a*|k{3,}|(?:rs){2,}|l+o+l+"
_SOUND = re.compile(rf"{_LAUGH}|[ae]?h*m+|[aoue]+h+|u+h*m+|w+o+w+|y+a+y+")
_STRETCHED = re.compile(r"(.)\1{2,}")


def is_phatic(text: str) -> bool:
    """
    Tell whether the whole text says nothing durable. Signs and emoji alone are phatic, an empty text is not.

    "Hello there.", "You're great, cheers.", "Na, wie läuft's?" are; "Hello, my name is Ines", "Thanks, Ines" are not.
    """
    if len(text) > _LONGEST:
        return False
    spoken = [token.casefold() for token in tokens(text)]
    if not spoken:
        return bool(text.strip())
    if not all(word in _common_words() or not word.isalnum() or _is_sound(word) for word in spoken):
        return False
    left = [word for word in cut(spoken, collect_words("phatic")) if not _is_sound(word)]
    return len(left) < len(spoken) and any(
        all(belongs(word, stop) for word in left) for stop in map(stop_words, languages())
    )


def _is_sound(word: str) -> bool:
    """Tell whether a word is a laugh, a hum, or a phatic word drawn out: "hahaha", "mmm", "yesss"."""
    if _SOUND.fullmatch(word):
        return True
    shortened = {_STRETCHED.sub(r"\1", word), _STRETCHED.sub(r"\1\1", word)} - {word}
    return not shortened.isdisjoint(collect_words("phatic"))


@cache
def _common_words() -> frozenset[str]:
    """Return every word that a phatic text can have; most texts have another, and are decided by it."""
    return frozenset(" ".join(collect_words("phatic")).split(" ")).union(*map(stop_words, languages()))
