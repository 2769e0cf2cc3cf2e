"""
Who may come in, over real sockets; and that LTML talks to nobody but its upstream, whatever it is asked.

The tables say for each Host and each Origin whether it may; the matrix of all of them decides cell by cell.
"""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.interfaces.serve.conftest import (
    Client,
    Headers,
    Serving,
    client,
    ended,
    open_socket,
    program,
    serving,
    standing,
)
from tests.reference.clock import HandClock
from tests.reference.server import Server

HOSTS = {
    "127.0.0.1": True, "127.0.0.1:11435": True, "127.8.9.1": True, "localhost": True, "LOCALHOST:1": True,
    "[::1]:80": True,
    "192.168.1.9": True, "box.local": True, "app.localhost:99": True, "gateway.internal": True,
    "0.0.0.0": True,  # noqa: S104 -- a name, nothing is bound
    socket.gethostname(): True,
    "evil.example": False, "evil.example:11435": False, "127.0.0.1.evil.example": False,
    "localhost.evil.example": False,
    "8.8.8.8": False, "127.0.0.1@evil.example": False, "evil.example@127.0.0.1": False, "[2001:4860::8888]": False,
    "local": False, "xlocalhost": False,
}  # fmt: skip
ORIGINS = {
    None: True, "http://localhost:3000": True, "https://localhost": True, "http://127.0.0.1:8080": True,
    "http://0.0.0.0:1": True, "app://obsidian.md": True, "tauri://localhost": True, "vscode-webview://abc": True,
    "http://allowed.example": True, "https://a.wild.example": True,
    "null": False, "http://evil.example": False, "https://localhost.evil.example": False,
    "http://127.0.0.1.nip.io": False,
    "http://allowed.example.evil": False, "ftp://localhost": False, "javascript:alert(1)": False, "": False,
    "http://evil@localhost.evil": False, "chrome-extension://abc": False,
}  # fmt: skip
REQUESTS = (
    ("GET", "/"), ("GET", "/api/tags"), ("HEAD", "/api/version"), ("POST", "/api/show"), ("DELETE", "/api/delete"),
    ("POST", "/api/chat"), ("GET", "/ltml/status"), ("GET", "/u/ada/api/tags"), ("OPTIONS", "/api/chat"),
    ("OPTIONS", "/ltml/status"),
)  # fmt: skip
ALLOWED = "http://allowed.example,https://*.wild.example"
TOKEN = "the-token-of-this-house"  # noqa: S105 -- invented


@dataclass(slots=True, kw_only=True)
class House:
    """LTML with a client, and the upstream with its record."""

    ltml: Serving
    guest: Client
    upstream: Server

    def ask(self, method: str, path: str, headers: Headers) -> tuple[int, dict[str, str], bool]:
        """Return status and headers, and whether the upstream was asked."""
        before = len(self.upstream.requests)
        answer = self.guest.ask(method, path, b"{}" if method == "POST" else None, headers)
        return answer.status, {n.lower(): v for n, v in answer.headers}, len(self.upstream.requests) > before


@contextmanager
def house(folder: Path, **serve: object) -> Iterator[House]:
    with ExitStack() as stack:
        upstream = Server(clock=HandClock())
        ltml = stack.enter_context(serving(folder / "memory.db", stack.enter_context(standing(upstream.app)), **serve))
        guest = stack.enter_context(client(ltml.url))
        yield House(ltml=ltml, guest=guest, upstream=upstream)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("door"), origins=ALLOWED) as made:
        yield made


@pytest.mark.parametrize("host", HOSTS)
def test_each_host_and_origin_is_let_in_or_kept_out_on_every_path(door: House, host: str):
    for (origin, welcome), (method, path) in product(ORIGINS.items(), REQUESTS):
        headers: Headers = [("Host", host), *([("Origin", origin)] if origin is not None else [])]
        status, found, asked = door.ask(method, path, headers)
        cell = (host, origin, method, path, status)
        if not (HOSTS[host] and welcome):
            assert (status, asked) == (403, False), cell
        elif method == "OPTIONS" and origin is not None:
            assert (status, asked) == (204, False), cell
        else:
            assert status != 403, cell
            assert asked == (not path.startswith("/ltml/")), cell
        own_page = path.startswith("/ltml/") and status == 200  # no web page reads how people's memory is
        assert found.get("access-control-allow-origin") == (origin if welcome and not own_page else None), cell


def test_the_matrix_is_as_large_as_it_must_be():
    assert len(HOSTS) * len(ORIGINS) * len(REQUESTS) >= 4000


