"""
Synthetic logs: conversations with an assistant or between people, in English or German, with questions and labels.

Theory of operation. Stories (a fact, a value that changes, a repeated complaint, ...; see `stories`) put lines into
sessions and note the questions that ask for them; then the sessions are filled up with small talk, every line gets its
turn name, and the questions are written with those names. All random choices come from one seeded `Random`: a seed
always makes the same bytes. A relative date never means a day on which there was talk, or a dated header would show the
answer by chance.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import accumulate, cycle
from pathlib import Path
from random import Random
from typing import Any

from ltml.errors import ConfigError
from ltml.eval.logs import Log, parse_log
from ltml.eval.phrases import PHRASEBOOKS, Phrasebook
from ltml.eval.stories import (
    FIRST_SPEAKER,
    SECOND_SPEAKER,
    SESSIONS,
    STORIES,
    STORIES_OF_PEOPLE,
    LogScript,
    Raw,
    ScriptLine,
    Talk,
)
from ltml.model import Turn

_COMMON = """
the i to and a you it of that in is my was for on have with but so we not me at this are be just they do what he she had
from about there all if or
"""
#: The most frequent words of plain conversation, which no search engine indexes.
FUNCTION_WORDS = tuple(_COMMON.split())

_FIRST_DAY = date(2024, 1, 8)
#: Share of statements that are followed by an acknowledgement.
_ACKNOWLEDGED = 0.7


def generate_log(seed: int, *, language: str = "en", talk: Talk = "assistant", turns: int = 300) -> Raw:
    """
    Make one log of about this many turns and 40 questions, as JSON in the shape of `ltml.eval.logs`.

    The same arguments make the same log. Raises ConfigError for a language there are no sentences for.
    """
    if language not in PHRASEBOOKS:
        raise ConfigError(f"no sentences in {language!r}; known: {', '.join(PHRASEBOOKS)}")
    script = _make_script(seed, PHRASEBOOKS[language], talk)
    for tell in STORIES if talk == "assistant" else STORIES_OF_PEOPLE:
        tell(script)
    return _write_script(script, f"synthetic-{language}-{talk}-{seed}", language, turns)


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
    Yield plain conversation without questions, for measuring speed: `count` turns, 20 a session, ten sessions a day.

    Words are drawn by Zipf's law, the commonest from English function words, the others composed of syllables, so that
    posting lists have natural lengths.
    """
    random = Random(seed)
    # Function words, then five thousand words of two or three syllables.
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
    pairs = [a + b for a in syllables for b in syllables]
    rare = [a + random.choice(syllables) for a in random.sample(pairs, 1_000)]
    vocabulary = [*FUNCTION_WORDS, *random.sample(pairs, 4_000), *rare]
    weights = list(accumulate(1 / rank for rank in range(1, len(vocabulary) + 1)))
    begins = datetime(2024, 1, 8, 8, tzinfo=UTC)
    for number in range(count):
        text = " ".join(random.choices(vocabulary, cum_weights=weights, k=random.randint(4, 24)))
        session = number // 20
        at = begins + timedelta(days=session // 10, hours=session % 10, minutes=number % 20)
        role = "assistant" if number % 2 else "user"
        yield Turn(session=f"s{session}", role=role, speaker=role, text=text, at=at, ref=f"{seed}:{number}")


# ------------------------------------------------------------------ the script


def _make_script(seed: int, phrasebook: Phrasebook, talk: Talk) -> LogScript:
    random = Random(seed)
    names = _compose_words(random, phrasebook.syllables)
    things = list(phrasebook.words["thing"])
    random.shuffle(things)
    first = next(names)
    second = next(names) if talk == "people" else "assistant"
    zone = timezone(timedelta(hours=random.choice((-5, 0, 1, 2, 9))))
    day = _FIRST_DAY + timedelta(days=random.randrange(200))
    days: list[datetime] = []
    for _ in range(SESSIONS):
        days.append(datetime(day.year, day.month, day.day, random.randint(7, 20), random.randrange(60), tzinfo=zone))
        day += timedelta(days=random.randint(3, 11))
    return LogScript(
        random=random, phrasebook=phrasebook, talk=talk, days=days, speakers=(first, second), names=names,
        places=_compose_words(random, phrasebook.places), things=cycle(things),
    )  # fmt: skip


def _compose_words(random: Random, parts: tuple[Sequence[str], Sequence[str]]) -> Iterator[str]:
    """Return every composition of two parts once, in random order."""
    words = [head + tail for head in parts[0] for tail in parts[1]]
    random.shuffle(words)
    return iter(words)


# ------------------------------------------------------------------ the log


def _write_script(script: LogScript, name: str, language: str, turns: int) -> Raw:
    written: list[Raw] = []
    refs: dict[int, str] = {}
    junk: list[str] = []
    for number, blocks in enumerate(script.sessions):
        at = script.days[number]
        for place, line in enumerate(_fill_session(script, blocks, turns // SESSIONS), 1):
            ref = f"s{number + 1}:{place}"
            if place > 1:
                at += timedelta(seconds=script.random.randint(20, 150))
            written.append(_write_turn(script, line, ref, at))
            if line.number < 0:
                junk.append(ref)
            else:
                refs[line.number] = ref
    asked_at = (datetime.fromisoformat(written[-1]["at"]) + timedelta(days=1)).isoformat()
    labels: Raw = {kind: [_name_lines(value, refs) for value in values] for kind, values in script.labels.items()}
    return {
        "log_id": name,
        "domain": "assistant" if script.talk == "assistant" else "chat",
        "language": language,
        "turns": written,
        "questions": [
            {"id": f"{name}-q{n:03}", "at": asked_at, **question, "evidence": _name_lines(question["evidence"], refs)}
            for n, question in enumerate(script.questions, 1)
        ],
        "labels": {"junk": junk, **labels, "poison": [entry["ref"] for entry in labels.get("poison_detail", [])]},
    }


def _fill_session(script: LogScript, blocks: Sequence[tuple[ScriptLine, ...]], turns: int) -> list[ScriptLine]:
    """Return a greeting, then the blocks among small talk, until the session has about this many turns."""
    random, book = script.random, script.phrasebook
    filled: list[tuple[ScriptLine, ...]] = []
    for block in blocks:
        by = block[-1].by
        if (script.talk == "assistant" and by == SECOND_SPEAKER) or random.random() > _ACKNOWLEDGED:
            filled.append(block)
        else:
            filled.append((*block, ScriptLine(text=random.choice(book.replies), by=1 - by)))
    while sum(map(len, filled)) < turns - 2:
        filled.append(_make_small_talk(script, book.chatter))
    random.shuffle(filled)
    return [line for block in (_make_small_talk(script, book.greetings), *filled) for line in block]


def _make_small_talk(script: LogScript, sentences: Sequence[str]) -> tuple[ScriptLine, ...]:
    teller = script.draw_teller()
    text, reply = script.random.choice(sentences), script.random.choice(script.phrasebook.replies)
    return ScriptLine(text=text, by=teller), ScriptLine(text=reply, by=1 - teller)


def _write_turn(script: LogScript, line: ScriptLine, ref: str, at: datetime) -> Raw:
    role = "user" if script.talk == "people" or line.by == FIRST_SPEAKER else "assistant"
    from_web = line.origin == "web"
    return {
        "ref": ref,
        "session": ref.partition(":")[0],
        "at": at.isoformat(),
        "role": "tool" if from_web else role,
        "speaker": "browser" if from_web else script.speakers[line.by],
        "text": line.text,
        "origin": line.origin,
    }


def _name_lines(value: Any, refs: dict[int, str]) -> Any:
    """Return a label, or a part of one, with turn names in place of line numbers."""
    if isinstance(value, int):
        return refs[value]
    if isinstance(value, list):
        return [refs[number] for number in value]
    fields = {key: field for key, field in value.items() if key not in ("line", "lines")}
    numbers = value["lines"] if "lines" in value else [value["line"]]
    return {"ref": refs[numbers[0]], **fields, **({"refs": [refs[n] for n in numbers]} if "lines" in value else {})}
