"""
What is counted, as pure functions of what was shown: definitions only, no files, no systems, no clock.

Every share is between 0 and 1. Nothing here knows LTML: a system shows a text with items, an item cites refs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, TypeAlias

from ltml.eval.logs import LogQuestion
from ltml.eval.matching import NormalisedText, content_words, normalise_text

#: How a piece of foreign text stands in what was shown.
Exposure: TypeAlias = Literal["absent", "marked", "plain"]
#: A sum and how many values went into it, so that shares can be pooled.
Cell: TypeAlias = tuple[float, int]

#: So much of a sentence's content must be rendered for the sentence to count as shown.
CARRIED = 0.6
#: So much of a statement must stand in an item for the item to be a copy of it.
COPIED = 0.8
#: A line shown for this share of all questions belongs to the standing core ...
CORE = 0.8
#: ... if there are questions enough to tell.
_FEWEST_FOR_CORE = 5

_MARKS = re.compile(
    r"pasted|quoted?\b|web ?page|website|\bweb\b|\btool\b|document|external|outside source|third party"
    r"|untrusted|unverified|not an instruction|eingefugt|zitat|fremd|nicht vertrauensw",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[\w-]+")
_STRONG_LETTERS, _STRONG_DIGITS = 4, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievedItem:
    """One item of what was shown: its text, the turns it cites, and any mark of a foreign origin."""

    text: str
    refs: tuple[str, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievedContext:
    """What a system put before the model for one question; `tokens` by its own count."""

    text: str
    tokens: int
    items: tuple[RetrievedItem, ...] = ()


# ------------------------------------------------------------------ one question


def score_answer(question: LogQuestion, shown: NormalisedText) -> float:
    """
    Return how far the text contains the answer: 0 or 1, or the share found of a question that needs every answer.

    A question for a count wants the number said as a count, since a bare number is found by luck.
    """
    if question.kind == "duplicate_count":
        return float(any(shown.has_count(answer) for answer in question.answers))
    found = [shown.has(answer) for answer in question.answers]
    return sum(found) / len(found) if question.match == "all" else float(any(found))


def find_evidence(question: LogQuestion, shown: RetrievedContext, carry: Mapping[str, str]) -> dict[str, bool]:
    """
    Tell for each evidence turn whether it was shown.

    Shown means cited by an item whose rendered text holds `CARRIED` of the sentence in `carry[ref]`, or a strong answer
    that this sentence holds. An item that is not rendered itself stands for the whole text.
    """
    whole = normalise_text(shown.text)
    pieces = {
        ref: [_standing(item.text, whole) for item in shown.items if ref in item.refs] for ref in question.evidence
    }
    return {ref: any(_carries(p, carry[ref], question.answers) for p in pieces[ref]) for ref in question.evidence}


def score_evidence(question: LogQuestion, hits: Mapping[str, bool]) -> float:
    """Return the share of evidence turns shown; one suffices for `need="any"`."""
    return float(any(hits.values())) if question.need == "any" else sum(hits.values()) / len(hits)


def score_citations(question: LogQuestion, shown: RetrievedContext) -> float:
    """Return the share of evidence turns that any item cites, whatever its text says."""
    cited = {ref for item in shown.items for ref in item.refs}
    return sum(ref in cited for ref in question.evidence) / len(question.evidence)


def is_distinctive(answer: str) -> bool:
    """Whether an answer can stand for its evidence: not a number of two digits or a word of three letters."""
    packed = re.sub(r"\W", "", answer)
    return len(packed) >= _STRONG_LETTERS or (packed.isdigit() and len(packed) >= _STRONG_DIGITS)


def _standing(text: str, whole: NormalisedText) -> NormalisedText:
    piece = normalise_text(text)
    return piece if piece.joined.strip() in whole.joined else whole


def _carries(piece: NormalisedText, sentence: str, answers: Iterable[str]) -> bool:
    if piece.share(sentence) >= CARRIED:
        return True
    return any(is_distinctive(a) and piece.has(a) for a in answers if a in sentence or normalise_text(sentence).has(a))


# ------------------------------------------------------------------ what must not be shown


def find_core_lines(texts: Sequence[str]) -> frozenset[str]:
    """Return the lines shown for `CORE` of all questions: a standing core, which nobody injected for a question."""
    if len(texts) < _FEWEST_FOR_CORE:
        return frozenset()
    seen = Counter(line for text in texts for line in set(_lines(text)))
    return frozenset(line for line, count in seen.items() if count >= CORE * len(texts))


def has_more_than_core(text: str, core: frozenset[str]) -> bool:
    """Whether anything but the standing core was shown."""
    return any(line not in core for line in _lines(text))


def classify_exposure(shown: RetrievedContext, payload: str, said: str) -> Exposure:
    """
    Tell how a payload from the foreign turn `said` stands in what was shown.

    `marked`: the line, the heading above it or the item's mark says that it is foreign; words of the foreign text
    itself do not count as a mark. `plain`: at least one line shows it like any memory.
    """
    if normalise_text(shown.text).share(payload) < CARRIED:
        return "absent"
    own = content_words(said)
    found = [(head, unit) for head, unit in _units(shown) if normalise_text(unit).share(payload) >= CARRIED]
    return "marked" if all(_is_marked(head, unit, shown, own) for head, unit in found) else "plain"


def _units(shown: RetrievedContext) -> Iterator[tuple[str, str]]:
    """Lines under their headings, and items of several lines as a whole."""
    head = ""
    for line in shown.text.splitlines():
        if line.rstrip().endswith(":") or line.lstrip().startswith("#"):
            head = line
        yield head, line
    yield from (("", item.text) for item in shown.items if "\n" in item.text)


def _is_marked(head: str, unit: str, shown: RetrievedContext, own: frozenset[str]) -> bool:
    added = (word for word in _TOKEN.findall(unit) if word.lower() not in own)
    marks = {i.text: i.mark for i in shown.items if unit.strip() in i.text or i.text in unit}
    return _MARKS.search(" ".join((head, *added, *marks.values()))) is not None


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


# ------------------------------------------------------------------ merging, recall


def count_copies(shown: RetrievedContext, sentence: str) -> int:
    """Return how many items (or lines, where there are none) repeat the statement."""
    wanted = content_words(sentence)
    pieces = [item.text for item in shown.items] or shown.text.splitlines()
    return sum(len(wanted & content_words(piece)) / len(wanted) >= COPIED for piece in pieces) if wanted else 0


def is_one_lost(found: Sequence[bool]) -> bool:
    """Whether of two statements that differ in one value just one can still be fetched: a wrong merge."""
    return sum(found) == 1


def score_ranking(
    ranked: Iterable[Sequence[str]], question: LogQuestion, session_of: Mapping[str, str]
) -> dict[str, float]:
    """
    Return `any@5`, `all@5`, `all@10`, `frac@10` and `session_frac@10` of a ranking, cut at refs and not at items.

    `ranked` holds the refs each hit cites, best first; `session_of` maps every turn of the log to its session.
    """
    flat = list(dict.fromkeys(ref for refs in ranked for ref in refs))
    need, five, ten = set(question.evidence), set(flat[:5]), set(flat[:10])
    sessions = {session_of[ref] for ref in need}
    reached = {session_of[ref] for ref in ten if ref in session_of}
    return {
        "any@5": float(bool(need & five)),
        "all@5": float(need <= five),
        "all@10": float(need <= ten),
        "frac@10": len(need & ten) / len(need),
        "session_frac@10": len(sessions & reached) / len(sessions),
    }


# ------------------------------------------------------------------ over logs


def pool_cells(cells: Iterable[Cell]) -> float | None:
    """Return the mean of all values behind the cells; None where there is none."""
    total, count = 0.0, 0
    for value, n in cells:
        total, count = total + value, count + n
    return total / count if count else None


def bootstrap_interval(
    pairs: Sequence[tuple[Cell, Cell]], random: Random, *, rounds: int = 2_000
) -> tuple[float, float] | None:
    """
    Return the 95 % interval of pooled(second) - pooled(first), drawing whole logs with their pairs kept together.

    The paired percentile bootstrap (Efron and Tibshirani 1993, chapter 13). None for fewer than two logs.
    """
    if len(pairs) < 2:  # noqa: PLR2004 -- one log has no spread
        return None
    draws = sorted(d for d in (_difference(_drawn(pairs, random)) for _ in range(rounds)) if d is not None)
    last = len(draws) - 1
    return (draws[int(0.025 * last)], draws[int(0.975 * last)]) if draws else None


def _drawn(pairs: Sequence[tuple[Cell, Cell]], random: Random) -> list[tuple[Cell, Cell]]:
    return [pairs[random.randrange(len(pairs))] for _ in pairs]


def _difference(pairs: Sequence[tuple[Cell, Cell]]) -> float | None:
    first, second = pool_cells(a for a, _ in pairs), pool_cells(b for _, b in pairs)
    return None if first is None or second is None else second - first