def test_a_preflight_names_what_a_page_may_send(door: House):
    asked: Headers = [("Origin", "http://localhost:3000"), ("Access-Control-Request-Method", "POST")]
    _, found, _ = door.ask("OPTIONS", "/api/chat", asked)
    assert "POST" in found["access-control-allow-methods"]
    for name in ("content-type", "authorization", "x-ltml-session", "x-ltml-user", "x-ltml-memory"):
        assert name in found["access-control-allow-headers"]
    assert found["vary"] == "Origin"
    assert "*" not in found["access-control-allow-headers"]


def test_what_would_make_the_upstream_distrust_us_stays_here(door: House):
    headers: Headers = [("Origin", "http://allowed.example"), ("Referer", "http://allowed.example/x")]
    status, _, asked = door.ask("GET", "/api/tags", headers)
    assert (status, asked) == (200, True)
    assert {"origin", "referer"} & {name for name, _ in door.upstream.requests[-1].headers} == set()
    assert door.upstream.requests[-1].header("host") == urlsplit(str(door.ltml.application.proxy.upstream.url)).netloc


# --- the token -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("locked"), token=TOKEN) as made:
        yield made


@pytest.mark.parametrize(
    ("given", "welcome"),
    [
        (f"Bearer {TOKEN}", True), (f"bearer  {TOKEN} ", True), ("", False), (TOKEN, False), ("Bearer", False),
        (f"Bearer {TOKEN}x", False), (f"Bearer {TOKEN[:-1]}", False), (f"Basic {TOKEN}", False), ("Bearer \xe9", False),
    ],
)  # fmt: skip
def test_where_there_is_a_token_nobody_comes_in_without_it_and_it_goes_no_further(locked: House, given, welcome):
    for method, path in REQUESTS:
        status, _, asked = locked.ask(method, path, [("Authorization", given)])
        if method == "OPTIONS":
            continue
        assert (status == 401) == (not welcome), (method, path)
        assert asked == (welcome and not path.startswith("/ltml/"))
        if asked:
            assert TOKEN not in str(locked.upstream.requests[-1].headers)


def test_a_preflight_needs_no_token_for_no_page_can_send_one(locked: House):
    assert locked.ask("OPTIONS", "/api/chat", [("Origin", "http://localhost")])[0] == 204


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.7.7"])  # noqa: S104 -- refused
def test_an_address_that_others_reach_wants_a_token(tmp_path: Path, host: str):
    refused = ended("serve", "--db", str(tmp_path / "m.db"), "--host", host, "--port", "0", "--upstream", "127.0.0.1:9")
    assert refused.code == 2
    assert "token" in refused.err + refused.out
    assert not (tmp_path / "m.db").exists()


def test_with_a_token_it_listens_there(tmp_path: Path):
    upstream = Server(clock=HandClock())
    with (
        standing(upstream.app) as url,
        serving(tmp_path / "m.db", url, host="0.0.0.0", token=TOKEN) as ltml,  # noqa: S104 -- the case
        client(ltml.url.replace("0.0.0.0", "127.0.0.1")) as guest,  # noqa: S104
    ):
        assert guest.ask("GET", "/api/tags", None, [("Host", "any.example")]).status == 401
        key: Headers = [("Authorization", f"Bearer {TOKEN}"), ("Host", "any.example")]
        assert guest.ask("GET", "/api/tags", None, key).status == 200


# --- circles ---------------------------------------------------------------------------------------------------------


def test_it_does_not_begin_in_front_of_itself_or_another_ltml(tmp_path: Path, door: House):
    own = _free_port()
    for port, upstream in [(own, f"127.0.0.1:{own}"), (0, door.ltml.url), (0, door.ltml.url + "/u/ada")]:
        refused = ended("serve", "--db", str(tmp_path / "m.db"), "--port", str(port), "--upstream", upstream)
        assert refused.code == 2, (refused.out, refused.err)
        assert "LTML" in refused.out + refused.err


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.mark.parametrize(("hops", "status"), [("0", 200), ("2", 200), ("3", 508), ("99", 508), ("-1", 508), ("x", 508)])
def test_a_request_that_has_passed_too_many_goes_no_further(door: House, hops: str, status: int):
    door.guest.close()  # the tests before may have taken so long that LTML has closed it
    assert door.ask("GET", "/api/tags", [("X-LTML-Hop", hops)])[0] == status


def test_who_comes_from_another_ltml_is_told_whom_it_has_met_and_nobody_else_is(door: House):
    assert "x-ltml" in door.ask("GET", "/api/tags", [("X-LTML-Hop", "1")])[1]
    assert "x-ltml" not in door.ask("GET", "/api/tags", [])[1]


