"""A memory's life on the command line: told, slept on, asked, corrected, taken back, forgotten."""

import io
import json
import stat
from pathlib import Path

import apsw
import pytest

from ltml.interfaces.cli import checks
from ltml.interfaces.cli.diff import diff
from ltml.interfaces.cli.naming import SHORTEST
from ltml.model import MEMORY_KINDS
from ltml.sleep import cues, fold


def test_an_empty_store_says_what_to_do_first(begun):
    assert "ltml demo" in begun("status").out
    assert "ltml sleep" in begun("nights").out
    assert "ltml remember" in begun("memories").out


def test_status_says_what_to_do_next(cli, talk):
    cli("import", "jsonl", talk)
    assert "`ltml sleep` takes in 4 new turns" in " ".join(cli("status").out.split())
    cli("sleep")
    status = cli("status", "--json").answer
    assert (status["new_turns"], status["last_night"]["state"]) == (0, "promoted")
    assert status["next"].startswith("all is slept on")


def test_the_data_folder_is_made_for_this_user_alone(cli, monkeypatch):
    monkeypatch.delenv("LTML_DB")
    cli("remember", "I live by the lake.")
    place = Path(cli("status", "--json").answer["db"])
    assert place.parts[-2:] == ("ltml", "memory.db")
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_a_kind_that_is_none_is_answered_with_those_there_are(slept):
    said = slept("memories", "--kind", "foo")
    assert said.code == 2
    assert all(kind in said.err for kind in ("foo", *MEMORY_KINDS))
    assert said.out == ""


def test_a_kind_of_which_there_is_nothing_is_not_called_an_empty_memory(slept):
    said = slept("memories", "--kind", "commitment")
    assert said.code == 0
    assert said.out == "No memories of the kind commitment.\n"
    assert slept("memories", "--kind", "protected", "--json").answer["kind"] == "protected"


def test_every_kind_that_nights_learn_is_among_those_that_are_named():
    assert {*cues.KINDS, *fold.SALIENCE} <= set(MEMORY_KINDS)


def test_a_dry_run_shows_the_changes_with_reasons_and_makes_none(cli, talk):
    cli("import", "jsonl", talk)
    said = cli("sleep", "--dry-run").out
    assert "+ My parrot Olive is allergic to almonds." in said
    assert "why: " in said
    assert cli("status", "--json").answer["new_turns"] == 4
    assert cli("memories", "--json").objects == []


def test_sleep_tells_programs_how_far_it_is(cli, talk):
    cli("import", "jsonl", talk)
    *progress, night = cli("sleep", "--json").objects
    assert progress
    assert {line["event"] for line in progress} == {"progress"}
    assert night["state"] == "promoted"


def test_a_night_is_shown_before_and_after_and_taken_back(slept):
    assert "set aside as phatic" in slept("night", "diff", "last").out
    assert all(change["reason"] for change in slept("night", "diff", "last", "--json").objects)
    assert slept("night", "undo", "last").code == 0
    assert slept("memories", "--json").objects == []
    assert slept("night", "undo", "last").code == 3


def test_everything_a_night_looked_at_is_listed_on_demand(slept):
    assert "boathouse" not in slept("night", "diff", "last").out
    assert "boathouse" in slept("night", "diff", "last", "--all").out


def test_a_correction_is_shown_as_what_it_was_and_what_it_is(slept):
    name = slept("memories", "--json").answer["id"]
    slept("edit", name[:8], "Olive may eat no nuts at all.")
    said = " ".join(slept("night", "diff", "last").out.split())
    assert "said: My parrot Olive is allergic to almonds. -> Olive may eat no nuts at all." in said
    assert "Olive may eat no nuts at all." in slept("show", name).out
    assert "edited" in slept("why", name).out


