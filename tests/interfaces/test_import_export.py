"""Talk comes in from files and goes out again, the same."""

import gzip
import io
import json
import lzma
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import ltml
from ltml.errors import UnreadableExport
from ltml.importers import jsonl
from ltml.model import ORIGINS, Turn
from tests.interfaces.conftest import TALK

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)  # with NUL and lone surrogates
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001
TURNS = st.builds(
    Turn, session=ANY.filter(bool), role=st.sampled_from(["user", "assistant", "tool"]), text=ANY, at=TIMES,
    speaker=ANY, ref=ANY, origin=st.sampled_from(ORIGINS),
)  # fmt: skip


@given(TURNS)
@example(Turn(session="s", role="user", text="\ud83d\x00\u2028 half", at=datetime(2026, 1, 1, tzinfo=UTC)))
def test_a_turn_is_written_and_read_back_the_same(turn):
    assert list(jsonl.read_turns(io.BytesIO(f"{jsonl.format_turn(turn)}\n".encode("ascii")), "here")) == [turn]


@settings(max_examples=15)
@given(st.lists(TURNS, max_size=5))
def test_what_was_exported_imports_to_the_same_export(turns):
    with TemporaryDirectory() as folder:
        first = exported(Path(folder) / "one.db", turns)
        assert (
            exported(Path(folder) / "two.db", jsonl.read_turns(io.BytesIO("\n".join(first).encode()), "here")) == first
        )


def exported(db, turns):
    with ltml.open(db) as layer:
        layer.capture(turns)
        return [jsonl.format_turn(turn) for turn in layer.turns()]


def test_importing_twice_keeps_once(cli, talk):
    assert cli("import", "jsonl", talk, "--json").answer["new"] == 4
    assert cli("import", "jsonl", talk, "--json").answer == {"file": str(talk), "format": "jsonl", "read": 4, "new": 0}


def test_importing_again_does_not_bring_back_what_was_forgotten_unless_told_to(cli, talk):
    cli("import", "jsonl", talk)
    assert cli("forget", "boathouse", "--yes", "--json").answer["state"] == "proven"
    said = cli("import", "jsonl", talk)
    assert "1 turn was forgotten before and was not imported; --even-forgotten imports them." in said.err
    again = cli("import", "jsonl", talk, "--json").answer
    assert (again["read"], again["new"], again["forgotten"]) == (4, 0, 1)
    assert cli("import", "jsonl", talk, "--even-forgotten", "--json").answer["new"] == 1
    assert "forgotten" not in cli("import", "jsonl", talk, "--json").answer


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_packed_files_are_read(cli, tmp_path, suffix, pack):
    packed = tmp_path / f"talk.jsonl{suffix}"
    packed.write_bytes(pack(TALK.encode()))
    assert cli("import", "jsonl", packed, "--json").answer["new"] == 4


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.jsonl.xz"])
def test_an_export_imports_again_whatever_its_packing(slept, tmp_path, name):
    assert slept("export", name).code == 0
    assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert slept("import", "jsonl", name, "--db", "other.db", "--json").answer["new"] == 4
    assert slept("export", "--db", "other.db").out == slept("export").out


def test_an_export_never_replaces_a_file_unasked(slept, talk):
    before = talk.read_bytes()
    assert slept("export", talk).code == 2
    assert talk.read_bytes() == before
    assert slept("export", talk, "--force").code == 0


def test_standard_input_is_read(cli, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(TALK.encode()))
    monkeypatch.setattr("sys.stdin", stream)
    assert cli("import", "jsonl", "-", "--json").answer["new"] == 4


GOOD = {"session": "s", "role": "user", "text": "x", "at": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "not a JSON object"),
        ("[1]", "expected a JSON object, one turn a line, not a list"),
        ("[" * 100_000, "not a JSON object"),
        ("\udcff", "not a JSON object in UTF-8"),
        (json.dumps(GOOD | {"at": "yesterday"}), "'at' is no ISO time"),
        (json.dumps(GOOD | {"at": "2026-01-01T00:00:00"}), "'at' has no time zone"),
        (json.dumps(GOOD | {"origin": "gossip"}), "unknown origin 'gossip'"),
        (json.dumps(GOOD | {"session": ""}), "'session' is empty"),
        (json.dumps(GOOD | {"text": ["x"]}), "'text' is not text but list"),
        (json.dumps({"role": "user"}), "the turn has no 'session'"),
    ],
)
def test_an_unreadable_line_is_named_with_its_file_and_what_was_read_stays(cli, talk, line, complaint):
    with talk.open("ab") as file:
        file.write(line.encode("utf-8", "surrogateescape") + b"\n")
    said = cli("import", "jsonl", talk)
    assert said.code == 3
    assert f"{talk}:5: " in said.err
    assert complaint in said.err


def test_after_an_error_what_was_imported_before_is_kept(cli, talk, monkeypatch):
    monkeypatch.setattr("ltml.interfaces.cli.files.BATCH", 2)
    talk.write_text(f"{TALK}oops\n", encoding="utf-8")
    assert "the 4 turns before it are kept" in cli("import", "jsonl", talk).err
    assert cli("status", "--json").answer["turns"] == 4


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_a_damaged_archive_is_an_error_that_names_the_file(cli, tmp_path, suffix, pack):
    broken = tmp_path / f"talk.jsonl{suffix}"
    broken.write_bytes(pack(TALK.encode())[:-12])
    said = cli("import", "jsonl", broken)
    assert said.code == 3
    assert str(broken) in said.err


class Endless(io.RawIOBase):
    """A file without an end."""

    def readline(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size > 0, "a line is never read without a limit"
        return f"{json.dumps(GOOD)}\n".encode()


def test_a_file_is_read_line_by_line_and_never_whole():
    assert len(list(islice(jsonl.read_turns(Endless(), "endless"), 3))) == 3  # type: ignore[arg-type]


def test_a_line_without_end_is_given_up_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 100)
    with pytest.raises(UnreadableExport, match="a line of more than"):
        list(jsonl.read_turns(io.BytesIO(b"x" * 1000), "wide"))
