"""
What a request says about who asks, in the words of the clients LTML knows; nothing here decides whether it is true.

A user that a front end names gets a namespace of its own, `openwebui:ID`: the front end's name first, so that the
users of two front ends never meet, and no name of the owner's choosing begins so. Ids are percent-encoded, which keeps
two apart that differ in any way, and cut with a digest where they are very long.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

JWT = "x-openwebui-user-jwt"
#: An id is shown whole up to so many characters.
LONGEST = 120
#: Braces and their like stand in what a client was to fill in and did not: {{USER_ID}}, ${user}, <user>, %USER%.
_UNFILLED = re.compile(r"[{}<>$]|\A%.+%\Z", re.DOTALL)
#: What programs write for a user they do not have.
_NOBODY = frozenset({"", "null", "none", "undefined", "nil", "nan", "[object object]"})
#: Claude Code writes user and session as one text, in two ways (the other is JSON).
_USER_AND_SESSION = re.compile(r"\A(?P<user>user_.+?)_session_(?P<session>[^_]+)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontEnd:
    """The headers by which a client names user, mail address and talk; those it has not are empty."""

    name: str
    user: str = ""
    email: str = ""
    sessions: tuple[str, ...] = ()
    part: str = ""


#: In the order in which they are asked.
FRONT_ENDS = (
    FrontEnd(
        name="openwebui", user="x-openwebui-user-id", email="x-openwebui-user-email", sessions=("x-openwebui-chat-id",)
    ),
    FrontEnd(
        name="librechat", user="x-librechat-user-id", email="x-librechat-user-email",
        sessions=("x-librechat-conversation-id",),
    ),
    FrontEnd(name="claude-code", sessions=("x-claude-code-session-id",), part="x-claude-code-agent-id"),
    FrontEnd(name="codex", sessions=("session-id", "session_id", "thread-id")),
)  # fmt: skip
#: The same in a body: whose field it is, and the field. Of the first that names somebody the others are not asked.
BODY_USERS = (("anthropic", "metadata.user_id"), ("openai", "user"), ("openai", "safety_identifier"))
BODY_SESSIONS = ("metadata.session_id",)
#: Namespaces that begin so belong to front ends: nobody is called so.
SOURCES = tuple(f"{name}:" for name in dict.fromkeys(
    [*(front_end.name for front_end in FRONT_ENDS if front_end.user), *(name for name, _ in BODY_USERS)]
))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityHeaders:
    """
    A request's headers as text, by small name. `None` from `get` means that a header is not there.

    A header that is there twice, with two values, says nothing that could be relied on: it counts as unfilled.
    """

    headers: Mapping[str, str]

    def get(self, name: str) -> str | None:
        """Return a header's value."""
        return self.headers.get(name)

    def get_filled(self, name: str) -> str:
        """Return a header's value; nothing if it is missing or nobody filled it in."""
        value = self.headers.get(name, "")
        return "" if is_unfilled(value) else value

    @property
    def names_user(self) -> bool:
        """Whether any known client's header about a user stands here."""
        about = {JWT, *(front_end.user for front_end in FRONT_ENDS), *(front_end.email for front_end in FRONT_ENDS)}
        return bool(self.headers.keys() & (about - {""}))

    def find_user(self) -> str | None:
        """Return the namespace of the user a front end names: nothing if none does, empty if it has no name for it."""
        for front_end in FRONT_ENDS:
            given = [name for name in (front_end.user, front_end.email) if name and name in self.headers]
            if given:
                return front_end_namespace(
                    front_end.name, self.get_filled(front_end.user), self.get_filled(front_end.email)
                )
        return None

    def find_session(self) -> str:
        """Return the name of the talk that a client gives it, or nothing."""
        for front_end in FRONT_ENDS:
            for name in front_end.sessions:
                if self.get_filled(name):
                    parts = (self.get_filled(name), self.get_filled(front_end.part))
                    return f"{front_end.name}:" + "/".join(encode_name(part) for part in parts if part)
        return ""


def decode_headers(raw: Iterable[tuple[bytes, bytes]]) -> IdentityHeaders:
    """Return what headers say; they are UTF-8 where they can be."""
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), _decode_value(value)
        found[key] = text if found.get(key, text) == text else "{}"
    return IdentityHeaders(headers=found)


def find_signed_user(claims: Mapping[str, Any]) -> str:
    """Return the namespace of the user a signed token names, the same as without a signature; empty if it has none."""
    user, email = (_text_or_empty(claims.get("sub") or claims.get("id")), _text_or_empty(claims.get("email")))
    return front_end_namespace("openwebui", user, email)


def find_body_user(hints: Mapping[str, str]) -> str | None:
    """Return the namespace of the user a body names: nothing if it names none, empty if it has no name for it."""
    for source, field in BODY_USERS:
        if field in hints:
            return front_end_namespace(source, _user_and_session(hints[field])[0], "")
    return None


def find_body_session(hints: Mapping[str, str]) -> str:
    """Return the name of the talk that a body gives it, or nothing."""
    named = [hints[field] for field in BODY_SESSIONS if field in hints]
    named += [_user_and_session(hints[field])[1] for _, field in BODY_USERS if field in hints]
    return next((f"body:{encode_name(name)}" for name in named if not is_unfilled(name)), "")


def front_end_namespace(source: str, user: str, email: str) -> str:
    """Return the namespace of a front end's user, by id or else by mail address; empty if it has neither."""
    if user and not is_unfilled(user):
        return f"{source}:{encode_name(user)}"
    return f"{source}:email:{encode_name(email.casefold())}" if email and not is_unfilled(email) else ""


def encode_name(name: str) -> str:
    """Return a name in safe characters, readable as far as it is plain; no two names become one."""
    safe = quote(unicodedata.normalize("NFC", name), safe="@+", errors="surrogatepass")
    if len(safe) <= LONGEST:
        return safe
    return f"{safe[: LONGEST // 2]}!{blake2b(safe.encode(), digest_size=16).hexdigest()}"


def is_unfilled(value: str) -> bool:
    """Tell whether a value names nobody: a template nobody filled in, or a program's word for nothing."""
    return _UNFILLED.search(value) is not None or value.strip().casefold() in _NOBODY


def is_of_front_end(name: str) -> bool:
    """Tell whether a namespace is one that front ends' users have."""
    return name.startswith(SOURCES)


def _user_and_session(value: str) -> Sequence[str]:
    """Return the user and the session in a field for users, which some clients use for both."""
    both = _USER_AND_SESSION.match(value)
    if both:
        return both["user"], both["session"]
    with suppress(ValueError, RecursionError):
        told = json.loads(value) if value.startswith("{") else None
        if isinstance(told, dict):
            return _text_or_empty(told.get("account_uuid") or told.get("device_id")), _text_or_empty(
                told.get("session_id")
            )
    return value, ""


def _text_or_empty(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _decode_value(value: bytes) -> str:
    try:
        return unicodedata.normalize("NFC", value.decode().strip())
    except UnicodeDecodeError:
        return unicodedata.normalize("NFC", value.decode("latin-1").strip())
