"""Adding a language is adding one folder: an invented one is written, and every part of LTML knows it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ltml
from ltml.errors import BadLanguage
from ltml.text.concepts import load_lexicon
from ltml.text.dates.languages import load_grammar
from ltml.text.languages import BUILT_IN, load_language, load_languages, load_secret_words
from ltml.text.languages.tables import CuePattern, compile_any

#: Nobody speaks it: no word of it is a word of another language here.
WORDS = """
stop = 'zu zaf zol zem zik'
phatic = 'zulloo zunk_zik'
light = 'zwee'
negation = 'zniks'
modal = 'zmoog'
joints = 'zun'
first_person = 'zik'
[numbers]
1 = 'zeen zwoo zdree'
[ordinals]
1 = 'zeerste'
[months]
names = ['zan', 'zeb', 'zrt', 'zpr', 'zmei', 'zun', 'zul', 'zaug', 'zep', 'zokt', 'znov', 'zdec']
[weekdays]
names = ['zmaa', 'zdin', 'zwoe', 'zdon', 'zvri', 'zzat', 'zzon']
[units]
km = 'zkilo'
[contrast]
before = 'zvoor'
"""
DATES = """
common = 'zu zaf'
[n]
1 = 'zeen zwoo zdree'
[unit]
day = 'zdag zdagen'
"""
PHRASES = """
from ltml.text.dates import meanings as m

PLAIN = (
    ("zistern", m.day(-1)),
    ("{n} {unit} zleden", m.ago),
    ("zop? {day} {month} {year}", m.full_date),
    ("zop {weekday}", m.bare_weekday),
)
"""
CONCEPTS = """
[employer]
ask = 'zirma'
tell = 'zbureau'
"""
LESSONS = r"""
protected = ['\bzallerg\w*']
"""
QUESTIONS = r"""
counts = ['\bzoe zvaak\b']
"""
SECRETS = """
passwords = 'zwachtwoord'
equals = 'zis'
mine = 'zmijn'
"""
FILES = {
    "language.toml": WORDS,
    "dates.toml": DATES,
    "dates.py": PHRASES,
    "concepts.toml": CONCEPTS,
    "lessons.toml": LESSONS,
    "questions.toml": QUESTIONS,
    "secrets.toml": SECRETS,
}
TALK = """
from datetime import UTC, datetime
from ltml.sleep.cues import classify_lesson
from ltml.text import find_dates, first_person, is_phatic, language, terms, values
from ltml.text.concepts import related
from ltml.text.secrets import find_secrets
from ltml.wake.understand import understand_query

