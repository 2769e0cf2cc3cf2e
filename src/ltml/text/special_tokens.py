"""
The special tokens of chat templates, known by their shape.

Theory of operation. A server renders the chat into one text and lets the tokenizer find its special tokens in it,
wherever they came from; so `<|im_end|>` in a quoted web page ends the message. Every vocabulary has its own tokens, and
new models bring new ones, but they come in few shapes: a name between angle or square brackets with a bar inside
(`<|eot|>`, `<turn|>`, `[|user|]`, whatever the name); a name between bare brackets (`<end_of_turn>`, `[TOOL_CALLS]`),
made of the words that such names are made of: where something begins or ends, roles, tools, padding. The bare ones look
like markup and placeholders, so they are judged by their words: `<div>`, `Vec<u8>` and `[TODO]` stay as they are.

`special_tokens` finds them in the text as it looks (`lookalikes`): in any case, width and spacing, with invisible
characters in them. Three shapes hold no words: MiniMax's `]~b]`, Falcon's `>>QUESTION<<`, and the headings of
instruction templates (`### Response:`). Roles as plain words ("USER: ") are ordinary text to every tokenizer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ltml.text.lookalikes import FoldedText


def _split_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: A name's content: whatever stands between the brackets, without others of their kind.
_ANGLES = re.compile(r"<([^<>]{1,80})>")
_SQUARES = re.compile(r"\[([^\[\]]{1,60})\]")
#: A bar at an inner side of an angle bracket; at the closing side alone, only behind one word (`a < b |> c` is code).
_BARRED = re.compile(r" {0,3}[/\\]? {0,3}\|.*[^| ].*|[/\\]?[\w.:-]{1,60}\|{1,2} {0,3}", re.DOTALL)
_BARRED_SQUARE = re.compile(r" {0,3}\| {0,3}/?[^\W\d][\w ]{0,40}\| {0,3}")
_DOUBLED = re.compile(r"<( {0,2})<[ /\\]{0,4}s[ ]?y[ ]?s(?:tem)?[ ]{0,3}>( {0,2})>", re.IGNORECASE)
_FLANKED = re.compile(
    r">>(?:TITLE|ABSTRACT|INTRODUCTION|SUMMARY|COMMENT|ANSWER|QUESTION|DOMAIN|[A-Z]{2,3}FIX|MIDDLE)<<"
)
_TILDED = re.compile(r"\][~!]{1,2}\w{1,4}[~]?[\[\]]|\[\w{1,3}~\[")
_HEADED = re.compile(r"#{2,4}(?= {0,3}(?:instructions?|response|user|assistant|system|human) {0,2}:)", re.IGNORECASE)

#: Names of one word that are tokens, in any case.
_SINGLE = _split_set(
    "s bos eos eot eom eod eop sop eoh eoa bom boi eoi pad unk mask sep cls sys inst gmask smask "
    "think thinking thought reasoning toolcall toolcalls image imgcontext"
) | {f"{end}of{part}" for end in ("start", "begin", "end") for part in ("turn", "text", "sentence", "message", "role")}
#: In square brackets a word of its own is mostly a placeholder or a label: these in any case, these in capitals.
_SINGLE_SQUARE = _split_set("inst gmask smask bos eos think img")
_CAPITAL_SQUARE = _split_set(
    "EOT CLS SEP PAD UNK MASK SYS ARGS PREFIX SUFFIX MIDDLE AUDIO TRANSCRIBE TOOL_CALLS SYSTEM_PROMPT"
)
#: In angle brackets these are markup in small letters.
_CAPITAL_ANGLE = _split_set("PRE SUF MID EOT")
#: Names of several words are made of these words,
_PARTS = _split_set(
    "im of start begin end stop bos eos eot eom fim pre suf mid prefix suffix middle pad hole turn sentence text "
    "message msg header role prompt system user assistant human model tool tools call calls result results response "
    "responses output outputs content function functions args argument arguments id think thinking thought reasoning "
    "token tokens soft special reserved unused extra control ctrl image img images audio video vision speech document "
    "section block box channel available inst sys sep break mask media query chat conversation context settings "
    "sequence seq"
)
#: and one of these is among them.
_TELLING = _split_set(
    "start begin end bos eos eot eom fim tool tools token tokens soft special reserved unused extra control ctrl "
    "function functions inst"
)
_TELLING_SQUARE = _split_set(
    "begin end bos eos tool tools token unused control ctrl inst img audio call prompt think model"
)
#: Names with a number behind them.
_NUMBERED = _split_set("unused extra reserved special ctrl control mask image img audio token")
_BETWEEN = re.compile(r"[ _.:-]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)")
_NAME = re.compile(r"[A-Za-z](?:[\w .:-]*\w)?")
#: Where a server puts a picture or sound in.
_INSERTED = re.compile(r"__ ?(?:media|image|img|audio|video) ?__", re.IGNORECASE)
_CALLED = re.compile(r"(?:function|parameter|tool)=.+", re.IGNORECASE | re.DOTALL)
#: Ollama puts the picture of this number there.
_PICTURE = re.compile(r"img ?- ?\d+", re.IGNORECASE)
#: `s` is short, and the name of many elements in other namespaces.
_SHORT = 2


def special_tokens(look: FoldedText) -> Iterator[tuple[int, int]]:
    """Yield where what works as a special token stands in a text as it looks: its first character and past its last."""
    for found in _ANGLES.finditer(look.text):
        if _BARRED.fullmatch(found[1]) or _is_tag(found[1]):
            yield found.span()
    for found in _SQUARES.finditer(look.text):
        if _BARRED_SQUARE.fullmatch(found[1]) or _is_label(found[1]):
            yield found.span()
    for shape in (_DOUBLED, _TILDED, _FLANKED):
        for found in shape.finditer(look.text):
            yield found.span()


def template_headings(look: FoldedText) -> Iterator[int]:
    """Yield the ends of the signs that make a heading of an instruction template."""
    for found in _HEADED.finditer(look.text):
        yield found.end()


def _is_tag(content: str) -> bool:
    """Tell whether a name in angle brackets is that of a token."""
    bare = _bare(content)
    if _INSERTED.fullmatch(bare) or _CALLED.fullmatch(bare) or bare in _CAPITAL_ANGLE:
        return True
    if not _NAME.fullmatch(bare):
        return False
    words = _words(bare)
    if "".join(words) in _SINGLE or _is_numbered(words):
        return True
    last = bare.rpartition(":")[2]
    if last != bare and len(last) >= _SHORT and _is_tag(last):
        return True
    return _is_compound(words, _TELLING)


def _is_label(content: str) -> bool:
    """Tell whether a name in square brackets is that of a token: written as one word, or in capitals."""
    bare = _bare(content)
    if _PICTURE.fullmatch(bare) or "".join(bare.split()) in _CAPITAL_SQUARE:
        return True
    if not _NAME.fullmatch(bare) or ":" in bare or "." in bare:  # a slice, an index
        return False
    words = _words(bare)
    if "".join(words) in _SINGLE_SQUARE:
        return True
    if bare != bare.upper() and " " in bare:  # "[end of message]" is said by people
        return False
    return _is_compound(words, _TELLING_SQUARE) or (_is_numbered(words) and "img" not in words)


def _bare(content: str) -> str:
    """Return a name without what closes or pads it; one that is s p a c e d, without the spaces."""
    name = content.strip().lstrip("/\\").strip()
    return "".join(name.split()) if all(len(part) == 1 for part in name.split()) else name


def _words(name: str) -> list[str]:
    return [part.casefold() for part in _BETWEEN.split(name) if part]


def _is_compound(words: list[str], telling: frozenset[str]) -> bool:
    named = [word for word in words if not word.isdigit()]
    return len(named) > 1 and _PARTS.issuperset(named) and not telling.isdisjoint(named)


def _is_numbered(words: list[str]) -> bool:
    return len(words) > 1 and words[-1].isdigit() and _PARTS.issuperset(words[:-1]) and words[-2] in _NUMBERED | {"id"}
