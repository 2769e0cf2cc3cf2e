"""
Tokenizer: a text as words.

Theory of operation. A text is normalised (NFKC, one kind of apostrophe, no invisible joiners) and cut into *tokens*:
runs of letters and digits with single joints inside them, so that `enable_lazy_sync`, `vault/kv/x-1` and `v0.6.2` stay
in one piece. Each token gives its *words*: itself and then its parts. Tokens repeat, so what a token gives is computed
once and cached; the text itself is only scanned.

Scripts without blanks (Han, Kana, Hangul) give overlapping pairs of characters instead of words.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from ltml.text.caching import cache_short
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
_WINDOW = 1 << 14  # minimum length of a window, in characters
_APART = re.compile(r"""[\s()\[\]{}<>"!?;|*=~^%$`]|,(?!\d)""")
_LONGEST = (
    64  # maximum length of a word; longer tokens are hashes or addresses, whose parts are kept, cut to this length
)


def words(text: str) -> list[str]:
    """
    Return the words of a text in order, casefolded; compound tokens give themselves and then their parts.

    A possessive or auxiliary after an apostrophe is dropped ("Anna's" is "anna"), "don't" stays one word, "l'amour" is
    two. Runs of Han, Kana and Hangul give overlapping pairs of characters, a single character itself.
    """
    return [word for token in tokens(text) for word in token_words(token)]


def word_pairs(text: str) -> set[tuple[str, str]]:
    """Return the pairs of adjacent words: "my sister" is not "your sister"."""
    return set(pairwise(words(text)))


def tokens(text: str) -> list[str]:
    """Return the tokens of a text in order, as they are written; nothing is left out but blanks and punctuation."""
    text = prepared(text)
    pattern = token_pattern(ascii_only=text.isascii())
    return [token for start, end in windows(text) for token in pattern.findall(text, start, end)]


def prepared(text: str) -> str:
    """Return the text in NFKC, with straight apostrophes, without invisible characters. ASCII is returned as it is."""
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
    Yield start and end of windows that no token crosses.

    A regular expression runs without releasing the interpreter lock, so a long text is searched one window at a time.
    Each ends at the first blank or sign after `_WINDOW` characters that is no part of any token.
    """
    start = 0
    while len(text) - start > _WINDOW:
        apart = _APART.search(text, start + _WINDOW)
        if apart is None:
            break
        yield start, apart.start()
        start = apart.start()
    yield start, len(text)


@cache
def token_pattern(*, ascii_only: bool) -> re.Pattern[str]:
    """Return the pattern that finds every token of a text; of one in ASCII, a cheaper one."""
    body = "[^\\W_]"
    if not ascii_only:
        # a "word character" of `re` leaves out combining marks, without which Hindi or Thai falls apart
        points = {
            i for i in (*range(0x300, 0xFE00), *range(0x10000, 0x12000)) if unicodedata.category(chr(i))[0] == "M"
        }
        starts = sorted(i for i in points if i - 1 not in points)
        ends = sorted(i for i in points if i + 1 not in points)
        marks = "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(starts, ends, strict=True))
        body = f"(?:[^\\W_]|[{marks}])"
    joint = r"(?:[._\-/:@'&\\]|://|::|__|(?<=\d),(?=\d))"
    return re.compile(rf"[A-Za-z](?:\+\+|#)(?![^\W_])|[^\W_]{body}*(?:{joint}{body}+)*")


@cache_short(1 << 16, _LONGEST)
def token_words(token: str) -> tuple[str, ...]:
    """Return what one token gives: itself and its parts, each once."""
    if token.isascii() or not _CJK_RUN.search(token):
        return tuple(dict.fromkeys(_spelled_words(token)))
    found: list[str] = []
    for piece in _CJK_RUN.split(token):
        if _CJK_RUN.match(piece):
            found += [piece[i : i + 2] for i in range(len(piece) - 1)] or [piece]
        else:
            found += _spelled_words(piece.strip("._-/:@'&\\"))
    return tuple(dict.fromkeys(found))


def _spelled_words(token: str) -> Iterator[str]:
    """Yield the words of a token in a script with letters."""
    if token.isalnum():
        yield from _simple_words(token)
    elif "'" not in token:
        yield from _compound_words(token) if token else ()
    else:
        clitic, elision = _apostrophe_patterns()
        low, at = clitic.sub("", token.casefold()), 0
        while elided := elision.match(low, at):
            yield elided[1][:-1]
            at = elided.end()
        low = low[at:]
        if "'" not in low:
            yield from _spelled_words(low)
        else:
            yield low[:_LONGEST]
            if not low.endswith(negative_endings()):
                yield low.replace("'", "")[:_LONGEST]


def _simple_words(token: str) -> list[str]:
    """Return a token of letters and digits, and the humps of `camelCase`; `iPhone`, `GmbH` and `x1` have none."""
    whole = token.casefold()[:_LONGEST]
    if not token.isascii() or token.islower() or token.isupper() or not token.isalpha():
        return [whole]
    humps = _CAMEL.findall(token)
    return [whole, *map(str.lower, humps)] if len(humps) > 1 and min(map(len, humps)) > 1 else [whole]


@cache
def _apostrophe_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what is dropped from a word's end (the 's of "Anna's") and what is one before it (the l of "l'amour")."""
    clitics, elisions = ("|".join(map(re.escape, sorted(collect_words(field)))) for field in ("clitics", "elisions"))
    return re.compile(f"'(?:{clitics})$"), re.compile(rf"((?:{elisions})')(?=\w{{2}})")


@cache
def negative_endings() -> tuple[str, ...]:
    """Return endings of words that deny, in every language: the n't of "don't"."""
    return tuple(collect_words("negative_endings"))


def _compound_words(token: str) -> Iterator[str]:
    """Yield whole, closed form of a hyphenated word ("e-mail", "email"), segments of a path, pieces of a segment."""
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
        yield segment.casefold()[:_LONGEST]
        if _VERSION.match(segment):
            yield segment[1:_LONGEST]
        yield from _YEAR.findall(segment)
        for piece in _PIECES.findall(segment):
            yield from _simple_words(piece)
