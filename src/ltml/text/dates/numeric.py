"""What a run of digits can mean: a number, a year, a day of a month, a whole date."""

from __future__ import annotations

import re
from datetime import date

ISO = re.compile(r"(\d{4})([-/.])(\d\d?)\2(\d\d?)")
ISO_MONTH = re.compile(r"(\d{4})-(\d\d)")
DAY_FIRST = re.compile(r"(\d\d?)([-/.])(\d\d?)\2(\d{4})")
SHORT_YEAR = re.compile(r"(\d\d?)\.(\d\d?)\.(\d\d)")
DAY_AND_MONTH = re.compile(r"(\d\d?)([./])(\d\d?)")
YEARS = range(1900, 2100)
LONGEST_NUMBER = 4
MONTHS = 12

Reading = tuple[str, int]
"""A kind, as grammars name it, and its value. A whole date is its ordinal, day and month are month * 100 + day."""


def readings(digits: str) -> list[Reading]:
    """Every way a run of digits may be read; nothing where day and month cannot be told apart."""
    if digits.isdecimal():
        return _number(digits)
    if found := ISO.fullmatch(digits):
        return _whole(int(found[1]), int(found[3]), int(found[4]))
    if found := DAY_FIRST.fullmatch(digits):
        return _day_first(int(found[1]), int(found[3]), int(found[4]), dotted=found[2] == ".")
    return _part(digits)


def _number(digits: str) -> list[Reading]:
    if len(digits) > LONGEST_NUMBER:
        return []
    value = int(digits)
    return [("n", value), *([("year", value)] if value in YEARS else [])]


def _part(digits: str) -> list[Reading]:
    if (found := ISO_MONTH.fullmatch(digits)) and 1 <= int(found[2]) <= MONTHS and int(found[1]) in YEARS:
        return [("ym", int(found[1]) * 100 + int(found[2]))]
    if found := SHORT_YEAR.fullmatch(digits):
        return [("dmy", reading[1]) for reading in _whole(2000 + int(found[3]), int(found[2]), int(found[1]))]
    if (found := DAY_AND_MONTH.fullmatch(digits)) and _exists(2000, int(found[3]), int(found[1])):
        return [("dm" if found[2] == "." else "slashed", int(found[3]) * 100 + int(found[1]))]
    return []


def _whole(year: int, month: int, day: int) -> list[Reading]:
    return [("whole", date(year, month, day).toordinal())] if _exists(year, month, day) else []


def _day_first(one: int, two: int, year: int, *, dotted: bool) -> list[Reading]:
    """05/03/2024 is May or March: left out, unless dots (which are never American) or the numbers decide."""
    readable = [(two, one)] if dotted else sorted({(two, one), (one, two)})
    possible = [reading for month, day in readable for reading in _whole(year, month, day)]
    return possible if len(possible) == 1 else []


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
