"""Commands that measure: whether a night helps, and how fast everything is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ltml.errors import ConfigError
from ltml.interfaces.cli.desk import CommandContext, with_shared_options
from ltml.interfaces.cli.progress import show_progress

if TYPE_CHECKING:
    from ltml.eval.bench import BenchEvent
    from ltml.eval.chat import ChatProgress
    from ltml.eval.logs import Log
    from ltml.eval.proxy.bench import ProxyProgress
    from ltml.eval.speed import SpeedProgress

Data = Annotated[Path, typer.Argument(metavar="PATH", help="The data: a file, or a folder of files.")]
Systems = Annotated[str, typer.Option(metavar="NAMES", help="What is compared, with commas between.")]
Budgets = Annotated[str, typer.Option(metavar="TOKENS", help="Budgets, with commas between.")]
Every = Annotated[str, typer.Option("--sleep-every", metavar="day|N", help="A night a day, or every N sessions.")]
Jobs = Annotated[int, typer.Option(min=1, help="Processes at the same time.")]
Journal = Annotated[
    Path | None, typer.Option("--resume", metavar="FILE", help="Write what is done there, and go on from it.")
]
COMPARED = "recency,bm25,unslept,slept,placebo"
BUDGETS = "256,512,1024"


def _make_command(name: str, does: str, every: str, read: Callable[[Path], Iterator[Log]]) -> Callable[..., int | None]:
    """Return the command that measures on the logs that `read` finds."""

    def measure(  # noqa: PLR0913, PLR0917 -- typer hands every option in
        desk: CommandContext,
        path: Data,
        systems: Systems = COMPARED,
        budgets: Budgets = BUDGETS,
        sleep_every: Every = every,
        jobs: Jobs = 1,
        resume: Journal = None,
    ) -> None:
        from ltml.eval import bench, report
        from ltml.eval.systems import get_systems

        with show_progress(as_json=desk.as_json, tell=True) as watch:

            def on_event(event: BenchEvent) -> None:
                if isinstance(event, bench.PairDone):
                    watch(f"{event.log_id}, {event.system}", event.done, event.pairs)
                else:
                    watch("measuring", 0, event.pairs)

            result = bench.run_bench(
                read(path),
                systems=get_systems(_split_names(systems)),
                budgets=_parse_numbers(budgets, "--budgets"),
                sleep_every="day" if sleep_every == "day" else _parse_numbers(sleep_every, "--sleep-every")[0],
                progress=on_event,
                resume_path=resume,
                jobs=jobs,
            )
        desk.print_answer(report.to_json(result), report.render_table(result))

    measure.__name__, measure.__doc__ = name, does
    return with_shared_options(measure)


def _read_logs(path: Path) -> Iterator[Log]:
    from ltml.eval.logs import read_logs

    return read_logs(path)


def _read_locomo(path: Path) -> Iterator[Log]:
    from ltml.eval.locomo import read_locomo

    return read_locomo(path)


def _read_beam(path: Path) -> Iterator[Log]:
    from ltml.eval.logs import read_beam

    return read_beam(path)


logs = _make_command("logs", "Ask your own logs' questions, slept and unslept.", "day", _read_logs)
locomo = _make_command("locomo", "Measure on LoCoMo, which you bring along (CC BY-NC 4.0).", "5", _read_locomo)
beam = _make_command("beam", "Measure on BEAM as logs, which you bring along.", "5", _read_beam)


@with_shared_options
def speed(
    desk: CommandContext,
    path: Annotated[Path | None, typer.Argument(metavar="[PATH]", help="A folder on the disk to measure.")] = None,
    sizes: Annotated[
        str, typer.Option(metavar="TURNS", help="Sizes of the store, with commas between.")
    ] = "1000,10000",
    repeats: Annotated[int, typer.Option(min=1, help="How many questions are asked.")] = 200,
) -> None:
    """Measure capture, night and wake beside bare SQLite and NumPy."""
    from ltml.eval import speed as measuring

    with show_progress(as_json=desk.as_json, tell=True) as watch:

        def step(event: SpeedProgress) -> None:
            watch(f"{event.name} at {event.size:,} turns", 0, None)

        found = measuring.run_speed(_parse_numbers(sizes, "--sizes"), repeats=repeats, progress=step, scratch=path)
    desk.print_answers(measuring.to_json(found), measuring.render_table(found))


@with_shared_options
def proxy(  # noqa: PLR0913, PLR0917 -- typer hands every option in
    desk: CommandContext,
    path: Annotated[Path | None, typer.Argument(metavar="[PATH]", help="A folder on the disk to measure.")] = None,
    streams: Annotated[
        str, typer.Option(metavar="NUMBERS", help="How many talk at the same time, with commas between.")
    ] = "1,8,64",
    turns: Annotated[int, typer.Option(min=100, help="Turns in the store.")] = 10_000,
    requests: Annotated[int, typer.Option(min=1, help="Requests of each way at each number of streams.")] = 300,
    rate: Annotated[float, typer.Option(min=0.1, help="Questions a second, of all streams together.")] = 20.0,
    night: Annotated[int, typer.Option(min=0, help="New turns the night works on; 0 leaves it out.")] = 4_000,
) -> None:
    """Measure what the proxy adds to the first token, and a night."""
    from ltml.eval.proxy import bench as measuring
    from ltml.eval.proxy import results

    with show_progress(as_json=desk.as_json, tell=True) as watch:

        def step(event: ProxyProgress) -> None:
            watch(event.what, event.done, event.total)

        found = measuring.run_proxy_bench(
            _parse_numbers(streams, "--streams"), turns=turns, requests=requests, rate=rate, night=night, progress=step,
            scratch=path,
        )  # fmt: skip
    desk.print_answers(results.to_json(found), *results.render_tables(found))


@with_shared_options
def chat(
    desk: CommandContext,
    path: Annotated[Path | None, typer.Argument(metavar="[PATH]", help="Logs; without one, four are made up.")] = None,
    windows: Annotated[
        str, typer.Option(metavar="TOKENS", help="Sizes of the model's window, with commas between.")
    ] = "4096,8192,16384,32768",
    answer: Annotated[int, typer.Option(min=1, help="Words of each scripted answer.")] = 150,
) -> None:
    """Measure one long chat: what reaches the model, and what it reads again."""
    from ltml.eval import chat as measuring
    from ltml.eval.logs import read_logs
    from ltml.eval.synthetic import make_log
    from ltml.interfaces.chat.sequential import SequentialChat

    found = read_logs(path) if path else [make_log(seed, language=tongue) for seed in (1, 2) for tongue in ("en", "de")]
    with show_progress(as_json=desk.as_json, tell=True) as watch:

        def step(event: ChatProgress) -> None:
            watch(f"{event.log_id} at {event.window:,}", event.done, event.total)

        chats = measuring.run_chats(
            found, SequentialChat, windows=_parse_numbers(windows, "--windows"), answer=answer, progress=step
        )
    desk.print_answers(measuring.to_json(chats), measuring.render_table(chats))


def _split_names(written: str) -> list[str]:
    return [name.strip() for name in written.split(",") if name.strip()]


def _parse_numbers(written: str, option: str) -> list[int]:
    try:
        numbers = [int(name.replace("_", "")) for name in _split_names(written)]
    except ValueError as exc:
        raise ConfigError(f"{option}: expected whole numbers with commas between, not '{written}'") from exc
    if not numbers or min(numbers) < 1:
        raise ConfigError(f"{option}: expected numbers above nothing, not '{written}'")
    return numbers
