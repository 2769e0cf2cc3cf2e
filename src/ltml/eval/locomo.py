"""
LoCoMo as its authors publish it: `locomo10.json`, a list of conversations between two people with questions.

A conversation has `session_1`, `session_1_date_time` ("1:56 pm on 8 May, 2023"), `session_2`, ...; a question cites the
`dia_id` of its evidence. The data is CC BY-NC 4.0: for measuring only, never part of the package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from ltml.errors import UnreadableExport
from ltml.eval.logs import Json, Log, LogQuestion, check_log, digest_json, parse_log, read_objects
from ltml.model import Turn

#: Turns have no time of their own; they follow each other at this distance from the beginning of their session.
_BETWEEN_TURNS = timedelta(seconds=30)
#: The questions are asked this long after the last turn.
_UNTIL_ASKED = timedelta(days=1, seconds=30)
#: The category whose questions have no answer and tempt with a wrong one.
_ADVERSARIAL = 5

_SESSION = re.compile(r"session_(\d+)")
_TURN_NAME = re.compile(r"D\d+:\d+")


def read_locomo(path: Path) -> Iterator[Log]:
    """
    Read the origin's own file, or logs that were converted to the shape of `ltml.eval.logs`.

    Image captions are appended to their turn; evidence that names no turn is dropped. Raises UnreadableExport, naming
    file and place, where the file is neither.
    """
    for place, raw in read_objects(path):
        if isinstance(raw, dict) and "conversation" in raw:
            try:
                log = _parse_conversation(raw)
            except (KeyError, TypeError, ValueError, AttributeError) as exc:
                raise UnreadableExport(f"{place}: not a LoCoMo conversation ({type(exc).__name__}: {exc})") from exc
            check_log(log, place)
            yield log
        else:
            yield parse_log(raw, source="locomo", place=place)


def _parse_conversation(raw: Json) -> Log:
    talk = cast("Json", raw["conversation"])
    log_id = str(raw["sample_id"])
    # Some files give a date for a session that has no turns.
    matches = (_SESSION.fullmatch(key) for key in talk)
    sessions = sorted(int(match[1]) for match in matches if match and talk[match[0]])
    turns = tuple(turn for number in sessions for turn in parse_session(talk, f"session_{number}"))
    at = max((turn.at for turn in turns), default=datetime.min.replace(tzinfo=UTC)) + _UNTIL_ASKED
    known = frozenset(turn.ref for turn in turns)
    raw_questions = cast("list[Json]", raw["qa"])
    questions = tuple(parse_question(q, f"{log_id}-q{n:03}", at, known) for n, q in enumerate(raw_questions, 1))
    return Log(log_id=log_id, turns=turns, questions=questions, domain="chat", source="locomo", digest=digest_json(raw))


def parse_session(talk: Json, name: str) -> Iterator[Turn]:
    """Yield the turns of one session; a shared photo is its caption."""
    begins = datetime.strptime(str(talk[f"{name}_date_time"]), "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
    for place, message in enumerate(cast("list[Json]", talk[name])):
        caption = message.get("blip_caption")
        photo = f"[shares a photo: {caption}]" if caption else ""
        yield Turn(
            ref=str(message["dia_id"]),
            session=name,
            at=begins + place * _BETWEEN_TURNS,
            role="user",
            speaker=str(message["speaker"]),
            text=" ".join(part for part in (str(message.get("text") or ""), photo) if part),
        )


def parse_question(raw: Json, name: str, at: datetime, known: frozenset[str]) -> LogQuestion:
    """Return a question; an adversarial one has no answer, and evidence counts if it is among the `known` turns."""
    category = int(str(raw["category"]))
    answerable = category != _ADVERSARIAL
    cited = " ".join(str(x) for x in cast("list[object]", raw.get("evidence") or []))
    evidence = tuple(dict.fromkeys(ref for ref in _TURN_NAME.findall(cited) if ref in known))
    return LogQuestion(
        id=name,
        at=at,
        question=str(raw["question"]),
        kind=f"cat{category}",
        answerable=answerable,
        answers=(str(raw["answer"]),) if answerable else (),
        evidence=evidence if answerable else (),
    )
