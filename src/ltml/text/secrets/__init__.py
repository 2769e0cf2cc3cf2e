"""
Which stretches of a text are secrets: keys, tokens, private keys, passwords after their cue, card numbers.

Theory of operation. There are three ways to know a secret. By its *form*: most providers give their keys a mark of
their own, and private keys have a frame (formats.py). By its *name*: what an assignment or a sentence calls a
password, a key or a token, if it then looks like one (named.py; the words people use are in `ltml.text.languages`,
for many languages of which LTML knows nothing else), or what the head of a column calls one (tables.py). By
*arithmetic*: a card number has a check digit and one of a few beginnings (cards.py). What has neither form, name
nor check digit is not known: a password said without a cue is a word like others.

Everything is found by literal search first, and each place that is found is looked at within a fixed reach, so that
the cost grows with the length of the text and with nothing else. Characters that nobody sees are taken out before
looking.

A mask says the kind and, of secrets of 12 characters or more, the last two: enough to tell one's keys apart, not
enough to guess one. It is no mark of an injection, and a masked text is left as it is when it is masked again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ltml.text.secrets.cards import find_card_numbers
from ltml.text.secrets.formats import find_known_formats
from ltml.text.secrets.looks import MASK, SecretSpan
from ltml.text.secrets.named import find_named_secrets
from ltml.text.secrets.tables import find_in_tables, outside

#: No cue with its secret is shorter: "pw: ab12".
SHORTEST = 7
#: Of secrets this long the last characters are shown.
LONG = 12
SHOWN = 2
#: Characters that take no room: between the letters of a secret they hide it from a search, not from a reader.
_UNSEEN = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_BREAKS_A_MASK = re.compile(r"[\s\[\]]")


@dataclass(frozen=True, slots=True)
class Secret:
    """A stretch of a text that is a secret, `end` exclusive, and what kind of secret it is."""

    start: int
    end: int
    kind: str

    def mask(self, text: str) -> str:
        """Return what to write in its stead."""
        said = _UNSEEN.sub("", text[self.start : self.end])
        end = _BREAKS_A_MASK.sub("", said[-SHOWN:]) if len(said) >= LONG else ""
        return f"[secret: {self.kind} ...{end}]" if end else f"[secret: {self.kind}]"


def find_secrets(text: str) -> list[Secret]:
    """Return the secrets of a text in order, without overlap."""
    if len(text) < SHORTEST:
        return []
    unseen = [found.start() for found in _UNSEEN.finditer(text)]
    if not unseen:
        return _found(text)
    seen = _UNSEEN.sub("", text)
    return [_moved(secret, unseen) for secret in _found(seen)]


def mask_secrets(text: str) -> str:
    """Return the text with a mask for each secret; the same text if there is none."""
    parts: list[str] = []
    at = 0
    for secret in find_secrets(text):
        parts += [text[at : secret.start], secret.mask(text)]
        at = secret.end
    return "".join([*parts, text[at:]]) if parts else text


def _found(text: str) -> list[Secret]:
    masks = [found.span() for found in MASK.finditer(text)] if "[secret: " in text else []
    told, headers = find_in_tables(text)
    found = [
        *find_known_formats(text),
        *outside(find_named_secrets(text), headers, text),
        *told,
        *find_card_numbers(text),
    ]
    return _joined(sorted(_outside(found, masks), key=lambda each: each.start))


def _outside(found: Iterable[SecretSpan], masks: Sequence[tuple[int, int]]) -> list[SecretSpan]:
    """Return what does not touch a mask: that is masked already."""
    if not masks:
        return list(found)
    kept, at = [], 0
    for each in sorted(found, key=lambda each: each.start):
        while at < len(masks) and masks[at][1] <= each.start:
            at += 1
        if at == len(masks) or masks[at][0] >= each.end:
            kept.append(each)
    return kept


def _joined(found: Iterable[SecretSpan]) -> list[Secret]:
    """Return the stretches, overlapping ones as one; it has the kind of the one that was surest."""
    joined: list[SecretSpan] = []
    for each in found:
        if joined and each.start < joined[-1].end:
            last = joined.pop()
            surest = max(last, each, key=lambda one: one.sure)
            each = SecretSpan(last.start, max(last.end, each.end), surest.kind, surest.sure)  # noqa: PLW2901 -- one of two
        joined.append(each)
    return [Secret(each.start, each.end, each.kind) for each in joined]


def _moved(secret: Secret, unseen: Sequence[int]) -> Secret:
    """Return where a secret stands in the text that still has its unseen characters."""
    return Secret(_place(secret.start, unseen), _place(secret.end - 1, unseen) + 1, secret.kind)


def _place(seen: int, unseen: Sequence[int]) -> int:
    """Return the place of the character that is number `seen` without the unseen ones."""
    low, high = 0, len(unseen)
    while low < high:  # the first unseen character that has more than `seen` seen ones before it
        middle = (low + high) // 2
        if unseen[middle] - middle > seen:
            high = middle
        else:
            low = middle + 1
    return seen + low
