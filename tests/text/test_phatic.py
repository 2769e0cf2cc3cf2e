"""Small talk, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.text import is_phatic


@pytest.mark.parametrize(
    "text",
    [
        "Hello there.", "hiya!", "You're great, cheers.", "Uh-huh", "Good morning!", "Thanks a lot!",
        "Thank you so much :)", "ok cool", "Alright, bye!", "See you tomorrow", "No problem.", "Never mind.",
        "Hang on a sec", "One moment please", "Yes, exactly.", "Great job, well done!", "lol", "hahaha", "hmmm",
        "yesss", "That's perfect, thanks!", "How are you?", "What's up?", "I see, makes sense.",
        "Sounds good to me", "of course", "You're welcome!", "👍", "...", "❤️ thanks", "Hallo!", "Na, wie läuft's?",
        "Vielen Dank, das hilft!", "Alles klar, bis morgen!", "Guten Abend", "Tschüss!", "Moment bitte",
        "Kein Problem", "Du bist super, danke dir", "Wie geht es dir?", "Passt schon", "Ja, genau.",
        "Bonjour, ça va ?", "Merci beaucoup !", "D'accord, à demain", "Bonne nuit", "Pas de souci",
        "C'est parfait, merci", "¡Hola! ¿Qué tal?", "Muchas gracias", "Vale, hasta luego", "Buenos días",
        "Un momento, por favor", "Eres el mejor", "Ciao, come stai?", "Grazie mille!", "Va bene, a dopo",
        "Buonanotte", "Un attimo", "Sei bravissimo, grazie", "Hoi, hoe gaat het?", "Dank je wel!",
        "Prima, tot morgen", "Geen probleem", "Een momentje", "Goedemorgen", "Olá, tudo bem?", "Muito obrigada!",
        "Até logo", "Sem problema", "Bom dia", "Um momento",
    ],
)  # fmt: skip
def test_greetings_thanks_assent_and_praise_are_phatic(text):
    assert is_phatic(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hello, my name is Ines", "Thanks, Ines", "I have a problem, thanks", "ok, at 5 then",
        "Good morning, I moved to Kiel", "Yes, two", "Great, my sister is a vet", "no milk for me",
        "bye, the shop closes", "Thanks for the goulash recipe", "Hallo, ich heiße Ove",
        "Danke, der Zug war pünktlich", "Ja, drei", "Guten Morgen, ich bin krank", "Merci, je suis végétarien",
        "Hola, soy alérgico", "Ciao, domani parto", "Dank je, ik ben ziek", "Olá, moro em Braga", "", "   ",
        "Remember this", "東京",
    ],
)  # fmt: skip
def test_a_name_a_number_or_any_content_makes_a_text_worth_a_look(text):
    assert not is_phatic(text)


def test_function_words_alone_are_not_phatic():
    assert not is_phatic("it was not for us")


@given(st.sampled_from(["Hello!", "Danke.", "ok", "Merci", "👍"]), st.from_regex(r"[1-9]\d{0,3}", fullmatch=True))
def test_a_number_is_never_small_talk(text, number):
    assert not is_phatic(f"{text} {number}")


@given(
    st.lists(st.sampled_from(["Hello.", "Thanks!", "ok", "bye", "Hahaha", "Danke,", "ciao"]), min_size=1, max_size=5)
)
def test_small_talk_after_small_talk_is_small_talk(parts):
    assert is_phatic(" ".join(parts))


@given(st.text())
def test_any_text_gets_an_answer(text):
    assert is_phatic(text) in {True, False}
