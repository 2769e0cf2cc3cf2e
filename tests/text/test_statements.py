"""When two texts say the same, and that they share a key then."""

import random
import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ltml.text import fold_keys, same_statement, values

SAME = [
    ("My dog Pumpkin is allergic to chicken.", "My dog Pumpkin is really allergic to chicken, again."),
    ("My dog Pumpkin is allergic to chicken.", "Pumpkin, my dog, is allergic to chicken"),
    ("The backup runs every night at 3.", "Backups run nightly at three."),
    ("I parked the car near the old mill.", "Near the old mill I parked the car."),
    ("i live in a flat in lisbon", "I live in a flat in Lisbon."),
    ("The gym closes on Sunday evening.", "By the way, the gym closes on Sunday evening."),
    ("The rent is 1,200 euros a month.", "The rent is 1200 € a month."),
    ("The trail to the hut is 5km long.", "The trail to the hut is five kilometres long."),
    ("We organise the archive alphabetically.", "We organize the archive alphabetically."),
    ("Mein Bruder spielt samstags Schach im Park.", "Mein Bruder spielt samstags wieder mal Schach im Park."),
    ("Der Zug nach Kassel fährt um 7.", "Um 7 fährt der Zug nach Kassel."),
    ("Ma fille déteste les champignons crus.", "Ma fille déteste vraiment les champignons crus."),
    ("Mi hermano trabaja en la panadería.", "Mi hermano trabaja en la panadería otra vez."),
    ("Mia nonna coltiva pomodori sul balcone.", "Sul balcone mia nonna coltiva pomodori."),
    ("Mijn broer speelt graag schaak in het park.", "Mijn broer speelt nog graag schaak in het park."),
    ("A minha avó planta tomates na varanda.", "Na varanda a minha avó planta tomates."),
]
DIFFERENT = [
    ("I drink red wine on the balcony at home.", "I drink white wine on the balcony at home."),
    ("My flight leaves at 7 from gate nine.", "My flight leaves at 8 from gate nine."),
    ("My sister eats meat and drinks coffee.", "My sister never eats meat and drinks coffee."),
    ("I want to visit Porto in autumn with friends.", "I want to visit Faro in autumn with friends."),
    ("Marit lent Ove the red bicycle.", "Ove lent Marit the red bicycle."),
    ("My brother collects old stamps.", "Your brother collects old stamps."),
    ("My sister gave my bike away last week.", "My sister gave his bike away last week."),
    ("Take the blue pill before breakfast each day.", "Take the blue pill after breakfast each day."),
    ("She plays chess in the park.", "Does she play chess in the park?"),
    ("She moves to the coast in spring.", "She might move to the coast in spring."),
    ("The bag weighs 5 kg when packed.", "The bag weighs 5 pounds when packed."),
    ("Switch the garden pump off at dusk.", "Switch the garden pump on at dusk."),
    ("All windows in the attic are new.", "Some windows in the attic are new."),
    ("My dog eats chicken, rice, carrots.", "My dog eats chicken, rice, carrots and beef."),
    ("I smoke a pipe on the porch.", "I used to smoke a pipe on the porch."),
    ("The contract with the printer ends in June.", "The contrast with the printer ends in June."),
    ("Mein Bruder isst gern Fisch mit Reis.", "Mein Bruder isst nicht gern Fisch mit Reis."),
    ("Ich trinke morgens schwarzen Tee im Garten.", "Ich trinke morgens grünen Tee im Garten."),
    ("Mon frère mange du poisson le vendredi.", "Mon frère ne mange pas de poisson le vendredi."),
    ("The server is web-01 in the cellar rack.", "The server is web-02 in the cellar rack."),
    ("the gym behind the town library closes early", "the gym behind the town library closes early sunday"),
    ("We paint the long garden fence green tomorrow.", "We paint the long garden fence green."),
    ("Take one blue pill with cold milk daily.", "Take half a blue pill with cold milk daily."),
    ("The car in the hall needs a new coat.", "The carpet in the hall needs a new coat."),
    ("The port in the hall tastes sweet.", "The portrait in the hall tastes sweet."),
    ("I like tea", "I like tea now and then with honey"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_the_same_in_almost_the_same_words_is_the_same(a, b):
    assert same_statement(a, b)
    assert same_statement(b, a)
    assert set(fold_keys(a)) & set(fold_keys(b))


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_another_thing_in_the_same_words_is_not_the_same(a, b):
    assert not same_statement(a, b)
    assert not same_statement(b, a)


def test_short_texts_are_the_same_only_in_equal_words():
    assert same_statement("I like tea", "i like tea!")
    assert not same_statement("I like tea", "I really like tea")


THINGS = [
    "garden",
    "window",
    "river",
    "ladder",
    "carpet",
    "lantern",
    "kettle",
    "basket",
    "bridge",
    "orchard",
    "pillow",
    "hammer",
    "engine",
    "cellar",
    "blanket",
    "candle",
    "mirror",
    "saddle",
    "harbour",
    "meadow",
    "chimney",
    "violin",
    "curtain",
    "pepper",
    "walnut",
    "cabbage",
    "bakery",
    "tunnel",
    "glacier",
    "pasture",
]
BAGS = st.lists(st.sampled_from(THINGS), min_size=5, max_size=12, unique=True)


def said(things):
    return "we saw the " + " and the ".join(things)


@given(st.text(), st.text())
def test_it_is_symmetric(a, b):
    assert same_statement(a, b) == same_statement(b, a)


@given(st.text())
def test_it_is_reflexive(text):
    assert same_statement(text, text)


@given(BAGS, st.randoms(use_true_random=False))
def test_order_does_not_matter(things, chance):
    assert same_statement(said(things), said(chance.sample(things, len(things))))


@given(BAGS, st.integers(2, 99), st.integers(2, 99))
def test_a_differing_number_is_never_a_duplicate(things, a, b):
    assume(a != b)
    assert not same_statement(f"{said(things)} {a}", f"{said(things)} {b}")


@given(BAGS, st.data())
def test_a_substitution_is_never_a_duplicate(things, data):
    other = data.draw(st.sampled_from(sorted(set(THINGS) - set(things))))
    place = data.draw(st.integers(0, len(things) - 1))
    assert not same_statement(said(things), said([*things[:place], other, *things[place + 1 :]]))


@given(BAGS, st.sampled_from(["not", "never", "no longer", "maybe", "would", "if"]))
def test_differing_values_are_never_a_duplicate(things, word):
    a, b = said(things), f"{said(things)} {word}"
    assert values(a) != values(b)
    assert not same_statement(a, b)


def test_variants_share_a_key_nearly_always():
    chance = random.Random(7)
    missed, total = 0, 2000
    for _ in range(total):
        things = chance.sample(THINGS, chance.randint(5, 12))
        mixed = chance.sample(things, len(things))
        extra = mixed + chance.sample(sorted(set(THINGS) - set(things)), 1)
        variants = [said(mixed), f"again {said(things)} just so", f"we saw {' '.join(extra)}"]
        missed += sum(not set(fold_keys(said(things))) & set(fold_keys(variant)) for variant in variants)
    assert missed / (3 * total) < 0.005


def test_strangers_hardly_ever_share_a_key():
    chance = random.Random(7)
    texts = [said(chance.sample(THINGS, 6)) for _ in range(200)]
    keys = [set(fold_keys(text)) for text in texts]
    pairs = [(i, j) for i in range(len(texts)) for j in range(i)]
    assert sum(bool(keys[i] & keys[j]) for i, j in pairs) / len(pairs) < 0.1


def test_keys_do_not_depend_on_the_language_a_light_word_suggests():
    assert set(fold_keys("Kanu Schuppen Paddel")) == set(fold_keys("Kanu Schuppen wieder Paddel"))


def test_keys_are_signed_64_bit_and_at_most_eight():
    keys = fold_keys("The boat shed needs a new lock")
    assert len(keys) == 8
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert fold_keys("!") == ()


def test_keys_are_the_same_in_every_process():
    text = "The boat shed needs a new lock"
    code = f"from ltml.text import fold_keys; print(fold_keys({text!r}))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(fold_keys(text))


@given(st.text())
def test_any_text_has_keys_or_no_word(text):
    assert len(fold_keys(text)) in {0, 8}
