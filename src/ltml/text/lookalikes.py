"""
Text as it looks to a reader: width, look-alikes and invisible characters folded away, with the way back.

A mark or a token of a chat template can be written in many ways that a model, a client or a later normalisation takes
for the same: full-width, with a zero-width character in it, with a Cyrillic letter, with another kind of bracket. What
looks for such shapes looks here, in ASCII, and learns where they stand in the text.

The tables are not all of Unicode's confusables: they hold what stands for the brackets, strokes and letters of those
shapes. Marks above and below a letter are dropped, so that é is e.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

#: What is drawn like a sign, beyond what Unicode's own compatibility forms say (full width, mathematical letters).
_SIGNS = {
    "<": "‹˂〈⟨❮❬❰ᐸ⧼",
    ">": "›˃〉⟩❯❭❱ᐳ⧽",
    "[": "【〔〖〘〚⟦❲⁅⦋⦍⦏⟬「『⌈⌊⸢⸤",
    "]": "】〕〗〙〛⟧❳⁆⦌⦎⦐⟭」』⌉⌋⸣⸥",
    "|": "│┃╎╏║∣❘❙❚ǀ¦⎮⏐∥‖",
    "/": "⁄∕╱⧸⟋〳",
    "\\": "∖⧵⟍╲⧹",
    ":": "꞉∶ː׃˸։܃",
    "_": "▁‗ˍ",
    "-": "‐‑‒–—―−",
    "~": "∼〜∾",
}
#: The same for letters: each row is a word of look-alikes under the word of what they look like.
_LETTERS = (
    ("аеорсухѕіјһԁԛԝкмтвнѵү", "aeopcyxsijhdqwkmtbhvy"),
    ("АВЕКМНОРСТХЅІЈУҮѴ", "ABEKMHOPCTXSIJYYV"),
    ("αεικνορτυχηγωβ", "aeikvoptuxnywb"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"),
    ("ıɑɡɩոսհյօʋłøđħ", "iaginuhjovlodh"),
)
_TABLE = {ord(alike): sign for sign, many in _SIGNS.items() for alike in many} | {
    ord(alike): letter for many, letters in _LETTERS for alike, letter in zip(many, letters, strict=False)
}
#: Letters by their category, that are drawn as nothing: Hangul fillers, a Braille pattern without dots.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5")
#: Marks on letters, format characters (zero width, direction, tags), control characters.
_DROPPED = frozenset({"Mn", "Me", "Cf", "Cc"})


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text as it looks, and for each of its characters the index in the text as it was written."""

    text: str
    places: Sequence[int]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return where the characters `first` to `last` (not included) stand in the text as it was written."""
        return self.places[first], self.places[last - 1] + 1


def folded(text: str) -> FoldedText:
    """Return a text as it looks; each character costs the same, whatever stands around it."""
    if text.isascii() and text.isprintable():
        return FoldedText(text, range(len(text)))
    looks = [_look(character) for character in text]
    places = [place for place, look in enumerate(looks) for _ in look]
    return FoldedText("".join(looks), places)


def looks(text: str) -> str:
    """Return a text as it looks, without the way back."""
    return text if text.isascii() and text.isprintable() else "".join(map(_look, text))


@lru_cache(maxsize=4096)
def _look(character: str) -> str:
    """Return what a character looks like: mostly one, nothing if it is invisible, several for a ligature."""
    if character.isspace():
        return " "
    if character in _BLANK:
        return ""
    plain = unicodedata.normalize("NFKD", character).translate(_TABLE)
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(part for part in plain if unicodedata.category(part) not in _DROPPED)
