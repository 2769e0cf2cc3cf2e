"""An order to forget, killed with kill -9 at any point, is finished by whoever opens the memory next."""

import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from ltml.store.sqlite import SqliteStore
from ltml.store.sqlite.connect import back_up, connect_to_read
from ltml.testing.stores.fixtures import ANNA, NOON, current_turns, learn_memory, make_memory, make_turn, run_night

WORD = "Xylowicket"
KILLS, KILLS_IF_LONG = 20, 200
#: Carries the order out and counts the calls of what drives it, in every thread; kills itself at the one of this
#: number. What rows and words are read with is not counted: that is nearly all, and changes nothing.
CHILD = """
import os, signal, sys, threading
from ltml.store.sqlite import SqliteStore
from ltml.testing.stores.fixtures import ANNA, NOON
path, word, at = sys.argv[1], sys.argv[2], int(sys.argv[3])
NAMES = ("erase", "proof", "store", "database", "writer", "backups", "connect")
PLACES = tuple(f"ltml/store/sqlite/{name}.py" for name in NAMES)
seen = None
def count(frame, event, argument):
    global seen
    file = frame.f_code.co_filename
    if seen is None or not file.endswith(PLACES):
        return
    seen += 1
    if seen == at:
        os.kill(os.getpid(), signal.SIGKILL)
threading.setprofile(count)
sys.setprofile(count)
store = SqliteStore(path)
order = store.find(ANNA, word)
seen = 0
state = store.forget(ANNA, order, NOON).state
print(state, seen)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")


def a_memory(folder: Path) -> None:
    """A memory that says the word in turns and memories, among others, and a copy of it; the log is not moved yet."""
    folder.mkdir()
    path = folder / "memory.db"
    with closing(SqliteStore(path)) as store:
        talk = [
            make_turn(f"Idle talk {n}." if n % 9 else f"My boat number {n} is called {WORD}.", n) for n in range(60)
        ]
        ids = store.append(ANNA, talk).ids
        notes = [
            learn_memory(make_memory(f"m{n}", turn.text, turn))
            for n, turn in enumerate(current_turns(store))
            if n % 3 == 0
        ]
        run_night(store, "n1", ids, *notes)
        with closing(connect_to_read(str(path))) as connection:
            back_up(connection, f"{path}.before-schema-2")


def told(folder: Path, at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CHILD, str(folder / "memory.db"), WORD, str(at)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def holding(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if WORD.lower().encode() in file.read_bytes().lower()]


def receipts(folder: Path) -> list[str]:
    with closing(apsw.Connection(str(folder / "memory.db"))) as connection:
        return [str(state) for (state,) in connection.execute("select state from forgotten")]


@pytest.mark.timeout(3600)
def test_an_order_to_forget_that_was_killed_is_finished_by_the_next_start(
    tmp_path: Path, long: bool, tell: Callable[[str], None]
) -> None:
    a_memory(tmp_path / "begin")
    shutil.copytree(tmp_path / "begin", tmp_path / "whole")
    whole = told(tmp_path / "whole", -1)
    assert whole.stdout.startswith("proven"), whole.stderr
    calls, kills, met = int(whole.stdout.split()[1]), KILLS_IF_LONG if long else KILLS, Counter[str]()
    for number in range(kills):
        folder = tmp_path / "killed"
        shutil.copytree(tmp_path / "begin", folder)
        assert told(folder, 1 + number * (calls - 1) // (kills - 1)).returncode == -signal.SIGKILL
        claimed = receipts(folder)
        assert "proven" not in claimed or holding(folder) == [], f"kill {number}: proven, but in the bytes"
        with closing(SqliteStore(folder / "memory.db")) as store:
            if claimed:
                assert receipts(folder) == ["proven"], f"kill {number}"
            else:
                assert len(store.find(ANNA, WORD).turns) == 7, f"kill {number}: half of it is gone"
                assert store.forget(ANNA, store.find(ANNA, WORD), NOON).state == "proven"
            assert store.verify() == []
            assert len(current_turns(store)) == 53
        assert holding(folder) == [], f"kill {number}"
        met[claimed[0] if claimed else "not begun"] += 1
        shutil.rmtree(folder)
    tell(f"orders to forget killed: {kills} of {calls} points ({dict(met)}), left unfinished: 0")
    assert met["pending"]
