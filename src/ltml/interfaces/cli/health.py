"""Commands that look after the memory: how it is, whether it is sound, how to mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ltml.errors import StoreBusy, StoreDamaged
from ltml.interfaces.cli import as_json, show
from ltml.interfaces.cli.checks import Finding, run_checks
from ltml.interfaces.cli.desk import CommandContext, with_shared_options
from ltml.interfaces.cli.failing import DATA
from ltml.interfaces.cli.progress import show_progress
from ltml.interfaces.cli.saying import plain_text
from ltml.interfaces.cli.serving import read_server_status
from ltml.model import Night
from ltml.store.sqlite.rescue import needs_rescue, rescue

MARKS = {"ok": ("ok  ", "green"), "note": ("note", "yellow"), "fail": ("FAIL", "bold red")}


#: What a server counts when all is well, and how the names of what it counts for unknown users begin.
WELL, NOBODY = frozenset({"exchanges kept"}), "unknown user: "


@with_shared_options
def status(desk: CommandContext) -> None:
    """Tell how things stand: who is loaded, who sleeps, what the next night waits for, what the last one did."""
    with desk.open() as layer:
        stats, nights = layer.stats(), layer.nights()
    server = read_server_status(desk.db)
    last = next((night for night in reversed(nights) if night.kind == "night"), None)
    step = next_step(stats, last) if server is None else f"{server['next']} (by itself)"
    rows = {
        "memory": f"{desk.db}, namespace {desk.namespace}",
        "turns": f"{stats['turns']:,}, {stats['new_turns']:,} of them new since the last night",
        "memories": f"{stats['memories']:,}",
        "last night": f"{last.id}, {show.STATES[last.state]}" if last else "none yet",
        "size": _format_size(stats["total_bytes"]),
        **_damaged_row(stats),
        **_server_rows(server),
        "next": step,
    }
    facts = {"db": desk.db, "namespace": desk.namespace, **stats, "last_night": as_json.night(last) if last else None}
    desk.print_answer(facts | {"next": step, "server": server}, show.pairs(rows))


@with_shared_options
def doctor(desk: CommandContext) -> int:
    """
    Check that everything LTML needs is in order.

    Looks at Python, SQLite, the folder, the disk and the file, writes nothing, and tells of each fault how to mend it.
    Ends with 3 if there is one.
    """
    with show_progress(as_json=desk.as_json) as watch:
        watch("looking", 0, None)
        found = list(run_checks(desk.db, desk.settings.capture.secrets))
    failed = sum(finding.state == "fail" for finding in found)
    lines = [plain_text(line, style) for finding in found for line, style in _finding_lines(finding)]
    end = plain_text(f"{show.count(failed, 'fault')}." if failed else "All is well.", "bold")
    desk.print_answers(map(as_json.of, found), show.lines([*lines, end]))
    return DATA if failed else 0


@with_shared_options
def verify(
    desk: CommandContext,
    repair: Annotated[bool, typer.Option("--repair", help="Mend, set aside or rescue what is damaged.")] = False,
) -> int:
    """
    Prove that nothing that was said is lost or altered.

    Follows the chain of digests over all turns and compares everything derived from them with a fresh build. Ends with
    3 if something is wrong. --repair mends what a digest proves, sets aside the rest (`ltml export --damaged` writes it
    out), and where the file itself is damaged saves what can be read into a new one and keeps the old one beside it.
    """
    if not repair:
        return _verify_store(desk, repair=False)
    try:
        code = _verify_store(desk, repair=True)
    except StoreDamaged as exc:
        desk.print_note(str(exc))
        code = DATA
    return _rescue(desk) if code and Path(desk.db).is_file() and needs_rescue(desk.db) else code


def _rescue(desk: CommandContext) -> int:
    """Save what can be read of a damaged file into a new one."""
    if read_server_status(desk.db) is not None:
        raise StoreBusy(f"{desk.db} must be rescued, and `ltml serve` uses it; stop that first")
    with show_progress(as_json=desk.as_json) as watch:
        watch("rescuing", 0, None)
        told = rescue(desk.db)
    desk.print_answer(
        {"rescued": True, "complaints": told}, show.lines([*map(plain_text, told), plain_text("Rescued.", "green")])
    )
    return 0


@with_shared_options
def reindex(desk: CommandContext) -> int:
    """
    Build search anew from what was said.

    Everything that is derived from the log is compared with a fresh build and replaced. The log is only read.
    """
    return _verify_store(desk, repair=True)


def next_step(stats: Mapping[str, Any], last: Night | None) -> str:
    """Return what to do next, in one line."""
    if not stats["turns"] and not stats["memories"]:
        return "nothing is here yet: see `ltml demo`, bring talk with `ltml import jsonl FILE`, or `ltml remember TEXT`"
    if last is not None and last.state == "interrupted":
        return "the last night was interrupted: `ltml sleep` goes on where it stopped"
    if stats["new_turns"]:
        return f"`ltml sleep` takes in {show.count(stats['new_turns'], 'new turn')} (--dry-run shows what it would do)"
    return "all is slept on: ask with `ltml wake QUERY`, look with `ltml memories`"


def _server_rows(server: Mapping[str, Any] | None) -> dict[str, str]:
    """Return what the running server says, for people."""
    if server is None:
        return {"server": "none runs; `ltml serve` starts one"}
    night, loaded = server["asleep"], server["loaded"]
    asleep = f"{night['namespace']}, {night['done']:,} of {night['total']:,} turns through" if night else "nobody"
    return {
        "server": f"{server['url']}, in front of {server['upstream']}",
        "loaded": "the server cannot tell" if loaded is None else ", ".join(loaded) or "no model",
        "asleep": f"{asleep}, paused while somebody speaks" if night and night["paused"] else asleep,
        **_left_out_row(server),
        **_unknown_rows(server),
    }


def _left_out_row(server: Mapping[str, Any]) -> dict[str, str]:
    """Return how often memory was left out since the server began, and why; nothing if it never was."""
    if server.get("memory_off"):
        return {"memory is off": server["memory_off"]}
    left_out = sorted(name for name in server["counts"] if name not in WELL and not name.startswith(NOBODY))
    said = "\n".join(f"{server['counts'][name]:,} x {name}" for name in left_out)
    return {"left out": said} if said else {}


def _unknown_rows(server: Mapping[str, Any]) -> dict[str, str]:
    """Return who could not be told, and what to do about it; nothing if all is well."""
    nobody = {name.removeprefix(NOBODY): count for name, count in server["counts"].items() if name.startswith(NOBODY)}
    said = ", ".join(f"{count:,} x {reason}" for reason, count in sorted(nobody.items()))
    rows = {"no memory for": said, "to do": "\n".join(server.get("notices", ()))}
    return {name: value for name, value in rows.items() if value}


def _damaged_row(stats: Mapping[str, Any]) -> dict[str, str]:
    if not stats["damaged"]:
        return {}
    return {"damaged": f"{show.count(stats['damaged'], 'row')} set aside; `ltml export --damaged FILE` writes them out"}


def _verify_store(desk: CommandContext, *, repair: bool) -> int:
    with desk.open() as layer, show_progress(as_json=desk.as_json) as watch:
        watch("rebuilding" if repair else "checking", 0, None)
        complaints = layer.verify(repair=repair)
        aside = len(layer.damaged())
    left = [what for what in complaints if not (repair and what.endswith(("(mended)", "(set aside)")))]
    facts = {"sound": not left, "complaints": list(complaints), "rebuilt": repair, "damaged": aside}
    desk.print_answer(facts, show.lines([*map(plain_text, complaints), _verdict_line(complaints, left, repair=repair)]))
    rows = show.count(aside, "damaged row")
    desk.print_note(
        f"{rows} of {desk.namespace} set aside; `ltml export --damaged FILE` writes all bytes out." if aside else ""
    )
    return DATA if left else 0


def _verdict_line(complaints: Sequence[str], left: Sequence[str], *, repair: bool) -> Any:
    if not left:
        sentence = "All mended." if complaints else "Built anew; all is sound." if repair else "All is sound."
        return plain_text(sentence, "green")
    cure = "bring back a backup of the file" if repair else "`ltml verify --repair` mends what can be mended"
    return plain_text(f"Not sound: {cure}.", "bold red")


def _finding_lines(finding: Finding) -> list[tuple[str, str]]:
    mark, style = MARKS[finding.state]
    lines = [(f"{mark} {finding.name}: {finding.says}", "" if finding.state == "ok" else style)]
    return [*lines, (f"     {finding.mend}", "")] if finding.mend else lines


def _format_size(size: float) -> str:
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:  # noqa: PLR2004 -- the next unit's size
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} GB"
