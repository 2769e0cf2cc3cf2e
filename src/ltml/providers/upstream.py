"""
Where the model is: the address somebody named, or the usual places, and what kind of server answers there.

Theory of operation. An address is read as Ollama reads `OLLAMA_HOST` (`Host` and `ConnectableHost` in its
envconfig/config.go), but what Ollama shrugs at is an error here, and so is every way of writing an address that means
another place than it seems to: this is the one place where LTML learns whom to talk to, and nothing that comes in later
(a request, a header, a redirect) can change it.

The usual places are looked at all at once and decided by their order, so that the result does not depend on who
answered first. A server is told by what it says of itself: first the words at `/`, where a place that is not there
costs one attempt to connect, then four small documents together.
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
    from ltml.providers.asking import Answer, Get

#: What answers: one of the servers LTML knows, any other that speaks OpenAI's API, or nothing that could be recognised.
Kind: TypeAlias = Literal["ollama", "llama.cpp", "lmstudio", "openai", "unknown"]
IP: TypeAlias = IPv4Address | IPv6Address

#: Where Ollama listens, and the ports of a URL that names none.
OLLAMA = 11434
PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}
HIGHEST_PORT = 65535
LONGEST_NAME = 253

#: Names of networks that end at one's own door (RFC 6761, 6762, 8375 and ICANN's .internal).
HOMELY = (".localhost", ".local", ".internal", ".home.arpa", ".lan")
#: Where clouds tell a machine its own secrets. Nobody runs a model there.
METADATA_NAMES = frozenset(
    {"metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal"}
)
METADATA = frozenset(
    {"100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"}  # 169.254.0.0/16 is below
)
#: Public names that point wherever their first half says.
TURNING = (".nip.io", ".sslip.io", ".xip.io")
#: IPv6 addresses with an IPv4 address inside: compatible, NAT64, Teredo, 6to4.
HIDING = tuple(IPv6Network(net) for net in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"))
THIS_NETWORK = IPv4Network("0.0.0.0/8")

_ODD = re.compile(r"[^A-Za-z0-9.:/\[\]_~-]")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_SEGMENT = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._~-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server is. `host` has no brackets, `path` is empty or begins with a slash and does not end with one."""

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
        """Whether it is this machine's own."""
        ip = _ip(self.host)
        return ip.is_loopback if ip else self.host == "localhost" or self.host.endswith(".localhost")

    @property
    def is_private(self) -> bool:
        """Whether it is this machine or on a private network; a name without a dot is taken for a neighbour's."""
        ip = _ip(self.host)
        return ip.is_private if ip else "." not in self.host or self.host.endswith(HOMELY)

    def meets(self, other: Address) -> bool:
        """Whether both lead to the same door of the same machine, as far as that can be seen without asking."""
        return self.port == other.port and (self.host == other.host or (self.is_loopback and other.is_loopback))


