"""German."""

from __future__ import annotations

import re

from ltml.text.dates import meanings as m
from ltml.text.dates.grammar import Grammar, Table, bag, nothing, same, series
from ltml.text.dates.meanings import Unit, feast

NUMBERS = {
    **series("ein|eine|einen|einem|einer|eines", "zwei", "drei", "vier", "fünf", "sechs", start=1),
    **series("sieben", "acht", "neun", "zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", start=7),
    **series("siebzehn", "achtzehn", "neunzehn", "zwanzig", start=17),
    **{
        f"{one}undzwanzig": 20 + value
        for value, one in enumerate(["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"], 1)
    },
    "dreißig": 30,
    "vierzig": 40,
    "fünfzig": 50,
    "sechzig": 60,
    "neunzig": 90,
}
STEMS = series(
    "erst", "zweit", "dritt", "viert", "fünft", "sechst", "siebt|siebent", "acht", "neunt", "zehnt", "elft",
    "zwölft", "dreizehnt",
    "vierzehnt", "fünfzehnt", "sechzehnt", "siebzehnt", "achtzehnt", "neunzehnt", "zwanzigst", "einundzwanzigst",
    "zweiundzwanzigst", "dreiundzwanzigst", "vierundzwanzigst", "fünfundzwanzigst", "sechsundzwanzigst",
    "siebenundzwanzigst",
    "achtundzwanzigst", "neunundzwanzigst", "dreißigst", "einunddreißigst", start=1,
)  # fmt: skip
UNIT = {
    **same(Unit.DAY, "tag tage tagen"), **same(Unit.WEEK, "woche wochen"), **same(Unit.MONTH,
    "monat monate monaten monats"),
    **same(Unit.YEAR, "jahr jahre jahren jahres"), **same(Unit.WEEKEND, "wochenende wochenenden"),
    **same(Unit.DECADE, "jahrzehnt jahrzehnten"),
}  # fmt: skip
WEEKDAYS = series("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag|sonnabend", "sonntag")


def endings(*stems: str) -> dict[str, int]:
    """An adjective in all its forms."""
    return {stem + ending: 0 for stem in stems for ending in ("e", "en", "er", "es", "em")}


HOLIDAYS = {
    **same(1225, "weihnachten weihnacht"), "halloween": 1031, "nikolaus": 1206, "neujahr": 101, "allerheiligen": 1101,
    "dreikönig": 106, "heilige_drei_könige": 106, **same(feast(0), "ostern"), **same(feast(49), "pfingsten"),
    "himmelfahrt": feast(39), "reformationstag": 1031, "fronleichnam": feast(60), "tag_der_arbeit": 501,
    "tag_der_deutschen_einheit": 1003,
}  # fmt: skip
FESTDAYS = {
    **same(1224, "heiligabend heilig_abend heiligen_abend"), **same(1231, "silvester sylvester"), "neujahrstag": 101,
    "valentinstag": 214, "maifeiertag": 501, "ersten_weihnachtstag": 1225, "zweiten_weihnachtstag": 1226,
    "ersten_weihnachtsfeiertag": 1225, "zweiten_weihnachtsfeiertag": 1226, "ostersonntag": feast(0),
    "ostermontag": feast(1),
    "karfreitag": feast(-2), "gründonnerstag": feast(-3), "rosenmontag": feast(-48), "aschermittwoch": feast(-46),
    "pfingstsonntag": feast(49), "pfingstmontag": feast(50), "christi_himmelfahrt": feast(39),
}  # fmt: skip

