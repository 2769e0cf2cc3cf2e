"""
Talks that were written into one prompt.

The program litellm (`ollama/` models) sends a talk to /api/generate as one text: each message under a line
`### System:`, `### User:` or `### Assistant:`, with an empty line between them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADING = re.compile(r"(?:\A|\n\n)### (System|User|Assistant):\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptPart:
    """A message within a prompt: its words are `prompt[start:end]`."""

    role: str
    start: int
    end: int


def split_prompt(prompt: str) -> list[PromptPart]:
    """Return the messages a prompt consists of; any other prompt is one message of the user."""
    found = list(_HEADING.finditer(prompt))
    if not prompt.startswith("### ") or not found or found[0].start() or all(heading[1] != "User" for heading in found):
        return [PromptPart(role="user", start=0, end=len(prompt))]
    # An empty line behind the last message is none of its words.
    last = len(prompt) - 2 if prompt.endswith("\n\n") and len(prompt) - 2 >= found[-1].end() else len(prompt)
    ends = [heading.start() for heading in found[1:]] + [last]
    return [
        PromptPart(role=heading[1].lower(), start=heading.end(), end=max(heading.end(), end))
        for heading, end in zip(found, ends, strict=True)
    ]
