"""Events as values. Progress bars, JSON lines and the dashboard listen to them; steps never print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ltml.model import NightState


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnsCaptured:
    """Turns have been captured and are durable; `new` of them were not kept before."""

    namespace: str
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """A night's step has ended; `done` of the whole night's `total` turns are processed."""

    night: str
    step: str
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NightFinished:
    """A night has ended."""

    namespace: str
    night: str
    state: NightState


Event: TypeAlias = TurnsCaptured | StepDone | NightFinished
EventListener: TypeAlias = Callable[[Event], None]


def ignore_event(event: Event) -> None:
    """Do nothing: the listener where nobody listens."""
    del event
