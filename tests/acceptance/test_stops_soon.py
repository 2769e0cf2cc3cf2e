"""A signal ends the server soon, whatever is under way and whatever hangs; nobody is left behind."""

import json
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import apsw
import psutil
import pytest

import ltml
from ltml.interfaces.serve.shutdown import LONGEST, UNFINISHED
from tests.acceptance.programs import Ltml, all_gone, closing_all
from tests.interfaces.serve.conftest import OK, Line, chaos, open_socket, post_bytes
from tests.sleep.talk import days

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
SIGNALS = (signal.SIGTERM, signal.SIGINT)
PART = (
    json.dumps({"model": "m", "message": {"role": "assistant", "content": "The tide"}, "done": False}).encode() + b"\n"
)


def talk(words: str) -> bytes:
    return json.dumps({"model": "m", "messages": [{"role": "user", "content": words}]}).encode()


def heard(line: socket.socket) -> None:
    """Wait until the beginning of an answer has come."""
    found = b""
    while b"The tide" not in found:
        data = line.recv(1 << 16)
        assert data, "it broke off"
        found += data


async def play(line: Line) -> None:
    """Begin an answer and say no more; answer nothing; or say more than anybody reads."""
    if b"silent" in line.body:
        await line.left()
        return
    await line.say(OK)
    while line.path == "/api/pull":
        await line.say(b"%x\r\n%b\r\n" % (1 << 16, b"x" * (1 << 16)))
    await line.chunk(PART)
    await line.left()


def test_the_time_is_shorter_than_the_patience_of_who_sends_the_signal():
    assert LONGEST < 2


@pytest.mark.parametrize("number", SIGNALS)
def test_with_everything_under_way_it_ends_leaves_nobody_and_keeps_what_was_said(
    tmp_path: Path, number: signal.Signals
):
    db = tmp_path / "memory.db"
    with ltml.open(db) as layer:
        for day in days(Random(3), 2, 700):
            layer.capture(day)
    with chaos(play) as upstream, ExitStack() as stack:
        server = Ltml(db, "--upstream", upstream.url, idle=0.1, poll=0.5, quiet=60)
        stack.enter_context(closing_all(server))
        server.start()
        server.asleep()
        for begun in (
            b"", b"POST /api/chat HT", b"POST /api/pull HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nhalf",
            post_bytes("/api/chat", talk("silent, please")), post_bytes("/api/embed", b"silent"),
            post_bytes("/api/pull", b"{}"),
        ):  # fmt: skip
            stack.enter_context(open_socket(server.url, begun, receive_buffer=1 << 14))
        line = stack.enter_context(open_socket(server.url, post_bytes("/api/chat", talk("When is high water?"))))
        heard(line)
        family = server.family()
        assert family
        assert server.end(number) == 0
        assert all_gone(family)
        assert not server.note.exists()
    with ltml.open(db) as layer:
        assert layer.verify() == []
        found = [(turn.text, turn.interrupted) for turn in layer.turns()]
    assert ("When is high water?", False) in found
    assert ("The tide", True) in found


#: Something that never ends, and what the process ends with.
HANGS: dict[str, tuple[str, int]] = {
    "keeping what was said": ("layer.MemoryLayer.capture = hang", UNFINISHED),
    "letting go of the memory": ("layer.MemoryLayer.close = hang", 0),
    "ending the night": ("sleep_scheduler.SleepScheduler.stop = hang_softly", UNFINISHED),
    "ending the requests": ("proxy.Proxy.settle = hang_softly", UNFINISHED),
}
HANG = """
import sys, threading, asyncio
from ltml import layer
from ltml.interfaces.serve import proxy, sleep_scheduler
def hang(*_, **__):
    threading.Event().wait()
async def hang_softly(*_, **__):
    await asyncio.Event().wait()
{}
from ltml.interfaces.cli import main
sys.exit(main(sys.argv[1:]))
"""


class Hanging(Ltml):
    """A server in which something never ends."""

    def __init__(self, db: Path, what: str, *words: str) -> None:
        super().__init__(db, *words, deadline=0.5)
        self._words = [sys.executable, "-c", HANG.format(what), *self._words[3:]]


@pytest.mark.parametrize("what", HANGS)
def test_what_never_ends_is_ended_with_the_process(tmp_path: Path, what: str):
    hangs, code = HANGS[what]
    with chaos(play) as upstream:
        server = Hanging(tmp_path / "memory.db", hangs, "--upstream", upstream.url)
        with closing_all(server):
            server.start()
            with open_socket(server.url, post_bytes("/api/chat", talk("When is high water?"))) as line:
                heard(line)
                assert server.end(signal.SIGTERM) == code
    said = "stopped before all that was said could be kept"
    assert (said in server.complaints()) == (code == UNFINISHED)


def test_a_memory_that_another_process_holds_holds_nobody_up(tmp_path: Path):
    db = tmp_path / "memory.db"
    with chaos(play) as upstream:
        server = Ltml(db, "--upstream", upstream.url, patience=60)
        with closing_all(server):
            server.start()
            with closing(apsw.Connection(str(db))) as other:
                other.execute("begin immediate")
                with open_socket(server.url, post_bytes("/api/chat", talk("When is high water?"))) as line:
                    heard(line)
                    assert server.end(signal.SIGTERM) == UNFINISHED
                other.execute("rollback")
    with ltml.open(db) as layer:
        assert layer.verify() == []


@pytest.mark.parametrize("number", SIGNALS)
def test_a_server_that_has_not_begun_ends_too(tmp_path: Path, number: signal.Signals):
    """It looks for its upstream, and that takes for ever."""
    looking = "from ltml.interfaces.serve import server; server.find_upstream = hang_in_a_thread"
    found = f"""
async def hang_in_a_thread(*_):
    print('{{"event": "listening", "says": "looking"}}', flush=True)
    await asyncio.to_thread(hang)
{looking}"""
    server = Hanging(tmp_path / "memory.db", found)
    with closing_all(server):
        server.start()
        assert server.end(number) == 130


def test_an_engine_that_is_still_loading_ends_with_its_parent(tmp_path: Path):
    """Nobody closes it: its parent was killed, and it reads a model that never ends."""
    child = """
import json, subprocess, sys, threading
code = '''
import threading
from ltml.providers import engine_child
engine_child.start_server = lambda config: threading.Event().wait()
engine_child.main()
'''
process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, text=True)
order = dict(model="m", name="m", key="k", context=1, idle=1, threads=1, slots=1, port=0, loud=False)
import os
process.stdin.write(json.dumps(order | dict(parent=os.getpid())) + "\\n")
process.stdin.flush()
print(process.pid, flush=True)
threading.Event().wait()
"""
    with subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        loading = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        assert all_gone([loading])
