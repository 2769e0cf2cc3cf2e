"""
Run systems over logs, resumably.

Theory of operation. The unit of work is a pair (log, system): one contestant in a folder of its own, filled, put to
sleep where the system sleeps, and examined. A finished pair is one line of a journal under a key that hashes everything
the numbers depend on: the log's content, the system and its settings, the bench's own settings and the code. A pair
whose key is in the journal is not run again, so an interrupted bench goes on where it stopped, and a changed setting
never meets an old number. Pairs may run in several processes; only the caller's process writes the journal.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeAlias, cast

from ltml import private
from ltml.eval.logs import Log, digest_json
from ltml.eval.metrics import Cell
from ltml.eval.replay import SleepEvery, split_by_nights
from ltml.eval.scoring import score_log
from ltml.eval.systems import MemorySystem, SystemFactory

BUDGETS = (256, 512, 1_024, 4_096)

#: Part of every key: raise it when a definition changes, so that old journals are not believed.
_DEFINITIONS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchStarted:
    """The bench knows how many pairs there are."""

    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDone:
    """One (log, system) is measured, or was found in the journal (`resumed`)."""

    log_id: str
    system: str
    done: int
    pairs: int
    seconds: float
    resumed: bool


BenchEvent: TypeAlias = BenchStarted | PairDone


def ignore_progress(event: BenchEvent) -> None:
    """Listen to nothing."""
    del event


@dataclass(frozen=True, slots=True, kw_only=True)
class PairResult:
    """What one system showed on one log. `cells` by metric; `night` adds up its nights' own numbers."""

    key: str
    log_id: str
    source: str
    system: str
    turns: int
    questions: int
    nights: int
    cells: Mapping[str, Cell]
    night: Mapping[str, float] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchReport:
    """Every result, in the order of systems and logs, with the settings that made them."""

    systems: tuple[str, ...]
    budgets: tuple[int, ...]
    sleep_every: SleepEvery
    version: str
    results: tuple[PairResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairJob:
    """Everything another process needs to measure one pair."""

    key: str
    log: Log
    system: SystemFactory
    budgets: tuple[int, ...]
    sleep_every: SleepEvery
    scratch: Path | None


def run_bench(  # noqa: PLR0913 -- a front door: every argument but the first two has a default
    logs: Iterable[Log],
    *,
    systems: Sequence[SystemFactory],
    budgets: Sequence[int] = BUDGETS,
    sleep_every: SleepEvery = "day",
    progress: Callable[[BenchEvent], None] = ignore_progress,
    resume_path: Path | None = None,
    jobs: int = 1,
    scratch: Path | None = None,
) -> BenchReport:
    """
    Put every log's questions to every system.

    `resume_path` is the journal (JSON lines, made if missing); `scratch` is where stores are kept while they are asked
    (the system's temporary folder if None). An error of a system ends the bench; what was finished is in the journal.
    """
    wanted = [_job(log, s, tuple(budgets), sleep_every, scratch) for log in logs for s in systems]
    known = read_journal(resume_path) if resume_path else {}
    progress(BenchStarted(pairs=len(wanted)))
    results = {job.key: known[job.key] for job in wanted if job.key in known}
    _announce(results.values(), len(wanted), progress)
    for result in _measured([job for job in wanted if job.key not in known], jobs):
        results[result.key] = result
        if resume_path:
            _append(resume_path, result)
        progress(_done(result, len(results), len(wanted), resumed=False))
    return BenchReport(
        systems=tuple(s.name for s in systems),
        budgets=tuple(budgets),
        sleep_every=sleep_every,
        version=_version(),
        results=tuple(results[job.key] for job in wanted),
    )


def measure_pair(  # noqa: PLR0913 -- called by name, and all but three have a default
    log: Log,
    system: SystemFactory,
    folder: Path,
    *,
    budgets: Sequence[int] = BUDGETS,
    sleep_every: SleepEvery = "day",
    key: str = "",
    clock: Callable[[], float] = time.perf_counter,
) -> PairResult:
    """Fill one contestant in an empty folder, let it sleep if it does, examine it, and close it."""
    contestant = system.start(folder, log.log_id, system.settings)
    try:
        began = clock()
        nights, night = _fill(contestant, log, system, sleep_every)
        filled = clock()
        cells = score_log(log, contestant, budgets)
        asked = clock()
    finally:
        contestant.close()
    return PairResult(
        key=key, log_id=log.log_id, source=log.source, system=system.name, turns=len(log.turns),
        questions=len(log.questions), nights=nights, cells=cells, night=night,
        seconds={"fill": filled - began, "ask": asked - filled},
    )  # fmt: skip


def make_key(log: Log, system: SystemFactory, budgets: Sequence[int], sleep_every: SleepEvery) -> str:
    """Return the name under which the journal keeps this pair; another wherever the numbers might differ."""
    return digest_json(
        [
            log.digest,
            log.source,
            system.name,
            dict(system.settings),
            list(budgets),
            sleep_every,
            _version(),
            _DEFINITIONS,
        ]
    )


# ------------------------------------------------------------------ measuring


def _job(log: Log, system: SystemFactory, budgets: tuple[int, ...], every: SleepEvery, scratch: Path | None) -> PairJob:
    key = make_key(log, system, budgets, every if system.sleeps else 0)
    return PairJob(key=key, log=log, system=system, budgets=budgets, sleep_every=every, scratch=scratch)


def _measured(jobs: Sequence[PairJob], processes: int) -> Iterator[PairResult]:
    if processes <= 1 or len(jobs) <= 1:
        yield from map(_measure, jobs)
        return
    # Spawned, not forked: an SQLite connection must not be carried into a child.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        for future in as_completed([pool.submit(_measure, job) for job in jobs]):
            yield future.result()


def _measure(job: PairJob) -> PairResult:
    with tempfile.TemporaryDirectory(prefix="ltml-bench-", dir=job.scratch) as folder:
        return measure_pair(
            job.log, job.system, Path(folder), budgets=job.budgets, sleep_every=job.sleep_every, key=job.key
        )


def _fill(contestant: MemorySystem, log: Log, system: SystemFactory, every: SleepEvery) -> tuple[int, dict[str, float]]:
    """How many nights there were, and the sums of their numbers."""
    if not system.sleeps:
        contestant.capture(log.turns)
        return 0, {}
    nights, sums = 0, dict[str, float]()
    for turns, sleep_at in split_by_nights(log.turns, every):
        contestant.capture(turns)
        if sleep_at is not None:
            nights += 1
            for name, value in contestant.sleep(sleep_at).items():
                sums[name] = sums.get(name, 0.0) + value
    return nights, sums


def _announce(results: Iterable[PairResult], pairs: int, progress: Callable[[BenchEvent], None]) -> None:
    for number, result in enumerate(results, 1):
        progress(_done(result, number, pairs, resumed=True))


def _done(result: PairResult, done: int, pairs: int, *, resumed: bool) -> PairDone:
    return PairDone(
        log_id=result.log_id, system=result.system, done=done, pairs=pairs,
        seconds=sum(result.seconds.values()), resumed=resumed,
    )  # fmt: skip


@cache
def _version() -> str:
    """
    The release, and a digest of the code beside this file's package.

    Between two releases the code changes and the version does not: a journal must not carry old numbers to new code.
    """
    try:
        release = version("ltml")
    except PackageNotFoundError:
        release = "unreleased"
    return f"{release}+{_code_digest()}"


def _code_digest() -> str:
    root = Path(__file__).parents[1]
    digest = blake2b(digest_size=6)
    for file in sorted(root.rglob("*.py")) + sorted(root.rglob("*.sql")):
        digest.update(f"{file.relative_to(root).as_posix()}\n".encode() + file.read_bytes())
    return digest.hexdigest()


# ------------------------------------------------------------------ the journal


def read_journal(path: Path) -> dict[str, PairResult]:
    """Return the finished pairs by key. A line that was cut off by a crash is passed over; its pair runs again."""
    if not path.exists():
        return {}
    found = (_result(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip())
    return {result.key: result for result in found if result}


def _result(line: str) -> PairResult | None:
    try:
        raw = cast("dict[str, Any]", json.loads(line))
    except json.JSONDecodeError:
        return None
    cells = {metric: (float(total), int(count)) for metric, (total, count) in raw.pop("cells").items()}
    return PairResult(**raw, cells=cells)


def _append(path: Path, result: PairResult) -> None:
    private.make_folder(path.absolute().parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | private.O_BINARY, private.FILE_MODE)
    with os.fdopen(handle, "a+b") as journal:
        # A cut-off last line is closed first, so that it cannot swallow this one.
        line = _torn(journal) * b"\n" + _line(result).encode() + b"\n"
        journal.write(line)


def _torn(journal: Any) -> bool:
    if journal.seek(0, 2) == 0:
        return False
    journal.seek(-1, 2)
    return bool(journal.read(1) != b"\n")


def _line(result: PairResult) -> str:
    fields = {name: getattr(result, name) for name in PairResult.__slots__}
    return json.dumps(fields, ensure_ascii=False, default=dict)
