from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.errors import ConfigError
from ltml.eval import synthetic
from ltml.eval.logs import parse_log, read_logs
from ltml.eval.matching import normalise_text
from ltml.eval.scoring import find_carriers

DATA = Path(__file__).parents[1] / "data" / "synthetic-small.jsonl"

seeds = st.integers(0, 10_000)
languages = st.sampled_from(["en", "de"])
talks = st.sampled_from(["assistant", "people"])


def test_the_small_data_set_is_what_the_generator_writes(tmp_path):
    """After changing the generator: `synthetic.write(DATA, synthetic.small())`."""
    synthetic.write_logs(tmp_path / "again.jsonl", synthetic.make_small_set())
    assert (tmp_path / "again.jsonl").read_bytes() == DATA.read_bytes()
    assert DATA.stat().st_size <= 200_000


def test_the_small_data_set_has_both_languages_and_both_kinds_of_talk():
    assert sorted((log.language, log.domain) for log in read_logs(DATA)) == [
        ("de", "assistant"), ("de", "chat"), ("en", "assistant"), ("en", "chat"),
    ]  # fmt: skip


def test_a_log_holds_every_kind_of_question_and_label():
    log = synthetic.make_log(3)
    assert {q.kind for q in log.questions} == {
        "single_fact", "rare_crucial", "assistant_said", "multi_turn", "time", "update_current", "history",
        "preference",
        "duplicate_count", "near_duplicate", "list_change", "abstain_on_topic", "abstain_foreign", "small_talk",
    }  # fmt: skip
    assert log.labels.junk
    assert log.labels.crucial
    assert len(log.labels.lessons) == 2
    assert [{t.ref: t for t in log.turns}[p.ref].origin for p in log.labels.poison] == ["pasted", "web", "document"]
    assert synthetic.generate_log(3)["labels"]["purge"][0]["must_vanish"]


@given(seeds, languages, talks)
def test_every_question_can_be_answered_from_its_evidence(seed, language, talk):
    log = synthetic.make_log(seed, language=language, talk=talk, turns=120)
    turns = {turn.ref: turn for turn in log.turns}
    for question in log.questions:
        assert question.answerable == bool(question.answers) == bool(question.evidence)
        if question.kind not in ("time", "duplicate_count", *("abstain_on_topic", "abstain_foreign", "small_talk")):
            sentences = normalise_text("\n".join(find_carriers(question, turns).values()))
            assert any(sentences.has(answer) for answer in question.answers)


@given(seeds, languages, talks)
def test_a_relative_date_never_means_a_day_of_talk(seed, language, talk):
    log = synthetic.make_log(seed, language=language, talk=talk, turns=120)
    talked = {turn.at.date().isoformat() for turn in log.turns}
    asked = [q for q in log.questions if q.kind == "time"]
    assert len(asked) == 6
    assert not talked & {q.answers[0] for q in asked}


@given(seeds, languages, talks)
def test_a_log_is_in_order_with_names_once_and_asked_at_the_end(seed, language, talk):
    log = synthetic.make_log(seed, language=language, talk=talk, turns=120)
    times = [turn.at for turn in log.turns]
    assert times == sorted(times)
    assert max(Counter(turn.ref for turn in log.turns).values()) == 1
    assert all(question.at == times[-1] + timedelta(days=1) for question in log.questions)
    assert {turn.role for turn in log.turns} <= ({"user"} if talk == "people" else {"user", "assistant", "tool"})


def test_a_seed_is_a_log_and_another_seed_another():
    assert synthetic.generate_log(5) == synthetic.generate_log(5)
    assert parse_log(synthetic.generate_log(5)).turns != parse_log(synthetic.generate_log(6)).turns


def test_the_length_is_about_what_was_asked_for():
    assert 300 <= len(synthetic.make_log(7, turns=320).turns) <= 360


def test_a_language_without_sentences_is_refused():
    with pytest.raises(ConfigError, match="known: en, de"):
        synthetic.generate_log(1, language="fr")


def test_chatter_is_repeatable_and_every_turn_has_its_own_name():
    turns = list(synthetic.generate_chatter(1, 500))
    assert turns == list(synthetic.generate_chatter(1, 500))
    assert len({turn.ref for turn in turns}) == 500
    assert [turn.at for turn in turns] == sorted(turn.at for turn in turns)
