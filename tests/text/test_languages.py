"""Every language file says what the others say, in the form that texts are compared in."""

import pytest

from ltml.text import is_phatic, terms
from ltml.text.languages import Language, languages

EVERY = pytest.mark.parametrize("language", languages().values(), ids=list(languages()))


def entries(language: Language) -> set[str]:
    sets = (language.stop, language.phatic, language.light, language.negation, language.modal, language.abbreviations)
    maps = (language.numbers, language.months, language.weekdays, language.units, language.contrast)
    return {word for group in (*sets, *maps, language.titles, language.joints, language.letters) for word in group}


@EVERY
def test_words_are_written_as_they_are_compared(language):
    assert {word for word in entries(language) if word != word.casefold() or word.strip() != word or not word} == set()


@EVERY
def test_a_year_has_twelve_months_and_a_week_seven_days(language):
    assert set(language.months.values()) == set(range(1, 13))
    assert set(language.weekdays.values()) == set(range(7))


@EVERY
def test_the_first_ninety_nine_numbers_count_on(language):
    assert set(range(13)) <= set(language.numbers.values())
    assert {20, 30, 40, 50, 60, 70, 80, 90, 100, 1000} <= set(language.numbers.values())


@EVERY
def test_phrases_have_at_most_four_words(language):
    assert {entry for entry in language.phatic | language.light | language.negation if entry.count(" ") > 3} == set()


@EVERY
def test_contrasts_survive_only_outside_the_light_words(language):
    assert not language.light & language.contrast.keys()


@EVERY
def test_every_phatic_entry_is_small_talk(language):
    assert {entry for entry in language.phatic if not is_phatic(entry)} == set()


@EVERY
def test_the_stemmer_exists(language):
    assert terms("kanu", lang=language.code)


def test_english_is_asked_first():
    assert next(iter(languages())) == "en"
