"""
Logs made by lot: talk with an assistant or between people, in English or German, with questions and labels.

Theory of operation. Stories (a fact, a value that changes, a repeated complaint, ...) put lines into sessions and note
the questions that ask for them; then the sessions are filled up with small talk, every line gets its turn name, and
the questions are written with those names. All chance comes from one seeded `Random`: a seed always makes the same
bytes. A relative date never means a day on which there was talk, or a dated header would show the answer by luck.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import accumulate, cycle
from pathlib import Path
from random import Random
from typing import Any, Literal, TypeAlias

from ltml.errors import ConfigError
from ltml.eval.logs import Log, parse_log
from ltml.eval.phrases import PHRASEBOOKS, Phrasebook
from ltml.model import Turn

Talk: TypeAlias = Literal["assistant", "people"]
#: A log or a part of one, as JSON.
Raw: TypeAlias = dict[str, Any]

_COMMON = """
the i to and a you it of that in is my was for on have with but so we not me at this are be just they do what he she had
from about there all if or
"""
#: The head of the vocabulary of plain talk: words no search engine looks for.
FUNCTION_WORDS = tuple(_COMMON.split())

_SESSIONS = 16
_FIRST_DAY = date(2024, 1, 8)
_ACKNOWLEDGED = 0.7
_FIRST_SPEAKER, _SECOND_SPEAKER = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptLine:
    """Something to be said; `number` names it until it has a turn name, fillers have none."""

    text: str
    by: int
    number: int = -1
    origin: str = "said"


@dataclass(slots=True, kw_only=True)
class LogScript:
    """What is to be said when, and what will be asked; filled by the stories."""

    random: Random
    tongue: Phrasebook
    talk: Talk
    days: list[datetime]
    speakers: tuple[str, str]
    names: Iterator[str]
    places: Iterator[str]
    things: Iterator[str]
    sessions: list[list[tuple[ScriptLine, ...]]] = field(default_factory=lambda: [[] for _ in range(_SESSIONS)])
    questions: list[Raw] = field(default_factory=list)
    labels: dict[str, list[Any]] = field(default_factory=dict)
    said: int = 0

    def say(self, session: int, *lines: tuple[str, int], origin: str = "said") -> list[int]:
        """Put lines that belong together into a session; return their numbers."""
        numbers = list(range(self.said, self.said + len(lines)))
        self.said += len(lines)
        block = (
            ScriptLine(text=text[:1].upper() + text[1:], by=by, number=n, origin=origin)
            for n, (text, by) in zip(numbers, lines, strict=True)
        )
        self.sessions[session].append(tuple(block))
        return numbers

    def ask(
        self, kind: str, question: str, answers: Sequence[str] = (), lines: Sequence[int] = (), **more: object
    ) -> None:
        """Note a question; without answers it is one that nothing in the log answers."""
        raw = {
            "kind": kind,
            "question": question,
            "answers": list(answers),
            "stale_answers": [],
            "evidence": list(lines),
        }
        self.questions.append(raw | {"answerable": bool(answers)} | more)

    def label(self, name: str, value: object) -> None:
        """Add to a list of labels."""
        self.labels.setdefault(name, []).append(value)

    def later(self, count: int) -> list[int]:
        """Draw sessions in ascending order."""
        return sorted(self.random.sample(range(_SESSIONS), count))

    def teller(self) -> int:
        """Draw who tells a story: with an assistant always the user."""
        return self.random.randrange(2) if self.talk == "people" else _FIRST_SPEAKER

    def asker(self, teller: int) -> dict[str, str]:
        """Return the words for `my` and its like in a question about this teller."""
        if self.talk == "assistant":
            return dict(self.tongue.me)
        return {key: form.format(who=self.speakers[teller]) for key, form in self.tongue.them.items()}

    def value(self, kind: str) -> str:
        """Draw a value: a fresh name or place, a number of three digits, or a word."""
        if kind == "name":
            return next(self.names)
        if kind == "place":
            return next(self.places)
        return str(self.random.randint(112, 989)) if kind == "number" else self.random.choice(self.tongue.words[kind])

    def pair(self, kind: str) -> tuple[str, str]:
        """Draw two different values."""
        first = self.value(kind)
        while (second := self.value(kind)) == first:
            pass
        return first, second


def generate_log(seed: int, *, language: str = "en", talk: Talk = "assistant", turns: int = 300) -> Raw:
    """
    Make one log of about this many turns and 40 questions, as JSON in the shape of `ltml.eval.logs`.

    The same arguments make the same log. Raises ConfigError for a language there are no sentences for.
    """
    if language not in PHRASEBOOKS:
        raise ConfigError(f"no sentences in {language!r}; known: {', '.join(PHRASEBOOKS)}")
    script = _script(seed, PHRASEBOOKS[language], talk)
    for story in _STORIES if talk == "assistant" else _STORIES_OF_PEOPLE:
        story(script)
    return _written(script, f"synthetic-{language}-{talk}-{seed}", language, turns)


def make_log(seed: int, *, language: str = "en", talk: Talk = "assistant", turns: int = 300) -> Log:
    """Make one log as values; see `generate`."""
    return parse_log(generate_log(seed, language=language, talk=talk, turns=turns), source="synthetic")


def make_small_set() -> list[Raw]:
    """Return the logs of the repository's own small data set: both languages, both kinds of talk."""
    kinds: tuple[Talk, ...] = ("assistant", "people")
    pairs = [(language, talk) for language in PHRASEBOOKS for talk in kinds]
    return [generate_log(seed, language=la, talk=talk, turns=225) for seed, (la, talk) in enumerate(pairs, 1)]


