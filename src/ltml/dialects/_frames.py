"""
The bytes of a reply, cut where the server meant them to be cut.

Theory of operation. A chunk from the network is neither a line nor a character. `JsonObjectFrames` follows the braces
and quotes of JSON through the chunks and yields each object with the very chunk that closes it, whether or not its line
has ended: the proxy holds that chunk back. A line end resets it, so that a junk line spoils nothing behind it.
`ServerSentEvents` yields what stands behind `data:` in server-sent events, by lines. Both see every byte once and hold
no more than `LONGEST` of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

#: A longer line is passed over: Ollama's own client takes no longer one (8 MB).
LONGEST = 8 << 20
#: The last event of an OpenAI stream.
DONE = b"[DONE]"
_END = re.compile(rb"data:[ \t]*\[DONE\]")
_HEAD = 64
_MARKS = re.compile(rb'[{}"\\\n]')


class FrameSplitter(Protocol):
    """Cuts a reply into frames."""

    @property
    def passed_over(self) -> bool:
        """Whether a frame was dropped for its length."""
        ...

    @property
    def whole(self) -> bool:
        """Whether one frame is the whole reply, and no piece of a stream."""
        ...

    def cut(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the frames that end in this chunk. Exhaust the iterator or discard the splitter."""
        ...


class JsonObjectFrames:
    """Frames that are JSON objects, one a line (NDJSON); or, without `lines`, one over all the lines there are."""

    def __init__(self, *, lines: bool) -> None:
        self.whole = not lines
        self._buffer = _FrameBuffer()
        self._depth, self._quoted = 0, False
        self._seen, self._escaped = 0, -1

    @property
    def passed_over(self) -> bool:
        """Whether an object was dropped for its length."""
        return self._buffer.passed_over

    def cut(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the objects that end in this chunk; one that a line end broke off is yielded as it is."""
        begin = 0
        for mark in _MARKS.finditer(chunk):
            at, depth = mark.start(), self._depth
            self._track(mark[0], self._seen + at)
            if not depth and self._depth:
                begin = at
            elif depth and not self._depth:
                self._buffer.add(chunk[begin : at + 1])
                yield from self._buffer.take()
        if self._depth:
            self._buffer.add(chunk[begin:])
        self._seen += len(chunk)

    def _track(self, mark: bytes, place: int) -> None:
        """Follow depth and quotes over one mark; `place` counts the bytes of the whole reply."""
        if mark == b"\n":
            self._depth, self._quoted = (self._depth, self._quoted) if self.whole else (0, False)
        elif self._quoted:
            if mark == b'"' and place != self._escaped:
                self._quoted = False
            elif mark == b"\\" and place != self._escaped:
                self._escaped = place + 1
        elif mark == b"{":
            self._depth += 1
        elif mark == b"}":
            self._depth = max(0, self._depth - 1)
        elif mark == b'"':
            self._quoted = self._depth > 0


class ServerSentEvents:
    """Frames that are server-sent events, or one object where a server answers with that (an error, or no stream)."""

    def __init__(self) -> None:
        self._inner: JsonObjectFrames | _DataLineFrames | None = None

    @property
    def passed_over(self) -> bool:
        """Whether a line was dropped for its length."""
        return self._inner is not None and self._inner.passed_over

    @property
    def whole(self) -> bool:
        """Whether the server answered with one object."""
        return isinstance(self._inner, JsonObjectFrames)

    def cut(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what the events that end in this chunk say; `DONE` as soon as it stands there."""
        if self._inner is None:
            chunk = chunk.lstrip()
            if not chunk:
                return
            self._inner = JsonObjectFrames(lines=False) if chunk.startswith(b"{") else _DataLineFrames()
        yield from self._inner.cut(chunk)


class _DataLineFrames:
    def __init__(self) -> None:
        self._buffer = _FrameBuffer()

    @property
    def passed_over(self) -> bool:
        return self._buffer.passed_over

    def cut(self, chunk: bytes) -> Iterator[bytes]:
        *lines, rest = chunk.split(b"\n")
        for line in lines:
            yield from self._extend(line)
            for whole in self._buffer.take():
                if whole.startswith(b"data:"):
                    yield whole.removeprefix(b"data:").strip()
        yield from self._extend(rest)

    def _extend(self, piece: bytes) -> Iterator[bytes]:
        """Hold a piece more of the line; yield `DONE` as soon as it says so, for a last line may never end."""
        if _END.match(self._buffer.head + piece[:_HEAD]):
            yield DONE
        self._buffer.add(piece)


class _FrameBuffer:
    """The bytes of an unfinished frame, up to `LONGEST`."""

    def __init__(self) -> None:
        self.passed_over = False
        self._bytes = bytearray()
        self._too_long = False

    def add(self, piece: bytes) -> None:
        """Hold a piece more."""
        if not self._too_long:
            self._bytes += piece
            self._too_long = len(self._bytes) > LONGEST
        if self._too_long:
            self.passed_over = True
            self._bytes.clear()

    @property
    def head(self) -> bytes:
        """How it begins."""
        return bytes(self._bytes[:_HEAD])

    def take(self) -> Iterator[bytes]:
        """Yield what is held, if it was not too long, and hold nothing."""
        whole, too_long = bytes(self._bytes), self._too_long
        self._bytes.clear()
        self._too_long = False
        if not too_long:
            yield whole
