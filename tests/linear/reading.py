"""Everything in LTML that reads a text somebody else wrote, each as a call with nothing but that text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from ltml import text as lt
from ltml.capture import checks, digest_chain
from ltml.dialects import _flattened, _thinking, _work
from ltml.dialects._json import parse_body
from ltml.dialects.ollama_chat import plugin as ollama_chat
from ltml.dialects.ollama_generate import plugin as ollama_generate
from ltml.dialects.openai_chat import plugin as openai_chat
from ltml.exchange import Message, Placement, Request
from ltml.filters.rules import judge_turns
from ltml.model import Resolved, Turn
from ltml.protocols import Dialect
from ltml.sleep import cues, fold, propose
from ltml.store import redaction
from ltml.text import concepts, numbers, searchable, stems
from ltml.text.dates import tokens as date_tokens
from ltml.text.secrets import find_secrets
from ltml.wake import render, understand
from ltml.wake.trim import TrimQuery, trim_turn

Reader = Callable[[str], object]
SAID = datetime(2024, 5, 8, 12, tzinfo=UTC)


def _turn(text: str) -> Turn:
    return Turn(id="t", session="s", role="user", text=text, at=SAID)


def _keyed(text: str) -> str:
    return f"{len(text)}"


def _freed(text: str) -> object:
    return checks.remove_injections([_turn(text)], lambda blocks: frozenset(list(blocks)[::2]))


def _chained(text: str) -> object:
    return digest_chain.build_chain([Message(role="user", text=text), Message(role="assistant", text=text)], _keyed)


def _trimmed(text: str) -> object:
    query = TrimQuery(groups=(("word",), ("tea", "te")), weights=(1.0, 2.0), max_tokens=90)
    return trim_turn(text, query, [text[: len(text) // 2], "something said before"])


def _dated(text: str) -> object:
    dates = [Resolved(phrase=p, written="2024-05-07", first=SAID.date(), last=SAID.date()) for p in ("yesterday", "a")]
    return render.annotate_dates(text, dates)


def _work_of(text: str) -> object:
    talk = (Message(role="system", text=text), Message(role="user", text=text))
    return _work.classify_request(Request(messages=talk), structured=False)


def _body(text: str) -> bytes:
    return json.dumps({"model": "m", "messages": [{"role": "user", "content": text}]}).encode()


def _heard(dialect: Dialect, form: Callable[[str], bytes] = _body) -> Reader:
    return lambda text: dialect.parse_request(form(text))


def _placed(dialect: Dialect, form: Callable[[str], bytes] = _body) -> Reader:
    placement = Placement(block="[memory: x]\ny\n[/memory]", recalls={0: "z"})
    return lambda text: dialect.place(form(text), placement)


def _prompt(text: str) -> bytes:
    return json.dumps({"model": "m", "prompt": text, "system": text}).encode()


def _offset(text: str) -> object:
    node = parse_body(json.dumps({"a": text}).encode()).members["a"]
    return node.offset(len(text) // 2)


def _listened(dialect: Dialect, form: Callable[[str], bytes], *, stream: bool, chunk: int) -> Reader:
    def listen(text: str) -> object:
        ear = dialect.reply_parser(Request(model="m", stream=stream))
        reply = form(text)
        for at in range(0, len(reply), chunk):
            ear.feed(reply[at : at + chunk])
        return ear.reply

    return listen


def _lines(text: str) -> bytes:
    """A reply of Ollama's: many small pieces."""
    pieces = [{"message": {"content": text[at : at + 20]}, "done": False} for at in range(0, len(text), 20)]
    return b"".join(json.dumps(piece).encode() + b"\n" for piece in [*pieces, {"done": True}])


def _events(text: str) -> bytes:
    pieces = [{"choices": [{"delta": {"content": text[at : at + 20]}}]} for at in range(0, len(text), 20)]
    return b"".join(b"data: " + json.dumps(piece).encode() + b"\n\n" for piece in pieces) + b"data: [DONE]\n\n"


