"""
Where a turn's words come from, when the one who said them had read something.

Theory of operation. Whoever says a turn is not always its source: an assistant that restates a web page says the
page's words. What it says has therefore the least trusted origin of all that stands in its context, and that is the
talk so far: its turns, and what memory placed in it. The origin of a talk never rises again, because what was read
stays in the context, and where a client cuts it out, the answers that were drawn from it remain. The next talk begins
clean. It makes no difference how the turns come in: by the proxy, a wrapped client, an import or a caller.

The user's turns keep the origin they came with: a person who has read something judges it. What memory learns, it
learns from them alone. Words between marks that look like LTML's are somebody else's, in whatever spelling: pasted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from ltml.model import Origin, Turn, least_trusted
from ltml.text.marks import imitates_fence

#: Roles whose words come from a program, whatever origin is given for them.
PROGRAMS = frozenset({"tool", "function"})


def find_drawing_sessions(turns: Sequence[Turn]) -> Collection[str]:
    """Return the sessions in which somebody speaks who may have read what stands there."""
    return {turn.session for turn in turns if turn.role != "user"}


def inherit_origins(turns: Sequence[Turn], read: Mapping[str, Origin]) -> list[Turn]:
    """
    Return the turns, each with an origin no better than that of what stood in its talk before it.

    `read` says of a session what the least trusted origin in it is so far; of others nothing doubtful is known.
    """
    sessions = dict(read)
    settled = list(turns)
    for place in sorted(range(len(turns)), key=lambda place: turns[place].at):
        turn = turns[place]
        before = sessions.get(turn.session, "said")
        drawn = () if turn.role == "user" else (before,)
        origin = least_trusted((turn.origin, *_sources(turn), *drawn))
        settled[place] = replace(turn, origin=origin)
        sessions[turn.session] = least_trusted((before, origin))
    return settled


def _sources(turn: Turn) -> Iterator[Origin]:
    """Yield the origins that a turn shows by itself, whatever its caller says."""
    if turn.role in PROGRAMS:
        yield "tool"
    if imitates_fence(turn.text):
        yield "pasted"
