"""
When two texts say the same.

Theory of operation. A statement is parsed into *content stems* (what is left without function words and light words)
and *contrasts* (function words that matter: mine or yours, before or after, only, all). Two statements are the same
if their values and contrasts agree and their stems agree, up to order and to closely related stems. One side may say a
little more, but if each side has a word the other lacks, one thing has been put in another's place: "red wine" is not
"white wine". Two names that have changed places around a third word ("Anna owes Ben") are not the same either.

Comparing all pairs is too slow, so `fold_keys` gives each text eight keys by MinHash with bands (Broder 1997; Leskovec,
Rajaraman, Ullman, Mining of Massive Datasets, 3.4): each key stands for three minima over the set of the words' first
letters. Sets with Jaccard similarity s share a key with probability 1 - (1 - s^3)^8: .997 at s = .8, .01 at s = .1.
The keys know no language, because a light word added to a short text can change the language it is taken for.
"""

import struct
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b

from ltml.text.caching import cache_short
from ltml.text.detection import stop_words, vote
from ltml.text.extraction import SIGNS, Values, values
from ltml.text.languages import languages
from ltml.text.numbers import AMOUNT, canonical, number_word
from ltml.text.phrases import belongs, cut
from ltml.text.stems import fold, stem
from ltml.text.tokenizer import token_words, tokens

_LEAST = 3  # content stems below which only equal words are the same statement
_ALIKE = 0.8  # minimum Jaccard similarity of content stems
_CACHED = 400  # characters; few sentences are longer
_WORTH_PAIRING = 400  # maximum number of pairs of stems to compare; with more the texts differ anyway
_COMMON, _SHARE = 4, 0.6  # letters, and part of the longer stem, that related stems begin with
_ALTERNATIONS = frozenset(map(frozenset, ("sz", "ds", "iy", "ct")))  # organis/organiz, decis/decid
_ALSO_A_WORD = 3  # letters: "sun", "mar", "di"
_SIGNED = frozenset(SIGNS.values())  # "€ 5" has no word for it, so "5 euros" must not have one either
_PERSONS = frozenset({"me", "us", "you", "him", "her", "him_or_her", "them"})
_BANDS, _ROWS, _LETTERS = 8, 3, 3
_DRAWS = struct.Struct(f"<{_BANDS * _ROWS}H")


@dataclass(frozen=True, slots=True, kw_only=True)
class _ParsedStatement:
    stems: tuple[str, ...]
    contrasts: frozenset[str]
    joints: int


def same_statement(a: str, b: str) -> bool:
    """
    Tell whether two texts are near-duplicates: the same statement in almost the same words.

    Symmetric, and reflexive. Their values must be equal, names up to capitals (which the start of a sentence and hasty
    typing hide). Texts with fewer than three content stems must have equal words.
    """
    left, right = (tuple(token.casefold() for token in tokens(text)) for text in (a, b))
    one, other = _statement_values(a), _statement_values(b)
    if (one.numbers, one.units, one.negated, one.modal) != (other.numbers, other.units, other.negated, other.modal):
        return False
    if not (_mentions_names(right, one.names) and _mentions_names(left, other.names)):
        return False
    if left == right:
        return True
    code = vote(left + right)
    parse = _parse if sum(map(len, left + right)) <= 2 * _CACHED else _parse.__wrapped__
    return _agree(parse(left, code), parse(right, code), one.names | other.names, code)


@cache_short(1 << 13, _CACHED)
def _statement_values(text: str) -> Values:
    """Return the values of a text: its keys are made first, and later it is compared with many others."""
    return values(text)


def _mentions_names(spoken: tuple[str, ...], names: frozenset[str]) -> bool:
    """Tell whether every name stands among casefolded tokens, however it is written there."""
    known = {word for token in spoken for word in (token, *token_words(token))} if names else set()
    return all(known.issuperset(token.casefold() for token in tokens(name)) for name in names)


@lru_cache(maxsize=1 << 9)
def _parse(spoken: tuple[str, ...], code: str) -> _ParsedStatement:
    """Return content stems and contrasts; numbers as digits, what they count in its canonical form."""
    language, stop = languages()[code], stop_words(code)
    heavy = cut(spoken, language.light)
    stems: dict[str, None] = {}
    counted = False
    for token in heavy:
        amount = AMOUNT.fullmatch(token)
        if amount:
            stems[canonical(amount[1]) or amount[1]] = None
        number = number_word(token, code)
        unit = language.units.get(amount[2] if amount else token) if amount or counted else None
        if unit:
            stems |= {} if unit in _SIGNED else {unit: None}
        elif not amount and not belongs(token, stop):
            words = (token.replace("-", ""),) if token.isascii() else token_words(token)
            stems |= dict.fromkeys(number or stem(word, code) for word in words)
        counted = bool(amount or number)
    contrasts: set[str] = set()
    for word in (word for token in heavy for word in (token, *token_words(token))):
        day = language.months.get(word, language.weekdays.get(word)) if len(word) > _ALSO_A_WORD else None
        if word in language.contrast:
            contrasts.add(language.contrast[word])
        elif day is not None:  # a statement about Monday is never one that leaves the day open
            contrasts.add(f"{word[:3]}{day}")
    return _ParsedStatement(
        stems=tuple(stems),
        contrasts=frozenset(contrasts),
        joints=sum(token in language.joints for token in heavy),
    )


