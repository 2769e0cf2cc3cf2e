"""The address LTML listens on, and who has it if it is taken."""

from __future__ import annotations

import errno
import socket
from contextlib import closing
from ipaddress import ip_address

from ltml.errors import ConfigError
from ltml.settings import Serve

BACKLOG = 2048


def is_loopback(host: str) -> bool:
    """Tell whether an address can be reached from this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def open_listening_socket(settings: Serve) -> socket.socket:
    """
    Return a socket that listens where the settings say.

    Raises `ConfigError` if the port is taken, with who has it, or if others could reach it without a token.
    """
    if not is_loopback(settings.host) and not settings.token:
        message = (
            f"{settings.host} can be reached by others, and this is the most private text there is; "
            "set serve.token (clients send it as their API key), or listen on 127.0.0.1"
        )
        raise ConfigError(message)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named as TCP, so that asyncio turns off the delay of small packets (it looks at this); else each token may wait.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((settings.host, settings.port))
        found.listen(BACKLOG)
    except OSError as exc:
        with closing(found):
            raise ConfigError(_explain_bind_error(settings, exc)) from exc
    return found


def _explain_bind_error(settings: Serve, exc: OSError) -> str:
    where = f"{settings.host}:{settings.port}"
    if exc.errno != errno.EADDRINUSE:
        return f"LTML cannot listen on {where}: {exc.strerror}; choose another with --host and --port"
    holder = _find_listener(settings.port)
    return f"{where} is taken{f' by {holder}' if holder else ''}; stop it, or choose another port with --port"


def _find_listener(port: int) -> str:
    """Return which process listens on a port, as far as the system tells us."""
    import psutil

    try:
        found = [c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN and c.laddr.port == port]
        process = next((psutil.Process(c.pid) for c in found if c.pid), None)
        return f"{process.name()} (process {process.pid})" if process else ""
    except psutil.Error:
        return ""
