"""What a word looks like: chance, a password, a name in a program, or a place that somebody shall fill in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from ltml.text.languages import vocabulary
from ltml.text.secrets.words import every

#: A mask as `mask_secrets` writes it, and nothing that only begins like one: a secret could hide in that.
MASK = re.compile(r"\[secret: [A-Za-z][A-Za-z ]{1,30}(?: \.\.\.[^\s\[\]]{1,2})?\]")
#: Minimum length of a word that can be told from chance.
RANDOM = 10
#: Minimum length of a password that stands out by its characters.
STRONG = 4
_SPECIAL = re.compile(r"[!@#$%^&*+=~|<>?\\§€£]")
_PARTS = re.compile(r"[^\W\d_]{0,40}[^\W\d_\x00-\x7f][^\W\d_]*|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+|\d+")
#: What stands where a value shall be put: ${X}, {{x}}, <x>, %X%, ****, xxxx, and whatever has three dots in it.
_PLACE = re.compile(r"\$[\w{(].*|\{.*|<.*|%\(?\w+\)?[%s]?|\[.*|(.)\1+|.*(?:\.\.\.|…).*|\W*", re.DOTALL)
#: A rule for a value: required|min:8.
_RULE = re.compile(r"([^\W\d_]+)[|:]")
_DATE = re.compile(
    r"\d{1,4}([./-])\d{1,2}\1(?:\d{1,4})?(?:[T ]?\d\d:\d\d\S*)?|\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:am|pm|h|uhr)?",
    re.IGNORECASE,
)
_UNITS = (
    "k|m|g|kb|mb|gb|tb|mib|gib|ms|s|sec|min|h|hrs|d|px|em|rem|kg|g|cm|mm|km|eur|usd|x|st|nd|rd|th|bit|bits|byte|bytes"
    "|fa|er"
)
_VERSION = re.compile(
    rf"v?\d+(?:\.\d+){{1,3}}(?:[-+.]?(?:a|b|rc|beta|alpha|dev|post)\.?\d*)?|\d+(?:[.,]\d+)*(?:%|{_UNITS})?",
    re.IGNORECASE,
)
#: A count of something: 12-character, 8-stellig.
_COUNT = re.compile(r"\d+[-\u2010\u2011][^\W\d_]{3,}", re.IGNORECASE)
_TECHNICAL = re.compile(
    r"(?:sha|md|aes|rsa|des|utf|ucs|base|oauth|pbkdf|argon|hs|rs|ecdsa|ed|ipv|tls|ssl|wpa|http|win|windows|iso|rfc|ascii"
    r"|latin|web|blake|bcrypt|crc|office|covid)[-_/ ]?\d{1,5}(?:id|i|d|b|s)?(?:[-_/](?:\d{1,4}|[a-z]{2,6})){0,2}",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://.*|www\..*|[^@\s]+@[\w-]+(?:\.[\w-]+)+|(?:~|\.\.?|[A-Z]:)[/\\].*|[\w.-]+(?:/[\w.-]+)*\.[a-z]{2,5}"
    r"|/?(?:home|usr|etc|var|opt|tmp|app|api|srv|mnt|root|Users|run|dev|proc|secrets?|vault|static|data)/.*",
    re.DOTALL,
)
_CALL = re.compile(r"[A-Za-z_$][\w$.:>-]*[(\[{<].*|&?\*?self\b.*", re.DOTALL)
_READ = re.compile(r"[A-Za-z_$]+(?:(?:\.|::|->|\?\.)[A-Za-z_$]+)+[;,]?")
#: Words of programs that stand where a value might: types, nothing, yes and no.
_TYPES = vocabulary(
    "str string text bool boolean int integer number float double bytes byte any object dict list none null",
    "nil undefined varchar char true false yes no on off secretstr optional required nullable unknown void",
    "self this new default input password passwd your my the n/a na tbd todo fixme example sample dummy",
    "placeholder redacted masked hidden removed changeme insert value auto empty basic bearer digest negotiate",
    "option options flag switch argument parameter field env environ process prompt hash hashed encrypted",
    "plain plaintext",
)


@dataclass(frozen=True, slots=True)
class SecretSpan:
    """Place of a secret, and how sure it is: a format of its own is surer than a name before it."""

    start: int
    end: int
    kind: str
    sure: int = 1


def in_mask(text: str, at: int) -> bool:
    """Tell whether a place lies in a mask: the kind that it says is no name of what follows."""
    begin = text.rfind("[secret: ", max(at - 40, 0), at)
    mask = MASK.match(text, begin) if begin >= 0 else None
    return mask is not None and mask.end() > at


def parts(word: str) -> list[str]:
    """Return the words of a name as programs write them, in lower case: `dbPassword_2` is db, password, 2."""
    return [part.lower() for part in _PARTS.findall(word)]


def is_random(word: str, least: int = RANDOM) -> bool:
    """Tell whether a word is letters and digits as chance throws them, or hexadecimal, and no address or date."""
    if len(word) < least or is_placeholder(word) or is_plain(word):
        return False
    letters, digits = sum(map(str.isalpha, word)), sum(map(str.isdigit, word))
    if letters and digits:
        return digits >= 2 or letters + digits < len(word) or len(word) >= 2 * least  # noqa: PLR2004 -- "phase2"
    if not letters or len(word) < 2 * least:
        return False
    return sum(a.isupper() != b.isupper() for a, b in pairwise(word)) >= len(word) // 4


def is_strong(word: str) -> bool:
    """Tell whether a word stands out as a password: letters with digits, or with signs that no word has."""
    if len(word) < STRONG or is_placeholder(word) or is_plain(word):
        return False
    letters, digits = any(map(str.isalpha, word)), any(map(str.isdigit, word))
    if letters and digits:
        return True
    return ((letters or digits) and _SPECIAL.search(word[:-1]) is not None) or is_phrase(word)


def is_phrase(word: str) -> bool:
    """Tell whether a word is several in a row as passphrases are: correct-horse-battery."""
    pieces = re.split(r"[-_.]", word)
    return len(pieces) >= 3 and all(len(p) > 2 and p.isalpha() and p.lower() not in every("functions") for p in pieces)  # noqa: PLR2004 -- "case-sensitive" has two


def is_plain(word: str) -> bool:
    """Tell whether a word is a date, a version, a count, the name of a technique, or an address."""
    return any(form.fullmatch(word) for form in (_DATE, _VERSION, _COUNT, _TECHNICAL, _ADDRESS))


def is_placeholder(word: str) -> bool:
    """Tell whether a word holds the place of a secret, or speaks of one: <password>, $TOKEN, your-api-key, required."""
    if _PLACE.fullmatch(word):
        return True
    pieces = parts(word)
    if word.lower() in _TYPES or not pieces or "your" in pieces:
        return True
    rule = _RULE.match(word)
    if rule and rule[1].lower() in every("states"):
        return True
    if any(map(str.isdigit, word)):
        return False
    return any(piece in spoken_of() for piece in pieces) or (len(pieces) == 1 and pieces[0] in every("states"))


def is_code(word: str) -> bool:
    """Tell whether a word without quotes is read from somewhere: config.password, getpass(), os.environ["X"]."""
    return (_CALL.fullmatch(word) or _READ.fullmatch(word)) is not None


@cache
def spoken_of() -> frozenset[str]:
    """Return words that name secrets and are none, of every language: password, token, contraseña."""
    names = every("passwords") | every("keys")
    words = frozenset(part for name in names for part in parts(name) if len(part) > 2)  # noqa: PLR2004 -- "de"
    return words | {"pass", "pwd", "auth"}
