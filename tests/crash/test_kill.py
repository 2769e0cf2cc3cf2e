"""Real processes, killed with kill -9 at any moment, and many at once on one file (docs/durability.md)."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest

import ltml
from tests.crash.children import SPACE, opened

CHILD = Path(__file__).with_name("children.py")
KILLS, KILLS_IF_LONG = 30, 500
ENDLESS = 100_000
#: After so many kills on one file the next ones get a new file: looking at it all takes longer each time.
PER_FILE = 50

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")


def started(what: str, path: Path, writer: int, count: int) -> subprocess.Popen[str]:
    """A child process of this very interpreter: a shell script in front of it would survive the kill."""
    command = [sys.executable, str(CHILD), what, str(path), str(writer), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def killed(what: str, path: Path, writer: int, random: Random, lines: int) -> Iterator[list[list[str]]]:
    """Start a child, read a random number of lines and kill it within some milliseconds; yield all it said."""
    child = started(what, path, writer, ENDLESS)
    with child:
        said = [child.stdout.readline().split() for _ in range(1 + random.randrange(lines))] if child.stdout else []
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=random.uniform(0, 0.03))
        child.send_signal(signal.SIGKILL)
        out, err = child.communicate()
        said += [line.split() for line in out.splitlines(keepends=True) if line.endswith("\n")]
        assert child.returncode == -signal.SIGKILL, err
        yield said


def complaints(path: Path, acknowledged: Counter[str]) -> list[str]:
    """What is wrong with the file as it is, opened as it is."""
    with ltml.open(path, namespace=SPACE) as layer:
        there = Counter(turn.ref for turn in layer.turns())
        lost = [f"lost: {ref}" for ref in acknowledged if ref not in there]
        doubled = [f"doubled: {ref}" for ref, times in there.items() if times > 1]
        return [*lost, *doubled, *layer.verify()]


@pytest.mark.timeout(3600)
def test_killing_the_writer_loses_nothing_acknowledged(tmp_path: Path, long: bool, tell: Callable[[str], None]) -> None:
    acknowledged, total, kills = Counter[str](), 0, KILLS_IF_LONG if long else KILLS
    for number in range(kills):
        path = tmp_path / f"{number // PER_FILE}.db"
        if not path.exists():
            acknowledged.clear()
        before = len(acknowledged)
        with killed("write", path, number, Random(number), lines=12) as said:
            acknowledged.update(ref for words in said for ref in words if ref != "open")
        assert complaints(path, acknowledged) == [], f"kill {number}"
        total += len(acknowledged) - before
    tell(f"writers killed: {kills}, turns acknowledged: {total}, lost: 0, doubled: 0")
    assert total > kills


@pytest.mark.timeout(3600)
def test_killing_the_sleeper_halves_nothing_and_the_next_night_goes_on(
    tmp_path: Path, long: bool, tell: Callable[[str], None]
) -> None:
    kills, met = KILLS_IF_LONG if long else KILLS, 0
    for number in range(kills):
        path = tmp_path / f"{number // PER_FILE}.db"
        with killed("sleep", path, number, Random(number), lines=30):
            pass
        assert complaints(path, Counter()) == [], f"kill {number}"
        with opened(str(path)) as layer:
            before = [night.id for night in layer.nights() if night.state == "interrupted"]
            met += len(before)
            night = layer.sleep(notify=lambda _: None)
            assert [each for each in layer.nights() if each.state == "interrupted"] == []
            assert not before or night.id == before[-1]
    tell(f"sleepers killed: {kills}, within a night: {met}, nights left half done: 0")
    assert met


@pytest.mark.timeout(3600)
def test_two_write_one_sleeps_and_one_forgets_on_one_file(
    tmp_path: Path, long: bool, tell: Callable[[str], None]
) -> None:
    path, times = tmp_path / "memory.db", 10 if long else 1
    with ltml.open(path, namespace=SPACE):
        pass
    work = {"write": (1, 120), "write too": (2, 120), "sleep beside": (3, 12), "forget": (4, 12)}
    running = [
        started(what.removesuffix(" too"), path, writer, count * times) for what, (writer, count) in work.items()
    ]
    ended = [child.communicate() for child in running]
    assert [(child.returncode, err) for child, (_, err) in zip(running, ended, strict=True)] == [(0, "")] * len(work)
    told = Counter(ref for out, _ in ended[:2] for ref in out.split() if ref != "open")
    assert complaints(path, told) == []
    with ltml.open(path, namespace=SPACE) as layer:
        refs = {turn.ref for turn in layer.turns()}
        assert refs == set(told), "what was forgotten is gone, and nothing else"
        assert layer.recall("xyzzy3plugh") == []
        assert layer.sleep().state in ("promoted", "empty")
    tell(f"two writers, a sleeper and a forgetter on one file: {len(told)} turns, 0 lost, 0 doubled, 0 errors")
