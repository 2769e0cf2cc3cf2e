"""
What a turn must have before it is kept, and what must not be learned from it.

What LTML injected stands between two marks. When it comes back in a client's history it is taken out again, else the
memory would feed on itself. Marks around words that LTML did not inject are somebody else's doing: such a turn is kept,
but as pasted text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from ltml.errors import BadTurn
from ltml.model import ORIGINS, Turn, least_trusted

#: So many characters of one turn are kept. More is a file and not talk, and every recall that meets it would read it.
LONGEST = 1_000_000
#: What LTML places in a request: a line that begins so and ends with a bracket, and all up to the closing mark.
OPENING, CLOSING = "[memory: ", "[/memory]"


def check_turns(turns: Iterable[Turn]) -> list[Turn]:
    """Return the turns if each has what it needs. Raises `BadTurn` that names the turn, the lack and the cure."""
    found = list(turns)
    for place, turn in enumerate(found, 1):
        fault = _find_fault(turn)
        if fault:
            name = f" ({turn.ref})" if turn.ref else ""
            message = f"turn {place} of {len(found)}{name}: {fault}"
            raise BadTurn(message)
    return found


def remove_injections(turns: Sequence[Turn], injected: Callable[[Collection[str]], frozenset[str]]) -> list[Turn]:
    """Return the turns less what LTML injected; a turn that was nothing else is left out."""
    blocks = {turn.text[start:end] for turn in turns for start, end in find_injections(turn.text)}
    if not blocks:
        return list(turns)
    own = injected(blocks)
    freed = [_remove_own(turn, own) for turn in turns]
    return [turn for turn, old in zip(freed, turns, strict=True) if turn.text.strip() or not old.text.strip()]


def find_injections(text: str) -> Iterator[tuple[int, int]]:
    """
    Yield start and end of what stands between LTML's marks, in order, without overlap.

    A scanner and no pattern: every character is looked at once, however many marks are opened and never closed.
    """
    start, line_end = text.find(OPENING), 0
    while start >= 0:
        line_end = text.find("\n", start) if start >= line_end else line_end
        if line_end < 0:
            return
        bracket = text.find("]", start, line_end)
        if bracket != line_end - 1:  # no opening line; nor is any other that begins in it before that bracket
            start = text.find(OPENING, bracket if bracket >= 0 else line_end)
            continue
        closing = text.find(CLOSING, line_end)
        if closing < 0:
            return
        end = closing + len(CLOSING)
        yield start, end
        start = text.find(OPENING, end)


def cut_spans(text: str, stretches: Iterable[tuple[int, int]]) -> str:
    """Return a text less these stretches of it, which stand in order."""
    parts, at = [], 0
    for start, end in stretches:
        parts.append(text[at:start])
        at = end
    return "".join([*parts, text[at:]])


def _find_fault(turn: Turn) -> str:
    """Return what is wrong with a turn, and the cure; empty if nothing is."""
    for name in ("session", "role", "text", "speaker", "ref", "origin"):
        if not isinstance(getattr(turn, name), str):
            return f"its {name} is {type(getattr(turn, name)).__name__} and not text"
    at: object = turn.at
    if not isinstance(at, datetime):
        return f"its time is {type(at).__name__} and not a datetime"
    faults = {
        "its time has no time zone; use datetime.now(timezone.utc) or an aware datetime": at.tzinfo is None,
        "it belongs to no session; give it one, any name will do": not turn.session,
        "it has no role; use 'user', 'assistant', 'system' or 'tool'": not turn.role,
        f"unknown origin {turn.origin!r}; known: {', '.join(ORIGINS)}": turn.origin not in ORIGINS,
        f"its text has {len(turn.text)} characters and at most {LONGEST} are kept; split it into several turns": (
            len(turn.text) > LONGEST
        ),
    }
    return next((fault for fault, is_so in faults.items() if is_so), "")


def _remove_own(turn: Turn, own: Collection[str]) -> Turn:
    found = list(find_injections(turn.text))
    if not found:
        return turn
    ours = [(start, end) for start, end in found if turn.text[start:end] in own]
    text = cut_spans(turn.text, ours).strip() if ours else turn.text
    foreign = len(ours) < len(found)
    return replace(turn, text=text, origin=least_trusted((turn.origin, "pasted")) if foreign else turn.origin)
