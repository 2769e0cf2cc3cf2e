"""
How fast LTML is, beside the limit: bare SQLite and bare NumPy doing no more than the unavoidable, in the same run.

Absolute times say more about the machine than about LTML, so every measure is reported with its limit and their ratio.
The limits: for capture, one table with the same pragmas (WAL, synchronous FULL) and the same turns in batches of
the same size; for a night, an indexed read of its turns and one transaction that writes a row for each; for wake,
adding up posting lists of the query's words with `bincount`, picking the best, and reading their rows.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias

import apsw
import numpy as np

from ltml.eval.synthetic import FUNCTION_WORDS, generate_chatter
from ltml.model import Turn

if TYPE_CHECKING:
    from rich.table import Table

    from ltml.layer import MemoryLayer

Clock: TypeAlias = Callable[[], float]
Postings: TypeAlias = Mapping[str, np.ndarray[Any, np.dtype[np.int64]]]

BATCH = 100
NIGHT = 1_000
_BEST = 100
_ROWS_READ = 20
_QUERY_WORDS = 4
_NAMESPACE = "speed"
_NONE = np.array([], dtype=np.int64)
_COLUMNS = (
    "measure", "turns stored", "p50", "p95", "per second", "limit p50", "limit p95", "x limit", "RSS MB", "limit",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationTimes:
    """Times of single operations in milliseconds, and of all of them together in seconds."""

    p50_ms: float
    p95_ms: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedResult:
    """
    One figure at one store size: `turns` were worked on (for wake: asked), by LTML and by the limit.

    `rss_mb` is this process's resident memory afterwards, None where the system does not tell.
    """

    name: str
    size: int
    turns: int
    ours: OperationTimes
    limit: OperationTimes
    limit_is: str
    rss_mb: float | None

    @property
    def ratio(self) -> float:
        """How many times the limit LTML takes for the same work."""
        return self.ours.seconds / self.limit.seconds

    @property
    def per_second(self) -> float:
        """Turns (or questions) a second."""
        return self.turns / self.ours.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedProgress:
    """A measure begins."""

    name: str
    size: int


def ignore_progress(step: SpeedProgress) -> None:
    """Do nothing."""
    del step


def run_speed(  # noqa: PLR0913 -- every argument has a default
    sizes: Sequence[int] = (1_000, 10_000, 100_000),
    *,
    repeats: int = 200,
    producers: int = 64,
    each: int = 8,
    night: int = NIGHT,
    progress: Callable[[SpeedProgress], None] = ignore_progress,
    settings: Mapping[str, Any] | None = None,
    scratch: Path | None = None,
    seed: int = 1,
    clock: Clock = time.perf_counter,
) -> tuple[SpeedResult, ...]:
    """
    Measure capture, waiting producers, a night over `night` new turns, and wake, at every store size in turns.

    `repeats` questions are asked; `producers` threads capture `each` turns one by one.
    """
    import ltml

    measures: dict[str, Callable[[SpeedSetup], SpeedResult]] = {
        "capture": measure_capture,
        "producers": lambda setup: measure_producers(setup, producers, each),
        "night": lambda setup: measure_night(setup, night),
        "wake": lambda setup: measure_wake(setup, repeats),
    }
    results: list[SpeedResult] = []
    for size in sizes:
        with (
            TemporaryDirectory(prefix="ltml-speed-", dir=scratch) as folder,
            open_bare_database(Path(folder)) as limit,
            ltml.open(str(Path(folder) / "memory.db"), namespace=_NAMESPACE, **(settings or {})) as layer,
        ):
            setup = SpeedSetup(layer=layer, limit=limit, size=size, seed=seed, clock=clock)
            for name, measure in measures.items():
                progress(SpeedProgress(name=name, size=size))
                results.append(measure(setup))
    return tuple(results)


def to_json(measures: Iterable[SpeedResult]) -> list[dict[str, object]]:
    """Return the measures as JSON types, with ratio and throughput."""
    return [
        {
            "name": m.name, "size": m.size, "turns": m.turns, "p50_ms": m.ours.p50_ms, "p95_ms": m.ours.p95_ms,
            "per_second": m.per_second, "limit": m.limit_is, "limit_p50_ms": m.limit.p50_ms,
            "limit_p95_ms": m.limit.p95_ms, "ratio": m.ratio, "rss_mb": m.rss_mb,
        }
        for m in measures
    ]  # fmt: skip


def render_table(measures: Iterable[SpeedResult]) -> Table:
    """Return a table: LTML and the limit side by side."""
    from rich.table import Table

    result = Table(title="LTML beside the limit, milliseconds an operation")
    for name in _COLUMNS:
        result.add_column(name, justify="left" if name in ("measure", "limit") else "right")
    for m in measures:
        figures = (m.ours.p50_ms, m.ours.p95_ms, m.per_second, m.limit.p50_ms, m.limit.p95_ms, m.ratio)
        rss = "-" if m.rss_mb is None else f"{m.rss_mb:,.0f}"
        result.add_row(m.name, f"{m.size:,}", *(f"{value:,.2f}" for value in figures), rss, m.limit_is)
    return result


# ------------------------------------------------------------------ the measures


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedSetup:
    """What a measure works with; the measures of one size follow each other in one store."""

    layer: MemoryLayer
    limit: apsw.Connection
    size: int
    seed: int
    clock: Clock

    def make_turns(self) -> list[Turn]:
        """Return the turns that fill the store."""
        return list(generate_chatter(self.seed, self.size))

    def make_later_turns(self, salt: int, count: int) -> list[Turn]:
        """Return turns unlike all others, later than those that fill the store."""
        late = timedelta(days=self.size // 200 + 2 + salt)
        turns = generate_chatter(self.seed + salt, count)
        return [replace(turn, session=f"{salt}-{turn.session}", at=turn.at + late) for turn in turns]

    def result(
        self, name: str, turns: int, ours: OperationTimes, limit: OperationTimes, limit_is: str
    ) -> SpeedResult:  # fmt: skip
        """Return a measure's result, with this process's memory now."""
        return SpeedResult(
            name=name, size=self.size, turns=turns, ours=ours, limit=limit, limit_is=limit_is, rss_mb=read_resident_mb()
        )


def measure_capture(setup: SpeedSetup) -> SpeedResult:
    """Measure capture in batches, beside inserts of the same batches."""
    batches = list(_batches(setup.make_turns(), BATCH))
    ours = _time_operations(setup.clock, setup.layer.capture, batches)
    limit = _time_operations(setup.clock, lambda batch: _insert(setup.limit, batch), batches)
    return setup.result(f"capture, batches of {BATCH}", setup.size, ours, limit, "SQLite, same batches")


def measure_producers(setup: SpeedSetup, producers: int, each: int) -> SpeedResult:
    """Measure threads that capture one turn after the other and wait for each, beside one batch of all."""
    turns = setup.make_later_turns(1, producers * each)
    began = setup.clock()
    with ThreadPoolExecutor(producers) as pool:
        times = list(pool.map(lambda turn: _time_operation(setup.clock, setup.layer.capture, [turn]), turns))
    ours = _summarise_times(times, setup.clock() - began)
    batches = list(_batches(turns, producers))
    limit = _time_operations(setup.clock, lambda batch: _insert(setup.limit, batch), batches)
    return setup.result(
        f"capture, {producers} waiting producers", len(turns), ours, limit, "SQLite, a batch of all"
    )  # fmt: skip


def measure_night(setup: SpeedSetup, new: int) -> SpeedResult:
    """Measure a night over new turns; a first night over all that was captured is not counted."""
    setup.layer.sleep(now=setup.make_later_turns(2, 1)[0].at)
    turns = setup.make_later_turns(3, new)
    for batch in _batches(turns, BATCH):
        setup.layer.capture(batch)
        _insert(setup.limit, batch)

    def read_and_mark(since: float) -> None:
        rows = setup.limit.execute("select id, text from turn where at >= ? order by at", (since,)).fetchall()
        with setup.limit:
            setup.limit.executemany("update turn set mark = 1 where id = ?", [(number,) for number, _ in rows])

    now = turns[-1].at + timedelta(hours=8)
    ours = _time_operations(setup.clock, lambda at: setup.layer.sleep(now=at), [now])
    limit = _time_operations(setup.clock, read_and_mark, [turns[0].at.timestamp()])
    return setup.result(f"night, {new:,} new turns", new, ours, limit, "SQLite, read and mark")


def measure_wake(setup: SpeedSetup, repeats: int) -> SpeedResult:
    """Measure wake for questions made of words of some turn, beside adding up posting lists in NumPy."""
    turns, random = setup.make_turns(), Random(setup.seed)
    queries: list[str] = []
    for _ in range(repeats):
        words = sorted(set(random.choice(turns).text.split()))
        queries.append(" ".join(random.sample(words, min(_QUERY_WORDS, len(words)))))
    now = setup.make_later_turns(4, 1)[0].at
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, turn in enumerate(turns):
        for word in set(turn.text.split()).difference(FUNCTION_WORDS):
            numbers[word].append(number)
    postings = {word: np.array(found, dtype=np.int64) for word, found in numbers.items()}

    def look_up(query: str) -> None:
        lists = [postings[word] for word in query.split() if word in postings]
        weights = np.repeat([1 / len(found) for found in lists], [len(found) for found in lists])
        scores = np.bincount(np.concatenate([*lists, _NONE]), weights=weights, minlength=len(turns))
        best = np.argpartition(scores, -min(_BEST, len(turns)))[-_ROWS_READ:]
        for number in best.tolist():
            setup.limit.execute("select text from turn where id = ?", (number + 1,)).fetchall()

    ours = _time_operations(setup.clock, lambda query: setup.layer.wake(query, budget=512, now=now), queries)
    limit = _time_operations(setup.clock, look_up, queries)
    return setup.result("wake, recall and pack", repeats, ours, limit, "NumPy bincount, SQLite rows")


@contextmanager
def open_bare_database(folder: Path) -> Iterator[apsw.Connection]:
    """Open a database with one table of turns and the pragmas of LTML's own."""
    with closing(apsw.Connection(str(folder / "limit.db"))) as db:
        db.pragma("journal_mode", "wal")
        db.pragma("synchronous", "full")
        db.execute("create table turn (id integer primary key, session, role, speaker, text, at, ref, origin, mark)")
        db.execute("create index turn_at on turn (at)")
        yield db


