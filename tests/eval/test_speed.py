import json
from itertools import count

import pytest

from ltml.eval import speed
from ltml.eval.speed import OperationTimes, SpeedResult, find_percentile, read_resident_mb


def test_every_measure_stands_beside_its_limit(tmp_path):
    steps: list[speed.SpeedProgress] = []
    measures = speed.run_speed(
        (200,), repeats=5, producers=4, each=2, night=100, progress=steps.append, scratch=tmp_path
    )
    assert [step.name for step in steps] == ["capture", "producers", "night", "wake"]
    assert [(m.size, m.turns) for m in measures] == [(200, 200), (200, 8), (200, 100), (200, 5)]
    assert all(m.ours.seconds > 0 and m.limit.seconds > 0 for m in measures)
    assert list(tmp_path.iterdir()) == []
    assert len(json.loads(json.dumps(speed.to_json(measures)))) == len(measures)
    assert speed.render_table(measures).row_count == len(measures)


def test_the_ratio_is_of_all_work_and_the_rate_of_turns():
    ours, limit = (OperationTimes(p50_ms=1, p95_ms=2, seconds=s) for s in (6.0, 2.0))
    measure = SpeedResult(name="x", size=1, turns=12, ours=ours, limit=limit, limit_is="y", rss_mb=None)
    assert measure.ratio == 3.0
    assert measure.per_second == 2.0


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 3), (0.95, 5), (1.0, 5)])
def test_a_percentile_is_one_of_the_values(share, expected):
    assert find_percentile([1, 2, 3, 4, 5], share) == expected


def test_times_come_from_the_clock_that_is_handed_in():
    ticks = count(step=1.0)
    spread = speed._timed(lambda: next(ticks), str, ["a", "b"])
    assert (spread.p50_ms, spread.p95_ms, spread.seconds) == (1_000.0, 1_000.0, 5.0)


def test_resident_memory_is_a_size_or_unknown():
    found = read_resident_mb()
    assert found is None or found > 1
