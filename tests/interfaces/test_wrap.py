"""Memory in the official clients of Ollama and OpenAI, without a proxy: real clients, real HTTP, a scripted model."""

import asyncio
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, assert_type

import httpx
import httpx2
import ollama
import openai
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

import ltml
from ltml.errors import ConfigError
from ltml.interfaces.chat.httpx_transports import (
    AsyncMemoryTransport,
    SyncHttpxExchange,
    SyncMemoryTransport,
    WrappedClient,
    run_sync,
)
from ltml.layer import MemoryLayer
from ltml.settings import Serve, Settings
from tests.reference.brain import Call, Fail, Gate, Prompt, Say, Wait
from tests.reference.models import Model
from tests.reference.running import running
from tests.reference.script import Script
from tests.reference.server import LLAMA, Server

#: Seconds after which something that did not happen never will.
LONGEST_WAIT = 30
KINDS = ("ollama", "ollama async", "openai", "openai async")
OLIVE = "My parrot Olive is allergic to almonds."
WHAT = "What is my parrot Olive allergic to?"
HANDY = Model(name="handy", capabilities=("completion", "tools"))
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
Messages = list[dict[str, Any]]


def until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    deadline = time.monotonic() + LONGEST_WAIT
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def assistant(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}


# ---------------------------------------------------------------- the four clients, spoken to alike


class Speaker:
    """One client of any kind, closed at the end. `words` yields an answer's words as they come, and can be closed."""

    def __init__(self, kind: str, url: str, model: str = "llama3.2", **more: Any) -> None:
        self.model, self.is_async, self.is_ollama = model, kind.endswith("async"), kind.startswith("ollama")
        self._runner = asyncio.Runner()
        if self.is_ollama:
            of_ollama = ollama.AsyncClient if self.is_async else ollama.Client
            self.client: Any = of_ollama(host=url, verify=False, **more)  # there are no certificates to read
        else:
            http: Any = httpx2.AsyncClient if self.is_async else httpx2.Client
            of_openai: Any = openai.AsyncOpenAI if self.is_async else openai.OpenAI
            self.client = of_openai(
                base_url=f"{url}/v1", api_key="any", max_retries=0, http_client=http(verify=False, **more)
            )

    @property
    def ask(self) -> Any:
        return self.client.chat if self.is_ollama else self.client.chat.completions.create

    def say(self, messages: Messages, **more: Any) -> str:
        """Say something, and return the whole answer."""
        return self._message(self.run(self.ask, model=self.model, messages=messages, **more)).content or ""

    def run(self, call: Any, **arguments: Any) -> Any:
        """Call a method, and wait for it."""
        if not self.is_async:
            return call(**arguments)

        async def awaited() -> Any:
            return await call(**arguments)

        return self._runner.run(awaited())

    def words(self, messages: Messages, **more: Any) -> Iterator[str]:
        """Say something, and yield the answer as it comes; who stops listening closes the stream."""
        stream = self.run(self.ask, model=self.model, messages=messages, stream=True, **more)
        try:
            yield from self._each_of(stream)
        finally:
            self._end(stream)

    def close(self) -> None:
        if self.is_async:
            self._runner.run(self.client._client.aclose())
        else:
            self.client._client.close()
        self._runner.close()

    def _each_of(self, stream: Any) -> Iterator[str]:
        parts = stream if not self.is_async else self._in_step(aiter(stream))
        for part in parts:
            yield (part.message.content if self.is_ollama else part.choices[0].delta.content) or ""

    def _in_step(self, stream: AsyncIterator[Any]) -> Iterator[Any]:
        async def following() -> Any:
            return await anext(stream, None)

        while (part := self._runner.run(following())) is not None:
            yield part

    def _end(self, stream: Any) -> None:
        if not self.is_async:
            stream.close()
        else:
            self._runner.run(stream.aclose() if self.is_ollama else stream.close())

    def _message(self, answer: Any) -> Any:
        return answer.message if self.is_ollama else answer.choices[0].message


