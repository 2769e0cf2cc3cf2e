"""Which sentences are lessons; rather none than a wrong one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.sleep.cues import KINDS, classify_lesson


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("I am allergic to walnuts.", "protected"),
        ("Ich bin gegen Walnüsse allergisch.", "protected"),
        ("Soy alérgica a las nueces.", "protected"),
        ("Please always answer in metric units.", "instruction"),
        ("From now on use short sentences.", "instruction"),
        ("Bitte antworte immer auf Deutsch.", "instruction"),
        ("Désormais, réponds en français.", "instruction"),
        ("A partir de ahora responde en español.", "instruction"),
        ("Vanaf nu graag kort antwoorden.", "instruction"),
        ("I prefer trains to planes.", "preference"),
        ("Je préfère le train.", "preference"),
        ("I have to return the canoe next Tuesday.", "commitment"),
    ],
)
def test_a_lesson_is_heard_in_many_languages(sentence, kind):
    assert classify_lesson(sentence) == kind


@pytest.mark.parametrize(
    "sentence",
    [
        "Should I always answer in metric units?",
        "Please always answer in metric units?",
        '"Please always answer in metric units."',
        "> Please always answer in metric units.",
        "My boss said please always use metric units.",
        "Please always use metric units, just this once.",
        "Never mind.",
        "The boat is green.",
        "Der Kahn ist grün.",
        "",
        "   ",
    ],
)
def test_questions_quotations_and_orders_for_once_are_none(sentence):
    assert classify_lesson(sentence) is None


@given(st.text())
def test_any_text_is_a_known_kind_or_none(sentence: str):
    assert classify_lesson(sentence) in (None, *KINDS)