said = datetime(2024, 5, 8, 12, tzinfo=UTC)
text = "zik zem zol zbureau zaf zwoo zkilo"
print(language(text), terms(text), sorted(values(text).numbers), sorted(values(text).units))
print(is_phatic("Zulloo, zunk zik!"), is_phatic("Zulloo zbureau"), first_person(text))
print([dated.written for dated in find_dates("zistern, zdree zdagen zleden, zop 3 zrt 2025, zop zmaa", said)])
print(related("zu zirma zaf zik?"), classify_lesson("zik zem zallergisch zaf"))
print(understand_query("zoe zvaak zem zik", said).counts)
print([secret.kind for secret in find_secrets("zmijn zwachtwoord zis hunter2x")])
"""
HEARD = """\
zz ['zbureau', 'zwoo', '2', 'zkilo'] ['2'] ['km']
True False True
['2024-05-07', '2024-05-05', '2025-03-03', '2024-05-13']
[('zbureau',)] protected
True
['password']
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the invented language stands."""
    write_language(tmp_path / "zz")
    return tmp_path / "zz"


def write_language(folder: Path) -> None:
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")


def test_a_language_is_loaded_from_the_folder_it_stands_in(folder):
    known = load_languages(BUILT_IN, folder.parent)
    assert next(iter(known)) == "en"
    assert "zz" in known
    assert known["zz"].months["zdec"] == 12
    assert known["zz"].lessons.protected[0].place == "zz/lessons.toml: protected"
    grammar, lexicon = load_grammar(known["zz"]), load_lexicon(folder)
    assert grammar is not None
    assert lexicon is not None
    assert grammar.code == lexicon.code == "zz"


def test_a_folder_of_secrets_alone_is_enough_to_know_a_password(folder):
    assert load_secret_words(folder).passwords == {"zwachtwoord"}


def test_a_language_needs_no_dates_and_no_concepts(folder):
    for name in FILES.keys() - {"language.toml"}:
        (folder / name).unlink()
    language = load_language(folder)
    assert load_grammar(language) is None
    assert load_lexicon(folder) is None
    assert language.lessons.protected == language.questions.counts == ()


def test_one_more_folder_in_the_package_and_all_of_it_speaks_the_language(tmp_path):
    package = tmp_path / "ltml"
    shutil.copytree(Path(ltml.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    write_language(package / "text" / "languages" / "zz")
    run = subprocess.run(
        [sys.executable, "-c", TALK], cwd=tmp_path, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert (run.stderr, run.stdout) == ("", HEARD)


@pytest.mark.parametrize(
    ("file", "before", "after", "message"),
    [
        ("language.toml", "stop =", "stopp =", "zz/language.toml: stop: is missing"),
        ("language.toml", "light =", "lihgt =", "zz/language.toml: lihgt: is no key of this table; known are "),
        (
            "language.toml",
            "'zwee'",
            "'Zwee'",
            "zz/language.toml: light: 'Zwee' must be written as it is compared: 'zwee'",
        ),
        ("language.toml", "'zwee'", "'a_b_c_d_e'", "zz/language.toml: light: 'a b c d e' is longer than 4 words"),
        ("language.toml", "'zwee'", "3", "zz/language.toml: light: must be a string"),
        ("language.toml", ", 'zdec'", "", "zz/language.toml: months.names: has 11 entries and must have 12"),
        (
            "language.toml",
            "1 = 'zeen",
            "one = 'zeen",
            "zz/language.toml: numbers.one: must be the number of the first word",
        ),
        ("language.toml", "km = 'zkilo'", "km = []", "zz/language.toml: units.km: must be a string"),
        ("language.toml", "[contrast]", "[contrast", "zz/language.toml: is no TOML: "),
        ("dates.toml", "day =", "days =", "zz/dates.toml: unit.days: must be one of day, week, "),
        (
            "dates.toml",
            "[unit]",
            "[holiday]\n13-1 = 'zfeest'\n[unit]",
            "zz/dates.toml: holiday.13-1: must be a month and",
        ),
        (
            "dates.toml",
            "common",
            "participle = '('\ncommon",
            "zz/dates.toml: participle: '(' is no regular expression: ",
        ),
        ("dates.py", "{day}", "{daay}", "zz/dates.py: dates.toml has no words for {daay}"),
        ("dates.py", "PLAIN", "PLANE", "zz/dates.py: PLAIN is missing"),
        (
            "concepts.toml",
            "ask",
            "aks",
            "zz/concepts.toml: employer.aks: is no key of this table; known are ask, both, tell",
        ),
        (
            "concepts.toml",
            "'zbureau'",
            "'z_bureau'",
            "zz/concepts.toml: employer.tell: 'z bureau' is longer than 1 words",
        ),
        (
            "lessons.toml",
            "protected = [",
            "protected = '' #",
            "zz/lessons.toml: protected: must be an array of strings",
        ),
        ("secrets.toml", "equals", "eqals", "zz/secrets.toml: eqals: is no key of this table; known are "),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_the_file_and_the_key(folder, file, before, after, message):
    content = (folder / file).read_text(encoding="utf-8")
    assert before in content
    (folder / file).write_text(content.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadLanguage) as raised:
        load_everything(folder)
    assert str(raised.value).startswith(message)


def test_a_cue_that_is_no_regular_expression_is_named_with_its_place():
    cues = [CuePattern("due", "zz/lessons.toml: due"), CuePattern("(", "zz/lessons.toml: one_off")]
    with pytest.raises(BadLanguage, match=r"^zz/lessons.toml: one_off: '\(' is no regular expression: "):
        compile_any(cues)


def test_cues_match_where_any_of_them_does_in_any_case_and_none_matches_nothing():
    cues = [CuePattern("zdue", ""), CuePattern("zlast|zfirst", "")]
    assert compile_any(cues, r"\b", r" zday\b").search("the ZLAST zday")
    assert compile_any([]).search("anything") is None


def test_importing_reads_no_table():
    modules = "ltml.text, ltml.text.secrets, ltml.text.concepts, ltml.sleep.cues, ltml.wake.understand"
    code = f"import {modules}; from ltml.text.languages import languages; print(languages.cache_info().currsize)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.stderr, run.stdout) == ("", "0\n")


def load_everything(folder: Path) -> None:
    language = load_language(folder)
    load_grammar(language)
    load_lexicon(folder)
    assert all([language.lessons, language.questions, language.secrets])
