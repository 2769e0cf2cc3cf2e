"""
Twenty people, one server, thousands of operations: nobody is shown a word of anybody else's.

Everybody talks of the same things, in talks of the same names, at the same time, through the proxy, a wrapped client
and the command line; what each says carries a word that is that person's own. Two things are looked at in all that
reaches the model or is printed: whose words stand in it (no foreign canary), and whether it is what it would have been
had the others never been there (non-interference). The model's answers are made from all of its prompt, so that one
different byte would show in everything that follows.
"""

import json
import random
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import ollama
import pytest

import ltml
from ltml.interfaces.cli import main
from ltml.interfaces.serve.keys import key_file
from tests.interfaces.serve.conftest import Client, Headers, client, serving, standing
from tests.interfaces.serve.test_identity import SECRET, signed
from tests.reference.brain import Prompt
from tests.reference.models import Model
from tests.reference.script import Script
from tests.reference.server import Server

PEOPLE, WORKERS = 20, 4
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
THINGS = ("canoe", "lantern", "ladder", "anchor", "kettle", "bicycle", "drum", "telescope", "saddle", "umbrella")
CANARY = re.compile(r"kestrel(\d\d)")
#: What stands in every request, and says who speaks.
SPEAKER = re.compile(r"(?:wren|kestrel)(\d\d)")
_DAY = re.compile(r", [a-z]{6}(?=\])|[a-z]{6}(?= \[/memory)|\d{4}-\d\d-\d\d")
#: How a person tells the proxy who asks; the key's way has two forms.
WAYS = ("path", "key", "headers", "token", "body")
#: The operations, and how often each is drawn of a hundred.
OPERATIONS = {
    "tell": 20, "ask": 25, "go on": 12, "wrap tell": 10, "wrap ask": 10, "remember": 5, "wake": 6, "recall": 4,
    "sleep": 1, "as nobody": 7,
}  # fmt: skip
_PRINTING = threading.Lock()


def answer(prompt: Prompt) -> str:
    """Words that depend on all that reached the model."""
    said = json.dumps([message.get("content") for message in prompt.messages])
    return f"Noted as number {int(sha256(_DAY.sub('', said).encode()).hexdigest()[:8], 16)}."


