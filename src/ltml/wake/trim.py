"""
Which sentences of a turn to show.

A turn in chat is often one fact between pleasantries. Sentences that share words with the question are kept, and what
stands between them; a turn found by its neighbours keeps its plain statements. Half a sentence is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ltml.text import count_tokens, is_phatic, language, overlap, sentences, terms

#: A turn of so many tokens is shown whole (less its pleasantries): cutting it would save next to nothing.
SHORT = 40
#: A sentence worth this share of the best one is shown with it.
NEARLY = 0.5
_HEADING = re.compile(r"#{1,6} |\*\*[^*]+\*\*:?$|[-*_=]{3,}$")
#: Sentences of a very long turn are looked at so far.
SENTENCES = 80
#: So many characters of a turn say which language it is in.
VOTERS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What decides which sentences are worth showing: the question's groups with their weights, and the room."""

    groups: tuple[tuple[str, ...], ...]
    weights: tuple[float, ...]
    longest: int


def trimmed(text: str, asked: Asked, hidden: Collection[str] = ()) -> str:
    """Return the sentences worth showing, in order, joined by spaces; empty if none are."""
    spans = sentences(text, SENTENCES)
    said = [part for part in (span.of(text) for span in spans) if not any(part in quote for quote in hidden)]
    telling = [part for part in said if not is_phatic(part) and not _HEADING.match(part)]
    telling = [part for part in telling if not part.startswith(("```", "~~~"))] or telling
    if not telling:
        return ""
    lang = language(text[:VOTERS])
    gains = [_gain(part, asked, lang) for part in telling]
    if hidden and not any(gains):
        return ""
    if count_tokens(" ".join(telling)) <= SHORT:
        return " ".join(telling)
    return " ".join(telling[i] for i in _chosen(telling, gains, asked.longest))


def _chosen(parts: Sequence[str], gains: Sequence[float], room: int) -> list[int]:
    """Return the places of the best sentence, of those nearly as good, and of others while it costs little."""
    worth = [_worth(i, parts, gains) for i in range(len(parts))]
    wanted = sorted(range(len(parts)), key=lambda i: (-worth[i], i))
    chosen: list[int] = []
    spent = 0
    for i in wanted:
        enough = SHORT if worth[i] < NEARLY * worth[wanted[0]] else room
        cost = count_tokens(parts[i])
        if spent + cost <= enough or not chosen:
            chosen.append(i)
            spent += cost
    return sorted(chosen)


def _worth(place: int, parts: Sequence[str], gains: Sequence[float]) -> float:
    """What a sentence shares with the question, a little of what its neighbours share, less if it only asks."""
    near = max((gains[j] for j in (place - 1, place + 1) if 0 <= j < len(gains)), default=0.0)
    worth = gains[place] + 0.3 * near
    return worth * (0.6 if parts[place].rstrip().endswith("?") else 1.0)


def _gain(part: str, asked: Asked, lang: str) -> float:
    found = overlap(list(asked.groups), frozenset(terms(part, lang)))
    return sum(weight for weight, hit in zip(asked.weights, found, strict=True) if hit)
