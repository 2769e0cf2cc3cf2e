"""All commands in one table: heading, name, function, example. Help, docs page and tests read the same table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ltml.interfaces.cli import benching, demo, engine, files, forgetting, health, nights, remembering, serving, users
from ltml.interfaces.cli.desk import AsJson, Config, Db, Namespace, is_debugging
from ltml.interfaces.cli.failing import report_bug, report_bug_in_full, run_guarded, show_warnings

Command = Callable[..., int | None]
FIRST, ASK, NIGHTS, HAND, TALK, CARE = (
    "Begin", "Ask", "Nights", "By hand", "Talk in and out", "Care",
)  # fmt: skip
TOP: tuple[tuple[str, str, Command, str], ...] = (
    (FIRST, "serve", serving.serve, "ltml serve --upstream http://127.0.0.1:11434"),
    (FIRST, "demo", demo.demo, "ltml demo"),
    (FIRST, "status", health.status, "ltml status"),
    (ASK, "wake", remembering.wake, "ltml wake 'what does the rabbit eat?' --budget 256"),
    (ASK, "recall", remembering.recall, "ltml recall 'rabbit food' -k 5"),
    (ASK, "memories", remembering.memories, "ltml memories --kind protected"),
    (ASK, "show", remembering.show_one, "ltml show 3f2a90"),
    (ASK, "why", remembering.why, "ltml why 3f2a90"),
    (NIGHTS, "sleep", nights.sleep, "ltml sleep --dry-run"),
    (NIGHTS, "nights", nights.nights, "ltml nights"),
    (HAND, "remember", remembering.remember, "ltml remember 'My rabbit must never eat clover.'"),
    (HAND, "edit", remembering.edit, "ltml edit 3f2a90 'The rabbit is called Juniper.'"),
    (HAND, "pin", remembering.pin, "ltml pin 3f2a90"),
    (HAND, "forget", forgetting.forget, "ltml forget Juniper --dry-run"),
    (TALK, "import", files.bring_in, "ltml import jsonl talk.jsonl.gz"),
    (TALK, "export", files.export, "ltml export talk.jsonl"),
    (CARE, "doctor", health.doctor, "ltml doctor"),
    (CARE, "verify", health.verify, "ltml verify"),
    (CARE, "reindex", health.reindex, "ltml reindex"),
)
NIGHT: tuple[tuple[str, Command, str], ...] = (
    ("show", nights.night_show, "ltml night show last"),
    ("diff", nights.night_diff, "ltml night diff last"),
    ("undo", nights.night_undo, "ltml night undo last"),
)
BENCH: tuple[tuple[str, Command, str], ...] = (
    ("logs", benching.logs, "ltml bench logs my-logs/ --resume bench.jsonl"),
    ("locomo", benching.locomo, "ltml bench locomo locomo10.json --jobs 2"),
    ("beam", benching.beam, "ltml bench beam beam.jsonl.xz"),
    ("speed", benching.speed, "ltml bench speed --sizes 1000,10000"),
    ("chat", benching.chat, "ltml bench chat --windows 4096,16384"),
    ("proxy", benching.proxy, "ltml bench proxy --streams 1,8"),
)
ENGINE: tuple[tuple[str, Command, str], ...] = (
    ("install", engine.install, "ltml engine install"),
    ("run", engine.run, "ltml engine run --model talker.gguf --port 8080"),
)
USER: tuple[tuple[str, Command, str], ...] = (
    ("add", users.add, "ltml user add anna"),
    ("list", users.list_all, "ltml user list"),
    ("revoke", users.revoke, "ltml user revoke anna"),
)


class HeadedGroup(TyperGroup):
    """A group whose help lists commands under headings, in the order one meets them."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a section per heading."""
        del ctx  # the commands are ours, and none depends on it
        rows: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.commands.items():
            heading = getattr(command, "rich_help_panel", None)
            short = command.get_short_help_str(formatter.width - 16)
            rows.setdefault(heading if isinstance(heading, str) else "Commands", []).append((name, short))
        for heading, listed in rows.items():
            with formatter.section(heading):
                formatter.write_dl(listed, col_max=12)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the number the process should end with."""
    given = list(sys.argv[1:] if argv is None else argv)
    debug = is_debugging()
    if argv is None:
        sys.excepthook = report_bug_in_full if debug else report_bug
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a question mark is better than a traceback
    as_json = "--json" in given[: given.index("--") if "--" in given else None]
    with show_warnings(as_json=as_json):
        return run_guarded(
            lambda: _command()(given, prog_name="ltml", standalone_mode=False), as_json=as_json, debug=debug
        )


def application() -> typer.Typer:
    """Return the whole command line."""
    app = _group("LTML gives a local language model a night's sleep: it remembers, sorts at night, and reminds.")
    app.callback(epilog="Every command has --help, --json, --db and --namespace. Try: ltml demo")(_top)
    for heading, name, command, example in TOP:
        _add(app, name, command, example, heading)
        if name == "nights":
            app.add_typer(_subgroup("Look at one night, or take it back.", NIGHT), name="night", rich_help_panel=NIGHTS)
    app.add_typer(_subgroup("Users of a server that several people share.", USER), name="user", rich_help_panel=CARE)
    app.add_typer(_subgroup("Measure: does a night help, how fast is it?", BENCH), name="bench", rich_help_panel=CARE)
    app.add_typer(
        _subgroup("The embedded engine: llama.cpp and a small model.", ENGINE), name="engine", rich_help_panel=CARE
    )
    return app


def _command() -> Any:
    return typer.main.get_command(application())


def _top(  # noqa: PLR0913, PLR0917 -- typer hands every option in
    ctx: typer.Context,
    db: Db = None,
    namespace: Namespace = None,
    as_json: AsJson = False,
    config: Config = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """LTML gives a local language model a night's sleep: it remembers, sorts at night, and reminds."""
    del db, namespace, as_json, config  # `everywhere` reads them from the context
    if version:
        import ltml

        typer.echo(f"ltml {ltml.__version__}")
    elif ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def _alone(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def _subgroup(does: str, commands: Sequence[tuple[str, Command, str]]) -> typer.Typer:
    group = _group(does)
    group.callback(help=does)(_alone)
    for name, command, example in commands:
        _add(group, name, command, example, "Commands")
    return group


def _group(does: str) -> typer.Typer:
    return typer.Typer(
        help=does, cls=HeadedGroup, add_completion=False, rich_markup_mode=None, invoke_without_command=True,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )  # fmt: skip


def _add(app: typer.Typer, name: str, command: Command, example: str, heading: str) -> None:
    app.command(name, epilog=f"Example: {example}", rich_help_panel=heading)(command)