@dataclass(slots=True)
class Person:
    """One of the people, with a course of operations that depends on nobody else."""

    number: int
    keys: Mapping[str, str]
    chance: random.Random = field(init=False)
    history: list[dict[str, str]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    done: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(f"person {self.number}")

    @property
    def name(self) -> str:
        return f"user{self.number:02}"

    @property
    def way(self) -> str:
        return WAYS[self.number % len(WAYS)]

    @property
    def namespace(self) -> str:
        fronts = {"headers": f"openwebui:{self.name}", "token": f"openwebui:{self.name}", "body": f"openai:{self.name}"}
        return fronts.get(self.way, self.name)

    @property
    def request(self) -> tuple[str, Headers, dict[str, Any]]:
        """The path, the headers and the more of the body by which this person speaks."""
        session = [("X-OpenWebUI-Chat-Id", "chat-1")] if self.chance.random() < 0.3 else []  # the same for everybody
        match self.way:
            case "path":
                return f"/u/{self.name}/api/chat", [("Authorization", f"Bearer {self.keys[self.name]}"), *session], {}
            case "key":
                return "/api/chat", [("Authorization", f"Bearer {self.keys[self.name]}"), *session], {}
            case "headers":
                return "/api/chat", [("X-OpenWebUI-User-Id", self.name), *session], {}
            case "token":
                claims = {"sub": self.name, "exp": 4102444800}
                return "/api/chat", [("X-OpenWebUI-User-Jwt", signed(claims)), *session], {}
            case _:
                return "/v1/chat/completions", session, {"user": self.name}

    @property
    def forged(self) -> Headers:
        """Headers that name a person and prove nothing."""
        other = f"user{self.chance.randrange(PEOPLE):02}"
        stranger = signed({"sub": other, "exp": 4102444800}, "a secret that this server has never been told")
        return self.chance.choice([
            [], [("X-LTML-User", "user00")], [("X-LTML-User", f"openwebui:{other}")], [("X-LTML-User", "{{USER_ID}}")],
            [("X-OpenWebUI-User-Id", "{{USER_ID}}")], [("X-OpenWebUI-User-Jwt", stranger)],
            [("X-LTML-User", "user00"), ("Authorization", f"Bearer {self.keys['user01']}")],
            [("Authorization", f"Bearer {self.keys['user00'][:-1]}")],
        ])  # fmt: skip

    def fact(self) -> str:
        self.done += 1
        thing = self.chance.choice(THINGS)
        return f"My {thing} stands in shed {self.chance.randrange(90)}, behind the kestrel{self.number:02} rack."

    def question(self) -> str:
        self.done += 1
        thing = self.chance.choice(THINGS)
        return f"In which shed and behind which rack does my {thing} stand? Kindly, wren{self.number:02}"


@dataclass(slots=True)
class Village:
    """LTML, the server behind it, and what one operation needs."""

    db: Path
    url: str
    upstream: str
    server: Server
    memory: Any
    stack: ExitStack
    wrapped: dict[int, Any] = field(default_factory=dict)

    def operate(self, person: Person, through: Client) -> None:
        """Let a person do the next thing; `person.seen` gets what reached the model or was printed."""
        kind = person.chance.choices(list(OPERATIONS), list(OPERATIONS.values()))[0]
        match kind:
            case "tell":
                self._say(person, through, [{"role": "user", "content": person.fact()}])
            case "ask":
                self._say(person, through, [{"role": "user", "content": person.question()}])
            case "go on":
                person.history = person.history[-6:]
                person.history.append({"role": "user", "content": person.question()})
                words = self._say(person, through, person.history)
                person.history.append({"role": "assistant", "content": words})
            case "wrap tell" | "wrap ask":
                words = person.fact() if kind == "wrap tell" else person.question()
                found = self._wrapped(person).chat("m", [{"role": "user", "content": words}])
                person.seen.append(str(found.message.content))
            case "as nobody":
                self._forge(person, through)
            case _:
                person.seen.append(self._command(person, kind))

    def _say(self, person: Person, through: Client, messages: Sequence[Mapping[str, str]]) -> str:
        path, headers, more = person.request
        body = json.dumps({"model": "m", "messages": messages, "stream": False, **more}).encode()
        found = through.post(path, body, headers)
        assert found.status == 200, found.body
        said = found.json["choices"][0]["message"] if "choices" in found.json else found.json["message"]
        person.seen.append(str(said["content"]))
        return str(said["content"])

    def _forge(self, person: Person, through: Client) -> None:
        mark = f"forged by {person.number} as thing {person.done}"
        body = json.dumps({
            "model": "m", "stream": False, "messages": [{"role": "user", "content": f"{person.question()} {mark}"}]
        }).encode()  # fmt: skip
        assert through.post("/api/chat", body, person.forged).status == 200
        assert [each.body for each in self.server.talks()[-40:] if mark.encode() in each.body] == [body]

    def _wrapped(self, person: Person) -> Any:
        if person.number not in self.wrapped:
            layer = self.stack.enter_context(ltml.open(self.db, namespace=person.namespace))
            anew = httpx.Limits(max_keepalive_connections=0)  # a kept one may be closed while others have their turn
            inner = ollama.Client(host=self.upstream, verify=False, limits=anew)
            self.wrapped[person.number] = ltml.wrap(inner, layer)
            self.stack.callback(self.wrapped[person.number]._client.close)
        return self.wrapped[person.number]

    def _command(self, person: Person, kind: str) -> str:
        """What a command says, without ids and times, which no two memories share."""
        words = {"remember": [person.fact()], "wake": [person.question()], "recall": [person.question()]}.get(kind, [])
        with _PRINTING, redirect_stdout(StringIO()) as out:
            code = main([kind, *words, "--db", str(self.db), "--namespace", person.namespace, "--json"])
        assert code == 0, out.getvalue()
        found = [json.loads(line) for line in out.getvalue().splitlines()]
        if kind == "sleep":
            return f"slept: {found[-1]['state']}"
        return "\n".join(str(each["text"]) for each in found if "text" in each)


@contextmanager
def village(folder: Path) -> Iterator[Village]:
    folder.mkdir()
    db = folder / "m.db"
    server = Server(models=[Model(name="m")], brain=Script(answer))
    with ExitStack() as stack:
        upstream = stack.enter_context(standing(server.app))
        running = stack.enter_context(serving(db, upstream, users="user00, user01", jwt_secret=SECRET))
        yield Village(db, running.url, upstream, server, running.memory, stack)


def people(village: Village, numbers: Sequence[int]) -> list[Person]:
    """These people; everybody has a key, whether there or not."""
    file = key_file(str(village.db))
    keys = {f"user{number:02}": file.add(f"user{number:02}", NOW)[1] for number in range(PEOPLE)}
    return [Person(number, keys) for number in numbers]


def live(village: Village, everybody: Sequence[Person], each: int) -> None:
    """Let each do so many things, several at a time."""

    def work(mine: Sequence[Person], seed: int) -> None:
        turns = [person for person in mine for _ in range(each)]
        random.Random(seed).shuffle(turns)
        for person in turns:
            with client(village.url) as through:  # one that waits long between two requests would be closed
                village.operate(person, through)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda at: work(everybody[at::WORKERS], at), range(WORKERS)))


def apart(folder: Path, each: int, alone: Sequence[int]) -> None:
    with village(folder / "all") as full:
        everybody = people(full, range(PEOPLE))
        live(full, everybody, each)
        sent = [request.body.decode() for request in full.server.talks()]
        spaces = set(full.memory.layer.store.namespaces())
        for person in everybody:
            words = [turn.text for turn in full.memory.layer.store.turns(person.namespace)]
            assert {int(found) for text in words for found in CANARY.findall(text)} == {person.number}
    mixed = [text for text in sent if len(set(SPEAKER.findall(text))) != 1]
    assert not mixed, "two people's words in one request"
    reminded = [text for text in sent if "[memory" in text and CANARY.search(text)]
    assert len(reminded) > len(sent) / 4, "nobody is reminded of anything, so nothing is proven"
    assert spaces <= {person.namespace for person in everybody} | {"default"}
    for person in everybody:
        foreign = {int(found) for text in person.seen for found in CANARY.findall(text)} - {person.number}
        assert not foreign, (person.name, foreign)
    for number in alone:
        with village(folder / f"alone {number}") as empty:
            [lonely] = people(empty, [number])
            live(empty, [lonely], each)
        assert list(map(_dayless, lonely.seen)) == list(map(_dayless, everybody[number].seen)), lonely.name


def _dayless(text: str) -> str:
    """The same whenever it is said."""
    return _DAY.sub("some day", text)


def test_twenty_people_never_meet_in_one_memory(tmp_path: Path):
    apart(tmp_path, each=15, alone=[0, 1, 2, 3, 4])


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_twenty_people_never_meet_in_ten_thousand_operations(tmp_path: Path):
    apart(tmp_path, each=500, alone=[0, 6, 12, 18, 4])
