"""A secret reaches no store: not the turns, nor what is derived from them; what to do with it is a setting."""

from dataclasses import replace
from pathlib import Path

import pytest

from ltml.errors import BadTurn, ConfigError, SecretRefused
from ltml.layer import MemoryLayer
from ltml.settings import load_settings
from tests.wake.lives import LATER, NOON, STORES, life, said, texts_of, with_assistant

KEY = "sk-ant-api03-Zq7Xv2Lm9Rt4Wp8Ks3Jd6Fh1"
PASSWORD = "Tangerine#4417"  # noqa: S105 -- made up
CARD = "5555 5555 5555 4444"
SECRETS = (KEY, PASSWORD, CARD)
TOLD = [
    f"My key for the parrot service is {KEY}, please use it always.",
    f"Always remember that the wifi password is {PASSWORD}.",
    f"I always pay the harbour dues with card {CARD}.",
    f"I always pay the harbour dues with card {CARD}.",
]


@pytest.fixture(params=STORES)
def layer(request, tmp_path: Path):
    with life(request.param, tmp_path) as alive:
        yield alive


def everything(layer: MemoryLayer) -> str:
    """All that a store gives out, as one text."""
    nights = [layer.night(night.id) for night in layer.nights()]
    found = [
        repr(each) for each in (*layer.turns(), *layer.memories(), *nights, *layer.store.verdicts(layer.namespace))
    ]
    injections = [
        layer.wake(question, 512, LATER).text for question in ("What is my key?", "Which wifi password?", "card?")
    ]
    return "\n".join([*found, *injections])


def test_no_secret_is_in_turns_memories_nights_injections_or_the_files(layer, tmp_path):
    layer.capture(with_assistant(TOLD))
    layer.remember(f"The admin password is {PASSWORD}")
    layer.edit(layer.remember("I like tea.").id, f"I like tea and my key is {KEY}")
    layer.sleep(NOON)
    layer.wake("What is my key for the parrot service?", 512, LATER)
    told = everything(layer)
    raw = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert [secret for secret in SECRETS if secret in told or secret.encode() in raw] == []
    assert "[secret: Anthropic key ...h1]" in told
    assert "[secret: card number ...44]" in told


def test_the_speaker_is_masked_and_the_names_that_callers_give_are_kept(layer):
    layer.capture([replace(said("Tea.", session=f"s {KEY}", ref=KEY), speaker=f"Bob {KEY}")])
    turn = next(layer.turns())
    assert (turn.session, turn.ref, turn.speaker) == (f"s {KEY}", KEY, "Bob [secret: Anthropic key ...h1]")


@pytest.mark.parametrize("ref", ["", "chat:1"])
def test_the_same_turn_twice_is_kept_once(layer, ref):
    assert layer.capture([said(TOLD[0], ref=ref)]).new == 1
    assert layer.capture([said(TOLD[0], ref=ref)]).new == 0


def test_what_was_exported_masked_is_no_news_when_it_comes_back(layer):
    layer.capture([said(text, day) for day, text in enumerate(TOLD)])
    assert layer.capture([replace(turn, id="") for turn in layer.turns()]).new == 0


def test_what_stands_in_the_talk_unmasked_is_not_recalled_as_news(layer):
    layer.capture([said(TOLD[0])])
    assert layer.remind("What is my key for the parrot service?", "", 400, LATER).recall
    assert not layer.remind("What is my key for the parrot service?", TOLD[0], 400, LATER).recall


def test_our_own_injection_is_recognised_although_it_holds_a_mask(layer):
    layer.capture([said(TOLD[1])])
    shown = layer.wake("Which wifi password?", 512, LATER).text
    layer.capture([said(f"{shown}\n\nThanks for the tea.", 3)])
    assert texts_of(list(layer.turns()))[-1] == "Thanks for the tea."


@pytest.mark.parametrize("kind", STORES)
def test_keep_keeps_the_words_as_they_were_said(kind, tmp_path):
    with life(kind, tmp_path, capture__secrets="keep") as layer:
        layer.capture([said(TOLD[1])])
        assert layer.remember(TOLD[0]).text == TOLD[0]
        assert next(layer.turns()).text == TOLD[1]


@pytest.mark.parametrize("kind", STORES)
def test_refuse_keeps_nothing_of_the_call_and_says_why_without_the_words(kind, tmp_path):
    with life(kind, tmp_path, capture__secrets="refuse") as layer:
        tries = [
            lambda: layer.capture([said("Tea."), said(TOLD[1], 1, ref=KEY)]),
            lambda: layer.remember(TOLD[0]),
            lambda: layer.capture([said("Tea.", speaker=KEY)]),
        ]
        for attempt in tries:
            with pytest.raises(
                SecretRefused, match=r"turn \d of \d: .*looks like a secret.*capture\.secrets = mask"
            ) as caught:
                attempt()
            assert isinstance(caught.value, BadTurn)
            assert not any(secret in str(caught.value) for secret in SECRETS)
        assert list(layer.turns()) == []
        assert list(layer.memories()) == []


def test_the_setting_has_three_values():
    assert load_settings(environ={"LTML_CAPTURE__SECRETS": "Refuse"}).capture.secrets == "refuse"
    assert load_settings().capture.secrets == "mask"
    with pytest.raises(ConfigError, match=r"\$LTML_CAPTURE__SECRETS: expected mask, keep or refuse, got 'hide'"):
        load_settings(environ={"LTML_CAPTURE__SECRETS": "hide"})
