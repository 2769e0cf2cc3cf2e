"""
What phrases mean: from the words said and the day they were said on to a stretch of days.

The policy, where people differ:

- A bare weekday, day of the month, month or holiday lies in the direction of the tense around it, else ahead.
  A weekday never means the day it is said on: for that people have "today".
- "last Friday" is the latest one before today, in whatever week. "this Friday" is the coming one, today included
  (with a past tense: the latest one). "next Friday" is believed only when this week's Friday is today or gone:
  earlier in the week half of the people mean this week's. The same holds for months and seasons of this year.
- "next weekend" is the one of next week. "Monday in two weeks" is the Monday of the week after next; "Friday in a
  week" is found only where counting from today's week and from the coming Friday agree.
- Weeks ago and in weeks count days, months and years keep their own grain ("a month ago" is a month).
- "in three days" beside a past tense is how long something took, and no date.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

from ltml.text.dates import arithmetic as reckon
from ltml.text.dates.arithmetic import DateRange, day_of

if TYPE_CHECKING:
    from ltml.text.dates.grammar import DateContext, Meaning, SlotValues

YEARS_TO_TRY = (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6, -8, 8)  # 29 February comes back within eight
MONTHS_TO_TRY = (0, -1, 1, -2, 2, -3, 3)
WEEKEND = (5, 6)
FEASTS = 1300  # holiday values above are days after Easter Sunday, counted from FEAST_ZERO; those below are days
FEAST_ZERO = 2000


class Unit(IntEnum):
    """What is counted: "three days ago"."""

    DAY = 1
    WEEK = 2
    FORTNIGHT = 3
    MONTH = 4
    YEAR = 5
    WEEKEND = 6
    DECADE = 7


DAYS = {Unit.DAY: 1, Unit.WEEK: 7, Unit.FORTNIGHT: 14}


def feast(days_after_easter: int) -> int:
    """The table value of a holiday that moves with Easter; fixed ones are month * 100 + day."""
    return FEAST_ZERO + days_after_easter


def day(offset: int) -> Meaning:
    """So many days from today."""
    return lambda scene, _said: day_of(scene.day + timedelta(days=offset))


# -- counting from today --------------------------------------------------------------------------------------


def moved(start: date, count: int, unit: int) -> DateRange:
    """Some units away from a day, in that unit's own grain."""
    if unit in DAYS:
        return day_of(start + timedelta(days=count * DAYS[Unit(unit)]))
    if unit == Unit.MONTH:
        return reckon.month_of(start, count)
    if unit == Unit.WEEKEND:
        return reckon.weekend_of(start, count)
    return reckon.year_in(start.year + count * (10 if unit == Unit.DECADE else 1))


def ago(scene: DateContext, said: SlotValues) -> DateRange | None:
    """{n} {unit} back."""
    return moved(scene.day, -said["n"], said["unit"])


def ahead(scene: DateContext, said: SlotValues) -> DateRange | None:
    """{n} {unit} on, whatever the tense."""
    return moved(scene.day, said["n"], said["unit"])


def within(scene: DateContext, said: SlotValues) -> DateRange | None:
    """In {n} {unit}, unless that is how long it took."""
    return None if scene.past else ahead(scene, said)


def about(meaning: Meaning) -> Meaning:
    """Roughly: what would be a day some weeks away is its week."""

    def rough(scene: DateContext, said: SlotValues) -> DateRange | None:
        exact = meaning(scene, said)
        return reckon.week_of(exact.first) if exact and said["unit"] in (Unit.WEEK, Unit.FORTNIGHT) else exact

    return rough


def exactly(sign: int, offset: int = 0) -> Meaning:
    """{n} {unit} from this very day: "a year ago today", "two weeks from tomorrow"; a weekend stays one."""

    def meant(scene: DateContext, said: SlotValues) -> DateRange:
        start, count, unit = scene.day + timedelta(days=offset), sign * said["n"], said["unit"]
        return moved(start, count, unit) if unit == Unit.WEEKEND else day_of(exact_day(start, count, unit))

    return meant


