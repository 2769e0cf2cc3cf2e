"""Settings of recall and the injection; docs/recall.md explains each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """How recall scores and how an injection is packed. docs/recall.md explains each setting."""

    k1: float = 1.2  # BM25: saturation of repeated words
    b: float = 0.7  # BM25: normalisation by length, 0 to 1
    shown: int = 80  # maximum number of hits that are packed
    pool: int = 240  # maximum number of candidates by BM25 that are read as documents
    echo: float = 0.45  # share of its score that a turn in talk between people lends to the turn before it
    answer: float = 0.6  # share it lends to the turn right after it, often the answer
    far: float = 0.2  # share it lends to the turns two places away
    assistant: float = 0.2  # weight of what the assistant said, unless the question asks for it
    other_speaker: float = 0.6  # weight of other speakers when the question names one
    salience: float = 0.5  # maximum share by which a night's salience raises a score
    repeated: float = 0.05  # share a memory gains each time its count doubles
    counted: float = 0.5  # the same for a question that asks how often
    untrusted: float = 0.7  # weight of pasted, web, tool and document text
    closed: float = 0.3  # weight of a memory whose value is no longer true
    hint: float = 0.3  # weight of hints, the related words of a concept, against the question's own words
    follow: float = 0.2  # share of the best score that a name in the best turns lends where else it stands
    coverage: float = 0.15  # minimum share of the question's weight found in one document; below it nothing is recalled
    foreign_coverage: float = 0.3  # the same for a question that names neither the user nor anybody known
    longest: int = 90  # maximum number of tokens shown of one turn
    longest_share: float = 0.35  # the same as a share of the budget
    block_share: float = 0.25  # maximum share of the budget for the block
    untrusted_share: float = 0.25  # maximum share of the recall for untrusted text