def test_the_beginning_of_an_id_is_enough_but_not_a_letter_or_two(slept):
    name = slept("memories", "--json").answer["id"]
    assert slept("show", name[:SHORTEST], "--json").answer["id"] == name
    assert slept("show", name[: SHORTEST - 2]).code == 3


def test_undoing_the_last_night_twice_goes_one_night_further_back(slept):
    slept("remember", "I live by the lake.")
    assert slept("night", "undo", "last", "--json").answer["kind"] == "hand"
    assert slept("night", "undo", "last", "--json").answer["kind"] == "night"


def test_wake_says_nothing_where_nothing_is_about_the_question(slept):
    assert "almonds" in slept("wake", "What may the parrot not eat?").out
    assert slept("wake", "Who wrote the anthem of Fiji?", "--json").answer["recall"] == ""
    assert len(slept("wake", "parrot", "--budget", "0").out.splitlines()) == 1


# ------------------------------------------------------------ forgetting


def test_forgetting_shows_what_goes_and_refuses_without_a_yes(slept):
    said = slept("forget", "boathouse")
    assert said.code == 2
    assert "The roof of the boathouse leaks" in said.out
    assert slept("status", "--json").answer["turns"] == 4


def test_a_dry_run_of_forgetting_changes_nothing(slept):
    assert slept("forget", "almonds", "--dry-run", "--json").answer["state"] == "dry-run"
    assert slept("status", "--json").answer["turns"] == 4


def test_a_dry_run_of_forgetting_names_the_nights_that_lose_their_undo(slept):
    night = slept("nights", "--json").answer["id"]
    rehearsed = " ".join(slept("forget", "almonds", "--dry-run").out.split())
    assert f"These nights could then no longer be undone: {night}" in rehearsed
    assert slept("nights", "--json").answer["state"] == "promoted"
    done = " ".join(slept("forget", "almonds", "--yes").out.split())
    assert f"These nights can no longer be undone: {night}" in done


def test_forgetting_hands_out_a_receipt(slept, db):
    receipt = slept("forget", "boathouse", "--yes", "--json").answer
    assert (receipt["state"], len(receipt["turns"])) == ("proven", 1)
    assert b"boathouse" not in db.read_bytes()
    assert slept("forget", "boathouse", "--yes", "--json").answer["state"] == "nothing"


GUESS = "leaking roof left"


def test_a_guess_is_never_forgotten_unseen(slept):
    said = slept("forget", GUESS, "--yes")
    assert said.code == 2
    assert "word for word" in said.err
    assert "1. " in said.out
    assert "The roof of the boathouse leaks" in said.out
    assert slept("status", "--json").answer["turns"] == 4


def test_a_program_is_told_what_a_description_may_mean_and_names_it(slept):
    said = slept("forget", GUESS, "--yes", "--json")
    assert said.code == 2
    (first, *_) = said.answer["candidates"]
    assert said.answer["state"] == "unclear"
    assert "boathouse" in first["items"][0]["text"]
    assert first["id"] in said.err
    rehearsed = slept("forget", GUESS, "--dry-run", "--json")
    assert (rehearsed.code, rehearsed.answer["state"]) == (0, "dry-run")
    assert slept("forget", GUESS, "--pick", "1", "--dry-run", "--json").answer["turns"] == first["turns"]
    assert slept("status", "--json").answer["turns"] == 4
    for name in (first["id"], first["id"][:10]):
        assert slept("forget", name, "--dry-run", "--json").answer["turns"] == first["turns"]
    assert slept("forget", GUESS, "--pick", "1", "--yes", "--json").answer["turns"] == first["turns"]
    assert slept("status", "--json").answer["turns"] == 3


def test_a_number_that_is_not_among_the_choices_forgets_nothing(slept):
    said = slept("forget", GUESS, "--pick", "99", "--yes")
    assert (said.code, "no number 99" in said.err) == (2, True)
    assert slept("status", "--json").answer["turns"] == 4


