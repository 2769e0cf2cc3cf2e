"""Secrets never reach a store: they are masked before, or the turn is refused, unless the settings say to keep them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ltml.capture.options import Secrets
from ltml.errors import SecretRefused
from ltml.model import Turn


def apply_secret_policy(turns: Sequence[Turn], what: Secrets) -> list[Turn]:
    """
    Return the turns with their secrets masked, or as they are if they shall be kept.

    Session and ref stay as the caller named them: they are identities, and two that were masked would be one. Raises
    `SecretRefused` for the first secret if they shall be refused; it names the kind and never the words.
    """
    from ltml.text.secrets import find_secrets, mask_secrets  # `import ltml` stays light

    if what == "keep":
        return list(turns)
    if what == "mask":
        return [replace(turn, text=mask_secrets(turn.text), speaker=mask_secrets(turn.speaker)) for turn in turns]
    for place, turn in enumerate(turns, 1):
        for secret in (*find_secrets(turn.text), *find_secrets(turn.speaker)):
            raise SecretRefused(
                f"turn {place} of {len(turns)}: it holds what looks like a secret ({secret.kind}), and capture.secrets "
                f"is refuse; take it out, or set capture.secrets = mask to keep the rest of the words"
            )
    return list(turns)
