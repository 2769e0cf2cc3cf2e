"""
Who may come in.

A web page that is open in somebody's browser can send requests to this machine. Ollama keeps such pages out by looking
at Origin and, against names that were turned to point here, at Host; a proxy that sets its own Host upstream would take
that defence away, so the same checks are made here (Ollama: server/routes.go, envconfig/config.go).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import ip_address
from urllib.parse import urlsplit

from ltml.providers.hops import HOP_HEADER, MAX_HOPS, parse_hops

#: Origins Ollama lets in by itself: pages of this machine, and applications that are no web pages.
_OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "::1"})  # noqa: S104 -- an origin, nothing is bound
_OWN_SCHEMES = frozenset({"app", "file", "tauri", "vscode-webview", "vscode-file"})
_OWN_ENDINGS = (".localhost", ".local", ".internal")
#: What a web page may send, if its origin may come in at all.
ALLOWED_HEADERS = (
    "authorization, content-type, user-agent, accept, x-requested-with, x-ltml-session, x-ltml-user, x-ltml-memory, "
    "x-ltml-task, "
    "openai-beta, x-stainless-arch, x-stainless-async, x-stainless-custom-poll-interval, x-stainless-helper-method, "
    "x-stainless-lang, x-stainless-os, x-stainless-package-version, x-stainless-poll-helper, x-stainless-retry-count, "
    "x-stainless-runtime, x-stainless-runtime-version, x-stainless-timeout"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRefusal:
    """Why a request may not come in, as an HTTP status and a sentence."""

    status: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPolicy:
    """The checks of one listening address. `name` is this machine's own name; `opens` knows the keys of users."""

    loopback: bool
    name: str = ""
    origins: tuple[str, ...] = ()
    token: str = ""
    is_user_key: Callable[[str], bool] = lambda _: False

    def check_request(self, headers: Mapping[str, str], method: str) -> AccessRefusal | None:
        """Return why a request with these headers (lower-case names) may not come in, or nothing."""
        if self.loopback and not _names_this_machine(headers.get("host", ""), self.name):
            return AccessRefusal(status=403, why="LTML answers to this machine's own names only; call it by 127.0.0.1")
        if not self.allows_origin(headers.get("origin")):
            return AccessRefusal(status=403, why="this web page may not use LTML; name its origin in serve.origins")
        if parse_hops(headers.get(HOP_HEADER, "0")) >= MAX_HOPS:
            return AccessRefusal(
                status=508, why="LTML is its own upstream; see OLLAMA_HOST, and name another with --upstream"
            )
        if self.token and method != "OPTIONS" and not self._has_valid_key(headers):
            return AccessRefusal(status=401, why="LTML wants its token as the API key (Authorization: Bearer ...)")
        return None

    def _has_valid_key(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a request brings the token, or a user's key in its place."""
        scheme, _, given = headers.get("authorization", "").partition(" ")
        given = given.strip()
        if scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(given.encode(), self.token.encode()) or self.is_user_key(given)

    def allows_origin(self, origin: str | None) -> bool:
        """Tell whether pages of this origin may come in; what is no page has none."""
        if origin is None:
            return True
        parts = urlsplit(origin)
        if parts.scheme in _OWN_SCHEMES:
            return True
        own = parts.scheme in ("http", "https") and _parse_hostname(parts.netloc) in _OWN_HOSTS
        return own or any(fnmatchcase(origin, allowed) for allowed in self.origins)

    def cors_headers(self, origin: str | None) -> dict[str, str]:
        """Return the headers that tell a browser that a page of this origin may read the answer."""
        if origin is None or not self.allows_origin(origin):
            return {}
        return {
            "access-control-allow-origin": origin,
            "access-control-allow-headers": ALLOWED_HEADERS,
            "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS",
            "vary": "Origin",
        }


def _names_this_machine(host: str, name: str) -> bool:
    """Tell whether a Host header names this machine, as Ollama does (allowedHost)."""
    bare = _parse_hostname(host)
    try:
        address = ip_address(bare)
    except ValueError:
        return bare in {"", "localhost", name.lower()} or bare.endswith(_OWN_ENDINGS)
    return address.is_loopback or address.is_private or address.is_unspecified


def _parse_hostname(netloc: str) -> str:
    """Return the host of host:port, without brackets, in small letters; of nonsense nothing that could match."""
    try:
        return (urlsplit(f"//{netloc}").hostname or "").rstrip(".") if "@" not in netloc else "@"
    except ValueError:
        return "@"
