"""What holds for every test: an environment of its own, the same chances each time, long runs only when asked for."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ltml.errors import ProviderUnavailable
from ltml.providers import gguf

# Deadlines and `too_slow` look at the clock, and a busy machine is no bug.
CLOCKLESS = [HealthCheck.too_slow]
settings.register_profile(
    "ci", derandomize=True, max_examples=50, deadline=None, suppress_health_check=CLOCKLESS, print_blob=True
)
settings.register_profile("long", max_examples=2000, deadline=None, suppress_health_check=CLOCKLESS, print_blob=True)

HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
XDG = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests marked `long`; Hypothesis tries more")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("long" if config.getoption("--long") else "ci")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="takes minutes; run with --long"))


@pytest.fixture(autouse=True)
def nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting of the user's reaches a test, and no test reaches the user's data."""
    home = tmp_path_factory.mktemp("home", numbered=True)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("LTML_")]:
            patch.delenv(name)
        patch.delenv("OLLAMA_HOST", raising=False)
        for name in HOMES:
            patch.setenv(name, str(home))
        for name in XDG:
            patch.setenv(name, str(home / name.lower()))
        yield


@pytest.fixture(scope="session")
def smollm2(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SmolLM2, kept in LTML_TEST_MODELS or pytest's cache; two workers that fetch at once get the same whole file."""
    if find_spec("xllamacpp") is None:
        pytest.skip("xllamacpp is missing: pip install 'ltml[engine]'")
    given, cache = os.environ.get("LTML_TEST_MODELS"), getattr(pytestconfig, "cache", None)
    folder = Path(given) if given else cache.mkdir("ltml") if cache else tmp_path_factory.mktemp("models")
    try:
        return gguf.fetch_model(folder, lambda _what, _done, _total: None)
    except ProviderUnavailable as exc:
        pytest.skip(f"no network to fetch SmolLM2 from: {exc}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the crash tests counted, so that nobody has to believe a number in a document."""
    sentences = list(_counted(terminalreporter))
    if sentences:
        terminalreporter.section("counted by the crash tests")
        for sentence in sentences:
            terminalreporter.line(sentence)


def _counted(reporter: pytest.TerminalReporter) -> Iterator[str]:
    for outcome in ("passed", "failed"):
        for report in reporter.getreports(outcome):
            yield from (str(value) for name, value in report.user_properties if name == "counted")
