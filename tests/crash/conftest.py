"""What the crash tests counted is told at the end of the run, so that nobody has to believe a number in a document."""

from collections.abc import Callable, Iterator

import pytest

COUNTED = "counted"


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Have a sentence said at the end of the run."""
    return lambda sentence: record_property(COUNTED, sentence)


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    """Whether there is time for many more."""
    return bool(request.config.getoption("--long"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    sentences = list(_told(terminalreporter))
    if sentences:
        terminalreporter.section("counted by the crash tests")
        for sentence in sentences:
            terminalreporter.line(sentence)


def _told(reporter: pytest.TerminalReporter) -> Iterator[str]:
    for outcome in ("passed", "failed"):
        for report in reporter.getreports(outcome):
            yield from (str(value) for name, value in report.user_properties if name == COUNTED)
