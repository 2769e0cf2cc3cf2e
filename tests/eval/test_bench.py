import json
from datetime import datetime
from io import StringIO
from itertools import count

import pytest
from rich.console import Console

from ltml.eval import synthetic
from ltml.eval.bench import BenchEvent, BenchStarted, PairDone, make_key, measure_pair, read_journal, run_bench
from ltml.eval.report import make_rows, render_table, to_json
from ltml.eval.systems import BM25Baseline, SystemFactory, get_systems

LOGS = (synthetic.make_log(11, turns=160), synthetic.make_log(12, language="de", talk="people", turns=160))
PLAIN = get_systems(["recency", "bm25"])


class Forgetful(BM25Baseline):
    """BM25 that at night forgets all but the last 50 turns: a sleeper whose effect is known to be bad."""

    def sleep(self, now: datetime):
        del now
        kept = self.turns[-50:]
        self.turns, self.lengths = [], []
        self.postings.clear()
        self.capture(kept)
        return {"forgotten": 1.0}


SLEEPERS = (
    SystemFactory(name="unslept", start=BM25Baseline),
    SystemFactory(name="slept", start=Forgetful, sleeps=True),
)


@pytest.fixture(scope="module")
def report():
    return run_bench(LOGS, systems=SLEEPERS, budgets=(256, 512))


def test_every_log_meets_every_system(report):
    assert [(r.log_id, r.system) for r in report.results] == [(log.log_id, s.name) for log in LOGS for s in SLEEPERS]
    assert [r.nights > 1 for r in report.results] == [False, True, False, True]
    assert report.results[1].night == {"forgotten": float(report.results[1].nights)}


def test_the_rows_asked_for_are_there(report):
    names = {row.metric for row in make_rows(report)}
    assert names >= {
        "answer@256", "answer@512", "evidence@512", "evidence@512/time", "evidence@512/not_time", "shuffled_answer@512",
        "time_derivable", "lessons_shown", "duplicates_folded", "poison_as_instruction", "pair_one_value_lost",
        "false_injection_beyond_core/small_talk", "frac@10", "session_frac@10", "update_stale_only@512", "active_items",
    }  # fmt: skip


def test_a_night_that_harms_shows_as_harm(report):
    (evidence,) = make_rows(report, only=[r"^evidence@512$"])
    (effect,) = evidence.effects
    assert (effect.first, effect.second) == ("unslept", "slept")
    assert effect.difference < -0.2
    assert effect.low is not None
    assert effect.high is not None
    assert effect.low <= effect.difference <= effect.high < 0


def test_the_values_with_and_without_time_add_up_to_the_whole(report):
    for result in report.results:
        whole, parts = result.cells["answer@512"], [result.cells[f"answer@512/{p}"] for p in ("time", "not_time")]
        assert whole[1] == sum(n for _, n in parts)
        assert whole[0] == pytest.approx(sum(total for total, _ in parts))


def test_rows_of_one_data_set_leave_out_the_others(report):
    assert make_rows(report, source="elsewhere") == ()
    assert make_rows(report, source="synthetic") == make_rows(report)


def test_the_report_is_json_and_a_table(report):
    assert json.loads(json.dumps(to_json(report)))["sources"]["synthetic"]
    shown = StringIO()
    Console(width=160, file=shown).print(render_table(report, only=["frac@10"]))
    assert "session_frac@10" in shown.getvalue()
    assert "slept - unslept" in shown.getvalue()
    assert "answer@512" not in shown.getvalue()


def test_a_finished_pair_is_not_measured_again(tmp_path):
    journal, events = tmp_path / "new" / "journal.jsonl", list[BenchEvent]()
    first = run_bench(LOGS[:1], systems=PLAIN, budgets=(512,), resume_path=journal)
    again = run_bench(LOGS[:1], systems=PLAIN, budgets=(512,), resume_path=journal, progress=events.append)
    assert again == first
    assert events[0] == BenchStarted(pairs=2)
    assert [(e.done, e.resumed) for e in events[1:] if isinstance(e, PairDone)] == [(1, True), (2, True)]
    assert len(journal.read_text().splitlines()) == 2


def test_an_interrupted_bench_goes_on_after_a_torn_line(tmp_path):
    journal = tmp_path / "journal.jsonl"
    whole = run_bench(LOGS[:1], systems=PLAIN, budgets=(512,), resume_path=journal)
    journal.write_bytes(journal.read_bytes()[:-40])
    assert len(read_journal(journal)) == 1
    events: list[BenchEvent] = []
    again = run_bench(LOGS[:1], systems=PLAIN, budgets=(512,), resume_path=journal, progress=events.append)
    assert [r.cells for r in again.results] == [r.cells for r in whole.results]
    assert sorted(e.resumed for e in events if isinstance(e, PairDone)) == [False, True]
    assert len(read_journal(journal)) == 2


def test_the_key_changes_with_everything_the_numbers_depend_on():
    log, (recency, bm25) = LOGS[0], PLAIN
    user_only = SystemFactory(name="bm25", start=BM25Baseline, settings={"user_only": True})
    keys = {
        make_key(log, recency, (512,), "day"),
        make_key(log, bm25, (512,), "day"),
        make_key(log, user_only, (512,), "day"),
        make_key(log, bm25, (256,), "day"),
        make_key(log, bm25, (512,), 3),
        make_key(LOGS[1], bm25, (512,), "day"),
    }
    assert len(keys) == 6
    assert make_key(log, bm25, (512,), "day") == make_key(log, bm25, (512,), "day")


def test_several_processes_give_the_same_report(tmp_path):
    alone = run_bench(LOGS[:1], systems=PLAIN, budgets=(512,), scratch=tmp_path)
    together = run_bench(LOGS[:1], systems=PLAIN, budgets=(512,), jobs=2, scratch=tmp_path)
    assert [r.cells for r in together.results] == [r.cells for r in alone.results]
    assert list(tmp_path.iterdir()) == []


def test_time_is_taken_from_the_clock_that_is_handed_in(tmp_path):
    ticks = count(step=2.0)
    result = measure_pair(LOGS[0], PLAIN[0], tmp_path, budgets=(512,), clock=lambda: next(ticks))
    assert result.seconds == {"fill": 2.0, "ask": 2.0}


def test_ltml_slept_and_placebo_are_compared(tmp_path):
    systems = get_systems(["unslept", "slept", "placebo"])
    measured = run_bench(LOGS[:1], systems=systems, budgets=(512,), sleep_every=8, scratch=tmp_path)
    (row,) = make_rows(measured, only=[r"^evidence@512$"])
    assert set(row.values) == {"unslept", "slept", "placebo"}
    assert [(e.first, e.second) for e in row.effects] == [("unslept", "slept"), ("placebo", "slept")]
