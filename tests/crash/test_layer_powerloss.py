"""LTML's own file when the power goes: nothing acknowledged is lost, nothing is half applied (docs/durability.md)."""

from collections.abc import Callable

import pytest

from tests.crash.harness import Check, Report, Scenario, points
from tests.crash.harness import calls as calls_of
from tests.crash.powerloss import MODES
from tests.crash.scenarios import (
    FORGETTING,
    PLAYS,
    InTwo,
    Play,
    check,
    check_climb,
    check_forgetting,
    check_migration,
    climb,
    course,
    digest_in,
    migrate,
    scenario,
)

CHECKS: dict[str, Check] = {
    FORGETTING: check_forgetting,
    "a migration": check_migration,
    "a migration from the first schema": check_climb,
}
SCENARIOS: dict[str, Scenario] = {
    **{name: scenario(play) for name, play in PLAYS.items()},
    "a migration": migrate,
    "a migration from the first schema": climb,
}
#: Every point of each scenario is tried; of the longest two only some, unless there is time.
STRIDES = {"two days": 3, "a night in parts": 2}
ENOUGH, ENOUGH_IF_LONG = 2_000, 20_000


def seeds(long: bool) -> range:
    return range(12 if long else 1)


def stride(name: str, long: bool) -> int:
    return 1 if long else STRIDES.get(name, 1)


def cut_everywhere(name: str, long: bool) -> Report:
    look = CHECKS.get(name) or check(PLAYS[name])
    return points(SCENARIOS[name], look, seeds=seeds(long), every=stride(name, long))


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", SCENARIOS)
def test_at_no_point_does_a_power_cut_lose_or_halve_anything(name: str, long: bool, tell: Callable[[str], None]):
    report = cut_everywhere(name, long)
    tell(f"{name}: {report}")
    assert report.clean, report


def test_that_makes_thousands_of_power_cuts(long: bool, tell: Callable[[str], None]):
    fates = 1 + (len(MODES) - 1) * len(seeds(long))
    total = sum(calls_of(run) // stride(name, long) * fates for name, run in SCENARIOS.items())
    tell(f"power cuts in all: {total}")
    assert total >= (ENOUGH_IF_LONG if long else ENOUGH)


def test_a_night_has_two_states_before_and_after():
    assert len({digest_in(state) for state in course("a night").states}) == 2


def test_a_night_in_parts_has_a_state_after_each_part():
    assert len({digest_in(state) for state in course("a night in parts").states}) > 3


# --- the same harness finds sabotage -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["turns in a batch", "a night", "an undo", "a talk overheard"])
def test_with_synchronous_normal_it_finds_acknowledged_things_lost(name: str, tell: Callable[[str], None]):
    report = sabotaged(name, "normal", tell)
    assert report.lost, report
    assert not report.half, report


def test_with_synchronous_off_it_finds_worse(tell: Callable[[str], None]):
    report = sabotaged("turns in a batch", "off", tell)
    assert report.lost, report


def sabotaged(name: str, synchronous: str, tell: Callable[[str], None]) -> Report:
    play = PLAYS[name]
    report = points(scenario(play, synchronous=synchronous), check(play), every=2)
    hit = {(c.point, c.mode) for c in report.lost + report.half + report.errors}
    tell(f"sabotaged, synchronous={synchronous}, {name}: {report.points} cuts, after {len(hit)} of them harm is found")
    return report


def test_a_night_committed_in_two_transactions_is_found_half_applied(tell: Callable[[str], None]):
    play: Play = PLAYS["a night"]
    report = points(scenario(play, kind=InTwo), check(play), modes=["drop"], every=2)
    tell(f"sabotaged, a night in two transactions: {len(report.half)} half in {report.points} points")
    assert report.half, report
