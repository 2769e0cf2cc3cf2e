"""
The reference server: Ollama's API as LTML relies on it, for tests. docs/ollama.md tells each rule and its test.

It speaks to whatever speaks to Ollama. What a model would say comes from a `Brain`: a script, or a real engine.

    server = Server(brain=Script(["Biscuit is a dog."]))
    with running(server.app) as url:
        ollama.Client(host=url).chat("llama3.2", [{"role": "user", "content": "Who is Biscuit?"}])
    assert server.requests[0].path == "/api/chat"
"""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.reference import catalog, chat, completions, embedding, generate, library
from tests.reference.brain import Brain
from tests.reference.clock import Clock, machine_clock
from tests.reference.durations import keep_alive
from tests.reference.guard import Guard
from tests.reference.library import Blobs
from tests.reference.models import Model, Models
from tests.reference.options import options
from tests.reference.recorder import Recorded, Recorder
from tests.reference.runners import Room, Runners
from tests.reference.script import Script
from tests.reference.talking import Asked
from tests.reference.wire import JSON, ApiError, error_body, field

LLAMA = Model(name="llama3.2")

#: Without a graphics card and without OLLAMA_CONTEXT_LENGTH.
DEFAULT_CONTEXT = 4096

Endpoint: TypeAlias = Callable[["Server", Request], Awaitable[Response]]

ROUTES: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET HEAD", "/", catalog.running),
    ("GET HEAD", "/api/version", catalog.version),
    ("GET", "/api/status", catalog.status),
    ("GET HEAD", "/api/tags", catalog.tags),
    ("GET", "/api/ps", catalog.ps),
    ("POST", "/api/show", catalog.show),
    ("POST", "/api/chat", chat.chat),
    ("POST", "/api/generate", generate.generate),
    ("POST", "/api/embed", embedding.embed),
    ("POST", "/api/embeddings", embedding.embeddings),
    ("POST", "/api/pull", library.pull),
    ("POST", "/api/push", library.push),
    ("POST", "/api/create", library.create),
    ("POST", "/api/copy", library.copy),
    ("DELETE", "/api/delete", library.delete),
    ("POST", "/api/blobs/{digest}", library.send_blob),
    ("HEAD", "/api/blobs/{digest}", library.has_blob),
    ("POST", "/v1/chat/completions", completions.chat_completions),
    ("POST", "/v1/completions", completions.completions),
    ("POST", "/v1/embeddings", embedding.openai_embeddings),
    ("GET", "/v1/models", catalog.openai_models),
    ("GET", "/v1/models/{model}", catalog.openai_model),
)


class Server:
    """
    One server with its models, its brain and its clock.

    `requests` are all that came, `gone` counts the clients that left in the middle of an answer. `log` is told each
    request as well.
    """

    def __init__(  # noqa: PLR0913 (a server is set up once, by name)
        self,
        *,
        models: Iterable[Model] = (LLAMA,),
        brain: Brain | None = None,
        clock: Clock = machine_clock,
        room: Room | None = None,
        context: int = DEFAULT_CONTEXT,
        origins: Iterable[str] = (),
        version: str = "0.32.0",
        log: Callable[[Recorded], None] = lambda _: None,
    ) -> None:
        self.models = Models(models)
        self.brain: Brain = brain if brain is not None else Script()
        self.clock = clock
        self.runners = Runners(room or Room(), clock, self.brain.load)
        self.context = context
        self.version = version
        self.blobs = Blobs()
        self.requests: list[Recorded] = []
        self.gone = 0
        self._log = log
        self.app = self._app(tuple(origins))

    def asked(self, body: dict[str, Any], nameless: ApiError) -> Asked:
        """Return what a request for a model asks. Raises `ApiError`: 400 for what is no sense, 404 for no model."""
        name = field(body, "model", str, "")
        if not name:
            raise nameless
        model = self.models.find(name)
        return Asked(
            body=body,
            name=name,
            model=model,
            options=options(model, body, self.context),
            keep_alive=keep_alive(body.get("keep_alive")),
            stream=field(body, "stream", bool, default=True),
            started=self.clock(),
        )

    def talks(self) -> list[Recorded]:
        """Return the requests of the paths on which people talk."""
        paths = ("/api/chat", "/api/generate", "/v1/chat/completions", "/v1/completions")
        return [each for each in self.requests if each.path in paths]

    def note_gone(self) -> None:
        """Count a client that left in the middle of an answer."""
        self.gone += 1

    def _app(self, origins: tuple[str, ...]) -> Starlette:
        return Starlette(
            routes=[_route(self, *route) for route in ROUTES],
            middleware=[Middleware(Recorder, note=self._note), Middleware(Guard, origins=origins)],
            exception_handlers={ApiError: _complain, HTTPException: _no_such_route},
        )

    def _note(self, recorded: Recorded) -> None:
        self.requests.append(recorded)
        self._log(recorded)


def _route(server: Server, methods: str, path: str, endpoint: Endpoint) -> Route:
    """Return a route for just these methods; Starlette would add HEAD to every GET."""
    route = Route(path, partial(endpoint, server), methods=methods.split())
    route.methods = set(methods.split())
    return route


async def _complain(request: Request, error: Exception) -> Response:
    if not isinstance(error, ApiError):
        raise error
    return Response(error_body(request.url.path, error), status_code=error.status, media_type=JSON)


async def _no_such_route(request: Request, error: Exception) -> Response:
    """Answer as gin does: plain words, whatever the path."""
    del request
    code = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "404 page not found", 405: "405 method not allowed"}
    return PlainTextResponse(words.get(code, str(error)), status_code=code)
