"""
The gate: a night is promoted only if questions made from the log itself lose nothing by it.

For a sample of the user's turns, a probe question is made of the rarest words of one sentence. It is recalled twice,
without the night's changes and with them. If any probe finds its evidence before and not after, the night is refused;
the driver then tries again without archiving. Protected memories are always probed. Probes share words with what they
look for: they show what a night loses, not what it gains (docs/nights.md).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from ltml.asks import Ask, AskRecall
from ltml.errors import SleepError
from ltml.model import Hit, Turn, content_id
from ltml.sleep.pipeline import Batch
from ltml.text import sentences, terms

#: Number of hits among which a probe's evidence must be before the night.
DEPTH = 10
#: The same after the night: folding moves things up and down without losing them.
DEPTH_AFTER = 20
#: Maximum number of words of a question.
WORDS = 4


class NightRefused(SleepError):
    """Recall would find less after this night; nothing of it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A question the log should answer, and the turns that answer it."""

    question: str
    turns: frozenset[str]

    def is_answered_by(self, hits: Sequence[Hit]) -> bool:
        """Tell whether any hit rests on one of the turns."""
        return any(evidence.turn in self.turns for hit in hits for evidence in hit.evidence)


def gate_night(size: int) -> Callable[[Batch], Generator[Sequence[Ask], Sequence[Sequence[Hit]], Batch]]:
    """
    Return the step that puts at most `size` probes, and one for each protected memory, before and after the changes.

    It raises `NightRefused` if a probe that found its evidence before does not find it after.
    """

    def step(batch: Batch) -> Generator[Sequence[Ask], Sequence[Sequence[Hit]], Batch]:
        told = [t for t in batch.turns if batch.verdicts_after[t.id].keep and t.role == "user" and not t.interrupted]
        sample = sorted(told, key=lambda turn: content_id("probe", turn.id))[:size]  # as good as random, and repeatable
        probes = [Probe(question=q, turns=frozenset({turn.id})) for turn in sample if (q := build_question(turn))]
        for memory in batch.memories_after.values():
            if memory.kind == "protected":
                asked = " ".join(terms(memory.text)[:WORDS])
                probes.append(Probe(question=asked, turns=frozenset(e.turn for e in memory.evidence)))
        before = yield [AskRecall(query=probe.question, k=DEPTH) for probe in probes]
        found = [p for p, hits in zip(probes, before, strict=True) if p.is_answered_by(hits)]
        after = yield [AskRecall(query=p.question, k=DEPTH_AFTER, changes=batch.changes) for p in found]
        lost = [p for p, hits in zip(found, after, strict=True) if not p.is_answered_by(hits)]
        if lost:
            raise NightRefused(f"{len(lost)} of {len(found)} probe questions would find less after this night")
        return batch.with_numbers(probes=len(probes), probes_found=len(found))

    return step


def build_question(turn: Turn) -> str:
    """Return the longest words of the turn's richest sentence: they are its rarest."""
    parts = [terms(span.of(turn.text)) for span in sentences(turn.text)]
    richest = max(parts, key=lambda words: len(set(words)), default=[])
    return " ".join(sorted(set(richest), key=lambda word: (-len(word), word))[:WORDS])
