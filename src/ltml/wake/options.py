"""What can be set about recall and the injection; docs/recall.md says what each number does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """How recall scores and how an injection is packed. docs/recall.md says what each number does."""

    k1: float = 1.2  # BM25: how soon more of the same word stops to count
    b: float = 0.7  # BM25: how much long turns are held back
    shown: int = 80  # so many of the best may be packed
    pool: int = 240  # so many of the best by words are looked at closely
    echo: float = 0.45  # what a turn in talk between people lends to its neighbours in the session
    answer: float = 0.6  # what it lends to the turn right after it, often the answer
    far: float = 0.2  # what it lends to the turns two places away
    assistant: float = 0.2  # weight of what the assistant said, unless the question asks for it
    other_speaker: float = 0.6  # weight of other speakers when the question names one
    salience: float = 0.5  # how much a night's verdict may raise a turn
    repeated: float = 0.05  # how much a memory gains each time the number of times it was said doubles
    counted: float = 0.5  # the same for a question that asks how often
    untrusted: float = 0.7  # weight of pasted, web, tool and document text
    closed: float = 0.3  # weight of a value that is no longer true
    hint: float = 0.3  # weight of the other words a thing may have been told in, beside the question's own
    follow: float = 0.2  # how much a turn gains by speaking of a name that the best turns speak of
    coverage: float = 0.15  # below this share of the question's weight found in one place, nothing is recalled
    foreign_coverage: float = 0.3  # the same for a question that names neither the user nor anybody known
    longest: int = 90  # tokens of one turn that are shown at most
    longest_share: float = 0.35  # and the share of the budget
    block_share: float = 0.25  # the block's share of the budget, at most
    untrusted_share: float = 0.25  # the share of the recall that untrusted text may take
