"""
When two texts say the same.

Theory of operation. A statement is read as its *content stems* (what is left without function words and light words)
and its *contrasts* (function words that matter: mine or yours, before or after, only, all). Two statements are the same
if their values and contrasts agree and their stems agree, up to order and to closely related stems. One side may say a
little more, but if each side has a word the other lacks, one thing has been put in another's place: "red wine" is not
"white wine". Two names that have changed places around a third word ("Anna owes Ben") are not the same either.

Comparing all pairs is too slow, so `fold_keys` gives each text eight keys by MinHash with bands (Broder 1997; Leskovec,
Rajaraman, Ullman, Mining of Massive Datasets, 3.4): each key stands for three minima over the set of the words' first
letters. Sets with Jaccard similarity s share a key with probability 1 - (1 - s^3)^8: .997 at s = .8, .01 at s = .1.
The keys know no language, because a light word added to a short text can change the language it is taken for.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b

from ltml.text.detection import stop_words, vote
from ltml.text.extraction import SIGNS, Values, values
from ltml.text.languages import languages
from ltml.text.numbers import AMOUNT, canonical, number_word
from ltml.text.phrases import belongs, cut
from ltml.text.stems import fold, stem
from ltml.text.tokenizer import token_words, tokens

_LEAST = 3  # content stems below which only equal words are the same statement
_ALIKE = 0.8  # Jaccard similarity of content stems
_CACHED = 400  # characters; few sentences are longer, and they would fill the memory
_WORTH_PAIRING = 400  # stems against stems; beyond that the texts are different anyway
_COMMON, _SHARE = 4, 0.6  # letters, and part of the longer stem, that related stems begin with
_ALTERNATIONS = frozenset(map(frozenset, ("sz", "ds", "iy", "ct")))  # organis/organiz, decis/decid
_ALSO_A_WORD = 3  # letters: "sun", "mar", "di"
_SIGNED = frozenset(SIGNS.values())  # "€ 5" has no word for it, so "5 euros" must not have one either
_PERSONS = frozenset({"me", "us", "you", "him", "her", "him_or_her", "them"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    stems: tuple[str, ...]
    contrasts: frozenset[str]
    joints: int


def same_statement(a: str, b: str) -> bool:
    """
    Whether two texts are near-duplicates: the same statement in almost the same words.

    Symmetric, and reflexive. Their values must be equal, names up to capitals (which the start of a sentence and hasty
    typing hide). Texts with fewer than three content stems must have equal words.
    """
    left, right = (tuple(token.casefold() for token in tokens(text)) for text in (a, b))
    values_a, values_b = _values(a), _values(b)
    if not _values_agree(values_a, values_b, left, right):
        return False
    code = vote(left + right)
    one, other = _read(left, code), _read(right, code)
    return left == right or (_agree(one, other) and not _swapped(one, other, values_a.names | values_b.names, code))


def _values(text: str) -> Values:
    return _cached_values(text) if len(text) <= _CACHED else values(text)


@lru_cache(maxsize=1 << 13)
def _cached_values(text: str) -> Values:
    """The keys of a statement are made first, and later it is compared with many others."""
    return values(text)


def _values_agree(a: Values, b: Values, left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    exact = (a.numbers, a.units, a.negated, a.modal) == (b.numbers, b.units, b.negated, b.modal)
    return exact and _named_in(a.names, right) and _named_in(b.names, left)


def _named_in(names: frozenset[str], spoken: tuple[str, ...]) -> bool:
    known = {word for token in spoken for word in (token, *token_words(token))}
    return all(known.issuperset(name_tokens) for name_tokens in map(_lowered, names))


def _lowered(name: str) -> list[str]:
    return [token.casefold() for token in tokens(name)]


@lru_cache(maxsize=1 << 9)
def _cached_read(spoken: tuple[str, ...], code: str) -> _Statement:
    return _parse(spoken, code)


def _read(spoken: tuple[str, ...], code: str) -> _Statement:
    return _cached_read(spoken, code) if sum(map(len, spoken)) <= _CACHED else _parse(spoken, code)


def _parse(spoken: tuple[str, ...], code: str) -> _Statement:
    language = languages()[code]
    heavy = cut(spoken, language.light)
    contrasts = _contrasts(code)
    return _Statement(
        stems=tuple(dict.fromkeys(_content(heavy, code))),
        contrasts=frozenset(
            contrasts[word] for token in heavy for word in (token, *token_words(token)) if word in contrasts
        ),
        joints=sum(token in language.joints for token in heavy),
    )


@cache
def _contrasts(code: str) -> dict[str, str]:
    """The language's contrasts; and a statement about Monday is never one that leaves the day open."""
    language = languages()[code]
    days = {**language.weekdays, **language.months}
    dated = {word: f"{word[:3]}{n}" for word, n in days.items() if len(word) > _ALSO_A_WORD}
    return {**dated, **language.contrast}


def _content(heavy: list[str], code: str) -> Iterator[str]:
    """The stems of tokens that say something; numbers as digits, what they count in its canonical form."""
    stop, units = stop_words(code), languages()[code].units
    counted = False
    for token in heavy:
        amount = AMOUNT.fullmatch(token)
        if amount:
            yield canonical(amount[1]) or amount[1]
        unit = units.get(amount[2] if amount else token) if amount or counted else None
        if unit:
            yield from () if unit in _SIGNED else (unit,)
        elif not amount and not belongs(token, stop):
            yield from _stems(token, code)
        counted = bool(amount or number_word(token, code))


