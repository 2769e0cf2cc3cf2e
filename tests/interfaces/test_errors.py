"""One sentence, the right number, no traceback."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest


def test_an_unknown_command_says_which_is_near(cli):
    said = cli("recal", "x")
    assert said.code == 2
    assert "Did you mean 'recall'?" in said.err


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["wake"], 2, "Missing argument 'QUERY'"),
        (["night", "show", "nope"], 3, "no night called nope"),
        (["show", "nope"], 3, "nothing called nope"),
        (["pin", "nope"], 3, "no memory called nope"),
        (["import", "papyrus", "x"], 2, "no importers plugin called 'papyrus'"),
        (["import", "jsonl", "missing.jsonl"], 3, "missing.jsonl cannot be read"),
        (["export", "no/such/folder.jsonl"], 2, "cannot be written"),
        (["status", "--config", "missing.toml"], 2, "no such settings file"),
        (["status", "--db", "redis://here"], 2, "redis:// is not a store"),
        (["sleep", "--filter", "tealeaves"], 2, "no filters plugin called 'tealeaves'"),
        (["bench", "speed", "--sizes", "many"], 2, "expected whole numbers"),
        (["night", "undo", "last"], 3, "no such night yet"),
        (["status", "--db", "~nobody-of-that-name/x.db"], 2, "~nobody-of-that-name stands for no home folder"),
        (["engine", "run", "--model", "~nobody-of-that-name/x"], 2, "~nobody-of-that-name stands for no home folder"),
    ],
)
def test_an_error_is_one_sentence_and_a_number(begun, words, code, sentence):
    said = begun(*words)
    assert said.code == code
    assert sentence in said.err
    assert said.out == ""
    assert "Traceback" not in said.err


def test_with_json_an_error_is_an_object_on_standard_error(cli):
    said = cli("--json", "wake")
    assert said.code == 2
    assert said.out == ""
    assert json.loads(said.err) == {
        "error": "Missing argument 'QUERY'.",
        "hint": "ltml wake --help shows how it is used",
    }


def test_debug_shows_where_an_error_came_from(begun, monkeypatch):
    monkeypatch.setenv("LTML_DEBUG", "1")
    assert "Traceback" in begun("night", "show", "nope").err


def test_an_unknown_setting_in_the_environment_is_named(cli, monkeypatch):
    monkeypatch.setenv("LTML_WAKE__COVERGE", "0.1")
    said = cli("status")
    assert said.code == 2
    assert "did you mean 'coverage'" in said.err


def test_settings_of_the_folder_are_read(begun, tmp_path):
    (tmp_path / "ltml.toml").write_text("[sleep]\nfilter = 'tealeaves'\n")
    assert "tealeaves" in begun("sleep").err


def test_a_file_that_is_no_memory_is_refused_and_left_alone(cli, tmp_path):
    diary = tmp_path / "diary.txt"
    diary.write_text("Dear diary, " * 100)
    assert cli("status", "--db", diary).code == 3
    assert diary.read_text() == "Dear diary, " * 100


def process(*words: str, **settings: str) -> subprocess.Popen[bytes]:
    """A process of its own, whose standard input stays open and says nothing."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-m", "ltml", *words], env=os.environ | settings, stdin=pipe, stdout=pipe, stderr=pipe
    )


def test_a_bug_is_one_sentence_too(db):
    program = "import sys; from ltml.interfaces import cli; from ltml.interfaces.cli import app\n"
    program += "app.application = None; sys.argv = ['ltml', 'status']; sys.exit(cli.main())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("ltml: LTML met something it was not written for: TypeError")
    assert "Traceback" not in done.stderr


def test_a_reader_who_leaves_is_met_with_silence(db):
    with process("demo") as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""


def test_ctrl_c_stops_with_130_and_one_word(db):
    with process("import", "jsonl", "-") as running:
        assert running.stderr is not None
        until_reading(running.pid, db)
        running.send_signal(signal.SIGINT)
        said = running.stderr.read()
        assert running.wait() == 130
    assert said == b"ltml: stopped\n"


def until_reading(pid: int, db: os.PathLike[str]) -> None:
    """Wait until the process has its memory open."""
    while not os.path.exists(db):  # noqa: PTH110 -- a path of any kind
        time.sleep(0.05)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize("words", ["demo --fast", "memories", "recall parrot", "doctor", "night diff last"])
def test_no_encoding_and_no_narrow_terminal_is_a_reason_to_crash(slept, encoding, words):
    slept("remember", "鸚鵡叫 Olive \U0001f99c \ud83d")
    with process(*words.split(), PYTHONIOENCODING=encoding, PYTHONUTF8="0", COLUMNS="12") as running:
        _, err = running.communicate()
        assert running.returncode == 0, err
