"""
Download or install a package with pip or uv, whichever is there.

Only wheels are requested, without their dependencies: nothing is compiled, and no code of the package runs. Each is
requested by version and hashes, which both programs check before they unpack anything: other content from a mirror or a
registry is refused. The user's settings (a mirror, a proxy) apply, because both programs read their own.
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

from ltml.errors import ConfigError, ProviderError, ProviderUnavailable

#: Seconds between two calls of `on_poll`.
POLL_INTERVAL = 0.25
_WHEELS_ONLY = ("--only-binary", ":all:", "--no-deps")
#: The messages of pip ("DO NOT MATCH THE HASHES") and uv ("Hash mismatch") for a file with another hash.
_MISMATCH = re.compile(r"hash mismatch|do not match the hashes", re.IGNORECASE)
_PIP_OPTIONS = ("--disable-pip-version-check", "--no-input", "--quiet", "--retries", "2")


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedPackage:
    """One version of a package, and the sha256 of each of its files, of which one is for this machine."""

    name: str
    version: str
    sha256: tuple[str, ...]

    def __str__(self) -> str:
        """Return name and version."""
        return f"{self.name} {self.version}"


def download_package(
    package: PinnedPackage, folder: Path, *, python: str = sys.executable, on_poll: Callable[[], None]
) -> None:
    """
    Put the package into `folder`, as a wheel (pip) or unpacked (uv), without its dependencies.

    `on_poll` is called a few times a second; everything downloaded grows in `folder`, so that it can report progress.
    Raises `ConfigError` where there is neither pip nor uv, `ProviderUnavailable` where the one there is fails, and
    `ProviderError` for a file with another hash.
    """
    if _has_pip(python):
        command = [python, "-m", "pip", "download", *_PIP_OPTIONS, "--no-cache-dir", "--dest", str(folder)]
    else:
        targets = ("--cache-dir", str(folder / "cache"), "--target", str(folder / "unpacked"))
        command = [_find_uv(python), "pip", "install", "--python", python, "--quiet", *targets]
    _run_installer(command, package, folder, on_poll)


def install_package(
    package: PinnedPackage, *, python: str = sys.executable, on_poll: Callable[[], None]
) -> None:  # fmt: skip
    """Install the package into the environment of `python`, from wheels. Raises as `download_package` does."""
    if _has_pip(python):
        command = [python, "-m", "pip", "install", *_PIP_OPTIONS]
    else:
        command = [_find_uv(python), "pip", "install", "--python", python, "--quiet"]
    with tempfile.TemporaryDirectory(prefix="ltml-") as folder:
        _run_installer(command, package, Path(folder), on_poll)


def _has_pip(python: str) -> bool:
    version = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False)  # noqa: S603 -- ours
    return version.returncode == 0


def _find_uv(python: str) -> str:
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(python).parent))
    if uv is None:
        raise ConfigError(f"neither pip nor uv is there to fetch with: run `{python} -m ensurepip`, or install uv")
    return uv


def _run_installer(
    command: Sequence[str], package: PinnedPackage, folder: Path, on_poll: Callable[[], None]
) -> None:  # fmt: skip
    requirements = folder / "wanted.txt"
    hashes = (f"--hash=sha256:{digest}" for digest in package.sha256)
    requirements.write_text(" ".join([f"{package.name}=={package.version}", *hashes]))
    command = [*command, *_WHEELS_ONLY, "--require-hashes", "--requirement", str(requirements)]
    # pip's unfinished downloads go to TMPDIR: this folder, so that `on_poll` sees them grow, on the disk that has the
    # room, and they are removed afterwards. The rest of the environment (mirrors, proxies) is the user's.
    environment = os.environ | {"TMPDIR": str(folder)}
    with tempfile.TemporaryFile(dir=folder) as log:
        with subprocess.Popen(  # noqa: S603 -- the command is put together here
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment
        ) as process:
            try:
                while process.poll() is None:
                    on_poll()
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(POLL_INTERVAL)
            finally:
                process.kill()  # only if this was interrupted: a process that has ended is left alone
        log.seek(0)
        output = log.read().decode(errors="replace")
    if process.returncode and _MISMATCH.search(output):
        raise ProviderError(
            f"what is handed out as {package} is not what LTML was made with (its sha256 differs): nothing of it was "
            "kept; look at the mirror that pip or uv is set to"
        )
    if process.returncode:
        reason = last_error_line(output)
        raise ProviderUnavailable(
            f"{package} could not be fetched ({reason}): see that this machine is online, then try again"
        )


def last_error_line(output: str) -> str:
    """Return the last line that begins with `error`, else the last line, of an installer's output."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["it did not say why"])[-1]
