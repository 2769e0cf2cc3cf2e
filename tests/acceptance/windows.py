"""
People in many windows at once: what they say, go back on, break off and go on with, and a simple book of it.

The book knows nothing of sessions, digests or turns. A talk is a list of histories (one for each branch) and the set of
the words that were said in it. All words but beginnings are said once in the world, so that it can be told whose they
are; beginnings are alike on purpose, and answers too, in three manners.
"""

import http.client
import itertools
import json
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from tests.reference.brain import Pause, Prompt, Say
from tests.reference.script import Answer

PATHS = ("/api/chat", "/api/generate", "/v1/chat/completions")
#: How talks begin: with nothing, and with what tells something, each said by many.
BEGINNINGS = ("hi", "Hello!", "Good evening, could you help me with my garden?", "Tell me about lighthouses, please.")
ABOUT = ("canoe", "lantern", "ladder", "anchor", "kettle", "bicycle", "drum", "telescope")
MANNERS = (
    "My {about} stands at mark {mark} now, as I said to {mark}.", "Where did I leave my {about}? ({mark})",
    "{mark} is what I call my {about}.", "Ich habe meinen {about} bei {mark} abgestellt.",
    "{mark}を{about}に置きました。",
)  # fmt: skip
LONGEST_WAIT = 60

#: Which answers are alike, word for word: all of a handful, those to the same words, none.
Alike = Literal["all", "to the same words", "never"]
Exchange = tuple[str, str, list[int]]
#: One branch: each message of the user with its answer and the `context` that answer came with.
History = list[Exchange]


def brain(chance: random.Random, alike: Alike) -> Callable[[Prompt], Answer]:
    """Answer slowly enough that others come in between, in words that are as much alike as told."""
    number = itertools.count()

    def answered(prompt: Prompt) -> Answer:
        words = ("Hello!", "I see.", "So it is, and so it stays.", f"That makes {len(prompt.text) % 7} of them.")
        asked = [str(message["content"]) for message in prompt.messages if message["role"] == "user"]
        own = asked[-1].rpartition("[/memory]")[2].strip() if asked else ""
        drawn = zlib.crc32(own.encode()) if alike == "to the same words" else chance.randrange(1 << 32)
        case = {"all": "", "to the same words": f" Case {drawn} it is.", "never": f" Case {next(number)} it is."}[alike]
        said = words[drawn % len(words)] + ("" if alike != "never" and own in BEGINNINGS else case)
        pause = chance.choice((0.0, 0.0, 0.002, 0.02))
        return [Say(said[:3]), Pause(pause), Say(said[3:])]

    return answered


@dataclass(slots=True, kw_only=True)
class Talk:
    """One talk of one person: its branches, and all that was ever said in it."""

    name: str
    path: str
    stream: bool
    sources: bool
    history: History = field(default_factory=list)
    branches: list[History] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    beginning: str = ""
    #: Words that were said right after each other, with nothing in between but their answer.
    steps: list[tuple[str, str]] = field(default_factory=list)


class Broken(Exception):
    """The answer was broken off by the client."""


