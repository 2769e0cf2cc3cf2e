"""
Unicode normalisation in time that grows with the length.

`unicodedata.normalize` sorts the marks on one letter by insertion: 20,000 marks out of order take half a second, twice
as many four times as long, and no other thread runs meanwhile. So a text is normalised in pieces. Each begins with a
character that takes nothing from what stands before it, so that the pieces together are the whole; only a letter that
carries more marks than a piece is long, which no script does, is cut amid its marks.
"""

import re
import unicodedata
from typing import Literal

Form = Literal["NFC", "NFKC", "NFKD"]

_PIECE = 256  # characters
# Letters and signs before which a text can be cut: none is a mark, and none is joined to a letter before it, as the
# second and third letters of Hangul and half-width voicing signs are.
_INDEPENDENT = re.compile(
    "[\0-\x7f\xc0-\u024f\u0391-\u03a9\u03b1-\u03c9\u0410-\u044f\u05d0-\u05ea\u0621-\u063a\u0641-\u064a\u0904-\u0939"
    "\u0e01-\u0e30\u2010-\u2027\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3\U0001f300-\U0001f3fa"
    "\U0001f400-\U0001faff]"
)


def normalized(form: Form, text: str) -> str:
    """Return the text in a normal form; as `unicodedata.normalize` gives it for every text that people write."""
    if text.isascii() or len(text) <= _PIECE:
        return unicodedata.normalize(form, text)
    pieces, at = [], 0
    while at < len(text):
        found = _INDEPENDENT.search(text, at + _PIECE, at + 2 * _PIECE)
        end = found.start() if found else at + 2 * _PIECE
        pieces.append(unicodedata.normalize(form, text[at:end]))
        at = end
    return "".join(pieces)
