"""What is known of a model, and what is asked to know it."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ltml.providers.client import FAILURE_TTL, MAX_ENTRIES, ResponseCache
from ltml.providers.model_catalog import DEFAULT_CONTEXT, FRESH, STALE, ModelCatalog, RunningModel, parse_expiry
from ltml.providers.upstream import Address, DetectedServer, ServerKind
from tests.providers.test_upstream import PATIENCE, Server, new_client, nobody, serving

T = TypeVar("T")
READS = {"GET /api/tags", "GET /api/ps", "POST /api/show", "GET /props", "GET /v1/models", "GET /api/v0/models"}


@dataclass
class Ollama(Server):
    """An Ollama of one model, whose questions about models can be held up."""

    says: dict[str, Any] = field(default_factory=dict)
    bodies: list[Any] = field(default_factory=list)
    keys: set[str | None] = field(default_factory=set)
    going: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.going.set()

    async def answer(self, request: Request) -> Response:
        self.bodies.append(json.loads(await request.body() or b"null"))
        self.keys.add(request.headers.get("authorization"))
        await asyncio.to_thread(self.going.wait, PATIENCE)
        return await super().answer(request)

    def times(self, what: str) -> int:
        return self.asked.count(what)


def ollama(
    show: Mapping[str, Any] | None = None,
    running: Iterable[Mapping[str, Any]] = (),
    name: str = "quill:latest",
    **listed: Any,
) -> Ollama:
    model = {"name": name, "model": name, "digest": "d1", **listed}
    says = {"/api/tags": {"models": [model]}, "/api/ps": {"models": list(running)}, "/api/show": show}
    return Ollama({path: said for path, said in says.items() if said is not None})


def shown(system: str | None = None, parameters: str = "", trained: int | None = None, **more: Any) -> dict[str, Any]:
    info: dict[str, Any] = {"general.architecture": "quill", "quill.vision.context_length": 7}
    if trained:
        info["quill.context_length"] = trained
    return {"parameters": parameters, "model_info": info, **({"system": system} if system is not None else {}), **more}


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def knowing(
    address: Address, kind: ServerKind = "ollama", clock: Clock | None = None, *, alive: bool = True, **more: Any
) -> AsyncIterator[ModelCatalog]:
    async with new_client() as client:
        catalog = ModelCatalog(
            DetectedServer(address=address, kind=kind, alive=alive), client, clock=clock or Clock(), **more
        )
        yield catalog
        await catalog.close()


def told(server: Server, ask: Callable[[ModelCatalog], Awaitable[T]], kind: ServerKind = "ollama", **more: Any) -> T:
    """What the catalog says of a server that is running meanwhile."""

    async def go() -> T:
        async with knowing(server.address, kind, **more) as catalog:
            return await ask(catalog)

    with serving(server):
        return asyncio.run(go())


# ---------------------------------------------------------------- the system prompt


@pytest.mark.parametrize("name", ["quill", "quill:latest", "QUILL", "registry.ollama.ai/library/quill"])
def test_a_models_own_system_prompt_is_known_by_any_of_its_names(name: str):
    assert (
        told(ollama(shown("You are a quill.")), lambda catalog: catalog.get_system_prompt(name)) == "You are a quill."
    )


def test_a_model_without_a_system_prompt_has_an_empty_one():
    assert told(ollama(shown()), lambda catalog: catalog.get_system_prompt("quill")) == ""


@pytest.mark.parametrize("show", [None, {"system": 7}, {"system": ["x"]}])
def test_a_system_prompt_that_cannot_be_found_out_is_none(show: dict[str, Any] | None):
    assert told(ollama(show), lambda catalog: catalog.get_system_prompt("quill")) is None


def test_nobody_is_asked_about_a_model_without_a_name():
    server = ollama(shown("You are a quill."))
    assert told(server, lambda catalog: catalog.get_system_prompt("")) is None
    assert server.times("POST /api/show") == 0


@pytest.mark.parametrize(("kind", "system"), [("llama.cpp", ""), ("lmstudio", ""), ("openai", ""), ("unknown", None)])
def test_who_is_no_ollama_has_no_system_prompts_and_who_may_be_one_is_not_known(kind: ServerKind, system: str | None):
    assert told(Server({}), lambda catalog: catalog.get_system_prompt("quill"), kind) == system


def test_what_a_model_says_of_itself_is_asked_anew_when_its_digest_changes():
    server, clock = ollama(shown("You are a quill.")), Clock()

    async def ask(catalog: ModelCatalog) -> list[str | None]:
        seen = [await catalog.get_system_prompt("quill")]
        for digest in ("d1", "d2"):
            clock.now += STALE
            server.says["/api/tags"] = {"models": [{"model": "quill:latest", "digest": digest}]}
            server.says["/api/show"] = shown("You are a pen.")
            seen.append(await catalog.get_system_prompt("quill"))
        return seen

    assert told(server, ask, clock=clock) == ["You are a quill.", "You are a quill.", "You are a pen."]
    assert server.times("POST /api/show") == 2


def test_a_model_that_is_not_listed_yet_is_asked_for_by_its_name():
    assert told(ollama(shown("New."), name="other"), lambda catalog: catalog.get_system_prompt("quill")) == "New."


# ---------------------------------------------------------------- the window


def running(context: int | None, name: str = "quill:latest", **more: Any) -> list[dict[str, Any]]:
    return [{"name": name, "model": name, "context_length": context, **more}]


@pytest.mark.parametrize(
    ("server", "asked", "window"),
    [
        (ollama(shown(trained=32768)), 16384, 16384),
        (ollama(shown(trained=8192)), 16384, 8192),
        (ollama(), 16384, 16384),
        (ollama(shown(), running(16384)), None, 16384),
        (ollama(shown(trained=2048), running(16384)), None, 2048),
        (ollama(shown(), running(16384)), 2048, 2048),
        (ollama(shown(parameters='stop    "x"\nnum_ctx                        8192')), None, 8192),
        (ollama(shown(parameters="num_ctx 8192"), running(4096)), None, 4096),
        (ollama(shown(parameters="num_ctx 8192"), running(32768)), None, 8192),
        (ollama(shown(parameters="my_num_ctx 8192\nnum_ctx many")), None, DEFAULT_CONTEXT),
        (ollama(shown(trained=2048)), None, 2048),
        (ollama(shown(), running(16384, "other")), None, DEFAULT_CONTEXT),
        (ollama(shown(), running(None)), None, DEFAULT_CONTEXT),
        (ollama(shown(), running(16384)), 0, 16384),
        (ollama(shown(), running(16384)), -1, 16384),
    ],
)
def test_an_ollamas_window(server: Ollama, asked: int | None, window: int):
    assert told(server, lambda catalog: catalog.get_context_length("quill", asked)) == window


LLAMA = {"default_generation_settings": {"n_ctx": 2048}, "model_alias": "ink", "model_path": "/m/i.gguf"}
STUDIO = [
    {"id": "ink", "state": "loaded", "loaded_context_length": 6000, "max_context_length": 9000},
    {"id": "quill", "state": "not-loaded", "max_context_length": 9000},
]


@pytest.mark.parametrize(
    ("kind", "says", "asked", "window"),
    [
        ("llama.cpp", {"/props": LLAMA}, None, 2048),
        ("llama.cpp", {"/props": LLAMA}, 1024, 1024),
        ("llama.cpp", {"/props": LLAMA}, 8192, 2048),
        ("llama.cpp", {"/props": {"role": "router"}}, None, DEFAULT_CONTEXT),
        ("lmstudio", {"/api/v0/models": {"data": STUDIO}}, None, 6000),
        ("lmstudio", {"/api/v0/models": {"data": STUDIO[1:]}}, None, DEFAULT_CONTEXT),
        (
            "openai",
            {"/v1/models": {"data": [{"id": "x", "max_model_len": 1}, {"id": "ink", "max_model_len": 900}]}},
            None,
            900,
        ),
        ("openai", {"/v1/models": {"data": [{"id": "ink"}]}}, None, DEFAULT_CONTEXT),
        ("unknown", {}, None, DEFAULT_CONTEXT),
        ("unknown", {}, 900, 900),
    ],
)
def test_the_window_of_another_server(kind: ServerKind, says: dict[str, Any], asked: int | None, window: int):
    assert told(Server(says), lambda catalog: catalog.get_context_length("ink", asked), kind) == window


# ---------------------------------------------------------------- who is loaded


def test_an_ollama_tells_who_is_loaded_and_until_when():
    models = running(4096, expires_at="2033-05-02T12:00:00.123456789+02:00") + running(None, "pen", expires_at="soon")
    assert told(ollama(running=models), lambda catalog: catalog.list_running()) == (
        RunningModel(model="quill:latest", expires_at=datetime(2033, 5, 2, 10, 0, 0, 123456, tzinfo=UTC), context=4096),
        RunningModel(model="pen"),
    )


@pytest.mark.parametrize("models", [{"models": None}, {"models": []}, {}])
def test_an_ollama_without_a_loaded_model_says_so(models: dict[str, Any]):
    assert told(Server({"/api/ps": models or {"models": []}}), lambda catalog: catalog.list_running()) == ()


@pytest.mark.parametrize(
    ("kind", "says", "loaded"),
    [
        ("ollama", {}, None),
        ("ollama", {"/api/ps": {"models": "x"}}, None),
        ("llama.cpp", {"/props": {**LLAMA, "is_sleeping": False}}, (RunningModel(model="ink", context=2048),)),
        (
            "llama.cpp",
            {"/props": {"is_sleeping": False, "model_path": "C:\\m\\i.gguf"}},
            (RunningModel(model="i.gguf"),),
        ),
        ("llama.cpp", {"/props": {**LLAMA, "is_sleeping": True}}, ()),
        ("llama.cpp", {"/props": LLAMA}, None),
        ("lmstudio", {"/api/v0/models": {"data": STUDIO}}, (RunningModel(model="ink", context=6000),)),
        ("lmstudio", {"/api/v0/models": {"data": STUDIO[1:]}}, ()),
        ("lmstudio", {"/api/v0/models": {"error": "none"}}, None),
        ("openai", {"/v1/models": {"data": []}}, None),
        ("unknown", {}, None),
    ],
)
def test_who_is_loaded_elsewhere(kind: ServerKind, says: dict[str, Any], loaded: tuple[RunningModel, ...] | None):
    assert told(Server(says), lambda catalog: catalog.list_running(), kind) == loaded


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2318-09-04T13:37:01.9+02:00", datetime(2318, 9, 4, 11, 37, 1, 900000, tzinfo=UTC)),
        ("2033-05-02T12:00:00-11:30", datetime(2033, 5, 2, 23, 30, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00+05:00", None),
        ("9999-12-31T23:59:59-05:00", None),
        ("12318-09-04T13:37:01Z", None),
        ("2033-05-02T12:00:00", None),
        ("2033-05-02T12:00:00+99:99", None),
        ("", None),
        (7, None),
        (None, None),
    ],
)
def test_a_moment_is_read_or_is_none(said: object, moment: datetime | None):
    assert parse_expiry(said) == moment


@given(st.one_of(st.text(max_size=40), st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)")))
def test_no_moment_is_too_odd_to_be_compared_with_now(said: str):
    moment = parse_expiry(said)
    assert moment is None or (moment < datetime.now(UTC)) in {True, False}


# ---------------------------------------------------------------- what leaves home


@pytest.mark.parametrize(
    "name", ["quill:cloud", "quill:120b-cloud", "Quill:Cloud", "quill-cloud", "quill-cloud:latest"]
)
def test_a_cloud_model_is_known_by_its_name_alone(name: str):
    server = ollama(shown())
    assert told(server, lambda catalog: catalog.is_remote(name))
    assert server.asked == []


@pytest.mark.parametrize(
    ("server", "remote"),
    [
        (ollama(shown()), False),
        (ollama(shown(remote_host="https://far.example")), True),
        (ollama(shown(), remote_host="https://far.example"), True),
        (ollama(), None),
        (Ollama({}), None),
    ],
)
def test_a_model_elsewhere_is_remote_and_of_one_that_nobody_knows_nobody_can_tell(server: Ollama, remote: bool | None):
    assert told(server, lambda catalog: catalog.is_remote("quill")) is remote


@pytest.mark.parametrize("kind", ["llama.cpp", "lmstudio", "openai"])
def test_a_server_next_door_is_not_remote(kind: ServerKind):
    assert not told(Server({}), lambda catalog: catalog.is_remote("quill"), kind)


def test_a_server_out_in_the_world_is_remote_and_is_not_asked_for_it():
    async def go() -> bool | None:
        async with knowing(Address(host="8.8.8.8", port=9), "openai") as catalog:
            return await catalog.is_remote("quill")

    assert asyncio.run(go())


# ---------------------------------------------------------------- what is asked


async def everything(catalog: ModelCatalog) -> None:
    await asyncio.gather(
        catalog.get_system_prompt("quill"),
        catalog.get_context_length("quill", 9),
        catalog.get_context_length("pen"),
        catalog.list_running(),
        catalog.is_remote("quill"),
    )


@pytest.mark.parametrize("kind", ["ollama", "llama.cpp", "lmstudio", "openai", "unknown"])
def test_nothing_is_ever_asked_that_could_change_anything(kind: ServerKind):
    server = ollama(shown(), running(4096))
    told(server, everything, kind, headers={"Authorization": "Bearer k"})
    assert set(server.asked) <= READS
    assert server.hops <= {"1"}
    assert server.keys <= {"Bearer k"}
    assert [body for body in server.bodies if body not in (None, {"model": "quill"}, {"model": "pen"})] == []


def test_many_who_want_to_know_the_same_share_one_question():
    server = ollama(shown("You are a quill."))
    server.going.clear()

    async def ask(catalog: ModelCatalog) -> list[str | None]:
        waiting = [asyncio.create_task(catalog.get_system_prompt("quill")) for _ in range(20)]
        await asyncio.sleep(0)
        server.going.set()
        return await asyncio.gather(*waiting)

    assert told(server, ask) == ["You are a quill."] * 20
    assert server.asked == ["GET /api/tags", "POST /api/show"]


def test_who_gives_up_waiting_does_not_spoil_it_for_the_others():
    server = ollama(shown("You are a quill."))
    server.going.clear()

    async def ask(catalog: ModelCatalog) -> str | None:
        hasty, patient = (asyncio.create_task(catalog.get_system_prompt("quill")) for _ in range(2))
        await asyncio.sleep(0.05)
        hasty.cancel()
        server.going.set()
        return await patient

    assert told(server, ask) == "You are a quill."
    assert server.times("GET /api/tags") == 1


def test_a_dead_upstream_is_left_in_peace_for_a_while():
    server, clock = ollama(shown("You are a quill.")), Clock()

    async def go() -> None:
        dead = nobody()
        async with knowing(dead, clock=clock) as catalog:
            assert await catalog.get_system_prompt("quill") is None
            with serving(server, port=dead.port):
                await everything(catalog)
                assert server.asked == []
                clock.now += FAILURE_TTL
                assert await catalog.get_system_prompt("quill") == "You are a quill."

    asyncio.run(go())


def test_what_is_not_known_of_a_dead_upstream():
    async def go() -> tuple[Any, ...]:
        async with knowing(nobody()) as catalog:
            return (
                await catalog.get_system_prompt("quill"),
                await catalog.get_context_length("quill"),
                await catalog.get_context_length("quill", 900),
                await catalog.list_running(),
                await catalog.is_remote("quill"),
            )

    assert asyncio.run(go()) == (None, DEFAULT_CONTEXT, 900, None, None)


def test_an_upstream_that_starts_later_is_recognised_then():
    clock = Clock()

    async def go() -> None:
        place = nobody()
        async with knowing(place, "unknown", clock, alive=False) as catalog:
            assert await catalog.get_system_prompt("quill") is None
            assert await catalog.is_remote("quill") is None
            assert not catalog.server.alive
            server = ollama(shown("You are a quill."))
            server.says["/"] = "Ollama is running"
            with serving(server, port=place.port):
                assert await catalog.get_system_prompt("quill") is None
                clock.now += FAILURE_TTL
                assert await catalog.get_system_prompt("quill") == "You are a quill."
                assert catalog.server == DetectedServer(address=place, kind="ollama")

    asyncio.run(go())


def test_an_answer_that_is_old_but_not_stale_is_given_at_once_and_renewed():
    server, clock = ollama(shown(), running(4096)), Clock()

    async def ask(catalog: ModelCatalog) -> list[int]:
        windows = [await catalog.get_context_length("quill")]
        server.says["/api/ps"] = {"models": running(2048)}
        clock.now += FRESH
        windows.append(await catalog.get_context_length("quill"))
        async with asyncio.timeout(PATIENCE):
            while (window := await catalog.get_context_length("quill")) == 4096:  # noqa: ASYNC110 -- the server is elsewhere
                await asyncio.sleep(0.01)
        return [*windows, window]

    assert told(server, ask, clock=clock) == [4096, 4096, 2048]


def test_who_is_loaded_is_never_answered_from_memory():
    server, clock = ollama(shown(), running(4096)), Clock()

    async def ask(catalog: ModelCatalog) -> tuple[RunningModel, ...] | None:
        await catalog.list_running()
        server.says["/api/ps"] = {"models": []}
        clock.now += FRESH
        return await catalog.list_running()

    assert told(server, ask, clock=clock) == ()


def test_names_that_clients_make_up_do_not_fill_the_memory():
    async def go() -> int:
        kept = ResponseCache(Clock())

        async def ask() -> int:
            return 1

        for number in range(MAX_ENTRIES + 20):
            await kept.get(f"{number}", ask)
        return len(kept._entries)

    assert asyncio.run(go()) == MAX_ENTRIES


JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["models", "data", "model", "name", "digest", "parameters", "model_info", "id", "state"]),
            inner,
        ),
    ),
    max_leaves=12,
)


def test_whatever_a_server_says_nothing_breaks():
    server = ollama()

    @given(st.sampled_from(["ollama", "llama.cpp", "lmstudio", "openai"]), st.data())
    def tried(kind: ServerKind, data: st.DataObject) -> None:
        paths = ["/api/tags", "/api/ps", "/api/show", "/props", "/api/v0/models", "/v1/models"]
        server.says = {path: JSONResponse(data.draw(JUNK)) for path in paths}

        async def go() -> None:
            async with knowing(server.address, kind) as catalog:
                await everything(catalog)

        asyncio.run(go())

    with serving(server):
        tried()
