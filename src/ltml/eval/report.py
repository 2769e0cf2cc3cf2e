"""A bench's report for people (a rich table) and for programs (JSON)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import TYPE_CHECKING

from ltml.eval.bench import BenchReport, PairResult
from ltml.eval.metrics import Cell, bootstrap_interval, pool_cells

if TYPE_CHECKING:
    from rich.table import Table

#: The claims: what a night adds, and what it adds over the same amount archived and folded at random.
EFFECTS = (("unslept", "slept"), ("placebo", "slept"))
_SEED = 7
_COUNTED = "over_budget"
_LARGE = 10


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


def make_rows(report: BenchReport, *, source: str | None = None, only: Iterable[str] = ()) -> tuple[MetricRow, ...]:
    """
    Return one row per metric, over all logs or those of one data set (`source`).

    `only` are regular expressions; a metric is kept if one of them is found in its name.
    """
    results = [r for r in report.results if source in (None, r.source)]
    names = sorted({metric for result in results for metric in result.cells})
    wanted = tuple(only)
    kept = [name for name in names if not wanted or any(re.search(w, name) for w in wanted)]
    return tuple(_row(metric, results, report.systems) for metric in kept)


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

    shown = make_rows(report, source=source, only=only)
    claims = [(a, b) for a, b in EFFECTS if a in report.systems and b in report.systems]
    result = Table(title=_title(report, source))
    for name in ("metric", "n", *report.systems, *(f"{b} - {a}" for a, b in claims)):
        result.add_column(name, justify="left" if name == "metric" else "right", no_wrap=name == "metric")
    for row in shown:
        values = (_figure(row.values.get(system)) for system in report.systems)
        result.add_row(row.metric, str(row.n), *values, *(_effect_text(row, claim) for claim in claims))
    return result


def _row(metric: str, results: Sequence[PairResult], systems: Sequence[str]) -> MetricRow:
    cells = {s: {_name(r): r.cells[metric] for r in results if r.system == s and metric in r.cells} for s in systems}
    values = {s: _value(metric, own.values()) for s, own in cells.items() if own}
    effects = (_effect(metric, a, b, cells) for a, b in EFFECTS if cells.get(a) and cells.get(b))
    return MetricRow(
        metric=metric,
        n=max(sum(n for _, n in own.values()) for own in cells.values()),
        values={s: v for s, v in values.items() if v is not None},
        effects=tuple(effect for effect in effects if effect),
    )


def _name(result: PairResult) -> tuple[str, str]:
    return result.source, result.log_id


def _value(metric: str, cells: Iterable[Cell]) -> float | None:
    every = list(cells)
    return sum(total for total, _ in every) if metric.startswith(_COUNTED) else pool_cells(every)


def _effect(
    metric: str, first: str, second: str, cells: Mapping[str, Mapping[tuple[str, str], Cell]]
) -> MetricEffect | None:
    """Only logs that both have count, so that the pairs are pairs."""
    both = [(cells[first][log], cells[second][log]) for log in cells[first] if log in cells[second]]
    if metric.startswith(_COUNTED):  # a count, not a rate
        both = [((a[0] * len(both), 1), (b[0] * len(both), 1)) for a, b in both]
    before, after = pool_cells(a for a, _ in both), pool_cells(b for _, b in both)
    if before is None or after is None:
        return None
    low, high = bootstrap_interval(both, Random(_SEED)) or (None, None)
    return MetricEffect(first=first, second=second, difference=after - before, low=low, high=high)


def _title(report: BenchReport, source: str | None) -> str:
    logs = {_name(r): r for r in report.results if source in (None, r.source)}
    turns, questions = sum(r.turns for r in logs.values()), sum(r.questions for r in logs.values())
    return f"{source or 'all'}: {len(logs)} logs, {turns:,} turns, {questions:,} questions (LTML {report.version})"


def _effect_text(row: MetricRow, claim: tuple[str, str]) -> str:
    effect = next((e for e in row.effects if (e.first, e.second) == claim), None)
    if effect is None:
        return "-"
    span = "" if effect.low is None else f" [{_figure(effect.low)}, {_figure(effect.high)}]"
    return f"{effect.difference:+.3f}{span}"


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if abs(value) < _LARGE else f"{value:,.0f}"
