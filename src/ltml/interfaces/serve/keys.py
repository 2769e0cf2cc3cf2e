"""
Keys of users: who has one may read and write that user's memory through the server.

Theory of operation. A key is 256 random bits, shown once. Kept is its BLAKE2b digest, in a file beside the memory that
this user alone may read. A slow hash (scrypt) is for passwords that can be guessed; nobody guesses 256 random bits, and
a slow hash would be paid with every request. What was revoked stays in the file without its digest: whoever had a key
must not, by losing it, become the one user of a server without keys.

The file is replaced as a whole. The new one is created where only one program can create it, so that two commands at
once cannot lose each other's key. A server looks at the file's date with every request: what is revoked is out at once.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TypeAlias

from ltml.errors import ConfigError, NotFound, StoreUnavailable

#: What LTML's keys begin with, so that people, scanners and the proxy know one when they see it.
MARK = "ltml_"
_BITS_OF_A_KEY = 256
_LOOKS_LIKE_A_KEY = re.compile(rb"\bltml_[A-Za-z0-9_-]+")
#: So much of a digest names a key in lists.
_SHORT = 8
#: A file's inode, date and size.
Stamp: TypeAlias = tuple[int, int, int]
UNREAD: Stamp = (-1, -1, -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserKey:
    """One user's key as it is kept: what was revoked has no digest."""

    user: str
    id: str
    digest: str
    created_at: str
    revoked_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """All keys of a memory. A ring that could not be read opens nothing."""

    keys: tuple[UserKey, ...] = ()
    readable: bool = True

    @property
    def users(self) -> frozenset[str]:
        """Everybody who has a key or had one."""
        return frozenset(key.user for key in self.keys)

    @property
    def holders(self) -> frozenset[str]:
        """Everybody who has a key."""
        return frozenset(key.user for key in self.keys if key.digest)

    def find_user(self, given: str) -> str:
        """Return whose key this is, or nothing. How long it takes does not depend on how much of it is right."""
        digest, found = _digest(given), ""
        for key in self.keys:
            if hmac.compare_digest(digest, key.digest):
                found = key.user
        return found


@dataclass(slots=True)
class KeyFile:
    """The keys beside one memory; `path` is nothing for a memory that is no file."""

    path: Path | None
    _seen: Stamp = UNREAD
    _ring: KeyRing = field(default_factory=KeyRing)

    def load_ring(self) -> KeyRing:
        """Return the keys as they are now; never raises."""
        try:
            seen = self._read_stamp()
            if seen != self._seen:
                self._ring, self._seen = KeyRing(keys=tuple(self.read())), seen
        except (OSError, StoreUnavailable):
            self._ring, self._seen = KeyRing(readable=False), UNREAD
        return self._ring

    def read(self) -> list[UserKey]:
        """Return all keys, oldest first. Raises `StoreUnavailable`."""
        if self.path is None:
            return []
        try:
            return [UserKey(**row) for row in json.loads(self.path.read_text("utf-8"))]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError) as exc:
            message = (
                f"{self.path}, the keys of users, cannot be read ({type(exc).__name__}); bring back a copy, or remove "
                "it and give everybody a new key with `ltml user add`"
            )
            raise StoreUnavailable(message) from exc

    def add(self, user: str, now: datetime) -> tuple[UserKey, str]:
        """Make a key for a user; return it as it is kept, and the key itself. Raises `ConfigError`, `StoreError`s."""
        given = MARK + secrets.token_urlsafe(_BITS_OF_A_KEY // 8)
        digest = _digest(given)
        key = UserKey(user=user, id=digest[:_SHORT], digest=digest, created_at=now.isoformat(timespec="seconds"))
        self._replace(lambda keys: [*keys, key])
        return key, given

    def revoke(self, user: str, now: datetime, only: str = "") -> int:
        """Take a user's keys back, or `only` one; return how many. Raises `NotFound`, `ConfigError`, `StoreError`s."""
        at = now.isoformat(timespec="seconds")

        def concerned(key: UserKey) -> bool:
            return key.user == user and bool(key.digest) and key.id == (only or key.id)

        count = sum(map(concerned, self.read()))
        if not count:
            which = f"key {only}" if only else "key"
            raise NotFound(f"{user} has no {which} that could be revoked; `ltml user list` shows all")
        self._replace(lambda keys: [replace(k, digest="", revoked_at=at) if concerned(k) else k for k in keys])
        return count

    def _read_stamp(self) -> Stamp:
        """Return what changes whenever the file does; zeros if there is none."""
        try:
            now = self.path.stat() if self.path else None
        except FileNotFoundError:
            now = None
        return (now.st_ino, now.st_mtime_ns, now.st_size) if now else (0, 0, 0)

    def _replace(self, change: Callable[[list[UserKey]], Iterable[UserKey]]) -> None:
        if self.path is None:
            raise ConfigError("a memory that is no file has no keys; name one with --db")
        new = self.path.with_name(self.path.name + ".new")
        try:
            new.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # keys may be there before the first word
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as exc:
            message = f"{new} is there: another `ltml user` is at work. Try again; if none runs, remove that file"
            raise StoreUnavailable(message) from exc
        except OSError as exc:
            raise StoreUnavailable(f"{new} cannot be written ({exc.strerror}); is the folder yours?") from exc
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump([asdict(key) for key in change(self.read())], file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path)
        finally:
            with suppress(FileNotFoundError):
                new.unlink()


def key_file(db: str) -> KeyFile:
    """Return the keys beside a memory, beside the file itself where the path is a link to it."""
    if db.startswith("ephemeral:"):
        return KeyFile(None)
    path = db.removeprefix("sqlite://")
    file = Path(path.removeprefix("/") if path.startswith("//") else path).resolve()
    return KeyFile(file.with_name(file.name + ".users"))


def contains_key(value: bytes) -> bool:
    """Tell whether a header's value holds what looks like a key of ours, valid or not."""
    return _LOOKS_LIKE_A_KEY.search(value) is not None


def _digest(given: str) -> str:
    return blake2b(given.encode("utf-8", "surrogateescape"), digest_size=32, person=b"ltml user key").hexdigest()
