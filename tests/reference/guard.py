"""
Who may ask: Ollama's checks of Origin and Host (server/routes.go; gin's CORS before its own allowedHosts).

A page in a browser sends its origin: it must be on the list. A page that had its own name point to 127.0.0.1 (DNS
rebinding) sends that name as the host: it must be one of this machine's. Both are refused with 403 and no word.
"""

import socket
from collections.abc import Iterable
from fnmatch import fnmatchcase
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMES = ("localhost", "127.0.0.1", "0.0.0.0")  # noqa: S104 (names in a list, nothing listens there)
WEB = tuple(f"{scheme}://{name}{port}" for scheme in ("http", "https") for name in NAMES for port in ("", ":*"))
APPS = ("app://*", "file://*", "tauri://*", "vscode-webview://*", "vscode-file://*")
OURS = (".localhost", ".local", ".internal")

METHODS = "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS"
STAINLESS = (
    *("Arch", "Async", "Custom-Poll-Interval", "Helper-Method", "Lang", "Os", "Package-Version", "Poll-Helper"),
    *("Retry-Count", "Runtime", "Runtime-Version", "Timeout"),
)
HEADERS = ("Authorization", "Content-Type", "User-Agent", "Accept", "X-Requested-With", "Openai-Beta")
ALLOWED_HEADERS = ",".join((*HEADERS, *(f"X-Stainless-{name}" for name in STAINLESS)))


class Guard:
    """Lets through what Ollama on a loopback address lets through. `origins` is what OLLAMA_ORIGINS adds."""

    def __init__(self, app: ASGIApp, origins: Iterable[str] = ()) -> None:
        self._app = app
        self._origins = (*origins, *WEB, *APPS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        origin, host = headers.get("origin", ""), headers.get("host", "")
        foreign = bool(origin) and origin not in (f"http://{host}", f"https://{host}")
        if foreign and not self._is_listed(origin):
            await Response(status_code=403)(scope, receive, send)
        elif foreign and scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=_preflight(origin))(scope, receive, send)
        elif not allowed_host(host):
            await Response(status_code=403)(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await Response(status_code=204)(scope, receive, send)
        else:
            await self._app(scope, receive, _with_origin(send, origin) if foreign else send)

    def _is_listed(self, origin: str) -> bool:
        return any(fnmatchcase(origin, pattern) for pattern in self._origins)


def allowed_host(host: str) -> bool:
    """Whether a Host header names this machine: an address of its own or of a private net, or a local name."""
    name = _without_port(host).lower()
    try:
        address = ip_address(name)
    except ValueError:
        return name in ("", "localhost", socket.gethostname().lower()) or name.endswith(OURS)
    return address.is_loopback or address.is_private or address.is_unspecified


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def _preflight(origin: str) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": ALLOWED_HEADERS,
        "Access-Control-Max-Age": "43200",
        "Vary": "Origin",
    }


def _with_origin(send: Send, origin: str) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            added = [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]
            message = {**message, "headers": [*message.get("headers", []), *added]}
        await send(message)

    return sending
