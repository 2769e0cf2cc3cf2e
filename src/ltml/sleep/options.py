"""What can be set about nights; docs/nights.md says what each number does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleep:
    """How a night works. docs/nights.md says what each number does."""

    part: int = 2000  # turns a part takes in at most
    filter: str = "rules"  # the plugin that sorts
    profile: int = 24  # standing memories that may enter the block
    probes: int = 24  # questions the gate asks itself per part
    lease_seconds: float = 60.0  # after so long without a sign a sleeping process counts as dead
