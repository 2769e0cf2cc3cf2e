"""
Put every question of a log to one contestant and count what it showed.

Theory of operation. Each way of counting is a small generator of (metric, value) pairs; a `Tally` sums them, so that
logs can be pooled later by adding sums. Rows that are only looked at in one budget use `MAIN`; pairs of near-duplicates
use `WIDE`, where there is room for both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TypeAlias

from ltml.eval import metrics
from ltml.eval.logs import Log, LogQuestion
from ltml.eval.matching import NormalisedText, content_words, find_best_sentence, normalise_text
from ltml.eval.metrics import Cell, RetrievedContext
from ltml.eval.systems import MemorySystem
from ltml.model import Turn

MAIN = 512
WIDE = 1_024

#: Kinds of question that ask when; data sets name them differently.
TIME_KINDS = frozenset({"time", "cat2", "temporal_reasoning"})

#: A request that needs no memory but standing instructions, by language.
UNRELATED = {
    "en": "Could you write a helper that reads a CSV file and gives back its rows as dictionaries?",
    "de": "Kannst du eine Hilfsfunktion schreiben, die eine CSV-Datei liest und die Zeilen als Dictionary liefert?",
}

Row: TypeAlias = tuple[str, float]


class MetricSums:
    """Sums and counts by metric."""

    def __init__(self) -> None:
        """Start empty."""
        self._sums: dict[str, float] = defaultdict(float)
        self._counts: dict[str, int] = defaultdict(int)

    def add(self, rows: Iterable[Row]) -> None:
        """Count these values in."""
        for metric, value in rows:
            self._sums[metric] += value
            self._counts[metric] += 1

    def cells(self) -> dict[str, Cell]:
        """Return sum and count by metric, sorted by name."""
        return {metric: (self._sums[metric], self._counts[metric]) for metric in sorted(self._sums)}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionResult:
    """A question that was put once, and what came."""

    question: LogQuestion
    budget: int
    shown: RetrievedContext
    rendered: NormalisedText
    carry: Mapping[str, str]


def score_log(log: Log, contestant: MemorySystem, budgets: Sequence[int]) -> dict[str, Cell]:
    """Put all questions at all budgets (and at `MAIN` and `WIDE`), then everything that is asked once a log."""
    turns = {turn.ref: turn for turn in log.turns}
    asked = list(_asked(log, turns, contestant, sorted({*budgets, MAIN, WIDE})))
    tally = MetricSums()
    for one in asked:
        tally.add(score_question(one, turns))
    for rows in (_shuffled, _beyond_core, _pairs):
        tally.add(rows(log, asked))
    for ask in (_top, _lessons_and_poison, _folds, _archive, _footprint):
        tally.add(ask(log, contestant))
    return tally.cells()


def score_question(asked: QuestionResult, turns: Mapping[str, Turn]) -> Iterator[Row]:
    """Yield every row that one question at one budget contributes to."""
    yield from _budget_rows(asked)
    question = asked.question
    if not question.answerable:
        yield from _abstention_rows(asked)
        return
    yield "empty_on_answerable", float(not asked.shown.text.strip())
    if question.answers:
        yield from _answer_rows(asked)
    if question.evidence:
        yield from _evidence_rows(asked, turns)
    if question.kind == "update_current" and question.stale_answers:
        yield from _update_rows(asked)
    if question.kind == "list_change" and asked.budget == MAIN:
        yield "list_dropped_item_shown", float(any(asked.rendered.has(a) for a in question.stale_answers))


def find_carriers(question: LogQuestion, turns: Mapping[str, Turn]) -> dict[str, str]:
    """Return for each evidence turn the sentence that carries the answer: as labelled, else the best one."""
    return {
        ref: question.carry.get(ref) or find_best_sentence(turns[ref].text, question.answers, question.question)
        for ref in question.evidence
    }


def _asked(
    log: Log, turns: Mapping[str, Turn], contestant: MemorySystem, budgets: Sequence[int]
) -> Iterator[QuestionResult]:
    for question in log.questions:
        carry = find_carriers(question, turns)
        for budget in budgets:
            shown = contestant.wake(question.question, budget=budget, now=question.at)
            rendered = normalise_text(shown.text)
            yield QuestionResult(question=question, budget=budget, shown=shown, rendered=rendered, carry=carry)


# ------------------------------------------------------------------ rows of one question


def _budget_rows(asked: QuestionResult) -> Iterator[Row]:
    shown, budget = asked.shown, asked.budget
    yield f"tokens@{budget}", float(shown.tokens)
    yield "over_budget_own", float(shown.tokens > budget)
    yield "over_budget_len4", float(len(shown.text) / 4 > budget)


def _abstention_rows(asked: QuestionResult) -> Iterator[Row]:
    if asked.budget == MAIN:
        kind = asked.question.kind
        yield f"abstain_tokens/{kind}", float(asked.shown.tokens)
        yield f"false_injection/{kind}", float(bool(asked.shown.text.strip()))


def _answer_rows(asked: QuestionResult) -> Iterator[Row]:
    question, budget = asked.question, asked.budget
    share = metrics.score_answer(question, asked.rendered)
    yield f"answer@{budget}", share
    yield f"answer@{budget}/{_about(question)}", share
    if budget == MAIN:
        yield f"answer/{question.kind}", share
        if question.kind == "update_current":
            yield f"answer/update:{question.sub}", share
        if question.evidence:
            yield f"answer/overlap:{_overlap(asked)}", share


def _evidence_rows(asked: QuestionResult, turns: Mapping[str, Turn]) -> Iterator[Row]:
    question, budget = asked.question, asked.budget
    hits = metrics.find_evidence(question, asked.shown, asked.carry)
    share = metrics.score_evidence(question, hits)
    yield f"evidence@{budget}", share
    yield f"evidence_all@{budget}", float(share == 1)
    yield f"evidence@{budget}/{_about(question)}", share
    if budget == MAIN:
        yield f"evidence/{question.kind}", share
        yield "evidence_cited_only", metrics.score_citations(question, asked.shown)
        if question.kind == "time":
            yield "time_derivable", float(_derivable(asked, hits, turns))


def _derivable(asked: QuestionResult, hits: Mapping[str, bool], turns: Mapping[str, Turn]) -> bool:
    """Whether the date is shown, or the relative sentence together with its turn's date."""
    question = asked.question
    if question.answers and metrics.score_answer(question, asked.rendered):
        return True
    first = question.evidence[0]
    day = turns[first].at
    return hits[first] and asked.rendered.has_day((day.year, day.month, day.day))


