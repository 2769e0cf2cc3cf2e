"""The bench of the proxy on its real processes, with the smallest numbers that still mean something."""

import asyncio
import json
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from ltml.errors import ProviderUnavailable
from ltml.eval.proxy import bench as proxy
from ltml.eval.proxy.processes import run_child, server_command
from ltml.eval.proxy.results import (
    PATHS,
    LatencySummary,
    LoadResult,
    NightImpact,
    PathResult,
    ProxyReport,
    render_tables,
    to_json,
)
from ltml.eval.proxy.servers import DELAY, GAP, HERE, ClientJob, ScriptedOllama, read_header, run_job


def spread(p50: float, p99: float = 0.0) -> LatencySummary:
    return LatencySummary(p50_ms=p50, p99_ms=p99 or p50, max_ms=p99 or p50)


def level(**first: float) -> LoadResult:
    cells = {
        way: PathResult(
            way=way, streams=8, requests=9, first=spread(first[way]), end=spread(2 * first[way]), client=0.1
        )
        for way in PATHS
    }
    return LoadResult(streams=8, tokens=19, floor_ms=1.0, cells=cells)


def night(**changed: int | bool) -> NightImpact:
    facts: dict = {"nights": 1, "went_back": False, "worked_on": 40, "no_longer_new": 40}
    return NightImpact(
        turns=40, asked=3, late=0, seconds=2.0, state="promoted", calm_first=spread(30), calm_end=spread(90),
        first=spread(31), end=spread(94), **(facts | changed),
    )  # fmt: skip


def named(folder: Path) -> list[str]:
    """The processes that still have something to do with this folder."""
    words = [" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])]
    return [line for line in words if str(folder) in line]


def test_a_run_finds_every_way_beside_direct_and_a_night_that_ends(tmp_path, monkeypatch):
    monkeypatch.setenv("LTML_SERVE__DEADLINE", "30")
    monkeypatch.setenv("LTML_SERVE__PATIENCE", "30")
    steps: list[proxy.ProxyProgress] = []
    found = proxy.run_proxy_bench(
        (2,), turns=200, requests=6, rounds=2, night=400, night_requests=2, progress=steps.append, scratch=tmp_path
    )
    (level,) = found.levels
    assert [(way, level.cells[way].requests) for way in PATHS] == [(way, 6) for way in PATHS]
    assert all(cell.first.p50_ms >= 1_000 * DELAY for cell in level.cells.values())
    assert all(cell.end.p50_ms >= 1_000 * (DELAY + GAP * level.tokens) for cell in level.cells.values())
    assert (level.cells["on"].attended, level.cells["off"].attended) == (6, 0)
    assert level.cells["on"].recalled > 0
    assert found.night is not None
    assert (found.night.state, found.night.late, found.night.repeated_nothing) == ("promoted", 0, True)
    assert found.night.asked > 0
    assert [step.what for step in steps if "streams" in step.what][:5] == [
        "2 streams, direct", "2 streams, relay", "2 streams, off", "2 streams, on", "2 streams, relay",
    ]  # fmt: skip
    assert [each["measure"] for each in json.loads(json.dumps(to_json(found)))] == [*["ways"] * 4, "night"]
    assert [table.row_count for table in render_tables(found)] == [4, 4, 2]
    assert (list(tmp_path.iterdir()), named(tmp_path)) == ([], [])


def test_a_process_that_does_not_start_is_an_error_that_says_which_and_why(tmp_path):
    failed = pytest.raises(ProviderUnavailable, match=r"the relay of this measurement failed: .*upstream")
    with run_child(tmp_path, "relay", server_command("relay")) as relay, failed:
        relay.heard(30)


def test_what_is_added_is_added_to_direct_and_the_ratio_is_to_the_relay():
    found = level(direct=20, relay=22, off=23, on=30)
    assert [found.added(way) for way in PATHS] == [0, 2, 3, 10]
    assert found.added("on", "end") == 20
    assert [found.ratio(way) for way in PATHS] == [0, 1, 1.5, 5]


def test_there_is_no_ratio_where_the_relay_adds_nothing():
    assert level(direct=20, relay=20, off=23, on=30).ratio("on") is None


@pytest.mark.parametrize("changed", [{"nights": 2}, {"went_back": True}, {"worked_on": 60}, {"no_longer_new": 39}])
def test_a_night_repeated_something_if_any_of_its_books_says_so(changed):
    assert night().repeated_nothing
    assert not night(**changed).repeated_nothing


def test_a_run_without_a_night_tells_of_none():
    found = ProxyReport(turns=9, rate=20, levels=[level(direct=20, relay=22, off=23, on=30)], night=None)
    assert [each["measure"] for each in to_json(found)] == ["ways"] * 4
    assert len(render_tables(found)) == 2


@pytest.mark.parametrize(("streams", "rate", "tokens"), [(1, 20.0, 6), (8, 20.0, 19), (64, 20.0, 159), (64, 80.0, 39)])
def test_a_reply_is_as_long_as_it_takes_to_have_so_many_under_way(streams, rate, tokens):
    assert proxy.reply_length(streams, rate) == tokens


@pytest.mark.parametrize(
    ("head", "value"), [(b"GET / HTTP/1.1\r\nX-Name:  a b \r\nother: c", b"a b"), (b"GET / HTTP/1.1", b"")]
)
def test_a_header_is_found_by_its_name_in_any_case(head, value):
    assert read_header(head, b"x-name") == value


# ------------------------------------------------------------------ client and script, in one loop


@asynccontextmanager
async def listening(protocol):
    server = await asyncio.get_running_loop().create_server(protocol, HERE, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        server.close()


def test_the_client_counts_what_each_stream_asks_after_its_first():
    async def story():
        async with listening(lambda: ScriptedOllama(0.0, 0.0)) as port:
            return await run_job(ClientJob(port=port, streams=2, questions=list("abcdefg"), tokens=3))

    result = asyncio.run(story())
    assert len(result.times) == 5
    assert all(0 < first <= end and injected == -1 for first, end, injected in result.times)


def test_the_end_is_the_end_of_the_script_and_not_of_what_looks_like_it():
    async def story():
        async with listening(lambda: ScriptedOllama(0.01, 0.01)) as port:
            return await run_job(ClientJob(port=port, streams=1, questions=["why?"], tokens=5, skip=0))

    ((first, end, _),) = asyncio.run(story()).times
    assert first >= 0.01
    assert end - first >= 0.04


class Refusing(asyncio.Protocol):
    def connection_made(self, transport):
        self._transport = transport

    def data_received(self, data):
        assert data.startswith(b"POST /api/chat ")
        self._transport.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")


class HangingUp(Refusing):
    def data_received(self, data):
        assert data
        self._transport.close()


@pytest.mark.parametrize(("server", "why"), [(Refusing, "502"), (HangingUp, "the connection broke")])
def test_an_answer_that_is_none_ends_the_measurement(server, why):
    async def story():
        async with listening(server) as port:
            await run_job(ClientJob(port=port, streams=3, questions=list("abcd"), tokens=5))

    with pytest.raises(ConnectionError, match=why):
        asyncio.run(story())
