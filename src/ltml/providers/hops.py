"""
The header that counts how many LTMLs a request has passed through, so that a loop of servers ends.

Max-Forwards (RFC 9110, 7.6.2) covers TRACE and OPTIONS only, hence a header of our own.
"""

from __future__ import annotations

from typing import Final

#: Lower case, as ASGI gives the names of headers.
HOP_HEADER: Final = "x-ltml-hop"
#: A request that passed through this many LTMLs is in a loop.
MAX_HOPS: Final = 3
_MOST_DIGITS = 3


def parse_hops(value: str) -> int:
    """Return the number of LTMLs a request has passed through; `MAX_HOPS` for anything but a short decimal number."""
    is_number = value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
    return int(value) if is_number else MAX_HOPS
