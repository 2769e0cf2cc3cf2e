"""
Correcting one damaged bit or byte of a row: its digest verifies the right guess, so that nothing is ever invented.

Most of the damage that disks, memory and cables do is one bit or one byte. A row of a few hundred bytes can be one bit
off in a few thousand ways and one byte off in about a hundred thousand; each is tried against the row's digest. A match
is the row as it was written: by chance that would take about 2^128 tries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

#: A row's columns as they are stored; text that is not UTF-8 as its bytes.
StoredRow = Mapping[str, Any]
#: Maximum number of bytes digested in search of one row, about half a second; of a long text only bits are tried.
MAX_DIGESTED = 40_000_000


def correct_row(row: StoredRow, texts: frozenset[str], fits: Callable[[StoredRow], bool]) -> StoredRow | None:
    """
    Return the row, one bit or one byte away from this one, for which `fits` is true; `None` if there is none.

    `texts` are the names of the text columns: there only valid UTF-8 is tried.
    """
    size = 200 + sum(len(value) for value in row.values() if isinstance(value, bytes | str))
    guesses = (
        guess for vary in (_vary_bits, _vary_bytes) for name in row for guess in _vary_column(row, name, texts, vary)
    )
    return next((guess for guess in islice(guesses, MAX_DIGESTED // size) if fits(guess)), None)


def _vary_column(
    row: StoredRow, name: str, texts: frozenset[str], vary: Callable[[bytes], Iterator[bytes]]
) -> Iterator[StoredRow]:
    """Yield the row with every variation of one column."""
    value = row[name]
    if isinstance(value, int) and vary is _vary_bits:
        yield from ({**row, name: value ^ (1 << bit)} for bit in range(63))
    elif isinstance(value, bytes | str):
        raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        for guess in vary(raw):
            if name not in texts:
                yield {**row, name: guess}
            else:
                with suppress(UnicodeDecodeError):
                    yield {**row, name: guess.decode()}


def _vary_bits(raw: bytes) -> Iterator[bytes]:
    """Yield the bytes with each bit flipped."""
    for place, byte in enumerate(raw):
        for bit in range(8):
            yield raw[:place] + bytes([byte ^ (1 << bit)]) + raw[place + 1 :]


def _vary_bytes(raw: bytes) -> Iterator[bytes]:
    """Yield the bytes with each byte replaced by every value."""
    for place in range(len(raw)):
        for byte in range(256):
            yield raw[:place] + bytes([byte]) + raw[place + 1 :]
