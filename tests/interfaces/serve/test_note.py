"""One memory has one server: the second is told who has it, and a note that a dead server left stops nobody."""

import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from ltml.errors import ConfigError, StoreBusy
from ltml.interfaces.cli.serving import read_server_status
from ltml.interfaces.serve.server_lock import find_server, hold_server_lock, lock_path
from tests.interfaces.serve.conftest import ended, program, standing
from tests.reference.server import Server

HOLD = """
import sys
from ltml.interfaces.serve.server_lock import hold_server_lock
with hold_server_lock(sys.argv[1]) as note:
    note("http://127.0.0.1:9")
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holding(db: Path | str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds a memory's note."""
    words = [sys.executable, "-c", HOLD, str(db)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_the_second_server_is_told_who_serves_since_when_and_where(tmp_path: Path):
    db = tmp_path / "memory.db"
    with standing(Server().app) as upstream:
        with program(db, upstream) as url:
            run = ended("serve", "--db", str(db), "--port", "0", "--upstream", upstream)
            assert (run.code, run.out.count("listening")) == (3, 0)
            found = find_server(str(db))
            assert found is not None
            assert found.url == url
            assert all(part in run.err for part in (str(found.pid), url, found.since, "--db"))
            told = ended("status", "--json", "--db", str(db))
            assert json.loads(told.out.splitlines()[-1])["server"]["pid"] == found.pid
        assert find_server(str(db)) is None
        assert json.loads(ended("status", "--json", "--db", str(db)).out.splitlines()[-1])["server"] is None
        with program(db, upstream):  # and now it may be served again
            assert find_server(str(db)) is not None


def test_a_note_that_a_killed_server_left_stops_nobody_and_says_nothing(tmp_path: Path):
    db = tmp_path / "memory.db"
    with holding(db) as process:
        assert find_server(str(db)) is not None
        process.kill()
        process.wait()
        assert lock_path(str(db)) is not None
        assert (tmp_path / "memory.db.serve").exists()
        assert find_server(str(db)) is None
        with hold_server_lock(str(db)) as note:
            note("http://127.0.0.1:1")
            found = find_server(str(db))
            assert found is not None
            assert found.pid == os.getpid()
    assert not (tmp_path / "memory.db.serve").exists()


@pytest.mark.parametrize("words", ["", "{", "[]", '{"url": 3}', '{"url":"http://127.0.0.1:1","pid":1}', "\x00" * 50])
def test_whatever_stands_in_an_old_note_it_is_written_anew(tmp_path: Path, words: str):
    db, place = str(tmp_path / "memory.db"), tmp_path / "memory.db.serve"
    place.write_text(words)
    assert find_server(db) is None
    assert read_server_status(db) is None
    with hold_server_lock(db) as note:
        note("http://127.0.0.1:1")
        assert json.loads(place.read_text())["pid"] == os.getpid()
    assert not place.exists()


def test_a_number_and_a_port_that_somebody_else_has_by_now_are_not_believed(tmp_path: Path):
    """The server died; on its port another one listens, for another memory."""
    db, other = tmp_path / "memory.db", tmp_path / "other.db"
    with standing(Server().app) as upstream, program(other, upstream) as url:
        note = {"url": url, "pid": os.getpid(), "since": "2026-01-01 00:00:00+00:00"}
        (tmp_path / "memory.db.serve").write_text(json.dumps(note))
        assert read_server_status(str(db)) is None
        found = read_server_status(str(other))
        assert found is not None
        assert found["url"] == url


def test_a_memory_is_one_by_whatever_name_it_is_called(tmp_path: Path, monkeypatch):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "link.db").symlink_to(tmp_path / "real" / "memory.db")
    monkeypatch.chdir(tmp_path / "real")
    names = [
        "memory.db",
        "../link/memory.db",
        str(tmp_path / "link.db"),
        f"sqlite:///{tmp_path / 'real' / 'memory.db'}",
    ]
    with holding(tmp_path / "real" / "memory.db"):
        for name in names:
            with pytest.raises(StoreBusy, match="is served already by process"), hold_server_lock(name):
                pass


def test_of_many_that_begin_at_once_one_serves(tmp_path: Path):
    """Again and again, while others look: the lock is on a file that is made and taken away all the time."""
    db, inside, most, rounds, done = str(tmp_path / "memory.db"), [0], [0], [0], threading.Event()

    def try_to_serve() -> None:
        for _ in range(30):
            try:
                with hold_server_lock(db):
                    inside[0] += 1
                    most[0], rounds[0] = max(most[0], inside[0]), rounds[0] + 1
                    inside[0] -= 1
            except StoreBusy:
                pass

    def look() -> None:
        while not done.is_set():
            find_server(db)

    servers, looker = [threading.Thread(target=try_to_serve) for _ in range(4)], threading.Thread(target=look)
    for thread in (looker, *servers):
        thread.start()
    for thread in servers:
        thread.join()
    done.set()
    looker.join()
    assert most[0] == 1
    assert rounds[0] > 30


def test_the_note_is_for_its_owner_alone(tmp_path: Path):
    before = os.umask(0)
    try:
        with ExitStack() as stack:
            stack.enter_context(hold_server_lock(str(tmp_path / "new" / "memory.db")))
            assert stat.S_IMODE((tmp_path / "new" / "memory.db.serve").stat().st_mode) == 0o600
            assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    finally:
        os.umask(before)


def test_a_memory_that_is_no_file_may_be_served_by_many():
    with hold_server_lock("ephemeral:"), hold_server_lock("ephemeral:"):
        assert find_server("ephemeral:") is None


def test_what_names_no_memory_is_refused_before_anything_is_held(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="ephemeral:"), hold_server_lock(":memory:"):
        pass
    assert list(tmp_path.iterdir()) == []