@pytest.mark.parametrize(
    ("typed", "options", "left"), [("1\ny\n", [], 3), ("1\n", ["--yes"], 3), ("1\nn\n", [], 4), ("\n", ["--yes"], 4)]
)
def test_a_person_picks_what_a_description_means(slept, terminal, typed, options, left):
    said = terminal(typed, "forget", GUESS, *options)
    assert "Which of these, by number?" in said.err
    assert said.code == (0 if left == 3 else 1)
    assert slept("status", "--json").answer["turns"] == left


@pytest.mark.parametrize(("typed", "left"), [("y\n", 3), ("\n", 4), ("no\n", 4)])
def test_a_person_is_asked_before_anything_is_forgotten(slept, terminal, typed, left):
    said = terminal(typed, "forget", "boathouse")
    assert "Forget it for good? [y/N]" in said.err
    assert said.code == (0 if left == 3 else 1)
    assert slept("status", "--json").answer["turns"] == left


@pytest.fixture
def terminal(cli, monkeypatch):
    """Type an answer where standard input is a terminal."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def run(typed, *words):
        monkeypatch.setattr("sys.stdin", Terminal(typed))
        return cli(*words)

    return run


# ------------------------------------------------------------ care


def test_the_doctor_makes_no_memory_where_there_is_none(cli, db):
    assert cli("doctor").code == 0
    assert not db.exists()


def test_every_fault_says_how_to_mend_it(slept, db):
    db.chmod(0o644)
    said = slept("doctor", "--json")
    assert said.code == 3
    faults = [finding for finding in said.objects if finding["state"] == "fail"]
    assert [fault["name"] for fault in faults] == ["privacy"]
    assert faults[0]["mend"] == f"chmod 600 {db}"


def test_the_doctor_names_turns_that_hold_a_secret_from_before_they_were_masked(cli, db, monkeypatch):
    monkeypatch.setenv("LTML_CAPTURE__SECRETS", "keep")
    kept = json.loads(cli("remember", "The wifi password is Tangerine#4417", "--json").out)
    assert "secrets" not in [finding["name"] for finding in cli("doctor", "--json").objects]
    monkeypatch.delenv("LTML_CAPTURE__SECRETS")
    cli("remember", "The wifi password is Tangerine#4418")
    found = next(finding for finding in cli("doctor", "--json").objects if finding["name"] == "secrets")
    turn = kept["evidence"][0]["turn"]
    assert found["state"] == "note"
    assert found["says"].startswith(
        f"1 kept with what looks like a secret, from before they were masked: {turn} (password"
    )
    assert "Tangerine" not in str(found)
    assert "`ltml forget ID`" in found["mend"]
    assert cli("forget", turn, "--yes").code == 0
    assert next(each for each in cli("doctor", "--json").objects if each["name"] == "secrets")["state"] == "ok"


def test_a_damaged_memory_is_a_fault_and_not_a_crash(slept, db):
    body = bytearray(db.read_bytes())
    body[4096 : 4096 * 6] = b"\xff" * (4096 * 5)
    db.write_bytes(bytes(body))
    said = slept("doctor", "--json")
    assert said.code == 3
    assert all(finding["mend"] for finding in said.objects if finding["state"] == "fail")


@pytest.mark.parametrize("left", [0, 50, 2_000, 4_096, 12_288, 0.5, 0.9])
def test_of_a_file_that_was_cut_off_doctor_and_verify_say_the_same(slept, db, left):
    body = db.read_bytes()
    db.write_bytes(body[: int(left * len(body)) if isinstance(left, float) else left])
    for side in ("-wal", "-shm"):
        db.with_name(db.name + side).unlink(missing_ok=True)
    [fault] = [each for each in slept("doctor", "--json").objects if each["state"] == "fail"]
    verified = slept("verify", "--json")
    assert verified.code == 3
    assert json.loads(verified.err)["error"] == f"{fault['says']}; {fault['mend']}"
    assert "backup" in verified.err


def test_of_a_file_that_is_no_memory_doctor_and_verify_say_the_same(cli, db):
    for body in (b"Dear diary, " * 1_000, b"Dear"):
        db.write_bytes(body)
        [fault] = [
            each for each in cli("doctor", "--json").objects if each["state"] == "fail" and each["name"] == "file"
        ]
        assert json.loads(cli("verify", "--json").err)["error"] == f"{fault['says']}; {fault['mend']}"


def test_an_old_sqlite_is_a_fault():
    assert checks._check_sqlite("3.50.4").state == "fail"
    assert checks._check_sqlite("3.51.3").state == "ok"


def test_a_full_disk_is_a_fault():
    assert checks._check_space(1_000_000).state == "fail"


@pytest.mark.parametrize(("kind", "found"), [("nfs4", "nfs4"), ("ext4", "ext4")])
def test_the_file_system_of_the_nearest_mount_counts(tmp_path, kind, found):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"dev / xfs rw 0 0\nhost {tmp_path} {kind} rw 0 0\n")
    assert checks.filesystem(tmp_path / "data", mounts) == found


def test_a_sound_memory_is_called_sound(slept):
    assert slept("verify", "--json").answer == {"sound": True, "complaints": [], "rebuilt": False, "damaged": 0}


def test_reindex_mends_what_verify_finds(slept, db):
    connection = apsw.Connection(str(db))
    connection.execute("delete from posting")
    connection.close()
    assert slept("verify").code == 3
    assert slept("reindex").code == 0
    assert slept("verify").code == 0


# ------------------------------------------------------------ the demo


def test_the_demo_shows_the_whole_circle_and_touches_nothing(cli, db):
    lines = cli("demo", "--json").objects
    night = next(line for line in lines if line["event"] == "night")
    asked = [line for line in lines if line["event"] == "asked"]
    changes = [line for line in lines if line["event"] == "change"]
    assert night["state"] == "promoted"
    assert len(changes) == 3
    assert all(change["reason"] for change in changes)
    assert sum(not line["recall"] for line in asked) == 1
    assert sum("[pasted]" in line["recall"] for line in asked) == 1
    assert not db.exists()


def test_the_demos_pasted_order_never_stands_in_every_talk(cli):
    blocks = [line["block"] for line in cli("demo", "--json").objects if line["event"] == "asked"]
    assert any("clover" in block for block in blocks)
    assert not any("Pellets" in block for block in blocks)


def test_the_demo_shows_people_three_changes_with_their_reasons(cli):
    said = cli("demo").out
    assert said.count("why: ") == 3
    assert said.rstrip().splitlines()[-1].strip().startswith("ltml ")


def test_nothing_to_change_is_said_and_not_left_empty():
    assert [line.plain for line in diff([], {})] == ["Nothing changed."]


def test_bench_asks_your_own_logs_and_goes_on_where_it_stopped(cli, tmp_path):
    turns = [
        {"ref": f"r{n}", "session": "s", "at": f"2026-03-0{n}T09:00:00+00:00", "role": "user", "text": text}
        for n, text in enumerate(["The ferry leaves at noon.", "Olive the parrot bites."], 1)
    ]
    question = {
        "id": "q", "at": "2026-03-09T09:00:00+00:00", "question": "When does the ferry leave?", "kind": "single_fact",
        "answerable": True, "answers": ["noon"], "evidence": ["r1"],
    }  # fmt: skip
    log = {"log_id": "l", "turns": turns, "questions": [question]}
    (tmp_path / "log.jsonl").write_text(json.dumps(log))
    words = ["bench", "logs", "log.jsonl", "--systems", "unslept,slept", "--budgets", "64", "--resume", "done.jsonl"]
    first = cli(*words, "--json").answer
    assert first["systems"] == ["unslept", "slept"]
    assert cli(*words, "--json").answer["results"] == first["results"]
