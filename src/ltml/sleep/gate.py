"""
The gate: a night is promoted only if questions made from the log itself lose nothing by it.

For a sample of what was told, the night asks itself the question that should find it: the rarest words of one sentence.
Recall answers twice, with the night's changes and without. If anything that was found before is not found after, the
night is refused; the driver then tries again without setting anything aside. Everything protected is asked for, always.
These probes share words with what they look for; they show what a night loses, not what it gains (docs/nights.md).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass

from ltml.errors import SleepError
from ltml.model import Hit, Memory, Turn, content_id
from ltml.protocols import Ask, AskRecall
from ltml.sleep.pipeline import Batch, conclude
from ltml.text import sentences, terms

#: A probe passes if its evidence is among so many hits.
DEPTH = 10
#: After the night it may stand a little lower: folding moves things up and down without losing them.
DEPTH_AFTER = 20
#: A question has so many words.
WORDS = 4


class Refused(SleepError):
    """The gate said no; the night leaves no trace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A question the log should answer, and the turns that answer it."""

    question: str
    turns: frozenset[str]


def gate(size: int) -> Callable[[Batch], Generator[Sequence[Ask], Sequence[Sequence[Hit]], Batch]]:
    """Return the step that asks at most `size` probes, and everything protected."""

    def step(batch: Batch) -> Generator[Sequence[Ask], Sequence[Sequence[Hit]], Batch]:
        batch = conclude(batch)
        probes = [*_sampled(batch, size), *_protected(batch.drafts.values())]
        before = yield [AskRecall(query=probe.question, k=DEPTH) for probe in probes]
        found = [p for p, hits in zip(probes, before, strict=True) if _finds(hits, p)]
        after = yield [AskRecall(query=p.question, k=DEPTH_AFTER, changes=batch.changes) for p in found]
        lost = [p for p, hits in zip(found, after, strict=True) if not _finds(hits, p)]
        if lost:
            message = f"{len(lost)} of {len(found)} probe questions would find less after this night"
            raise Refused(message)
        return batch.count(probes=len(probes), probes_found=len(found))

    return step


def _sampled(batch: Batch, size: int) -> list[Probe]:
    """Return probes for turns chosen by their ids: as good as at random, and the same for the same turns."""
    told = [t for t in batch.turns if batch.verdicts[t.id].keep and t.role == "user" and not t.interrupted]
    chosen = sorted(told, key=lambda turn: content_id("probe", turn.id))[:size]
    return [Probe(question=q, turns=frozenset({turn.id})) for turn in chosen if (q := question(turn))]


def _protected(memories: Iterable[Memory]) -> list[Probe]:
    return [
        Probe(question=" ".join(terms(memory.text)[:WORDS]), turns=frozenset(e.turn for e in memory.evidence))
        for memory in memories
        if memory.kind == "protected"
    ]


def question(turn: Turn) -> str:
    """Return the longest words of the turn's richest sentence: they are its rarest."""
    parts = [terms(span.of(turn.text)) for span in sentences(turn.text)]
    richest = max(parts, key=lambda words: len(set(words)), default=[])
    return " ".join(sorted(set(richest), key=lambda word: (-len(word), word))[:WORDS])


def _finds(hits: Sequence[Hit], probe: Probe) -> bool:
    return any(evidence.turn in probe.turns for hit in hits for evidence in hit.evidence)
