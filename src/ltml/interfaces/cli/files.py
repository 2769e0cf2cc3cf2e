"""Commands that bring talk in from files and write it out again."""

from __future__ import annotations

import json
import os
import sys
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, cast

import typer

from ltml import private
from ltml.errors import CaptureError, ConfigError, SecretRefused
from ltml.importers import jsonl
from ltml.interfaces.cli.desk import CommandContext, with_shared_options
from ltml.interfaces.cli.progress import ProgressBar, show_progress
from ltml.interfaces.cli.saying import plain_text
from ltml.interfaces.cli.show import count
from ltml.model import Turn
from ltml.plugins import find_plugin

if TYPE_CHECKING:
    from ltml.layer import MemoryLayer

BATCH = 500


@with_shared_options
def bring_in(
    desk: CommandContext,
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="How the file is written: jsonl.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file; .gz and .xz are unpacked; - is stdin.")],
    even_forgotten: Annotated[
        bool, typer.Option("--even-forgotten", help="Import what was forgotten before, too.")
    ] = False,
) -> None:
    """
    Import talk from a file.

    jsonl is one turn a line: {"session": "s1", "role": "user", "text": "...", "at": "2026-05-04T09:00:00+02:00"} and,
    if you like, "speaker", "ref" and "origin". What is there already is kept once, so importing again is safe. What was
    forgotten stays forgotten: such turns are passed over and counted.
    """
    importer = find_plugin("importers", form)
    with desk.open_or_create() as layer, show_progress(as_json=desk.as_json, tell=True) as watch:
        done = _capture_batches(layer, importer(file), watch, even_forgotten=even_forgotten)
    read, new = done["read"], done["new"]
    sentence = f"Read {count(read, 'turn')}; {new:,} new."
    desk.print_answer({"file": str(file), "format": form, **done}, plain_text(sentence))
    desk.print_note(_describe_forgotten(done.get("forgotten", 0)))
    if refused := done.get("refused", 0):
        desk.print_note(
            f"{count(refused, 'turn')} not imported for a secret in them; capture.secrets = mask keeps the rest."
        )
    desk.print_note("ltml sleep takes them in." if new else "")


@with_shared_options
def export(
    desk: CommandContext,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Where to; without it, to stdout.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    damaged: Annotated[
        bool, typer.Option("--damaged", help="Write what is damaged instead, with all its bytes.")
    ] = False,
) -> None:
    """
    Write every turn as JSONL, oldest first.

    `ltml import jsonl` reads it back, turn for turn. A FILE that ends in .gz or .xz is packed. Damaged rows are left
    out; --damaged writes those alone: where each stood, what can be read, and the bytes of every column in base64.
    """
    if file is None or str(file) == "-":
        with desk.open() as layer:
            _write(_export_lines(layer, damaged=damaged), sys.stdout.write)
        return
    if file.exists() and not force:
        raise ConfigError(f"{file} is there already; choose another name, or add --force to replace it")
    with desk.open() as layer, show_progress(as_json=desk.as_json) as watch, _replace_file(file) as stream:
        total = layer.stats()["turns"]
        lines = _count_lines(_export_lines(layer, damaged=damaged), watch, total)
        written = _write(lines, lambda line: stream.write(line.encode("ascii")))
    kind = "damaged row" if damaged else "turn"
    facts = {"file": str(file), "damaged" if damaged else "turns": written}
    desk.print_answer(facts, plain_text(f"Wrote {count(written, kind)} to {file}."))


def _export_lines(layer: MemoryLayer, *, damaged: bool) -> Iterator[str]:
    """Yield what is exported: turns, or damaged rows as lines of ASCII."""
    if not damaged:
        yield from map(jsonl.format_turn, layer.turns())
        return
    for row in layer.damaged():
        at = row.at.isoformat() if row.at else None
        known = {"place": row.place, "id": row.id, "session": row.session, "at": at, "text": row.text}
        yield json.dumps(known | {"bytes": {name: b64encode(raw).decode() for name, raw in row.columns.items()}})


def _capture_batches(
    layer: MemoryLayer, turns: Iterator[Turn], watch: ProgressBar, *, even_forgotten: bool
) -> dict[str, int]:
    """Capture in batches; return how many turns were read, were new, were forgotten before or hold a secret."""
    read = new = forgotten = refused = 0
    try:
        while batch := list(islice(turns, BATCH)):
            try:
                each = [layer.capture(batch, even_forgotten=even_forgotten)]
            except SecretRefused:  # one of them holds a secret: nothing is kept of it, and all of the others
                each = []
                for turn in batch:
                    with suppress(SecretRefused):
                        each.append(layer.capture([turn], even_forgotten=even_forgotten))
                refused += len(batch) - len(each)
            read, new = read + len(batch), new + sum(kept.new for kept in each)
            forgotten += sum(kept.forgotten for kept in each)
            watch("importing turns", read, None)
    except CaptureError as exc:
        kept_so_far = f"; the {count(read, 'turn')} before it are kept, and importing again doubles nothing"
        raise type(exc)(f"{exc}{kept_so_far if read else ''}") from exc
    passed_over = {"forgotten": forgotten, "refused": refused}
    return {"read": read, "new": new} | {name: number for name, number in passed_over.items() if number}


def _describe_forgotten(forgotten: int) -> str:
    if not forgotten:
        return ""
    were = "was forgotten before and was" if forgotten == 1 else "were forgotten before and were"
    return f"{count(forgotten, 'turn')} {were} not imported; --even-forgotten imports them."


def _count_lines(lines: Iterable[str], watch: ProgressBar, total: int) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if number % BATCH == 0:
            watch("exporting turns", number, total)
        yield line


def _write(lines: Iterable[str], write: Callable[[str], object]) -> int:
    number = 0
    for number, line in enumerate(lines, 1):  # noqa: B007 -- the last number is how many there were
        write(f"{line}\n")
    return number


@contextmanager
def _replace_file(file: Path) -> Iterator[IO[bytes]]:
    """Lend a stream whose content takes the file's place when it is complete; readable by this user alone."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)  # an older one may be open to others
        handle = private.create_file(unfinished)
    except OSError as exc:
        raise ConfigError(f"{file} cannot be written: {exc.strerror}") from exc
    try:
        with os.fdopen(handle, "wb") as raw:
            with _open_packed(raw, file.suffix) as stream:
                yield stream
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def _open_packed(raw: IO[bytes], suffix: str) -> IO[bytes]:
    import gzip
    import lzma

    if suffix == ".gz":
        return cast("IO[bytes]", gzip.open(raw, "wb"))
    return cast("IO[bytes]", lzma.open(raw, "wb")) if suffix == ".xz" else os.fdopen(os.dup(raw.fileno()), "wb")
