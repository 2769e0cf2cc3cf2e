"""
The options of a request, as far as they decide anything here.

Some belong to the runner: another value means that the model is loaded anew. Leaving one out gives the default, which
is another value too if the last request named one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tests.reference.models import Model
from tests.reference.wire import ApiError, field

RUNNER = ("num_ctx", "num_batch", "num_gpu", "main_gpu", "use_mmap", "num_thread", "draft_num_predict")
INTEGERS = frozenset({*RUNNER, "num_predict", "num_keep", "seed", "top_k", "repeat_last_n"} - {"use_mmap"})

#: llama.cpp's least window (server/sched.go).
LEAST_CONTEXT = 4


@dataclass(frozen=True, slots=True)
class Options:
    """What the Modelfile and the request together ask for; `runner` decides about a reload."""

    values: Mapping[str, Any]
    context: int
    runner: tuple[Any, ...]

    @property
    def longest(self) -> int | None:
        """The most tokens to answer with, or None for as many as it takes."""
        limit = self.values.get("num_predict", -1)
        return limit if limit > 0 else None


def options(model: Model, body: Mapping[str, Any], default_context: int) -> Options:
    """Return the options a request runs with: defaults < Modelfile < request; a null is no value. Raises `ApiError`."""
    asked = field(dict(body), "options", dict, {})
    values = {**model.parameters, **{name: value for name, value in asked.items() if value is not None}}
    for name in INTEGERS & values.keys():
        values[name] = _whole(name, values[name])
    context = max(LEAST_CONTEXT, min(values.get("num_ctx", default_context), model.context))
    shift = field(dict(body), "shift", bool, default=True)
    runner = (context, *(values.get(name) for name in RUNNER[1:]), shift)
    return Options(values=MappingProxyType(values), context=context, runner=runner)


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ApiError(f'option "{name}" must be of type integer')
    return int(value)
