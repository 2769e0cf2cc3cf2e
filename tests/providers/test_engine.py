"""The embedded engine: a real llama.cpp with a real model, and the ways in which it ends."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import psutil
import pytest

from ltml.errors import ConfigError, MissingExtra, ProviderUnavailable
from ltml.providers.engine import XLLAMACPP, Engine, default_threads, start_engine

#: Seconds after which what should have happened counts as never happening.
NEVER = 30.0
HELLO = {"messages": [{"role": "user", "content": "How many legs has a dog?"}], "max_tokens": 8, "temperature": 0}
LONG = HELLO | {"max_tokens": 4000, "ignore_eos": True, "stream": True}


@pytest.fixture(scope="module")
def engine(smollm2: Path) -> Iterator[Engine]:
    with start_engine(smollm2) as running:
        yield running


def soon(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + NEVER
    while not (done := happened()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return done


def gone(process: int) -> bool:
    try:
        return bool(psutil.Process(process).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def ask(engine: Engine, path: str, body: object = None, *, key: str | None = None, **headers: str) -> httpx2.Response:
    sent = {"Authorization": f"Bearer {engine.key if key is None else key}", **headers}
    return httpx2.request("POST" if body else "GET", engine.url + path, json=body, headers=sent, timeout=NEVER)


def test_it_talks_to_whoever_has_the_key(engine):
    answer = ask(engine, "/v1/chat/completions", HELLO).json()
    assert answer["choices"][0]["message"]["content"].strip()
    assert answer["model"] == engine.name == "SmolLM2-135M-Instruct.Q4_1"


@pytest.mark.parametrize("path", ["/v1/models", "/props", "/slots", "/tokenize", "/metrics", "/lora-adapters"])
def test_it_tells_nothing_to_those_without_the_key(engine, path):
    assert ask(engine, path, key="guessed").status_code == 401
    assert httpx2.get(engine.url + path).status_code == 401


def test_it_does_not_talk_without_the_key(engine):
    for path in ("/v1/chat/completions", "/completion", "/v1/completions", "/v1/embeddings", "/infill"):
        assert ask(engine, path, HELLO, key="guessed").status_code == 401


def test_no_page_in_a_browser_may_read_it(engine):
    for origin in ("http://evil.example", "null"):
        answer = ask(engine, "/health", Origin=origin)
        assert answer.headers.get("Access-Control-Allow-Origin", "") == ""
        assert answer.headers.get("Access-Control-Allow-Credentials", "false") == "false"


def test_nobody_sees_what_others_say(engine):
    assert ask(engine, "/slots").status_code in {404, 501}
    assert ask(engine, "/").status_code == 404  # no pages either


def test_it_listens_on_this_machine_only(engine):
    assert {c.laddr.ip for c in psutil.Process(engine._process.pid).net_connections() if c.status == "LISTEN"} == {
        "127.0.0.1"
    }


def test_the_key_is_nowhere_to_be_read(engine):
    process = psutil.Process(engine._process.pid)
    assert engine.key not in " ".join(process.cmdline())
    assert engine.key not in " ".join(process.environ().values())
    assert engine.key not in repr(engine)


def test_two_engines_have_two_keys(engine, smollm2):
    with start_engine(smollm2, context=512) as other:
        assert other.key != engine.key
        assert ask(other, "/v1/models", key=engine.key).status_code == 401


def test_the_context_is_no_longer_than_the_model_was_trained_for(engine, smollm2):
    with start_engine(smollm2, context=20_000) as other:
        assert [slot_context(one) for one in (engine, other)] == [8192, 8192]


def test_the_context_is_for_each_talk(smollm2):
    with start_engine(smollm2, context=1024, slots=2) as running:
        assert slot_context(running) == 1024


def slot_context(engine: Engine) -> int:
    return int(ask(engine, "/props").json()["default_generation_settings"]["n_ctx"])


def test_it_lets_go_of_the_model_when_nobody_talks_and_takes_it_up_again(smollm2):
    with start_engine(smollm2, idle=1, context=512) as running:
        assert soon(lambda: ask(running, "/props").json()["is_sleeping"])
        assert ask(running, "/v1/chat/completions", HELLO).status_code == 200


def test_closed_it_is_gone_and_may_be_closed_again(smollm2):
    running = start_engine(smollm2, context=512)
    assert running.alive
    running.close()
    running.close()
    assert not running.alive
    assert gone(running._process.pid)
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(running.url + "/health")


def test_it_can_be_closed_in_the_middle_of_an_answer(smollm2):
    running = start_engine(smollm2, context=8192)
    headers = {"Authorization": f"Bearer {running.key}"}
    url = running.url + "/v1/chat/completions"
    with httpx2.stream("POST", url, json=LONG, headers=headers, timeout=NEVER) as answer:
        lines = answer.iter_lines()
        assert next(lines)
        running.close()
        assert not running.alive
        with pytest.raises(httpx2.RemoteProtocolError):
            list(lines)


def test_it_ends_when_its_standard_input_does(smollm2):
    running = start_engine(smollm2, context=512)
    assert running._process.stdin is not None
    running._process.stdin.close()
    assert soon(lambda: not running.alive)
    running.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no sessions")
def test_ctrl_c_in_the_terminal_does_not_reach_it(engine):
    assert os.getsid(engine._process.pid) != os.getsid(0)
    assert os.getpgid(engine._process.pid) != os.getpgid(0)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_sigterm_ends_it(smollm2, end):
    running = start_engine(smollm2, context=512)
    os.kill(running._process.pid, end)
    assert soon(lambda: not running.alive)
    running.close()


PARENT = """
import multiprocessing, sys, time
from pathlib import Path
from ltml.providers.engine import start_engine

