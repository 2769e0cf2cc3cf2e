"""
LTML against a dictionary: whatever is done, in whatever order, both hold the same turns and the same words by hand.

Every text has a word of its own, so that the model knows what a memory may say, and what must not be found any more.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ltml.errors import AlreadyUndone, UndoConflict
from ltml.events import Event, StepDone
from ltml.layer import BY_HAND, MemoryLayer
from ltml.model import Memory, Turn
from ltml.settings import Settings
from ltml.sleep.options import Sleep
from ltml.store.sqlite import SqliteStore

pytestmark = pytest.mark.timeout(3600)

SPACE = "ada"
START = datetime(2034, 2, 6, 8, tzinfo=UTC)
TALK = (
    "My neighbour Jorun has {n} goats, says {word}.",
    "Please always mention {word} in your answers.",
    "I am allergic to {word}.",
    "Ich habe gestern {word} gekauft.",
    "Where is {word}?",
)
#: Said by everybody, over and over: what nights fold.
COMMON = ("Jorun moved to Graz.", "I prefer tea to coffee.", "ok", "Please answer briefly.")
PARTS = Settings(sleep=Sleep(part=6, lease_seconds=0.0))

any_of = st.integers(0, 10_000)


class Interrupted(Exception):
    """The night was broken off."""


class Machine(RuleBasedStateMachine):
    """The store on a file, and what a dictionary knows of it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.random = Random(5)
        self.left_open: list[SqliteStore] = []
        self.layer = self.opened()
        self.clock = START
        self.turns: dict[str, str] = {}
        self.hand: dict[str, str] = {}  #: what a memory must say, by its id
        self.before: dict[str, tuple[str, str | None]] = {}  #: by order: which memory, and what was in `hand` before
        self.forgotten: set[str] = set()
        self.words = (f"quorl{n:05d}x" for n in range(100_000))

    def opened(self) -> MemoryLayer:
        store = SqliteStore(self.folder / "memory.db", entropy=self.random.randbytes, synchronous="off")
        self.left_open.append(store)
        return MemoryLayer(store, SPACE, settings=PARTS, clock=lambda: self.clock, entropy=self.random.randbytes)

    def teardown(self) -> None:
        for store in self.left_open:
            store.close()
        rmtree(self.folder)

    def tick(self) -> datetime:
        self.clock += timedelta(hours=1)
        return self.clock

    def memory(self, which: int) -> Memory:
        memories = self.layer.memories()
        return memories[which % len(memories)]

    def has_memories(self) -> bool:
        return bool(self.layer.memories())

    # ------------------------------------------------------------ talk

    @rule(form=st.sampled_from((*TALK, *COMMON)), session=st.sampled_from(("one", "two")), n=st.integers(2, 9))
    def capture(self, form: str, session: str, n: int) -> None:
        ref = f"r{len(self.turns) + len(self.forgotten)}-{self.clock:%m%d%H}"
        text = form.format(n=n, word=next(self.words))
        turn = Turn(session=session, role="user", text=text, at=self.tick(), ref=ref)
        assert self.layer.capture([turn]).new == 1
        assert self.layer.capture([turn]).new == 0
        self.turns[ref] = text

    @rule()
    def sleep(self) -> None:
        night = self.layer.sleep(self.tick())
        assert night.state in ("promoted", "empty", "sealed")
        assert self.layer.stats()["new_turns"] == 0
        assert self.layer.sleep(self.tick()).state == "empty"

    @rule(step=st.integers(1, 9))
    def sleep_and_be_woken(self, step: int) -> None:
        steps = iter(range(1, 100))

        def listen(event: Event) -> None:
            if isinstance(event, StepDone) and next(steps) == step:
                raise Interrupted

        with suppress(Interrupted):
            self.layer.sleep(self.tick(), notify=listen)

    @rule(which=any_of, budget=st.integers(0, 300))
    def wake(self, which: int, budget: int) -> None:
        said = [*self.turns.values(), "where does Jorun live?"]
        injection = self.layer.wake(said[which % len(said)], budget, self.tick())
        assert injection.tokens <= budget
        assert not [word for word in self.forgotten if word in injection.text]

    @precondition(lambda self: self.turns)
    @rule(which=any_of)
    def recall(self, which: int) -> None:
        """A word that one turn alone has said finds that turn, or the memory that says it."""
        ref, text = sorted(self.turns.items())[which % len(self.turns)]
        own = [word.strip(".,?") for word in text.split() if word.startswith("quorl")]
        if own:
            assert ref in {found for hit in self.layer.recall(own[0], 10, self.clock) for found in hit.refs}

    # ------------------------------------------------------------ by hand

    @rule()
    def remember(self) -> None:
        memory = self.layer.remember(f"The password of the shed is {next(self.words)}.", self.tick())
        self.ordered(memory, None)

    @precondition(has_memories)
    @rule(which=any_of)
    def edit(self, which: int) -> None:
        old = self.memory(which)
        memory = self.layer.edit(old.id, f"No, it is {next(self.words)} after all.", self.tick())
        self.ordered(memory, self.hand.get(old.id))

    @precondition(has_memories)
    @rule(which=any_of)
    def pin(self, which: int) -> None:
        old = self.memory(which)
        self.ordered(self.layer.pin(old.id, self.tick()), self.hand.get(old.id))

    def ordered(self, memory: Memory, before: str | None) -> None:
        self.before[self.layer.nights()[-1].id] = (memory.id, before)
        self.hand[memory.id] = memory.text

    # ------------------------------------------------------------ taking back

    @precondition(lambda self: self.layer.nights())
    @rule(which=any_of)
    def undo(self, which: int) -> None:
        nights = self.layer.nights()
        night, digest = nights[which % len(nights)], self.layer.store.digest(SPACE)
        try:
            self.layer.undo(night.id)
        except (UndoConflict, AlreadyUndone):
            assert self.layer.store.digest(SPACE) == digest
            return
        memory, before = self.before.get(night.id, ("", None))
        self.hand.pop(memory, None)
        if before is not None:
            self.hand[memory] = before

    @rule(which=any_of)
    def forget(self, which: int) -> None:
        said = sorted({word.strip(".,?") for text in self.everything() for word in text.split() if "quorl" in word})
        if not said:
            return
        word = said[which % len(said)]
        receipt = self.layer.forget(word, now=self.tick())
        assert receipt.state == "proven"
        assert receipt.turns or receipt.memories
        self.forgotten.add(word)
        self.turns = {ref: text for ref, text in self.turns.items() if word not in text}
        left = {memory.id for memory in self.layer.memories()}
        self.hand = {name: text for name, text in self.hand.items() if word not in text and name in left}

    def everything(self) -> list[str]:
        return [*self.turns.values(), *self.hand.values()]

    # ------------------------------------------------------------ the file

    @rule(ceremony=st.booleans())
    def reopen(self, ceremony: bool) -> None:
        """As after a restart; without ceremony nobody closes the old one."""
        if ceremony:
            self.layer.close()
        self.layer = self.opened()

    # ------------------------------------------------------------ what always holds

    @invariant()
    def every_turn_is_there_once_word_for_word(self) -> None:
        there = [(turn.ref, turn.text) for turn in self.layer.turns() if turn.session != BY_HAND]
        assert sorted(there) == sorted(self.turns.items())

    @invariant()
    def what_was_ordered_by_hand_is_as_it_was_ordered(self) -> None:
        said = {memory.id: (memory.text, memory.by_hand) for memory in self.layer.memories()}
        assert {name: said.get(name) for name in self.hand} == {name: (text, True) for name, text in self.hand.items()}

    @invariant()
    def what_is_forgotten_is_nowhere(self) -> None:
        texts = " ".join(item.text for item in self.layer.items())
        assert not [word for word in self.forgotten if word in texts]

    @invariant()
    def the_store_is_sound(self) -> None:
        assert self.layer.verify() == []


Machine.TestCase.settings = settings(stateful_step_count=30)
TestMachine = Machine.TestCase
