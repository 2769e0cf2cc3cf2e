"""
Looking for words in the bytes of files by digests of them, so that the words themselves need not be kept.

Theory of operation. A file is read as text, whatever its bytes are: what is no text parts the *pieces* that are. Pieces
are unescaped (bodies are JSON in ASCII), folded (case, form, what cannot be seen), and looked at once each. In a row's
bytes a word has no blank around it: columns follow one another, and where a row was deleted, SQLite may have written
over its beginning. So a word is sought by its end, its last `END` bytes, at every place of every piece; where an
end is found, the whole word is looked for before it. Found is then the word, or its end alone.

Digests are keyed with the store's secret. Who has the file has the secret too and could test guesses; so they are kept
until the order is proven and no longer.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import apsw

from ltml.model import lettered, unlettered
from ltml.store.rows import dumped
from ltml.text import folded, terms, words

CHUNK = 1 << 22
#: What a chunk shares with the one before: a longer word is found by its end.
OVERLAP = 1 << 10
#: So many bytes of a word's end are enough to look closer, and no more may be left of it.
END = 6
#: Fewer bytes than this turn up in any file by chance.
TELLING = 4
#: All that may be part of a word, before it is folded: ASCII's word characters, and whatever is not ASCII but text.
_RUN = re.compile("[0-9A-Za-z_\u0080-\ufffc\ufffe-\U0010ffff]+")
_WORD = re.compile(r"\w+")
_ESCAPED = re.compile(r"(?:\\u[0-9a-f]{4})+")
#: LTML's own names (`model.lettered`). What touches them is kept, in case a word ends there.
_NAME = re.compile("[bcdfghjklmnpqrst]{16,}")

Digest: TypeAlias = Callable[[str], bytes]


class Sought(NamedTuple):
    """One word to look for: the digest of its end and of all of it, and how many characters each has."""

    end_size: int
    end: bytes
    size: int
    word: bytes


def digesting(secret: bytes) -> Digest:
    """Return the function by which words are known again."""
    return lambda word: blake2b(word.encode("utf-8", "surrogatepass"), key=secret, digest_size=8).digest()


def packed(wanted: Iterable[Sought]) -> str:
    """Return what is sought as text; its letters are those of names, so that it is not taken for a word itself."""
    return dumped([[each.end_size, lettered(each.end), each.size, lettered(each.word)] for each in sorted(wanted)])


def unpacked(text: str) -> frozenset[Sought]:
    """Return what this text was made from."""
    return frozenset(
        Sought(end_size=end_size, end=unlettered(end), size=size, word=unlettered(word))
        for end_size, end, size, word in json.loads(text)
    )


def sought(texts: Iterable[str], digest: Digest) -> frozenset[Sought]:
    """Return what to look for once these texts must be gone: each of their words, and what search makes of it."""
    found = {piece for text in texts for said in (text, *words(text), *terms(text)) for piece in _words(said)}
    telling = [word for word in found if _bytes(word) >= TELLING]
    return frozenset(
        Sought(end_size=size, end=digest(word[-size:]), size=len(word), word=digest(word))
        for word, size in ((word, _end_size(word)) for word in telling)
    )


def found_in(pieces: Collection[str], wanted: Iterable[Sought], digest: Digest) -> frozenset[str]:
    """Return the words, and the ends of words, that stand in these pieces."""
    by_end: dict[tuple[int, bytes], list[Sought]] = defaultdict(list)
    for each in wanted:
        by_end[each.end_size, each.end].append(each)
    hits: set[str] = set()
    for size in {size for size, _ in by_end}:
        windows = {piece[at : at + size] for piece in pieces for at in range(len(piece) - size + 1)}
        ends = {window: by_end[size, name] for window in windows if (size, name := digest(window)) in by_end}
        if ends:
            hits.update(word for piece in pieces for word in _standing(piece, size, ends, digest))
    return frozenset(hits)


def pieces_of(files: Sequence[Path], vfs: str | None = None) -> tuple[int, frozenset[str]]:
    """Return how many bytes the files have, and all that may be or hold a word in them."""
    read, runs = 0, set[str]()
    for file in files:
        for size, chunk in _chunks(file, vfs):
            read += size
            runs.update(_RUN.findall(unescaped(chunk.decode("utf-8", "replace"))))
    return read, frozenset(part for run in runs for word in _words(run) for part in _NAME.sub(_edges, word).split())


def _standing(piece: str, size: int, ends: Mapping[str, Sequence[Sought]], digest: Digest) -> Iterator[str]:
    """Yield what stands in a piece: the whole word before each of these ends, or the end under another beginning."""
    for at in range(len(piece) - size + 1):
        for each in ends.get(piece[at : at + size], ()):
            word = piece[max(0, at + size - each.size) : at + size]
            yield word if len(word) == each.size and digest(word) == each.word else word[-size:]


def _bytes(word: str) -> int:
    return len(word.encode("utf-8", "surrogatepass"))


def _end_size(word: str) -> int:
    """Return how many characters at the end of a word make `END` bytes."""
    return next((size for size in range(1, len(word)) if _bytes(word[-size:]) >= END), len(word))


def _words(text: str) -> list[str]:
    return _WORD.findall(folded(text))


def _edges(name: re.Match[str]) -> str:
    return f"{name[0][: END - 1]} {name[0][1 - END :]}"


def unescaped(text: str) -> str:
    """Return a text with the escapes of JSON in ASCII written out."""
    if "\\u" not in text:
        return text
    return _ESCAPED.sub(lambda escaped: str(json.loads(f'"{escaped[0]}"')), text)


def _chunks(file: Path, vfs: str | None) -> Iterator[tuple[int, bytes]]:
    """
    Yield the file in overlapping chunks, each with how much of it is new, read through SQLite's own file layer.

    A plain `open` here would drop this process's POSIX locks on the database when it is closed again
    (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    handle: Any = apsw.VFSFile(vfs or "", str(file), [apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_MAIN_DB, 0])
    try:
        size = handle.xFileSize()
        for start in range(0, size, CHUNK):
            new = min(CHUNK, size - start)
            yield new, handle.xRead(min(CHUNK + OVERLAP, size - start), start)
    finally:
        handle.xClose()
