"""
What is called a password, a key or a token, in a program or in a sentence, and then looks like one.

Theory of operation. Each word that names a secret is searched for as it is. Where it stands, three things decide:
what links it to what follows (an assignment, a flag, a verb, nothing), what family it is of, and what the value looks
like. The looser the link, the more the value must stand out: `password = "swordfish"` is a secret and "the password
is weak" is none. Between a name and its verb there may be words that say whose it is ("the password for the router at
home is"); they begin with a function word, because a noun right after "password" makes it something else (manager,
policy).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from ltml.text.languages import languages, vocabulary
from ltml.text.secrets.looks import Found, function_words, states
from ltml.text.secrets.values import JUDGES, LONGEST, ONLY_ASSIGNED, REACH, Cue, Family, Link, Value, value_at

KINDS: Mapping[Family, str] = {
    "password": "password", "key": "API key", "token": "token", "secret": "key", "pin": "card PIN",
    "check": "card check number",
}  # fmt: skip
#: Names that programs use in every language, and names in languages that have no word lists here.
_PROGRAMS: Mapping[Family, str] = {
    "password": "password passwd pwd psk passphrase pass pw userpass",
    "key": "api_key access_key secret_access_key account_key shared_access_key private_key encryption_key signing_key "
    "master_key subscription_key client_key_data app_key consumer_key consumer_secret _key -key",
    "token": "token access_token auth_token _auth id_token refresh_token",
    "secret": "secret client_secret app_secret secret_key secret_key_base webhook_secret credential credentials",
}
_ELSEWHERE = (
    "пароль 密码 密碼 口令 パスワード 비밀번호 암호 hasło lösenord parola şifre heslo jelszó salasana adgangskode "
    "adgangskoden passord lozinka zaporka κωδικός סיסמה סיסמא mật_khẩu kata_sandi رمز كلمة_المرور كلمة_السر पासवर्ड "
    "รหัสผ่าน"
)
#: Keys that open nothing: `cache_key`, `primary-key`.
_OPEN = vocabulary(
    "cache sort primary foreign partition object public publishable pub row idempotency dedupe dedup lookup",
    "hash map group index query unique translation i18n arrow s3 host storage item list dict json data routing",
    "message event shard range composite natural surrogate candidate super hot short answer major minor turn",
    "low off keep file build image",
)
_COMPOUND = 6  # a longer word may be the end of another: Routerpasswort
_WORDS = 9  # words between a name and its verb
_CLAUSE = 60  # characters around a name in which the verb of a change stands

_SUFFIX = re.compile(r"(?:[_-][A-Za-z0-9]+|[A-Z0-9][a-z0-9]*){0,5}")
_ASSIGN = re.compile(
    r"(?:\\?[\"'`*_)\]}]){0,4}(?:[ \t]?\([^()\n]{1,40}\))?[ \t\u00a0]{0,20}"
    r"(?:(?:\??:[ \t]?&?[A-Za-z_]\w{0,20}(?:\[\w{1,20}\])?(?:[ \t]?\|[ \t]?None)?|[ \t](?:string|String|str|text))"
    r"[ \t]?(?==[^=]))?"
    r"(?::=|=>|->|[→⇒：]|={1,3}|[:|>]|\((?=[\"']))(?![=>])[ \t\u00a0*_]{0,20}(?P<line>\r?\n[ \t>]{0,20})?"
)
_FLAG = re.compile(r"[ \t]+(?=[^\s-])")
_WORD = re.compile(r"[^\W\d_](?:[\w'.-]*\w)?")
_GAP = re.compile(r"[ \t\u00a0]*\r?\n?[ \t\u00a0]*")
_BEFORE = re.compile(
    r"(?:\A|[\s\"'“„«(])(?P<value>[^\s\"'“”„«»]{5,60})[\"'”“»]?\s+(?P<verb>[^\W\d_']+'?)(?:\s+[^\W\d_]+){0,2}\s+\Z"
)
_BLANKS = re.compile(r"[ _-]")
_WORDS_BEFORE = re.compile(r"[a-z0-9]+")
_COLON = re.compile(r"[ \t\u00a0]?[:=：][ \t\u00a0]*")
_NOUN_COLON = re.compile(r"(?: [^\W_]+)?[ \t\u00a0]?[:=：][ \t\u00a0]*")
_SIGN = re.compile(r"[是は는은]")
_PAUSE = re.compile(r"\s{0,3}[:：]?\s{0,3}")
_HEAD = re.compile(r"(?:\A|\s)--?(?:[A-Za-z0-9]+-)*\Z")
_RUN = re.compile(rf"[^\s\"'<>]{{0,{LONGEST}}}")


def named(text: str) -> Iterator[Found]:
    """Yield what is called a secret and looks like one."""
    low = _lowered(text)
    for needle, family in _needles().items():
        at = low.find(needle)
        while at >= 0:
            cue = _cue(text, at, needle, family)
            end = at + len(needle)
            for value, secret in _judged(text, low, cue) if cue else ():
                if secret:
                    yield Found(value.start, value.end, KINDS[family])
                if secret or value.end - value.start >= REACH:  # no name is looked for again in an endless word
                    end = max(end, value.end)
            at = low.find(needle, end)


def _lowered(text: str) -> str:
    """Return the text in small letters, every letter in its place."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return low.replace("’", "'")


