"""A damaged memory turns memory off, and never the chat."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import ltml
from ltml.errors import ForeignFile
from tests.interfaces.serve.conftest import SPACE, client, ended, serving, standing
from tests.interfaces.serve.test_failing_open import HINT, reference

ASKED = json.dumps({"model": "m", "stream": False, "messages": [{"role": "user", "content": "Where is Pim?"}]}).encode()


@pytest.fixture
def db(tmp_path: Path) -> Path:
    with ltml.open(tmp_path / "memory.db", namespace=SPACE) as layer:
        layer.remember(HINT)
        layer.remember("My canoe is green.")
    return tmp_path / "memory.db"


@pytest.mark.parametrize(
    "harm",
    [
        lambda raw: raw[:9000],
        lambda raw: b"\x00" * 100 + raw[100:],
        lambda raw: raw[:4000] + b"\xff" * 3000 + raw[7000:],
    ],
    ids=["cut off", "no head", "no tables"],
)
def test_the_chat_goes_on_without_a_memory_that_cannot_be_opened_and_status_says_why(
    db: Path, harm: Callable[[bytes], bytes]
) -> None:
    db.write_bytes(harm(db.read_bytes()))
    before = db.read_bytes()
    with standing(reference()) as url, serving(db, url) as running, client(running.url) as through:
        assert through.post("/api/chat", ASKED).status == 200
        status = json.loads(through.ask("GET", "/ltml/status").body)
        assert str(db) in status["memory_off"]
        assert running.counts["session failed"] == 1
    assert db.read_bytes() == before


def test_a_damaged_turn_is_not_placed_and_the_others_are(db: Path) -> None:
    raw = db.read_bytes()
    db.write_bytes(raw.replace(b"called Pim", b"called Tom"))
    upstream = reference()
    with standing(upstream) as url, serving(db, url) as running, client(running.url) as through:
        assert through.post("/api/chat", ASKED).status == 200
        assert json.loads(through.ask("GET", "/ltml/status").body)["memory_off"] is None
    placed = upstream.server.talks()[-1].body.decode()
    assert "Tom" not in placed
    assert "canoe" in placed


def test_another_program_s_file_is_a_mistake_and_no_damage(tmp_path: Path) -> None:
    import apsw

    path = tmp_path / "other.db"
    apsw.Connection(str(path)).execute("create table recipe (name)")
    with standing(reference()) as url, pytest.raises(ForeignFile), serving(path, url):
        pass


def test_by_command_what_is_damaged_is_named_mended_set_aside_and_taken_out(db: Path, tmp_path: Path) -> None:
    raw = db.read_bytes()
    db.write_bytes(raw.replace(b"called Pim", b"c\xfflled Pix"))
    words = ("--db", str(db), "-n", SPACE, "--json")
    found = ended("verify", *words)
    assert found.code == 3
    assert any("turn number 1 " in line for line in json.loads(found.out)["complaints"])
    mended = ended("verify", "--repair", *words)
    assert (mended.code, json.loads(mended.out)["damaged"] > 0) == (0, True)
    assert ended("verify", *words).code == 0
    assert ended("export", "--damaged", str(tmp_path / "aside.jsonl"), *words).code == 0
    rows = [json.loads(line) for line in (tmp_path / "aside.jsonl").read_text("ascii").splitlines()]
    assert any("lled Pix" in row["text"] for row in rows)
    db.write_bytes(db.read_bytes()[:-9000])
    assert json.loads(ended("verify", "--repair", *words).out.splitlines()[-1])["rescued"]
    assert ended("verify", *words).code == 0
