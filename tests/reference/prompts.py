"""
From messages to what the model reads: Modelfile before it, oldest messages out of it (server/prompt.go).

Whole messages go, from the front, until the rest fits into the window. System messages and the last message stay. A
tool's answer at the front brings the call that asked for it along. What is still too long then is refused by models
that llama-server renders, and loses its middle in the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.reference.brain import Brain
from tests.reference.models import Model
from tests.reference.options import Options
from tests.reference.wire import ApiError

Message: TypeAlias = Mapping[str, Any]

TOO_LONG = "the input length exceeds the context length"
CHARACTERS_A_TOKEN = 4
KEPT = 4  # num_keep


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """Messages that fit, as a text, and what they take."""

    messages: tuple[Message, ...]
    text: str
    tokens: int


def with_modelfile(model: Model, messages: Sequence[Message]) -> list[Message]:
    """Return the messages behind the Modelfile's; its system prompt only if the first one *sent* is none."""
    behind = [*model.messages, *messages]
    if model.system and messages[0]["role"] != "system":
        return [{"role": "system", "content": model.system}, *behind]
    return behind


async def fit(brain: Brain, model: Model, messages: Sequence[Message], options: Options, *, truncate: bool) -> Fitted:
    """Return the messages that fit into the window. Raises `ApiError` (400) if it is not to be made fit."""
    kept = await _fitting(brain, messages, options.context) if truncate else list(messages)
    tokens, text = await brain.count(kept), render(kept)
    if tokens > options.context:
        if model.native or not truncate:
            raise ApiError(TOO_LONG, 400)
        tokens, text = _without_middle(text, options)
    return Fitted(messages=tuple(kept), text=text, tokens=tokens)


def render(messages: Sequence[Message]) -> str:
    """Return the messages in ChatML, ready for the answer."""
    turns = [f"<|im_start|>{each['role']}\n{each.get('content', '')}<|im_end|>\n" for each in messages]
    return "".join(turns) + "<|im_start|>assistant\n"


async def _fitting(brain: Brain, messages: Sequence[Message], context: int) -> list[Message]:
    kept: list[Message] = list(messages)
    for place in range(len(messages)):
        start = _with_its_call(messages, place)
        system = [each for each in messages[:start] if each["role"] == "system"]
        kept = [*system, *messages[start:]]
        if await brain.count(kept) <= context:
            break
    return kept


def _with_its_call(messages: Sequence[Message], place: int) -> int:
    start = place
    while start > 0 and messages[start]["role"] == "tool":
        start -= 1
    return start if messages[start].get("tool_calls") else place


def _without_middle(text: str, options: Options) -> tuple[int, str]:
    keep = options.values.get("num_keep", KEPT)
    tail = (options.context - keep) // 2
    return keep + tail, text[: keep * CHARACTERS_A_TOKEN] + text[-tail * CHARACTERS_A_TOKEN :]
