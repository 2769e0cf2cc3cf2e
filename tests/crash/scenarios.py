"""
What LTML does to its file, as scenarios for the power-loss harness.

Theory of operation. A `Play` is a file to begin with and a few steps of a `MemoryLayer`. Played once without trouble on
a store that looks at itself after each transaction, it yields its `Course`: every state the file may rightly be in, in
order, and which of them each step ends in. Chance is a seeded generator, so the same play ends in the same states each
time. After a power cut the file must be in one of these states (else something was half applied), and not in one before
the last step that was acknowledged (else something was lost). A state is the store's digest (turns, verdicts, memories,
what is new) with the nights and vetoes; so "every acknowledged turn exactly once" is part of it, and is asked for again
in plain words.

The writer runs with the pragmas of production. Beside it a second store on the same file, as of another process, keeps
recalling: it holds a snapshot while the writer commits. (Not while it forgets: SQLite would then wait for the reader.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TypeVar

import apsw

from ltml.errors import AlreadyUndone, LTMLError
from ltml.layer import MemoryLayer
from ltml.model import Change, Injection, Turn
from ltml.protocols import MessageDigest
from ltml.settings import Settings
from ltml.sleep.options import Sleep
from ltml.store.sqlite import SqliteStore
from ltml.store.sqlite.connect import connect
from ltml.store.sqlite.connect import migrate as migrate_schema
from ltml.store.sqlite.statements import schema_scripts
from tests.crash.harness import Check, Ledger, Scenario
from tests.store.older import rewritten

T = TypeVar("T")
SPACE = "ada"
NAME = "memory.db"
MONDAY = datetime(2031, 3, 3, 9, tzinfo=UTC)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
#: Words that stand in one turn only; nobody may find them in the file once they are forgotten.
RARE = "Quillhaven"
TALK = (
    "I moved to Turku last week.",
    "My sister Ilona keeps bees behind the old mill.",
    "I am allergic to walnuts.",
    "I moved to Turku last week.",
    "Please always answer in short sentences.",
    "thanks!",
    "My desk is 74 cm high.",
    f"The key to the boathouse hangs in {RARE}.",
    "Ich wohne seit gestern über einer Bäckerei.",
    "I am allergic to walnuts.",
)
MORE = ("My desk is 74 cm high.", "Ilona sold four jars of honey.", "ok", "I am allergic to walnuts.")


def said(texts: Sequence[str], at: datetime, name: str) -> list[Turn]:
    """The texts as turns of one session with an assistant, a minute apart; it has the last word."""
    told = [*(("user", text) for text in texts), ("assistant", "Noted.")]
    return [
        Turn(session=name, role=role, text=text, at=at + timedelta(minutes=place), ref=f"{name}-{place}")
        for place, (role, text) in enumerate(told)
    ]


# --- plays ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something done with a layer, and the turns that are there once it is done."""

    do: Callable[[MemoryLayer], object]
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """
    Steps on a file that others have written before (`prelude`; None: no file); `part` is the size of a night's parts.

    `repeats`: a step that was cut short may be done again, and the play then ends as if nothing had happened.
    """

    name: str
    steps: tuple[Step, ...]
    prelude: tuple[Step, ...] | None = ()
    part: int = 2000
    snapshots: bool = True
    repeats: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The states a play goes through, each once in a row, and the place among them where each step ends."""

    states: tuple[str, ...]
    ends: tuple[int, ...]


def capture(*turns: Turn) -> Step:
    return Step(do=lambda layer: layer.capture(turns), turns=turns)


def sleep(now: datetime) -> Step:
    return Step(do=lambda layer: layer.sleep(now))


def undo_last(layer: MemoryLayer) -> None:
    with suppress(AlreadyUndone):
        layer.undo([night for night in layer.nights() if night.kind == "night"][-1].id)


def by_hand(layer: MemoryLayer) -> None:
    kept = layer.remember("The spare fuse is in the blue tin.", WEDNESDAY)
    layer.edit(kept.id, "The spare fuse is in the green tin.", WEDNESDAY)
    layer.pin(next(memory.id for memory in layer.memories() if "walnuts" in memory.text), WEDNESDAY)


def forget(layer: MemoryLayer) -> None:
    layer.forget(RARE, now=WEDNESDAY)


#: The digests of a talk of four messages.
CHAIN = tuple(f"digest of message {place}" for place in range(4))


def hear(*places: int) -> Step:
    messages = [MessageDigest(digest=CHAIN[place], pair=f"pair {place}", place=place) for place in places]
    return Step(do=lambda layer: layer.store.record_messages(SPACE, "overheard", messages, MONDAY))


def place(block: str, recall: str, where: str) -> Step:
    words = Injection(block=block, recall=recall, tokens=9)
    return Step(do=lambda layer: layer.store.record_injection(SPACE, words, MONDAY, "overheard", where))


DAY = capture(*said(TALK, MONDAY, "monday"))
NEXT_DAY = capture(*said(MORE, TUESDAY, "tuesday"))
UNDO, BY_HAND, FORGET = Step(do=undo_last), Step(do=by_hand), Step(do=forget)
FORGETTING = "an order to forget"
PLACED = place("", f"[memory]\n- The key hangs in {RARE}.\n[/memory]", CHAIN[0])
PLAYS = {
    play.name: play
    for play in (
        Play(
            name="turns, one by one, from no file at all",
            steps=tuple(capture(turn) for turn in said(TALK[:4], MONDAY, "monday")[:4]),
            prelude=None,
        ),
        Play(name="turns in a batch", steps=(DAY, NEXT_DAY)),
        Play(name="a night", steps=(sleep(TUESDAY),), prelude=(DAY,)),
        Play(
            name="a night in parts",
            steps=(sleep(WEDNESDAY),),
            prelude=(capture(*said(TALK[:4], MONDAY, "early"), *said(TALK[4:], MONDAY, "late")), NEXT_DAY),
            part=4,
        ),
        Play(name="an undo", steps=(UNDO,), prelude=(DAY, sleep(TUESDAY))),
        Play(name="orders by hand", steps=(BY_HAND,), prelude=(DAY, sleep(TUESDAY)), repeats=False),
        Play(name=FORGETTING, steps=(FORGET,), prelude=(DAY, hear(0), PLACED, sleep(TUESDAY)), snapshots=False),
        Play(
            name="a talk overheard",
            steps=(
                place("The block.", "A recall.", CHAIN[0]),
                capture(*said(TALK[:1], MONDAY, "monday")),
                hear(0, 1),
                place("Another block.", "Another recall.", CHAIN[2]),
                capture(*said(TALK[1:2], MONDAY, "later")),
                hear(1, 2, 3),
            ),
        ),
        Play(name="two days", steps=(DAY, sleep(TUESDAY), NEXT_DAY, sleep(WEDNESDAY), UNDO, sleep(WEDNESDAY))),
    )
}


# --- playing -------------------------------------------------------------------------------------------------------


def layer_on(store: SqliteStore, play: Play, clock: datetime = WEDNESDAY) -> MemoryLayer:
    """A layer without any chance in it."""
    settings, chance = Settings(sleep=Sleep(part=play.part)), Random(f"{play.name} {clock}").randbytes
    return MemoryLayer(store, SPACE, settings=settings, clock=lambda: clock, entropy=chance)


def scenario(play: Play, kind: type[SqliteStore] = SqliteStore, synchronous: str = "full") -> Scenario:
    """The play as a scenario. Step number n is acknowledged as the item (n,)."""

    def run(folder: Path, vfs: str, ledger: Ledger) -> None:
        begun(folder, play)

        def opened(kind: type[SqliteStore]) -> SqliteStore:
            return kind(folder / NAME, entropy=Random(1).randbytes, vfs=vfs, synchronous=synchronous)

        with closing(opened(kind)) as store, closing(opened(SqliteStore)) as other:
            layer, reader = layer_on(store, play), layer_on(other, play)
            for number, step in enumerate(play.steps):
                ledger.intend((number,))
                with recalling(reader, held=play.snapshots):
                    step.do(layer)
                ledger.acknowledge((number,))

    return run


@contextmanager
def recalling(reader: MemoryLayer, *, held: bool) -> Iterator[None]:
    """Recall before, during (from a snapshot) and after."""
    reader.recall("where do I live?", now=WEDNESDAY)
    with reader.store.view(SPACE) if held else nullcontext():
        yield
    reader.recall("what am I allergic to?", now=WEDNESDAY)


def begun(folder: Path, play: Play) -> None:
    """Put the file into the folder that the play begins with."""
    if play.prelude is not None:
        (folder / NAME).write_bytes(image_after(play.name))


@cache
def image_after(name: str) -> bytes:
    """The file after a play's prelude."""
    play = PLAYS[name]
    with TemporaryDirectory() as folder:
        with closing(SqliteStore(Path(folder) / NAME, entropy=Random(0).randbytes)) as store:
            layer = layer_on(store, play)
            for step in play.prelude or ():
                step.do(layer)
        return (Path(folder) / NAME).read_bytes()


