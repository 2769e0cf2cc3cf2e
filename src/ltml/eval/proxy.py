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

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from shutil import copyfile
from tempfile import TemporaryDirectory
from threading import Timer
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ltml.errors import ProviderUnavailable
from ltml.eval.proxy_servers import HERE, MODEL, Done, Job, Times
from ltml.eval.speed import percentile
from ltml.eval.synthetic import chatter
from ltml.model import Turn

if TYPE_CHECKING:
    from rich.table import Table

Way: TypeAlias = Literal["direct", "relay", "off", "on"]
WAYS: tuple[Way, ...] = ("direct", "relay", "off", "on")
#: The script's pace, in seconds: its first token, and the gap to each one after that.
DELAY, GAP = 0.02, 0.02
#: A shorter reply would be taken for a program that only looks whether the model is there.
SHORTEST = 6
NAMESPACE = "proxy"
OF = ("p50_ms", "p99_ms")
_QUESTION_WORDS = 6
_BATCH = 1_000
#: A process may take so many seconds to start, and a night to end.
START, NIGHT_LONG = 60.0, 900.0
#: In the night's part: a night goes on after so many seconds of silence, and is asked into its work within as many.
QUIET, AMIDST = 0.2, 0.15


# ------------------------------------------------------------------ what is found


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Times of single requests in milliseconds."""

    p50_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """
    One way at one number of streams: when the first byte of an answer came and when its last.

    `cpu_ms` is the processor time the way's own process took per request (`None` for direct), `client` the share of one
    core its client took. Of the requests, `attended` were seen by memory in time, `recalled` had something placed in
    them, and `late` is how many recalls the proxy itself counted as too late.
    """

    way: Way
    streams: int
    requests: int
    first: Spread
    end: Spread
    client: float
    cpu_ms: float | None = None
    attended: int = 0
    recalled: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """All ways at one number of streams. `floor_ms` is what direct takes beyond the delay the script was told."""

    streams: int
    tokens: int
    floor_ms: float
    cells: Mapping[Way, Cell]

    def added(self, way: Way, part: str = "first", of: str = "p50_ms") -> float:
        """Return what a way adds to direct, in milliseconds: to the `first` byte or to the `end`."""
        direct, other = (getattr(getattr(self.cells[each], part), of) for each in ("direct", way))
        return float(other - direct)

    def ratio(self, way: Way, of: str = "p50_ms") -> float | None:
        """Return how many times what the relay adds a way adds; nothing where noise hides what the relay adds."""
        relay = self.added("relay", of=of)
        return self.added(way, of=of) / relay if relay > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """
    The same request without a night and into the middle of one (`asked` of those found it at work).

    `state` is how the night ended. It repeated nothing if there was one night, its progress never went back, and the
    turns it says it worked on (`worked_on`) are as many as are no longer new (`no_longer_new`).
    """

    turns: int
    asked: int
    calm_first: Spread
    calm_end: Spread
    first: Spread
    end: Spread
    late: int
    seconds: float
    state: str
    nights: int
    went_back: bool
    worked_on: int
    no_longer_new: int

    @property
    def repeated_nothing(self) -> bool:
        """Whether the night did everything once."""
        return self.nights == 1 and not self.went_back and self.worked_on == self.no_longer_new


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything one run found. `turns` is the size of the store that was slept on."""

    turns: int
    rate: float
    levels: Sequence[Level]
    night: Night | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something begins; `done` of `total` things are through, if anybody knows how many there are."""

    what: str
    done: int = 0
    total: int | None = None


def silence(step: Step) -> None:
    """Listen to nothing."""
    del step


def run(  # noqa: PLR0913 -- a front door: every argument has a default
    streams: Sequence[int] = (1, 8, 64),
    *,
    turns: int = 10_000,
    requests: int = 300,
    rate: float = 20.0,
    rounds: int = 3,
    night: int = 4_000,
    night_requests: int = 40,
    progress: Callable[[Step], None] = silence,
    scratch: Path | None = None,
    seed: int = 1,
) -> Found:
    """
    Measure every way at every number of streams, with so many requests each at so many a second; then the night.

    `night` is how many new turns it works on; 0 leaves it out. Raises `ProviderUnavailable` if a process does not start
    or does not answer.
    """
    with TemporaryDirectory(prefix="ltml-proxy-", dir=scratch) as folder, ExitStack() as stack:
        progress(Step(what=f"a store of {turns:,} turns"))
        place = Path(folder)
        slept = _store(place, turns, seed)
        restless = _restless(slept, turns, night, seed) if night else None
        bench = stack.enter_context(_bench(place, _Questions(Random(seed), list(chatter(seed, turns)))))
        levels = _levels(bench, slept, streams, requests, rate, rounds, progress)
        found = None
        if restless:
            progress(Step(what=f"a night over {night:,} new turns"))
            found = _night(bench, restless, night_requests, Random(seed), progress)
    return Found(turns=turns, rate=rate, levels=levels, night=found)


def pace(streams: int, rate: float) -> int:
    """Return how many tokens a reply has so that so many streams are under way at so many questions a second."""
    return max(SHORTEST, round((streams / rate - DELAY) / GAP))


# ------------------------------------------------------------------ the store


def _store(folder: Path, turns: int, seed: int) -> Path:
    import ltml

    path = folder / "memory.db"
    with ltml.open(path, namespace=NAMESPACE) as layer:
        talk = list(chatter(seed, turns))
        for start in range(0, turns, _BATCH):
            layer.capture(talk[start : start + _BATCH])
        layer.sleep(now=talk[-1].at + timedelta(hours=8))
    return path


def _restless(slept: Path, turns: int, night: int, seed: int) -> Path:
    """Return a copy of the store with turns that nobody has slept on, later than all others."""
    import ltml

    path = Path(copyfile(slept, slept.with_name("restless.db")))
    late = timedelta(days=turns // 200 + 2)
    talk = [_moved(turn, late) for turn in chatter(seed + 1, night)]
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
class _Questions:
    """Questions made of words that stand together in some turn, so that there is something to recall."""

    random: Random
    talk: Sequence[Turn]

    def __call__(self, count: int) -> list[str]:
        return [self._one() for _ in range(count)]

    def _one(self) -> str:
        said = sorted(set(self.random.choice(self.talk).text.split()))
        return " ".join(self.random.sample(said, min(_QUESTION_WORDS, len(said)))) + "?"


# ------------------------------------------------------------------ the processes


class _Child:
    """A process of ours that tells things as JSON lines."""

    def __init__(self, words: Sequence[str], log: Path) -> None:
        self._name, self._log = log.stem, log
        with log.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 -- our own programs
                [sys.executable, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def heard(self, seconds: float) -> dict[str, Any]:
        """Return the next thing it tells. Raises `ProviderUnavailable` if it tells nothing, or what went wrong."""
        assert self._process.stdout is not None  # noqa: S101 -- narrows the type: it was started with a pipe
        timer = Timer(seconds, self._process.kill)
        timer.start()
        try:
            line = self._process.stdout.readline()
        finally:
            timer.cancel()
        said: dict[str, Any] = json.loads(line) if line else {"error": self._last_words()}
        if "error" in said:
            raise ProviderUnavailable(f"the {self._name} of this measurement failed: {said['error']}")
        return said

    def does(self, job: Job) -> Done:
        """Let the client do a job."""
        assert self._process.stdin is not None  # noqa: S101 -- narrows the type: it was started with a pipe
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        return Done(**self.heard(job.limit + START))

    def cpu(self) -> float:
        """Return the processor time it has taken so far, in seconds."""
        import psutil

        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _last_words(self) -> str:
        lines = self._log.read_text("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "it ended, or told nothing, without a word"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """What every measure needs: the model, the relay, the client, and something to ask."""

    folder: Path
    questions: _Questions
    client: _Child
    model: int
    relay: _Child
    relay_port: int


@contextmanager
def _bench(folder: Path, questions: _Questions) -> Iterator[_Bench]:
    with ExitStack() as stack:
        model = stack.enter_context(_child(folder, "model", _servers("model", str(DELAY), str(GAP))))
        port = int(model.heard(START)["port"])
        relay = stack.enter_context(_child(folder, "relay", _servers("relay", f"http://{HERE}:{port}")))
        client = stack.enter_context(_child(folder, "client", _servers("client")))
        yield _Bench(
            folder=folder, questions=questions, client=client, model=port, relay=relay,
            relay_port=int(relay.heard(START)["port"]),
        )  # fmt: skip


@contextmanager
def _child(folder: Path, name: str, words: Sequence[str]) -> Iterator[_Child]:
    child = _Child(words, folder / f"{name}.log")
    try:
        yield child
    finally:
        child.close()


def _servers(*words: str) -> list[str]:
    return ["-m", "ltml.eval.proxy_servers", *words]


@dataclass(frozen=True, slots=True)
class _Served:
    """A running `ltml serve`."""

    child: _Child
    url: str

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def status(self) -> dict[str, Any]:
        return _asked(f"{self.url}/ltml/status")

    def late(self) -> int:
        return int(self.status()["counts"].get("recall too late", 0))

    def unload(self) -> None:
        """Tell the model to go."""
        _asked(f"{self.url}/api/chat", {"model": MODEL, "keep_alive": 0, "stream": False})


@contextmanager
def _serve(bench: _Bench, db: Path, **settings: float) -> Iterator[_Served]:
    """Start `ltml serve` before the scripted model, with these settings and those of the environment."""
    config = db.with_suffix(".toml")
    config.write_text("[serve]\n" + "".join(f"{name} = {value}\n" for name, value in settings.items()), "utf-8")
    words = ["-m", "ltml", "serve", "--json", "--host", HERE, "--port", "0", "--db", str(db), "--namespace", NAMESPACE]
    words += ["--config", str(config), "--upstream", f"http://{HERE}:{bench.model}"]
    with _child(bench.folder, f"proxy over {db.stem}", words) as child:
        said: dict[str, Any] = {}
        while said.get("event") != "listening":
            said = child.heard(START)
        yield _Served(child, said["says"])


def _asked(url: str, said: object = None) -> dict[str, Any]:
    """Return what one of our own servers answers, by no way round."""
    data = None if said is None else json.dumps(said).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, data), timeout=START) as answer:  # noqa: S310 -- http, our own
        found: dict[str, Any] = json.load(answer)
        return found


# ------------------------------------------------------------------ the ways, side by side


@dataclass(slots=True)
class _Tally:
    """What a way's rounds have brought so far."""

    times: list[Times] = field(default_factory=list)
    asked: int = 0
    cpu: float = 0.0
    client: float = 0.0
    seconds: float = 0.0
    late: int = 0


