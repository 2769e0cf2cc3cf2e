"""Italian: the common core."""

from __future__ import annotations

import re

from ltml.text.dates import meanings as m
from ltml.text.dates.grammar import Grammar, Table, bag, nothing, same, series
from ltml.text.dates.meanings import Unit, feast

NUMBERS = {
    **series(
        "un|una|uno", "due|un_paio_di", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci", start=1
    ),
    **series("undici", "dodici", "tredici", "quattordici", "quindici", "sedici", "diciassette", "diciotto", start=11),
    "diciannove": 19,
    "venti": 20,
    "trenta": 30,
    "quaranta": 40,
    "cinquanta": 50,
    "una_decina_di": 10,
}

TABLES: dict[str, Table] = {
    "n": NUMBERS,
    "ordinal": {"primo": 1, "1º": 1, "1°": 1},
    "weekday": series("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
    "month": series(
        "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
        "novembre", "dicembre", start=1,
    ),
    "unit": {
        **same(Unit.DAY, "giorno giorni"), **same(Unit.WEEK, "settimana settimane"), **same(Unit.MONTH, "mese mesi"),
        **same(Unit.YEAR, "anno anni"),
    },
    "period": {"settimana": Unit.WEEK, "mese": Unit.MONTH, "anno": Unit.YEAR, **same(Unit.WEEKEND,
    "weekend fine_settimana")},
    "weekend": same(0, "weekend fine_settimana"),
    "season": series("primavera", "estate", "autunno", "inverno"),
    "part": same(0, "mattina sera pomeriggio notte mattino"),
    "last": same(0, "scorso scorsa passato passata"),
    "next": same(0, "prossimo prossima"),
    "holiday": {
        **same(1225, "natale"), **same(1224, "vigilia_di_natale vigilia"), "santo_stefano": 1226,
        **same(1231, "san_silvestro ultimo_dell'anno"), "capodanno": 101, "befana": 106, "epifania": 106,
        "san_valentino": 214, "ferragosto": 815, "halloween": 1031, "ognissanti": 1101, "festa_del_lavoro": 501,
        **same(feast(0), "pasqua"), **same(feast(1), "pasquetta lunedì_dell'angelo"), "venerdì_santo": feast(-2),
        "pentecoste": feast(49),
    },
}  # fmt: skip

PLAIN = (
    ("oggi {part}?", m.day(0)),
    ("al giorno d'oggi", nothing),
    ("stasera", m.day(0)),
    ("stamattina", m.day(0)),
    ("stamani", m.day(0)),
    ("stanotte", m.day(0)),
    ("questo/questa {part}", m.day(0)),
    ("ieri {part}?", m.day(-1)),
    ("l'altro ieri", m.day(-2)),
    ("avantieri", m.day(-2)),
    ("ieri l'altro", m.day(-2)),
    ("la notte scorsa", m.day(-1)),
    ("la scorsa notte", m.day(-1)),
    ("domani {part}?", m.day(1)),
    ("dopodomani {part}?", m.day(2)),
    ("dopo domani", m.day(2)),
    # counting
    ("{n} {unit} fa", m.ago),
    ("circa/quasi {n} {unit} fa", m.about(m.ago)),
    ("sei mesi fa", m.months(-6)),
    ("un anno e mezzo fa", m.months(-18)),
    ("fra/tra {n} {unit}", m.ahead),
    ("fra/tra circa {n} {unit}", m.about(m.ahead)),
    ("fra/tra qualche/alcuni/alcune/pochi/poche {unit}", nothing),
    ("qualche/alcuni/alcune/pochi/poche/tanti/molti {unit} fa", nothing),
    # periods
    ("il/la/lo/l'? {last} {period}", m.period(-1)),
    ("il/la/lo/l'? {period} {last}", m.period(-1)),
    ("questo/questa/quest' {period}", m.period(0)),
    ("questo {weekend}", m.around_weekend),
    ("nel/durante_il/il {weekend}", m.around_weekend),
    ("il/la/lo/l'? {next} {period}", m.period(1)),
    ("il/la/lo/l'? {period} {next}", m.period(1)),
    ("alla fine/metà del/della/dell' {period}", m.period(0)),
    ("all'inizio del/della/dell' {period}", m.period(0)),
    ("a fine mese", m.months(0)),
    # weekdays
    ("{weekday} {part}?", m.bare_weekday),
    ("questo/questa {weekday}", m.this_weekday),
    ("da | {weekday}", m.last_weekday),
    ("lo/la? scorso/scorsa {weekday}", m.last_weekday),
    ("{weekday} {last}", m.last_weekday),
    ("il/la? {next} {weekday}", m.next_weekday),
    ("{weekday} {next}", m.next_weekday),
    ("{weekday} della {last} settimana", m.weekday_of_week(-1)),
    ("{weekday} della settimana {last}", m.weekday_of_week(-1)),
    ("{weekday} della {next} settimana", m.weekday_of_week(1)),
    ("{weekday} della settimana {next}", m.weekday_of_week(1)),
    ("{weekday} di questa settimana", m.weekday_of_week(0)),
    # months, seasons, years
    ("a/in/ad {month}", m.bare_month),
    ("a inizio/fine/metà {month}", m.bare_month),
    ("inizio/fine/metà {month}", m.bare_month),
    ("da/fino_a | {month}", m.bare_month),
    ("nel mese di {month}", m.bare_month),
    ("lo? {last} {month}", m.last_month_named),
    ("a? {month} {last}", m.last_month_named),
    ("a? {month} {next}", m.next_month_named),
    ("a/nel/in? {month} del/dell'? {year}", m.month_and_year),
    ("a? {month} dell'anno {last}", m.month_of_year(-1)),
    ("l'/la? {last} {season}", m.season(-1)),
    ("l'/la? {season} {last}", m.season(-1)),
    ("quest'/questa/questo {season}", m.season(0)),
    ("la/l'? {next} {season}", m.season(1)),
    ("l'? {season} {next}", m.season(1)),
    ("in/d' {season}", m.bare_season),
    ("nell'/nella/in? {season} del {year}", m.season_and_year),
    ("nel {year}", m.year),
    ("dal/fino_al/prima_del/dopo_il | {year}", m.year),
    # days of a month
    ("il {day}", m.bare_day),
    ("il {day} %", nothing),
    ("l'/il? {day} {month}", m.day_and_month),
    ("il? {ordinal} {month}", m.day_and_month),
    ("{weekday} {day} {month}", m.day_and_month),
    ("{weekday} {day}", m.bare_day),
    ("l'/il? {day} {month} {year}", m.full_date),
    ("il? {ordinal} {month} {year}", m.full_date),
    ("{weekday} {day} {month} {year}", m.full_date),
    ("il? {whole}", m.written_date),
    ("il {slashed}", m.slashed),
    # holidays
    ("a/per {holiday}", m.bare_holiday),
    ("il giorno di {holiday}", m.bare_holiday),
    ("la/il {holiday}", m.bare_holiday),
    ("prima_di/dopo/da/fino_a | {holiday}", m.bare_holiday),
    ("lo? {last} {holiday}", m.last_holiday),
    ("{holiday} {last}", m.last_holiday),
    ("a? {holiday} del? {year}", m.holiday_and_year),
    # no dates
    ("ogni {weekday} {part}?", nothing),
    ("ogni {period}/{month}/{season}/{holiday}", nothing),
    ("tutti/tutte i/le {weekday}", nothing),
    ("il/la/un/una/i/le {weekday} {part}?", nothing),
    ("dal {weekday} al {weekday}", nothing),
    ("per/da/ogni/in {n} {unit}", nothing),
    ("un giorno", nothing),
)

INNER = (("{holiday}", m.bare_holiday), ("il {day}", m.bare_day))

LARGER = (
    ("{n} {unit} prima di {date}", m.from_date(-1)),
    ("{n} {unit} prima del {date}", m.from_date(-1)),
    ("{n} {unit} dopo {date}", m.from_date(1)),
    ("il giorno prima di {date}", m.day_beside(-1)),
    ("il giorno dopo {date}", m.day_beside(1)),
    ("la/il {period} prima di/del {date}", m.beside_date(-1)),
    ("la/il {period} dopo {date}", m.beside_date(1)),
    ("il/la? {weekday} prima di/del {date}", m.weekday_beside(-1)),
    ("il/la? {weekday} dopo {date}", m.weekday_beside(1)),
)

LATER = (
    ("{n} {unit} dopo/più_tardi", m.later(1)),
    ("{n} {unit} prima", m.later(-1)),
    ("il giorno dopo/seguente", m.following(Unit.DAY)),
    ("la settimana dopo/seguente", m.following(Unit.WEEK)),
)

GRAMMAR = Grammar(
    code="it",
    tables=TABLES,
    phrases=PLAIN,
    inner=INNER,
    larger=LARGER,
    later=LATER,
    common=bag("""
        l a il lo la gli le un una e di del della che è non con per mi ti si ci io tu lui lei noi sono ho hai ha
        abbiamo hanno mio mia ma come nel nella al alla dal da più molto questo questa
    """),
    shy=bag("l sera anno fine"),
    past=bag("""
        era ero eravamo erano aveva avevo avevamo avevano andavo faceva fu ebbe fece disse ieri scorso scorsa fa
    """),
    future=bag("""
        vado vai va andiamo andate vanno sarà sarò saremo saranno avrò avrà farò farà faremo andrò andrà andremo
        verrà verrò devo deve dobbiamo voglio vuole posso può possiamo parto parte partiamo domani prossimo
        prossima appuntamento esame riunione viene vengono arriva comincia inizia prenotato previsto ricordami
        partirò partiremo
    """),
    past_form=re.compile(r"[a-z]{3,}(?:avo|ava|avamo|avano|evo|eva|evamo|evano|ivo|iva|ivano)"),
    auxiliaries=bag("ho hai ha abbiamo avete hanno sono sei è siamo siete"),
    participle=re.compile(
        r"(?!(?:sabato|prenotato|previsto|appuntamento|passato|marito|vita|data|subito|lato|gatto|tutto|tutti)$)"
        r"[a-z]{2,}(?:at[oaie]|it[oaie]|ut[oaie])|fatto|detto|visto|preso|scritto|letto|messo|perso|morto|nat[oa]|rotto|venut[oaie]",
    ),
)