def _one_line(text: str) -> bytes:
    return json.dumps({"message": {"content": text}, "done": True}).encode()


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


TEXT: Mapping[str, Reader] = {
    "words": lt.words,
    "word_pairs": lt.word_pairs,
    "terms": lt.terms,
    "term_counts": lt.term_counts,
    "query_terms": lt.query_terms,
    "searchable": searchable.searchable,
    "sentences": lt.sentences,
    "values": lt.values,
    "language": lt.language,
    "is_phatic": lt.is_phatic,
    "fold_keys": lt.fold_keys,
    "same_statement": lambda text: lt.same_statement(text, text + " again"),
    "first_person": lt.first_person,
    "personal": lambda text: lt.personal(lt.words(text)),
    "count_tokens": lt.count_tokens,
    "storable": lambda text: lt.restored(lt.storable(text)),
    "find_dates": lambda text: lt.find_dates(text, SAID),
    "find_dates in German": lambda text: lt.find_dates(text, SAID, "de"),
    "dates.words_of": date_tokens.words_of,
    "dates.tokens_of": date_tokens.tokens_of,
    "related": concepts.related,
    "fold": stems.fold,
    "stem": lambda text: stems.stem(text, "en"),
    "canonical": numbers.canonical,
    "find_secrets": find_secrets,
}
CAPTURE: Mapping[str, Reader] = {
    "checked": lambda text: checks.check_turns([_turn(text)]),
    "without_injections": _freed,
    "chained": _chained,
}
WAKE: Mapping[str, Reader] = {
    "trim_turn": _trimmed,
    "understand_query": lambda text: understand.understand_query(text, SAID),
    "render.quote_line": lambda text: render.quote_line(text, "web"),
    "render.annotate_dates": _dated,
    "render.DATE_ANNOTATION": lambda text: render.DATE_ANNOTATION.sub("", text),
}
SLEEP: Mapping[str, Reader] = {
    "cues.classify_lesson": cues.classify_lesson,
    "fold.extract_statements": lambda text: list(fold.extract_statements(_turn(text), with_assistant=True)),
    "fold.says_nothing_else": lambda text: fold.says_nothing_else(text, [text]),
    "propose.parse_proposals": lambda text: list(propose.parse_proposals(text)),
    "propose.build_prompt": lambda text: propose.build_prompt([_turn(text)]),
    "propose.is_supported": lambda text: propose.is_supported(
        propose.Proposal(turn="t", quote=text, statement=text), {"t": _turn(text)}
    ),
    "filters.rules": lambda text: judge_turns([_turn(text), _turn(text)]),
    "telling": lambda text: redaction.find_telltale_words([text], ["something else that is left"]),
    "quoting": lambda text: redaction.quote_matcher([text], ["memory"])(text),
}
DIALECTS: Mapping[str, Reader] = {
    "spoken": _thinking.strip_thinking,
    "flattened.pieces": _flattened.split_prompt,
    "judged as work": _work_of,
    "json offset": _offset,
    "ollama chat heard": _heard(ollama_chat),
    "ollama chat placed": _placed(ollama_chat),
    "ollama generate heard": _heard(ollama_generate, _prompt),
    "ollama generate placed": _placed(ollama_generate, _prompt),
    "openai heard": _heard(openai_chat),
    "ollama lines": _listened(ollama_chat, _lines, stream=True, chunk=1000),
    "ollama one object": _listened(ollama_chat, _one_line, stream=False, chunk=1000),
    "ollama junk": _listened(ollama_chat, _raw, stream=True, chunk=100),
    "openai events": _listened(openai_chat, _events, stream=True, chunk=1000),
    "openai junk": _listened(openai_chat, _raw, stream=True, chunk=100),
}
READERS: Mapping[str, Reader] = {**TEXT, **CAPTURE, **WAKE, **SLEEP, **DIALECTS}
