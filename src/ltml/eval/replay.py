"""When the nights fall while a log is replayed: at day boundaries or every so many sessions, and once at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Literal, TypeAlias

from ltml.model import Turn

#: Sleep at every day boundary of the log, or after this many sessions.
SleepEvery: TypeAlias = int | Literal["day"]

_LAST_NIGHT_AFTER = timedelta(hours=6)
_NIGHT_HOUR = 3


def split_by_nights(turns: Sequence[Turn], every: SleepEvery) -> Iterator[tuple[tuple[Turn, ...], datetime | None]]:
    """
    Yield each session's turns in order, with the moment to sleep after it or None.

    A night is at 3 in the morning, but at least a minute after the session and before the next one; the last night is
    six hours after the last turn. A session that is interrupted by another comes in pieces.
    """
    sessions = [tuple(group) for _, group in groupby(turns, key=lambda turn: turn.session)]
    since = 0
    for session, following in pairwise(sessions):
        since += 1
        end, begins = session[-1].at, following[0].at
        due = begins.date() > end.date() if every == "day" else since >= every
        yield session, _night_between(end, begins) if due else None
        since = 0 if due else since
    if sessions:
        yield sessions[-1], sessions[-1][-1].at + _LAST_NIGHT_AFTER


def _night_between(end: datetime, begins: datetime) -> datetime:
    night = end.replace(hour=_NIGHT_HOUR, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return min(max(night, end + timedelta(minutes=1)), begins - timedelta(seconds=1))
