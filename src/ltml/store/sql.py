"""Named SQL: reads `sqlite.sql` once and hands out its statements by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice
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
    """Run a named statement and return all its rows; a text that is none is read as far as it goes."""
    try:
        return connection.execute(sql(name), values).fetchall()
    except UnicodeDecodeError:
        return list(legible(connection, sql(name), values))


def row(connection: apsw.Connection, name: str, *values: Any) -> Any:
    """Run a named statement and return its first row, or `None`."""
    try:
        return connection.execute(sql(name), values).fetchone()
    except UnicodeDecodeError:
        return next(legible(connection, sql(name), values))


def each(connection: apsw.Connection, name: str, *values: Any) -> Iterator[Any]:
    """Yield the rows of a named statement one by one, as `rows` returns them."""
    seen = 0
    try:
        for seen, found in enumerate(connection.execute(sql(name), values), 1):  # noqa: B007 -- how many came through
            yield found
    except UnicodeDecodeError:
        yield from islice(legible(connection, sql(name), values), seen, None)


def legible(connection: apsw.Connection, statement: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """
    Yield the rows of a query with every byte that is no text replaced by U+FFFD.

    The driver refuses a whole row for one such byte. Whoever needs the truth compares the row with its digest.
    """
    names = [f"c{number}" for number in range(len(connection.execute(statement, values).get_description()))]
    fields = ", ".join(f"typeof({name}), iif(typeof({name}) = 'text', cast({name} as blob), {name})" for name in names)
    query = f"with q({', '.join(names)}) as (\n{statement}\n) select {fields} from q"  # noqa: S608 -- our own names
    for columns in connection.execute(query, values):
        pairs = zip(columns[::2], columns[1::2], strict=True)
        yield tuple(str(value, "utf-8", "replace") if kind == "text" else value for kind, value in pairs)


def schemas() -> tuple[str, ...]:
    """Return the scripts that lead from an empty file to the newest schema, in order."""
    found = statements()
    return tuple(found[f"schema {n}"] for n in range(1, 1 + sum(name.startswith("schema ") for name in found)))
