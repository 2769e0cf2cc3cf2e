"""Writes docs/cli.md from the help of every command: `python tests/interfaces/clipage.py`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from ltml.interfaces.cli.app import application

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
WIDTH = 92
HEAD = """\
# The command line

Written from the help of the commands by `tests/interfaces/clipage.py`; a test compares.

Every command takes `--db`, `--namespace`, `--config` and `--json`, before or behind its name. Answers go to standard
output, everything else to standard error. With `--json` there is one object a line; lines with an `event` tell of
progress, and errors are `{"error": ..., "hint": ...}` on standard error.

| number a command ends with | means |
| --- | --- |
| 0 | it is done |
| 1 | you said no, or LTML has a bug |
| 2 | the command or a setting is wrong |
| 3 | the memory or a file could not be used, or a check found a fault |
| 4 | a night could not finish; nothing of it was kept |
| 5 | a model could not be reached or understood |
| 130 | stopped with Ctrl-C |

`LTML_DB` and `LTML_NAMESPACE` stand for the options, `LTML_HOST`, `LTML_PORT`, `LTML_UPSTREAM`, `LTML_ORIGINS` and
`LTML_TOKEN` for settings of the server, `LTML_DEBUG=1` shows where an error came from, and every other `LTML_*` is a
setting, as in `LTML_WAKE__COVERAGE=0.2`. `OLLAMA_HOST` names the model's server. `NO_COLOR` is honoured.
"""


def page() -> str:
    root = typer.main.get_command(application())
    helps = (f"## {context.command_path}\n\n```text\n{context.get_help()}\n```\n" for context in contexts(root))
    return "\n".join([HEAD, *helps])


def contexts(command: Any, name: str = "ltml", parent: Any = None) -> Iterator[Any]:
    """A context for the command and for each below it, in the order of the help."""
    context = typer.Context(
        command, info_name=name, parent=parent, help_option_names=["-h", "--help"], terminal_width=WIDTH
    )
    yield context
    for below, each in getattr(command, "commands", {}).items():
        yield from contexts(each, below, context)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
