"""
Card numbers: a known beginning, a length that goes with it, groups as they are printed, and the check digit.

Any one of these alone is luck too often: one number in ten has a right check digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ltml.text.secrets.looks import SecretSpan

SHORTEST, LONGEST = 14, 19
#: Digits in a row or in groups with one mark between them. It begins at no letter, sign or part of another number.
_RUN = re.compile(r"\d(?:[ \u00a0\u202f\-.\n\u2010-\u2015\u2212]?\d){13,}")
_DIGITS = re.compile(r"\d+")
_BEFORE = re.compile(
    r"[A-Za-z0-9+#/_.,=&%-]\Z|\b[A-Za-z]{2}\d\d[ \u00a0]?\Z|\b[A-Za-z]{2}\d\d(?:[ \u00a0]\w{4})+[ \u00a0]\Z"
)
_AFTER = re.compile(r"[A-Za-z_/%=]|[.,]\d")
#: The numbers that cards begin with, and how many digits follow from it.
_ISSUERS: tuple[tuple[re.Pattern[str], frozenset[int]], ...] = (
    (re.compile(r"4"), frozenset({16, 19})),  # Visa
    (re.compile(r"5[1-5]|2(?:2[3-9]|[3-6]|7[01]|22[1-9]|720)"), frozenset({16})),  # Mastercard
    (re.compile(r"3[47]"), frozenset({15})),  # American Express
    (re.compile(r"3(?:0[0-5]|09|[689])"), frozenset({14, 16})),  # Diners Club
    (re.compile(r"6011|64[4-9]|65"), frozenset({16, 19})),  # Discover
    (re.compile(r"35(?:2[89]|[3-8])"), frozenset({16})),  # JCB
    (re.compile(r"62|81"), frozenset({16, 17, 18, 19})),  # UnionPay
    (re.compile(r"50[12]|5038|5612|58|6304|67"), frozenset({16, 18, 19})),  # Maestro
    (re.compile(r"220[0-4]|9792|60[68]|8[12]"), frozenset({16})),  # Mir, Troy, RuPay
)
#: How the digits are printed.
_PRINTED = frozenset(
    {(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 4, 4, 4, 2), (4, 6, 5), (4, 6, 4), (8, 8), (6, 13), (4, 4, 4, 2)}
)


def find_card_numbers(text: str) -> Iterator[SecretSpan]:
    """Yield the card numbers of a text: each is the longest with which a run begins, for a date may follow it."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        if _BEFORE.search(text[max(start - 30, 0) : start]) or _AFTER.match(text, end):
            continue
        digits, best = "", None
        shape: tuple[int, ...] = ()
        for group in _DIGITS.finditer(text, start, end):
            digits += "".join(str(int(digit)) for digit in group[0])  # other scripts have digits of their own
            shape = (*shape, len(group[0]))
            if len(digits) > LONGEST:
                break
            if len(digits) >= SHORTEST and (len(shape) == 1 or shape in _PRINTED) and _is_card_number(digits):
                best = group.end()
        if best is not None:
            yield SecretSpan(start, best, "card number", sure=2)


def _is_card_number(digits: str) -> bool:
    """Tell whether a card may have this number: its beginning, its length and its check digit (Luhn, ISO/IEC 7812)."""
    if len(set(digits)) == 1 or not any(
        len(digits) in lengths and begins.match(digits) for begins, lengths in _ISSUERS
    ):
        return False
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(two // 10 + two % 10 for two in doubled)) % 10 == 0
