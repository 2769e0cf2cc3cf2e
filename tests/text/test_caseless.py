"""What counts as the same words, however they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.text.caseless import plain


@pytest.mark.parametrize(
    "same",
    [
        ("İzmir", "izmir", "IZMIR", "i\u0307zmir"),
        ("ısparta", "ISPARTA", "Isparta"),
        ("Diyarbakır", "DİYARBAKIR"),
        ("محمد", "مُحَمَّد", "محـــمد"),
        ("שלום", "שָׁלוֹם"),
        ("straße", "STRASSE"),
        ("café", "cafe\u0301", "CAFÉ"),
    ],
)
def test_words_are_the_same_in_every_case_and_with_their_optional_marks_or_without(same):
    assert len(set(map(plain, same))) == 1


@pytest.mark.parametrize(("one", "other"), [("Müller", "Muller"), ("сад", "сат"), ("が", "か"), ("caña", "cana")])
def test_letters_that_differ_stay_different(one, other):
    assert plain(one) != plain(other)


@given(st.text())
def test_to_make_plain_twice_changes_nothing(text):
    assert plain(plain(text)) == plain(text)
