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
from dataclasses import dataclass
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
    """Listen to nothing."""
    del step


def run_speed(  # noqa: PLR0913 -- a front door: every argument has a default
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
    found: list[SpeedResult] = []
    for size in sizes:
        with _place(size, seed, clock, settings or {}, scratch) as place:
            for name, measure in _measures(repeats, producers, each, night):
                progress(SpeedProgress(name=name, size=size))
                found.append(measure(place))
    return tuple(found)


def to_json(measures: Iterable[SpeedResult]) -> list[dict[str, object]]:
    """Return the measures as JSON types, with ratio and throughput."""
    return [_fields(measure) for measure in measures]


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


def _fields(measure: SpeedResult) -> dict[str, object]:
    return {
        "name": measure.name,
        "size": measure.size,
        "turns": measure.turns,
        "p50_ms": measure.ours.p50_ms,
        "p95_ms": measure.ours.p95_ms,
        "per_second": measure.per_second,
        "limit": measure.limit_is,
        "limit_p50_ms": measure.limit.p50_ms,
        "limit_p95_ms": measure.limit.p95_ms,
        "ratio": measure.ratio,
        "rss_mb": measure.rss_mb,
    }


# ------------------------------------------------------------------ the measures


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedSetup:
    """What a measure works with; the measures of one size follow each other in one store."""

    layer: MemoryLayer
    limit: apsw.Connection
    size: int
    seed: int
    clock: Clock

    def talk(self) -> list[Turn]:
        """The turns that fill the store."""
        return list(generate_chatter(self.seed, self.size))

    def more(self, salt: int, count: int) -> list[Turn]:
        """Turns that are in no other part of the talk, later than all of it."""
        late = timedelta(days=self.size // 200 + 2 + salt)
        return [_moved(turn, late, salt) for turn in generate_chatter(self.seed + salt, count)]


@contextmanager
def _place(
    size: int, seed: int, clock: Clock, settings: Mapping[str, Any], scratch: Path | None
) -> Iterator[SpeedSetup]:
    import ltml

    with (
        TemporaryDirectory(prefix="ltml-speed-", dir=scratch) as folder,
        _bare(Path(folder)) as limit,
        ltml.open(str(Path(folder) / "memory.db"), namespace=_NAMESPACE, **settings) as layer,
    ):
        yield SpeedSetup(layer=layer, limit=limit, size=size, seed=seed, clock=clock)


def _moved(turn: Turn, by: timedelta, salt: int) -> Turn:
    return Turn(
        session=f"{salt}-{turn.session}",
        role=turn.role,
        speaker=turn.speaker,
        text=turn.text,
        at=turn.at + by,
        ref=turn.ref,
    )


def _measures(
    repeats: int, producers: int, each: int, night: int
) -> Iterator[tuple[str, Callable[[SpeedSetup], SpeedResult]]]:
    yield "capture", _capture
    yield "producers", lambda place: _producers(place, producers, each)
    yield "night", lambda place: _night(place, night)
    yield "wake", lambda place: _wake(place, repeats)


def _capture(place: SpeedSetup) -> SpeedResult:
    batches = list(_batches(place.talk(), BATCH))
    ours = _timed(place.clock, place.layer.capture, batches)
    bare = _timed(place.clock, lambda batch: _insert(place.limit, batch), batches)
    return _measure(f"capture, batches of {BATCH}", place, place.size, (ours, bare), "SQLite, same batches")


def _producers(place: SpeedSetup, producers: int, each: int) -> SpeedResult:
    turns = place.more(1, producers * each)
    began = place.clock()
    with ThreadPoolExecutor(producers) as pool:
        times = list(pool.map(lambda turn: _once(place.clock, place.layer.capture, [turn]), turns))
    ours = _spread(times, place.clock() - began)
    bare = _timed(place.clock, lambda batch: _insert(place.limit, batch), list(_batches(turns, producers)))
    return _measure(
        f"capture, {producers} waiting producers", place, len(turns), (ours, bare), "SQLite, a batch of all"
    )


def _night(place: SpeedSetup, new: int) -> SpeedResult:
    """The first night takes in all that was captured and is not counted."""
    place.layer.sleep(now=place.more(2, 1)[0].at)
    turns = place.more(3, new)
    for batch in _batches(turns, BATCH):
        place.layer.capture(batch)
        _insert(place.limit, batch)
    now = turns[-1].at + timedelta(hours=8)
    ours = _timed(place.clock, lambda at: place.layer.sleep(now=at), [now])
    bare = _timed(place.clock, lambda since: _read_and_mark(place.limit, since), [turns[0].at.timestamp()])
    return _measure(f"night, {new:,} new turns", place, new, (ours, bare), "SQLite, read and mark")


def _wake(place: SpeedSetup, repeats: int) -> SpeedResult:
    talk = place.talk()
    queries = list(_queries(talk, repeats, Random(place.seed)))
    now = place.more(4, 1)[0].at
    postings, count = _postings(talk), len(talk)
    ours = _timed(place.clock, lambda query: place.layer.wake(query, budget=512, now=now), queries)
    bare = _timed(place.clock, lambda query: _look_up(place.limit, postings, count, query), queries)
    return _measure("wake, recall and pack", place, repeats, (ours, bare), "NumPy bincount, SQLite rows")


def _measure(
    name: str, place: SpeedSetup, turns: int, spreads: tuple[OperationTimes, OperationTimes], limit_is: str
) -> SpeedResult:
    ours, limit = spreads
    return SpeedResult(
        name=name, size=place.size, turns=turns, ours=ours, limit=limit, limit_is=limit_is, rss_mb=read_resident_mb()
    )


def _queries(talk: Sequence[Turn], count: int, random: Random) -> Iterator[str]:
    """Some words of some turn, common ones and rare ones, as they come."""
    for _ in range(count):
        said = sorted(set(random.choice(talk).text.split()))
        yield " ".join(random.sample(said, min(_QUERY_WORDS, len(said))))


# ------------------------------------------------------------------ the limits


@contextmanager
def _bare(folder: Path) -> Iterator[apsw.Connection]:
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


def _read_and_mark(db: apsw.Connection, since: float) -> None:
    found = db.execute("select id, text from turn where at >= ? order by at", (since,)).fetchall()
    with db:
        db.executemany("update turn set mark = 1 where id = ?", [(number,) for number, _ in found])


def _postings(talk: Sequence[Turn]) -> Postings:
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, turn in enumerate(talk):
        for word in set(turn.text.split()).difference(FUNCTION_WORDS):
            numbers[word].append(number)
    return {word: np.array(found, dtype=np.int64) for word, found in numbers.items()}


def _look_up(db: apsw.Connection, postings: Postings, count: int, query: str) -> None:
    lists = [postings[word] for word in query.split() if word in postings]
    weights = np.repeat([1 / len(found) for found in lists], [len(found) for found in lists])
    scores = np.bincount(np.concatenate([*lists, _NONE]), weights=weights, minlength=count)
    best = np.argpartition(scores, -min(_BEST, count))[-_ROWS_READ:]
    for number in best.tolist():
        db.execute("select text from turn where id = ?", (number + 1,)).fetchall()


# ------------------------------------------------------------------ the clock, the memory


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


def _timed(clock: Clock, operation: Callable[[Any], object], inputs: Sequence[Any]) -> OperationTimes:
    began = clock()
    times = [_once(clock, operation, each) for each in inputs]
    return _spread(times, clock() - began)


def _once(clock: Clock, operation: Callable[[Any], object], argument: object) -> float:
    began = clock()
    operation(argument)
    return clock() - began


def _spread(times: Iterable[float], seconds: float) -> OperationTimes:
    ordered = sorted(times)
    return OperationTimes(
        p50_ms=1_000 * find_percentile(ordered, 0.5), p95_ms=1_000 * find_percentile(ordered, 0.95), seconds=seconds
    )


def _batches(turns: Sequence[Turn], size: int) -> Iterator[Sequence[Turn]]:
    for start in range(0, len(turns), size):
        yield turns[start : start + size]
