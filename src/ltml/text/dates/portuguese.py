"""Portuguese: the common core."""

from __future__ import annotations

import re

from ltml.text.dates import meanings as m
from ltml.text.dates.grammar import Grammar, Table, bag, nothing, same, series
from ltml.text.dates.meanings import Unit, feast

NUMBERS = {
    **series(
        "um|uma", "dois|duas|um_par_de", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez", start=1
    ),
    **series(
        "onze", "doze", "treze", "catorze|quatorze", "quinze", "dezesseis|dezasseis", "dezessete|dezassete", start=11
    ),
    **series("dezoito", "dezenove|dezanove", "vinte", start=18),
    "trinta": 30,
    "quarenta": 40,
    "cinquenta": 50,
}

TABLES: dict[str, Table] = {
    "n": NUMBERS,
    "ordinal": {"primeiro": 1, "1º": 1, "1°": 1},
    "weekday": series(
        "segunda-feira|segunda_feira", "terça-feira|terça_feira", "quarta-feira|quarta_feira",
        "quinta-feira|quinta_feira",
        "sexta-feira|sexta_feira|sexta", "sábado", "domingo",
    ),
    "shortday": series("segunda", "terça", "quarta", "quinta"),
    "month": series(
        "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
        "novembro", "dezembro", start=1,
    ),
    "unit": {
        **same(Unit.DAY, "dia dias"), **same(Unit.WEEK, "semana semanas"), **same(Unit.MONTH, "mês meses"),
        **same(Unit.YEAR, "ano anos"),
    },
    "period": {"semana": Unit.WEEK, "mês": Unit.MONTH, "ano": Unit.YEAR, **same(Unit.WEEKEND,
    "fim_de_semana fim-de-semana")},
    "weekend": same(0, "fim_de_semana fim-de-semana"),
    "season": series("primavera", "verão", "outono", "inverno"),
    "part": same(0, "manhã tarde noite"),
    "last": same(0, "passado passada"),
    "next": same(0, "próximo próxima"),
    "holiday": {
        **same(1225, "natal"), **same(1224, "véspera_de_natal"), **same(1231, "réveillon véspera_de_ano_novo"),
        "ano_novo": 101, "dia_dos_namorados": 612, "halloween": 1031, "dia_do_trabalhador": 501, "finados": 1102,
        **same(feast(0), "páscoa"), **same(feast(-2), "sexta-feira_santa sexta_feira_santa"), "carnaval": feast(-47),
        "corpus_christi": feast(60),
    },
}  # fmt: skip

