"""A layer on each store there is, and short ways to say something to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from ltml.layer import MemoryLayer
from ltml.model import Origin, Turn
from ltml.protocols import Model, Store
from ltml.settings import load_settings
from ltml.store.ephemeral import EphemeralStore
from ltml.store.sqlite import SqliteStore

STORES = ("sqlite", "ephemeral")
NOON = datetime(2033, 5, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=60)


def said(  # noqa: PLR0913 -- a turn has these
    text: str,
    day: int = 0,
    *,
    session: str = "",
    role: str = "user",
    speaker: str = "",
    ref: str = "",
    origin: Origin = "said",
) -> Turn:
    """A turn said at noon of a day, in the session of that day if no other is named."""
    at, name = NOON + timedelta(days=day), session or f"day {day}"
    return Turn(session=name, role=role, text=text, at=at, speaker=speaker, ref=ref, origin=origin)


def with_assistant(texts: Sequence[str], day: int = 0) -> list[Turn]:
    """Things said to an assistant, which answers each."""
    turns = [
        (said(text, day), said(f"Number {place} is noted.", day, role="assistant")) for place, text in enumerate(texts)
    ]
    return [turn for pair in turns for turn in pair]


def store_of(kind: str, folder: Path) -> Store:
    """A store of this kind, with the same ids each time; without syncing, for no power is cut here."""
    chance = Random(5).randbytes
    if kind == "sqlite":
        return SqliteStore(folder / "memory.db", entropy=chance, synchronous="off")
    return EphemeralStore(entropy=chance)


@contextmanager
def life(kind: str, folder: Path, *, model: Model | None = None, **settings: object) -> Iterator[MemoryLayer]:
    """A layer on a new store; its clock stands still."""
    chosen, chance = load_settings(arguments=settings), Random(6).randbytes
    with MemoryLayer(
        store_of(kind, folder), "ada", settings=chosen, model=model, clock=lambda: LATER, entropy=chance
    ) as layer:
        yield layer


@contextmanager
def passing(kind: str = "ephemeral") -> Iterator[MemoryLayer]:
    """The same, gone afterwards: for laws, which need a new one each time."""
    with TemporaryDirectory() as folder, life(kind, Path(folder)) as layer:
        yield layer


def texts_of(turns: Sequence[Turn]) -> list[str]:
    """What the turns say."""
    return [turn.text for turn in turns]
