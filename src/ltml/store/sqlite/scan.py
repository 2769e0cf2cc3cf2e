"""
Searching the bytes of files for words by digests, so that the words themselves need not be kept.

Theory of operation. A file is read as text, whatever its bytes are: what is no text separates the *pieces* that are.
Pieces are unescaped (bodies are JSON in ASCII), folded (case, form, invisible characters), and each is searched once.
In the bytes of a row a word has no blank around it: columns follow one another, and where a row was deleted, SQLite may
have overwritten its beginning. So a word is searched by its end, its last `END_BYTES` bytes, at every offset of every
piece; where an end is found, the whole word is looked for before it. The result is then the word, or its end alone.

Digests are keyed with the store's secret. Whoever has the file has the secret too and could test guesses; so they are
kept only until the order is proven.
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

from ltml.model import decode_letters, encode_letters
from ltml.store.canonical import dump_json
from ltml.store.redaction import MIN_WORD_BYTES
from ltml.store.rules import byte_size
from ltml.text import folded, terms, words

CHUNK_BYTES = 1 << 22
#: Bytes a chunk shares with the previous one: a longer word is found by its end.
OVERLAP_BYTES = 1 << 10
#: Bytes of a word's end that are enough to look closer; of a word no more than its end may be left unnoticed.
END_BYTES = 6
#: Everything that may be part of a word before it is folded: ASCII's word characters, and text beyond ASCII.
_RUN = re.compile("[0-9A-Za-z_\u0080-\ufffc\ufffe-\U0010ffff]+")
_WORD = re.compile(r"\w+")
_ESCAPED = re.compile(r"(?:\\u[0-9a-f]{4})+")
#: LTML's own ids (`model.encode_letters`). Their edges are kept, in case a word ends there.
_ID = re.compile("[bcdfghjklmnpqrst]{16,}")

Digest: TypeAlias = Callable[[str], bytes]


class WordDigest(NamedTuple):
    """One word to search for: the digest of its end and of all of it, and the number of characters of each."""

    end_size: int
    end: bytes
    size: int
    word: bytes


def digest_with(secret: bytes) -> Digest:
    """Return the function that digests words with this secret."""
    return lambda word: blake2b(word.encode("utf-8", "surrogatepass"), key=secret, digest_size=8).digest()


def pack_digests(wanted: Iterable[WordDigest]) -> str:
    """Return word digests as JSON, in the letters of ids so that they are not taken for words themselves."""
    return dump_json(
        [[each.end_size, encode_letters(each.end), each.size, encode_letters(each.word)] for each in sorted(wanted)]
    )


def unpack_digests(text: str) -> frozenset[WordDigest]:
    """Return the word digests this text was made from."""
    return frozenset(
        WordDigest(end_size=end_size, end=decode_letters(end), size=size, word=decode_letters(word))
        for end_size, end, size, word in json.loads(text)
    )


def digest_words(texts: Iterable[str], digest: Digest) -> frozenset[WordDigest]:
    """Return what to search for when these texts must be gone: each of their words, and their search terms."""
    found = {piece for text in texts for said in (text, *words(text), *terms(text)) for piece in _split_words(said)}
    digests = set[WordDigest]()
    for word in found:
        if byte_size(word) >= MIN_WORD_BYTES:
            size = next((n for n in range(1, len(word)) if byte_size(word[-n:]) >= END_BYTES), len(word))
            digests.add(WordDigest(end_size=size, end=digest(word[-size:]), size=len(word), word=digest(word)))
    return frozenset(digests)


def find_words(pieces: Collection[str], wanted: Iterable[WordDigest], digest: Digest) -> frozenset[str]:
    """Return the words, and the ends of words, that occur in these pieces."""
    by_end: dict[tuple[int, bytes], list[WordDigest]] = defaultdict(list)
    for each in wanted:
        by_end[each.end_size, each.end].append(each)
    hits: set[str] = set()
    for size in {size for size, _ in by_end}:
        windows = {piece[at : at + size] for piece in pieces for at in range(len(piece) - size + 1)}
        ends = {window: by_end[size, name] for window in windows if (size, name := digest(window)) in by_end}
        if ends:
            hits.update(word for piece in pieces for word in _match_ends(piece, size, ends, digest))
    return frozenset(hits)


def _match_ends(
    piece: str, size: int, ends: Mapping[str, Sequence[WordDigest]], digest: Digest
) -> Iterator[str]:  # fmt: skip
    """Yield, for each end (of `size` characters) in a piece, the whole word before it, or else the end alone."""
    for at in range(len(piece) - size + 1):
        for each in ends.get(piece[at : at + size], ()):
            word = piece[max(0, at + size - each.size) : at + size]
            yield word if len(word) == each.size and digest(word) == each.word else word[-size:]


def read_pieces(files: Sequence[Path], vfs: str | None = None) -> tuple[int, frozenset[str]]:
    """Return the number of bytes in the files, and everything in them that may be or contain a word."""
    read, runs = 0, set[str]()
    for file in files:
        for size, chunk in _read_chunks(file, vfs):
            read += size
            runs.update(_RUN.findall(unescape_json(chunk.decode("utf-8", "replace"))))
    pieces = set[str]()
    for word in (word for run in runs for word in _split_words(run)):
        pieces.update(_ID.sub(lambda name: f"{name[0][: END_BYTES - 1]} {name[0][1 - END_BYTES :]}", word).split())
    return read, frozenset(pieces)


def _split_words(text: str) -> list[str]:
    return _WORD.findall(folded(text))


def unescape_json(text: str) -> str:
    """Return a text with JSON's escapes of characters beyond ASCII decoded."""
    if "\\u" not in text:
        return text
    return _ESCAPED.sub(lambda escaped: str(json.loads(f'"{escaped[0]}"')), text)


def _read_chunks(file: Path, vfs: str | None) -> Iterator[tuple[int, bytes]]:
    """
    Yield the file in overlapping chunks, each with how many of its bytes are new, read through SQLite's own file layer.

    A plain `open` here would drop this process's POSIX locks on the database when it is closed again
    (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    handle: Any = apsw.VFSFile(vfs or "", str(file), [apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_MAIN_DB, 0])
    try:
        size = handle.xFileSize()
        for start in range(0, size, CHUNK_BYTES):
            new = min(CHUNK_BYTES, size - start)
            yield new, handle.xRead(min(CHUNK_BYTES + OVERLAP_BYTES, size - start), start)
    finally:
        handle.xClose()