TABLES: dict[str, Table] = {
    "n": NUMBERS,
    "ordinal": {stem + ending: value for stem, value in STEMS.items() for ending in ("e", "en", "er")},
    "weekday": {
        name + part: value
        for name, value in WEEKDAYS.items()
        for part in ("", "abend", "morgen", "nachmittag", "vormittag", "mittag", "nacht")
    },
    "abbr": series("^Mo", "^Di", "^Mi", "^Do", "^Fr", "^Sa", "^So"),
    "month": series(
        "januar|jänner|jan", "februar|feber|feb", "märz", "april|apr", "mai", "juni", "juli", "august|aug",
        "september|sept|sep", "oktober|okt", "november|nov", "dezember|dez", start=1,
    ),
    "unit": UNIT,
    "period": {"woche": Unit.WEEK, "wochenende": Unit.WEEKEND, "wochenendes": Unit.WEEKEND, "monat": Unit.MONTH,
               "monats": Unit.MONTH, "jahr": Unit.YEAR, "jahres": Unit.YEAR, "jahrzehnt": Unit.DECADE},
    "weekend": {"wochenende": 0, "we": 0, "weekend": 0},
    "season": series("frühling|frühjahr", "sommer", "herbst", "winter"),
    "part": same(0, "früh morgen vormittag mittag nachmittag abend nacht vormittags nachmittags abends nachts"),
    "last": endings("letzt", "vorig", "vergangen"),
    "next": endings("nächst"),
    "coming": endings("kommend"),
    "this": {**endings("dies"), "dies": 0},
    "every": {**endings("jed", "jeglich", "manch"), "alle": 0},
    "tomorrow": {"_morgen": 0},
    "noun": {"^Morgen": 0},
    "holiday": {**HOLIDAYS, **FESTDAYS},
    "festday": FESTDAYS,
}  # fmt: skip