Open = Callable[..., Speaker]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def serve(stack) -> Callable[..., str]:
    """Start servers; each call returns a URL."""
    return lambda server: stack.enter_context(running(server.app))


@pytest.fixture
def layer(tmp_path) -> Iterator[MemoryLayer]:
    with ltml.open(tmp_path / "memory.db") as layer:
        yield layer


@pytest.fixture
def speaker(stack) -> Open:
    """Make clients without memory."""

    def made(kind: str, url: str, model: str = "llama3.2", **more: Any) -> Speaker:
        speaker = Speaker(kind, url, model, **more)
        stack.callback(speaker.close)
        return speaker

    return made


@pytest.fixture
def wrapped(speaker, layer) -> Open:
    """Make clients with memory."""

    def made(kind: str, url: str, model: str = "llama3.2", *, memory: Any = None, **more: Any) -> Speaker:
        talker: Speaker = speaker(kind, url, model, **more)
        assert ltml.wrap(talker.client, memory or layer) is talker.client
        return talker

    return made


def turns(layer: MemoryLayer) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in layer.turns()]


def sent(server: Server) -> list[Mapping[str, Any]]:
    return [request.json for request in server.talks()]


def said(request: Mapping[str, Any]) -> str:
    """All words in a request's messages."""
    return "\n".join(message["content"] or "" for message in request["messages"])


# ---------------------------------------------------------------- remembering


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_said_in_one_talk_is_placed_in_the_next(kind, stream, wrapped, serve, layer):
    server = Server(brain=Script(["No almonds for Olive, then.", "Almonds, you said."]))
    talker = wrapped(kind, serve(server))
    listen = (lambda messages: "".join(talker.words(messages))) if stream else talker.say
    assert listen([user(OLIVE)]) == "No almonds for Olive, then."
    question = [user(WHAT)]
    assert listen(question) == "Almonds, you said."
    first, second = sent(server)
    assert said(first) == OLIVE
    assert OLIVE in said(second)
    assert second["messages"][-1]["content"].endswith(WHAT)
    assert question == [user(WHAT)]
    assert turns(layer) == [
        ("user", OLIVE), ("assistant", "No almonds for Olive, then."),
        ("user", WHAT), ("assistant", "Almonds, you said."),
    ]  # fmt: skip
    assert len({turn.session for turn in layer.turns()}) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_is_durable_before_its_last_bytes_are_handed_on(kind, wrapped, serve, layer, tmp_path):
    talker = wrapped(kind, serve(Server(brain=Script(["Under the jetty."]))))
    seen: list[list[tuple[str, str]]] = []
    http = talker.client._client
    http._transport = _Looking(http._transport, lambda: seen.append(turns(layer)), is_async=talker.is_async)
    "".join(talker.words([user("Where is the anchor?")]))
    assert seen[0] == []
    assert seen[-1] == [("user", "Where is the anchor?"), ("assistant", "Under the jetty.")]


class _Looking:
    """A transport on top of all others, that looks at each chunk as the caller gets it."""

    def __init__(self, inner: Any, look: Callable[[], None], *, is_async: bool) -> None:
        self.inner, self.look, self.is_async = inner, look, is_async

    def handle_request(self, request: Any) -> Any:
        response = self.inner.handle_request(request)
        response.stream = _LookingStream(response.stream, self.look)
        return response

    async def handle_async_request(self, request: Any) -> Any:
        response = await self.inner.handle_async_request(request)
        response.stream = _LookingStream(response.stream, self.look)
        return response

    def close(self) -> None:
        self.inner.close()

    async def aclose(self) -> None:
        await self.inner.aclose()


