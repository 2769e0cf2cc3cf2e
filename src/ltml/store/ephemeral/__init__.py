"""A store in memory that is empty again when it is closed: for tests, for documentation that runs, for trying out."""

from ltml.store.ephemeral.store import EphemeralStore

__all__ = ["EphemeralStore", "plugin"]

plugin = EphemeralStore
