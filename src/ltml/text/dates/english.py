"""English."""

from __future__ import annotations

import re

from ltml.text.dates import meanings as m
from ltml.text.dates.grammar import Grammar, Table, bag, nothing, same, series
from ltml.text.dates.meanings import Unit, feast

ONES = series(
    "one|a|an", "two|a_couple_of|a_couple|couple", "three", "four", "five", "six", "seven", "eight", "nine", start=1
)
TEENS = series(
    "ten", "eleven", "twelve|a_dozen", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
    start=10,
)  # fmt: skip
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
COMPOUND = {
    f"{ten}{joint}{one}": tens + value
    for ten, tens in TENS.items()
    for one, value in ONES.items()
    for joint in ("-", "_")
    if "couple" not in one and one not in ("a", "an")
}
FIRSTS = series("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", start=1)
ORDINALS = {
    **FIRSTS,
    **series("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", start=10),
    **series("seventeenth", "eighteenth", "nineteenth", "twentieth", start=17),
    **{f"twenty{joint}{word}": 20 + value for word, value in FIRSTS.items() for joint in ("-", "_")},
    "thirtieth": 30,
    "thirty-first": 31,
    "thirty_first": 31,
}
ENDINGS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
NUMBERED = {f"{day}{ENDINGS.get(day, 'th')}": day for day in range(1, 32)}

MONTHS = series(
    "january", "february", "^March", "april", "^May", "june", "july", "august", "september", "october", "november",
    "december", start=1,
)  # fmt: skip
SHORT_MONTHS = series(
    "jan", "feb", "^Mar", "apr", "^May", "^Jun", "^Jul", "aug", "sept|^Sep", "oct", "nov", "dec", start=1,
)  # fmt: skip

HOLIDAYS = {
    **same(1225, "christmas xmas"), "halloween": 1031, "hallowe'en": 1031, "hogmanay": 1231, "new_year's": 101,
    "valentine's": 214, "epiphany": 106, **same(feast(0), "easter"), **same(feast(49), "pentecost whitsun"),
    "mardi_gras": feast(-47),
}  # fmt: skip
FESTDAYS = {
    **same(1225, "christmas_day xmas_day"), **same(1224, "christmas_eve xmas_eve"), "boxing_day": 1226,
    **same(1231, "new_year's_eve new_years_eve nye"), **same(101, "new_year's_day new_years_day"),
    **same(214, "valentine's_day valentines_day"), "^May_Day": 501, **same(1101, "all_saints'_day all_saints_day"),
    **same(317, "st_patrick's_day saint_patrick's_day st._patrick's_day"), "easter_sunday": feast(0),
    "easter_monday": feast(1),
    "good_friday": feast(-2), "ash_wednesday": feast(-46), "palm_sunday": feast(-7), "maundy_thursday": feast(-3),
    "whit_sunday": feast(49), "whit_monday": feast(50), "ascension_day": feast(39),
    **same(feast(-47), "shrove_tuesday pancake_day"),
}  # fmt: skip

