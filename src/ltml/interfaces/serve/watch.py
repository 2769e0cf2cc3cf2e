"""
When memory sleeps: told what passes by, it decides which namespaces sleep now, and why.

Theory of operation. Values in, decisions out; the clock is an argument, and nothing here waits, asks or writes. A
namespace with new turns is due when

- the model it spoke through was *unloaded*: by a request, or because the upstream no longer lists it or the time it was
  to be kept has passed. An unload concerns those namespaces only that came through that model since their last night,
  and it is forgotten when they speak again: the next unload, or silence, comes anyway;
- nobody at all has spoken for `idle`. That covers every model, upstreams that cannot tell what is loaded, and turns
  from before a restart;

and never while somebody is speaking: from a request to the end of its reply. A refused night is not tried again before
the number of new turns differs; one that failed, or found another process asleep, is tried again after 1, 2, 4 ... 64
minutes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from ltml.providers.model_names import normalise_model_name

MINUTE = timedelta(minutes=1)
#: A night that fails again and again is tried about once an hour.
LONGEST = 64
#: A model kept for longer than this is kept for good, as far as anybody cares.
FOR_GOOD = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A model the upstream has in memory, and until when if it says so."""

    name: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A namespace that shall sleep now, and why."""

    namespace: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """How often a namespace's nights failed, when the next may be, and at how many new turns there is no point."""

    failures: int = 0
    until: datetime | None = None
    refused_at: int | None = None

    def holds(self, at: datetime, new: int) -> bool:
        """Tell whether a night would be in vain."""
        return new == self.refused_at or (self.until is not None and at < self.until)


