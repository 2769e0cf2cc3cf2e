"""
Values behind a name, and whether they are secrets, given what they are called and what links the two.

The looser the link, the more the value must stand out: `password = "swordfish"` is a secret and "the password is weak"
is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ltml.text.secrets.looks import is_code, is_placeholder, is_plain, is_random, is_strong
from ltml.text.secrets.words import KNOWN, Family, Link, dates, every, is_state

#: Names only where a value is assigned to them.
ONLY_ASSIGNED = frozenset({"_auth", "credential", "credentials", "_key", "-key"})
#: Names so short that they mean other things, too.
SHORT = frozenset({"pass", "pw"})
REACH = 400  # maximum number of characters of one value that are looked at
LONGEST = 8192  # maximum number that are masked
_QUOTES: Mapping[str, str] = {
    '"': '"', "'": "'", "`": "`", "“": "”“", "„": "“”", "«": "»", "»": "«", "‚": "‘’", "‘": "’", "「": "」", "”": "”",
}  # fmt: skip
_TOKEN = re.compile(r"[^\s\"`<>“”„«»\u3000-\u303f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uff65]+")
_SPLIT = re.compile(r"[&,](?=[ \t]*[\w.-]+[ \t]*[=:])|;|[,)\]}]+(?=[\"'`]|\Z)|(?<=\w)[.,:;?]+\Z|'\Z")
_CLOSING = ".,:;?)]}'*_|…"
_ALONE = re.compile(r"[\"'`)\]*_|]{0,3}(?:[.,;:!?)\]*_|&<]*(?:\s*\Z|[ \t]*\r?\n)|[.,;!?](?:\s|\Z)|[ \t]+[-&|(/]|<)")
_DIGITS = re.compile(r"\d{4,12}")
_LEAST_PASSWORD, _LEAST_QUOTED, _LEAST_SECRET = 4, 3, 6
_LEAST_PASS = 8  # minimum length of what is called "pass" or "pw" and has more words behind it


@dataclass(frozen=True, slots=True)
class SecretName:
    """
    A word that names a secret, at a place in the text.

    `loose` says that more words follow in its name, `motto` that it means other things as well, `bare` that what the
    secret is of may follow without a word between; `mine` that somebody gives their own, `changed` that they say what
    they did themselves, `noted` that it stands beside the name of an account.
    """

    family: Family
    start: int
    end: int
    word: str
    loose: bool
    groups: frozenset[str] = frozenset()
    motto: bool = False
    bare: bool = False
    mine: bool = False
    changed: bool = False
    noted: bool = False


@dataclass(frozen=True, slots=True)
class SecretValue:
    """
    What follows a name: the words, and whether in quotes.

    `alone` says that nothing else stands on its line or in its clause, `listed` that it is one of several.
    """

    start: int
    end: int
    text: str
    quoted: bool
    alone: bool
    next_line: bool = False
    listed: bool = False


def value_at(text: str, at: int, *, next_line: bool = False) -> SecretValue | None:
    """Return the value that begins at a place: what is between quotes, else one word without the marks around it."""
    escaped = text.startswith(('\\"', "\\'"), at)
    opening = text[at + escaped : at + escaped + 1]
    if opening in _QUOTES and opening:
        value = _quoted_value(text, at + escaped, escaped=escaped, next_line=next_line)
        if value or opening in '"`':
            return value
    while text[at : at + 1] in ("*", "_", "(", "[", "'") and not text.startswith("[secret: ", at):
        at += 1
    token = _TOKEN.match(text, at, at + REACH)
    if token is None:
        return None
    words = token[0]
    cut = _SPLIT.search(words)
    if cut and cut.start():
        words = words[: cut.start()]
    words = words.rstrip(_CLOSING)
    end = at + len(words)
    return (
        SecretValue(at, end, words, quoted=False, alone=_ALONE.match(text, end) is not None, next_line=next_line)
        if words
        else None
    )


def _quoted_value(text: str, at: int, *, escaped: bool, next_line: bool) -> SecretValue | None:
    closers, start = _QUOTES[text[at]], at + 1
    end = start
    while end < len(text) and end - start < LONGEST:
        letter = text[end]
        if letter == "\n":
            return None
        if letter in closers and (text[end - 1] == "\\") == escaped:
            end -= escaped
            break
        end += 1
    else:
        return None
    return (
        SecretValue(start, end, text[start:end], quoted=True, alone=True, next_line=next_line) if end > start else None
    )


def is_secret(cue: SecretName, link: Link, value: SecretValue) -> bool:
    """Tell whether a value is a secret, given what it is called and what links the two."""
    words, digits = value.text, value.text.isdigit()
    if cue.family == "pin":
        return _DIGITS.fullmatch(words) is not None and (value.alone or value.quoted)
    if cue.family == "check":
        return digits and len(words) in (3, 4)
    if is_code(words) and not value.quoted:
        return False
    if cue.family == "password":
        return _is_password(cue, link, value)
    if any(map(str.isspace, words)):
        return False
    # keys and tokens are long and random; a secret may be as short as a password, where it is assigned
    least = 16 if link in ("beside", "to", "into") or cue.loose else 10
    short = cue.family == "secret" and link in ("assigned", "flag") and len(words) >= _LEAST_SECRET and not cue.loose
    return (is_random(words, least) and not digits) or (short and is_strong(words))


def _is_password(cue: SecretName, link: Link, value: SecretValue) -> bool:
    """Tell whether words are a password: a passphrase, or a word that stands out, by its name and its place."""
    words = value.text
    if cue.loose:
        return is_random(words)
    if any(map(str.isspace, words)):
        each = words.split()
        alone = all(word.isalpha() and word.lower() not in every("functions") for word in each)
        # of as many words as passphrases have; one of them may name the place of a secret by chance
        return alone and 4 <= len(each) <= 24 and 2 * sum(map(is_placeholder, each)) < len(each)  # noqa: PLR2004
    if not is_strong(words):
        return _is_plain_password(cue, link, value)
    if cue.word == "pass" and link not in ("assigned", "flag"):
        told = link in ("is", "reads") or (link == "beside" and not value.next_line and "=" not in words)
        return told and (cue.noted or cue.mine) and len(words) >= _LEAST_SECRET
    sure = cue.word not in ONLY_ASSIGNED | SHORT or value.quoted or value.alone or len(words) >= _LEAST_PASS
    return sure and (value.alone or not value.next_line)


def _is_plain_password(cue: SecretName, link: Link, value: SecretValue) -> bool:
    """Tell whether a word that does not stand out, or a number, is the password itself, by how it is said."""
    words, low, alone = value.text, value.text.lower(), value.alone or value.quoted
    if not alone or link == "beside" or is_placeholder(words) or low in every("functions") | every("states"):
        return False
    if words.isdigit():
        return len(words) >= _LEAST_PASSWORD and cue.word != "pass"
    if is_plain(words) or value.next_line or cue.word in ONLY_ASSIGNED or (cue.motto and not cue.noted):
        return False
    if value.quoted:
        return len(words) >= _LEAST_QUOTED
    if len(words) < _LEAST_PASSWORD or re.fullmatch(r"[\w-]+!?", words) is None:
        return False
    if link == "into":  # somebody gives their own
        given = (cue.mine or cue.changed) and low not in dates()
    else:  # the words that only say how one is are known in some languages
        given = cue.mine and KNOWN in cue.groups and (link == "is" or (link == "are" and value.listed))
    bare = words.rstrip("!")
    describes = is_state(bare) or bare.lower() in every("adverbs") | every("accounts")
    return link in ("assigned", "reads", "flag") or (given and not describes)
