"""What only a file can show of talks overheard: the secret, the bytes, the indexes, the records behind the words."""

from contextlib import closing
from pathlib import Path

import apsw

from ltml.model import Injection, Item
from ltml.protocols import MessageDigest, Selection
from ltml.store.sqlite import SqliteStore
from ltml.store.sqlite.statements import sql
from ltml.testing.stores.fixtures import ANNA, NOON, make_chat, make_turn

TOWER = "Zwiebelturm"


def in_the_bytes(folder: Path, words: str) -> bool:
    return any(words.lower().encode() in file.read_bytes().lower() for file in folder.iterdir())


def spoil(path: Path, statement: str) -> None:
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute(statement)
        assert connection.changes() > 0


def test_digests_are_stable_over_restarts_and_differ_from_store_to_store(tmp_path: Path) -> None:
    found = []
    for name in ("a.db", "a.db", "b.db"):
        with closing(SqliteStore(tmp_path / name)) as store:
            found.append(store.keyed_digest("The shed is blue."))
    assert found[0] == found[1] != found[2]


def test_a_digest_is_not_the_one_by_which_an_injection_is_recognised(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        store.record_injection(ANNA, Injection(recall="The recall."), NOON, None)
        digest = store.keyed_digest("The recall.")
    with closing(apsw.Connection(str(tmp_path / "a.db"))) as connection:
        assert connection.execute("select count(*) from injected where digest <> ?", (digest,)).fetchall() == [(1,)]


def test_what_is_heard_is_not_in_the_bytes(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        store.record_messages(
            ANNA, "s1", [MessageDigest(digest=store.keyed_digest(TOWER), pair=store.keyed_digest(TOWER), place=0)], NOON
        )
        assert not in_the_bytes(tmp_path, TOWER)


def test_words_placed_leave_the_bytes_with_what_they_said(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        turn = store.append(ANNA, [*make_chat(), make_turn(f"We meet at the {TOWER}.", 9)]).ids[-1]
        digest = store.keyed_digest("a chain")
        store.record_messages(ANNA, "s1", [MessageDigest(digest=digest, pair=digest, place=0)], NOON)
        for number in range(40):  # enough for overflow pages and a split of the tree
            recall = f"[memory: quotes]\n- {number}: they meet at the {TOWER}.\n" + "- The kayak is old.\n" * 60
            item = Item(text=recall, kind="told", score=1.0, evidence=(), id=turn if number % 2 else "m")
            store.record_injection(ANNA, Injection(recall=recall, items=(item,)), NOON, f"s{number}", digest)
        assert in_the_bytes(tmp_path, TOWER)
        assert store.forget(ANNA, Selection(turns=(turn,)), NOON).state == "proven"
        assert [store.placed_texts(ANNA, f"s{number}") for number in range(40)] == [[]] * 40
        assert not in_the_bytes(tmp_path, TOWER)
        assert not in_the_bytes(tmp_path, digest)
        assert store.verify() == []


def test_a_session_named_after_what_was_forgotten_keeps_no_receipt_pending(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        turn = store.append(ANNA, [make_turn(f"The {TOWER} again, a standing profile.", session="s1")]).ids[0]
        store.append(ANNA, [make_turn("Nothing.", session="s2")])
        item = Item(text="x", kind="profile", score=1.0, evidence=(), id="m")
        store.record_injection(ANNA, Injection(recall="x", items=(item,)), NOON, f"about the {TOWER}")
        assert store.forget(ANNA, Selection(turns=(turn,)), NOON).state == "proven"


def test_talks_are_found_by_index_however_many_there_are(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        store.record_messages(ANNA, "s1", [MessageDigest(digest="d", pair="p", place=0)], NOON)
    with closing(apsw.Connection(str(tmp_path / "a.db"))) as connection:
        plan = connection.execute(f"explain query plan {sql('messages by digest')}", (1, "[]")).fetchall()
    looked_up = sorted(str(row[3]).partition("(")[2] for row in plan if str(row[3]).startswith("SEARCH h "))
    assert looked_up == [
        "namespace=? AND digest=?)",
        "namespace=? AND pair=?)",
        "namespace=? AND session=? AND place>?)",
    ]
    assert not [row[3] for row in plan if str(row[3]).startswith("SCAN h")]


def test_what_is_ordered_away_is_found_by_index(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "a.db").close()
    with closing(apsw.Connection(str(tmp_path / "a.db"))) as connection:
        plan = connection.execute(f"explain query plan {sql('turns with revisions')}", (1, "[]")).fetchall()
    looked_up = sorted(str(row[3]).partition("(")[2] for row in plan if " t " in str(row[3]))
    assert set(looked_up) == {"id=?)", "namespace=? AND session=? AND ref=?)"}


def test_verify_finds_words_that_hang_on_no_record_and_drops_them(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        store.record_injection(ANNA, Injection(recall="The recall."), NOON, "s1", "p")
    spoil(tmp_path / "a.db", "delete from used")
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        assert any("kept for replay" in line for line in store.verify())
        assert all("(mended)" in line for line in store.verify(repair=True))
        assert store.verify() == []
        assert list(store.placed_texts(ANNA, "s1")) == []
