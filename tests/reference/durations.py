"""How long a model stays: the field `keep_alive`, read as Ollama reads it (api/types.go, Duration.UnmarshalJSON)."""

import re
from datetime import timedelta
from typing import Any

from tests.reference.wire import ApiError

#: Go's longest duration, 2**63 - 1 nanoseconds: what "for ever" is. About 292 years.
FOREVER = timedelta(seconds=9_223_372_036, microseconds=854_775)

UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")


def keep_alive(value: Any) -> timedelta | None:
    """Return how long to keep the model: seconds, or a Go duration; below zero for ever; None if nothing was sent."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ApiError(f"Unsupported type: '{type(value).__name__}'")
    return _bounded(float(value) if isinstance(value, int | float) else go_duration(value))


def go_duration(text: str) -> float:
    """Return the seconds in a Go duration such as `5m`, `1h30m`, `-1s` or `0`; a number alone has no unit."""
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if digits == "0":
        return 0.0
    parts = PART.findall(digits)
    if not parts or "".join(number + unit for number, unit in parts) != digits:
        why = "missing unit in" if re.fullmatch(r"\d+\.?\d*", digits) else "invalid"
        raise ApiError(f'time: {why} duration "{text}"')
    return sign * sum(float(number) * UNITS[unit] for number, unit in parts)


def _bounded(seconds: float) -> timedelta:
    if seconds < 0 or seconds >= FOREVER.total_seconds():
        return FOREVER
    return timedelta(seconds=seconds)
