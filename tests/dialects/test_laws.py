"""What holds for every request and every reply, whatever is in it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ltml import plugins
from ltml.dialects._json import parse_body
from ltml.errors import UnreadableExchange
from ltml.exchange import Placement, Reply
from ltml.protocols import Dialect
from ltml.testing.dialects import iterate_leaves
from tests.dialects.generated import CHATS, GENERATES, LETTERS, PLACED
from tests.dialects.samples import SAMPLES

BODIES = {"ollama_chat": CHATS, "ollama_generate": GENERATES, "openai_chat": CHATS}
DIALECTS = {name: plugins.find_plugin("dialects", name) for name in BODIES}
GAP = "\n\n"
NAMES = pytest.mark.parametrize("name", list(BODIES))


def placed_in(messages: list[tuple[str, str]], placement: Placement) -> list[tuple[str, str]]:
    """What must be heard, said once more in other words than the package's."""
    said = [
        (role, GAP.join(filter(None, [placement.recalls.get(i, "") if role == "user" else "", text])))
        for i, (role, text) in enumerate(messages)
    ]
    if not placement.block:
        return said
    if said[0][0] == "system":
        return [("system", GAP.join(filter(None, [said[0][1], placement.block]))), *said[1:]]
    return [("system", GAP.join(filter(None, [placement.system, placement.block]))), *said]


def heard(dialect: Dialect, body: bytes) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in dialect.parse_request(body).messages]


def without(body: bytes, *names: str) -> list[object]:
    """All that a body says in order, as it is spelled, but for what stands under these names."""

    def members(pairs: list[tuple[str, object]]) -> list[object]:
        return [pair for pair in pairs if pair[0] not in names]

    text = body.decode().removeprefix("\ufeff")
    return list(iterate_leaves(json.loads(text, object_pairs_hook=members, parse_int=str, parse_float=str)))


@NAMES
@settings(max_examples=1000)
@given(data=st.data())
def test_what_is_placed_is_heard_in_its_place_and_nothing_else_changes(name, data):
    dialect, body = DIALECTS[name], data.draw(BODIES[name])
    said = heard(dialect, body)
    recalls = data.draw(st.dictionaries(st.integers(0, len(said)), PLACED, max_size=4))
    placement = Placement(
        block=data.draw(st.just("") | PLACED), system=data.draw(st.just("") | PLACED), recalls=recalls
    )
    placed = dialect.place(body, placement)
    if said:
        assert heard(dialect, placed) == placed_in(said, placement)
    touched = ("messages", "system", "prompt")
    assert without(placed, *touched) == without(body, *touched)
    assert (placed == body) == (heard(dialect, placed) == said)


@given(text=st.text(alphabet=LETTERS), ascii_only=st.booleans())
def test_every_character_of_a_text_is_found_where_it_is_written(text, ascii_only):
    written = json.dumps(text, ensure_ascii=ascii_only or not text.isprintable())
    node = parse_body(f'{{"x": {written}}}'.encode()).members["x"]
    assert [json.loads(written[: node.offset(i) - node.start] + '"') for i in range(len(node.value) + 1)] == [
        node.value[:i] for i in range(len(node.value) + 1)
    ]


@NAMES
@given(data=st.data())
def test_placing_only_adds_bytes(name, data):
    dialect, body = DIALECTS[name], data.draw(BODIES[name])
    if b"null" in body:  # null becomes a text
        return
    placed = dialect.place(body, Placement(block="B", recalls={0: "R", 1: "R"}))
    rest = iter(placed)
    assert all(byte in rest for byte in body)


@NAMES
@settings(max_examples=300)
@given(body=st.binary(max_size=60) | st.text(alphabet='{}[]",:\\ue0nt messagrolcp', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_unreadable(name, body):
    try:
        DIALECTS[name].parse_request(body)
        DIALECTS[name].place(body, Placement(block="B", recalls={0: "R"}))
    except UnreadableExchange:
        pass


@NAMES
@settings(max_examples=300)
@given(data=st.data())
def test_any_bytes_in_any_chunks_are_heard_alike(name, data):
    dialect = DIALECTS[name]
    sample = data.draw(st.sampled_from(SAMPLES[name].replies))
    bits = [
        sample.said,
        sample.said[: len(sample.said) // 2],
        b"\n",
        b'{"a":"\\',
        b'"',
        b"}",
        b"{",
        b"data: [DONE",
        b"]x",
    ]
    said = b"".join(data.draw(st.lists(st.sampled_from(bits) | st.binary(max_size=4), max_size=6)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(said)), max_size=12)))
    once, often = (dialect.reply_parser(dialect.parse_request(sample.body)) for _ in range(2))
    once.feed(said)
    for start, end in zip([0, *cuts], [*cuts, len(said)], strict=True):
        often.feed(said[start:end])
    assert often.reply == once.reply
    assert once.complete == once.reply.complete
    assert isinstance(once.reply, Reply)
