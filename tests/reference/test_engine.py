"""The brain that is a real llama.cpp server with a real, small model."""

import json

import ollama
import pytest

from ltml.providers.engine import start_engine
from tests.reference.engine import Engine
from tests.reference.models import Model
from tests.reference.running import running
from tests.reference.server import Server

HELLO = [{"role": "user", "content": "Say hello."}]
SMALL = Model(name="smollm2", system="Be brief.", context=2048)
BRIEF = {"num_predict": 8, "temperature": 0, "seed": 1}


@pytest.fixture(scope="module")
def engine(smollm2):
    with start_engine(smollm2, context=2048, threads=1) as started:
        yield started


@pytest.fixture
def small(engine, talk):
    return talk(Server(models=[SMALL], brain=Engine(engine.url, engine.key)))


def test_a_real_model_answers_through_the_ollama_api(small):
    parts = list(small.chat("smollm2", HELLO, options=BRIEF, stream=True))
    assert "".join(part.message.content for part in parts).strip()
    assert (parts[-1].done, parts[-1].done_reason, parts[-1].eval_count) == (True, "length", 8)
    assert parts[-1].prompt_eval_count > 4


def test_the_same_question_gets_the_same_answer_streamed_or_not(small):
    whole = small.chat("smollm2", HELLO, options=BRIEF).message.content
    assert "".join(part.message.content for part in small.chat("smollm2", HELLO, options=BRIEF, stream=True)) == whole


def test_a_schema_binds_the_real_model(small):
    schema = {"type": "object", "properties": {"dog": {"type": "boolean"}}, "required": ["dog"]}
    answer = small.chat("smollm2", HELLO, format=schema, options={"temperature": 0, "num_predict": 40})
    assert isinstance(json.loads(answer.message.content)["dog"], bool)


def test_a_raw_prompt_goes_on_where_it_ends(small):
    answer = small.generate("smollm2", "One, two, three,", raw=True, options=BRIEF)
    assert answer.response.strip()
    assert answer.context is None


def test_a_long_talk_loses_its_oldest_messages_by_the_models_own_count(small):
    words = [{"role": "user", "content": f"Note {place}: " + "fern " * 100} for place in range(6)]
    answer = small.chat("smollm2", words, options=BRIEF | {"num_ctx": 300})
    assert answer.prompt_eval_count < 300


def test_loading_and_unloading_are_told_though_the_engine_keeps_its_model(small):
    assert small.generate("smollm2", "").done_reason == "load"
    assert [model.context_length for model in small.ps().models] == [2048]
    assert small.generate("smollm2", "", keep_alive=0).done_reason == "unload"
    assert small.ps().models == []


def test_the_engines_refusal_is_passed_on(engine, talk):
    stranger = talk(Server(models=[SMALL], brain=Engine(engine.url, "wrong")))
    with pytest.raises(ollama.ResponseError) as caught:
        stranger.chat("smollm2", HELLO)
    assert caught.value.status_code == 401


def test_an_engine_that_is_not_there_is_a_failure_with_a_status(talk):
    with running(Server().app) as url:
        pass
    with pytest.raises(ollama.ResponseError, match="no longer running") as caught:
        talk(Server(models=[SMALL], brain=Engine(url))).chat("smollm2", HELLO)
    assert caught.value.status_code == 500
