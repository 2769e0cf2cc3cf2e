"""Whose process was killed in the middle of a night: the next sleep takes the lease over, and nobody else's."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

import ltml
from ltml import processes
from ltml.errors import StoreBusy
from ltml.layer import MemoryLayer
from ltml.model import Turn, content_id, encode_letters
from ltml.processes import has_ended, name_current_process

NOON = datetime(2031, 3, 3, 12, tzinfo=UTC)
LEASE = f"night of {content_id('default')}"
FOR_AN_HOUR = timedelta(hours=1)
#: A process that falls asleep and says so at the first step of its night.
SLEEPER = """
import sys, time
import ltml
def told(event):
    print("asleep", flush=True)
    time.sleep(600)
ltml.open(sys.argv[1], sleep__lease_seconds=3600.0).sleep(notify=told)
"""

pytestmark = pytest.mark.skipif(not name_current_process(), reason="this system does not tell when a process began")


@pytest.fixture
def layer(tmp_path: Path):
    with ltml.open(tmp_path / "memory.db") as opened:
        opened.capture([Turn(session="s", role="user", text="Pim the otter sleeps under the jetty.", at=NOON)])
        yield opened


def holding(layer: MemoryLayer, holder: str) -> None:
    assert layer.store.lease(LEASE, holder, datetime.now(UTC), FOR_AN_HOUR)


def ended() -> str:
    """The name of a process that has ended."""
    program = "from ltml.processes import name_current_process; print(name_current_process())"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout.strip()


def test_the_night_of_a_killed_process_is_taken_over_at_once(layer, tmp_path):
    words = [sys.executable, "-c", SLEEPER, str(tmp_path / "memory.db")]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as sleeper:
        assert sleeper.stdout is not None
        assert sleeper.stdout.readline() == b"asleep\n"
        with pytest.raises(StoreBusy, match="asleep in another process"):
            layer.sleep()
        os.kill(sleeper.pid, signal.SIGSTOP)  # one that stands still lives
        with pytest.raises(StoreBusy):
            layer.sleep()
        sleeper.kill()
    assert layer.sleep().state == "promoted"
    assert layer.store.lease_holder(LEASE) is None


def test_a_number_that_another_process_has_by_now_keeps_nobody_waiting(layer):
    began = processes._read_start_time(os.getpid())
    numbers = encode_letters(processes._NUMBERS.pack(os.getpid(), began - 1))
    holding(layer, f"other{processes._read_place()}{numbers}")
    assert layer.sleep().state == "promoted"


def test_of_another_machine_boot_or_container_nobody_is_gone(layer, monkeypatch):
    gone = ended()
    assert has_ended(gone)
    holding(layer, f"{content_id('another place')}{gone[16:]}")
    with pytest.raises(StoreBusy):
        layer.sleep()
    monkeypatch.setattr("os.uname", lambda: SimpleNamespace(nodename="elsewhere"))
    assert not has_ended(gone)


NO_NAMES = ["another", "", "b" * 47, "b" * 48, "ü" * 64, "x" * 64, encode_letters(b"\xff" * 32)]


@pytest.mark.parametrize("holder", NO_NAMES)
def test_a_holder_that_is_no_process_of_ours_keeps_its_lease(layer, holder):
    assert not has_ended(holder)
    holding(layer, holder)
    with pytest.raises(StoreBusy):
        layer.sleep()


def test_where_the_system_tells_nothing_nobody_is_gone(tmp_path, monkeypatch):
    gone = ended()
    monkeypatch.setattr(processes, "PROC", tmp_path)
    assert name_current_process() == ""
    assert not has_ended(gone)


def test_who_lives_is_not_gone():
    assert not has_ended(name_current_process())
