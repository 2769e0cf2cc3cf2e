"""Which lines fit: the best of what was found that is not said already, within a budget of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ltml.model import TRUSTED, Evidence, Hit, Item
from ltml.text import line_tokens
from ltml.text.marks import Fence, unquoted
from ltml.wake.options import Wake
from ltml.wake.recall import RecallResult
from ltml.wake.render import DATE_ANNOTATION, RECALL_TITLE, Line, render_line
from ltml.wake.trim import TrimQuery, trim_turn

#: Minimum share of the best line's score that makes a line worth its tokens.
FAINT = 0.08
#: Tokens of one turn that may fill a small budget alone.
WHOLE = 24
#: Number of lines in a row that did not fit after which the rest would not either.
PATIENCE = 5
#: Minimum cost in tokens of a line with its day.
SHORTEST = 8


@dataclass(slots=True)
class LinePacker:
    """The lines chosen so far, and the room that is left in tokens: in all, and for text that is not trusted."""

    left: int
    untrusted_left: int
    present: str = ""
    lines: list[Line] = field(default_factory=list)
    days: set[str] = field(default_factory=set)
    quotes: dict[str, set[str]] = field(default_factory=dict)

    def add_line(self, line: Line) -> bool:
        """Take a line, with the head of its day if that is new; tell whether there was room."""
        cost = line.cost + (0 if line.day in self.days else line_tokens(f"{line.day}:"))
        trusted = line.item.origin in TRUSTED
        if cost > self.left or not (trusted or cost <= self.untrusted_left):
            return False
        self.left -= cost
        self.untrusted_left -= 0 if trusted else cost
        self.lines.append(line)
        self.days.add(line.day)
        self.add_quotes(line.item.evidence)
        return True

    def add_quotes(self, evidence: Sequence[Evidence]) -> None:
        """Remember which words of which turns are said already."""
        for cited in evidence:
            self.quotes.setdefault(cited.turn, set()).add(cited.quote)

    def list_shown_texts(self, turn: str) -> set[str]:
        """Return the texts in which a turn's words may stand already."""
        return self.quotes.get(turn, set()) | ({self.present} if self.present else set())


def pack_lines(  # noqa: PLR0913 -- what is found, what may be said of it, and what is said already
    result: RecallResult, room: int, settings: Wake, fence: Fence, *, shown: Sequence[Item] = (), present: str = "",
    telling: float = 0.0,
) -> list[Line]:  # fmt: skip
    """
    Return the best lines that fit into `room` tokens; one too long is skipped, not cut: half a fact is a wrong fact.

    Left out is what `shown` items and the talk so far (`present`) say, and what scores less than `telling` of the best.
    """
    if not result.is_relevant(settings):
        return []
    least = max(FAINT, telling) * result.hits[0].score
    left = room - line_tokens(fence.around(RECALL_TITLE, ()))
    said = DATE_ANNOTATION.sub("", present)
    bare = unquoted(said)  # what was quoted in the talk, as it was said
    packer = LinePacker(
        left=left,
        untrusted_left=int(left * settings.untrusted_share),
        present=said if bare == said else f"{said}\n{bare}",
    )
    for item in shown:
        packer.add_quotes(item.evidence)
    longest = min(settings.longest, max(int(left * settings.longest_share), min(left, WHOLE)))
    query = TrimQuery(groups=result.groups, weights=result.ranking.weights, max_tokens=longest)
    misses = 0
    for hit in _prefer_memories(result.hits):
        if hit.score < least or misses > PATIENCE or packer.left < SHORTEST:
            break
        line = _build_line(hit, query, packer)
        if line is not None:
            misses = 0 if packer.add_line(line) else misses + 1
    return packer.lines


def _prefer_memories(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits, best first, with memories that were said several times before the turns that said them."""
    scores: dict[str, float] = {}
    for hit in hits:
        scores.setdefault(hit.id, hit.score)
    repeated = [hit.document.is_memory and hit.document.count > 1 for hit in hits]
    lifted = [
        replace(hit, score=max(hit.score, *(scores.get(e.turn, 0.0) for e in hit.evidence))) if folded else hit
        for hit, folded in zip(hits, repeated, strict=True)
    ]
    order = sorted(range(len(hits)), key=lambda i: (-lifted[i].score, not repeated[i]))
    return [lifted[i] for i in order]


def _build_line(hit: Hit, query: TrimQuery, packer: LinePacker) -> Line | None:
    """Return the line that shows a hit; nothing if it is said already, or has no words for the room that is left."""
    document = hit.document
    if document.is_memory:
        words, evidence = document.text, document.evidence
        if any(cited.quote in text for cited in evidence for text in packer.list_shown_texts(cited.turn)):
            return None
    else:
        words = trim_turn(document.text, query, packer.list_shown_texts(document.id))
        evidence = (replace(document.evidence[0], quote=words),)
    if not words or len(words) > 4 * packer.left:  # a token is at most four characters
        return None
    text = render_line(document, words)
    item = Item(
        text=text, kind=document.kind, score=hit.score, evidence=evidence, origin=document.origin, id=document.id
    )
    return Line(item=item, document=document, cost=line_tokens(text))
