"""What `ltml.open` says to a name that is none, and whose the files are that it makes."""

import asyncio
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import ltml
from ltml import private
from ltml.errors import ConfigError, StoreUnavailable
from ltml.settings import Settings
from ltml.wake.options import Wake

pytestmark = pytest.mark.filterwarnings("error")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def modes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): mode(path) for path in folder.rglob("*")}


@pytest.mark.parametrize(
    "name",
    [":memory:", "", " ", "\t", "sqlite://", "sqlite:///:memory:", "file::memory:", "file::memory:?cache=shared"],
)
def test_a_name_for_no_file_is_refused_with_what_to_write(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"names no file; write 'ephemeral:'"):
        ltml.open(name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [None, 7, 3.5, True, [], b"memory.db", object, "a\0b"])
def test_what_cannot_be_a_name_is_refused_with_what_to_write(tmp_path, monkeypatch, name: Any):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="ephemeral:"):
        ltml.open(name)
    assert list(tmp_path.iterdir()) == []


def test_a_device_keeps_nothing():
    with pytest.raises(ConfigError, match="is a device or a pipe"):
        ltml.open("/dev/null")


@pytest.mark.parametrize("name", [".", "./", "deep", "deep/", "not/there/", "sqlite:///{}"])
def test_a_folder_is_refused_with_a_file_in_it(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep").mkdir(mode=0o755)
    with pytest.raises(ConfigError, match=r"is a folder; name a file in it: .*memory\.db"):
        ltml.open(name.format(tmp_path))
    with pytest.raises(ConfigError, match="is a folder"):
        ltml.open(tmp_path / "deep")
    assert list(tmp_path.iterdir()) == [tmp_path / "deep"]


@pytest.mark.parametrize(
    "name", ["ephemeral:", "ephemeral", "memory", ":memory:.db", "memory.db", "ünï.db", " x", "a:b"]
)
def test_any_other_name_is_the_memory_it_names(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with ltml.open(name) as layer:
        layer.remember("I like tea.")
    assert (tmp_path / name).is_file() == (name != "ephemeral:")


# --- whose the files are ---------------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("mask", [0, 0o022, 0o077, 0o277])
def test_whatever_the_umask_everything_is_for_its_owner_alone(tmp_path, mask):
    with umask(mask), ltml.open(tmp_path / "a" / "b" / "memory.db") as layer:
        layer.remember("I like tea.")
        found = modes(tmp_path)
    assert found == {
        "a": 0o700, "a/b": 0o700, "a/b/memory.db": 0o600, "a/b/memory.db-wal": 0o600, "a/b/memory.db-shm": 0o600
    }  # fmt: skip


@posix
def test_a_folder_that_was_there_is_left_alone_and_the_file_in_it_is_private(tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o775)
    with umask(0), ltml.open(tmp_path / "shared" / "memory.db"):
        assert (mode(tmp_path / "shared"), mode(tmp_path / "shared" / "memory.db")) == (0o775, 0o600)


@posix
def test_files_that_others_could_read_are_closed_to_them_with_a_word(tmp_path, caplog):
    db, backup, foreign = (tmp_path / name for name in ("my [db].db", "my [db].db.before-schema-2", "notes.txt"))
    with ltml.open(db) as layer:
        layer.remember("I like tea.")
        backup.write_bytes(b"an older one")
        foreign.write_text("not LTML's")
        for path in tmp_path.iterdir():
            path.chmod(0o666)
        with caplog.at_level(logging.WARNING), ltml.open(db) as again:
            assert len(again.memories()) == 1
            found = modes(tmp_path)
    assert found.pop("notes.txt") == 0o666
    assert set(found) == {db.name, backup.name, f"{db.name}-wal", f"{db.name}-shm"}
    assert set(found.values()) == {0o600}
    assert len(caplog.messages) == len(found)
    assert f"{db} could be read by other users of this machine; now it is yours alone" in caplog.messages
    caplog.clear()
    with ltml.open(db):
        assert caplog.messages == []


@posix
def test_what_is_not_ours_to_change_stops_nobody(tmp_path, monkeypatch):
    db = tmp_path / "memory.db"
    with ltml.open(db):
        pass
    db.chmod(0o666)

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refuse)
    with ltml.open(db) as layer:
        assert not list(layer.turns())


@posix
def test_a_folder_is_never_taken_for_the_file(tmp_path):
    (tmp_path / "memory.db").mkdir()
    (tmp_path / "memory.db").chmod(0o755)
    with pytest.raises(ConfigError):
        ltml.open(tmp_path / "memory.db")
    assert mode(tmp_path / "memory.db") == 0o755


def test_a_file_in_the_place_of_a_folder_is_said(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StoreUnavailable, match="is the folder there"):
        ltml.open(tmp_path / "taken" / "deeper" / "memory.db")


@posix
def test_what_the_command_line_makes_is_for_its_owner_alone(tmp_path):
    """The data folder, an export, and a data folder that was open before."""
    home = tmp_path / "home"
    environ = os.environ | {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}

    def ltml_says(*words: str) -> str:
        with umask(0):
            run = subprocess.run(
                [sys.executable, "-m", "ltml", *words], env=environ, capture_output=True, text=True, check=True
            )
        return run.stderr

    assert "could be read" not in ltml_says("remember", "I like tea.")
    (tmp_path / "talk.jsonl.unfinished").write_text("left by one that was killed")
    ltml_says("export", str(tmp_path / "talk.jsonl"))
    assert {name: at for name, at in modes(tmp_path).items() if at not in (0o600, 0o700)} == {}
    assert mode(tmp_path / "talk.jsonl") == 0o600
    (home / "data" / "ltml").chmod(0o755)
    assert "could be read by other users" in ltml_says("status")
    assert mode(home / "data" / "ltml") == 0o700


@posix
def test_missing_folders_are_made_private_from_the_first_missing_one_on(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there").chmod(0o755)
    with umask(0):
        private.make_folder(tmp_path / "there" / "a" / "b")
        private.make_folder(tmp_path / "there" / "a" / "b")
    assert modes(tmp_path) == {"there": 0o755, "there/a": 0o700, "there/a/b": 0o700}


def test_it_takes_settings_as_a_whole_and_single_ones_over_them():
    whole = Settings(wake=Wake(coverage=0.5, shown=7))
    with ltml.open("ephemeral:", settings=whole) as layer:
        assert layer.settings == whole
    with ltml.open("ephemeral:", settings=whole, wake__coverage=0.7, serve__users="anna, ben") as layer:
        assert (layer.settings.wake.coverage, layer.settings.wake.shown) == (0.7, 7)
        assert layer.settings.serve.users == ("anna", "ben")
    with ltml.open("ephemeral:", wake__coverage=0.7) as layer:
        assert layer.settings.wake == Wake(coverage=0.7)


def test_for_async_callers_too():
    async def go() -> float:
        async with await ltml.aopen("ephemeral:", settings=Settings(wake=Wake(coverage=0.5))) as layer:
            return layer.layer.settings.wake.coverage

    assert asyncio.run(go()) == 0.5


@pytest.mark.parametrize("settings", [{"wake": 1}, "wake", 7])
def test_what_is_no_settings_is_named(settings: Any):
    with pytest.raises(ConfigError, match=r"settings: expected an ltml\.settings\.Settings"):
        ltml.open("ephemeral:", settings=settings)
