"""Numbers as people write and say them, to one canonical form."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache, lru_cache

from ltml.text.languages import collect_words, languages

_GROUPED = re.compile(r"\d{1,3}(?P<mark>[.,'])\d{3}(?:(?P=mark)\d{3})*(?:(?!(?P=mark))[.,](?P<rest>\d+))?")
#: A number and what is written on to it: "3rd", "5km", "10:30", "2024-05-08".
AMOUNT = re.compile(r"(\d(?:[\d.,:'/\-]*\d)?)[.,:'/\-]*([^\W\d_]*)")
_CACHED = 64  # characters; longer ones hardly ever come twice, and would fill the memory
_LONGEST = 20  # characters; well within the 28 digits that Decimal keeps
_HUNDRED, _TWENTY, _TEN = 100, 20, 10


def canonical(number: str) -> str | None:
    """
    The plain decimal form of a number in digits: "1,245.50", "1.245,50" and "1245,5" are all "1245.5".

    A lone mark before exactly three digits groups thousands ("1,245" and "1.245" are "1245"), unless a zero comes
    first. None for what is no single number, such as a date or a version.
    """
    return _cached_form(number) if len(number) <= _CACHED else _form(number)


@lru_cache(maxsize=1 << 12)
def _cached_form(number: str) -> str | None:
    return _form(number)


def _form(number: str) -> str | None:
    grouped = _GROUPED.fullmatch(number)
    if grouped and number[0] != "0":
        whole = number[: grouped.start("rest") - 1] if grouped["rest"] else number
        return _trimmed(re.sub(r"\D", "", whole), grouped["rest"] or "")
    whole, _, rest = number.replace(",", ".").partition(".")
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


def numbers_in(spoken: Sequence[str], code: str) -> Iterator[str]:
    """
    The numbers among casefolded tokens, in canonical form; what has no such form (a time, a date, "5k") as it stands.

    Number words that follow one another are one number: "two hundred" is "200", "5 million" is "5000000".
    """
    if _number_words(code).keys().isdisjoint(spoken) and not any(word[0].isdigit() for word in spoken):
        return
    run: list[Decimal] = []
    for word in [*spoken, ""]:
        value = _value(word, code)
        if value is None or not _continues(run, value):
            yield from _total(run)
            run = []
        run += [] if value is None else [value]
        if _must_stand(word, code):
            yield word


def _value(word: str, code: str) -> Decimal | None:
    amount = AMOUNT.fullmatch(word)
    digits = _exact(amount[1]) if amount else number_word(word, code)
    return Decimal(digits) if digits else None


def _must_stand(word: str, code: str) -> bool:
    amount = AMOUNT.fullmatch(word)
    known = amount and (
        not amount[2] or amount[2] in collect_words("ordinal_endings") or amount[2] in languages()[code].units
    )
    return bool(amount) and not (known and amount and _exact(amount[1]))


def _exact(number: str) -> str | None:
    """Canonical, unless it is too long to be reckoned with: account numbers differ in their last digit."""
    return canonical(number) if len(number) <= _LONGEST else None


def _continues(run: list[Decimal], value: Decimal) -> bool:
    """Whether this number is the rest of the one before: "two" and "hundred", "twenty" and "three"."""
    if not run:
        return True
    before = run[-1]
    multiplies = value >= _HUNDRED and value > before and value == Decimal(10) ** value.adjusted()
    adds = _TWENTY <= before < _HUNDRED and before % _TEN == 0 and 0 < value < _TEN
    return multiplies or adds


def _total(run: list[Decimal]) -> list[str]:
    total = Decimal(0)
    for value in run:
        total = total * value if value >= _HUNDRED and total else total + value
    whole, _, rest = f"{total:f}".partition(".")
    return [_trimmed(whole, rest)] if run else []
