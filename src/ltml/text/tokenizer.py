"""
A text as words.

Theory of operation. A text is normalised (NFKC, one kind of apostrophe, no invisible joiners) and cut into *tokens*:
runs of letters and digits with single joints inside them, so that `enable_lazy_sync`, `vault/kv/x-1` and `v0.6.2` stay
in one piece. Each token gives its *words*: itself and then its parts. Tokens repeat, so what a token gives is computed
once and cached; the text itself is only scanned.

Scripts without blanks (Han, Kana, Hangul) give overlapping pairs of characters instead of words.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise

from ltml.text.languages import collect_words
from ltml.text.normalize import normalized
from ltml.text.numbers import canonical

CJK = (
    "\u1100-\u11ff\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_CJK_RUN = re.compile(f"([{CJK}]+)")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_APOSTROPHES = "\u2018\u2019\u02bc\uff07"
_SEGMENTS = re.compile(r"[/:@\\&]+")
_PIECES = re.compile(r"v?\d+(?:\.\d+)+|[^._\-]+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_VERSION = re.compile(r"v\d+(?:\.\d+)+")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_WINDOW = 1 << 14  # characters
_APART = re.compile(r"""[\s()\[\]{}<>"!?;|*=~^%$`]|,(?!\d)""")
_LONGEST = 64  # longer tokens are hashes or addresses: their parts are kept, cut to this length


def words(text: str) -> list[str]:
    """
    The words of a text in order, casefolded; compound tokens give themselves and then their parts.

    A possessive or auxiliary after an apostrophe is dropped ("Anna's" is "anna"), "don't" stays one word, "l'amour" is
    two. Runs of Han, Kana and Hangul give overlapping pairs of characters, a single character itself.
    """
    return [word for token in tokens(text) for word in token_words(token)]


def word_pairs(text: str) -> set[tuple[str, str]]:
    """The pairs of words that stand side by side: "my sister" is not "your sister"."""
    said = words(text)
    return set(pairwise(said))


def tokens(text: str) -> list[str]:
    """The tokens of a text in order, as they are written; nothing is left out but blanks and punctuation."""
    text = prepared(text)
    pattern = token_pattern(text)
    return [token for start, end in windows(text) for token in pattern.findall(text, start, end)]


def prepared(text: str) -> str:
    """The text in NFKC, with straight apostrophes and without invisible characters. ASCII comes back as it is."""
    if text.isascii():
        return text
    text = normalized("NFKC", text)
    for mark in _APOSTROPHES:
        text = text.replace(mark, "'")
    for mark in _INVISIBLE:
        text = text.replace(mark, "")
    return text


def windows(text: str) -> Iterator[tuple[int, int]]:
    """
    Start and end of stretches that no token crosses.

    A search in C lets no other thread run until it is over, so a long text is searched one stretch at a time. Each ends
    at the first blank or sign behind `_WINDOW` characters that is no part of any token.
    """
    start = 0
    while len(text) - start > _WINDOW:
        apart = _APART.search(text, start + _WINDOW)
        if apart is None:
            break
        yield start, apart.start()
        start = apart.start()
    yield start, len(text)


def token_pattern(text: str) -> re.Pattern[str]:
    """The cheapest pattern that finds every token of this text."""
    return _pattern("" if text.isascii() else _marks())


@cache
def _pattern(marks: str) -> re.Pattern[str]:
    body = f"(?:[^\\W_]|[{marks}])" if marks else "[^\\W_]"
    joint = r"(?:[._\-/:@'&\\]|://|::|__|(?<=\d),(?=\d))"
    return re.compile(rf"[A-Za-z](?:\+\+|#)(?![^\W_])|[^\W_]{body}*(?:{joint}{body}+)*")


