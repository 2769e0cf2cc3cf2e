"""
The desk every command works at: which memory, whose, with what settings, and how to answer.

Theory of operation. `with_shared_options` turns a function `command(desk, ...)` into one that typer understands: the
four options that hold everywhere are added to its signature and, whether they stood before or behind the command's
name, come together in one `CommandContext`. This is the only file that reads the environment.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ltml import private
from ltml.errors import ConfigError, StoreUnavailable
from ltml.interfaces.cli.saying import make_console, plain_text, print_json
from ltml.settings import Settings, expand_path, load_settings

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ltml.layer import MemoryLayer

Db = Annotated[str | None, typer.Option("--db", metavar="PATH", help="The memory file. Also: LTML_DB.")]
Namespace = Annotated[
    str | None, typer.Option("--namespace", "-n", metavar="NAME", help="Whose memory. Also: LTML_NAMESPACE.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with JSON, one object a line.")]
Config = Annotated[Path | None, typer.Option("--config", metavar="PATH", help="Settings, instead of ltml.toml.")]
EVERYWHERE: Mapping[str, tuple[Any, Any]] = {
    "db": (Db, None), "namespace": (Namespace, None), "as_json": (AsJson, False), "config": (Config, None),
}  # fmt: skip
#: Variables of the command line itself; all other LTML_* are settings.
_OURS = frozenset({"LTML_DB", "LTML_NAMESPACE", "LTML_DEBUG", "LTML_TEST_MODELS"})
#: Short names of settings one sets often, as Ollama has them.
_SHORT = {f"LTML_{name}": f"LTML_SERVE__{name}" for name in ("HOST", "PORT", "UPSTREAM", "ORIGINS", "TOKEN")}
BROKEN_PIPE = 141


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandContext:
    """Which memory, whose, with what settings, and how to answer."""

    db: str
    namespace: str
    as_json: bool
    settings: Settings
    ollama_host: str = ""

    def open(self) -> MemoryLayer:
        """Open the memory that is there. Raises `StoreUnavailable` where there is none, and other `StoreError`s."""
        if not self.exists:
            raise StoreUnavailable(no_memory_message(self.db))
        return self.open_or_create()

    def open_or_create(self) -> MemoryLayer:
        """Open the memory; where there is none, begin one. Raises `StoreError`s."""
        import ltml

        return ltml.open(self.db, namespace=self.namespace, **_flatten(self.settings))

    @property
    def exists(self) -> bool:
        """Whether the memory has begun. Raises `ConfigError` for what names none."""
        from ltml.location import resolve_store_file

        file = resolve_store_file(self.db)
        return file is None or (file.exists() and file.stat().st_size > 0)

    def print_answer(self, value: Mapping[str, Any], *picture: RenderableType) -> None:
        """Answer with one object, or its picture for people."""
        if self.as_json:
            print_json(value)
        else:
            self.print_parts(*picture)

    def print_answers(self, values: Iterable[Mapping[str, Any]], *picture: RenderableType) -> None:
        """Answer with an object a line, or their picture for people."""
        if not self.as_json:
            self.print_parts(*picture)
            return
        for value in values:
            print_json(value)

    def print_parts(self, *picture: RenderableType) -> None:
        """Print for people."""
        out = make_console()
        for part in picture:
            out.print(part)

    def print_line(self, sentence: str, style: str = "") -> None:
        """Say a line to people as it is, to be copied: it is not wrapped."""
        if not self.as_json:
            make_console().print(plain_text(sentence, style), soft_wrap=True)

    def print_note(self, sentence: str) -> None:
        """Say something beside the answer, to people only."""
        if sentence and not self.as_json:
            make_console(stderr=True).print(sentence, style="dim", soft_wrap=True)


def with_shared_options(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """Return the command as typer shall see it: with the options that hold everywhere, and without its desk."""
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
    context = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in EVERYWHERE.items()
    ]
    parameters = [context, *(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own), *shared]

    @wraps(command)
    def called(ctx: typer.Context, **given: Any) -> int | None:
        before = ctx.find_root().params
        chosen = {name: given.pop(name) or before.get(name) for name in EVERYWHERE}
        return _run_until_closed_pipe(lambda: command(make_context(os.environ, **chosen), **given))

    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return called


def make_context(
    environ: Mapping[str, str], *, db: str | None, namespace: str | None, as_json: bool | None, config: Path | None
) -> CommandContext:
    """Put the desk together: options before variables before the places where things are by default."""
    chosen = {_SHORT.get(name, name): value for name, value in environ.items() if name not in _OURS}
    settings = load_settings(_find_settings_file(config), chosen)
    where = db or environ.get("LTML_DB") or str(data_folder() / "memory.db")
    return CommandContext(
        db=str(expand_path(where)) if where.startswith("~") else where,
        namespace=namespace or environ.get("LTML_NAMESPACE") or "default",
        as_json=bool(as_json),
        settings=settings,
        ollama_host=environ.get("OLLAMA_HOST", ""),
    )


def no_memory_message(db: str) -> str:
    """Say that there is no memory, and what to do."""
    empty = " (the file is empty: restore a backup if one was in it)" if Path(db).exists() else ""
    return (
        f"there is no memory at {db}{empty}; see --db and LTML_DB. `ltml serve`, `ltml import` and `ltml remember` "
        "begin one there"
    )


def data_folder() -> Path:
    """Return the one folder where LTML keeps its data, unless told otherwise; if it is there, it is private."""
    import platformdirs

    folder = platformdirs.user_data_path("ltml", appauthor=False)
    private.restrict_to_owner([folder])  # this one is LTML's own, whoever made it
    return folder


def is_debugging() -> bool:
    """Tell whether LTML_DEBUG asks for tracebacks."""
    return os.environ.get("LTML_DEBUG", "") not in ("", "0")


def _find_settings_file(given: Path | None) -> Path | None:
    import platformdirs

    if given is not None and not given.is_file():
        raise ConfigError(f"{given}: there is no such settings file")
    usual = [Path("ltml.toml"), platformdirs.user_config_path("ltml", appauthor=False) / "ltml.toml"]
    return given or next((file for file in usual if file.is_file()), None)


def _flatten(settings: object, prefix: str = "") -> dict[str, Any]:
    """Return settings by the names `ltml.open` takes."""
    assert is_dataclass(settings)  # noqa: S101 -- narrows the type
    flat: dict[str, Any] = {}
    for field in fields(settings):
        value = getattr(settings, field.name)
        flat |= _flatten(value, f"{prefix}{field.name}__") if is_dataclass(value) else {f"{prefix}{field.name}": value}
    return flat


def _run_until_closed_pipe(call: Callable[[], int | None]) -> int | None:
    """Call, and be silent when the reader of our output has left: `ltml memories | head`."""
    try:
        code = call()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return code