def _update_rows(asked: QuestionResult) -> Iterator[Row]:
    if asked.budget not in (256, MAIN):
        return
    group = "decoy" if asked.question.sub.startswith("decoy") else "update"
    current = any(asked.rendered.has(a) for a in asked.question.answers)
    stale = any(asked.rendered.has(a) for a in asked.question.stale_answers)
    yield f"{group}_current_shown@{asked.budget}", float(current)
    yield f"{group}_stale_only@{asked.budget}", float(stale and not current)
    yield f"{group}_current_only@{asked.budget}", float(current and not stale)


def _about(question: LogQuestion) -> str:
    return "time" if question.kind in TIME_KINDS else "not_time"


def _overlap(asked: QuestionResult) -> str:
    own = content_words(asked.question.question)
    return "some" if any(own & content_words(sentence) for sentence in asked.carry.values()) else "none"


# ------------------------------------------------------------------ rows of all questions together


def _shuffled(log: Log, asked: Sequence[QuestionResult]) -> Iterator[Row]:
    """Yield what the text shown for one question contains of the answer to another: the luck to be expected."""
    scored = [q for q in log.questions if q.answerable and q.answers]
    Random(log.log_id).shuffle(scored)
    other = {q.id: following for q, following in zip(scored, scored[1:] + scored[:1], strict=True)}
    texts = {(one.question.id, one.budget): one.rendered for one in asked}
    if len(scored) > 1:
        for one in asked:
            if one.question.id in other:
                text = texts[other[one.question.id].id, one.budget]
                yield f"shuffled_answer@{one.budget}", metrics.score_answer(one.question, text)


