"""
Which sentences are lessons, by the words people use for them.

Five kinds, in the order they are looked for: *protected* (allergies, medication, emergencies, deadlines: never to be
lost), *instruction* (standing orders and corrections to the assistant), *preference*, *commitment*. A cue must be said
by the speaker, about now or always: questions, quotations, hypotheses and other people's wishes are no lessons.
The patterns stand in `lessons.toml` in the folder of each language, anchored where they can be, and prefer silence to a
wrong lesson.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache

from ltml.text import count_tokens, find_dates, first_person, values
from ltml.text.languages import languages
from ltml.text.languages.tables import CuePattern, compile_any

#: Whether a sentence names a day at all does not depend on the day it was said.
_ANY_DAY = datetime(2024, 1, 10, 12, tzinfo=UTC)
#: What takes more tokens than this is a story and no lesson.
LONGEST = 48
#: How a sentence begins that quotes.
_QUOTE = re.compile(r"\s*(>|[\"“„«])")
KINDS = ("protected", "instruction", "preference", "commitment")


def kind_of(sentence: str) -> str | None:
    """Return what kind of lesson a sentence is, or nothing."""
    text = sentence.strip()
    if text.endswith("?") or is_quoted(text) or count_tokens(text) > LONGEST:
        return None
    for kind in KINDS:
        if cue(kind).search(text):
            return kind if _stands(kind, text) else None
    return None


def _stands(kind: str, text: str) -> bool:
    """Tell whether a sentence with a cue means it: for every time, about the speaker, and not as a thought."""
    if kind == "instruction":
        return not _words("one_off").search(text)
    if kind == "commitment":
        return bool(find_dates(text, _ANY_DAY)) and first_person(text)
    if kind == "protected" and _words("due").search(text):
        return bool(find_dates(text, _ANY_DAY))
    return not values(text).modal and (kind == "protected" or first_person(text))


def is_quoted(text: str) -> bool:
    """Tell whether a sentence gives somebody else's words: quoted, or after a verb of saying."""
    return _QUOTE.match(text) is not None or _saying().search(text) is not None


@cache
def cue(kind: str) -> re.Pattern[str]:
    """Return what a lesson of a kind is known by, in any language."""
    return compile_any(_cues(kind))


@cache
def _words(field: str) -> re.Pattern[str]:
    return compile_any(_cues(field), r"\b", r"\b")


@cache
def _saying() -> re.Pattern[str]:
    """Return what says that somebody said: a speaker and a verb, not always of one language ("mein boss said")."""
    verbs = compile_any(_cues("quoting_verbs")).pattern
    return compile_any(_cues("quoted_speakers"), r"\b", rf" {verbs}\b")


def _cues(field: str) -> list[CuePattern]:
    return [pattern for language in languages().values() for pattern in getattr(language.lessons, field)]
