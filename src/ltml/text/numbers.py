"""Numbers as people write them, to one canonical form."""

import re
from functools import cache, lru_cache

from ltml.text.languages import languages

_GROUPED = re.compile(r"\d{1,3}(?P<mark>[.,'])\d{3}(?:(?P=mark)\d{3})*(?:(?!(?P=mark))[.,](?P<rest>\d+))?")


@lru_cache(maxsize=1 << 12)
def canonical(number: str) -> str | None:
    """
    The plain decimal form of a number in digits: "1,245.50", "1.245,50" and "1245,5" are all "1245.5".

    A lone mark before exactly three digits groups thousands ("1,245" and "1.245" are "1245"), unless a zero comes
    first. None for what is no single number, such as a date or a version.
    """
    text = number.replace("\u2019", "'").replace("\u00a0", "").replace("\u202f", "")
    grouped = _GROUPED.fullmatch(text)
    if grouped and text[0] != "0":
        whole = text[: grouped.start("rest") - 1] if grouped["rest"] else text
        return _trimmed(re.sub(r"\D", "", whole), grouped["rest"] or "")
    whole, _, rest = text.replace(",", ".").partition(".")
    return _trimmed(whole, rest) if whole.isdecimal() and (not rest or rest.isdecimal()) else None


def _trimmed(whole: str, rest: str) -> str:
    digits = "".join(str(int(c)) for c in whole).lstrip("0") or "0"
    fraction = "".join(str(int(c)) for c in rest).rstrip("0")
    return f"{digits}.{fraction}" if fraction else digits


def number_word(word: str, code: str) -> str | None:
    """The digits of a number word ("three" is "3"), or None. Articles that double as "one" are not number words."""
    return _number_words(code).get(word)


@cache
def _number_words(code: str) -> dict[str, str]:
    language = languages()[code]
    return {word: str(value) for word, value in language.numbers.items() if word not in language.stop}
