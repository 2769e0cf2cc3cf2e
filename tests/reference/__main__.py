"""
Run the reference server as a process: `python -m tests.reference --port 11434`.

Its first line is its URL. It ends at SIGTERM or Ctrl-C.
"""

import argparse
import json
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import IO

import uvicorn

from tests.reference.brain import Brain
from tests.reference.engine import Engine
from tests.reference.models import Model
from tests.reference.recorder import Recorded
from tests.reference.running import address, quiet
from tests.reference.script import Script, read_script
from tests.reference.server import LLAMA, Server


def main(argv: Sequence[str]) -> int:
    """Serve until told to end."""
    wanted = _arguments().parse_args(argv)
    log = wanted.log.open("a", encoding="utf-8") if wanted.log else nullcontext()
    with log as file, socket.create_server(("127.0.0.1", wanted.port)) as listening:
        models = [Model(name=name, system=wanted.system) for name in wanted.model or [LLAMA.name]]
        server = Server(models=models, brain=_brain(wanted), context=wanted.context, log=_writer(file))
        sys.stdout.write(address(listening) + "\n")
        sys.stdout.flush()
        uvicorn.Server(quiet(server.app)).run(sockets=[listening])
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.reference", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 finds a free one")
    parser.add_argument("--engine", help="URL of a llama.cpp server that thinks up the answers")
    parser.add_argument("--key", default="", help="its API key")
    parser.add_argument("--script", type=Path, help="JSON file with answers")
    parser.add_argument("--log", type=Path, help="file to write each request to, one JSON object a line")
    parser.add_argument("--model", action="append", help="name of a model it has (may be repeated)")
    parser.add_argument("--system", default="", help="the models' own system prompt")
    parser.add_argument("--context", type=int, default=4096, help="the window when nobody asks for one")
    return parser


def _brain(wanted: argparse.Namespace) -> Brain:
    if wanted.engine:
        return Engine(wanted.engine, wanted.key)
    return read_script(wanted.script) if wanted.script else Script()


def _writer(file: IO[str] | None) -> Callable[[Recorded], None]:
    def write(recorded: Recorded) -> None:
        if file is not None:
            file.write(json.dumps(_entry(recorded)) + "\n")
            file.flush()

    return write


def _entry(recorded: Recorded) -> dict[str, object]:
    """Return a request as JSON; a byte that is no UTF-8 becomes a lone surrogate and can be had back."""
    body = recorded.body.decode("utf-8", "surrogateescape")
    head = {"method": recorded.method, "path": recorded.path, "query": recorded.query}
    return head | {"headers": [*map(list, recorded.headers)], "body": body, "complete": recorded.complete}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
