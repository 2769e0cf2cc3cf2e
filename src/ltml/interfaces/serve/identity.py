"""
Whose memory a request asks for, and in which session.

Theory of operation. Who asks is told, in this order, by what LTML itself gives a name to (/u/NAME, X-LTML-User), by the
headers of known front ends, by a user's key, by the body; where nothing tells, it is the server's own namespace. Front
ends' headers and bodies count from trusted peers only (trusted_peers.py), signed tokens from anybody if `serve.trust`
says so.

A name of the owner's choosing needs its key (keys.py) as soon as there is more than one: then a request without a key
is nobody's. `serve.users = "*"` says that trusted peers may take any name without one.

Nobody gets nothing: no memory is read or written for a request that cannot say who asks, and the chat goes on. It is
counted by its reason. What an owner should change is said once, in the log and in the status.
"""

from __future__ import annotations

import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import structlog

from ltml.errors import ConfigError
from ltml.exchange import Request
from ltml.interfaces.serve.front_ends import (
    JWT,
    IdentityHeaders,
    decode_headers,
    find_body_session,
    find_body_user,
    find_signed_user,
    is_of_front_end,
    is_unfilled,
)
from ltml.interfaces.serve.jwt import verify_token
from ltml.interfaces.serve.keys import MARK, KeyFile, KeyRing
from ltml.interfaces.serve.ports import is_loopback
from ltml.interfaces.serve.trusted_peers import LOOPBACK, TrustedPeers, read_forwarded_for, read_trust
from ltml.settings import Serve

Mode = Literal["on", "read", "off"]
_MODES: Mapping[str, Mode] = {"on": "on", "read": "read", "off": "off"}
ANY = "*"
NAMELESS = "a name nobody has"
#: A shorter secret can be guessed from one token (RFC 7518, 3.2: as long as the hash).
SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestIdentity:
    """
    Whose memory a request asks for, in which session, and how much of it.

    `task` is what its client calls it if it is no talk. `named` means that something named the user: else the body may,
    if the sender is `trusted`.
    """

    namespace: str
    session: str = ""
    mode: Mode = "on"
    task: str = ""
    named: bool = True
    trusted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPolicy:
    """What the settings say about who may be who; `own` is the server's namespace."""

    own: str
    named: frozenset[str] = frozenset()
    any_name: bool = False
    trust: TrustedPeers = field(default_factory=TrustedPeers)
    secret: str = ""
    token: str = ""
    told_apart: bool = True
    alias: Mapping[str, str] = field(default_factory=dict)

    def is_alone(self, ring: KeyRing) -> bool:
        """Tell whether there is one user of the owner's choosing, and no more."""
        return not (self.named | ring.users) - {self.own}

    def needs_key(self, name: str, ring: KeyRing) -> bool:
        """Tell whether a name needs its key: who has or had one, and everybody the owner named beside others."""
        return name in ring.users or (name in self.named | {self.own} and not self.is_alone(ring))


class _UnknownIdentityError(Exception):
    """It cannot be said who asks; the reason is counted."""


