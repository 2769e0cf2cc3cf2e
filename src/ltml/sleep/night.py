"""
The driver of the night: read, run, commit, resume. The only file of the room that does I/O.

Theory of operation. A night works in parts: whole sessions up to some two thousand turns, so that memory use does not
grow with the store. For each part the pure steps run (pipeline.py); what they ask is answered here, each handful
through a view of its own, so that no transaction is held while anybody thinks. Answers of a model are written down by
the digest of the question before they are used. Then one `store.commit` writes the part: every change and the turns'
new state, or nothing. A crash between two parts leaves a night that is `interrupted`; the next sleep takes it up under
the same id, and the pure steps run again for free: nothing is asked twice.

If somebody changed a row meanwhile, the commit says `StaleNight` and the part runs again. If the gate says no, the part
runs again without setting anything aside; if it still says no, the part is refused, and its input is remembered, so
that it is not tried again before there is something new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from ltml import protocols
from ltml.errors import ProviderError, SleepError, StaleNight, StoreBusy
from ltml.events import Listener, NightFinished, StepDone
from ltml.model import Document, Hit, Night, NightState, Turn, content_id, lettered
from ltml.processes import is_gone, own_name
from ltml.protocols import AskModel, AskNeighbours, AskRecall, Filter, Model, Recall, Store
from ltml.sleep.fold import fold
from ltml.sleep.gate import Refused, gate
from ltml.sleep.options import Sleep
from ltml.sleep.overlay import Overlay
from ltml.sleep.pipeline import Batch, Step, run
from ltml.sleep.profile import profile
from ltml.sleep.propose import ANSWER, propose
from ltml.sleep.sort import date, sort

T = TypeVar("T")
#: Part of what is remembered of a refused night: a new version may try again.
VERSION = "1"
#: How often a part runs again because a row changed under it, before the night gives up.
TRIES = 5
#: So many recalls, and so many fold keys, are answered through one view, which takes tens of milliseconds.
RECALLED, MET = 4, 250
#: A dry run looks at everything new at once.
EVERYTHING = 1 << 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleeper:
    """Everything a night needs, handed in."""

    store: Store
    namespace: str
    settings: Sleep
    recall: Recall
    judge: Filter
    notify: Listener
    entropy: Callable[[int], bytes]
    model: Model | None = None
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def sleep(self, now: datetime, *, dry_run: bool = False) -> Night:
        """Run a night, or say what it would do. Raises `SleepError`, and `StoreBusy` while another one runs."""
        if dry_run:
            return self._rehearsed(now)
        holder = lettered(self.entropy(8)) + own_name()
        try:  # from here on: whoever is stopped while the lease is being taken gives it back too
            self._take_lease(holder)
            return self._slept(now, holder)
        finally:
            self.store.release(self._lease, holder)

    # ------------------------------------------------------------ the night

    def _slept(self, now: datetime, holder: str) -> Night:
        turns = self.store.next_batch(self.namespace, self.settings.part)
        night = self._unfinished()
        if not turns and night is None:
            return self._ended(Night(id=self._name(now), state="empty", started_at=now))
        night = night or Night(id=self._name(now), state="interrupted", started_at=now)
        self.store.begin(self.namespace, night)
        report = self._parts(turns, now, night.id, holder)
        return self._ended(self.store.finish(self.namespace, night.id, self._state(night.id, report), report))

    def _parts(self, turns: Sequence[Turn], now: datetime, night: str, holder: str) -> dict[str, float | str]:
        """Run part after part until nothing is new, or a part is refused."""
        report: dict[str, float | str] = {"parts": 0}
        total = int(self.store.stats(self.namespace).get("new_turns", len(turns)))
        while turns:
            self._take_lease(holder)
            done = int(report.get("turns", 0)) + len(turns)
            batch = self._part(turns, now, night, partial(self._told, night, done=done, total=total))
            if isinstance(batch, Refused):
                return {**report, "refused": str(batch)}
            _add(report, batch.report)
            turns = self.store.next_batch(self.namespace, self.settings.part)
        return report

    def _state(self, night: str, report: Mapping[str, float | str]) -> NightState:
        """Return how the night ends; what it changed before a crash counts too, or nobody could undo it."""
        if self.store.night(self.namespace, night).changes:
            return "promoted"
        return "refused" if "refused" in report else "empty"

    def _part(self, turns: Sequence[Turn], now: datetime, night: str, told: Callable[[str], None]) -> Batch | Refused:
        """Run and commit one part; a refusal is an answer and not an error."""
        digest = content_id(VERSION, *(turn.id for turn in turns))
        if self.store.is_refused(self.namespace, digest):
            return Refused("this was refused before, and nothing is new since")
        for careful in (False, True):
            try:
                return self._committed(turns, now, night, told, careful=careful)
            except Refused as exc:
                refusal = exc
        self.store.record_refusal(self.namespace, digest)
        return refusal

    def _committed(
        self, turns: Sequence[Turn], now: datetime, night: str, told: Callable[[str], None], *, careful: bool
    ) -> Batch:
        for _ in range(TRIES):
            batch = self._thought(turns, now, told, careful=careful)
            try:
                self.store.commit(self.namespace, night, [turn.id for turn in turns], batch.changes)
            except StaleNight:  # perhaps because a turn was forgotten
                turns = tuple(self.store.turns(self.namespace, [turn.id for turn in turns]))
                continue
            return batch
        message = f"night {night}: memories kept changing while it ran ({TRIES} tries); let it run when nobody edits"
        raise SleepError(message)

    def _thought(self, turns: Sequence[Turn], now: datetime, told: Callable[[str], None], *, careful: bool) -> Batch:
        """Run the steps over one part and answer what they ask."""
        with self.store.view(self.namespace) as view:
            standing = tuple(view.standing())
        batch = Batch(
            now=now, turns=tuple(turns), standing=standing, vetoes=self.store.vetoes(self.namespace), careful=careful,
            has_model=self.model is not None,
        )  # fmt: skip
        asking = run(self._steps(), batch, told)
        try:
            asks = next(asking)
            while True:
                asks = asking.send(self._answers(asks, now))
        except StopIteration as end:
            result: Batch = end.value
            return result

    def _steps(self) -> list[tuple[str, Step]]:
        return [
            ("sort", sort(self.judge)),
            ("date", date),
            ("fold", fold),
            ("propose", propose),
            ("profile", profile(self.settings.profile)),
            ("gate", gate(self.settings.probes)),
        ]

    # ------------------------------------------------------------ answers

    def _answers(self, asks: Sequence[protocols.Ask], now: datetime) -> list[Any]:
        """Answer asks, a few to a view: while one is open nobody can shorten the log, and no night can pause."""
        recalled = iter(self._recalled([ask for ask in asks if isinstance(ask, AskRecall)], now))
        return [next(recalled) if isinstance(ask, AskRecall) else self._answer(ask) for ask in asks]

    def _answer(self, ask: protocols.Ask) -> Any:
        if isinstance(ask, AskModel):
            return self._completed(ask)
        return self._met(sorted(ask.keys)) if isinstance(ask, AskNeighbours) else None

    def _met(self, keys: Sequence[int]) -> list[Document]:
        """Return what is filed under these fold keys, once each."""
        found: dict[int, Document] = {}
        for some in _handfuls(keys, MET):
            with self.store.view(self.namespace) as view:
                found |= {document.number: document for document in view.filed_under(some)}
        return [found[number] for number in sorted(found)]

    def _recalled(self, asks: Sequence[AskRecall], now: datetime) -> Iterator[Sequence[Hit]]:
        """Yield what recall finds for each ask; those about the same changes share an overlay."""
        for some in _handfuls(asks, RECALLED):
            with self.store.view(self.namespace) as view:
                overlaid = _overlays(view, some)
                hits = [self.recall(overlaid.get(id(a.changes), view), a.query, a.k, now) for a in some]
            yield from hits

    def _completed(self, ask: AskModel) -> str | None:
        """Return the model's answer, from the journal if it was given before; nothing if the model fails."""
        assert self.model is not None  # noqa: S101 -- steps ask a model only if the batch says there is one
        question = content_id(self.model.name, ask.prompt)
        known = self.store.answer(self.namespace, question)
        if known is not None:
            return known
        try:
            answer = self.model.complete(ask.prompt, ask.schema)[:ANSWER]
        except ProviderError:
            return None
        self.store.record_answer(self.namespace, question, answer)
        return answer

    # ------------------------------------------------------------ the edges

    def _rehearsed(self, now: datetime) -> Night:
        """Return the night as it would be; nothing is written but a model's answers."""
        turns = self.store.next_batch(self.namespace, EVERYTHING)
        if not turns:
            return Night(id="dry-run", state="empty", started_at=now)
        try:
            batch = self._thought(turns, now, lambda _: None, careful=False)
        except Refused:
            try:
                batch = self._thought(turns, now, lambda _: None, careful=True)
            except Refused as exc:
                return Night(id="dry-run", state="refused", started_at=now, report={"refused": str(exc)})
        return Night(id="dry-run", state="promoted", started_at=now, report=batch.report, changes=batch.changes)

    def _unfinished(self) -> Night | None:
        """Return the night a crash left interrupted, if there is one."""
        nights = [n for n in self.store.nights(self.namespace) if n.kind == "night" and n.state == "interrupted"]
        return nights[-1] if nights else None

    def _name(self, now: datetime) -> str:
        return f"{now:%Y-%m-%d}-{lettered(self.entropy(3))}"

    @property
    def _lease(self) -> str:
        """The name of the namespace's lease; a namespace may be called what no database would take as it is."""
        return f"night of {content_id(self.namespace)}"

    def _take_lease(self, holder: str) -> None:
        term = timedelta(seconds=self.settings.lease_seconds)
        if not self.store.lease(self._lease, holder, self.clock(), term) and not self._inherited(holder, term):
            message = f"namespace {self.namespace} is asleep in another process; wait until that night is over"
            raise StoreBusy(message)

    def _inherited(self, holder: str, term: timedelta) -> bool:
        """Take the lease at once if its holder is a process of this machine that was killed."""
        other = self.store.lease_holder(self._lease)
        if other is None or not is_gone(other):
            return False
        self.store.release(self._lease, other)
        return self.store.lease(self._lease, holder, self.clock(), term)

    def _told(self, night: str, step: str, done: int, total: int) -> None:
        self.notify(StepDone(night=night, step=step, done=done, total=max(done, total)))

    def _ended(self, night: Night) -> Night:
        self.notify(NightFinished(namespace=self.namespace, night=night.id, state=night.state))
        return night


def _handfuls(many: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (many[start : start + size] for start in range(0, len(many), size))


def _overlays(view: protocols.View, asks: Sequence[AskRecall]) -> Mapping[int, protocols.View]:
    """Return, by identity of the changes, the state after them: many asks are about the same ones."""
    changes = {id(ask.changes): ask.changes for ask in asks if ask.changes}
    return {name: Overlay(view, some) for name, some in changes.items()}


def _add(report: dict[str, float | str], part: Mapping[str, float | str]) -> None:
    """Add a part's numbers to the night's."""
    report["parts"] = int(report["parts"]) + 1
    for name, value in part.items():
        old = report.get(name, 0)
        report[name] = old + value if isinstance(value, (int, float)) and isinstance(old, (int, float)) else value
    if "hot" in part:
        report["hot"] = part["hot"]
