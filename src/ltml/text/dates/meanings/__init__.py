"""
What phrases mean: from the words in their slots and the day they were said on to a range of days.

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

from ltml.text.dates.meanings.anchors import (
    ahead_of_date,
    anchor,
    beside_date,
    day_beside,
    following,
    from_coming_weekday,
    from_date,
    later,
    weekday_beside,
    weekday_in_week_of,
    weekend_beside,
)
from ltml.text.dates.meanings.counting import about, ago, ahead, around_weekend, day, exactly, months, period, within
from ltml.text.dates.meanings.holidays import (
    bare_holiday,
    feast,
    holiday_and_year,
    holiday_in,
    holiday_of_year,
    holidays_around,
    last_holiday,
    next_holiday,
    this_holiday,
)
from ltml.text.dates.meanings.month_days import (
    bare_day,
    date_or_none,
    day_and_month,
    day_and_month_number,
    day_of_month,
    day_of_year,
    days_named,
    full_date,
    nearest,
    short_date,
    slashed,
    with_weekday,
    written_date,
)
from ltml.text.dates.meanings.months_and_seasons import (
    bare_month,
    bare_season,
    last_month_named,
    month_and_year,
    month_of_year,
    next_month_named,
    season,
    season_and_year,
    season_near,
    season_of_year,
    seasons_ago,
    written_month,
    year,
)
from ltml.text.dates.meanings.units import Unit, shift, shift_exactly
from ltml.text.dates.meanings.weekdays import (
    bare_weekday,
    coming_weekday,
    last_weekday,
    next_weekday,
    this_weekday,
    today_is,
    weekday_after_next,
    weekday_before_last,
    weekday_in,
    weekday_in_eight,
    weekday_of_week,
    weekdays_ago,
)

__all__ = [
    "Unit",
    "about",
    "ago",
    "ahead",
    "ahead_of_date",
    "anchor",
    "around_weekend",
    "bare_day",
    "bare_holiday",
    "bare_month",
    "bare_season",
    "bare_weekday",
    "beside_date",
    "coming_weekday",
    "date_or_none",
    "day",
    "day_and_month",
    "day_and_month_number",
    "day_beside",
    "day_of_month",
    "day_of_year",
    "days_named",
    "exactly",
    "feast",
    "following",
    "from_coming_weekday",
    "from_date",
    "full_date",
    "holiday_and_year",
    "holiday_in",
    "holiday_of_year",
    "holidays_around",
    "last_holiday",
    "last_month_named",
    "last_weekday",
    "later",
    "month_and_year",
    "month_of_year",
    "months",
    "nearest",
    "next_holiday",
    "next_month_named",
    "next_weekday",
    "period",
    "season",
    "season_and_year",
    "season_near",
    "season_of_year",
    "seasons_ago",
    "shift",
    "shift_exactly",
    "short_date",
    "slashed",
    "this_holiday",
    "this_weekday",
    "today_is",
    "weekday_after_next",
    "weekday_before_last",
    "weekday_beside",
    "weekday_in",
    "weekday_in_eight",
    "weekday_in_week_of",
    "weekday_of_week",
    "weekdays_ago",
    "weekend_beside",
    "with_weekday",
    "within",
    "written_date",
    "written_month",
    "year",
]
