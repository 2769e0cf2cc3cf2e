"""
LTML's own exchange format: one turn a line, as a JSON object.

`session`, `role`, `text` and `at` (ISO 8601 with an offset) are needed; `speaker`, `ref`, `origin`, `interrupted` (true
for an answer that broke off) and `superseded` (true for what was taken back) may be there; other names are passed over.
Files that end in .gz or .xz are unpacked
while they are read; `-` is standard input. Reading holds one line at a time. Lines are pure ASCII when written: JSON's
escapes carry every character, also half a surrogate pair, which no file encoding does.
"""

from __future__ import annotations

import gzip
import json
import lzma
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

from ltml.errors import UnreadableExport
from ltml.model import ORIGINS, Origin, Turn

#: A longer line is taken for a file of another kind, before it fills the memory.
LONGEST = 256 << 20
_BOM = b"\xef\xbb\xbf"


def turns(path: Path) -> Iterator[Turn]:
    """Yield the turns of a file, in its order. Raises `UnreadableExport` naming file, line and cure."""
    with _opened(path) as stream:
        yield from read(stream, "standard input" if str(path) == "-" else str(path))


def read(stream: IO[bytes], name: str) -> Iterator[Turn]:
    """Yield the turns of a stream of lines; `name` stands in errors. Raises `UnreadableExport`."""
    for number, line in _lines(stream, name):
        if line.strip():
            yield _turn(_decoded(line, f"{name}:{number}"), f"{name}:{number}")


def written(turn: Turn) -> str:
    """Return a turn as one line, without its end; fields that say nothing are left out."""
    fields = {"session": turn.session, "role": turn.role, "text": turn.text, "at": turn.at.isoformat()}
    more = {"speaker": turn.speaker, "ref": turn.ref, "origin": "" if turn.origin == "said" else turn.origin}
    marks = {"interrupted": turn.interrupted, "superseded": turn.superseded}
    return json.dumps(fields | {name: value for name, value in (more | marks).items() if value})


# ------------------------------------------------------------------ files and lines


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = _unpacked(path)
    except OSError as exc:
        raise UnreadableExport(f"{path} cannot be read: {exc.strerror or exc}") from exc
    with stream:
        yield stream


def _unpacked(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path))
    return cast("IO[bytes]", lzma.open(path)) if path.suffix == ".xz" else path.open("rb")


def _lines(stream: IO[bytes], name: str) -> Iterator[tuple[int, bytes]]:
    number = 0
    while True:
        line = _next_line(stream, f"{name}:{number + 1}")
        if not line:
            return
        number += 1
        yield number, line.removeprefix(_BOM) if number == 1 else line


def _next_line(stream: IO[bytes], place: str) -> bytes:
    try:
        line = stream.readline(LONGEST + 1)
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as exc:
        raise UnreadableExport(f"{place}: the file is cut off or damaged ({exc})") from exc
    if len(line) > LONGEST:
        raise UnreadableExport(f"{place}: a line of more than {LONGEST >> 20} MB; is this JSONL, one turn a line?")
    return line


# ------------------------------------------------------------------ one turn


def _decoded(line: bytes, place: str) -> Mapping[str, Any]:
    try:
        raw = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as exc:
        raise UnreadableExport(f"{place}: not a JSON object in UTF-8 ({exc})") from exc
    if not isinstance(raw, dict):
        raise UnreadableExport(f"{place}: expected a JSON object, one turn a line, not a {type(raw).__name__}")
    return raw


def _turn(raw: Mapping[str, Any], place: str) -> Turn:
    return Turn(
        session=_word(raw, "session", place),
        role=_word(raw, "role", place),
        text=_text(raw, "text", place),
        at=_moment(_word(raw, "at", place), place),
        speaker=_text({"speaker": ""} | _present(raw), "speaker", place),
        ref=_text({"ref": ""} | _present(raw), "ref", place),
        origin=_origin(_text({"origin": "said"} | _present(raw), "origin", place), place),
        interrupted=_switch({"interrupted": False} | _present(raw), "interrupted", place),
        superseded=_switch({"superseded": False} | _present(raw), "superseded", place),
    )


def _present(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in raw.items() if value is not None}


def _text(raw: Mapping[str, Any], name: str, place: str) -> str:
    if name not in raw:
        raise UnreadableExport(f"{place}: the turn has no '{name}'; needed are session, role, text and at")
    value = raw[name]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # other programs number their sessions and messages
    if not isinstance(value, str):
        raise UnreadableExport(f"{place}: '{name}' is not text but {type(value).__name__}")
    return value


def _word(raw: Mapping[str, Any], name: str, place: str) -> str:
    value = _text(raw, name, place)
    if not value:
        raise UnreadableExport(f"{place}: '{name}' is empty")
    return value


def _switch(raw: Mapping[str, Any], name: str, place: str) -> bool:
    value = raw[name]
    if not isinstance(value, bool):
        raise UnreadableExport(f"{place}: '{name}' is neither true nor false but {type(value).__name__}")
    return value


def _moment(value: str, place: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except ValueError as exc:
        raise UnreadableExport(
            f"{place}: 'at' is no ISO time: {value[:40]!r}; write 2026-05-04T09:00:00+02:00"
        ) from exc
    if at.tzinfo is None:
        raise UnreadableExport(f"{place}: 'at' has no time zone: {value!r}; write {value}Z for UTC, or an offset")
    return at


def _origin(value: str, place: str) -> Origin:
    if value not in ORIGINS:
        raise UnreadableExport(f"{place}: unknown origin {value[:40]!r}; known: {', '.join(ORIGINS)}")
    return value


plugin = turns