# --- what may be found ---------------------------------------------------------------------------------------------


class Watched(SqliteStore):
    """A store that notes the state after each of its transactions."""

    def __init__(self, path: Path, *, entropy: Callable[[int], bytes]) -> None:
        self.seen: list[str] = []
        super().__init__(path, entropy=entropy)
        write = self._database.write

        def write_and_note(work: Callable[[apsw.Connection], T], *, alone: bool = False) -> T:
            try:
                return write(work, alone=alone)
            finally:
                self.note()

        self._database.write = write_and_note  # type: ignore[method-assign]

    def note(self) -> None:
        state = state_of(self)
        if self.seen[-1:] != [state]:
            self.seen.append(state)


def state_of(store: SqliteStore) -> str:
    """Everything of the namespace that a transaction may change."""
    nights = " ".join(f"{night.id}={night.state}" for night in store.nights(SPACE))
    heard = [(message.digest, message.place, message.last) for message in store.find_messages(SPACE, CHAIN)]
    placed = [(words.place, words.text) for words in store.placed_texts(SPACE, "overheard")]
    return f"{store.digest(SPACE)} {nights} {sorted(store.vetoes(SPACE))} {heard} {placed}"


def digest_in(state: str) -> str:
    return state.split(" ", 1)[0]


@cache
def course(name: str) -> Course:
    """The states of a play that nothing disturbs."""
    play, ends = PLAYS[name], []
    with TemporaryDirectory() as folder:
        begun(Path(folder), play)
        with closing(Watched(Path(folder) / NAME, entropy=Random(1).randbytes)) as store:
            store.note()
            layer = layer_on(store, play)
            for step in play.steps:
                step.do(layer)
                ends.append(len(store.seen) - 1)
    return Course(states=tuple(store.seen), ends=tuple(ends))


