"""
What `ltml serve` adds to the time a client waits, beside the same model asked directly and a relay without memory.

Theory of operation. Four ways lead to one scripted model (proxy_servers.py), all of them real processes: *direct*; a
*relay*, the floor for the stack the proxy stands on; the proxy with memory *off*; and with memory *on*, over a store of
so many turns that were slept on, where every question is new, so that every question is recalled for. They take turns
in short rounds, each round in another order, so that what else the machine does hits all alike.

At every number of parallel streams questions come at the same rate, and replies are as long as it takes to have so many
under way: otherwise 64 streams would measure 64 times the questions and not 64 streams. A difference between two ways
is one of percentiles, not of single requests. The floor of direct itself (what client, kernel and model add to the
delay the script was told) is reported, as is how busy the client was: it shares the machine with what it measures.

The night: a second proxy over the same store with some thousand turns more, that sleeps when it is told that the model
was unloaded. The same question is put before and after the night, and, at random moments, while the night works.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from shutil import copyfile
from tempfile import TemporaryDirectory

from ltml.errors import ProviderUnavailable
from ltml.eval.proxy.processes import START, ChildProcess, ServedProxy, run_child, run_proxy, server_command
from ltml.eval.proxy.results import PATHS, LoadResult, NightImpact, PathName, PathResult, ProxyReport, summarise_latency
from ltml.eval.proxy.servers import DELAY, GAP, HERE, ClientJob, Times
from ltml.eval.synthetic import generate_chatter
from ltml.model import Turn

#: A shorter reply would be taken for a program that only looks whether the model is there.
SHORTEST = 6
NAMESPACE = "proxy"
_QUESTION_WORDS = 6
_BATCH = 1_000
#: A night may take so many seconds to end.
NIGHT_LONG = 900.0
#: In the night's part: a night goes on after so many seconds of silence, and is asked into its work within as many.
QUIET, AMIDST = 0.2, 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyProgress:
    """Something begins; `done` of `total` things are through, if anybody knows how many there are."""

    what: str
    done: int = 0
    total: int | None = None


def ignore_progress(step: ProxyProgress) -> None:
    """Listen to nothing."""
    del step


def run_proxy_bench(  # noqa: PLR0913 -- a front door: every argument has a default
    streams: Sequence[int] = (1, 8, 64),
    *,
    turns: int = 10_000,
    requests: int = 300,
    rate: float = 20.0,
    rounds: int = 3,
    night: int = 4_000,
    night_requests: int = 40,
    progress: Callable[[ProxyProgress], None] = ignore_progress,
    scratch: Path | None = None,
    seed: int = 1,
) -> ProxyReport:
    """
    Measure every way at every number of streams, with so many requests each at so many a second; then the night.

    `night` is how many new turns it works on; 0 leaves it out. Raises `ProviderUnavailable` if a process does not start
    or does not answer.
    """
    with TemporaryDirectory(prefix="ltml-proxy-", dir=scratch) as folder, ExitStack() as stack:
        progress(ProxyProgress(what=f"a store of {turns:,} turns"))
        place = Path(folder)
        slept = _store(place, turns, seed)
        restless = _restless(slept, turns, night, seed) if night else None
        bench = stack.enter_context(_bench(place, QuestionGenerator(Random(seed), list(generate_chatter(seed, turns)))))
        levels = _levels(bench, slept, streams, requests, rate, rounds, progress)
        found = None
        if restless:
            progress(ProxyProgress(what=f"a night over {night:,} new turns"))
            found = _night(bench, restless, night_requests, Random(seed), progress)
    return ProxyReport(turns=turns, rate=rate, levels=levels, night=found)


def reply_length(streams: int, rate: float) -> int:
    """Return how many tokens a reply has so that so many streams are under way at so many questions a second."""
    return max(SHORTEST, round((streams / rate - DELAY) / GAP))


# ------------------------------------------------------------------ the store


def _store(folder: Path, turns: int, seed: int) -> Path:
    import ltml

    path = folder / "memory.db"
    with ltml.open(path, namespace=NAMESPACE) as layer:
        talk = list(generate_chatter(seed, turns))
        for start in range(0, turns, _BATCH):
            layer.capture(talk[start : start + _BATCH])
        layer.sleep(now=talk[-1].at + timedelta(hours=8))
    return path


def _restless(slept: Path, turns: int, night: int, seed: int) -> Path:
    """Return a copy of the store with turns that nobody has slept on, later than all others."""
    import ltml

    path = Path(copyfile(slept, slept.with_name("restless.db")))
    late = timedelta(days=turns // 200 + 2)
    talk = [_moved(turn, late) for turn in generate_chatter(seed + 1, night)]
    with ltml.open(path, namespace=NAMESPACE) as layer:
        for start in range(0, night, _BATCH):
            layer.capture(talk[start : start + _BATCH])
    return path


def _moved(turn: Turn, by: timedelta) -> Turn:
    return Turn(
        session=f"new-{turn.session}",
        role=turn.role,
        speaker=turn.speaker,
        text=turn.text,
        at=turn.at + by,
        ref=turn.ref,
    )


@dataclass(frozen=True, slots=True)
class QuestionGenerator:
    """Questions made of words that stand together in some turn, so that there is something to recall."""

    random: Random
    talk: Sequence[Turn]

    def __call__(self, count: int) -> list[str]:
        """Return so many new questions."""
        return [self._one() for _ in range(count)]

    def _one(self) -> str:
        said = sorted(set(self.random.choice(self.talk).text.split()))
        return " ".join(self.random.sample(said, min(_QUESTION_WORDS, len(said)))) + "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchProcesses:
    """What every measure needs: the model, the relay, the client, and something to ask."""

    questions: QuestionGenerator
    client: ChildProcess
    model: int
    relay: ChildProcess
    relay_port: int

    @property
    def upstream(self) -> str:
        """The address of the scripted model."""
        return f"http://{HERE}:{self.model}"


@contextmanager
def _bench(folder: Path, questions: QuestionGenerator) -> Iterator[BenchProcesses]:
    with ExitStack() as stack:
        model = stack.enter_context(run_child(folder, "model", server_command("model", str(DELAY), str(GAP))))
        port = int(model.heard(START)["port"])
        relay = stack.enter_context(run_child(folder, "relay", server_command("relay", f"http://{HERE}:{port}")))
        client = stack.enter_context(run_child(folder, "client", server_command("client")))
        yield BenchProcesses(
            questions=questions, client=client, model=port, relay=relay, relay_port=int(relay.heard(START)["port"]),
        )  # fmt: skip


# ------------------------------------------------------------------ the ways, side by side


@dataclass(slots=True)
class PathTotals:
    """What a way's rounds have brought so far."""

    times: list[Times] = field(default_factory=list)
    asked: int = 0
    cpu: float = 0.0
    client: float = 0.0
    seconds: float = 0.0
    late: int = 0


