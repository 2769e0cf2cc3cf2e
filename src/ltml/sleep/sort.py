"""Sort: a verdict with its reason for every turn, by the chosen filter; and the meaning of relative dates."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from ltml.model import Resolved, Verdict
from ltml.protocols import Filter
from ltml.sleep.pipeline import Batch
from ltml.text import find_dates

WEEK = timedelta(days=7)
TAKEN_BACK = "kept as it is: you took back what a night made of it"


def sort_turns(judge: Filter) -> Callable[[Batch], Batch]:
    """Return the step that judges every turn; a verdict the user took back becomes a plain one."""

    def step(batch: Batch) -> Batch:
        verdicts: dict[str, Verdict] = {}
        for verdict in judge(batch.turns):
            if verdict.key in batch.vetoes:
                verdicts[verdict.turn] = Verdict(turn=verdict.turn, keep=True, kind="turn", reason=TAKEN_BACK)
            else:
                verdicts[verdict.turn] = replace(verdict, tier="warm") if batch.careful else verdict
        kept = sum(verdict.keep for verdict in verdicts.values())
        return replace(batch, verdicts_after=verdicts).with_numbers(turns=len(batch.turns), kept=kept)

    return step


def resolve_dates(batch: Batch) -> Batch:
    """
    Return the batch with the relative dates of kept turns resolved against the day they were said.

    Only phrases that mean another day each week are resolved; "25 November" and "this week" explain themselves.
    """
    verdicts = dict(batch.verdicts_after)
    dated = 0
    for turn in batch.turns:
        if not verdicts[turn.id].keep:
            continue
        today = turn.at.date()
        found = [d for d in find_dates(turn.text, turn.at) if d.relative and not d.first <= today <= d.last]
        fixed = set()  # (place, day) of the phrases as they would have been meant a week earlier
        if any(d.grain == "day" for d in found):
            with suppress(OverflowError):  # the first week of the calendar
                fixed = {(d.start, d.first) for d in find_dates(turn.text, turn.at - WEEK)}
        moving = [d for d in found if d.grain != "day" or (d.start, d.first) not in fixed]
        if moving:
            dates = tuple(Resolved(phrase=d.phrase, written=d.written, first=d.first, last=d.last) for d in moving)
            verdicts[turn.id] = replace(verdicts[turn.id], dates=dates)
            dated += 1
    return replace(batch, verdicts_after=verdicts).with_numbers(dated=dated)