PLAIN = (
    # days around today
    ("heute {part}?", m.day(0)),
    ("heut {part}?", m.day(0)),
    ("heutzutage", nothing),
    ("heute in {n} {unit}", m.exactly(1)),
    ("heute vor {n} {unit}", m.exactly(-1)),
    ("morgen in {n} {unit}", m.exactly(1, 1)),
    ("gestern vor {n} {unit}", m.exactly(-1, -1)),
    ("gestern {part}?", m.day(-1)),
    ("vorgestern {part}?", m.day(-2)),
    ("vorvorgestern", m.day(-3)),
    ("{tomorrow}", m.day(1)),
    ("{tomorrow} früh/vormittag/mittag/nachmittag/abend/nacht", m.day(1)),
    ("ab/bis/für/seit {noun}", nothing),
    ("guten/gute/am/der/den/dem/des/vom/zum/bis_zum/einen/einem/eines/diesen/dieser/schönen {noun}", nothing),
    ("{every} {noun}", nothing),
    ("guten/jeden morgen", nothing),
    ("{noun} !/,", nothing),
    ("übermorgen {part}?", m.day(2)),
    ("überübermorgen", m.day(3)),
    ("{last} nacht", m.day(-1)),
    ("in? der {last} nacht", m.day(-1)),
    ("{this} nacht", m.day(0)),
    ("{this} morgen/vormittag/nachmittag/abend", m.day(0)),
    ("den {this} abend", nothing),
    # counting
    ("vor {n} {unit}", m.ago),
    ("vor etwa/rund/circa/ca/ungefähr/fast/gut/knapp/über/mehr_als .? {n} {unit}", m.about(m.ago)),
    ("etwa/rund/ungefähr/fast/gut/knapp vor {n} {unit}", m.about(m.ago)),
    ("heute vor {n} {unit}", m.exactly(-1)),
    ("vor einem halben jahr", m.months(-6)),
    ("vor anderthalb/eineinhalb jahren", m.months(-18)),
    ("vor einem dreiviertel jahr", m.months(-9)),
    ("in einem halben jahr", m.months(6)),
    ("in {n} {unit}", m.within),
    ("in etwa/rund/circa/ca/ungefähr/knapp/gut .? {n} {unit}", m.about(m.within)),
    ("von heute an in {n} {unit}", m.exactly(1)),
    ("vor/in einigen/mehreren/vielen/etlichen/paar/wenigen {unit}", nothing),
    ("in den letzten/nächsten/vergangenen/kommenden/ersten {unit}", nothing),
    ("in den letzten/nächsten/vergangenen/kommenden/ersten {n} {unit}", nothing),
    ("vor/in {n} bis/oder/- {n} {unit}", nothing),
    ("in ein paar {unit}", nothing),
    ("vor ein paar {unit}", nothing),
    ("vor kurzem", nothing),
    # periods
    ("anfang/mitte/ende? {last} {period}", m.period(-1)),
    ("in_der/im/am? {last} {period}", m.period(-1)),
    ("anfang/mitte/ende? {this} {period}", m.period(0)),
    ("in_der/im/am? {this} {period}", m.period(0)),
    ("anfang/mitte/ende? {next} {period}", m.period(1)),
    ("in_der/im/am? {next} {period}", m.period(1)),
    ("anfang/mitte/ende? {coming} {period}", m.period(1)),
    ("in_der/im? {coming} {period}", m.period(1)),
    ("am {coming} {weekend}", m.around_weekend),
    ("das? {coming} {weekend}", m.around_weekend),
    ("am? {this} {weekend}", m.around_weekend),
    ("am/das/übers/über_das/fürs/für_das/vom {weekend}", m.around_weekend),
    ("vorletzte/vorletzten/vorletzter/vorletztes {period}", m.period(-2)),
    ("in der vorletzten {period}", m.period(-2)),
    ("im/am vorletzten {period}", m.period(-2)),
    ("übernächste/übernächsten/übernächster/übernächstes {period}", m.period(2)),
    ("in der übernächsten {period}", m.period(2)),
    ("im/am übernächsten {period}", m.period(2)),
    ("am/gegen/zum/zu? anfang/ende/beginn/mitte der {period}", m.period(0)),
    ("am/gegen/zum/zu? anfang/ende/beginn/mitte des {period}", m.period(0)),
    ("zum/am? monatsende/monatsanfang", m.months(0)),
    # weekdays
    ("am? {weekday} {part}?", m.bare_weekday),
    ("am {abbr}", m.bare_weekday),
    ("seit | {weekday} {part}?", m.last_weekday),
    ("für/bis/ab | {weekday} {part}?", m.coming_weekday),
    ("am? {last} {weekday} {part}?", m.last_weekday),
    ("am? {this} {weekday} {part}?", m.this_weekday),
    ("am? {coming} {weekday} {part}?", m.coming_weekday),
    ("am? {next} {weekday} {part}?", m.next_weekday),
    ("seit {last} | {weekday}", m.last_weekday),
    ("heute ist | {weekday}", m.today_is),
    ("es ist | {weekday}", m.today_is),
    ("am? vorletzten {weekday}", m.weekday_before_last),
    ("am? übernächsten {weekday}", m.weekday_after_next),
    ("am? {weekday} {part}? {last} woche", m.weekday_of_week(-1)),
    ("{last} woche am? {weekday} {part}?", m.weekday_of_week(-1)),
    ("in der {last} woche am {weekday}", m.weekday_of_week(-1)),
    ("am? {weekday} {part}? {this} woche", m.weekday_of_week(0)),
    ("{this} woche am? {weekday} {part}?", m.weekday_of_week(0)),
    ("am? {weekday} {part}? {next} woche", m.weekday_of_week(1)),
    ("{next} woche am? {weekday} {part}?", m.weekday_of_week(1)),
    ("am? {weekday} {part}? {coming} woche", m.weekday_of_week(1)),
    ("{coming} woche am? {weekday} {part}?", m.weekday_of_week(1)),
    ("am? {weekday} vorletzter/vorletzte woche", m.weekday_of_week(-2)),
    ("vorletzte woche am? {weekday}", m.weekday_of_week(-2)),
    ("am? {weekday} übernächster/übernächste woche", m.weekday_of_week(2)),
    ("übernächste woche am? {weekday} {part}?", m.weekday_of_week(2)),
    ("am? {weekday} in {n} {unit}", m.weekday_in(1)),
    ("in {n} {unit} am {weekday}", m.weekday_in(1)),
    ("am? {weekday} vor {n} {unit}", m.weekday_in(-1)),
    ("vor {n} {unit} am {weekday}", m.weekday_in(-1)),
    # months
    ("im {month}", m.bare_month),
    ("im monat {month}", m.bare_month),
    ("seit/bis/ab/bis_zum | {month}", m.bare_month),
    ("seit/bis_zum | anfang/mitte/ende {month}", m.bare_month),
    ("anfang/mitte/ende/seit_anfang {month}", m.bare_month),
    ("im? {last} {month}", m.last_month_named),
    ("im? {this} {month}", m.month_of_year(0)),
    ("im? {coming} {month}", m.bare_month),
    ("im? {next} {month}", m.next_month_named),
    ("im? {month} {last} jahres", m.month_of_year(-1)),
    ("im? {month} des? {last} jahres", m.month_of_year(-1)),
    ("{last} jahr im {month}", m.month_of_year(-1)),
    ("im? {month} {this} jahres", m.month_of_year(0)),
    ("{this} jahr im {month}", m.month_of_year(0)),
    ("im? {month} {next} jahres", m.month_of_year(1)),
    ("{next} jahr im {month}", m.month_of_year(1)),
    ("im/anfang/mitte/ende? {month} {year}", m.month_and_year),
    ("seit/bis/ab | {month} {year}", m.month_and_year),
    # seasons and years
    ("im? {last} {season}", m.season(-1)),
    ("im? {this} {season}", m.season(0)),
    ("im? {coming} {season}", m.bare_season),
    ("im? {next} {season}", m.season(1)),
    ("im {season}", m.bare_season),
    ("im? {season} {year}", m.season_and_year),
    ("im? {season} {last} jahres", m.season_of_year(-1)),
    ("{last} jahr im {season}", m.season_of_year(-1)),
    ("{next} jahr im {season}", m.season_of_year(1)),
    ("im jahr/jahre {year}", m.year),
    ("in {year}", m.year),
    ("anfang/mitte/ende {year}", m.year),
    ("seit/bis/ab/um/vor/nach | {year}", m.year),
    ("damals {year}", m.year),
    ("in {year} {unit}", nothing),
    # days of a month
    ("am/den/der/dem? {day} . {month}", m.day_and_month),
    ("am/den/der/dem? {day} {month}", m.day_and_month),
    ("am/den/der/dem? {ordinal} {month}", m.day_and_month),
    ("am? {weekday} ,? den/dem? {day} . {month}", m.day_and_month),
    ("am? {weekday} ,? den/dem? {ordinal} {month}", m.day_and_month),
    ("am? {weekday} ,? den/dem? {day} .", m.bare_day),
    ("am/den/der/dem? {day} . {month} {year}", m.full_date),
    ("am/den/der/dem? {ordinal} {month} {year}", m.full_date),
    ("am? {weekday} ,? den/dem? {day} . {month} {year}", m.full_date),
    ("am/den/der/dem? {day} . {month} {last} jahres", m.day_of_year(-1)),
    ("am/den/der/dem? {day} . {month} {this} jahres", m.day_of_year(0)),
    ("am/den/der/dem? {day} . {month} {next} jahres", m.day_of_year(1)),
    ("am {day} .", m.bare_day),
    ("bis_zum/vom/zum/seit_dem/ab_dem/nach_dem/vor_dem | {day} .", m.bare_day),
    ("am {ordinal}", nothing),
    ("vom/zwischen_dem {day} . bis/und/- zum/dem?", nothing),
    ("am {day} . {last} monats", m.day_of_month(-1)),
    ("am {day} . {this} monats", m.day_of_month(0)),
    ("am {day} . {next} monats", m.day_of_month(1)),
    ("am/den/dem {dm} .", m.day_and_month_number),
    ("am? {weekday} ,? den/dem? {dm} .", m.day_and_month_number),
    ("am? {abbr} ,? den/dem? {dm} .", m.day_and_month_number),
    ("bis/vom/zum/bis_zum/seit/seit_dem/ab/ab_dem/für_den/nach_dem/vor_dem | {dm} .", m.day_and_month_number),
    ("am/den/dem {dmy}", m.short_date),
    ("am? {weekday} ,? den/dem? {dmy}", m.short_date),
    ("vom/bis/zum/seit/ab/bis_zum | {dmy}", m.short_date),
    ("am/den/dem? {whole}", m.written_date),
    ("am? {weekday} ,? den/dem? {whole}", m.written_date),
    # holidays
    ("an/zu/über/am/auf/um {holiday}", m.bare_holiday),
    ("{festday}", m.bare_holiday),
    ("bis/seit/vor/nach/ab/für/bis_zum/zum/vom | {holiday}", m.bare_holiday),
    ("{last} {holiday}", m.last_holiday),
    ("am? {last} {holiday}", m.last_holiday),
    ("an/zu? {this} jahr {holiday}", m.holiday_of_year(0)),
    ("{this} {holiday}", m.this_holiday),
    ("am? {next} {holiday}", m.next_holiday),
    ("{holiday} {last} jahr", m.holiday_of_year(-1)),
    ("{last} jahr an/zu? {holiday}", m.holiday_of_year(-1)),
    ("an/zu? {holiday} {next} jahr", m.holiday_of_year(1)),
    ("{next} jahr an/zu {holiday}", m.holiday_of_year(1)),
    ("an/zu? {holiday} {year}", m.holiday_and_year),
    # again and again, some time, for how long: no dates
    ("{every} {weekday} {part}?", nothing),
    ("{every} {weekday} und/, {weekday}", nothing),
    ("{every} {ordinal} {weekday}", nothing),
    ("{every} {ordinal} {weekday} im monat", nothing),
    ("{every} {n} {unit}", nothing),
    ("{every} {period}", nothing),
    ("{every} {month}", nothing),
    ("{every} {season}", nothing),
    ("{every} {holiday}", nothing),
    ("{weekday} bis/-/– {weekday}", nothing),
    ("von {weekday} bis {weekday}", nothing),
    ("{abbr} bis/-/– {abbr}", nothing),
    ("{weekday} und? {weekday} ist/sind ruhetag/frei/geschlossen", nothing),
    ("immer am? {weekday}", nothing),
    ("immer im {month}/{season}", nothing),
    (
        "ein/einen/einem/eines/irgendeinen/irgendeinem/welchen/welcher/welchem/der/jener/jenem {weekday} {part}?",
        nothing,
    ),
    ("an einem/jedem/manchem {weekday}", nothing),
    ("an dem {weekday}", nothing),
    ("für/während/über/binnen/innerhalb_von/seit {n} {unit}", nothing),
    ("{n} {unit} lang", nothing),
    ("eines tages", nothing),
    ("in {n} {unit} pro", nothing),
    ("letzten endes", nothing),
)

