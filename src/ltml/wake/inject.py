"""From what recall found to what is placed in a prompt: a block beside a recall, or a recall for one talk alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ltml.model import Injection, Memory
from ltml.text import budget_tokens, line_tokens
from ltml.text.marks import Fence
from ltml.wake.block import render_block
from ltml.wake.options import Wake
from ltml.wake.pack import pack_lines
from ltml.wake.recall import RecallResult
from ltml.wake.render import render_recall

#: Tokens of a budget that are never the block's.
RECALL_MINIMUM = 128


def compose_injection(
    result: RecallResult, standing: Sequence[Memory], budget: int, settings: Wake, fence: Fence
) -> Injection:
    """
    Return the injection for a question: the block, and the recall that fits beside it.

    Its text is at most `budget` tokens by LTML's count and by characters / 4. Nothing relevant gives no recall.
    """
    head = render_block(standing, int((budget - RECALL_MINIMUM) * settings.block_share), fence)
    room = budget - line_tokens(head.block) if head.block else budget
    lines = pack_lines(result, room, settings, fence, shown=head.items)
    items = (*head.items, *(line.item for line in lines))
    injection = Injection(block=head.block, recall=render_recall(lines, fence), items=items)
    return replace(injection, tokens=budget_tokens(injection.text))


def compose_reminder(  # noqa: PLR0913 -- a question, its talk, and what may be said in it
    result: RecallResult, present: str, budget: int, settings: Wake, fence: Fence, *, telling: float = 0.0
) -> Injection:
    """
    Return what to recall for a question, without a block and without what stands in the talk already (`present`).

    A line must score at least `telling` (0 to 1) of the best one.
    """
    lines = pack_lines(result, budget, settings, fence, present=present, telling=telling)
    recall = render_recall(lines, fence)
    return Injection(recall=recall, items=tuple(line.item for line in lines), tokens=budget_tokens(recall))