def check(play: Play) -> Check:
    """Complaints about the file that a play left when the power went, opened with SQLite's own VFS."""

    def look(folder: Path, ledger: Ledger) -> list[str]:
        done = [number for (number,) in ledger.acknowledged if isinstance(number, int)]
        found: list[str] = []
        try:
            with closing(SqliteStore(folder / NAME, entropy=Random(1).randbytes)) as store:
                found += [*misplaced(play, done, state_of(store)), *missing(play, done, store), *store.verify()]
                if folder.name.startswith("drop"):  # the same at every fate of a point, and it takes longest
                    found += going_on(play, done, store)
        except LTMLError as error:
            found.append(f"{type(error).__name__}: {error}")
        return found

    return look


def misplaced(play: Play, done: Sequence[int], state: str) -> list[str]:
    """Complaints about the state itself: none that a transaction leaves, or one that should be history."""
    way = course(play.name)
    if state not in way.states:
        return [f"half: a state that no transaction leaves: {state}"]
    place = len(way.states) - 1 - way.states[::-1].index(state)
    return [f"lost: step {number} was acknowledged" for number in done if way.ends[number] > place]


def missing(play: Play, done: Sequence[int], store: SqliteStore) -> list[str]:
    """Acknowledged turns that are not there exactly once, found the long way."""
    there = [turn.ref for turn in store.turns(SPACE)]
    told = [turn.ref for number in done for turn in play.steps[number].turns]
    return [f"lost: turn {ref} is there {there.count(ref)} times" for ref in told if there.count(ref) != 1]


def going_on(play: Play, done: Sequence[int], store: SqliteStore) -> Iterator[str]:
    """Do again what was not acknowledged, an hour later; complain unless it ends as if nothing had happened."""
    if not play.repeats:
        return
    layer = layer_on(store, play, WEDNESDAY + timedelta(hours=1))
    for step in play.steps[len(done) :]:
        step.do(layer)
    if store.digest(SPACE) != digest_in(course(play.name).states[-1]):
        yield "going on from here ends elsewhere"
    yield from (f"after going on: {complaint}" for complaint in store.verify())


# --- forgetting ------------------------------------------------------------------------------------------------------


def check_forgetting(folder: Path, ledger: Ledger) -> list[str]:
    """The usual complaints; and words in the bytes that a receipt says are gone, now or after the order is repeated."""
    claimed = receipts(folder)
    found = ["proven, but in the bytes"] if "proven" in claimed and in_the_bytes(folder) else []
    found += check(PLAYS[FORGETTING])(folder, ledger)
    with closing(SqliteStore(folder / NAME)) as store:
        layer_on(store, PLAYS[FORGETTING]).forget(RARE, now=WEDNESDAY)
        found += [f"after repeating: {complaint}" for complaint in store.verify()]
    return found + (["repeated, but in the bytes"] if in_the_bytes(folder) else [])


