"""Token counts: laws that packing rests on."""

from hypothesis import given
from hypothesis import strategies as st

from ltml.text import count_tokens

TEXT = st.text() | st.text(alphabet=st.characters(max_codepoint=0x10FFFF))


def test_nothing_costs_nothing():
    assert count_tokens("") == 0


@given(TEXT)
def test_a_count_is_never_below_a_quarter_of_the_length(text):
    assert count_tokens(text) >= -(-len(text) // 4)


@given(TEXT, TEXT)
def test_parts_never_cost_less_than_the_whole(a, b):
    assert count_tokens(a + b) <= count_tokens(a) + count_tokens(b)


@given(TEXT, TEXT)
def test_appending_never_lowers_the_count(a, b):
    assert count_tokens(a + b) >= max(count_tokens(a), count_tokens(b))


def test_plain_english_and_german_cost_about_a_quarter_of_their_length():
    english = "The gardener told us that the roses near the gate need more water than those behind the greenhouse."
    german = "Der Gärtner sagte, dass die Rosen am Tor mehr Wasser brauchen als jene hinter dem Gewächshaus."
    for text in (english, german):
        assert len(text) / 4 <= count_tokens(text) <= len(text) / 4 * 1.12


def test_a_han_character_costs_a_token_and_three_digits_cost_one():
    assert count_tokens("水" * 30) == 30
    assert count_tokens("7" * 30) == 10


def test_emoji_and_control_characters_cost_more_than_letters():
    assert count_tokens("🦊" * 10) >= 20
    assert count_tokens("\x00" * 10) == 10


def test_lone_surrogates_are_counted():
    assert count_tokens("\ud83d" * 4) >= 4
