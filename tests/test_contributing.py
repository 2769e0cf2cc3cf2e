"""Every row of CONTRIBUTING's table "One file to add": the file is added to a copy of the package, and it works."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ltml

ROOT = Path(__file__).parents[1]
TALK = '{"session": "s1", "role": "user", "text": "My bees sleep.", "at": "2026-05-04T09:00:00+02:00"}\n'
FILTER = '''
from ltml.model import Verdict

def judge_all(turns):
    """Keep everything."""
    return [Verdict(turn=turn.id, keep=True, kind="turn", reason="a filter of mine") for turn in turns]

plugin = judge_all
'''
IMPORTER = '''
from datetime import UTC, datetime
from ltml.model import Turn

def import_lines(path):
    """Read a turn a line."""
    for line in path.read_text("utf-8").splitlines():
        yield Turn(session="lines", role="user", text=line, at=datetime(2026, 5, 4, tzinfo=UTC))

plugin = import_lines
'''
DIALECT = """
from ltml.dialects.ollama_chat import OllamaChat

class EchoChat(OllamaChat):
    path = "/api/echo"

plugin = EchoChat()
"""
DIALECT_IN_USE = """
from ltml.plugins import find_plugin, list_plugins
spoken = {find_plugin("dialects", name).path for name in list_plugins("dialects")}
body = b'{"model": "m", "messages": [{"role": "user", "content": "hi"}]}'
request = find_plugin("dialects", "echo").parse_request(body)
print("/api/echo" in spoken, request.messages[0].text)
"""
STORE = '''
from ltml.store.ephemeral import EphemeralStore

class NotebookStore(EphemeralStore):
    """A store of mine."""

plugin = NotebookStore
'''
STORE_HELD = """
from ltml.plugins import find_plugin
from ltml.testing import check_store
check_store(find_plugin("store", "notebook"))
print("held")
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package that files can be added to."""
    shutil.copytree(Path(ltml.__file__).parent, tmp_path / "ltml", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def run(package: Path, *arguments: str) -> str:
    """Run Python on the copy and return what it prints. It must succeed."""
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=package,
        env={**os.environ, "PYTHONPATH": str(package)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_ltml(package: Path, *arguments: str) -> list[dict[str, object]]:
    """Run a command on the copy and return its answers."""
    out = run(package, "-m", "ltml", *arguments, "--db", str(package / "m.db"), "--json")
    return [json.loads(line) for line in out.splitlines()]


def test_a_filter_sorts_the_night(package):
    (package / "ltml" / "filters" / "mine.py").write_text(FILTER, "utf-8")
    (package / "talk.jsonl").write_text(TALK, "utf-8")
    run_ltml(package, "import", "jsonl", "talk.jsonl")
    run_ltml(package, "sleep", "--filter", "mine")
    assert "a filter of mine" in json.dumps(run_ltml(package, "night", "diff", "last"))


def test_an_export_format_is_imported(package):
    (package / "ltml" / "importers" / "lines.py").write_text(IMPORTER, "utf-8")
    (package / "talk.txt").write_text("I keep bees.\nThey sleep.\n", "utf-8")
    run_ltml(package, "import", "lines", "talk.txt")
    found = json.dumps(run_ltml(package, "recall", "bees"))
    assert "I keep bees." in found


def test_a_chat_api_is_spoken(package):
    (package / "ltml" / "dialects" / "echo.py").write_text(DIALECT, "utf-8")
    assert run(package, "-c", DIALECT_IN_USE) == "True hi\n"


def test_a_store_is_held_to_the_contract(package):
    (package / "ltml" / "store" / "notebook.py").write_text(STORE, "utf-8")
    assert run(package, "-c", STORE_HELD).endswith("held\n")


def test_the_table_has_no_other_rows_than_those_tried_here_and_the_language():
    table = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("## One file to add")[1].split("##")[0]
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| another")]
    assert len(rows) == 5, rows  # the language: tests/text/test_adding_a_language.py
