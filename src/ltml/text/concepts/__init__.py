"""
Everyday concepts: which other words a thing may have been told in.

Theory of operation. People ask in other words than they told: "Which firm am I employed by?" was told as "My desk at
Holm & Vik faces the yard". A *concept* is a named set of everyday words for one matter. Its *ask* words point to it
from a question, its *tell* words are what to look for; most words are both. "Desk" tells of a job, but who asks about
a desk does not ask about a job, so it is a tell word only; "employed" is both.

A word that stands in every second message tells nothing and is no tell word. A pointer may be a phrase of up to three
words ("how old", "go live"): there, stop-words count, because the words of a phrase mean something only together.

One file a language, as in `ltml.text.languages`: to add one, add `xx.py` with a module-level `lexicon = Lexicon(...)`.
A concept has the same name in every language. Words are written in lower case, ß as `ss`, blanks in phrases as
underscores. What is written is turned into terms when a question in that language is first asked.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ltml.text.language import vote
from ltml.text.search import query_terms
from ltml.text.stems import stem
from ltml.text.words import token_words, tokens

_LONGEST_PHRASE = 3  # words
_LONGEST_WORD = 64  # characters; longer ones are keys and addresses
_SHORTEST_PART = 5  # of a compound: "auto" would be found in "automatisch"
_SHORTEST_REST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One everyday matter: the words that ask for it and the words it is told in, in a fixed order."""

    name: str
    ask: tuple[str, ...]
    """Words and phrases of up to three words that point to it in a question."""
    tell: tuple[str, ...]
    """Single words by which it is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The concepts of one language."""

    code: str
    """ISO 639-1."""
    concepts: tuple[Concept, ...]
    idle: tuple[str, ...] = ()
    """Phrases that point nowhere though a word of them would: in "does it work" nobody asks for an employer."""
    compounds: bool = False
    """Whether the language writes compounds in one word, so that a part of a word may point to a concept."""


def concept(name: str, both: str = "", *, ask: str = "", tell: str = "") -> Concept:
    """Return a concept from words separated by blanks: those that ask and tell, those that only do one of it."""
    return Concept(name=name, ask=_listed(f"{both} {ask}"), tell=_listed(f"{both} {tell}"))


def _listed(line: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.replace("_", " ") for word in line.split()))


def related(query: str) -> list[tuple[str, ...]]:
    """
    Return for each concept a question asks for the terms it may have been told in, as `terms` would index them.

    The concept most words of the question point to comes first, among equals the one first pointed to. Terms the
    question has itself are left out. A language without a lexicon gives [].
    """
    own = {form for group in query_terms(query) for form in group}
    found = ([term for term in group if term not in own] for group in _asked_for(query))
    return [tuple(group) for group in found if group]


def _asked_for(query: str) -> list[tuple[str, ...]]:
    """Return the terms of each concept asked for. Where no function word tells the language, each is tried."""
    pieces = tokens(query)
    code = vote(pieces, default="")
    said = [word for token in pieces for word in token_words(token)]
    for lexicon in [lexicons()[code]] if code in lexicons() else [] if code else lexicons().values():
        compiled = _compiled(lexicon.code)
        places = Counter(place for place in _pointed(said, lexicon, compiled))
        if places:
            return [compiled.terms[place] for place, _ in places.most_common()]
    return []


def _pointed(said: list[str], lexicon: Lexicon, compiled: "_Compiled") -> Iterator[int]:
    """Yield the place of a concept as often as a word or phrase points to it."""
    stems = [stem(word, lexicon.code) for word in said if len(word) <= _LONGEST_WORD]
    at = 0
    while at < len(stems):
        size, places = _longest(stems, at, compiled)
        yield from places or dict.fromkeys(_within(stems[at], lexicon, compiled))
        at += size


def _longest(stems: list[str], at: int, compiled: "_Compiled") -> tuple[int, tuple[int, ...]]:
    """Return the size of the longest phrase that starts here and points somewhere, and where to: "go live" not "live"."""
    for size in range(_LONGEST_PHRASE, 0, -1):
        places = compiled.pointers.get(" ".join(stems[at : at + size]))
        if places is not None:
            return size, places
    return 1, ()


def _within(compound: str, lexicon: Lexicon, compiled: "_Compiled") -> Iterator[int]:
    """Yield where the longest known ending of a compound points to, then its longest known beginning."""
    if not lexicon.compounds or not compound.isalpha():
        return
    cuts = range(_SHORTEST_PART, len(compound) - _SHORTEST_REST + 1)
    endings = (compound[-size:] for size in reversed(cuts))
    beginnings = (compound[:size] for size in reversed(cuts))
    for parts in (endings, beginnings):
        yield from next((compiled.pointers[part] for part in parts if part in compiled.pointers), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    """A lexicon as a question needs it: stems to the places of concepts, and each concept's terms."""

    pointers: Mapping[str, tuple[int, ...]]
    terms: tuple[tuple[str, ...], ...]


@cache
def _compiled(code: str) -> _Compiled:
    lexicon = lexicons()[code]
    pointers: dict[str, dict[int, None]] = {_stemmed(phrase, code): {} for phrase in lexicon.idle}
    for place, one in enumerate(lexicon.concepts):
        for phrase in one.ask:
            pointers.setdefault(_stemmed(phrase, code), {})[place] = None
    told = tuple(tuple(dict.fromkeys(_told(one, code))) for one in lexicon.concepts)
    return _Compiled(pointers={key: tuple(places) for key, places in pointers.items()}, terms=told)


def _stemmed(phrase: str, code: str) -> str:
    return " ".join(stem(word, code) for word in phrase.split())


def _told(one: Concept, code: str) -> Iterator[str]:
    """Yield the terms of the tell words; of a hyphenated word the whole and the closed form, not the parts."""
    for word in one.tell:
        yield stem(word, code)
        yield stem(word.replace("-", ""), code)


@cache
def lexicons() -> Mapping[str, Lexicon]:
    """Every lexicon by the code of its language, English first, the others by the alphabet."""
    names = sorted((module.name for module in iter_modules(__path__)), key=lambda name: (name != "en", name))
    return {name: _load(name) for name in names}


def _load(name: str) -> Lexicon:
    lexicon = import_module(f"{__name__}.{name}").lexicon
    if not isinstance(lexicon, Lexicon):
        raise TypeError(f"{__name__}.{name}.lexicon is not a Lexicon")
    return lexicon
