"""
How the command line speaks: JSON for programs, plain words and a few colours for people.

What people said is shown as text and nothing else: no terminal escape sequence in it acts, no markup in it colours.
JSON is pure ASCII, so it survives every encoding and no terminal obeys it either.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_COLOURING = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]")
#: Marks that turn the direction of what follows, in the text around them too.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

#: On a narrower terminal the lines wrap as they like: columns of three letters help nobody.
NARROWEST = 60


def strip_terminal_codes(text: str) -> str:
    """Return the text without anything a terminal would obey; line ends and tabs stay."""
    return "".join(map(_printable, _COLOURING.sub("", text.replace("\r\n", "\n"))))


def shorten_line(text: str, most: int = 240) -> str:
    """Return the text on one line, cut at `most` characters with a mark that it goes on."""
    flat = " ".join(strip_terminal_codes(text[: 4 * most]).split())
    return flat if len(flat) <= most and len(text) <= 4 * most else f"{flat[:most].rstrip()} ..."


def plain_text(text: str, style: str = "") -> Text:
    """Return what somebody said as rich text that is nothing but text."""
    from rich.text import Text

    return Text(strip_terminal_codes(text), style=style)


def make_console(*, stderr: bool = False) -> Console:
    """Return a console that takes no markup from what it is given."""
    from rich.console import Console

    class Quiet(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    found = Quiet(stderr=stderr, markup=False, highlight=False, emoji=False)
    found.width = max(found.width, NARROWEST)
    return found


def print_json(value: Mapping[str, Any], *, stderr: bool = False) -> None:
    """Print one JSON object on a line of its own."""
    print(json.dumps(value, default=str), file=sys.stderr if stderr else sys.stdout, flush=True)


def _printable(character: str) -> str:
    if character in "\n\t":
        return character
    kind = unicodedata.category(character)
    if kind == "Cs":
        return "\ufffd"
    return "" if kind == "Cc" or character in _TURNING else character
