"""What was forgotten is not in the bytes, the receipt says no more than is true, and what is left is left alone."""

import json
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from ltml.model import Night
from ltml.protocols import Selection
from ltml.store.sqlite import SqliteStore
from ltml.testing.stores.tools import ANNA, BEN, NOON, judged, kept, learned, memory, said, sleep

SECRETS = ("Zwiebelturm", "Ärgernis", "Çağlayan", "ОТТИЛИЯ", "東京駅前", "halibut", "Q7-4471")
SECRET = " ".join(SECRETS)
READER = """
import sys
from ltml.store.sqlite import SqliteStore
store = SqliteStore(sys.argv[1])
with store.view("anna") as view:
    view.search({"zwiebelturm"})
    print("looking", flush=True)
    sys.stdin.readline()
store.close()
"""


def forms(word: str) -> set[bytes]:
    spelled = {word, word.casefold(), word.upper(), word.lower()}
    escaped = {json.dumps(form)[1:-1] for form in spelled}
    return {form.encode(code) for form in spelled | escaped for code in ("utf-8", "utf-16-le", "utf-16-be")}


def left_in(folder: Path) -> set[str]:
    raw = b"".join(file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm"))
    return {word for word in SECRETS if any(form in raw for form in forms(word))}


def a_life(store: SqliteStore) -> str:
    """Fill a store with other talk around the secret, and sleep over it; return the secret's turn."""
    store.append(ANNA, [said(f"Idle talk number {n} about the weather.", n) for n in range(150)])
    secret = store.append(ANNA, [replace(said(SECRET, 200), speaker="Halibut", ref="room:Zwiebelturm")]).ids[0]
    store.append(ANNA, [said(f"More idle talk {n}, would you believe it.", 300 + n) for n in range(150)])
    (turn,) = store.turns(ANNA, [secret])
    note = memory("m1", f"It is {SECRET}.", turn)
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    store.commit(ANNA, "n1", [secret], [replace(judged(secret), reason=f"says {SECRETS[0]}"), learned(note)])
    store.finish(ANNA, "n1", "promoted", {"probe": f"who is {SECRETS[5]}?", "turns": 1.0})
    store.note_answer(ANNA, "q", SECRET)
    return secret


def test_nothing_of_it_is_left_in_the_bytes(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        secret = a_life(store)
        assert left_in(tmp_path) == set(SECRETS)
        receipt = store.forget(ANNA, Selection(turns=(secret,)), NOON)
        assert (receipt.state, receipt.turns, receipt.memories) == ("proven", (secret,), ("m1",))
        assert receipt.bytes_scanned > 0
        assert left_in(tmp_path) == set()
        assert store.night(ANNA, "n1").report == {"turns": 1.0}
        assert store.verify() == []
    assert left_in(tmp_path) == set()


def test_old_versions_of_a_page_are_gone_too(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        secret = a_life(store)
        sleep(store, "n2", [], *(judged(turn.id) for turn in kept(store)[::2] if turn.id != secret))
        store.undo(ANNA, "n2")
        assert store.forget(ANNA, store.find(ANNA, "zwiebel"), NOON).state == "proven"
    assert left_in(tmp_path) == set()


def test_a_receipt_is_pending_while_a_reader_holds_old_pages_and_proven_when_it_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(SqliteStore(path)) as store:
        order = Selection(turns=(a_life(store),))
        with Popen([sys.executable, "-c", READER, str(path)], stdin=PIPE, stdout=PIPE, text=True) as reader:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "looking\n"
            first = store.forget(ANNA, order, NOON)
            assert (first.state, store.append(ANNA, [said("Life goes on.", 999)]).new) == ("pending", 1)
            again = store.forget(ANNA, order, NOON)
            assert (again.id, again.state) == (first.id, "pending")
            reader.communicate("\n")
        second = store.forget(ANNA, order, NOON)
        assert (second.id, second.state) == (first.id, "proven")
        assert left_in(tmp_path) == set()


@pytest.mark.parametrize(
    ("forgotten", "stays"),
    [
        ("There would be something memorable with their session", "I would rather there be something else with their."),
        ("active memory namespace evidence promoted integer", "Nothing to see."),
        ("My password is cafe and deed and 1234", "It is cold."),
        ("Der Kuchen war gut", "Die Kuchenform ist neu, der Wein war gut."),
        ("東京 and 大阪駅", "東京タワー"),
        ("", "Empty was the other."),
        ('{"json": "[[[[' + "[" * 5000, "[[[[[[" * 3000),
    ],
)
def test_words_that_others_say_too_do_not_keep_a_receipt_pending(tmp_path: Path, forgotten: str, stays: str) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        ids = store.append(ANNA, [said(forgotten), said("```\n" + "filler " * 60 + stays + "\n```", 1)]).ids
        store.append(BEN, [said(stays)])
        sleep(store, "n1", ids, *map(judged, ids), learned(memory("m1", stays, kept(store)[1])))
        assert store.forget(ANNA, Selection(turns=(ids[0],)), NOON).state == "proven"
        assert [turn.text for turn in store.turns(BEN)] == [stays]
        assert store.verify() == []


def test_two_orders_at_the_same_moment_are_two_receipts(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        receipts = []
        for _ in range(2):
            order = Selection(turns=store.append(ANNA, [said("Said, forgotten, said again.")]).ids)
            receipts.append(store.forget(ANNA, order, NOON).id)
        assert len(set(receipts)) == 2
        assert store.verify() == []
