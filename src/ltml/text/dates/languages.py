"""The languages there are; each is imported when it is first needed."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ltml.text.dates.grammar import Grammar

FILES = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}


def grammars(lang: str | None) -> tuple[Grammar, ...]:
    """The grammar of a language ("de-AT" is German), or all of them; any other has dates in figures."""
    if lang is None:
        return _all()
    code = lang.replace("_", "-").partition("-")[0].lower()
    return (_grammar(FILES.get(code, "neutral")),)


@cache
def _all() -> tuple[Grammar, ...]:
    return tuple(_grammar(file) for file in FILES.values())


@cache
def _grammar(file: str) -> Grammar:
    grammar: Grammar = import_module(f"ltml.text.dates.{file}").GRAMMAR
    return grammar
