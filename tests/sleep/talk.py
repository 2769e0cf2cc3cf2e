"""Made-up talk for random nights: English, German and no language at all, with repeats, lessons, dates and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import settings
from hypothesis import strategies as st

from ltml.model import Turn

DAWN = datetime(2032, 6, 7, 8, tzinfo=UTC)
DAY = timedelta(days=1)
NAMES = ("Oskar", "Mireille", "Tamsin", "Jorun", "Beppo")
THINGS = ("kettle", "canoe", "accordion", "ladder", "telescope")
DINGE = ("Wasserkocher", "Kanu", "Akkordeon", "Leiter", "Fernrohr")
PLACES = ("Lund", "Graz", "Oban", "Cuenca")
FORMS = (
    "{name} keeps the {thing} in the attic.",
    "My {thing} cost {number} euros.",
    "I moved to {place} last week.",
    "{name} does not like {place}.",
    "I saw {name} in {place} yesterday. The {thing} was broken again.",
    "I am allergic to {made}.",
    "Please always call me {name}.",
    "From now on use {number} columns, never more.",
    "I prefer the {thing} to the telephone.",
    "I have to return the {thing} next Tuesday.",
    "Where did I leave the {thing}?",
    "thanks!",
    "ok",
    "{name} hat das {ding} im Keller.",
    "Ich wohne seit {number} Jahren in {place}.",
    "Ich bin gegen {made} allergisch.",
    "Bitte antworte immer kurz.",
    "Gestern war {name} mit dem {ding} in {place}.",
    "Danke dir!",
    "{made} {made} {number}, {made}. {made} {place} {made}!",
    "{made} {made} {made}",
)
REPLIES = ("Noted.", "Sure, I will keep that in mind.", "Gern geschehen.", "Which one do you mean?")


def text(random: Random) -> str:
    """One thing said."""
    place = random.randrange(len(THINGS))
    form = random.choice(FORMS)
    while "{made}" in form:
        form = form.replace("{made}", made(random), 1)
    return form.format(
        name=random.choice(NAMES), thing=THINGS[place], ding=DINGE[place], number=random.randrange(2, 9),
        place=random.choice(PLACES),
    )  # fmt: skip


def made(random: Random) -> str:
    """A word of no language; few enough of them that they come again."""
    return random.choice("bdklmz") + random.choice("aeiou") + random.choice(("rr", "nt", "sk")) + random.choice("aeo")


def day(random: Random, number: int, length: int, said: Sequence[str] = ()) -> list[Turn]:
    """A day's talk in two sessions; now and then what was said before is said again, word for word."""
    turns, start = list[Turn](), DAWN + number * DAY
    known = list(said)
    for place in range(length):
        again = known and random.random() < 0.35
        words = random.choice(known) if again else text(random)
        known.append(words)
        name = f"day {number}, {'morning' if place < length // 2 else 'evening'}"
        at = start + timedelta(minutes=10 * place)
        turns.append(Turn(session=name, role="user", text=words, at=at, ref=f"{number}.{place}"))
        if random.random() < 0.4:
            reply = random.choice(REPLIES)
            turns.append(Turn(session=name, role="assistant", text=reply, at=at + timedelta(minutes=1)))
    return turns


def days(random: Random, count: int, length: int) -> list[list[Turn]]:
    """Several days' talk that comes back to itself."""
    told = list[list[Turn]]()
    for number in range(count):
        said = [turn.text for past in told for turn in past if turn.role == "user"]
        told.append(day(random, number, length, said))
    return told


#: What a person does by hand between two nights: which act, and on which of the memories there are.
by_hand = st.lists(st.tuples(st.sampled_from(("edit", "pin", "remember")), st.integers(0, 99)), max_size=2)

#: Each example lives several nights: fifty of them in CI, some hundreds where there is time.
lives = settings(max_examples=min(settings().max_examples, 300))
