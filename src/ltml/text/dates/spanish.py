"""Spanish: the common core."""

from __future__ import annotations

import re

from ltml.text.dates import meanings as m
from ltml.text.dates.grammar import Grammar, Table, bag, nothing, same, series
from ltml.text.dates.meanings import Unit, feast

NUMBERS = {
    **series(
        "un|una|uno", "dos|un_par_de", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", start=1
    ),
    **series(
        "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve", start=11
    ),
    "veinte": 20,
    "treinta": 30,
    "cuarenta": 40,
    "cincuenta": 50,
}

TABLES: dict[str, Table] = {
    "n": NUMBERS,
    "ordinal": {"primero": 1, "1º": 1, "1°": 1, "uno": 1},
    "weekday": series("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "month": series(
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre|setiembre", "octubre",
        "noviembre", "diciembre", start=1,
    ),
    "unit": {
        **same(Unit.DAY, "día días"), **same(Unit.WEEK, "semana semanas"), **same(Unit.MONTH, "mes meses"),
        **same(Unit.YEAR, "año años"),
    },
    "period": {"semana": Unit.WEEK, "mes": Unit.MONTH, "año": Unit.YEAR, "fin_de_semana": Unit.WEEKEND,
               "finde": Unit.WEEKEND},
    "weekend": same(0, "fin_de_semana finde"),
    "season": series("primavera", "verano", "otoño", "invierno"),
    "part": same(0, "mañana tarde noche mediodía"),
    "last": same(0, "pasado pasada anterior"),
    "next": same(0, "próximo próxima"),
    "holiday": {
        **same(1225, "navidad navidades"), **same(1224, "nochebuena noche_buena"),
        **same(1231, "nochevieja fin_de_año"),
        "año_nuevo": 101, "reyes": 106, "san_valentín": 214, "halloween": 1031, "día_del_trabajo": 501,
        **same(feast(0), "pascua domingo_de_pascua domingo_de_resurrección"), "viernes_santo": feast(-2),
        "jueves_santo": feast(-3), "lunes_de_pascua": feast(1), "todos_los_santos": 1101,
    },
}  # fmt: skip

PLAIN = (
    ("hoy", m.day(0)),
    ("hoy por/en la {part}", m.day(0)),
    ("hoy en día", nothing),
    ("esta {part}", m.day(0)),
    ("este mediodía", m.day(0)),
    ("ayer", m.day(-1)),
    ("ayer por/en/a la {part}", m.day(-1)),
    ("anoche", m.day(-1)),
    ("anteayer", m.day(-2)),
    ("antes de ayer", m.day(-2)),
    ("antier", m.day(-2)),
    ("anteanoche", m.day(-2)),
    ("mañana", m.day(1)),
    ("mañana por/en/a la {part}", m.day(1)),
    ("pasado mañana", m.day(2)),
    ("por/de/en/a/toda la mañana", nothing),
    ("la/las/una/cada/buena mañana", nothing),
    # counting
    ("hace {n} {unit}", m.ago),
    ("hace casi/unos/unas/como/aproximadamente {n} {unit}", m.about(m.ago)),
    ("{n} {unit} atrás", m.ago),
    ("hace medio año", m.months(-6)),
    ("hace año y medio", m.months(-18)),
    ("hace un año y medio", m.months(-18)),
    ("dentro de {n} {unit}", m.ahead),
    ("en {n} {unit}", m.within),
    ("dentro de/en medio año", m.months(6)),
    ("hace/en unos/unas/varios/varias/algunos/algunas/muchos/muchas/pocos/pocas {unit}", nothing),
    ("dentro de unos/unas/varios/varias/algunos/algunas/pocos/pocas {unit}", nothing),
    ("desde hace {n} {unit}", nothing),
    # periods
    ("el/la? {period} {last}", m.period(-1)),
    ("a principios/mediados/finales del {period} {last}", m.period(-1)),
    ("este/esta {period}", m.period(0)),
    ("este {weekend}", m.around_weekend),
    ("el {weekend}", m.around_weekend),
    ("el/la? {next} {period}", m.period(1)),
    ("el/la? {period} que_viene/próximo/próxima/entrante", m.period(1)),
    ("a principios/mediados/finales del/de/de_la/de_este/de_esta {period}", m.period(0)),
    ("a? fin de mes", m.months(0)),
    ("a? fines/finales de mes", m.months(0)),
    # weekdays
    ("el? {weekday}", m.bare_weekday),
    ("el? {weekday} por/en/a la {part}", m.bare_weekday),
    ("el? {weekday} {last}", m.last_weekday),
    ("el pasado {weekday}", m.last_weekday),
    ("este {weekday}", m.this_weekday),
    ("desde el | {weekday}", m.last_weekday),
    ("el? {next} {weekday}", m.next_weekday),
    ("el? {weekday} próximo", m.next_weekday),
    ("el? {weekday} que viene", m.next_weekday),
    ("el? {weekday} de la semana {last}", m.weekday_of_week(-1)),
    ("el? {weekday} de esta semana", m.weekday_of_week(0)),
    ("el? {weekday} de la {next} semana", m.weekday_of_week(1)),
    ("el? {weekday} de la semana que_viene/próxima", m.weekday_of_week(1)),
    # months, seasons, years
    ("en/a_principios_de/a_finales_de/a_mediados_de {month}", m.bare_month),
    ("en el mes de {month}", m.bare_month),
    ("desde/hasta | {month}", m.bare_month),
    ("el? {month} {last}", m.last_month_named),
    ("en? {month} del/de? año {last}", m.month_of_year(-1)),
    ("en? {month} de/del? {year}", m.month_and_year),
    ("el? {next} {month}", m.next_month_named),
    ("el/la {season} {last}", m.season(-1)),
    ("este/esta {season}", m.season(0)),
    ("el/la {next} {season}", m.season(1)),
    ("en el/la? {season}", m.bare_season),
    ("en? el/la? {season} de/del {year}", m.season_and_year),
    ("en/allá_por/a_principios_de/a_finales_de {year}", m.year),
    ("desde/hasta/antes_de/después_de | {year}", m.year),
    ("en el año {year}", m.year),
    # days of a month
    ("el {day}/{ordinal}", m.bare_day),
    ("el día {day}", m.bare_day),
    ("el? {day} de {month}", m.day_and_month),
    ("el? {ordinal} de {month}", m.day_and_month),
    ("el? {weekday} ,? {day} de {month}", m.day_and_month),
    ("el? {weekday} {day}", m.bare_day),
    ("el? {day} de {month} de/del {year}", m.full_date),
    ("el? {ordinal} de {month} de/del {year}", m.full_date),
    ("el? {weekday} ,? {day} de {month} de/del {year}", m.full_date),
    ("el {day} %", nothing),
    ("el? {whole}", m.written_date),
    ("el {slashed}", m.slashed),
    # holidays
    ("en/por/para {holiday}", m.bare_holiday),
    ("el/la {holiday}", m.bare_holiday),
    ("desde/hasta/antes_de/después_de | {holiday}", m.bare_holiday),
    ("la? {holiday} {last}", m.last_holiday),
    ("en? {holiday} de/del? {year}", m.holiday_and_year),
    # no dates
    ("todos los {weekday}", nothing),
    ("cada {weekday}/{period}/{month}/{season}/{holiday}", nothing),
    ("los/un/algún/qué {weekday}", nothing),
    ("de {weekday} a {weekday}", nothing),
    ("durante/por/cada/desde_hace/en_las_últimas/en_los_últimos/en_las_próximas/en_los_próximos {n} {unit}", nothing),
    ("un día", nothing),
)

