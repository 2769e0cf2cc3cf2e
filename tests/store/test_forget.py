"""What was forgotten is not in the bytes, the receipt says no more than is true, and what is left is left alone."""

import json
import sys
import unicodedata
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import NamedTemporaryFile

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.model import Night
from ltml.protocols import Selection
from ltml.store.sqlite import SqliteStore
from ltml.store.sqlite.scan import digest_with, digest_words, find_words, read_pieces
from ltml.testing.stores.fixtures import (
    ANNA,
    BEN,
    NOON,
    current_turns,
    keep_turn,
    learn_memory,
    make_memory,
    make_turn,
    run_night,
)

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
    store.append(ANNA, [make_turn(f"Idle talk number {n} about the weather.", n) for n in range(150)])
    secret = store.append(ANNA, [replace(make_turn(SECRET, 200), speaker="Halibut", ref="room:Zwiebelturm")]).ids[0]
    store.append(ANNA, [make_turn(f"More idle talk {n}, would you believe it.", 300 + n) for n in range(150)])
    (turn,) = store.turns(ANNA, [secret])
    note = make_memory("m1", f"It is {SECRET}.", turn)
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    store.commit(ANNA, "n1", [secret], [replace(keep_turn(secret), reason=f"says {SECRETS[0]}"), learn_memory(note)])
    store.finish(ANNA, "n1", "promoted", {"probe": f"who is {SECRETS[5]}?", "turns": 1.0})
    store.record_answer(ANNA, "q", SECRET)
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
        run_night(store, "n2", [], *(keep_turn(turn.id) for turn in current_turns(store)[::2] if turn.id != secret))
        store.undo(ANNA, "n2")
        assert store.forget(ANNA, store.find(ANNA, "zwiebelturm"), NOON).state == "proven"
    assert left_in(tmp_path) == set()


def test_a_receipt_is_pending_while_a_reader_holds_old_pages_and_proven_when_it_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(SqliteStore(path)) as store:
        order = Selection(turns=(a_life(store),))
        with Popen([sys.executable, "-c", READER, str(path)], stdin=PIPE, stdout=PIPE, text=True) as reader:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "looking\n"
            first = store.forget(ANNA, order, NOON)
            assert (first.state, store.append(ANNA, [make_turn("Life goes on.", 999)]).new) == ("pending", 1)
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
        ids = store.append(ANNA, [make_turn(forgotten), make_turn("```\n" + "filler " * 60 + stays + "\n```", 1)]).ids
        store.append(BEN, [make_turn(stays)])
        run_night(
            store, "n1", ids, *map(keep_turn, ids), learn_memory(make_memory("m1", stays, current_turns(store)[1]))
        )
        assert store.forget(ANNA, Selection(turns=(ids[0],)), NOON).state == "proven"
        assert [turn.text for turn in store.turns(BEN)] == [stays]
        assert store.verify() == []


@pytest.mark.parametrize(
    ("forgotten", "stays"),
    [
        ("My sister told me a secret.", "Boats float well."),
        ("SQLite format, table, index and a secret value", "Boats float well."),
        ("The party is on Friday.", "I like this party a lot."),
        ("My family has a happy pony.", "Your families are happy, and so are ponies."),
        ("Die Mädchen liefen durch Gärten", "Ein Mädchen lief durch den Garten."),
        ("Les chevaux sont heureux", "Un cheval heureux"),
        ("camelCase and e-mail and v0.6.2", "The camel, a case, an email, version 0.6.2"),
        ("My hand hurts, said the night owl", "Ouch."),
        ("It was 2031 and the code 0305 or 1200", "Twelve."),
        ("ünïcode açaí", "unicode acai"),
        ("abuse of the activeness", "Quiet."),
        ("told kept active archive pinned warm hot null true", "Cold."),
    ],
)
def test_what_a_fresh_file_or_the_texts_left_would_hold_too_is_no_residue(
    tmp_path: Path, forgotten: str, stays: str
) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        ids = store.append(ANNA, [make_turn(forgotten, session="ab"), make_turn(stays, 1, session="ab")]).ids
        run_night(
            store, "hand-n1", ids, *map(keep_turn, ids), learn_memory(make_memory("m1", stays, current_turns(store)[1]))
        )
        store.lease("night", "the host", NOON, timedelta(hours=1))
        assert store.forget(ANNA, Selection(turns=ids[:1]), NOON).state == "proven"
        assert store.forget(ANNA, Selection(turns=ids[:1]), NOON).state == "proven"