INNER = (
    ("{holiday}", m.bare_holiday),
    ("{dm} .", m.day_and_month_number),
    ("{dmy}", m.short_date),
    ("dem {day} .", m.bare_day),
    ("dem {dm} .", m.day_and_month_number),
)

LARGER = (
    ("{n} {unit} vor {date}", m.from_date(-1)),
    ("{n} {unit} nach {date}", m.from_date(1)),
    ("am/der/den tag/abend vor {date}", m.day_beside(-1)),
    ("am/der/den tag/abend nach {date}", m.day_beside(1)),
    ("in? der/die {period} vor {date}", m.beside_date(-1)),
    ("in? der/die {period} nach {date}", m.beside_date(1)),
    ("in? der/die {period} vom/um/ab {date}", m.beside_date(0)),
    ("am/das/der/im {period} vor {date}", m.beside_date(-1)),
    ("am/das/der/im {period} nach {date}", m.beside_date(1)),
    ("am/das {period} vom/um {date}", m.beside_date(0)),
    ("am/der/den/dem? {weekday} vor {date}", m.weekday_beside(-1)),
    ("am/der/den/dem? {weekday} nach {date}", m.weekday_beside(1)),
    ("am/der/den/dem? {weekday} in der woche vom/um {date}", m.weekday_in_week_of),
)

