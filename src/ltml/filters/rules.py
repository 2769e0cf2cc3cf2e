"""
The filter that needs nothing but rules.

Every verdict says why. Small talk is set aside; everything else is kept, because nobody can know today what will be
asked tomorrow, and its *salience* says how likely it is: long in content, with names, numbers and dates, about the
speaker, an answer rather than a question. These are the signals that told asked-for turns from others in public logs
(docs/measuring.md has the figures); the weights are rounded and belong to no data set.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ltml.model import TRUSTED, Turn, Verdict
from ltml.text import first_person, is_phatic, sentences, terms, values


def judge_turns(turns: Sequence[Turn]) -> list[Verdict]:  # noqa: C901 -- a decision list, one branch for each kind
    """Return a verdict for each turn, in order; a turn is compared with those before it."""
    said: set[tuple[str, str]] = set()
    verdicts: list[Verdict] = []
    for before, turn in zip([None, *turns], turns, strict=False):
        salience: float | None = None  # of what is set aside
        if turn.interrupted:
            kind, reason = "interrupted", "the answer broke off"
        elif not turn.text.strip():
            kind, reason = "empty", "says nothing"
        elif is_phatic(turn.text):
            kind, reason = "phatic", "small talk"
        elif turn.role == "assistant" and (turn.role, turn.text) in said:
            kind, reason = "repeat", "the assistant's same words as before"
        elif turn.origin not in TRUSTED:
            kind, reason, salience = "quoted", f"{turn.origin} text: found when asked for, never learned from", 0.1
        elif turn.role != "user":
            kind, reason, salience = turn.role, f"the {turn.role}'s words", 0.2
        elif all(span.of(turn.text).rstrip().endswith("?") for span in sentences(turn.text)):
            kind, reason, salience = "question", "asks and tells nothing", 0.15
        else:
            kind, (reason, salience) = "told", _estimate_salience(turn, before)
        if salience is None:
            verdict = Verdict(turn=turn.id, keep=False, kind=kind, reason=reason, salience=0.0, tier="archive")
        else:
            verdict = Verdict(turn=turn.id, keep=True, kind=kind, reason=reason, salience=round(salience, 2))
        verdicts.append(verdict)
        if not turn.interrupted:  # the same words, whole at last, are no repeat of themselves
            said.add((turn.role, turn.text))
    return verdicts


def _estimate_salience(turn: Turn, before: Turn | None) -> tuple[str, float]:
    """Return the reason and the salience, 0 to 1, of a turn in which the user tells something."""
    found = values(turn.text)
    is_answer = (
        before is not None
        and before.session == turn.session
        and (before.role, before.speaker) != (turn.role, turn.speaker)
        and before.text.rstrip().endswith("?")
    )
    signals = {
        "a number": bool(found.numbers),
        "a name": bool(found.names),
        "the speaker": first_person(turn.text),
        "an answer": is_answer,
    }
    content = len(set(terms(turn.text)))
    logit = -1.6 + 0.11 * min(content, 24) + 0.35 * sum(signals.values()) - 0.5 * turn.text.rstrip().endswith("?")
    named = ", ".join(name for name, is_there in signals.items() if is_there)
    reason = f"tells {content} things" + (f", with {named}" if named else "")
    return reason, 1 / (1 + math.exp(-logit))


plugin = judge_turns
