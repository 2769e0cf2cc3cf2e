"""
Which sentences of a turn to show.

A turn in chat is often one fact between pleasantries. Sentences that share words with the question are kept, and what
stands between them; a turn found by its neighbours keeps its plain statements. Half a sentence is never shown.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ltml.text import count_tokens, is_phatic, overlap, sentences, terms

#: A turn of so many tokens is shown whole (less its pleasantries): cutting it would save next to nothing.
SHORT = 40
#: So much of a long turn is shown at most.
LONG = 90


def trimmed(text: str, groups: Sequence[tuple[str, ...]], weights: Sequence[float], hidden: Collection[str] = ()) -> str:
    """Return the sentences worth showing, in order, joined by spaces; empty if none are."""
    said = [part for part in (span.of(text) for span in sentences(text)) if part not in hidden]
    telling = [part for part in said if not is_phatic(part)]
    if not telling:
        return ""
    gains = [_gain(part, groups, weights) for part in telling]
    if count_tokens(" ".join(telling)) <= SHORT:
        return " ".join(telling) if not hidden or any(gains) else ""
    return " ".join(telling[i] for i in _chosen(telling, gains))


def _chosen(parts: Sequence[str], gains: Sequence[float]) -> list[int]:
    """Return the places of the best sentences, and their neighbours, as far as `LONG` allows."""
    wanted = sorted(range(len(parts)), key=lambda i: (-_worth(i, parts, gains), i))
    chosen: list[int] = []
    left = LONG
    for i in wanted:
        cost = count_tokens(parts[i])
        if cost <= left or not chosen:
            chosen.append(i)
            left -= cost
    return sorted(chosen)


def _worth(place: int, parts: Sequence[str], gains: Sequence[float]) -> float:
    """What a sentence shares with the question, a little of what its neighbours share, less if it only asks."""
    near = max((gains[j] for j in (place - 1, place + 1) if 0 <= j < len(gains)), default=0.0)
    worth = gains[place] + 0.3 * near
    return worth * (0.6 if parts[place].rstrip().endswith("?") else 1.0)


def _gain(part: str, groups: Sequence[tuple[str, ...]], weights: Sequence[float]) -> float:
    found = overlap(list(groups), frozenset(terms(part)))
    return sum(weight for weight, hit in zip(weights, found, strict=True) if hit)
