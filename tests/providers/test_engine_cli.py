"""`ltml engine`: the commands as a person runs them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx2
import pytest


def ltml(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(arguments), capture_output=True, text=True, check=False, env=environment(home))


def command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "ltml", "engine", *arguments]


def environment(home: Path) -> dict[str, str]:
    return os.environ | {"XDG_DATA_HOME": str(home)}


@pytest.fixture
def home(tmp_path: Path, smollm2: Path) -> Path:
    """A data folder in which the real model is installed."""
    models = tmp_path / "ltml" / "models"
    models.mkdir(parents=True)
    (models / smollm2.name).symlink_to(smollm2)
    return tmp_path


def test_what_is_installed_stays_and_this_is_said(home):
    people, programs = ltml("install", home=home), ltml("install", "--json", home=home)
    assert "was there already" in people.stdout
    assert json.loads(programs.stdout.splitlines()[-1])["new"] is False


def test_a_file_of_ones_own_is_used_from_then_on(home, smollm2):
    chosen = ltml("install", "--model", str(smollm2), "--json", home=home)
    assert json.loads(chosen.stdout.splitlines()[-1])["model"] == str(smollm2)
    back = ltml("install", "--model", "smollm2", "--json", home=home)
    assert json.loads(back.stdout.splitlines()[-1])["model"].startswith(str(home))


def test_without_a_model_it_says_how_to_get_one(tmp_path):
    run = ltml("run", home=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert "ltml engine install" in run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT")
def test_run_prints_where_it_listens_and_ctrl_c_ends_it(home):
    with subprocess.Popen(
        command(["run", "--json", "--context", "512"]),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(home),
    ) as running:  # fmt: skip
        assert running.stdout is not None
        told = json.loads(running.stdout.readline())
        answer = httpx2.get(told["url"] + "/v1/models", headers={"Authorization": f"Bearer {told['key']}"})
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=30)
    assert answer.json()["data"][0]["id"] == told["model"]
    assert json.loads(errors.splitlines()[-1]) == {"error": "stopped"}
    assert all(json.loads(line).keys() <= {"error", "warning"} for line in errors.splitlines())
    assert running.returncode == 130
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(told["url"] + "/health")
