"""Sentences: where they begin and end."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ltml.text import sentences

TALK = st.text(alphabet="aB1.!? \n\t。…\"')-|`~e3äÖ#*:") | st.text()


def cut(text):
    return [span.of(text) for span in sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Dr. Okafor moved the visit.",
        "I see Prof. Dr. Lindqvist about it.",
        "Bring fruit, e.g. pears, to the hall.",
        "It costs 3.50 a kilo.",
        "Read notes.md and main.py first.",
        "Go to https://example.org/a.b?c=1 for it.",
        "J. R. Hartley wrote it.",
        "Ich komme am 3. Mai zurück.",
        "Er wurde beim 2. Versuch fertig.",
        "Wir essen z. B. Linsen.",
        "Das kostet ca. 20 Euro.",
        "Frau Dr. Sommer wohnt in der Ringstr. 4.",
        "M. Dubois habite ici.",
        "El Sr. Ortega vive aquí.",
        "Il sig. Conti abita qui.",
        "Dhr. de Wit woont hier.",
        "A Sra. Pires mora aqui.",
        "Well ... maybe later.",
        '"Stop!" she said.',
        "Version 0.6.2 is out.",
        "The train leaves at 6 p.m. from here.",
        "Am 24. Dezember wird gefeiert.",
        "See No. 7 for it.",
        "He was born on Jan. 5 in Oslo.",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(sentence):
    assert cut(sentence) == [sentence]
    assert cut(f"So. {sentence} Ende!") == ["So.", sentence, "Ende!"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rains. I stay in.", ["It rains.", "I stay in."]),
        ("it rains. i stay in.", ["it rains.", "i stay in."]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
        ("So do I. Then we go.", ["So do I.", "Then we go."]),
        ("We had plan B. Then it rained.", ["We had plan B.", "Then it rained."]),
        ("Eggs, milk, etc. Then bread.", ["Eggs, milk, etc.", "Then bread."]),
        ("今日は雨です。家にいます！「行こう。」はい", ["今日は雨です。", "家にいます！", "「行こう。」", "はい"]),
        ("هل أنت هنا؟ نعم.", ["هل أنت هنا؟", "نعم."]),
        ("यह अच्छा है। हाँ।", ["यह अच्छा है।", "हाँ।"]),
        ("- eggs\n- milk\n- rye bread", ["- eggs", "- milk", "- rye bread"]),
        ("1. Wash it\n2. Dry it", ["1. Wash it", "2. Dry it"]),
        ("Hi\n\nThere", ["Hi", "There"]),
        ("\n  Hi.  \n", ["Hi."]),
        ("Es waren 12. Danach ging sie.", ["Es waren 12.", "Danach ging sie."]),
        ("She said no. Then she left.", ["She said no.", "Then she left."]),
        ("Das ist Jan. Er mag es. Ich auch.", ["Das ist Jan.", "Er mag es.", "Ich auch."]),
        (
            "He took off his cap. I do not mind. It is out. All set. Done.",
            ["He took off his cap.", "I do not mind.", "It is out.", "All set.", "Done."],
        ),
        ("I have 3. You have 4.", ["I have 3.", "You have 4."]),
    ],
)
def test_sentences_and_list_items_end_where_they_end(text, expected):
    assert cut(text) == expected


def test_wrapped_prose_goes_on_in_the_next_line():
    text = "The shed behind the old mill has a blue door that sticks\nwhen it rains. Push hard."
    assert len(cut(text)) == 2


def test_a_code_block_is_one_sentence():
    block = "```py\nx = 1. \n\nprint(x)! # Yes. No.\n```"
    assert cut(f"Look. Here:\n{block}\nNice. Eh?") == ["Look.", "Here:", block, "Nice.", "Eh?"]


def test_a_code_block_without_an_end_reaches_to_the_end():
    assert cut("So:\n```\na. b\nc. d") == ["So:", "```\na. b\nc. d"]


def test_a_table_is_one_sentence():
    table = "| a | b |\n|---|---|\n| No. 1. Yes | 2 |"
    assert cut(f"See.\n{table}\nDone.") == ["See.", table, "Done."]


def test_a_table_in_a_code_block_belongs_to_the_block():
    block = "```\n| a |\n| b |\n```"
    assert cut(block) == [block]


@given(TALK)
@example("```")
@example("a\x1cb")
def test_spans_are_trimmed_in_order_and_cover_every_visible_character(text):
    at = 0
    for span in sentences(text):
        assert span.start < span.end
        assert not text[at : span.start].strip()
        assert span.of(text) == span.of(text).strip()
        at = span.end
    assert not text[at:].strip()


@given(st.lists(st.sampled_from(["It rains.", "Who came?", "Run!", "Tea is hot."]), min_size=1, max_size=6))
def test_plain_sentences_come_back_as_they_were_put_together(parts):
    assert cut(" ".join(parts)) == parts
