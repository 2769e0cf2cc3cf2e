"""
The model's server: parse its address, or try the usual ones, and detect what kind of server answers there.

Theory of operation. An address is read as Ollama reads `OLLAMA_HOST` (`Host` and `ConnectableHost` in its
envconfig/config.go), but what Ollama ignores is an error here, and so is every spelling of an address that means
another host than it seems to. This is the only place where LTML learns which server to talk to; nothing received later
(a request, a header, a redirect) can change it.

The usual addresses are probed concurrently and chosen by their order, so that the result does not depend on which
answers first. A server is recognised by its own responses: first the text at `/`, so that an address without a server
costs one attempt to connect, then four small documents concurrently.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from ltml.errors import ConfigError, ProviderUnavailable

if TYPE_CHECKING:
    from ltml.providers.client import GetURL, ProbeResponse

#: A server LTML knows, any other with OpenAI's API, or one that could not be recognised.
ServerKind: TypeAlias = Literal["ollama", "llama.cpp", "lmstudio", "openai", "unknown"]
IP: TypeAlias = IPv4Address | IPv6Address

#: Ollama's port, and the ports of a URL that names none.
OLLAMA_PORT = 11434
DEFAULT_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}
MAX_PORT = 65535
MAX_NAME_LENGTH = 253

#: Suffixes of names on private networks (RFC 6761, 6762, 8375 and ICANN's .internal).
PRIVATE_SUFFIXES = (".localhost", ".local", ".internal", ".home.arpa", ".lan")
#: Metadata services, where clouds give a machine its own secrets.
METADATA_NAMES = frozenset(
    {"metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal"}
)
METADATA_ADDRESSES = frozenset(
    {"100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"}  # 169.254.0.0/16 is below
)
#: Public DNS zones whose names resolve to the address in their first part.
WILDCARD_DNS = (".nip.io", ".sslip.io", ".xip.io")
#: IPv6 networks whose addresses embed an IPv4 address: compatible, NAT64, Teredo, 6to4.
EMBEDDING_IPV4 = tuple(
    IPv6Network(net) for net in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
)
THIS_NETWORK = IPv4Network("0.0.0.0/8")

_FORBIDDEN = re.compile(r"[^A-Za-z0-9.:/\[\]_~-]")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_SEGMENT = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._~-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A server's address. `host` has no brackets; `path` is empty, or begins with a slash and does not end with one."""

    host: str
    port: int
    scheme: str = "http"
    path: str = ""

    @property
    def url(self) -> str:
        """The address as a URL, always with its port, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine."""
        ip = _parse_ip(self.host)
        return ip.is_loopback if ip else self.host == "localhost" or self.host.endswith(".localhost")

    @property
    def is_private(self) -> bool:
        """Whether it is on this machine or a private network; a name without a dot counts as local."""
        ip = _parse_ip(self.host)
        return ip.is_private if ip else "." not in self.host or self.host.endswith(PRIVATE_SUFFIXES)

    def is_same_endpoint(self, other: Address) -> bool:
        """Whether both are the same port of the same host, as far as that can be told without a request."""
        return self.port == other.port and (self.host == other.host or (self.is_loopback and other.is_loopback))


#: Addresses to probe when none is configured: Ollama, llama.cpp's server, LM Studio.
USUAL_ADDRESSES: Final = tuple(Address(host="127.0.0.1", port=port) for port in (OLLAMA_PORT, 8080, 1234))


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectedServer:
    """A server, or (not `alive`) the configured address where none answers yet. `version` is its own, or empty."""

    address: Address
    kind: ServerKind = "unknown"
    version: str = ""
    alive: bool = True


# ---------------------------------------------------------------- addresses