@cache
def _marks() -> str:
    """Every combining mark, as ranges; a pattern's "word character" leaves them out, and Hindi or Thai falls apart."""
    found = [i for i in (*range(0x300, 0xFE00), *range(0x10000, 0x12000)) if unicodedata.category(chr(i))[0] == "M"]
    starts = [i for i in found if unicodedata.category(chr(i - 1))[0] != "M"]
    ends = [i for i in found if unicodedata.category(chr(i + 1))[0] != "M"]
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(starts, ends, strict=True))


def token_words(token: str) -> tuple[str, ...]:
    """What one token gives: itself and its parts, each once."""
    return _cached_words(token) if len(token) <= _LONGEST else tuple(dict.fromkeys(_parts(token)))


@lru_cache(maxsize=1 << 16)
def _cached_words(token: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_parts(token)))


def _parts(token: str) -> Iterator[str]:
    if token.isascii() or not _CJK_RUN.search(token):
        yield from _spelled(token)
        return
    for piece in _CJK_RUN.split(token):
        yield from _pairs(piece) if _CJK_RUN.match(piece) else _spelled(piece.strip("._-/:@'&\\"))


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def _spelled(token: str) -> Iterator[str]:
    """The words of a token in a script with letters."""
    if "'" in token:
        yield from _apostrophised(_clitic().sub("", token.casefold()))
    elif token.isalnum():
        yield from _simple(token)
    elif token:
        yield from _compound(token)


def _simple(token: str) -> list[str]:
    humps = _CAMEL.findall(token) if token.isascii() and not token.islower() else []
    whole = token.casefold()[:_LONGEST]
    return [whole, *(hump.lower() for hump in humps)] if _is_camel(token, humps) else [whole]


def _is_camel(token: str, humps: list[str]) -> bool:
    """Whether the humps are words: in `camelCase` they are, in `iPhone`, `GmbH` or `x1` one of them is a letter."""
    return len(humps) > 1 and not token.isupper() and token.isalpha() and min(map(len, humps)) > 1


def _apostrophised(low: str) -> Iterator[str]:
    at, elision = 0, _elision()
    while elided := elision.match(low, at):
        yield elided[1][:-1]
        at = elided.end()
    low = low[at:]
    if "'" not in low:
        yield from _spelled(low)
    elif low.endswith(negative_endings()):
        yield low[:_LONGEST]
    else:
        yield from (low[:_LONGEST], low.replace("'", "")[:_LONGEST])


@cache
def _clitic() -> re.Pattern[str]:
    """What is dropped from the end of a word: the apostrophe and the s of "Anna's"."""
    return re.compile(f"'(?:{_alternatives('clitics')})$")


@cache
def _elision() -> re.Pattern[str]:
    """What is a word of its own before an apostrophe: the l of "l'amour"."""
    return re.compile(rf"((?:{_alternatives('elisions')})')(?=\w{{2}})")


@cache
def negative_endings() -> tuple[str, ...]:
    """Endings of words that deny, in every language: the n't of "don't"."""
    return tuple(collect_words("negative_endings"))


def _alternatives(field: str) -> str:
    """The words of a field of every language as a regular expression that matches one of them."""
    return "|".join(map(re.escape, sorted(collect_words(field))))


def _compound(token: str) -> Iterator[str]:
    """Whole, closed form of a hyphenated word ("e-mail", "email"), segments of a path, pieces of a segment."""
    low = token.casefold()
    plain = canonical(low) if low[0].isdigit() and len(low) <= _LONGEST else None
    if plain:
        yield from (low, plain)
        return
    if len(low) <= _LONGEST:
        yield low
    if low.count("-") == 1 and low.replace("-", "").isalpha():
        yield low.replace("-", "")
    for segment in _SEGMENTS.split(token):
        yield from _segment(segment)


def _segment(segment: str) -> Iterator[str]:
    yield segment.casefold()[:_LONGEST]
    if _VERSION.match(segment):
        yield segment[1:_LONGEST]
    yield from _YEAR.findall(segment)
    for piece in _PIECES.findall(segment):
        yield from _simple(piece)
