"""`kill -9` at any moment, under people who talk without a pause: what a client has heard to its end is kept, once."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from random import Random
from statistics import median

import httpx2
import pytest

import ltml
from ltml.model import Turn
from tests.acceptance.programs import NEVER, Ltml, all_gone, closing_all, until
from tests.acceptance.talkers import MODEL, Heard, answered, expected, talking
from tests.reference.runners import Room
from tests.reference.running import running
from tests.reference.script import Script
from tests.reference.server import Server
from tests.sleep.talk import days

KILLS, KILLS_IF_LONG = 12, 100
NIGHTS, NIGHTS_IF_LONG = 4, 30
PEOPLE = 4
#: Seconds until a server that was killed answers again; the slowest is told, this is only what would be a failure.
BACK = 10.0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")


@contextmanager
def serving(db: Path, **settings: object) -> Iterator[Ltml]:
    """LTML before a server with scripted answers; captures have all the time in the world."""
    with running(Server(brain=Script(answered), room=Room(parallel=PEOPLE)).app) as upstream:
        server = Ltml(db, "--upstream", upstream, patience=60, **settings)
        with closing_all(server):
            yield server


@pytest.mark.timeout(3600)
def test_whatever_a_client_heard_to_its_end_is_kept_once_however_often_the_server_is_killed(
    tmp_path: Path, long: bool, tell: Callable[[str], None]
) -> None:
    chance, kills, waits = Random(1), KILLS_IF_LONG if long else KILLS, list[float]()
    with serving(tmp_path / "memory.db") as server:
        server.start()
        with talking(lambda: server.url, PEOPLE) as heard:
            for kill in range(kills):
                at_work(heard, chance)
                server.kill()
                assert complaints(server.db, heard) == [], f"kill {kill}"
                waits.append(back(server))
            at_work(heard, chance)
    assert complaints(tmp_path / "memory.db", heard) == []
    assert verified(tmp_path / "memory.db") == 0
    assert max(waits) < BACK
    twice = said_in_two_talks(tmp_path / "memory.db")
    tell(
        f"kills: {kills}, exchanges heard to their end: {len(heard.exchanges)}, lost: 0, doubled: 0; first answer "
        f"after a start: half within {median(waits):.2f} s, the slowest {max(waits):.2f} s"
    )
    tell(f"said again: {len(heard.again)}, {len(heard.openings)} of them to begin a talk; in two talks: {len(twice)}")


def at_work(heard: Heard, chance: Random) -> None:
    """Wait until people have been answered, and then for a random moment."""
    before = len(heard.exchanges)
    until(lambda: len(heard.exchanges) >= before + PEOPLE)
    time.sleep(chance.uniform(0, 0.5))


def back(server: Ltml) -> float:
    """Start it, and return the seconds until it has answered somebody; nothing is repaired by hand."""
    start = time.monotonic()
    server.start()
    said = [{"role": "user", "content": "mark 99-1"}]
    body = {"model": MODEL, "messages": said, "stream": False}
    with httpx2.Client(headers={"X-LTML-Memory": "read"}, timeout=NEVER, trust_env=False, verify=False) as client:
        client.post(f"{server.url}/api/chat", json=body).raise_for_status()
    return time.monotonic() - start


def complaints(db: Path, heard: Heard) -> list[str]:
    """What is wrong with the file as it is, opened as it is."""
    exchanges = list(heard.exchanges)
    with ltml.open(db, namespace="default") as layer:
        turns, wrong = list(layer.turns()), list(layer.verify())
    whole = {(turn.session, turn.role, turn.text) for turn in turns if not turn.interrupted}
    sessions = {text: session for session, role, text in whole if role == "user"}
    for exchange in exchanges:
        assert exchange.answer == expected(exchange.said)
        session = sessions.get(exchange.said)
        missing = session is None or (session, "assistant", exchange.answer) not in whole
        wrong += [f"lost: {exchange}"] if missing else []
    return [*wrong, *doubled(turns, heard)]


def doubled(turns: list[Turn], heard: Heard) -> Iterator[str]:
    """
    Tell what is there twice: in one talk never, in two only what was said again, in talks that began again.

    Nothing tells an opening that is said again, because its answer was kept but never arrived, from a new talk that
    begins with the same words. Of two talks that are the same so far either may go on.
    """
    once = Counter((turn.session, turn.role, turn.text) for turn in turns)
    yield from (f"doubled: {name}" for name, times in once.items() if times > 1)
    said = [turn for turn in turns if turn.role == "user"]
    begun = {turn.session: turn.text for turn in reversed(said)}
    talks: dict[str, set[str]] = {}
    for turn in said:
        talks.setdefault(turn.text, set()).add(turn.session)
    for text, sessions in talks.items():
        excused = text in heard.again and {begun[session] for session in sessions} <= heard.openings
        if len(sessions) > 1 and not excused:
            yield f"in two talks: {text}"


def said_in_two_talks(db: Path) -> list[str]:
    with ltml.open(db, namespace="default") as layer:
        said = Counter(turn.text for turn in layer.turns() if turn.role == "user")
    return [text for text, times in said.items() if times > 1]


def verified(db: Path) -> int:
    """What `ltml verify` ends with."""
    return subprocess.run(
        [sys.executable, "-m", "ltml", "--db", str(db), "verify"], check=False, timeout=NEVER
    ).returncode


@pytest.mark.timeout(3600)
def test_a_night_dies_with_its_server_and_the_next_server_sleeps_on(
    tmp_path: Path, long: bool, tell: Callable[[str], None]
) -> None:
    db, chance, kills = tmp_path / "memory.db", Random(2), NIGHTS_IF_LONG if long else NIGHTS
    told = restless(db, 400)
    with serving(db, idle=0.1, poll=0.5) as server:
        for _ in range(kills):
            server.start()
            server.asleep()
            time.sleep(chance.uniform(0, 0.1))
            night = server.family()
            server.kill()
            assert all_gone(night)
            assert kept(db) == told
        server.start()
        assert server.night()["state"] in {"promoted", "refused"}
        assert server.note.exists()
        server.kill()
    assert kept(db) == told
    assert verified(db) == 0
    tell(f"servers killed in the middle of a night: {kills}; turns: {told}, lost: 0, nights left half done: 0")


def restless(db: Path, length: int) -> int:
    """Fill a memory with talk that nobody has slept on; return how many turns."""
    with ltml.open(db, namespace="default") as layer:
        return layer.capture(chain.from_iterable(days(Random(7), 2, length))).new


def kept(db: Path) -> int:
    """Return how many turns there are in a file that is sound."""
    with ltml.open(db, namespace="default") as layer:
        assert layer.verify() == []
        return len({turn.id for turn in layer.turns()})
