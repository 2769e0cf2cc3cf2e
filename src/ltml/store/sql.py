"""Named SQL: reads `sqlite.sql` once and hands out its statements by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import apsw

_HEAD = re.compile(r"^-- ([a-z0-9 ]+) --$", re.MULTILINE)


@cache
def statements() -> Mapping[str, str]:
    """Return every statement of `sqlite.sql` by its name."""
    text = files("ltml.store").joinpath("sqlite.sql").read_text("utf-8")
    _, *parts = _HEAD.split(text)
    return {name: body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}


def sql(name: str) -> str:
    """Return one statement. Raises `KeyError` for a name that is not in the file."""
    return statements()[name]


def rows(connection: apsw.Connection, name: str, *values: Any) -> list[Any]:
    """Run a named statement and return all its rows."""
    return connection.execute(sql(name), values).fetchall()


def row(connection: apsw.Connection, name: str, *values: Any) -> Any:
    """Run a named statement and return its first row, or `None`."""
    return connection.execute(sql(name), values).fetchone()


def schemas() -> tuple[str, ...]:
    """Return the scripts that lead from an empty file to the newest schema, in order."""
    found = statements()
    return tuple(found[f"schema {n}"] for n in range(1, 1 + sum(name.startswith("schema ") for name in found)))
