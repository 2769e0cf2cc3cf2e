"""
What a client would turn into a link or a picture, known by its shape.

A client renders what a model repeats: it loads a picture without being asked, and with it tells its owner what stands
in the address. So in text of doubtful origin an address is no address any more (`hxxps://`), and what Markdown, HTML
or BBCode would make of the words around it is broken. Bare names (`example.com`, `a@example.com`) and paths stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ltml.text.lookalikes import FoldedText

_WEB = re.compile(r"(?<![a-z])h(tt)ps?(?=:[^\s:])", re.IGNORECASE)
#: Each of these ends where a break is put.
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"(?<![a-z0-9+.-])(?!https?:)[a-z][a-z0-9+.-]{1,30}(?=://)",
        # what is linked without a scheme: a name with www., a host behind two strokes
        r"(?<![\w.-])www(?=\.\w)|(?<![:/\w])/(?=/[\w-]{1,63}\.\w)",
        # Markdown: a picture's sign, the end of a text before its address, of a name before its definition
        r"!(?=\[)|\](?=\()|\](?=: {0,3}(?:[<./#]|[a-z][a-z0-9+.-]{1,30}:))",
        # Markdown: an address or mail address in angle brackets, of any scheme
        r"<(?=[a-z][a-z0-9+.-]{1,31}:[^\s<>]{1,400}>|[^\s<>@]{1,80}@[^\s<>@]{1,80}>)",
        # HTML: what loads, links, sends or runs; and any element that is told to
        (
            r"<(?=/?(?:img|image|iframe|frame|script|link|video|audio|source|track|embed|object|svg|form|base|meta|style)\b"
            r"|/?a[\s/>]"
            r"|[a-z][\w:-]{0,40}[\s/][^<>]{0,400}?"
            r"(?:src|srcset|href|action|poster|data|background|ping|style|on[a-z]{2,20})\s{0,3}=)"
        ),
        # BBCode
        r"\[(?=(?:url|img|email|media|video|audio)\s{0,3}[=\]])",
    )
)


def links(look: FoldedText) -> Iterator[tuple[int, str]]:
    """
    Yield the places in a text as it was written where a link or picture is to be broken.

    With a character, that is to stand there in place of the one that does; without one, a break goes before the place.
    """
    for found in _WEB.finditer(look.text):
        for at in range(*found.span(1)):
            yield look.places[at], "X" if look.text[at].isupper() else "x"
    for shape in _SHAPES:
        for found in shape.finditer(look.text):
            yield look.places[found.end() - 1] + 1, ""
