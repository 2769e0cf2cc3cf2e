"""
The tables in a language's folder: TOML, read with errors that name the file and the key.

A table is a string of words rather than a list of quoted ones, so that it reads, and is compared, as a sentence:

    stop = 'a an the'                    words between blanks; a phrase has underscores for its blanks
    [numbers]
    0 = 'zero one two/twain'             from 0 on each word counts one more; a slash between spellings of one number
    [units]
    km = 'km kilometre kilometres'       each word to the name of its group
    due = ['due', 'deadlines?']          regular expressions, any of which may match

Whatever is not asked for is a mistake in writing and is rejected, so every reader ends with `reject_unknown`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ltml.errors import BadLanguage

Fold = Callable[[str], str]
LONGEST_PHRASE = 4  # words: `ltml.text.phrases` looks for no longer one


@dataclass(frozen=True, slots=True)
class CuePattern:
    """A regular expression, and the file and key it stands under."""

    pattern: str
    place: str


class TableReader:
    """The keys of one TOML table; each method takes a key and returns its value in the shape that is wanted."""

    def __init__(self, file: Path, values: Mapping[str, object], compared: Fold, within: str = "") -> None:
        """
        Take the values of a table.

        `compared` is the form in which texts are compared with its words, `within` the name of a table in a table.
        """
        self.file = file
        self.compared = compared
        self.within = within
        self._values = dict(values)
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        """Yield the keys of the table in the order in which they are written."""
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def error(self, key: str, reason: str) -> BadLanguage:
        """Return an error to raise, which names the file and the key."""
        return BadLanguage(f"{self._place(key)}: {reason}")

    def string(self, key: str, default: str | None = None) -> str:
        """Return a string; an error if there is none and no default."""
        value = self._value(key, default)
        if not isinstance(value, str):
            raise self.error(key, "must be a string" if key in self else "is missing")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; false if it is not there."""
        value = self._value(key, default=False)
        if not isinstance(value, bool):
            raise self.error(key, "must be true or false")
        return value

    def fields_of(self, kind: type[Any]) -> dict[str, Any]:
        """Return the keys that are fields of a dataclass, each in the shape that the field's type asks for."""
        readers = {
            bool: self.flag,
            frozenset[str]: self.vocabulary,
            tuple[str, ...]: self.words,
            tuple[CuePattern, ...]: self.patterns,
        }
        return {field.name: readers[field.type](field.name) for field in fields(kind) if field.type in readers}

    def words(self, key: str, default: str | None = "", longest: int = LONGEST_PHRASE) -> tuple[str, ...]:
        """Return words and phrases in order, each once; `longest` is the maximum number of words in a phrase."""
        line = self.string(key, default)
        self.check_case(key, line)
        found = dict.fromkeys(line.split())
        if "_" not in line:
            return tuple(found)
        phrases = tuple(word.replace("_", " ") for word in found)
        too_long = [phrase for phrase in phrases if phrase.count(" ") >= longest]
        if too_long:
            raise self.error(key, f"{too_long[0]!r} is longer than {longest} words")
        return phrases

    def vocabulary(self, key: str) -> frozenset[str]:
        """Return the same as a set."""
        return frozenset(self.words(key))

    def counting(self, key: str) -> dict[str, int]:
        """Return number words as values, from a table whose keys are the numbers at which the words begin to count."""
        table = self.table(key)
        counted: dict[str, int] = {}
        for start in table:
            if not start.isdecimal():
                raise table.error(start, "must be the number of the first word")
            for value, entry in enumerate(table.string(start).split(), int(start)):
                counted |= dict.fromkeys(entry.split("/"), value)
        return counted

    def groups(self, key: str) -> dict[str, str]:
        """Return each word with the key of its group."""
        table = self.table(key)
        return {word: name for name in table for word in table.words(name, None)}

    def series(self, key: str, length: int) -> tuple[tuple[str, ...], ...]:
        """Return the strings of an array of this length, each as the spellings of one thing."""
        found = self._strings(key)
        if len(found) != length:
            raise self.error(key, f"has {len(found)} entries and must have {length}")
        self.check_case(key, " ".join(found))
        return tuple(tuple(entry.split()) for entry in found)

    def patterns(self, key: str) -> tuple[CuePattern, ...]:
        """Return the regular expressions of an array; they are compiled by `compile_any`."""
        return tuple(CuePattern(pattern, self._place(key)) for pattern in self._strings(key))

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """Return one regular expression, compiled as it is, or None if it is not there."""
        pattern = self.string(key, "")
        check_pattern(CuePattern(pattern, self._place(key)))
        return re.compile(pattern) if pattern else None

    def table(self, key: str) -> TableReader:
        """Return a table within this one, empty if it is not there."""
        value = self._value(key, {})
        if not isinstance(value, dict):
            raise self.error(key, "must be a table")
        return TableReader(self.file, value, self.compared, f"{self.within}{key}.")

    def check_case(self, key: str, line: str) -> None:
        """Raise an error if words are not in the form in which texts are compared."""
        if line != self.compared(line):
            wrong = next(word for word in line.split() if word != self.compared(word))
            raise self.error(key, f"{wrong!r} must be written as it is compared: {self.compared(wrong)!r}")

    def reject_unknown(self) -> None:
        """Raise an error if there is a key that was not read."""
        unknown = [key for key in self._values if key not in self._asked]
        if unknown:
            raise self.error(unknown[0], f"is no key of this table; known are {', '.join(sorted(self._asked))}")

    def _place(self, key: str) -> str:
        return f"{self.file.parent.name}/{self.file.name}: {self.within}{key}"

    def _value(self, key: str, default: object) -> object:
        self._asked.add(key)
        return self._values.get(key, default)

    def _strings(self, key: str) -> list[str]:
        value = self._value(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise self.error(key, "must be an array of strings")
        return value


def read_table(file: Path, compared: Fold = str.casefold) -> TableReader:
    """Return the table of a file; one without keys if there is no such file."""
    try:
        content = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return TableReader(file, {}, compared)
    except (OSError, UnicodeDecodeError) as exc:
        raise BadLanguage(f"{file}: cannot be read: {exc}") from exc
    try:
        return TableReader(file, tomllib.loads(content), compared)
    except tomllib.TOMLDecodeError as exc:
        raise BadLanguage(f"{file.parent.name}/{file.name}: is no TOML: {exc}") from exc


def compile_any(patterns: Iterable[CuePattern], before: str = "", after: str = "") -> re.Pattern[str]:
    """Return one expression that matches where any of these does, whatever the case, between `before` and `after`."""
    tried = list(patterns)
    joined = "|".join(each.pattern for each in tried) or "(?!)"
    try:
        return re.compile(f"{before}(?:{joined}){after}", re.IGNORECASE)
    except re.error:
        for each in tried:
            check_pattern(each)
        raise


def check_pattern(pattern: CuePattern) -> None:
    """Raise an error that names the place of an expression which cannot be compiled."""
    try:
        re.compile(pattern.pattern)
    except re.error as exc:
        raise BadLanguage(f"{pattern.place}: {pattern.pattern!r} is no regular expression: {exc}") from exc