# ------------------------------------------------------------ names


@cache
def _needles() -> Mapping[str, Family]:
    """Return every spelling of every name."""
    spelled: dict[str, Family] = {}
    for family, words in _names():
        for word in words:
            joints = ("", " ", "-", "_") if family in ("key", "token", "secret") or "pass" in word else (" ", "-")
            for joint in joints:
                one = _BLANKS.sub(joint, word) if word[0] not in "_-" else word
                for form in (one, unicodedata.normalize("NFD", one), _bare(one)):
                    spelled.setdefault(form, family)
    return spelled


def _names() -> Iterator[tuple[Family, tuple[str, ...]]]:
    for family, words in _PROGRAMS.items():
        yield family, tuple(words.split())
    yield "password", tuple(_ELSEWHERE.replace("_", " ").split())
    for language in languages().values():
        said = language.secrets
        yield "password", tuple(said.passwords)
        yield "key", tuple(name for name in said.keys if "token" not in name)
        yield "token", tuple(name for name in said.keys if "token" in name)
        yield "check", tuple(said.checks)
        yield "pin", tuple(said.pins)


def _bare(word: str) -> str:
    """Return a word without its accents, as people write it in a hurry."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


def _cue(text: str, at: int, needle: str, family: Family) -> Cue | None:
    """Return the name at a place, or nothing where it is a part of another word."""
    end = at + len(needle)
    before, after = text[at - 1 : at], text[end : end + 1]
    capital = text[at].isupper() and before.islower()
    compound = family == "password" and len(needle) >= _COMPOUND
    if needle[0] in "_-":
        if _OPEN.intersection(_WORDS_BEFORE.findall(text[max(at - 20, 0) : at].lower())[-1:]) or not before.isalnum():
            return None
    elif before.isalpha() and before.isascii() and not (capital or compound):
        return None
    if after.isalpha() and after.isascii() and not (after.isupper() and text[end - 1].islower()):
        return None
    suffix = _SUFFIX.match(text, end)
    last = suffix.end() if suffix else end
    loose = any(map(str.isalpha, text[end:last]))
    return Cue(family, at, last, needle, loose)


# ------------------------------------------------------------ what links a name to a value


def _judged(text: str, low: str, cue: Cue) -> Iterator[tuple[Value, bool]]:
    """Yield what a name may name, and whether that is a secret, up to the first; where it is changed, old and new."""
    for link, value in _linked(text, low, cue):
        if not JUDGES[cue.family](cue, link, value) or (cue.family == "pin" and not _of_a_bank(low, cue, value)):
            yield value, False
            continue
        rest = _RUN.match(text, value.end) if value.end - value.start >= REACH and not value.quoted else None
        yield replace(value, end=rest.end() if rest else value.end), True
        if link != "to":
            return


def _linked(text: str, low: str, cue: Cue) -> Iterator[tuple[Link, Value]]:
    assigned = _ASSIGN.match(text, cue.end)
    if assigned:
        value = value_at(text, assigned.end(), next_line=assigned["line"] is not None)
        if value:
            yield "assigned", value
        return
    if cue.word in ONLY_ASSIGNED:
        return
    if _is_flag(text, cue) and (gap := _FLAG.match(text, cue.end)):
        value = value_at(text, gap.end())
        if value:
            yield "flag", value
        return
    if not cue.loose:
        yield from _said(text, low, cue)
        yield from _said_before(text, low, cue)


def _is_flag(text: str, cue: Cue) -> bool:
    return _HEAD.search(text[max(cue.start - 40, 0) : cue.start]) is not None


def _said(text: str, low: str, cue: Cue) -> Iterator[tuple[Link, Value]]:
    """Yield what a sentence may say the value is."""
    at = cue.end
    if low.startswith("'s ", at):
        yield from _after(text, low, at + 2, "is", cue)
        return
    at += text[at : at + 1] in ("*", "`", '"', "”", "“", "»")
    gap = _GAP.match(text, at)
    start = gap.end() if gap else at
    if sign := _SIGN.match(text, start):
        yield from _after(text, low, sign.end(), "reads", cue)
        return
    value = value_at(text, start)
    if value and start > at:
        yield "beside", value
    yield from _in_clause(text, low, cue, at)


def _in_clause(text: str, low: str, cue: Cue, at: int) -> Iterator[tuple[Link, Value]]:
    """Yield what comes after a verb or a colon, behind words that say whose the secret is."""
    for number in range(_WORDS):
        gap = _GAP.match(text, at)
        start = gap.end() if gap else at
        word = _WORD.match(low, start)
        if word is None or (start == at and number):
            colon = _COLON.match(text, at) if number else None
            yield from _after(text, low, colon.end(), "is", cue) if colon else ()
            return
        link = _links().get(word[0])
        if link and (link != "to" or _changed(low, cue, word.end())):
            yield from _after(text, low, word.end(), link, cue)
        elif number == 0 and not link and not _joins(word[0]):
            colon = _NOUN_COLON.match(text, word.end())
            yield from _after(text, low, colon.end(), "beside", cue) if colon and word[0] not in states() else ()
            return
        at = word.end()


def _after(text: str, low: str, at: int, link: Link, cue: Cue) -> Iterator[tuple[Link, Value]]:
    """Yield the value after a verb, and after an adverb that may follow it."""
    del cue
    for _ in range(3):
        gap = _PAUSE.match(text, at)
        at = gap.end() if gap else at
        value = value_at(text, at)
        if value:
            yield link, value
        word = _WORD.match(low, at)
        if word is None or word[0] not in _adverbs():
            return
        at = word.end()


def _said_before(text: str, low: str, cue: Cue) -> Iterator[tuple[Link, Value]]:
    """Yield what stands before the name: "hunter2 is my password"."""
    begin = max(cue.start - 90, 0)
    found = _BEFORE.search(low, begin, cue.start)
    if found and _links().get(found["verb"]) in ("is", "reads"):
        start, end = found.span("value")
        yield "beside", Value(start, end, text[start:end], quoted=False, alone=False)


def _changed(low: str, cue: Cue, end: int) -> bool:
    """Tell whether a value is changed in the clause around a name."""
    around = f"{low[max(cue.start - _CLAUSE, 0) : cue.start]} {low[cue.end : end + _CLAUSE]}"
    return not _changes().isdisjoint(_WORD.findall(around))


def _joins(word: str) -> bool:
    return word in function_words() or word in _adverbs()


@cache
def _links() -> Mapping[str, Link]:
    links: dict[str, Link] = {}
    for each in languages().values():
        for word in each.secrets.to:
            links.setdefault(word, "to")
    for each in languages().values():
        for word in each.secrets.equals:
            links |= {word: "is", _bare(word): "is", unicodedata.normalize("NFD", word): "is"}
        links |= dict.fromkeys(each.secrets.quotes, "reads")
    return links


@cache
def _adverbs() -> frozenset[str]:
    return frozenset(word for each in languages().values() for word in each.secrets.adverbs)


@cache
def _changes() -> frozenset[str]:
    return frozenset(
        form for each in languages().values() for word in each.secrets.changes for form in (word, _bare(word))
    )


@cache
def _banks() -> frozenset[str]:
    return frozenset(
        form for each in languages().values() for word in each.secrets.banks for form in (word, _bare(word))
    )


def _of_a_bank(low: str, cue: Cue, value: Value) -> bool:
    """Tell whether a number is that of a card, an account or a phone, or of nothing that is said."""
    before = low[max(cue.start - 40, 0) : cue.start]
    glued, near = before.endswith("-"), _WORD.findall(re.split(r"[.!?,;:\n]", before)[-1])
    of = _WORD.findall(low[cue.end : max(value.start, cue.end)])
    if any(_is_of_a_bank(part) for word in (*near[-1:], *of) for part in word.split("-")):
        return True
    owned = [word for word in of if not _joins(word) and word not in _links()]
    return not owned and not glued and (not near or _joins(near[-1]))


def _is_of_a_bank(word: str) -> bool:
    """Tell whether a word is a card, an account or a phone, or begins or ends with one: Karten, bankcard."""
    banks = tuple(bank for bank in _banks() if len(bank) >= 4)  # noqa: PLR2004 -- "ec" begins many a word
    return word in _banks() or word.startswith(banks) or word.endswith(banks)