@pytest.mark.parametrize("path", ["/api/tags", "/api/chat"])
def test_a_circle_that_closes_later_is_broken(tmp_path: Path, path: str):
    """The upstream's port was free when LTML began; then somebody led it back to LTML."""
    port = _free_port()
    with serving(tmp_path / "m.db", f"127.0.0.1:{port}") as ltml, _led_to(port, ltml.url), client(ltml.url) as guest:
        body = b'{"model":"m","messages":[{"role":"user","content":"Is anybody there?"}]}'
        answer = guest.ask("POST" if path == "/api/chat" else "GET", path, body)
        assert answer.status == 508
        assert "upstream" in answer.json["error"]


@contextmanager
def _led_to(port: int, url: str) -> Iterator[None]:
    """Whoever connects to the port is connected to the URL."""
    with socket.create_server(("127.0.0.1", port)) as door:
        thread = threading.Thread(target=_lead, args=(door, url), daemon=True)
        thread.start()
        try:
            yield
        finally:
            door.shutdown(socket.SHUT_RDWR)
            thread.join()


def _lead(door: socket.socket, url: str) -> None:
    pipes: list[threading.Thread] = []
    with ExitStack() as stack, suppress(OSError):
        while True:
            near = stack.enter_context(door.accept()[0])
            far = stack.enter_context(open_socket(url))
            pipes += [threading.Thread(target=_pipe, args=ends, daemon=True) for ends in ((near, far), (far, near))]
            for pipe in pipes[-2:]:
                pipe.start()


def _pipe(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


# --- nobody else -----------------------------------------------------------------------------------------------------

WATCH = """
import sys
def watch(event, arguments):
    if event == "socket.connect":
        print("CONNECT", arguments[1], file=sys.__stderr__, flush=True)
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "subprocess.Popen"):
        print("CONNECT", event, arguments[0], file=sys.__stderr__, flush=True)
sys.addaudithook(watch)
"""
ELSEWHERE = (
    "169.254.169.254", "[fd00:ec2::254]", "metadata.google.internal", "evil.example", "evil.example:80", "127.0.0.1:1",
    "user:pass@evil.example", "127.0.0.1@evil.example", "2130706433", "0x7f.1", "[::ffff:169.254.169.254]", "0",
)  # fmt: skip


def _tricks() -> Iterator[tuple[str, Headers]]:
    """Targets and headers that name another place."""
    for place in ELSEWHERE:
        for target in (
            f"http://{place}/api/tags", f"https://{place}/", f"//{place}/api/tags", f"/@{place}/", f"/http://{place}/",
            f"/\\{place}/", f"@{place}/", f":80@{place}/", f"/u/..%2f..%2f@{place}/api/tags", f"/?url=http://{place}/",
        ):  # fmt: skip
            yield target, []
        for name in ("X-Forwarded-Host", "X-Original-URL", "X-LTML-Upstream", "Forwarded", "X-Rewrite-URL"):
            yield "/api/tags", [(name, f"http://{place}/")]
    yield "*", []
    yield "evil.example:443", []


def test_whatever_is_asked_only_the_upstream_is_ever_contacted(tmp_path: Path):
    upstream = Server()  # by the real clock: a model whose time is up would let a night, a process, begin
    body = json.dumps({"model": "llama3.2", "messages": [{"role": "user", "content": "Look at http://evil.example/"}]})
    with standing(_Turning(upstream.app)) as url:
        with program(tmp_path / "m.db", url, prelude=WATCH, LTML_SERVE__POLL="0.5") as ltml, client(ltml) as guest:
            for target, headers in _tricks():
                _asked(ltml, target, headers)
            assert guest.ask("GET", "/turn").status == 307
            assert guest.post("/api/chat", body.encode()).status == 200
            _asked(ltml, "evil.example:443", [], "CONNECT")
        seen = {line for line in (tmp_path / "m.err").read_text().splitlines() if line.startswith("CONNECT")}
    place = urlsplit(url)
    assert seen == {f"CONNECT ('{place.hostname}', {place.port})"}


@dataclass(frozen=True, slots=True)
class _Turning:
    """The reference server, and a path that sends whoever comes elsewhere."""

    app: object

    async def __call__(self, scope, receive, send) -> None:
        if scope["path"] != "/turn":
            await self.app(scope, receive, send)  # type: ignore[operator]
            return
        await send(
            {"type": "http.response.start", "status": 307, "headers": [(b"location", b"http://evil.example/api/tags")]}
        )
        await send({"type": "http.response.body", "body": b""})


def _asked(url: str, target: str, headers: Headers, method: str = "GET") -> None:
    """Send it as it is, and read whatever comes."""
    more = "".join(f"{name}: {value}\r\n" for name, value in headers)
    with (
        open_socket(
            url, f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{more}\r\n".encode()
        ) as line,
        suppress(ConnectionError),
    ):
        while line.recv(1 << 16):
            pass
