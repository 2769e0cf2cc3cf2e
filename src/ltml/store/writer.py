"""
One writer thread per process, with group commit.

Theory of operation. SQLite has one writer at a time, over all processes. Every write of this process is a *job*, a
function of the connection, put in a queue. The thread takes the lock with `BEGIN IMMEDIATE` (other processes wait in
SQLite's busy handler, so nobody ever sees "locked"), runs the first job and every job that queued up meanwhile, each in
a savepoint of its own, and commits once: with `synchronous=FULL` the one fsync is shared by all who wait. Only then are
the callers told. A job that fails takes back its own savepoint and nobody else's; a commit that fails fails them all.

`Shared` jobs of the same *kin* that wait one behind the other are done by one call: sixty-four threads that
each append one turn cost one append of sixty-four. If that call fails, each is tried again by itself, so that one bad
job still fails alone.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, Generic, TypeVar

import apsw

from ltml.errors import StoreUnavailable
from ltml.store.connect import let_go, roll_back

S = TypeVar("S")
T = TypeVar("T")
#: So many jobs share one commit at most; more would only make the first one wait.
GROUP = 256
CLOSED = "the store is closed; open it again with ltml.open()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared(Generic[S, T]):
    """
    Work on one item that may be done in one call with what waits beside it and is of the same kin.

    `work` is handed the items in order and returns a result for each; done at once or one by one must be the same.
    """

    kin: Hashable
    work: Callable[[apsw.Connection, Sequence[S]], Sequence[T]]
    item: S

    def __call__(self, connection: apsw.Connection) -> T:
        """Do this item alone."""
        return self.work(connection, [self.item])[0]


@dataclass(slots=True)
class Job(Generic[T]):
    """A write to be done, and the promise to whoever waits for it."""

    work: Callable[[apsw.Connection], T]
    alone: bool
    future: Future[T]

    @property
    def kin(self) -> Hashable:
        """What jobs that may share a call have in common; other jobs have it for themselves."""
        return self.work.kin if isinstance(self.work, Shared) else self.future


Outcome = tuple[Job[Any], Any, BaseException | None]


class Writer:
    """Runs jobs on the one writing connection of this process."""

    def __init__(self, connect: Callable[[], apsw.Connection], name: str) -> None:
        """Open the connection in the thread that will use it; raises what `connect` raises."""
        self._queue: queue.SimpleQueue[Job[Any] | None] = queue.SimpleQueue()
        self._closed = threading.Lock()
        self._open = True
        ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(connect, ready), name=f"ltml-writer {name}", daemon=True
        )
        self._thread.start()
        ready.result()

    def submit(self, work: Callable[[apsw.Connection], T], *, alone: bool = False) -> Future[T]:
        """Queue a job. `alone` runs outside any transaction, for statements like VACUUM."""
        job = Job(work, alone, Future[T]())
        with self._closed:
            if not self._open:
                raise StoreUnavailable(CLOSED)
            self._queue.put(job)
        return job.future

    def __call__(self, work: Callable[[apsw.Connection], T], *, alone: bool = False) -> T:
        """Run a job and wait until it is durable."""
        return self.submit(work, alone=alone).result()

    def close(self) -> None:
        """Finish what is queued, then close the connection. Closing twice is closing once."""
        with self._closed:
            if self._open:
                self._open = False
                self._queue.put(None)
        self._thread.join()

    def _run(self, connect: Callable[[], apsw.Connection], ready: Future[None]) -> None:
        try:
            connection = connect()
        except BaseException as exc:  # noqa: BLE001 -- handed to the caller that waits for the thread to be ready
            ready.set_exception(exc)
            return
        ready.set_result(None)
        while (job := self._queue.get()) is not None:
            self._serve(connection, job)
        let_go(connection)

    def _serve(self, connection: apsw.Connection, first: Job[Any]) -> None:
        if first.alone:
            settle(first, connection)
            return
        group, held_back = self._group(first)
        commit_together(connection, group)
        if held_back is not None:
            settle(held_back, connection)

    def _group(self, first: Job[Any]) -> tuple[list[Job[Any]], Job[Any] | None]:
        """Take the jobs that wait already, up to the next one that wants to be alone."""
        group = [first]
        while len(group) < GROUP:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:  # close() was called; its mark must stay for the loop
                self._queue.put(None)
                break
            if job.alone:
                return group, job
            group.append(job)
        return group, None


def settle(job: Job[Any], connection: apsw.Connection) -> None:
    """Run a job outside a transaction and tell its caller."""
    if not wanted(job):
        return
    try:
        job.future.set_result(job.work(connection))
    except BaseException as exc:  # noqa: BLE001 -- the caller gets it
        job.future.set_exception(exc)


def commit_together(connection: apsw.Connection, group: list[Job[Any]]) -> None:
    """Run the jobs in one transaction, commit once, then tell each caller how its own job ended."""
    group = [job for job in group if wanted(job)]
    try:
        connection.execute("begin immediate")
        kin = [list(jobs) for _, jobs in groupby(group, key=attrgetter("kin"))]
        outcomes = [outcome for jobs in kin for outcome in attempt(connection, jobs)]
        connection.execute("commit")
    except BaseException as exc:  # noqa: BLE001 -- every caller gets it
        roll_back(connection)
        outcomes = [(job, None, exc) for job in group]
    for job, result, error in outcomes:
        if error is None:
            job.future.set_result(result)
        else:
            job.future.set_exception(error)


def attempt(connection: apsw.Connection, jobs: Sequence[Job[Any]]) -> list[Outcome]:
    """Run jobs of one kin in a savepoint; after an error each by itself, so that it takes back this job alone."""
    connection.execute("savepoint job")
    try:
        results = together(connection, [job.work for job in jobs])
        outcomes: list[Outcome] = [(job, result, None) for job, result in zip(jobs, results, strict=True)]
    except BaseException as exc:
        if not connection.in_transaction:  # SQLite rolled everything back by itself (disk full, I/O error)
            raise
        connection.execute("rollback to job")
        connection.execute("release job")
        return [(jobs[0], None, exc)] if len(jobs) == 1 else [o for job in jobs for o in attempt(connection, [job])]
    connection.execute("release job")
    return outcomes


def together(connection: apsw.Connection, works: Sequence[Callable[[apsw.Connection], Any]]) -> Sequence[Any]:
    """Do works of one kin in one call; a work without kin comes by itself."""
    shared = [work for work in works if isinstance(work, Shared)]
    if not shared:
        return [work(connection) for work in works]
    results: Sequence[Any] = shared[0].work(connection, [work.item for work in shared])
    return results


def wanted(job: Job[Any]) -> bool:
    """Tell whether anybody still waits for a job; from here on it cannot be called off any more."""
    return job.future.set_running_or_notify_cancel()
