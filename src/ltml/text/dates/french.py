"""French: the common core."""

from __future__ import annotations

import re

from ltml.text.dates import meanings as m
from ltml.text.dates.grammar import Grammar, Table, bag, nothing, same, series
from ltml.text.dates.meanings import Unit, feast

NUMBERS = {
    **series(
        "un|une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", start=1
    ),
    **series("treize", "quatorze|une_quinzaine_de", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf", start=13),
    "vingt": 20,
    "vingt_et_un": 21,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "une_dizaine_de": 10,
}

TABLES: dict[str, Table] = {
    "n": NUMBERS,
    "ordinal": {"1er": 1, "premier": 1},
    "weekday": series("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "month": series(
        "janvier|janv", "février|fév", "mars", "avril|avr", "mai", "juin", "juillet|juil", "août", "septembre|sept",
        "octobre|oct", "novembre|nov", "décembre|déc", start=1,
    ),
    "unit": {
        **same(Unit.DAY, "jour jours"), **same(Unit.WEEK, "semaine semaines"), **same(Unit.MONTH, "mois"),
        **same(Unit.YEAR, "an ans année années"),
    },
    "period": {"semaine": Unit.WEEK, "mois": Unit.MONTH, "année": Unit.YEAR, "an": Unit.YEAR,
               **same(Unit.WEEKEND, "week-end weekend")},
    "weekend": same(0, "week-end weekend"),
    "season": series("printemps", "été", "automne", "hiver"),
    "part": same(0, "matin soir après-midi aprem midi nuit"),
    "last": same(0, "dernier dernière passé passée précédent précédente"),
    "next": same(0, "prochain prochaine"),
    "holiday": {
        **same(1225, "noël"), "réveillon_de_noël": 1224, "veille_de_noël": 1224, "toussaint": 1101, "halloween": 1031,
        **same(1231, "saint-sylvestre saint_sylvestre réveillon_du_nouvel_an"),
        **same(101, "jour_de_l'an nouvel_an premier_de_l'an"),
        "saint-valentin": 214, "saint_valentin": 214, "quatorze_juillet": 714, **same(feast(0), "pâques"),
        "vendredi_saint": feast(-2), "lundi_de_pâques": feast(1), "pentecôte": feast(49), "ascension": feast(39),
    },
}  # fmt: skip

PLAIN = (
    ("aujourd'hui", m.day(0)),
    ("ce matin/soir/midi", m.day(0)),
    ("cet après-midi/aprem", m.day(0)),
    ("cette après-midi", m.day(0)),
    ("cette nuit", m.day(0)),
    ("hier {part}?", m.day(-1)),
    ("la nuit dernière", m.day(-1)),
    ("avant-hier {part}?", m.day(-2)),
    ("demain {part}?", m.day(1)),
    ("à demain", m.day(1)),
    ("après-demain {part}?", m.day(2)),
    ("aujourd'hui en huit", m.day(7)),
    # counting
    ("il y a {n} {unit}", m.ago),
    ("il y a environ/presque/à_peu_près {n} {unit}", m.about(m.ago)),
    ("y a {n} {unit}", m.ago),
    ("il y a six mois", m.months(-6)),
    ("il y a un an et demi", m.months(-18)),
    ("dans {n} {unit}", m.ahead),
    ("d'ici {n} {unit}", nothing),
    ("dans environ {n} {unit}", m.about(m.ahead)),
    ("il y a/dans quelques/plusieurs {unit}", nothing),
    ("dans les {n}? {unit}", nothing),
    ("il y a {n} ou/à {n} {unit}", nothing),
    # periods
    ("la/le/l'? {period} {last}", m.period(-1)),
    ("ce/cette {period}", m.period(0)),
    ("ce {weekend}", m.around_weekend),
    ("le/ce {weekend}", m.around_weekend),
    ("la/le/l'? {period} {next}", m.period(1)),
    ("la semaine/année d'avant", nothing),
    ("en? fin/début de {period}", m.period(0)),
    ("à la fin du {period}", m.period(0)),
    ("à la fin de la? l'? {period}", m.period(0)),
    ("début/fin/mi {period} {next}", m.period(1)),
    # weekdays
    ("{weekday} {part}?", m.bare_weekday),
    ("ce {weekday} {part}?", m.this_weekday),
    ("depuis | {weekday}", m.last_weekday),
    ("{weekday} {last}", m.last_weekday),
    ("{weekday} {next}", m.next_weekday),
    ("{weekday} en huit", m.weekday_in_eight),
    ("{weekday} de la semaine {last}", m.weekday_of_week(-1)),
    ("{weekday} la semaine {last}", m.weekday_of_week(-1)),
    ("{weekday} de la semaine {next}", m.weekday_of_week(1)),
    ("{weekday} la semaine {next}", m.weekday_of_week(1)),
    ("{weekday} de cette semaine", m.weekday_of_week(0)),
    ("{weekday} dans {n} {unit}", m.weekday_in(1)),
    # months, seasons, years
    ("en/courant/début/fin/mi {month}", m.bare_month),
    ("début/fin/mi - {month}", m.bare_month),
    ("au mois de/d' {month}", m.bare_month),
    ("depuis/jusqu'en/dès | {month}", m.bare_month),
    ("en? {month} {last}", m.last_month_named),
    ("en? {month} {next}", m.next_month_named),
    ("en/début/fin? {month} {year}", m.month_and_year),
    ("en {month} de? l'année {last}", m.month_of_year(-1)),
    ("en {month} l'an/l'année {last}", m.month_of_year(-1)),
    ("l'/au? {season} {last}", m.season(-1)),
    ("cet/ce {season}", m.season(0)),
    ("l'/au? {season} {next}", m.season(1)),
    ("en/au {season}", m.bare_season),
    ("en/au/l'/à_l'? {season} {year}", m.season_and_year),
    ("en/courant/début/fin {year}", m.year),
    ("depuis/avant/après/vers/jusqu'en | {year}", m.year),
    # days of a month
    ("le {day}/{ordinal}", m.bare_day),
    ("le? {day} {month}", m.day_and_month),
    ("le? {ordinal} {month}", m.day_and_month),
    ("le? {weekday} {day} {month}", m.day_and_month),
    ("le? {weekday} {day}", m.bare_day),
    ("le? {day} {month} {year}", m.full_date),
    ("le? {ordinal} {month} {year}", m.full_date),
    ("le? {weekday} {day} {month} {year}", m.full_date),
    ("le? {whole}", m.written_date),
    ("le {day} {unit}", nothing),
    ("le {slashed}", m.slashed),
    # holidays
    ("à/pour/le/au {holiday}", m.bare_holiday),
    ("à la {holiday}", m.bare_holiday),
    ("le/la {holiday}", m.bare_holiday),
    ("avant/après/depuis/dès | {holiday}", m.bare_holiday),
    ("à? {holiday} {last}", m.last_holiday),
    ("à? {holiday} {next}", m.next_holiday),
    ("à? {holiday} {year}", m.holiday_and_year),
    # no dates
    ("tous/toutes les {weekday}", nothing),
    ("chaque {weekday} {part}?", nothing),
    ("chaque {period}/{month}/{season}/{holiday}", nothing),
    ("le {weekday}", nothing),
    ("le {weekday} et le {weekday}", nothing),
    ("un/les/quel {weekday} {part}?", nothing),
    ("du {weekday} au {weekday}", nothing),
    ("pendant/durant/depuis/toutes_les/tous_les/en {n} {unit}", nothing),
)

INNER = (("{holiday}", m.bare_holiday), ("le {day}", m.bare_day))

LARGER = (
    ("{n} {unit} avant {date}", m.from_date(-1)),
    ("{n} {unit} après {date}", m.from_date(1)),
    ("la veille de {date}", m.day_beside(-1)),
    ("le lendemain de {date}", m.day_beside(1)),
    ("la/le {period} avant {date}", m.beside_date(-1)),
    ("la/le {period} après {date}", m.beside_date(1)),
    ("le? {weekday} avant {date}", m.weekday_beside(-1)),
    ("le? {weekday} après {date}", m.weekday_beside(1)),
)

LATER = (
    ("{n} {unit} plus_tard/après", m.later(1)),
    ("{n} {unit} plus_tôt/avant/auparavant", m.later(-1)),
    ("le lendemain", m.following(Unit.DAY)),
    ("la semaine suivante", m.following(Unit.WEEK)),
)

GRAMMAR = Grammar(
    code="fr",
    tables=TABLES,
    phrases=PLAIN,
    inner=INNER,
    larger=LARGER,
    later=LATER,
    common=bag("""
        en à y il le la les un une des du de et est c j je tu il elle on nous vous ils elles ai as avons avez ont suis
        sommes était dans pour avec que qui ne pas ce cette mon ma mes son sa ses au aux l d n s m qu mais où
        très
    """),
    shy=bag("hier demain an ans cette sept mars soir"),
    past=bag("""
        étais était étions étiez étaient avais avait avions aviez avaient faisait allait voulait devait pouvait
        disait venait fut eut fit alla vint dernier dernière passé
    """),
    future=bag("""
        vais vas va allons allez vont serai sera serons seront aurai aura aurons auront ferai fera ferons irai
        ira irons iront viendra viendrai pars part partons dois doit devons faut peux peut pouvons veux veut
        voulons demain prochain prochaine prévu réservé rendez-vous rdv rappelle rappelle-moi bientôt compte
        espère commence arrive
    """),
    past_form=re.compile(
        r"(?!(?:jamais|mais|fait|lait|vrai|trait|parfait|souhait)$)[a-zéèê]{2,}(?<!r)(?:ais|ait|aient|ions)"
    ),
    auxiliaries=bag("ai as a avons avez ont suis es est sommes êtes sont"),
    participle=re.compile(
        r"(?!(?:prévu|réservé|année|soirée|journée|café|thé|été|ici|lundi|mardi|jeudi|samedi|midi|aussi|merci|ami|qui|du)s?$)"
        r"[a-zàâçéèêîôû]+(?:é|ée|és|ées|i|ie|is|u|ue|us|ues)|fait|dit|écrit|pris|mis|mort|ouvert|offert|né",
    ),
)
