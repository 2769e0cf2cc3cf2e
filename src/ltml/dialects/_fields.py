"""
The fields of a request, read with care: clients send null for what they do not set, and sometimes anything.

What LTML must understand to hear and to place is of the right kind or the request is unreadable. Hints and limits of
the wrong kind say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ltml.dialects._json import json_type
from ltml.errors import UnreadableExchange

# A session, persons, and what only groups requests.
_HINTS = ("metadata.session_id", "metadata.user_id", "user", "prompt_cache_key", "safety_identifier")
# Go's durations (time.ParseDuration) that last no time, such as 0s and 0h0m.
_NO_TIME = re.compile(r"[-+]?(?:0|(?:[0.]+(?:ns|us|µs|μs|ms|s|m|h))+)")
_A_NANOSECOND = 1e-9


def read_string(ask: Mapping[str, Any], name: str) -> str:
    """Return a text; empty if it is null or missing. Raises `UnreadableExchange`."""
    value = _read(ask, name, str)
    return "" if value is None else str(value)


def read_flag(ask: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """Return a switch; `default` if it is null or missing. Raises `UnreadableExchange`."""
    value = _read(ask, name, bool)
    return default if value is None else bool(value)


def read_object(ask: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object; empty if it is null or missing. Raises `UnreadableExchange`."""
    value: Mapping[str, Any] | None = _read(ask, name, dict)
    return {} if value is None else value


def read_array(ask: Mapping[str, Any], name: str) -> Sequence[Any]:
    """Return an array; empty if it is null or missing. Raises `UnreadableExchange`."""
    value: Sequence[Any] | None = _read(ask, name, list)
    return [] if value is None else value


def token_count(value: object) -> int | None:
    """Return a whole number that is not negative; nothing for anything else (-1 means: as much as there is)."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def find_hints(ask: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the names of session and user that stand in a request, by their field."""
    found: dict[str, str] = {}
    for field in _HINTS:
        value = get_path(ask, *field.split("."))
        # Other programs number their sessions and users.
        if (isinstance(value, str) and value) or (isinstance(value, int) and not isinstance(value, bool)):
            found[field] = str(value)
    return found


def is_unload(ask: Mapping[str, Any]) -> bool:
    """Tell whether `keep_alive` lets the model go at once: 0, "0", "0s"."""
    value = ask.get("keep_alive")
    if isinstance(value, str):
        return _NO_TIME.fullmatch(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _A_NANOSECOND


def get_path(value: object, *path: str) -> Any:
    """Return what stands under these names, one in the other; nothing if it does not."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _read(ask: Mapping[str, Any], name: str, wanted: type) -> Any:
    value = ask.get(name)
    if value is not None and not isinstance(value, wanted):
        raise UnreadableExchange(f"'{name}' should be {json_type(wanted())} and is {json_type(value)}")
    return value
