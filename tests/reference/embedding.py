"""POST /api/embed, /api/embeddings and /v1/embeddings."""

import base64
import struct
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from tests.reference.talking import nanoseconds, present
from tests.reference.wire import JSON, ApiError, field, json_body, packed

if TYPE_CHECKING:
    from tests.reference.server import Server

NAMELESS = ApiError("model is required")


async def embed(server: "Server", request: Request) -> Response:
    """Answer with a vector for each input."""
    return Response(packed(await _embedded(server, await json_body(request))), media_type=JSON)


async def embeddings(server: "Server", request: Request) -> Response:
    """Answer the old way: one prompt, one vector; none for an empty prompt."""
    body = await json_body(request)
    found = await _embedded(server, body | {"input": field(body, "prompt", str, "") or None})
    vector = found["embeddings"][0] if found["embeddings"] else []
    return Response(packed({"embedding": vector}), media_type=JSON)


async def openai_embeddings(server: "Server", request: Request) -> Response:
    """Answer as OpenAI does; as base64 of 32-bit floats if asked to."""
    body = await json_body(request)
    found = await _embedded(server, body)
    code = _base64 if body.get("encoding_format") == "base64" else list
    data = [{"object": "embedding", "embedding": code(one), "index": at} for at, one in enumerate(found["embeddings"])]
    tokens = found.get("prompt_eval_count", 0)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return Response(packed({"object": "list", "data": data, "model": found["model"], "usage": usage}), media_type=JSON)


async def _embedded(server: "Server", body: dict[str, Any]) -> dict[str, Any]:
    asked, texts = server.asked(body, nameless=NAMELESS), _texts(body)
    async with server.runners.lent(asked.model, asked.options, asked.keep_alive):
        loading = server.clock() - asked.started
        vectors = [await server.brain.embed(text) for text in texts]
        tokens = await server.brain.count([{"content": text} for text in texts])
    total = server.clock() - asked.started
    metrics = {"total_duration": nanoseconds(total), "load_duration": nanoseconds(loading), "prompt_eval_count": tokens}
    return {"model": asked.name, "embeddings": vectors} | present(metrics)


def _texts(body: dict[str, Any]) -> list[str]:
    given = body.get("input")
    if given is None or given == "":
        return []
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ApiError("invalid input type")
    return texts


def _base64(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
