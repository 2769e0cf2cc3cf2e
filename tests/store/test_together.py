"""Many at once: threads that share a commit, processes that share a file, writes that are called off."""

import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import apsw
import pytest

from ltml.errors import StoreUnavailable
from ltml.store.sqlite import SqliteStore
from ltml.store.sqlite.connect import connect
from ltml.store.sqlite.writer import Writer
from ltml.testing.stores.fixtures import ANNA, BEN, archive_turn, make_chat, make_turn, run_night

CAPTURE = """
import sys
from ltml.store.sqlite import SqliteStore
from ltml.testing.stores.fixtures import make_turn
path, name = sys.argv[1:]
store = SqliteStore(path)
for n in range(60):
    turns = [make_turn(f"{name} {n} {part}", n, session=name) for part in "ab"] + [make_turn(f"both {n}", n)]
    assert 2 <= store.append("anna", turns).new <= 3
store.close()
"""
NIGHTS = """
import sys
from ltml.store.sqlite import SqliteStore
from ltml.testing.stores.fixtures import archive_turn, run_night
store = SqliteStore(sys.argv[1])
for n in range(25):
    turns = [turn.id for turn in store.next_batch("anna", 10)]
    run_night(store, f"n{n}", turns, *(archive_turn(name) for name in turns[::3]))
store.close()
"""
FORGET = """
import sys
from ltml.store.sqlite import SqliteStore
from ltml.testing.stores.fixtures import NOON, make_turn
store = SqliteStore(sys.argv[1])
for n in range(8):
    store.append("ben", [make_turn(f"canary{n}xyz", n)])
    receipt = store.forget("ben", store.find("ben", f"canary{n}xyz"), NOON)
    assert receipt.state in ("pending", "proven"), receipt
store.close()
"""


def started(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stderr=subprocess.PIPE, text=True)


def test_processes_on_one_file_lose_nothing_double_nothing_and_fail_at_nothing(tmp_path: Path) -> None:
    path = str(tmp_path / "memory.db")
    running = [started(CAPTURE, path, "x"), started(CAPTURE, path, "y"), started(NIGHTS, path), started(FORGET, path)]
    assert [(process.communicate()[1], process.returncode) for process in running] == [("", 0)] * 4
    with closing(SqliteStore(path)) as store:
        wanted = {f"{name} {n} {part}" for name in "xy" for n in range(60) for part in "ab"}
        texts = [turn.text for turn in store.turns(ANNA)]
        assert sorted(texts) == sorted(wanted | {f"both {n}" for n in range(60)})
        assert list(store.turns(BEN)) == []
        for night in reversed(store.nights(ANNA)):
            store.undo(ANNA, night.id)
        assert len(store.next_batch(ANNA, 1000)) == len(texts)
        assert store.verify() == []


def test_two_stores_in_one_process_share_a_file(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as one, closing(SqliteStore(tmp_path / "a.db")) as other:
        ids = one.append(ANNA, make_chat()).ids
        assert other.append(ANNA, make_chat()).new == 0
        run_night(other, "n1", ids, archive_turn(ids[0]))
        assert one.verify() == other.verify() == []
        assert one.digest(ANNA) == other.digest(ANNA)
        one.close()
        assert other.append(ANNA, [make_turn("Still here.", 9)]).new == 1
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        assert len(list(store.turns(ANNA))) == len(make_chat()) + 1


def test_sixty_four_threads_lose_nothing(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store, ThreadPoolExecutor(64) as pool:
        list(pool.map(lambda n: store.append(f"space {n % 3}", [make_turn(f"turn {n}", n)]), range(256)))
        texts = [turn.text for n in range(3) for turn in store.turns(f"space {n}")]
        assert sorted(texts) == sorted(f"turn {n}" for n in range(256))
        assert store.verify() == []


# ---------------------------------------------------------------- the writer


def plain(path: Path) -> Writer:
    return Writer(lambda: connect(str(path)), "test")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with closing(apsw.Connection(str(tmp_path / "a.db"))) as connection:
        connection.execute("create table t (a unique)")
    return tmp_path / "a.db"


def inserting(value: object):
    return lambda connection: connection.execute("insert into t values (?)", (value,)).fetchall()


def held(writer: Writer) -> tuple[Event, Future]:
    """Keep the writer busy until the event is set, so that what follows is one group."""
    gate, busy = Event(), Event()

    def wait(connection: apsw.Connection) -> None:
        busy.set()
        gate.wait()

    future = writer.submit(wait, alone=True)
    busy.wait()
    return gate, future


def test_jobs_that_wait_share_one_commit(path: Path) -> None:
    with closing(plain(path)) as writer:
        commits = list[int]()

        def committing() -> bool:
            commits.append(1)
            return False

        writer(lambda connection: connection.set_commit_hook(committing), alone=True)
        gate, _ = held(writer)
        futures = [writer.submit(inserting(n)) for n in range(64)]
        gate.set()
        for future in futures:
            future.result()
        assert len(commits) == 1


def test_a_job_that_fails_takes_back_itself_alone(path: Path) -> None:
    with closing(plain(path)) as writer:
        gate, _ = held(writer)
        first, bad, last = (writer.submit(inserting(value)) for value in ("a", "a", "b"))
        gate.set()
        first.result()
        last.result()
        with pytest.raises(apsw.ConstraintError):
            bad.result()
        assert writer(lambda c: c.execute("select a from t order by a").fetchall()) == [("a",), ("b",)]


def test_a_job_that_is_called_off_does_not_stop_the_writer(path: Path) -> None:
    with closing(plain(path)) as writer:
        gate, _ = held(writer)
        off, on = writer.submit(inserting("off")), writer.submit(inserting("on"))
        alone = writer.submit(inserting("alone"), alone=True)
        assert off.cancel()
        assert alone.cancel()
        gate.set()
        on.result()
        assert writer(lambda c: c.execute("select a from t").fetchall()) == [("on",)]


def test_closing_finishes_what_is_queued_and_takes_nothing_more(path: Path) -> None:
    writer = plain(path)
    gate, _ = held(writer)
    futures = [writer.submit(inserting(n)) for n in range(600)]
    gate.set()
    writer.close()
    writer.close()
    assert all(future.done() for future in futures)
    with pytest.raises(StoreUnavailable, match="closed"):
        writer(inserting("late"))
    with closing(apsw.Connection(str(path))) as connection:
        assert connection.execute("select count(*) from t").fetchall() == [(600,)]
