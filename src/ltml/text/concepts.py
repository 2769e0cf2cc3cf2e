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
from collections.abc import Mapping
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
    pieces = tokens(query)
    code = vote(pieces, default="")
    said = [word for token in pieces for word in token_words(token)]
    if not code:  # "die" is no death in German
        said = [word for word in said if not any(word in stop_words(each) for each in lexicons())]
    best = Counter[int]()
    concepts: tuple[tuple[str, ...], ...] = ()
    for each in (each for each in lexicons() if code in ("", each)):
        index, counts, at = _index_concepts(each), Counter[int](), 0
        stems = [stem(word[:_LONGEST_WORD], each) for word in said]
        while at < len(stems):  # the longest known phrase points to its concepts
            phrases = ((size, " ".join(stems[at : at + size])) for size in range(_LONGEST_PHRASE, 0, -1))
            size, known = next(((size, phrase) for size, phrase in phrases if phrase in index.pointers), (1, None))
            counts.update(_compound_pointers(said[at], each) if known is None else index.pointers[known])
            at += size
        if counts.total() > best.total():
            best, concepts = counts, index.terms
    own = {form for group in query_terms(query) for form in group} if best else set()
    asked = (concepts[place] for place, _ in best.most_common())
    return [group for terms in asked if (group := tuple(term for term in terms if term not in own))]


@lru_cache(maxsize=1 << 12)
def _compound_pointers(word: str, code: str) -> tuple[int, ...]:
    """Return where the longest known ending and the longest known beginning of a compound point to."""
    if not lexicons()[code].compounds or not word.isalpha() or len(word) > _LONGEST_WORD or word in stop_words(code):
        return ()
    longest, pointers = len(word) - _SHORTEST_REST, _index_concepts(code).pointers
    endings = (word[-size:] for size in range(longest, _SHORTEST_ENDING - 1, -1))
    beginnings = (word[:size] for size in range(longest, _SHORTEST_BEGINNING - 1, -1))
    both = ((stem(part, code) for part in parts) for parts in (endings, beginnings))
    known = (next((part for part in stems if part in pointers), None) for stems in both)
    return tuple(dict.fromkeys(place for part in known if part is not None for place in pointers[part]))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptIndex:
    """A lexicon as a question needs it: stems to the places of concepts, and each concept's terms."""

    pointers: Mapping[str, tuple[int, ...]]
    terms: tuple[tuple[str, ...], ...]


@cache
def _index_concepts(code: str) -> ConceptIndex:
    """Return the index of a lexicon; of a hyphenated tell word it has the whole and the closed form, not the parts."""
    lexicon = lexicons()[code]
    pointers: dict[str, dict[int, None]] = {_stem_phrase(phrase, code): {} for phrase in lexicon.idle}
    terms = []
    for place, concept in enumerate(lexicon.concepts):
        for phrase in concept.ask:
            pointers.setdefault(_stem_phrase(phrase, code), {})[place] = None
        spellings = (form for word in concept.tell for form in (word, word.replace("-", "")))
        terms.append(tuple(dict.fromkeys(stem(form, code) for form in spellings)))
    return ConceptIndex(pointers={key: tuple(places) for key, places in pointers.items()}, terms=tuple(terms))


def _stem_phrase(phrase: str, code: str) -> str:
    return " ".join(stem(word, code) for word in phrase.split())


@cache
def lexicons() -> Mapping[str, Lexicon]:
    """Return every lexicon by the code of its language, English first, the others in alphabetical order."""
    loaded = {code: load_lexicon(language.folder) for code, language in languages().items()}
    return {code: lexicon for code, lexicon in loaded.items() if lexicon}


def load_lexicon(folder: Path) -> Lexicon | None:
    """
    Return the lexicon in the `concepts.toml` of a language's folder, or None if there is none.

    Raises `BadLanguage` for keys that are not known and for words that no text could have.
    """
    table = read_table(folder / "concepts.toml")
    if not table:
        return None
    compounds, idle = table.flag("compounds"), table.words("idle", longest=_LONGEST_PHRASE)
    concepts = tuple(load_concept(table, name) for name in table if name not in ("compounds", "idle"))
    return Lexicon(code=folder.name, concepts=concepts, idle=idle, compounds=compounds)


def load_concept(table: TableReader, name: str) -> Concept:
    """Return the concept in the table of its name."""
    words = table.table(name)
    both = words.words("both", longest=1)
    ask, tell = words.words("ask", longest=_LONGEST_PHRASE), words.words("tell", longest=1)
    words.reject_unknown()
    return Concept(name=name, ask=tuple(dict.fromkeys(both + ask)), tell=tuple(dict.fromkeys(both + tell)))
