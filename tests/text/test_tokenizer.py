"""Words: what a text is cut into."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.text import words

WORDS = st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("text", "whole", "parts"),
    [
        ("turn on enable_lazy_sync now", "enable_lazy_sync", {"enable", "lazy", "sync"}),
        ("it is in vault/kv/x-1", "vault/kv/x-1", {"vault", "kv", "x-1", "x", "1"}),
        ("since v0.6.2 it works", "v0.6.2", {"0.6.2"}),
        ("deploy to stage-otter", "stage-otter", {"stage", "otter"}),
        ("call camelCase here", "camelcase", {"camel", "case"}),
        ("use HTTPServer", "httpserver", {"http", "server"}),
        ("an e-mail", "e-mail", {"email", "mail"}),
        ("see src/tools/run_it.py", "src/tools/run_it.py", {"run_it.py", "run", "it", "py", "tools"}),
        ("on 2031-04-09", "2031-04-09", {"2031", "04", "09"}),
        ("write C++ or C#", "c++", {"c#"}),
        ("costs 1,245.50", "1,245.50", {"1245.5"}),
        ("ping ada@example.org", "ada@example.org", {"ada", "example.org", "example"}),
    ],
)
def test_a_compound_is_found_whole_and_in_parts(text, whole, parts):
    assert {whole, *parts} <= set(words(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't!", ["don't"]),
        ("Don’t!", ["don't"]),
        ("Greta's boots", ["greta", "boots"]),
        ("What's up? I'm here", ["what", "up", "i", "here"]),
        ("L'amour de l’été", ["l", "amour", "de", "l", "été"]),
        ("'quoted'", ["quoted"]),
        ("O'Hara", ["o'hara", "ohara"]),
        ("iPhone", ["iphone"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("ﬁnance", ["finance"]),
        ("soft\u00adhyphen", ["softhyphen"]),
        ("", []),
        ("... !!! 👍", []),
    ],
)
def test_apostrophes_capitals_and_ligatures_do_not_hide_a_word(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("猫", ["猫"]),
        ("東京", ["東京"]),
        ("我喜欢茶", ["我喜", "喜欢", "欢茶"]),
        ("カメラ", ["カメ", "メラ"]),
        ("ｶﾒﾗ", ["カメ", "メラ"]),
        ("고양이", ["고양", "양이"]),
        ("用Python写", ["用", "python", "写"]),
    ],
)
def test_scripts_without_blanks_give_pairs_of_characters(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize("word", ["שלום", "مرحبا", "नमस्ते", "สวัสดี", "Ελλάδα", "привет", "გამარჯობა"])
def test_a_word_of_any_script_stays_in_one_piece(word):
    assert words(f"{word}, {word}!") == [word.casefold()] * 2


def test_hebrew_with_points_is_one_word():
    assert len(words("שָׁלוֹם")) == 1


@given(WORDS)
def test_plain_words_come_back_as_they_are(plain):
    assert words(" ".join(plain)) == plain


@given(WORDS, st.sampled_from("_-/."))
def test_whatever_is_joined_is_found_by_every_part(plain, joint):
    assert set(plain) <= set(words(joint.join(plain)))


@given(st.text())
def test_words_are_never_empty_and_never_hold_a_blank(text):
    for word in words(text):
        assert word
        assert word.split() == [word]


@given(st.text())
def test_composed_and_decomposed_text_give_the_same_words(text):
    assert words(unicodedata.normalize("NFC", text)) == words(unicodedata.normalize("NFD", text))


@given(st.text(alphabet="ab' ’-_.:/\\é1"))
def test_every_letter_and_digit_survives(text):
    kept = "".join(words(text))
    assert all(character in kept for character in text if character.isalnum() and character != "é")


def test_a_very_long_token_gives_parts_that_an_index_can_hold():
    assert max(map(len, words("/".join(["segment" * 30] * 20) + "a" * 5000))) <= 64
