"""
Measure what `ltml serve` adds to a client's latency, compared with the model asked directly and a relay without memory.

Theory of operation. Requests take four paths to one scripted model (servers.py), all of them real processes: *direct*;
a *relay*, the floor for the stack the proxy is built on; the proxy with memory *off*; and with memory *on*, over a
store that was slept on, where every question is new, so that each needs a recall. The paths alternate in short rounds,
each round in another order, so that other load on the machine affects all alike.

At every number of parallel streams questions are sent at the same rate, and replies are long enough to keep that many
streams busy: otherwise 64 streams would measure 64 times the questions and not 64 streams. The difference between two
paths is one of percentiles, not of single requests. The overhead of *direct* (what client, kernel and model add to the
scripted delay) is reported, and so is the client's processor time: it shares the machine with what it measures.

The night: a second proxy over the same store with some thousand more turns, which sleeps when the model is unloaded.
The same kind of question is asked before and after the night, and, at random moments, while the night works.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from shutil import copyfile
from tempfile import TemporaryDirectory

from ltml.errors import ProviderUnavailable
from ltml.eval.proxy.processes import START_TIMEOUT, ChildProcess, ServedProxy, run_child, run_proxy, server_command
from ltml.eval.proxy.results import PATHS, LoadResult, NightImpact, PathName, PathResult, ProxyReport, summarise_latency
from ltml.eval.proxy.servers import DELAY, GAP, HERE, ClientJob, Times
from ltml.eval.synthetic import generate_chatter
from ltml.model import Turn

#: Minimum number of tokens in a reply: a shorter request counts as a program's check that the model is there.
MIN_REPLY_TOKENS = 6
NAMESPACE = "proxy"
_QUESTION_WORDS = 6
_BATCH = 1_000
#: Maximum number of seconds a night may take.
NIGHT_TIMEOUT = 900.0
#: Seconds without a request after which the measured night goes on, and within which a request interrupts it.
QUIET, INTERRUPT_WITHIN = 0.2, 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyProgress:
    """Something begins; `done` of `total` things are through, if anybody knows how many there are."""

    what: str
    done: int = 0
    total: int | None = None


def ignore_progress(step: ProxyProgress) -> None:
    """Do nothing."""
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
        slept, restless = _make_stores(place, turns, night, seed)
        bench = stack.enter_context(
            _start_processes(place, QuestionGenerator(Random(seed), list(generate_chatter(seed, turns))))
        )
        levels = _measure_loads(bench, slept, streams, requests, rate, rounds, progress)
        found = None
        if restless:
            progress(ProxyProgress(what=f"a night over {night:,} new turns"))
            found = _measure_night(bench, restless, night_requests, Random(seed), progress)
    return ProxyReport(turns=turns, rate=rate, levels=levels, night=found)


def reply_length(streams: int, rate: float) -> int:
    """Return how many tokens a reply has so that so many streams are under way at so many questions a second."""
    return max(MIN_REPLY_TOKENS, round((streams / rate - DELAY) / GAP))


# ------------------------------------------------------------------ the store


def _make_stores(folder: Path, turns: int, night: int, seed: int) -> tuple[Path, Path | None]:
    """Return a store that was slept on, and a copy with `night` later turns that were not (none: no copy)."""
    import ltml

    slept, restless = folder / "memory.db", folder / "restless.db"
    chat = list(generate_chatter(seed, turns))
    with ltml.open(slept, namespace=NAMESPACE) as layer:
        for start in range(0, turns, _BATCH):
            layer.capture(chat[start : start + _BATCH])
        layer.sleep(now=chat[-1].at + timedelta(hours=8))
    if not night:
        return slept, None
    copyfile(slept, restless)
    late = timedelta(days=turns // 200 + 2)
    new = [replace(t, session=f"new-{t.session}", at=t.at + late) for t in generate_chatter(seed + 1, night)]
    with ltml.open(restless, namespace=NAMESPACE) as layer:
        for start in range(0, night, _BATCH):
            layer.capture(new[start : start + _BATCH])
    return slept, restless


@dataclass(frozen=True, slots=True)
class QuestionGenerator:
    """Makes questions of words that occur together in some turn, so that there is something to recall."""

    random: Random
    talk: Sequence[Turn]

    def __call__(self, count: int) -> list[str]:
        """Return this many questions."""
        questions: list[str] = []
        for _ in range(count):
            words = sorted(set(self.random.choice(self.talk).text.split()))
            questions.append(" ".join(self.random.sample(words, min(_QUESTION_WORDS, len(words)))) + "?")
        return questions


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
        """The model's URL."""
        return f"http://{HERE}:{self.model}"


