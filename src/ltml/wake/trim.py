"""
Which sentences of a turn to show.

A turn in chat is often one fact between pleasantries. Sentences that share words with the query are kept, and what
stands between them; a turn found by its neighbours keeps its plain statements. Half a sentence is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ltml.text import count_tokens, is_phatic, language, overlap, sentences, terms

#: Tokens of a turn that is shown whole (less its pleasantries): cutting it would save next to nothing.
SHORT = 40
#: Share of the best sentence's worth at which a sentence is shown with it.
NEARLY = 0.5
#: Share of its better neighbour's gain that a sentence has too, and factor of one that only asks.
NEIGHBOUR, ASKING = 0.3, 0.6
_HEADING = re.compile(r"#{1,6} |\*\*[^*]+\*\*:?$|[-*_=]{3,}$")
#: Maximum number of sentences of a turn that are looked at.
SENTENCES = 80
#: Maximum number of characters of a turn that are read for its language.
VOTERS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimQuery:
    """What decides which sentences are shown: the query's groups of terms, their weights, and the room in tokens."""

    groups: tuple[tuple[str, ...], ...]
    weights: tuple[float, ...]
    max_tokens: int


def trim_turn(text: str, query: TrimQuery, shown: Collection[str] = ()) -> str:
    """
    Return the sentences of a turn worth showing, in order, joined by spaces; empty if none are.

    A sentence that stands in one of the texts `shown` is left out.
    """
    spans = sentences(text, SENTENCES)
    unsaid = [part for part in (span.of(text) for span in spans) if not any(part in other for other in shown)]
    telling = [part for part in unsaid if not is_phatic(part) and not _HEADING.match(part)]
    telling = [part for part in telling if not part.startswith(("```", "~~~"))] or telling
    if not telling:
        return ""
    lang = language(text[:VOTERS])
    matches = [overlap(list(query.groups), frozenset(terms(part, lang))) for part in telling]
    gains = [sum(w for w, hit in zip(query.weights, found, strict=True) if hit) for found in matches]
    if shown and not any(gains):
        return ""
    if count_tokens(" ".join(telling)) <= SHORT:
        return " ".join(telling)
    return " ".join(telling[i] for i in _choose_sentences(telling, gains, query.max_tokens))


def _choose_sentences(parts: Sequence[str], gains: Sequence[float], room: int) -> list[int]:
    """
    Return the places of the best sentence, of those nearly as good, and of others while it costs little.

    A sentence is worth what it shares with the query, a little of what its neighbours share, and less if it only asks.
    """
    worth = []
    for place, part in enumerate(parts):
        near = max((gains[j] for j in (place - 1, place + 1) if 0 <= j < len(gains)), default=0.0)
        worth.append((gains[place] + NEIGHBOUR * near) * (ASKING if part.rstrip().endswith("?") else 1.0))
    order = sorted(range(len(parts)), key=lambda i: (-worth[i], i))
    chosen: list[int] = []
    spent = 0
    for place in order:
        enough = SHORT if worth[place] < NEARLY * worth[order[0]] else room
        cost = count_tokens(parts[place])
        if spent + cost <= enough or not chosen:
            chosen.append(place)
            spent += cost
    return sorted(chosen)
