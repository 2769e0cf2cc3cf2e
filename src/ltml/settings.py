"""Settings, read once and handed down: defaults < `ltml.toml` < `LTML_*` < arguments."""

from __future__ import annotations

import tomllib
import typing
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from ltml.capture.options import Capture
from ltml.errors import ConfigError
from ltml.sleep.options import Sleep
from ltml.wake.options import Wake

S = TypeVar("S")

#: What may be read as a setting of a type; variables are always text.
_READ: Mapping[type, tuple[type, ...]] = {int: (str, int), float: (str, int, float)}
#: How people write yes and no.
_SWITCH = dict.fromkeys(("true", "on", "yes", "1"), True) | dict.fromkeys(("false", "off", "no", "0", ""), False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """How `ltml serve` stands between clients and the model."""

    host: str = "127.0.0.1"  # where it listens; anything but this machine itself needs a token
    port: int = 11435
    upstream: str = ""  # the model's server; empty: OLLAMA_HOST, Ollama, llama.cpp, LM Studio, else the own engine
    model: str = ""  # the GGUF file of the own engine; empty: the one `ltml engine install` fetched
    token: str = ""  # if set, clients must send it as their API key
    origins: str = ""  # web origins that may call beside this machine's own, with commas between; * matches anything
    users: str = ""  # people with a memory and a key of their own (/u/NAME), with commas; *: any name, if trusted
    trust: str = "loopback"  # whose word on users is taken: loopback, addresses, networks, jwt, with commas between
    jwt_secret: str = ""  # checks what a front end signs; Open WebUI's FORWARD_USER_INFO_HEADER_JWT_SECRET
    identity: bool = True  # whether a front end's users are told apart at all
    alias: str = ""  # another namespace for a front end's user, as in openwebui:1a2b=anna, with commas between
    cloud: bool = False  # whether memory may go to models that run on somebody else's machine
    share: float = 0.15  # so much of a model's context memory may take in one session
    deadline: float = 0.15  # a request goes on without memory after so many seconds
    patience: float = 2.0  # an answer's last bytes go on after so many seconds, captured or not
    idle: float = 600.0  # memory sleeps when nobody has spoken for so many seconds
    quiet: float = 3.0  # a night that was paused goes on after so many seconds of silence
    poll: float = 5.0  # every so many seconds the upstream is asked which models are loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set."""

    store: str = "sqlite"  # the plugin that keeps the log
    wake: Wake = field(default_factory=Wake)
    sleep: Sleep = field(default_factory=Sleep)
    serve: Serve = field(default_factory=Serve)
    capture: Capture = field(default_factory=Capture)


def load(
    file: Path | None = None, environ: Mapping[str, str] | None = None, arguments: Mapping[str, object] | None = None
) -> Settings:
    """
    Return the settings of all sources, later ones winning.

    Arguments and variables name nested settings with two underscores: `LTML_WAKE__COVERAGE=0.2`, `wake__coverage=0.2`.
    Raises `ConfigError` for an unknown name, with the nearest known one, and for a value of the wrong type.
    """
    settings = Settings()
    if file is not None and file.exists():
        settings = _merge(settings, _toml(file), str(file))
    for name, value in sorted((environ or {}).items()):
        if name.startswith("LTML_"):
            settings = _set(settings, name[5:].lower().split("__"), value, f"${name}")
    for name, given in (arguments or {}).items():
        settings = _set(settings, name.split("__"), given, name)
    return settings


def expanded(path: str | Path) -> Path:
    """Return a path with the home folder that `~` or `~NAME` stands for. Raises `ConfigError` where there is none."""
    try:
        return Path(path).expanduser()
    except RuntimeError as exc:
        who = Path(path).parts[0]
        raise ConfigError(f"{path}: {who} stands for no home folder on this machine; write the whole path") from exc


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        message = f"{file}: not valid TOML ({exc})"
        raise ConfigError(message) from exc


def _merge(settings: S, values: Mapping[str, Any], where: str) -> S:
    for name, value in values.items():
        settings = _set(settings, [name], value, f"{where}: {name}")
    return settings


def _set(settings: S, path: list[str], value: object, where: str) -> S:
    """Return the settings with the one at `path` set."""
    whole: Any = settings
    name, *rest = path
    _known(name, (f.name for f in fields(whole)), where)
    old = getattr(whole, name)
    if is_dataclass(old):
        new: object = _set(old, rest, value, where) if rest else _merge(old, _table(value, where), where)
    else:
        _leaf(rest, name, where)
        new = _typed(value, typing.get_type_hints(type(whole))[name], where)
    return typing.cast("S", replace(whole, **{name: new}))


def _leaf(rest: Sequence[str], name: str, where: str) -> None:
    if rest:
        raise ConfigError(f"{where}: '{name}' is a single setting and has no '{rest[0]}' in it")


def _known(name: str, known: Iterable[str], where: str) -> None:
    names = list(known)
    if name not in names:
        near = get_close_matches(name, names, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else f"; known: {', '.join(names)}"
        message = f"{where}: unknown setting '{name}'{hint}"
        raise ConfigError(message)


def _table(value: object, where: str) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    message = f"{where}: expected a table of settings, got {value!r}"
    raise ConfigError(message)


def _typed(value: object, kind: type, where: str) -> object:
    """Return the value as what it must be: words are read, nothing is rounded, and nothing is a number by chance."""
    if kind is bool:
        return _switch(value, where)
    if typing.get_origin(kind) is typing.Literal:
        return _choice(value, typing.get_args(kind), where)
    if isinstance(value, _READ.get(kind, (kind,))) and not isinstance(value, bool):
        with suppress(ValueError):
            return typing.cast("object", kind(value))
    raise ConfigError(f"{where}: expected {kind.__name__}, got {value!r}")


def _choice(value: object, known: Sequence[str], where: str) -> str:
    said = str(value).strip().lower()
    if said not in known:
        raise ConfigError(f"{where}: expected {', '.join(known[:-1])} or {known[-1]}, got {value!r}")
    return said


def _switch(value: object, where: str) -> bool:
    said = str(value).strip().lower()
    if said not in _SWITCH:
        raise ConfigError(f"{where}: expected true or false, got {value!r}")
    return _SWITCH[said]
