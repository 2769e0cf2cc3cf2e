"""
What LTML knows of each language, one folder a language.

To add a language is to add one folder beside these, named by its ISO 639-1 code. Nothing else needs editing; every
function of `ltml.text`, the lessons of sleep and the questions of wake read the listing. A folder has

- `language.toml`: its words. All that is needed for a language that LTML knows altogether;
- `dates.toml` and `dates.py`: the words of time, and the phrases that use them (see `ltml.text.dates.grammar`);
- `concepts.toml`: in which other words a thing may have been told (see `ltml.text.concepts`);
- `lessons.toml`, `questions.toml`: how people say what shall be kept, and ask for it;
- `secrets.toml`: how people speak of passwords and keys. Some folders have nothing else.

`tables.py` says how a table is written. Words are in lower case, with a straight apostrophe, in the spelling people use
(accents and umlauts as usual; ß as `ss`, as casefolding has it). A file is read when it is first needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

from ltml.text.languages.tables import CuePattern, TableReader, read_table

#: The folder of the languages that LTML comes with.
BUILT_IN = Path(__file__).parent
Cues = TypeVar("Cues", "LessonCues", "QuestionCues")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretWords:
    """Words about passwords and keys, by which `ltml.text.secrets` finds them."""

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
    """Words between a name and its value, after which it is written as it is: reads, lautet."""
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
class LessonCues:
    """Cues of what must be kept, for which `ltml.sleep.cues` searches one sentence."""

    protected: tuple[CuePattern, ...]
    """Never to be lost: allergies, medication, emergencies, deadlines."""
    instruction: tuple[CuePattern, ...]
    """Standing orders and corrections to the assistant."""
    preference: tuple[CuePattern, ...]
    """What the speaker likes and what not."""
    commitment: tuple[CuePattern, ...]
    """What the speaker has to do."""
    due: tuple[CuePattern, ...]
    """Words of a deadline, which counts with its day, and not as a manner of speaking."""
    one_off: tuple[CuePattern, ...]
    """Words that make an order one for this time only."""
    quoted_speakers: tuple[CuePattern, ...]
    """Before a verb of saying: whose words are no lesson. She, my boss."""
    quoting_verbs: tuple[CuePattern, ...]
    """Verbs of saying: says, told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCues:
    """How people ask: what `ltml.wake.understand` looks for in a question."""

    asks_assistant: tuple[CuePattern, ...]
    """The question is about what the assistant said: what did you suggest."""
    counts: tuple[CuePattern, ...]
    """The answer is a number of times, and these words are no content: how often."""
    advice: tuple[str, ...]
    """The words of giving advice: what a suggestion is found by when its question names no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarNames:
    """The months of a year or the days of a week in order, each with its spellings."""

    names: tuple[tuple[str, ...], ...]
    short: tuple[tuple[str, ...], ...]
    """Short forms; empty if there are none."""
    capitalised: frozenset[str]
    """Names that mean this only with a capital, because they are also other words: May, Mon."""

    def numbered(self, start: int) -> dict[str, int]:
        """Return every spelling with its number, the first of which is `start`."""
        spellings = (
            (word, n) for column in (self.names, self.short) for n, words in enumerate(column, start) for word in words
        )
        return {word.replace("_", " "): n for word, n in spellings}


@dataclass(frozen=True, kw_only=True)
class Language:
    """The closed word classes of one language; small sets written by hand, not dictionaries."""

    code: str
    """ISO 639-1: the name of the folder."""
    folder: Path
    stemmer: str
    """Snowball's name of the language; "" if Snowball has none, then words stay as they are."""
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
    month_names: CalendarNames
    weekday_names: CalendarNames
    units: Mapping[str, str]
    """What is counted or measured, each spelling to one canonical form."""
    abbreviations: frozenset[str]
    """Words a full stop follows without ending the sentence, written without that stop."""
    final_abbreviations: frozenset[str]
    """Those that also end sentences, and do so before a capital: etc."""
    before_ordinal: frozenset[str]
    """Words a number with a full stop follows even before a noun: "am 2. Versuch"."""
    ordinal_endings: frozenset[str]
    """What is written on to the digits of an ordinal: 3rd, 1er, 2e."""
    titles: frozenset[str]
    """Words a person's name follows."""
    contrast: Mapping[str, str]
    """Function words that change what a statement says (who, before or after, all or only), each to its class."""
    joints: frozenset[str]
    """Conjunctions that add one more thing."""
    clause_breaks: frozenset[str]
    """Conjunctions after which another clause begins: and, but."""
    first_person: frozenset[str]
    """Words by which speakers mean themselves."""
    second_person: frozenset[str]
    """Words by which they mean the listener."""
    elisions: frozenset[str]
    """What stands before an apostrophe as a word of its own: the l of "l'amour"."""
    clitics: frozenset[str]
    """What stands behind an apostrophe and says nothing: the s of "Anna's"."""
    negative_endings: tuple[str, ...]
    """Endings of words that deny, which stay one word: the n't of "don't"."""
    letters: frozenset[str]
    """Letters hardly any other language here uses; they vote for this one."""

    @cached_property
    def months(self) -> Mapping[str, int]:
        """Names and short forms of months, 1 to 12."""
        return self.month_names.numbered(1)

    @cached_property
    def weekdays(self) -> Mapping[str, int]:
        """Names and short forms of weekdays, Monday 0 to Sunday 6."""
        return self.weekday_names.numbered(0)

    @cached_property
    def secrets(self) -> SecretWords:
        """Words about passwords and keys."""
        return load_secret_words(self.folder)

    @cached_property
    def lessons(self) -> LessonCues:
        """Cues of what must be kept."""
        return load_cues(self.folder, "lessons.toml", LessonCues)

    @cached_property
    def questions(self) -> QuestionCues:
        """Cues of questions."""
        return load_cues(self.folder, "questions.toml", QuestionCues)


