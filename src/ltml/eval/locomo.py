"""
LoCoMo as its authors publish it: `locomo10.json`, a list of conversations between two people with questions.

A conversation has `session_1`, `session_1_date_time` ("1:56 pm on 8 May, 2023"), `session_2`, ...; a question cites the
`dia_id` of its evidence. The data is CC BY-NC 4.0: for measuring only, never part of the package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from ltml.errors import UnreadableExport
from ltml.eval.logs import Json, Log, LogQuestion, check_log, digest_json, parse_log, read_objects
from ltml.model import Turn

#: Turns carry no time of their own; they are set this far apart from the beginning of their session.
_BETWEEN_TURNS = timedelta(seconds=30)
#: The questions are put this long after the last turn.
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
            yield _checked(raw, place)
        else:
            yield parse_log(raw, source="locomo", place=place)


def _checked(raw: Json, place: str) -> Log:
    try:
        log = _log(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise UnreadableExport(f"{place}: not a LoCoMo conversation ({type(exc).__name__}: {exc})") from exc
    check_log(log, place)
    return log


def _log(raw: Json) -> Log:
    talk = cast("Json", raw["conversation"])
    name = str(raw["sample_id"])
    turns = tuple(turn for number in _sessions(talk) for turn in _session(talk, number))
    at = max((turn.at for turn in turns), default=datetime.min.replace(tzinfo=UTC)) + _UNTIL_ASKED
    known = frozenset(turn.ref for turn in turns)
    asked = cast("list[Json]", raw["qa"])
    questions = tuple(_question(q, f"{name}-q{n:03}", at, known) for n, q in enumerate(asked, 1))
    return Log(log_id=name, turns=turns, questions=questions, domain="chat", source="locomo", digest=digest_json(raw))


def _sessions(talk: Json) -> list[int]:
    """Numbers of the sessions that hold turns; some files announce a date for a session that never took place."""
    found = (_SESSION.fullmatch(key) for key in talk)
    return sorted(int(match[1]) for match in found if match and talk[match[0]])


def _session(talk: Json, number: int) -> Iterator[Turn]:
    name = f"session_{number}"
    begins = datetime.strptime(str(talk[f"{name}_date_time"]), "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
    for place, said in enumerate(cast("list[Json]", talk[name])):
        yield Turn(
            ref=str(said["dia_id"]),
            session=name,
            at=begins + place * _BETWEEN_TURNS,
            role="user",
            speaker=str(said["speaker"]),
            text=_text(said),
        )


def _text(said: Json) -> str:
    caption = said.get("blip_caption")
    shared = f"[shares a photo: {caption}]" if caption else ""
    return " ".join(part for part in (str(said.get("text") or ""), shared) if part)


def _question(raw: Mapping[str, object], name: str, at: datetime, known: frozenset[str]) -> LogQuestion:
    category = int(str(raw["category"]))
    real = category != _ADVERSARIAL
    cited = " ".join(str(x) for x in cast("list[object]", raw.get("evidence") or []))
    evidence = tuple(dict.fromkeys(ref for ref in _TURN_NAME.findall(cited) if ref in known))
    return LogQuestion(
        id=name,
        at=at,
        question=str(raw["question"]),
        kind=f"cat{category}",
        answerable=real,
        answers=(str(raw["answer"]),) if real else (),
        evidence=evidence if real else (),
    )
