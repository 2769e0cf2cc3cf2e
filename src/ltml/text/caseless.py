"""
Caseless matching (Unicode Standard, 3.13): the same words, however they were typed.

One program sends an umlaut as one character, another as a letter and a mark; a phone's keyboard sends full-width
digits, a web page soft hyphens and joiners that are invisible. Who asks to forget some words means all of these.
"""

import re

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
