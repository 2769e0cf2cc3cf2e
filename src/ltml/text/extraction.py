"""
Value extraction: the numbers, names and units a statement has, whether it denies, whether it only supposes.

Two statements that differ in one of these are never the same statement, however alike their words are. So extraction
prefers a name or a condition too many to one too few; what counts is that equal statements have equal values.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest

from ltml.text.detection import stop_words, vote
from ltml.text.languages import Language, languages
from ltml.text.numbers import AMOUNT, number_word, numbers_in
from ltml.text.phrases import mentions
from ltml.text.segmentation import sentences
from ltml.text.tokenizer import negative_endings, prepared, token_pattern

_QUOTES = '"\u201c\u201d\u201e\u00ab\u00bb'
_QUOTED = re.compile(f"[{_QUOTES}]([^{_QUOTES}\n]{{1,60}})[{_QUOTES}]|`([^`\n]{{1,60}})`")
_SYMBOL = re.compile("([\u20ac$\u00a3\u00a5])\\s?\\d|\\d\\s?([\u20ac$\u00a3\u00a5%\u00b0])")
#: Units that are mostly written as a sign.
SIGNS = {"\u20ac": "euro", "$": "dollar", "\u00a3": "pound", "\u00a5": "yen", "%": "percent", "\u00b0": "degree"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What two near-duplicates must have in common: statements with different values are different statements."""

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


def values(text: str) -> Values:
    """Return the values of a text, in the language its function words are of. Never raises."""
    text = prepared(text)
    matches = list(token_pattern(ascii_only=text.isascii()).finditer(text))
    spoken = [match[0].casefold() for match in matches]
    language = languages()[vote([match[0] for match in matches])]
    numbers, endings = frozenset(numbers_in(spoken, language.code)), negative_endings()
    units = [SIGNS[before or after] for before, after in _SYMBOL.findall(text)]
    known = {**languages()["en"].units, **language.units} if numbers else {}
    for word, following in zip_longest(spoken, spoken[1:], fillvalue=""):
        amount = AMOUNT.fullmatch(word) if numbers else None
        if amount and amount[2] in known:
            units.append(known[amount[2]])
        elif following in known and (amount or number_word(word, language.code)):
            units.append(known[following])
    quoted = ((plain or code).strip().casefold() for plain, code in _QUOTED.findall(text))
    after_words = takewhile(lambda character: not character.isalnum(), reversed(text))
    return Values(
        numbers=numbers,
        names=frozenset([*_names(text, matches, language), *quoted]),
        units=frozenset(units) if numbers else frozenset(),
        negated=mentions(spoken, language.negation) or any(word.endswith(endings) for word in spoken),
        modal=mentions(spoken, language.modal) or any(mark in "?\u061f" for mark in after_words),
    )


def _names(text: str, matches: Sequence[re.Match[str]], language: Language) -> Iterator[str]:
    """Yield identifiers and capitalised words; the first word of a sentence only before another: "Anna Weber lives"."""
    stop = stop_words(language.code)
    shouting = all(match[0].isupper() for match in matches)
    begins = [match.start() for match in matches]
    first = {bisect_left(begins, span.start) for span in sentences(text)}
    first |= {at for at, begin in enumerate(begins) if ":" in text[max(begin - 2, 0) : begin]}
    for at, match in enumerate(matches):
        token, low = match[0], match[0].casefold()
        if low == token and low.isalpha():
            continue  # most words, and no name
        if low in language.titles or low in stop or number_word(low, language.code):
            continue
        capital = token[0].isupper() and not token[0].isdigit()
        if capital and at in first:
            following = matches[at + 1][0] if at + 1 < len(matches) and at + 1 not in first else ""
            capital = len(following) > 1 and following[0].isupper() and not following[0].isdigit()
        # nobody writes in prose: `x1`, `lazy_sync`, `camelCase`, `a/b.py`
        inside = any(character.isdigit() or character in "_/\\@." for character in token)
        inner_capital = any(map(str.isupper, token[1:])) and not token.isupper() and "-" not in token
        identifier = (inside or inner_capital) and not (token[0].isdigit() and AMOUNT.fullmatch(token))
        if (capital and not shouting) or identifier:
            yield low
