"""Settings of nights; docs/nights.md explains each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleep:
    """How a night works. docs/nights.md explains each setting."""

    part: int = 2000  # maximum number of turns of a part
    filter: str = "rules"  # name of the filter plugin
    profile: int = 24  # maximum number of standing memories in the block
    probes: int = 24  # maximum number of sampled probe questions per part
    lease_seconds: float = 60.0  # after this time without renewal a sleeping process counts as dead
