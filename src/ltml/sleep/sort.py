"""Sort: a verdict with its reason for every turn, by the chosen filter; and the dates the turn speaks of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as date_
from datetime import timedelta

from ltml.model import Resolved, Turn, Verdict
from ltml.protocols import Filter
from ltml.sleep.pipeline import Batch, Step
from ltml.text import find_dates

WEEK = timedelta(days=7)
TAKEN_BACK = "kept as it is: you took back what a night made of it"


def sort(judge: Filter) -> Step:
    """Return the step that judges every turn; a verdict the user took back becomes a plain one."""

    def step(batch: Batch) -> Batch:
        verdicts = {verdict.turn: _allowed(verdict, batch) for verdict in judge(batch.turns)}
        kept = sum(verdict.keep for verdict in verdicts.values())
        return replace(batch, verdicts=verdicts).count(turns=len(batch.turns), kept=kept)

    return step


def date(batch: Batch) -> Batch:
    """Resolve the relative dates of kept turns against the day they were said."""
    dated = {turn.id: _resolved(turn) for turn in batch.turns if batch.verdicts[turn.id].keep}
    verdicts = {
        name: replace(verdict, dates=dated[name]) if dated.get(name) else verdict
        for name, verdict in batch.verdicts.items()
    }
    return replace(batch, verdicts=verdicts).count(dated=sum(1 for dates in dated.values() if dates))


def _allowed(verdict: Verdict, batch: Batch) -> Verdict:
    if verdict.key in batch.vetoes:
        return Verdict(turn=verdict.turn, keep=True, kind="turn", reason=TAKEN_BACK)
    return replace(verdict, tier="warm") if batch.careful else verdict


def _resolved(turn: Turn) -> tuple[Resolved, ...]:
    """Return what phrases meant that mean another day each week; "25 November" and "this week" explain themselves."""
    today = turn.at.date()
    found = [d for d in find_dates(turn.text, turn.at) if d.relative and not d.first <= today <= d.last]
    fixed = _fixed(turn) if any(d.grain == "day" for d in found) else frozenset()
    moving = [d for d in found if d.grain != "day" or (d.start, d.first) not in fixed]
    return tuple(Resolved(phrase=d.phrase, written=d.written, first=d.first, last=d.last) for d in moving)


def _fixed(turn: Turn) -> frozenset[tuple[int, date_]]:
    """Return (place, day) of the phrases as they would have been meant a week earlier."""
    try:
        return frozenset((d.start, d.first) for d in find_dates(turn.text, turn.at - WEEK))
    except OverflowError:  # the first week of the calendar
        return frozenset()
