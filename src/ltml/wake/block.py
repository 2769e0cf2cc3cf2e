"""The standing block: what holds for every talk, at the head of a session, in bytes that only a night changes."""

from __future__ import annotations

from collections.abc import Sequence

from ltml.model import Injection, Item, Memory
from ltml.text import budget_tokens, line_tokens
from ltml.text.marks import Fence
from ltml.wake.render import quote_line

BLOCK_TITLE = "what holds for every talk"


def render_block(standing: Sequence[Memory], budget: int, fence: Fence) -> Injection:
    """
    Return the standing memories that fit into a budget of tokens; one too long is skipped, not cut.

    Pinned ones come first, then the most salient, then what was said first, whatever its id is.
    """
    said = {m.id: min((e.at.timestamp() for e in m.evidence if e.at is not None), default=0.0) for m in standing}
    left = budget - line_tokens(fence.around(BLOCK_TITLE, ()))
    items: list[Item] = []
    for memory in sorted(standing, key=lambda m: (not m.pinned, -m.salience, said[m.id], m.text)):
        text = f"- {quote_line(memory.text, memory.origin)}"
        cost = line_tokens(text)
        if cost <= left:
            left -= cost
            items.append(
                Item(
                    text=text, kind=memory.kind, score=memory.salience, evidence=memory.evidence,
                    origin=memory.origin, id=memory.id,
                )
            )  # fmt: skip
    block = fence.around(BLOCK_TITLE, (item.text for item in items)) if items else ""
    return Injection(block=block, items=tuple(items), tokens=budget_tokens(block))
