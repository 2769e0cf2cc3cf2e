"""What is known as a secret, what is not, and what the mask says."""

import re
import time
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ltml.text.secrets import find_secrets, mask_secrets
from ltml.text.secrets.words import speech
from tests.text.said_samples import only_spoken_of, said
from tests.text.secret_samples import FIRST, FIRST_PLAIN, SECOND, SECOND_PLAIN, Chance, plain, samples

GITHUB = "ghp_" + "a1B2c3D4e5F6" * 3
FRAME = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEowIBAAKCAQEA7bq2\n" * 3


@pytest.mark.parametrize("table", [FIRST, SECOND], ids=["first half", "second half"])
def test_at_least_95_of_100_secrets_of_every_kind_are_masked(table):
    asked, masked = Counter[str](), Counter[str]()
    for kind, text, secret in samples(table, seed=11, each=40):
        asked[kind] += 1
        masked[kind] += secret not in mask_secrets(text)
    assert {kind: masked[kind] for kind in asked if masked[kind] < 0.95 * asked[kind]} == {}


@pytest.mark.parametrize("makes", [FIRST_PLAIN, SECOND_PLAIN], ids=["first half", "second half"])
def test_of_1000_look_alikes_at_most_10_are_masked(makes):
    masked = [text for text in plain(makes, seed=12, count=1000) if mask_secrets(text) != text]
    assert len(masked) <= 10, masked


PARTS = pytest.mark.parametrize("part", [0, 1, 2], ids=["first part", "second part", "third part"])


@PARTS
def test_at_least_95_of_100_secrets_said_in_each_language_and_noted_in_tables_are_masked(part):
    asked, masked = Counter[str](), Counter[str]()
    for kind, text, secrets in said(part, seed=13, each=24):
        asked[kind] += len(secrets)
        masked[kind] += sum(secret not in mask_secrets(text) for secret in secrets)
    assert {kind: masked[kind] for kind in asked if masked[kind] < 0.95 * asked[kind]} == {}


@PARTS
def test_of_1000_texts_that_only_speak_of_secrets_at_most_10_are_masked(part):
    masked = [text for text in only_spoken_of(part, seed=14, count=1000) if mask_secrets(text) != text]
    assert len(masked) <= 10, masked


@PARTS
def test_what_was_said_is_masked_once(part):
    once = [mask_secrets(text) for _, text, _ in said(part, seed=15, each=6)]
    assert [mask_secrets(text) for text in once] == once


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("my password is sunshine", "my password is {}"),
        ("mein Passwort ist sonnenschein und geheim", "mein Passwort ist {} und geheim"),
        ("my passwords are sunshine, moonlight and rainbow.", "my passwords are {}, {} and {}."),
        ("my passwords are:\n- hunter2\n- dragon99", "my passwords are:\n- {}\n- {}"),
        ("My password for Netflix (shared with Bob) is hunter2", "My password for Netflix (shared with Bob) is {}"),
        ("I changed my password to sunshine.", "I changed my password to {}."),
        ("Wir haben das Passwort auf kirsche umgestellt", "Wir haben das Passwort auf {} umgestellt"),
        ("mijn wachtwoord is veranderd in zonnebloem", "mijn wachtwoord is veranderd in {}"),
        ("wifi: home\npass: sunshine", "wifi: home\npass: {}"),
        ("Password:\n```\nhunter2\n```", "Password:\n```\n{}\n```"),
        ("user | password\n-----+------\nbob | sunshine", "user | password\n-----+------\nbob | {}"),
        ('site;wifi code;password\na;b;"x;y9"\nc;d;sun1', 'site;wifi code;password\na;b;"{}"\nc;d;{}'),
        ("пароль от роутера — hunter2", "пароль от роутера — {}"),
    ],
)
def test_a_password_that_is_given_is_masked_and_nothing_else_is(text, mask):
    masked = mask_secrets(text)
    assert re.sub(r"\[secret: password(?: \.\.\.\S\S)?\]", "{}", masked) == mask


