"""The models a reference server has, and the names they answer to."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.reference.wire import ApiError

#: Can talk; what most models can do.
TALKS = ("completion",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """
    One model as its Modelfile and its weights describe it.

    `context` is the length it was trained with, `parameters` are the Modelfile's options (`num_ctx` among them),
    `messages` its MESSAGE lines. A `native` model is rendered by llama-server itself, which refuses a prompt that is
    too long instead of cutting it.
    """

    name: str
    system: str = ""
    context: int = 131_072
    parameters: Mapping[str, Any] = field(default_factory=dict)
    messages: tuple[Mapping[str, Any], ...] = ()
    capabilities: tuple[str, ...] = TALKS
    native: bool = False
    size: int = 1_000_000_000

    @property
    def digest(self) -> str:
        """A digest of all that makes the model what it is: another system prompt is another digest."""
        return hashlib.sha256(repr((self.name, self.system, self.context, dict(self.parameters))).encode()).hexdigest()

    @property
    def details(self) -> dict[str, Any]:
        """What /api/tags, /api/ps and /api/show say of its make."""
        made = {"parent_model": "", "format": "gguf", "family": "llama", "families": ["llama"]}
        return made | {"parameter_size": "1B", "quantization_level": "Q4_K_M"}


class Models:
    """A table of models by full name; `llama` is `llama:latest`."""

    def __init__(self, models: Iterable[Model]) -> None:
        self._models: dict[str, Model] = {}
        for model in models:
            self.add(model)

    def __iter__(self) -> Iterator[Model]:
        return iter(tuple(self._models.values()))

    def __contains__(self, name: str) -> bool:
        return full_name(name) in self._models

    def add(self, model: Model) -> None:
        """Keep a model, in place of the one with its name."""
        self._models[full_name(model.name)] = model

    def remove(self, name: str) -> None:
        """Forget a model. Raises `ApiError` (404)."""
        self.find(name)
        del self._models[full_name(name)]

    def find(self, name: str) -> Model:
        """Return the model of this name. Raises `ApiError` (404)."""
        try:
            return self._models[full_name(name)]
        except KeyError as exc:
            raise ApiError(f"model '{name}' not found", 404) from exc


def full_name(name: str) -> str:
    """Return the name with its tag, as Ollama shows it; case does not matter."""
    last = name.rsplit("/", 1)[-1]
    return (name if ":" in last else f"{name}:latest").lower()
