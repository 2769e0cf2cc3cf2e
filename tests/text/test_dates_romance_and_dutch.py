"""What French, Spanish, Italian, Portuguese and Dutch phrases of time mean, seen from Wednesday 15 October 2025."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ltml.text.dates import find_dates

WEDNESDAY = datetime(2025, 10, 15, 12, tzinfo=UTC)


def found(text: str) -> list[tuple[str, str]]:
    return [(dated.phrase, dated.written) for dated in find_dates(text, WEDNESDAY)]


def test_the_day_the_tables_are_seen_from_is_a_wednesday() -> None:
    assert WEDNESDAY.strftime("%A") == "Wednesday"


SHORT_MONTHS = [
    ("op 3 mrt 2025", "2025-03-03"),
    ("3 aug 2025", "2025-08-03"),
    ("op 3 mrt. 2025", "2025-03-03"),
    ("op 14 jun", "2026-06-14"),
    ("in apr 2024", "2024-04"),
    ("le 3 févr. 2025", "2025-02-03"),
    ("el 3 ago 2025", "2025-08-03"),
    ("3 de ene. de 2025", "2025-01-03"),
    ("el martes 2 de dic", "2025-12-02"),
    ("en ago 2025", "2025-08"),
    ("il 3 mag 2025", "2025-05-03"),
    ("3 gen. 2025", "2025-01-03"),
    ("lunedì 3 nov", "2025-11-03"),
    ("no dia 3 de fev", "2026-02-03"),
    ("3 de out. de 2025", "2025-10-03"),
    ("12 set 2025", "2025-09-12"),
    ("em ago de 2025", "2025-08"),
]


@pytest.mark.parametrize(("text", "written"), SHORT_MONTHS)
def test_short_months_are_months_beside_a_day_or_a_year(text: str, written: str) -> None:
    assert found(text) == [(text, written)]


@pytest.mark.parametrize(
    "text", ["Sold out 2024!", "5 out of 10", "We played 3 set", "No mar há 3 set", "Ik mag 2 keer"]
)
def test_what_is_also_a_short_month_is_none_by_itself(text: str) -> None:
    assert found(text) == []


FRENCH = [
    ("Aujourd'hui", "2025-10-15"),
    ("ce soir", "2025-10-15"),
    ("demain matin", "2025-10-16"),
    ("après-demain", "2025-10-17"),
    ("avant-hier", "2025-10-13"),
    ("hier soir", "2025-10-14"),
    ("la nuit dernière", "2025-10-14"),
    ("il y a trois jours", "2025-10-12"),
    ("il y a deux semaines", "2025-10-01"),
    ("il y a un mois", "2025-09"),
    ("il y a deux ans", "2023"),
    ("dans quatre jours", "2025-10-19"),
    ("dans une semaine", "2025-10-22"),
    ("la semaine dernière", "2025-10-06..2025-10-12"),
    ("cette semaine", "2025-10-13..2025-10-19"),
    ("la semaine prochaine", "2025-10-20..2025-10-26"),
    ("le week-end dernier", "2025-10-11..2025-10-12"),
    ("le mois dernier", "2025-09"),
    ("l'année prochaine", "2026"),
    ("l'été dernier", "2025-06-01..2025-08-31"),
    ("vendredi dernier", "2025-10-10"),
    ("mardi prochain", "2025-10-21"),
    ("vendredi", "2025-10-17"),
    ("en mars", "2026-03"),
    ("en mars 2023", "2023-03"),
    ("en 2019", "2019"),
    ("le 3 mai", "2026-05-03"),
    ("le 1er mai 2024", "2024-05-01"),
    ("samedi 18 octobre", "2025-10-18"),
    ("à Noël", "2025-12-25"),
    ("deux jours avant Noël", "2025-12-23"),
    ("la semaine avant le 9 juin", "2026-06-01..2026-06-07"),
]

SPANISH = [
    ("hoy", "2025-10-15"),
    ("esta noche", "2025-10-15"),
    ("ayer por la tarde", "2025-10-14"),
    ("anoche", "2025-10-14"),
    ("anteayer", "2025-10-13"),
    ("mañana", "2025-10-16"),
    ("mañana por la mañana", "2025-10-16"),
    ("pasado mañana", "2025-10-17"),
    ("hace tres días", "2025-10-12"),
    ("hace dos semanas", "2025-10-01"),
    ("hace un mes", "2025-09"),
    ("hace dos años", "2023"),
    ("dentro de cuatro días", "2025-10-19"),
    ("en una semana", "2025-10-22"),
    ("la semana pasada", "2025-10-06..2025-10-12"),
    ("esta semana", "2025-10-13..2025-10-19"),
    ("la próxima semana", "2025-10-20..2025-10-26"),
    ("el fin de semana pasado", "2025-10-11..2025-10-12"),
    ("el mes que viene", "2025-11"),
    ("el año pasado", "2024"),
    ("el verano pasado", "2025-06-01..2025-08-31"),
    ("el viernes pasado", "2025-10-10"),
    ("el próximo martes", "2025-10-21"),
    ("el viernes", "2025-10-17"),
    ("en marzo", "2026-03"),
    ("en marzo de 2023", "2023-03"),
    ("el 3 de mayo", "2026-05-03"),
    ("el 5 de mayo de 2024", "2024-05-05"),
    ("en Navidad", "2025-12-25"),
    ("dos días antes de Navidad", "2025-12-23"),
    ("la semana antes del 9 de junio", "2026-06-01..2026-06-07"),
]

ITALIAN = [
    ("oggi", "2025-10-15"),
    ("stasera", "2025-10-15"),
    ("ieri sera", "2025-10-14"),
    ("l'altro ieri", "2025-10-13"),
    ("domani mattina", "2025-10-16"),
    ("dopodomani", "2025-10-17"),
    ("tre giorni fa", "2025-10-12"),
    ("due settimane fa", "2025-10-01"),
    ("un mese fa", "2025-09"),
    ("due anni fa", "2023"),
    ("tra quattro giorni", "2025-10-19"),
    ("fra una settimana", "2025-10-22"),
    ("la settimana scorsa", "2025-10-06..2025-10-12"),
    ("questa settimana", "2025-10-13..2025-10-19"),
    ("la prossima settimana", "2025-10-20..2025-10-26"),
    ("lo scorso weekend", "2025-10-11..2025-10-12"),
    ("il mese prossimo", "2025-11"),
    ("l'anno scorso", "2024"),
    ("l'estate scorsa", "2025-06-01..2025-08-31"),
    ("venerdì scorso", "2025-10-10"),
    ("martedì prossimo", "2025-10-21"),
    ("venerdi", "2025-10-17"),
    ("a marzo", "2026-03"),
    ("a marzo del 2023", "2023-03"),
    ("nel 2019", "2019"),
    ("il 3 maggio", "2026-05-03"),
    ("il primo maggio 2024", "2024-05-01"),
    ("a Natale", "2025-12-25"),
    ("due giorni prima di Natale", "2025-12-23"),
]

PORTUGUESE = [
    ("hoje", "2025-10-15"),
    ("ontem à noite", "2025-10-14"),
    ("anteontem", "2025-10-13"),
    ("amanhã", "2025-10-16"),
    ("amanhã de manhã", "2025-10-16"),
    ("depois de amanhã", "2025-10-17"),
    ("há três dias", "2025-10-12"),
    ("duas semanas atrás", "2025-10-01"),
    ("há um mês", "2025-09"),
    ("há dois anos", "2023"),
    ("daqui a quatro dias", "2025-10-19"),
    ("em uma semana", "2025-10-22"),
    ("na semana passada", "2025-10-06..2025-10-12"),
    ("esta semana", "2025-10-13..2025-10-19"),
    ("na próxima semana", "2025-10-20..2025-10-26"),
    ("a semana que vem", "2025-10-20..2025-10-26"),
    ("no fim de semana passado", "2025-10-11..2025-10-12"),
    ("no ano passado", "2024"),
    ("no verão passado", "2025-06-01..2025-08-31"),
    ("na sexta-feira passada", "2025-10-10"),
    ("na próxima terça", "2025-10-21"),
    ("na sexta", "2025-10-17"),
    ("no sábado", "2025-10-18"),
    ("em março", "2026-03"),
    ("em março de 2023", "2023-03"),
    ("em 2019", "2019"),
    ("no dia 3 de maio", "2026-05-03"),
    ("5 de maio de 2024", "2024-05-05"),
    ("no Natal", "2025-12-25"),
    ("dois dias antes do Natal", "2025-12-23"),
]

DUTCH = [
    ("vandaag", "2025-10-15"),
    ("vanavond", "2025-10-15"),
    ("gisteren", "2025-10-14"),
    ("gisteravond", "2025-10-14"),
    ("eergisteren", "2025-10-13"),
    ("morgen", "2025-10-16"),
    ("overmorgen", "2025-10-17"),
    ("drie dagen geleden", "2025-10-12"),
    ("twee weken geleden", "2025-10-01"),
    ("een maand geleden", "2025-09"),
    ("twee jaar geleden", "2023"),
    ("over vier dagen", "2025-10-19"),
    ("vorige week", "2025-10-06..2025-10-12"),
    ("deze week", "2025-10-13..2025-10-19"),
    ("volgende week", "2025-10-20..2025-10-26"),
    ("afgelopen weekend", "2025-10-11..2025-10-12"),
    ("volgende maand", "2025-11"),
    ("vorig jaar", "2024"),
    ("afgelopen zomer", "2025-06-01..2025-08-31"),
    ("afgelopen vrijdag", "2025-10-10"),
    ("volgende dinsdag", "2025-10-21"),
    ("vrijdagavond", "2025-10-17"),
    ("in maart", "2026-03"),
    ("in maart 2023", "2023-03"),
    ("op 3 mei", "2026-05-03"),
    ("op 5 mei 2024", "2024-05-05"),
    ("met Kerst", "2025-12-25"),
    ("twee dagen voor Kerst", "2025-12-23"),
]


@pytest.mark.parametrize(("phrase", "written"), [*FRENCH, *SPANISH, *ITALIAN, *PORTUGUESE, *DUTCH])
def test_a_phrase_means_the_days_it_says(phrase: str, written: str) -> None:
    assert found(phrase) == [(phrase, written)]


IN_TALK = [
    ("Vendredi, on a mangé chez Luc.", [("Vendredi", "2025-10-10")]),
    ("Vendredi, je vais chez Luc.", [("Vendredi", "2025-10-17")]),
    ("J'étais à Brest en mars.", [("en mars", "2025-03")]),
    ("El viernes hicimos paella.", [("El viernes", "2025-10-10")]),
    ("El viernes voy a comer paella.", [("El viernes", "2025-10-17")]),
    ("Venerdì ho visto Carla.", [("Venerdì", "2025-10-10")]),
    ("Venerdì vado da Carla.", [("Venerdì", "2025-10-17")]),
    ("No sábado comprei um livro.", [("No sábado", "2025-10-11")]),
    ("No sábado vou comprar um livro.", [("No sábado", "2025-10-18")]),
    ("Op vrijdag heb ik Piet gezien.", [("Op vrijdag", "2025-10-10")]),
    ("Op vrijdag ga ik naar Piet.", [("Op vrijdag", "2025-10-17")]),
]


@pytest.mark.parametrize(("text", "expected"), IN_TALK)
def test_the_talk_around_a_weekday_turns_it_to_past_or_future(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "vendredi prochain",
        "tous les lundis",
        "chaque semaine",
        "pendant deux semaines",
        "il y a quelques jours",
        "todos los martes",
        "cada semana",
        "durante dos semanas",
        "por la mañana",
        "ogni lunedì",
        "per due settimane",
        "qualche giorno fa",
        "todo domingo",
        "durante duas semanas",
        "há alguns dias",
        "elke maandag",
        "twee weken lang",
        "een paar dagen geleden",
        "Ich bin hier und du bist nicht hier",
    ],
)
def test_what_recurs_lasts_or_is_vague_gives_no_date(text: str) -> None:
    assert found(text) == []