def receipts(folder: Path) -> list[str]:
    """The states of the receipts, read as the store's next opening would find them."""
    with closing(apsw.Connection(str(folder / NAME))) as db:
        return [state for (state,) in db.execute("select state from forgotten")]


def in_the_bytes(folder: Path) -> bool:
    return any(RARE.lower().encode() in file.read_bytes().lower() for file in folder.iterdir())


# --- migrating -------------------------------------------------------------------------------------------------------

#: A schema to come: a column, filled from what is there, and a table.
NEXT_SCHEMA = """
alter table turn add column length integer not null default 0;
update turn set length = length(text);
create table mood (turn integer primary key, mood text not null);
insert into mood select no, 'calm' from turn;
"""
MIGRATION = Play(name="a night", steps=(), prelude=(DAY,))


def migrate(folder: Path, vfs: str, ledger: Ledger) -> None:
    """Open a file of today with the LTML of tomorrow."""
    begun(folder, MIGRATION)
    path = str(folder / NAME)
    ledger.intend(("migrated",))
    with closing(connect(path, vfs=vfs)) as db:
        migrate_schema(db, path, bytes(32), (*schema_scripts(), NEXT_SCHEMA))
        ledger.acknowledge(("migrated",))


def check_migration(folder: Path, ledger: Ledger) -> list[str]:
    """The old schema as it was, or the new one whole; a second attempt ends in the new one."""
    path, old = str(folder / NAME), len(schema_scripts())
    with closing(apsw.Connection(path)) as db:
        version, found = db.pragma("user_version"), health(db)
        if ledger.acknowledged and version == old:
            found.append("lost: the migration was acknowledged")
        found += half_migrated(db) if version == old + 1 else []
    if version == old:
        with closing(SqliteStore(folder / NAME)) as store:
            found += store.verify()
            found += [] if store.digest(SPACE) == digest_in(course("a night").states[0]) else ["half: changed, but old"]
    with closing(connect(path)) as db:
        migrate_schema(db, path, bytes(32), (*schema_scripts(), NEXT_SCHEMA))
        found += half_migrated(db)
    return found


def health(db: apsw.Connection) -> list[str]:
    return [text for (text,) in db.execute("pragma integrity_check") if text != "ok"]


def half_migrated(db: apsw.Connection) -> list[str]:
    told = [text for (text,) in db.execute("select text from turn order by no")]
    lengths = [length for (length,) in db.execute("select length from turn order by no")]
    moods = db.execute("select count(*) from mood").fetchall()
    all_told = told == [turn.text for turn in DAY.turns]
    whole = all_told and lengths == [len(text) for text in told] and moods == [(len(told),)]
    return [] if whole else ["half: some turns are migrated"]


@cache
def first_schema() -> bytes:
    """A day's file as the first schema has it."""
    with TemporaryDirectory() as folder:
        new, old = Path(folder) / "new.db", Path(folder) / "old.db"
        new.write_bytes(image_after(MIGRATION.name))
        rewritten(new, old)
        return old.read_bytes()


def climb(folder: Path, vfs: str, ledger: Ledger) -> None:
    """Open a file of the first schema with the LTML of today, and keep an answer that broke off."""
    (folder / NAME).write_bytes(first_schema())
    with closing(SqliteStore(folder / NAME, vfs=vfs, entropy=Random(1).randbytes)) as store:
        ledger.acknowledge(("opened",))
        store.append(SPACE, [replace(DAY.turns[0], ref="broken", interrupted=True)])
        ledger.acknowledge(("broken",))


def check_climb(folder: Path, ledger: Ledger) -> list[str]:
    """The file opens, whole and sound, with everything that was acknowledged."""
    with closing(apsw.Connection(str(folder / NAME))) as db:
        version, found = db.pragma("user_version"), health(db)
    if ledger.acknowledged and version != len(schema_scripts()):
        found.append("lost: the migration was acknowledged")
    with closing(SqliteStore(folder / NAME)) as store:
        broken = [turn for turn in store.turns(SPACE) if turn.interrupted]
        found += [] if broken or ("broken",) not in ledger.acknowledged else ["lost: the answer that broke off"]
        whole = [turn.text for turn in store.turns(SPACE) if not turn.interrupted]
        found += [] if whole == [turn.text for turn in DAY.turns] else ["half: turns are missing"]
        return found + list(store.verify())


# --- sabotage: what the harness must find -----------------------------------------------------------------------------


class InTwo(SqliteStore):
    """A store that commits a night in two transactions."""

    def commit(self, namespace: str, night: str, turns: Sequence[str], changes: Sequence[Change]) -> None:
        half = len(changes) // 2
        super().commit(namespace, night, (), changes[:half])
        super().commit(namespace, night, turns, changes[half:])
