"""
The command that cannot be undone: it shows what will go, asks, and hands out a receipt.

An order that names an id, or words that occur, is taken at its word. One that only describes something is a guess, and
nobody's guess deletes: what comes nearest is shown with its words, and only what is then picked goes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from ltml.errors import ConfigError
from ltml.interfaces.cli import as_json, show
from ltml.interfaces.cli.desk import CommandContext, with_shared_options
from ltml.interfaces.cli.naming import resolve_id
from ltml.interfaces.cli.progress import show_progress
from ltml.interfaces.cli.saying import make_console, plain_text, shorten_line, strip_terminal_codes
from ltml.layer import MemoryLayer
from ltml.model import Receipt
from ltml.protocols import Selection

if TYPE_CHECKING:
    from rich.text import Text

#: So many are shown one by one; of more, the number.
SHOWN = 12
ENDS = {
    "nothing": "Nothing was there to forget.",
    "dry-run": "Nothing was changed.",
    "proven": "Forgotten, and proven: a scan of the files found none of the words left.",
    "pending": "Forgotten, but words may still lie in the files: another program has the memory open, or a copy beside "
    "it cannot be deleted. Close it; the next command that opens this memory finishes, and `ltml doctor` tells.",
}


@with_shared_options
def forget(
    desk: CommandContext,
    ask: Annotated[str, typer.Argument(metavar="ASK", help="An id, words that occur, or a description to pick from.")],
    pick: Annotated[
        list[int] | None, typer.Option("--pick", metavar="N", help="Which of the things a description may mean.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> int | None:
    """
    Scrub turns and memories for good.

    Shows what goes, asks, and scrubs it from the log, the search, the nights, the file's bytes and LTML's own copies of
    the file. This is the one thing that cannot be undone. An ASK that is no id and stands nowhere word for word is a
    description: what it may mean is shown, numbered, and only what is picked goes, --yes or not. Your own copies and
    exports are yours to delete.
    """
    with desk.open() as layer:
        found = layer.find(resolve_id(layer, ask))
        if not found.items:
            receipt = layer.forget(found, dry_run=True)
            sentence = (
                "That was forgotten before."
                if found.before
                else f"Nothing here is about '{strip_terminal_codes(ask)}'."
            )
            desk.print_answer(as_json.receipt(receipt) | {"state": "nothing"}, plain_text(sentence))
            return None
        if pick and found.literal:
            raise ConfigError(
                f"'{strip_terminal_codes(ask)}' stands there word for word, and --pick is for descriptions; "
                "to forget one of several, name its id (`ltml recall` shows them)"
            )
        chosen = found if found.literal else _pick_candidates(desk, layer, found, pick or (), dry_run=dry_run)
        if chosen is None:
            return None if dry_run else _print_unchanged(desk)
        if not desk.as_json:
            desk.print_parts(show.lines(_preview_lines(layer, chosen)))
        if not dry_run and not _is_confirmed(desk, yes=yes):
            return _print_unchanged(desk)
        with show_progress(as_json=desk.as_json) as watch:
            watch("forgetting", 0, None)
            receipt = layer.forget(chosen, dry_run=dry_run)
    desk.print_answer(as_json.receipt(receipt), show.lines(_receipt_lines(receipt)))
    return None


def _print_unchanged(desk: CommandContext) -> int:
    desk.print_note("Nothing was changed.")
    return 1


# ---------------------------------------------------------------- what a description may mean


def _pick_candidates(
    desk: CommandContext, layer: MemoryLayer, found: Selection, pick: Sequence[int], *, dry_run: bool
) -> Selection | None:
    """Return what is picked of what a description may mean, or nothing; nobody but a person, or --pick, picks."""
    candidates = found.candidates
    if not pick and desk.as_json:
        state = "dry-run" if dry_run else "unclear"
        listed = [
            {
                "pick": number, "id": _id(each), "turns": list(each.turns), "memories": list(each.memories),
                "items": [{"id": item.id, "kind": item.kind, "text": item.text} for item in each.items],
            }
            for number, each in enumerate(candidates, 1)
        ]  # fmt: skip
        desk.print_answer({"state": state, "candidates": listed})
    elif not pick:
        desk.print_parts(show.lines(_candidate_lines(layer, candidates)))
    if not pick and not dry_run:
        pick = _ask_for_numbers(desk, candidates)
    elif not pick:
        desk.print_note("Nothing was changed. --pick N takes one of these, in the same order, and so does its id.")
    wrong = [number for number in pick if not 1 <= number <= len(candidates)]
    if wrong:
        raise ConfigError(f"there is no number {wrong[0]} among the {len(candidates)} things this may mean")
    taken = [candidates[number - 1] for number in pick]
    turns = dict.fromkeys(turn for each in taken for turn in each.turns)
    memories = dict.fromkeys(memory for each in taken for memory in each.memories)
    items = dict.fromkeys(item for each in taken for item in each.items)
    return Selection(turns=tuple(turns), memories=tuple(memories), items=tuple(items)) if taken else None


def _ask_for_numbers(desk: CommandContext, candidates: Sequence[Selection]) -> list[int]:
    if desk.as_json or not sys.stdin.isatty():
        ids = ", ".join(_id(each) for each in candidates)
        raise ConfigError(
            "nothing says this word for word, and only what is named is forgotten; "
            f"name what is meant with --pick N, or by its id: {ids}"
        )
    make_console(stderr=True).print("Nothing says this word for word. Which of these, by number? [none] ", end="")
    return [int(number) for number in re.findall(r"\d+", input())]


def _candidate_lines(layer: MemoryLayer, candidates: Sequence[Selection]) -> Iterator[Text]:
    yield plain_text("Nothing says this word for word. It may mean:", "bold")
    for number, each in enumerate(candidates, 1):
        yield plain_text(f"{number}. {_id(each)}")
        for line in _selection_lines(layer, each):
            yield plain_text(f"   {line}", "red")


def _id(each: Selection) -> str:
    return (each.memories or each.turns)[0]


# ---------------------------------------------------------------- what goes


def _preview_lines(layer: MemoryLayer, chosen: Selection) -> Iterator[Text]:
    turns = len({item.id for item in chosen.items} & set(chosen.turns))
    memories = len(chosen.items) - turns
    yield plain_text(f"This would go: {show.count(turns, 'turn')}, {show.count(memories, 'memory')}.", "bold")
    for line in islice(_selection_lines(layer, chosen), SHOWN):
        yield plain_text(f"- {line}", "red")
    if len(chosen.items) > SHOWN:
        yield plain_text(f"  and {len(chosen.items) - SHOWN:,} more", "dim")


def _selection_lines(layer: MemoryLayer, chosen: Selection) -> Iterator[str]:
    """Yield what a selection says, a line each: turns with their day and who said them, then memories."""
    for turn in layer.store.turns(layer.namespace, chosen.turns):
        yield f"{show.day(turn.at)} {turn.name}: {shorten_line(turn.text, 160)}"
    for item in chosen.items:
        if item.id not in chosen.turns:
            yield f"{item.kind}: {shorten_line(item.text, 160)}"


def _is_confirmed(desk: CommandContext, *, yes: bool) -> bool:
    if yes:
        return True
    if desk.as_json or not sys.stdin.isatty():
        raise ConfigError("forgetting cannot be undone, and nobody is here to ask; look with --dry-run, then add --yes")
    make_console(stderr=True).print("Forget it for good? [y/N] ", end="")
    return input().strip().casefold() in ("y", "yes")


def _receipt_lines(receipt: Receipt) -> Iterator[Text]:
    yield plain_text(ENDS[receipt.state], "green" if receipt.state == "proven" else "")
    if receipt.state in ("proven", "pending"):
        gone = f"{show.count(len(receipt.turns), 'turn')}, {show.count(len(receipt.memories), 'memory')}"
        yield plain_text(f"receipt {receipt.id}: {gone}; {show.count(receipt.bytes_scanned, 'byte')} scanned", "dim")
    if receipt.removed:
        yield plain_text(f"These copies held some of it and are deleted: {', '.join(receipt.removed)}", "dim")
    if receipt.sealed_nights:
        can = "could then no longer" if receipt.state == "dry-run" else "can no longer"
        yield plain_text(f"These nights {can} be undone: {', '.join(receipt.sealed_nights)}", "dim")
