"""A store with everything in it, everything that can be asked of it, and ways to damage its files."""

import re
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import ltml
from ltml.errors import LTMLError, StoreError
from ltml.layer import MemoryLayer
from ltml.model import Injection, Turn
from ltml.store.sqlite.connect import back_up, connect_to_read
from ltml.store.sqlite.rescue import rescue

MONDAY = datetime(2031, 3, 3, 9, tzinfo=UTC)
SAID = (
    "I am called Ottilie and I keep bees behind the mill.",
    "Always answer in metric units, please.",
    "The gate code of the harbour is 4711.",
    "Mein Bruder Jörg wohnt seit 1998 in Łódź.",
    "お茶は毎朝六時に飲みます。",
    "The vet comes in three days, about the old mare.",
    "hello",
    "The kayak is stored in the blue shed.",
    "The kayak is stored in the blue shed.",
    "My sister Ottilie's honey tastes of thyme.",
)
ASKED = ("What is the gate code?", "Where is the kayak stored?", "Wo wohnt Jörg?", "When does the vet come?", "bees")
SIDES = ("", "-wal")
MOSTLY = 0.9
#: What a date behind a phrase looks like, and the days of the recall.
DAY = re.compile(r" \(\d{4}-\d\d-\d\d(?:\.\.[\d-]+)?\)")


def lived(path: Path) -> None:
    """Fill a store with two days, a night, things said by hand, a revision, and something forgotten."""
    with ltml.open(path, clock=lambda: MONDAY) as layer:
        turns = [
            Turn(
                session=f"s{n % 3}",
                role="user",
                text=text,
                at=MONDAY + timedelta(minutes=n),
                ref=f"r{n}" if n % 2 else "",
            )
            for n, text in enumerate(SAID)
        ]
        layer.capture([*turns, *(replace(t, session="other", text=f"{t.text} Really.", ref="") for t in turns)])
        layer.sleep(now=MONDAY + timedelta(hours=12))
        layer.pin(layer.remember("I never eat walnuts.").id)
        layer.capture([Turn(session="s0", role="user", text="The gate code is 4712 now.", at=MONDAY, ref="r3")])
        layer.capture([Turn(session="s9", role="user", text="Forget me, zzyzx.", at=MONDAY, ref="gone")])
        layer.forget("zzyzx")
        for number, question in enumerate(ASKED):
            found = layer.remind(question, "", 300, MONDAY + timedelta(days=1))
            layer.store.record_injection(layer.namespace, found, MONDAY, "s1", f"place{number}")


def added(layer: MemoryLayer) -> None:
    """Say something more, in a write of its own."""
    layer.capture([Turn(session="s2", role="user", text="The ferry leaves at noon.", at=MONDAY + timedelta(days=1))])


@dataclass
class Files:
    """The bytes of a store's files, and what it answered when they were sound."""

    raw: Mapping[str, bytes]
    answers: list[Mapping[str, Any]]  #: more than one where a power cut would leave either

    def write(self, folder: Path) -> Path:
        folder.mkdir()
        for side, raw in self.raw.items():
            (folder / f"a.db{side}").write_bytes(raw)
        return folder / "a.db"


def whole(folder: Path) -> dict[str, Files]:
    """Return a closed store, its backup, and one whose log holds the last writes."""
    lived(folder / "a.db")
    backup = folder / "backup.db"
    with closing(connect_to_read(str(folder / "a.db"))) as connection:
        back_up(connection, str(backup))
    closed = Files({"": (folder / "a.db").read_bytes()}, [])
    copy = Files({"": backup.read_bytes()}, [])
    with ltml.open(folder / "a.db") as layer:
        added(layer)
        layer.remember("My boat is called Marlene.", now=MONDAY)
        before = {side: (folder / f"a.db{side}").read_bytes() for side in SIDES}
        layer.capture([Turn(session="s2", role="user", text="The ferry is late.", at=MONDAY + timedelta(days=2))])
        log = Files({side: (folder / f"a.db{side}").read_bytes() for side in SIDES}, [])
    for number, (files, raws) in enumerate([(closed, [closed.raw]), (copy, [copy.raw]), (log, [log.raw, before])]):
        for other, raw in enumerate(raws):
            files.answers.append(answers(Files(raw, []).write(folder / f"whole{number}{other}"))[0])
    return {"db": closed, "backup": copy, "log": log}


