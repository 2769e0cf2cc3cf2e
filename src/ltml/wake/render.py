"""
How lines are written: quotes under the day they were said, oldest first, so that the newest of two values stands last.

A relative date carries what it meant on the day it was said. What was pasted or read elsewhere says so in its own line:
a memory never gains authority by being repeated. An item is one line, and whatever it quotes, it neither ends the
memory nor opens another, ends no message of the chat, and loads nothing: `ltml.text.marks` quotes it, and the fence
around it has a nonce. Evidence keeps the words as they were said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ltml.model import TRUSTED, Document, Item, Origin, Resolved
from ltml.text import one_line
from ltml.text.marks import Fence, quoted

RECALL_TITLE = "earlier talks"
#: What `annotate_dates` writes behind the words of a line.
DATE_ANNOTATION = re.compile(r" \(\d{4}-\d\d-\d\d(?:\.\.[\d-]+)?\)")
#: How a line calls text that the user did not say.
ORIGIN_LABELS = {
    "import": "imported", "pasted": "pasted", "document": "document", "tool": "tool output", "web": "web page",
}  # fmt: skip
#: Maximum number of days that are listed; more are written as a span.
LISTED_DAYS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item as it will be shown, the document it shows, and its cost in tokens."""

    item: Item
    document: Document
    cost: int

    @property
    def day(self) -> str:
        """The local day it was said, in ISO 8601."""
        return self.document.at.date().isoformat()


def render_recall(lines: Sequence[Line], fence: Fence) -> str:
    """Return the lines within the fence, oldest first under their days; nothing without lines."""
    if not lines:
        return ""
    ordered = sorted(lines, key=lambda line: (line.day, line.document.at, line.document.number))
    parts: list[str] = []
    for day, group in groupby(ordered, key=lambda line: line.day):
        parts += [f"{day}:", *(line.item.text for line in group)]
    return fence.around(RECALL_TITLE, parts)


def render_line(document: Document, words: str) -> str:
    """Return words of a document as a line: with its speaker, what its dates meant, and how often it was said."""
    name = document.speaker or ("" if document.is_memory else document.role)
    text = (f"{name}: " if name else "") + annotate_dates(words, document.dates)
    if document.count > 1:
        days = sorted({e.at.date().isoformat() for e in document.evidence if e.at is not None})
        span = ", ".join(days) if len(days) <= LISTED_DAYS else f"{days[0]} to {days[-1]}"
        text += f" ({document.count}x: {span})"
    return quote_line(text, document.origin)


def annotate_dates(words: str, dates: Sequence[Resolved]) -> str:
    """Return the words with what each relative date meant written behind it: last week (2024-05-06..12)."""
    for resolved in dates:
        first, dots, last = resolved.written.partition("..")
        written = f"{first}..{last[8:]}" if dots and first[:7] == last[:7] else resolved.written
        words = words.replace(resolved.phrase, f"{resolved.phrase} ({written})", 1)
    return words


def quote_line(text: str, origin: Origin) -> str:
    """Return a text as one line that quotes it, and says so if the user did not say it."""
    label = f"[{ORIGIN_LABELS[origin]}] " if origin in ORIGIN_LABELS else ""
    return label + quoted(one_line(text), trusted=origin in TRUSTED)
