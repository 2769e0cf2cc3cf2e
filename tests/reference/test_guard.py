"""Who may ask: Host and Origin."""

import pytest

from tests.reference.guard import allowed_host
from tests.reference.server import Server


@pytest.mark.parametrize(
    "host",
    [
        "localhost:11434",
        "127.0.0.1",
        "[::1]:11434",
        "192.168.1.7:80",
        "10.0.0.1",
        "0.0.0.0:11434",
        "box.local",
        "ollama.internal",
        "LOCALHOST",
        "a.localhost",
    ],
)
def test_a_host_of_this_machine_or_a_private_net_is_let_in(ask, host):
    assert ask(Server()).get("/api/version", headers={"host": host}).is_success


@pytest.mark.parametrize("host", ["example.org", "example.org:11434", "8.8.8.8", "localhost.example.org", "local"])
def test_a_foreign_host_is_refused_without_a_word(ask, host):
    answer = ask(Server()).get("/api/version", headers={"host": host})
    assert (answer.status_code, answer.content) == (403, b"")


def test_an_empty_host_is_let_in():
    assert allowed_host("")


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost",
        "http://localhost:3000",
        "https://127.0.0.1:8443",
        "http://0.0.0.0:1",
        "app://obsidian.md",
        "tauri://localhost",
        "vscode-webview://abc",
    ],
)
def test_an_origin_on_the_list_is_let_in_and_named(ask, origin):
    answer = ask(Server()).get("/api/version", headers={"origin": origin})
    assert answer.is_success
    assert answer.headers["access-control-allow-origin"] == origin


@pytest.mark.parametrize(
    "origin", ["null", "https://example.org", "chrome-extension://abc", "http://localhost.example.org"]
)
def test_any_other_origin_is_refused_whoever_sends_it(ask, origin):
    server = Server()
    answer = ask(server).post("/api/chat", json={"model": "llama3.2"}, headers={"origin": origin})
    assert (answer.status_code, answer.content) == (403, b"")
    assert not server.runners.history


def test_the_user_can_let_more_origins_in(ask):
    client = ask(Server(origins=["chrome-extension://*", "https://*.example.org"]))
    for origin in ("chrome-extension://abc", "https://chat.example.org"):
        assert client.get("/api/version", headers={"origin": origin}).is_success


def test_its_own_address_as_origin_is_no_foreign_one(ask):
    client = ask(Server())
    headers = {"origin": str(client.base_url).rstrip("/")}
    assert "access-control-allow-origin" not in client.get("/api/version", headers=headers).headers


def test_a_preflight_is_answered_and_allows_no_header_of_ones_own(ask):
    client = ask(Server())
    asked = {"origin": "http://localhost:3000", "access-control-request-method": "POST"}
    answer = client.options("/api/chat", headers=asked)
    assert answer.status_code == 204
    allowed = answer.headers["access-control-allow-headers"].lower().split(",")
    assert {"authorization", "content-type", "x-stainless-lang"} <= set(allowed)
    assert "x-ltml-session" not in allowed
    assert client.options("/api/chat").status_code == 204


def test_any_key_opens_the_door(ask):
    assert ask(Server()).get("/api/tags", headers={"authorization": "Bearer whatever"}).is_success
