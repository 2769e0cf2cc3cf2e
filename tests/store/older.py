"""A store's file as an older LTML would have written it."""

from contextlib import closing
from pathlib import Path

import apsw

from ltml.store.sqlite.connect import connect, migrate
from ltml.store.sqlite.statements import schema_scripts


def rewritten(new: Path, old: Path, schema: int = 1) -> None:
    """Write `old` with this schema's own tables, and into them what a file of today holds of that."""
    old.touch(mode=0o600)
    with closing(connect(str(old))) as connection:
        migrate(connection, str(old), b"replaced below", schema_scripts()[:schema])
        connection.execute("attach ? as today", (str(new),))
        with connection:
            for table in tables(connection):
                found = connection.execute("select name from pragma_table_info(?)", (table,)).fetchall()
                columns = ", ".join(str(name) for (name,) in found)
                connection.execute(f"delete from main.{table}")  # noqa: S608 -- the names are the schema's own
                copied = f"insert into main.{table} ({columns}) select {columns} from today.{table}"  # noqa: S608
                connection.execute(copied)


def tables(connection: apsw.Connection) -> list[str]:
    found = connection.execute("select name from main.sqlite_schema where type = 'table' and name not like 'sqlite%'")
    return [name for (name,) in found]
