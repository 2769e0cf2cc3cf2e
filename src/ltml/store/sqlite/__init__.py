"""
The default store: one SQLite file, one writer thread, snapshot reads.

`store` keeps the contract; each file beside it is one concern (turns, nights, messages, forgetting, ...) with its SQL
in the file of the same name.
"""

from ltml.store.sqlite.store import SqliteStore

__all__ = ["SqliteStore", "plugin"]

plugin = SqliteStore
