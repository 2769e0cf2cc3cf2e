"""Users and their keys on the command line, and what a server that runs makes of them."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ltml.interfaces.cli import serving
from ltml.interfaces.cli.desk import make_context
from ltml.interfaces.serve.keys import key_file
from tests.interfaces.serve.conftest import client as connected
from tests.interfaces.serve.conftest import ended, program, standing
from tests.interfaces.serve.test_failing_open import asked, reference


def test_a_key_is_shown_once_and_listed_without_itself(cli):
    said = cli("user", "add", "anna")
    [key] = [line for line in said.out.splitlines() if line.startswith("ltml_")]
    assert "`ltml user add default`" in said.err  # from now on the owner needs one, too
    for listed in (cli("user", "list"), cli("user", "list", "--json")):
        assert "anna" in listed.out
        assert key not in listed.out
        assert key[5:13] not in listed.out
    again = cli("user", "add", "anna", "--json").answer
    assert again["key"] != key
    assert [each["user"] for each in cli("user", "list", "--json").objects] == ["anna", "anna"]


def test_users_of_front_ends_are_listed_by_the_name_an_alias_needs(cli):
    cli("remember", "I live by the lake.", "-n", "openwebui:u-1")
    cli("remember", "I live by the sea.", "-n", "anna")
    [listed] = cli("user", "list", "--json").objects
    assert listed == {"user": "openwebui:u-1", "id": None, "created_at": None, "revoked_at": None}
    assert "openwebui:u-1" in cli("user", "list").out


def test_keys_may_be_there_before_the_memory_is(cli, tmp_path: Path):
    assert cli("user", "add", "anna", "--db", tmp_path / "new folder" / "m.db").code == 0
    assert stat.S_IMODE((tmp_path / "new folder").stat().st_mode) == 0o700


def test_what_is_revoked_stays_in_the_list_as_such(cli):
    first = cli("user", "add", "anna", "--json").answer["id"]
    cli("user", "add", "anna")
    assert cli("user", "revoke", "anna", "--key", first, "--json").answer == {"user": "anna", "revoked": 1}
    assert [bool(each["revoked_at"]) for each in cli("user", "list", "--json").objects] == [True, False]
    assert cli("user", "revoke", "anna").code == 0
    for nobody in (["anna"], ["ben"], ["anna", "--key", first]):
        said = cli("user", "revoke", *nobody)
        assert said.code == 3
        assert "`ltml user list`" in said.err


@pytest.mark.parametrize("name", ["", " ", "{{USER_ID}}", "*", "anna,ben", "a/b", "null", "a\tb", "openwebui:u-1"])
def test_a_name_that_no_request_could_be_known_by_is_refused(cli, db: Path, name: str):
    assert cli("user", "add", name).code == 2
    assert not key_file(str(db)).load_ring().keys


def test_a_memory_that_is_no_file_has_no_keys(cli):
    said = cli("user", "add", "anna", "--db", "ephemeral:")
    assert said.code == 2
    assert "--db" in said.err


@pytest.mark.parametrize(
    ("environ", "holder", "says"),
    [
        ({}, "", ["OPENAI_API_KEY=any"]),
        ({"LTML_SERVE__USERS": "default"}, "", ["OPENAI_API_KEY=any"]),
        ({"LTML_SERVE__USERS": "*"}, "", ["OPENAI_API_KEY=any"]),
        ({"LTML_SERVE__TOKEN": "s3cret"}, "", ["OPENAI_API_KEY=TOKEN", "serve.token"]),
        ({"LTML_SERVE__USERS": "anna, ben"}, "", ["OPENAI_API_KEY=KEY", "`ltml user add NAME`"]),
        ({}, "default", ["OPENAI_API_KEY=KEY", "`ltml user add NAME`"]),
        ({"LTML_SERVE__TOKEN": "s3cret"}, "anna", ["OPENAI_API_KEY=KEY", "`ltml user add NAME`"]),
    ],
)
def test_the_server_says_which_key_clients_send(db, capsys, environ, holder, says):
    if holder:
        key_file(str(db)).add(holder, datetime.now(UTC))
    at = make_context(environ, db=str(db), namespace=None, as_json=False, config=None)
    serving.print_event(at, "listening", "http://127.0.0.1:11435")
    said = capsys.readouterr().out
    assert all(words in said for words in says)
    assert "s3cret" not in said


def test_a_server_that_runs_knows_a_new_key_and_refuses_a_revoked_one(tmp_path: Path):
    db = tmp_path / "m.db"
    owner = key_file(str(db)).add("default", datetime.now(UTC))[1]
    with standing(reference()) as upstream, program(db, upstream, LTML_SERVE__USERS="anna, ben") as url:
        started = [json.loads(line) for line in db.with_suffix(".out").read_text("utf-8").splitlines()]
        [note] = [event["says"] for event in started if event.get("event") == "note"]
        assert "anna, ben" in note
        key = json.loads(ended("user", "add", "anna", "--db", str(db), "--json").out)["key"]
        for step in ("added", "revoked"):
            body = asked("chat", stream=True, words=f"My boat is called Pim, and her key was {step}.")
            with connected(url) as through:
                assert through.post("/u/anna/api/chat", body, [("Authorization", f"Bearer {key}")]).status == 200
                notices = " ".join(through.ask("GET", "/ltml/status").json["notices"])
            assert json.loads(ended("status", "--db", str(db), "-n", "anna", "--json").out)["turns"] == 2, step
            assert ("none: ben." in notices) == (step == "added")
            ended("user", "revoke", "anna", "--db", str(db))
        said = ended("status", "--db", str(db))
        assert "1 x wrong key" in said.out
        assert "`ltml user add anna`" in " ".join(said.out.split())
        assert owner not in said.out + db.with_suffix(".err").read_text("utf-8")
        assert "Pim" not in db.with_suffix(".err").read_text("utf-8")