def _agree(one: _ParsedStatement, other: _ParsedStatement, names: frozenset[str], code: str) -> bool:
    """Tell whether contrasts and stems agree; one side may say a little more, and no two names have changed places."""
    shorter, longer = sorted((len(one.stems), len(other.stems)))
    persons, other_persons = one.contrasts & _PERSONS, other.contrasts & _PERSONS
    if shorter < _LEAST or one.contrasts - _PERSONS != other.contrasts - _PERSONS:
        return False
    if persons and other_persons and persons != other_persons:  # left unsaid on one side is no contrast
        return False
    extra, other_extra = _unmatched_stems(one.stems, other.stems)
    if (extra and other_extra) or (
        extra + other_extra and (1 - (extra + other_extra) / longer < _ALIKE or one.joints != other.joints)
    ):
        return False
    if shorter != longer:
        return True
    moved = [pair for pair in enumerate(zip(one.stems, other.stems, strict=True)) if pair[1][0] != pair[1][1]]
    if len(moved) != 2:  # noqa: PLR2004 - two names
        return True
    (first, (a, _)), (last, (c, d)) = moved
    return last - first == 1 or a != d or not {a, c} <= {stem(name, code) for name in names}


def _unmatched_stems(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[int, int]:
    """Return how many stems each side has and the other lacks, after related stems have been paired."""
    mine, yours = sorted(set(one) - set(other)), sorted(set(other) - set(one))
    for each in list(mine) if len(mine) * len(yours) <= _WORTH_PAIRING else ():
        kin = next((candidate for candidate in yours if _are_related(each, candidate)), None)
        if kin:
            mine.remove(each)
            yours.remove(kin)
    return len(mine), len(yours)


def _are_related(a: str, b: str) -> bool:
    """Tell whether one stem begins the other (night, nightly), or their ends differ by a known sound change."""
    shorter, longer = sorted((a, b), key=len)
    if not longer.isalpha():
        return False
    if longer.startswith(shorter):
        return len(shorter) >= max(_COMMON, _SHARE * len(longer))
    return len(a) == len(b) > _COMMON and a[:-1] == b[:-1] and frozenset((a[-1], b[-1])) in _ALTERNATIONS


@cache_short(1 << 13, _CACHED)  # asked when a night folds, and again when it files what it has kept
def fold_keys(text: str) -> tuple[int, ...]:
    """
    Return at most eight signed 64-bit keys; texts that are the same statement share one almost surely (see above).

    The same in every process and on every machine. A text without any word has none.
    """
    spoken = [token.casefold() for token in tokens(text)]
    if not spoken:
        return ()
    # a number may be written differently, and is compared by its value
    content = [token for token in spoken if not token[0].isdigit() and not belongs(token, _hollow_words())]
    words = ((token.replace("-", ""),) if token.isascii() else token_words(token) for token in content)
    members = {fold(word)[:_LETTERS] for each in words for word in each} or set(spoken)
    # each member's row of the random table has one number for each permutation
    rows = (blake2b(member.encode("utf-8", "surrogatepass"), digest_size=_DRAWS.size).digest() for member in members)
    minima = [min(column) for column in zip(*map(_DRAWS.unpack, rows), strict=True)]
    said = _statement_values(text)
    # what must be equal anyway: texts that differ only in a number never meet, however many of them there are
    exact = repr((sorted(said.numbers), sorted(said.units), said.negated, said.modal))
    guard = blake2b(exact.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    bands = (struct.pack(f"<{_ROWS + 1}H", band, *minima[band * _ROWS :][:_ROWS]) for band in range(_BANDS))
    digests = (blake2b(band, digest_size=8, key=guard).digest() for band in bands)
    return tuple(int.from_bytes(digest, "little", signed=True) for digest in digests)


@cache
def _hollow_words() -> frozenset[str]:
    """Return words that carry nothing in some language; which one a text is in does not matter here."""
    groups = (stop_words(code) | language.light | frozenset(language.numbers) for code, language in languages().items())
    return frozenset(word for group in groups for word in group)
