"""LTML's port as an ASGI application: access, LTML's own pages, and the proxy for everything else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

import ltml
from ltml.interfaces.serve.access import AccessPolicy
from ltml.interfaces.serve.proxy import Proxy
from ltml.interfaces.serve.relay import ProxyRequest, is_ambiguous, send_json

OWN, USER = "/ltml/", b"/u/"
NO_CONTENT, BAD_REQUEST = 204, 400


@dataclass(slots=True)
class Application:
    """One listening address."""

    proxy: Proxy
    access: AccessPolicy
    status: Callable[[], Mapping[str, Any]]
    lifespan: Callable[[Any], AbstractAsyncContextManager[None]]
    ending: Callable[[], None]  #: is called when the server begins to end
    _pages: Starlette = field(init=False)

    def __post_init__(self) -> None:
        """Build LTML's own pages."""

        async def status(request: Request) -> Response:
            del request
            return JSONResponse(dict(self.status()), headers={"x-ltml": ltml.__version__})

        self._pages = Starlette(routes=[Route(f"{OWN}status", status)], lifespan=self.lifespan)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. Raises `Gone` where no answer can be given any more."""
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
            return
        if is_ambiguous(scope["headers"]):
            # Nobody knows where the next request begins, so there is none (RFC 9112, 6.1).
            why = "a request has a Content-Length or a Transfer-Encoding, not both"
            await send_json(send, BAD_REQUEST, json.dumps({"error": why}).encode(), [(b"connection", b"close")])
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refusal, origin = self.access.check_request(headers, scope["method"]), headers.get("origin")
        more = [(name.encode(), value.encode()) for name, value in self.access.cors_headers(origin).items()]
        if refusal is not None:
            await send_json(send, refusal.status, json.dumps({"error": refusal.why}).encode(), more)
        elif origin is not None and scope["method"] == "OPTIONS":
            await send_json(send, NO_CONTENT, b"", more)
        elif scope["path"].startswith(OWN):
            await self._pages(scope, receive, send)
        else:
            target, user = _split_target(scope)
            await self.proxy(
                ProxyRequest(scope=scope, receive=receive, send=send, target=target, extra_headers=more), user
            )


def _split_target(scope: Scope) -> tuple[bytes, str | None]:
    """Return a request's target for the upstream, and the user its path names (/u/NAME/...) if it names one."""
    path, query, user = scope["raw_path"], scope["query_string"], None
    if path.startswith(USER):
        name, slash, rest = path[len(USER) :].partition(b"/")
        path, user = slash + rest or b"/", unquote(name.decode("latin-1"))
    return path + (b"?" + query if query else b""), user
