"""What happened, as values. Progress bars, JSON lines and the dashboard are listeners; steps never print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ltml.model import NightState


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnsCaptured:
    """Turns became durable."""

    namespace: str
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """A night's step ended; `done` of `total` turns of the whole night are through."""

    night: str
    step: str
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NightFinished:
    """A night ended."""

    namespace: str
    night: str
    state: NightState


Event: TypeAlias = TurnsCaptured | StepDone | NightFinished
Listener: TypeAlias = Callable[[Event], None]


def silence(event: Event) -> None:
    """Listen to nothing."""
    del event
