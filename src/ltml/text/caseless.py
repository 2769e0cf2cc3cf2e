"""
Caseless matching (Unicode Standard, 3.13): the same words, however they were typed.

One program sends an umlaut as one character, another as a letter and a mark; a phone's keyboard sends full-width
digits, a web page soft hyphens and joiners that are invisible. Who asks to forget some words means all of these.
"""

import re
import unicodedata

from ltml.text.normalize import normalized

#: What Unicode calls default ignorable: it takes no room and is not seen.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)


#: Vowel marks that people write or leave out (Hebrew, Arabic), and the stroke that lengthens a word.
UNWRITTEN = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]+"
)
#: The small forms of I in languages that have two of them; which one a capital means, no single word tells.
DOTTED, DOTLESS = "i\u0307", "\u0131"


def plain(text: str) -> str:
    """Return the text in NFKC and casefolded, without what cannot be seen, with one blank between words."""
    return " ".join(folded(text).split())


def folded(text: str) -> str:
    """Return the same with its white space as it is."""
    if text.isascii():
        return text.casefold()
    seen = UNWRITTEN.sub("", INVISIBLE.sub("", text))
    low = normalized("NFKC", normalized("NFKC", seen).casefold())
    return low.replace(DOTTED, "i").replace(DOTLESS, "i")


#: Scripts that put no spaces between words (Thai to Khmer, Chinese, Japanese, Korean): any sign may begin a word.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"
_UNSPACED = re.compile(f"[{UNSPACED}]")


def contains_words(text: str, wanted: str) -> bool:
    """
    Tell whether these words occur in a text, and not inside others: "Ann" is not in "Hannover", nor 31 in 4312.

    Both are in plain form. In scripts without spaces any part of a text is its words.
    """
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        if not _is_inside_word(text, at) and not _is_inside_word(text, at + len(wanted)):
            return True
        at += 1
        while _is_inside_word(text, at):  # no word begins here: the search stays linear
            at += 1
        at = text.find(wanted, at)
    return False


def _is_inside_word(text: str, place: int) -> bool:
    """Tell whether a word goes on over this place."""
    around = text[max(0, place - 1) : place + 1] if place else ""
    return len(around) > 1 and all(
        (each.isalnum() or unicodedata.category(each).startswith("M")) and not _UNSPACED.match(each) for each in around
    )