@contextmanager
def _start_processes(folder: Path, questions: QuestionGenerator) -> Iterator[BenchProcesses]:
    with ExitStack() as stack:
        model = stack.enter_context(run_child(folder, "model", server_command("model", str(DELAY), str(GAP))))
        port = int(model.read_message(START_TIMEOUT)["port"])
        relay = stack.enter_context(run_child(folder, "relay", server_command("relay", f"http://{HERE}:{port}")))
        client = stack.enter_context(run_child(folder, "client", server_command("client")))
        yield BenchProcesses(
            questions=questions, client=client, model=port, relay=relay,
            relay_port=int(relay.read_message(START_TIMEOUT)["port"]),
        )  # fmt: skip


# ------------------------------------------------------------------ the ways, side by side


@dataclass(slots=True)
class PathTotals:
    """Sums over the rounds of one path."""

    times: list[Times] = field(default_factory=list)
    asked: int = 0
    cpu: float = 0.0
    client: float = 0.0
    seconds: float = 0.0
    late: int = 0

    def summarise(self, way: PathName, streams: int, *, has_process: bool) -> PathResult:
        """Return the result of all rounds; a path with a process of its own has a processor time."""
        return PathResult(
            way=way, streams=streams, requests=len(self.times), client=self.client / self.seconds,
            first=summarise_latency(first for first, _, _ in self.times),
            end=summarise_latency(end for _, end, _ in self.times),
            cpu_ms=1_000 * self.cpu / self.asked if has_process else None,
            attended=sum(tokens >= 0 for _, _, tokens in self.times),
            recalled=sum(tokens > 0 for _, _, tokens in self.times), late=self.late,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RequestPath:
    """How requests take one path, and whose processor time and late recalls count for it."""

    port: int
    headers: str = ""
    child: ChildProcess | None = None
    served: ServedProxy | None = None

    def run_job(self, client: ChildProcess, job: ClientJob, tally: PathTotals) -> None:
        """Run a job along this path and add up its results."""
        cpu, late = self._read_costs()
        done = client.run_job(job)
        spent, later = self._read_costs()
        tally.times += done.times
        tally.asked += len(job.questions)
        tally.cpu += spent - cpu
        tally.late += later - late
        tally.client += done.cpu
        tally.seconds += done.seconds

    def _read_costs(self) -> tuple[float, int]:
        return self.child.cpu() if self.child else 0.0, self.served.count_late() if self.served else 0


def _measure_loads(  # noqa: PLR0913, PLR0917 -- what `run` was given
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
            path.run_job(bench.client, _make_job(bench, path, 1, 2, MIN_REPLY_TOKENS), PathTotals())
        return [_measure_load(bench, paths, each, requests, rate, rounds, progress) for each in streams]


def _measure_load(  # noqa: PLR0913, PLR0917 -- what `run` was given
    bench: BenchProcesses, paths: Mapping[PathName, RequestPath], streams: int, requests: int, rate: float, rounds: int,
    progress: Callable[[ProxyProgress], None],
) -> LoadResult:  # fmt: skip
    tokens, tallies = reply_length(streams, rate), {way: PathTotals() for way in PATHS}
    for turn in range(rounds):
        first = turn % len(PATHS)
        for number, way in enumerate((*PATHS[first:], *PATHS[:first])):
            done = turn * len(PATHS) + number
            progress(ProxyProgress(what=f"{streams} streams, {way}", done=done, total=rounds * len(PATHS)))
            job = _make_job(bench, paths[way], streams, -(-requests // rounds), tokens)
            paths[way].run_job(bench.client, job, tallies[way])
    cells = {
        way: tally.summarise(way, streams, has_process=paths[way].child is not None) for way, tally in tallies.items()
    }
    floor = cells["direct"].first.p50_ms - 1_000 * DELAY
    return LoadResult(streams=streams, tokens=tokens, floor_ms=floor, cells=cells)


def _make_job(bench: BenchProcesses, path: RequestPath, streams: int, requests: int, tokens: int) -> ClientJob:
    return ClientJob(
        port=path.port, headers=path.headers, streams=streams, questions=bench.questions(streams + requests),
        tokens=tokens, ramp=DELAY + GAP * tokens,
    )  # fmt: skip


# ------------------------------------------------------------------ the night


@dataclass(slots=True)
class NightMonitor:
    """Polls the progress of a night, and records whether it ever went back."""

    served: ServedProxy
    done: int = 0
    begun: set[str] = field(default_factory=set)
    went_back: bool = False

    def is_working(self) -> bool | None:
        """Tell whether the night is at work, or pauses; nothing once it is over."""
        status = self.served.status()
        asleep = status["asleep"]
        if asleep is None:
            return None if status["last_nights"] else False
        self.begun.add(asleep["since"])
        self.went_back |= asleep["done"] < self.done or len(self.begun) > 1
        self.done = asleep["done"]
        return bool(asleep["step"] and not asleep["paused"])

    def wait_for_end(self) -> str:
        """Wait until the night is over and return how it ended. Raises `ProviderUnavailable` if it never ends."""
        until = time.monotonic() + NIGHT_TIMEOUT
        while self.is_working() is not None:
            if time.monotonic() > until:
                raise ProviderUnavailable(f"the night of this measurement was not over after {NIGHT_TIMEOUT:.0f} s")
            time.sleep(QUIET)
        return str(self.served.status()["last_nights"][NAMESPACE]["state"])


def _measure_night(
    bench: BenchProcesses, db: Path, requests: int, random: Random, progress: Callable[[ProxyProgress], None]
) -> NightImpact:
    before = read_store_counts(db)
    with run_proxy(db, NAMESPACE, bench.upstream, quiet=QUIET, idle=1e6) as served:
        _ask_once(bench, served, random)  # what is looked up once is looked up now
        calm = [_ask_once(bench, served, random) for _ in range(-(-requests // 2))]
        served.unload_model()
        began, watcher = time.monotonic(), NightMonitor(served)
        amidst = list(_ask_during_night(bench, watcher, requests, random, progress))
        progress(ProxyProgress(what="the night goes on"))
        state = watcher.wait_for_end()
        seconds = time.monotonic() - began
        calm += [_ask_once(bench, served, random) for _ in range(-(-requests // 2))]
    if not amidst:
        raise ProviderUnavailable("the night was over before anybody could ask: give it more new turns with --night")
    after = read_store_counts(db)
    nights = after.nights.keys() - before.nights.keys()
    return NightImpact(
        turns=before.new, asked=len(amidst), late=sum(tokens < 0 for _, _, tokens in amidst), seconds=seconds,
        calm_first=summarise_latency(first for first, _, _ in calm),
        calm_end=summarise_latency(end for _, end, _ in calm),
        first=summarise_latency(first for first, _, _ in amidst), end=summarise_latency(end for _, end, _ in amidst),
        state=state, nights=len(nights), went_back=watcher.went_back,
        worked_on=sum(after.nights[night] for night in nights),
        no_longer_new=before.new + after.turns - before.turns - after.new,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCounts:
    """A store's counts: its turns, the new ones among them, and the turns of each night."""

    turns: int
    new: int
    nights: Mapping[str, int]


def read_store_counts(db: Path) -> StoreCounts:
    """Return the counts of a store, opened for it."""
    import ltml

    with ltml.open(db, namespace=NAMESPACE) as layer:
        stats = layer.stats()
        nights = {night.id: int(night.report.get("turns", 0)) for night in layer.nights() if night.kind == "night"}
        return StoreCounts(turns=stats["turns"], new=stats["new_turns"], nights=nights)


def _ask_during_night(
    bench: BenchProcesses,
    watcher: NightMonitor,
    requests: int,
    random: Random,
    progress: Callable[[ProxyProgress], None],
) -> Iterator[Times]:
    """Ask into the night's work, at random moments, until it is over or enough was asked."""
    asked, works = 0, watcher.is_working()
    while asked < requests and works is not None:
        time.sleep(random.uniform(0, INTERRUPT_WITHIN))
        works = watcher.is_working()
        if works:
            progress(ProxyProgress(what="asking into the night", done=asked, total=requests))
            asked += 1
            yield _ask_once(bench, watcher.served, random, wait=0.0)


def _ask_once(bench: BenchProcesses, served: ServedProxy, random: Random, wait: float = INTERRUPT_WITHIN) -> Times:
    """Ask one question, after a random delay of at most `wait` seconds."""
    time.sleep(random.uniform(0, wait))
    job = ClientJob(port=served.port, streams=1, questions=bench.questions(1), tokens=MIN_REPLY_TOKENS, skip=0)
    return bench.client.run_job(job).times[0]