@dataclass(slots=True, kw_only=True)
class Watch:
    """Decides when memory sleeps. `since` is when the watch began: silence counts from there."""

    since: datetime
    idle: timedelta = timedelta(minutes=10)
    _spoken: datetime = field(init=False)
    _talks: Counter[tuple[str, str]] = field(default_factory=Counter)
    _through: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _heard: dict[str, datetime] = field(default_factory=dict)
    _loaded: Mapping[str, Loaded] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _left: dict[str, str] = field(default_factory=dict)
    _setbacks: dict[str, Setback] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._spoken = self.since

    # ------------------------------------------------------------ what it is told

    def spoke(self, namespace: str, model: str, at: datetime) -> None:
        """Take note that a request came; `ended` must follow, however the reply ends."""
        self._talks[namespace, normalise_model_name(model)] += 1
        self._through[normalise_model_name(model)].add(namespace)
        self._left.pop(namespace, None)
        self._note(model, at)

    def ended(self, namespace: str, model: str, at: datetime) -> None:
        """Take note that the reply to a request is over."""
        talk = namespace, normalise_model_name(model)
        self._talks[talk] -= 1
        if self._talks[talk] <= 0:
            del self._talks[talk]
        self._note(model, at)

    def unloaded(self, model: str, at: datetime) -> None:
        """Take note that a model was unloaded: a request asked for it, or a reply said so."""
        self._heard[normalise_model_name(model)] = at
        for namespace in self._through.pop(normalise_model_name(model), ()):
            self._left[namespace] = f"{shown(normalise_model_name(model))} was unloaded"

    def loaded(self, models: Iterable[Loaded] | None, at: datetime) -> None:
        """
        Take note of what the upstream lists as loaded; `None` if it cannot tell. `at` is when it was asked.

        A model that was never listed (it runs somewhere else) is not unloaded by not being listed. While a request is
        under way the list is behind the times, so nothing is concluded about its model.
        """
        self._loaded = {normalise_model_name(model.name): model for model in models or ()}
        self._seen |= self._loaded.keys()
        if models is not None:
            for model in [m for m in self._through if self._gone(m, at)]:
                self.unloaded(model, at)

    def began(self, namespace: str) -> None:
        """Take note that a night of this namespace begins: what it waited for has come."""
        self._left.pop(namespace, None)
        for namespaces in self._through.values():
            namespaces.discard(namespace)

    def slept(self, namespace: str, state: str, at: datetime, new: int = 0) -> None:
        """Take note of how a night ended (see `nights.Outcome`), and how many turns are new now."""
        if state in ("busy", "failed"):
            failures = self._setbacks.get(namespace, Setback()).failures + 1
            until = at + min(2 ** (failures - 1), LONGEST) * MINUTE
            self._setbacks[namespace] = Setback(failures=failures, until=until)
            self._left.setdefault(namespace, "the last night did not come to its end")
        elif state == "refused":
            self._setbacks[namespace] = Setback(refused_at=new)
        elif state != "interrupted":
            self._setbacks.pop(namespace, None)

    # ------------------------------------------------------------ what it says

    @property
    def speaking(self) -> bool:
        """Whether somebody is: a request came and its reply has not ended."""
        return bool(self._talks)

    def silence(self, at: datetime) -> timedelta:
        """Return for how long nobody has spoken; nothing while somebody does."""
        return timedelta() if self.speaking else max(at - self._spoken, timedelta())

    def due(self, at: datetime, restless: Mapping[str, int]) -> tuple[Due, ...]:
        """Return who sleeps now; `restless` says how many new turns each namespace has. Asking changes nothing."""
        if self.speaking:
            return ()
        why = dict.fromkeys(restless, f"nobody spoke for {spell(self.idle)}") if self.silence(at) >= self.idle else {}
        reasons = why | self._left
        return tuple(Due(namespace=name, reason=reasons[name]) for name in self._free(at, restless) if name in reasons)

    def next(self, at: datetime, restless: Mapping[str, int]) -> str:
        """Say in words what the next night waits for."""
        waiting = sorted(name for name, new in restless.items() if new)
        free = self._free(at, restless)
        if not waiting:
            return "nothing new to sleep on"
        if self.speaking:
            return "not while somebody speaks"
        if not free:
            return self._held_up(at, waiting)
        if self.due(at, restless):
            return "now"
        quiet = f"asleep in {spell(self.idle - self.silence(at))} if nobody speaks"
        return ", or ".join([quiet, *self._unloads(at, free)])

    # ------------------------------------------------------------ inside

    def _note(self, model: str, at: datetime) -> None:
        self._spoken = max(self._spoken, at)
        self._heard[normalise_model_name(model)] = at

    def _gone(self, model: str, at: datetime) -> bool:
        if any(talk[1] == model for talk in self._talks) or self._heard.get(model, self.since) > at:
            return False
        if model not in self._loaded:
            return model in self._seen
        expires = self._loaded[model].expires_at
        return expires is not None and expires <= at

    def _free(self, at: datetime, restless: Mapping[str, int]) -> list[str]:
        """Return the namespaces with new turns that nothing holds up."""
        calm = Setback()
        return sorted(n for n, new in restless.items() if new and not self._setbacks.get(n, calm).holds(at, new))

    def _held_up(self, at: datetime, waiting: Iterable[str]) -> str:
        times = [until for name in waiting if (until := self._setbacks[name].until) is not None]
        if not times:
            return "not before something new is said: the last night was refused"
        return f"again in {spell(min(times) - at)}: the last night did not come to its end"

    def _unloads(self, at: datetime, namespaces: Iterable[str]) -> list[str]:
        concerned = set(namespaces)
        models = sorted(m for m, names in self._through.items() if names & concerned and m in self._loaded)
        return [f"when {shown(model)} is unloaded{self._expiry(model, at)}" for model in models]

    def _expiry(self, model: str, at: datetime) -> str:
        expires = self._loaded[model].expires_at
        if expires is None or not at < expires < at + FOR_GOOD:
            return ""
        return f" (expires {expires.astimezone(at.tzinfo):%H:%M})"


def shown(model: str) -> str:
    """Return a model's name as people say it."""
    return model.removesuffix(":latest")


def spell(span: timedelta) -> str:
    """Say a time span in seconds or minutes, rounded up."""
    seconds = ceil(span.total_seconds())
    return f"{seconds} s" if seconds < 60 else f"{ceil(seconds / 60)} min"  # noqa: PLR2004 -- seconds in a minute
