"""
Secrets in a text: keys, tokens, private keys, passwords after their cue, card numbers.

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
from bisect import bisect_right
from dataclasses import dataclass
from operator import attrgetter

from ltml.text.secrets.cards import find_card_numbers
from ltml.text.secrets.formats import find_known_formats
from ltml.text.secrets.looks import MASK, SecretSpan
from ltml.text.secrets.named import find_named_secrets
from ltml.text.secrets.tables import find_in_tables, outside

#: Minimum length of a text that has a secret, with its cue: "pw: ab12".
SHORTEST = 7
#: Minimum length of a secret whose last characters are shown, and how many are.
LONG = 12
SHOWN = 2
#: Characters of no width: between the letters of a secret they hide it from a search, not from a reader.
_UNSEEN = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_BREAKS_A_MASK = re.compile(r"[\s\[\]]")


@dataclass(frozen=True, slots=True)
class Secret:
    """Place of a secret in a text, `end` exclusive, and what kind of secret it is."""

    start: int
    end: int
    kind: str

    def mask(self, text: str) -> str:
        """Return what to write in its place."""
        said = _UNSEEN.sub("", text[self.start : self.end])
        end = _BREAKS_A_MASK.sub("", said[-SHOWN:]) if len(said) >= LONG else ""
        return f"[secret: {self.kind} ...{end}]" if end else f"[secret: {self.kind}]"


def find_secrets(text: str) -> list[Secret]:
    """Return the secrets of a text in order, without overlap."""
    if len(text) < SHORTEST:
        return []
    unseen = [found.start() for found in _UNSEEN.finditer(text)]
    if not unseen:
        return _find_visible(text)
    # the number of characters seen before each unseen one says how far a place moves
    before = [place - number for number, place in enumerate(unseen)]
    return [
        Secret(
            secret.start + bisect_right(before, secret.start),
            secret.end + bisect_right(before, secret.end - 1),
            secret.kind,
        )
        for secret in _find_visible(_UNSEEN.sub("", text))
    ]


def mask_secrets(text: str) -> str:
    """Return the text with a mask for each secret; the same text if there is none."""
    parts: list[str] = []
    at = 0
    for secret in find_secrets(text):
        parts += [text[at : secret.start], secret.mask(text)]
        at = secret.end
    return "".join([*parts, text[at:]]) if parts else text


def _find_visible(text: str) -> list[Secret]:
    """Return the secrets of a text without unseen characters; overlapping ones as one, of the surest kind."""
    masks = [found.span() for found in MASK.finditer(text)] if "[secret: " in text else []
    in_tables, headers = find_in_tables(text)
    named = outside(find_named_secrets(text), headers, text)
    joined: list[SecretSpan] = []
    for each in sorted(
        [*find_known_formats(text), *named, *in_tables, *find_card_numbers(text)], key=attrgetter("start")
    ):
        mask = bisect_right(masks, each.start, key=lambda span: span[1])
        if mask < len(masks) and masks[mask][0] < each.end:
            continue  # masked already
        if joined and each.start < joined[-1].end:
            last = joined.pop()
            surest = max(last, each, key=lambda one: one.sure)
            joined.append(SecretSpan(last.start, max(last.end, each.end), surest.kind, surest.sure))
        else:
            joined.append(each)
    return [Secret(each.start, each.end, each.kind) for each in joined]