def parse_host(text: str) -> Address:
    """
    Return the address, read as Ollama reads `OLLAMA_HOST`; the empty text is 127.0.0.1:11434.

    `host`, `:port`, `host:port`, `http://…`, `https://…`, IPv6 (in brackets if a port follows), each with or without a
    path. Addresses to listen on (0.0.0.0, ::) become loopback. Raises `ConfigError` for anything else, also for an
    invalid port, where Ollama falls back to its default. A password is never repeated in the error.
    """
    text = text.strip().strip("\"'").strip()
    if "@" in text:
        raise ConfigError("the upstream's address: a user name or password (before '@') has no place in it")
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        raise ConfigError(
            f"the upstream's address: {forbidden[0]!a} has no place in it; write it like 127.0.0.1:{OLLAMA_PORT}"
        )
    scheme, default_port, rest = _split_scheme(text)
    place, _, path = rest.partition("/")
    host, port = _split_port(place, str(default_port))
    host = host.lower().removesuffix(".") if host else "127.0.0.1"
    host = _check_host(host)
    number = int(port) if re.fullmatch(r"[0-9]{1,5}", port) else 0
    if not 0 < number <= MAX_PORT:
        raise ConfigError(f"the upstream's address: port {port!a} is not a number from 1 to {MAX_PORT}")
    path = path.rstrip("/")
    for segment in path.split("/") if path else ():
        if not _SEGMENT.fullmatch(segment):
            raise ConfigError(f"the upstream's address: {segment!a} has no place in its path")
    return Address(scheme=scheme, host=host, port=number, path=f"/{path}" if path else "")


