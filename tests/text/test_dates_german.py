"""What German phrases of time mean; each row says the weekday it is seen from."""

from __future__ import annotations

from datetime import datetime

import pytest

from ltml.text.dates import find_dates


def seen_from(day: str) -> datetime:
    """Noon of a day written as "Wed 2025-10-15"; a wrong weekday is a mistake in the table."""
    said = datetime.fromisoformat(f"{day[4:]}T12:00:00+00:00")
    assert said.strftime("%a") == day[:3]
    return said


def found(text: str, day: str) -> list[tuple[str, str]]:
    return [(dated.phrase, dated.written) for dated in find_dates(text, seen_from(day))]


DAYS = [
    ("Wed 2025-10-15", "heute", "2025-10-15"),
    ("Wed 2025-10-15", "heute Abend", "2025-10-15"),
    ("Wed 2025-10-15", "gestern", "2025-10-14"),
    ("Wed 2025-10-15", "gestern Nachmittag", "2025-10-14"),
    ("Wed 2025-10-15", "vorgestern", "2025-10-13"),
    ("Wed 2025-10-15", "morgen", "2025-10-16"),
    ("Wed 2025-10-15", "Morgen früh", "2025-10-16"),
    ("Wed 2025-10-15", "übermorgen", "2025-10-17"),
    ("Wed 2025-10-15", "uebermorgen", "2025-10-17"),
    ("Wed 2025-10-15", "letzte Nacht", "2025-10-14"),
    ("Wed 2025-10-15", "heute Nacht", "2025-10-15"),
    ("Wed 2025-10-15", "diesen Morgen", "2025-10-15"),
]

COUNTED = [
    ("Wed 2025-10-15", "vor drei Tagen", "2025-10-12"),
    ("Wed 2025-10-15", "vor 12 Tagen", "2025-10-03"),
    ("Wed 2025-10-15", "vor einundzwanzig Tagen", "2025-09-24"),
    ("Wed 2025-10-15", "vor einer Woche", "2025-10-08"),
    ("Wed 2025-10-15", "vor zwei Wochen", "2025-10-01"),
    ("Wed 2025-10-15", "vor fuenf Tagen", "2025-10-10"),
    ("Wed 2025-10-15", "vor etwa drei Wochen", "2025-09-22..2025-09-28"),
    ("Wed 2025-10-15", "vor einem Monat", "2025-09"),
    ("Sat 2025-05-31", "vor einem Monat", "2025-04"),
    ("Wed 2025-10-15", "vor einem halben Jahr", "2025-04"),
    ("Wed 2025-10-15", "vor anderthalb Jahren", "2024-04"),
    ("Wed 2025-10-15", "vor zwei Jahren", "2023"),
    ("Wed 2025-10-15", "heute vor einem Jahr", "2024-10-15"),
    ("Wed 2025-10-15", "in vier Tagen", "2025-10-19"),
    ("Wed 2025-10-15", "in 14 Tagen", "2025-10-29"),
    ("Wed 2025-10-15", "in zwei Wochen", "2025-10-29"),
    ("Wed 2025-10-15", "in drei Monaten", "2026-01"),
    ("Wed 2025-10-15", "in einem halben Jahr", "2026-04"),
    ("Wed 2025-10-15", "heute in einer Woche", "2025-10-22"),
    ("Wed 2025-10-15", "morgen in zwei Wochen", "2025-10-30"),
]

WEEKDAYS = [
    ("Wed 2025-10-15", "letzten Freitag", "2025-10-10"),
    ("Wed 2025-10-15", "vergangenen Montag", "2025-10-13"),
    ("Wed 2025-10-15", "am Freitag", "2025-10-17"),
    ("Wed 2025-10-15", "am Fr", "2025-10-17"),
    ("Wed 2025-10-15", "Montagabend", "2025-10-20"),
    ("Wed 2025-10-15", "diesen Freitag", "2025-10-17"),
    ("Wed 2025-10-15", "kommenden Dienstag", "2025-10-21"),
    ("Wed 2025-10-15", "nächsten Dienstag", "2025-10-21"),
    ("Wed 2025-10-15", "nächsten Mittwoch", "2025-10-22"),
    ("Wed 2025-10-15", "am naechsten Montag", "2025-10-20"),
    ("Wed 2025-10-15", "Freitag letzter Woche", "2025-10-10"),
    ("Wed 2025-10-15", "letzte Woche Donnerstag", "2025-10-09"),
    ("Wed 2025-10-15", "nächste Woche Samstag", "2025-10-25"),
    ("Mon 2025-10-13", "Freitag nächster Woche", "2025-10-24"),
    ("Wed 2025-10-15", "vorletzten Dienstag", "2025-10-07"),
    ("Wed 2025-10-15", "Montag in zwei Wochen", "2025-10-27"),
    ("Wed 2025-10-15", "Samstag in einer Woche", "2025-10-25"),
    ("Wed 2025-10-15", "am Sonnabend", "2025-10-18"),
]

