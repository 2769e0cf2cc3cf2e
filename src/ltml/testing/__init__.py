"""
For authors of plugins: suites that check a plugin's contract, and a scripted model.

A suite is a list of small functions, one promise each; `check_store(make)` runs them all, and a test runner may run
them one by one: `@pytest.mark.parametrize("promise", STORE_PROMISES)`.
"""

from ltml.testing.dialects import DIALECT_PROMISES, SampleReply, Samples, check_dialect
from ltml.testing.models import ScriptedModel
from ltml.testing.promises import BrokenPromise
from ltml.testing.stores import STORE_PROMISES, check_store

__all__ = [
    "DIALECT_PROMISES",
    "STORE_PROMISES",
    "BrokenPromise",
    "SampleReply",
    "Samples",
    "ScriptedModel",
    "check_dialect",
    "check_store",
]
