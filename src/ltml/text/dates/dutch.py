"""Dutch: the common core."""

from __future__ import annotations

import re

from ltml.text.dates import meanings as m
from ltml.text.dates.grammar import Grammar, Table, bag, nothing, same, series
from ltml.text.dates.meanings import Unit, feast

NUMBERS = {
    **series("een|één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", start=1),
    **series("twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien", start=12),
    "twintig": 20,
    "dertig": 30,
    "veertig": 40,
    "vijftig": 50,
}

DAYS = series("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

TABLES: dict[str, Table] = {
    "n": NUMBERS,
    "ordinal": {f"{day}{end}": day for day in range(1, 32) for end in ("e", "ste", "de")},
    "weekday": {
        name + part: value for name, value in DAYS.items() for part in ("", "avond", "ochtend", "middag", "nacht")
    },
    "month": series(
        "januari|jan", "februari|feb", "maart", "april", "mei", "juni", "juli", "augustus", "september|sept",
        "oktober|okt",
        "november|nov", "december|dec", start=1,
    ),
    "unit": {
        **same(Unit.DAY, "dag dagen"), **same(Unit.WEEK, "week weken"), **same(Unit.MONTH, "maand maanden"),
        **same(Unit.YEAR, "jaar jaren"),
    },
    "period": {"week": Unit.WEEK, "maand": Unit.MONTH, "jaar": Unit.YEAR, "weekend": Unit.WEEKEND},
    "weekend": same(0, "weekend"),
    "season": series("lente|voorjaar", "zomer", "herfst|najaar", "winter"),
    "part": same(0, "ochtend morgen middag namiddag avond nacht vroeg"),
    "last": same(0, "vorig vorige afgelopen verleden laatste"),
    "next": same(0, "volgend volgende"),
    "coming": same(0, "komend komende aankomend aankomende aanstaande"),
    "holiday": {
        **same(1225, "kerst kerstmis eerste_kerstdag"), "kerstavond": 1224, "tweede_kerstdag": 1226,
        "sinterklaas": 1205,
        **same(1231, "oudejaarsavond oud_en_nieuw oudjaar"), **same(101, "nieuwjaarsdag nieuwjaar"), "koningsdag": 427,
        "valentijnsdag": 214, "halloween": 1031, "dag_van_de_arbeid": 501, **same(feast(0), "pasen eerste_paasdag"),
        "goede_vrijdag": feast(-2), "tweede_paasdag": feast(1), "hemelvaart": feast(39), "pinksteren": feast(49),
    },
}  # fmt: skip

PLAIN = (
    ("vandaag", m.day(0)),
    ("vanavond", m.day(0)),
    ("vanmorgen", m.day(0)),
    ("vanochtend", m.day(0)),
    ("vanmiddag", m.day(0)),
    ("vannacht", m.day(0)),
    ("gisteren {part}?", m.day(-1)),
    ("gisteravond", m.day(-1)),
    ("gisterenavond", m.day(-1)),
    ("gistermiddag", m.day(-1)),
    ("gisterochtend", m.day(-1)),
    ("afgelopen nacht", m.day(-1)),
    ("eergisteren", m.day(-2)),
    ("morgen", m.day(1)),
    ("morgen vroeg/middag/avond", m.day(1)),
    ("morgenavond", m.day(1)),
    ("morgenmiddag", m.day(1)),
    ("morgenochtend", m.day(1)),
    ("overmorgen", m.day(2)),
    ("goede/elke/de/'s morgen", nothing),
    # counting
    ("{n} {unit} geleden", m.ago),
    ("ongeveer/bijna/zo'n/ruim {n} {unit} geleden", m.about(m.ago)),
    ("een half jaar geleden", m.months(-6)),
    ("half jaar geleden", m.months(-6)),
    ("anderhalf jaar geleden", m.months(-18)),
    ("over {n} {unit}", m.ahead),
    ("over ongeveer {n} {unit}", m.about(m.ahead)),
    ("over een half jaar", m.months(6)),
    ("enkele/enige/paar/veel {unit} geleden", nothing),
    ("een paar {unit} geleden", nothing),
    ("over een paar {unit}", nothing),
    ("over enkele {unit}", nothing),
    # periods
    ("het? {last} {period}", m.period(-1)),
    ("begin/eind/eerder? {last} {period}", m.period(-1)),
    ("dit/deze {period}", m.period(0)),
    ("eerder/later deze {period}", m.period(0)),
    ("dit/het {weekend}", m.around_weekend),
    ("in het {weekend}", m.around_weekend),
    ("begin/eind/later? {next} {period}", m.period(1)),
    ("{coming} {period}", m.period(1)),
    ("{coming} {weekend}", m.around_weekend),
    ("aan het begin/eind/einde van de/het {period}", m.period(0)),
    ("eind/begin van de/het {period}", m.period(0)),
    # weekdays
    ("op? {weekday} {part}?", m.bare_weekday),
    ("sinds | {weekday}", m.last_weekday),
    ("{last} {weekday}", m.last_weekday),
    ("deze {weekday}", m.this_weekday),
    ("{coming} {weekday}", m.coming_weekday),
    ("{weekday} {coming}", m.coming_weekday),
    ("{next} {weekday}", m.next_weekday),
    ("op? {weekday} {last} week", m.weekday_of_week(-1)),
    ("{last} week op? {weekday}", m.weekday_of_week(-1)),
    ("op? {weekday} {next} week", m.weekday_of_week(1)),
    ("{next} week op? {weekday}", m.weekday_of_week(1)),
    ("op? {weekday} over {n} {unit}", m.weekday_in(1)),
    # months, seasons, years
    ("in/begin/eind/half {month}", m.bare_month),
    ("sinds/tot/vanaf | {month}", m.bare_month),
    ("in? {last} {month}", m.last_month_named),
    ("in? {next} {month}", m.next_month_named),
    ("in? {month} {last} jaar", m.month_of_year(-1)),
    ("in? {month} {next} jaar", m.month_of_year(1)),
    ("in/begin/eind? {month} {year}", m.month_and_year),
    ("{last} {season}", m.season(-1)),
    ("deze/dit {season}", m.season(0)),
    ("{next} {season}", m.season(1)),
    ("{coming} {season}", m.bare_season),
    ("in de/het {season}", m.bare_season),
    ("in? de/het? {season} van? {year}", m.season_and_year),
    ("in/begin/eind {year}", m.year),
    ("sinds/tot/vanaf/voor/na/rond | {year}", m.year),
    ("in {year} {unit}", nothing),
    # days of a month
    ("op? {day} {month}", m.day_and_month),
    ("op? {ordinal} {month}", m.day_and_month),
    ("op? de {ordinal}", m.bare_day),
    ("op? {weekday} {day} {month}", m.day_and_month),
    ("op? {day} {month} {year}", m.full_date),
    ("op? {weekday} {day} {month} {year}", m.full_date),
    ("op? {whole}", m.written_date),
    ("op {slashed}", m.slashed),
    # holidays
    ("met/op/rond {holiday}", m.bare_holiday),
    ("voor/na/sinds/tot | {holiday}", m.bare_holiday),
    ("{last} {holiday}", m.last_holiday),
    ("met? {holiday} {year}", m.holiday_and_year),
    # no dates
    ("elke/iedere {weekday} {part}?", nothing),
    ("elke/iedere/elk/ieder {period}/{month}/{season}/{holiday}", nothing),
    ("een/de/welke/die {weekday}", nothing),
    ("{weekday} tot/- {weekday}", nothing),
    ("van {weekday} tot {weekday}", nothing),
    ("gedurende/sinds/al/elke/om_de/voor {n} {unit}", nothing),
    ("{n} {unit} lang", nothing),
)

INNER = (("{holiday}", m.bare_holiday), ("de {ordinal}", m.bare_day))

LARGER = (
    ("{n} {unit} voor {date}", m.from_date(-1)),
    ("{n} {unit} na {date}", m.from_date(1)),
    ("de dag voor {date}", m.day_beside(-1)),
    ("de dag na {date}", m.day_beside(1)),
    ("de/het {period} voor {date}", m.beside_date(-1)),
    ("de/het {period} na {date}", m.beside_date(1)),
    ("de/het {period} van {date}", m.beside_date(0)),
    ("de {weekday} voor {date}", m.weekday_beside(-1)),
    ("de {weekday} na {date}", m.weekday_beside(1)),
)

LATER = (
    ("{n} {unit} later", m.later(1)),
    ("{n} {unit} eerder/ervoor", m.later(-1)),
    ("de volgende dag", m.following(Unit.DAY)),
    ("de dag erna/daarna", m.following(Unit.DAY)),
    ("de week erna/daarna", m.following(Unit.WEEK)),
)

GRAMMAR = Grammar(
    code="nl",
    tables=TABLES,
    phrases=PLAIN,
    inner=INNER,
    larger=LARGER,
    later=LATER,
    common=bag("""
        de het een en van ik je jij hij zij ze wij we is was niet met op te dat die dit voor aan er maar om ook
        zijn hebben heb hebt heeft had naar mijn bij uit nog wel wat hoe
    """),
    shy=bag("morgen over een week twee weken dag weekend"),
    past=bag("""
        was waren had hadden ging gingen kwam kwamen zag zagen deed deden zei zeiden werd werden kocht kochten
        vond vonden kreeg kregen wilde wilden kon konden moest moesten bracht dacht sliep schreef liep reed
        vloog begon verloor sprak gisteren geleden maakte belde woonde werkte speelde reisde ontmoette
    """),
    future=bag("""
        zal zullen zult ga gaat gaan wil wilt willen moet moeten kan kunnen mag mogen word wordt morgen straks
        binnenkort afspraak komt komen vertrek vertrekt vertrekken begint vliegen vlieg is ben zijn herinner
        volgende komende examen gepland geboekt
    """),
    auxiliaries=bag("heb hebt heeft hebben ben bent is zijn had was"),
    participle=re.compile(
        r"(?!(?:gepland|geboekt|gesloten|geen|gezin)$)(?:[a-zë]{2,})?ge[a-zëï]{2,}(?:d|t|en)|(?:be|ver|ont|her)[a-zë]{3,}(?:d|t|en)",
    ),
)
