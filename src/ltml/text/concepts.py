"""
Everyday concepts: which other words a thing may have been told in.

Theory of operation. People ask in other words than they told: "Which firm am I employed by?" was told as "My desk at
Holm & Vik faces the yard". A *concept* is a named set of everyday words for one matter. Its *ask* words point to it
from a question, its *tell* words are what to look for; most words are both. "Desk" tells of a job, but who asks about
a desk does not ask about a job, so it is a tell word only; "employed" is both.

A word that stands in every second message tells nothing and is no tell word. A pointer may be a phrase of up to three
words ("how old", "go live"): there, stop-words count, because the words of a phrase mean something only together.

The words stand in `concepts.toml` in a language's folder (see `ltml.text.languages`): a table for each concept with
`both`, `ask` and `tell`. A concept has the same name in every language. What is written is turned into terms when a
question in that language is first asked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ltml.text.detection import stop_words, vote
from ltml.text.languages import languages
from ltml.text.languages.tables import TableReader, read_table
from ltml.text.search import query_terms
from ltml.text.stems import stem
from ltml.text.tokenizer import token_words, tokens

_LONGEST_PHRASE = 3  # words
_LONGEST_WORD = 64  # characters; longer ones are keys and addresses
_SHORTEST_ENDING = 4  # of a compound: the ending says what it is ("Spanischkurs")
_SHORTEST_BEGINNING = 5  # the beginning only what for; "auto" would be found in "automatisch"
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
    """Return the terms of each concept asked for."""
    pieces = tokens(query)
    code = vote(pieces, default="")
    said = [word for token in pieces for word in token_words(token)]
    if code:
        return _best([lexicons()[code]] if code in lexicons() else [], said)
    return _best(list(lexicons().values()), [word for word in said if not _is_stop_word(word)])


def _is_stop_word(word: str) -> bool:
    """Whether a word of unknown language is a stop-word of any: "die" is no death in German."""
    return any(word in stop_words(code) for code in lexicons())


def _best(tried: list[Lexicon], said: list[str]) -> list[tuple[str, ...]]:
    """Return the concepts of the lexicon that most words point into; the first among equals."""
    counts = [(Counter(_pointed(said, lexicon)), _compiled(lexicon.code)) for lexicon in tried]
    places, compiled = max(counts, key=lambda found: found[0].total(), default=(Counter[int](), None))
    return [compiled.terms[place] for place, _ in places.most_common()] if compiled else []


def _pointed(said: list[str], lexicon: Lexicon) -> Iterator[int]:
    """Yield the place of a concept as often as a word or phrase points to it."""
    compiled = _compiled(lexicon.code)
    stems = [stem(word[:_LONGEST_WORD], lexicon.code) for word in said]
    at = 0
    while at < len(stems):
        size, places = _longest(stems, at, compiled)
        yield from _within(said[at], lexicon.code) if places is None else places
        at += size


def _longest(stems: list[str], at: int, compiled: "_Compiled") -> tuple[int, tuple[int, ...] | None]:
    """Return how many words the longest known phrase has that starts here, and where it points to, if there is one."""
    for size in range(_LONGEST_PHRASE, 0, -1):
        places = compiled.pointers.get(" ".join(stems[at : at + size]))
        if places is not None:
            return size, places
    return 1, None


@lru_cache(maxsize=1 << 12)
def _within(word: str, code: str) -> tuple[int, ...]:
    """Return where the longest known ending and the longest known beginning of a compound point to."""
    if not lexicons()[code].compounds or not word.isalpha() or len(word) > _LONGEST_WORD or word in stop_words(code):
        return ()
    longest = len(word) - _SHORTEST_REST
    endings = (word[-size:] for size in range(longest, _SHORTEST_ENDING - 1, -1))
    beginnings = (word[:size] for size in range(longest, _SHORTEST_BEGINNING - 1, -1))
    return tuple(dict.fromkeys([*_first_known(endings, code), *_first_known(beginnings, code)]))


def _first_known(parts: Iterable[str], code: str) -> tuple[int, ...]:
    pointers = _compiled(code).pointers
    stems = (stem(part, code) for part in parts)
    return next((pointers[part] for part in stems if part in pointers), ())


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
    loaded = {code: load_lexicon(language.folder) for code, language in languages().items()}
    return {code: lexicon for code, lexicon in loaded.items() if lexicon}


def load_lexicon(folder: Path) -> Lexicon | None:
    """
    The lexicon in the `concepts.toml` of a language's folder, or None if there is none.

    Raises `BadLanguage` for keys that are not known and for words that no text could have.
    """
    table = read_table(folder / "concepts.toml")
    if not table:
        return None
    compounds, idle = table.flag("compounds"), table.words("idle", longest=_LONGEST_PHRASE)
    concepts = tuple(load_concept(table, name) for name in table if name not in ("compounds", "idle"))
    return Lexicon(code=folder.name, concepts=concepts, idle=idle, compounds=compounds)


def load_concept(table: TableReader, name: str) -> Concept:
    """The concept in the table of its name."""
    words = table.table(name)
    both = words.words("both", longest=1)
    ask, tell = words.words("ask", longest=_LONGEST_PHRASE), words.words("tell", longest=1)
    words.reject_unknown()
    return Concept(name=name, ask=tuple(dict.fromkeys(both + ask)), tell=tuple(dict.fromkeys(both + tell)))