running = start_engine(Path(sys.argv[1]), context=512)
helper = multiprocessing.get_context(sys.argv[2]).Process(target=time.sleep, args=(60,))
if sys.argv[2] == "fork":
    helper.start()
print(running._process.pid, helper.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.parametrize("helper", ["spawn", "fork"])
def test_it_does_not_outlive_its_parent_even_if_a_helper_does(smollm2, helper):
    command = [sys.executable, "-W", "ignore", "-c", PARENT, str(smollm2), helper]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        engine, helping = parent.stdout.readline().split()
        parent.kill()
        try:
            assert soon(lambda: gone(int(engine)))
        finally:
            if helper == "fork":
                os.kill(int(helping), signal.SIGKILL)


def test_half_a_file_is_refused(smollm2, tmp_path):
    half = tmp_path / "half.gguf"
    with smollm2.open("rb") as file:
        half.write_bytes(file.read(10_000_000))
    with pytest.raises(ProviderUnavailable, match="is the file whole"):
        start_engine(half)


def test_what_is_no_gguf_is_refused_before_anything_starts(tmp_path):
    poem = tmp_path / "poem.gguf"
    poem.write_text("roses are red")
    with pytest.raises(ConfigError, match="does not begin with the letters GGUF"):
        start_engine(poem)
    with pytest.raises(ConfigError, match=r"nowhere.*No such file"):
        start_engine(tmp_path / "nowhere.gguf")


def test_a_port_that_is_taken_is_said(engine, smollm2):
    port = int(engine.url.rpartition(":")[2])
    with pytest.raises(ProviderUnavailable, match=f"port {port}"):
        start_engine(smollm2, port=port, context=512)


def test_one_that_loads_too_long_is_given_up_and_nothing_is_left_behind(smollm2):
    threads = threading.active_count()
    with pytest.raises(ProviderUnavailable, match=r"0\.01 seconds too short"):
        start_engine(smollm2, patience=0.01)
    assert not psutil.Process().children() or all(
        "engine_child" not in c.cmdline() for c in psutil.Process().children()
    )
    assert soon(lambda: threading.active_count() <= threads)


def test_it_is_silent_unless_asked(smollm2, capfd):
    with start_engine(smollm2, context=512) as running:
        ask(running, "/v1/chat/completions", HELLO)
    assert capfd.readouterr() == ("", "")


def test_loud_it_tells_what_it_does_and_never_what_was_said(smollm2, capfd):
    with start_engine(smollm2, context=512, loud=True) as running:
        body = {"messages": [{"role": "user", "content": "My marmalade is quincelike."}], "max_tokens": 4}
        ask(running, "/v1/chat/completions", body)
    told = capfd.readouterr().err
    assert "llama" in told
    assert "marmalade" not in told
    assert running.key not in told


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch):
    model = tmp_path / "some.gguf"
    model.write_bytes(b"GGUF")
    monkeypatch.setattr(sys, "path", [path for path in sys.path if "site-packages" not in path])
    monkeypatch.delitem(sys.modules, "xllamacpp", raising=False)
    with pytest.raises(MissingExtra, match=r"pip install 'ltml\[engine\]'"):
        start_engine(model)


def test_the_command_installs_the_version_and_the_sums_that_are_locked():
    """After `make lock ARGS=--upgrade` this says what to write in engine.py."""
    locked = (Path(__file__).parents[2] / "requirements-dev.txt").read_text("utf-8")
    version, sums = re.findall(r"^xllamacpp==(\S+) \\\n((?:    --hash=sha256:\w+(?: \\)?\n)+)", locked, re.MULTILINE)[0]
    assert XLLAMACPP.version == version
    assert sorted(XLLAMACPP.sha256) == sorted(re.findall(r"sha256:(\w+)", sums))


def test_the_extra_lets_in_what_the_command_installs():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    (wanted,) = project["project"]["optional-dependencies"]["engine"]
    assert wanted == f"xllamacpp>={'.'.join(XLLAMACPP.version.split('.')[:2])}"


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (3, 1), (4, 2), (8, 4), (64, 32)])
def test_half_the_cores_work_and_one_of_two(cores, threads):
    assert default_threads(cores) == threads