@dataclass(slots=True)
class IdentityResolver:
    """
    Tells who asks. Belongs to one event loop.

    `older` means that there are memories from a time when front ends' users were not told apart.
    """

    policy: IdentityPolicy
    keys: KeyFile
    older: bool = False
    clock: Callable[[], float] = time.time
    counts: Counter[str] = field(default_factory=Counter)
    notices: dict[str, str] = field(default_factory=dict)
    log: Any = field(default_factory=lambda: structlog.get_logger("ltml"))

    def identify(self, headers: Iterable[tuple[bytes, bytes]], named: str | None, peer: str) -> RequestIdentity | None:
        """
        Return whose memory a request asks for; `named` is who its path names, `peer` the address it comes from.

        Nothing is returned where that cannot be said: no memory is read or written.
        """
        said = decode_headers(headers)
        mode = _MODES.get((said.get("x-ltml-memory") or "on").lower())
        if mode is None:
            return None
        trusted = self.policy.trust.trusts(peer, read_forwarded_for(said.headers))
        explicit = said.get("x-ltml-user") if named is None else unicodedata.normalize("NFC", named)
        try:
            who = self._resolve(said, explicit, peer, trusted=trusted)
        except _UnknownIdentityError as exc:
            self.counts[f"unknown user: {exc}"] += 1
            return None
        signed = self.policy.trust.signed and said.get(JWT) is not None  # and it holds, or nobody would be here
        session = said.get_filled("x-ltml-session") or (said.find_session() if trusted or signed else "")
        return replace(who, session=session, mode=mode, task=said.get_filled("x-ltml-task"), trusted=trusted)

    def identify_body(self, who: RequestIdentity, request: Request) -> RequestIdentity | None:
        """Return whose memory it is now that the body is known; nothing if nobody can say."""
        user = find_body_user(request.hints) if who.trusted and not who.named and self.policy.told_apart else None
        if user or (user is None and who.namespace):
            session = who.session or (find_body_session(request.hints) if who.trusted else "")
            return replace(who, namespace=self._namespace_of(user) if user else who.namespace, session=session)
        self.counts[f"unknown user: {'no key' if user is None else NAMELESS}"] += 1
        return None

    def is_user_key(self, given: str) -> bool:
        """Tell whether this is somebody's key."""
        return bool(self.keys.load_ring().find_user(given))

    def check_settings(self, host: str) -> Iterator[str]:
        """Note and yield what the owner should change, before anybody comes. Raises `StoreUnavailable`."""
        self.keys.read()
        policy = self.policy
        if keyless := self._explain_keyless(self.keys.load_ring()):
            yield self._notify_owner("keys", keyless)
        if policy.any_name and not is_loopback(host) and set(policy.trust.networks) <= set(LOOPBACK):
            yield self._notify_owner(
                "any",
                f'serve.users is "*", and {host} is reached from other machines, which are not trusted: they need a '
                'key each (`ltml user add NAME`), or their addresses in serve.trust, as in "loopback, 192.168.1.7"',
            )
        if policy.secret and len(policy.secret.encode()) < SHORTEST_SECRET:
            yield self._notify_owner(
                "secret",
                f"serve.jwt_secret is shorter than {SHORTEST_SECRET} bytes and can be guessed: set a longer one, here "
                "and in Open WebUI (FORWARD_USER_INFO_HEADER_JWT_SECRET)",
            )

    def current_notices(self) -> list[str]:
        """Return what the owner should change as things are now: keys come, go and are mended while a server runs."""
        ring = self.keys.load_ring()
        if ring.readable:
            self.notices.pop("unreadable", None)
        others = [sentence for about, sentence in self.notices.items() if about != "keys"]
        return [*filter(None, [self._explain_keyless(ring)]), *others] if ring.readable else others

    # ------------------------------------------------------------ inside

    def _explain_keyless(self, ring: KeyRing) -> str:
        """Return who has no key and needs one, as a sentence; nothing if nobody does."""
        policy = self.policy
        keyless = sorted((policy.named | {policy.own}) - ring.holders) if not policy.is_alone(ring) else []
        if not keyless:
            return ""
        return (
            f"several people use this memory, so each needs a key, and these have none: {', '.join(keyless)}. Nothing "
            f"is read or written for them until `ltml user add {keyless[0]}` makes one (clients send it as their API "
            "key)"
        )

    def _resolve(self, said: IdentityHeaders, explicit: str | None, peer: str, *, trusted: bool) -> RequestIdentity:
        ring = self.keys.load_ring()
        if not ring.readable:
            self._notify_owner("unreadable", f"{self.keys.path} cannot be read: nobody is let into any memory")
            raise _UnknownIdentityError("the keys cannot be read")
        holder = self._find_key_holder(said, ring)
        if explicit is not None:
            return RequestIdentity(namespace=self._check_chosen(explicit, holder, ring, trusted=trusted))
        claimed = self._find_claimed(said, peer, trusted=trusted) if self.policy.told_apart else ""
        if claimed or holder:
            return RequestIdentity(namespace=claimed or holder)
        if self._is_free(self.policy.own, ring, trusted=trusted):
            return RequestIdentity(namespace=self.policy.own, named=False)
        if trusted:
            return RequestIdentity(namespace="", named=False)
        raise _UnknownIdentityError("no key")

    def _find_key_holder(self, said: IdentityHeaders, ring: KeyRing) -> str:
        """Return whose key was sent, or nothing if none of ours was."""
        scheme, _, given = (said.get("authorization") or "").partition(" ")
        given = given.strip()
        if scheme.lower() != "bearer" or not given.startswith(MARK) or given == self.policy.token:
            return ""
        holder = ring.find_user(given)
        if not holder:
            raise _UnknownIdentityError("wrong key")
        return holder

    def _check_chosen(self, name: str, holder: str, ring: KeyRing, *, trusted: bool) -> str:
        """Return the namespace of a name that the request chose, if it may."""
        known = name in self.policy.named | ring.users | {self.policy.own}
        if not known and (is_unfilled(name) or is_of_front_end(name)):
            raise _UnknownIdentityError(NAMELESS)
        if holder and holder != name:
            raise _UnknownIdentityError("wrong key")
        if not holder and not self._is_free(name, ring, trusted=trusted):
            raise _UnknownIdentityError("no key" if known else "not allowed")
        return name

    def _is_free(self, name: str, ring: KeyRing, *, trusted: bool) -> bool:
        """Tell whether a name may be taken without a key."""
        if self.policy.needs_key(name, ring):
            return False
        return trusted if self.policy.any_name else name == self.policy.own

    def _find_claimed(self, said: IdentityHeaders, peer: str, *, trusted: bool) -> str:
        """Return the namespace of the user that a front end names, if its word counts; nothing if it names none."""
        token = said.get(JWT)
        if token is not None and (trusted or self.policy.trust.signed):
            return self._namespace_of(self._verify_signed(token))
        user = said.find_user() if trusted else None
        if user is not None:
            if not user:
                raise _UnknownIdentityError(NAMELESS)
            return self._namespace_of(user)
        if said.names_user:
            self._notify_owner("trust", self.policy.trust.explain_distrust(peer, read_forwarded_for(said.headers)))
        return ""

    def _verify_signed(self, token: str) -> str:
        if not self.policy.secret:
            self._notify_owner(
                "jwt",
                "a front end signs who asks, and the signature cannot be checked, so nothing is read or written: set "
                "serve.jwt_secret to its secret (Open WebUI: FORWARD_USER_INFO_HEADER_JWT_SECRET)",
            )
            raise _UnknownIdentityError("a signature that cannot be checked")
        claims = verify_token(token, self.policy.secret, self.clock())
        user = find_signed_user(claims) if claims else ""
        if not user:
            raise _UnknownIdentityError("a signature that does not hold")
        return user

    def _namespace_of(self, user: str) -> str:
        """Return the namespace of a front end's user, with a word to the owner when there is the first of them."""
        namespace = self.policy.alias.get(user, user)
        if self.older and namespace != self.policy.own:
            self._notify_owner(
                "older",
                f"a front end says who asks, and its users are told apart from now on: this one is {user}. What was "
                f"remembered before lies in {self.policy.own}: to give it to this user, set serve.alias = "
                f'"{user}={self.policy.own}"; to have one memory for all, set serve.identity = false',
            )
        return namespace

    def _notify_owner(self, about: str, sentence: str) -> str:
        """Say something to the owner, once."""
        if about not in self.notices:
            self.notices[about] = sentence
            self.log.warning(sentence)
        return sentence


