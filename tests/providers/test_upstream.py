"""Reading an upstream's address, and finding out what answers there."""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx2
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from ltml.errors import ConfigError, ProviderUnavailable
from ltml.providers.client import GetURL, ProbeClient, ProbeResponse
from ltml.providers.upstream import USUAL_ADDRESSES, Address, DetectedServer, find_upstream, parse_host

OWN = Address(host="127.0.0.1", port=11435)
PATIENCE = 20

# ---------------------------------------------------------------- real servers


@dataclass
class Server:
    """A server on loopback that says what it is told to, and remembers what it was asked."""

    says: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 404
    asked: list[str] = field(default_factory=list)
    hops: set[str | None] = field(default_factory=set)
    port: int = 0

    @property
    def address(self) -> Address:
        return Address(host="127.0.0.1", port=self.port)

    async def answer(self, request: Request) -> Response:
        self.asked.append(f"{request.method} {request.url.path}")
        self.hops.add(request.headers.get("x-ltml-hop"))
        said = self.says.get(request.url.path)
        if isinstance(said, Response):
            return said
        if isinstance(said, str):
            return PlainTextResponse(said, headers=dict(self.headers))
        status = self.status if said is None else 200
        return JSONResponse(said or {"error": "none"}, status, headers=dict(self.headers))


@contextlib.contextmanager
def serving(server: Server, port: int = 0) -> Iterator[Server]:
    app = Starlette(routes=[Route("/{rest:path}", server.answer, methods=["GET", "POST"])])
    config = uvicorn.Config(app, log_level="critical", lifespan="off", ws="none", server_header=False)
    with socket.create_server(("127.0.0.1", port)) as listening:
        server.port = listening.getsockname()[1]
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            running.should_exit = True
            thread.join(PATIENCE)


@cache
def trust() -> ssl.SSLContext:
    """Reading the machine's certificates takes longer than a test."""
    return ssl.create_default_context()


def new_client() -> httpx2.AsyncClient:
    return httpx2.AsyncClient(trust_env=False, verify=trust())


@asynccontextmanager
async def asking() -> AsyncIterator[GetURL]:
    async with new_client() as client:
        yield ProbeClient(client).get


def found(
    named: str | None, own: Address = OWN, places: tuple[Address, ...] = USUAL_ADDRESSES
) -> DetectedServer | None:
    async def go() -> DetectedServer | None:
        async with asking() as get:
            return await find_upstream(named, own, get, places)

    return asyncio.run(go())


def nobody() -> Address:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return Address(host="127.0.0.1", port=listening.getsockname()[1])


def ollama(**more: Any) -> Server:
    return Server(
        {"/": "Ollama is running", "/api/version": {"version": "0.31.2"}, "/api/tags": {"models": []}}, **more
    )


def llama_cpp() -> Server:
    props = {"default_generation_settings": {"n_ctx": 2048}, "build_info": "b7311", "is_sleeping": False}
    return Server({"/props": props, "/v1/models": {"data": [{"id": "quill"}]}}, {"server": "llama.cpp"})


def lmstudio() -> Server:
    unexpected = {"error": "Unexpected endpoint or method."}
    says = dict.fromkeys(("/", "/api/version", "/api/tags", "/props"), unexpected)
    return Server({**says, "/api/v0/models": {"data": []}, "/v1/models": {"data": []}})