def _split_scheme(text: str) -> tuple[str, int, str]:
    """Return scheme, default port and the rest."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        return ("https", DEFAULT_PORTS["https"], text) if text == "ollama.com" else ("http", OLLAMA_PORT, text)
    if scheme.lower() not in DEFAULT_PORTS:
        raise ConfigError(f"the upstream's address: begins with {scheme}://; only http:// and https:// are understood")
    return scheme.lower(), DEFAULT_PORTS[scheme.lower()], rest


def _split_port(place: str, default: str) -> tuple[str, str]:
    """Return host and port."""
    bracketed = re.fullmatch(r"\[([^\[\]]*:[^\[\]]*)\](?::([^:]*))?", place)
    if bracketed:
        return bracketed[1], default if bracketed[2] is None else bracketed[2]
    if "[" in place or "]" in place:
        raise ConfigError(
            f"the upstream's address: {place!a}: brackets go around an IPv6 address, as in [::1]:{OLLAMA_PORT}"
        )
    if place.count(":") > 1:
        return place, default
    host, colon, port = place.partition(":")
    return host, port if colon else default


def _parse_ip(host: str) -> IP | None:
    """Return the IP address, or `None` for a name. Raises `ConfigError` for what is neither (127.1, 0x7f.0.0.1)."""
    kind = IPv6Address if ":" in host else IPv4Address
    if kind is IPv4Address and not _NUMERIC.fullmatch(host.rpartition(".")[2]):
        return None
    try:
        return kind(host)
    except AddressValueError as exc:
        raise ConfigError(f"the upstream's address: {host!a} is not an IP address in its usual form") from exc


def _check_host(host: str) -> str:
    """Return the name or IP address a client connects to. Raises `ConfigError` where no model can be."""
    ip = _parse_ip(host)
    if ip is None:
        if len(host) > MAX_NAME_LENGTH or not all(_LABEL.fullmatch(label) for label in host.split(".")):
            raise ConfigError(f"the upstream's address: {host!a} is not the name of a machine")
        if host in METADATA_NAMES or host.endswith(WILDCARD_DNS):
            raise ConfigError(f"the upstream's address: {host} is not one where a model can be")
        return host
    ip = (ip.ipv4_mapped if isinstance(ip, IPv6Address) else None) or ip
    if ip.is_unspecified:
        return "127.0.0.1" if isinstance(ip, IPv4Address) else "::1"
    if ip.is_loopback:
        return str(ip)
    special = ip.is_multicast or ip.is_reserved or ip.is_link_local or str(ip) in METADATA_ADDRESSES
    indirect = ip in THIS_NETWORK if isinstance(ip, IPv4Address) else any(ip in net for net in EMBEDDING_IPV4)
    if special or indirect:
        raise ConfigError(f"the upstream's address: {ip} is not one where a model can be")
    return str(ip)


# ---------------------------------------------------------------- detection


async def find_upstream(
    configured: str | None, own: Address, get: GetURL, candidates: Sequence[Address] = USUAL_ADDRESSES
) -> DetectedServer | None:
    """
    Return the server to stand in front of, or `None` where there is none: of several candidates, the first in order.

    `configured` is what a setting or `OLLAMA_HOST` says; then no other address is probed, and a server that does not
    answer is returned as not `alive`. `own` is where LTML itself will listen, which is never probed. Raises
    `ConfigError` for an invalid address, and if LTML would talk to itself or to another LTML.
    """
    if configured is None or not configured.strip(" \t\r\n\"'"):
        tasks = [asyncio.create_task(detect_server(a, get)) for a in candidates if not a.is_same_endpoint(own)]
        try:
            for task in tasks:
                server = await task
                if server.alive and server.kind != "unknown":
                    return server
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return None
    address = parse_host(configured)
    if address.is_same_endpoint(own):
        raise _loop_error(address)
    return await detect_server(address, get)


async def detect_server(address: Address, get: GetURL) -> DetectedServer:
    """Return what answers there. Raises `ConfigError` if it is an LTML."""
    try:
        root = await get(f"{address.url}/")
    except ProviderUnavailable:
        return DetectedServer(address=address, alive=False)
    paths = ("/api/version", "/api/tags", "/props", "/api/v0/models", "/v1/models")
    results = await asyncio.gather(*(get(f"{address.url}{path}") for path in paths), return_exceptions=True)
    responses = {"/": root}
    for path, result in zip(paths, results, strict=True):
        if isinstance(result, BaseException):
            if not isinstance(result, ProviderUnavailable):
                raise result
        else:
            responses[path] = result
    if any("x-ltml" in response.headers for response in responses.values()):
        raise _loop_error(address)
    documents = {path: response.document or {} for path, response in responses.items()}
    kind = next(kind for kind, is_kind in _DETECTORS.items() if is_kind(root, documents))
    version = documents.get("/api/version", {}).get("version") or documents.get("/props", {}).get("build_info")
    # It is shown to people: control characters would reach their terminal.
    version = "".join(filter(str.isprintable, version))[:60] if isinstance(version, str) else ""
    return DetectedServer(address=address, kind=kind, version=version)


def _loop_error(address: Address) -> ConfigError:
    return ConfigError(
        f"the upstream {address.url} is LTML, which would then ask itself instead of a model. Was OLLAMA_HOST set to "
        f"LTML's address for all programs? Name the model's own: ltml serve --upstream 127.0.0.1:{OLLAMA_PORT}"
    )


# ---------------------------------------------------------------- kinds of servers

Documents: TypeAlias = Mapping[str, Mapping[str, Any]]


def _has_list(documents: Documents, path: str, field: str) -> bool:
    return isinstance(documents.get(path, {}).get(field), list)


def is_ollama(root: ProbeResponse, documents: Documents) -> bool:
    """
    Tell whether the server is Ollama.

    Open WebUI has an /api/version of the same shape on llama.cpp's usual port, but no list of models beside it.
    """
    version = documents.get("/api/version", {}).get("version")
    return root.text == "Ollama is running" or (
        isinstance(version, str) and _has_list(documents, "/api/tags", "models")
    )


def is_llama_cpp(root: ProbeResponse, documents: Documents) -> bool:
    """Tell whether the server is llama.cpp's; its `server` header is there even where everything else wants a key."""
    server = root.headers.get("server", "")
    return server.startswith("llama.cpp") or "default_generation_settings" in documents.get("/props", {})


#: The first that is true decides.
_DETECTORS: Final[Mapping[ServerKind, Callable[[ProbeResponse, Documents], bool]]] = {
    "ollama": is_ollama,
    "llama.cpp": is_llama_cpp,
    # LM Studio answers 200 to any path, with an error inside: only the list itself is proof.
    "lmstudio": lambda _root, documents: _has_list(documents, "/api/v0/models", "data"),
    "openai": lambda _root, documents: _has_list(documents, "/v1/models", "data"),
    "unknown": lambda _root, _documents: True,
}
