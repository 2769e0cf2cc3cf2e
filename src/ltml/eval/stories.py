"""
The stories of the synthetic logs: each puts lines into sessions, and notes the questions and labels for them.

All random choices come from the script's generator, in the order of the stories: their order is part of the data set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal, TypeAlias

from ltml.eval.phrases import Phrasebook

Talk: TypeAlias = Literal["assistant", "people"]
#: A log or a part of one, as JSON.
Raw: TypeAlias = dict[str, Any]

#: Number of sessions in a log.
SESSIONS = 16
FIRST_SPEAKER, SECOND_SPEAKER = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptLine:
    """A line to be said; `number` identifies it until it has a turn name; small talk has -1."""

    text: str
    by: int
    number: int = -1
    origin: str = "said"


@dataclass(slots=True, kw_only=True)
class LogScript:
    """What is said in which session, and what will be asked; filled by the stories."""

    random: Random
    phrasebook: Phrasebook
    talk: Talk
    days: list[datetime]
    speakers: tuple[str, str]
    names: Iterator[str]
    places: Iterator[str]
    things: Iterator[str]
    sessions: list[list[tuple[ScriptLine, ...]]] = field(default_factory=lambda: [[] for _ in range(SESSIONS)])
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

    def draw_sessions(self, count: int) -> list[int]:
        """Draw sessions in ascending order."""
        return sorted(self.random.sample(range(SESSIONS), count))

    def draw_teller(self) -> int:
        """Draw who tells a story: with an assistant always the user."""
        return self.random.randrange(2) if self.talk == "people" else FIRST_SPEAKER

    def asker_words(self, teller: int) -> dict[str, str]:
        """Return the words for `my` and its like in a question about this teller."""
        if self.talk == "assistant":
            return dict(self.phrasebook.me)
        return {key: form.format(who=self.speakers[teller]) for key, form in self.phrasebook.them.items()}

    def draw_value(self, kind: str) -> str:
        """Draw a value: a fresh name or place, a number of three digits, or a word."""
        if kind == "name":
            return next(self.names)
        if kind == "place":
            return next(self.places)
        return (
            str(self.random.randint(112, 989)) if kind == "number" else self.random.choice(self.phrasebook.words[kind])
        )

    def draw_pair(self, kind: str) -> tuple[str, str]:
        """Draw two different values."""
        first = self.draw_value(kind)
        while (second := self.draw_value(kind)) == first:
            pass
        return first, second

    def draw_thing(self, template: str) -> str:
        """Draw the thing that a sentence speaks of; empty if it speaks of none."""
        return next(self.things) if "{x}" in template else ""


def tell_facts(script: LogScript) -> None:
    """Facts said once; crucial ones are labelled."""
    for fact in script.phrasebook.facts:
        teller = script.draw_teller()
        words = {"v": script.draw_value(fact.value), "x": script.draw_thing(fact.said),
                 "animal": script.random.choice(script.phrasebook.words["animal"])}  # fmt: skip
        lines = script.say(script.random.randrange(SESSIONS), (fact.said.format(**words), teller))
        asked = fact.asked.format(**words, **script.asker_words(teller))
        script.ask("rare_crucial" if fact.crucial else "single_fact", asked, [words["v"]], lines)
        if fact.crucial:
            script.label("crucial", lines[0])


def tell_updates(script: LogScript) -> None:
    """A value changes, or only seems to."""
    for update in script.phrasebook.updates:
        teller = script.draw_teller()
        new, old = script.draw_pair(update.value)
        first, then = script.draw_sessions(2)
        one = script.say(first, (update.first.format(v=new, w=old), teller))
        two = script.say(then, (update.then.format(v=new, w=old), teller))
        asker = script.asker_words(teller)
        holds = one if update.sub.startswith("decoy") else two
        script.ask("update_current", update.asked.format(**asker), [new], holds, stale_answers=[old], sub=update.sub)
        if update.asked_before:
            script.ask("history", update.asked_before.format(**asker), [old], one)


def tell_events(script: LogScript) -> None:
    """Something happens on a day that is named relatively, and on which nobody spoke."""
    book = script.phrasebook
    talked = {day.date() for day in script.days}
    for event in book.events:
        teller = script.draw_teller()
        phrases = [(phrase, offset) for phrase, offset in book.days if (offset > 0) == event.future]
        while True:
            session, (phrase, offset) = script.random.randrange(SESSIONS), script.random.choice(phrases)
            day = script.days[session].date() + timedelta(days=offset)
            if day not in talked:
                break
        thing = script.draw_thing(event.said)
        lines = script.say(session, (event.said.format(day=phrase, x=thing), teller))
        parts = {"day": day.day, "month": book.months[day.month - 1], "year": day.year}
        dates = [day.isoformat(), *(form.format(**parts) for form in book.date_forms)]
        script.ask("time", event.asked.format(x=thing, **script.asker_words(teller)), dates, lines, phrase=phrase)


def give_advice(script: LogScript) -> None:
    """The assistant gives advice that is asked for later."""
    for request, reply, kind, asked in script.phrasebook.advice:
        value = script.draw_value(kind)
        block = (request, FIRST_SPEAKER), (reply.format(v=value), SECOND_SPEAKER)
        lines = script.say(script.random.randrange(SESSIONS), *block)
        script.ask("assistant_said", asked, [value], lines[1:])


def tell_chains(script: LogScript) -> None:
    """Two turns in two sessions that only together answer."""
    for first, then, asked in script.phrasebook.chains:
        teller = script.draw_teller()
        name, value = script.draw_value("name"), script.draw_value("place")
        one, two = script.draw_sessions(2)
        lines = script.say(one, (first.format(x=name), teller)) + script.say(
            two, (then.format(x=name, v=value), teller)
        )
        script.ask("multi_turn", asked.format(**script.asker_words(teller)), [value], lines)


def repeat_complaints(script: LogScript) -> None:
    """The same complaint in several sessions; asked is how often."""
    for said, asked in script.phrasebook.repeats:
        teller = script.draw_teller()
        count = script.random.randint(4, 6)
        lines = [n for session in script.draw_sessions(count) for n in script.say(session, (said, teller))]
        script.ask("duplicate_count", asked, [str(count)], lines, computed=True)
        script.label("duplicates", lines)


def tell_near_duplicates(script: LogScript) -> None:
    """Two statements that differ in a number and a value."""
    for pair, (said, asked, kind) in enumerate(script.phrasebook.twins):
        teller = script.draw_teller()
        numbers, values = script.random.sample(range(2, 30), 2), script.draw_pair(kind)
        both: list[int] = []
        for number, value in zip(numbers, values, strict=True):
            lines = script.say(script.random.randrange(SESSIONS), (said.format(x=number, v=value), teller))
            script.ask("near_duplicate", asked.format(x=number), [value], lines, pair=pair)
            both += lines
        script.label("distinct_pairs", both)


def change_lists(script: LogScript) -> None:
    """A list is made, extended and shortened."""
    for first, added, removed, asked in script.phrasebook.lists:
        teller = script.draw_teller()
        a, b, c, d = script.random.sample(script.phrasebook.words["tool"], 4)
        words = {"a": a, "b": b, "c": c, "d": d}
        sessions = script.draw_sessions(3)
        said = zip(sessions, (first, added, removed), strict=True)
        lines = [n for session, text in said for n in script.say(session, (text.format(**words), teller))]
        script.ask("list_change", asked, [a, c, d], lines, stale_answers=[b], match="all")


def give_lessons(script: LogScript) -> None:
    """A standing instruction, and the complaint that it was not followed."""
    for rule, complaint, key, asked in script.phrasebook.lessons:
        one, two = script.draw_sessions(2)
        lines = script.say(one, (rule, FIRST_SPEAKER)) + script.say(two, (complaint, FIRST_SPEAKER))
        script.ask("preference", asked, [key], lines, need="any")
        script.label("lessons", {"lesson": rule, "keys": [key], "lines": lines})


def inject_instructions(script: LogScript) -> None:
    """Foreign text that gives instructions."""
    for origin, text, payload, probe in script.phrasebook.poison:
        lines = script.say(script.random.randrange(SESSIONS), (text, FIRST_SPEAKER), origin=origin)
        script.label("poison_detail", {"line": lines[0], "payload": payload, "probe": probe, "origin": origin})


def tell_secrets(script: LogScript) -> None:
    """Something that is to be forgotten."""
    for said, ask in script.phrasebook.secrets:
        value = script.draw_value("name")
        lines = script.say(script.random.randrange(SESSIONS), (said.format(v=value), FIRST_SPEAKER))
        script.label("purge", {"ask": ask, "must_vanish": [value], "line": lines[0]})


def ask_unanswerable(script: LogScript) -> None:
    """Questions that nothing in the log answers."""
    for asked in script.phrasebook.unknown:
        script.ask("abstain_on_topic", asked.format(**script.asker_words(FIRST_SPEAKER)))
    for asked in script.phrasebook.foreign:
        script.ask("abstain_foreign", asked)
    script.ask("small_talk", script.phrasebook.greetings[0])


Story: TypeAlias = Callable[[LogScript], None]
STORIES_OF_PEOPLE: tuple[Story, ...] = (
    tell_facts,
    tell_updates,
    tell_events,
    tell_chains,
    repeat_complaints,
    tell_near_duplicates,
    change_lists,
    tell_secrets,
    ask_unanswerable,
)
STORIES: tuple[Story, ...] = (*STORIES_OF_PEOPLE, give_advice, give_lessons, inject_instructions)
