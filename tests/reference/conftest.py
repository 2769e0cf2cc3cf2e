"""What the tests of the reference server share: a server that runs, and the official clients, closed at the end."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager

import httpx2
import ollama
import openai
import pytest

from tests.reference.running import running
from tests.reference.server import Server

Serve = Callable[..., str]

#: Seconds after which something that did not happen never will.
LONGEST_WAIT = 20


def until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    deadline = time.monotonic() + LONGEST_WAIT
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start servers; each call returns a URL."""
    with ExitStack() as stack:
        yield lambda server: stack.enter_context(running(server.app))


@pytest.fixture
def client() -> Iterator[Callable[[str], ollama.Client]]:
    """Make official Ollama clients."""
    with ExitStack() as stack:

        def make(url: str) -> ollama.Client:
            made = ollama.Client(host=url, verify=False)  # there are no certificates to read
            stack.callback(made._client.close)
            return made

        yield make


@pytest.fixture
def openai_client() -> Iterator[Callable[[str], openai.OpenAI]]:
    """Make official OpenAI clients; they do not try again."""
    with ExitStack() as stack:

        def make(url: str) -> openai.OpenAI:
            http = stack.enter_context(openai.DefaultHttpxClient(verify=False))
            return openai.OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0, http_client=http)

        yield make


@pytest.fixture
def http() -> Iterator[Callable[[str], httpx2.Client]]:
    """Make plain HTTP clients."""
    with ExitStack() as stack:
        yield lambda url: stack.enter_context(httpx2.Client(base_url=url, trust_env=False, verify=False, timeout=30))


@pytest.fixture
def talk(serve, client) -> Callable[[Server], ollama.Client]:
    """Start a server and return a client of it."""
    return lambda server: client(serve(server))


@pytest.fixture
def ask(serve, http) -> Callable[[Server], httpx2.Client]:
    """Start a server and return a plain HTTP client of it."""
    return lambda server: http(serve(server))


@asynccontextmanager
async def async_client(url: str) -> AsyncIterator[ollama.AsyncClient]:
    """An official asynchronous Ollama client, closed at the end."""
    made = ollama.AsyncClient(host=url, verify=False)
    try:
        yield made
    finally:
        await made._client.aclose()
