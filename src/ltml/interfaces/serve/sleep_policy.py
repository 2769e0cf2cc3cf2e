"""
Decides which namespaces sleep now, and why, from the conversations and models it is told of.

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
    from ltml.providers.model_catalog import RunningModel

MINUTE = timedelta(minutes=1)
#: Maximum minutes between two tries of a night that keeps failing.
LONGEST = 64
#: An expiry further away than this is not worth showing.
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
    """Decides when memory sleeps. Silence counts from `since` until somebody has spoken."""

    since: datetime
    idle: timedelta = timedelta(minutes=10)
    _last_spoken: datetime = field(init=False)
    _open: Counter[tuple[str, str]] = field(default_factory=Counter)
    _namespaces_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _last_used: dict[str, datetime] = field(default_factory=dict)
    _loaded: Mapping[str, RunningModel] = field(default_factory=dict)
    _listed_before: set[str] = field(default_factory=set)
    _reasons: dict[str, str] = field(default_factory=dict)
    _backoffs: dict[str, NightBackoff] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._last_spoken = self.since

    # ------------------------------------------------------------ what it is told

    def conversation_started(self, namespace: str, model: str, at: datetime) -> None:
        """Take note that a request came; `ended` must follow, however the reply ends."""
        self._open[namespace, normalize_model_name(model)] += 1
        self._namespaces_of[normalize_model_name(model)].add(namespace)
        self._reasons.pop(namespace, None)
        self._note_use(model, at)

    def conversation_finished(self, namespace: str, model: str, at: datetime) -> None:
        """Take note that the reply to a request is over."""
        talk = namespace, normalize_model_name(model)
        self._open[talk] -= 1
        if self._open[talk] <= 0:
            del self._open[talk]
        self._note_use(model, at)

    def model_unloaded(self, model: str, at: datetime) -> None:
        """Take note that a model was unloaded: a request asked for it, or a reply said so."""
        self._last_used[normalize_model_name(model)] = at
        for namespace in self._namespaces_of.pop(normalize_model_name(model), ()):
            self._reasons[namespace] = f"{shorten_model_name(normalize_model_name(model))} was unloaded"

    def update_loaded_models(self, models: Iterable[RunningModel] | None, at: datetime) -> None:
        """
        Take note of what the upstream lists as loaded; `None` if it cannot tell. `at` is when it was asked.

        A model that was never listed (it runs somewhere else) is not unloaded by not being listed. While a request is
        under way the list is behind the times, so nothing is concluded about its model.
        """
        self._loaded = {normalize_model_name(model.model): model for model in models or ()}
        self._listed_before |= self._loaded.keys()
        if models is not None:
            for model in [m for m in self._namespaces_of if self._is_unloaded(m, at)]:
                self.model_unloaded(model, at)

    def night_started(self, namespace: str) -> None:
        """Take note that a night of this namespace begins: what it waited for has come."""
        self._reasons.pop(namespace, None)
        for namespaces in self._namespaces_of.values():
            namespaces.discard(namespace)

    def night_finished(self, namespace: str, state: str, at: datetime, new: int = 0) -> None:
        """Take note of how a night ended (see `NightOutcome`), and how many turns are new now."""
        if state in ("busy", "failed"):
            failures = self._backoffs.get(namespace, NightBackoff()).failures + 1
            until = at + min(2 ** (failures - 1), LONGEST) * MINUTE
            self._backoffs[namespace] = NightBackoff(failures=failures, until=until)
            self._reasons.setdefault(namespace, "the last night did not come to its end")
        elif state == "refused":
            self._backoffs[namespace] = NightBackoff(refused_at=new)
        elif state != "interrupted":
            self._backoffs.pop(namespace, None)

    # ------------------------------------------------------------ what it says

    @property
    def is_conversation_active(self) -> bool:
        """Whether somebody is: a request came and its reply has not ended."""
        return bool(self._open)

    def silence_duration(self, at: datetime) -> timedelta:
        """Return for how long nobody has spoken; nothing while somebody does."""
        return timedelta() if self.is_conversation_active else max(at - self._last_spoken, timedelta())

    def find_due_nights(self, at: datetime, new_turns: Mapping[str, int]) -> tuple[DueNight, ...]:
        """Return who sleeps now; `new_turns` says how many new turns each namespace has. Asking changes nothing."""
        if self.is_conversation_active:
            return ()
        why = (
            dict.fromkeys(new_turns, f"nobody spoke for {format_duration(self.idle)}")
            if self.silence_duration(at) >= self.idle
            else {}
        )
        reasons = why | self._reasons
        return tuple(
            DueNight(namespace=name, reason=reasons[name])
            for name in self._find_unblocked(at, new_turns)
            if name in reasons
        )

    def describe_next_night(self, at: datetime, new_turns: Mapping[str, int]) -> str:
        """Say in words what the next night waits for."""
        waiting = sorted(name for name, new in new_turns.items() if new)
        free = self._find_unblocked(at, new_turns)
        if not waiting:
            return "nothing new to sleep on"
        if self.is_conversation_active:
            return "not while somebody speaks"
        if not free:
            times = [until for name in waiting if (until := self._backoffs[name].until) is not None]
            if not times:
                return "not before something new is said: the last night was refused"
            return f"again in {format_duration(min(times) - at)}: the last night did not come to its end"
        if self.find_due_nights(at, new_turns):
            return "now"
        quiet = f"asleep in {format_duration(self.idle - self.silence_duration(at))} if nobody speaks"
        models = sorted(m for m, names in self._namespaces_of.items() if names & {*free} and m in self._loaded)
        unloads = [f"when {shorten_model_name(m)} is unloaded{self._describe_expiry(m, at)}" for m in models]
        return ", or ".join([quiet, *unloads])

    # ------------------------------------------------------------ inside

    def _note_use(self, model: str, at: datetime) -> None:
        self._last_spoken = max(self._last_spoken, at)
        self._last_used[normalize_model_name(model)] = at

    def _is_unloaded(self, model: str, at: datetime) -> bool:
        if any(talk[1] == model for talk in self._open) or self._last_used.get(model, self.since) > at:
            return False
        if model not in self._loaded:
            return model in self._listed_before
        expires = self._loaded[model].expires_at
        return expires is not None and expires <= at

    def _find_unblocked(self, at: datetime, new_turns: Mapping[str, int]) -> list[str]:
        """Return the namespaces with new turns that nothing holds up."""
        calm = NightBackoff()
        return sorted(n for n, new in new_turns.items() if new and not self._backoffs.get(n, calm).is_blocking(at, new))

    def _describe_expiry(self, model: str, at: datetime) -> str:
        expires = self._loaded[model].expires_at
        if expires is None or not at < expires < at + FOR_GOOD:
            return ""
        return f" (expires {expires.astimezone(at.tzinfo):%H:%M})"


def format_duration(span: timedelta) -> str:
    """Say a time span in seconds or minutes, rounded up."""
    seconds = ceil(span.total_seconds())
    return f"{seconds} s" if seconds < 60 else f"{ceil(seconds / 60)} min"  # noqa: PLR2004 -- seconds in a minute