def _stems(token: str, code: str) -> list[str]:
    """A token's stem, or the pairs of a run of Han, Kana or Hangul."""
    if token.isascii():
        return [number_word(token, code) or stem(token.replace("-", ""), code)]
    return [number_word(token, code) or stem(word, code) for word in token_words(token)]


def _agree(one: _Statement, other: _Statement) -> bool:
    if min(len(one.stems), len(other.stems)) < _LEAST or not _contrasts_agree(one.contrasts, other.contrasts):
        return False
    mine, yours = _exclusive(one.stems, other.stems)
    if mine and yours:
        return False
    extra = len(mine) + len(yours)
    longer = max(len(one.stems), len(other.stems))
    return not extra or (1 - extra / longer >= _ALIKE and one.joints == other.joints)


def _contrasts_agree(a: frozenset[str], b: frozenset[str]) -> bool:
    """All contrasts the same; but who it concerns may be left unsaid on one side ("my dentist", "the dentist")."""
    who_a, who_b = a & _PERSONS, b & _PERSONS
    return a - _PERSONS == b - _PERSONS and (who_a == who_b or not who_a or not who_b)


def _exclusive(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """What each side has and the other lacks, after related stems have found each other."""
    mine = sorted(set(one) - set(other))
    yours = sorted(set(other) - set(one))
    for stem_ in list(mine) if len(mine) * len(yours) <= _WORTH_PAIRING else ():
        kin = next((candidate for candidate in yours if _related(stem_, candidate)), None)
        if kin:
            mine.remove(stem_)
            yours.remove(kin)
    return mine, yours


def _related(a: str, b: str) -> bool:
    """Whether one stem is the beginning of the other (night, nightly), or their ends differ by a known sound change."""
    shorter, longer = sorted((a, b), key=len)
    if not longer.isalpha():
        return False
    if longer.startswith(shorter):
        return len(shorter) >= max(_COMMON, _SHARE * len(longer))
    return len(a) == len(b) > _COMMON and a[:-1] == b[:-1] and frozenset((a[-1], b[-1])) in _ALTERNATIONS


def _swapped(one: _Statement, other: _Statement, names: frozenset[str], code: str) -> bool:
    """Whether all is in its place but two names, which have changed places around another word."""
    if len(one.stems) != len(other.stems):
        return False
    moved = [i for i, (a, b) in enumerate(zip(one.stems, other.stems, strict=True)) if a != b]
    known = {stem(name, code) for name in names}
    return (
        len(moved) == 2  # noqa: PLR2004 - two names
        and moved[1] - moved[0] > 1
        and one.stems[moved[0]] == other.stems[moved[1]]
        and {one.stems[i] for i in moved} <= known
    )


_BANDS, _ROWS, _LETTERS = 8, 3, 3
_DRAWS = struct.Struct(f"<{_BANDS * _ROWS}H")


def fold_keys(text: str) -> tuple[int, ...]:
    """
    At most eight signed 64-bit keys; texts that are the same statement share one almost surely (see above).

    The same in every process and on every machine. A text without any word has none.
    """
    return _cached_keys(text) if len(text) <= _CACHED else _keys(text)


@lru_cache(maxsize=1 << 13)
def _cached_keys(text: str) -> tuple[int, ...]:
    """A night asks for the keys of a sentence when it folds, and again when it files what it has kept."""
    return _keys(text)


def _keys(text: str) -> tuple[int, ...]:
    spoken = [token.casefold() for token in tokens(text)]
    content = {word[:_LETTERS] for token in spoken if not belongs(token, _hollow()) for word in _folded(token)}
    draws = [_draws(member) for member in content or set(spoken)]
    minima = [min(column) for column in zip(*draws, strict=True)]
    guard = _guard(_values(text)) if draws else b""
    return tuple(_key(band, minima[band * _ROWS : (band + 1) * _ROWS], guard) for band in range(_BANDS) if draws)


def _guard(said: Values) -> bytes:
    """What must be equal anyway: texts that differ only in a number never meet, however many of them there are."""
    exact = (sorted(said.numbers), sorted(said.units), said.negated, said.modal)
    return blake2b(repr(exact).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _folded(token: str) -> list[str]:
    """A number may be written in other ways, and is compared by its value: it is no part of a key."""
    if token[0].isdigit():
        return []
    return [fold(token.replace("-", ""))] if token.isascii() else [fold(word) for word in token_words(token)]


@cache
def _hollow() -> frozenset[str]:
    """Words that carry nothing in some language; which one a text is in does not matter here."""
    groups = (stop_words(code) | language.light | frozenset(language.numbers) for code, language in languages().items())
    return frozenset(word for group in groups for word in group)


@lru_cache(maxsize=1 << 14)
def _draws(member: str) -> tuple[int, ...]:
    """A row of the random table of MinHash: one number for each permutation."""
    return _DRAWS.unpack(blake2b(member.encode("utf-8", "surrogatepass"), digest_size=_DRAWS.size).digest())


def _key(band: int, minima: list[int], guard: bytes) -> int:
    digest = blake2b(struct.pack(f"<{_ROWS + 1}H", band, *minima), digest_size=8, key=guard).digest()
    return int.from_bytes(digest, "little", signed=True)