def read_policy(serve: Serve, own: str) -> IdentityPolicy:
    """Return what the settings say about who may be who. Raises `ConfigError`."""
    users = _normalize(serve.users)
    trust = read_trust(serve.trust)
    if trust.signed and not serve.jwt_secret:
        raise ConfigError(
            "serve.trust names jwt, and there is no secret to check it with: set serve.jwt_secret to your front end's "
            "(Open WebUI: FORWARD_USER_INFO_HEADER_JWT_SECRET)"
        )
    for name in (own, *users):
        if is_of_front_end(name):
            raise ConfigError(f"'{name}' is a name for a front end's user; serve another, and use serve.alias for it")
    return IdentityPolicy(
        own=own, named=frozenset(users) - {ANY}, any_name=ANY in users, trust=trust, secret=serve.jwt_secret,
        token=serve.token, told_apart=serve.identity, alias=dict(map(_parse_alias, _normalize(serve.alias))),
    )  # fmt: skip


def _parse_alias(part: str) -> tuple[str, str]:
    user, _, namespace = (piece.strip() for piece in part.rpartition("="))
    if not is_of_front_end(user) or not namespace:
        message = (
            f"serve.alias: '{part}' should be USER=NAMESPACE, as in openwebui:1a2b=anna; `ltml user list` has them"
        )
        raise ConfigError(message)
    return user, namespace


def _normalize(names: Iterable[str]) -> Collection[str]:
    return [unicodedata.normalize("NFC", name) for name in names]
