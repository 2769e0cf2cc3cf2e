"""
Logs to measure on: conversations, the questions to ask afterwards, and labels that say what is in them.

One log is one JSON object with `log_id, domain, language, turns, questions, labels`. A turn has `ref, session, at,
role, speaker, text, origin`; a question `id, at, question, kind, answers, stale_answers, evidence, answerable` and,
where useful, `sub, match, need, carry, pair`.

`read` takes a folder of `*.json.xz`, `*.json` or `*.jsonl(.xz)`, or one file.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TypeAlias, cast

from ltml.errors import UnreadableExport
from ltml.model import ORIGINS, Turn

#: A decoded JSON object, before it is checked.
Json: TypeAlias = Mapping[str, object]

_ENDINGS = (".jsonl.xz", ".jsonl", ".json.xz", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuestion:
    """
    What is asked after the conversation, and what a good memory shows for it.

    `match="all"` needs every answer, `need="any"` one evidence turn; `carry` maps a turn's ref to the sentence in it
    that holds the answer; questions of one `pair` ask for two statements that differ in one value.
    """

    id: str
    at: datetime
    question: str
    kind: str
    answerable: bool
    answers: tuple[str, ...] = ()
    stale_answers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    sub: str = ""
    match: str = ""
    need: str = ""
    carry: Mapping[str, str] = field(default_factory=dict)
    pair: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoisonLabel:
    """A turn with a prompt injection: what it instructs, and a question that would retrieve it."""

    ref: str
    payload: str
    probe: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLabels:
    """What is known about the turns. `lessons` are the words each standing instruction must show."""

    junk: frozenset[str] = frozenset()
    crucial: frozenset[str] = frozenset()
    duplicates: tuple[tuple[str, ...], ...] = ()
    lessons: tuple[tuple[str, ...], ...] = ()
    poison: tuple[PoisonLabel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A log as read. `digest` names its content whatever the file's compression; `source` is the data set's name."""

    log_id: str
    turns: tuple[Turn, ...]
    questions: tuple[LogQuestion, ...]
    labels: LogLabels = LogLabels()
    domain: str = ""
    language: str = "en"
    source: str = ""
    digest: str = ""


def read_logs(path: Path) -> Iterator[Log]:
    """
    Read every log in a folder or a file, in the order of file names.

    Raises UnreadableExport, naming file and place, where a file is not a log in this shape.
    """
    for place, raw in read_objects(path):
        yield parse_log(raw, source=path.name.split(".")[0], place=place)


def parse_log(raw: object, *, source: str = "", place: str = "log") -> Log:
    """Check one decoded log and return it as values; raises UnreadableExport that begins with `place`."""
    try:
        log = _convert_log(cast("Json", raw), source)
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise UnreadableExport(
            f"{place}: not a log in the expected shape ({type(exc).__name__}: {exc}); see the ltml.eval.logs page"
        ) from exc
    check_log(log, place)
    return log


def read_beam(path: Path) -> Iterator[Log]:
    """
    Read BEAM in the shape of this module; the origin's own folders must be converted first.

    Raises UnreadableExport that says so where the file is something else.
    """
    for place, raw in read_objects(path):
        if not isinstance(raw, dict) or "turns" not in raw or "questions" not in raw:
            raise UnreadableExport(
                f"{place}: BEAM's own format is not read; convert it to one log per line (see ltml.eval.logs)"
            )
        yield parse_log(raw, source="beam", place=place)


def read_objects(path: Path) -> Iterator[tuple[str, object]]:
    """
    Yield every JSON object in a folder or file, with the place it stands at; a JSON array counts as its elements.

    Raises UnreadableExport where there is no such file or it is not JSON.
    """
    if path.is_dir():
        files = sorted(f for f in path.iterdir() if f.name.endswith(_ENDINGS))
    else:
        files = [path] if path.is_file() else []
    if not files:
        raise UnreadableExport(
            f"{path}: no logs here; expected a file or a folder of {', '.join('*' + e for e in _ENDINGS)}"
        )
    for file in files:
        text = _read_text(file)
        if ".jsonl" in file.name:
            for number, line in enumerate(text.split("\n"), 1):  # not splitlines: JSON may hold U+2028
                if line.strip():
                    yield f"{file}:{number}", _decode_json(line, f"{file}:{number}")
        else:
            whole = _decode_json(text, str(file))
            for number, raw in enumerate(whole if isinstance(whole, list) else [whole], 1):
                yield f"{file}#{number}", raw