def _insert(db: apsw.Connection, turns: Sequence[Turn]) -> None:
    rows = [(t.session, t.role, t.speaker, t.text, t.at.timestamp(), t.ref, t.origin) for t in turns]
    with db:
        db.executemany("insert into turn (session, role, speaker, text, at, ref, origin) values (?,?,?,?,?,?,?)", rows)


# ------------------------------------------------------------------ time and memory


def find_percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which this share of ordered values lies (nearest rank)."""
    return ordered[min(len(ordered) - 1, max(0, int(share * len(ordered))))]


def read_resident_mb() -> float | None:
    """Return this process's resident memory in megabytes, None where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    lines = (line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS"))
    return next((int(line.split()[1]) / 1024 for line in lines), None)


def _time_operations(clock: Clock, operation: Callable[[Any], object], inputs: Sequence[Any]) -> OperationTimes:
    began = clock()
    times = [_time_operation(clock, operation, each) for each in inputs]
    return _summarise_times(times, clock() - began)


def _time_operation(clock: Clock, operation: Callable[[Any], object], argument: object) -> float:
    began = clock()
    operation(argument)
    return clock() - began


def _summarise_times(times: Iterable[float], seconds: float) -> OperationTimes:
    ordered = sorted(times)
    return OperationTimes(
        p50_ms=1_000 * find_percentile(ordered, 0.5), p95_ms=1_000 * find_percentile(ordered, 0.95), seconds=seconds
    )


def _batches(turns: Sequence[Turn], size: int) -> Iterator[Sequence[Turn]]:
    for start in range(0, len(turns), size):
        yield turns[start : start + size]
