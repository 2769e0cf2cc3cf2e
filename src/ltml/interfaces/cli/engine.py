"""The embedded engine by hand: fetch it with its model, and run it alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ltml.errors import ConfigError, ProviderUnavailable
from ltml.interfaces.cli import show
from ltml.interfaces.cli.desk import CommandContext, data_folder, is_debugging, with_shared_options
from ltml.interfaces.cli.progress import show_progress
from ltml.settings import expand_path

USUAL = "smollm2"

Choice = Annotated[
    str | None, typer.Option("--model", metavar="FILE", help="Use this GGUF from now on; smollm2 goes back.")
]
Gguf = Annotated[Path | None, typer.Option("--model", metavar="FILE", help="A GGUF; else the installed one.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0 takes a free one.")]
Context = Annotated[
    int | None, typer.Option(min=256, metavar="TOKENS", help="Context; 8192, or less if the model has less.")
]
Idle = Annotated[int, typer.Option(min=-1, metavar="SECONDS", help="Let go of the model after so long; -1: never.")]


@with_shared_options
def install(desk: CommandContext, model: Choice = None) -> None:
    """
    Install the embedded engine and its model, once.

    Installs llama.cpp (xllamacpp) into this environment if it is missing, and fetches SmolLM2-135M-Instruct (98 MB,
    Apache-2.0) into the data folder. With --model FILE nothing is fetched as a model: that file is used, where it lies.
    """
    from ltml.providers import engine

    folder = data_folder()
    if model is not None:
        engine.choose_model(folder, None if model == USUAL else expand_path(model))
    before = engine.find_installed_model(folder)
    with show_progress(as_json=desk.as_json, tell=True) as watch:
        place = engine.install_engine(folder, watch)
    new = place != before
    rows = {"model": str(place), "state": "installed" if new else "was there already, and is whole"}
    desk.print_answer({"model": str(place), "new": new}, show.pairs(rows))


@with_shared_options
def run(desk: CommandContext, model: Gguf = None, port: Port = 0, context: Context = None, idle: Idle = 300) -> None:
    """
    Run the embedded engine alone, until Ctrl-C.

    Prints where it listens and the key it asks for. `ltml serve` starts one by itself where it finds no other server.
    """
    from ltml.providers import engine

    gguf = expand_path(model) if model else engine.find_installed_model(data_folder())
    if gguf is None:
        raise ConfigError(
            "no model is installed: `ltml engine install` fetches a small one, or name a GGUF with --model"
        )
    with engine.start_engine(gguf, port=port, context=context, idle=idle, loud=is_debugging()) as running:
        facts = {"url": running.url, "key": running.key, "model": running.name}
        desk.print_answer(facts, show.pairs({**facts, "end it": "Ctrl-C"}))
        code = running.wait()
    raise ProviderUnavailable(f"the engine ended by itself ({code}); LTML_DEBUG=1 shows what llama.cpp says")