INNER = (("{holiday}", m.bare_holiday), ("la {holiday}", m.bare_holiday), ("el {day}", m.bare_day))

LARGER = (
    ("{n} {unit} antes de {date}", m.from_date(-1)),
    ("{n} {unit} antes del {date}", m.from_date(-1)),
    ("{n} {unit} después de {date}", m.from_date(1)),
    ("el día antes de {date}", m.day_beside(-1)),
    ("el día después de {date}", m.day_beside(1)),
    ("el/la {period} antes de {date}", m.beside_date(-1)),
    ("el/la {period} antes del {date}", m.beside_date(-1)),
    ("el/la {period} después de {date}", m.beside_date(1)),
    ("el/la {period} después del {date}", m.beside_date(1)),
    ("el {weekday} antes de {date}", m.weekday_beside(-1)),
    ("el {weekday} antes del {date}", m.weekday_beside(-1)),
    ("el {weekday} después de {date}", m.weekday_beside(1)),
    ("el {weekday} después del {date}", m.weekday_beside(1)),
)

LATER = (
    ("{n} {unit} después/más_tarde", m.later(1)),
    ("{n} {unit} antes", m.later(-1)),
    ("al día siguiente", m.following(Unit.DAY)),
    ("a la semana siguiente", m.following(Unit.WEEK)),
)

GRAMMAR = Grammar(
    code="es",
    tables=TABLES,
    phrases=PLAIN,
    inner=INNER,
    larger=LARGER,
    later=LATER,
    common=bag("""
        un hace el la los las un una y de del que en es no con por para me te se lo le yo tú él ella nosotros mi su muy
        pero como está estoy fue tengo tiene hay al más ya nos voy va
    """),
    shy=bag("mañana martes mes ano tarde san"),
    past=bag("""
        fui fue fuimos fueron era éramos eran estaba estaban estuve estuvo tuve tuvo tuvimos hice hizo hicimos
        dije dijo vino vine vimos vi vio di dio puse puso pude pudo quise quiso supe traje trajo llegué compré
        comí hablé había ayer anoche pasado empecé perdí conocí salí salimos viví nació murió llamó
    """),
    future=bag("""
        voy vas va vamos van será seré serán iré irá iremos irán tendré tendrá tendremos haré hará haremos tengo
        tiene tenemos hay debo debe quiero quiere puedo puede podemos viajo viajamos llega llegará llegaremos
        mañana próximo próxima cita examen reunión es viene vienen empieza recuérdame estaré estará
    """),
    past_form=re.compile(
        r"(?!(?:qué|sé|té|café|bebé|porqué|está|día|había|también)$)[a-zñ]{2,}(?<!r)(?:é|ó|aron|ieron|aste|iste|aba|aban)"
    ),
    auxiliaries=bag("he has ha hemos habéis han había"),
    participle=re.compile(
        r"[a-zñáéíóú]{2,}(?:ado|ido|ído)|visto|hecho|dicho|escrito|puesto|vuelto|roto|abierto|muerto"
    ),
)
