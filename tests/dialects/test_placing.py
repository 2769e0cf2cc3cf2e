"""Where words are placed, byte for byte."""

import pytest

from ltml import plugins
from ltml.exchange import Placement
from ltml.protocols import Dialect

CHAT: Dialect = plugins.find_plugin("dialects", "ollama_chat")
GENERATE: Dialect = plugins.find_plugin("dialects", "ollama_generate")
OPENAI: Dialect = plugins.find_plugin("dialects", "openai_chat")
ALL = Placement(block="B", system="S", recalls={0: "R0", 1: "R1", 2: "R2"})


def placed(dialect: Dialect, body: str, placement: Placement) -> str:
    return dialect.place(body.encode(), placement).decode()


@pytest.mark.parametrize("dialect", [CHAT, OPENAI], ids=lambda dialect: dialect.path)
@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (
            '{"messages":[{"role":"user","content":"hi"}]}',
            '{"messages":[{"role":"system","content":"S\\n\\nB"},{"role":"user","content":"R0\\n\\nhi"}]}',
        ),
        (
            '{"messages" : [ {"role":"system","content":"be"} ,{"content" :"h\\u0069", "role":"USER"}]}',
            '{"messages" : [ {"role":"system","content":"be\\n\\nB"} ,{"content" :"R1\\n\\nh\\u0069", "role":"USER"}]}',
        ),
        (
            '{"messages":[{"role":"system","content":""},{"role":"user","content":""},{"role":"tool","content":"x"}]}',
            '{"messages":[{"role":"system","content":"B"},{"role":"user","content":"R1"},{"role":"tool","content":"x"}]}',
        ),
        (
            '{"messages":[{"role":"system"},{"role":"user", "content": null},{"role":"user"}]}',
            (
                '{"messages":[{"role":"system","content":"B"},{"role":"user", "content": "R1"},'
                '{"role":"user","content":"R2"}]}'
            ),
        ),
        (
            (
                '{"messages":[{"role":"system","content":[{"type":"text","text":"a"}]},'
                '{"role":"user","content":[{"type":"image_url"},{"type":"text","text":"b"},{"type":"text","text":"c"}]},'
                '{"role":"user","content":[{"type":"image_url"}]}]}'
            ),
            (
                '{"messages":[{"role":"system","content":[{"type":"text","text":"a\\n\\nB"}]},'
                '{"role":"user","content":[{"type":"image_url"},{"type":"text","text":"R1\\n\\nb"},{"type":"text","text":"c"}]},'
                '{"role":"user","content":[{"type":"text","text":"R2"},{"type":"image_url"}]}]}'
            ),
        ),
        (
            '{"messages":[{"role":"user","content":"old"}],"messages":[{"role":"user","content":"x","content":"y"}]}',
            (
                '{"messages":[{"role":"user","content":"old"}],"messages":[{"role":"system","content":"S\\n\\nB"},'
                '{"role":"user","content":"x","content":"R0\\n\\ny"}]}'
            ),
        ),
        ('{"messages":[]}', '{"messages":[]}'),
        ('{"messages":null}', '{"messages":null}'),
        ("{}", "{}"),
    ],
)
def test_a_chat_gets_its_words_where_they_belong(dialect, body, wanted):
    assert placed(dialect, body, ALL) == wanted


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ('{"prompt":"hi" }', '{"prompt":"R0\\n\\nhi" ,"system":"S\\n\\nB"}'),
        ('{"system":"be","prompt":"hi"}', '{"system":"be\\n\\nB","prompt":"R1\\n\\nhi"}'),
        ('{"system":"","prompt":"hi"}', '{"system":"S\\n\\nB","prompt":"R0\\n\\nhi"}'),
        ('{"system":null,"prompt":"no","prompt":"hi"}', '{"system":"S\\n\\nB","prompt":"no","prompt":"R0\\n\\nhi"}'),
        (
            '{"prompt":"### System:\\nb\\u0065\\n\\n### User:\\n\\ud83d\\ude00 hi\\n\\n"}',
            '{"prompt":"### System:\\nb\\u0065\\n\\nB\\n\\n### User:\\nR1\\n\\n\\ud83d\\ude00 hi\\n\\n"}',
        ),
        (
            '{"prompt":"### User:\\nhi\\n\\n### Assistant:\\nA\\n\\n### User:\\n"}',
            '{"prompt":"### User:\\nR0\\n\\nhi\\n\\n### Assistant:\\nA\\n\\n### User:\\nR2","system":"S\\n\\nB"}',
        ),
        ('{"prompt":""}', '{"prompt":""}'),
        ("{}", "{}"),
    ],
)
def test_a_prompt_gets_its_words_where_they_belong(body, wanted):
    assert placed(GENERATE, body, ALL) == wanted


def test_words_are_written_as_the_client_writes():
    words = Placement(recalls={0: 'Öl "?" 油'})
    raw = '{"messages":[{"role":"user","content":"wo? é"}]}'
    escaped = '{"messages":[{"role":"user","content":"wo? \\u00e9"}]}'
    assert '"Öl \\"?\\" 油\\n\\nwo? é"' in placed(CHAT, raw, words)
    assert '"\\u00d6l \\"?\\" \\u6cb9\\n\\nwo? \\u00e9"' in placed(CHAT, escaped, words)


def test_half_a_pair_is_placed_as_an_escape_even_in_raw_text():
    body = '{"messages":[{"role":"user","content":"é"}]}'
    assert placed(CHAT, body, Placement(recalls={0: "\ud83d"})) == body.replace("é", "\\ud83d\\n\\né")


def test_a_developers_message_is_a_system_message():
    body = '{"messages":[{"role":"developer","content":"be"},{"role":"user","content":"hi"}]}'
    assert placed(OPENAI, body, Placement(block="B", system="S")) == body.replace('"be"', '"be\\n\\nB"')


def test_the_same_placement_gives_the_same_bytes():
    body = b'{"messages":[{"role":"user","content":"hi"}]}'
    assert CHAT.place(body, ALL) == CHAT.place(body, ALL)


def test_what_may_not_be_reminded_is_passed_over():
    body = '{"messages":[{"role":"assistant","content":"hi"},{"role":"tool","content":"3"}]}'
    assert placed(CHAT, body, Placement(recalls={0: "R", 1: "R", 7: "R", -1: "R"})) == body
