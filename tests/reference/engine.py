"""
A brain that asks a real model: llama.cpp's own server, through its OpenAI paths.

Loading and unloading stay on our side (the engine keeps its model); tokens are counted by the engine's /tokenize, and
the template's share is guessed as in the script. The prompt's tokens in an answer are the engine's own count.
"""

import json
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import httpx2

from tests.reference.brain import Call, Fail, Finish, Piece, Prompt, Say, Think
from tests.reference.models import Model
from tests.reference.wire import ApiError

TOKENS_A_MESSAGE = 4
PASSED_ON = ("temperature", "top_p", "top_k", "min_p", "seed", "stop", "presence_penalty", "frequency_penalty")


class Engine:
    """Streams answers out of the engine at `url`, which may want a key."""

    def __init__(self, url: str, key: str = "") -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def load(self, model: Model) -> None:
        """Return at once: the engine has its model."""

    async def answer(self, prompt: Prompt) -> AsyncGenerator[Piece]:
        """Stream the engine's answer."""
        path, body = self._raw(prompt) if prompt.raw else self._chat(prompt)
        heard = _Heard()
        with _telling():
            async with self._client() as client, client.stream("POST", path, json=body) as response:
                if response.is_error:
                    raise ApiError(_complaint(await response.aread()), response.status_code)
                async for line in response.aiter_lines():
                    for piece in heard.pieces(line):
                        yield piece
        for piece in heard.rest():
            yield piece

    async def count(self, messages: Sequence[Mapping[str, Any]]) -> int:
        """Return the engine's count of the words, and four tokens for every message."""
        words = "\n".join(str(each.get("content", "")) for each in messages)
        found = await self._post("/tokenize", {"content": words})
        return len(found["tokens"]) + TOKENS_A_MESSAGE * len(messages)

    async def embed(self, text: str) -> list[float]:
        """Return the engine's vector. Raises `ApiError` if it was started without embeddings."""
        found = await self._post("/v1/embeddings", {"input": text})
        return list(found["data"][0]["embedding"])

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        with _telling():
            async with self._client() as client:
                response = await client.post(path, json=body)
        if response.is_error:
            raise ApiError(_complaint(response.content), response.status_code)
        return response.json()

    def _client(self) -> httpx2.AsyncClient:
        patience = httpx2.Timeout(300, connect=5)
        return httpx2.AsyncClient(base_url=self._url, headers=self._headers, timeout=patience, trust_env=False)

    def _chat(self, prompt: Prompt) -> tuple[str, dict[str, Any]]:
        body = _settings(prompt) | {"messages": [_plain(each) for each in prompt.messages]}
        if prompt.tools:
            body["tools"] = list(prompt.tools)
        if prompt.format is not None:
            body["response_format"] = _format(prompt.format)
        return "/v1/chat/completions", body | {"stream_options": {"include_usage": True}}

    def _raw(self, prompt: Prompt) -> tuple[str, dict[str, Any]]:
        body = _settings(prompt) | {"prompt": prompt.text}
        return "/v1/completions", body | {"stream_options": {"include_usage": True}}


class _Heard:
    """What has come of one stream: tool calls come in parts, and the reason to end before the count of tokens."""

    def __init__(self) -> None:
        self._calls: dict[int, dict[str, str]] = {}
        self._reason = "stop"
        self._tokens: int | None = None

    def pieces(self, line: str) -> list[Piece]:
        """Return the pieces in one line of the stream."""
        if not line.startswith("data: {"):
            return []
        said = json.loads(line.removeprefix("data: "))
        if "error" in said:
            return [Fail(str(said["error"].get("message")), 500)]
        self._tokens = (said.get("usage") or {}).get("prompt_tokens", self._tokens)
        return [piece for choice in said.get("choices", []) for piece in self._of(choice)]

    def rest(self) -> list[Piece]:
        """Return what can be told only at the end."""
        calls = [Call(each["name"], json.loads(each["arguments"] or "{}")) for each in self._calls.values()]
        reason = "length" if self._reason == "length" else "stop"
        return [*calls, Finish(reason, self._tokens)]

    def _of(self, choice: dict[str, Any]) -> list[Piece]:
        self._reason = choice.get("finish_reason") or self._reason
        delta = choice.get("delta", {})
        for call in delta.get("tool_calls") or []:
            known = self._calls.setdefault(call["index"], {"name": "", "arguments": ""})
            known["name"] += call["function"].get("name") or ""
            known["arguments"] += call["function"].get("arguments") or ""
        thought, words = delta.get("reasoning_content"), delta.get("content") or choice.get("text")
        return [*([Think(thought)] if thought else []), *([Say(words)] if words else [])]


@contextmanager
def _telling() -> Iterator[None]:
    """Say of an engine that is gone what Ollama says of its own."""
    try:
        yield
    except httpx2.TransportError as exc:
        raise ApiError(f"llama runner process no longer running: {exc}", 500) from exc


def _settings(prompt: Prompt) -> dict[str, Any]:
    asked = {name: prompt.options[name] for name in PASSED_ON if name in prompt.options}
    longest = prompt.options.get("num_predict", -1)
    return asked | {"stream": True} | ({"max_tokens": longest} if longest > 0 else {})


def _plain(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": message["role"], "content": message.get("content", "")}


def _format(wanted: Any) -> dict[str, Any]:
    if wanted == "json":
        return {"type": "json_object"}
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": wanted}}


def _complaint(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", "replace")