def digest_json(raw: object) -> str:
    """Return 32 hexadecimal characters that name decoded JSON, whatever its spacing and key order."""
    text = json.dumps(raw, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _read_text(file: Path) -> str:
    try:
        data = file.read_bytes()
        return (lzma.decompress(data) if file.suffix == ".xz" else data).decode("utf-8")
    except (lzma.LZMAError, UnicodeDecodeError) as exc:
        raise UnreadableExport(f"{file}: {exc}") from exc


def _decode_json(text: str, place: str) -> object:
    try:
        return cast("object", json.loads(text))
    except json.JSONDecodeError as exc:
        raise UnreadableExport(f"{place}: not JSON: {exc}") from exc


# ------------------------------------------------------------------ the shape of a log


def _convert_log(raw: Json, source: str) -> Log:
    return Log(
        log_id=str(raw["log_id"]),
        turns=tuple(convert_turn(t) for t in _to_objects(raw["turns"])),
        questions=tuple(convert_question(q) for q in _to_objects(raw["questions"])),
        labels=convert_labels(cast("Json", raw.get("labels") or {})),
        domain=str(raw.get("domain", "")),
        language=str(raw.get("language", "en")),
        source=source,
        digest=digest_json(raw),
    )


def convert_turn(raw: Json) -> Turn:
    """Return the turn in decoded JSON. Raises `ValueError` for an unknown origin, `KeyError` for what is missing."""
    origin = str(raw.get("origin", "said"))
    if origin not in ORIGINS:
        raise ValueError(f"origin {origin!r} is none of {', '.join(ORIGINS)}")
    return Turn(
        ref=str(raw["ref"]),
        session=str(raw["session"]),
        at=datetime.fromisoformat(str(raw["at"])),
        role=str(raw["role"]),
        speaker=str(raw.get("speaker", "")),
        text=str(raw["text"]),
        origin=origin,
    )


def convert_question(raw: Json) -> LogQuestion:
    """Return the question in decoded JSON."""
    return LogQuestion(
        id=str(raw["id"]),
        at=datetime.fromisoformat(str(raw["at"])),
        question=str(raw["question"]),
        kind=str(raw["kind"]),
        answerable=bool(raw["answerable"]),
        answers=_to_strings(raw.get("answers")),
        stale_answers=_to_strings(raw.get("stale_answers")),
        evidence=_to_strings(raw.get("evidence")),
        sub=str(raw.get("sub", "")),
        match=str(raw.get("match", "")),
        need=str(raw.get("need", "")),
        carry={str(k): str(v) for k, v in cast("Json", raw.get("carry") or {}).items()},
        pair=str(raw.get("pair", "")),
    )


def convert_labels(raw: Json) -> LogLabels:
    """Return the labels in decoded JSON; a lesson's words are its `keys`, or the lesson itself."""
    lessons = _to_objects(raw.get("lessons") or [])
    return LogLabels(
        junk=frozenset(_to_strings(raw.get("junk"))),
        crucial=frozenset(_to_strings(raw.get("crucial"))),
        duplicates=tuple(_to_strings(group) for group in cast("list[object]", raw.get("duplicates") or [])),
        lessons=tuple(_to_strings(each["keys"]) if "keys" in each else (str(each["lesson"]),) for each in lessons),
        poison=tuple(
            PoisonLabel(ref=str(p["ref"]), payload=str(p["payload"]), probe=str(p["probe"]))
            for p in _to_objects(raw.get("poison_detail") or [])
        ),
    )


def check_log(log: Log, place: str) -> None:
    """Raise UnreadableExport, naming `place`, for a log without turns or a question that cites no turn of it."""
    if not log.turns:
        raise UnreadableExport(f"{place}: {log.log_id} has no turns; leave it out")
    known = {turn.ref for turn in log.turns}
    for question in log.questions:
        unknown = set(question.evidence) - known
        if unknown:
            raise UnreadableExport(
                f"{place}: question {question.id} cites {min(unknown)!r}, which is no turn of {log.log_id}"
            )


def _to_objects(raw: object) -> list[Json]:
    if not isinstance(raw, list) or not all(isinstance(x, dict) for x in raw):
        raise TypeError("expected a list of objects")
    return cast("list[Json]", raw)


def _to_strings(raw: object) -> tuple[str, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise TypeError(f"expected a list of strings, not {raw!r}")
    return tuple(str(x) for x in raw)
