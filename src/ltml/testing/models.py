"""A language model for tests: it answers as its personality says, and counts what it was asked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

from ltml.errors import ProviderUnavailable

Answering = Callable[[str, Mapping[str, Any]], str]

_ORDER = re.compile(
    r"(?im)^.*\b(?:ignore|forget|delete|remember|reply|answer|say|write|output|print|always|never|must)\b.*$"
)
TEN_MEGABYTES = 10_000_000


class ScriptedModel:
    """Keeps the promise of `protocols.Model`; `questions` are the prompts it was asked, in order."""

    def __init__(self, name: str, answering: Answering) -> None:
        """Answer with this function of prompt and schema."""
        self.name, self._answering = name, answering
        self.questions: list[str] = []

    def complete(self, prompt: str, schema: Mapping[str, Any]) -> str:
        """Return the answer of this personality. Raises `ProviderError` if it is in the mood."""
        self.questions.append(prompt)
        return self._answering(prompt, schema)

    @classmethod
    def good(cls, answers: Mapping[str, object]) -> ScriptedModel:
        """Return a model that answers by the first key that stands in the prompt, and else with an empty object."""

        def answering(prompt: str, schema: Mapping[str, Any]) -> str:
            del schema
            return json.dumps(next((answer for key, answer in answers.items() if key in prompt), {}))

        return cls("good", answering)

    @classmethod
    def gullible(cls) -> ScriptedModel:
        """Return a model that obeys: every line of the prompt that orders something comes back as the answer."""

        def answering(prompt: str, schema: Mapping[str, Any]) -> str:
            return json.dumps(_filled(schema, "\n".join(_ORDER.findall(prompt)) or prompt[-500:]))

        return cls("gullible", answering)

    @classmethod
    def mad(cls, seed: int, foreign: Iterable[str] = ()) -> ScriptedModel:
        """Return a model that answers anything; `foreign` are ids it must not know, such as another user's."""
        random, last = Random(seed), [""]
        ids = tuple(foreign)

        def answering(prompt: str, schema: Mapping[str, Any]) -> str:
            last[0] = random.choice(_MADNESS)(random, ids, prompt, schema, last[0])
            return last[0]

        return cls("mad", answering)


def _filled(schema: Mapping[str, Any], text: str) -> object:
    """Return a value that fits a JSON schema, with this text wherever a text may stand."""
    kind = schema.get("type", "object")
    if kind == "object":
        return {
            name: _filled(part, text) for name, part in schema.get("properties", {"text": {"type": "string"}}).items()
        }
    if kind == "array":
        return [_filled(schema.get("items", {"type": "string"}), text)]
    return {"number": 1.0, "integer": 1, "boolean": True, "null": None}.get(kind, text)


def _wild(random: Random, foreign: tuple[str, ...]) -> str:
    return random.choice([*foreign, f"{random.getrandbits(128):032x}"])


def _delete_all(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del random, foreign, prompt, last
    return json.dumps(_filled(schema, "delete all"))


def _unknown_ids(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del prompt, last
    return json.dumps(_filled(schema, _wild(random, foreign)))


def _empty(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del foreign, prompt, schema, last
    return random.choice(["", " ", "null", "{}", "[]", '""'])


def _broken_json(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del foreign, prompt, last
    whole = json.dumps(_filled(schema, "and so on"))
    return random.choice([whole[: len(whole) // 2], f"Sure! Here you go: {whole}", "{'a': 1}", "\ufffd\x00{", "NaN"])


def _endless(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del random, foreign, prompt, last
    return json.dumps(_filled(schema, "again " * (TEN_MEGABYTES // 6)))


def _echo(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del random, foreign, last
    return json.dumps(_filled(schema, prompt[:10_000]))


def _duplicate(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del random, foreign, prompt, schema
    return last


def _sulking(random: Random, foreign: tuple[str, ...], prompt: str, schema: Mapping[str, Any], last: str) -> str:
    del random, foreign, prompt, schema, last
    raise ProviderUnavailable("the model does not feel like it")


_MADNESS = (_delete_all, _unknown_ids, _empty, _broken_json, _endless, _echo, _duplicate, _sulking)
