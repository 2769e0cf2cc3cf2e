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
"""A kind, as grammars name it, and its value: a whole date is its ordinal, day and month are month * 100 + day."""


def readings(digits: str) -> list[Reading]:
    """Return every way a run of digits may be read; nothing where day and month cannot be told apart."""
    found: list[Reading] = []
    if digits.isdecimal():
        value = int(digits) if len(digits) <= LONGEST_NUMBER else -1
        found += [("n", value)] if value >= 0 else []
        found += [("year", value)] if value in YEARS else []
    elif iso := ISO.fullmatch(digits):
        found = _whole_date(int(iso[1]), int(iso[3]), int(iso[4]))
    elif day_first := DAY_FIRST.fullmatch(digits):
        # 05/03/2024 is May or March: left out, unless dots (which are never American) or the numbers decide
        one, two, year = int(day_first[1]), int(day_first[3]), int(day_first[4])
        months = {two} if day_first[2] == "." else {one, two}
        possible = [day for month in months for day in _whole_date(year, month, one + two - month)]
        found = possible if len(possible) == 1 else []
    elif iso_month := ISO_MONTH.fullmatch(digits):
        year, month = int(iso_month[1]), int(iso_month[2])
        found = [("ym", year * 100 + month)] if 1 <= month <= MONTHS and year in YEARS else []
    elif short := SHORT_YEAR.fullmatch(digits):
        found = [("dmy", day) for _, day in _whole_date(2000 + int(short[3]), int(short[2]), int(short[1]))]
    elif part := DAY_AND_MONTH.fullmatch(digits):
        day, month = int(part[1]), int(part[3])
        found = [("dm" if part[2] == "." else "slashed", month * 100 + day)] if _whole_date(2000, month, day) else []
    return found


def _whole_date(year: int, month: int, day: int) -> list[Reading]:
    """Return the reading of a date, if there is such a day."""
    try:
        return [("whole", date(year, month, day).toordinal())]
    except ValueError:
        return []
