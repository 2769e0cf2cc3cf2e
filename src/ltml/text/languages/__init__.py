"""
What LTML knows of each language, one file a language.

To add a language is to add one file: `xx.py` beside these, with a module-level `language = Language(...)`. Nothing
else needs editing; every function of `ltml.text` reads the listing. All word lists are written in lower case, with a
straight apostrophe, in the spelling people use (accents and umlauts as usual; ß as `ss`, as casefolding has it).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretWords:
    """How people speak of secrets: what `ltml.text.secrets` reads before one."""

    passwords: frozenset[str] = frozenset()
    """Words and phrases that name a password."""
    keys: frozenset[str] = frozenset()
    """Words and phrases that name a key or a token for a program."""
    equals: frozenset[str] = frozenset()
    """Words between a name and its value: is, was, becomes."""
    several: frozenset[str] = frozenset()
    """Of `equals`, the words that more than one value comes after: are, were."""
    to: frozenset[str] = frozenset()
    """Words before the old and the new value, where one is changed: from, to."""
    changes: frozenset[str] = frozenset()
    """Words that say that it is changed."""
    quotes: frozenset[str] = frozenset()
    """Such words after which the value comes as it is written: reads, lautet."""
    adverbs: frozenset[str] = frozenset()
    """Words that may stand between: now, still, always."""
    states: frozenset[str] = frozenset()
    """Words that say how a password is or what becomes of it, and are none: wrong, required, forgotten."""
    pins: frozenset[str] = frozenset()
    """Words and phrases that name the secret number of a card."""
    banks: frozenset[str] = frozenset()
    """What such a number is of: card, account, phone. That of a bicycle lock is a fact like others."""
    checks: frozenset[str] = frozenset()
    """Words and phrases that name the check number on a card's back, and nothing else."""
    mottos: frozenset[str] = frozenset()
    """Names that mean other things as well (a motto, the key to something): what they name has to stand out."""
    mine: frozenset[str] = frozenset()
    """Words before a name by which somebody gives their own: my, our."""
    selves: frozenset[str] = frozenset()
    """Words before a name by which somebody says what they did themselves: I, we."""
    into: frozenset[str] = frozenset()
    """Of `to`, the words that nothing but the new value comes after."""
    shapes: frozenset[str] = frozenset()
    """More such words, and what they look like, * for any letters: *able, ge*t. Only behind a verb they are none."""
    accounts: frozenset[str] = frozenset()
    """What stands beside a password where somebody notes how to log in: user, e-mail."""
    glued: frozenset[str] = frozenset()
    """Signs and words that follow a name without a blank and come before its value: は, 是."""
    bare: bool = False
    """Whether what a secret is of may follow its name without a word between, in a case or with a prefix."""
    functions: frozenset[str] = frozenset()
    """Function words, where there is no `Language` to say them."""
    joints: frozenset[str] = frozenset()
    """Conjunctions between two values, where there is no `Language` to say them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The closed word classes of one language; small sets written by hand, not dictionaries."""

    code: str
    """ISO 639-1."""
    stemmer: str
    """Snowball's name of the language."""
    stop: frozenset[str]
    """Words that say nothing to a search: articles, pronouns, auxiliaries, question words, particles."""
    phatic: frozenset[str]
    """Words and phrases of up to four words that only keep the talk going: greetings, thanks, assent, praise."""
    light: frozenset[str]
    """Words and phrases that can be added to a statement without changing it: again, just, really."""
    negation: frozenset[str]
    """Words and phrases that deny, or say that something is over."""
    modal: frozenset[str]
    """Words and phrases that say something might be, should be or would be so."""
    numbers: Mapping[str, int]
    """Number words, cardinal and ordinal, as values."""
    months: Mapping[str, int]
    """Names and short forms of months, 1 to 12."""
    weekdays: Mapping[str, int]
    """Names and short forms of weekdays, Monday 0 to Sunday 6."""
    units: Mapping[str, str]
    """What is counted or measured, each spelling to one canonical form."""
    abbreviations: frozenset[str]
    """Words a full stop follows without ending the sentence, written without that stop."""
    titles: frozenset[str]
    """Words a person's name follows."""
    contrast: Mapping[str, str]
    """Function words that change what a statement says (who, before or after, all or only), each to its class."""
    joints: frozenset[str]
    """Conjunctions that add one more thing."""
    letters: frozenset[str] = frozenset()
    """Letters hardly any other language here uses; they vote for this one."""
    secrets: SecretWords = SecretWords()
    """How people speak of passwords and keys."""


def vocabulary(*lines: str) -> frozenset[str]:
    """Words separated by blanks; a phrase has underscores for its blanks."""
    return frozenset(word.replace("_", " ") for line in lines for word in line.split())


def classes(**groups: str) -> dict[str, str]:
    """Each word to the name of its group."""
    return {word.replace("_", " "): name for name, members in groups.items() for word in members.split()}


def counted(start: int, members: str, step: int = 1) -> dict[str, int]:
    """Words in counting order from `start`; spellings of one number are joined by a slash."""
    return {word: start + i * step for i, entry in enumerate(members.split()) for word in entry.split("/")}


@cache
def languages() -> Mapping[str, Language]:
    """Every language by its code, English first, the others by the alphabet."""
    names = sorted((module.name for module in iter_modules(__path__)), key=lambda name: (name != "en", name))
    return {name: _load(name) for name in names}


def _load(name: str) -> Language:
    language = import_module(f"{__name__}.{name}").language
    if not isinstance(language, Language):
        raise TypeError(f"{__name__}.{name}.language is not a Language")
    return language
