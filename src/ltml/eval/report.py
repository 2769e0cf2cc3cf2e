"""A bench's report for people (a rich table) and for programs (JSON)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from random import Random
from typing import TYPE_CHECKING

from ltml.eval.bench import BenchReport
from ltml.eval.metrics import Cell, bootstrap_interval, pool_cells

if TYPE_CHECKING:
    from rich.table import Table

#: The claims: what a night adds, and what it adds over the same amount archived and folded at random.
EFFECTS = (("unslept", "slept"), ("placebo", "slept"))
_SEED = 7
_COUNT_PREFIX = "over_budget"
_NO_DECIMALS_FROM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricEffect:
    """`second` minus `first`, with a 95 % interval over logs where there are two logs at least."""

    first: str
    second: str
    difference: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """One metric: how many values, the pooled value by system (a count for `over_budget`), and the effects."""

    metric: str
    n: int
    values: Mapping[str, float]
    effects: tuple[MetricEffect, ...]


def make_rows(
    report: BenchReport, *, source: str | None = None, only: Iterable[str] = ()
) -> tuple[MetricRow, ...]:  # fmt: skip
    """
    Return one row per metric, over all logs or those of one data set (`source`).

    `only` are regular expressions; a metric is kept if one of them is found in its name.
    """
    results = [r for r in report.results if source in (None, r.source)]
    names = sorted({metric for result in results for metric in result.cells})
    patterns = tuple(only)
    rows: list[MetricRow] = []
    for metric in names:
        if patterns and not any(re.search(pattern, metric) for pattern in patterns):
            continue
        cells: dict[str, dict[tuple[str, str], Cell]] = {
            s: {(r.source, r.log_id): r.cells[metric] for r in results if r.system == s and metric in r.cells}
            for s in report.systems
        }
        values = {s: _pool_values(metric, own.values()) for s, own in cells.items() if own}
        effects = [measure_effect(metric, a, b, cells) for a, b in EFFECTS if cells.get(a) and cells.get(b)]
        row = MetricRow(
            metric=metric, n=max(sum(n for _, n in own.values()) for own in cells.values()),
            values={s: v for s, v in values.items() if v is not None}, effects=tuple(filter(None, effects)),
        )  # fmt: skip
        rows.append(row)
    return tuple(rows)


def to_json(report: BenchReport) -> dict[str, object]:
    """Return the whole report as JSON types: pooled rows, rows by data set, and every result."""
    sources = sorted({result.source for result in report.results})
    return {
        "version": report.version,
        "systems": list(report.systems),
        "budgets": list(report.budgets),
        "sleep_every": report.sleep_every,
        "metrics": [asdict(row) for row in make_rows(report)],
        "sources": {source: [asdict(row) for row in make_rows(report, source=source)] for source in sources},
        "results": [asdict(result) for result in report.results],
    }


def render_table(report: BenchReport, *, source: str | None = None, only: Iterable[str] = ()) -> Table:
    """Return a table with a column per system and one per effect that was measured."""
    from rich.table import Table

    logs = {(r.source, r.log_id): r for r in report.results if source in (None, r.source)}
    turns, questions = sum(r.turns for r in logs.values()), sum(r.questions for r in logs.values())
    title = f"{source or 'all'}: {len(logs)} logs, {turns:,} turns, {questions:,} questions (LTML {report.version})"
    table = Table(title=title)
    pairs = [(a, b) for a, b in EFFECTS if a in report.systems and b in report.systems]
    for name in ("metric", "n", *report.systems, *(f"{b} - {a}" for a, b in pairs)):
        table.add_column(name, justify="left" if name == "metric" else "right", no_wrap=name == "metric")
    for row in make_rows(report, source=source, only=only):
        effects = {(effect.first, effect.second): _format_effect(effect) for effect in row.effects}
        values = (_format_number(row.values.get(system)) for system in report.systems)
        table.add_row(row.metric, str(row.n), *values, *(effects.get(pair, "-") for pair in pairs))
    return table


def measure_effect(
    metric: str, first: str, second: str, cells: Mapping[str, Mapping[tuple[str, str], Cell]]
) -> MetricEffect | None:
    """Return the paired difference of two systems, over the logs that both have; `None` where it has no value."""
    both = [(cells[first][log], cells[second][log]) for log in cells[first] if log in cells[second]]
    if metric.startswith(_COUNT_PREFIX):  # a count, not a rate
        both = [((a[0] * len(both), 1), (b[0] * len(both), 1)) for a, b in both]
    before, after = pool_cells(a for a, _ in both), pool_cells(b for _, b in both)
    if before is None or after is None:
        return None
    low, high = bootstrap_interval(both, Random(_SEED)) or (None, None)
    return MetricEffect(first=first, second=second, difference=after - before, low=low, high=high)


def _pool_values(metric: str, cells: Iterable[Cell]) -> float | None:
    pairs = list(cells)
    return sum(total for total, _ in pairs) if metric.startswith(_COUNT_PREFIX) else pool_cells(pairs)


def _format_effect(effect: MetricEffect) -> str:
    span = "" if effect.low is None else f" [{_format_number(effect.low)}, {_format_number(effect.high)}]"
    return f"{effect.difference:+.3f}{span}"


def _format_number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if abs(value) < _NO_DECIMALS_FROM else f"{value:,.0f}"
