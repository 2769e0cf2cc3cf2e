"""What a query asks for, read from its words alone."""

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
    A query as recall needs it.

    `groups` holds for each content word all terms it may be indexed under, `hints` for each everyday concept the query
    touches the other words the thing may have been told in. `named` are all its words in lower case.
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
        """Every term to look up."""
        return frozenset(term for group in (*self.groups, *self.hints) for term in group)


def understand_query(text: str, now: datetime) -> Query:
    """Return what a query asks for; dates in it are resolved against `now`."""
    asks_assistant = cue_pattern("asks_assistant").search(text) is not None
    counts = cue_pattern("counts")
    named = frozenset(words(text))
    dates = tuple(
        Resolved(phrase=d.phrase, written=d.written, first=d.first, last=d.last) for d in find_dates(text, now)
    )
    return Query(
        text=text,
        groups=(*query_terms(counts.sub(" ", text)), *((advice_group(),) if asks_assistant else ())),
        hints=tuple(related(text)),
        named=named,
        dates=dates,
        asks_assistant=asks_assistant,
        counts=counts.search(text) is not None,
        personal=personal(named),
        phatic=is_phatic(text),
    )


@cache
def advice_group() -> tuple[str, ...]:
    """Return the terms of giving advice as one group: what a suggestion is found by when its query names no more."""
    advice = " ".join(word for language in languages().values() for word in language.questions.advice)
    return tuple(sorted({form for group in query_terms(advice) for form in group} | set(terms(advice))))


@cache
def cue_pattern(field: str) -> re.Pattern[str]:
    """Return what matches any cue in a field of `QuestionCues`, of any language."""
    cues = (getattr(language.questions, field) for language in languages().values())
    return compile_any(cue for found in cues for cue in found)
