"""The grammar of dates of each language, made of the files in its folder when it is first needed."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

from ltml.errors import BadLanguage
from ltml.text.dates.arithmetic import SEASONS
from ltml.text.dates.grammar import FIGURES, Grammar, Table, fold_words
from ltml.text.dates.meanings import Unit, feast
from ltml.text.dates.neutral import GRAMMAR as NEUTRAL
from ltml.text.languages import CalendarNames, Language, languages
from ltml.text.languages.tables import TableReader, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

#: The names under which `dates.py` has its phrases, and what a grammar calls them.
PHRASES = {"PLAIN": "phrases", "INNER": "inner", "LARGER": "larger", "LATER": "later"}
UNITS = {unit.name.lower(): int(unit) for unit in Unit}
_HOLIDAY = re.compile(r"(?P<month>\d\d)-(?P<day>\d\d)|easter(?P<days>[+-]\d+)?")
_SLOT = re.compile(r"\{(\w+)\}")


def grammars(lang: str | None) -> tuple[Grammar, ...]:
    """Return the grammar of a language ("de-AT" is German), or all of them; any other has dates in figures."""
    if lang is None:
        return tuple(_grammars().values())
    code = lang.replace("_", "-").partition("-")[0].lower()
    return (_grammars().get(code, NEUTRAL),)


@cache
def _grammars() -> Mapping[str, Grammar]:
    loaded = {code: load_grammar(language) for code, language in languages().items()}
    return {code: grammar for code, grammar in loaded.items() if grammar}


def load_grammar(language: Language) -> Grammar | None:
    """
    Return the grammar that `dates.toml` and `dates.py` in a language's folder make, or None if it has no `dates.toml`.

    Raises `BadLanguage` for words that cannot be used and for phrases with a slot that no word fills.
    """
    table = read_table(language.folder / "dates.toml", compared=str)
    if not table:
        return None
    phrases = load_phrases(language.folder)
    used = {kind for group in phrases.values() for phrase, _ in group for kind in _SLOT.findall(phrase)}
    own = table.table("words")  # slots of a language's own, whose words are all the same to a phrase
    known = _read_tables(language, table)
    known |= {kind: dict.fromkeys(own.string(kind).split(), 0) for kind in own}
    tense: dict[str, Any] = {key: table.pattern(key) for key in ("past_form", "participle")}
    tense |= {key: fold_words(table.words(key)) for key in ("common", "shy", "past", "future", "auxiliaries")}
    grammar = Grammar(
        code=language.code,
        tables={kind: words for kind, words in known.items() if kind in used and words},
        **phrases,
        **tense,
    )
    table.reject_unknown()
    if unfilled := used - grammar.tables.keys() - FIGURES - {"date"}:
        raise BadLanguage(f"{language.code}/dates.py: dates.toml has no words for {{{min(unfilled)}}}")
    return grammar


def load_phrases(folder: Path) -> dict[str, Any]:
    """Return the phrases in the `dates.py` of a folder, by what a grammar calls them."""
    spec = spec_from_file_location(f"ltml.text.languages.{folder.name}.dates", folder / "dates.py")
    if spec is None or spec.loader is None or not (folder / "dates.py").exists():
        raise BadLanguage(f"{folder.name}/dates.py: is missing, so that the words of dates.toml are in no phrase")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    if not hasattr(module, "PLAIN"):
        raise BadLanguage(f"{folder.name}/dates.py: PLAIN is missing, the phrases that stand alone")
    return {name: getattr(module, constant, ()) for constant, name in PHRASES.items()}


def _read_tables(language: Language, table: TableReader) -> dict[str, Table]:
    """Return the words of each kind of slot, with their values; a mark is before those that must have a capital."""
    months, days = language.month_names, language.weekday_names
    full, short = _mark_capitals(months.names, months, 1), _mark_capitals(months.short, months, 1)
    weekdays = _mark_capitals(days.names, days, 0)
    plurals = table.table("weekdays").series("names", 7) if "weekdays" in table else ()
    numbered, festdays = table.counting("numbered"), _read_holidays(table.table("festday"))
    return {
        "weekday": {name + end: n for name, n in weekdays.items() for end in ("", *table.words("weekday_endings"))},
        "abbr": _mark_capitals(days.short, days, 0),
        "weekdays": _mark_capitals(plurals, days, 0),
        "month": full | short if table.flag("short_months_alone") else full,
        "mon": short,
        "anymonth": {word: n for word, n in months.numbered(1).items() if f"^{word}" in full},
        "n": table.counting("n"),
        "day": numbered,
        "ordinal": numbered | table.counting("ordinal"),
        "numbered": numbered,
        **{kind: _read_values(table.table(kind), UNITS) for kind in ("unit", "period")},
        **{kind: _read_values(table.table(kind), SEASONS) for kind in ("season", "seasons")},
        "holiday": {**_read_holidays(table.table("holiday")), **festdays},
        "festday": festdays,
    }


def _mark_capitals(column: Iterable[Iterable[str]], names: CalendarNames, start: int) -> dict[str, int]:
    numbered = {word: n for n, words in enumerate(column, start) for word in words}
    return {f"^{word}" if word in names.capitalised else word: n for word, n in numbered.items()}


def _read_values(table: TableReader, values: Mapping[str, int]) -> Table:
    unknown = [key for key in table if key not in values]
    if unknown:
        raise table.error(unknown[0], f"must be one of {', '.join(values)}")
    return {word: values[key] for key in table for word in table.string(key).split()}


def _read_holidays(table: TableReader) -> Table:
    """Return holidays by their day: month * 100 + day, or a feast by its days from Easter Sunday."""
    found: dict[str, int] = {}
    for key in table:
        day = _HOLIDAY.fullmatch(key)
        if day is None:
            raise table.error(key, "must be a month and a day (12-25) or days from Easter (easter+49)")
        value = int(day["month"]) * 100 + int(day["day"]) if day["month"] else feast(int(day["days"] or 0))
        found |= dict.fromkeys(table.string(key).split(), value)
    return found
