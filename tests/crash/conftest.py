"""What the crash tests counted is told at the end of the run, so that nobody has to believe a number in a document."""

from collections.abc import Callable

import pytest


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Have a sentence said at the end of the run."""
    return lambda sentence: record_property("counted", sentence)


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    """Whether there is time for many more."""
    return bool(request.config.getoption("--long"))
