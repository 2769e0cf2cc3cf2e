"""The copies that LTML made of a memory are forgotten from too, and doctor looks into every copy beside it."""

import shutil
from contextlib import closing
from pathlib import Path

import apsw
import pytest

import ltml
from ltml.interfaces.cli.checks import run_checks
from ltml.protocols import Selection
from ltml.store.sqlite import SqliteStore
from ltml.store.sqlite.connect import back_up, connect_to_read
from ltml.store.sqlite.statements import schema_scripts
from ltml.testing.stores.fixtures import ANNA, NOON, current_turns, learn_memory, make_memory, make_turn, run_night
from tests.store.older import rewritten

WORD = "Xylowicket"
NEWEST = f"memory.db.before-schema-{len(schema_scripts())}"


def a_file_of_the_first_schema(folder: Path) -> Path:
    """A memory that LTML will bring to the newest schema when it is opened, after a copy."""
    with closing(SqliteStore(folder / "today.db")) as store:
        ids = store.append(ANNA, [make_turn(f"My boat is called {WORD}."), make_turn("It rains.", 1)]).ids
        run_night(store, "n1", ids, learn_memory(make_memory("m1", f"The boat: {WORD}.", current_turns(store)[0])))
    rewritten(folder / "today.db", folder / "memory.db")
    (folder / "today.db").unlink()
    return folder / "memory.db"


def holding(folder: Path, word: str = WORD) -> set[str]:
    return {f.name for f in folder.iterdir() if f.is_file() and word.lower().encode() in f.read_bytes().lower()}


def doctor(path: Path) -> dict[str, str]:
    return {finding.name: finding.state for finding in run_checks(str(path))}


def test_what_is_forgotten_leaves_the_copy_made_before_a_new_schema_and_the_receipt_says_so(tmp_path: Path) -> None:
    path = a_file_of_the_first_schema(tmp_path)
    with closing(SqliteStore(path)) as store:
        assert NEWEST in holding(tmp_path)
        receipt = store.forget(ANNA, store.find(ANNA, WORD), NOON)
        assert (receipt.state, receipt.removed) == ("proven", (NEWEST,))
        assert holding(tmp_path) == set()
    assert doctor(path)["copies"] == "ok"


def test_a_copy_that_holds_nothing_of_it_stays(tmp_path: Path) -> None:
    path = a_file_of_the_first_schema(tmp_path)
    with closing(SqliteStore(path)) as store:
        later = store.append(ANNA, [make_turn("The postman is called Quibblethorn.", 9)]).ids
        receipt = store.forget(ANNA, Selection(turns=later), NOON)
        assert (receipt.state, receipt.removed) == ("proven", ())
        assert (tmp_path / NEWEST).exists()


def test_a_copy_goes_though_each_of_the_words_is_said_elsewhere_too(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "memory.db")) as store:
        ids = store.append(ANNA, [make_turn("The party is on Friday."), make_turn("On Friday, a party?", 1)]).ids
        with closing(connect_to_read(str(tmp_path / "memory.db"))) as connection:
            back_up(connection, str(tmp_path / NEWEST))
        assert store.forget(ANNA, Selection(turns=ids[:1]), NOON).removed == (NEWEST,)


@pytest.mark.parametrize("name", [NEWEST, f"{NEWEST}.unfinished", "memory.db.before-schema-2"])
def test_a_copy_that_cannot_be_read_goes_with_whatever_is_forgotten(tmp_path: Path, name: str) -> None:
    with closing(SqliteStore(tmp_path / "memory.db")) as store:
        ids = store.append(ANNA, [make_turn("My boat is called Xylowicket.")]).ids
        (tmp_path / name).write_bytes(b"half a file, cut in the middle of Xylowick")
        assert store.forget(ANNA, Selection(turns=ids), NOON).removed == (name,)
        assert not (tmp_path / name).exists()


def test_a_memory_alone_leaves_the_copies_too(tmp_path: Path) -> None:
    path = a_file_of_the_first_schema(tmp_path)
    with closing(SqliteStore(path)) as store:
        assert store.forget(ANNA, Selection(memories=("m1",)), NOON).removed == (NEWEST,)


def test_orders_of_an_older_ltml_are_looked_at_again_for_the_copies_it_left_alone(tmp_path: Path) -> None:
    path = a_file_of_the_first_schema(tmp_path)
    shutil.copy(path, tmp_path / "memory.db.before-schema-2")
    with closing(apsw.Connection(str(path))) as connection:
        (turn,) = connection.execute("select id from turn where text like ?", (f"%{WORD}%",)).fetchall()
        body = f'{{"numbers":[1],"turns":["{turn[0]}"],"memories":["m1"],"sealed_nights":[],"bytes_scanned":1}}'
        connection.execute("insert into forgotten values ('r1', 1, 5, 'proven', ?)", (body,))
    with closing(SqliteStore(path)), closing(apsw.Connection(str(path))) as connection:
        ((state, said_now),) = connection.execute("select state, body from forgotten").fetchall()
    assert state == "proven"
    assert "memory.db.before-schema-2" in str(said_now)
    assert not (tmp_path / "memory.db.before-schema-2").exists()


def test_doctor_names_a_copy_that_holds_what_was_forgotten_whoever_made_it(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    with closing(SqliteStore(path)) as store:
        ids = store.append(ANNA, [make_turn(f"My boat is called {WORD}.")]).ids
        with closing(connect_to_read(str(path))) as connection:
            back_up(connection, str(tmp_path / "memory.db.bak"))
        assert store.forget(ANNA, Selection(turns=ids), NOON).state == "proven"
    found = {finding.name: finding for finding in run_checks(str(path))}["copies"]
    assert found.state == "fail"
    assert "memory.db.bak" in found.says
    (tmp_path / "memory.db.bak").unlink()
    assert doctor(path)["copies"] == "ok"


@pytest.mark.parametrize("there", [True, False])
def test_a_memory_behind_a_symbolic_link_is_forgotten_from_and_so_are_copies_beside_the_link(
    tmp_path: Path, there: bool
) -> None:
    (tmp_path / "disk").mkdir()
    link, real = tmp_path / "memory.db", tmp_path / "disk" / "m.db"
    if there:
        SqliteStore(real).close()
    link.symlink_to(real)
    with closing(SqliteStore(link)) as store:
        ids = store.append(ANNA, [make_turn(f"My boat is called {WORD}.")]).ids
        with closing(connect_to_read(str(real))) as connection:
            back_up(connection, str(tmp_path / NEWEST))
            back_up(connection, str(tmp_path / "disk" / "m.db.before-schema-2"))
        receipt = store.forget(ANNA, Selection(turns=ids), NOON)
        assert (receipt.state, receipt.removed) == ("proven", ("m.db.before-schema-2", NEWEST))
        assert holding(tmp_path) | holding(tmp_path / "disk") == set()
    assert link.is_symlink()
    assert doctor(link)["copies"] == "ok"


def test_a_damaged_file_that_a_repair_kept_goes_with_what_it_holds(tmp_path):
    path = tmp_path / "memory.db"
    with ltml.open(path) as layer:
        layer.remember("The spare key lies under the juniper.")
    kept = tmp_path / "memory.db.damaged-20340306-080000"
    kept.write_bytes(path.read_bytes()[:6000])
    with ltml.open(path) as layer:
        receipt = layer.forget("juniper")
    assert receipt.state == "proven"
    assert receipt.removed == (kept.name,)
    assert not kept.exists()
