"""Settings, read once and passed down: defaults < `ltml.toml` < `LTML_*` < arguments."""

from __future__ import annotations

import tomllib
import typing
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from ltml.capture.options import Capture
from ltml.errors import ConfigError
from ltml.sleep.options import Sleep
from ltml.wake.options import Wake

S = TypeVar("S")

#: A list of names; a text with commas between them is read as one.
Names: TypeAlias = tuple[str, ...]

#: The types a setting of a type may be given as; environment variables are always text.
_ACCEPTED: Mapping[type, tuple[type, ...]] = {int: (str, int), float: (str, int, float)}
#: The spellings of true and false.
_BOOLEANS = dict.fromkeys(("true", "on", "yes", "1"), True) | dict.fromkeys(("false", "off", "no", "0", ""), False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """How `ltml serve` stands between clients and the model."""

    host: str = "127.0.0.1"  # where it listens; anything but this machine itself needs a token
    port: int = 11435
    upstream: str = ""  # the model's server; empty: OLLAMA_HOST, Ollama, llama.cpp, LM Studio, else the own engine
    model: str = ""  # the GGUF file of the own engine; empty: the one `ltml engine install` fetched
    token: str = ""  # if set, clients must send it as their API key
    origins: Names = ()  # web origins that may call beside this machine's own; * matches anything
    users: Names = ()  # people with a memory and a key of their own (/u/NAME); *: any name, if trusted
    trust: Names = ("loopback",)  # peers whose word on users is taken: loopback, addresses, networks, jwt
    jwt_secret: str = ""  # checks what a front end signs; Open WebUI's FORWARD_USER_INFO_HEADER_JWT_SECRET
    identity: bool = True  # whether a front end's users are told apart at all
    alias: Names = ()  # other namespaces for a front end's users, as in openwebui:1a2b=anna
    cloud: bool = False  # whether memory may go to models that run on somebody else's machine
    share: float = 0.15  # maximum share of a model's context that memory takes in one session
    deadline: float = 0.15  # seconds after which a request goes on without memory
    patience: float = 2.0  # maximum number of seconds a reply's last bytes wait until it is captured
    idle: float = 600.0  # seconds without a request after which memory sleeps
    quiet: float = 3.0  # seconds without a request after which a paused night goes on
    poll: float = 5.0  # seconds between requests to the upstream for the loaded models

    def __post_init__(self) -> None:
        """Read lists that are given as texts with commas, for those who make this themselves."""
        for name in ("origins", "users", "trust", "alias"):
            object.__setattr__(self, name, split_names(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set."""

    store: str = "sqlite"  # the plugin that keeps the log
    wake: Wake = field(default_factory=Wake)
    sleep: Sleep = field(default_factory=Sleep)
    serve: Serve = field(default_factory=Serve)
    capture: Capture = field(default_factory=Capture)


def load_settings(
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    arguments: Mapping[str, object] | None = None,
    *,
    defaults: Settings | None = None,
) -> Settings:
    """
    Return the settings of all sources, later ones winning.

    Arguments and variables name nested settings with two underscores: `LTML_WAKE__COVERAGE=0.2`, `wake__coverage=0.2`.
    Lists are lists, or texts with commas. Raises `ConfigError` for an unknown name, with the nearest known one, and for
    a value of the wrong type.
    """
    if not isinstance(defaults, Settings | None):
        raise ConfigError(f"settings: expected an ltml.settings.Settings, got {defaults!r}")
    settings = defaults or Settings()
    if file is not None and file.exists():
        try:
            tables = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
            raise ConfigError(f"{file}: not valid TOML ({exc})") from exc
        settings = _merge_table(settings, tables, str(file))
    for name, value in sorted((environ or {}).items()):
        if name.startswith("LTML_"):
            settings = _set_value(settings, name[5:].lower().split("__"), value, f"${name}")
    for name, given in (arguments or {}).items():
        settings = _set_value(settings, name.split("__"), given, name)
    return settings


def expand_path(path: str | Path) -> Path:
    """Return a path with the home folder that `~` or `~NAME` stands for. Raises `ConfigError` where there is none."""
    try:
        return Path(path).expanduser()
    except RuntimeError as exc:
        home = Path(path).parts[0]
        raise ConfigError(f"{path}: {home} stands for no home folder on this machine; write the whole path") from exc


def split_names(value: str | Iterable[str]) -> Names:
    """Return a list of names, from a list or from a text with commas between; blank ones are left out."""
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(part.strip() for part in parts if part.strip())


def _merge_table(settings: S, values: Mapping[str, Any], where: str) -> S:
    for name, value in values.items():
        settings = _set_value(settings, [name], value, f"{where}: {name}")
    return settings


def _set_value(settings: S, path: list[str], value: object, where: str) -> S:
    """Return the settings with the one at `path` set; `where` begins the message of a `ConfigError`."""
    group: Any = settings
    name, *rest = path
    known = [f.name for f in fields(group)]
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else f"; known: {', '.join(known)}"
        raise ConfigError(f"{where}: unknown setting '{name}'{hint}")
    old = getattr(group, name)
    new: object
    if not is_dataclass(old):
        if rest:
            raise ConfigError(f"{where}: '{name}' is a single setting and has no '{rest[0]}' in it")
        new = convert_value(value, typing.get_type_hints(type(group))[name], where)
    elif rest:
        new = _set_value(old, rest, value, where)
    elif isinstance(value, Mapping):
        new = _merge_table(old, value, where)
    else:
        raise ConfigError(f"{where}: expected a table of settings, got {value!r}")
    return typing.cast("S", replace(group, **{name: new}))


def convert_value(value: object, kind: type, where: str) -> object:
    """
    Return the value as the type of its setting: texts are parsed; nothing is rounded, and no switch becomes a number.

    Raises `ConfigError`, whose message begins with `where`.
    """
    text = str(value).strip().lower()
    if kind is bool:
        if text not in _BOOLEANS:
            raise ConfigError(f"{where}: expected true or false, got {value!r}")
        return _BOOLEANS[text]
    if typing.get_origin(kind) is typing.Literal:
        choices: Sequence[str] = typing.get_args(kind)
        if text not in choices:
            raise ConfigError(f"{where}: expected {', '.join(choices[:-1])} or {choices[-1]}, got {value!r}")
        return text
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, str | list | tuple) or not all(isinstance(part, str) for part in value):
            raise ConfigError(f"{where}: expected a list of texts, got {value!r}")
        return split_names(value)
    if isinstance(value, _ACCEPTED.get(kind, (kind,))) and not isinstance(value, bool):
        with suppress(ValueError):
            return typing.cast("object", kind(value))
    raise ConfigError(f"{where}: expected {kind.__name__}, got {value!r}")
