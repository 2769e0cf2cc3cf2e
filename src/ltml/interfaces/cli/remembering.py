"""Commands that ask the memory, and those that tell it something by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from ltml.errors import ConfigError
from ltml.interfaces.cli import as_json, show
from ltml.interfaces.cli.desk import CommandContext, with_shared_options
from ltml.interfaces.cli.naming import find_id, find_memory_id
from ltml.interfaces.cli.saying import plain_text, strip_terminal_codes
from ltml.model import MEMORY_KINDS

Query = Annotated[str, typer.Argument(metavar="QUERY", help="A question, or some words.")]
Text = Annotated[str, typer.Argument(metavar="TEXT", help="One plain sentence.")]
MemoryId = Annotated[str, typer.Argument(metavar="ID", help="A memory's id, or its beginning; see `ltml memories`.")]
AnyId = Annotated[str, typer.Argument(metavar="ID", help="The id of a memory or a turn, or its beginning.")]


@with_shared_options
def wake(
    desk: CommandContext,
    query: Query,
    budget: Annotated[int, typer.Option(min=0, help="Tokens it may take, at most.")] = 512,
    session: Annotated[str | None, typer.Option(help="The session it is for.")] = None,
) -> None:
    """
    Show what the model would be reminded of.

    The block holds for every talk; the rest is for this question. A question that no memory is about gets nothing.
    """
    with desk.open() as layer:
        injection = layer.wake(query, budget=budget, session=session)
    if not injection.text:
        desk.print_answer(as_json.injection(injection), plain_text("Nothing: no memory is about this.", "dim"))
        return
    desk.print_answer(as_json.injection(injection), plain_text(injection.text))
    desk.print_note(f"{show.count(injection.tokens, 'token')} of {budget}, {show.count(len(injection.items), 'line')}")


@with_shared_options
def recall(
    desk: CommandContext,
    query: Query,
    k: Annotated[int, typer.Option("-k", "--best", min=1, help="How many to show.")] = 10,
) -> None:
    """Find the turns and memories that answer best."""
    with desk.open() as layer:
        hits = layer.recall(query, k)
    desk.print_answers(map(as_json.hit, hits), show.hits(hits))


@with_shared_options
def memories(
    desk: CommandContext,
    kind: Annotated[str | None, typer.Option(help=f"Only this kind: {', '.join(MEMORY_KINDS)}.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what is archived or no longer true.")] = False,
) -> None:
    """List what is remembered, as it was learned."""
    with desk.open() as layer:
        known = layer.memories()
    kinds = dict.fromkeys((*MEMORY_KINDS, *(m.kind for m in known)))
    if kind not in (None, *kinds):
        raise ConfigError(
            f"no memory is of a kind called '{strip_terminal_codes(kind or '')}'; there are: {', '.join(kinds)}"
        )
    found = [m for m in known if (everything or (m.active and m.valid_to is None)) and kind in (None, m.kind)]
    desk.print_answers(map(as_json.memory, found), show.memories(found, kind or ""))
    if len(found) < len(known):
        desk.print_note(f"{len(known) - len(found)} more with --all" + (" and without --kind" if kind else ""))


@with_shared_options
def show_one(desk: CommandContext, name: AnyId) -> None:
    """Show all that is known of a memory or a turn."""
    with desk.open() as layer:
        found = find_id(layer, name)
        for memory in layer.store.memories(layer.namespace, [found]):
            desk.print_answer(as_json.memory(memory), show.memory(memory))
            return
        for turn in layer.store.turns(layer.namespace, [found]):
            desk.print_answer(as_json.turn(turn), show.turn(turn))


@with_shared_options
def why(desk: CommandContext, name: AnyId) -> None:
    """
    Tell why something is remembered as it is.

    Every reason that nights gave, oldest first, and the turns it rests on.
    """
    with desk.open() as layer:
        found = layer.why(find_id(layer, name))
    rows = {
        "is": f"{found.kind}, {'active' if found.active else 'archived'}",
        "because": "\n".join(found.reasons) or "no night says why (sealed by `ltml forget`)",
        "rests on": "\n".join(f"{show.day(turn.at)} {turn.name}: {turn.text}" for turn in found.turns),
    }
    desk.print_answer(as_json.of(found), show.pairs(rows, title=found.text))


@with_shared_options
def remember(desk: CommandContext, text: Text) -> None:
    """
    Remember something for good.

    It is shown in every talk until you forget it.
    """
    with desk.open_or_create() as layer:
        memory = layer.remember(text)
    desk.print_answer(as_json.memory(memory), plain_text(f"Remembered as {memory.id[: show.SHORT]} ({memory.kind})."))


@with_shared_options
def edit(desk: CommandContext, name: MemoryId, text: Text) -> None:
    """
    Correct what a memory says.

    No night changes it any more. Turns are never changed: they are what was said.
    """
    with desk.open() as layer:
        memory = layer.edit(find_memory_id(layer, name), text)
    desk.print_answer(as_json.memory(memory), plain_text(f"{memory.id[: show.SHORT]} now says: {memory.text}"))


@with_shared_options
def pin(desk: CommandContext, name: MemoryId) -> None:
    """Keep a memory in every talk, whatever nights say."""
    with desk.open() as layer:
        memory = layer.pin(find_memory_id(layer, name))
    desk.print_answer(as_json.memory(memory), plain_text(f"Pinned {memory.id[: show.SHORT]}: {memory.text}"))
