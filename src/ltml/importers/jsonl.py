"""
LTML's own exchange format: one turn a line, as a JSON object.

`session`, `role`, `text` and `at` (ISO 8601 with an offset) are required; `speaker`, `ref`, `origin`, `interrupted`
(true for a reply that broke off) and `superseded` (true for what was taken back) are optional; other names are ignored.
Files that end in .gz or .xz are decompressed while they are read; `-` is standard input. One line at a time is held in
memory. Lines are written in ASCII: JSON's escapes carry every character, also a lone surrogate, which no file encoding
does.
"""

from __future__ import annotations

import gzip
import json
import lzma
import sys
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

from ltml.errors import UnreadableExport
from ltml.model import ORIGINS, Turn

#: Maximum length of a line in bytes: a longer one belongs to another format, and would fill the memory.
MAX_LINE_BYTES = 256 << 20
_BOM = b"\xef\xbb\xbf"


def import_turns(path: Path) -> Iterator[Turn]:
    """Yield the turns of a file, in its order. Raises `UnreadableExport` naming file, line and cure."""
    if str(path) == "-":
        yield from read_turns(sys.stdin.buffer, "standard input")
        return
    try:
        if path.suffix == ".gz":
            stream = cast("IO[bytes]", gzip.open(path))  # noqa: SIM115 -- closed below
        else:
            stream = cast("IO[bytes]", lzma.open(path)) if path.suffix == ".xz" else path.open("rb")  # noqa: SIM115
    except OSError as exc:
        raise UnreadableExport(f"{path} cannot be read: {exc.strerror or exc}") from exc
    with stream:
        yield from read_turns(stream, str(path))


def read_turns(stream: IO[bytes], name: str) -> Iterator[Turn]:
    """Yield the turns of a stream of lines; `name` stands in errors. Raises `UnreadableExport`."""
    number = 0
    while True:
        number += 1
        place = f"{name}:{number}"
        try:
            line = stream.readline(MAX_LINE_BYTES + 1)
        except (OSError, EOFError, lzma.LZMAError, zlib.error) as exc:
            raise UnreadableExport(f"{place}: the file is cut off or damaged ({exc})") from exc
        if len(line) > MAX_LINE_BYTES:
            raise UnreadableExport(
                f"{place}: a line of more than {MAX_LINE_BYTES >> 20} MB; is this JSONL, one turn a line?"
            )
        if not line:
            return
        line = line.removeprefix(_BOM) if number == 1 else line
        if line.strip():
            yield parse_turn(line, place)


def format_turn(turn: Turn) -> str:
    """Return a turn as one line, without its line end; fields with their default value are left out."""
    fields = {"session": turn.session, "role": turn.role, "text": turn.text, "at": turn.at.isoformat()}
    texts = {"speaker": turn.speaker, "ref": turn.ref, "origin": "" if turn.origin == "said" else turn.origin}
    flags = {"interrupted": turn.interrupted, "superseded": turn.superseded}
    return json.dumps(fields | {name: value for name, value in (texts | flags).items() if value})


def parse_turn(line: bytes, place: str) -> Turn:
    """Return the turn in one line. Raises `UnreadableExport`, whose message begins with `place`."""
    try:
        raw = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as exc:
        raise UnreadableExport(f"{place}: not a JSON object in UTF-8 ({exc})") from exc
    if not isinstance(raw, dict):
        raise UnreadableExport(f"{place}: expected a JSON object, one turn a line, not a {type(raw).__name__}")
    present = {name: value for name, value in raw.items() if value is not None}
    optional = {"speaker": "", "ref": "", "origin": "said", "interrupted": False, "superseded": False} | present
    origin = _read_text(optional, "origin", place)
    if origin not in ORIGINS:
        raise UnreadableExport(f"{place}: unknown origin {origin[:40]!r}; known: {', '.join(ORIGINS)}")
    return Turn(
        session=_read_word(raw, "session", place),
        role=_read_word(raw, "role", place),
        text=_read_text(raw, "text", place),
        at=_parse_time(_read_word(raw, "at", place), place),
        speaker=_read_text(optional, "speaker", place),
        ref=_read_text(optional, "ref", place),
        origin=origin,
        interrupted=_read_flag(optional, "interrupted", place),
        superseded=_read_flag(optional, "superseded", place),
    )


def _read_text(raw: Mapping[str, Any], name: str, place: str) -> str:
    if name not in raw:
        raise UnreadableExport(f"{place}: the turn has no '{name}'; needed are session, role, text and at")
    value = raw[name]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # other programs number their sessions and messages
    if not isinstance(value, str):
        raise UnreadableExport(f"{place}: '{name}' is not text but {type(value).__name__}")
    return value


def _read_word(raw: Mapping[str, Any], name: str, place: str) -> str:
    value = _read_text(raw, name, place)
    if not value:
        raise UnreadableExport(f"{place}: '{name}' is empty")
    return value


def _read_flag(raw: Mapping[str, Any], name: str, place: str) -> bool:
    value = raw[name]
    if not isinstance(value, bool):
        raise UnreadableExport(f"{place}: '{name}' is neither true nor false but {type(value).__name__}")
    return value


def _parse_time(value: str, place: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except ValueError as exc:
        raise UnreadableExport(
            f"{place}: 'at' is no ISO time: {value[:40]!r}; write 2026-05-04T09:00:00+02:00"
        ) from exc
    if at.tzinfo is None:
        raise UnreadableExport(f"{place}: 'at' has no time zone: {value!r}; write {value}Z for UTC, or an offset")
    return at


plugin = import_turns
