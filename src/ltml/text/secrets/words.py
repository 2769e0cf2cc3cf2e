"""
The words of every language that speak of secrets, and which of them go together.

A name is linked to its value by words of the languages that it is a name in: Polish `to` is a verb, English `to` none.
Languages that LTML knows altogether are one group here, because people mix them; of others only these words are known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Literal

from ltml.text.languages import BUILT_IN, SecretWords, languages, load_secret_words

Family = Literal["password", "key", "token", "secret", "pin", "check"]
Link = Literal["assigned", "flag", "is", "reads", "to", "into", "are", "beside"]

#: The fields that link a name to a value; of a word in several, the last one tells.
_LINKS: tuple[tuple[Link, str], ...] = (
    ("to", "to"),
    ("into", "into"),
    ("is", "equals"),
    ("are", "several"),
    ("reads", "quotes"),
)
#: What an ending stands behind, at least: "table" is no "*able".
_STEM = r"[^\W\d_]{3,}"
#: The group of the languages that LTML knows altogether.
KNOWN = "*"


@dataclass(frozen=True, slots=True)
class LinkingWords:
    """Words that link a name to its value, in the languages it is a name in."""

    links: Mapping[str, Link]
    joining: frozenset[str]
    adverbs: frozenset[str]
    changes: frozenset[str]
    joints: frozenset[str]


@cache
def speech() -> Mapping[str, SecretWords]:
    """Return how people speak of secrets, by language."""
    known = {
        code: replace(each.secrets, functions=each.stop | each.modal | each.negation, joints=each.joints)
        for code, each in languages().items()
    }
    folders = sorted(file.parent for file in BUILT_IN.glob("*/secrets.toml"))
    return known | {folder.name: load_secret_words(folder) for folder in folders if folder.name not in known}


def group_of(code: str) -> str:
    """Return the group a language belongs to, whose words link its names to values."""
    return KNOWN if code in languages() else code


@cache
def linking_words(groups: frozenset[str]) -> LinkingWords:
    """Return the linking words of some groups of languages."""
    spoken = [each for code, each in speech().items() if group_of(code) in groups]
    links: dict[str, Link] = {}
    for link, field in _LINKS:
        for word in _spelled(word for each in spoken for word in getattr(each, field)):
            links[word] = link
    adverbs = frozenset(_spelled(word for each in spoken for word in each.adverbs))
    changes = frozenset(_spelled(word for each in spoken for word in each.changes))
    functions = frozenset(word for each in spoken for word in each.functions)
    joints = frozenset(word for each in spoken for word in each.joints)
    return LinkingWords(links, functions | adverbs, adverbs, changes, joints)


def spellings(word: str) -> tuple[str, ...]:
    """Return a word as it is composed and decomposed, and as people write it in a hurry: without its accents."""
    apart = unicodedata.normalize("NFD", word)
    return word, apart, "".join(letter for letter in apart if not unicodedata.combining(letter))


def _spelled(words: Iterable[str]) -> Iterator[str]:
    return (form for word in words for form in spellings(word))


@cache
def every(field: str) -> frozenset[str]:
    """Return the words of one field, of every language."""
    if field not in {each.name for each in fields(SecretWords)}:
        raise ValueError(f"no field of SecretWords: {field}")
    return frozenset(word for each in speech().values() for word in getattr(each, field))


@cache
def dates() -> frozenset[str]:
    """Return the names of months and days: what is changed in one is not changed into it."""
    return frozenset(word for each in languages().values() for word in (*each.months, *each.weekdays))


@cache
def bank_words() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the words of cards, accounts and phones, and those that may be a part of one: Karten, bankcard."""
    banks = frozenset(form for word in every("banks") for form in spellings(word))
    return banks, tuple(bank for bank in banks if len(bank) >= 4)  # noqa: PLR2004 -- "ec" begins many a word


def is_state(word: str) -> bool:
    """Tell whether a word says how something is, by the word or by its looks: complicated, lächerlich."""
    low = word.lower()
    return low in every("states") or _any_of(every("shapes"), _STEM, "s?").fullmatch(low) is not None


@cache
def glued() -> re.Pattern[str]:
    """Return what signs stand between a name and its value where no blanks part words."""
    return re.compile(rf"(?:{_any_of(every('glued')).pattern}[ \t\u3000]?){{1,4}}")


@cache
def glued_joints() -> re.Pattern[str]:
    """Return what joins two values where no blanks part words."""
    return _any_of(frozenset(word for word in every("joints") if word >= "\u0e00"))


@cache
def _any_of(words: frozenset[str], star: str = "", ending: str = "") -> re.Pattern[str]:
    """Return a pattern of any of these words, the longest first; it has `star` for their asterisks."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    choices = "|".join(re.escape(word).replace(r"\*", star) for word in longest_first)
    return re.compile(f"(?:{choices}){ending}")