@pytest.mark.parametrize(
    "text",
    [
        "the password is sunshine on a rainy day", "my password is ridiculous", "our passwords are sisters", "my password, to be honest, is weak",
        "I changed my password in Firefox.", "You need to change your password to continue.", "my pass is expired",
        "La parola d'ordine è pazienza", "Parola d'ordine: divertirsi", "I forgot my password\nB2B9 is the room",
        "Name, password\nHello, World", "| a | b |\n| user | pw |\n| bob | shop |", "Username\nPassword\nLogin",
        "connect(password='hunter2x', host='db01a')".replace("hunter2x", "<password>"),
    ],
)  # fmt: skip
def test_what_only_speaks_of_a_password_is_kept(text):
    assert mask_secrets(text) == text


def test_the_argument_after_a_password_is_no_password():
    assert mask_secrets("connect(password='hunter2', host='db01a')").endswith("host='db01a')")


@pytest.mark.parametrize("code", speech())
def test_the_words_before_secrets_are_written_as_they_are_compared(code):
    said = speech()[code]
    words = said.passwords | said.equals | said.to | said.into | said.changes | said.adverbs | said.mine | said.accounts
    assert {word for word in words if word != word.lower() or word.strip() != word} == set()
    assert said.passwords >= said.mottos


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        (f"use {GITHUB}", "use [secret: GitHub token ...F6]"),
        ("my password is hunter2", "my password is [secret: password]"),
        ("my password is hunter2hunter2", "my password is [secret: password ...r2]"),
        ("card 4111 1111 1111 1111.", "card [secret: card number ...11]."),
        ("CVV 123", "CVV [secret: card check number]"),
        (f"{FRAME}-----END RSA PRIVATE KEY-----\nthanks", "[secret: private key ...--]\nthanks"),
    ],
)
def test_the_mask_says_the_kind_and_of_long_secrets_the_last_two_characters(text, mask):
    assert mask_secrets(text) == mask


@pytest.mark.parametrize(
    "code", ["```\n{}\n```", "`{}`", "> {}", "| key | {} |", "见{}。", "ключ:{}", "({})", "{}!", "“{}”"]
)
def test_what_stands_around_a_key_does_not_hide_it(code):
    assert GITHUB not in mask_secrets(code.format(GITHUB))


@pytest.mark.parametrize("unseen", ["\u200b", "\u2060", "\u00ad", "\ufeff"])
def test_characters_that_nobody_sees_hide_nothing(unseen):
    text = f"key: {unseen.join(GITHUB)}, and tea"
    assert mask_secrets(text) == "key: [secret: GitHub token ...F6], and tea"
    assert mask_secrets(f"my pass{unseen}word is hun{unseen}ter2") == f"my pass{unseen}word is [secret: password]"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\\\n", "\n    ", "\n> "])
def test_a_key_that_is_wrapped_is_masked_whole(end):
    masked = mask_secrets(f"it is {GITHUB[:20]}{end}{GITHUB[20:]} and\nThanks")
    assert masked == "it is [secret: GitHub token ...F6] and\nThanks"


def test_the_line_after_a_key_is_no_part_of_it():
    assert mask_secrets(f"{GITHUB}\nThanks a lot") == "[secret: GitHub token ...F6]\nThanks a lot"


@pytest.mark.parametrize("cut", [40, 60, 80])
def test_a_private_key_that_breaks_off_is_masked_as_far_as_it_goes(cut):
    assert mask_secrets(f"see\n{FRAME[:cut].rstrip()}").startswith("see\n[secret: private key")
    assert "MII" not in mask_secrets(f"see\n{FRAME[:cut]}")


def test_a_private_key_in_a_json_string_is_masked():
    said = FRAME.replace("\n", "\\n")
    assert mask_secrets(f'{{"private_key": "{said}-----END RSA PRIVATE KEY-----\\n", "x": 1}}').endswith('", "x": 1}')
    assert "MII" not in mask_secrets(f'{{"private_key": "{said}", "x": 1}}')


def test_an_old_password_and_the_new_one_are_both_masked():
    assert mask_secrets("I changed my password from hunter2 to Dragon99.") == (
        "I changed my password from [secret: password] to [secret: password]."
    )