PERIODS = [
    ("Wed 2025-10-15", "letzte Woche", "2025-10-06..2025-10-12"),
    ("Wed 2025-10-15", "in der letzten Woche", "2025-10-06..2025-10-12"),
    ("Wed 2025-10-15", "diese Woche", "2025-10-13..2025-10-19"),
    ("Wed 2025-10-15", "Anfang nächster Woche", "2025-10-20..2025-10-26"),
    ("Wed 2025-10-15", "vorletzte Woche", "2025-09-29..2025-10-05"),
    ("Wed 2025-10-15", "übernächste Woche", "2025-10-27..2025-11-02"),
    ("Wed 2025-10-15", "letztes Wochenende", "2025-10-11..2025-10-12"),
    ("Wed 2025-10-15", "dieses Wochenende", "2025-10-18..2025-10-19"),
    ("Wed 2025-10-15", "nächstes Wochenende", "2025-10-25..2025-10-26"),
    ("Wed 2025-10-15", "letzten Monat", "2025-09"),
    ("Wed 2025-10-15", "nächsten Monat", "2025-11"),
    ("Wed 2025-10-15", "Ende des Monats", "2025-10"),
    ("Wed 2025-10-15", "voriges Jahr", "2024"),
    ("Wed 2025-10-15", "nächstes Jahr", "2026"),
    ("Wed 2025-10-15", "letzten Sommer", "2025-06-01..2025-08-31"),
    ("Tue 2025-07-15", "letzten Sommer", "2024-06-01..2024-08-31"),
    ("Tue 2025-07-15", "diesen Sommer", "2025-06-01..2025-08-31"),
    ("Wed 2025-10-15", "im Frühling 2019", "2019-03-01..2019-05-31"),
    ("Wed 2025-10-15", "im März", "2026-03"),
    ("Wed 2025-10-15", "letzten März", "2025-03"),
    ("Wed 2025-10-15", "Ende November", "2025-11"),
    ("Wed 2025-10-15", "im März letzten Jahres", "2024-03"),
    ("Wed 2025-10-15", "im März 2023", "2023-03"),
    ("Wed 2025-10-15", "im Jahr 2021", "2021"),
    ("Wed 2025-10-15", "Anfang 2019", "2019"),
]

WRITTEN = [
    ("Wed 2025-10-15", "am 3. Mai", "2026-05-03"),
    ("Wed 2025-10-15", "3. Mai", "2026-05-03"),
    ("Wed 2025-10-15", "am dritten Mai", "2026-05-03"),
    ("Wed 2025-10-15", "am 20. Oktober", "2025-10-20"),
    ("Wed 2025-10-15", "am 20.", "2025-10-20"),
    ("Wed 2025-10-15", "am 3.5.", "2026-05-03"),
    ("Wed 2025-10-15", "am 3.5.2024", "2024-05-03"),
    ("Wed 2025-10-15", "am 03.05.24", "2024-05-03"),
    ("Wed 2025-10-15", "03.05.2024", "2024-05-03"),
    ("Wed 2025-10-15", "Freitag, den 17. Oktober", "2025-10-17"),
    ("Wed 2025-10-15", "am Sonntag, dem 5. Mai 2024", "2024-05-05"),
    ("Wed 2025-10-15", "5. Mai 2024", "2024-05-05"),
    ("Wed 2025-10-15", "am 4. Juli letzten Jahres", "2024-07-04"),
    ("Wed 2025-10-15", "2024-05-08", "2024-05-08"),
]

HOLIDAYS_AND_AROUND = [
    ("Wed 2025-10-15", "an Weihnachten", "2025-12-25"),
    ("Wed 2025-10-15", "letzte Weihnachten", "2024-12-25"),
    ("Wed 2025-10-15", "an Heiligabend", "2025-12-24"),
    ("Wed 2025-10-15", "Silvester", "2025-12-31"),
    ("Wed 2025-10-15", "an Ostern", "2026-04-05"),
    ("Wed 2025-10-15", "letztes Ostern", "2025-04-20"),
    ("Wed 2025-10-15", "am Karfreitag", "2026-04-03"),
    ("Wed 2025-10-15", "Pfingstmontag", "2026-05-25"),
    ("Wed 2025-10-15", "die Woche vor dem 9. Juni", "2026-06-01..2026-06-07"),
    ("Wed 2025-10-15", "das Wochenende vom 18. Oktober", "2025-10-18..2025-10-19"),
    ("Wed 2025-10-15", "am Freitag vor dem 15. Juli", "2026-07-10"),
    ("Wed 2025-10-15", "zwei Tage vor Weihnachten", "2025-12-23"),
    ("Wed 2025-10-15", "eine Woche nach Ostern", "2026-04-12"),
    ("Wed 2025-10-15", "am Tag nach Weihnachten", "2025-12-26"),
]