PLAIN = (
    ("hoje", m.day(0)),
    ("hoje à/de {part}", m.day(0)),
    ("hoje em dia", nothing),
    ("esta/nesta {part}", m.day(0)),
    ("ontem", m.day(-1)),
    ("ontem à/de {part}", m.day(-1)),
    ("anteontem", m.day(-2)),
    ("antes de ontem", m.day(-2)),
    ("amanhã", m.day(1)),
    ("amanhã à/de {part}", m.day(1)),
    ("depois de amanhã", m.day(2)),
    # counting
    ("há/faz {n} {unit}", m.ago),
    ("há {n} {unit} atrás", m.ago),
    ("{n} {unit} atrás", m.ago),
    ("há/faz cerca_de/quase/uns/umas {n} {unit}", m.about(m.ago)),
    ("há/faz meio ano", m.months(-6)),
    ("há/faz um ano e meio", m.months(-18)),
    ("daqui a {n} {unit}", m.ahead),
    ("em {n} {unit}", m.within),
    ("dentro de {n} {unit}", m.ahead),
    ("daqui a meio ano", m.months(6)),
    ("há/faz alguns/algumas/vários/várias/muitos/muitas/poucos/poucas {unit}", nothing),
    ("em/daqui_a alguns/algumas/vários/várias/poucos/poucas {unit}", nothing),
    ("desde há {n} {unit}", nothing),
    # periods
    ("a/o/na/no? {period} {last}", m.period(-1)),
    ("esta/este/nesta/neste/essa/esse/nessa/nesse {period}", m.period(0)),
    ("este/neste/esse/nesse {weekend}", m.around_weekend),
    ("no/o {weekend}", m.around_weekend),
    ("a/o/na/no? {next} {period}", m.period(1)),
    ("a/o/na/no? {period} que_vem", m.period(1)),
    ("a/o/na/no? {period} {next}", m.period(1)),
    ("no fim/final/início/começo do {period}", m.period(0)),
    ("no fim/final/início/começo da {period}", m.period(0)),
    # weekdays
    ("na/no/à/ao? {weekday}", m.bare_weekday),
    ("na/no? {weekday} à/de {part}", m.bare_weekday),
    ("na {shortday}", m.bare_weekday),
    ("na {shortday} à/de {part}", m.bare_weekday),
    ("na/no? {weekday} {last}", m.last_weekday),
    ("na? {shortday} passada", m.last_weekday),
    ("esta/este/nesta/neste {weekday}", m.this_weekday),
    ("desde | {weekday}", m.last_weekday),
    ("na/no/a/o? {next} {weekday}", m.next_weekday),
    ("na/a? próxima {shortday}", m.next_weekday),
    ("na/no/a/o? {weekday} que vem", m.next_weekday),
    ("na/a? {shortday} que vem", m.next_weekday),
    ("na/no? {weekday} da semana passada", m.weekday_of_week(-1)),
    ("na/no? {weekday} desta semana", m.weekday_of_week(0)),
    ("na/no? {weekday} da semana que_vem/próxima", m.weekday_of_week(1)),
    ("na/no? {weekday} da próxima semana", m.weekday_of_week(1)),
    # months, seasons, years
    ("em {month}", m.bare_month),
    ("no mês de {month}", m.bare_month),
    ("no início/fim/final/começo de {month}", m.bare_month),
    ("desde/até | {month}", m.bare_month),
    ("em? {month} {last}", m.last_month_named),
    ("em? {month} do ano passado", m.month_of_year(-1)),
    ("em? {month} de {year}", m.month_and_year),
    ("em? {month} do ano que vem", m.month_of_year(1)),
    ("no/na/o/a? {season} {last}", m.season(-1)),
    ("este/esta/neste/nesta {season}", m.season(0)),
    ("no/na/o/a? {next} {season}", m.season(1)),
    ("no/na {season}", m.bare_season),
    ("no/na? {season} de {year}", m.season_and_year),
    ("em {year}", m.year),
    ("desde/até/antes_de/depois_de | {year}", m.year),
    ("no ano de? {year}", m.year),
    # days of a month
    ("no? dia {day}", m.bare_day),
    ("no? dia/em? {day} de {month}", m.day_and_month),
    ("a {day} de {month}", m.day_and_month),
    ("no? dia? {ordinal} de {month}", m.day_and_month),
    ("na/no? {weekday} ,? {day} de {month}", m.day_and_month),
    ("no? dia? {day} de {month} de {year}", m.full_date),
    ("a/em {day} de {month} de {year}", m.full_date),
    ("no? dia? {ordinal} de {month} de {year}", m.full_date),
    ("na/no? {weekday} ,? {day} de {month} de {year}", m.full_date),
    ("em/no_dia? {whole}", m.written_date),
    ("em/no_dia {slashed}", m.slashed),
    # holidays
    ("no/na/em/ao {holiday}", m.bare_holiday),
    ("até/desde/antes_do/antes_da/depois_do/depois_da/para_o | {holiday}", m.bare_holiday),
    ("no/na? {holiday} {last}", m.last_holiday),
    ("no/na? {holiday} de {year}", m.holiday_and_year),
    # no dates
    ("toda/todo/cada {weekday}/{shortday}", nothing),
    ("todas/todos as/os {weekday}", nothing),
    ("toda/todo/cada {period}/{month}/{season}/{holiday}", nothing),
    ("um/uma/aos/às/qual {weekday}", nothing),
    ("de {weekday} a {weekday}", nothing),
    ("durante/por/cada/a_cada/nos_últimos/nas_últimas/nos_próximos/nas_próximas {n} {unit}", nothing),
    ("um dia", nothing),
)

INNER = (
    ("{holiday}", m.bare_holiday),
    ("o {holiday}", m.bare_holiday),
    ("a {holiday}", m.bare_holiday),
    ("dia {day}", m.bare_day),
)

LARGER = (
    ("{n} {unit} antes de/do/da {date}", m.from_date(-1)),
    ("{n} {unit} depois de/do/da {date}", m.from_date(1)),
    ("a véspera de/do/da {date}", m.day_beside(-1)),
    ("a/o/na/no {period} antes de/do/da {date}", m.beside_date(-1)),
    ("a/o/na/no {period} depois de/do/da {date}", m.beside_date(1)),
    ("a/o/na/no {weekday} antes de/do/da {date}", m.weekday_beside(-1)),
    ("a/o/na/no {weekday} depois de/do/da {date}", m.weekday_beside(1)),
)

LATER = (
    ("{n} {unit} depois/mais_tarde", m.later(1)),
    ("{n} {unit} antes", m.later(-1)),
    ("no dia seguinte", m.following(Unit.DAY)),
    ("na semana seguinte", m.following(Unit.WEEK)),
)

GRAMMAR = Grammar(
    code="pt",
    tables=TABLES,
    phrases=PLAIN,
    inner=INNER,
    larger=LARGER,
    later=LATER,
    common=bag("""
        o a os as um uma e de do da que em no na não é com por para me te se eu tu você ele ela nós meu minha
        seu sua mas como está estou foi tenho tem ao mais já muito fui
    """),
    shy=bag("ano mes tarde"),
    past=bag("""
        fui foi fomos foram era éramos eram estava estavam estive esteve tive teve tivemos fiz fez fizemos disse
        veio vim vi viu vimos dei deu pude quis soube trouxe ontem passado passada cheguei comprei comi falei
        comecei perdi conheci saí saímos nasceu morreu encontrei viajei fiquei tinha
    """),
    future=bag("""
        vou vais vai vamos vão será serei serão irei irá iremos terei terá teremos farei fará faremos tenho
        temos devo deve quero quer posso pode podemos viajo viajamos chega chegará amanhã próximo próxima
        consulta exame prova reunião é vem começa lembre lembra estarei estará preciso
    """),
    past_form=re.compile(r"[a-zçãõáéíóú]{3,}(?:ou|aram|eram|iram|ava|avam)|(?!(?:sei|lei|rei)$)[a-zç]{2,}(?<!r)ei"),
)