def test_a_search_term_that_no_text_left_makes_is_residue(tmp_path: Path) -> None:
    """A scrub that missed the index would be noticed: the term is judged by texts, and not by the index."""
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        ids = store.append(ANNA, [make_turn("We meet at the Zwiebelturm."), make_turn("It rains.", 1)]).ids
        with closing(apsw.Connection(str(tmp_path / "a.db"))) as connection:
            connection.execute("create trigger t before delete on posting begin select raise(ignore); end")
        assert store.forget(ANNA, Selection(turns=ids[:1]), NOON).state == "pending"


@pytest.mark.parametrize("left", [100, 10, 8, 6])
def test_a_word_is_found_though_its_beginning_was_written_over(left: int) -> None:
    digest = digest_with(b"k" * 32)
    wanted = digest_words(["Die Zwiebelturmgasse, 東京駅前 und ОТТИЛИЯ"], digest)
    for word in ("Zwiebelturmgasse", "ОТТИЛИЯ"):
        raw = word.encode()[-left:]
        pieces = pieces_in(b"\x00\x07abc\xd0user" + raw + b"ltdj\x01\xff")
        assert any(word.casefold().endswith(found) for found in find_words(pieces, wanted, digest)), raw


@given(
    st.lists(st.text(st.characters(categories=["L", "N"]), min_size=4, max_size=12), min_size=1, max_size=5), st.data()
)
def test_whatever_is_said_is_found_in_bytes_in_any_case_form_and_escape(
    said_words: list[str], data: st.DataObject
) -> None:
    digest = digest_with(b"k" * 32)
    wanted = digest_words([" ".join(said_words)], digest)
    word = data.draw(st.sampled_from(said_words))
    shown = data.draw(st.sampled_from([word, word.casefold(), *map(decomposed, [word, word.casefold()])]))
    raw = data.draw(st.sampled_from([shown.encode(), json.dumps(shown).encode()]))
    pieces = pieces_in(b"\x17" + data.draw(st.binary(max_size=20)) + b" " + raw + b" \x00user")
    assert find_words(pieces, wanted, digest), raw


def decomposed(word: str) -> str:
    return unicodedata.normalize("NFKD", word)


def pieces_in(raw: bytes) -> frozenset[str]:
    with NamedTemporaryFile(delete=False) as file:
        file.write(raw)
    try:
        return read_pieces([Path(file.name)])[1]
    finally:
        Path(file.name).unlink()


def test_what_a_process_that_ended_left_pending_is_finished_by_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(SqliteStore(path)) as store:
        order = Selection(turns=(a_life(store),))
        with closing(apsw.Connection(str(path))) as reader:
            reader.execute("begin").execute("select count(*) from turn").fetchall()
            first = store.forget(ANNA, order, NOON)
            assert first.state == "pending"
            with closing(SqliteStore(path)) as other:  # it cannot finish either, and opens all the same
                assert other.forget(ANNA, order, NOON).state == "pending"
            assert left_in(tmp_path) & {"Zwiebelturm", "halibut"}
    SqliteStore(path).close()
    assert left_in(tmp_path) == set()
    with closing(apsw.Connection(str(path))) as connection:
        assert connection.execute("select id, state, sought from forgotten").fetchall() == [(first.id, "proven", "[]")]


def test_no_word_that_is_looked_for_is_written_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(SqliteStore(path)) as store:
        order = Selection(turns=(a_life(store),))
        with closing(apsw.Connection(str(path))) as reader:
            reader.execute("begin").execute("select count(*) from turn").fetchall()
            assert store.forget(ANNA, order, NOON).state == "pending"
        with closing(apsw.Connection(str(path))) as connection:
            ((body, wanted),) = connection.execute("select body, sought from forgotten").fetchall()
    assert len(json.loads(str(wanted))) >= len(SECRETS)
    assert not [word for word in SECRETS if word.casefold() in f"{body}{wanted}".casefold()]


def test_two_orders_at_the_same_moment_are_two_receipts(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        receipts = []
        for _ in range(2):
            order = Selection(turns=store.append(ANNA, [make_turn("Said, forgotten, said again.")]).ids)
            receipts.append(store.forget(ANNA, order, NOON).id)
        assert len(set(receipts)) == 2
        assert store.verify() == []
