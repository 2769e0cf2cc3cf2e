"""
Signed claims of who asks: JSON Web Tokens, HS256 and nothing else (RFC 7519, RFC 7515).

The signature is checked before anything of the token is read, so that a stranger's JSON never reaches a parser. A token
that does not end is refused: who has seen it once would be that user for ever.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import math
from collections.abc import Mapping
from typing import Any

#: Two machines' clocks may differ by so many seconds.
LEEWAY = 30
PARTS = 3


def verify_token(token: str, secret: str, now: float) -> Mapping[str, Any] | None:
    """Return the claims of a token that was signed with the secret and is valid now; nothing for any other."""
    parts = token.strip().split(".")
    if not secret or len(parts) != PARTS or not token.isascii():
        return None
    signed = hmac.digest(secret.encode(), f"{parts[0]}.{parts[1]}".encode(), "sha256")
    given = _decode_base64(parts[2])
    if given is None or not hmac.compare_digest(signed, given):
        return None
    head, claims = _decode_object(parts[0]), _decode_object(parts[1])
    if head is None or claims is None or head.get("alg") != "HS256" or "crit" in head:
        return None
    ends, begins = _read_time(claims.get("exp")), _read_time(claims.get("nbf", 0))
    is_valid = ends is not None and begins is not None and begins - LEEWAY <= now < ends + LEEWAY
    return claims if is_valid else None


def _read_time(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if is_number else None  # type: ignore[arg-type]


def _decode_object(part: str) -> Mapping[str, Any] | None:
    data = _decode_base64(part)
    try:
        found = json.loads(data) if data is not None else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _decode_base64(part: str) -> bytes | None:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
