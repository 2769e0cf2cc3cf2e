"""
One writer thread per process, with group commit.

Theory of operation. SQLite has one writer at a time, over all processes. Every write of this process is a *job*, a
function of the connection, put in a queue. The thread takes the lock with `BEGIN IMMEDIATE` (other processes wait in
SQLite's busy handler, so callers never see "locked"), runs the first job and every job that queued up meanwhile, each
in a savepoint of its own, and commits once: with `synchronous=FULL` the one fsync is shared by all who wait. Only then
are the callers told. A job that fails rolls back its own savepoint and no other; a commit that fails fails them all.

`BatchableWork` with the same *batch key* that waits one behind the other is done by one call: sixty-four threads that
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
from ltml.store.sqlite.connect import close_quietly, roll_back

S = TypeVar("S")
T = TypeVar("T")
#: Maximum number of jobs per commit; more would only make the first one wait.
MAX_GROUP = 256
CLOSED = "the store is closed; open it again with ltml.open()"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchableWork(Generic[S, T]):
    """
    Work on one item that may be done in one call with waiting work of the same batch key.

    `work` takes the items in order and returns a result for each; the outcome must not depend on how they are grouped.
    """

    batch_key: Hashable
    work: Callable[[apsw.Connection, Sequence[S]], Sequence[T]]
    item: S

    def __call__(self, connection: apsw.Connection) -> T:
        """Do this item alone."""
        return self.work(connection, [self.item])[0]


@dataclass(slots=True)
class WriteJob(Generic[T]):
    """A write to be done, and the future its caller waits for."""

    work: Callable[[apsw.Connection], T]
    alone: bool
    future: Future[T]

    @property
    def batch_key(self) -> Hashable:
        """What jobs that may share a call have in common; unique for other jobs."""
        return self.work.batch_key if isinstance(self.work, BatchableWork) else self.future


Outcome = tuple[WriteJob[Any], Any, BaseException | None]


class Writer:
    """Runs jobs on the one writing connection of this process."""

    def __init__(self, connect: Callable[[], apsw.Connection], name: str) -> None:
        """Open the connection in the thread that will use it; raises what `connect` raises."""
        self._queue: queue.SimpleQueue[WriteJob[Any] | None] = queue.SimpleQueue()
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
        job = WriteJob(work, alone, Future[T]())
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
            alone: WriteJob[Any] | None = job
            if not job.alone:
                group, alone = self._take_group(job)
                commit_together(connection, group)
            if alone is not None and claim(alone):
                try:
                    alone.future.set_result(alone.work(connection))
                except BaseException as exc:  # noqa: BLE001 -- the caller gets it
                    alone.future.set_exception(exc)
        close_quietly(connection)

    def _take_group(self, first: WriteJob[Any]) -> tuple[list[WriteJob[Any]], WriteJob[Any] | None]:
        """Return this job with those that wait already, and the next one that must run alone, if it ended the group."""
        group = [first]
        while len(group) < MAX_GROUP:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:  # close() was called; the loop must see it too
                self._queue.put(None)
                break
            if job.alone:
                return group, job
            group.append(job)
        return group, None


def commit_together(connection: apsw.Connection, group: list[WriteJob[Any]]) -> None:
    """Run the jobs in one transaction, commit once, then resolve each future with the outcome of its own job."""
    group = [job for job in group if claim(job)]
    try:
        connection.execute("begin immediate")
        batches = [list(jobs) for _, jobs in groupby(group, key=attrgetter("batch_key"))]
        outcomes = [outcome for jobs in batches for outcome in run_batch(connection, jobs)]
        connection.execute("commit")
    except BaseException as exc:  # noqa: BLE001 -- every caller gets it
        roll_back(connection)
        outcomes = [(job, None, exc) for job in group]
    for job, result, error in outcomes:
        if error is None:
            job.future.set_result(result)
        else:
            job.future.set_exception(error)


def run_batch(connection: apsw.Connection, jobs: Sequence[WriteJob[Any]]) -> list[Outcome]:
    """Run jobs of one batch key in a savepoint; after an error each by itself, so that only the failed one fails."""
    connection.execute("savepoint job")
    try:
        works = [job.work for job in jobs]
        first, items = works[0], [work.item for work in works if isinstance(work, BatchableWork)]
        results = (
            first.work(connection, items) if isinstance(first, BatchableWork) else [work(connection) for work in works]
        )
        outcomes: list[Outcome] = [(job, result, None) for job, result in zip(jobs, results, strict=True)]
    except BaseException as exc:
        if not connection.in_transaction:  # SQLite rolled everything back by itself (disk full, I/O error)
            raise
        connection.execute("rollback to job")
        connection.execute("release job")
        return [(jobs[0], None, exc)] if len(jobs) == 1 else [o for job in jobs for o in run_batch(connection, [job])]
    connection.execute("release job")
    return outcomes


def claim(job: WriteJob[Any]) -> bool:
    """Return whether a job was not cancelled; from here on it cannot be."""
    return job.future.set_running_or_notify_cancel()
