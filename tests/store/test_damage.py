"""`verify` finds what was damaged behind the store's back, and mends what can be built again."""

from contextlib import closing
from pathlib import Path

import apsw
import pytest

from ltml.store.sqlite import SqliteStore
from ltml.testing.stores.fixtures import (
    ANNA,
    TALK,
    archive_turn,
    assert_partition,
    current_turns,
    keep_turn,
    learn_memory,
    make_chat,
    make_memory,
    run_night,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store after a night."""
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        ids = store.append(ANNA, make_chat()).ids
        note = make_memory("m1", TALK[2], current_turns(store)[2])
        run_night(store, "n1", ids[:4], archive_turn(ids[1]), keep_turn(ids[2]), learn_memory(note))
    return tmp_path / "a.db"


def spoil(path: Path, statement: str) -> None:
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute(statement)
        assert connection.changes() > 0


def complaints(path: Path, *, repair: bool = False) -> list[str]:
    with closing(SqliteStore(path)) as store:
        return list(store.verify(repair=repair))


def test_a_sound_store_has_no_complaints(path: Path) -> None:
    assert complaints(path) == []


@pytest.mark.parametrize(
    ("statement", "words", "fate"),
    [
        ("update turn set text = replace(text, 'blue', 'blve') where no = 1", "is not what was captured", "(mended)"),
        ("update turn set at = at + 1 where no = 2", "is not what was captured", "(mended)"),
        ("update turn set namespace = namespace + 1 where no = 2", "is not what was captured", "(mended)"),
        ("update turn set text = 'The shed is grey.' where no = 1", "is not what was captured", "(set aside)"),
        ("update turn set salt = zeroblob(16) where no = 2", "is not what was captured", "(set aside)"),
        ("update turn set at = 9e18 where no = 2", "is not what was captured", "(set aside)"),
        ("update turn set session = x'ff' where no = 2", "is not what was captured", "(set aside)"),
        ("delete from turn where no = 5", "turn number 5 is missing", "(not mended)"),
        ("update chain set record = zeroblob(32) where no = 3", "chain is broken at turn number 3", "(not mended)"),
        ("update chain set link = zeroblob(32) where no = 3", "chain is broken", "(not mended)"),
        ("delete from chain where no = 3", "chain is broken", "(not mended)"),
    ],
)
def test_a_changed_turn_is_found_and_not_papered_over(path: Path, statement: str, words: str, fate: str) -> None:
    spoil(path, statement)
    assert any(words in line for line in complaints(path))
    assert any(words in line and line.endswith(fate) for line in complaints(path, repair=True))
    with closing(SqliteStore(path)) as store:
        assert not any("grey" in turn.text for turn in current_turns(store))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("delete from posting where term = 'kayak'", "search terms differ on 1 list"),
        ("update posting set data = data || data where term = 'kayak'", "search terms differ on 1 list"),
        ("update posting set data = cast(data || data as blob) where term = 'kayak'", "search terms differ on 1 list"),
        ("update posting set data = x'00' where term = 'kayak'", "search terms differ on 1 list"),
        ("update posting set first = first + 1 where term = 'kayak'", "search terms differ on 1 list"),
        ("update posting set shelf = 'archive' where term = 'kayak'", "search terms differ on 2 lists"),
        ("update shelf set documents = documents + 1", "search statistics"),
        ("update shelf set terms = terms - 1", "search statistics"),
        ("delete from fold", "fold keys"),
        ("insert into fold values (1, 1, 1)", "fold keys"),
        ("delete from new_turn", "new turns"),
        ("insert into new_turn values (1, 1)", "new turns"),
    ],
)
def test_a_damaged_derived_table_is_found_and_built_again(path: Path, statement: str, words: str) -> None:
    spoil(path, statement)
    found = complaints(path)
    assert any(words in line for line in found), found
    mended = complaints(path, repair=True)
    assert mended
    assert all("(mended)" in line for line in mended)
    assert complaints(path) == []
    with closing(SqliteStore(path)) as store:
        ids = [turn.id for turn in current_turns(store)]
        assert_partition(store, {**{ids[n]: TALK[n] for n in (0, 2, 3, 4)}, "m1": TALK[2]})


def test_a_flipped_byte_in_the_file_is_found(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    place = raw.index(b"honey tastes")
    raw[place] ^= 0x01
    path.write_bytes(raw)
    assert any("not what was captured" in line for line in complaints(path))


@pytest.mark.parametrize(
    "statement", ["update memory set body = '{'", "update verdict set dates = '[1]'", "update memory set body = '{}'"]
)
def test_a_row_that_cannot_be_read_is_a_complaint_and_no_crash(path: Path, statement: str) -> None:
    spoil(path, statement)
    assert any("is not what was written" in line for line in complaints(path))
    assert all(line.endswith(("(mended)", "(set aside)")) for line in complaints(path, repair=True))
    assert complaints(path) == []
