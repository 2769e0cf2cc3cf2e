"""Terms: what a text is found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltml.text import language, overlap, query_terms, terms
from ltml.text.languages import languages

CODES = ["en", "de", "fr", "es", "it", "nl", "pt"]


def found(query: str, text: str) -> bool:
    return all(overlap(query_terms(query), set(terms(text))))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Where have you put the ladder?", "en"),
        ("Wo hast du die Leiter hingestellt?", "de"),
        ("Où est-ce que tu as mis l'échelle ?", "fr"),
        ("¿Dónde has puesto la escalera?", "es"),
        ("Dove hai messo la scala?", "it"),
        ("Waar heb je de ladder gezet?", "nl"),
        ("Onde é que você pôs a escada?", "pt"),
        ("My uncle is going to paint the fence when he is back", "en"),
        ("Meine Tante will im Sommer den Zaun streichen", "de"),
        ("Ma tante veut peindre la clôture cet été", "fr"),
        ("Mi tía quiere pintar la valla este verano", "es"),
        ("Mia zia vuole dipingere il recinto quest'estate", "it"),
        ("Mijn tante wil van de zomer het hek verven", "nl"),
        ("A minha tia quer pintar a cerca no verão", "pt"),
    ],
)
def test_function_words_tell_the_language(text, code):
    assert language(text) == code


def test_letters_of_one_language_vote_for_it():
    assert language("Kürbis") == "de"
    assert language("ñandú") == "es"


def test_a_tie_between_two_languages_goes_to_the_default():
    assert language("le", default="pt") == "pt"


@pytest.mark.parametrize("text", ["", "42", "Kanu", "👍", "東京"])
def test_a_text_without_function_words_has_the_default_language(text):
    assert language(text) == "en"
    assert language(text, default="de") == "de"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("walking the dogs", "She walked a dog."),
        ("cafe", "We met at the café."),
        ("CAFÉ", "we met at the cafe"),
        ("strasse", "Die Straße ist gesperrt."),
        ("Hunde", "Ich habe einen Hund."),
        ("Blumen", "Die Blume auf dem Balkon blüht."),
        ("chevaux", "Elle a vu les chevaux dans le pré."),
        ("gatos", "Tengo un gato muy viejo."),
        ("bambini", "Il bambino dorme nella sua stanza."),
        ("boeken", "Ik heb een nieuw boek gekocht."),
        ("livros", "Onde está o livro que eu comprei?"),
        ("three kittens", "There are 3 kittens."),
        ("3 kittens", "There are three kittens in the barn."),
        ("zwölf Eier", "Wir brauchen noch 12 Eier für den Kuchen."),
        ("enable_lazy_sync", "Set `enable_lazy_sync` to true."),
        ("lazy sync", "Set `enable_lazy_sync` to true."),
        ("x-1", "It is in vault/kv/x-1."),
        ("東京", "明日は東京に行きます"),
        ("茶", "我每天喝绿茶。"),
        ("كتاب", "هذا كتاب جديد"),
        ("informacion", "informacion"),
    ],
)
def test_a_query_finds_the_text(query, text):
    assert found(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Was fressen die Katzen am liebsten?", "Katze frisst Lachs"),
        ("Quelles chansons aime ma tante ?", "chanson tante: barcarolle"),
        ("¿Qué canciones le gustan a mi tía?", "canción tía: habanera"),
    ],
)
def test_a_short_text_whose_language_was_guessed_wrongly_is_still_found(query, text):
    assert language(query) != language(text)
    assert any(overlap(query_terms(query), set(terms(text))))


@pytest.mark.parametrize("code", CODES)
def test_stop_words_are_no_terms(code):
    stop = sorted(languages()[code].stop)
    assert terms(" ".join(stop), lang=code) == []


def test_a_query_word_gives_one_group_with_its_own_language_first():
    groups = query_terms("Were the nightly backups and the backup finished?")
    assert groups[0][0] == "night"
    assert "nightly" in groups[0]
    assert [group[0] for group in groups].count("backup") == 1


def test_numbers_stay_as_they_are():
    assert ("48213",) in query_terms("ticket 48213")
    assert "48213" in terms("ticket 48213")


def test_an_unknown_language_is_voted_on_instead():
    assert terms("the walking dogs", lang="xx") == terms("the walking dogs")


def test_terms_keep_order_and_repeats():
    assert terms("oak elm oak") == ["oak", "elm", "oak"]


@given(st.lists(st.text(max_size=12), max_size=8).map(" ".join))
def test_every_text_finds_itself(text):
    indexed = set(terms(text))
    for group in query_terms(text):
        assert indexed.intersection(group)


@given(st.lists(st.text(alphabet="abeinst", min_size=3, max_size=9), max_size=8).map(" ".join), st.sampled_from(CODES))
def test_a_text_indexed_under_the_wrong_language_is_found_by_every_word_that_was_indexed(text, code):
    indexed = set(terms(text, lang=code))
    for word in text.split():
        if terms(word, lang=code):
            assert all(overlap(query_terms(word), indexed))


@given(st.text())
def test_analysis_is_a_function_of_the_text(text):
    assert terms(text) == terms(text)
    assert query_terms(text) == query_terms(text)
    assert language(text) in CODES