@pytest.mark.parametrize(
    "fact",
    [
        "the PIN of my old bicycle lock is 7719", "Die PIN von meinem Fahrradschloss war 2293.", "my garage PIN is 4711",
        "my locker combination is 4711", "the door code is 4711", "the signing secret lives at vault/kv/root",
        "El PIN de la puerta del garaje es 4711.", "IBAN DE89 3704 0044 0532 0130 00", "parcel 4111111111111112",
    ],
)  # fmt: skip
def test_a_number_that_people_ask_their_memory_for_is_kept(fact):
    assert mask_secrets(fact) == fact


@pytest.mark.parametrize(
    "said",
    [
        "my PIN is 4821", "The PIN of my bank card is 4821.", "Die PIN meiner EC-Karte lautet 4821", "le code PIN de ma carte est 4821",
        "el PIN de mi tarjeta es 4821", "il PIN del bancomat è 4821", "o PIN do meu cartão é 4821", "de pincode van mijn bankpas is 4821",
        "my SIM PIN: 4821", "Karten-PIN: 4821",
    ],
)  # fmt: skip
def test_the_pin_of_a_card_or_of_nothing_that_is_named_is_masked(said):
    assert "4821" not in mask_secrets(said)


@given(st.text(max_size=300))
@example("password: [secret: password ...r2] and token=[secret: token]")
@example("[secret: sk-ant-api03-abcdefghij0123456789]")
def test_a_masked_text_is_masked_already(text):
    masked = mask_secrets(text)
    assert mask_secrets(masked) == masked


def test_a_secret_hides_in_no_mask_that_somebody_made_up():
    assert GITHUB not in mask_secrets(f"[secret: {GITHUB}]")
    assert GITHUB not in mask_secrets(f"[secret: password ...{GITHUB}]")


def test_no_mask_can_be_taken_for_an_injection():
    chance = Chance(3)
    for _ in range(200):
        masked = mask_secrets(f"my password is {chance.of('ab1[]/:', 14)}")
        assert "[memory" not in masked
        assert "[/memory" not in masked


@given(
    st.text(max_size=200), st.sampled_from(["\u200b", "password: x1y2z3", GITHUB, "İ", "\ud800"]), st.text(max_size=50)
)
def test_what_is_found_lies_in_the_text_in_order_and_apart(before, said, after):
    text = before + said + after
    found = find_secrets(text)
    places = [place for secret in found for place in (secret.start, secret.end)]
    assert places == sorted(places)
    assert all(0 <= secret.start < secret.end <= len(text) for secret in found)


@pytest.mark.parametrize(
    "piece",
    [
        "my password is for ", "password='", "token=", "4111 ", "1        ", "aB3", "://a:b", "curl -u ", "a_", "sk_live_", "\u200b1",
        "-----BEGIN PRIVATE KEY-----\n", "abc123\n", "pin ", "[secret: password]", "AKIA", "eyJ.", "password \t", "İ", "is x1y2 my password ",
        "my passwords are x1y2, ", "x1y2, ", "a,password\n", "| password | b |\n", "password (a) ", "пароль — ",
        "パスワードは今も", "and ", '"password,', "password:\n", "my password is\n",
    ],
)  # fmt: skip
def test_the_cost_grows_with_the_length_and_no_faster(piece):
    """Doubling the text may not much more than double the work; the best of several tries is compared."""

    def cost(length: int) -> float:
        text, tries = (piece * (length // len(piece) + 1))[:length], []
        for _ in range(3):
            begin = time.process_time()
            find_secrets(text)
            tries.append(time.process_time() - begin)
        return min(tries)

    find_secrets("warm")
    assert cost(80_000) < 16 * max(cost(20_000), 0.002)


@pytest.mark.parametrize(
    "text",
    [
        'password="marble wrong lantern otter"',
        'mein Passwort ist "falsch kirsche anker wolke"',
        "4111\u20131111\u20131111\u20131111",
        "5500 0000\n0000 0004",
    ],
)
def test_a_word_of_state_in_a_passphrase_and_printed_dashes_in_a_card_hide_nothing(text):
    assert "[secret: " in mask_secrets(text)


@pytest.mark.parametrize(
    "text", ['password: "correct password is required"', 'Passwort = "bitte altes Passwort eingeben"']
)
def test_what_a_form_says_about_a_password_is_no_passphrase(text):
    assert mask_secrets(text) == text
