"""
Posting lists as bytes: what they hold, and how entries get in and out.

An entry is `<IHH`: document number, how often the term occurs, how many terms the document has (both cut at 65,535,
where BM25 has long stopped to care). Entries are sorted by number. A term's list is kept in blocks of at most `BLOCK`
entries, each filed under the lowest number it may hold, so that appending rewrites less than 1 KB, which SQLite keeps
in the page of its row without an overflow chain, and a search reads runs. Turns and memories never share a block: a
turn's number is always the higher of its half, so turns append.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from struct import Struct

from ltml.model import MEMORY_BIT

ENTRY = Struct("<IHH")
BLOCK = 120
LIMIT = 0xFFFF


def entry(number: int, count: int, length: int) -> bytes:
    """Return one packed entry."""
    return ENTRY.pack(number, min(count, LIMIT), min(length, LIMIT))


def entries(number: int, counts: Mapping[str, int]) -> dict[str, bytes]:
    """Return the entry of a document under each of its terms."""
    length = sum(counts.values())
    return {term: entry(number, count, length) for term, count in counts.items()}


def merged(block: bytes, fresh: bytes) -> bytes:
    """Return the entries of both, sorted; cheap when the fresh ones come after."""
    if not block or first_number(fresh) > first_number(block[-ENTRY.size :]):
        return block + fresh
    rows = dict(_rows(block)) | dict(_rows(fresh))
    return b"".join(rows[number] for number in sorted(rows))


def without(block: bytes, numbers: Collection[int]) -> bytes:
    """Return the block less these documents."""
    return b"".join(raw for number, raw in _rows(block) if number not in numbers)


def split(block: bytes) -> list[bytes]:
    """Return the block as blocks of the allowed size."""
    step = BLOCK * ENTRY.size
    return [block[i : i + step] for i in range(0, len(block), step)]


def first_number(block: bytes) -> int:
    """Return the lowest document number of a block that is not empty."""
    return int.from_bytes(block[:4], "little")


def same_half(first: int, number: int) -> bool:
    """Tell whether a block filed under `first` may hold `number`: turns with turns, memories with memories."""
    return (first >= MEMORY_BIT) == (number >= MEMORY_BIT)


def unpacked(block: bytes) -> list[tuple[int, int, int]]:
    """Return (number, count, length) of every entry."""
    return list(ENTRY.iter_unpack(block))


def _rows(block: bytes) -> list[tuple[int, bytes]]:
    size = ENTRY.size
    raws = [block[i : i + size] for i in range(0, len(block), size)]
    return [(int.from_bytes(raw[:4], "little"), raw) for raw in raws]
