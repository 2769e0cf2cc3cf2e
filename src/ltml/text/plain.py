"""
A text as people compare it: the same words, however they were typed.

One program sends an umlaut as one character, another as a letter and a mark; a phone's keyboard sends full-width
digits, a web page soft hyphens and joiners that nobody sees. Whoever orders some words away means all of these.
"""

import re
import unicodedata

#: What Unicode calls default ignorable: it takes no room and is not seen.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)


def plain(text: str) -> str:
    """The text in NFKC and casefolded, without what cannot be seen, with one blank between words."""
    return " ".join(folded(text).split())


def folded(text: str) -> str:
    """The same with its white space as it is."""
    if text.isascii():
        return text.casefold()
    seen = INVISIBLE.sub("", text)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
