"""Pictures for people: tables and short texts. Given values, they return what rich can print, and print nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ltml.interfaces.cli.saying import plain_text, shorten_line, strip_terminal_codes
from ltml.model import Evidence, Hit, Memory, Night, Resolved, Turn

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

STATES: Mapping[str, str] = {
    "promoted": "in effect", "refused": "refused by its own check; nothing was changed", "empty": "nothing to do",
    "interrupted": "interrupted; `ltml sleep` goes on", "undone": "taken back", "sealed": "in effect, for good",
}  # fmt: skip
#: What of a night's report says most, for lists.
_TELLING = ("turns", "memories_new", "memories_grown", "folded", "refused")
#: So much of an id is shown in lists; commands take it for the whole.
SHORT = 8
_FAINT = "dim"


def day(at: datetime | None) -> str:
    """Return the day and the minute."""
    return at.strftime("%Y-%m-%d %H:%M") if at else "-"


def count(number: float, thing: str) -> str:
    """Return a number with its noun: `1 turn`, `2,000 turns`, `3 memories`, `2 keys`."""
    if number == 1:
        return f"1 {thing}"
    changes = thing.endswith("y") and thing[-2:-1] not in "aeiou"
    return f"{number:,.0f} {thing[:-1]}ies" if changes else f"{number:,.0f} {thing}s"


def state(memory: Memory) -> str:
    """Return in a word what stands of a memory."""
    if memory.valid_to is not None:
        return "closed"
    if not memory.active:
        return "archived"
    return "pinned" if memory.pinned else memory.tier


def hits(found: Sequence[Hit]) -> RenderableType:
    """Return what recall found, best first."""
    if not found:
        return plain_text("Nothing that is remembered has any of these words.")
    table = _table("score", "when", "what", "text")
    for hit in found:
        table.add_row(f"{hit.score:.2f}", day(hit.document.at), hit.kind, plain_text(shorten_line(hit.text)))
        table.add_row("", "", "", plain_text(f"{hit.id[:SHORT]}  {hit.why}", _FAINT))
    return table


def memories(found: Sequence[Memory], kind: str = "") -> RenderableType:
    """Return memories in the order they were learned; `kind` is the one they are of, if they are of one."""
    if not found and kind:
        return plain_text(f"No memories of the kind {kind}.")
    if not found:
        return plain_text("No memories yet. `ltml sleep` makes them from what was said, `ltml remember TEXT` at once.")
    table = _table("id", "learned", "kind", "state", "text")
    for memory in found:
        said = f" ({memory.count}x)" if memory.count > 1 else ""
        row = (memory.id[:SHORT], memory.learned_at.date().isoformat(), memory.kind, state(memory))
        table.add_row(*row, plain_text(shorten_line(memory.text) + said))
    return table


def keys(found: Sequence[Sequence[str]]) -> RenderableType:
    """Return the keys of users: user, id, day, whether it holds."""
    if not found:
        return plain_text("Nobody has a key. `ltml user add NAME` makes one; a server with one user needs none.")
    table = _table("user", "key", "since", "state")
    for row in found:
        table.add_row(*map(plain_text, row))
    return table


def nights(found: Sequence[Night]) -> RenderableType:
    """Return nights and changes by hand, oldest first."""
    if not found:
        return plain_text("No night yet. `ltml sleep` is the first.")
    table = _table("id", "when", "state", "report")
    for night in found:
        table.add_row(night.id, day(night.started_at), night.state, plain_text(short_report(night)))
    return table


def short_report(night: Night) -> str:
    """Return the most telling counts of a night on one line."""
    said = {name: night.report.get(name, 0) for name in _TELLING}
    counts = ", ".join(f"{_label(name)} {_figure(value)}" for name, value in said.items() if value)
    return counts or ("by hand" if night.kind == "hand" else "")


def night(found: Night, turns: int = 0) -> RenderableType:
    """Return a night with its report."""
    changes = found.report.get("changes", len(found.changes))
    rows = {"state": f"{found.state} ({STATES[found.state]})", "started": day(found.started_at)}
    rows |= {_label(name): _figure(value) for name, value in found.report.items()}
    rows |= {"changes": _figure(changes)} | ({"turns": f"{turns:,}"} if turns else {})
    return pairs(rows, title=f"night {found.id}")


def pairs(rows: Mapping[str, str], title: str = "") -> RenderableType:
    """Return names and values, one a line."""
    from rich.console import Group
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(style=_FAINT, no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows.items():
        table.add_row(name, plain_text(value))
    return Group(plain_text(title, "bold"), table) if title else table


def memory(found: Memory) -> RenderableType:
    """Return everything about a memory."""
    rows = {
        "kind": found.kind, "state": state(found), "learned": day(found.learned_at),
        "said": f"{found.count}x" + (f" by {strip_terminal_codes(found.speaker)}" if found.speaker else ""),
        "origin": found.origin,
        "matters": f"{found.salience:.2f}", "by hand": "yes" if found.by_hand else "",
        "true from": day(found.valid_from) if found.valid_from else "",
        "true until": day(found.valid_to) if found.valid_to else "", "dates": dates(found.dates),
        "rests on": "\n".join(map(evidence, found.evidence)),
    }  # fmt: skip
    return pairs({name: value for name, value in rows.items() if value}, title=found.text)


def turn(found: Turn) -> RenderableType:
    """Return a turn as it was said."""
    rows = {
        "said by": strip_terminal_codes(found.name), "when": day(found.at),
        "session": strip_terminal_codes(found.session), "ref": strip_terminal_codes(found.ref),
        "origin": found.origin, "id": found.id,
        "superseded": "yes: taken back by an edit, another try or a newer text; no longer recalled" * found.superseded,
    }  # fmt: skip
    return pairs({name: value for name, value in rows.items() if value}, title=found.text)


def evidence(found: Evidence) -> str:
    """Return one piece of evidence on a line."""
    when = f"{found.at.date().isoformat()} " if found.at else ""
    return f"{when}turn {found.turn}: {shorten_line(found.quote, 120)}"


def dates(found: Iterable[Resolved]) -> str:
    """Return what relative dates meant."""
    return "; ".join(f"'{shorten_line(d.phrase, 60)}' is {d.written}" for d in found)


def lines(texts: Iterable[Text]) -> RenderableType:
    """Return texts below each other."""
    from rich.console import Group

    return Group(*texts)


def _table(*columns: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in columns:
        last = name == columns[-1]
        table.add_column(name, no_wrap=not last, overflow="fold" if last else "ellipsis", ratio=1 if last else None)
    return table


def _label(name: str) -> str:
    return strip_terminal_codes(name).replace("_", " ")


def _figure(value: float | str) -> str:
    if isinstance(value, str):
        return shorten_line(value)
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3f}"
