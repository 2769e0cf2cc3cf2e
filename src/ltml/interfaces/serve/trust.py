"""
Whose word on identity is taken: the peers that `serve.trust` names.

A header that says who asks is true only if its sender has checked it. So it counts from addresses the owner named, or
where it is signed (`jwt`). A request that came through a reverse proxy is as trusted as the least trusted address on
its way: a proxy on this machine makes strangers look near.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from ltml.errors import ConfigError

Network: TypeAlias = IPv4Network | IPv6Network
Address: TypeAlias = IPv4Address | IPv6Address

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The networks whose word is taken; `signed` if a valid signature makes any sender's word good."""

    networks: tuple[Network, ...] = LOOPBACK
    signed: bool = False

    def covers(self, peer: str, forwarded: Iterable[str] = ()) -> bool:
        """Tell whether a peer is trusted, and with it every address it forwards for."""
        return all(self._holds(address) for address in (peer, *forwarded))

    def _holds(self, text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in network for network in self.networks)


def read_trust(said: str) -> Trust:
    """Return what `serve.trust` says. Raises `ConfigError`."""
    networks: list[Network] = []
    signed = False
    for part in filter(None, (part.strip() for part in said.split(","))):
        if part == "loopback":
            networks += LOOPBACK
        elif part == "jwt":
            signed = True
        else:
            networks.append(_network(part))
    return Trust(networks=tuple(networks), signed=signed)


def _network(part: str) -> Network:
    try:
        return ip_network(part)
    except ValueError as exc:
        message = (
            f"serve.trust: '{part}' is no address ({exc}); write loopback, jwt, or addresses such as 172.17.0.2 or "
            "172.17.0.0/16, with commas between"
        )
        raise ConfigError(message) from exc


def _address(text: str) -> Address | None:
    """Return an address as X-Forwarded-For or a socket gives it; an IPv4 address in IPv6 clothes is that address."""
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
