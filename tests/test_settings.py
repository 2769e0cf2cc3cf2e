"""Settings come from four places in order; what is wrong is named with its place and the cure."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.errors import ConfigError
from ltml.settings import Serve, Settings, load_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ltml.toml"
    path.write_text("[sleep]\npart = 100\nprobes = 100\nprofile = 100\n", "utf-8")
    return path


def test_a_later_source_wins(file):
    found = load_settings(
        file, {"LTML_SLEEP__PROBES": "200", "LTML_SLEEP__PROFILE": "200"}, {"sleep__profile": 300}
    ).sleep
    assert (found.part, found.probes, found.profile) == (100, 200, 300)
    assert found.filter == Settings().sleep.filter


def test_without_any_source_all_is_as_it_comes(tmp_path):
    assert load_settings() == load_settings(tmp_path / "no.toml", {"PATH": "/bin", "OLLAMA_HOST": "x"}) == Settings()


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
        load_settings(None, environ, arguments)


@pytest.mark.parametrize("raw", [b"[sleep\n", b"\xff\xfe", b"sleep = 5\n", b"[sleep]\npart = 'x'\n", b"[sleeep]\n"])
def test_a_bad_file_is_named(tmp_path, raw):
    path = tmp_path / "ltml.toml"
    path.write_bytes(raw)
    with pytest.raises(ConfigError, match=r"ltml\.toml"):
        load_settings(path)


@given(part=st.integers(), coverage=st.floats(allow_nan=False))
def test_a_number_is_read_as_it_is_written(part: int, coverage: float):
    found = load_settings(None, {"LTML_SLEEP__PART": str(part), "LTML_WAKE__COVERAGE": repr(coverage)})
    assert (found.sleep.part, found.wake.coverage) == (part, coverage)


def test_a_whole_number_may_stand_for_a_broken_one():
    assert load_settings(arguments={"wake__coverage": 1}).wake.coverage == 1.0


@pytest.mark.parametrize(
    ("file", "environ", "arguments"),
    [
        ('[serve]\nusers = ["anna", "ben"]\n', {}, {}),
        ('[serve]\nusers = "anna, ben"\n', {}, {}),
        ("", {"LTML_SERVE__USERS": " anna,ben, "}, {}),
        ("", {}, {"serve__users": "anna,ben"}),
        ("", {}, {"serve__users": ["anna", " ben "]}),
        ("", {}, {"serve__users": ("anna", "ben")}),
        ('[serve]\nusers = ["carla"]\n', {"LTML_SERVE__USERS": "anna,ben"}, {}),
    ],
)
def test_a_list_is_read_as_a_list_and_as_a_text_with_commas(tmp_path, file, environ, arguments):
    path = tmp_path / "ltml.toml"
    path.write_text(file, "utf-8")
    assert load_settings(path, environ, arguments).serve.users == ("anna", "ben")


def test_an_empty_text_is_an_empty_list():
    assert load_settings(environ={"LTML_SERVE__TRUST": ""}).serve.trust == ()
    assert Settings().serve.trust == ("loopback",)


@pytest.mark.parametrize("value", [7, True, None, ["anna", 7], {"anna": 1}])
def test_what_is_no_list_of_texts_is_named(value):
    with pytest.raises(ConfigError, match="serve__users: expected a list of texts, got"):
        load_settings(arguments={"serve__users": value})


def test_who_makes_the_settings_may_write_commas_too():
    assert Serve(users="anna, ben").users == ("anna", "ben")  # type: ignore[arg-type]
    assert Serve(origins=("a", "b")).origins == ("a", "b")