class _LookingStream(httpx.SyncByteStream, httpx.AsyncByteStream, httpx2.SyncByteStream, httpx2.AsyncByteStream):
    def __init__(self, inner: Any, look: Callable[[], None]) -> None:
        self.inner, self.look = inner, look

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.inner:
            self.look()
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self.inner:
            self.look()
            yield chunk

    def close(self) -> None:
        self.inner.close()

    async def aclose(self) -> None:
        await self.inner.aclose()


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_the_caller_breaks_off_is_kept_as_far_as_it_went(kind, wrapped, serve, layer):
    gate = Gate()
    server = Server(brain=Script([[Say("The canoe"), Wait(gate), Say(" is red.")]]))
    words = wrapped(kind, serve(server)).words([user("What colour is the canoe?")])
    first = next(words)
    words.close()
    assert first == "The canoe"
    assert [(turn.text, turn.interrupted) for turn in layer.turns()] == [
        ("What colour is the canoe?", False), ("The canoe", True),
    ]  # fmt: skip
    until(lambda: server.gone == 1)
    gate.open()


@pytest.mark.parametrize("kind", ["ollama async", "openai async"])
def test_an_answer_whose_task_is_cancelled_is_kept_as_far_as_it_went(kind, wrapped, serve, layer):
    gate = Gate()
    server = Server(brain=Script([[Say("The canoe"), Wait(gate), Say(" is red.")]]))
    talker = wrapped(kind, serve(server))

    async def cancelled() -> None:
        begun = asyncio.Event()

        async def listening() -> None:
            messages = [user("What colour is the canoe?")]
            async for _ in await talker.ask(model=talker.model, messages=messages, stream=True):
                begun.set()

        task = asyncio.create_task(listening())
        await asyncio.wait_for(begun.wait(), LONGEST_WAIT)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    talker._runner.run(cancelled())
    assert [(turn.text, turn.interrupted) for turn in layer.turns()][1:] == [("The canoe", True)]
    gate.open()


def test_generate_is_a_talk_too_and_goes_on_by_its_context(wrapped, serve, layer):
    server = Server(brain=Script(["No almonds for Olive, then.", "Almonds.", "Yes."]))
    client = wrapped("ollama", serve(server)).client
    client.generate("llama3.2", OLIVE)
    answer = client.generate("llama3.2", WHAT)
    client.generate("llama3.2", "Are you sure?", context=answer.context)
    assert OLIVE in sent(server)[1]["prompt"]
    sessions = [turn.session for turn in layer.turns()]
    assert (len(sessions), len(set(sessions)), sessions[-1]) == (6, 2, sessions[2])


@pytest.mark.parametrize("kind", KINDS)
def test_tools_work_as_before(kind, wrapped, serve, layer):
    calling = [Call("weather", {"city": "Ulm"})]
    server = Server(models=[HANDY], brain=Script([calling, "Take an umbrella, it rains in Ulm."]))
    talker = wrapped(kind, serve(server), "handy")
    messages = [user("What is the weather in Ulm?")]
    asked = talker._message(talker.run(talker.ask, model="handy", messages=messages, tools=[WEATHER]))
    assert asked.tool_calls[0].function.name == "weather"
    result = {"role": "tool", "content": "Rain."} | (
        {"tool_name": "weather"} if talker.is_ollama else {"tool_call_id": asked.tool_calls[0].id}
    )
    answer = talker.say([*messages, asked, result], tools=[WEATHER])
    assert answer == "Take an umbrella, it rains in Ulm."
    assert [(turn.role, turn.text) for turn in layer.turns()] == [
        ("user", "What is the weather in Ulm?"), ("tool", "Rain."), ("assistant", answer),
    ]  # fmt: skip
    assert len({turn.session for turn in layer.turns()}) == 1


@pytest.mark.parametrize("kind", ["ollama", "openai"])
def test_what_was_sent_once_is_sent_again_byte_for_byte(kind, wrapped, serve, layer):
    layer.remember("Call me Captain.")
    layer.remember("Olive is allergic to almonds.")
    server = Server(brain=Script(lambda prompt: f"Answer {len(prompt.messages)} to that, Captain."))
    talker = wrapped(kind, serve(server))
    messages: Messages = []
    for question in (WHAT, "And what else do you know of Olive?", "Thank you. Where is the parrot's food?"):
        messages.append(user(question))
        messages.append(assistant(talker.say(messages)))
    first, second, third = ([json.dumps(message) for message in request["messages"]] for request in sent(server))
    assert "Captain" in first[0]
    assert second[: len(first)] == first
    assert third[: len(second)] == second
    assert len({turn.session for turn in layer.turns() if turn.text in (WHAT, messages[-2]["content"])}) == 1


