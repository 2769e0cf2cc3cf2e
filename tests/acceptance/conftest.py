"""What was counted is told at the end of the run; the crash tests do it the same way."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ltml.providers.engine import Engine
from tests.acceptance import circle


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Have a sentence said at the end of the run."""
    return lambda sentence: record_property("counted", sentence)


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    """Whether there is time for many more."""
    return bool(request.config.getoption("--long"))


@pytest.fixture(scope="module")
def engine(smollm2: Path) -> Iterator[Engine]:
    """A real model."""
    with circle.engine(smollm2) as running:
        yield running
