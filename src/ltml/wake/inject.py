"""
From hits to words: what to say, how to say it, and what fits.

Lines are quotes under the day they were said, oldest first, so that the newest of two values stands last. A relative
date carries what it meant on the day it was said. What was pasted or read elsewhere says so in its own line: a memory
never gains authority by being repeated. An item is one line, and whatever it quotes, it neither ends the memory nor
opens another, ends no message of the chat, and loads nothing: `ltml.text.marks` quotes it, and the fence around it has
a nonce. Evidence keeps the words as they were said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from ltml.model import Document, Evidence, Hit, Injection, Item, Memory, Origin, Resolved
from ltml.text import budget_tokens, one_line
from ltml.text.marks import Fence, quoted, unquoted
from ltml.wake.options import Wake
from ltml.wake.recall import Found
from ltml.wake.trim import Asked, trimmed

RECALLED = "earlier talks"
STANDING = "what holds for every talk"
#: What `_dated` wrote behind the words of a line.
_DATED = re.compile(r" \(\d{4}-\d\d-\d\d(?:\.\.[\d-]+)?\)")
#: What text from elsewhere is called in its line.
FROM = {"import": "imported", "pasted": "pasted", "document": "document", "tool": "tool output", "web": "web page"}
TRUSTED = frozenset({"said", "import"})
#: A line below this share of the best line's score is not worth its tokens.
FAINT = 0.08
#: A turn of so many tokens may fill a small budget alone.
WHOLE = 24
#: After so many lines in a row that did not fit, the rest would not either.
PATIENCE = 5
#: No line with its day costs fewer tokens.
SHORTEST = 8
#: A budget of so many tokens is for the question alone.
SMALL = 128
#: So many days are listed; more are shown as a span.
FEW_DAYS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item as it will be shown, and what it costs."""

    item: Item
    document: Document
    cost: int


def compose(found: Found, standing: Sequence[Memory], budget: int, settings: Wake, fence: Fence) -> Injection:
    """
    Return the injection for a question: the block, and the recall that fits beside it.

    Its text is at most `budget` tokens by LTML's count and by characters / 4. Nothing relevant gives no recall.
    """
    block, block_items = _block(standing, int((budget - SMALL) * settings.block_share), fence)
    room = budget - budget_tokens(block + "\n") if block else budget
    lines = _packed(found, room, settings, fence, shown=block_items) if answers(found, settings) else []
    recall = _rendered(lines, fence)
    injection = Injection(block=block, recall=recall, items=(*block_items, *(line.item for line in lines)))
    return Injection(block=block, recall=recall, items=injection.items, tokens=budget_tokens(injection.text))


def remind(  # noqa: PLR0913 -- a question, its talk, and what may be said in it
    found: Found, present: str, budget: int, settings: Wake, fence: Fence, *, telling: float = 0.0
) -> Injection:
    """
    Return what to recall for a question, without a block and without what stands in the talk already (`present`).

    A line must score at least `telling` (0 to 1) of the best one.
    """
    enough = answers(found, settings)
    lines = _packed(found, budget, settings, fence, present=present, telling=telling) if enough else []
    recall = _rendered(lines, fence)
    return Injection(recall=recall, items=tuple(line.item for line in lines), tokens=budget_tokens(recall))


def standing_block(standing: Sequence[Memory], budget: int, fence: Fence) -> Injection:
    """Return what holds for every talk, within a budget of its own."""
    block, items = _block(standing, budget, fence)
    return Injection(block=block, items=items, tokens=budget_tokens(block))


def answers(found: Found, settings: Wake) -> bool:
    """
    Tell whether anything found is about the question: one place must hold enough of the question's weight.

    More is asked of a question that names neither the user nor anybody known: it is likely about the world.
    """
    if found.query.phatic or not found.hits:
        return False
    speakers = {hit.document.speaker.casefold() for hit in found.hits} - {""}
    personal = found.query.personal or not speakers.isdisjoint(found.query.named)
    top = [hit.document.number for hit in found.hits[:20]]
    enough = settings.coverage if personal else settings.foreign_coverage
    return any(found.ranking.coverage(n) >= enough or (personal and found.hinted(n)) for n in top)