@dataclass(slots=True, kw_only=True)
class Person:
    """Has talk after talk, and does in them what people do."""

    number: int
    chance: random.Random
    url: Callable[[], str]
    talks: list[Talk] = field(default_factory=list)
    requests: int = 0
    done: dict[str, int] = field(default_factory=dict)

    def act(self) -> None:
        """Do one thing in one of the talks that go on."""
        open_talks = self.talks[-3:]
        if not open_talks or self.chance.random() < 0.12:
            self._do("begin", self.begin)
            return
        talk = self.chance.choice(open_talks)
        ways: list[tuple[str, Callable[[Talk], None], int]] = [
            ("say", self.say, 10), ("regenerate", self.regenerate, 3), ("edit", self.edit, 3),
            ("branch", self.branch, 2), ("cancel", self.cancel, 2), ("go on with the answer", self.prefill, 1),
        ]  # fmt: skip
        name, way, _ = self.chance.choices(ways, [weight for *_, weight in ways])[0]
        self._do(name, lambda: way(talk))

    def _do(self, name: str, what: Callable[[], None]) -> None:
        self.done[name] = self.done.get(name, 0) + 1
        what()

    # ------------------------------------------------------------ what people do

    def begin(self) -> None:
        path = self.chance.choice(PATHS)
        talk = Talk(
            name=f"{self.number}-{len(self.talks)}", path=path, stream=self.chance.random() < 0.6,
            sources=path != "/api/generate" and self.chance.random() < 0.2,
        )  # fmt: skip
        self.talks.append(talk)
        alike = self.chance.random() < 0.7
        words = self.chance.choice(BEGINNINGS) if alike else self.words(talk)
        if alike:
            talk.beginning = words
        self.ask(talk, words)

    def say(self, talk: Talk) -> None:
        before, words = talk.history[-1][0] if talk.history else "", self.words(talk)
        self.ask(talk, words)
        talk.steps.append((before, words))

    def regenerate(self, talk: Talk) -> None:
        """Ask for one of the answers again; mostly for the last."""
        at = self._place(talk)
        words = talk.history[at][0]
        self.leave(talk, at)
        self.ask(talk, words)

    def edit(self, talk: Talk) -> None:
        """Say one of the messages otherwise: with one word changed, or all."""
        at = self._place(talk)
        old = talk.history[at][0]
        words = self.words(talk)
        if old not in BEGINNINGS and self.chance.random() < 0.5:
            talk.said[-1] = words = f"{old} No: {words.split(' ')[-1]}"
        self.leave(talk, at)
        self.ask(talk, words)

    def branch(self, talk: Talk) -> None:
        """Go back to what was left before, and go on there."""
        if talk.branches:
            there = self.chance.choice(talk.branches)
            talk.branches.append(talk.history)
            talk.history = list(there)
            self.ask(talk, self.words(talk))

    def cancel(self, talk: Talk) -> None:
        """Break an answer off, and then ask again, go on without it, or let it be."""
        if not talk.stream:
            return
        words = self.words(talk)
        self._send(talk, words, break_off=True)
        if self.chance.random() < 0.6:
            self.ask(talk, words)

    def prefill(self, talk: Talk) -> None:
        """Have the last answer go on where it stopped."""
        if talk.path == "/api/generate" or not talk.history:
            return
        words, answer, _ = talk.history.pop()
        more, context = self._send(talk, words, begun=answer)
        talk.history.append((words, answer + more, context))

    def leave(self, talk: Talk, at: int) -> None:
        talk.branches.append(list(talk.history))
        talk.history = talk.history[:at]

    def _place(self, talk: Talk) -> int:
        return self.chance.choice([len(talk.history) - 1, self.chance.randrange(len(talk.history))])

    def words(self, talk: Talk) -> str:
        """Words that nobody ever said before."""
        mark = f"{self.number}x{len(self.talks)}x{len(talk.said)}x{self.chance.randrange(10**6)}"
        words = self.chance.choice(MANNERS).format(about=self.chance.choice(ABOUT), mark=mark)
        talk.said.append(words)
        return words

    # ------------------------------------------------------------ on the wire

    def ask(self, talk: Talk, words: str) -> None:
        answer, context = self._send(talk, words)
        if talk.sources and self.chance.random() < 0.5:
            answer += "\n\nSources: [1] almanac"
        talk.history.append((words, answer, context))

    def _send(self, talk: Talk, words: str, *, begun: str = "", break_off: bool = False) -> tuple[str, list[int]]:
        self.requests += 1
        where = urlsplit(self.url())
        connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=LONGEST_WAIT)
        try:
            body = json.dumps(_body(talk, words, begun))
            connection.request("POST", talk.path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            if break_off:
                answer.readline()
                return "", []
            data = answer.read()
            assert answer.status == 200, data
            return _heard(talk, data)
        finally:
            connection.close()


def _body(talk: Talk, words: str, begun: str) -> dict[str, Any]:
    if talk.path == "/api/generate":
        context = talk.history[-1][2] if talk.history else []
        return {"model": "m", "prompt": words, "stream": talk.stream, **({"context": context} if context else {})}
    messages = []
    for asked, answer, _ in talk.history:
        messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
    messages.append({"role": "user", "content": words})
    messages += [{"role": "assistant", "content": begun}] if begun else []
    return {"model": "m", "messages": messages, "stream": talk.stream}


def _heard(talk: Talk, data: bytes) -> tuple[str, list[int]]:
    if talk.path == "/v1/chat/completions":
        if not talk.stream:
            return str(json.loads(data)["choices"][0]["message"]["content"]), []
        events = [json.loads(line[6:]) for line in data.splitlines() if line.startswith(b"data: {")]
        deltas = (event["choices"][0]["delta"] for event in events if event["choices"])
        return "".join(delta.get("content") or "" for delta in deltas), []
    lines = [json.loads(line) for line in data.splitlines() if line.strip()]
    if talk.path == "/api/chat":
        return "".join(line["message"]["content"] for line in lines), []
    return "".join(line.get("response", "") for line in lines), list(lines[-1].get("context", []))
