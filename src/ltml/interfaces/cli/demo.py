"""
The whole circle in under a minute, on a store that is thrown away: a week of talk, a night, a morning. No model needed.

Pauses are for people who watch; where the output goes to a file or `--fast` is given there are none.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from ltml.events import Event
from ltml.interfaces.cli import as_json, demo_story, show
from ltml.interfaces.cli.desk import CommandContext, with_shared_options
from ltml.interfaces.cli.diff import diff, turns_of
from ltml.interfaces.cli.progress import progress_listener, show_progress
from ltml.interfaces.cli.saying import make_console, plain_text, print_json
from ltml.model import Change, Memory, Night, Turn, Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from ltml.layer import MemoryLayer

Pause = Callable[[float], None]
#: Wider lines are hard to read.
WIDEST = 92
#: The changes worth a look, the most telling first; the first three kinds that the night holds are shown.
TELLING: Sequence[Callable[[Change], bool]] = (
    lambda change: isinstance(change.after, Memory) and change.after.kind == "protected",
    lambda change: isinstance(change.after, Memory) and change.after.count > 1,
    lambda change: isinstance(change.after, Verdict) and change.after.tier == "archive",
    lambda change: isinstance(change.after, Verdict) and bool(change.after.dates),
    lambda change: isinstance(change.after, Memory),
)
EXAMPLES = 3


@with_shared_options
def demo(desk: CommandContext, fast: Annotated[bool, typer.Option("--fast", help="Without pauses.")] = False) -> None:
    """
    Watch a week of talk, a night and a morning.

    Plays on a memory of its own that is thrown away; yours is not touched, and no model is needed.
    """
    import ltml

    with TemporaryDirectory(prefix="ltml-demo-") as folder, ltml.open(Path(folder) / "demo.db") as layer:
        if desk.as_json:
            _play_as_json(layer)
        else:
            _play(layer, fast=fast or not sys.stdout.isatty())


def _play_as_json(layer: MemoryLayer) -> None:
    """Play for programs: one JSON line per event."""
    for day in demo_story.WEEK:
        layer.capture(day.turns())
        for turn in day.turns():
            print_json({"event": "said", **as_json.turn(turn)})
    night = layer.sleep(now=demo_story.BEDTIME)
    print_json({"event": "night", **as_json.night(night)})
    for change in _choose_examples(night):
        print_json({"event": "change", **as_json.change(change)})
    for question in demo_story.QUESTIONS:
        injection = layer.wake(question.asked, budget=demo_story.BUDGET, now=demo_story.MORNING)
        print_json({"event": "asked", "query": question.asked, **as_json.injection(injection)})


def _play(layer: MemoryLayer, *, fast: bool) -> None:
    """Play for people."""
    out = make_console()
    out.width = min(out.width, WIDEST)
    pause: Pause = (lambda _: None) if fast else time.sleep
    _play_week(layer, out, pause)
    _play_night(layer, out, pause)
    _play_morning(layer, out, pause)
    out.print(plain_text("That was LTML. Now yours:", "bold"))
    out.print(plain_text("  ltml remember 'I am called Sam and I bake bread.'\n  ltml wake 'what do I bake?'"))


def _play_week(layer: MemoryLayer, out: Console, pause: Pause) -> None:
    out.print(plain_text(f"{demo_story.NAME} talks to her local model for a week. LTML listens.", "bold"))
    for day in demo_story.WEEK:
        turns = day.turns()
        layer.capture(turns)
        _print_panel(out, f"{day.begins:%A} {day.begins.day} May", map(_turn_line, turns), "blue")
        pause(0.8)


def _play_night(layer: MemoryLayer, out: Console, pause: Pause) -> None:
    out.print(plain_text("Night. The model is shut down; the filter net sorts, merges and learns.", "bold"))
    with show_progress(as_json=False) as watch:
        show_step = progress_listener(watch)

        def slowly(event: Event) -> None:
            show_step(event)
            pause(0.35)

        night = layer.sleep(now=demo_story.BEDTIME, notify=slowly)
    _print_panel(out, "The night's report", _report_lines(night), "magenta")
    pause(1.5)
    examples = _choose_examples(night)
    turns = {turn.id: turn for turn in layer.store.turns(layer.namespace, turns_of(examples))}
    _print_panel(out, "Three of its changes, and why", diff(examples, turns, everything=True), "magenta")
    pause(2.5)


def _play_morning(layer: MemoryLayer, out: Console, pause: Pause) -> None:
    out.print(plain_text("Morning. A new chat; the model has forgotten everything. This is put before it:", "bold"))
    asked = [
        (question, layer.wake(question.asked, budget=demo_story.BUDGET, now=demo_story.MORNING))
        for question in demo_story.QUESTIONS
    ]
    block = next((injection.block for _, injection in asked if injection.block), "")
    if block:
        _print_panel(out, "in every talk", [plain_text(block)], "yellow")
        pause(1.5)
    for question, injection in asked:
        shown = plain_text(injection.recall) if injection.recall else plain_text("(nothing)", "dim")
        _print_panel(out, question.asked, [shown, plain_text(f"^ {question.watch}", "dim")], "green")
        pause(1.5)


def _choose_examples(night: Night) -> list[Change]:
    """Return telling changes of different kinds."""
    chosen: list[Change] = []
    for telling in TELLING:
        found = next((change for change in night.changes if telling(change) and change not in chosen), None)
        if found is not None and len(chosen) < EXAMPLES:
            chosen.append(found)
    return chosen


def _report_lines(night: Night) -> Iterator[Text]:
    aside = sum(isinstance(c.after, Verdict) and c.after.tier == "archive" for c in night.changes)
    made = sum(isinstance(c.after, Memory) and c.before is None for c in night.changes)
    looked = int(night.report.get("turns", 0))
    yield plain_text(f"{show.count(looked, 'turn')} looked at, {aside} set aside, {show.count(made, 'memory')} made.")
    probes, found = night.report.get("probes"), night.report.get("probes_found")
    if probes:
        yield plain_text(f"Its own check: {found} of {probes} probe questions still find their answer.")
    yield plain_text(f"{night.state}: {show.STATES[night.state]}.", "dim")


def _turn_line(turn: Turn) -> Text:
    pasted = "[pasted] " if turn.origin == "pasted" else ""
    return plain_text(f"{turn.speaker or 'model'}: {pasted}{turn.text}", "" if turn.role == "user" else "dim")


def _print_panel(out: Console, title: str, texts: Iterator[Text] | Sequence[Text], style: str) -> None:
    from rich.panel import Panel

    out.print(Panel(show.lines(texts), title=plain_text(title, "bold"), title_align="left", border_style=style))