TABLES: dict[str, Table] = {
    "n": {**ONES, **TEENS, **TENS, **COMPOUND},
    "day": NUMBERED,
    "ordinal": {**NUMBERED, **ORDINALS},
    "weekday": series("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "abbr": series("^Mon", "tue|tues", "^Wed", "thu|thur|thurs", "fri", "^Sat", "^Sun"),
    "month": MONTHS,
    "mon": SHORT_MONTHS,
    "anymonth": {"may": 5, "march": 3},
    "unit": {
        **same(Unit.DAY, "day days"), **same(Unit.WEEK, "week weeks wk wks"), **same(Unit.MONTH, "month months"),
        **same(Unit.YEAR, "year years yr yrs"), **same(Unit.FORTNIGHT, "fortnight fortnights"),
        **same(Unit.WEEKEND, "weekend weekends"), **same(Unit.DECADE, "decade decades"),
    },
    "period": {
        "week": Unit.WEEK, "weekend": Unit.WEEKEND, "month": Unit.MONTH, "year": Unit.YEAR, "decade": Unit.DECADE,
    },
    "weekend": {"weekend": 0},
    "numbered": NUMBERED,
    "weekdays": series("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays"),
    "seasons": series("springs", "summers", "autumns|falls", "winters"),
    "season": series("spring|springtime", "summer|summertime", "autumn|fall", "winter|wintertime"),
    "part": same(0, "morning afternoon evening night lunchtime noon midday mornin"),
    "holiday": {**HOLIDAYS, **FESTDAYS},
    "festday": FESTDAYS,
}  # fmt: skip

PLAIN = (
    # days around today
    ("earlier/later? today", m.day(0)),
    ("tonight", m.day(0)),
    ("tonite", m.day(0)),
    ("this {part}", m.day(0)),
    ("earlier/later this {part}", m.day(0)),
    ("late? yesterday {part}?", m.day(-1)),
    ("late? last night", m.day(-1)),
    ("early? tomorrow {part}?", m.day(1)),
    ("tmrw/tmr/tomorow/2moro", m.day(1)),
    ("the? day before yesterday", m.day(-2)),
    ("the? night before last", m.day(-2)),
    ("the? day after tomorrow", m.day(2)),
    # counting
    ("{n} {unit} ago", m.ago),
    ("{n} {unit} back", m.ago),
    ("about/around/roughly/some/maybe/almost/nearly/approximately/like/over {n} {unit} ago/back", m.about(m.ago)),
    ("just? {n} {unit} ago today", m.exactly(-1)),
    ("{n} {unit} ago yesterday", m.exactly(-1, -1)),
    ("half a year ago", m.months(-6)),
    ("a year and a half ago", m.months(-18)),
    ("one and a half years ago", m.months(-18)),
    ("in half a year", m.months(6)),
    ("half a year from now", m.months(6)),
    ("{n} {weekdays} ago", m.weekdays_ago),
    ("{n} {seasons} ago", m.seasons_ago),
    ("a few/several/many/some {weekdays}/{seasons} ago", nothing),
    ("in {n} {unit}", m.within),
    ("in about/around/roughly/approximately {n} {unit}", m.about(m.within)),
    ("in {n} {unit} ' s? time", m.ahead),
    ("in {n} {unit} time", m.ahead),
    ("{n} {unit} from now", m.ahead),
    ("{n} {unit} from today", m.exactly(1)),
    ("{n} {unit} from tomorrow", m.exactly(1, 1)),
    ("a few/several/many/some/countless {unit} ago/back", nothing),
    ("in a few/several/some {unit}", nothing),
    ("{n} or {n} {unit} ago", nothing),
    ("{n} to/- {n} {unit} ago", nothing),
    ("{n} and a half {unit} ago", nothing),
    ("in {n} or {n} {unit}", nothing),
    ("in {n} to/- {n} {unit}", nothing),
    ("in {n} and a half {unit}", nothing),
    # periods
    ("sometime/earlier/late/early/later? last {period}", m.period(-1)),
    ("the/this past/previous {period}", m.period(-1)),
    ("sometime/earlier/late/early/later? this {period}", m.period(0)),
    ("sometime/late/early/later? next {period}", m.period(1)),
    ("the/this coming {period}", m.period(1)),
    ("this coming weekend", m.around_weekend),
    ("this {weekend}", m.around_weekend),
    ("on/over/at/for/during? the weekend", m.around_weekend),
    ("the? {period} before last", m.period(-2)),
    ("the? {period} after next", m.period(2)),
    ("at? the/this beginning/start/middle/end/close of the/this {period}", m.period(0)),
    ("at? the beginning/start/middle/end/close of last {period}", m.period(-1)),
    ("at? the beginning/start/middle/end/close of next {period}", m.period(1)),
    ("beginning/start/middle/end of last {period}", m.period(-1)),
    ("beginning/start/middle/end of next {period}", m.period(1)),
    ("end of the/this? {period}", m.period(0)),
    ("mid -? week", nothing),
    # weekdays
    ("{weekday} {part}?", m.bare_weekday),
    ("on {weekday} {part}?", m.bare_weekday),
    ("on {abbr} {part}?", m.bare_weekday),
    ("{abbr} morning/afternoon/evening/night", m.bare_weekday),
    ("since | {weekday} {part}?", m.last_weekday),
    ("for | {weekday} {part}?", m.coming_weekday),
    ("on? last {weekday} {part}?", m.last_weekday),
    ("on? last {abbr} {part}?", m.last_weekday),
    ("on? this? past {weekday} {part}?", m.last_weekday),
    ("the past {weekday}", m.last_weekday),
    ("on? this {weekday} {part}?", m.this_weekday),
    ("this {abbr} {part}?", m.this_weekday),
    ("on? this/the? coming {weekday} {part}?", m.coming_weekday),
    ("on? next {weekday} {part}?", m.next_weekday),
    ("on? next {abbr} {part}?", m.next_weekday),
    ("it/today is | {weekday}", m.today_is),
    ("it/today ' s | {weekday}", m.today_is),
    ("happy/its | {weekday}", m.today_is),
    ("on? {weekday} {part}? of? last week", m.weekday_of_week(-1)),
    ("on? {weekday} {part}? the week before last", m.weekday_of_week(-2)),
    ("last week on? {weekday} {part}?", m.weekday_of_week(-1)),
    ("on? {weekday} {part}? of? this week", m.weekday_of_week(0)),
    ("this week on? {weekday} {part}?", m.weekday_of_week(0)),
    ("on? {weekday} {part}? of? next week", m.weekday_of_week(1)),
    ("next week on? {weekday} {part}?", m.weekday_of_week(1)),
    ("on? {weekday} {part}? the week after next", m.weekday_of_week(2)),
    ("on? the? {weekday} before last", m.weekday_before_last),
    ("on? the? {weekday} after next", m.weekday_after_next),
    ("on? {weekday} in {n} {unit} ' s? time?", m.weekday_in(1)),
    ("on? {weekday} in {n} {unit} time?", m.weekday_in(1)),
    ("on? {weekday} {n} {unit} from now", m.weekday_in(1)),
    ("in {n} {unit} on {weekday}", m.weekday_in(1)),
    ("a week on {weekday}", m.weekday_in_eight),
    ("on? {weekday} week", m.weekday_in_eight),
    ("on? {weekday} {n} {unit} ago", m.weekday_in(-1)),
    ("{n} {unit} ago on? {weekday}", m.weekday_in(-1)),
    # months
    ("in/during {month}", m.bare_month),
    ("in/during {mon}", m.bare_month),
    ("in/during {anymonth}", m.bare_month),
    ("back in {month}", m.bare_month),
    ("since/until/till/by/throughout | {month}", m.bare_month),
    ("in? early/late/mid -? {month}", m.bare_month),
    ("at? the beginning/start/middle/end of {month}", m.bare_month),
    ("beginning/end of {month}", m.bare_month),
    ("on? the first/second/third/last week/weekend of/in {month}", m.bare_month),
    ("in? last {month}", m.last_month_named),
    ("in? early/late/mid? last {month}", m.last_month_named),
    ("last {anymonth}", m.last_month_named),
    ("the/our/my/his/her/their/a last {anymonth}", nothing),
    ("this {month}", m.month_of_year(0)),
    ("this past {month}", m.last_month_named),
    ("this coming {month}", m.bare_month),
    ("in? next {month}", m.next_month_named),
    ("next {anymonth}", m.next_month_named),
    ("in? {month} of? last year", m.month_of_year(-1)),
    ("last year in {month}", m.month_of_year(-1)),
    ("in? {month} of? this year", m.month_of_year(0)),
    ("this year in {month}", m.month_of_year(0)),
    ("in? {month} of? next year", m.month_of_year(1)),
    ("next year in {month}", m.month_of_year(1)),
    ("in? early/late/mid? -? {month} ,? of? {year}", m.month_and_year),
    ("in? {mon} .? {year}", m.month_and_year),
    ("in? {anymonth} {year}", m.month_and_year),
    ("the beginning/start/middle/end of {month} {year}", m.month_and_year),
    ("in {ym}", m.written_month),
    ("since/until/by/from | {ym}", m.written_month),
    # seasons and years
    ("in? early/late? last {season}", m.season(-1)),
    ("this past {season}", m.season(-1)),
    ("in? early/late/later/earlier? this {season}", m.season(0)),
    ("this coming {season}", m.bare_season),
    ("in? early/late? next {season}", m.season(1)),
    ("in/over/during early/late? the {season}", m.bare_season),
    ("in early/late? {season}", m.bare_season),
    ("in? early/late/the? {season} of? {year}", m.season_and_year),
    ("in? the {season} of {year}", m.season_and_year),
    ("in? the? {season} of? last year", m.season_of_year(-1)),
    ("in? the? {season} of? next year", m.season_of_year(1)),
    ("the/a {season} of", nothing),
    ("back? in {year}", m.year),
    ("in? early/late/mid {year}", m.year),
    ("since/until/till/before/after/from/around/circa | {year}", m.year),
    ("the year {year}", m.year),
    ("at? the beginning/start/middle/end of {year}", m.year),
    ("in {year} {unit}", nothing),
    ("in {year} percent/people/steps/words/meters/metres/miles/dollars/euros/pounds", nothing),
    # days of a month
    ("on? the? {ordinal} of {month}", m.day_and_month),
    ("on? the? {ordinal} of {anymonth}", m.day_and_month),
    ("on? the? {ordinal} {month}", m.day_and_month),
    ("on? the? {ordinal} {mon} .?", m.day_and_month),
    ("on? {day} {month}", m.day_and_month),
    ("on? {day} of {month}", m.day_and_month),
    ("on? {day} {mon}", m.day_and_month),
    ("on? {month} the? {day}", m.day_and_month),
    ("on? {month} the? {ordinal}", m.day_and_month),
    ("on? {mon} .? {day}", m.day_and_month),
    ("on? {anymonth} {numbered}", m.day_and_month),
    ("on {anymonth} {day}", m.day_and_month),
    ("on? {weekday} ,? the? {ordinal} of? {month}", m.day_and_month),
    ("on? {weekday} ,? {day} {month}", m.day_and_month),
    ("on? {weekday} ,? {month} {day}", m.day_and_month),
    ("on? {weekday} ,? {month} {ordinal}", m.day_and_month),
    ("on? {weekday} ,? the {ordinal}", m.bare_day),
    ("on? {weekday} {ordinal}", m.bare_day),
    ("on? the? {ordinal} of? {month} ,? {year}", m.full_date),
    ("on? {day} {month} ,? {year}", m.full_date),
    ("on? {day} {mon} .? ,? {year}", m.full_date),
    ("on? {month} the? {day} ,? {year}", m.full_date),
    ("on? {month} the? {ordinal} ,? {year}", m.full_date),
    ("on? {mon} .? {day} ,? {year}", m.full_date),
    ("on? {weekday} ,? the? {ordinal} of? {month} ,? {year}", m.full_date),
    ("on? {weekday} ,? {day} {month} ,? {year}", m.full_date),
    ("on? {weekday} ,? {month} {day} ,? {year}", m.full_date),
    ("on? the? {ordinal} of? {month} last year", m.day_of_year(-1)),
    ("on? {day} {month} last year", m.day_of_year(-1)),
    ("on? {month} {day} ,? last year", m.day_of_year(-1)),
    ("on? the? {ordinal} of? {month} this year", m.day_of_year(0)),
    ("on? {day} {month} this year", m.day_of_year(0)),
    ("on? the? {ordinal} of? {month} next year", m.day_of_year(1)),
    ("on? {day} {month} next year", m.day_of_year(1)),
    ("on? {month} {day} ,? next year", m.day_of_year(1)),
    ("on the {numbered}", m.bare_day),
    ("by/until/till/since/for/from/before/after | the {numbered}", m.bare_day),
    ("on? the {ordinal} of last month", m.day_of_month(-1)),
    ("on? the {ordinal} of this month", m.day_of_month(0)),
    ("on? the {ordinal} of next month", m.day_of_month(1)),
    ("from/between the? {ordinal} to/until/till/and the?", nothing),
    ("on? {whole}", m.written_date),
    ("on? {weekday} ,? {whole}", m.written_date),
    ("on {slashed}", m.slashed),
    # holidays
    ("on/at/over {holiday} {part}?", m.bare_holiday),
    ("{festday}", m.bare_holiday),
    ("for/until/till/by/since/before/after/around/about/from | {holiday}", m.bare_holiday),
    ("it/today is | {holiday}", nothing),
    ("on? last {holiday}", m.last_holiday),
    ("this past {holiday}", m.last_holiday),
    ("on? this {holiday}", m.this_holiday),
    ("this coming {holiday}", m.bare_holiday),
    ("on? next {holiday}", m.next_holiday),
    ("last year ' s {holiday}", m.holiday_of_year(-1)),
    ("this year ' s {holiday}", m.holiday_of_year(0)),
    ("next year ' s {holiday}", m.holiday_of_year(1)),
    ("at? {holiday} last year", m.holiday_of_year(-1)),
    ("at? {holiday} this year", m.holiday_of_year(0)),
    ("at? {holiday} next year", m.holiday_of_year(1)),
    ("on/at/over? {holiday} {year}", m.holiday_and_year),
    ("{holiday} of {year}", m.holiday_and_year),
    # again and again, some time, for how long: no dates
    ("every/each other? {weekday} {part}?", nothing),
    ("every/each {weekday} and/or/, {weekday}", nothing),
    ("every/each {weekday} , {weekday} ,? and/or {weekday}", nothing),
    ("every/each first/second/third/last? {weekday} of the/each/every month", nothing),
    ("on? the? first/second/third/fourth/last {weekday} of/in the/each/every month", nothing),
    ("every/each {period}", nothing),
    ("every/each {ordinal} {weekday}", nothing),
    ("every/each {month}", nothing),
    ("every/each {holiday}", nothing),
    ("every/each {season}", nothing),
    ("every/each {ordinal} of the? {period}/{month}", nothing),
    ("{weekday} to/through/thru/-/– {weekday}", nothing),
    ("{abbr} to/through/thru/-/– {abbr}", nothing),
    ("between {weekday} and {weekday}", nothing),
    ("on? a/an/one/any/some/that/which/what/the/most/no {weekday} {part}?", nothing),
    ("a/any/some/casual/black/cyber/super/lazy/typical/random/perfect/blue {weekday} {part}?", nothing),
    ("{weekday} blues/roast/brunch/dinner/school/paper/club/market/best/person/people/vibes/mood", nothing),
    ("as usual on {weekday}", nothing),
    ("the/a/one/every/any/each last/next? day", nothing),
    ("in a/the? {n} - {unit}", nothing),
    ("for/over/within/during/past/last/next/every {n} {unit}", nothing),
    ("for/over/within/during the/these/those? past/last/next/first/coming {n} {unit}", nothing),
    ("in the/these past/last/next/coming {n} {unit}", nothing),
    ("once/twice in {n} {unit}", nothing),
    ("{n} times/time in {n} {unit}", nothing),
    ("for the first time in {n} {unit}", nothing),
)

INNER = (
    ("{holiday}", m.bare_holiday),
    ("the {numbered}", m.bare_day),
)

LARGER = (
    ("{n} {unit} before {date}", m.from_date(-1)),
    ("{n} {unit} prior to {date}", m.from_date(-1)),
    ("{n} {unit} after {date}", m.from_date(1)),
    ("{n} {unit} from {weekday}", m.from_coming_weekday),
    ("{n} {unit} from {date}", m.ahead_of_date),
    ("the day before {date}", m.day_beside(-1)),
    ("the day after {date}", m.day_beside(1)),
    ("the {period} before {date}", m.beside_date(-1)),
    ("the {period} prior to {date}", m.beside_date(-1)),
    ("the {period} after {date}", m.beside_date(1)),
    ("the {period} following {date}", m.beside_date(1)),
    ("the {period} of {date}", m.beside_date(0)),
    ("on? the {weekday} before {date}", m.weekday_beside(-1)),
    ("on? the {weekday} after {date}", m.weekday_beside(1)),
    ("on? the {weekday} following {date}", m.weekday_beside(1)),
    ("on? the {weekday} of the week of {date}", m.weekday_in_week_of),
)

LATER = (
    ("{n} {unit} later", m.later(1)),
    ("{n} {unit} earlier/before", m.later(-1)),
    ("{n} {unit} after/afterwards/thereafter", m.later(1)),
    ("the day after", m.following(Unit.DAY)),
    ("the next/following day/morning/evening/afternoon/night", m.following(Unit.DAY)),
    ("the next/following week", m.following(Unit.WEEK)),
    ("the week after", m.following(Unit.WEEK)),
    ("the next/following month", m.following(Unit.MONTH)),
    ("the month after", m.following(Unit.MONTH)),
    ("the next/following year", m.following(Unit.YEAR)),
    ("the year after", m.following(Unit.YEAR)),
)

PAST = bag("""
        was were had did wasn weren hadn didn ve been went gone came got gotten made said told took taken saw
        seen met bought gave given found thought left felt kept began begun brought wrote written sat stood lost
        paid ran spoke spoken knew known grew grown drove driven broke broken chose chosen flew flown forgot
        forgotten held heard led lent rode ridden rang sang sung sold sent slept spent stole stolen swam swum
        taught threw thrown understood woke worn wore won built caught drank drunk ate eaten fell fallen fought
        froze frozen hid hidden laid meant rose shot shook showed shown shut sank stuck swore torn tore wept
        became hung dealt dug fed fled spun spilt learnt burnt dreamt smelt used since ago yesterday last
    """) - bag("since")

FUTURE = bag("""
        will ll shall won going gonna would could might should must can let lets need needs want wants hope
        hopes plan plans planning is are am re m isn aren do does don doesn starts leaves begins opens arrives
        comes takes meets tomorrow tonight next upcoming soon later scheduled booked planned arranged invited
        due supposed expected appointment interview deadline exam meeting flight reminder remind reservation
        invite invitation rsvp please coming leaving starting flying arriving moving visiting having seeing
        getting until by upcoming how what about see
    """) - bag("later by until how what about see")

GRAMMAR = Grammar(
    code="en",
    tables=TABLES,
    phrases=PLAIN,
    inner=INNER,
    larger=LARGER,
    later=LATER,
    common=bag("""
        the and to of is was it that you he she they we my your his her their this with for have has had do did
        not be are were but at from on what who when where how will would can i m s t re ll ve our me him them
        if
    """),
    shy=bag("may march fall spring sun mon"),
    past=PAST,
    future=FUTURE,
    past_form=re.compile(
        r"(?!(?:need|bed|red|feed|speed|seed|weed|shed|indeed|exceed|proceed|succeed|hundred|excited|interested|sacred"
        r"|naked|tired|worried|bored|scared|supposed|breed|bleed|greed|freed|embed|agreed|concerned|married|advanced)$)"
        r"[a-z]{2,}ed",
    ),
)