def vocabulary(*lines: str) -> frozenset[str]:
    """Return words separated by blanks; a phrase has underscores for its blanks."""
    return frozenset(word.replace("_", " ") for line in lines for word in line.split())


@cache
def languages() -> Mapping[str, Language]:
    """Return every language LTML comes with, by its code."""
    return load_languages(BUILT_IN)


@cache
def collect_words(field: str) -> frozenset[str]:
    """Return the words in one field of any language, where a wrong guess at the language must not matter."""
    return frozenset(word for language in languages().values() for word in getattr(language, field))


def load_languages(*folders: Path) -> Mapping[str, Language]:
    """Return the languages in these folders by code, English first, the others in alphabetical order."""
    found = {file.parent.name: file.parent for folder in folders for file in folder.glob("*/language.toml")}
    return {code: load_language(found[code]) for code in sorted(found, key=lambda code: (code != "en", code))}


def load_language(folder: Path) -> Language:
    """
    Return the language in a folder, whose name is its code.

    Raises `BadLanguage`, which names the file and the key, for what is missing, unknown or in no form to be compared.
    """
    table = read_table(folder / "language.toml")
    if "stop" not in table:
        raise table.error("stop", "is missing; no language can be told from others without its function words")
    language = Language(
        code=folder.name,
        folder=folder,
        stemmer=table.string("stemmer", ""),
        numbers=table.counting("ordinals") | table.counting("numbers"),
        month_names=_calendar_names(table.table("months"), 12),
        weekday_names=_calendar_names(table.table("weekdays"), 7),
        units=table.groups("units"),
        contrast=table.groups("contrast"),
        **table.fields_of(Language),
    )
    table.reject_unknown()
    return language


def _calendar_names(table: TableReader, length: int) -> CalendarNames:
    names = CalendarNames(
        names=table.series("names", length),
        short=table.series("short", length) if "short" in table else (),
        capitalised=table.vocabulary("capitalised"),
    )
    table.reject_unknown()
    return names


def load_secret_words(folder: Path) -> SecretWords:
    """Return the words about secrets from the `secrets.toml` in a folder; without one no words are known."""
    table = read_table(folder / "secrets.toml", compared=str.lower)
    words = SecretWords(**table.fields_of(SecretWords))
    table.reject_unknown()
    return words


def load_cues(folder: Path, name: str, cues: type[Cues]) -> Cues:
    """Return the cues of a class from the file of that name in a folder; without one there are none."""
    table = read_table(folder / name)
    found = cues(**table.fields_of(cues))
    table.reject_unknown()
    return found
