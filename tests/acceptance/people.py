"""
Twenty invented people: what each tells a model on one evening, and what they want to know the next morning.

A fact is told once, in passing, among small talk. Its question is asked as one asks who has forgotten how it was put;
what must stand in the bytes, and what an answer must hold to count, is the part that nobody could guess.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

FACTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something told by day, the question for it, and the words of it that answer the question."""

    kind: str
    said: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One evening: everything that is said, in order, and what is to be remembered of it."""

    number: int
    says: tuple[str, ...]
    facts: tuple[Fact, ...]


#: kind -> (what is said, what is asked); {} stands for the answer.
FORMS = {
    "name": (
        ("We got a puppy today and she is called {}.", "What is my puppy called?"),
        ("My new boss is a Mrs {}, she seems strict.", "Who is my boss?"),
        ("I have christened my little sailing boat {}.", "What is the name of my boat?"),
        ("Our neighbour {} feeds the cat when we are away.", "Who feeds our cat?"),
    ),
    "allergy": (
        ("I am allergic to {}.", "What am I allergic to?"),
        ("My son gets a rash from {}, so we never buy it.", "What gives my son a rash?"),
        ("Please remember that I cannot eat {}.", "Which food can I not eat?"),
    ),
    "date": (
        ("My passport runs out on {}.", "When does my passport expire?"),
        ("We marry on {}, in a barn.", "When is my wedding?"),
        ("The dentist wants to see me on {}.", "When is my dentist appointment?"),
        ("My driving test is on {}, wish me luck.", "On which day is my driving test?"),
    ),
    "place": (
        ("The spare key lies {}.", "Where is the spare key?"),
        ("I have parked the camper {}.", "Where did I park the camper?"),
        ("Grandmother's letters are {}.", "Where are grandmother's letters?"),
    ),
    "town": (
        ("My sister has moved to {} for good.", "Where does my sister live?"),
        ("I grew up in {}.", "In which town did I grow up?"),
        ("In summer I will work in {} for a month.", "Where will I work in summer?"),
    ),
    "number": (
        ("My locker at the pool is number {}.", "What is my locker number?"),
        ("The alarm of the shed goes off with {}.", "What is the code of the shed's alarm?"),
        ("My library card has the number {}.", "What is the number of my library card?"),
        ("I owe my brother {} euros.", "How much money do I owe my brother?"),
    ),
    "preference": (
        ("I take my coffee with {}.", "How do I like my coffee?"),
        ("When I write I always listen to {}.", "What music do I listen to when I write?"),
        ("For my birthday I would love {}.", "What do I wish for my birthday?"),
        ("On trains I like to sit {}.", "Where do I like to sit on a train?"),
    ),
}  # fmt: skip

#: What may stand in the forms of a kind, or in one form of it.
VALUES = {
    "name": ("Wolkenstein", "Brunhilda", "Ombretta", "Pettersdotter", "Zebulon", "Marzanna", "Thistlewood"),
    "allergy": ("hazelnuts", "celery", "sesame", "lupin flour", "mango", "buckwheat", "mustard"),
    "date": (
        "the 14th of October", "the 3rd of March", "the 27th of August", "the 9th of June", "the 21st of January",
        "the 6th of May",
    ),
    "place 0": ("under the blue flowerpot", "in the biscuit tin", "on top of the fuse box", "in the left rubber boot"),
    "place 1": ("behind the old bakery", "beside the water tower", "in front of the fire station"),
    "place 2": ("in the piano stool", "at the notary's", "in the hat box on the wardrobe"),
    "town": ("Haparanda", "Vlissingen", "Matera", "Ullapool", "Kecskemet", "Roscoff", "Banska Bystrica", "Cadaques"),
    "number": ("4417", "9052", "3186", "7730", "2649", "8563", "1094", "6382"),
    "preference 0": ("oat milk and no sugar", "a pinch of cardamom", "two spoons of honey", "goat's milk"),
    "preference 1": ("Gregorian chants", "Hungarian folk songs", "old tango records", "rain on a tin roof"),
    "preference 2": ("a telescope", "a wooden canoe", "a pottery wheel", "a pair of ice skates"),
    "preference 3": ("with my back to the engine", "by the window", "near the dining car"),
}  # fmt: skip

SMALL_TALK = (
    "Hi, how are you today?", "What is the capital of France?", "Tell me a joke.", "It rains cats and dogs here.",
    "Thanks, that is nice of you.", "How many legs has a spider?", "I am so tired tonight.",
    "Give me a word for happy.", "What does photosynthesis mean?", "Well, never mind.", "Is a tomato a fruit?",
    "Ha, good one!",
    "Name three colours.", "Which is bigger, a whale or a bus?",
)  # fmt: skip


def person(number: int) -> Person:
    """Return the person of this number, always the same one."""
    chance = Random(f"person {number}")
    facts = tuple(_fact(kind, chance) for kind in chance.sample(sorted(FORMS), FACTS))
    talk = [*(fact.said for fact in facts), *chance.sample(SMALL_TALK, FACTS)]
    chance.shuffle(talk)
    return Person(number=number, says=(*talk, "Good night!"), facts=facts)


def people(count: int) -> Iterator[Person]:
    """Yield the first so many people."""
    yield from map(person, range(1, count + 1))


def _fact(kind: str, chance: Random) -> Fact:
    form = chance.randrange(len(FORMS[kind]))
    said, question = FORMS[kind][form]
    answer = chance.choice(VALUES.get(kind) or VALUES[f"{kind} {form}"])
    return Fact(kind=kind, said=said.format(answer), question=question, answer=answer)
