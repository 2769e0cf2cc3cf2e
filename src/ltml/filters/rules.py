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

from ltml.model import Turn, Verdict
from ltml.text import first_person, is_phatic, sentences, terms, values

_TRUSTED = ("said", "import")


def judge(turns: Sequence[Turn]) -> list[Verdict]:
    """Return a verdict for each turn, in order."""
    said: set[tuple[str, str]] = set()
    verdicts = []
    before: Turn | None = None
    for turn in turns:
        verdicts.append(_verdict(turn, before, said))
        if not turn.interrupted:  # the same words, whole at last, are no repeat of themselves
            said.add((turn.role, turn.text))
        before = turn
    return verdicts


def _verdict(turn: Turn, before: Turn | None, said: set[tuple[str, str]]) -> Verdict:
    useless = _useless(turn, said)
    if useless:
        return _set_aside(turn, *useless)
    if turn.origin not in _TRUSTED:
        return _kept(turn, "quoted", f"{turn.origin} text: found when asked for, never learned from", 0.1)
    if turn.role != "user":
        return _kept(turn, turn.role, f"the {turn.role}'s words", 0.2)
    if all(span.of(turn.text).rstrip().endswith("?") for span in sentences(turn.text)):
        return _kept(turn, "question", "asks and tells nothing", 0.15)
    return _told(turn, before)


def _useless(turn: Turn, said: set[tuple[str, str]]) -> tuple[str, str] | None:
    """Return as what and why a turn is set aside, or nothing."""
    if turn.interrupted:
        return "interrupted", "the answer broke off"
    if not turn.text.strip():
        return "empty", "says nothing"
    if is_phatic(turn.text):
        return "phatic", "small talk"
    if turn.role == "assistant" and (turn.role, turn.text) in said:
        return "repeat", "the assistant's same words as before"
    return None


def _told(turn: Turn, before: Turn | None) -> Verdict:
    """Judge a turn in which the user tells something."""
    says = values(turn.text)
    signals = {
        "a number": bool(says.numbers),
        "a name": bool(says.names),
        "the speaker": first_person(turn.text),
        "an answer": _answers(turn, before),
    }
    content = len(set(terms(turn.text)))
    strength = -1.6 + 0.11 * min(content, 24) + 0.35 * sum(signals.values()) - 0.5 * turn.text.rstrip().endswith("?")
    named = ", ".join(name for name, there in signals.items() if there)
    reason = f"tells {content} things" + (f", with {named}" if named else "")
    return _kept(turn, "told", reason, 1 / (1 + math.exp(-strength)))


def _answers(turn: Turn, before: Turn | None) -> bool:
    return (
        before is not None
        and before.session == turn.session
        and (before.role, before.speaker) != (turn.role, turn.speaker)
        and before.text.rstrip().endswith("?")
    )


def _set_aside(turn: Turn, kind: str, reason: str) -> Verdict:
    return Verdict(turn=turn.id, keep=False, kind=kind, reason=reason, salience=0.0, tier="archive")


def _kept(turn: Turn, kind: str, reason: str, salience: float) -> Verdict:
    return Verdict(turn=turn.id, keep=True, kind=kind, reason=reason, salience=round(salience, 2))


plugin = judge