# ---------------------------------------------------------------- recall


@dataclass(slots=True)
class Page:
    """What is chosen so far, and the room that is left."""

    left: int
    doubtful: int
    present: str = ""
    lines: list[Line] = field(default_factory=list)
    days: set[str] = field(default_factory=set)
    quoted: dict[str, set[str]] = field(default_factory=dict)

    def cost(self, line: Line) -> int:
        """Return what a line costs, with the head of its day if that is new."""
        return line.cost + (0 if _day(line) in self.days else budget_tokens(f"{_day(line)}:\n"))

    def takes(self, line: Line) -> bool:
        """Take a line if there is room, for text from elsewhere in its own share."""
        cost = self.cost(line)
        trusted = line.item.origin in TRUSTED
        if cost > self.left or not (trusted or cost <= self.doubtful):
            return False
        self.left -= cost
        self.doubtful -= 0 if trusted else cost
        self.lines.append(line)
        self.days.add(_day(line))
        self.quote(line.item.evidence)
        return True

    def quote(self, evidence: Sequence[Evidence]) -> None:
        """Remember which words of which turns are said already."""
        for said in evidence:
            self.quoted.setdefault(said.turn, set()).add(said.quote)

    def hidden(self, turn: str) -> set[str]:
        """Return the texts in which a turn's words may stand already."""
        return self.quoted.get(turn, set()) | ({self.present} if self.present else set())


def _packed(  # noqa: PLR0913 -- what is found, what may be said of it, and what is said already
    found: Found, room: int, settings: Wake, fence: Fence, *, shown: Sequence[Item] = (), present: str = "",
    telling: float = 0.0,
) -> list[Line]:  # fmt: skip
    """Take the best lines that fit; one too long is skipped, not cut: half a fact is a wrong fact."""
    least = max(FAINT, telling) * (found.hits[0].score if found.hits else 0.0)
    left = room - budget_tokens(fence.around(RECALLED, ()) + "\n")
    page = Page(left=left, doubtful=int(left * settings.untrusted_share), present=_present(present))
    for item in shown:
        page.quote(item.evidence)
    longest = min(settings.longest, max(int(left * settings.longest_share), min(left, WHOLE)))
    asked = Asked(groups=found.groups, weights=found.ranking.weights, longest=longest)
    misses = 0
    for hit in _absorbed(found.hits):
        if hit.score < least or misses > PATIENCE or page.left < SHORTEST:
            break
        line = _line(hit, asked, page)
        if line is not None:
            misses = 0 if page.takes(line) else misses + 1
    return page.lines


def _present(talk: str) -> str:
    """Return a talk with what was quoted in it also as it was said, so that it is not said again."""
    talk = _DATED.sub("", talk)
    bare = unquoted(talk)
    return talk if bare == talk else f"{talk}\n{bare}"


