"""What a statement pins down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.text import values


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("It cost 1,245.50 in all", {"1245.5"}),
        ("Es hat 1.245,50 gekostet", {"1245.5"}),
        ("a fee of 1'245.50", {"1245.5"}),
        ("1,245 and 1.245 and 1245", {"1245"}),
        ("2,5 oder 2.5", {"2.5"}),
        ("0.125 mm", {"0.125"}),
        ("three of us", {"3"}),
        ("the 3rd time", {"3"}),
        ("the third time", {"3"}),
        ("twenty-three goats", {"23"}),
        ("two hundred goats", {"200"}),
        ("5 million bees", {"5000000"}),
        ("drei Ziegen", {"3"}),
        ("dreiundzwanzig Ziegen", {"23"}),
        ("wir haben fünf Millionen davon", {"5000000"}),
        ("elle a trois chèvres", {"3"}),
        ("elle a vingt-trois chèvres", {"23"}),
        ("ella tiene veintitrés cabras", {"23"}),
        ("lei ha ventitré capre nella stalla", {"23"}),
        ("zij heeft drieëntwintig geiten", {"23"}),
        ("ela tem quatro cabras", {"4"}),
        ("at 10:30 sharp", {"10:30"}),
        ("a goat and an owl", set()),
        ("eine Ziege", set()),
        ("٣ كتب", {"3"}),
    ],
)
def test_numbers_have_one_form_however_they_are_written(text, numbers):
    assert values(text).numbers == numbers


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("We visited Marit in Oslo", {"marit", "oslo"}),
        ("Marit Hansen lives there", {"marit", "hansen"}),
        ("My dentist is Dr. Osei", {"osei"}),
        ("The flag `dark_mode` is off", {"dark_mode"}),
        ('She calls it "the big one" now', {"the big one"}),
        ("It runs on node-7 and in lib/core.py", {"node-7", "lib/core.py"}),
        ("It is a McIntosh", {"mcintosh"}),
        ("The weather is fine. It stays so", set()),
        ("I think I am late", set()),
        ("CLOSE THE DOOR NOW", set()),
        ("Ich heiße Ove", {"ove"}),
    ],
)
def test_names_are_what_stands_out(text, names):
    assert values(text).names == names


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("5 km", {"km"}), ("5km", {"km"}), ("five kilometres", {"km"}), ("€50", {"euro"}), ("50 €", {"euro"}),
        ("50 euros", {"euro"}), ("80%", {"percent"}), ("80 percent", {"percent"}), ("three weeks", {"week"}),
        ("drei Wochen", {"week"}), ("in den drei Stunden", {"hour"}), ("weeks ago", set()), ("20°", {"degree"}),
    ],
)  # fmt: skip
def test_units_are_what_numbers_count(text, units):
    assert values(text).units == units


@pytest.mark.parametrize(
    "text",
    [
        "I do not eat it", "I don't eat it", "I don’t eat it", "She never came", "We no longer meet", "I used to smoke",
        "Ich esse das nicht", "Ich habe keinen Hund", "Sie kam nie", "Je n'aime pas ça", "Elle ne vient jamais",
        "Yo no como eso", "Io non mangio questo", "Ik eet dat niet", "Eu não como isso", "nobody was there",
    ],
)  # fmt: skip
def test_a_denial_is_noticed(text):
    assert values(text).negated


@pytest.mark.parametrize(
    "text",
    [
        "I would go", "She might come", "if it rains we stay", "Maybe it is so", "Do you like it?", "Ich würde gehen",
        "Vielleicht kommt sie", "Peut-être qu'elle vient", "Quizás venga ella", "Forse viene lei", "Misschien komt ze",
        "Talvez ela venha",
    ],
)  # fmt: skip
def test_a_supposition_is_noticed(text):
    assert values(text).modal


@pytest.mark.parametrize("text", ["I eat it", "Ich esse das", "Je mange ça", "Yo como eso", "It was in May"])
def test_a_plain_statement_neither_denies_nor_supposes(text):
    assert not values(text).negated
    assert not values(text).modal or "May" in text


@given(st.integers(0, 10**12))
def test_thousands_may_be_marked_in_any_way(number):
    forms = {f"{number}", f"{number:,}", f"{number:,}".replace(",", "."), f"{number:,}".replace(",", "'")}
    assert {values(f"we have {form} of it").numbers for form in forms} == {frozenset({str(number)})}


@given(st.text())
def test_any_text_has_values(text):
    assert values(text) == values(text)
