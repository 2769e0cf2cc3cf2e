"""Named SQL statements: each file `*.sql` of this folder holds those of one concern, under a line `-- name --`."""

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
def load_statements() -> Mapping[str, str]:
    """Return every statement by its name. Raises `ValueError` if two have the same."""
    found: dict[str, str] = {}
    for file in files("ltml.store.sqlite").iterdir():
        if file.name.endswith(".sql"):
            _, *parts = _HEAD.split(file.read_text("utf-8"))
            for name, body in zip(parts[::2], parts[1::2], strict=True):
                if name in found:
                    raise ValueError(f"two statements are called '{name}'; the second is in {file.name}")
                found[name] = body.strip()
    return found


def sql(name: str) -> str:
    """Return one statement. Raises `KeyError` for an unknown name."""
    return load_statements()[name]


def fetch_all(connection: apsw.Connection, name: str, *values: Any) -> list[Any]:
    """Run a named statement and return all its rows; bytes that are not UTF-8 are replaced by U+FFFD."""
    try:
        return connection.execute(sql(name), values).fetchall()
    except UnicodeDecodeError:
        return list(iter_lossy(connection, sql(name), values))


def fetch_one(connection: apsw.Connection, name: str, *values: Any) -> Any:
    """Run a named statement and return its first row, or `None`."""
    try:
        return connection.execute(sql(name), values).fetchone()
    except UnicodeDecodeError:
        return next(iter_lossy(connection, sql(name), values))


def iter_rows(connection: apsw.Connection, name: str, *values: Any) -> Iterator[Any]:
    """Yield the rows of a named statement one by one, as `fetch_all` returns them."""
    seen = 0
    try:
        for seen, found in enumerate(connection.execute(sql(name), values), 1):  # noqa: B007 -- how many came through
            yield found
    except UnicodeDecodeError:
        yield from islice(iter_lossy(connection, sql(name), values), seen, None)


def iter_lossy(connection: apsw.Connection, statement: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """
    Yield the rows of a query with every byte that is not UTF-8 replaced by U+FFFD.

    The driver rejects a whole row for one such byte. Callers that need the original compare the row with its digest.
    """
    names = [f"c{number}" for number in range(len(connection.execute(statement, values).get_description()))]
    fields = ", ".join(f"typeof({name}), iif(typeof({name}) = 'text', cast({name} as blob), {name})" for name in names)
    query = f"with q({', '.join(names)}) as (\n{statement}\n) select {fields} from q"  # noqa: S608 -- our own names
    for columns in connection.execute(query, values):
        pairs = zip(columns[::2], columns[1::2], strict=True)
        yield tuple(str(value, "utf-8", "replace") if kind == "text" else value for kind, value in pairs)


def schema_scripts() -> tuple[str, ...]:
    """Return the scripts that lead from an empty file to the newest schema, in order."""
    found = load_statements()
    return tuple(found[f"schema {n}"] for n in range(1, 1 + sum(name.startswith("schema ") for name in found)))
