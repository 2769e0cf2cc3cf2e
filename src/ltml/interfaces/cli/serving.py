"""Serve: memory in front of a model."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import typer

from ltml.interfaces.cli.desk import CommandContext, data_folder, is_debugging, with_shared_options
from ltml.interfaces.cli.progress import show_progress
from ltml.interfaces.cli.saying import print_json
from ltml.settings import Settings

#: A server on this machine answers at once, or not at all.
SOON = 1.0


@with_shared_options
def serve(
    desk: CommandContext,
    host: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Where to listen. Also: LTML_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="On which port. Also: LTML_PORT.")] = None,
    upstream: Annotated[
        str | None, typer.Option(metavar="URL", help="The model's server. Also: LTML_UPSTREAM, OLLAMA_HOST.")
    ] = None,
    model: Annotated[str | None, typer.Option(metavar="GGUF", help="Serve this file with the own engine.")] = None,
) -> None:
    """
    Stand in front of a model and remember.

    Finds Ollama, llama.cpp or LM Studio by itself; where there is none it starts an engine of its own with a small
    model. Point a client at the address it prints. Ctrl-C stops it.
    """
    from ltml.interfaces.serve.log import configure
    from ltml.interfaces.serve.server import ServeOptions
    from ltml.interfaces.serve.server import serve as run

    configure(debug=is_debugging(), as_json=desk.as_json)
    settings = _override_settings(desk.settings, host=host, port=port, upstream=upstream, model=model)
    with show_progress(as_json=desk.as_json) as watch:
        plan = ServeOptions(
            db=desk.db, namespace=desk.namespace, settings=settings, folder=data_folder(), debug=is_debugging(),
            ollama_host=desk.ollama_host, notify=lambda what, said: print_event(desk, what, said), progress=watch,
        )  # fmt: skip
        desk.print_line(f"LTML remembers in {desk.db}.")
        asyncio.run(run(plan))
    desk.print_note("Stopped; nothing is lost.")


def read_server_status(db: str) -> Mapping[str, Any] | None:
    """Return what the server of a memory says about itself, or nothing if none runs."""
    from ltml.interfaces.serve.server_lock import find_server

    found = find_server(db)
    if found is None or not found.url:
        return None
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{found.url}/ltml/status", timeout=SOON) as answer:
            return {"url": found.url, "since": found.since, **json.load(answer)}
    except (OSError, ValueError):
        return None


def _override_settings(settings: Settings, **given: object) -> Settings:
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    return replace(settings, serve=replace(settings.serve, **chosen))


def print_event(desk: CommandContext, what: str, said: str) -> None:
    """Print what the server reports; where it listens, with how clients are pointed at it."""
    if desk.as_json:
        print_json({"event": what, "says": said})
        return
    desk.print_line(f"{what}: {said}", "bold" if what == "listening" else "")
    if what == "listening":
        desk.print_line(f"  with Ollama's programs:  OLLAMA_HOST={said.removeprefix('http://')} ollama run MODEL")
        key, is_what = _find_key_to_send(desk)
        desk.print_line(f"  with OpenAI's clients:   OPENAI_BASE_URL={said}/v1 OPENAI_API_KEY={key}")
        if is_what:
            desk.print_line(f"{key} is {is_what}.")
        desk.print_line("Talk as always. `ltml status` shows who is loaded and who sleeps; Ctrl-C stops.")


def _find_key_to_send(desk: CommandContext) -> tuple[str, str]:
    """Return what clients send as their API key, and what that stands for."""
    from ltml.interfaces.serve.identity import read_policy
    from ltml.interfaces.serve.keys import key_file

    policy = read_policy(desk.settings.serve, desk.namespace)
    if policy.needs_key(desk.namespace, key_file(desk.db).load_ring()):
        return "KEY", "the key of each client's user (`ltml user add NAME` makes one); without it there is no memory"
    return ("TOKEN", "what serve.token says; without it nobody comes in") if policy.token else ("any", "")
