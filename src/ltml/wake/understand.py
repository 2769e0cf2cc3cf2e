"""What a query asks for, read from its words alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from ltml.model import Resolved
from ltml.text import find_dates, is_phatic, personal, query_terms, terms, words
from ltml.text.concepts import related

#: "What did you suggest": the query is about what the assistant said. One line per language: en, de, fr, es, it, nl, pt.
_ASKS_ASSISTANT = re.compile(
    r"\b(did|had|have) you\b|\byou (said|told|suggested|recommended|proposed|advised|mentioned|gave|named|came up|called)\b|\byour "
    r"(\w+ )?(advice|answer|explanation|idea|proposal|recommendation|suggestion|tip)\b"
    r"|\b(hast|hattest) du\b|\b(haben|hatten) sie\b|\b(dein|ihr|deine|ihre|deinen|ihren) (\w+ )?(rat|tipp|vorschlag|empfehlung|idee)\b"
    r"|\b(as-tu|avez-vous|tu as|vous avez) \w+|\b(ta|votre|ton) (idée|suggestion|recommandation|conseil|proposition)\b"
    r"|\b(me )?(recomendaste|sugeriste|dijiste|propusiste|aconsejaste)\b|\b(hai|avevi) (consigliato|detto|suggerito|proposto)\b"
    r"|\b(heb je|had je|hebt u)\b|\bvocê (disse|sugeriu|recomendou|propôs)\b",
    re.IGNORECASE,
)
#: The words of giving advice, in the languages above, and their terms as one group: what a suggestion is found by when its query names no more.
_ADVICE = (
    "suggest suggestion recommend recommendation propose proposal advise advice consider try choice pick idea option call "
    "vorschlagen vorschlag empfehlen empfehlung rat raten tipp idee probieren versuchen nehmen nennen "
    "suggérer suggestion recommander conseiller conseil proposer essayer sugerir sugerencia recomendar aconsejar proponer probar "
    "suggerire consigliare consiglio proporre provare aanraden aanbevelen voorstellen proberen recomendar sugestão experimentar"
)
ADVICE_GROUP = tuple(sorted({form for group in query_terms(_ADVICE) for form in group} | set(terms(_ADVICE))))
#: "How often did I ...": the answer is a number of times, and these words are no content.
_COUNTS = re.compile(
    r"\bhow (often|many times)\b|\bwie (oft|häufig|viele male?)\b|\bcombien de fois\b|\bcuántas veces\b|\bquante volte\b"
    r"|\bhoe vaak\b|\bquantas vezes\b",
    re.IGNORECASE,
)


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
    asks_assistant = _ASKS_ASSISTANT.search(text) is not None
    named = frozenset(words(text))
    dates = tuple(
        Resolved(phrase=d.phrase, written=d.written, first=d.first, last=d.last) for d in find_dates(text, now)
    )
    return Query(
        text=text,
        groups=(*query_terms(_COUNTS.sub(" ", text)), *((ADVICE_GROUP,) if asks_assistant else ())),
        hints=tuple(related(text)),
        named=named,
        dates=dates,
        asks_assistant=asks_assistant,
        counts=_COUNTS.search(text) is not None,
        personal=personal(named),
        phatic=is_phatic(text),
    )
