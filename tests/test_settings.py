"""Settings come from four places in order; what is wrong is named with its place and the cure."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.errors import ConfigError
from ltml.settings import Settings, load


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ltml.toml"
    path.write_text("[sleep]\npart = 100\nprobes = 100\nprofile = 100\n", "utf-8")
    return path


def test_a_later_source_wins(file):
    found = load(file, {"LTML_SLEEP__PROBES": "200", "LTML_SLEEP__PROFILE": "200"}, {"sleep__profile": 300}).sleep
    assert (found.part, found.probes, found.profile) == (100, 200, 300)
    assert found.filter == Settings().sleep.filter


def test_without_any_source_all_is_as_it_comes(tmp_path):
    assert load() == load(tmp_path / "no.toml", {"PATH": "/bin", "OLLAMA_HOST": "x"}) == Settings()


@pytest.mark.parametrize(
    ("environ", "arguments", "words"),
    [
        (
            {"LTML_WAKE__COVERAG": "1"},
            {},
            r"\$LTML_WAKE__COVERAG: unknown setting 'coverag'; did you mean 'coverage'\?",
        ),
        ({"LTML_SLEEPP": "1"}, {}, r"did you mean 'sleep'\?"),
        ({}, {"zzz": 1}, r"zzz: unknown setting 'zzz'; known: store, wake, sleep"),
        ({"LTML_SLEEP__PART": "many"}, {}, r"\$LTML_SLEEP__PART: expected int, got 'many'"),
        ({"LTML_SLEEP__PART": "2.5"}, {}, "expected int, got '2.5'"),
        ({}, {"sleep__part": 2.5}, "expected int, got 2.5"),
        ({}, {"sleep__part": True}, "expected int, got True"),
        ({}, {"sleep__part": None}, "expected int, got None"),
        ({}, {"sleep__filter": 5}, "expected str, got 5"),
        ({}, {"sleep__filter": ["a"]}, "expected str, got"),
        ({}, {"wake": 5}, "wake: expected a table of settings, got 5"),
        ({}, {"store__x": 5}, "'store' is a single setting and has no 'x' in it"),
    ],
)
def test_a_wrong_setting_is_named_with_its_place_and_the_cure(environ, arguments, words):
    with pytest.raises(ConfigError, match=words):
        load(None, environ, arguments)


@pytest.mark.parametrize("raw", [b"[sleep\n", b"\xff\xfe", b"sleep = 5\n", b"[sleep]\npart = 'x'\n", b"[sleeep]\n"])
def test_a_bad_file_is_named(tmp_path, raw):
    path = tmp_path / "ltml.toml"
    path.write_bytes(raw)
    with pytest.raises(ConfigError, match=r"ltml\.toml"):
        load(path)


@given(part=st.integers(), coverage=st.floats(allow_nan=False))
def test_a_number_is_read_as_it_is_written(part: int, coverage: float):
    found = load(None, {"LTML_SLEEP__PART": str(part), "LTML_WAKE__COVERAGE": repr(coverage)})
    assert (found.sleep.part, found.wake.coverage) == (part, coverage)


def test_a_whole_number_may_stand_for_a_broken_one():
    assert load(arguments={"wake__coverage": 1}).wake.coverage == 1.0