def exact_day(start: date, count: int, unit: int) -> date:
    """Some units away from a day, to the day."""
    if unit in DAYS:
        return start + timedelta(days=count * DAYS[Unit(unit)])
    return reckon.same_day_in(start, count * {Unit.MONTH: 1, Unit.YEAR: 12, Unit.DECADE: 120}[Unit(unit)])


def months(offset: int) -> Meaning:
    """So many months from this one."""
    return lambda scene, _said: reckon.month_of(scene.day, offset)


def period(offset: int) -> Meaning:
    """Last (-1), this (0) or next (1) {period}: week, weekend, month, year."""

    def meant(scene: DateContext, said: SlotValues) -> DateRange | None:
        if said["period"] == Unit.WEEK:
            return reckon.week_of(scene.day, offset)
        return moved(scene.day, offset, said["period"])

    return meant


def around_weekend(scene: DateContext, _said: SlotValues) -> DateRange | None:
    """The weekend that is meant by the tense: the running one counts for both."""
    running = scene.day.weekday() in WEEKEND
    return reckon.weekend_of(scene.day, -1 if scene.past and not running else 0)


# -- weekdays -------------------------------------------------------------------------------------------------


def bare_weekday(scene: DateContext, said: SlotValues) -> DateRange | None:
    """On {weekday}: in the direction of the tense, never today."""
    return (last_weekday if scene.past else coming_weekday)(scene, said)


def last_weekday(scene: DateContext, said: SlotValues) -> DateRange | None:
    """The latest one before today."""
    return day_of(reckon.weekday_before(scene.day, said["weekday"]))


def weekdays_ago(scene: DateContext, said: SlotValues) -> DateRange | None:
    """{n} {weekdays} ago: the last one counts."""
    return day_of(reckon.weekday_before(scene.day, said["weekday"]) - timedelta(weeks=said["n"] - 1))


def coming_weekday(scene: DateContext, said: SlotValues) -> DateRange | None:
    """The first one after today."""
    return day_of(reckon.weekday_after(scene.day, said["weekday"]))


def this_weekday(scene: DateContext, said: SlotValues) -> DateRange | None:
    """Today's if it is one, else in the direction of the tense."""
    return day_of(scene.day) if scene.day.weekday() == said["weekday"] else bare_weekday(scene, said)


def today_is(scene: DateContext, said: SlotValues) -> DateRange | None:
    """It is {weekday}: today, if that is true."""
    return day_of(scene.day) if scene.day.weekday() == said["weekday"] else None


def next_weekday(scene: DateContext, said: SlotValues) -> DateRange | None:
    """Next {weekday}, where it can only be one."""
    return None if scene.day.weekday() < said["weekday"] else coming_weekday(scene, said)


def weekday_of_week(offset: int) -> Meaning:
    """{weekday} of last, this or next week."""
    return lambda scene, said: day_of(reckon.weekday_in_week(scene.day, said["weekday"], offset))


def weekday_before_last(scene: DateContext, said: SlotValues) -> DateRange | None:
    """The {weekday} before last."""
    return day_of(reckon.weekday_before(scene.day, said["weekday"]) - timedelta(days=7))


def weekday_after_next(scene: DateContext, said: SlotValues) -> DateRange | None:
    """The {weekday} after next."""
    following = next_weekday(scene, said)
    return following and day_of(following.first + timedelta(days=7))


def weekday_in(sign: int) -> Meaning:
    """{weekday} in (1) or before (-1) {n} {unit}."""

    def meant(scene: DateContext, said: SlotValues) -> DateRange | None:
        weeks = said["n"] * {Unit.WEEK: 1, Unit.FORTNIGHT: 2}.get(Unit(said["unit"]), 0)
        side = (said["weekday"] - scene.day.weekday()) * sign
        if weeks == 0 or (weeks == 1 and side <= 0):
            return day_of(scene.day + timedelta(days=7 * sign)) if weeks and side == 0 else None
        return day_of(reckon.weekday_in_week(scene.day, said["weekday"], weeks * sign))

    return meant


def weekday_in_eight(scene: DateContext, said: SlotValues) -> DateRange | None:
    """A week from the coming {weekday}: "mardi en huit"."""
    coming = reckon.weekday_after(scene.day, said["weekday"])
    return None if scene.day.weekday() == said["weekday"] else day_of(coming + timedelta(days=7))


