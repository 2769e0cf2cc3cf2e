"""
Whose word on identity is taken: the peers that `serve.trust` names.

A header that says who asks is true only if its sender has checked it. So it counts from addresses the owner named, or
where it is signed (`jwt`). A request that came through a reverse proxy is as trusted as the least trusted address on
its way: a proxy on this machine makes strangers look near. What cannot be read as an address is trusted by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from ltml.errors import ConfigError

Network: TypeAlias = IPv4Network | IPv6Network
Address: TypeAlias = IPv4Address | IPv6Address

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
#: An address with or without a port; one of IPv6 with a port stands in brackets.
_NODE = re.compile(r"\[(.+)\](?::\w+)?|([^:]+):\w+|(.+)")
_UNREADABLE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedPeers:
    """The networks whose word is taken, as they were `said`; `signed` if a valid signature makes any word good."""

    networks: tuple[Network, ...] = LOOPBACK
    signed: bool = False
    said: str = "loopback"

    def trusts(self, peer: str, forwarded: Iterable[str] = ()) -> bool:
        """Tell whether a peer is trusted, and with it every address it forwards for."""
        return not self._find_untrusted((*forwarded, peer))

    def explain_distrust(self, peer: str, forwarded: Sequence[str] = ()) -> str:
        """Say why a word on who asks was not taken, and what to set if it should be."""
        far, near = self._find_untrusted(forwarded), self._find_untrusted((peer,))
        who = "who asks (X-OpenWebUI-User-Id or the like)"
        ignored = "it was ignored and all who come that way are one user"
        if _UNREADABLE in far:
            return (
                f"{peer} passes on {who} for somebody whose address it does not tell, so {ignored}. If it is your "
                "proxy, let it send one readable address (X-Forwarded-For, Forwarded or X-Real-IP)"
            )
        enough = ", ".join(dict.fromkeys(filter(None, (self.said, *far, *near))))
        says = f"says {who} and is not trusted to, so {ignored}. If it is your front end"
        through = f" (it came through {peer})" if far else ""
        return f'{far[0] if far else peer}{through} {says}, set serve.trust = "{enough}"'

    def _find_untrusted(self, way: Iterable[str]) -> list[str]:
        """Return the addresses on a request's way that are not trusted, the farthest first."""
        read = [_parse_address(text) for text in way]
        far = [address for address in read if address is None or not any(address in each for each in self.networks)]
        return list(dict.fromkeys(str(address) if address else _UNREADABLE for address in far))


def read_trust(peers: Iterable[str]) -> TrustedPeers:
    """Return what `serve.trust` says. Raises `ConfigError`."""
    networks: list[Network] = []
    signed = False
    for part in peers:
        if part == "loopback":
            networks += LOOPBACK
        elif part == "jwt":
            signed = True
        else:
            networks.append(_parse_network(part))
    return TrustedPeers(networks=tuple(networks), signed=signed, said=", ".join(peers))


def _parse_network(part: str) -> Network:
    try:
        return ip_network(part)
    except ValueError as exc:
        message = (
            f"serve.trust: '{part}' is no address ({exc}); write loopback, jwt, or addresses such as 172.17.0.2 or "
            "172.17.0.0/16, with commas between"
        )
        raise ConfigError(message) from exc


def read_forwarded_for(headers: Mapping[str, str]) -> list[str]:
    """Return the addresses that reverse proxies say a request came from, the farthest of each header first."""
    lists = [headers[name] for name in ("x-forwarded-for", "x-real-ip") if name in headers]
    found = [address for told in lists for address in told.split(",")]
    return [*found, *(_parse_forwarded(headers["forwarded"]) if "forwarded" in headers else ())]


def _parse_forwarded(value: str) -> Iterator[str]:
    """Yield the addresses in a `Forwarded` header (RFC 7239); a proxy that does not tell one is unreadable."""
    for element in value.split(","):
        pairs = [pair.partition("=") for pair in element.split(";")]
        yield from [told for name, _, told in pairs if name.strip().lower() == "for"] or [_UNREADABLE]


def _parse_address(text: str) -> Address | None:
    """Return an address as a header or a socket gives it; an IPv4 address in IPv6 clothes is that address."""
    bare = text.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1]
    node = _NODE.fullmatch(bare)
    try:
        found = ip_address(next(filter(None, node.groups()))) if node else None
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
