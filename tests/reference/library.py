"""Getting, making and giving away models, as far as a proxy must let it through: pull, push, create, copy, blobs."""

import hashlib
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from tests.reference.models import Model, Models
from tests.reference.wire import JSON, NDJSON, ApiError, Reply, field, json_body, lines, packed

if TYPE_CHECKING:
    from tests.reference.server import Server


class Blobs:
    """Which blobs the server has, by digest; their bytes are only counted, for they may be many gigabytes."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}

    async def take(self, digest: str, request: Request) -> int:
        """Read a blob as it comes. Returns 201, or 200 if it is there. Raises `ApiError` (400) for a wrong digest."""
        if digest in self.sizes:
            return 200
        summed, size = hashlib.sha256(), 0
        async for chunk in request.stream():
            summed.update(chunk)
            size += len(chunk)
        found = f"sha256:{summed.hexdigest()}"
        if found != digest.replace("sha256-", "sha256:"):
            raise ApiError(f'digest mismatch, expected "{found}", got "{digest}"')
        self.sizes[digest] = size
        return 201


async def send_blob(server: "Server", request: Request) -> Response:
    """Take a blob."""
    return Response(status_code=await server.blobs.take(request.path_params["digest"], request))


async def has_blob(server: "Server", request: Request) -> Response:
    """Say whether a blob is there."""
    return Response(status_code=200 if request.path_params["digest"] in server.blobs.sizes else 404)


async def pull(server: "Server", request: Request) -> Response:
    """Pretend to fetch a model; then it is there."""
    body = await json_body(request)
    model = Model(name=_name(body))
    digest, size = f"sha256:{model.digest}", model.size
    layer: dict[str, Any] = {"status": f"pulling {model.digest[:12]}", "digest": digest, "total": size}
    steps: list[dict[str, Any]] = [
        {"status": "pulling manifest"},
        layer,
        layer | {"completed": size // 2},
        layer | {"completed": size},
    ]
    steps += [{"status": "verifying sha256 digest"}, {"status": "writing manifest"}, {"status": "success"}]
    if model.name not in server.models:
        server.models.add(model)
    return _told(server, body, steps)


async def push(server: "Server", request: Request) -> Response:
    """Pretend to give a model away."""
    body = await json_body(request)
    server.models.find(_name(body))
    steps = ("retrieving manifest", "pushing manifest", "success")
    return _told(server, body, [{"status": step} for step in steps])


async def create(server: "Server", request: Request) -> Response:
    """Make a model out of another one: with a system prompt and parameters of its own."""
    body = await json_body(request)
    made = replace(_parent(server.models, body), name=_name(body))
    system = field(body, "system", str, made.system)
    parameters = {**made.parameters, **field(body, "parameters", dict, {})}
    server.models.add(replace(made, system=system, parameters=parameters))
    return _told(server, body, [{"status": "writing manifest"}, {"status": "success"}])


async def copy(server: "Server", request: Request) -> Response:
    """Give a model a second name."""
    body = await json_body(request)
    source, name = field(body, "source", str, ""), field(body, "destination", str, "")
    server.models.add(replace(server.models.find(source), name=name))
    return Response(status_code=200)


async def delete(server: "Server", request: Request) -> Response:
    """Forget a model."""
    server.models.remove(_name(await json_body(request)))
    return Response(status_code=200)


def _name(body: dict[str, Any]) -> str:
    name = body.get("model") or body.get("name")
    if not isinstance(name, str):
        raise ApiError("invalid model name")
    return name


def _parent(models: Models, body: dict[str, Any]) -> Model:
    if not body.get("from"):
        raise ApiError("neither 'from' or 'files' was specified")
    return models.find(body["from"])


def _told(server: "Server", body: dict[str, Any], steps: list[dict[str, Any]]) -> Response:
    """Tell the steps one by one, or the last one alone."""
    if field(body, "stream", bool, default=True):
        return Reply(lines(_one_by_one(steps)), NDJSON, gone=server.note_gone)
    return Response(packed(steps[-1]), media_type=JSON)


async def _one_by_one(steps: list[dict[str, Any]]) -> AsyncGenerator[dict[str, Any]]:
    for step in steps:
        yield step