#: Where to look when nobody named a place: Ollama, llama.cpp's server, LM Studio.
PLACES: Final = tuple(Address(host="127.0.0.1", port=port) for port in (OLLAMA, 8080, 1234))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A server, or (not `alive`) the named place where none answers yet. `version` is as it gives it, or empty."""

    address: Address
    kind: Kind = "unknown"
    version: str = ""
    alive: bool = True


# ---------------------------------------------------------------- an address


def parse_host(text: str) -> Address:
    """
    Return the address, read as Ollama reads `OLLAMA_HOST`; nothing at all is 127.0.0.1:11434.

    `host`, `:port`, `host:port`, `http://…`, `https://…`, IPv6 (in brackets if a port follows), each with a path behind
    it or not. Addresses to listen on (0.0.0.0, ::) become this machine's own. Raises `ConfigError` for anything else,
    also for a port that is none, where Ollama would quietly take its default. A password is never repeated.
    """
    text = text.strip().strip("\"'").strip()
    _refuse_odd(text)
    scheme, usual, rest = _schemed(text)
    place, _, path = rest.partition("/")
    host, port = _parted(place, str(usual))
    return Address(scheme=scheme, host=_host(host), port=_port(port), path=_path(path))


def _refuse_odd(text: str) -> None:
    if "@" in text:
        raise ConfigError("the upstream's address: a user name or password (before '@') has no place in it")
    odd = _ODD.search(text)
    if odd:
        raise ConfigError(f"the upstream's address: {odd[0]!a} has no place in it; write it like 127.0.0.1:{OLLAMA}")


def _schemed(text: str) -> tuple[str, int, str]:
    """Return scheme, usual port and the rest."""
    scheme, found, rest = text.partition("://")
    if not found:
        return ("https", PORTS["https"], text) if text == "ollama.com" else ("http", OLLAMA, text)
    if scheme.lower() not in PORTS:
        raise ConfigError(f"the upstream's address: begins with {scheme}://; only http:// and https:// are understood")
    return scheme.lower(), PORTS[scheme.lower()], rest


def _parted(place: str, usual: str) -> tuple[str, str]:
    """Return host and port."""
    bracketed = re.fullmatch(r"\[([^\[\]]*:[^\[\]]*)\](?::([^:]*))?", place)
    if bracketed:
        return bracketed[1], usual if bracketed[2] is None else bracketed[2]
    if "[" in place or "]" in place:
        raise ConfigError(
            f"the upstream's address: {place!a}: brackets go around an IPv6 address, as in [::1]:{OLLAMA}"
        )
    if place.count(":") > 1:
        return place, usual
    host, colon, port = place.partition(":")
    return host, port if colon else usual


def _port(text: str) -> int:
    port = int(text) if re.fullmatch(r"[0-9]{1,5}", text) else 0
    if not 0 < port <= HIGHEST_PORT:
        raise ConfigError(f"the upstream's address: port {text!a} is not a number from 1 to {HIGHEST_PORT}")
    return port


def _path(text: str) -> str:
    path = text.rstrip("/")
    for segment in path.split("/") if path else ():
        if not _SEGMENT.fullmatch(segment):
            raise ConfigError(f"the upstream's address: {segment!a} has no place in its path")
    return f"/{path}" if path else ""


def _host(text: str) -> str:
    host = text.lower().removesuffix(".") if text else "127.0.0.1"
    ip = _ip(host)
    return str(_reachable(ip)) if ip else _name(host)


def _ip(host: str) -> IP | None:
    """Return the IP address, or nothing for a name. Raises `ConfigError` for what is neither (127.1, 0x7f.0.0.1)."""
    kind = IPv6Address if ":" in host else IPv4Address
    if kind is IPv4Address and not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return None
    try:
        return kind(host)
    except AddressValueError as exc:
        raise ConfigError(f"the upstream's address: {host!a} is not an IP address in its usual form") from exc


def _reachable(ip: IP) -> IP:
    """Return where a client connects to. Raises `ConfigError` where no model can be."""
    ip = (ip.ipv4_mapped if isinstance(ip, IPv6Address) else None) or ip
    if ip.is_unspecified:
        return IPv4Address("127.0.0.1") if isinstance(ip, IPv4Address) else IPv6Address("::1")
    if not ip.is_loopback and _is_no_place(ip):
        raise ConfigError(f"the upstream's address: {ip} is not one where a model can be")
    return ip


def _is_no_place(ip: IP) -> bool:
    if ip.is_multicast or ip.is_reserved or ip.is_link_local or str(ip) in METADATA:
        return True
    return ip in THIS_NETWORK if isinstance(ip, IPv4Address) else any(ip in net for net in HIDING)


def _name(host: str) -> str:
    if len(host) > LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise ConfigError(f"the upstream's address: {host!a} is not the name of a machine")
    if host in METADATA_NAMES or host.endswith(TURNING):
        raise ConfigError(f"the upstream's address: {host} is not one where a model can be")
    return host


# ---------------------------------------------------------------- finding


async def find(named: str | None, own: Address, get: Get, places: Sequence[Address] = PLACES) -> Found | None:
    """
    Return the server to stand in front of, or nothing where there is none.

    `named` is what a setting or `OLLAMA_HOST` says; then no other place is looked at, and one that does not answer is
    returned as not `alive`. `own` is where LTML itself will listen, which is never looked at. Raises `ConfigError` for
    an address that is none, and if LTML would talk to itself or to another LTML.
    """
    if named is None or not named.strip(" \t\r\n\"'"):
        return await _first([place for place in places if not place.meets(own)], get)
    address = parse_host(named)
    if address.meets(own):
        raise _loop(address)
    return await recognise(address, get)


async def recognise(address: Address, get: Get) -> Found:
    """Return what answers there. Raises `ConfigError` if it is an LTML."""
    try:
        root = await get(f"{address.url}/")
    except ProviderUnavailable:
        return Found(address=address, alive=False)
    answers = {"/": root, **await _more(address, get)}
    if any("x-ltml" in answer.headers for answer in answers.values()):
        raise _loop(address)
    documents = {path: answer.document or {} for path, answer in answers.items()}
    kind = next(kind for kind, tell in _TELLING.items() if tell(root, documents))
    return Found(address=address, kind=kind, version=_version(documents))


async def _first(places: Sequence[Address], get: Get) -> Found | None:
    looking = [asyncio.create_task(recognise(place, get)) for place in places]
    try:
        for task in looking:
            found = await task
            if found.alive and found.kind != "unknown":
                return found
    finally:
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)
    return None


async def _more(address: Address, get: Get) -> dict[str, Answer]:
    """Return what else it says; a path that brought no answer is left out."""
    paths = ("/api/version", "/api/tags", "/props", "/api/v0/models", "/v1/models")
    answers = await asyncio.gather(*(_quietly(f"{address.url}{path}", get) for path in paths))
    return {path: answer for path, answer in zip(paths, answers, strict=True) if answer}


async def _quietly(url: str, get: Get) -> Answer | None:
    try:
        return await get(url)
    except ProviderUnavailable:
        return None


def _loop(address: Address) -> ConfigError:
    return ConfigError(
        f"the upstream {address.url} is LTML, which would then ask itself instead of a model. Was OLLAMA_HOST set to "
        f"LTML's address for all programs? Name the model's own: ltml serve --upstream 127.0.0.1:{OLLAMA}"
    )


# ---------------------------------------------------------------- telling servers apart

_Documents: TypeAlias = Mapping[str, Mapping[str, Any]]


def _lists(documents: _Documents, path: str, field: str) -> bool:
    return isinstance(documents.get(path, {}).get(field), list)


def _is_ollama(root: Answer, documents: _Documents) -> bool:
    # Open WebUI has an /api/version of the same shape on llama.cpp's usual port, but no list of models beside it.
    version = documents.get("/api/version", {}).get("version")
    return root.text == "Ollama is running" or (isinstance(version, str) and _lists(documents, "/api/tags", "models"))


def _is_llama_cpp(root: Answer, documents: _Documents) -> bool:
    # The header is there even where everything else wants a key.
    server = root.headers.get("server", "")
    return server.startswith("llama.cpp") or "default_generation_settings" in documents.get("/props", {})


def _is_lmstudio(_root: Answer, documents: _Documents) -> bool:
    # It answers 200 to any path, with an error inside: only the list itself tells.
    return _lists(documents, "/api/v0/models", "data")


def _is_openai(_root: Answer, documents: _Documents) -> bool:
    return _lists(documents, "/v1/models", "data")


def _is_anything(_root: Answer, _documents: _Documents) -> bool:
    return True


#: The first that is true decides.
_TELLING: Final[Mapping[Kind, Callable[[Answer, _Documents], bool]]] = {
    "ollama": _is_ollama,
    "llama.cpp": _is_llama_cpp,
    "lmstudio": _is_lmstudio,
    "openai": _is_openai,
    "unknown": _is_anything,
}


def _version(documents: _Documents) -> str:
    """Return the version it gives: to be shown to people, so without anything a terminal would obey."""
    said = documents.get("/api/version", {}).get("version") or documents.get("/props", {}).get("build_info")
    return "".join(filter(str.isprintable, said))[:60] if isinstance(said, str) else ""
