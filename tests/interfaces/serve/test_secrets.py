"""
Secrets in talks through the proxy: they are masked on the way to the store and nowhere else.

The model hears what the client said, byte for byte; the session is known by what was said and not by what was kept. And
whatever goes wrong, no log, error, status or traceback holds a word of it.
"""

import io
import json
import os
import subprocess
from contextlib import ExitStack, closing
from itertools import pairwise
from pathlib import Path

import pytest
from structlog.testing import capture_logs

import ltml
from tests.interfaces.serve.conftest import SPACE, client, command, ended, program, standing, until
from tests.interfaces.serve.test_replay import (
    FACTS,
    IDS,
    QUESTIONS,
    WINDOWS,
    Window,
    is_prefix,
    remembering,
    scripted,
    town,
)
from tests.reference.models import Model
from tests.reference.script import Script
from tests.reference.server import Server

KEY = "glpat-Xk29sLmQ8vTz4RwN7bYp"
PASSWORD = "Tangerine#4417"  # noqa: S105 -- made up
TOLD = f"My canoe opens with the password {PASSWORD}, the ladder's token is {KEY}."


def everything_kept(db: Path) -> bytes:
    return b"".join(file.read_bytes() for file in db.parent.glob(f"{db.name}*"))


@pytest.mark.parametrize("kind", WINDOWS, ids=IDS)
def test_a_talk_with_a_key_in_it_stays_one_session_and_is_replayed_byte_for_byte(tmp_path: Path, kind):
    db = remembering(tmp_path / "m.db")
    with town(db, scripted()) as place:
        window = Window(**kind)
        said = [QUESTIONS[0], TOLD, *QUESTIONS[1:4], TOLD, *QUESTIONS[4:6]]
        sent = [window.say(place, words) for words in said]
        new = [turn for turn in place.ltml.turns() if not turn.session.startswith(("old", "by hand"))]
    assert all(is_prefix(one, other) for one, other in pairwise(sent))
    assert TOLD in json.dumps(sent[-1], ensure_ascii=False)
    assert len({turn.session for turn in new}) == 1
    assert len(new) == 2 * len(said)
    assert any(FACTS[0] in text for text in window.placed(sent[0]))
    kept = everything_kept(db)
    assert [secret for secret in (KEY, PASSWORD) if secret.encode() in kept] == []


def test_what_was_said_with_a_key_a_moment_ago_is_not_recalled_as_news(tmp_path: Path):
    with town(remembering(tmp_path / "m.db", []), scripted()) as place:
        window = Window()
        window.say(place, TOLD)
        asked = window.say(place, "What is my canoe's password?")
        elsewhere = Window()
        other = elsewhere.say(place, "What is my canoe's password?")
    assert not any("canoe opens" in text for text in window.placed(asked))
    shown = "".join(elsewhere.placed(other))
    assert "My canoe opens with the password [secret: password" in shown


@pytest.mark.parametrize("kind", WINDOWS, ids=IDS)
def test_a_refused_exchange_is_answered_and_not_kept_and_the_talk_goes_on_in_its_session(
    tmp_path: Path, kind, monkeypatch
):
    with town(remembering(tmp_path / "m.db"), scripted()) as place, capture_logs() as logs:
        settings = ltml.settings.load_settings(arguments={"capture__secrets": "refuse"})
        for companion in [place.ltml.memory.open_memory(SPACE)]:
            monkeypatch.setattr(companion.layer, "settings", settings)
        window = Window(**kind)
        sent = [window.say(place, words) for words in (QUESTIONS[0], TOLD, QUESTIONS[1])]
        new = [turn for turn in place.ltml.turns() if not turn.session.startswith(("old", "by hand"))]
        assert place.ltml.counts["capture refused"] == 1
        status = place.through.ask("GET", "/ltml/status").json
    assert status["counts"]["capture refused"] == 1
    assert all(is_prefix(one, other) for one, other in pairwise(sent))
    assert [turn.text for turn in new if turn.role == "user"] == [QUESTIONS[0], QUESTIONS[1]]
    assert len({turn.session for turn in new}) == 1
    told = [log for log in logs if log.get("failed") == "refused"]
    assert len(told) == 1
    assert "capture.secrets" in told[0]["error"]
    assert not any(secret in str(logs) for secret in (KEY, PASSWORD))


# ------------------------------------------------------------ nothing of it is told

