"""
What a statement pins down: numbers, names, units, whether it denies, whether it only supposes.

Two statements that differ in one of these are never the same statement, however alike their words are. So the readings
here would rather see a name or a condition too many than miss one; what counts is that equal statements read equally.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from typing import NamedTuple

from ltml.text.detection import stop_words, vote
from ltml.text.languages import Language, languages
from ltml.text.numbers import AMOUNT, number_word, numbers_in
from ltml.text.phrases import mentions
from ltml.text.segmentation import sentences
from ltml.text.tokenizer import negative_endings, prepared, token_pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The guard of folding: statements with different values are different statements."""

    numbers: frozenset[str]
    """In canonical digits: "1,245.50" is "1245.5", "three" and "3rd" are "3"."""
    names: frozenset[str]
    """Capitalised words inside a sentence, identifiers, quoted strings; casefolded."""
    units: frozenset[str]
    """What the numbers count or measure, canonical: "5 km", "€50", "three weeks" have "km", "euro", "week"."""
    negated: bool
    """Whether something is denied, or over: not, never, no longer, kein, plus jamais."""
    modal: bool
    """Whether it is said as possible, wished, conditional or as a question."""


class _Piece(NamedTuple):
    """A token where it stands."""

    text: str
    low: str
    first: bool  # the first of its sentence


def values(text: str) -> Values:
    """The values of a text, in the language its function words are of. Never raises."""
    text = prepared(text)
    pieces = _pieces(text)
    spoken = [piece.low for piece in pieces]
    language = languages()[vote([piece.text for piece in pieces])]
    numbers, endings = frozenset(numbers_in(spoken, language.code)), negative_endings()
    return Values(
        numbers=numbers,
        names=frozenset(_names(pieces, language)) | _quoted(text),
        units=frozenset(_units(spoken, language)) | _symbols(text) if numbers else frozenset(),
        negated=mentions(spoken, language.negation) or any(word.endswith(endings) for word in spoken),
        modal=mentions(spoken, language.modal) or _asks(text),
    )


_QUOTES = '"\u201c\u201d\u201e\u00ab\u00bb'
_QUOTED = re.compile(f"[{_QUOTES}]([^{_QUOTES}\n]{{1,60}})[{_QUOTES}]|`([^`\n]{{1,60}})`")
_SYMBOL = re.compile("([\u20ac$\u00a3\u00a5])\\s?\\d|\\d\\s?([\u20ac$\u00a3\u00a5%\u00b0])")
#: Units that are mostly written as a sign.
SIGNS = {"\u20ac": "euro", "$": "dollar", "\u00a3": "pound", "\u00a5": "yen", "%": "percent", "\u00b0": "degree"}


def _pieces(text: str) -> list[_Piece]:
    """Every token, with whether it opens a sentence (or what follows a colon)."""
    starts = iter([span.start for span in sentences(text)])
    due, found = next(starts, None), []
    for match in token_pattern(text).finditer(text):
        first = due is not None and match.start() >= due
        while due is not None and match.start() >= due:
            due = next(starts, None)
        found.append(
            _Piece(match[0], match[0].casefold(), first or ":" in text[max(match.start() - 2, 0) : match.start()])
        )
    return found


def _asks(text: str) -> bool:
    """Whether there is a question mark after the last word."""
    return any(mark in "?\u061f" for mark in takewhile(lambda character: not character.isalnum(), reversed(text)))


def _names(pieces: list[_Piece], language: Language) -> Iterator[str]:
    stop = stop_words(language.code)
    shouting = all(piece.text.isupper() for piece in pieces)
    for piece, following in zip_longest(pieces, pieces[1:]):
        if piece.low == piece.text and piece.low.isalpha():
            continue  # most words, and no name
        if piece.low in language.titles or piece.low in stop or number_word(piece.low, language.code):
            continue
        opens = piece.first and not (following and _is_name_pair(following))
        if _is_identifier(piece.text) or (_is_capital(piece.text) and not opens and not shouting):
            yield piece.low


def _is_capital(token: str) -> bool:
    return token[0].isupper() and not token[0].isdigit()


def _is_name_pair(following: _Piece) -> bool:
    """Whether a sentence's first word is the first part of a name: "Anna Weber lives"."""
    return _is_capital(following.text) and not following.first and len(following.text) > 1


def _is_identifier(token: str) -> bool:
    """A word nobody writes in prose: `x1`, `lazy_sync`, `camelCase`, `a/b.py`."""
    if token[0].isdigit() and AMOUNT.fullmatch(token):
        return False
    inside = any(map(str.isdigit, token)) or any(mark in token for mark in "_/\\@") or "." in token
    return inside or (any(map(str.isupper, token[1:])) and not token.isupper() and "-" not in token)


def _quoted(text: str) -> frozenset[str]:
    return frozenset((plain or code).strip().casefold() for plain, code in _QUOTED.findall(text))


def _units(spoken: list[str], language: Language) -> Iterator[str]:
    known = {**languages()["en"].units, **language.units}
    for word, following in zip_longest(spoken, spoken[1:], fillvalue=""):
        amount = AMOUNT.fullmatch(word)
        if amount and amount[2] in known:
            yield known[amount[2]]
        elif (amount or number_word(word, language.code)) and following in known:
            yield known[following]


def _symbols(text: str) -> frozenset[str]:
    return frozenset(SIGNS[before or after] for before, after in _SYMBOL.findall(text))
