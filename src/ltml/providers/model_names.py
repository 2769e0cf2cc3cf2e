"""
Names of models, as Ollama compares them.

Source: Ollama's types/model/name.go. A name is `host/namespace/model:tag`, compared without regard to case; the parts
left out are `registry.ollama.ai`, `library` and `latest`.
"""

from __future__ import annotations

_DEFAULT_PREFIX = "registry.ollama.ai/library/"
_DEFAULT_TAG = ":latest"


def normalise_model_name(name: str) -> str:
    """Return a model's full name in lower case: `Llama3` and `registry.ollama.ai/library/llama3` as `llama3:latest`."""
    name = name.lower().removeprefix(_DEFAULT_PREFIX)
    return name if ":" in name.rpartition("/")[2] else f"{name}{_DEFAULT_TAG}"


def is_cloud_model(name: str) -> bool:
    """Tell whether a name is one of Ollama's cloud models, which run on somebody else's machine."""
    return name.lower().removesuffix(_DEFAULT_TAG).endswith((":cloud", "-cloud"))
