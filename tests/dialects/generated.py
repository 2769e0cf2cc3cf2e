"""
Requests made up by chance: any words, any spelling of JSON, for every dialect.

Hypothesis draws the words and a seed; the seed draws the rest, for Hypothesis takes long over a body of many choices.
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import strategies as st

# Half a surrogate pair too: a client that cuts its texts by length sends it as an escape.
LETTERS = st.characters(codec=None, categories=None)
# No word may look like thinking, a heading or a task: what these mean is tested by example.
WORDS = st.text(alphabet=LETTERS, max_size=20).filter(lambda text: not any(mark in text for mark in "<#[█{"))
PLACED = st.text(alphabet=LETTERS, min_size=1, max_size=20)
USUAL = [
    "",
    "hi",
    "Où est l'huile?\n",
    '"\\"',
    "\\u0041",
    "\ud83d\ude00",
    "\U0001f600 油",
    "a\x00\x1f\x7f/\u2028",
    "]},:",
]


class Spelled(str):
    """JSON that is written as it stands."""

    __slots__ = ()


class Members(list):
    """The members of an object, in order; names may be there twice."""


NULL = Spelled("null")
OTHERS = [
    ("seed", Spelled("900719925474099312345")),
    ("n", Spelled("1.50")),
    ("n", Spelled("-0.0E+2")),
    ("", NULL),
    ('"', [Spelled("true"), [], Members()]),
    ("messages ", [Members([("role", "user"), ("content", "not this")])]),
    ("nested", Members([("messages", []), ("prompt", "not this"), ("prompt", Spelled("1e5"))])),
    ("\u00e9\ud800", "}]"),
]
PICTURE = Members([("type", "image_url"), ("image_url", Members([("url", "data:,")]))])


class Chance:
    """Decides what a body looks like."""

    def __init__(self, seed: int, words: list[str]) -> None:
        self.random, self.words = Random(seed), [*words, *words, *USUAL]

    def text(self) -> str:
        return self.random.choice(self.words)

    def some(self, make: Callable[[], Any], most: int, least: int = 0) -> list[Any]:
        return [make() for _ in range(self.random.randint(least, most))]

    def members(self, *wanted: tuple[str, Any]) -> Members:
        both = [*wanted, *self.random.choices(OTHERS, k=self.random.choice([0, 0, 1, 2]))]
        self.random.shuffle(both)
        twice = [(name, self.random.choice([[], "old", NULL])) for name, _ in wanted if self.random.random() < 0.1]
        return Members([*twice, *both])

    def part(self) -> Any:
        text = self.members(("type", "text"), ("text", self.random.choice([self.text(), NULL])))
        return self.random.choice([text, text, PICTURE, self.text(), NULL])

    def message(self) -> Members:
        role = self.random.choice(["system", "user", "User", "assistant", "tool"])
        content = self.random.choice([self.text(), self.text(), NULL, self.some(self.part, 4)])
        return self.members(("role", role), *[("content", content)][: self.random.randint(0, 9)])

    def written(self, value: Any) -> bytes:
        mark = self.random.choice(["", "", "\ufeff"])
        return f"{mark}{self.json(value, raw=self.random.random() < 0.5)}".encode()

    def json(self, value: Any, *, raw: bool) -> str:
        if isinstance(value, Spelled):
            said = str(value)
        elif isinstance(value, str):
            said = quoted(value, raw=raw)
        elif isinstance(value, Members):
            pairs = [f"{self.json(name, raw=raw)}:{self.json(part, raw=raw)}" for name, part in value]
            said = "{" + (",".join(pairs) or self.space()) + "}"
        else:
            said = "[" + (",".join(self.json(part, raw=raw) for part in value) or self.space()) + "]"
        return f"{self.space()}{said}{self.space()}"

    def space(self) -> str:
        return self.random.choice(["", "", "", " ", "\r\n\t"])


def quoted(text: str, *, raw: bool) -> str:
    halves = any("\ud800" <= letter <= "\udfff" for letter in text)
    return json.dumps(text, ensure_ascii=halves or not raw)


def chat_body(seed: int, words: list[str]) -> bytes:
    chance = Chance(seed, words)
    return chance.written(chance.members(("messages", chance.some(chance.message, 5, 1)), ("model", "m")))


def generate_body(seed: int, words: list[str]) -> bytes:
    chance = Chance(seed, words)
    flat = zip(["System", "User", "Assistant", "User"], chance.some(chance.text, 4, 2), strict=False)
    prompt = chance.random.choice([chance.text() or "Hi", "".join(f"### {role}:\n{text}\n\n" for role, text in flat)])
    system: list = chance.random.choice([[], [("system", NULL)], [("system", chance.text())]])
    return chance.written(chance.members(("prompt", prompt), ("model", "m"), *system))


SEEDS = st.integers(0, 1 << 64)
TWO_TEXTS = st.lists(WORDS, min_size=2, max_size=2)
CHATS = st.builds(chat_body, SEEDS, TWO_TEXTS)
GENERATES = st.builds(generate_body, SEEDS, TWO_TEXTS)