@dataclass(frozen=True, slots=True)
class _Path:
    """How one way is asked, and whose processor time and late recalls count for it."""

    port: int
    headers: str = ""
    child: _Child | None = None
    served: _Served | None = None

    def tried(self, client: _Child, job: Job, tally: _Tally) -> None:
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
    bench: _Bench, db: Path, streams: Sequence[int], requests: int, rate: float, rounds: int,
    progress: Callable[[Step], None],
) -> list[Level]:  # fmt: skip
    with _serve(bench, db) as served:
        paths: dict[Way, _Path] = {
            "direct": _Path(bench.model),
            "relay": _Path(bench.relay_port, child=bench.relay),
            "off": _Path(served.port, "x-ltml-memory: off\r\n", child=served.child),
            "on": _Path(served.port, child=served.child, served=served),
        }
        for path in paths.values():
            path.tried(bench.client, _job(bench, path, 1, 2, SHORTEST), _Tally())
        return [_level(bench, paths, each, requests, rate, rounds, progress) for each in streams]


def _level(  # noqa: PLR0913, PLR0917 -- what `run` was given
    bench: _Bench, paths: Mapping[Way, _Path], streams: int, requests: int, rate: float, rounds: int,
    progress: Callable[[Step], None],
) -> Level:  # fmt: skip
    tokens, tallies = pace(streams, rate), {way: _Tally() for way in WAYS}
    for turn in range(rounds):
        first = turn % len(WAYS)
        for number, way in enumerate((*WAYS[first:], *WAYS[:first])):
            done = turn * len(WAYS) + number
            progress(Step(what=f"{streams} streams, {way}", done=done, total=rounds * len(WAYS)))
            job = _job(bench, paths[way], streams, -(-requests // rounds), tokens)
            paths[way].tried(bench.client, job, tallies[way])
    cells = {way: _cell(way, streams, paths[way], tally) for way, tally in tallies.items()}
    floor = cells["direct"].first.p50_ms - 1_000 * DELAY
    return Level(streams=streams, tokens=tokens, floor_ms=floor, cells=cells)


def _job(bench: _Bench, path: _Path, streams: int, requests: int, tokens: int) -> Job:
    return Job(
        port=path.port, headers=path.headers, streams=streams, questions=bench.questions(streams + requests),
        tokens=tokens, ramp=DELAY + GAP * tokens,
    )  # fmt: skip


def _cell(way: Way, streams: int, path: _Path, tally: _Tally) -> Cell:
    return Cell(
        way=way, streams=streams, requests=len(tally.times), client=tally.client / tally.seconds,
        first=_spread(first for first, _, _ in tally.times), end=_spread(end for _, end, _ in tally.times),
        cpu_ms=1_000 * tally.cpu / tally.asked if path.child else None,
        attended=sum(tokens >= 0 for _, _, tokens in tally.times),
        recalled=sum(tokens > 0 for _, _, tokens in tally.times), late=tally.late,
    )  # fmt: skip


def _spread(seconds: Iterator[float]) -> Spread:
    ordered = sorted(1_000 * each for each in seconds)
    return Spread(p50_ms=percentile(ordered, 0.5), p99_ms=percentile(ordered, 0.99), max_ms=ordered[-1])


# ------------------------------------------------------------------ the night


@dataclass(slots=True)
class _Watcher:
    """Looks at how far a night is, and remembers whether it ever went back."""

    served: _Served
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


def _night(bench: _Bench, db: Path, requests: int, random: Random, progress: Callable[[Step], None]) -> Night:
    before = _book(db)
    with _serve(bench, db, quiet=QUIET, idle=1e6) as served:
        _once(bench, served, random)  # what is looked up once is looked up now
        calm = [_once(bench, served, random) for _ in range(-(-requests // 2))]
        served.unload()
        began, watcher = time.monotonic(), _Watcher(served)
        amidst = list(_amidst(bench, watcher, requests, random, progress))
        progress(Step(what="the night goes on"))
        state = watcher.end()
        seconds = time.monotonic() - began
        calm += [_once(bench, served, random) for _ in range(-(-requests // 2))]
    if not amidst:
        raise ProviderUnavailable("the night was over before anybody could ask: give it more new turns with --night")
    return Night(
        turns=before.new, asked=len(amidst), late=sum(tokens < 0 for _, _, tokens in amidst), seconds=seconds,
        calm_first=_spread(first for first, _, _ in calm), calm_end=_spread(end for _, end, _ in calm),
        first=_spread(first for first, _, _ in amidst), end=_spread(end for _, end, _ in amidst),
        state=state, went_back=watcher.went_back, **_done_since(before, _book(db)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """What a store says of itself: its turns, the new ones among them, and what each night worked on."""

    turns: int
    new: int
    nights: Mapping[str, int]


def _book(db: Path) -> _Book:
    import ltml

    with ltml.open(db, namespace=NAMESPACE) as layer:
        stats = layer.stats()
        nights = {night.id: int(night.report.get("turns", 0)) for night in layer.nights() if night.kind == "night"}
        return _Book(turns=stats["turns"], new=stats["new_turns"], nights=nights)


def _done_since(before: _Book, after: _Book) -> dict[str, int]:
    fresh = after.nights.keys() - before.nights.keys()
    return {
        "nights": len(fresh),
        "worked_on": sum(after.nights[night] for night in fresh),
        "no_longer_new": before.new + after.turns - before.turns - after.new,
    }


def _amidst(
    bench: _Bench, watcher: _Watcher, requests: int, random: Random, progress: Callable[[Step], None]
) -> Iterator[Times]:
    """Ask into the night's work, at random moments, until it is over or enough was asked."""
    asked, works = 0, watcher.works()
    while asked < requests and works is not None:
        time.sleep(random.uniform(0, AMIDST))
        works = watcher.works()
        if works:
            progress(Step(what="asking into the night", done=asked, total=requests))
            asked += 1
            yield _once(bench, watcher.served, random, wait=0.0)


def _once(bench: _Bench, served: _Served, random: Random, wait: float = AMIDST) -> Times:
    """Ask one question, after a while."""
    time.sleep(random.uniform(0, wait))
    job = Job(port=served.port, streams=1, questions=bench.questions(1), tokens=SHORTEST, skip=0)
    return bench.client.does(job).times[0]


# ------------------------------------------------------------------ telling


def to_json(found: Found) -> list[dict[str, object]]:
    """Return what was found as JSON types: an object for each way at each number of streams, and one for the night."""
    told: list[dict[str, object]] = [_told(found, level, way) for level in found.levels for way in WAYS]
    if found.night is None:
        return told
    return [*told, {"measure": "night", **asdict(found.night), "repeated_nothing": found.night.repeated_nothing}]


def _told(found: Found, level: Level, way: Way) -> dict[str, object]:
    added = {f"added_{part}_{of}": level.added(way, part, of) for part in ("first", "end") for of in OF}
    ratios = {f"x_relay_{of}": level.ratio(way, of) for of in OF}
    about = {"measure": "ways", "turns": found.turns, "rate": found.rate, "tokens": level.tokens}
    return {**about, **asdict(level.cells[way]), **added, **ratios, "floor_ms": level.floor_ms}


def tables(found: Found) -> list[Table]:
    """Return tables: what the ways add, what they cost, and the night."""
    return [_waiting(found), _costs(found), *([_into_the_night(found.night)] if found.night else [])]


def _waiting(found: Found) -> Table:
    floor = ", ".join(f"{level.floor_ms:.1f} at {level.streams}" for level in found.levels)
    result = _table(
        f"To the first token, ms, p50 / p99: {found.turns:,} turns slept on, {found.rate:g} questions a second",
        ("streams", "way", "first token", "added", "x relay", "added to the end"),
        f"direct takes longer than the script's {1_000 * DELAY:g} ms by (p50, by streams): {floor}",
    )
    for level in found.levels:
        for way in WAYS:
            result.add_row(str(level.streams), way, _pair(level.cells[way].first), *_added(level, way))
    return result


def _added(level: Level, way: Way) -> Iterator[str]:
    if way == "direct":
        return
    for part in ("first", "end"):
        yield " / ".join(f"{level.added(way, part, of):.1f}" for of in OF)
        if part == "first":
            yield " / ".join("-" if ratio is None else f"{ratio:.1f}" for ratio in (level.ratio(way, of) for of in OF))


def _costs(found: Found) -> Table:
    result = _table(
        "What the ways cost", ("streams", "way", "requests", "CPU ms each", "client, of a core", "recalls", "too late")
    )
    for level in found.levels:
        for cell in level.cells.values():
            cpu = "-" if cell.cpu_ms is None else f"{cell.cpu_ms:.1f}"
            recalls = (str(cell.recalled), str(cell.late)) if cell.way == "on" else ("-", "-")
            result.add_row(str(cell.streams), cell.way, str(cell.requests), cpu, f"{cell.client:.0%}", *recalls)
    return result


def _into_the_night(night: Night) -> Table:
    done = "having repeated nothing" if night.repeated_nothing else "NOT having done everything once"
    result = _table(
        f"A request into a night over {night.turns:,} new turns, ms, p50 / p99 / most",
        ("to", "without a night", "into the night", "added"),
        f"{night.asked} asked, {night.late} without memory; the night went on and ended {night.state} after "
        f"{night.seconds:.1f} s, {done}",
    )
    pairs = (("the first token", night.calm_first, night.first), ("the end", night.calm_end, night.end))
    for name, calm, amidst in pairs:
        rows = [list(asdict(spread).values()) for spread in (calm, amidst)]
        rows.append([later - earlier for earlier, later in zip(*rows, strict=True)])
        result.add_row(name, *(" / ".join(f"{value:.1f}" for value in row) for row in rows))
    return result


def _pair(spread: Spread) -> str:
    return f"{spread.p50_ms:.1f} / {spread.p99_ms:.1f}"


def _table(title: str, columns: Sequence[str], caption: str = "") -> Table:
    from rich.table import Table

    result = Table(title=title, caption=caption)
    for name in columns:
        result.add_column(name, justify="left" if name in {"way", "to"} else "right")
    return result
