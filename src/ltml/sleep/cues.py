"""
Which sentences are lessons, by the words people use for them.

Four kinds, in the order they are looked for: *protected* (allergies, medication, emergencies, deadlines: never to be
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
from ltml.text.languages.tables import compile_any

#: Whether a sentence names a day at all does not depend on the day it was said.
_ANY_DAY = datetime(2024, 1, 10, 12, tzinfo=UTC)
#: Maximum number of tokens of a lesson; what is longer is a story.
LONGEST = 48
#: How a sentence begins that quotes.
_QUOTE = re.compile(r"\s*(>|[\"“„«])")
KINDS = ("protected", "instruction", "preference", "commitment")


def classify_lesson(sentence: str) -> str | None:
    """
    Return what kind of lesson a sentence is, one of `KINDS`, or nothing.

    A sentence with a cue must mean it: for every time, about the speaker, and not as a thought.
    """
    text = sentence.strip()
    if text.endswith("?") or is_quoted(text) or count_tokens(text) > LONGEST:
        return None
    kind = next((kind for kind in KINDS if cue_pattern(kind).search(text)), None)
    if kind is None:
        return None
    if kind == "instruction":
        is_meant = not cue_pattern("one_off", r"\b", r"\b").search(text)
    elif kind == "commitment":
        is_meant = bool(find_dates(text, _ANY_DAY)) and first_person(text)
    elif kind == "protected" and cue_pattern("due", r"\b", r"\b").search(text):
        is_meant = bool(find_dates(text, _ANY_DAY))
    else:
        is_meant = not values(text).modal and (kind == "protected" or first_person(text))
    return kind if is_meant else None


def is_quoted(text: str) -> bool:
    """Tell whether a sentence gives somebody else's words: quoted, or after a speaker and a verb of saying."""
    verbs = cue_pattern("quoting_verbs").pattern
    said = cue_pattern("quoted_speakers", r"\b", rf" {verbs}\b")  # not always of one language: "mein boss said"
    return _QUOTE.match(text) is not None or said.search(text) is not None


@cache
def cue_pattern(field: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """Return what matches any cue in a field of `LessonCues`, of any language, between two patterns."""
    cues = (getattr(language.lessons, field) for language in languages().values())
    return compile_any((cue for found in cues for cue in found), before, after)