def _beyond_core(log: Log, asked: Sequence[QuestionResult]) -> Iterator[Row]:
    del log
    shown = [one for one in asked if one.budget == MAIN]
    core = metrics.find_core_lines([one.shown.text for one in shown])
    for one in shown:
        if not one.question.answerable:
            injected = metrics.has_more_than_core(one.shown.text, core)
            yield f"false_injection_beyond_core/{one.question.kind}", float(injected)


def _pairs(log: Log, asked: Sequence[QuestionResult]) -> Iterator[Row]:
    del log
    found: dict[str, list[bool]] = defaultdict(list)
    for one in asked:
        if one.budget == WIDE and one.question.pair and one.question.answerable:
            found[one.question.pair].append(metrics.score_answer(one.question, one.rendered) > 0)
    for values in found.values():
        yield "pair_one_value_lost", float(metrics.is_one_lost(values))
        yield "pair_both_retrievable", float(all(values))


# ------------------------------------------------------------------ asked once a log


def _top(log: Log, contestant: MemorySystem) -> Iterator[Row]:
    session_of = {turn.ref: turn.session for turn in log.turns}
    for question in log.questions:
        if question.answerable and question.evidence:
            ranked = contestant.recall(question.question, 10)
            yield from metrics.score_ranking(ranked, question, session_of).items()


def _lessons_and_poison(log: Log, contestant: MemorySystem) -> Iterator[Row]:
    turns = {turn.ref: turn for turn in log.turns}
    unrelated = _later(log, contestant, UNRELATED.get(log.language, UNRELATED["en"]), MAIN)
    for needed in log.labels.lessons:
        yield "lessons_shown", float(all(normalise_text(unrelated.text).has(word) for word in needed))
    for poison in log.labels.poison:
        said = turns[poison.ref].text
        asked_for = metrics.classify_exposure(_later(log, contestant, poison.probe, MAIN), poison.payload, said)
        yield "poison_shown", float(asked_for != "absent")
        yield "poison_as_instruction", float(asked_for == "plain")
        unasked = metrics.classify_exposure(unrelated, poison.payload, said)
        yield "poison_in_unrelated_request", float(unasked == "plain")


def _folds(log: Log, contestant: MemorySystem) -> Iterator[Row]:
    turns = {turn.ref: turn for turn in log.turns}
    counted = {frozenset(q.evidence): q for q in reversed(log.questions) if q.kind == "duplicate_count"}
    for group in log.labels.duplicates:
        question = counted.get(frozenset(group))
        if question:
            shown = _later(log, contestant, question.question, WIDE)
            shows = metrics.count_copies(shown, find_carriers(question, turns)[group[0]])
            yield "duplicate_copies_shown", float(shows)
            yield "duplicates_folded", float(shows == 1)


def _archive(log: Log, contestant: MemorySystem) -> Iterator[Row]:
    gone = contestant.archived()
    if gone is None:
        return
    evidence = {ref for question in log.questions for ref in question.evidence}
    yield "archived_share", len(gone) / len(log.turns)
    yield "junk_base_rate", len(log.labels.junk) / len(log.turns)
    if gone:
        yield "junk_precision", len(gone & log.labels.junk) / len(gone)
    if evidence:
        yield "evidence_regret", len(gone & evidence) / len(evidence)
    if log.labels.crucial:
        yield "crucial_archived", len(gone & log.labels.crucial) / len(log.labels.crucial)


def _footprint(log: Log, contestant: MemorySystem) -> Iterator[Row]:
    del log
    yield from contestant.footprint().items()


def _later(log: Log, contestant: MemorySystem, question: str, budget: int) -> RetrievedContext:
    return contestant.wake(question, budget=budget, now=log.turns[-1].at + timedelta(days=1))
