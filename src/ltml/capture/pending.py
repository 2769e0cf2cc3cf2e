"""
Requests under way: where each goes on, so that no other goes on there before its answer is kept.

Theory of operation. What the store knows of a talk is what was said whole. While an answer streams, the message it
answers is in no store. A second window that asks meanwhile must not go on in the same place, so whoever finds a
session claims it until the answer has ended, however it ends. A claim is released by name, or with the last value that
holds it: a request that is given up anywhere gives its claim up.

Claims are seen in this process alone. Two processes on one memory may put two talks into one session; then each
message is a branch of its own there (session_tree.py), and nothing that was said is lost.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Condition
from weakref import WeakSet

#: Number of the latest session starts that are remembered with their first message, and of manners of asking with
#: the session that was used last.
MAX_REMEMBERED = 64


class PendingRequest:
    """One request under way: its session, and the digest of all that is said in it."""

    __slots__ = ("__weakref__", "end", "session")

    def __init__(self, session: str, end: str) -> None:
        """Claim a session for a request whose chain ends with this digest."""
        self.session, self.end = session, end


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStart:
    """A talk that began here: its session, its first message, when that was said and in what manner."""

    session: str
    digest: str
    text: str
    at: datetime
    manner: str = ""


class PendingRequests:
    """The requests under way in one namespace, and the talks that began last. Any number of threads may call."""

    def __init__(self) -> None:
        """Begin with none."""
        self._claims: WeakSet[PendingRequest] = WeakSet()
        self._starts: deque[SessionStart] = deque(maxlen=MAX_REMEMBERED)
        self._latest: OrderedDict[str, str] = OrderedDict()
        self._changed = Condition()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock in the block: no other thread matches a session meanwhile."""
        with self._changed:
            yield

    def wait_until_answered(self, end: str, seconds: float) -> None:
        """Wait for whoever asks just this to be answered or given up, but not for long. Call it within `locked`."""
        self._changed.wait_for(lambda: not self.sessions_asking(end), seconds)

    def sessions_asking(self, end: str) -> Sequence[str]:
        """Return the sessions in which just this is asked."""
        return [claim.session for claim in list(self._claims) if claim.end == end]

    def busy_sessions(self) -> frozenset[str]:
        """Return the sessions in which somebody waits for an answer."""
        return frozenset(claim.session for claim in list(self._claims))

    def add(self, session: str, end: str, manner: str = "") -> PendingRequest:
        """Claim a session, in which somebody now asks in this manner; hold on to what is returned."""
        claim = PendingRequest(session, end)
        self._claims.add(claim)
        self._latest[manner] = session
        self._latest.move_to_end(manner)
        while len(self._latest) > MAX_REMEMBERED:
            self._latest.popitem(last=False)
        return claim

    def latest_session(self, manner: str) -> str:
        """Return the session in which somebody asked last in this manner; empty if that is not known."""
        return self._latest.get(manner, "")

    def remove(self, claim: PendingRequest | None) -> None:
        """Give a claim up."""
        if claim is not None:
            with self._changed:
                self._claims.discard(claim)
                self._changed.notify_all()

    def add_session_start(self, start: SessionStart) -> None:
        """Take note of a talk that begins."""
        self._starts.append(start)

    def find_session_start(self, like: Callable[[SessionStart], bool]) -> SessionStart | None:
        """Return the talk that began last and is like this."""
        return next((one for one in reversed(self._starts) if like(one)), None)
