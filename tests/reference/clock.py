"""What time the reference server believes it is: the machine's, or one that a test moves by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

MONDAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def machine_clock() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def advance(self, **step: float) -> None:
        """Move on by `timedelta(**step)`."""
        self._now += timedelta(**step)


def stamp(moment: datetime) -> str:
    """Return a moment as Go writes it: RFC 3339, in UTC with a Z, no trailing zeros."""
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".")
    return text + "Z"
