"""One normal form of a model's name, whoever asks: the catalog of models and the policy of when to sleep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.providers.model_names import is_cloud_model, normalize_model_name


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("Owl", "owl:latest"),
        ("owl:3b", "owl:3b"),
        ("box:8080/owl", "box:8080/owl:latest"),
        ("", ":latest"),
        ("registry.ollama.ai/library/llama3", "llama3:latest"),
        ("Registry.Ollama.AI/library/Llama3:8B", "llama3:8b"),
        ("registry.ollama.ai/anna/llama3", "registry.ollama.ai/anna/llama3:latest"),
    ],
)
def test_a_model_is_known_by_its_full_name(model: str, name: str):
    assert normalize_model_name(model) == name


@given(st.text(max_size=20))
def test_a_full_name_is_full(name: str):
    assert normalize_model_name(normalize_model_name(name)) == normalize_model_name(name)


@pytest.mark.parametrize(
    ("model", "cloud"),
    [("owl:cloud", True), ("Owl:120b-cloud", True), ("owl-cloud:latest", True), ("cloudy", False), ("owl", False)],
)
def test_a_cloud_model_is_known_by_its_name(model: str, cloud: bool):
    assert is_cloud_model(model) is cloud
