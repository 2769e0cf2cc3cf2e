"""Months and weekdays of every language against CLDR, which Babel carries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from babel import Locale
from babel.dates import format_date

from ltml.text.dates import find_dates
from ltml.text.languages import languages

EVERY = pytest.mark.parametrize("language", languages().values(), ids=list(languages()))
#: Languages that have short forms of weekdays; in the others they are words of their own ("mar", "sab", "dom").
SHORT_DAYS = {"en", "de", "nl"}
SAID = datetime(2024, 5, 8, 12, tzinfo=UTC)


def names(locale: Locale, what: str, width: str) -> Iterator[tuple[str, int]]:
    """What CLDR calls the months or days, as texts are compared: in a date and alone, without a full stop."""
    for context in ("format", "stand-alone"):
        for number, name in getattr(locale, what)[context][width].items():
            yield name.casefold().rstrip("."), number


@EVERY
@pytest.mark.parametrize("width", ["wide", "abbreviated"])
def test_months_are_called_as_cldr_calls_them(language, width):
    known = dict(names(Locale(language.code), "months", width))
    assert {name: language.months.get(name) for name in known} == known


@EVERY
def test_weekdays_are_called_as_cldr_calls_them(language):
    widths = ["wide", "abbreviated"] if language.code in SHORT_DAYS else ["wide"]
    known = dict(entry for width in widths for entry in names(Locale(language.code), "days", width))
    assert {name: language.weekdays.get(name) for name in known} == known


@EVERY
def test_no_name_of_cldr_means_another_month_or_day_here(language):
    for what, ours in (("months", language.months), ("days", language.weekdays)):
        theirs = dict(entry for width in ("wide", "abbreviated") for entry in names(Locale(language.code), what, width))
        assert {name: number for name, number in theirs.items() if ours.get(name, number) != number} == {}


@EVERY
@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("style", ["medium", "long", "full"])
def test_a_date_as_cldr_writes_it_is_that_day(language, month, style):
    day = datetime(2025, month, 3, tzinfo=UTC)
    written = format_date(day, style, locale=language.code)
    [found] = find_dates(written, SAID, language.code)
    assert (found.first, found.last) == (day.date(), day.date()), written


@EVERY
@pytest.mark.parametrize("month", range(1, 13))
def test_a_day_and_a_short_month_and_a_year_are_that_day(language, month):
    name = Locale(language.code).months["format"]["abbreviated"][month]
    point = "." if language.code == "de" else ""
    for written in (f"3{point} {name} 2025", f"3{point} {name.rstrip('.')} 2025"):
        assert [found.written for found in find_dates(written, SAID)] == [f"2025-{month:02}-03"], written
