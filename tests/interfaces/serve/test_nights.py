"""Nights in a real child on a real file: paused, stopped, killed and orphaned, they end as if nothing had been."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Any

import apsw
import psutil
import pytest

import ltml
from ltml.events import Event, NightFinished, StepDone
from ltml.interfaces.serve.night_runner import NightOutcome, NightRunner, parse_line, read_lines, read_outcome
from ltml.model import Memory, Verdict, content_id
from ltml.settings import Settings
from ltml.sleep.options import Sleep
from ltml.store.sqlite import SqliteStore
from tests.sleep.talk import days

SPACE, LEASE = "ada", f"night of {content_id('ada')}"
NOW = datetime(2033, 1, 1, tzinfo=UTC)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities of their own on Linux alone")
Result = tuple[list[Memory], list[Verdict]]


def talk(path: Path, length: int) -> Path:
    """A file with four days of talk that nobody has slept on."""
    with ltml.open(path, namespace=SPACE) as layer:
        for day in days(Random(5), 4, length):
            layer.capture(day)
    return path


def spent(path: Path) -> Result:
    """What a night makes of the file that nothing disturbs."""
    assert asyncio.run(nights(path).run(SPACE)).state == "promoted"
    return result(path)


@pytest.fixture(scope="module")
def restless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return talk(tmp_path_factory.mktemp("talk") / "restless.db", 125)


@pytest.fixture
def db(restless: Path, tmp_path: Path) -> Path:
    copyfile(restless, tmp_path / "memory.db")
    return tmp_path / "memory.db"


@pytest.fixture(scope="module")
def undisturbed(restless: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    return spent(Path(copyfile(restless, tmp_path_factory.mktemp("calm") / "memory.db")))


def result(path: Path) -> Result:
    """What is remembered, once nothing is wrong with the file, nothing is new, and undo has something to take back."""
    with ltml.open(path, namespace=SPACE) as layer:
        assert layer.verify() == []
        assert layer.stats()["new_turns"] == 0
        assert [night.state for night in layer.nights()] == ["promoted"]
        return list(layer.memories()), sorted(layer.store.verdicts(SPACE), key=lambda verdict: verdict.turn)


def nights(path: Path, notify: Callable[[Event], None] = lambda _: None, lease: float = 60.0) -> NightRunner:
    return NightRunner(path, Settings(sleep=Sleep(lease_seconds=lease)), notify=notify, clock=lambda: NOW)


@contextmanager
def leaving_nobody() -> Iterator[None]:
    """Whatever this process had as children before, it has no others afterwards."""
    before = set(psutil.Process().children(recursive=True))
    yield
    assert set(psutil.Process().children(recursive=True)) <= before


def live(story: Coroutine[Any, Any, None]) -> None:
    """A story with an end: its deadline fails only when something never happens."""
    asyncio.run(asyncio.wait_for(story, 240))


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 -- what is waited for happens in another process
            await asyncio.sleep(0.01)


def further(steps: list[str], before: int) -> bool:
    return len(steps) > before


async def begun(runner: NightRunner) -> psutil.Process:
    """The child of a night that has done its first step."""
    await until(lambda: runner.current is not None and bool(runner.current.step))
    assert runner.current is not None
    assert runner.current.pid is not None
    return psutil.Process(runner.current.pid)


async def at_rest(child: psutil.Process) -> None:
    """Wait until the child uses no processor for half a second."""
    used = None
    async with asyncio.timeout(60):
        while used != (used := child.cpu_times()[:2]):  # noqa: ASYNC110 -- and so does this
            await asyncio.sleep(0.5)


def nobody_holds(path: Path) -> None:
    """Another process may write and empty the log, at once: there is no transaction to wait for."""
    with closing(apsw.Connection(str(path))) as other:
        other.set_busy_timeout(0)
        other.execute("begin immediate")
        other.execute("update meta set value = value")
        other.execute("commit")
        busy, left, _ = other.execute("pragma wal_checkpoint(truncate)").fetchone() or (1, 1, 1)
        assert (busy, left) == (0, 0)


@contextmanager
def beside(path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(path)) as store:
        yield store


def a_sleeper(store: SqliteStore) -> bool:
    """Whether another process could take the lease now."""
    taken = store.lease(LEASE, "another", datetime.now(UTC), timedelta(seconds=30))
    if taken:
        store.release(LEASE, "another")
    return taken


# --- pausing ----------------------------------------------------------------------------------------------------------


def test_paused_at_any_moment_it_uses_nothing_holds_nothing_and_ends_the_same(tmp_path):
    calm, db = talk(tmp_path / "calm.db", 300), tmp_path / "memory.db"
    copyfile(calm, db)
    steps: list[str] = []

    def note(event: Event) -> None:
        if isinstance(event, StepDone):
            steps.append(event.step)

    async def story() -> None:
        runner, chance = nights(db, note), Random(3)
        night = asyncio.create_task(runner.run(SPACE))
        child = await begun(runner)
        for moment in range(6):
            runner.pause()
            await at_rest(child)
            before, used = len(steps), child.cpu_times()[:2]
            nobody_holds(db)
            await asyncio.sleep(0.5)
            assert (len(steps), child.cpu_times()[:2]) == (before, used), moment
            assert runner.current is not None
            assert runner.current.paused
            runner.resume()
            await until(partial(further, steps, before))
            await asyncio.sleep(chance.random() / 4)
        assert (await night).state == "promoted"

    live(story())
    assert steps.count("gate") == steps.count("sort") > 8
    assert result(db) == spent(calm)


def test_spoken_to_while_it_starts_it_does_nothing_before_it_may(db, undisturbed):
    heard: list[Event] = []

    async def story() -> None:
        runner = nights(db, heard.append)
        night = asyncio.create_task(runner.run(SPACE))
        await asyncio.sleep(0)
        runner.pause()
        await until(lambda: runner.current is not None and runner.current.pid is not None)
        assert runner.current is not None
        await at_rest(psutil.Process(runner.current.pid))
        assert heard == []
        nobody_holds(db)
        runner.resume()
        outcome = await night
        assert heard[-1] == NightFinished(namespace=SPACE, night=outcome.night, state="promoted")

    live(story())
    assert result(db) == undisturbed


def test_paused_and_let_go_in_quick_succession_it_never_hangs(db, undisturbed):
    async def story() -> None:
        runner, chance = nights(db), Random(8)
        night = asyncio.create_task(runner.run(SPACE))
        while not night.done():
            runner.pause()
            await asyncio.sleep(chance.random() / 300)
            runner.resume()
            await asyncio.sleep(chance.random() / 60)
        assert night.result().state == "promoted"

    live(story())
    assert result(db) == undisturbed


def test_a_paused_night_keeps_its_lease(db):
    async def story() -> None:
        runner = nights(db, lease=3.0)
        night = asyncio.create_task(runner.run(SPACE))
        await begun(runner)
        runner.pause()
        with beside(db) as store:
            for _ in range(10):
                await asyncio.sleep(0.5)
                assert not a_sleeper(store)
        await runner.stop()
        assert (await night).state == "interrupted"

    live(story())


def test_a_night_that_lost_its_lease_in_a_pause_does_not_go_on(db, undisturbed):
    async def story() -> None:
        runner = nights(db)
        night = asyncio.create_task(runner.run(SPACE))
        child = await begun(runner)
        runner.pause()
        await at_rest(child)
        with closing(apsw.Connection(str(db))) as other:
            other.execute("update lease set holder = 'another'")
        runner.resume()
        outcome = await night
        assert (outcome.state, outcome.night) == ("busy", "")
        with beside(db) as store:
            store.release(LEASE, "another")
        assert (await runner.run(SPACE)).state == "promoted"

    live(story())
    assert result(db) == undisturbed


# --- ending -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paused", [False, True], ids=["at work", "paused"])
@pytest.mark.parametrize("wait", [0.0, 0.4, 1.1])
def test_a_night_that_is_stopped_gives_back_the_lease_and_the_next_one_goes_on(db, undisturbed, paused, wait):
    async def story() -> None:
        runner = nights(db)
        night = asyncio.create_task(runner.run(SPACE))
        child = await begun(runner)
        await asyncio.sleep(wait)
        if paused:
            runner.pause()
        await runner.stop()
        assert (await night).state == "interrupted"
        assert not child.is_running()
        assert (await runner.run(SPACE)).state == "interrupted"
        with beside(db) as store:
            assert a_sleeper(store)
            assert store.verify() == []
        assert (await nights(db).run(SPACE)).state == "promoted"

    live(story())
    assert result(db) == undisturbed


def test_stopped_while_it_starts_nothing_is_left_behind(db):
    async def story() -> None:
        for pause in (0.0, 0.05, 0.3):
            runner = nights(db)
            night = asyncio.create_task(runner.run(SPACE))
            await asyncio.sleep(pause)
            await runner.stop()
            assert night.done()
            assert night.result().state == "interrupted", night.result()

    with leaving_nobody():
        live(story())


def test_told_to_stop_with_the_very_first_words_it_ends_as_interrupted_and_never_as_failed(db):
    settings = {"wake": asdict(Settings().wake), "sleep": asdict(Settings().sleep)}
    options = {"db": str(db), "namespace": SPACE, "now": NOW.isoformat(), "settings": settings}
    for _ in range(10):  # the reading thread wins that race now and then
        command = [sys.executable, "-m", "ltml.interfaces.serve.night_process"]
        said = subprocess.run(
            command, input=f"{json.dumps(options)}\nstop\n", stdout=subprocess.PIPE, text=True, check=True
        )
        assert json.loads(said.stdout) == {"event": "ended", "state": "interrupted"}


def test_a_night_that_is_called_off_leaves_no_process(db):
    async def story() -> None:
        runner = nights(db)
        night = asyncio.create_task(runner.run(SPACE))
        child = await begun(runner)
        night.cancel()
        with pytest.raises(asyncio.CancelledError):
            await night
        assert not child.is_running()
        assert runner.current is None

    live(story())


@pytest.mark.parametrize(
    ("number", "state"),
    [(signal.SIGTERM, "interrupted"), pytest.param(signal.SIGABRT, "failed", id="as by a crash")],
)
def test_a_child_that_somebody_else_ends_is_an_outcome(db, number, state):
    async def story() -> None:
        runner = nights(db)
        night = asyncio.create_task(runner.run(SPACE))
        child = await begun(runner)
        child.send_signal(number)
        assert (await night).state == state

    with leaving_nobody():
        live(story())


@pytest.mark.parametrize("paused", [False, True], ids=["at work", "paused"])
def test_the_child_of_a_killed_parent_ends_and_gives_back_the_lease(db, paused):
    parent = subprocess.Popen(
        [sys.executable, __file__, str(db), "paused" if paused else ""],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[3]), *sys.path])},
    )
    with parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    child.wait(60)
    with beside(db) as store:
        assert a_sleeper(store)
        assert store.verify() == []


def test_another_sleeper_is_an_outcome_and_no_crash(db):
    with beside(db) as store:
        assert store.lease(LEASE, "another", datetime.now(UTC), timedelta(minutes=5))
        outcome = asyncio.run(nights(db).run(SPACE))
    assert outcome.state == "busy"
    assert "another process" in outcome.error


def test_a_file_that_is_none_of_ours_is_an_outcome_and_no_crash(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Tamsin, the canoe is yours. " * 200)
    outcome = asyncio.run(nights(tmp_path / "letter.txt").run(SPACE))
    assert outcome.state == "failed"
    assert "not a SQLite database" in outcome.error


def test_a_damaged_memory_is_set_aside_and_the_night_goes_on(tmp_path):
    path, talks = tmp_path / "memory.db", days(Random(2), 2, 30)
    with ltml.open(path, namespace=SPACE) as layer:
        layer.capture(talks[0])
        layer.sleep(NOW)
        layer.capture(talks[1])
    with closing(apsw.Connection(str(path))) as other:
        other.execute("""update memory set body = '{"Tamsin": "has the key"}'""")
    outcome = asyncio.run(nights(path).run(SPACE))
    assert (outcome.state, outcome.error) == ("promoted", "")
    with ltml.open(path, namespace=SPACE) as layer:
        assert not any("Tamsin" in memory.text for memory in layer.memories())


def test_what_breaks_is_told_by_its_name_and_place_and_never_with_what_was_said():
    breaking = "import sys\nfrom ltml.interfaces.serve import night_process as process\n"
    breaking += "sys.excepthook = process.report_crash\n"
    breaking += "def night():\n    raise KeyError('Tamsin has the key')\nnight()\n"
    done = subprocess.run([sys.executable, "-c", breaking], capture_output=True, text=True, check=False)
    event = json.loads(done.stdout)
    assert (done.returncode, event["event"], event["error"]) == (1, "failed", "KeyError")
    assert event["message"].startswith("KeyError at ")
    assert "Tamsin" not in done.stdout + done.stderr


def test_one_night_at_a_time(tmp_path):
    path = tmp_path / "memory.db"
    with ltml.open(path, namespace=SPACE) as layer:
        layer.capture(days(Random(1), 1, 20)[0])

    async def story() -> None:
        runner = nights(path)
        both = await asyncio.gather(runner.run(SPACE), runner.run(SPACE), runner.run("ben"))
        assert [outcome.state for outcome in both] == ["promoted", "empty", "empty"]

    live(story())


# --- lying low --------------------------------------------------------------------------------------------------------


@LINUX
def test_the_night_lies_low_but_the_writer_of_the_file_does_not(db):
    async def story() -> None:
        runner = nights(db)
        night = asyncio.create_task(runner.run(SPACE))
        child = await begun(runner)
        nice = sorted(os.getpriority(os.PRIO_PROCESS, thread.id) for thread in child.threads())
        assert (nice[0], nice[-1], child.nice()) == (os.getpriority(os.PRIO_PROCESS, 0), 19, 19)
        assert nice.count(19) == 1
        assert child.ionice().ioclass == psutil.IOPRIO_CLASS_IDLE
        assert os.getsid(child.pid) != os.getsid(0)
        await runner.stop()
        await night

    live(story())


# --- what the child says ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", [b"", b"hello\n", b"[1]\n", b"\xff\xfe\n", b'{"event": "step"\n', b"null\n"])
def test_what_is_no_json_object_says_nothing(line):
    assert parse_line(line) == {}
    assert read_outcome(SPACE, parse_line(line)) is None


def test_lines_too_long_to_be_ours_are_passed_over():
    async def story() -> None:
        stream = asyncio.StreamReader(limit=64)
        stream.feed_data(b"x" * 1000 + b"\n" + b'{"event": "ended", "state": "empty"}\n')
        stream.feed_eof()
        heard = [read_outcome(SPACE, parse_line(line)) async for line in read_lines(stream)]
        assert heard[-1] == NightOutcome(namespace=SPACE, state="empty")

    live(story())


def parent(path: str, paused: str) -> None:
    """A process that lets memory sleep, says which process that is, and waits to be killed."""

    async def story() -> None:
        runner = nights(Path(path))
        night = asyncio.create_task(runner.run(SPACE))
        child = await begun(runner)
        if paused:
            runner.pause()
            await at_rest(child)
        sys.stdout.write(f"{child.pid}\n")
        sys.stdout.flush()
        await night
        time.sleep(60)  # noqa: ASYNC251 -- it waits to be killed

    live(story())


if __name__ == "__main__":
    parent(*sys.argv[1:])
