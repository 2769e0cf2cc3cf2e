"""
Twenty evenings, nights and mornings with a real model, counted: `python -m tests.acceptance.twenty MODEL.gguf`.

Each of twenty invented people tells five facts among small talk. The model is unloaded, memory sleeps, everything is
killed and started again. Then every fact is asked for in a talk of its own, without memory and with it. Counted are
the facts that stand in the bytes that reach the model's server, and the facts in the model's answers. The tables are
written to standard output as Markdown. Temperature 0 and fixed seeds: the same people say the same each time.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from ltml.providers.engine import Engine
from tests.acceptance.circle import (
    CONTEXT,
    SHARE,
    Asked,
    House,
    asked_one_by_one,
    engine,
    good_night,
    house,
    ollama_talk,
    tell_all,
    through_ollama,
)
from tests.acceptance.people import FACTS, Person, people

RUNS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How one person's night ended, and what was there for the questions without memory and with it."""

    person: Person
    night: str
    without: Sequence[Asked]
    remembered: Sequence[Asked]


def main(argv: Sequence[str]) -> int:
    """Write the tables."""
    wanted = _arguments().parse_args(argv)
    with engine(wanted.model) as running:
        runs = [_told(_lived(person, running)) for person in people(wanted.runs)]
    sys.stdout.write("\n\n".join([_each(runs), _kinds(runs), _failed(runs)]) + "\n")
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.twenty", description=__doc__)
    parser.add_argument("model", type=Path, help="the GGUF file of the model that answers")
    parser.add_argument("--runs", type=int, default=RUNS)
    return parser


def _lived(person: Person, running: Engine) -> Run:
    """Play one person's evening, night and morning in an empty house."""
    with TemporaryDirectory() as folder, house(Path(folder), running) as home:
        with through_ollama(home.ltml.url) as client:
            tell_all(person, ollama_talk(client))
        night = good_night(home)
        home.restart()
        without, remembered = (_asked(person, home, memory) for memory in ("off", "on"))
    return Run(person=person, night=night["state"], without=without, remembered=remembered)


def _asked(person: Person, home: House, memory: str) -> Sequence[Asked]:
    with through_ollama(home.ltml.url, memory) as client:
        return asked_one_by_one(person, ollama_talk(client), home.reference)


def _told(run: Run) -> Run:
    sys.stderr.write(f"{run.person.number}: {_shown(run.remembered)} shown, {_answered(run.remembered)} answered\n")
    return run


# ---------------------------------------------------------------- the tables


def _each(runs: Sequence[Run]) -> str:
    head = "| run | night | facts in the bytes | answered with memory | answered without | tokens placed: mean, most |"
    rows = [_row(str(run.person.number), run.night, run.remembered, run.without) for run in runs]
    every, none = _all(run.remembered for run in runs), _all(run.without for run in runs)
    promoted = sum(run.night == "promoted" for run in runs)
    total = _row("**all**", f"{promoted} promoted", every, none)
    return "\n".join([head, "| --- " * 6 + "|", *rows, total])


def _row(name: str, night: str, remembered: Sequence[Asked], without: Sequence[Asked]) -> str:
    tokens = [asked.tokens for asked in remembered]
    counts = [_of(count, remembered) for count in (_shown(remembered), _answered(remembered), _answered(without))]
    return f"| {name} | {night} | {' | '.join(counts)} | {mean(tokens):.0f}, {max(tokens)} |"


def _kinds(runs: Sequence[Run]) -> str:
    """Say how it went by kind of fact, and how much was placed; that it is nothing without memory was looked at."""
    every, none = _all(run.remembered for run in runs), _all(run.without for run in runs)
    head = "| kind of fact | facts in the bytes | answered with memory | answered without |"
    rows = [_kind(kind, every, none) for kind in sorted({asked.fact.kind for asked in every})]
    budget = f"Most that was placed for a question: {max(asked.tokens for asked in every)} tokens of "
    budget += f"{SHARE * CONTEXT:.0f}. Placed with memory off: {sum(asked.tokens for asked in none)} tokens."
    return "\n".join([head, "| --- " * 4 + "|", *rows]) + f"\n\n{budget}"


def _kind(kind: str, every: Sequence[Asked], none: Sequence[Asked]) -> str:
    remembered, without = ([asked for asked in one if asked.fact.kind == kind] for one in (every, none))
    counts = [_of(count, remembered) for count in (_shown(remembered), _answered(remembered), _answered(without))]
    return f"| {kind} | {' | '.join(counts)} |"


def _failed(runs: Sequence[Run]) -> str:
    """List every fact that was not there, or that the model did not make use of."""
    head = "| what was said | what was asked | in the bytes | the answer |"
    rows = [_failure(asked) for asked in _all(run.remembered for run in runs) if not (asked.shown and asked.answered)]
    return "\n".join([head, "| --- " * 4 + "|", *rows])


def _failure(asked: Asked) -> str:
    answer = " ".join(asked.answer.split()).replace("|", "/")
    return f"| {asked.fact.said} | {asked.fact.question} | {'yes' if asked.shown else '**no**'} | {answer} |"


def _all(groups: Iterable[Sequence[Asked]]) -> list[Asked]:
    return [asked for group in groups for asked in group]


def _shown(asked: Iterable[Asked]) -> int:
    return sum(each.shown for each in asked)


def _answered(asked: Iterable[Asked]) -> int:
    return sum(each.answered for each in asked)


def _of(count: int, asked: Sequence[Asked]) -> str:
    return f"{count} of {len(asked)}" if len(asked) != FACTS else str(count)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
