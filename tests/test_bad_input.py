"""What bad input gets: a clear error that says what to do, or its due; nothing is lost, and it goes on."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ltml
from ltml.capture.checks import LONGEST
from ltml.errors import BadTurn, ConfigError, LTMLError, SchemaTooNew, StoreError, UnreadableExport
from ltml.importers.jsonl import import_turns as read
from ltml.layer import MemoryLayer
from ltml.model import Turn
from ltml.store.sqlite import SqliteStore
from tests.crash.powerloss import PowerLoss
from tests.wake.lives import LATER, NOON, STORES, life, passing, said, texts_of

GOOD = '{"session": "s", "role": "user", "text": "The ladder is green.", "at": "2033-05-02T12:00:00Z"}'


@pytest.fixture(params=STORES)
def layer(request, tmp_path: Path):
    with life(request.param, tmp_path) as alive:
        yield alive


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not a JSON object"),
        ("[1]", "not a list"),
        ("null", "expected a JSON object"),
        (GOOD[:40], "not a JSON object"),
        (GOOD.replace('"text"', '"txt"'), "no 'text'"),
        (GOOD.replace('"2033-05-02T12:00:00Z"', '"yesterday"'), "no ISO time"),
        (GOOD.replace("00Z", "00"), "no time zone"),
        (GOOD[:-1] + ', "origin": "rumour"}', "unknown origin"),
        (GOOD.replace('"The ladder is green."', '["a"]'), "is not text but list"),
        ("[" * 5000, "not a JSON object"),
    ],
)
def test_a_bad_line_is_named_by_file_and_number_and_nothing_of_the_call_is_kept(layer, tmp_path, line, words):
    path = tmp_path / "talk.jsonl"
    path.write_text(f"{GOOD}\n\n{line}\n{GOOD}\n", "utf-8")
    with pytest.raises(UnreadableExport, match=rf"talk\.jsonl:3: .*{words}"):
        layer.capture(read(path))
    assert list(layer.turns()) == []


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path):
    with pytest.raises(UnreadableExport, match=r"none\.jsonl cannot be read"):
        list(read(tmp_path / "none.jsonl"))
    (tmp_path / "raw.jsonl").write_bytes(bytes(range(256)))
    with pytest.raises(UnreadableExport, match=r"raw\.jsonl:1"):
        list(read(tmp_path / "raw.jsonl"))


# --- texts ----------------------------------------------------------------------------------------------------------


def test_a_turn_of_200_000_characters_is_kept_slept_on_found_and_shown_in_part(layer):
    long = "The quince tree needs pruning. " + "It has many branches and leaves to look after. " * 4300
    assert len(long) > 200_000
    layer.capture([said(long, ref="long"), said("My canoe is green.", 1)])
    assert layer.sleep(LATER).state == "promoted"
    assert next(layer.turns()).text == long
    injection = layer.wake("What about my quince tree?", 256, LATER)
    assert "quince tree needs pruning" in injection.text
    assert injection.tokens <= 256


def test_a_text_of_50_megabytes_is_refused_with_the_cure_and_the_talk_goes_on(layer):
    with pytest.raises(BadTurn, match=f"52428802 characters and at most {LONGEST} are kept; split it"):
        layer.capture([said("lorem " * 8738133 + "sits")])
    layer.capture([said("My canoe is green.")])
    assert texts_of(list(layer.turns())) == ["My canoe is green."]


ODD = {
    "nul": ("before\x00after kumquat", "kumquat"),
    "half an emoji": ("half \ud83d of a pomelo", "pomelo"),
    "hebrew": ("אני גרה ברחוב הרצל בחיפה", "הרצל"),
    "arabic": ("قطتي تنام على الأريكة", "قطتي"),
    "han, two characters": ("我的猫住在东京的小房子里。", "东京"),
    "han, one character": ("我的猫住在东京的小房子里。", "猫"),
    "kana": ("きのう、カヌーを修理しました。", "カヌー"),
    "hangul": ("제 고양이는 창가에서 잠을 자요.", "고양이"),
    "marks above": ("Le cafe\u0301 est froid.", "café"),
    "direction marks": ("\u202ethe \u202bkumquat\u202c is ripe", "kumquat"),
    "line ends": ("one\r\ntwo\rkumquat\u2028four", "kumquat"),
}


@pytest.mark.parametrize(("text", "word"), ODD.values(), ids=list(ODD))
def test_text_of_any_kind_is_kept_as_it_is_and_found(layer, text, word):
    layer.capture([said(text, ref="odd"), said("My canoe is green.", 1), said("Odile plays the cello.", 2)])
    for _ in range(2):
        assert texts_of(list(layer.turns()))[0] == text
        assert [hit.refs for hit in layer.recall(word, 3, LATER)] == [("odd",)]
        layer.sleep(LATER)
    assert layer.verify() == []


@given(text=st.text(alphabet=st.characters(codec=None, categories=None)), asked=st.text())
def test_no_text_breaks_the_circle(text: str, asked: str):
    with passing("sqlite") as layer:
        layer.capture([said(text), said(text, 1, role="assistant"), said(text, 2)])
        assert layer.sleep(LATER).state in ("promoted", "refused")
        assert texts_of(list(layer.turns())) == [text] * 3
        for question in (text, asked):
            assert layer.wake(question, 200, LATER).tokens <= 200
        assert layer.verify() == []


# --- time -----------------------------------------------------------------------------------------------------------


def test_a_clock_that_runs_backwards_loses_nothing(layer):
    for day in (5, -5, 0, -400):
        layer.capture([said(f"My canoe got coat {day}.", day, session="one")])
        layer.sleep(NOON + timedelta(days=day))
    assert texts_of(list(layer.turns())) == [f"My canoe got coat {day}." for day in (-400, -5, 0, 5)]
    assert layer.recall("canoe", 9, NOON - timedelta(days=4000))
    assert layer.verify() == []


@pytest.mark.parametrize(
    "at",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=12))),
    ],
)
def test_the_first_and_the_last_day_there_are_may_be_spoken_of(layer, at):
    layer.capture(
        [Turn(session="s", role="user", text="Yesterday the canoe sank, tomorrow and next year it rises.", at=at)]
    )
    assert layer.sleep(LATER).state == "promoted"
    assert next(layer.turns()).at == at
    assert layer.recall("canoe", 1, at)
    assert layer.wake("What about my canoe yesterday?", 200, at).tokens <= 200


# --- nothing, and odd names -----------------------------------------------------------------------------------------


def test_nothing_at_all_is_no_error(layer):
    assert layer.capture([]).new == 0
    assert layer.sleep(LATER).state == "empty"
    assert layer.wake("", 512, LATER) == ltml.Injection()
    assert layer.recall("", 5, LATER) == []
    assert (list(layer.items()), layer.memories(), layer.nights(), layer.verify()) == ([], [], [], [])
    assert layer.stats()["turns"] == 0


@pytest.mark.parametrize("kind", STORES)
@pytest.mark.parametrize(
    "name", ["", " ", "../../etc/passwd", "a'; drop table turn; --", "水\x00\u202e%", "half \ud83d", "x" * 5000]
)
def test_a_namespace_may_have_any_name(kind, name, tmp_path):
    where = tmp_path / "m.db" if kind == "sqlite" else "ephemeral:"
    with ltml.open(where, namespace=name) as layer:
        layer.capture([said("My canoe is green."), said("My canoe is green.", 1)])
        assert layer.sleep(LATER).state == "promoted"
        assert "canoe" in layer.wake("Which colour has my canoe?", 200, LATER).text
        layer.undo(layer.nights()[0].id)
        assert layer.forget("canoe").state == "proven"
        assert layer.store.namespaces() == [name]
        assert layer.verify() == []
    assert all(path.name.startswith("m.db") for path in tmp_path.iterdir())


# --- the file -------------------------------------------------------------------------------------------------------

CAPTURE = """
import sys
from datetime import datetime, timedelta, timezone
import ltml
path, name = sys.argv[1:]
noon = datetime(2033, 5, 2, 12, tzinfo=timezone.utc)
with ltml.open(path, namespace="ada") as layer:
    for n in range(30):
        layer.capture([ltml.Turn(session=name, role="user", text=f"{name} says {n}", at=noon + timedelta(minutes=n))])
        layer.wake("What did I say?", 200, noon)