LATER = (
    ("{n} {unit} später/danach/darauf", m.later(1)),
    ("{n} {unit} davor/zuvor/früher/vorher", m.later(-1)),
    ("am tag danach/darauf", m.following(Unit.DAY)),
    ("am {next}/nachfolgenden/folgenden tag/morgen/abend", m.following(Unit.DAY)),
    ("tags darauf", m.following(Unit.DAY)),
    ("in der woche danach/darauf", m.following(Unit.WEEK)),
    ("die woche darauf/danach", m.following(Unit.WEEK)),
    ("in der folgenden woche", m.following(Unit.WEEK)),
    ("im jahr darauf/danach", m.following(Unit.YEAR)),
)

GRAMMAR = Grammar(
    code="de",
    tables=TABLES,
    phrases=PLAIN,
    inner=INNER,
    larger=LARGER,
    later=LATER,
    common=bag("""
        der die das und ist war ich du er sie es wir ihr nicht ein eine einen einem zu mit auf den dem des im am
        hat habe haben hatte auch für von sich wird bin sind dass mir mich mein meine uns dir dich aber noch
        schon wie was wo wenn bei nach aus um
    """),
    shy=bag("so do di mi sa mo fr an"),
    past=bag("""
        war waren warst wart hatte hatten hattest hattet ging gingen kam kamen fuhr fuhren sah sahen gab gaben
        fand fanden bekam bekamen wurde wurden wollte wollten konnte konnten musste mussten durfte durften sagte
        sagten meinte dachte machte kaufte traf trafen flog flogen blieb blieben lag lagen stand standen saß
        saßen schrieb schrieben rief riefen aß aßen trank tranken schlief schliefen verlor verloren begann
        begannen gewann hieß lief liefen las lasen starb half hielt ließ zog zogen nahm nahmen sprach sprachen
        brach brachte brachten wusste erzählte fragte lernte spielte arbeitete reiste besuchte feierte heiratete
        kündigte startete endete lebte wohnte gestern damals letztens neulich
    """),
    future=bag("""
        werde wirst wird werden werdet will willst wollen möchte möchten muss musst müssen soll sollst sollen
        kann kannst können darf dürfen lass lasst bitte morgen bald geplant gebucht vereinbart termin prüfung
        frist abgabe reminder erinnere erinner nächste nächsten nächster kommende kommenden könnte könnten würde
        würden sollte sollten ist sind bin findet beginnt startet kommt kommen fahre fahren fährt fliege fliegen
        fliegt treffe treffen trifft gehe gehen geht bleibt ziehe ziehen zieht mache machen macht hoffe plane
        planen verabredet brauche brauchen eingeladen
    """),
    auxiliaries=bag("habe hab hast hat haben habt bin bist ist sind seid sein hatte hatten war waren"),
    participle=re.compile(
        r"(?!(?:geplant|gebucht|gelten|gefallen|gesamt|gewinnen|genannt|geeignet|gewohnt|geöffnet|geschlossen|gestern"
        r"|gegen|gespannt|bereit|bekannt|beliebt|verliebt|verheiratet|entfernt|verwandt|überhaupt|gestresst|gehalten|genießen|gelingen|geschehen|gehören)$)(?:[a-zäöüß]{2,})?ge[a-zäöüß]{2,}(?:t|en)"
        r"|(?:be|ver|er|ent|zer|unter|über)[a-zäöüß]{3,}(?:t|en)|[a-zäöüß]{3,}iert",
    ),
)
