"""The command line as a person uses it: words in, a number and two texts out."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ltml.interfaces.cli import main

TALK = """\
{"session": "s1", "role": "user", "speaker": "Ada", "text": "My parrot Olive is allergic to almonds.", \
"at": "2026-03-02T09:00:00+01:00", "ref": "a:1"}
{"session": "s1", "role": "assistant", "text": "No almonds for Olive, then.", "at": "2026-03-02T09:00:20+01:00"}
{"session": "s1", "role": "user", "speaker": "Ada", "text": "thanks!", "at": "2026-03-02T09:01:00+01:00"}
{"session": "s2", "role": "user", "speaker": "Ada", "text": "The roof of the boathouse leaks in the left corner.", \
"at": "2026-03-03T09:01:00+01:00"}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Every line of the answer as the JSON object it must be."""
        found = [json.loads(line) for line in self.out.splitlines()]
        assert all(isinstance(each, dict) for each in found)
        return found

    @property
    def answer(self) -> dict[str, Any]:
        """The last object: what comes before it is progress."""
        return self.objects[-1]


Cli = Callable[..., Said]


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "memory.db"
    monkeypatch.setenv("LTML_DB", str(path))
    monkeypatch.chdir(tmp_path)
    return path


@pytest.fixture
def cli(db: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    def run(*argv: object) -> Said:
        code = main([str(word) for word in argv])
        said = capsys.readouterr()
        return Said(code=code, out=said.out, err=said.err)

    return run


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.jsonl"
    path.write_text(TALK, encoding="utf-8")
    return path


@pytest.fixture
def begun(cli: Cli, tmp_path: Path) -> Cli:
    """A memory in which nothing is yet."""
    (tmp_path / "nothing.jsonl").touch()
    assert cli("import", "jsonl", tmp_path / "nothing.jsonl").code == 0
    return cli


@pytest.fixture
def slept(cli: Cli, talk: Path) -> Cli:
    """A memory that took in some talk and slept on it."""
    assert cli("import", "jsonl", talk).code == 0
    assert cli("sleep").code == 0
    return cli
