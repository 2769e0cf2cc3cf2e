"""What a model says, without what it thinks aloud before."""

from __future__ import annotations

import re

#: So many characters of an answer are kept while it is heard: as many as a turn may have.
LONGEST = 1_000_000
_THINKING = re.compile(r"\s*<(think(?:ing)?)>")
_OPENINGS = ("<think>", "<thinking>")


def strip_thinking(text: str) -> str:
    """
    Return the text without a leading <think>...</think>; nothing while the thinking goes on.

    Servers that know a model's way of thinking send it in a field of its own; the others send it so.
    """
    opened = _THINKING.match(text)
    if opened is None:
        return text
    _, closed, rest = text.partition(f"</{opened[1]}>")
    return rest.lstrip() if closed else ""


class ThinkingFilter:
    """
    Removes leading thinking from a text that arrives in pieces.

    `text` equals `strip_thinking` of all pieces joined, up to `longest` characters. Thinking is not kept at all, and
    words are kept as bytes: as the many small strings they come in, they would take ten times their length.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self.cut = False
        """Whether there was more than is kept."""
        self._kept = bytearray()
        self._length = 0
        self._begins = True
        self._pending = ""  # what may still become an opening mark, or while it thinks a closing one
        self._closing = ""  # the mark that ends the thinking
        self._blank = False  # between that mark and the first word

    @property
    def text(self) -> str:
        """What was said so far; costs its length."""
        said = self._kept.decode("utf-8", "surrogatepass")
        return said + self._pending if self._begins else said

    def add(self, piece: str) -> None:
        """Take what comes next."""
        if self._begins:
            piece = self._find_opening(piece)
        if self._closing:
            piece = self._find_closing(piece)
        if self._blank:
            piece = piece.lstrip()
            self._blank = not piece
        self._keep(piece)

    def _find_opening(self, piece: str) -> str:
        """Return what is no beginning any more; all of it waits while it may be one."""
        head = self._pending + piece
        if not self._pending:
            head = head.lstrip()
            self._keep(piece[: len(piece) - len(head)])
        opened = _THINKING.match(head)
        self._begins = opened is None and any(opening.startswith(head) for opening in _OPENINGS)
        self._pending = head if self._begins else ""
        if opened is None:
            return "" if self._begins else head
        self._closing = f"</{opened[1]}>"
        self._kept.clear()
        self._length, self.cut = 0, False
        return head[opened.end() :]

    def _find_closing(self, piece: str) -> str:
        """Return what is said behind the thinking; nothing while it goes on."""
        thought = self._pending + piece
        _, closed, rest = thought.partition(self._closing)
        self._pending = "" if closed else thought[-len(self._closing) + 1 :]
        if closed:
            self._closing, self._blank = "", True
        return rest

    def _keep(self, piece: str) -> None:
        room = self._longest - self._length
        self.cut = self.cut or len(piece) > room
        piece = piece[:room]
        self._kept += piece.encode("utf-8", "surrogatepass")
        self._length += len(piece)
