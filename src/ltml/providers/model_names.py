"""
Names of models, as Ollama compares them.

A name is `[host/][namespace/]model[:tag]`; the host `registry.ollama.ai`, the namespace `library` and the tag `latest`
are what Ollama adds by itself (types/model/name.go).
"""

from __future__ import annotations

_LIBRARY = "registry.ollama.ai/library/"
_DEFAULT_TAG = ":latest"


def normalize_model_name(name: str) -> str:
    """Return the full name in lower case: `Llama3` and `registry.ollama.ai/library/llama3` are `llama3:latest`."""
    short = name.lower().removeprefix(_LIBRARY)
    return short if ":" in short.rpartition("/")[2] else short + _DEFAULT_TAG


def shorten_model_name(name: str) -> str:
    """Return a full name without the tag that Ollama adds by itself."""
    return name.removesuffix(_DEFAULT_TAG)


def is_cloud_model(name: str) -> bool:
    """Tell whether Ollama runs this model on its own servers (its tag is or ends with `cloud`)."""
    return shorten_model_name(name.lower()).endswith((":cloud", "-cloud"))