# -- months, seasons, years -----------------------------------------------------------------------------------


def bare_month(scene: DateContext, said: SlotValues) -> DateRange | None:
    """In {month}: in the direction of the tense, this month included."""
    before, after = scene.day.month < said["month"], scene.day.month > said["month"]
    year = scene.day.year + (-1 if scene.past and before else 1 if after and not scene.past else 0)
    return reckon.month_in(year, said["month"])


def last_month_named(scene: DateContext, said: SlotValues) -> DateRange | None:
    """Last {month}: the latest one that is over."""
    return reckon.month_in(scene.day.year - (scene.day.month <= said["month"]), said["month"])


def next_month_named(scene: DateContext, said: SlotValues) -> DateRange | None:
    """Next {month}, where it can only be one."""
    return None if scene.day.month < said["month"] else reckon.month_in(scene.day.year + 1, said["month"])


def month_of_year(offset: int) -> Meaning:
    """{month} of last, this or next year."""
    return lambda scene, said: reckon.month_in(scene.day.year + offset, said["month"])


def month_and_year(_scene: DateContext, said: SlotValues) -> DateRange | None:
    """{month} {year}."""
    return reckon.month_in(said["year"], said["month"])


def written_month(_scene: DateContext, said: SlotValues) -> DateRange | None:
    """2024-05."""
    return reckon.month_in(*divmod(said["ym"], 100))


def year(_scene: DateContext, said: SlotValues) -> DateRange | None:
    """{year}."""
    return reckon.year_in(said["year"])


def season(offset: int) -> Meaning:
    """Last (-1), this (0) or next (1) {season}; the next one where it can only be one."""

    def meant(scene: DateContext, said: SlotValues) -> DateRange | None:
        running = season_near(scene.day, said["season"])
        if offset < 0:
            return running if running.last < scene.day else reckon.season_in(running.first.year - 1, said["season"])
        if offset > 0 and running.first > scene.day:
            return None
        return reckon.season_in(running.first.year + offset, said["season"])

    return meant


def seasons_ago(scene: DateContext, said: SlotValues) -> DateRange | None:
    """{n} {seasons} ago: the last one that is over counts."""
    running = season_near(scene.day, said["season"])
    over = running.last < scene.day
    return reckon.season_in(running.first.year - said["n"] + over, said["season"])


def season_near(today: date, which: int) -> DateRange:
    """The one of this year; in January and February the running winter began last year."""
    winter_runs = which == 3 and today.month <= 2  # noqa: PLR2004
    return reckon.season_in(today.year - winter_runs, which)


def bare_season(scene: DateContext, said: SlotValues) -> DateRange | None:
    """In (the) {season}: in the direction of the tense, the running one included."""
    near = season_near(scene.day, said["season"])
    if scene.past and near.first > scene.day:
        return reckon.season_in(near.first.year - 1, said["season"])
    return near if scene.past or near.last >= scene.day else reckon.season_in(near.first.year + 1, said["season"])


def season_of_year(offset: int) -> Meaning:
    """{season} of last, this or next year."""
    return lambda scene, said: reckon.season_in(scene.day.year + offset, said["season"])


def season_and_year(_scene: DateContext, said: SlotValues) -> DateRange | None:
    """{season} {year}."""
    return reckon.season_in(said["year"], said["season"])


# -- days of a month ------------------------------------------------------------------------------------------


def nearest(scene: DateContext, candidates: list[date]) -> DateRange | None:
    """The nearest in the direction of the tense, today included."""
    good = [day for day in candidates if (day <= scene.day if scene.past else day >= scene.day)]
    return day_of(min(good, key=lambda day: abs(day - scene.day))) if good else None


def days_named(scene: DateContext, month: int, day_in_month: int) -> list[date]:
    """The day of this month in the years around; those that exist."""
    years = [scene.day.year + offset for offset in YEARS_TO_TRY]
    return [found for one in years if (found := existing(one, month, day_in_month))]


def existing(one_year: int, month: int, day_in_month: int) -> date | None:
    """The date, if there is one."""
    try:
        return date(one_year, month, day_in_month)
    except ValueError:
        return None