def test_two_clients_on_one_file_know_what_the_other_was_told(wrapped, serve, stack, tmp_path):
    server = Server(brain=Script(["No almonds for Olive, then.", "Almonds."]))
    url = serve(server)
    one, other = (stack.enter_context(ltml.open(tmp_path / "shared.db")) for _ in range(2))
    wrapped("ollama", url, memory=one).say([user(OLIVE)])
    wrapped("openai", url, memory=other).say([user(WHAT)])
    assert OLIVE in said(sent(server)[1])
    assert len(turns(one)) == len(turns(other)) == 4


def test_threads_may_share_a_client(wrapped, serve, layer):
    client = wrapped("ollama", serve(Server(brain=Script(["Noted."])))).client
    places = ["Bergen", "Cadiz", "Dover", "Elba", "Faro", "Genoa"]
    threads = [
        threading.Thread(target=client.chat, args=("llama3.2", [user(f"I once sailed to {place} in spring.")]))
        for place in places
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(turn.text for turn in layer.turns() if turn.role == "user") == [
        f"I once sailed to {place} in spring." for place in places
    ]


def test_a_talk_goes_on_in_a_new_session_when_memory_has_slept(wrapped, serve, layer):
    talker = wrapped("ollama", serve(Server(brain=Script(["No almonds for Olive, then.", "Almonds, you said."]))))
    messages = [user(OLIVE)]
    messages.append(assistant(talker.say(messages)))
    assert layer.sleep().state == "promoted"
    talker.say([*messages, user(WHAT)])
    assert len({turn.session for turn in layer.turns()}) == 2


def test_a_named_session_holds_every_talk_of_the_client(speaker, serve, layer):
    talker = speaker("openai", serve(Server(brain=Script(["Noted."]))))
    ltml.wrap(talker.client, layer, session="harbour log")
    talker.say([user(OLIVE)])
    talker.say([user("The tide is low at nine.")])
    assert {turn.session for turn in layer.turns()} == {"harbour log"}


# ---------------------------------------------------------------- what is left alone


@pytest.mark.parametrize("kind", KINDS)
def test_work_is_sent_as_it_is_and_not_remembered(kind, wrapped, speaker, serve, layer):
    layer.remember("Call me Captain.")
    server = Server(brain=Script(["{}"]))
    url = serve(server)
    as_json: dict[str, Any] = {"response_format": {"type": "json_object"}}
    if kind.startswith("ollama"):
        as_json = {"format": "json"}
    for talker in (speaker(kind, url), wrapped(kind, url)):
        talker.say([user("Give me the tides as JSON.")], **as_json)
    plain, with_memory = server.talks()
    assert with_memory.body == plain.body
    assert dict(with_memory.headers) == dict(plain.headers)
    assert [text for _, text in turns(layer)] == ["Call me Captain."]


def test_other_paths_pass_by(wrapped, serve, layer):
    server = Server()
    url = serve(server)
    talker = wrapped("ollama", url).client
    assert [model.model for model in talker.list().models] == ["llama3.2:latest"]
    assert talker.show("llama3.2").capabilities == ["completion"]
    assert len(talker.embed("llama3.2", "An anchor").embeddings) == 1
    assert len(wrapped("openai", url).client.embeddings.create(model="llama3.2", input="An anchor").data) == 1
    assert turns(layer) == []


@pytest.mark.parametrize("kind", KINDS)
def test_with_nothing_to_remember_the_body_is_the_callers_own(kind, wrapped, speaker, serve):
    server = Server()
    url = serve(server)
    for talker in (speaker(kind, url), wrapped(kind, url)):
        talker.say([user("Good morning, grüß Gott, 早上好 🌊")])
    plain, with_memory = server.talks()
    assert with_memory.body == plain.body


def test_a_reply_is_asked_for_uncompressed_and_another_ltml_is_told_to_keep_out(wrapped, serve):
    server = Server()
    wrapped("ollama", serve(server), headers={"Authorization": "Bearer tide"}).say([user("Hello there.")])
    for request in server.requests:
        assert request.header("accept-encoding") == "identity"
        assert request.header("x-ltml-hop") == "1"
        assert request.header("authorization") == "Bearer tide"


# ---------------------------------------------------------------- when something goes wrong


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_is_the_clients_own_and_nothing_is_kept(kind, wrapped, serve, layer):
    talker = wrapped(kind, serve(Server()), "nobody")
    with pytest.raises((ollama.ResponseError, openai.NotFoundError), match="'nobody' not found"):
        talker.say([user(OLIVE)])
    with pytest.raises((ollama.ResponseError, openai.NotFoundError), match="'nobody' not found"):
        "".join(talker.words([user(OLIVE)]))
    assert turns(layer) == []


def test_what_an_error_broke_off_is_kept_as_far_as_it_went(wrapped, serve, layer):
    server = Server(brain=Script([[Say("The canoe"), Fail("out of memory")]]))
    talker = wrapped("ollama", serve(server))
    with pytest.raises(ollama.ResponseError, match="out of memory"):
        "".join(talker.words([user("What colour is the canoe?")]))
    assert [(turn.text, turn.interrupted) for turn in layer.turns()][1:] == [("The canoe", True)]


@pytest.mark.parametrize("kind", KINDS)
def test_who_cannot_be_reached_is_told_by_the_clients_own_error(kind, wrapped, layer):
    talker = wrapped(kind, "http://127.0.0.1:9")
    with pytest.raises((ConnectionError, httpx.ConnectError, openai.APIConnectionError)):
        talker.say([user(OLIVE)])
    assert turns(layer) == [("user", OLIVE)]  # it was said all the same


def test_who_leaves_while_memory_still_looks_has_said_it_all_the_same(serve, layer, monkeypatch):
    looking, over = threading.Event(), threading.Event()

    def hang(*_: object) -> None:
        looking.set()
        assert over.wait(LONGEST_WAIT)

    monkeypatch.setattr("ltml.interfaces.chat.memory.ChatMemory.place_recall", hang)
    url = serve(Server())

    async def leave() -> None:
        async with ltml.wrap(ollama.AsyncClient(host=url, verify=False), layer) as client:
            asking = asyncio.create_task(client.chat("llama3.2", [user(OLIVE)]))
            await asyncio.to_thread(looking.wait, LONGEST_WAIT)
            asking.cancel()
            await asyncio.wait({asking}, timeout=0)
            over.set()
            with pytest.raises(asyncio.CancelledError):
                await asking

    asyncio.run(leave())
    assert turns(layer) == [("user", OLIVE)]


def picky(prompt: Prompt) -> Sequence[Any]:
    """A model that wants no word of ours."""
    return [Fail("this template takes no such message", 400)] if "[memory" in prompt.text else ["Fine."]


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_refuses_what_was_placed_gets_the_callers_own_words(kind, wrapped, serve, layer):
    layer.remember("Call me Captain.")
    server = Server(brain=Script(picky))
    assert wrapped(kind, serve(server)).say([user(WHAT)]) == "Fine."
    refused, again = server.talks()
    assert "Captain" in said(refused.json)
    assert again.json["messages"] == [user(WHAT)]
    assert turns(layer)[1:] == [("user", WHAT), ("assistant", "Fine.")]
    session = [turn.session for turn in layer.turns()][-1]
    assert layer.store.placed_texts(layer.namespace, session) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_chat_goes_on_without_memory_and_the_log_says_nothing_of_it(kind, wrapped, serve, layer, caplog):
    server = Server(brain=Script(["Under the jetty."]))
    talker = wrapped(kind, serve(server))
    layer.close()
    with caplog.at_level(logging.DEBUG, "ltml"):
        assert talker.say([user("Where is the anchor?")]) == "Under the jetty."
        assert "".join(talker.words([user("Where is the anchor?")])) == "Under the jetty."
    told = [record.getMessage() for record in caplog.records if record.name == "ltml"]
    assert [line.split(" failed")[0].rpartition(": ")[2] for line in told] == ["session", "capture"] * 2
    assert "anchor" not in "".join(told)
    assert "jetty" not in "".join(told)


def test_a_call_that_is_late_is_not_waited_for_for_ever():
    gate = threading.Event()
    client = WrappedClient(open_memory=lambda: pytest.fail("no memory is opened"), dialects={}, patience=0.01)
    exchange = SyncHttpxExchange(client, None, None, None)

    def wait() -> None:
        gate.wait(LONGEST_WAIT)

    with pytest.raises(TimeoutError):
        run_sync(exchange.run("late capture", wait))
    gate.set()


# ---------------------------------------------------------------- whom it is said to


@pytest.mark.parametrize("kind", ["ollama", "openai"])
def test_a_models_own_system_prompt_is_not_silenced_by_the_block(kind, wrapped, serve, layer):
    layer.remember("Call me Captain.")
    pirate = Model(name="pirate", system="You talk like a pirate.")
    server = Server(models=[pirate], brain=Script(["Aye."]))
    talker = wrapped(kind, serve(server), "pirate")
    talker.say([user("Good morning!")])
    talker.say([user("Good evening!")])
    for request in sent(server):
        system = request["messages"][0]
        assert system["role"] == "system"
        assert system["content"].startswith("You talk like a pirate.")
        assert "Captain" in system["content"]
    assert [request.path for request in server.requests].count("/api/show") == 1


def mounts(kind: str, url: str) -> dict[str, Any]:
    """A way to a server as if it stood somewhere else."""
    library = httpx if kind.startswith("ollama") else httpx2

    class Elsewhere(library.HTTPTransport):  # type: ignore[misc, name-defined]
        def handle_request(self, request: Any) -> Any:
            here = library.URL(url)
            request.url = request.url.copy_with(scheme="http", host=here.host, port=here.port)
            request.headers["Host"] = f"{here.host}:{here.port}"
            return super().handle_request(request)

    return {"mounts": {"http://models.example.org": Elsewhere(verify=False), "https://": None}}


@pytest.mark.parametrize("kind", ["ollama", "openai"])
def test_no_memory_leaves_home_unless_the_settings_say_so(kind, wrapped, serve, layer, caplog):
    server = Server(brain=Script(["Good to hear."]))
    away = mounts(kind, serve(server))
    layer.remember("Call me Captain.")
    talker = wrapped(kind, "http://models.example.org", **away)
    talker.say([user("I am well.")])
    assert said(sent(server)[-1]) == "I am well."
    assert turns(layer)[1:] == [("user", "I am well."), ("assistant", "Good to hear.")]
    assert "no memories go there" in caplog.text
    generous = Settings(serve=Serve(cloud=True))
    ltml.wrap(talker.client, MemoryLayer(layer.store, layer.namespace, settings=generous))
    talker.say([user("I am well again.")])
    assert "Captain" in said(sent(server)[-1])


@pytest.mark.parametrize("kind", ["ollama", "openai"])
def test_a_model_of_ollamas_cloud_is_not_at_home(kind, wrapped, serve, layer):
    layer.remember("Call me Captain.")
    server = Server(models=[Model(name="huge:1t-cloud"), LLAMA], brain=Script(["Good to hear."]))
    url = serve(server)
    wrapped(kind, url, "huge:1t-cloud").say([user("I am well.")])
    wrapped(kind, url).say([user("I am well.")])
    assert ["Captain" in said(request) for request in sent(server)] == [False, True]


@pytest.mark.parametrize("kind", ["ollama", "openai"])
def test_a_server_behind_a_prefix_is_known_by_the_end_of_its_path(kind, stack, wrapped, layer):
    server = Server(models=[Model(name="pirate", system="You talk like a pirate.")], brain=Script(["Aye."]))
    layer.remember("Call me Captain.")
    url = stack.enter_context(running(Starlette(routes=[Mount("/models", app=server.app)])))
    wrapped(kind, f"{url}/models", "pirate").say([user("Good morning!")])
    assert "pirate" in said(server.requests[-1].json)
    assert turns(layer)[-1] == ("assistant", "Aye.")


# ---------------------------------------------------------------- wrapping


def test_wrapping_twice_is_wrapping_once_and_the_last_memory_counts(wrapped, serve, layer, stack, tmp_path):
    other = stack.enter_context(ltml.open(tmp_path / "other.db"))
    talker = wrapped("ollama", serve(Server()), memory=other)
    assert ltml.wrap(talker.client, layer) is talker.client
    assert not isinstance(talker.client._client._transport.inner, SyncMemoryTransport | AsyncMemoryTransport)
    talker.say([user(OLIVE)])
    assert (len(turns(layer)), len(turns(other))) == (2, 0)


def test_the_copies_of_a_client_have_memory_too(wrapped, serve, layer):
    talker = wrapped("openai", serve(Server()))
    talker.client.with_options(timeout=20).chat.completions.create(model="llama3.2", messages=[user(OLIVE)])
    assert len(turns(layer)) == 2


def test_a_client_used_in_a_with_statement_is_closed_at_its_end(serve, layer):
    server = Server()
    client = ltml.wrap(ollama.Client(host=serve(server), verify=False), layer)
    assert_type(client, ollama.Client)
    with client._client:
        client.chat("llama3.2", [user(OLIVE)])
    assert client._client.is_closed
    assert len(turns(layer)) == 2


def test_an_asynchronous_client_used_in_a_with_statement_is_closed_at_its_end(serve, layer):
    client = ltml.wrap(ollama.AsyncClient(host=serve(Server()), verify=False), layer)

    async def used() -> None:
        async with client._client:
            await client.chat("llama3.2", [user(OLIVE)])

    asyncio.run(used())
    assert client._client.is_closed
    assert len(turns(layer)) == 2


@contextmanager
def refused(saying: str) -> Iterator[None]:
    with pytest.raises(ConfigError, match=saying):
        yield


def test_what_cannot_be_wrapped_is_refused_with_what_can(layer, speaker):
    with refused("known: ollama.Client, ollama.AsyncClient, openai.OpenAI, openai.AsyncOpenAI"):
        ltml.wrap(object(), layer)
    with httpx2.Client(verify=False) as plain, refused("cannot wrap a Client"):
        ltml.wrap(plain, layer)
    client = speaker("ollama", "http://127.0.0.1:9").client
    with refused("str is no memory; open one with ltml.open"):
        ltml.wrap(client, "memory.db")  # type: ignore[arg-type]
    for share in (0, -1, 15):
        with refused(f"share={share} "):
            ltml.wrap(client, layer, share=share)


BY_DEFAULT = """
import sys
import ltml
import ollama

for name in ("first", "second"):
    client = ltml.wrap(ollama.Client(host=sys.argv[1], verify=False))
    client.chat("llama3.2", [{"role": "user", "content": f"This is the {name} client."}])
    client._client.close()
print("ltml.interfaces.cli.context" in sys.modules)
"""


@pytest.mark.parametrize("named", [False, True], ids=["user's folder", "LTML_DB"])
def test_without_a_layer_it_is_the_memory_of_the_command_line(named, serve, tmp_path):
    environ = dict(os.environ) | ({"LTML_DB": str(tmp_path / "named.db")} if named else {})
    url = serve(Server(brain=Script(["Noted."])))
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", BY_DEFAULT, url], capture_output=True, text=True, check=False, env=environ
    )
    assert (run.stderr, run.stdout) == ("", "True\n")
    home = Path(environ["XDG_DATA_HOME"]) / "ltml" / "memory.db"
    with ltml.open(tmp_path / "named.db" if named else home) as layer:
        assert [text for role, text in turns(layer) if role == "user"] == [
            "This is the first client.", "This is the second client.",
        ]  # fmt: skip
