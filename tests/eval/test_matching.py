from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.eval.matching import content_words, find_best_sentence, fold_text, normalise_text, split_words
from ltml.eval.phrases import ENGLISH


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The ferry leaves at Kettlehythe.", "kettlehythe"),
        ("Salt & pepper, please.", "salt and pepper"),
        ("Die Größe ist 1,200 mm", "1200"),
        ("We saw twelve herons.", "12"),
        ("Wir sahen zwölf Reiher.", "12"),
        ("It was on May 8th, 2031.", "2031-05-08"),
        ("[2031-05-08] it was then", "8. Mai 2031"),
        ("am 08.05.2031 war es", "May 8, 2031"),
        ("since October 2030", "2030-10"),
        ("the café\u2019s sign", "cafe's sign"),
    ],
)
def test_an_answer_is_found_however_it_is_written(text, answer):
    assert normalise_text(text).has(answer)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("at 7:12 nothing happened", "7"),
        ("on 8 May 2031 nothing happened", "8"),
        ("s7:4 nothing here", "4"),
        ("on 8 May 2031", "May 2031"),
        ("the bakery", "bake"),
        ("on May 9, 2031", "8 May 2031"),
        ("anything", ""),
        ("anything", "?!"),
    ],
)
def test_a_number_of_a_date_or_half_a_word_is_no_answer(text, answer):
    assert not normalise_text(text).has(answer)


def test_a_day_without_a_year_agrees_with_any_year_and_with_no_other_day():
    text = normalise_text("The fair opened on 3 June 2029.")
    assert text.has_day((None, 6, 3))
    assert text.has_day((2029, 6, 3))
    assert not text.has_day((2030, 6, 3))
    assert not text.has_day((None, 6, 4))
    assert normalise_text("The fair opens on 3 June.").has_day((2031, 6, 3))


@pytest.mark.parametrize(
    "text", ["(4x) the pump", "4 times", "viermal? nein: 4 mal", "seen four times", "x 4 so far", "said 4"]
)
def test_a_count_is_found_where_it_is_said_as_a_count(text):
    assert normalise_text(text).has_count("4")


@pytest.mark.parametrize("text", ["4 pumps", "at 4:00", "14x", "2031-04-04"])
def test_a_bare_number_is_no_count(text):
    assert not normalise_text(text).has_count("4")


def test_content_leaves_out_stop_words_and_short_words_but_keeps_numbers():
    assert content_words("The ox is at gate 7, die Kuh ist im Stall") == {"gate", "7", "kuh", "stall"}


def test_the_share_of_a_sentence_counts_its_content_words():
    assert normalise_text("red barge, green lock").share("the red barge sank slowly") == pytest.approx(2 / 4)
    assert normalise_text("anything").share("the of and") == 0.0


def test_the_best_sentence_holds_the_answer_else_it_is_nearest():
    text = "Good morning! The barge is moored at Brackmere. It leaks."
    assert find_best_sentence(text, ["Brackmere"], "Where?") == "The barge is moored at Brackmere."
    assert find_best_sentence(text, [], "Which barge is moored?") == "The barge is moored at Brackmere."
    assert find_best_sentence("", [], "Where?") == ""


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold_text(fold_text(text)) == fold_text(text)


@given(st.text())
def test_a_text_of_any_signs_can_be_prepared(text):
    assert normalise_text(text).joined.split() == split_words(text)


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2089, 1, 1)))
def test_every_day_is_recognised_in_every_way_of_writing_it(day):
    month = ENGLISH.months[day.month - 1]
    forms = [day.isoformat(), f"{day.day} {month} {day.year}", f"{month} {day.day}, {day.year}",
             f"{day.day}.{day.month}.{day.year}", f"the {day.day}th of {month}, {day.year}"]  # fmt: skip
    for written in forms:
        assert all(normalise_text(f"It was on {written} here").has(asked) for asked in forms[:4])
