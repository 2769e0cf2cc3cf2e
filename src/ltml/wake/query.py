"""What a question asks for, read from its words alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from ltml.model import Resolved
from ltml.text import find_dates, is_phatic, query_terms, words

#: "What did you suggest": the question is about what the assistant said. One line per language: en, de, fr, es, it, nl, pt.
_ASKS_ASSISTANT = re.compile(
    r"\b(did|had|have) you\b|\byou (said|told|suggest|recommend|propos|advis|mention|gave|named|came up|call)|\byour "
    r"(\w+ )?(advice|answer|explanation|idea|proposal|recommendation|suggestion|tip)\b"
    r"|\b(hast|hattest) du\b|\b(haben|hatten) sie\b|\b(dein|ihr|deine|ihre|deinen|ihren) (\w+ )?(rat|tipp|vorschlag|empfehlung|idee)\b"
    r"|\b(as-tu|avez-vous|tu as|vous avez) \w+|\b(ta|votre|ton) (idée|suggestion|recommandation|conseil|proposition)\b"
    r"|\b(me )?(recomendaste|sugeriste|dijiste|propusiste|aconsejaste)\b|\b(hai|avevi) (consigliato|detto|suggerito|proposto)\b"
    r"|\b(heb je|had je|hebt u)\b|\bvocê (disse|sugeriu|recomendou|propôs)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question as recall needs it; `groups` holds for each content word all terms it may be indexed under."""

    text: str
    groups: tuple[tuple[str, ...], ...]
    named: frozenset[str]
    dates: tuple[Resolved, ...]
    asks_assistant: bool
    phatic: bool

    @property
    def terms(self) -> frozenset[str]:
        """Every term worth looking up."""
        return frozenset(term for group in self.groups for term in group)


def understand(text: str, now: datetime) -> Query:
    """Read a question."""
    return Query(
        text=text,
        groups=tuple(query_terms(text)),
        named=frozenset(words(text)),
        dates=resolve(text, now),
        asks_assistant=_ASKS_ASSISTANT.search(text) is not None,
        phatic=is_phatic(text),
    )


def resolve(text: str, said: datetime) -> tuple[Resolved, ...]:
    """Return the dates a text speaks of, relative or not."""
    return tuple(
        Resolved(phrase=d.phrase, written=d.written, first=d.first, last=d.last) for d in find_dates(text, said)
    )
