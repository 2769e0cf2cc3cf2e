"""A file of the first schema, written before there were interrupted answers, is taken over as it is."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from ltml.model import Injection, Item, Turn
from ltml.protocols import MessageDigest
from ltml.store.identity import record_digest, revision_id, turn_id
from ltml.store.sqlite import SqliteStore
from ltml.store.sqlite.statements import schema_scripts
from ltml.testing.stores.fixtures import (
    ANNA,
    NOON,
    TALK,
    archive_turn,
    current_turns,
    keep_turn,
    learn_memory,
    make_chat,
    make_memory,
    make_turn,
    run_night,
)
from tests.store.older import rewritten

SHED = Turn(session="s1", role="user", text="The shed is blue.", at=NOON)
KEY = bytes(range(32))


def lived(path: Path) -> str:
    """Give a store turns, a revision, a night and an injection; return its digest."""
    with closing(SqliteStore(path)) as store:
        ids = store.append(
            ANNA, [*make_chat(), make_turn("Half \ud800", 9, ref="r"), make_turn("Whole", 9, ref="r")]
        ).ids
        note = make_memory("m1", TALK[2], current_turns(store)[2])
        run_night(store, "n1", ids[:4], archive_turn(ids[1]), keep_turn(ids[2]), learn_memory(note))
        item = Item(text=TALK[2], kind="fact", score=1.0, evidence=(), id="m1")
        store.record_injection(ANNA, Injection(block="The block.", items=(item,)), NOON, "s1")
        return store.digest(ANNA)


@pytest.fixture
def old(tmp_path: Path) -> tuple[Path, str]:
    """A file of schema 1, and the digest of what it holds."""
    digest = lived(tmp_path / "today.db")
    rewritten(tmp_path / "today.db", tmp_path / "old.db")
    with closing(apsw.Connection(str(tmp_path / "old.db"))) as connection:
        names = {name for (name,) in connection.execute("select name from pragma_table_info('turn')")}
        assert connection.pragma("user_version") == 1
        assert "text" in names
        assert "interrupted" not in names
    return tmp_path / "old.db", digest


def test_ids_and_records_of_whole_turns_are_those_of_the_first_schema() -> None:
    named = replace(SHED, ref="r")
    assert turn_id(KEY, "anna", SHED) == "ftgcfjcbjmmdqsklfdnkdsjrcksrdnkd"
    assert turn_id(KEY, "anna", named) == "cfpqshbpfnkqdqprtkfdckbkkcpkqklb"
    assert revision_id(KEY, "anna", named) == "gdhdrcbtpfnmfhngsgdsrdldkkgdptgg"
    record = record_digest(KEY[:16], "anna", replace(SHED, id="abc")).hex()
    assert record == "cfe7ea42af877d1776ca00a5f3d54c5b28556d26d82ed25fb45be2d095a7af8b"


def test_a_file_of_the_first_schema_is_taken_over_whole_and_sound(old: tuple[Path, str]) -> None:
    path, digest = old
    with closing(SqliteStore(path)) as store:
        assert store.digest(ANNA) == digest
        assert store.verify() == []
        assert store.append(ANNA, make_chat()).new == 0
        assert store.find_injected(ANNA, ["The block."]) == {"The block."}
        assert not any(turn.interrupted for turn in current_turns(store))
        store.undo(ANNA, "n1")
        assert store.verify() == []
    assert path.with_name(f"old.db.before-schema-{len(schema_scripts())}").exists()


def test_a_file_of_the_first_schema_takes_what_is_new(old: tuple[Path, str]) -> None:
    with closing(SqliteStore(old[0])) as store:
        broken = replace(make_turn("The tide", 60, role="assistant", ref="a"), interrupted=True)
        store.append(ANNA, [broken])
        store.record_messages(ANNA, "s1", [MessageDigest(digest=store.keyed_digest("x"), pair="", place=0)], NOON)
        store.record_injection(ANNA, Injection(recall="The recall."), NOON, "s1", store.keyed_digest("x"))
    with closing(SqliteStore(old[0])) as store:
        assert current_turns(store)[-1].interrupted
        assert [words.text for words in store.placed_texts(ANNA, "s1")] == ["The recall."]
        assert [message.last for message in store.find_messages(ANNA, [store.keyed_digest("x")])] == [True]
        assert store.verify() == []


def test_verify_sees_a_flag_that_was_set_or_cleared_behind_its_back(old: tuple[Path, str]) -> None:
    with closing(SqliteStore(old[0])) as store:
        store.append(ANNA, [replace(make_turn("The tide", 60, ref="a"), interrupted=True)])
    for turn in (1, 8):
        with closing(apsw.Connection(str(old[0]))) as connection:
            connection.execute("update turn set interrupted = not interrupted where no = ?", (turn,))
        with closing(SqliteStore(old[0])) as store:
            assert len([line for line in store.verify() if "not what was captured" in line]) == 1
        with closing(apsw.Connection(str(old[0]))) as connection:
            connection.execute("update turn set interrupted = not interrupted where no = ?", (turn,))
