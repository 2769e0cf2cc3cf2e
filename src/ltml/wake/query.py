"""What a question asks for, read from its words alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from ltml.model import Resolved
from ltml.text import find_dates, is_phatic, personal, query_terms, terms, words
from ltml.text.concepts import related
from ltml.text.languages import languages
from ltml.text.languages.tables import compile_any


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """
    A question as recall needs it.

    `groups` holds for each content word all terms it may be indexed under, `hints` for each everyday concept the
    question touches the other words the thing may have been told in.
    """

    text: str
    groups: tuple[tuple[str, ...], ...]
    hints: tuple[tuple[str, ...], ...]
    named: frozenset[str]
    dates: tuple[Resolved, ...]
    asks_assistant: bool
    counts: bool
    personal: bool
    phatic: bool

    @property
    def terms(self) -> frozenset[str]:
        """Every term worth looking up."""
        return frozenset(term for group in (*self.groups, *self.hints) for term in group)


def understand(text: str, now: datetime) -> Query:
    """Read a question."""
    asks_assistant = cue_pattern("asks_assistant").search(text) is not None
    counts = cue_pattern("counts")
    said = frozenset(words(text))
    return Query(
        text=text,
        groups=(*query_terms(counts.sub(" ", text)), *((_advice(),) if asks_assistant else ())),
        hints=tuple(related(text)),
        named=said,
        dates=resolve(text, now),
        asks_assistant=asks_assistant,
        counts=counts.search(text) is not None,
        personal=personal(said),
        phatic=is_phatic(text),
    )


@cache
def _advice() -> tuple[str, ...]:
    """Return the terms of advice as one group: a suggestion has any of them."""
    words_of_advice = " ".join(word for language in languages().values() for word in language.questions.advice)
    groups = query_terms(words_of_advice)
    return tuple(sorted({form for group in groups for form in group} | set(terms(words_of_advice))))


@cache
def cue_pattern(field: str) -> re.Pattern[str]:
    """Return what matches any cue in a field of `QuestionCues`, of any language."""
    cues = (getattr(language.questions, field) for language in languages().values())
    return compile_any(cue for found in cues for cue in found)


def resolve(text: str, said: datetime) -> tuple[Resolved, ...]:
    """Return the dates a text speaks of, relative or not."""
    return tuple(
        Resolved(phrase=d.phrase, written=d.written, first=d.first, last=d.last) for d in find_dates(text, said)
    )
