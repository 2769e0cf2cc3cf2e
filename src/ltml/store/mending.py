"""
Finding what one damaged byte was: a digest proves the right guess, so that nothing is ever made up.

Of the damage that disks, memory and cables do most is one bit, or one byte. A row of a few hundred bytes has a few
thousand ways to be one bit off and some ten thousand to be one byte off; each is tried against the row's digest. A
match is the row as it was written: by chance it would take 2^128 tries and more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

#: A row's columns as they are stored; a text that cannot be read stands as its bytes.
Row = Mapping[str, Any]
#: So many bytes are digested in search of one row, half a second of work; a long text is tried bit by bit only.
EFFORT = 40_000_000


def mended(row: Row, texts: frozenset[str], fits: Callable[[Row], bool]) -> Row | None:
    """
    Return the row that fits, one bit or one byte away from this one; nothing if there is none.

    `texts` names the columns that are texts: what is no UTF-8 is no guess.
    """
    size = 200 + sum(len(value) for value in row.values() if isinstance(value, bytes | str))
    guesses = (guess for each in (_bits, _bytes) for name in row for guess in _guesses(row, name, texts, each))
    return next((guess for guess in islice(guesses, EFFORT // size) if fits(guess)), None)


def _guesses(row: Row, name: str, texts: frozenset[str], ways: Callable[[bytes], Iterator[bytes]]) -> Iterator[Row]:
    value = row[name]
    if isinstance(value, int) and ways is _bits:
        yield from ({**row, name: value ^ (1 << bit)} for bit in range(63))
    elif isinstance(value, bytes | str):
        raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        for guess in ways(raw):
            if name not in texts:
                yield {**row, name: guess}
            elif (text := _text(guess)) is not None:
                yield {**row, name: text}


def _bits(raw: bytes) -> Iterator[bytes]:
    for place, byte in enumerate(raw):
        for bit in range(8):
            yield raw[:place] + bytes([byte ^ (1 << bit)]) + raw[place + 1 :]


def _bytes(raw: bytes) -> Iterator[bytes]:
    for place in range(len(raw)):
        for byte in range(256):
            yield raw[:place] + bytes([byte]) + raw[place + 1 :]


def _text(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None