def day_and_month(scene: DateContext, said: SlotValues) -> DateRange | None:
    """{day} {month}; with a {weekday} the nearest year in which they agree."""
    return with_weekday(scene, said, days_named(scene, said["month"], said["day"]))


def day_and_month_number(scene: DateContext, said: SlotValues) -> DateRange | None:
    """3.5. as written in German."""
    month, day_in_month = divmod(said["dm"], 100)
    return with_weekday(scene, said, days_named(scene, month, day_in_month))


def slashed(scene: DateContext, said: SlotValues) -> DateRange | None:
    """25/12, where day and month can be told apart."""
    month, day_in_month = divmod(said["slashed"], 100)
    return nearest(scene, days_named(scene, month, day_in_month)) if day_in_month > 12 else None  # noqa: PLR2004


def with_weekday(scene: DateContext, said: SlotValues, candidates: list[date]) -> DateRange | None:
    """The nearest in the direction of the tense; with a {weekday} the nearest that falls on it, on either side."""
    if "weekday" not in said.values:
        return nearest(scene, candidates)
    agreeing = [found for found in candidates if found.weekday() == said["weekday"]]
    return day_of(min(agreeing, key=lambda found: abs(found - scene.day))) if agreeing else None


def day_of_year(offset: int) -> Meaning:
    """{day} {month} of last, this or next year."""
    return lambda scene, said: day_of(date(scene.day.year + offset, said["month"], said["day"]))


def full_date(_scene: DateContext, said: SlotValues) -> DateRange | None:
    """{day} {month} {year}."""
    return day_of(date(said["year"], said["month"], said["day"]))


def written_date(_scene: DateContext, said: SlotValues) -> DateRange | None:
    """2024-05-08, 8.5.2024."""
    return day_of(date.fromordinal(said["whole"]))


def short_date(_scene: DateContext, said: SlotValues) -> DateRange | None:
    """8.5.24."""
    return day_of(date.fromordinal(said["dmy"]))


def bare_day(scene: DateContext, said: SlotValues) -> DateRange | None:
    """The {day}: of the nearest month in the direction of the tense that has it (and where the {weekday} agrees)."""
    near = [reckon.month_of(scene.day, offset).first for offset in MONTHS_TO_TRY]
    candidates = [found for first in near if (found := existing(first.year, first.month, said["day"]))]
    return with_weekday(scene, said, candidates)


def day_of_month(offset: int) -> Meaning:
    """The {day} of last, this or next month."""

    def meant(scene: DateContext, said: SlotValues) -> DateRange | None:
        first = reckon.month_of(scene.day, offset).first
        return day_of(date(first.year, first.month, said["day"]))

    return meant


# -- holidays -------------------------------------------------------------------------------------------------