def asked(layer: MemoryLayer) -> dict[str, Callable[[], Any]]:
    """Return everything that is asked of a store."""
    later = MONDAY + timedelta(days=1)

    def recalled(question: str) -> list[tuple[str, float]]:
        return [(hit.text, hit.score) for hit in layer.recall(question, now=later)]

    def woken(question: str) -> str:
        return layer.wake(question, now=later).text

    return {
        "turns": lambda: list(layer.turns()),
        "memories": lambda: list(layer.memories()),
        "nights": lambda: [layer.night(night.id) for night in layer.nights()],
        "items": lambda: list(layer.items()),
        "stats": lambda: {k: v for k, v in layer.stats().items() if k != "total_bytes"},
        "why": lambda: [layer.why(memory.id) for memory in layer.memories()],
        "placed": lambda: layer.store.placed_texts(layer.namespace, "s1"),
        "vetoes": lambda: layer.store.vetoes(layer.namespace),
        "find": lambda: layer.find("kayak"),
        "block": lambda: layer.block(200).text,
        **{f"recall {q}": partial(recalled, q) for q in ASKED},
        **{f"wake {q}": partial(woken, q) for q in ASKED},
    }  # fmt: skip


def used(path: Path) -> list[str]:
    """Do everything that writes; return what LTML complained of."""
    told: list[str] = []
    later = MONDAY + timedelta(days=3)
    doing: dict[str, Callable[[MemoryLayer], object]] = {
        "capture": added,
        "remember": lambda layer: layer.remember("I never eat figs.", now=later),
        "sleep": lambda layer: layer.sleep(now=later),
        "undo": lambda layer: [layer.undo(night.id) for night in layer.nights()[:1]],
        "forget": lambda layer: layer.forget("kayak", now=later),
        "forget harbour": lambda layer: layer.forget("harbour", now=later),
    }
    try:
        layer = ltml.open(path)
    except StoreError as exc:
        return [str(exc)]
    with layer:
        for name, do in doing.items():
            try:
                do(layer)
            except LTMLError as exc:
                told.append(f"{name}: {exc}")
    return told


def mended(path: Path) -> list[str]:
    """Repair a store, or rescue it where that is not enough; return what is wrong with it then."""
    try:
        with ltml.open(path) as layer:
            layer.verify(repair=True)
            if not layer.verify():
                return []
    except StoreError:
        pass
    try:
        rescue(str(path))
        with ltml.open(path) as layer:
            return list(layer.verify())
    except StoreError as exc:
        return [str(exc)]


def answers(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Ask everything; return the answers, and what was complained of. Only LTML's own errors are let through."""
    found: dict[str, Any] = {}
    told: list[str] = []
    try:
        layer = ltml.open(path)
    except StoreError as exc:
        return found, [str(exc)]
    with layer:
        try:
            told += layer.verify()
        except StoreError as exc:
            told.append(str(exc))
        for name, ask in asked(layer).items():
            try:
                found[name] = ask()
            except LTMLError as exc:
                found[name] = type(exc)
                told += [str(exc)] if isinstance(exc, StoreError) else []
    return found, told


def wrong(found: Mapping[str, Any], files: Files) -> set[str]:
    """Return the texts and the dates among answers that no sound store gives."""
    right = set[str]().union(*map(texts, files.answers))
    days = {day for text in right for day in DAY.findall(text)}
    bare = {DAY.sub("", text) for text in right}
    return {
        text for text in texts(found) if DAY.sub("", text) not in bare or not days.issuperset(DAY.findall(text))
    } - {""}


def texts(found: Mapping[str, Any]) -> set[str]:
    """Return every text among the answers."""
    said: set[str] = set()

    def look(value: object) -> None:
        if isinstance(value, str):
            said.update(line.removeprefix("- ").removeprefix("user: ") for line in value.split("\n"))
        elif isinstance(value, Mapping):
            for part in value.values():
                look(part)
        elif isinstance(value, (list, tuple, set, frozenset)):
            for part in value:
                look(part)
        elif hasattr(value, "__dataclass_fields__") and not isinstance(value, Injection):
            for name in value.__dataclass_fields__:
                if name in {
                    "text",
                    "quote",
                    "phrase",
                    "written",
                    "reason",
                    "before",
                    "after",
                    "changes",
                    "evidence",
                    "dates",
                }:
                    look(getattr(value, name))

    look({name: value for name, value in found.items() if name != "stats"})
    return said


def flipped(files: Files, chance: Random, side: str) -> Files:
    """Flip one bit, mostly where there is something."""
    raw = bytearray(files.raw[side])
    place = chance.randrange(len(raw))
    while not raw[place] and chance.random() < MOSTLY:
        place = chance.randrange(len(raw))
    raw[place] ^= 1 << chance.randrange(8)
    return Files({**files.raw, side: bytes(raw)}, files.answers)


def cut(files: Files, chance: Random, side: str) -> Files:
    """Cut the file somewhere."""
    return Files({**files.raw, side: files.raw[side][: chance.randrange(len(files.raw[side]))]}, files.answers)
