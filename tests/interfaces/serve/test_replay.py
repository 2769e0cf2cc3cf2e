"""
What was placed once is placed again byte for byte, so that a model's prompt cache stays good.

Over the real proxy and the reference server: what is looked at is what the server received.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any

import pytest

import ltml
from ltml.text import count_tokens
from tests.interfaces.serve.conftest import SPACE, Client, Serving, client, serving, standing
from tests.reference.brain import Prompt
from tests.reference.models import Model
from tests.reference.script import Script
from tests.reference.server import Server

PIRATE = "You are a pirate. Speak like one."
THINGS = ("canoe", "lantern", "ladder", "anchor", "kettle", "bicycle", "drum", "telescope", "saddle", "umbrella")
FACTS = [f"My {thing} stands in shed number {place}, behind the {thing} rack." for place, thing in enumerate(THINGS)]
QUESTIONS = [f"Where did I leave my {thing}?" for thing in THINGS]
STANDING = "Always call me Captain Odile."
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
MODELS = (
    Model(name="m"), Model(name="pirate", system=PIRATE), Model(name="small", parameters={"num_ctx": 1024}),
    Model(name="large", parameters={"num_ctx": 16384}), Model(name="elsewhere:cloud"), Model(name="far-cloud"),
)  # fmt: skip


def number(prompt: Prompt) -> str:
    """An answer that is another one each time."""
    return f"It is where you left it, as I said in my answer to {len(prompt.text)} letters of talk."


@dataclass(slots=True, kw_only=True)
class Town:
    """LTML with something to remember, and the server that hears what it says."""

    ltml: Serving
    through: Client
    server: Server

    @property
    def forwarded(self) -> list[dict[str, Any]]:
        return [json.loads(request.body) for request in self.server.talks()]


def remembering(db: Path, facts: Sequence[str] = FACTS) -> Path:
    """A memory of yesterday."""
    with ltml.open(db, namespace=SPACE) as layer:
        layer.remember(STANDING)
        layer.capture(
            ltml.Turn(session=f"old {at}", role="user", text=text, at=YESTERDAY + timedelta(minutes=at))
            for at, text in enumerate(facts)
        )
    return db


def scripted() -> Server:
    return Server(models=MODELS, brain=Script(number))


@contextmanager
def town(db: Path, server: Server, **serve: Any) -> Iterator[Town]:
    with ExitStack() as stack:
        running = stack.enter_context(serving(db, stack.enter_context(standing(server.app)), **serve))
        yield Town(ltml=running, through=stack.enter_context(client(running.url)), server=server)


@dataclass(slots=True, kw_only=True)
class Window:
    """A client that sends the whole history each time."""

    path: str = "/api/chat"
    model: str = "m"
    stream: bool = True
    system: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, str]] = field(default_factory=list)

    def say(self, place: Town, words: str) -> dict[str, Any]:
        """Say something, keep the answer, and return what the server received."""
        self.history.append({"role": "user", "content": words})
        return self.again(place)

    def again(self, place: Town) -> dict[str, Any]:
        """Ask for an answer to what was said last."""
        first = [{"role": "system", "content": self.system}] if self.system else []
        body = {"model": self.model, "messages": [*first, *self.history], "stream": self.stream, **self.more}
        answer = place.through.post(self.path, json.dumps(body).encode())
        assert answer.status == 200, answer.body
        self.history.append({"role": "assistant", "content": self._words(answer.body)})
        return place.forwarded[-1]

    def placed(self, forwarded: dict[str, Any]) -> list[str]:
        """What stands in the messages and is not the client's, in their order."""
        messages = list(forwarded["messages"])
        own = [message["content"] for message in self.history[: len(messages)]]
        head = [messages.pop(0)["content"].removeprefix(self.system)] if messages[0]["role"] == "system" else []
        texts = [message["content"] for message in messages]
        assert all(text.endswith(words) for text, words in zip(texts, own, strict=False))
        return [*head, *(text.removesuffix(words) for text, words in zip(texts, own, strict=False))]

    def _words(self, body: bytes) -> str:
        if self.path == "/api/chat":
            return "".join(json.loads(line)["message"]["content"] for line in body.splitlines())
        if not self.stream:
            return str(json.loads(body)["choices"][0]["message"]["content"])
        events = [json.loads(line[6:]) for line in body.splitlines() if line.startswith(b"data: {")]
        return "".join(event["choices"][0]["delta"].get("content", "") for event in events)