"""


def test_two_processes_on_one_file_lose_nothing(tmp_path):
    path = str(tmp_path / "m.db")
    command = [sys.executable, "-c", CAPTURE, path]
    running = [subprocess.Popen([*command, name], stderr=subprocess.PIPE, text=True) for name in ("left", "right")]
    with ltml.open(path, namespace="ada") as layer:
        layer.sleep(LATER)
        assert [(process.communicate()[1], process.returncode) for process in running] == [("", 0)] * 2
        layer.sleep(LATER)
        assert len(list(layer.turns())) == 60
        assert layer.verify() == []


def altered(path: Path, statement: str) -> None:
    connection = apsw.Connection(str(path))
    connection.execute(statement)
    connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with ltml.open(tmp_path / "m.db") as layer:
        layer.capture([said("My canoe is green.", ref="r0"), said("My canoe is green.", 1, ref="r1")])
        layer.sleep(LATER)
    return tmp_path / "m.db"


def test_a_database_from_a_newer_version_is_left_alone_with_the_cure(path):
    altered(path, "pragma user_version = 9999")
    before = path.read_bytes()
    with pytest.raises(SchemaTooNew, match="newer"):
        ltml.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("raw", [b"not a database at all, but long enough to look at" * 20, b"\x00" * 4096])
def test_a_file_that_is_no_database_is_left_alone(tmp_path, raw):
    path = tmp_path / "photo.db"
    path.write_bytes(raw)
    with pytest.raises(StoreError, match=r"photo\.db"):
        ltml.open(path)
    assert path.read_bytes() == raw


def test_a_folder_instead_of_a_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="is a folder; name a file in it"):
        ltml.open(tmp_path)


@pytest.mark.parametrize("table", ["posting", "shelf", "fold"])
def test_an_index_that_is_gone_is_noticed_and_built_again(path, table):
    with ltml.open(path) as layer:
        expected = layer.recall("canoe", 5, LATER)
        assert expected
    altered(path, f"delete from {table}")  # noqa: S608 -- a table of ours
    with ltml.open(path) as layer:
        assert layer.verify() != []
        assert all("(mended)" in line for line in layer.verify(repair=True))
        assert layer.verify() == []
        assert layer.recall("canoe", 5, LATER) == expected


def test_a_full_disk_loses_nothing_says_so_and_goes_on_when_there_is_room(tmp_path):
    vfs = PowerLoss("full", tmp_path)
    with MemoryLayer(SqliteStore(tmp_path / "m.db", vfs=vfs.name), "ada", clock=lambda: LATER) as layer:
        layer.capture([said("My canoe is green.")])
        vfs.disk.fail(1, "SQLITE_FULL", forever=True)
        for call in (
            lambda: layer.capture([said("No room.", 1)]),
            lambda: layer.sleep(LATER),
            lambda: layer.remember("No."),
        ):
            with pytest.raises(LTMLError, match="full"):
                call()
        assert layer.recall("canoe", 1, LATER)
        vfs.disk.heal()
        layer.capture([said("No room.", 1)])
        assert layer.sleep(LATER).state == "promoted"
        assert texts_of(list(layer.turns())) == ["My canoe is green.", "No room."]
        assert layer.verify() == []


def test_after_closing_every_call_says_that_it_is_closed(tmp_path):
    layer = ltml.open(tmp_path / "m.db")
    layer.close()
    for call in (lambda: layer.capture([said("x")]), lambda: layer.wake("x"), lambda: layer.sleep(datetime.now(UTC))):
        with pytest.raises(StoreError, match="closed"):
            call()
    layer.close()
