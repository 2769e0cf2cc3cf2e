"""The rest of the API, as far as a proxy lets it through: versions, lists, vectors, pulling, blobs."""

import hashlib
import json
import math

import ollama
import pytest

from tests.reference.models import Model
from tests.reference.server import LLAMA, Server


def test_health_probes_find_what_they_look_for(ask):
    client = ask(Server(version="0.99.1"))
    assert client.get("/").text == "Ollama is running"
    assert client.get("/api/version").json() == {"version": "0.99.1"}
    for path in ("/", "/api/version", "/api/tags"):
        answer = client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")


def test_models_are_listed_with_tag_and_digest(talk):
    listed = talk(Server(models=[LLAMA, Model(name="gemma3:270m")])).list().models
    assert [model.model for model in listed] == ["llama3.2:latest", "gemma3:270m"]
    assert all(len(model.digest) == 64 for model in listed)


def test_a_name_without_a_tag_is_the_latest_and_case_does_not_matter(talk):
    client = talk(Server(models=[Model(name="Llama3.2")]))
    for name in ("llama3.2", "llama3.2:latest", "LLAMA3.2"):
        assert client.generate(name, "Hello").model == name


def test_another_system_prompt_is_another_digest():
    assert Model(name="kind", system="Be kind.").digest != Model(name="kind", system="Be brief.").digest


def test_show_tells_what_a_model_is(talk):
    clever = Model(name="clever", context=8192, capabilities=("completion", "tools"), parameters={"num_ctx": 2048})
    client = talk(Server(models=[clever]))
    shown = client.show("clever")
    assert shown.capabilities == ["completion", "tools"]
    assert shown.modelinfo["llama.context_length"] == 8192
    assert shown.parameters.split() == ["num_ctx", "2048"]
    with pytest.raises(ollama.ResponseError, match="not found"):
        client.show("nobody")


def test_ps_names_the_longest_stay_first(talk):
    client = talk(Server(models=[LLAMA, Model(name="gemma")]))
    client.generate("gemma", "", keep_alive="1h")
    client.generate("llama3.2", "")
    assert [model.model for model in client.ps().models] == ["gemma:latest", "llama3.2:latest"]


def test_vectors_are_of_length_one_and_depend_on_the_text_alone(talk, ask):
    server = Server()
    client = talk(server)
    found = client.embed("llama3.2", ["Biscuit", "Anna", "Biscuit"])
    first, second, third = found.embeddings
    assert first == third != second
    assert math.hypot(*first) == pytest.approx(1)
    assert found.prompt_eval_count > 0
    assert client.embeddings("llama3.2", "Biscuit").embedding == first
    assert ask(server).post("/api/embed", json={"model": "llama3.2", "input": 7}).status_code == 400
    assert ask(server).post("/api/embed", json={"model": "llama3.2"}).json()["embeddings"] == []


def test_a_pull_tells_its_steps_and_then_the_model_is_there(talk):
    client = talk(Server())
    steps = [step.status for step in client.pull("gemma3:270m", stream=True)]
    assert (steps[0], steps[-1]) == ("pulling manifest", "success")
    assert "gemma3:270m" in [model.model for model in client.list().models]
    assert client.pull("gemma3:270m").status == "success"


def test_a_model_can_be_made_copied_and_deleted(talk):
    client = talk(Server())
    assert client.create("kind", from_="llama3.2", system="Be kind.").status == "success"
    client.copy("kind", "kinder")
    client.delete("kind")
    assert [model.model for model in client.list().models] == ["llama3.2:latest", "kinder:latest"]
    for gone in (lambda: client.delete("kind"), lambda: client.copy("kind", "x"), lambda: client.push("kind")):
        with pytest.raises(ollama.ResponseError, match="not found"):
            gone()


def test_a_push_tells_its_steps(talk):
    assert talk(Server()).push("llama3.2").status == "success"


def test_a_blob_is_taken_in_pieces_and_checked_and_not_kept(ask):
    server = Server()
    client, pieces = ask(server), [b"x" * 100_000] * 50
    digest = "sha256:" + hashlib.sha256(b"".join(pieces)).hexdigest()
    assert client.head(f"/api/blobs/{digest}").status_code == 404
    assert client.post(f"/api/blobs/{digest}", content=iter(pieces)).status_code == 201
    assert client.head(f"/api/blobs/{digest}").status_code == 200
    seen = server.requests[1]
    assert (seen.size, seen.body, seen.complete) == (5_000_000, b"", True)
    wrong = client.post("/api/blobs/sha256:00", content=b"x")
    assert (wrong.status_code, list(wrong.json())) == (400, ["error"])


def test_the_cloud_is_off(ask):
    assert json.loads(ask(Server()).get("/api/status").text)["cloud"]["disabled"] is True
