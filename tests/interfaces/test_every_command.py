"""What holds for every command: help on one screen, an example that is understood, a page in the docs, JSON."""

import shlex
from collections.abc import Iterator

import pytest

from ltml.interfaces.cli.app import BENCH, ENGINE, NIGHT, TOP, USER
from tests.interfaces.clipage import PAGE, page

SCREEN = 30


def examples() -> Iterator[tuple[str, str]]:
    """Every command with its example."""
    yield from ((name, example) for _, name, _, example in TOP)
    yield from ((f"night {name}", example) for name, _, example in NIGHT)
    yield from ((f"user {name}", example) for name, _, example in USER)
    yield from ((f"bench {name}", example) for name, _, example in BENCH)
    yield from ((f"engine {name}", example) for name, _, example in ENGINE)


COMMANDS = dict(examples())
#: How to call each for an answer in JSON; what is not here needs data of its own and is tried elsewhere.
CALLS = {
    "demo": "demo", "status": "status", "wake": "wake 'may the parrot eat almonds?'", "recall": "recall almonds",
    "memories": "memories", "show": "show MEMORY", "why": "why MEMORY", "sleep": "sleep --dry-run", "nights": "nights",
    "remember": "remember 'I live by the lake.'", "edit": "edit MEMORY 'Olive must not eat almonds.'",
    "pin": "pin MEMORY", "forget": "forget boathouse --yes", "import": "import jsonl talk.jsonl",
    "export": "export out.jsonl", "doctor": "doctor", "verify": "verify", "reindex": "reindex",
    "night show": "night show last", "night diff": "night diff last", "night undo": "night undo last",
    "user add": "user add anna", "user list": "user list", "user revoke": "user revoke sam",
    "bench speed": "bench speed --sizes 200 --repeats 2",
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_on_one_screen_and_ends_with_an_example(cli, name):
    said = cli(*name.split(), "--help")
    assert said.code == 0
    assert len(said.out.splitlines()) <= SCREEN
    assert f"Example: {COMMANDS[name]}" in " ".join(said.out.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_docs_have_the_command(name):
    assert f"\n## ltml {name}\n" in PAGE.read_text(encoding="utf-8")


def test_the_docs_page_is_not_stale():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python tests/interfaces/clipage.py"


@pytest.mark.parametrize("name", CALLS)
def test_json_is_objects_on_lines_and_nothing_else(slept, name):
    slept("user", "add", "sam")
    memory = slept("memories", "--json").answer["id"]
    said = slept(*shlex.split(CALLS[name].replace("MEMORY", memory)), "--json")
    assert said.code == 0, said.err
    assert said.objects or name == "sleep"  # nothing is new, so a dry run lists no change
    assert said.err == ""


@pytest.mark.parametrize("name", CALLS)
def test_people_get_words_and_no_escape_sequences_in_a_file(slept, name):
    slept("user", "add", "sam")
    memory = slept("memories", "--json").answer["id"]
    said = slept(*shlex.split(CALLS[name].replace("MEMORY", memory)))
    assert said.code == 0, said.err
    assert said.out.strip()
    assert "\x1b" not in said.out + said.err


def test_every_command_is_called_in_json_but_those_that_need_data_sets_or_serve():
    elsewhere = {"serve", "engine install", "engine run", "bench proxy", "bench chat"}
    assert set(COMMANDS) - set(CALLS) == {"bench logs", "bench locomo", "bench beam"} | elsewhere


def test_ltml_alone_prints_help(cli):
    said = cli()
    assert said.code == 0
    assert said.out.startswith("Usage: ltml")


#: What begins a memory, has one of its own or needs none; every other command works on one that is there.
BEGIN = {"remember", "import", "demo", "doctor", "user add", "user list", "user revoke", "bench speed"}


@pytest.mark.parametrize("name", [*sorted(set(CALLS) - BEGIN), "user list"])
def test_where_no_memory_is_the_command_says_so_and_begins_none(cli, tmp_path, name):
    said = cli(*shlex.split(CALLS[name]), "--db", tmp_path / "mistyped" / "memory.db")
    assert said.code == 3
    assert f"there is no memory at {tmp_path / 'mistyped' / 'memory.db'}" in said.err
    assert "`ltml remember`" in said.err
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["remember", "import"])
def test_commands_that_bring_something_begin_a_memory(cli, talk, name):
    assert cli(*shlex.split(CALLS[name]), "--db", "new/memory.db").code == 0
    assert cli("status", "--db", "new/memory.db", "--json").answer["total_bytes"]


def test_users_may_have_keys_before_there_is_a_memory(cli, db):
    cli("user", "add", "anna")
    assert "anna" in cli("user", "list").out
    assert not db.exists()


@pytest.mark.parametrize("words", ["--json --db other.db status", "status --db other.db --json"])
def test_options_that_hold_everywhere_may_stand_before_or_behind_the_command(cli, words):
    cli("remember", "I live by the lake.", "--db", "other.db")
    assert cli(*words.split()).answer["db"] == "other.db"


def test_namespaces_do_not_see_each_other(slept):
    assert slept("status", "-n", "bob", "--json").answer["turns"] == 0
    assert slept("-n", "default", "status", "--json").answer["turns"] == 4
