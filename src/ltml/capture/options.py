"""What can be set about what is kept; docs/secrets.md says what is known as a secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Secrets: TypeAlias = Literal["mask", "keep", "refuse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What is kept of what was said."""

    secrets: Secrets = "mask"  # keys, tokens, passwords after their cue, card numbers: mask, keep as said, or refuse
