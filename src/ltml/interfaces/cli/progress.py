"""
A listener for people and one for programs.

A bar appears on standard error, and only where standard error is a terminal; with `--json` what happens is told as
JSON lines that have an `event`; otherwise nothing is said.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from ltml.events import Event, NightFinished, StepDone, TurnsCaptured
from ltml.interfaces.cli.saying import make_console, print_json


class ProgressBar(Protocol):
    """Shows how far a long task is."""

    def __call__(self, what: str, done: float, total: float | None) -> None:
        """Take note that `done` of `total` are through (`None`: nobody knows how many there are) with `what` now."""
        ...


@contextmanager
def show_progress(*, as_json: bool, tell: bool = False) -> Iterator[ProgressBar]:
    """Yield what shows progress: a bar on a terminal, with `tell` JSON lines under `--json`, else nothing."""
    if as_json:
        yield _print_progress if tell else _ignore_progress
    elif sys.stderr.isatty():
        with _draw_bar() as watch:
            yield watch
    else:
        yield _ignore_progress


def progress_listener(watch: ProgressBar) -> Callable[[Event], None]:
    """Return a listener to the layer's events that lets `watch` know."""

    def on_event(event: Event) -> None:
        match event:
            case StepDone(step=step, done=done, total=total):
                # In a night's last part all turns are at hand from the first step on: no number says how far it is.
                watch(step.replace("_", " "), done, total if done < total else None)
            case NightFinished(state=state):
                watch(state, 1, 1)
            case TurnsCaptured(new=new):
                watch("captured", new, None)

    return on_event


def _print_progress(what: str, done: float, total: float | None) -> None:
    print_json({"event": "progress", "what": what, "done": done, "total": total})


def _ignore_progress(what: str, done: float, total: float | None) -> None:
    del what, done, total


@contextmanager
def _draw_bar() -> Iterator[ProgressBar]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=32), TextColumn("{task.fields[count]}"))
    with Progress(*columns, TimeElapsedColumn(), console=make_console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None, count="")

        def watch(what: str, done: float, total: float | None) -> None:
            count = (f"{done:,.0f}" if done else "") + (f" of {total:,.0f}" if total is not None else "")
            progress.update(task, description=what, completed=done, total=total, count=count)

        yield watch
