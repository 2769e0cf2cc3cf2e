"""
The driver of the night: read, think, commit, resume. The only file of the room that does I/O.

Theory of operation. A night works in parts: whole sessions up to some two thousand turns, so that memory use does not
grow with the store. `sleep` loops over the parts. `think` runs the pure steps over one part (pipeline.py); `answer`
answers what they ask, a few asks per view, so that no transaction is held while a model runs. A model's answers are
written down by the digest of the question before they are used. `commit` writes the part in one transaction: every
change and the turns' new state, or nothing. A crash between two parts leaves a night that is `interrupted`; the next
sleep takes it up under the same id, and the pure steps run again for free: nothing is asked twice.

If a row was changed meanwhile, the store raises `StaleNight` and the part runs again. If the gate refuses the part, it
runs again without archiving anything; if it is refused still, the digest of its input is kept, so that it is not tried
again before there is something new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ltml.asks import Answer, Ask, AskModel, AskNeighbours, AskRecall
from ltml.errors import ProviderError, SleepError, StaleNight, StoreBusy
from ltml.events import EventListener, NightFinished, StepDone
from ltml.model import Document, Hit, Night, NightState, Turn, content_id, encode_letters
from ltml.processes import has_ended, name_current_process
from ltml.protocols import Filter, Model, Recall, Store, View
from ltml.sleep.fold import fold_statements
from ltml.sleep.gate import NightRefused, gate_night
from ltml.sleep.options import Sleep
from ltml.sleep.overlay import Overlay
from ltml.sleep.pipeline import Batch, conclude_batch, run_steps, split_items
from ltml.sleep.profile import choose_hot_memories
from ltml.sleep.propose import ANSWER, propose_facts
from ltml.sleep.sort import resolve_dates, sort_turns

#: Part of the digest of a refused part: a new version may try again.
VERSION = "1"
#: Maximum number of times a part runs because a row changed under it, before the night gives up.
TRIES = 5
#: Maximum number of recalls, and of fold keys, answered through one view, which takes tens of milliseconds.
RECALLS_PER_VIEW, KEYS_PER_VIEW = 4, 250
#: Size of a dry run's only part: everything new.
EVERYTHING = 1 << 31


@dataclass(frozen=True, slots=True, kw_only=True)
class NightDriver:
    """Runs nights over one namespace of a store; everything a night needs is handed in."""

    store: Store
    namespace: str
    settings: Sleep
    recall: Recall
    judge: Filter
    notify: EventListener
    entropy: Callable[[int], bytes]
    model: Model | None = None
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def sleep(self, now: datetime) -> Night:
        """
        Run one night over everything new, part by part, and return it with its changes.

        An interrupted night goes on. Raises `SleepError`, and `StoreBusy` while another process sleeps.
        """
        numbers, refusal = Counter(parts=0), dict[str, str]()
        holder = encode_letters(self.entropy(8)) + name_current_process()
        try:  # an interruption while the lease is being taken releases it too
            self._take_lease(holder)
            turns = self.store.next_batch(self.namespace, self.settings.part)
            nights = [n for n in self.store.nights(self.namespace) if n.kind == "night" and n.state == "interrupted"]
            if not turns and not nights:
                return self._notify_finished(Night(id=self._draw_name(now), state="empty", started_at=now))
            night = nights[-1] if nights else Night(id=self._draw_name(now), state="interrupted", started_at=now)
            self.store.begin(self.namespace, night)
            total = int(self.store.stats(self.namespace).get("new_turns", len(turns)))

            def on_step(step: str) -> None:
                done = numbers["turns"] + len(turns)
                self.notify(StepDone(night=night.id, step=step, done=done, total=max(done, total)))

            while turns:
                self._take_lease(holder)
                try:
                    batch = self.commit(night.id, turns, now, on_step)
                except NightRefused as exc:
                    refusal["refused"] = str(exc)
                    break
                numbers.update(batch.report, parts=1)
                numbers["hot"] = batch.report["hot"]  # a state and no sum
                turns = self.store.next_batch(self.namespace, self.settings.part)
            # what was committed before a crash or a refusal is in effect, so that it can be undone
            changes = self.store.night(self.namespace, night.id).changes
            state: NightState = "promoted" if changes else "refused" if refusal else "empty"
            ended = self.store.finish(self.namespace, night.id, state, {**numbers, **refusal})
            return self._notify_finished(ended)
        finally:
            self.store.release(self._lease, holder)

    def preview(self, now: datetime) -> Night:
        """Return the night as it would be; nothing is written but a model's answers."""
        night = Night(id="dry-run", state="empty", started_at=now)
        turns = self.store.next_batch(self.namespace, EVERYTHING)
        if not turns:
            return night
        try:
            batch = self.think(turns, now, lambda _: None)
        except NightRefused as exc:
            return replace(night, state="refused", report={"refused": str(exc)})
        return replace(night, state="promoted", report=batch.report, changes=batch.changes)

    def think(self, turns: Sequence[Turn], now: datetime, on_step: Callable[[str], None]) -> Batch:
        """Run the steps over one part; if the gate refuses, once more without archiving. Raises `NightRefused`."""
        with self.store.view(self.namespace) as view:
            standing = tuple(view.standing())
        batch = Batch(
            now=now, turns=tuple(turns), standing=standing, vetoes=self.store.vetoes(self.namespace),
            has_model=self.model is not None,
        )  # fmt: skip
        try:
            return self._run_steps(batch, on_step)
        except NightRefused:
            return self._run_steps(replace(batch, careful=True), on_step)

    def commit(self, night: str, turns: Sequence[Turn], now: datetime, on_step: Callable[[str], None]) -> Batch:
        """
        Run the steps over one part, write its changes in one transaction, and return the batch.

        Raises `NightRefused` if the gate refuses the part, now or in an earlier night, and `SleepError` if its rows
        keep changing.
        """
        digest = content_id(VERSION, *(turn.id for turn in turns))
        if self.store.is_refused(self.namespace, digest):
            raise NightRefused("this was refused before, and nothing is new since")
        for _ in range(TRIES):
            try:
                batch = self.think(turns, now, on_step)
                self.store.commit(self.namespace, night, [turn.id for turn in turns], batch.changes)
            except NightRefused:
                self.store.record_refusal(self.namespace, digest)
                raise
            except StaleNight:  # perhaps because a turn was forgotten
                turns = tuple(self.store.turns(self.namespace, [turn.id for turn in turns]))
            else:
                return batch
        message = f"night {night}: memories kept changing while it ran ({TRIES} tries); let it run when nobody edits"
        raise SleepError(message)

    def answer(self, asks: Sequence[Ask], now: datetime) -> list[Answer]:
        """Answer asks in order, a few per view: while one is open no file can be shortened, and no night can pause."""
        recalls = self._answer_recalls([ask for ask in asks if isinstance(ask, AskRecall)], now)
        answers: list[Answer] = []
        for ask in asks:
            match ask:
                case AskRecall():
                    answers.append(next(recalls))
                case AskModel():
                    answers.append(self._answer_from_model(ask))
                case AskNeighbours():
                    found: dict[int, Document] = {}
                    for keys in split_items(sorted(ask.keys), KEYS_PER_VIEW):
                        with self.store.view(self.namespace) as view:
                            found |= {document.number: document for document in view.filed_under(keys)}
                    answers.append([found[number] for number in sorted(found)])
                case _:
                    answers.append(None)
        return answers

    def _run_steps(self, batch: Batch, on_step: Callable[[str], None]) -> Batch:
        """Run the steps of a night over a batch, answer what they ask, and return the batch they end with."""
        steps = (
            ("sort", sort_turns(self.judge)),
            ("date", resolve_dates),
            ("fold", fold_statements),
            ("propose", propose_facts),
            ("profile", choose_hot_memories(self.settings.profile)),
            ("conclude", conclude_batch),
            ("gate", gate_night(self.settings.probes)),
        )
        asking = run_steps(steps, batch, on_step)
        answers: Answer = None
        while True:
            try:
                asks = asking.send(answers)
            except StopIteration as end:
                result: Batch = end.value
                return result
            answers = self.answer(asks, batch.now)

    def _answer_recalls(self, asks: Sequence[AskRecall], now: datetime) -> Iterator[Sequence[Hit]]:
        """Yield what recall finds for each ask; asks about the same changes share an overlay."""
        for some in split_items(asks, RECALLS_PER_VIEW):
            with self.store.view(self.namespace) as view:
                changes = {id(ask.changes): ask.changes for ask in some if ask.changes}
                overlays: dict[int, View] = {name: Overlay(view, each) for name, each in changes.items()}
                hits = [self.recall(overlays.get(id(ask.changes), view), ask.query, ask.k, now) for ask in some]
            yield from hits

    def _answer_from_model(self, ask: AskModel) -> str | None:
        """Return the model's answer, from the journal if it was given before; nothing if the model fails."""
        assert self.model is not None  # noqa: S101 -- steps ask a model only if the batch says there is one
        question = content_id(self.model.name, ask.prompt)
        answer = self.store.answer(self.namespace, question)
        if answer is None:
            try:
                answer = self.model.complete(ask.prompt, ask.schema)[:ANSWER]
            except ProviderError:
                return None
            self.store.record_answer(self.namespace, question, answer)
        return answer

    @property
    def _lease(self) -> str:
        """The name of the namespace's lease: a digest, because a namespace may have any name."""
        return f"night of {content_id(self.namespace)}"

    def _take_lease(self, holder: str) -> None:
        term = timedelta(seconds=self.settings.lease_seconds)
        if not self.store.lease(self._lease, holder, self.clock(), term) and not self._take_over(holder, term):
            message = f"namespace {self.namespace} is asleep in another process; wait until that night is over"
            raise StoreBusy(message)

    def _take_over(self, holder: str, term: timedelta) -> bool:
        """Take the lease at once if its holder is a process of this machine that was killed."""
        other = self.store.lease_holder(self._lease)
        if other is None or not has_ended(other):
            return False
        self.store.release(self._lease, other)
        return self.store.lease(self._lease, holder, self.clock(), term)

    def _draw_name(self, now: datetime) -> str:
        return f"{now:%Y-%m-%d}-{encode_letters(self.entropy(3))}"

    def _notify_finished(self, night: Night) -> Night:
        self.notify(NightFinished(namespace=self.namespace, night=night.id, state=night.state))
        return night
