"""
SQLite and the in-memory store, given the same orders, hold the same and say the same.

The in-memory store counts everything anew, so it is the model; SQLite keeps derived tables up to date, so that is where
a mistake would be. Posting lists are cut into very short blocks here, for every way of splitting one to come up.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.errors import StoreError
from ltml.model import Change, Evidence, Injection, Item, Memory, Night, Tier, Turn, Verdict
from ltml.protocols import MessageDigest, Selection, Store
from ltml.store.ephemeral import EphemeralStore
from ltml.store.sqlite import SqliteStore
from ltml.testing.stores.fixtures import NOON, make_turn, search_terms
from ltml.text import fold_keys, postings

NAMESPACES = ("anna", "ben")
TEXTS = (
    "",
    "red kayak",
    "blue kayak in the shed",
    "kayak kayak kayak",
    "thyme honey \x00 kayak",
    "half \ud83d",
    "東京 kayak",
)
TIERS: tuple[Tier, ...] = ("hot", "warm", "archive")

small = st.integers(0, 7)
spoken = st.tuples(small, small, small, small, st.booleans())
appends = st.tuples(st.just("append"), small, st.lists(spoken, min_size=1, max_size=6))
sleeps = st.tuples(st.just("sleep"), small, st.lists(st.tuples(small, small, small), max_size=6))
others = st.tuples(st.sampled_from(["undo", "forget turn", "forget memory", "late part"]), small, small)
overheard = st.tuples(st.sampled_from(["hear", "place"]), small, st.tuples(small, small, small, small))
orders = st.lists(st.one_of(appends, sleeps, others, overheard), max_size=14)


@pytest.fixture(autouse=True, scope="module")
def short_blocks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "BLOCK", 2)
        yield


def nothing_random(length: int) -> bytes:
    return bytes(length)


@dataclass
class Pair:
    """Both stores; what is to be done is read off the model alone."""

    model: Store
    real: Store
    nights: list[tuple[str, str]] = field(default_factory=list)

    def both(self, name: str, *arguments: object) -> object:
        outcomes = [self._outcome(store, name, arguments) for store in (self.model, self.real)]
        assert outcomes[0] == outcomes[1], name
        return outcomes[0]

    def _outcome(self, store: Store, name: str, arguments: tuple[object, ...]) -> object:
        try:
            result = getattr(store, name)(*arguments)
        except StoreError as error:
            return type(error)
        if name == "forget":
            return replace(result, id="", bytes_scanned=0)
        return list(result) if name == "turns" else result

    def do(self, order: tuple) -> None:
        kind, where, what = order
        namespace = NAMESPACES[where % 2]
        if kind == "append":
            self.both("append", namespace, [turn_of(*choice) for choice in what])
        elif kind == "sleep":
            self.sleep(namespace, f"n{len(self.nights)}", what)
        elif kind == "hear":
            self.hear(namespace, *what)
        elif kind == "place":
            self.place(namespace, *what)
        elif self.nights and kind == "undo":
            self.both("undo", *self.nights[what % len(self.nights)])
        elif self.nights and kind == "late part":
            where_to, night = self.nights[what % len(self.nights)]
            self.sleep(where_to, night, [(what, where, 1)])
        elif kind.startswith("forget"):
            self.forget(namespace, kind, what)

    def hear(self, namespace: str, session: int, first: int, length: int, hour: int) -> None:
        messages = [heard(digest, place) for place, digest in enumerate(range(first, first + length))]
        self.both("record_messages", namespace, f"s{session % 3}", messages, NOON + timedelta(hours=hour))

    def place(self, namespace: str, session: int, block: int, recall: int, shown: int) -> None:
        turns = list(self.model.turns(namespace))
        lines = [TEXTS[block % 4], TEXTS[recall % 4]]
        ids = [turn.id for turn in turns[shown : shown + 1]]
        items = tuple(Item(text=lines[1], kind="fact", score=1.0, evidence=(), id=name) for name in ids)
        injection = Injection(block=lines[0], recall=lines[1], tokens=9, items=items)
        where = (f"s{session % 3}" if shown else None, f"digest {recall}" if block else None)
        self.both("record_injection", namespace, injection, NOON, *where)

    def sleep(self, namespace: str, night: str, choices: list[tuple[int, int, int]]) -> None:
        turns = self.model.next_batch(namespace, 3)
        self.both("begin", namespace, Night(id=night, state="interrupted", started_at=NOON))
        changes = [self.change(namespace, *choice) for choice in choices]
        self.both("commit", namespace, night, [t.id for t in turns], [c for c in changes if c is not None])
        self.both("finish", namespace, night, "promoted", {"changes": len(changes)})
        if (namespace, night) not in self.nights:
            self.nights.append((namespace, night))

    def change(self, namespace: str, row: int, kind: int, tier: int) -> Change | None:
        turns = list(self.model.turns(namespace))
        if not turns:
            return None
        turn = turns[row % len(turns)]
        if kind % 2:
            return self.verdict(namespace, turn, kind, tier)
        return self.memory(namespace, turn, f"m{row % 3}", kind, tier)

    def verdict(self, namespace: str, turn: Turn, kind: int, tier: int) -> Change:
        before = next(iter(self.model.verdicts(namespace, [turn.id])), None)
        after = Verdict(turn=turn.id, keep=kind > 2, kind="fact", reason="why not", salience=1, tier=TIERS[tier % 3])
        return Change(before=before, after=None if kind == 7 and before else after, reason="because")

    def memory(self, namespace: str, turn: Turn, name: str, kind: int, tier: int) -> Change | None:
        before = next(iter(self.model.memories(namespace, [name])), None)
        if kind == 6:
            return Change(before=before, after=None, reason="wrong") if before else None
        evidence = Evidence(turn=turn.id, quote=turn.text if kind else "", ref=turn.ref, at=turn.at)
        old = before.evidence if before else ()
        after = Memory(
            id=name,
            kind="fact",
            text=TEXTS[kind],
            evidence=(*old, evidence)[-3:],
            learned_at=NOON,
            tier=TIERS[tier % 3],
        )
        return Change(before=before, after=after, reason="learned")

    def forget(self, namespace: str, kind: str, what: int) -> None:
        turns, memories = list(self.model.turns(namespace)), self.model.memories(namespace)
        if kind == "forget turn" and turns:
            self.both("forget", namespace, Selection(turns=(turns[what % len(turns)].id,)), NOON)
        elif kind == "forget memory" and memories:
            self.both("forget", namespace, Selection(memories=(memories[what % len(memories)].id,)), NOON)

    def compare(self) -> None:
        assert self.real.verify() == []
        assert self.model.namespaces() == self.real.namespaces()
        assert self.model.count_new_turns() == self.real.count_new_turns()
        for namespace in NAMESPACES:
            for name in ("digest", "turns", "memories", "verdicts", "vetoes", "nights"):
                self.both(name, namespace)
            self.both("next_batch", namespace, 3)
            self.both("find_injected", namespace, TEXTS)
            self.both(
                "find_messages", namespace, [f"{kind} {n}" for kind in ("digest", "pair") for n in range(0, 14, 3)]
            )
            for session in range(3):
                self.both("placed_texts", namespace, f"s{session}")
            assert looked(self.model, namespace) == looked(self.real, namespace)
            assert counted(self.model, namespace) == counted(self.real, namespace)
        for namespace, night in self.nights:
            self.both("night", namespace, night)


def turn_of(text: int, minute: int, session: int, ref: int, interrupted: bool) -> Turn:
    name = "" if ref < 4 else f"ref {ref}"
    turn = make_turn(TEXTS[text % len(TEXTS)], -minute, session=f"s{session % 3}", ref=name)
    return replace(turn, interrupted=interrupted)


def heard(digest: int, place: int) -> MessageDigest:
    return MessageDigest(digest=f"digest {digest}", pair=f"pair {digest}" if digest % 2 else "", place=place)


def counted(store: Store, namespace: str) -> dict[str, object]:
    return {name: value for name, value in store.stats(namespace).items() if name != "total_bytes"}


def looked(store: Store, namespace: str) -> list[object]:
    """Everything a view shows, with ids in place of numbers."""
    with store.view(namespace) as view:
        ids = [t.id for t in store.turns(namespace)] + [m.id for m in store.memories(namespace)]
        numbers = view.numbers(ids)
        names = {number: name for name, number in numbers.items()}
        documents = {d.id: replace(d, number=0) for d in view.documents(list(numbers.values())).values()}
        around = {
            names[no]: sorted((offset, names[other]) for offset, other in pairs)
            for no, pairs in view.neighbours(list(numbers.values()), 2).items()
        }
        folded = {d.id for d in view.filed_under([key for text in TEXTS for key in fold_keys(text)])}
        shelves = [search_terms(view, TEXTS, "active"), search_terms(view, TEXTS, "archive")]
        return [documents, around, folded, shelves, list(view.standing())]


def run(given_orders: list[tuple]) -> None:
    with (
        TemporaryDirectory() as folder,
        closing(EphemeralStore(entropy=nothing_random)) as model,
        closing(SqliteStore(Path(folder, "a.db"), entropy=nothing_random, synchronous="off")) as real,
    ):
        pair = Pair(model=model, real=real)
        for order in given_orders:
            pair.do(order)
        pair.compare()


@given(orders)
def test_the_same_orders_leave_both_stores_alike(given_orders: list[tuple]) -> None:
    run(given_orders)


@given(orders)
def test_undoing_every_night_backwards_leaves_only_what_was_said(given_orders: list[tuple]) -> None:
    with TemporaryDirectory() as folder, closing(SqliteStore(Path(folder, "a.db"), synchronous="off")) as store:
        pair = Pair(model=store, real=EphemeralStore())
        spoken = [order for order in given_orders if order[0] == "append"]
        for order in spoken:
            store.append(NAMESPACES[order[1] % 2], [turn_of(*choice) for choice in order[2]])
        before = [store.digest(namespace) for namespace in NAMESPACES]
        nights = [order for order in given_orders if order[0] == "sleep"]
        for number, (_, where, choices) in enumerate(nights):
            one_night(pair, NAMESPACES[where % 2], f"n{number}", choices)
        for namespace in NAMESPACES:
            for night in reversed(store.nights(namespace)):
                store.undo(namespace, night.id)
        assert [store.digest(namespace) for namespace in NAMESPACES] == before
        assert store.verify() == []


def one_night(pair: Pair, namespace: str, night: str, choices: list[tuple[int, int, int]]) -> None:
    """One change a part, so that every part sees what the part before has left."""
    store = pair.model
    store.begin(namespace, Night(id=night, state="interrupted", started_at=NOON + timedelta(hours=1)))
    for choice in choices:
        change = pair.change(namespace, *choice)
        if change is not None:
            store.commit(namespace, night, [t.id for t in store.next_batch(namespace, 2)], [change])
    store.finish(namespace, night, "promoted", {})
