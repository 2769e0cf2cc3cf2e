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
from typing import TYPE_CHECKING

from ltml.providers.model_names import normalize_model_name, shorten_model_name

if TYPE_CHECKING:
    from ltml.providers.facts import LoadedModel

MINUTE = timedelta(minutes=1)
#: A night that fails again and again is tried about once an hour.
LONGEST = 64
#: A model kept for longer than this is kept for good, as far as anybody cares.
FOR_GOOD = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNight:
    """A namespace that shall sleep now, and why."""

    namespace: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NightBackoff:
    """How often a namespace's nights failed, when the next may be, and at how many new turns there is no point."""

    failures: int = 0
    until: datetime | None = None
    refused_at: int | None = None

    def is_blocking(self, at: datetime, new: int) -> bool:
        """Tell whether a night would be in vain."""
        return new == self.refused_at or (self.until is not None and at < self.until)


@dataclass(slots=True, kw_only=True)
class SleepPolicy:
    """Decides when memory sleeps. `since` is when the watch began: silence counts from there."""

    since: datetime
    idle: timedelta = timedelta(minutes=10)
    _spoken: datetime = field(init=False)
    _talks: Counter[tuple[str, str]] = field(default_factory=Counter)
    _through: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _heard: dict[str, datetime] = field(default_factory=dict)
    _loaded: Mapping[str, LoadedModel] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _left: dict[str, str] = field(default_factory=dict)
    _setbacks: dict[str, NightBackoff] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._spoken = self.since

    # ------------------------------------------------------------ what it is told

    def conversation_started(self, namespace: str, model: str, at: datetime) -> None:
        """Take note that a request came; `ended` must follow, however the reply ends."""
        self._talks[namespace, normalize_model_name(model)] += 1
        self._through[normalize_model_name(model)].add(namespace)
        self._left.pop(namespace, None)
        self._note(model, at)

    def conversation_finished(self, namespace: str, model: str, at: datetime) -> None:
        """Take note that the reply to a request is over."""
        talk = namespace, normalize_model_name(model)
        self._talks[talk] -= 1
        if self._talks[talk] <= 0:
            del self._talks[talk]
        self._note(model, at)

    def model_unloaded(self, model: str, at: datetime) -> None:
        """Take note that a model was unloaded: a request asked for it, or a reply said so."""
        self._heard[normalize_model_name(model)] = at
        for namespace in self._through.pop(normalize_model_name(model), ()):
            self._left[namespace] = f"{shorten_model_name(normalize_model_name(model))} was unloaded"

    def update_loaded_models(self, models: Iterable[LoadedModel] | None, at: datetime) -> None:
        """
        Take note of what the upstream lists as loaded; `None` if it cannot tell. `at` is when it was asked.

        A model that was never listed (it runs somewhere else) is not unloaded by not being listed. While a request is
        under way the list is behind the times, so nothing is concluded about its model.
        """
        self._loaded = {normalize_model_name(model.model): model for model in models or ()}
        self._seen |= self._loaded.keys()
        if models is not None:
            for model in [m for m in self._through if self._gone(m, at)]:
                self.model_unloaded(model, at)

    def night_started(self, namespace: str) -> None:
        """Take note that a night of this namespace begins: what it waited for has come."""
        self._left.pop(namespace, None)
        for namespaces in self._through.values():
            namespaces.discard(namespace)

    def night_finished(self, namespace: str, state: str, at: datetime, new: int = 0) -> None:
        """Take note of how a night ended (see `nights.Outcome`), and how many turns are new now."""
        if state in ("busy", "failed"):
            failures = self._setbacks.get(namespace, NightBackoff()).failures + 1
            until = at + min(2 ** (failures - 1), LONGEST) * MINUTE
            self._setbacks[namespace] = NightBackoff(failures=failures, until=until)
            self._left.setdefault(namespace, "the last night did not come to its end")
        elif state == "refused":
            self._setbacks[namespace] = NightBackoff(refused_at=new)
        elif state != "interrupted":
            self._setbacks.pop(namespace, None)

    # ------------------------------------------------------------ what it says

    @property
    def is_conversation_active(self) -> bool:
        """Whether somebody is: a request came and its reply has not ended."""
        return bool(self._talks)

    def silence_duration(self, at: datetime) -> timedelta:
        """Return for how long nobody has spoken; nothing while somebody does."""
        return timedelta() if self.is_conversation_active else max(at - self._spoken, timedelta())

    def find_due_nights(self, at: datetime, restless: Mapping[str, int]) -> tuple[DueNight, ...]:
        """Return who sleeps now; `restless` says how many new turns each namespace has. Asking changes nothing."""
        if self.is_conversation_active:
            return ()
        why = (
            dict.fromkeys(restless, f"nobody spoke for {format_duration(self.idle)}")
            if self.silence_duration(at) >= self.idle
            else {}
        )
        reasons = why | self._left
        return tuple(
            DueNight(namespace=name, reason=reasons[name]) for name in self._free(at, restless) if name in reasons
        )

    def describe_next_night(self, at: datetime, restless: Mapping[str, int]) -> str:
        """Say in words what the next night waits for."""
        waiting = sorted(name for name, new in restless.items() if new)
        free = self._free(at, restless)
        if not waiting:
            return "nothing new to sleep on"
        if self.is_conversation_active:
            return "not while somebody speaks"
        if not free:
            return self._held_up(at, waiting)
        if self.find_due_nights(at, restless):
            return "now"
        quiet = f"asleep in {format_duration(self.idle - self.silence_duration(at))} if nobody speaks"
        return ", or ".join([quiet, *self._unloads(at, free)])

    # ------------------------------------------------------------ inside

    def _note(self, model: str, at: datetime) -> None:
        self._spoken = max(self._spoken, at)
        self._heard[normalize_model_name(model)] = at

    def _gone(self, model: str, at: datetime) -> bool:
        if any(talk[1] == model for talk in self._talks) or self._heard.get(model, self.since) > at:
            return False
        if model not in self._loaded:
            return model in self._seen
        expires = self._loaded[model].expires_at
        return expires is not None and expires <= at

    def _free(self, at: datetime, restless: Mapping[str, int]) -> list[str]:
        """Return the namespaces with new turns that nothing holds up."""
        calm = NightBackoff()
        return sorted(n for n, new in restless.items() if new and not self._setbacks.get(n, calm).is_blocking(at, new))

    def _held_up(self, at: datetime, waiting: Iterable[str]) -> str:
        times = [until for name in waiting if (until := self._setbacks[name].until) is not None]
        if not times:
            return "not before something new is said: the last night was refused"
        return f"again in {format_duration(min(times) - at)}: the last night did not come to its end"

    def _unloads(self, at: datetime, namespaces: Iterable[str]) -> list[str]:
        concerned = set(namespaces)
        models = sorted(m for m, names in self._through.items() if names & concerned and m in self._loaded)
        return [f"when {shorten_model_name(model)} is unloaded{self._expiry(model, at)}" for model in models]

    def _expiry(self, model: str, at: datetime) -> str:
        expires = self._loaded[model].expires_at
        if expires is None or not at < expires < at + FOR_GOOD:
            return ""
        return f" (expires {expires.astimezone(at.tzinfo):%H:%M})"


def format_duration(span: timedelta) -> str:
    """Say a time span in seconds or minutes, rounded up."""
    seconds = ceil(span.total_seconds())
    return f"{seconds} s" if seconds < 60 else f"{ceil(seconds / 60)} min"  # noqa: PLR2004 -- seconds in a minute