CANARY = "quetzalcanary"
#: Memory that fails as a foreign library might: with the words it was given in its error.
BREAKS = """
import ltml.layer
def broken(name):
    whole = getattr(ltml.layer.MemoryLayer, name)
    def call(self, *given, **named):
        if "break " + name in repr(given):
            raise KeyError(given)
        return whole(self, *given, **named)
    setattr(ltml.layer.MemoryLayer, name, call)
broken("capture"); broken("remind")
"""
PATHS = ("/api/chat", "/api/generate", "/v1/chat/completions")


def asked(path: str, words: str, **more: object) -> bytes:
    said = {"prompt": words} if path.endswith("generate") else {"messages": [{"role": "user", "content": words}]}
    return json.dumps({"model": "m", "stream": False, **said, **more}).encode()


def test_no_word_of_a_whole_day_is_in_logs_errors_status_or_standard_error(tmp_path: Path):
    db, server = tmp_path / "m.db", Server(models=(Model(name="m"),), brain=Script(lambda _prompt: f"I say {CANARY}."))
    told: list[str] = []
    more = {"LTML_DEBUG": "1", "LTML_SERVE__IDLE": "0.5", "LTML_SERVE__POLL": "0.2", "LTML_CAPTURE__SECRETS": "refuse"}
    with ExitStack() as up:
        upstream = up.enter_context(standing(server.app))
        with program(db, upstream, prelude=BREAKS, **more) as url, client(url) as through:
            for path in PATHS:
                for words in ("tea", "break capture", "break remind", f"password: x1{CANARY}"):
                    assert through.post(path, asked(path, f"{CANARY} {words}")).status == 200
                for body in (
                    b'{"messages": "%s", ' % CANARY.encode(),
                    b'["%s"]' % CANARY.encode(),
                    b"\xff" + CANARY.encode(),
                ):
                    through.post(path, body)
            until(lambda: any(night.kind == "night" for night in _nights(db)))
            with client(url) as later:  # a connection that was idle is closed
                told.append(later.ask("GET", "/ltml/status").body.decode())
                up.close()  # nobody stands there any more
                told += [later.post(path, asked(path, CANARY)).body.decode() for path in PATHS]
            told.append(ended("status", "--db", str(db)).out)
        told += [db.with_suffix(end).read_text("utf-8") for end in (".out", ".err")]
    assert "KeyError" in "".join(told)
    assert "SecretRefused" in "".join(told)
    assert [text for text in told if CANARY in text] == []


@pytest.mark.parametrize("debug", ["0", "1"])
def test_no_word_is_in_what_a_command_says_when_it_fails(tmp_path: Path, debug):
    db, talk = tmp_path / "m.db", tmp_path / "talk.jsonl"
    good = {"session": "s", "role": "user", "text": f"{CANARY} tea", "at": "2033-05-02T12:00:00Z"}
    lines = [
        json.dumps(good)[:-9],
        json.dumps([CANARY]),
        json.dumps(good | {"text": [CANARY]}),
        json.dumps(good | {"role": ""}),
    ]
    said: list[str] = []
    for line in lines:
        talk.write_text(f"{json.dumps(good)}\n{line}\n", "utf-8")
        said.append(ended("import", "jsonl", str(talk), "--db", str(db), LTML_DEBUG=debug).err)
    talk.write_text(json.dumps(good | {"text": f"password: x1{CANARY}"}), "utf-8")
    refused = ended("import", "jsonl", str(talk), "--db", str(db), LTML_DEBUG=debug, LTML_CAPTURE__SECRETS="refuse")
    prelude = f"def broken(*given, **named):\n    raise KeyError({CANARY!r})\n"
    prelude = f"import ltml.layer\n{prelude}ltml.layer.MemoryLayer.capture = broken"
    talk.write_text(json.dumps(good), "utf-8")
    with closing(_pipe("import", "jsonl", str(talk), "--db", str(db), prelude=prelude, debug=debug)) as crashed:
        said += [refused.err, crashed.read()]
    assert all(said)
    assert "KeyError" in said[-1]
    assert "capture.secrets" in said[-2]
    assert [text for text in said if CANARY in text] == []


def _pipe(*words: str, prelude: str, debug: str) -> io.StringIO:
    """Run the command as a person does (`sys.argv`, hooks and all); return its standard error."""
    program_text = command(*words, prelude=prelude)
    program_text[2] = program_text[2].replace("main(sys.argv[1:])", "main()")
    run = subprocess.run(
        program_text, capture_output=True, text=True, check=False, env=os.environ | {"LTML_DEBUG": debug}
    )
    assert run.returncode != 0
    return io.StringIO(run.stderr)


def _nights(db: Path):
    with ltml.open(db, namespace=SPACE) as layer:
        return layer.nights()
