"""What a wrapped client's server says of a model: whether it runs on another machine, and its system prompt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ltml.providers.model_names import is_cloud_model
from ltml.providers.upstream import Address

#: Ollama's own paths begin so. There a model can have a system prompt, and must say whether it runs here.
OLLAMA_PREFIX = "/api/"
SHOW_PATH = "/api/show"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """A model as its server describes it; a `system` prompt of `None` is unknown."""

    is_remote: bool = True
    system: str | None = None


def is_near(host: str, model: str) -> bool:
    """Tell whether a model runs at home as far as its names tell: a private address, and not one of Ollama's cloud."""
    return Address(host=host, port=0).is_private and not is_cloud_model(model)


def parse_show(body: bytes) -> Mapping[str, Any] | None:
    """Return the object that /api/show answers, `None` if it is none. Raises `ValueError` for what is no JSON."""
    shown = json.loads(body or b"{}")
    return shown if isinstance(shown, Mapping) else None


def read_model_info(shown: Mapping[str, Any] | None, *, near: bool, ollama: bool) -> ModelInfo | None:
    """
    Return what a server says of a model, `None` where Ollama gave no answer.

    Behind OpenAI's paths there may be an Ollama, too. A server that does not know /api/show has no system prompts.
    """
    if shown is None:
        return None if ollama else ModelInfo(is_remote=not near, system="")
    system = shown.get("system", "")
    return ModelInfo(
        is_remote=not near or bool(shown.get("remote_host")), system=system if isinstance(system, str) else None
    )
