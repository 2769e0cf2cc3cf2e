"""
Run a scenario once for every point at which the power can go, and look at what is left.

A *scenario* opens what it likes in an empty folder through the VFS it is given, and keeps a `Ledger`: what it is about
to commit, and what it was told is committed. After the cut it must come to an end: close what it can, join its
threads, and return or let the driver's error out. That error may be any `apsw.Error`, not only `PowerCut`: leaving a
`with db:` after a cut says "no transaction is active", and a second connection may find the file busy.

A *check* opens the folder the power cut left, with the ordinary VFS, and returns its complaints, one sentence each. A
complaint that starts with "lost" or "half" is counted as such, every other one, and every `apsw.Error` out of the
check, as an error.

    def scenario(folder, vfs, ledger):
        with closing(apsw.Connection(str(folder / "a.db"), vfs=vfs)) as db:
            ...
            ledger.intend(("ada", 1))
            db.execute("insert into t values ('ada', 1)")
            ledger.acknowledge(("ada", 1))

    report = points(scenario, check)
    assert report.clean, report

The scenario runs once per point; each mode and seed is another fate of the disk after the same run, in a folder of
its own. The last point lies behind the last call: the scenario has returned, then the power goes. A scenario with
threads need not do the same calls in the same order every time; a run that ends before its point is cut there.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import apsw

from tests.crash.powerloss import MODES, Disk, FaultName, Injected, Mode, PowerLoss

Item = tuple[Hashable, ...]
Scenario = Callable[[Path, str, "Ledger"], None]
Check = Callable[[Path, "Ledger"], list[str]]


class Ledger:
    """
    What was meant to be committed, and what was said to be committed while the power was on.

    An item is one transaction, as a tuple of its parts: rows, ids, whatever the check can find again. Nothing can be
    acknowledged by a machine that is off, so later acknowledgements are not noted.
    """

    def __init__(self, disk: Disk) -> None:
        self.intended: list[Item] = []
        self.acknowledged: list[Item] = []
        self._disk = disk

    def intend(self, item: Item) -> None:
        """This transaction is about to be committed; from now on it may be found."""
        self.intended.append(item)

    def acknowledge(self, item: Item) -> None:
        """The commit has returned; from now on it must be found."""
        if self._disk.on:
            self.acknowledged.append(item)


def judge(ledger: Ledger, found: AbstractSet[Hashable]) -> list[str]:
    """Complaints for a scenario that only adds: parts lost, transactions half there, parts nobody has written."""
    intended = {part for item in ledger.intended for part in item}
    return [
        *(f"lost: {item}" for item in ledger.acknowledged if not found & set(item)),
        *(f"half: {item}" for item in ledger.intended if found & set(item) not in (set(), set(item))),
        *(f"stray: {part}" for part in sorted(found - intended, key=repr)),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What was wrong after the power went at this point (or the fault struck there), in this mode with this seed."""

    point: int
    mode: Mode
    seed: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How many states of the disk were looked at, and what was wrong with them."""

    points: int
    lost: tuple[Complaint, ...]
    half: tuple[Complaint, ...]
    errors: tuple[Complaint, ...]

    @property
    def clean(self) -> bool:
        return not (self.lost or self.half or self.errors)

    def __str__(self) -> str:
        counts = f"{self.points} points: {len(self.lost)} lost, {len(self.half)} half, {len(self.errors)} errors"
        first = (self.lost[:3], self.half[:3], self.errors[:3])
        return "\n  ".join([counts, *(repr(complaint) for group in first for complaint in group)])


def points(
    scenario: Scenario,
    check: Check,
    *,
    modes: Sequence[Mode] = MODES,
    seeds: Sequence[int] = (0,),
    every: int = 1,
) -> Report:
    """
    Cut the power at every point of the scenario (or every so-many-th) and check what is left.

    Errors the scenario lets out after the cut end that run, if they are the driver's or were raised `from` one of the
    driver's; all others are the scenario's own and are raised. Mode "drop" leaves nothing to chance, so it is looked
    at once, not per seed.
    """
    fates = [(mode, seed) for mode in modes for seed in (seeds[:1] if mode == "drop" else seeds)]
    found, looked = list[Complaint](), 0
    for point in _every(calls(scenario), every):
        with _scratch() as folder:
            disk, ledger = _run(scenario, folder, partial(Disk.cut, kth=point))
            for mode, seed in fates:
                found += _look(check, ledger, disk, Complaint(point=point, mode=mode, seed=seed, text=""))
                looked += 1
    return _report(looked, found)


def faults(
    scenario: Scenario,
    check: Check,
    *,
    error: FaultName,
    forever: bool,
    every: int = 1,
) -> Report:
    """
    Let every point of the scenario fail in turn, cut the power when it has ended, and check what is left.

    What was acknowledged around the error must have been synced. What failed may be there or not.
    """
    found, looked = list[Complaint](), 0
    for point in _every(calls(scenario), every):
        with _scratch() as folder:
            arm = partial(Disk.fail, kth=point, error=error, forever=forever)
            disk, ledger = _run(scenario, folder, arm)
            found += _look(check, ledger, disk, Complaint(point=point, mode="drop", seed=0, text=""))
            looked += 1
    return _report(looked, found)


def _every(calls: int, every: int) -> Iterable[int]:
    return [*range(1, calls + 1, every), calls + 1]


def calls(scenario: Scenario) -> int:
    """How many calls the scenario makes when nothing goes wrong."""
    with _scratch() as folder:
        disk, _ = _run(scenario, folder, lambda _: None)
        return disk.calls


def _run(scenario: Scenario, folder: Path, arm: Callable[[Disk], None]) -> tuple[Disk, Ledger]:
    live = folder / "live"
    live.mkdir()
    vfs = PowerLoss(folder.name, live)
    ledger = Ledger(vfs.disk)
    arm(vfs.disk)
    with _quiet():
        try:
            scenario(vfs.disk.root, vfs.name, ledger)
        except Exception as error:
            if not (vfs.disk.struck and _from_the_driver(error)):
                raise
        if vfs.disk.open_files:
            gc.collect()
    return vfs.disk, ledger


def _from_the_driver(error: BaseException | None) -> bool:
    """Whether the driver raised this, or what it was raised from."""
    return error is not None and (isinstance(error, apsw.Error) or _from_the_driver(error.__cause__))


def _look(check: Check, ledger: Ledger, disk: Disk, at: Complaint) -> list[Complaint]:
    """Let the disk come back in one of its fates, and say what is wrong with it."""
    left = disk.root.parent / f"{at.mode}-{at.seed}"
    disk.survive(left, at.mode, Random(f"{at.point} {at.mode} {at.seed}"))
    try:
        texts = check(left, ledger)
    except apsw.Error as error:
        texts = [f"{type(error).__name__}: {error}"]
    return [Complaint(point=at.point, mode=at.mode, seed=at.seed, text=text) for text in texts]


def _report(looked: int, found: list[Complaint]) -> Report:
    kinds = {kind: tuple(c for c in found if c.text.startswith(kind)) for kind in ("lost", "half")}
    errors = tuple(c for c in found if not c.text.startswith(("lost", "half")))
    return Report(points=looked, errors=errors, **kinds)


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder in memory where there is one: the checks open databases with the ordinary VFS, which really syncs."""
    memory = "/dev/shm"  # noqa: S108 - the folder in it has a name nobody can guess
    with TemporaryDirectory(prefix="powerloss-", dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


@contextmanager
def _quiet() -> Iterator[None]:
    """
    Say nothing about cuts and faults that strike a destructor, or a thread that lets go of its connection.

    A connection that is dropped without `close()`, as after a constructor that failed, tries to checkpoint on its
    way out. It has nobody to tell that the disk fails, and Python would print it.
    """
    usual, in_thread = sys.unraisablehook, threading.excepthook
    sys.unraisablehook = lambda event: None if isinstance(event.exc_value, Injected) else usual(event)
    threading.excepthook = lambda event: None if isinstance(event.exc_value, Injected) else in_thread(event)
    try:
        yield
    finally:
        sys.unraisablehook, threading.excepthook = usual, in_thread