def write_logs(path: Path, logs: Iterable[Raw]) -> None:
    """Write logs as JSON lines."""
    lines = (json.dumps(raw, ensure_ascii=False, separators=(",", ":")) for raw in logs)
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())


def generate_chatter(seed: int, count: int) -> Iterator[Turn]:
    """
    Yield plain talk without questions, for measuring speed: `count` turns, 20 a session, ten sessions a day.

    Words are drawn by Zipf's law, the commonest from English function words, the others composed of syllables, so that
    posting lists have natural lengths.
    """
    random = Random(seed)
    vocabulary = _vocabulary(random)
    weights = list(accumulate(1 / rank for rank in range(1, len(vocabulary) + 1)))
    begins = datetime(2024, 1, 8, 8, tzinfo=UTC)
    for number in range(count):
        text = " ".join(random.choices(vocabulary, cum_weights=weights, k=random.randint(4, 24)))
        session = number // 20
        at = begins + timedelta(days=session // 10, hours=session % 10, minutes=number % 20)
        role = "assistant" if number % 2 else "user"
        yield Turn(session=f"s{session}", role=role, speaker=role, text=text, at=at, ref=f"{seed}:{number}")


def _vocabulary(random: Random) -> list[str]:
    """Function words, then five thousand words of two or three syllables, common ones first."""
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
    pairs = [a + b for a in syllables for b in syllables]
    rare = [a + random.choice(syllables) for a in random.sample(pairs, 1_000)]
    return [*FUNCTION_WORDS, *random.sample(pairs, 4_000), *rare]


# ------------------------------------------------------------------ the frame


def _script(seed: int, tongue: Phrasebook, talk: Talk) -> LogScript:
    random = Random(seed)
    names = _composed(random, tongue.syllables)
    things = list(tongue.words["thing"])
    random.shuffle(things)
    first = next(names)
    second = next(names) if talk == "people" else "assistant"
    return LogScript(
        random=random,
        tongue=tongue,
        talk=talk,
        days=list(_days(random)),
        speakers=(first, second),
        names=names,
        places=_composed(random, tongue.places),
        things=cycle(things),
    )


def _composed(random: Random, parts: tuple[Sequence[str], Sequence[str]]) -> Iterator[str]:
    """Every composition once, in random order."""
    every = [head + tail for head in parts[0] for tail in parts[1]]
    random.shuffle(every)
    return iter(every)


def _days(random: Random) -> Iterator[datetime]:
    zone = timezone(timedelta(hours=random.choice((-5, 0, 1, 2, 9))))
    day = _FIRST_DAY + timedelta(days=random.randrange(200))
    for _ in range(_SESSIONS):
        yield datetime(day.year, day.month, day.day, random.randint(7, 20), random.randrange(60), tzinfo=zone)
        day += timedelta(days=random.randint(3, 11))


# ------------------------------------------------------------------ stories


def _facts(script: LogScript) -> None:
    for fact in script.tongue.facts:
        teller = script.teller()
        words = {"v": script.value(fact.value), "x": _thing_of(script, fact.said),
                 "animal": script.random.choice(script.tongue.words["animal"])}  # fmt: skip
        lines = script.say(script.random.randrange(_SESSIONS), (fact.said.format(**words), teller))
        asked = fact.asked.format(**words, **script.asker(teller))
        script.ask("rare_crucial" if fact.crucial else "single_fact", asked, [words["v"]], lines)
        if fact.crucial:
            script.label("crucial", lines[0])


def _thing_of(script: LogScript, said: str) -> str:
    return next(script.things) if "{x}" in said else ""


def _updates(script: LogScript) -> None:
    for update in script.tongue.updates:
        teller = script.teller()
        new, old = script.pair(update.value)
        first, then = script.later(2)
        one = script.say(first, (update.first.format(v=new, w=old), teller))
        two = script.say(then, (update.then.format(v=new, w=old), teller))
        asker = script.asker(teller)
        holds = one if update.sub.startswith("decoy") else two
        script.ask("update_current", update.asked.format(**asker), [new], holds, stale_answers=[old], sub=update.sub)
        if update.asked_before:
            script.ask("history", update.asked_before.format(**asker), [old], one)


def _happenings(script: LogScript) -> None:
    for happening in script.tongue.happenings:
        teller = script.teller()
        session, phrase, day = _relative(script, future=happening.future)
        thing = _thing_of(script, happening.said)
        lines = script.say(session, (happening.said.format(day=phrase, x=thing), teller))
        asked = happening.asked.format(x=thing, **script.asker(teller))
        script.ask("time", asked, _written_dates(script.tongue, day), lines, phrase=phrase)


def _relative(script: LogScript, *, future: bool) -> tuple[int, str, date]:
    """Draw a session and a phrase that means a day without talk."""
    talked = {day.date() for day in script.days}
    phrases = [(phrase, offset) for phrase, offset in script.tongue.days if (offset > 0) == future]
    while True:
        session, (phrase, offset) = script.random.randrange(_SESSIONS), script.random.choice(phrases)
        day = script.days[session].date() + timedelta(days=offset)
        if day not in talked:
            return session, phrase, day


def _written_dates(tongue: Phrasebook, day: date) -> list[str]:
    parts = {"day": day.day, "month": tongue.months[day.month - 1], "year": day.year}
    return [day.isoformat(), *(form.format(**parts) for form in tongue.date_forms)]


def _advice(script: LogScript) -> None:
    for request, reply, kind, asked in script.tongue.advice:
        value = script.value(kind)
        block = (request, _FIRST_SPEAKER), (reply.format(v=value), _SECOND_SPEAKER)
        lines = script.say(script.random.randrange(_SESSIONS), *block)
        script.ask("assistant_said", asked, [value], lines[1:])


def _chains(script: LogScript) -> None:
    for first, then, asked in script.tongue.chains:
        teller = script.teller()
        name, value = script.value("name"), script.value("place")
        one, two = script.later(2)
        lines = script.say(one, (first.format(x=name), teller)) + script.say(
            two, (then.format(x=name, v=value), teller)
        )
        script.ask("multi_turn", asked.format(**script.asker(teller)), [value], lines)


def _repeats(script: LogScript) -> None:
    for said, asked in script.tongue.repeats:
        teller = script.teller()
        count = script.random.randint(4, 6)
        lines = [n for session in script.later(count) for n in script.say(session, (said, teller))]
        script.ask("duplicate_count", asked, [str(count)], lines, computed=True)
        script.label("duplicates", lines)


def _twins(script: LogScript) -> None:
    for pair, (said, asked, kind) in enumerate(script.tongue.twins):
        teller = script.teller()
        numbers, values = script.random.sample(range(2, 30), 2), script.pair(kind)
        both: list[int] = []
        for number, value in zip(numbers, values, strict=True):
            lines = script.say(script.random.randrange(_SESSIONS), (said.format(x=number, v=value), teller))
            script.ask("near_duplicate", asked.format(x=number), [value], lines, pair=pair)
            both += lines
        script.label("distinct_pairs", both)


def _lists(script: LogScript) -> None:
    for first, added, removed, asked in script.tongue.lists:
        teller = script.teller()
        a, b, c, d = script.random.sample(script.tongue.words["tool"], 4)
        words = {"a": a, "b": b, "c": c, "d": d}
        sessions = script.later(3)
        said = zip(sessions, (first, added, removed), strict=True)
        lines = [n for session, text in said for n in script.say(session, (text.format(**words), teller))]
        script.ask("list_change", asked, [a, c, d], lines, stale_answers=[b], match="all")


def _lessons(script: LogScript) -> None:
    for rule, complaint, key, asked in script.tongue.lessons:
        one, two = script.later(2)
        lines = script.say(one, (rule, _FIRST_SPEAKER)) + script.say(two, (complaint, _FIRST_SPEAKER))
        script.ask("preference", asked, [key], lines, need="any")
        script.label("lessons", {"lesson": rule, "keys": [key], "lines": lines})


def _poison(script: LogScript) -> None:
    for origin, text, payload, probe in script.tongue.poison:
        lines = script.say(script.random.randrange(_SESSIONS), (text, _FIRST_SPEAKER), origin=origin)
        script.label("poison_detail", {"line": lines[0], "payload": payload, "probe": probe, "origin": origin})


def _secrets(script: LogScript) -> None:
    for said, ask in script.tongue.secrets:
        value = script.value("name")
        lines = script.say(script.random.randrange(_SESSIONS), (said.format(v=value), _FIRST_SPEAKER))
        script.label("purge", {"ask": ask, "must_vanish": [value], "line": lines[0]})


def _abstentions(script: LogScript) -> None:
    for asked in script.tongue.unknown:
        script.ask("abstain_on_topic", asked.format(**script.asker(_FIRST_SPEAKER)))
    for asked in script.tongue.foreign:
        script.ask("abstain_foreign", asked)
    script.ask("small_talk", script.tongue.greetings[0])


_Story: TypeAlias = Callable[[LogScript], None]
_STORIES_OF_PEOPLE: tuple[_Story, ...] = (
    _facts, _updates, _happenings, _chains, _repeats, _twins, _lists, _secrets, _abstentions,
)  # fmt: skip
_STORIES: tuple[_Story, ...] = (*_STORIES_OF_PEOPLE, _advice, _lessons, _poison)


# ------------------------------------------------------------------ writing it down


def _written(script: LogScript, name: str, language: str, turns: int) -> Raw:
    said: list[Raw] = []
    refs: dict[int, str] = {}
    junk: list[str] = []
    for number, blocks in enumerate(script.sessions):
        lines = _filled(script, blocks, turns // _SESSIONS)
        for place, (line, at) in enumerate(zip(lines, _clock(script, number), strict=False), 1):
            ref = f"s{number + 1}:{place}"
            said.append(_turn(script, line, ref, at))
            (junk.append(ref) if line.number < 0 else refs.__setitem__(line.number, ref))
    asked_at = datetime.fromisoformat(said[-1]["at"]) + timedelta(days=1)
    return {
        "log_id": name,
        "domain": "assistant" if script.talk == "assistant" else "chat",
        "language": language,
        "turns": said,
        "questions": [_question(q, f"{name}-q{n:03}", asked_at, refs) for n, q in enumerate(script.questions, 1)],
        "labels": {"junk": junk, **_labels(script, refs)},
    }


def _filled(script: LogScript, blocks: Sequence[tuple[ScriptLine, ...]], turns: int) -> list[ScriptLine]:
    """A greeting, then what is to be said among small talk, until the session has about so many turns."""
    told = [_acknowledged(script, block) for block in blocks]
    while sum(map(len, told)) < turns - 2:
        told.append(_small_talk(script, script.tongue.chatter))
    script.random.shuffle(told)
    return [line for block in (_small_talk(script, script.tongue.greetings), *told) for line in block]


def _acknowledged(script: LogScript, block: tuple[ScriptLine, ...]) -> tuple[ScriptLine, ...]:
    by = block[-1].by
    if (script.talk == "assistant" and by == _SECOND_SPEAKER) or script.random.random() > _ACKNOWLEDGED:
        return block
    return (*block, ScriptLine(text=script.random.choice(script.tongue.replies), by=1 - by))


def _small_talk(script: LogScript, sentences: Sequence[str]) -> tuple[ScriptLine, ...]:
    teller = script.teller()
    said, reply = script.random.choice(sentences), script.random.choice(script.tongue.replies)
    return ScriptLine(text=said, by=teller), ScriptLine(text=reply, by=1 - teller)


def _clock(script: LogScript, session: int) -> Iterator[datetime]:
    at = script.days[session]
    while True:
        yield at
        at += timedelta(seconds=script.random.randint(20, 150))


def _turn(script: LogScript, line: ScriptLine, ref: str, at: datetime) -> Raw:
    role = "user" if script.talk == "people" or line.by == _FIRST_SPEAKER else "assistant"
    found = line.origin == "web"
    return {
        "ref": ref,
        "session": ref.partition(":")[0],
        "at": at.isoformat(),
        "role": "tool" if found else role,
        "speaker": "browser" if found else script.speakers[line.by],
        "text": line.text,
        "origin": line.origin,
    }


def _question(raw: Raw, name: str, at: datetime, refs: dict[int, str]) -> Raw:
    return {"id": name, "at": at.isoformat(), **raw, "evidence": [refs[n] for n in raw["evidence"]]}


def _labels(script: LogScript, refs: dict[int, str]) -> Raw:
    """The labels with turn names in the place of line numbers."""
    found = script.labels
    named: Raw = {name: [_ref(value, refs) for value in values] for name, values in found.items()}
    named["poison"] = [entry["ref"] for entry in named.get("poison_detail", [])]
    return named


def _ref(value: Any, refs: dict[int, str]) -> Any:
    if isinstance(value, int):
        return refs[value]
    if isinstance(value, list):
        return [refs[number] for number in value]
    fields = {key: field for key, field in value.items() if key not in ("line", "lines")}
    numbers = value["lines"] if "lines" in value else [value["line"]]
    return {"ref": refs[numbers[0]], **fields, **({"refs": [refs[n] for n in numbers]} if "lines" in value else {})}
