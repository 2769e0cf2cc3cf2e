"""What a model says, without what it thinks aloud before."""

from __future__ import annotations

import re

_THINKING = re.compile(r"\s*<(think(?:ing)?)>")


def spoken(text: str) -> str:
    """
    Return the text without a leading <think>...</think>; nothing while the thinking goes on.

    Servers that know a model's way of thinking send it in a field of its own; the others send it so.
    """
    opened = _THINKING.match(text)
    if opened is None:
        return text
    _, closed, rest = text.partition(f"</{opened[1]}>")
    return rest.lstrip() if closed else ""