def holiday_in(one_year: int, holiday: int) -> date:
    """The day a holiday falls on."""
    if holiday > FEASTS:
        return reckon.easter(one_year) + timedelta(days=holiday - FEAST_ZERO)
    return date(one_year, holiday // 100, holiday % 100)


def holidays_around(scene: DateContext, holiday: int) -> list[date]:
    """The holiday in the years around."""
    return [holiday_in(scene.day.year + offset, holiday) for offset in (-1, 0, 1)]


def bare_holiday(scene: DateContext, said: SlotValues) -> DateRange | None:
    """At {holiday}: in the direction of the tense, today included."""
    return nearest(scene, holidays_around(scene, said["holiday"]))


def last_holiday(scene: DateContext, said: SlotValues) -> DateRange | None:
    """Last {holiday}: the latest one that is over."""
    return day_of(max(day for day in holidays_around(scene, said["holiday"]) if day < scene.day))


def this_holiday(scene: DateContext, said: SlotValues) -> DateRange | None:
    """The {holiday} of now: this year's; soon after New Year, with a past tense, the one just over."""
    found = holiday_in(scene.day.year, said["holiday"])
    return last_holiday(scene, said) if scene.past and found > scene.day else day_of(found)


def next_holiday(scene: DateContext, said: SlotValues) -> DateRange | None:
    """Next {holiday}, where it can only be one."""
    this = holiday_in(scene.day.year, said["holiday"])
    return day_of(holiday_in(scene.day.year + 1, said["holiday"])) if this <= scene.day else None


def holiday_of_year(offset: int) -> Meaning:
    """{holiday} of last, this or next year."""
    return lambda scene, said: day_of(holiday_in(scene.day.year + offset, said["holiday"]))


def holiday_and_year(_scene: DateContext, said: SlotValues) -> DateRange | None:
    """{holiday} {year}."""
    return day_of(holiday_in(said["year"], said["holiday"]))


# -- around another date --------------------------------------------------------------------------------------


def anchor(scene: DateContext, said: SlotValues) -> DateRange | None:
    """The date inside the phrase."""
    return said.inner(scene) if said.inner else None


def from_date(sign: int) -> Meaning:
    """{n} {unit} before (-1) or after (1) {date}."""

    def meant(scene: DateContext, said: SlotValues) -> DateRange | None:
        base = anchor(scene, said)
        if base is None:
            return None
        start = base.first if sign < 0 else base.last
        if base.grain == "day":
            return moved(start, sign * said["n"], said["unit"])
        return None

    return meant


def ahead_of_date(scene: DateContext, said: SlotValues) -> DateRange | None:
    """{n} {unit} from {date}: counted from the coming one."""
    return from_date(1)(type(scene)(day=scene.day, tense="future"), said)


def from_coming_weekday(scene: DateContext, said: SlotValues) -> DateRange | None:
    """{n} {unit} from {weekday}; said on that weekday it may mean today or the next, and is left out."""
    if scene.day.weekday() == said["weekday"]:
        return None
    return moved(reckon.weekday_after(scene.day, said["weekday"]), said["n"], said["unit"])


def beside_date(sign: int) -> Meaning:
    """The {period} before (-1) or after (1) {date}, or the one that holds it (0)."""

    def meant(scene: DateContext, said: SlotValues) -> DateRange | None:
        base = anchor(scene, said)
        if base is None:
            return None
        if said["period"] == Unit.WEEKEND:
            return weekend_beside(base, sign)
        if said["period"] == Unit.WEEK:
            return reckon.week_of(base.last if sign > 0 else base.first, sign)
        return moved(base.first, sign, said["period"])

    return meant


def day_beside(sign: int) -> Meaning:
    """The day before (-1) or after (1) {date}."""

    def meant(scene: DateContext, said: SlotValues) -> DateRange | None:
        base = anchor(scene, said)
        return base and day_of((base.last if sign > 0 else base.first) + timedelta(days=sign))

    return meant


def weekend_beside(base: DateRange, sign: int) -> DateRange | None:
    """The weekend before, after or (0) of some days; a Friday and a Monday belong to one, the days between to none."""
    if sign < 0:
        return reckon.weekend_of(base.first, -1)
    if sign > 0:
        return reckon.weekend_of(base.last, 1 if base.last.weekday() in WEEKEND else 0)
    beside = {0: -1, 4: 0, 5: 0, 6: 0}.get(base.last.weekday())
    return None if beside is None else reckon.weekend_of(base.last, beside)


def weekday_beside(sign: int) -> Meaning:
    """The {weekday} before (-1) or after (1) {date}."""

    def meant(scene: DateContext, said: SlotValues) -> DateRange | None:
        base = anchor(scene, said)
        if base is None:
            return None
        if sign < 0:
            return day_of(reckon.weekday_before(base.first, said["weekday"]))
        return day_of(reckon.weekday_after(base.last, said["weekday"]))

    return meant


def weekday_in_week_of(scene: DateContext, said: SlotValues) -> DateRange | None:
    """The {weekday} of the week of {date}."""
    base = anchor(scene, said)
    return base and day_of(reckon.weekday_in_week(base.first, said["weekday"]))


def later(sign: int = 1) -> Meaning:
    """{n} {unit} after or before the date named earlier in the sentence."""
    return from_date(sign)


def following(unit: Unit) -> Meaning:
    """The day, week, month or year after the date named earlier in the sentence."""

    def meant(scene: DateContext, said: SlotValues) -> DateRange | None:
        base = anchor(scene, said)
        if base is None:
            return None
        return reckon.week_of(base.last, 1) if unit == Unit.WEEK else moved(base.last, 1, unit)

    return meant
