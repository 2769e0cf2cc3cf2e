"""
Every error LTML raises, as a tree. Each message says what failed, where, and what to do.

LTMLError
├── ConfigError              a setting is missing, unknown or contradicts another       CLI exit 2
│   ├── UnknownPlugin          names what is known
│   └── MissingExtra           also an ImportError; names the extra to install
├── BadLanguage              a language's folder says what it must not; names file and key
├── StoreError               the store could not do what was asked                      CLI exit 3
│   ├── StoreUnavailable       cannot be opened, reached or written (a full disk too)
│   ├── StoreBusy              another process holds it; worth trying again
│   ├── StoreDamaged           the file is not a sound LTML store
│   │   ├── ForeignFile          it is sound, and another program's
│   │   └── DamagedRow           one row of it is not what was written; all else works
│   ├── SchemaTooNew           written by a newer LTML
│   ├── NotFound               no such memory, turn or night in this namespace
│   │   └── NothingSaid          an order to forget names no id and no words that occur
│   ├── AlreadyUndone          the night is not in effect any more, or was sealed
│   ├── UndoConflict           a later change built on this one
│   └── StaleNight             a row changed while the night was thinking
├── CaptureError             what was said could not be understood                      CLI exit 3
│   ├── BadTurn                a turn lacks something it needs
│   │   └── SecretRefused        a turn holds a secret, and the settings say to refuse it
│   ├── UnreadableExchange     the body is not in the dialect it claims
│   └── UnreadableExport       file, line and reason
├── SleepError               the night could not finish; nothing of it was kept         CLI exit 4
└── ProviderError            a model could not be reached or understood                 CLI exit 5
    └── ProviderUnavailable    it does not answer
"""

from __future__ import annotations


class LTMLError(Exception):
    """Anything LTML raises on purpose."""

    exit_code = 1


class ConfigError(LTMLError):
    """A setting is missing, unknown or contradicts another."""

    exit_code = 2


class UnknownPlugin(ConfigError):
    """No plugin of that name; the message lists the known ones."""


class MissingExtra(ConfigError, ImportError):
    """An optional dependency is not installed; the message names the extra."""


class BadLanguage(LTMLError):
    """A file in a language's folder cannot be used; the message names the file and the key."""


class StoreError(LTMLError):
    """The store could not do what was asked."""

    exit_code = 3


class StoreUnavailable(StoreError):
    """The store cannot be opened, reached or written."""


class StoreBusy(StoreError):
    """Another process holds the store; worth trying again."""


class StoreDamaged(StoreError):
    """The file is not a sound LTML store."""


class ForeignFile(StoreDamaged):
    """The file is another program's."""


class DamagedRow(StoreDamaged):
    """One row is not what was written; it is set aside, and everything else works."""


class SchemaTooNew(StoreError):
    """The store was written by a newer LTML."""


class NotFound(StoreError):
    """No such memory, turn or night in this namespace."""


class NothingSaid(NotFound):
    """
    An order to forget names no id, and words that stand nowhere: it describes something, and a guess erases nothing.

    `ids` are the turns and memories that come nearest, best first.
    """

    def __init__(self, message: str, ids: tuple[str, ...]) -> None:
        """Keep what comes nearest beside the message."""
        super().__init__(message)
        self.ids = ids


class AlreadyUndone(StoreError):
    """The night is not in effect any more."""


class UndoConflict(StoreError):
    """A later change built on this one; undo that one first."""


class StaleNight(StoreError):
    """A row changed while the night was thinking; run the steps again."""


class CaptureError(LTMLError):
    """What was said could not be understood."""

    exit_code = 3


class BadTurn(CaptureError):
    """A turn lacks something it needs."""


class SecretRefused(BadTurn):
    """A turn holds a secret, and the settings say to refuse it; the message names its kind and never its words."""


class UnreadableExchange(CaptureError):
    """A request's body is not in the dialect it claims."""


class UnreadableExport(CaptureError):
    """A file to import is not what it claims; the message names the line."""


class SleepError(LTMLError):
    """The night could not finish; nothing of it was kept."""

    exit_code = 4


class ProviderError(LTMLError):
    """A model could not be reached or understood."""

    exit_code = 5


class ProviderUnavailable(ProviderError):
    """The model does not answer."""