@dataclass(frozen=True, slots=True)
class RequestPath:
    """How one way is asked, and whose processor time and late recalls count for it."""

    port: int
    headers: str = ""
    child: ChildProcess | None = None
    served: ServedProxy | None = None

    def tried(self, client: ChildProcess, job: ClientJob, tally: PathTotals) -> None:
        """Do a job this way and add up what it brings."""
        cpu, late = self._spent()
        done = client.does(job)
        spent, later = self._spent()
        tally.times += done.times
        tally.asked += len(job.questions)
        tally.cpu += spent - cpu
        tally.late += later - late
        tally.client += done.cpu
        tally.seconds += done.seconds

    def _spent(self) -> tuple[float, int]:
        return self.child.cpu() if self.child else 0.0, self.served.late() if self.served else 0


def _levels(  # noqa: PLR0913, PLR0917 -- what `run` was given
    bench: BenchProcesses, db: Path, streams: Sequence[int], requests: int, rate: float, rounds: int,
    progress: Callable[[ProxyProgress], None],
) -> list[LoadResult]:  # fmt: skip
    with run_proxy(db, NAMESPACE, bench.upstream) as served:
        paths: dict[PathName, RequestPath] = {
            "direct": RequestPath(bench.model),
            "relay": RequestPath(bench.relay_port, child=bench.relay),
            "off": RequestPath(served.port, "x-ltml-memory: off\r\n", child=served.child),
            "on": RequestPath(served.port, child=served.child, served=served),
        }
        for path in paths.values():
            path.tried(bench.client, _job(bench, path, 1, 2, SHORTEST), PathTotals())
        return [_level(bench, paths, each, requests, rate, rounds, progress) for each in streams]


