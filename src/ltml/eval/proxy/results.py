"""What the bench of the proxy finds, as values, as JSON and as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from ltml.eval.proxy.servers import DELAY
from ltml.eval.speed import find_percentile

if TYPE_CHECKING:
    from rich.table import Table

PathName: TypeAlias = Literal["direct", "relay", "off", "on"]
PATHS: tuple[PathName, ...] = ("direct", "relay", "off", "on")
OF = ("p50_ms", "p99_ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencySummary:
    """Times of single requests in milliseconds."""

    p50_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PathResult:
    """
    One way at one number of streams: when the first byte of an answer came and when its last.

    `cpu_ms` is the processor time the way's own process took per request (`None` for direct), `client` the share of one
    core its client took. Of the requests, `attended` were seen by memory in time, `recalled` had something placed in
    them, and `late` is how many recalls the proxy itself counted as too late.
    """

    way: PathName
    streams: int
    requests: int
    first: LatencySummary
    end: LatencySummary
    client: float
    cpu_ms: float | None = None
    attended: int = 0
    recalled: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """All ways at one number of streams. `floor_ms` is what direct takes beyond the delay the script was told."""

    streams: int
    tokens: int
    floor_ms: float
    cells: Mapping[PathName, PathResult]

    def added(self, way: PathName, part: str = "first", of: str = "p50_ms") -> float:
        """Return what a way adds to direct, in milliseconds: to the `first` byte or to the `end`."""
        direct, other = (getattr(getattr(self.cells[each], part), of) for each in ("direct", way))
        return float(other - direct)

    def ratio(self, way: PathName, of: str = "p50_ms") -> float | None:
        """Return how many times what the relay adds a way adds; nothing where noise hides what the relay adds."""
        relay = self.added("relay", of=of)
        return self.added(way, of=of) / relay if relay > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NightImpact:
    """
    The same request without a night and into the middle of one (`asked` of those found it at work).

    `state` is how the night ended. It repeated nothing if there was one night, its progress never went back, and the
    turns it says it worked on (`worked_on`) are as many as are no longer new (`no_longer_new`).
    """

    turns: int
    asked: int
    calm_first: LatencySummary
    calm_end: LatencySummary
    first: LatencySummary
    end: LatencySummary
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
class ProxyReport:
    """Everything one run found. `turns` is the size of the store that was slept on."""

    turns: int
    rate: float
    levels: Sequence[LoadResult]
    night: NightImpact | None


def summarise_latency(seconds: Iterable[float]) -> LatencySummary:
    """Return how times in seconds, at least one, are spread."""
    ordered = sorted(1_000 * each for each in seconds)
    return LatencySummary(
        p50_ms=find_percentile(ordered, 0.5), p99_ms=find_percentile(ordered, 0.99), max_ms=ordered[-1]
    )


def to_json(found: ProxyReport) -> list[dict[str, object]]:
    """Return what was found as JSON types: an object for each way at each number of streams, and one for the night."""
    told: list[dict[str, object]] = [_told(found, level, way) for level in found.levels for way in PATHS]
    if found.night is None:
        return told
    return [*told, {"measure": "night", **asdict(found.night), "repeated_nothing": found.night.repeated_nothing}]


def _told(found: ProxyReport, level: LoadResult, way: PathName) -> dict[str, object]:
    added = {f"added_{part}_{of}": level.added(way, part, of) for part in ("first", "end") for of in OF}
    ratios = {f"x_relay_{of}": level.ratio(way, of) for of in OF}
    about = {"measure": "ways", "turns": found.turns, "rate": found.rate, "tokens": level.tokens}
    return {**about, **asdict(level.cells[way]), **added, **ratios, "floor_ms": level.floor_ms}


def render_tables(found: ProxyReport) -> list[Table]:
    """Return tables: what the ways add, what they cost, and the night."""
    return [_waiting(found), _costs(found), *([_into_the_night(found.night)] if found.night else [])]


def _waiting(found: ProxyReport) -> Table:
    floor = ", ".join(f"{level.floor_ms:.1f} at {level.streams}" for level in found.levels)
    result = _table(
        f"To the first token, ms, p50 / p99: {found.turns:,} turns slept on, {found.rate:g} questions a second",
        ("streams", "way", "first token", "added", "x relay", "added to the end"),
        f"direct takes longer than the script's {1_000 * DELAY:g} ms by (p50, by streams): {floor}",
    )
    for level in found.levels:
        for way in PATHS:
            result.add_row(str(level.streams), way, _pair(level.cells[way].first), *_added(level, way))
    return result


def _added(level: LoadResult, way: PathName) -> Iterator[str]:
    if way == "direct":
        return
    for part in ("first", "end"):
        yield " / ".join(f"{level.added(way, part, of):.1f}" for of in OF)
        if part == "first":
            yield " / ".join("-" if ratio is None else f"{ratio:.1f}" for ratio in (level.ratio(way, of) for of in OF))


def _costs(found: ProxyReport) -> Table:
    result = _table(
        "What the ways cost", ("streams", "way", "requests", "CPU ms each", "client, of a core", "recalls", "too late")
    )
    for level in found.levels:
        for cell in level.cells.values():
            cpu = "-" if cell.cpu_ms is None else f"{cell.cpu_ms:.1f}"
            recalls = (str(cell.recalled), str(cell.late)) if cell.way == "on" else ("-", "-")
            result.add_row(str(cell.streams), cell.way, str(cell.requests), cpu, f"{cell.client:.0%}", *recalls)
    return result


def _into_the_night(night: NightImpact) -> Table:
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


def _pair(spread: LatencySummary) -> str:
    return f"{spread.p50_ms:.1f} / {spread.p99_ms:.1f}"


def _table(title: str, columns: Sequence[str], caption: str = "") -> Table:
    from rich.table import Table

    result = Table(title=title, caption=caption)
    for name in columns:
        result.add_column(name, justify="left" if name in {"way", "to"} else "right")
    return result
