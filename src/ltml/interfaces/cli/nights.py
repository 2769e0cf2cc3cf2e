"""Commands about nights: sleep, and look at or take back what a night did."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from ltml.interfaces.cli import as_json, show
from ltml.interfaces.cli.desk import CommandContext, with_shared_options
from ltml.interfaces.cli.diff import diff, turns_of
from ltml.interfaces.cli.naming import find_night_id
from ltml.interfaces.cli.progress import progress_listener, show_progress
from ltml.interfaces.cli.saying import plain_text
from ltml.layer import MemoryLayer
from ltml.model import Night

NightId = Annotated[
    str, typer.Argument(metavar="ID", help="A night's id, its beginning, or `last`; see `ltml nights`.")
]
All = Annotated[bool, typer.Option("--all", help="List every turn the night looked at.")]


@with_shared_options
def sleep(
    desk: CommandContext,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; show what would change, and why.")
    ] = False,
    judge: Annotated[str | None, typer.Option("--filter", metavar="NAME", help="The filter that sorts.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="In a dry run, list every turn.")] = False,
) -> None:
    """
    Spend a night: sort, merge and learn from what is new.

    What changed can be seen with `ltml night diff last` and taken back with `ltml night undo last`.
    """
    if judge:
        desk = replace(desk, settings=replace(desk.settings, sleep=replace(desk.settings.sleep, filter=judge)))
    with desk.open() as layer:
        with show_progress(as_json=desk.as_json, tell=True) as watch:
            night = layer.sleep(dry_run=dry_run, notify=progress_listener(watch))
        if dry_run:
            _print_changes(desk, layer, night, everything=everything)
            desk.print_note("Nothing was changed. `ltml sleep` does it.")
        else:
            empty = plain_text("There was nothing new to sleep on.")
            desk.print_answer(as_json.night(night), empty if night.state == "empty" else show.night(night))
            desk.print_note(_suggest_next(night))


@with_shared_options
def nights(desk: CommandContext) -> None:
    """List the nights and the changes by hand, oldest first."""
    with desk.open() as layer:
        found = layer.nights()
    desk.print_answers(map(as_json.night, found), show.nights(found))


@with_shared_options
def night_show(desk: CommandContext, name: NightId) -> None:
    """Show a night's report."""
    with desk.open() as layer:
        night = layer.night(find_night_id(layer, name))
    desk.print_answer(as_json.night(night) | {"changes": len(night.changes)}, show.night(night))
    desk.print_note(_suggest_next(night))


@with_shared_options
def night_diff(desk: CommandContext, name: NightId, everything: All = False) -> None:
    """Show what a night changed: before, after and why."""
    with desk.open() as layer:
        _print_changes(desk, layer, layer.night(find_night_id(layer, name)), everything=everything)


@with_shared_options
def night_undo(desk: CommandContext, name: NightId) -> None:
    """
    Put back exactly what a night replaced.

    Its turns are new again, and later nights will not make the same changes.
    """
    with desk.open() as layer:
        night = layer.undo(find_night_id(layer, name, in_effect=True))
    sentence = f"Taken back: {show.count(len(night.changes), 'change')} of {night.id}."
    desk.print_answer(as_json.night(night), plain_text(sentence))
    desk.print_note("Later nights will not make these changes again." if night.changes else "")


def _print_changes(desk: CommandContext, layer: MemoryLayer, night: Night, *, everything: bool) -> None:
    turns = {turn.id: turn for turn in layer.store.turns(layer.namespace, turns_of(night.changes))}
    title = plain_text(f"{night.id}: {night.state}, {show.count(len(night.changes), 'change')}", "bold")
    picture = show.lines([title, *diff(night.changes, turns, everything=everything)]) if not desk.as_json else title
    desk.print_answers(map(as_json.change, night.changes), picture)


def _suggest_next(night: Night) -> str:
    if night.state == "promoted":
        return f"ltml night diff {night.id} shows what changed; ltml night undo {night.id} takes it back."
    return ""