def _level(  # noqa: PLR0913, PLR0917 -- what `run` was given
    bench: BenchProcesses, paths: Mapping[PathName, RequestPath], streams: int, requests: int, rate: float, rounds: int,
    progress: Callable[[ProxyProgress], None],
) -> LoadResult:  # fmt: skip
    tokens, tallies = reply_length(streams, rate), {way: PathTotals() for way in PATHS}
    for turn in range(rounds):
        first = turn % len(PATHS)
        for number, way in enumerate((*PATHS[first:], *PATHS[:first])):
            done = turn * len(PATHS) + number
            progress(ProxyProgress(what=f"{streams} streams, {way}", done=done, total=rounds * len(PATHS)))
            job = _job(bench, paths[way], streams, -(-requests // rounds), tokens)
            paths[way].tried(bench.client, job, tallies[way])
    cells = {way: _cell(way, streams, paths[way], tally) for way, tally in tallies.items()}
    floor = cells["direct"].first.p50_ms - 1_000 * DELAY
    return LoadResult(streams=streams, tokens=tokens, floor_ms=floor, cells=cells)


def _job(bench: BenchProcesses, path: RequestPath, streams: int, requests: int, tokens: int) -> ClientJob:
    return ClientJob(
        port=path.port, headers=path.headers, streams=streams, questions=bench.questions(streams + requests),
        tokens=tokens, ramp=DELAY + GAP * tokens,
    )  # fmt: skip


def _cell(way: PathName, streams: int, path: RequestPath, tally: PathTotals) -> PathResult:
    return PathResult(
        way=way,
        streams=streams,
        requests=len(tally.times),
        client=tally.client / tally.seconds,
        first=summarise_latency(first for first, _, _ in tally.times),
        end=summarise_latency(end for _, end, _ in tally.times),
        cpu_ms=1_000 * tally.cpu / tally.asked if path.child else None,
        attended=sum(tokens >= 0 for _, _, tokens in tally.times),
        recalled=sum(tokens > 0 for _, _, tokens in tally.times),
        late=tally.late,
    )


# ------------------------------------------------------------------ the night


@dataclass(slots=True)
class NightMonitor:
    """Looks at how far a night is, and remembers whether it ever went back."""

    served: ServedProxy
    done: int = 0
    begun: set[str] = field(default_factory=set)
    went_back: bool = False

    def works(self) -> bool | None:
        """Tell whether the night is at work, or pauses; nothing once it is over."""
        status = self.served.status()
        asleep = status["asleep"]
        if asleep is None:
            return None if status["last_nights"] else False
        self.begun.add(asleep["since"])
        self.went_back |= asleep["done"] < self.done or len(self.begun) > 1
        self.done = asleep["done"]
        return bool(asleep["step"] and not asleep["paused"])

    def end(self) -> str:
        """Wait until the night is over and return how it ended. Raises `ProviderUnavailable` if it never ends."""
        until = time.monotonic() + NIGHT_LONG
        while self.works() is not None:
            if time.monotonic() > until:
                raise ProviderUnavailable(f"the night of this measurement was not over after {NIGHT_LONG:.0f} s")
            time.sleep(QUIET)
        return str(self.served.status()["last_nights"][NAMESPACE]["state"])


def _night(
    bench: BenchProcesses, db: Path, requests: int, random: Random, progress: Callable[[ProxyProgress], None]
) -> NightImpact:
    before = _book(db)
    with run_proxy(db, NAMESPACE, bench.upstream, quiet=QUIET, idle=1e6) as served:
        _once(bench, served, random)  # what is looked up once is looked up now
        calm = [_once(bench, served, random) for _ in range(-(-requests // 2))]
        served.unload()
        began, watcher = time.monotonic(), NightMonitor(served)
        amidst = list(_amidst(bench, watcher, requests, random, progress))
        progress(ProxyProgress(what="the night goes on"))
        state = watcher.end()
        seconds = time.monotonic() - began
        calm += [_once(bench, served, random) for _ in range(-(-requests // 2))]
    if not amidst:
        raise ProviderUnavailable("the night was over before anybody could ask: give it more new turns with --night")
    return NightImpact(
        turns=before.new,
        asked=len(amidst),
        late=sum(tokens < 0 for _, _, tokens in amidst),
        seconds=seconds,
        calm_first=summarise_latency(first for first, _, _ in calm),
        calm_end=summarise_latency(end for _, end, _ in calm),
        first=summarise_latency(first for first, _, _ in amidst),
        end=summarise_latency(end for _, end, _ in amidst),
        state=state,
        went_back=watcher.went_back,
        **_done_since(before, _book(db)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCounts:
    """What a store says of itself: its turns, the new ones among them, and what each night worked on."""

    turns: int
    new: int
    nights: Mapping[str, int]


def _book(db: Path) -> StoreCounts:
    import ltml

    with ltml.open(db, namespace=NAMESPACE) as layer:
        stats = layer.stats()
        nights = {night.id: int(night.report.get("turns", 0)) for night in layer.nights() if night.kind == "night"}
        return StoreCounts(turns=stats["turns"], new=stats["new_turns"], nights=nights)


def _done_since(before: StoreCounts, after: StoreCounts) -> dict[str, int]:
    fresh = after.nights.keys() - before.nights.keys()
    return {
        "nights": len(fresh),
        "worked_on": sum(after.nights[night] for night in fresh),
        "no_longer_new": before.new + after.turns - before.turns - after.new,
    }


def _amidst(
    bench: BenchProcesses,
    watcher: NightMonitor,
    requests: int,
    random: Random,
    progress: Callable[[ProxyProgress], None],
) -> Iterator[Times]:
    """Ask into the night's work, at random moments, until it is over or enough was asked."""
    asked, works = 0, watcher.works()
    while asked < requests and works is not None:
        time.sleep(random.uniform(0, AMIDST))
        works = watcher.works()
        if works:
            progress(ProxyProgress(what="asking into the night", done=asked, total=requests))
            asked += 1
            yield _once(bench, watcher.served, random, wait=0.0)


def _once(bench: BenchProcesses, served: ServedProxy, random: Random, wait: float = AMIDST) -> Times:
    """Ask one question, after a while."""
    time.sleep(random.uniform(0, wait))
    job = ClientJob(port=served.port, streams=1, questions=bench.questions(1), tokens=SHORTEST, skip=0)
    return bench.client.does(job).times[0]