WINDOWS = [
    {"path": path, "stream": stream} for path in ("/api/chat", "/v1/chat/completions") for stream in (True, False)
]
IDS = [f"{window['path']} {'streamed' if window['stream'] else 'whole'}" for window in WINDOWS]


def is_prefix(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether what the server was sent is, byte for byte, the beginning of what it is sent now."""
    short, long = (json.dumps(each["messages"], ensure_ascii=False)[:-1] for each in (one, other))
    return long.startswith(short)


@pytest.mark.parametrize("kind", WINDOWS, ids=IDS)
@pytest.mark.parametrize("system", ["", "Be brief."])
def test_each_request_is_the_beginning_of_the_next(tmp_path: Path, kind, system):
    with town(remembering(tmp_path / "m.db"), scripted()) as place:
        window = Window(**kind, system=system)
        sent = [window.say(place, question) for question in QUESTIONS]
    assert all(is_prefix(one, other) for one, other in pairwise(sent))
    blocks = {window.placed(each)[0] for each in sent}
    assert len(blocks) == 1
    assert STANDING in blocks.pop()
    recalls = [window.placed(each)[-1] for each in sent]
    assert sum(bool(recall) for recall in recalls) >= 3
    assert FACTS[0] in recalls[0]


@pytest.mark.parametrize("kind", WINDOWS, ids=IDS)
def test_it_is_so_when_ltml_began_anew_in_between(tmp_path: Path, kind):
    window, server, sent = Window(**kind), scripted(), list[dict[str, Any]]()
    db = remembering(tmp_path / "m.db")
    for question in QUESTIONS[:5]:
        with town(db, server) as place:
            sent.append(window.say(place, question))
    assert all(is_prefix(one, other) for one, other in pairwise(sent))
    assert len({turn.session for turn in _new(db)}) == 1


def _new(db: Path) -> list[ltml.Turn]:
    with ltml.open(db, namespace=SPACE) as layer:
        return [turn for turn in layer.store.turns(SPACE) if not turn.session.startswith(("old", "by hand"))]


def test_what_is_remembered_meanwhile_does_not_change_a_session_that_has_begun(tmp_path: Path):
    with town(remembering(tmp_path / "m.db"), scripted()) as place:
        window = Window()
        first = window.say(place, QUESTIONS[0])
        place.ltml.memory.layer.remember("Never mention the weather.")
        second = window.say(place, QUESTIONS[1])
        assert is_prefix(first, second)
        assert "weather" not in str(second)
        assert "weather" in str(Window().say(place, "What shall we talk about?"))


@pytest.mark.parametrize(
    ("model", "more", "context"),
    [("small", {}, 1024), ("m", {}, 4096), ("m", {"options": {"num_ctx": 2048}}, 2048), ("large", {}, 16384)],
)
def test_a_session_takes_at_most_its_share_of_the_window(tmp_path: Path, model, more, context):
    facts = [
        f"On tour {tour} my {thing} was with {name} of Graz." for tour in range(8) for thing in THINGS for name in "AB"
    ]
    with town(remembering(tmp_path / "m.db", [*FACTS, *facts]), scripted()) as place:
        window = Window(model=model, more=more)
        for question in QUESTIONS:
            placed = "".join(window.placed(window.say(place, f"{question} Who had it on which tour?")))
            assert max(count_tokens(placed), ceil(len(placed) / 4)) <= 0.15 * context
        assert placed


def test_a_window_that_is_full_is_not_made_fuller(tmp_path: Path):
    with town(remembering(tmp_path / "m.db"), scripted()) as place:
        window = Window(model="small")
        sent = window.say(place, "Read this: " + "tomorrow and tomorrow " * 700 + QUESTIONS[0])
        assert [message["content"] for message in sent["messages"]] == [window.history[0]["content"]]


# --- what the model says of itself, and other people's machines ------------------------------------------------------


@pytest.mark.parametrize("kind", WINDOWS, ids=IDS)
def test_the_models_own_prompt_is_kept_and_there_is_one_system_message(tmp_path: Path, kind):
    server = scripted()
    with town(remembering(tmp_path / "m.db"), server) as place:
        window = Window(**kind, model="pirate")
        for question in QUESTIONS[:3]:
            window.say(place, question)
    assert isinstance(server.brain, Script)
    for prompt in server.brain.prompts:
        roles = [message["role"] for message in prompt.messages]
        assert roles.count("system") == 1
        assert roles[0] == "system"
        assert str(prompt.messages[0]["content"]).startswith(PIRATE)
        assert STANDING in str(prompt.messages[0]["content"])


def test_the_clients_system_message_stays_the_first_and_only_one(tmp_path: Path):
    with town(remembering(tmp_path / "m.db"), scripted()) as place:
        sent = Window(model="pirate", system="Be a parrot.").say(place, QUESTIONS[0])
    roles = [message["role"] for message in sent["messages"]]
    assert roles == ["system", "user"]
    assert sent["messages"][0]["content"].startswith("Be a parrot.")
    assert PIRATE not in str(sent)


@pytest.mark.parametrize("kind", WINDOWS, ids=IDS)
@pytest.mark.parametrize("model", ["elsewhere:cloud", "far-cloud"])
def test_models_on_other_peoples_machines_are_told_nothing(tmp_path: Path, kind, model):
    with town(remembering(tmp_path / "m.db"), scripted()) as place:
        window = Window(**kind, model=model)
        sent = window.say(place, QUESTIONS[0])
        assert sent["messages"] == window.history[:1]
        assert QUESTIONS[0] in [turn.text for turn in place.ltml.turns()]


def test_unless_that_is_wanted(tmp_path: Path):
    with town(remembering(tmp_path / "m.db"), scripted(), cloud=True) as place:
        assert STANDING in str(Window(model="far-cloud").say(place, QUESTIONS[0]))


# --- nobody talks ----------------------------------------------------------------------------------------------------

TITLE = (
    "### Task:\nGenerate a concise title.\n### Chat History:\n<chat_history>\nUSER: Where is my canoe?\n"
    "ASSISTANT: In shed number 0.\n</chat_history>"
)
WORK: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/api/chat", {"messages": [{"role": "user", "content": TITLE}], "stream": False}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": TITLE}]}),
    ("/api/generate", {"prompt": "def canoe():\n", "suffix": "\n    return shed"}),
    ("/api/generate", {"prompt": "<s>Where is my canoe?", "raw": True}),
    ("/api/chat", {"messages": [{"role": "user", "content": QUESTIONS[0]}], "options": {"num_predict": 1}}),
    ("/api/chat", {"messages": [{"role": "user", "content": QUESTIONS[0]}], "format": "json"}),
    ("/api/generate", {"prompt": ""}),
    ("/api/chat", {"messages": []}),
    ("/v1/completions", {"prompt": QUESTIONS[0]}),
    ("/api/embed", {"input": QUESTIONS[0]}),
)  # fmt: skip


@pytest.fixture(scope="module")
def quiet_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(remembering(tmp_path_factory.mktemp("work") / "m.db"), scripted()) as place:
        yield place


@pytest.mark.parametrize(("path", "asked"), WORK)
def test_work_is_reminded_of_nothing_and_leaves_nothing(quiet_town: Town, path: str, asked: dict[str, Any]):
    before, body = len(quiet_town.ltml.turns()), json.dumps({"model": "pirate", **asked}).encode()
    quiet_town.through.post(path, body)
    assert [each.body for each in quiet_town.server.requests if each.path == path][-1] == body
    assert len(quiet_town.ltml.turns()) == before
