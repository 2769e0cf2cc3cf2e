"""
The whole circle, on the real thing: told by day, the model unloaded, a night, a crash, asked the next morning.

A real model answers behind the reference server, LTML stands before it, and the official clients talk to LTML. What
counts is read from the bytes that arrived at the reference server: what was placed in them beside the client's words.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import ollama
import openai

from ltml.providers.engine import Engine, start_engine
from ltml.text import count_tokens
from tests.acceptance.people import Fact, Person
from tests.acceptance.programs import Ltml, Reference, closing_all

MODEL, CONTEXT, SHARE = "smollm2", 4096, 0.15
OPTIONS = {"temperature": 0, "seed": 1, "num_predict": 24}

Message: TypeAlias = dict[str, str]
#: Asks a model with a history, as some client does it, and returns the answer.
Talk = Callable[[Sequence[Message]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, what was placed for it in the request that reached the model's server, and the answer."""

    fact: Fact
    placed: tuple[str, ...]
    answer: str

    @property
    def shown(self) -> bool:
        """Whether what answers the question was placed."""
        return any(self.fact.answer.casefold() in words.casefold() for words in self.placed)

    @property
    def answered(self) -> bool:
        """Whether the model's answer holds it."""
        return self.fact.answer.casefold() in self.answer.casefold()

    @property
    def tokens(self) -> int:
        """What was placed, in tokens: LTML's own count or a quarter of the characters, whichever is more."""
        return max(sum(map(count_tokens, self.placed)), sum(map(len, self.placed)) // 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A model's server, LTML before it, and the memory between them."""

    reference: Reference
    ltml: Ltml

    def restart(self) -> None:
        """Pull the plug, and start everything again."""
        for program in (self.ltml, self.reference):
            program.kill()
        self.start()

    def start(self) -> None:
        """Start the model's server, and LTML before it."""
        self.reference.start()
        self.ltml.set(upstream=self.reference.url)
        self.ltml.start()


@contextmanager
def engine(model: Path) -> Iterator[Engine]:
    """Run the model that thinks up the answers."""
    with start_engine(model, context=CONTEXT, idle=-1) as running:
        yield running


@contextmanager
def house(folder: Path, running: Engine) -> Iterator[House]:
    """Build a house in a folder, with the clock of impatient people, and tear it down at the end."""
    reference = Reference(folder, MODEL, running.url, running.key)
    ltml = Ltml(folder / "memory.db", quiet=0.2, poll=0.5, deadline=20, patience=60)
    built = House(reference=reference, ltml=ltml)
    with closing_all(ltml, reference):
        built.start()
        yield built


@contextmanager
def through_ollama(url: str, memory: str = "on") -> Iterator[ollama.Client]:
    """Ollama's own client, closed at the end."""
    client = ollama.Client(host=url, headers={"X-LTML-Memory": memory}, verify=False)
    try:
        yield client
    finally:
        client._client.close()


@contextmanager
def through_openai(url: str) -> Iterator[openai.OpenAI]:
    """OpenAI's own client on the /v1 of the same address."""
    with openai.DefaultHttpxClient(verify=False) as http:
        yield openai.OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0, http_client=http)


def ollama_talk(client: ollama.Client) -> Talk:
    """Return how to ask through Ollama's client."""
    return lambda history: client.chat(MODEL, history, options=OPTIONS).message.content or ""


def openai_talk(client: openai.OpenAI) -> Talk:
    """Return how to ask through OpenAI's client."""

    def ask(history: Sequence[Message]) -> str:
        said: Any = [dict(message) for message in history]
        answer = client.chat.completions.create(model=MODEL, messages=said, temperature=0, seed=1, max_tokens=24)
        return answer.choices[0].message.content or ""

    return ask


def tell_all(person: Person, talk: Talk) -> None:
    """Say everything a person says in one talk, and hear the answers."""
    history: list[Message] = []
    for words in person.says:
        history.append({"role": "user", "content": words})
        history.append({"role": "assistant", "content": talk(history)})


def good_night(home: House) -> Mapping[str, Any]:
    """Have the model unloaded, as any client may ask for it, and wait until memory has slept by itself."""
    with through_ollama(home.ltml.url) as client:
        assert client.generate(MODEL, "", keep_alive=0).done_reason == "unload"
    return home.ltml.night()


def asked_in_one_talk(person: Person, talk: Talk, reference: Reference) -> list[Asked]:
    """Ask for every fact, one question after the other."""
    history: list[Message] = []
    answers = []
    for fact in person.facts:
        history.append({"role": "user", "content": fact.question})
        answers.append(_asked(fact, history, talk, reference))
        history.append({"role": "assistant", "content": answers[-1].answer})
    return answers


def asked_one_by_one(person: Person, talk: Talk, reference: Reference) -> list[Asked]:
    """Ask for every fact in a talk of its own."""
    return [_asked(fact, [{"role": "user", "content": fact.question}], talk, reference) for fact in person.facts]


def _asked(fact: Fact, history: Sequence[Message], talk: Talk, reference: Reference) -> Asked:
    reference.received()
    answer = talk(history)
    (body,) = reference.received()
    return Asked(fact=fact, placed=placed(history, body["messages"]), answer=answer)


def placed(sent: Sequence[Message], arrived: Sequence[Message]) -> tuple[str, ...]:
    """Return what stands in the messages that arrived beside the words that were sent."""
    words = [message["content"] for message in arrived]
    block = [words.pop(0)] if len(words) > len(sent) else []
    added = [new.removesuffix(old["content"]) for new, old in zip(words, sent, strict=True)]
    assert all(new.endswith(old["content"]) for new, old in zip(words, sent, strict=True)), "the client's words stand"
    return tuple(filter(None, [*block, *added]))
