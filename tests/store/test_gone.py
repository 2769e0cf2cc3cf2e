"""
Forgotten is gone: fifty people among many memories, and no form of what was said of them in any file beside the memory.

The bytes are looked at here in more forms than LTML itself writes, and by other means than its own search.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from ltml.model import Evidence, Injection, Item, Memory, Night, Turn
from ltml.store.sqlite import SqliteStore
from ltml.store.sqlite.connect import back_up, connect_to_read
from ltml.testing.stores.fixtures import ANNA, NOON, current_turns, keep_turn, learn_memory, make_turn

PEOPLE = 50
STARTS = ("zw", "qu", "kj", "ö", "ß", "xy", "Ж", "ş")
ENDS = ("aro", "erf", "ilm", "oq", "uvv", "эд", "ıt")
SYLLABLES = [start + end for start in STARTS for end in ENDS]
IDLE = ("the weather", "is fine", "today", "and the garden", "wants water", "while we talk", "of boats", "and trains")


def names(random: Random, count: int) -> list[str]:
    """Made-up names that nothing else says, in several scripts, of the last six bytes too."""
    made: dict[bytes, str] = {}
    while len(made) < count:
        name = "".join(random.choices(SYLLABLES, k=4)).capitalize()
        made.setdefault(name.casefold().encode()[-6:], name)
    return list(made.values())


def forms(word: str) -> Iterator[bytes]:
    """The bytes a word, or what is left of it where its beginning was written over, may have in a file."""
    for spelled in {word, word.casefold(), word.upper(), word.lower()}:
        raw = spelled.encode()
        yield from (raw, raw[-6:], json.dumps(spelled)[1:-1].encode(), *map(spelled.encode, ("utf-16-le", "utf-16-be")))
        for shift in range(3):
            inner = b64encode(bytes(shift) + raw).rstrip(b"=")
            yield inner[(4 if shift else 0) : len(inner) - 2]


def left_of(words: list[str], folder: Path) -> set[str]:
    raw = b"\n".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    return {word for word in words if any(form in raw for form in forms(word))}


def a_life(store: SqliteStore, path: Path, people: list[str], memories: int, random: Random) -> None:
    """Talk of these people among other talk, with a night, answers, injections and a copy of the file."""
    idle = [make_turn(" ".join(random.choices(IDLE, k=9)) + f" {n}", n, session=f"s{n // 40}") for n in range(memories)]
    told = [make_turn(f"My friend {name} has the key {name}-{n}.", memories + n) for n, name in enumerate(people)]
    talk = [
        replace(turn, session=f"p{n}", speaker=name, ref=f"{name}:{n}")
        for n, (turn, name) in enumerate(zip(told, people, strict=True))
    ]
    mixed = [*idle, *talk]
    random.shuffle(mixed)
    for start in range(0, len(mixed), 250):
        store.append(ANNA, mixed[start : start + 250])
    turns = current_turns(store)
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    notes = [learn_memory(note(f"m{n}", turn)) for n, turn in enumerate(turns)]
    store.commit(ANNA, "n1", [turn.id for turn in turns], [*map(keep_turn, (t.id for t in turns)), *notes])
    store.finish(ANNA, "n1", "promoted", {"probe": f"who is {people[0]}?"})
    for n, name in enumerate(people):
        store.record_answer(ANNA, f"question{n}", f"{name}, surely")
        item = Item(text=name, kind="fact", score=1.0, evidence=(), id=f"other{n}")
        store.record_injection(
            ANNA, Injection(recall=f"[memory]\n- {name}\n", items=(item,)), NOON, "talk", f"place{n}"
        )
    with closing(connect_to_read(str(path))) as connection:
        back_up(connection, f"{path}.before-schema-2")


def note(name: str, turn: Turn) -> Memory:
    evidence = (Evidence(turn=turn.id, quote=turn.text, ref=turn.ref, at=turn.at),)
    return Memory(id=name, kind="fact", text=f"It is said: {turn.text}", evidence=evidence, learned_at=NOON)


@pytest.mark.timeout(1200)
def test_fifty_people_among_many_memories_are_gone_from_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    (tmp_path / "temp").mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path / "temp"))
    random, path = Random(32), tmp_path / "memory.db"
    people, memories = names(random, PEOPLE), 5_000 if request.config.getoption("--long") else 700
    with closing(SqliteStore(path)) as store:
        a_life(store, path, people, memories, random)
        assert left_of(people, tmp_path) == set(people)
        for some in (people[n : n + 10] for n in range(0, PEOPLE, 10)):
            found = [store.find(ANNA, name) for name in some]
            every = replace(
                found[0],
                turns=tuple(turn for each in found for turn in each.turns),
                memories=tuple(memory for each in found for memory in each.memories),
            )
            receipt = store.forget(ANNA, every, NOON)
            assert (receipt.state, len(receipt.turns)) == ("proven", len(some))
        assert left_of(people, tmp_path) == set()
        assert len(current_turns(store)) == memories
        assert store.verify() == []
    assert left_of(people, tmp_path) == set()
