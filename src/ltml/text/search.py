"""
Index terms and query terms: the stems of content words, with digits beside number words.

For the index, single Han characters are terms beside the pairs, so that a query of one character finds its texts.
"""

import re
from collections.abc import Collection
from functools import lru_cache

from ltml.text.caching import cache_short
from ltml.text.detection import stop_words, vote
from ltml.text.languages import languages
from ltml.text.numbers import number_word
from ltml.text.stems import fold, stem
from ltml.text.tokenizer import token_words, tokens

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_CACHED = 64  # characters


def terms(text: str, lang: str | None = None) -> list[str]:
    """
    Return the index terms of a text, in order with repeats: stemmed in its language, folded, no stop-words.

    Number words give their digits too. `lang` is an ISO 639-1 code; None, or a language LTML does not know, means the
    language is detected.
    """
    pieces = tokens(text)
    code = lang if lang and lang in languages() else vote(pieces)
    return [term for token in pieces for term in _token_terms(token, code)]


@cache_short(1 << 16, _CACHED)
def _token_terms(token: str, code: str) -> tuple[str, ...]:
    forms = (form for word in _content_words(token, code) for form in (stem(word, code), number_word(word, code)))
    return (*filter(None, forms), *(() if token.isascii() else _HAN.findall(token)))


def query_terms(text: str) -> list[tuple[str, ...]]:
    """
    Return one group for each distinct content word of a query: every form it can have been indexed under.

    First its stem in the query's language, then its stems in the others, then the folded word, then its digits if it is
    a number word; so a text whose language was guessed wrongly is still found.
    """
    pieces = tokens(text)
    code = vote(pieces)
    groups: dict[str, dict[str, None]] = {}
    for word in (word for token in pieces for word in _content_words(token, code)):
        forms = _query_forms(word[:_CACHED], code)
        groups.setdefault(forms[0], {}).update(dict.fromkeys(forms))
    return [tuple(group) for group in groups.values()]


def _content_words(token: str, code: str) -> list[str]:
    stop = stop_words(code)
    return [] if token.casefold() in stop else [word for word in token_words(token) if word not in stop]


@lru_cache(maxsize=1 << 14)
def _query_forms(word: str, code: str) -> tuple[str, ...]:
    stems = [stem(word, other) for other in (code, *languages())]
    return tuple(dict.fromkeys([*stems, fold(word), *filter(None, [number_word(word, code)])]))


def overlap(query: list[tuple[str, ...]], text_terms: Collection[str]) -> list[bool]:
    """Return for each group of `query` whether one of its forms is among the terms, best given as a set."""
    return [any(form in text_terms for form in group) for group in query]
