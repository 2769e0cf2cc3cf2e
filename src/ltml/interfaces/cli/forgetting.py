"""
The command that cannot be undone: it shows what will go, asks, and hands out a receipt.

An order that names an id, or words that occur, is taken at its word. One that only resembles something is a guess, and
nobody's guess deletes: a person must have seen it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from ltml.errors import ConfigError
from ltml.interfaces.cli import as_json, show
from ltml.interfaces.cli.desk import Desk, everywhere
from ltml.interfaces.cli.naming import id_or_words
from ltml.interfaces.cli.progress import watching
from ltml.interfaces.cli.saying import console, one_line, plain, words
from ltml.layer import MemoryLayer
from ltml.model import Memory, Receipt, Turn
from ltml.protocols import Selection

if TYPE_CHECKING:
    from rich.text import Text

#: So many are shown one by one; of more, the number.
SHOWN = 12
ENDS = {
    "nothing": "Nothing was there to forget.",
    "dry-run": "Nothing was changed.",
    "proven": "Forgotten, and proven: a scan of the files found none of the words left.",
    "pending": "Forgotten, but words may still lie in the files: another program has the memory open. Close it, then "
    "run `ltml verify`.",
}


@everywhere
def forget(
    desk: Desk,
    ask: Annotated[str, typer.Argument(metavar="ASK", help="An id, words that occur, or a question.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> int | None:
    """
    Scrub turns and memories for good.

    Shows what goes, asks, and scrubs it from the log, the search, the nights and the file's bytes. This is the one
    thing that cannot be undone. What only resembles ASK is never forgotten unseen: --yes takes ids and words that
    occur.
    """
    with desk.open() as layer:
        ask = id_or_words(layer, ask)
        chosen = layer.find(ask)
        turns, memories = _chosen(layer, chosen)
        if not turns and not memories:
            receipt = layer.forget(chosen, dry_run=True)
            desk.answer(
                as_json.receipt(receipt) | {"state": "nothing"}, words(f"Nothing here is about '{plain(ask)}'.")
            )
            return None
        if not desk.as_json:
            desk.show(show.lines(_going(turns, memories)))
        guess = not _literal(ask, turns, memories)
        if not dry_run and not _agreed(desk, ask, yes=yes, guess=guess):
            desk.note("Nothing was changed.")
            return 1
        with watching(as_json=desk.as_json) as watch:
            watch("forgetting", 0, None)
            receipt = layer.forget(chosen, dry_run=dry_run)
    desk.answer(as_json.receipt(receipt), show.lines(_receipt(receipt)))
    return None


def _chosen(layer: MemoryLayer, chosen: Selection) -> tuple[list[Turn], list[Memory]]:
    """Return the turns that go, and the memories that go or lose evidence with them."""
    turns = list(layer.store.turns(layer.namespace, chosen.turns))
    gone = set(chosen.turns)
    touched = (m for m in layer.memories() if m.id in chosen.memories or gone & {e.turn for e in m.evidence})
    return turns, list(touched)


def _literal(ask: str, turns: list[Turn], memories: list[Memory]) -> bool:
    needle = ask.casefold()
    things = [(thing.id, thing.text) for thing in turns] + [(thing.id, thing.text) for thing in memories]
    return any(ask == name or needle in text.casefold() for name, text in things)


def _going(turns: list[Turn], memories: list[Memory]) -> Iterator[Text]:
    yield words(f"This would go: {show.count(len(turns), 'turn')}, {show.count(len(memories), 'memory')}.", "bold")
    for turn in islice(turns, SHOWN):
        yield words(f"- {show.day(turn.at)} {turn.name}: {one_line(turn.text, 160)}", "red")
    for memory in islice(memories, SHOWN):
        yield words(f"- {memory.kind}: {one_line(memory.text, 160)}", "red")
    more = max(0, len(turns) - SHOWN) + max(0, len(memories) - SHOWN)
    if more:
        yield words(f"  and {more:,} more", "dim")


def _agreed(desk: Desk, ask: str, *, yes: bool, guess: bool) -> bool:
    if yes and not guess:
        return True
    if desk.as_json or not sys.stdin.isatty():
        if guess:
            raise ConfigError(
                f"nothing says '{plain(ask)}' word for word; name the id (`ltml recall` shows it), then --yes"
            )
        raise ConfigError("forgetting cannot be undone, and nobody is here to ask; look with --dry-run, then add --yes")
    question = "Nothing says this word for word; this is the nearest. " if guess else ""
    console(stderr=True).print(f"{question}Forget it for good? [y/N] ", end="")
    return input().strip().casefold() in ("y", "yes")


def _receipt(receipt: Receipt) -> Iterator[Text]:
    yield words(ENDS[receipt.state], "green" if receipt.state == "proven" else "")
    if receipt.state in ("proven", "pending"):
        gone = f"{show.count(len(receipt.turns), 'turn')}, {show.count(len(receipt.memories), 'memory')}"
        yield words(f"receipt {receipt.id}: {gone}; {show.count(receipt.bytes_scanned, 'byte')} scanned", "dim")
    if receipt.sealed_nights:
        yield words(f"These nights can no longer be undone: {', '.join(receipt.sealed_nights)}", "dim")