# ---------------------------------------------------------------- an address


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("  \"'gandalf'\"  ", "http://gandalf:11434"),
        ("10.1.2.3", "http://10.1.2.3:11434"),
        (":8000", "http://127.0.0.1:8000"),
        ("Gandalf.local:8000", "http://gandalf.local:8000"),
        ("http://", "http://127.0.0.1:80"),
        ("http://gandalf", "http://gandalf:80"),
        ("https://gandalf", "https://gandalf:443"),
        ("HTTPS://gandalf:8443/", "https://gandalf:8443"),
        ("http://gandalf:1/u/anna//", "http://gandalf:1/u/anna"),
        ("gandalf/below", "http://gandalf:11434/below"),
        ("0.0.0.0", "http://127.0.0.1:11434"),  # noqa: S104 -- nothing is bound
        ("0.0.0.0:9", "http://127.0.0.1:9"),
        ("::", "http://[::1]:11434"),
        ("[::]:9", "http://[::1]:9"),
        ("::1", "http://[::1]:11434"),
        ("[fd00::7]", "http://[fd00::7]:11434"),
        ("https://[FD00:0::7]:9/x", "https://[fd00::7]:9/x"),
        ("[::ffff:127.0.0.1]:9", "http://127.0.0.1:9"),
        ("localhost.", "http://localhost:11434"),
        ("ollama.com", "https://ollama.com:443"),
    ],
)
def test_an_address_is_read_as_ollama_reads_it(text: str, url: str):
    assert parse_host(text).url == url


TRICKS = [
    # another place than it seems: user info, query, fragment, escapes, backslash, white space, control characters
    "http://127.0.0.1:11434@evil.example",
    "http://user:pass@127.0.0.1",
    "user@127.0.0.1:11434",
    "http://127.0.0.1?@evil.example",
    "http://127.0.0.1:11434?x=1",
    "http://127.0.0.1#@evil.example",
    "http://127.0.0.1\\@evil.example",
    "http://evil.example%2f127.0.0.1",
    "http://%31%32%37.0.0.1",
    "http://127.0.0.1 .evil.example",
    "http://127.0.0.1\t.evil.example",
    "http://127.0.0.1\r\nX-Other: 1",
    "http://127.0.0.1\x00.evil.example",
    "http://127.0.0.1:11434/a b",
    "http://127.0.0.1,evil.example",
    "http://127.0.0.1;evil.example",
    "http://*.example",
    "http://$HOME",
    # schemes
    "file:///etc/passwd",
    "ftp://127.0.0.1",
    "gopher://127.0.0.1:70/x",
    "unix:///run/x.sock",
    "ws://127.0.0.1",
    "javascript://127.0.0.1",
    "://127.0.0.1",
    "http:127.0.0.1",
    "http:/127.0.0.1",
    "//127.0.0.1",
    "http:///127.0.0.1//x",
    "http://http://127.0.0.1",
    # IPv4 in disguise
    "2130706433",
    "http://0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "127.1",
    "127.0.1:80",
    "127.0.0.1.1",
    "127.0.0.256",
    "127.0.0.０",
    "①②⑦.0.0.1",
    "ｌocalhost",
    "127。0。0。1",
    # IPv6 in disguise
    "[::1",
    "::1]:9",
    "[::1]9",
    "[::1]:9:9",
    "[[::1]]",
    "[127.0.0.1]:9",
    "[fe80::1%25eth0]:9",
    "[fe80::1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "1:2:3",
    # where clouds tell secrets, and where nobody is
    "169.254.169.254",
    "http://169.254.169.254/latest/meta-data",
    "169.254.170.2",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]",
    "[fd00:ec2::254]",
    "100.100.100.200",
    "168.63.129.16",
    "http://metadata.google.internal",
    "Metadata.Google.Internal.",
    "169.254.169.254.nip.io",
    "0.0.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[ff02::1]",
    # ports
    "127.0.0.1:",
    "127.0.0.1:0",
    "127.0.0.1:65536",
    "127.0.0.1:-1",
    "127.0.0.1:+80",
    "127.0.0.1:8_0",
    "127.0.0.1:http",
    "127.0.0.1:٨٠",
    "127.0.0.1:99999999999999999999",
    # names and paths
    "a..b",
    ".gandalf",
    "-gandalf",
    "gandalf-.local",
    "x" * 64,
    "http://gandalf/../admin",
    "http://gandalf/./x",
    "http://gandalf/a//b",
    "http://gandalf/a:b",
]


