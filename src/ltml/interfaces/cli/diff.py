"""
A night's changes as people read them: what is new, what changed from what to what, what was set aside, and why.

`+` is new, `~` changed, `-` gone or set aside. Turns that were merely looked at and kept are counted, not listed,
unless everything is asked for: they are many, and nothing about them changed but that a night has seen them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ltml.interfaces.cli import show
from ltml.interfaces.cli.saying import plain_text, shorten_line
from ltml.model import Change, Memory, Turn, Verdict

if TYPE_CHECKING:
    from rich.text import Text

#: What may change about a memory, and how it is said.
_FACETS: Mapping[str, Callable[[Memory], str]] = {
    "said": lambda memory: shorten_line(memory.text),
    "kind": lambda memory: memory.kind,
    "state": show.state,
    "counted": lambda memory: f"{memory.count}x",
    "matters": lambda memory: f"{memory.salience:.2f}",
    "true until": lambda memory: show.day(memory.valid_to),
    "dates": lambda memory: show.dates(memory.dates) or "-",
    "rests on": lambda memory: show.count(len(memory.evidence), "turn"),
}


def diff(changes: Sequence[Change], turns: Mapping[str, Turn], *, everything: bool = False) -> Iterator[Text]:
    """Yield the lines for a night's changes; `turns` are those the verdicts speak of, by id."""
    if not changes:
        yield plain_text("Nothing changed.")
    memories = [change for change in changes if not _verdict(change)]
    verdicts = [change for change in changes if _verdict(change)]
    listed = [change for change in verdicts if everything or not _is_plainly_kept(change)]
    for change in memories:
        yield from _memory_lines(change)
    for change in listed:
        yield from _verdict_lines(change, turns)
    if len(listed) < len(verdicts):
        more = show.count(len(verdicts) - len(listed), "turn")
        yield plain_text(f"  {more} looked at and kept (--all lists them)", "dim")


def turns_of(changes: Iterable[Change]) -> list[str]:
    """Return the ids of the turns that verdicts among these changes speak of."""
    return [row.turn for change in changes for row in (change.after or change.before,) if isinstance(row, Verdict)]


def _verdict(change: Change) -> bool:
    return isinstance(change.after or change.before, Verdict)


def _is_plainly_kept(change: Change) -> bool:
    after = change.after
    return isinstance(after, Verdict) and after.keep and after.tier != "archive" and change.before is None


def _memory_lines(change: Change) -> Iterator[Text]:
    before, after = change.before, change.after
    if isinstance(after, Memory) and not isinstance(before, Memory):
        yield plain_text(f"+ {shorten_line(after.text)}", "green")
        yield plain_text(f"    {after.kind}, {show.state(after)}, said {after.count}x  {after.id[: show.SHORT]}", "dim")
    elif isinstance(before, Memory) and not isinstance(after, Memory):
        yield plain_text(f"- {shorten_line(before.text)}", "red")
    elif isinstance(before, Memory) and isinstance(after, Memory):
        yield plain_text(f"~ {shorten_line(after.text)}", "yellow")
        yield from _difference_lines(before, after)
    yield plain_text(f"    why: {shorten_line(change.reason)}", "dim")


def _difference_lines(before: Memory, after: Memory) -> Iterator[Text]:
    for name, say in _FACETS.items():
        if say(before) != say(after):
            yield plain_text(f"    {name}: {say(before)} -> {say(after)}")


def _verdict_lines(change: Change, turns: Mapping[str, Turn]) -> Iterator[Text]:
    row = change.after or change.before
    if not isinstance(row, Verdict):
        return
    turn = turns.get(row.turn)
    said = f"{turn.name}: {shorten_line(turn.text, 160)}" if turn else f"turn {row.turn}"
    before, after = _describe_standing(change.before), _describe_standing(change.after)
    mark, style = ("-", "red") if after.startswith("set aside") else ("~", "yellow") if change.before else ("=", "")
    yield plain_text(f"{mark} {said}", style)
    dated = f"; {show.dates(row.dates)}" if row.dates else ""
    yield plain_text(f"    {before} -> {after}{dated}", "dim")
    yield plain_text(f"    why: {shorten_line(change.reason or row.reason)}", "dim")


def _describe_standing(row: object) -> str:
    if not isinstance(row, Verdict):
        return "new"
    return f"kept as {row.kind}" if row.tier != "archive" else f"set aside as {row.kind}"
