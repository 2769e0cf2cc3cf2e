"""Caches of results by text that stay small, whatever texts come."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

Rest = ParamSpec("Rest")
Result = TypeVar("Result")
OfText = Callable[Concatenate[str, Rest], Result]


def cache_short(maxsize: int, longest: int) -> Callable[[OfText[Rest, Result]], OfText[Rest, Result]]:
    """
    Return a decorator that keeps the results of the last `maxsize` calls with a text of at most `longest` characters.

    A longer text is computed each time: it hardly ever comes twice, and it would fill the memory.
    """

    def decorate(function: OfText[Rest, Result]) -> OfText[Rest, Result]:
        cached = lru_cache(maxsize)(function)

        @wraps(function)
        def call(text: str, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Result:
            return (cached if len(text) <= longest else function)(text, *args, **kwargs)

        return call

    return decorate
