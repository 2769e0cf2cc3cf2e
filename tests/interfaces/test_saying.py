"""What somebody said is text and never an order to the terminal."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from ltml.interfaces.cli.saying import shorten_line, strip_terminal_codes

ANY = st.text(st.characters(codec=None, exclude_categories=()))
ORDERS = st.sampled_from(["\x1b[31m", "\x1b]0;title\x07", "\x9b2J", "\u202e", "\x07", "\r", "\ud800"])


@given(st.lists(ANY | ORDERS).map("".join))
def test_no_control_character_reaches_the_terminal(text):
    kinds = {unicodedata.category(character) for character in strip_terminal_codes(text) if character not in "\n\t"}
    assert not kinds & {"Cc", "Cs"}
    assert "\u202e" not in strip_terminal_codes(text)


@given(st.text(st.characters(categories=["L", "N", "P", "Zs", "S"])))
def test_ordinary_text_is_shown_as_it_is(text):
    assert strip_terminal_codes(text) == text


@given(ANY, st.integers(1, 50))
def test_one_line_is_one_line_and_says_when_it_is_cut(text, most):
    line = shorten_line(text, most)
    assert "\n" not in line
    assert len(line) <= most + len(" ...")


def test_colours_and_markup_of_others_are_shown_as_words(cli):
    cli("remember", "The \x1b[31mred\x1b[0m [bold]boat[/bold] :smile: is mine.")
    for words in (["memories"], ["recall", "boat"], ["wake", "whose boat is it?"], ["night", "diff", "last"]):
        said = " ".join(cli(*words).out.split())
        assert "[bold]boat[/bold] :smile: is mine." in said
        assert "\x1b" not in said
