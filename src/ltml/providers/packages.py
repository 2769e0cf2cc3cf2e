"""
Asking pip or uv for a package, whichever is there.

Only wheels are asked for, and nothing of what they depend on: nothing is compiled, and no code of the package runs.
Settings of the person who installs (a mirror, a proxy) hold, for both programs read their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from ltml.errors import ConfigError, ProviderUnavailable

#: Seconds between two looks at how far it is.
LOOKING = 0.25
_WHEELS_ONLY = ("--only-binary", ":all:", "--no-deps")
_PIP = ("--disable-pip-version-check", "--no-input", "--quiet", "--retries", "2")


def fetch(wanted: str, folder: Path, *, python: str = sys.executable, look: Callable[[], None]) -> None:
    """
    Put the package into `folder`, as a wheel (pip) or unpacked (uv), without what it depends on.

    `look` is called a few times a second; all that is fetched grows in `folder`, so that it can say how far it is.
    Raises `ConfigError` where there is neither pip nor uv, `ProviderUnavailable` where the one there is fails.
    """
    if _has_pip(python):
        command = [python, "-m", "pip", "download", *_PIP, "--no-cache-dir", "--dest", str(folder)]
    else:
        kept = ("--cache-dir", str(folder / "cache"), "--target", str(folder / "unpacked"))
        command = [_uv(python), "pip", "install", "--python", python, "--quiet", *kept]
    _run([*command, *_WHEELS_ONLY, wanted], wanted, folder, look)


def install(wanted: str, *, python: str = sys.executable, look: Callable[[], None]) -> None:
    """Install the package into the environment of `python`, from wheels. Raises as `fetch` does."""
    if _has_pip(python):
        command = [python, "-m", "pip", "install", *_PIP]
    else:
        command = [_uv(python), "pip", "install", "--python", python, "--quiet"]
    with tempfile.TemporaryDirectory(prefix="ltml-") as folder:
        _run([*command, *_WHEELS_ONLY, wanted], wanted, Path(folder), look)


def _has_pip(python: str) -> bool:
    asked = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False)  # noqa: S603 -- ours
    return asked.returncode == 0


def _uv(python: str) -> str:
    beside = str(Path(python).parent)
    found = shutil.which("uv") or shutil.which("uv", path=beside)
    if found is None:
        raise ConfigError(f"neither pip nor uv is there to fetch with: run `{python} -m ensurepip`, or install uv")
    return found


def _run(command: Sequence[str], wanted: str, folder: Path, look: Callable[[], None]) -> None:
    with tempfile.TemporaryFile(dir=folder) as told:
        code = _watched(command, told, folder, look)
        told.seek(0)
        said = told.read().decode(errors="replace")
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
