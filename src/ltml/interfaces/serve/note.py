"""The note a running server leaves beside its memory, so that other commands find it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def noted(db: str, url: str) -> Iterator[None]:
    """Leave a note with the server's address and process while it runs."""
    note = note_of(db)
    if note is not None:
        note.write_text(json.dumps({"url": url, "pid": os.getpid()}), "utf-8")
    try:
        yield
    finally:
        if note is not None:
            note.unlink(missing_ok=True)


def note_of(db: str) -> Path | None:
    """Return where the note of a memory's server lies; a memory that is no file has none."""
    if db.startswith("ephemeral:"):
        return None
    return Path(f"{db.removeprefix('sqlite:///').removeprefix('sqlite://')}.serve")
