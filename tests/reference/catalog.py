"""What the server says about itself and its models: /, version, tags, ps, show, /v1/models."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from tests.reference.clock import stamp
from tests.reference.durations import FOREVER
from tests.reference.models import Model, full_name
from tests.reference.runners import Runner
from tests.reference.wire import JSON, ApiError, json_body, packed

if TYPE_CHECKING:
    from tests.reference.server import Server

MADE = datetime(2026, 3, 1, tzinfo=UTC)


async def running(server: "Server", request: Request) -> Response:
    """Say that it runs; health probes rely on the words."""
    del server, request
    return PlainTextResponse("Ollama is running")


async def version(server: "Server", request: Request) -> Response:
    """Say which version it claims to be."""
    del request
    return _json({"version": server.version})


async def status(server: "Server", request: Request) -> Response:
    """Say that there is no cloud."""
    del server, request
    return _json({"cloud": {"disabled": True, "source": "env"}})


async def tags(server: "Server", request: Request) -> Response:
    """List the models there are."""
    del request
    return _json({"models": [_named(model) | {"modified_at": stamp(MADE)} for model in server.models]})


async def ps(server: "Server", request: Request) -> Response:
    """List the models that are loaded, the one that stays longest first."""
    del request
    runners = sorted(server.runners.loaded(), key=lambda one: _leaves_at(server, one), reverse=True)
    return _json({"models": [_loaded(server, runner) for runner in runners]})


async def show(server: "Server", request: Request) -> Response:
    """Tell all about one model."""
    body = await json_body(request)
    name = body.get("model") or body.get("name")
    if not name:
        raise ApiError("model is required")
    return _json(_shown(server.models.find(name)))


async def openai_models(server: "Server", request: Request) -> Response:
    """List the models in OpenAI's words."""
    del request
    return _json({"object": "list", "data": [_openai(full_name(model.name)) for model in server.models]})


async def openai_model(server: "Server", request: Request) -> Response:
    """Tell about one model in OpenAI's words."""
    name = request.path_params["model"]
    server.models.find(name)
    return _json(_openai(name))


def _json(value: Any) -> Response:
    return Response(packed(value), media_type=JSON)


def _named(model: Model) -> dict[str, Any]:
    name = full_name(model.name)
    return {"name": name, "model": name, "size": model.size, "digest": model.digest, "details": model.details}


def _openai(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": int(MADE.timestamp()), "owned_by": "library"}


def _loaded(server: "Server", runner: Runner) -> dict[str, Any]:
    """Tell about one loaded model: while it answers, its time to go is the old one."""
    leaves = stamp(_leaves_at(server, runner))
    seen = {"expires_at": leaves, "size_vram": runner.model.size, "context_length": runner.options.context}
    return _named(runner.model) | seen


def _leaves_at(server: "Server", runner: Runner) -> datetime:
    """Return when it goes; an estimate while its first request runs."""
    return runner.expires_at or server.clock() + min(runner.keep_alive, FOREVER)


def _shown(model: Model) -> dict[str, Any]:
    parameters = "\n".join(f"{name:<30} {value}" for name, value in model.parameters.items())
    system = {"system": model.system} if model.system else {}
    shown = {"modelfile": f"FROM {full_name(model.name)}\n", "parameters": parameters, "template": "{{ .Prompt }}"}
    about = {"general.architecture": "llama", "llama.context_length": model.context}
    rest = {"model_info": about, "capabilities": list(model.capabilities), "modified_at": stamp(MADE)}
    return shown | system | {"details": model.details} | rest
