"""
LTML's marks, both ways: the fence around what is placed, and how words are quoted so that none of them works as a mark.

A fence carries a nonce that its words cannot know, at both ends; it is derived from the store's secret, so that the
same talk has the same fence for ever and nothing need be kept. Whoever reads a closing mark without it reads a quote.

What is quoted keeps its words. Where they would work as something else (a mark of LTML's, a special token of a chat
template, in text of doubtful origin a link or a picture) a `BREAK` is put behind the bracket that opens it and before
the one that closes it: one still reads what it was, and sees that it was made harmless. Nothing is taken out that a
reader would miss, so that no piece can be put together from two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ltml.text.links import links
from ltml.text.lookalikes import FoldedText, folded, looks
from ltml.text.special_tokens import special_tokens, template_headings

#: What makes a mark in a quote harmless: no bracket, no letter, no white space, and looks like nothing else.
BREAK = "\u00b7"
OPENING, CLOSING = "[memory: ", "[/memory]"
#: A fence's nonce has so many letters, 24 bits: a text has one guess.
NONCE = 6
_MARK = re.compile(r"\[(?=[\s/\\_*~.|-]{0,6}m ?e ?m ?[o0] ?r ?y(?![a-z]))", re.IGNORECASE)
_MARKED = re.compile(r"\[ {0,3}memory {0,3}:[^\]]{0,200}\]|(\[ {0,3}[/\\] {0,3}memory {0,3}\])", re.IGNORECASE)
#: Without any of these nothing works as anything.
_SUSPECT = re.compile(r"[<>\[\]#/]|:\S|www", re.IGNORECASE)
#: Characters that rule how the text around them is shown, or are read and not shown; the flag of a region is kept.
_RULING = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f)"
    "|[\u202a-\u202e\u2066-\u206f\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")


@dataclass(frozen=True, slots=True)
class Fence:
    """The two marks around what is placed in one talk."""

    nonce: str

    def around(self, title: str, lines: Iterable[str]) -> str:
        """Return lines between the marks of this fence."""
        return "\n".join([f"{OPENING}{title}, {self.nonce}]", *lines, f"{self.nonce} {CLOSING}"])


def quoted(text: str, *, trusted: bool) -> str:
    """Return words as they are placed: readable, and nothing in them works; links too, unless they are trusted."""
    shown = _CONTROL.sub(_picture, _RULING.sub(r"\1", text))
    look = folded(shown)
    if not _SUSPECT.search(look.text):
        return shown
    breaks = set(_breaks(look))
    swaps: dict[int, str] = {}
    if not trusted:
        for place, sign in links(look):
            if sign:
                swaps[place] = sign
            else:
                breaks.add(place)
    return _written(shown, breaks, swaps)


def unquoted(text: str) -> str:
    """Return quoted words about as they were: to find out whether something was quoted before."""
    return text.replace(BREAK, "").replace("hxxp", "http")


def imitates_fence(text: str) -> bool:
    """Tell whether words stand between marks that look like LTML's, in any spelling."""
    if text.isascii() and "memory" not in text.casefold():
        return False
    opened = False
    for found in _MARKED.finditer(looks(text)):
        if found[1] and opened:
            return True
        opened = opened or not found[1]
    return False


def _breaks(look: FoldedText) -> Iterable[int]:
    """Yield the places of a text before which a break is put."""
    for found in _MARK.finditer(look.text):
        yield look.span(*found.span())[1]
    for first, last in special_tokens(look):
        yield look.span(first, first + 1)[1]
        yield look.span(last - 1, last)[0]
    for end in template_headings(look):
        yield look.span(end - 1, end)[1]


def _written(text: str, breaks: set[int], swaps: dict[int, str]) -> str:
    if not breaks and not swaps:
        return text
    parts: list[str] = []
    done = 0
    for place in sorted(breaks | swaps.keys()):
        parts.append(text[done:place])
        if place in breaks:
            parts.append(BREAK)
        done = place
        if place in swaps:
            parts.append(swaps[place])
            done = place + 1
    return "".join([*parts, text[done:]])


def _picture(found: re.Match[str]) -> str:
    """Return something visible for a control character: its picture if it has one."""
    return chr(0x2400 + ord(found[0])) if found[0] < " " else "\ufffd"
