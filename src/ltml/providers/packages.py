"""
Asking pip or uv for a package, whichever is there.

Only wheels are asked for, and nothing of what they depend on: nothing is compiled, and no code of the package runs.
Each is asked for by version and by the sums of its files, which both programs check before they unpack anything: a
mirror or a registry that hands out something else is refused. Settings of the person who installs (a mirror, a proxy)
hold, for both programs read their own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ltml.errors import ConfigError, ProviderError, ProviderUnavailable

#: Seconds between two looks at how far it is.
LOOKING = 0.25
_WHEELS_ONLY = ("--only-binary", ":all:", "--no-deps")
#: How pip ("DO NOT MATCH THE HASHES") and uv ("Hash mismatch") say that a file is another.
_MISMATCH = re.compile(r"hash mismatch|do not match the hashes", re.IGNORECASE)
_PIP = ("--disable-pip-version-check", "--no-input", "--quiet", "--retries", "2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """One version of a package, and the sha256 of each of its files, of which one is for this machine."""

    name: str
    version: str
    sha256: tuple[str, ...]

    def __str__(self) -> str:
        """Say which it is."""
        return f"{self.name} {self.version}"


def fetch(wanted: Pinned, folder: Path, *, python: str = sys.executable, look: Callable[[], None]) -> None:
    """
    Put the package into `folder`, as a wheel (pip) or unpacked (uv), without what it depends on.

    `look` is called a few times a second; all that is fetched grows in `folder`, so that it can say how far it is.
    Raises `ConfigError` where there is neither pip nor uv, `ProviderUnavailable` where the one there is fails, and
    `ProviderError` for a file with another sum.
    """
    if _has_pip(python):
        command = [python, "-m", "pip", "download", *_PIP, "--no-cache-dir", "--dest", str(folder)]
    else:
        kept = ("--cache-dir", str(folder / "cache"), "--target", str(folder / "unpacked"))
        command = [_uv(python), "pip", "install", "--python", python, "--quiet", *kept]
    _run([*command, *_WHEELS_ONLY], wanted, folder, look)


def install(wanted: Pinned, *, python: str = sys.executable, look: Callable[[], None]) -> None:
    """Install the package into the environment of `python`, from wheels. Raises as `fetch` does."""
    if _has_pip(python):
        command = [python, "-m", "pip", "install", *_PIP]
    else:
        command = [_uv(python), "pip", "install", "--python", python, "--quiet"]
    with tempfile.TemporaryDirectory(prefix="ltml-") as folder:
        _run([*command, *_WHEELS_ONLY], wanted, Path(folder), look)


def _has_pip(python: str) -> bool:
    asked = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False)  # noqa: S603 -- ours
    return asked.returncode == 0


def _uv(python: str) -> str:
    beside = str(Path(python).parent)
    found = shutil.which("uv") or shutil.which("uv", path=beside)
    if found is None:
        raise ConfigError(f"neither pip nor uv is there to fetch with: run `{python} -m ensurepip`, or install uv")
    return found


def _run(command: Sequence[str], wanted: Pinned, folder: Path, look: Callable[[], None]) -> None:
    order = folder / "wanted.txt"
    order.write_text(" ".join([f"{wanted.name}=={wanted.version}", *(f"--hash=sha256:{s}" for s in wanted.sha256)]))
    with tempfile.TemporaryFile(dir=folder) as told:
        code = _watched([*command, "--require-hashes", "--requirement", str(order)], told, folder, look)
        told.seek(0)
        said = told.read().decode(errors="replace")
    if code and _MISMATCH.search(said):
        raise ProviderError(
            f"what is handed out as {wanted} is not what LTML was made with (its sha256 differs): nothing of it was "
            "kept; look at the mirror that pip or uv is set to"
        )
    if code:
        raise ProviderUnavailable(
            f"{wanted} could not be fetched ({_complaint(said)}): see that this machine is online, then try again"
        )


def _watched(command: Sequence[str], told: IO[bytes], folder: Path, look: Callable[[], None]) -> int:
    # What pip has half fetched lies in its folder for temporary files: ours, so that it is seen, on the disk that has
    # the room, and gone afterwards. The rest of the environment (mirrors, proxies) is theirs to read.
    environment = os.environ | {"TMPDIR": str(folder)}
    with subprocess.Popen(  # noqa: S603 -- the command is put together here
        command, stdin=subprocess.DEVNULL, stdout=told, stderr=subprocess.STDOUT, env=environment
    ) as process:
        try:
            while process.poll() is None:
                look()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(LOOKING)
        finally:
            process.kill()  # only if somebody stopped us: one that has ended is left alone
    return process.returncode


def _complaint(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["it did not say why"])[-1]
