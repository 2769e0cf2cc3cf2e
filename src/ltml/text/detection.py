"""
Which language a text is in, by a vote of its function words.

Good enough to choose a stemmer and a list of stop-words, and fast enough to be asked for every turn. A word that
several languages share gives each a part of its vote. The words of all languages are in one table; a vote is one
integer in which every language has a field of its own, so that adding integers counts for all languages at once.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

from ltml.text.languages import Language, languages
from ltml.text.stems import fold
from ltml.text.tokenizer import token_words, tokens

_WHOLE_VOTE = 420  # divisible by 1 to 7
_ENOUGH = 210  # half a vote: a word that two languages share
_LONGEST = 64  # characters of a token that is asked
_VOTERS = 20_000  # tokens; who has not said by then which language it is in does not say it later
_FIELD = 40  # bits for one language: a text of 2**31 words cannot overflow it


def language(text: str, default: str = "en") -> str:
    """The ISO 639-1 code of the language most function words of the text belong to; `default` on a tie or too few."""
    return vote(tokens(text), default)


def vote(pieces: Sequence[str], default: str = "en") -> str:
    """The same for a text already cut into tokens. Long tokens are no function words, and would fill the cache."""
    pieces = pieces[:_VOTERS]
    long = max(map(len, pieces), default=0) > _LONGEST
    ballots = sum(map(_ballot, [piece for piece in pieces if len(piece) <= _LONGEST] if long else pieces))
    counts = {code: ballots >> shift & ((1 << _FIELD) - 1) for code, shift in _shifts().items()} if ballots else {}
    best = max(counts.values(), default=0)
    leaders = [code for code, count in counts.items() if count == best]
    return leaders[0] if best >= _ENOUGH and len(leaders) == 1 else default


@lru_cache(maxsize=1 << 14)
def _ballot(token: str) -> int:
    known = _ballots()
    spoken = sum(known.get(word, 0) for word in token_words(token))
    return spoken + sum(known.get(letter, 0) for letter in set(token.casefold()) if not letter.isascii())


@cache
def _shifts() -> dict[str, int]:
    return {code: i * _FIELD for i, code in enumerate(languages())}


@cache
def _ballots() -> dict[str, int]:
    voters: dict[str, list[int]] = {}
    for code, shift in _shifts().items():
        for word in _electorate(languages()[code]):
            voters.setdefault(word, []).append(shift)
    return {word: sum(_WHOLE_VOTE // len(shifts) << shift for shift in shifts) for word, shifts in voters.items()}


def _electorate(spoken: Language) -> frozenset[str]:
    named = frozenset(spoken.months) | frozenset(spoken.weekdays) | frozenset(spoken.numbers)
    return spoken.stop | spoken.light | spoken.letters | spoken.negation | spoken.modal | _long(named)


def _long(words: frozenset[str]) -> frozenset[str]:
    """Without short forms such as "mar" or "sa", which are words of other languages."""
    return frozenset(word for word in words if len(word) > 3)  # noqa: PLR2004


@cache
def stop_words(code: str) -> frozenset[str]:
    """The stop-words of a language, also as typed without accents."""
    stop = languages()[code].stop
    return stop | {fold(word) for word in stop}