@pytest.mark.parametrize("text", TRICKS)
def test_what_means_another_place_than_it_seems_is_no_address(text: str):
    with pytest.raises(ConfigError, match="the upstream's address"):
        parse_host(text)


def test_a_password_is_not_repeated():
    with pytest.raises(ConfigError, match="password") as caught:
        parse_host("http://odile:sesame@gandalf")
    assert "sesame" not in str(caught.value)
    assert "odile" not in str(caught.value)


LABELS = st.from_regex(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
NAMES = st.lists(LABELS, min_size=1, max_size=3).map(".".join).filter(lambda name: name != "metadata")
V4 = (
    st.tuples(st.integers(1, 223), *[st.integers(0, 255)] * 3)
    .filter(lambda ip: ip[:2] != (169, 254))
    .map(lambda ip: ".".join(map(str, ip)))
)
PORTS = st.integers(1, 65535)


@given(st.one_of(NAMES, V4), PORTS, st.sampled_from(["http", "https"]), st.lists(LABELS, max_size=2))
def test_every_good_address_survives_being_written_and_read(host: str, port: int, scheme: str, path: list[str]):
    address = Address(scheme=scheme, host=host, port=port, path="".join(f"/{part}" for part in path))
    assert parse_host(address.url) == address


@given(st.one_of(st.text(max_size=40), st.text("0123456789abcdefx.:/[]@?#%\\ -", max_size=40)))
def test_whatever_is_written_it_is_an_address_that_means_itself_or_a_configuration_error(text: str):
    try:
        address = parse_host(text)
    except ConfigError:
        return
    seen = httpx2.URL(address.url)
    assert (seen.scheme, seen.host, seen.path.rstrip("/")) == (address.scheme, address.host, address.path)
    assert (seen.port or {"http": 80, "https": 443}[seen.scheme]) == address.port
    assert not seen.userinfo
    assert not seen.query
    assert parse_host(address.url) == address


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "me.localhost"])
def test_this_machine_is_loopback_and_private(host: str):
    assert Address(host=host, port=1).is_loopback
    assert Address(host=host, port=1).is_private


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "192.168.1.9", "172.16.0.1", "fd00::1", "gpu", "gpu.local", "gpu.home.arpa"]
)
def test_a_neighbour_is_private_and_no_loopback(host: str):
    assert not Address(host=host, port=1).is_loopback
    assert Address(host=host, port=1).is_private


@pytest.mark.parametrize("host", ["8.8.8.8", "ollama.com", "2606:4700::1", "localhost.example.com", "100.64.0.1"])
def test_the_rest_of_the_world_is_neither(host: str):
    assert not Address(host=host, port=1).is_loopback
    assert not Address(host=host, port=1).is_private


# ---------------------------------------------------------------- finding


@pytest.mark.parametrize(
    ("make", "kind", "version"),
    [
        (ollama, "ollama", "0.31.2"),
        (llama_cpp, "llama.cpp", "b7311"),
        (lmstudio, "lmstudio", ""),
        (lambda: Server({"/v1/models": {"data": []}}), "openai", ""),
        (lambda: Server({"/": "Ollama is running"}), "ollama", ""),
        (lambda: Server({"/api/version": {"version": "1"}, "/api/tags": {"models": []}}), "ollama", "1"),
        (lambda: Server({}, {"server": "llama.cpp"}, status=401), "llama.cpp", ""),
        (lambda: Server({"/": "<html>", "/api/version": {"version": "0.12.4"}}), "unknown", "0.12.4"),
        (lambda: Server(dict.fromkeys(("/api/version", "/props", "/v1/models"), "[1]")), "unknown", ""),
        (lambda: Server({"/": "Ollama is running", "/api/version": {"version": "1\x1b[31m\n2"}}), "ollama", "1[31m2"),
    ],
)
def test_a_server_is_told_by_what_it_says(make: Callable[[], Server], kind: str, version: str):
    with serving(make()) as server:
        assert found(server.address.url) == DetectedServer(address=server.address, kind=kind, version=version)  # type: ignore[arg-type]
        assert server.hops == {"1"}
        assert {ask.split()[0] for ask in server.asked} == {"GET"}


