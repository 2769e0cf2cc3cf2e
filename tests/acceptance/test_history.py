"""
Many windows at once: every word is kept once, in the turns of its own talk, whatever people take back.

Eight people talk over the three dialects, streaming and not. They begin alike, ask again, edit, go back to a branch,
break off, go on with half an answer, and LTML is started again in between. A book that knows talks and words alone
(`windows.py`) is compared with the log.

No client says which talk it is, so two windows that began alike and were answered alike, word for word, cannot be told
from one that went back: then a window that ends may be taken for the other. A model hardly ever answers so; it is
played all the same, and costs nobody a word.
"""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import ltml
from ltml.model import Turn
from tests.acceptance.windows import BEGINNINGS, Alike, Person, Talk, brain
from tests.interfaces.serve.conftest import SPACE, serving, standing
from tests.interfaces.serve.test_replay import MODELS, remembering
from tests.reference.script import Script
from tests.reference.server import Server

PEOPLE = 8


def lived(
    folder: Path, requests: int, lives: int, seed: int, alike: Alike
) -> tuple[list[Person], list[Turn], list[dict[str, Any]]]:
    """Let people talk through several lives of LTML; return them, all that was kept, and what the server was sent."""
    db = remembering(folder / "memory.db")
    chance = random.Random(seed)
    server = Server(models=MODELS, brain=Script(brain(random.Random(seed), alike)))
    place = [""]
    people = [Person(number=n, chance=random.Random(chance.random()), url=lambda: place[0]) for n in range(PEOPLE)]
    with ExitStack() as stack:
        upstream = stack.enter_context(standing(server.app))
        for life in range(1, lives + 1):
            with serving(db, upstream) as running, ThreadPoolExecutor(PEOPLE) as crowd:
                place[0] = running.url
                goal = requests * life // lives // PEOPLE
                list(crowd.map(lambda person, goal=goal: _until(person, goal), people))
    with ltml.open(db, namespace=SPACE) as layer:
        assert list(layer.verify()) == []
        kept = [turn for turn in layer.turns() if not turn.session.startswith(("old", "by hand"))]
    return people, kept, [json.loads(request.body) for request in server.talks()]


def _until(person: Person, goal: int) -> None:
    while person.requests < goal:
        person.act()


def lost(people: Sequence[Person], kept: Sequence[Turn]) -> Iterator[str]:
    """Yield what was said and is not kept just once, or not by who said it."""
    times = Counter(turn.text for turn in kept if turn.role == "user")
    session = {turn.text: turn.session for turn in kept if turn.role == "user"}
    owner: dict[str, str] = {}
    for talk in (talk for person in people for talk in person.talks):
        for words in talk.said:
            if times[words] != 1:
                yield f"kept {times[words]} times: {words!r} of talk {talk.name} ({talk.path})"
            elif owner.setdefault(session[words], talk.name) != talk.name:
                yield f"{words!r} of talk {talk.name} stands in the talk {owner[session[words]]}"
    unknown = times.keys() - {words for p in people for t in p.talks for words in t.said} - set(BEGINNINGS)
    yield from (f"nobody said {words!r}" for words in unknown)
    began = Counter(talk.beginning for person in people for talk in person.talks if talk.beginning)
    yield from (f"never kept: {words!r}" for words, count in began.items() if count and not times[words])


def standing_wrongly(people: Sequence[Person], kept: Sequence[Turn]) -> Iterator[str]:
    """
    Yield words of the branch that each talk stands at which are superseded.

    A request on /api/generate has no history, so nobody can tell all that its `context` stands for.
    """
    marks = {turn.text: turn.superseded for turn in kept if turn.role == "user"}
    for talk in (talk for person in people for talk in person.talks if talk.path != "/api/generate"):
        for words, _, _ in talk.history:
            if words not in BEGINNINGS and marks.get(words):
                yield f"{words!r} of talk {talk.name} ({talk.path}) stands in its window, and is superseded"


def torn(people: Sequence[Person], kept: Sequence[Turn], sent: Sequence[dict[str, Any]]) -> tuple[int, list[str]]:
    """Return how many plain steps were looked at, and those whose request did not begin with the one before."""
    session = {turn.text: turn.session for turn in kept if turn.role == "user"}
    seen: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for body in sent:
        messages = body.get("messages")
        if messages and messages[-1]["role"] == "user":
            seen[_own(messages[-1]["content"])].append(body)
    looked, found = 0, list[str]()
    for talk in (talk for person in people for talk in person.talks if talk.path != "/api/generate"):
        for before, after in talk.steps:
            one, two = seen.get(before, []), seen.get(after, [])
            if len(one) == len(two) == 1 and session.get(before) == session.get(after):
                looked += 1
                if not all(map(_stable, one[0]["messages"], two[0]["messages"])):
                    found.append(f"{after!r} of talk {talk.name} does not begin with what was sent before")
    return looked, found


def _stable(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Tell whether a message is as it was sent before, or at most the recall in it has given way to a newer one."""
    gave_way = "[memory" in before["content"] and after["content"] == _own(before["content"])
    return before == after or (before["role"] == after["role"] == "user" and gave_way)


def _own(content: str) -> str:
    return content.rpartition("[/memory]")[2].strip()


def talks_of(people: Sequence[Person]) -> list[Talk]:
    return [talk for person in people for talk in person.talks]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("requests", "lives", "seed", "alike"),
    [
        (300, 3, 1, "all"), (300, 3, 3, "never"), (300, 3, 4, "to the same words"),
        *(pytest.param(number, 12, 2, alike, marks=pytest.mark.long)
          for number, alike in [(4_000, "all"), (10_000, "never"), (4_000, "to the same words")]),
    ],
)  # fmt: skip
def test_every_word_is_kept_once_in_its_own_talk(  # noqa: PLR0913, PLR0917 -- a world has four numbers
    tmp_path: Path, tell: Callable[[str], None], requests: int, lives: int, seed: int, alike: Alike
):
    people, kept, sent = lived(tmp_path, requests, lives, seed, alike)
    assert list(lost(people, kept)) == []
    wrong = list(standing_wrongly(people, kept))
    assert len(wrong) <= (requests // 200 if alike == "all" else 0), wrong
    looked, differ = torn(people, kept, sent)
    assert len(differ) <= looked // 100, differ
    assert looked > requests / 40
    did = Counter[str]()
    for person in people:
        did.update(person.done)
    words = sum(len(talk.said) for talk in talks_of(people))
    tell(
        f"{sum(person.requests for person in people)} requests in {len(talks_of(people))} talks ({dict(did)}): {words} "
        f"messages, each kept once in its own talk, {sum(turn.superseded for turn in kept)} turns superseded; "
        f"{looked} requests began with the one before"
    )