@pytest.mark.parametrize(
    ("day", "phrase", "written"), [*DAYS, *COUNTED, *WEEKDAYS, *PERIODS, *WRITTEN, *HOLIDAYS_AND_AROUND]
)
def test_a_phrase_means_the_days_it_says(day: str, phrase: str, written: str) -> None:
    assert found(phrase, day) == [(phrase, written)]


IN_TALK = [
    ("Wed 2025-10-15", "Am Freitag habe ich Jutta getroffen.", [("Am Freitag", "2025-10-10")]),
    ("Wed 2025-10-15", "Ich bin am Montag nach Graz gefahren", [("am Montag", "2025-10-13")]),
    ("Wed 2025-10-15", "Am Samstag waren wir im Kino.", [("Am Samstag", "2025-10-11")]),
    ("Wed 2025-10-15", "Am Freitag treffe ich Jutta.", [("Am Freitag", "2025-10-17")]),
    ("Wed 2025-10-15", "Das Essen ist am Freitag.", [("am Freitag", "2025-10-17")]),
    ("Wed 2025-10-15", "Ich habe seit Montag Husten", [("Montag", "2025-10-13")]),
    ("Wed 2025-10-15", "Bis Donnerstag muss ich das abgeben", [("Donnerstag", "2025-10-16")]),
    ("Wed 2025-10-15", "Am Wochenende haben wir gebacken", [("Am Wochenende", "2025-10-11..2025-10-12")]),
    ("Wed 2025-10-15", "Am Wochenende wollen wir backen", [("Am Wochenende", "2025-10-18..2025-10-19")]),
    ("Wed 2025-10-15", "Im März sind wir umgezogen", [("Im März", "2025-03")]),
    ("Wed 2025-10-15", "An Weihnachten war es schön", [("An Weihnachten", "2024-12-25")]),
    ("Wed 2025-10-15", "Wir wohnen seit 2019 hier", [("2019", "2019")]),
    ("Wed 2025-10-15", "Der Kurs begann am 20.9. und endete bald", [("am 20.9.", "2025-09-20")]),
    (
        "Wed 2025-10-15",
        "Am 3. Oktober kamen wir an, zwei Tage später begann der Streik",
        [("Am 3. Oktober", "2025-10-03"), ("zwei Tage später", "2025-10-05")],
    ),
    (
        "Wed 2025-10-15",
        "Am Dienstag, 7. Oktober, haben wir unterschrieben",
        [("Am Dienstag, 7. Oktober", "2025-10-07")],
    ),
    ("Wed 2025-10-15", "Wir waren vom 3. bis 5. Oktober weg", [("5. Oktober", "2025-10-05")]),
    ("Wed 2025-10-15", "Das hier ist für lundi und nicht für uns", [("lundi", "2025-10-20")]),
    ("Wed 2025-10-15", "Ich muss tomorrow zum Arzt", [("tomorrow", "2025-10-16")]),
    (
        "Wed 2025-10-15",
        "Sorry, das war yesterday, nicht letzte Woche",
        [
            ("yesterday", "2025-10-14"),
            ("letzte Woche", "2025-10-06..2025-10-12"),
        ],
    ),
]


@pytest.mark.parametrize(("day", "text", "expected"), IN_TALK)
def test_the_talk_around_a_phrase_turns_it_to_past_or_future(
    day: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert found(text, day) == expected


NO_DATE = [
    "nächsten Freitag",
    "nächsten Dezember",
    "jeden Montag",
    "jeden zweiten Freitag",
    "jeden Montag und Donnerstag",
    "montags",
    "alle 14 Tage",
    "jede Woche",
    "wöchentlich",
    "jeden Sommer",
    "immer am Dienstag",
    "Montag bis Freitag",
    "zwei Wochen lang",
    "seit zwei Jahren",
    "für drei Tage",
    "in den letzten drei Monaten",
    "in den nächsten Tagen",
    "eine dreitägige Reise",
    "vor ein paar Tagen",
    "Er hat das Haus in drei Wochen gebaut",
    "eines Tages",
    "an einem Freitag",
    "Guten Morgen",
    "am Morgen",
    "Wie war der Morgen?",
    "Morgen, alle zusammen!",
    "heutzutage",
    "das hier ist so, und hier auch",
    "so. Do it, Mo.",
    "zwei Tage später",
    "am 31.2.2024",
    "Version 3.5. ist da",
]


@pytest.mark.parametrize("text", NO_DATE)
def test_what_recurs_lasts_or_is_vague_gives_no_date(text: str) -> None:
    assert found(text, "Wed 2025-10-15") == []
