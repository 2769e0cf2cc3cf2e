"""The command line, a thin skin over `MemoryLayer`. One file holds one group of commands; `app` lists them all."""

from ltml.interfaces.cli.app import main

__all__ = ["main"]
