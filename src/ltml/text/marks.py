"""
LTML's marks: the fence around what is placed, and quoting, by which nothing in a text works as a mark.

A fence has a nonce at both ends that the text inside cannot know; it is derived from the store's secret, so that the
same conversation always has the same fence and nothing need be kept. A closing mark without the nonce is a quote.

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
from ltml.text.lookalikes import folded, looks
from ltml.text.special_tokens import special_tokens, template_headings

#: What makes a mark in a quote harmless: no bracket, no letter, no white space, and looks like nothing else.
BREAK = "\u00b7"
OPENING, CLOSING = "[memory: ", "[/memory]"
#: Length of a fence's nonce in letters; 24 bits, of which a text has one guess.
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
    """The two marks around what is placed in one conversation."""

    nonce: str

    def around(self, title: str, lines: Iterable[str]) -> str:
        """Return lines between the marks of this fence."""
        return "\n".join([f"{OPENING}{title}, {self.nonce}]", *lines, f"{self.nonce} {CLOSING}"])


def quoted(text: str, *, trusted: bool) -> str:
    """Return a text as it is placed: readable, and nothing in it works; links neither, unless the text is trusted."""
    shown = _RULING.sub(r"\1", text)
    # a control character is shown as its picture, if it has one
    shown = _CONTROL.sub(lambda found: chr(0x2400 + ord(found[0])) if found[0] < " " else "\ufffd", shown)
    look = folded(shown)
    if not _SUSPECT.search(look.text):
        return shown
    breaks = {look.span(*found.span())[1] for found in _MARK.finditer(look.text)}
    for first, last in special_tokens(look):
        breaks |= {look.span(first, first + 1)[1], look.span(last - 1, last)[0]}
    breaks |= {look.span(end - 1, end)[1] for end in template_headings(look)}
    swaps: dict[int, str] = {}
    for place, sign in () if trusted else links(look):
        if sign:
            swaps[place] = sign
        else:
            breaks.add(place)
    parts, done = [], 0
    for place in sorted(breaks | swaps.keys()):
        parts += [shown[done:place], BREAK if place in breaks else "", swaps.get(place, "")]
        done = place + (place in swaps)
    return "".join([*parts, shown[done:]])


def unquoted(text: str) -> str:
    """Return a quoted text about as it was, to find out whether something was quoted before."""
    return text.replace(BREAK, "").replace("hxxp", "http")


def imitates_fence(text: str) -> bool:
    """Tell whether a text has a pair of marks that look like LTML's, in any spelling."""
    if text.isascii() and "memory" not in text.casefold():
        return False
    opened = False
    for found in _MARKED.finditer(looks(text)):
        if found[1] and opened:
            return True
        opened = opened or not found[1]
    return False