def _absorbed(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits with memories that were said several times before the turns that said them."""
    scores: dict[str, float] = {}
    for hit in hits:
        scores.setdefault(hit.id, hit.score)
    lifted = [
        replace(hit, score=max(hit.score, *(scores.get(e.turn, 0.0) for e in hit.evidence))) if _folded(hit) else hit
        for hit in hits
    ]
    return sorted(lifted, key=lambda hit: (-hit.score, not _folded(hit)))


def _folded(hit: Hit) -> bool:
    return hit.document.is_memory and hit.document.count > 1


def _line(hit: Hit, asked: Asked, page: Page) -> Line | None:
    """Return what to show of a hit that is not said already."""
    document = hit.document
    words = document.text if document.is_memory else trimmed(document.text, asked, page.hidden(document.id))
    if not words or len(words) > 4 * page.left or (document.is_memory and _said(document, page)):
        return None  # nothing to say, no room for it (a token is at most four characters), or said already
    text = _one_line(f"{_speaker(document)}{_dated(words, document.dates)}{_counted(document)}", document.origin)
    evidence = document.evidence if document.is_memory else (_quoting(document.evidence[0], words),)
    item = Item(
        text=text, kind=document.kind, score=hit.score, evidence=evidence, origin=document.origin, id=document.id
    )
    return Line(item=item, document=document, cost=budget_tokens(f"{text}\n"))


def _said(document: Document, page: Page) -> bool:
    """Tell whether a memory's words stand in what is shown of any turn it rests on."""
    return any(e.quote in quote for e in document.evidence for quote in page.hidden(e.turn))


def _quoting(evidence: Evidence, words: str) -> Evidence:
    return Evidence(turn=evidence.turn, quote=words, ref=evidence.ref, at=evidence.at)


def _speaker(document: Document) -> str:
    name = document.speaker or ("" if document.is_memory else document.role)
    return f"{name}: " if name else ""


def _dated(words: str, dates: Sequence[Resolved]) -> str:
    """Write behind each relative date what it meant."""
    for resolved in dates:
        words = words.replace(resolved.phrase, f"{resolved.phrase} ({_shortened(resolved.written)})", 1)
    return words


def _shortened(written: str) -> str:
    """Return 2024-05-06..12 for 2024-05-06..2024-05-12."""
    first, dots, last = written.partition("..")
    return f"{first}..{last[8:]}" if dots and first[:7] == last[:7] else written


def _counted(document: Document) -> str:
    """Say how often something was said, and from when to when."""
    days = sorted({e.at.date().isoformat() for e in document.evidence if e.at is not None})
    if document.count < 2:  # noqa: PLR2004 -- said once is not counted
        return ""
    span = ", ".join(days) if len(days) <= FEW_DAYS else f"{days[0]} to {days[-1]}"
    return f" ({document.count}x: {span})"


def _rendered(lines: Sequence[Line], fence: Fence) -> str:
    if not lines:
        return ""
    ordered = sorted(lines, key=lambda line: (_day(line), line.document.at, line.document.number))
    parts: list[str] = []
    for day, group in groupby(ordered, key=_day):
        parts += [f"{day}:", *(line.item.text for line in group)]
    return fence.around(RECALLED, parts)


def _day(line: Line) -> str:
    return line.document.at.date().isoformat()


# ---------------------------------------------------------------- block


def _block(standing: Sequence[Memory], room: int, fence: Fence) -> tuple[str, tuple[Item, ...]]:
    """Return the standing memories that fit, in the store's order, which only a night changes."""
    left = room - budget_tokens(fence.around(STANDING, ()) + "\n")
    items: list[Item] = []
    for memory in sorted(standing, key=_precedence):
        item = _standing_item(memory)
        cost = budget_tokens(f"{item.text}\n")
        if cost <= left:
            items.append(item)
            left -= cost
    if not items:
        return "", ()
    return fence.around(STANDING, (item.text for item in items)), tuple(items)


def _precedence(memory: Memory) -> tuple[bool, float, float, str]:
    """Pinned first, then what matters most; among equals what was said first, whatever its id is."""
    said = min((e.at.timestamp() for e in memory.evidence if e.at is not None), default=0.0)
    return not memory.pinned, -memory.salience, said, memory.text


def _standing_item(memory: Memory) -> Item:
    text = f"- {_one_line(memory.text, memory.origin)}"
    return Item(
        text=text, kind=memory.kind, score=memory.salience, evidence=memory.evidence,
        origin=memory.origin, id=memory.id,
    )  # fmt: skip


def _one_line(text: str, origin: Origin) -> str:
    """Return a text as one line that quotes it and says if it comes from elsewhere."""
    mark = f"[{FROM[origin]}] " if origin in FROM else ""
    return mark + quoted(one_line(text), trusted=origin in TRUSTED)