def test_a_named_place_where_nobody_answers_is_returned_as_not_alive():
    place = nobody()
    with serving(ollama()) as server:
        assert found(place.url, places=(server.address,)) == DetectedServer(address=place, alive=False)
        assert server.asked == []


@pytest.mark.parametrize("named", [None, "", "  ", '""'])
def test_where_nothing_is_named_the_order_of_the_places_decides(named: str | None):
    with serving(lmstudio()) as third, serving(llama_cpp()) as second:
        places = (nobody(), second.address, third.address)
        there = found(named, places=places)
    assert there is not None
    assert there.address == second.address


def test_a_place_that_never_answers_is_passed_over():
    with socket.create_server(("127.0.0.1", 0)) as silent, serving(ollama()) as server:
        mute = Address(host="127.0.0.1", port=silent.getsockname()[1])
        there = found(None, places=(mute, server.address))
    assert there == DetectedServer(address=server.address, kind="ollama", version="0.31.2")


def test_a_usual_place_with_something_else_in_it_is_passed_over():
    with serving(Server({"/": "a wiki"})) as wiki, serving(llama_cpp()) as server:
        there = found(None, places=(wiki.address, server.address))
        assert there is not None
        assert there.address == server.address


def test_where_nobody_is_nothing_is_found():
    assert found(None, places=(nobody(), nobody())) is None


@pytest.mark.parametrize("named", ["127.0.0.1:11435", ":11435", "0.0.0.0:11435", "localhost:11435", "[::1]:11435"])
def test_ltml_is_not_its_own_upstream(named: str):
    with pytest.raises(ConfigError, match="OLLAMA_HOST"):
        found(named)


@pytest.mark.parametrize("path", ["/", "/v1/models"])
def test_another_ltml_is_known_by_its_header(path: str):
    says = {"/": "Ollama is running", path: PlainTextResponse("Ollama is running", headers={"X-LTML": "0.2.0"})}
    with serving(Server(says)) as server, pytest.raises(ConfigError, match="ask itself"):
        found(server.address.url)


def test_its_own_address_is_no_usual_place():
    with serving(ollama()) as server:
        assert found(None, own=server.address, places=(server.address,)) is None
        assert server.asked == []


def test_a_redirect_is_not_followed():
    with serving(ollama()) as other:
        says = dict.fromkeys(("/", "/api/version", "/api/tags"), RedirectResponse(f"{other.address.url}/"))
        with serving(Server(says)) as server:
            assert found(server.address.url) == DetectedServer(address=server.address, kind="unknown")
            assert server.asked
        assert other.asked == []


# ---------------------------------------------------------------- one question


def asked(url: str) -> ProbeResponse:
    async def go() -> ProbeResponse:
        async with asking() as get:
            return await get(url)

    return asyncio.run(go())


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ltml.providers.client.MAX_RESPONSE_BYTES", 1000)
    with serving(Server({"/fits": "x" * 1000, "/long": "x" * 1001})) as server:
        assert asked(f"{server.address.url}/fits").text == "x" * 1000
        with pytest.raises(ProviderUnavailable, match="does not answer"):
            asked(f"{server.address.url}/long")


def test_a_server_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch):
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.05)

    monkeypatch.setattr("ltml.providers.client.TOTAL_TIMEOUT", 0.3)
    with serving(Server({"/": StreamingResponse(drip())})) as server, pytest.raises(ProviderUnavailable):
        asked(server.address.url)


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b"\xff", b"[" * 100_000, b"null"])
def test_what_is_no_json_object_is_no_document(body: bytes):
    assert ProbeResponse(status=200, body=body).document is None
