"""Numbers as people write and say them, to one canonical form."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from ltml.text.caching import cache_short
from ltml.text.languages import collect_words, languages

_GROUPED = re.compile(r"\d{1,3}(?P<mark>[.,'])\d{3}(?:(?P=mark)\d{3})*(?:(?!(?P=mark))[.,](?P<rest>\d+))?")
#: A number and what is written on to it: "3rd", "5km", "10:30", "2024-05-08".
AMOUNT = re.compile(r"(\d(?:[\d.,:'/\-]*\d)?)[.,:'/\-]*([^\W\d_]*)")
_CACHED = 64  # characters
_LONGEST = 20  # characters of a number with a canonical form; well within the 28 digits that Decimal keeps
_HUNDRED, _TWENTY, _TEN = 100, 20, 10


@cache_short(1 << 12, _CACHED)
def canonical(number: str) -> str | None:
    """
    Return the plain decimal form of a number in digits: "1,245.50", "1.245,50" and "1245,5" are all "1245.5".

    A lone mark before exactly three digits groups thousands ("1,245" and "1.245" are "1245"), unless a zero comes
    first. None for what is no single number, such as a date or a version.
    """
    grouped = _GROUPED.fullmatch(number)
    if grouped and number[0] != "0":
        whole = number[: grouped.start("rest") - 1] if grouped["rest"] else number
        return _trim_zeros(re.sub(r"\D", "", whole), grouped["rest"] or "")
    whole, _, rest = number.replace(",", ".").partition(".")
    return _trim_zeros(whole, rest) if whole.isdecimal() and (not rest or rest.isdecimal()) else None


def _trim_zeros(whole: str, rest: str) -> str:
    digits = "".join(str(int(c)) for c in whole).lstrip("0") or "0"
    fraction = "".join(str(int(c)) for c in rest).rstrip("0")
    return f"{digits}.{fraction}" if fraction else digits


def number_word(word: str, code: str) -> str | None:
    """Return the digits of a number word ("three" is "3"), or None. Articles that double as "one" are none."""
    return _number_words(code).get(word)


@cache
def _number_words(code: str) -> dict[str, str]:
    language = languages()[code]
    return {word: str(value) for word, value in language.numbers.items() if word not in language.stop}


def numbers_in(spoken: Sequence[str], code: str) -> Iterator[str]:
    """
    Yield the numbers among casefolded tokens in canonical form; what has none (a time, a date, "5k") as it stands.

    Number words that follow one another are one number: "two hundred" is "200", "5 million" is "5000000".
    """
    if _number_words(code).keys().isdisjoint(spoken) and not any(word[0].isdigit() for word in spoken):
        return
    endings = collect_words("ordinal_endings") | languages()[code].units.keys()
    run: list[Decimal] = []
    for word in [*spoken, ""]:
        amount = AMOUNT.fullmatch(word)
        # an account number is too long to be reckoned with: it differs from others in its last digit
        exact = canonical(amount[1]) if amount and len(amount[1]) <= _LONGEST else None
        digits = exact if amount else number_word(word, code)
        value = Decimal(digits) if digits else None
        continued = False
        if run and value is not None:  # "two" and "hundred", "twenty" and "three"
            multiplies = value >= _HUNDRED and value > run[-1] and value == Decimal(10) ** value.adjusted()
            adds = _TWENTY <= run[-1] < _HUNDRED and run[-1] % _TEN == 0 and 0 < value < _TEN
            continued = multiplies or adds
        if run and not continued:
            total = Decimal(0)
            for each in run:
                total = total * each if each >= _HUNDRED and total else total + each
            whole, _, rest = f"{total:f}".partition(".")
            yield _trim_zeros(whole, rest)
            run = []
        run += [] if value is None else [value]
        # what may be written on to a number: nothing, "rd", "km"; not "k"
        if amount and not (exact and (not amount[2] or amount[2] in endings)):
            yield word
