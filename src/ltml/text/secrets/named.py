"""
What is called a password, a key or a token, in a program or in a sentence, and then looks like one.

Theory of operation. Each word that names a secret is searched for as it is. Where it stands, three things decide:
what links it to what follows (an assignment, a flag, a verb, nothing), what family it is of, and what the value looks
like. The looser the link, the more the value must stand out: `password = "swordfish"` is a secret and "the password
is weak" is none. Between a name and its verb there may be words that say whose it is ("the password for the router at
home is"); they begin with a function word, because a noun right after "password" makes it something else (manager,
policy), except in languages that say it by a case. More values may follow the first ("are a and b").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from ltml.text.languages import vocabulary
from ltml.text.secrets.looks import SecretSpan, in_mask
from ltml.text.secrets.values import LONGEST, ONLY_ASSIGNED, REACH, SecretName, SecretValue, is_secret, value_at
from ltml.text.secrets.words import (
    KNOWN,
    Family,
    Link,
    bank_words,
    every,
    glued,
    glued_joints,
    group_of,
    is_state,
    linking_words,
    speech,
    spellings,
)

KINDS: Mapping[Family, str] = {
    "password": "password", "key": "API key", "token": "token", "secret": "key", "pin": "card PIN",
    "check": "card check number",
}  # fmt: skip
#: Names that programs use in every language.
_PROGRAMS: Mapping[Family, str] = {
    "password": "password passwd pwd psk passphrase pass pw userpass",
    "key": "api_key access_key secret_access_key account_key shared_access_key private_key encryption_key signing_key "
    "master_key subscription_key client_key_data app_key consumer_key consumer_secret _key -key",
    "token": "token access_token auth_token _auth id_token refresh_token",
    "secret": "secret client_secret app_secret secret_key secret_key_base webhook_secret credential credentials",
}
#: Keys that open nothing: `cache_key`, `primary-key`.
_OPEN = vocabulary(
    "cache sort primary foreign partition object public publishable pub row idempotency dedupe dedup lookup",
    "hash map group index query unique translation i18n arrow s3 host storage item list dict json data routing",
    "message event shard range composite natural surrogate candidate super hot short answer major minor turn",
    "low off keep file build image",
)
_COMPOUND = 6  # minimum length of a name that may be the end of another word: Routerpasswort
_WORDS = 14  # maximum number of words between a name and its verb
_CLAUSE = 60  # characters around a name in which the verb of a change stands
_NEAR = 80  # characters before a name in which the account may stand
_OWNER = 4  # number of words before a name that may say whose it is
_VALUES = 20  # maximum number of values of one name
_PARTED = "\u0e00"  # from here on scripts mostly have no blanks between words

_SUFFIX = re.compile(r"(?:[_-][A-Za-z0-9]+|[A-Z0-9][a-z0-9]*){0,5}")
_ASSIGN = re.compile(
    r"(?:\\?[\"'`*_)\]}]){0,4}(?:[ \t]?\([^()\n]{1,40}\))?[ \t\u00a0]{0,20}"
    r"(?:(?:\??:[ \t]?&?[A-Za-z_]\w{0,20}(?:\[\w{1,20}\])?(?:[ \t]?\|[ \t]?None)?|[ \t](?:string|String|str|text))"
    r"[ \t]?(?==[^=]))?"
    r"(?::=|=>|->|[→⇒：]|={1,3}|[:|>]|\((?=[\"']))(?![=>])[ \t\u00a0*_]{0,20}"
    r"(?P<line>(?:\r?\n[ \t>]{0,20}){1,3}(?:`{3}\w{0,10}\r?\n|[-*•][ \t])?)?"
)
_FLAG = re.compile(r"[ \t]+(?=[^\s-])")
_MARKS = "\u0300-\u036f\u0900-\u0d7f"  # vowels that are no letters by themselves
_WORD = re.compile(rf"[^\W_](?:[\w{_MARKS}'.-]{{0,80}}[\w{_MARKS}])?")
_STEP = re.compile(r"(?:[ \t\u00a0]|(?P<comma>,)|[\"“”„«»]|\([^()\n]{1,60}\)){0,6}(?:\r?\n[ \t]{0,20})?")
_GAP = re.compile(r"[ \t\u00a0]*\r?\n?[ \t\u00a0]*")
_BEFORE = re.compile(
    r"(?:\A|[\s\"'“„«(])(?P<value>[^\s\"'“”„«»]{5,60})[\"'”“»]?\s+(?P<verb>[^\W\d_']+'?)(?:\s+[^\W\d_]+){0,2}\s+\Z"
)
_BLANKS = re.compile(r"[ _-]")
_WORDS_BEFORE = re.compile(r"[a-z0-9]+")
_COLON = re.compile(r"[ \t\u00a0]?(?:[:=：]|(?P<dash>[–—]|-(?= )))[ \t\u00a0]*")
_NOUN_COLON = re.compile(r"(?: [^\W_]+)?[ \t\u00a0]?[:=：](?!//)[ \t\u00a0]*")
_PAUSE = re.compile(r"\s{0,6}(?P<sign>(?:[:：=–—→]|->|=>|-(?=\s))\s{0,3})?(?:`{3}\w{0,10}\r?\n|[-*•][ \t]{1,4})?")
_MORE = re.compile(
    r"[\"'”»“`*)」]{0,2}[ \t\u00a0]{0,3}(?P<mark>[,;/&+、，]|\r?\n[ \t]{0,4}(?:[-*•]|\d[.)])[ \t])?\s{0,3}"
)
_CLAUSE_END = re.compile(r"[.!?,;:\n]")
_ITEM = re.compile(r"[^\s=:(),;]{4,}")
_HEAD = re.compile(r"(?:\A|\s)--?(?:[A-Za-z0-9]+-)*\Z")
_RUN = re.compile(rf"[^\s\"'<>]{{0,{LONGEST}}}")


@dataclass(slots=True)
class NameSpelling:
    """What a word names, and in which groups of languages."""

    family: Family
    groups: frozenset[str]
    motto: bool = False
    bare: bool = False


@cache
def names(*, ascii_only: bool = False) -> Mapping[str, NameSpelling]:
    """Return every spelling of every name: other signs for its blanks, without its accents; or those in ASCII."""
    if ascii_only:  # a text of ASCII can have no other
        return {form: name for form, name in names().items() if form.isascii()}
    known: list[tuple[Family, str, str]] = []
    known += [(family, word, "") for family, words in _PROGRAMS.items() for word in words.split()]
    for code, said in speech().items():
        known += [("password", name, code) for name in sorted(said.passwords)]
        known += [("token" if "token" in name else "key", name, code) for name in sorted(said.keys)]
        known += [("check", name, code) for name in sorted(said.checks)]
        known += [("pin", name, code) for name in sorted(said.pins)]
    spelled: dict[str, NameSpelling] = {}
    for family, word, code in known:
        language = speech().get(code)
        motto, bare = word in (language.mottos if language else {"pass"}), language is not None and language.bare
        joints = ("", " ", "-", "_") if family in ("key", "token", "secret") or "pass" in word else (" ", "-")
        for joint in joints:
            for form in spellings(_BLANKS.sub(joint, word) if word[0] not in "_-" else word):
                one = spelled.setdefault(form, NameSpelling(family, frozenset(), motto, bare))
                one.groups |= {group_of(code) if language else KNOWN}
    return spelled


def find_named_secrets(text: str) -> Iterator[SecretSpan]:
    """Yield what is called a secret and looks like one."""
    low = text.lower()
    if len(low) != len(text):  # every letter stays in its place
        low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    low = low.replace("’", "'")
    for needle, name in names(ascii_only=low.isascii()).items():
        at = low.find(needle)
        while at >= 0:
            cue = _name_at(text, low, at, needle, name)
            end = at + len(needle)
            for value, secret in _judge_values(text, low, cue) if cue else ():
                if secret:
                    yield SecretSpan(value.start, value.end, KINDS[name.family])
                if secret or value.end - value.start >= REACH:  # no name is looked for again in an endless word
                    end = max(end, value.end)
            at = low.find(needle, end)


def _name_at(text: str, low: str, at: int, needle: str, name: NameSpelling) -> SecretName | None:
    """Return the name at a place, or None where it is a part of another word."""
    end = at + len(needle)
    before, after = text[at - 1 : at], text[end : end + 1]
    password = name.family == "password"
    capital, compound = text[at].isupper() and before.islower(), password and len(needle) >= _COMPOUND
    if needle[0] in "_-":
        if _OPEN.intersection(_WORDS_BEFORE.findall(text[max(at - 20, 0) : at].lower())[-1:]) or not before.isalnum():
            return None
    elif before.isalpha() and before.isascii() and not (capital or compound):
        return None
    inside = after.isalpha() and after < _PARTED and not (after.isupper() and text[end - 1].islower())
    if inside or in_mask(text, at):
        return None
    suffix = _SUFFIX.match(text, end)
    last = suffix.end() if suffix else end
    near = _WORD.findall(low[max(at - _NEAR, 0) : at])
    owned = _WORD.findall(_CLAUSE_END.split(low[max(at - 40, 0) : at])[-1])[-(1 if needle == "pass" else _OWNER) :]
    return SecretName(
        name.family, at, last, needle, any(map(str.isalpha, text[end:last])), name.groups, name.motto, name.bare,
        mine=password and not every("mine").isdisjoint(owned),
        changed=password and not every("selves").isdisjoint(owned),
        noted=not every("accounts").isdisjoint(near),
    )  # fmt: skip


# ------------------------------------------------------------ which values a name has


def _judge_values(text: str, low: str, cue: SecretName) -> Iterator[tuple[SecretValue, bool]]:
    """Yield what a name may name, and whether that is a secret, up to the first; where it is changed, old and new."""
    for link, said in _linked_values(text, low, cue):
        value = _set_apart(text, low, cue, link, said)
        secret = is_secret(cue, link, value)
        if not secret or (cue.family == "pin" and not _is_bank_pin(low, cue, value)):
            yield value, False
            continue
        if value.end - value.start >= REACH and not value.quoted and (rest := _RUN.match(text, value.end)):
            yield replace(value, end=rest.end()), True
        else:
            yield value, True
            yield from ((more, True) for more in _more_values(text, low, cue, link, value))
        if link not in ("to", "into"):
            return


def _set_apart(text: str, low: str, cue: SecretName, link: Link, value: SecretValue) -> SecretValue:
    """Return a value as one that stands alone if the next of several follows it, or the verb by which it is changed."""
    if not (cue.mine or cue.changed):
        return value
    verb = _WORD.match(low, value.end + 1) if link == "into" else None
    if verb and verb[0] in linking_words(cue.groups).changes:
        return replace(value, alone=True)
    return value if _next_value(text, low, cue, value.end) is None else replace(value, alone=True, listed=True)


def _more_values(text: str, low: str, cue: SecretName, link: Link, value: SecretValue) -> Iterator[SecretValue]:
    """Yield the other values where a name has several: they stand out, or are words as the first one is."""
    plain = not is_secret(cue, "beside", value)
    each: Link = link if plain and not (cue.mine and link == "assigned") else "beside"
    for _ in range(_VALUES):
        at = _next_value(text, low, cue, value.end)
        item = value_at(text, at) if at is not None else None
        item = replace(_set_apart(text, low, cue, link, item), listed=True) if item and plain else item
        if item is None or not (item.quoted or _ITEM.fullmatch(item.text)) or _COLON.match(text, item.end):
            return
        if not is_secret(cue, each, item):
            return
        yield item
        value = item


def _next_value(text: str, low: str, cue: SecretName, end: int) -> int | None:
    """Return where the next of several values begins: behind a comma, a bullet, a conjunction."""
    more = _MORE.match(text, end)
    if more is None:
        return None
    at = more.end()
    if sign := glued_joints().match(text, at):
        return sign.end() + text.startswith(" ", sign.end())
    word = _WORD.match(low, at)
    if word and word[0] in linking_words(cue.groups).joints:
        gap = _GAP.match(text, word.end())
        return gap.end() if gap else word.end()
    return at if more["mark"] else None


# ------------------------------------------------------------ what links a name to a value


def _linked_values(text: str, low: str, cue: SecretName) -> Iterator[tuple[Link, SecretValue]]:
    """Yield what is assigned to a name, else what a sentence may say its value is."""
    if assigned := _ASSIGN.match(text, cue.end):
        below = assigned["line"] is not None and not (cue.mine and ":" in assigned[0])
        if value := value_at(text, assigned.end(), next_line=below):
            yield "assigned", value
        return
    if cue.word in ONLY_ASSIGNED:
        return
    if _HEAD.search(text[max(cue.start - 40, 0) : cue.start]) and (gap := _FLAG.match(text, cue.end)):
        if value := value_at(text, gap.end()):
            yield "flag", value
        return
    if cue.loose:
        return
    yield from _values_behind(text, low, cue)
    found = _BEFORE.search(low, max(cue.start - 90, 0), cue.start)  # "hunter2 is my password"
    if found and linking_words(cue.groups).links.get(found["verb"]) in ("is", "are", "reads"):
        start, end = found.span("value")
        yield "beside", SecretValue(start, end, text[start:end], quoted=False, alone=False)


def _values_behind(text: str, low: str, cue: SecretName) -> Iterator[tuple[Link, SecretValue]]:
    """Yield what a sentence may say the value is, behind the name."""
    at = cue.end
    if low.startswith("'s ", at):
        yield from _values_after(text, low, at + 2, "is", cue)
        return
    at += text[at : at + 1] in ("*", "`", '"', "”", "“", "»")
    gap = _GAP.match(text, at)
    start = gap.end() if gap else at
    if sign := glued().match(text, start):
        yield from _values_after(text, low, sign.end(), "reads", cue)
        return
    if "\n" in text[at:start]:
        # what is below a name may be its value, if nothing else is said on its line
        line = low[max(cue.start - _CLAUSE, 0) : cue.start].rpartition("\n")[2]
        silent = linking_words(cue.groups).joining | every("mine") | every("accounts")
        if silent.issuperset(_WORD.findall(line)):
            yield from _values_after(text, low, at, "beside", cue)
    elif start > at:
        yield from _values_after(text, low, start, "beside", cue)
    yield from _values_in_clause(text, low, cue, at)


def _values_in_clause(text: str, low: str, cue: SecretName, at: int) -> Iterator[tuple[Link, SecretValue]]:
    """Yield what comes after a verb or a colon, behind words that say whose the secret is."""
    linking, said = linking_words(cue.groups), ""
    for number in range(_WORDS):
        colon = _COLON.match(text, at)
        if colon and (number or colon["dash"]):
            yield from _values_after(text, low, colon.end(), "beside" if colon["dash"] else "is", cue)
            return
        gap = _STEP.match(text, at)
        start = gap.end() if gap else at
        word = _WORD.match(low, start)
        if word is None or (start == at and number) or (gap and gap["comma"] and word[0] in linking.joints):
            return
        link = _link_of(low, cue, said, word)
        said = word[0]
        if link:
            yield from _values_after(text, low, word.end(), link, cue)
        elif number and KNOWN not in cue.groups and said in linking.adverbs:
            yield from _values_after(text, low, word.end(), "beside", cue)
        elif not (number or cue.bare or said in linking.joining or said in linking.links):
            # any other word right after a name makes it something else, but for "changed" before "to"
            gap = _GAP.match(low, word.end())
            behind = _WORD.match(low, gap.end() if gap else word.end())
            if said not in linking.changes or not behind or linking.links.get(behind[0]) not in ("to", "into"):
                noun = _NOUN_COLON.match(text, word.end())
                yield from _values_after(text, low, noun.end(), "beside", cue) if noun and not is_state(said) else ()
                return
        at = word.end()


def _link_of(low: str, cue: SecretName, said: str, word: re.Match[str]) -> Link | None:
    """Return what a word links a name to, given the one before it: "to be" links nothing, "to" only what is changed."""
    linking = linking_words(cue.groups)
    if phrase := linking.links.get(f"{said} {word[0]}"):
        return phrase
    link = linking.links.get(word[0])
    if link in ("to", "into"):
        clause = f"{low[max(cue.start - _CLAUSE, 0) : cue.start]} {low[cue.end : word.end() + _CLAUSE]}"
        return None if linking.changes.isdisjoint(_WORD.findall(clause)) else link
    return None if link in ("is", "are") and linking.links.get(said) in ("to", "into") else link


def _values_after(text: str, low: str, at: int, link: Link, cue: SecretName) -> Iterator[tuple[Link, SecretValue]]:
    """Yield the value after a verb, and after adverbs that may follow it."""
    adverbs = linking_words(cue.groups).adverbs
    for _ in range(5):
        gap = _PAUSE.match(text, at)
        begin, at = at, gap.end() if gap else at
        below = "\n" in text[begin:at] and not (cue.mine and gap and gap["sign"])
        value = value_at(text, at, next_line=below)
        if value:
            yield link, value
        word = _WORD.match(low, at)
        if word is None or word[0] not in adverbs:
            return
        at = word.end()


def _is_bank_pin(low: str, cue: SecretName, value: SecretValue) -> bool:
    """Tell whether a number is that of a card, an account or a phone, or of nothing that is said."""
    before = low[max(cue.start - 40, 0) : cue.start]
    near, of = _WORD.findall(_CLAUSE_END.split(before)[-1]), _WORD.findall(low[cue.end : max(value.start, cue.end)])
    banks, stems = bank_words()
    for part in (part for word in (*near[-1:], *of) for part in word.split("-")):
        if part in banks or part.startswith(stems) or part.endswith(stems):
            return True
    known = linking_words(frozenset({KNOWN}))
    owned = any(word not in known.joining and word not in known.links for word in of)
    return not owned and not before.endswith("-") and (not near or near[-1] in known.joining)
