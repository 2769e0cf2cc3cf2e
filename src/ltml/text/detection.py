"""
Language detection, by a vote of function words.

Good enough to choose a stemmer and a list of stop-words, and fast enough to be asked for every turn. A word that
several languages share gives each a part of its vote. The words of all languages are in one table; a vote is one
integer in which every language has a field of its own, so that adding integers counts for all languages at once.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

from ltml.text.languages import languages
from ltml.text.stems import fold
from ltml.text.tokenizer import token_words, tokens

_WHOLE_VOTE = 420  # divisible by 1 to 7
_ENOUGH = 210  # half a vote: a word that two languages share
_LONGEST = 64  # maximum length of a token that votes
_VOTERS = 20_000  # maximum number of tokens that vote; more do not change the result
_FIELD = 40  # bits for one language: a text of 2**31 words cannot overflow it


def language(text: str, default: str = "en") -> str:
    """Return the ISO 639-1 code of the language most function words belong to; `default` on a tie or too few."""
    return vote(tokens(text), default)


def vote(pieces: Sequence[str], default: str = "en") -> str:
    """Return the same for tokens. Long ones have no vote: they are no function words, and would fill the cache."""
    pieces = pieces[:_VOTERS]
    long = max(map(len, pieces), default=0) > _LONGEST
    ballots = sum(map(_ballot, [piece for piece in pieces if len(piece) <= _LONGEST] if long else pieces))
    codes = languages() if ballots else ()
    counts = {code: ballots >> at * _FIELD & ((1 << _FIELD) - 1) for at, code in enumerate(codes)}
    best = max(counts.values(), default=0)
    leaders = [code for code, count in counts.items() if count == best]
    return leaders[0] if best >= _ENOUGH and len(leaders) == 1 else default


@lru_cache(maxsize=1 << 14)
def _ballot(token: str) -> int:
    """Return the votes of one token, each language's in its own bits."""
    votes = _votes()
    letters = (letter for letter in set(token.casefold()) if not letter.isascii())
    return sum(votes.get(word, 0) for word in (*token_words(token), *letters))


@cache
def _votes() -> dict[str, int]:
    """Return the vote of every word that has one; a word of several languages gives each an equal part."""
    voters: dict[str, list[int]] = {}
    for at, language in enumerate(languages().values()):
        named = (word for names in (language.months, language.weekdays, language.numbers) for word in names)
        # short forms such as "mar" or "sa" are words of other languages
        long = {word for word in named if len(word) > 3}  # noqa: PLR2004
        for word in long.union(language.stop, language.light, language.letters, language.negation, language.modal):
            voters.setdefault(word, []).append(at * _FIELD)
    return {word: sum(_WHOLE_VOTE // len(shifts) << shift for shift in shifts) for word, shifts in voters.items()}


@cache
def stop_words(code: str) -> frozenset[str]:
    """Return the stop-words of a language, also as typed without accents."""
    stop = languages()[code].stop
    return stop | {fold(word) for word in stop}
