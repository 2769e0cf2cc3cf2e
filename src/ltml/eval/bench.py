"""
Run systems over logs, resumably.

Theory of operation. The unit of work is a pair (log, system): one memory in a folder of its own, filled, slept where
the system sleeps, and scored. A finished pair is one line of a journal under a key that hashes everything the numbers
depend on: the log's content, the system and its settings, the bench's own settings and the code. A pair
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
from contextlib import suppress
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
from ltml.eval.systems import SystemFactory

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
    """Do nothing."""
    del event


@dataclass(frozen=True, slots=True, kw_only=True)
class PairResult:
    """The scores of one system on one log: `cells` by metric; `night` adds up its nights' own figures."""

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
    """Everything a worker process needs to measure one pair."""

    key: str
    log: Log
    system: SystemFactory
    budgets: tuple[int, ...]
    sleep_every: SleepEvery
    scratch: Path | None


def run_bench(  # noqa: PLR0913 -- every argument but the first two has a default
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
    Ask every system the questions of every log.

    `resume_path` is the journal (JSON lines, made if missing); `scratch` is the folder of the stores while they are
    asked (None: the system's temporary folder). An error of a system ends the bench; finished pairs are in the journal.
    """
    wanted: list[PairJob] = []
    for log in logs:
        for system in systems:
            key = make_key(log, system, tuple(budgets), sleep_every if system.sleeps else 0)
            job = PairJob(
                key=key, log=log, system=system, budgets=tuple(budgets), sleep_every=sleep_every, scratch=scratch
            )  # fmt: skip
            wanted.append(job)
    known = read_journal(resume_path) if resume_path else {}
    progress(BenchStarted(pairs=len(wanted)))
    results = {job.key: known[job.key] for job in wanted if job.key in known}
    for number, result in enumerate(list(results.values()), 1):
        progress(_pair_done(result, number, len(wanted), resumed=True))
    for result in _measure_all([job for job in wanted if job.key not in known], jobs):
        results[result.key] = result
        if resume_path:
            append_result(resume_path, result)
        progress(_pair_done(result, len(results), len(wanted), resumed=False))
    return BenchReport(
        systems=tuple(s.name for s in systems), budgets=tuple(budgets), sleep_every=sleep_every,
        version=read_code_version(), results=tuple(results[job.key] for job in wanted),
    )  # fmt: skip


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
    """Fill one memory in an empty folder, let it sleep if it does, score it, and close it."""
    memory = system.start(folder, log.log_id, system.settings)
    nights, figures = 0, dict[str, float]()
    try:
        began = clock()
        if system.sleeps:
            for turns, sleep_at in split_by_nights(log.turns, sleep_every):
                memory.capture(turns)
                if sleep_at is not None:
                    nights += 1
                    for name, value in memory.sleep(sleep_at).items():
                        figures[name] = figures.get(name, 0.0) + value
        else:
            memory.capture(log.turns)
        filled = clock()
        cells = score_log(log, memory, budgets)
        scored = clock()
    finally:
        memory.close()
    return PairResult(
        key=key, log_id=log.log_id, source=log.source, system=system.name, turns=len(log.turns),
        questions=len(log.questions), nights=nights, cells=cells, night=figures,
        seconds={"fill": filled - began, "ask": scored - filled},
    )  # fmt: skip


def make_key(log: Log, system: SystemFactory, budgets: Sequence[int], sleep_every: SleepEvery) -> str:
    """Return the key of this pair in the journal: another wherever the numbers might differ."""
    settings = dict(system.settings)
    code = (read_code_version(), _DEFINITIONS)
    return digest_json([log.digest, log.source, system.name, settings, list(budgets), sleep_every, *code])


# ------------------------------------------------------------------ measuring


def _measure_all(jobs: Sequence[PairJob], processes: int) -> Iterator[PairResult]:
    if processes <= 1 or len(jobs) <= 1:
        yield from map(_measure_job, jobs)
        return
    # Spawned, not forked: an SQLite connection must not be carried into a child.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        for future in as_completed([pool.submit(_measure_job, job) for job in jobs]):
            yield future.result()


def _measure_job(job: PairJob) -> PairResult:
    with tempfile.TemporaryDirectory(prefix="ltml-bench-", dir=job.scratch) as folder:
        return measure_pair(
            job.log, job.system, Path(folder), budgets=job.budgets, sleep_every=job.sleep_every, key=job.key
        )  # fmt: skip


def _pair_done(result: PairResult, done: int, pairs: int, *, resumed: bool) -> PairDone:
    return PairDone(
        log_id=result.log_id, system=result.system, done=done, pairs=pairs,
        seconds=sum(result.seconds.values()), resumed=resumed,
    )  # fmt: skip


@cache
def read_code_version() -> str:
    """
    Return the release, and a digest of the package's code.

    Between two releases the code changes and the version does not: a journal must not carry old numbers to new code.
    """
    try:
        release = version("ltml")
    except PackageNotFoundError:
        release = "unreleased"
    root = Path(__file__).parents[1]
    digest = blake2b(digest_size=6)
    for file in sorted(root.rglob("*.py")) + sorted(root.rglob("*.sql")):
        digest.update(f"{file.relative_to(root).as_posix()}\n".encode() + file.read_bytes())
    return f"{release}+{digest.hexdigest()}"


# ------------------------------------------------------------------ the journal


def read_journal(path: Path) -> dict[str, PairResult]:
    """Return the finished pairs by key. A line that was cut off by a crash is ignored; its pair runs again."""
    results: dict[str, PairResult] = {}
    for line in path.read_text(encoding="utf-8").split("\n") if path.exists() else ():
        if line.strip():
            with suppress(json.JSONDecodeError):
                raw = cast("dict[str, Any]", json.loads(line))
                cells = {metric: (float(total), int(count)) for metric, (total, count) in raw.pop("cells").items()}
                results[raw["key"]] = PairResult(**raw, cells=cells)
    return results


def append_result(path: Path, result: PairResult) -> None:
    """Append a finished pair to the journal; a line that a crash cut off is ended first."""
    private.make_folder(path.absolute().parent)
    fields = {name: getattr(result, name) for name in PairResult.__slots__}
    line = json.dumps(fields, ensure_ascii=False, default=dict)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | private.O_BINARY, private.FILE_MODE)
    with os.fdopen(handle, "a+b") as journal:
        if journal.seek(0, 2):
            journal.seek(-1, 2)
            line = line if journal.read(1) == b"\n" else f"\n{line}"
        journal.write(line.encode() + b"\n")
