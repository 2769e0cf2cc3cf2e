"""
Four people who talk without a pause, in every dialect, streaming and not, whatever happens to the server.

What a person says is said once in the world: a mark tells it from everything else, and the answer repeats the mark. A
person who gets no whole answer says the same again in the same talk, as people do. `Heard` is what a client has
received to its last byte that matters: from then on nobody may lose it.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx2

from tests.reference.brain import Pause, Piece, Prompt, Say

MODEL = "llama3.2"
#: So many exchanges a talk has at most.
TALK = 5
#: A pause before somebody tries again.
BREATH = 0.2
MARK = re.compile(r"mark \d+-\d+")

Message = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What somebody said, and the answer they received."""

    said: str
    answer: str


@dataclass(slots=True)
class Heard:
    """What the clients know: exchanges whose end they received, and what had to be said again, if it began a talk."""

    exchanges: list[Exchange] = field(default_factory=list)
    again: dict[str, bool] = field(default_factory=dict)

    @property
    def openings(self) -> set[str]:
        """What had to be said again and began a talk: nothing tells it from a new talk that begins the same way."""
        return {said for said, opening in self.again.items() if opening}


class NotWhole(Exception):
    """The answer did not come to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """
    One dialect, streaming or not: the path, the body for a history, and how to read what comes.

    A `lonely` one sends no history: every exchange is a talk of its own.
    """

    path: str
    stream: bool
    body: Callable[[Sequence[Message]], dict[str, Any]]
    words: Callable[[Mapping[str, Any]], str]
    ended: Callable[[str], bool]
    lonely: bool = False

    def ask(self, client: httpx2.Client, url: str, history: Sequence[Message]) -> str:
        """Return the whole answer. Raises `NotWhole` and the client's errors."""
        body = self.body(history) | {"model": MODEL, "stream": self.stream}
        with client.stream("POST", url + self.path, json=body) as response:
            return self._read(response) if response.is_success else self._refused()

    def _read(self, response: httpx2.Response) -> str:
        if not self.stream:
            return self.words(json.loads(response.read()))
        answer, whole = "", False
        with suppress(httpx2.TransportError):  # what breaks after the end has come is no loss
            for line in response.iter_lines():
                whole = whole or self.ended(line)
                text = line.removeprefix("data: ")
                answer += self.words(json.loads(text)) if text.startswith("{") else ""
        if not whole:
            raise NotWhole
        return answer

    def _refused(self) -> str:
        raise NotWhole


def answered(prompt: Prompt) -> list[Piece | str]:
    """Answer with the mark of what was said last; now and then with pauses, so that a kill strikes in the middle."""
    last = str(prompt.messages[-1]["content"]) if prompt.messages else prompt.text
    mark = MARK.findall(last)[-1]
    pause: list[Piece | str] = [Pause(0.02)] if int(mark.rpartition("-")[2]) % 3 == 0 else []
    return [Say(f"Well, {mark}"), *pause, " is noted,", *pause, Say(f" and the answer to {mark} is this one.")]


def expected(said: str) -> str:
    """Return the answer to what was said."""
    mark = MARK.findall(said)[-1]
    return f"Well, {mark} is noted, and the answer to {mark} is this one."


def ways() -> Sequence[Way]:
    """Return every dialect, streaming and not."""
    return [make(stream) for make in (_ollama_chat, _openai_chat, _ollama_generate) for stream in (True, False)]


@contextmanager
def talking(url: Callable[[], str], people: int) -> Iterator[Heard]:
    """Let so many people talk while the block runs; `url` tells where the server is now."""
    heard, enough = Heard(), threading.Event()
    with ThreadPoolExecutor(people) as threads:
        talks = [threads.submit(_talk, number, url, heard, enough) for number in range(people)]
        try:
            yield heard
        finally:
            enough.set()
            failures = [talk.exception() for talk in talks]
    assert failures == [None] * people


def _talk(number: int, url: Callable[[], str], heard: Heard, enough: threading.Event) -> None:
    chance, told, every = Random(number), 0, ways()
    with httpx2.Client(trust_env=False, verify=False, timeout=60) as client:
        while not enough.is_set():
            way, history = every[(number + told) % len(every)], list[Message]()
            for _ in range(chance.randint(1, TALK)):
                told += 1
                history.append({"role": "user", "content": f"Please note mark {number}-{told}: {_filler(chance)}"})
                answer = _insisted(client, way, url, history, heard, enough)
                history.append({"role": "assistant", "content": answer})
                if not answer:
                    break


def _insisted(  # noqa: PLR0913, PLR0917 -- one exchange is all of this
    client: httpx2.Client,
    way: Way,
    url: Callable[[], str],
    history: Sequence[Message],
    heard: Heard,
    enough: threading.Event,
) -> str:
    """Return the answer, however often it takes; nothing when it is enough."""
    said, opening = history[-1]["content"], len(history) == 1 or way.lonely
    while not enough.is_set():
        with suppress(httpx2.TransportError, NotWhole, json.JSONDecodeError):
            answer = way.ask(client, url(), history)
            heard.exchanges.append(Exchange(said=said, answer=answer))
            return answer
        heard.again[said] = opening
        enough.wait(BREATH)
    return ""


def _filler(chance: Random) -> str:
    things = ("the kettle", "a canoe", "my ladder", "the red lantern", "our telescope")
    return f"{chance.choice(things)} stands in room {chance.randint(2, 99)}."


# ---------------------------------------------------------------- dialects


def _ollama_chat(stream: bool) -> Way:
    return Way(
        path="/api/chat", stream=stream, body=lambda history: {"messages": history},
        words=lambda said: said["message"]["content"], ended=_done,
    )  # fmt: skip


def _openai_chat(stream: bool) -> Way:
    def words(said: Mapping[str, Any]) -> str:
        return "".join(
            (choice.get("delta") or choice.get("message") or {}).get("content") or "" for choice in said["choices"]
        )

    return Way(
        path="/v1/chat/completions", stream=stream, body=lambda history: {"messages": history}, words=words,
        ended=lambda line: line == "data: [DONE]",
    )  # fmt: skip


def _ollama_generate(stream: bool) -> Way:
    return Way(
        path="/api/generate", stream=stream, body=lambda history: {"prompt": history[-1]["content"]},
        words=lambda said: said["response"], ended=_done, lonely=True,
    )  # fmt: skip


def _done(line: str) -> bool:
    return line.startswith("{") and bool(json.loads(line)["done"])
