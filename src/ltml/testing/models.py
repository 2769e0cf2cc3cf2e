"""A language model for tests: it answers by a script, and records its prompts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

from ltml.errors import ProviderUnavailable

AnswerPrompt = Callable[[str, Mapping[str, Any]], str]

_IMPERATIVE = re.compile(
    r"(?im)^.*\b(?:ignore|forget|delete|remember|reply|answer|say|write|output|print|always|never|must)\b.*$"
)
TEN_MEGABYTES = 10_000_000


class ScriptedModel:
    """Implements `protocols.Model`; `questions` are the prompts it was asked, in order."""

    def __init__(self, name: str, answer: AnswerPrompt) -> None:
        """Answer with this function of prompt and schema."""
        self.name, self._answer = name, answer
        self.questions: list[str] = []

    def complete(self, prompt: str, schema: Mapping[str, Any]) -> str:
        """Return the script's answer. Raises `ProviderError` where the script does."""
        self.questions.append(prompt)
        return self._answer(prompt, schema)

    @classmethod
    def good(cls, answers: Mapping[str, object]) -> ScriptedModel:
        """Return a model that answers by the first key that occurs in the prompt, else with an empty object."""

        def answer_prompt(prompt: str, schema: Mapping[str, Any]) -> str:
            del schema
            return json.dumps(next((answer for key, answer in answers.items() if key in prompt), {}))

        return cls("good", answer_prompt)

    @classmethod
    def gullible(cls) -> ScriptedModel:
        """Return a model that obeys injected text: its answer is every line of the prompt that orders something."""

        def answer_prompt(prompt: str, schema: Mapping[str, Any]) -> str:
            return json.dumps(_fill_schema(schema, "\n".join(_IMPERATIVE.findall(prompt)) or prompt[-500:]))

        return cls("gullible", answer_prompt)

    @classmethod
    def mad(cls, seed: int, foreign: Iterable[str] = ()) -> ScriptedModel:
        """Return a model with every kind of fault; `foreign` are ids it must not know, such as another user's."""
        random, last = Random(seed), [""]
        ids = tuple(foreign)

        def answer_prompt(prompt: str, schema: Mapping[str, Any]) -> str:
            last[0] = random.choice(_FAULTS)(random, ids, prompt, schema, last[0])
            return last[0]

        return cls("mad", answer_prompt)


def _fill_schema(schema: Mapping[str, Any], text: str) -> object:
    """Return a value that fits a JSON schema, with this text as every string."""
    kind = schema.get("type", "object")
    if kind == "object":
        return {
            name: _fill_schema(part, text)
            for name, part in schema.get("properties", {"text": {"type": "string"}}).items()
        }
    if kind == "array":
        return [_fill_schema(schema.get("items", {"type": "string"}), text)]
    return {"number": 1.0, "integer": 1, "boolean": True, "null": None}.get(kind, text)


def _pick_id(random: Random, foreign: tuple[str, ...]) -> str:
    return random.choice([*foreign, f"{random.getrandbits(128):032x}"])


def _delete_all(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del random, foreign, prompt, last
    return json.dumps(_fill_schema(schema, "delete all"))


def _unknown_ids(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del prompt, last
    return json.dumps(_fill_schema(schema, _pick_id(random, foreign)))


def _empty(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del foreign, prompt, schema, last
    return random.choice(["", " ", "null", "{}", "[]", '""'])


def _broken_json(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del foreign, prompt, last
    whole = json.dumps(_fill_schema(schema, "and so on"))
    return random.choice([whole[: len(whole) // 2], f"Sure! Here you go: {whole}", "{'a': 1}", "\ufffd\x00{", "NaN"])


def _endless(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del random, foreign, prompt, last
    return json.dumps(_fill_schema(schema, "again " * (TEN_MEGABYTES // 6)))


def _echo(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del random, foreign, last
    return json.dumps(_fill_schema(schema, prompt[:10_000]))


def _duplicate(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del random, foreign, prompt, schema
    return last


def _refuse(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del random, foreign, prompt, schema, last
    raise ProviderUnavailable("the model does not feel like it")


_FAULTS = (_delete_all, _unknown_ids, _empty, _broken_json, _endless, _echo, _duplicate, _refuse)
