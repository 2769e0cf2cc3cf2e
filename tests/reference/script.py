"""A brain that says what a test wrote down."""

import asyncio
import hashlib
import json
import math
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from tests.reference.brain import Break, Call, Fail, Finish, Pause, Piece, Prompt, Say, Think, Wait
from tests.reference.models import Model
from tests.reference.wire import ApiError

#: An answer: words (cut into pieces at blanks), or pieces, where a plain string is a `Say`.
Answer: TypeAlias = str | Iterable[Piece | str]

DIMENSIONS = 8
CHARACTERS_A_TOKEN = 4
TOKENS_A_MESSAGE = 4

ECHO = "Ollama heard you."


class Script:
    """
    Answers from a list, one request after the other and the last one for ever, or from a function of the prompt.

    `prompts` keeps what reached the model. `loading` are pieces that happen while a model is loaded.
    """

    def __init__(
        self, answers: Callable[[Prompt], Answer] | Sequence[Answer] = (ECHO,), *, loading: Sequence[Piece] = ()
    ) -> None:
        self._answers = answers
        self._loading = loading
        self.prompts: list[Prompt] = []

    async def load(self, model: Model) -> None:
        """Do what happens while a model is loaded."""
        del model
        for piece in self._loading:
            await happen(piece)

    async def answer(self, prompt: Prompt) -> AsyncGenerator[Piece]:
        """Yield the next scripted answer."""
        self.prompts.append(prompt)
        for piece in pieces(self._next(prompt)):
            yield piece

    async def count(self, messages: Sequence[Mapping[str, Any]]) -> int:
        """Return a token for four characters and four for every message."""
        return sum(len(str(each.get("content", ""))) // CHARACTERS_A_TOKEN + TOKENS_A_MESSAGE for each in messages)

    async def embed(self, text: str) -> list[float]:
        """Return a vector of length 1 that depends on the text alone."""
        raw = [byte - 127.5 for byte in hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:DIMENSIONS]]
        length = math.hypot(*raw)
        return [value / length for value in raw]

    def _next(self, prompt: Prompt) -> Answer:
        if callable(self._answers):
            return self._answers(prompt)
        return self._answers[min(len(self.prompts), len(self._answers)) - 1]


async def happen(piece: Piece) -> None:
    """Do what a piece does to a stream besides saying something. Raises `ApiError` for a `Fail`."""
    match piece:
        case Pause(seconds):
            await asyncio.sleep(seconds)
        case Wait(gate):
            await gate.passed()
        case Fail(message, status):
            raise ApiError(message, status)


def pieces(answer: Answer) -> Iterable[Piece]:
    """Return an answer's pieces; a string alone is cut before each blank, as tokens are."""
    if isinstance(answer, str):
        words = answer.split(" ")
        return [Say(word if place == 0 else f" {word}") for place, word in enumerate(words)]
    return [Say(piece) if isinstance(piece, str) else piece for piece in answer]


def read_script(path: Path) -> Script:
    """
    Return the script in a JSON file: a list of answers, each a string or a list of pieces.

    A piece is a string or an object with one of `say`, `think`, `call` (with `arguments`), `break`, `fail` (with
    `status`), `pause` and `finish`.
    """
    answers = json.loads(path.read_text("utf-8"))
    return Script([each if isinstance(each, str) else [_piece(piece) for piece in each] for each in answers])


def _piece(written: str | dict[str, Any]) -> Piece:
    if isinstance(written, str):
        return Say(written)
    for name, make in WRITTEN.items():
        if name in written:
            return make(written)
    raise ValueError(f"no piece of an answer: {written!r}")


WRITTEN: dict[str, Callable[[dict[str, Any]], Piece]] = {
    "say": lambda written: Say(written["say"]),
    "think": lambda written: Think(written["think"]),
    "call": lambda written: Call(written["call"], written.get("arguments", {})),
    "break": lambda _: Break(),
    "fail": lambda written: Fail(written["fail"], written.get("status", 500)),
    "pause": lambda written: Pause(written["pause"]),
    "finish": lambda written: Finish(written["finish"]),
}
