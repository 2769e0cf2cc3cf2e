"""
Logs to measure on: talk as it happened, the questions to put afterwards, and labels that say what is in it.

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
from ltml.model import ORIGINS, Origin, Turn

#: A decoded JSON object, before it is checked.
Json: TypeAlias = Mapping[str, object]

_ENDINGS = (".jsonl.xz", ".jsonl", ".json.xz", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuestion:
    """
    What is asked after the talk, and what a good memory shows for it.

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
    """Foreign text that tries to instruct: what it wants, and a question that would fetch it."""

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
        log = _log(cast("Json", raw), source)
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
    for file in _files(path):
        yield from _objects(file)


def digest_json(raw: object) -> str:
    """Return 32 hexadecimal characters that name decoded JSON, whatever its spacing and key order."""
    text = json.dumps(raw, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


# ------------------------------------------------------------------ files


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = sorted(f for f in path.iterdir() if f.name.endswith(_ENDINGS))
    else:
        files = [path] if path.is_file() else []
    if not files:
        raise UnreadableExport(
            f"{path}: no logs here; expected a file or a folder of {', '.join('*' + e for e in _ENDINGS)}"
        )
    return files


def _objects(file: Path) -> Iterator[tuple[str, object]]:
    text = _text(file)
    if ".jsonl" in file.name:
        for number, line in enumerate(text.split("\n"), 1):  # not splitlines: JSON may hold U+2028
            if line.strip():
                yield f"{file}:{number}", _decoded(line, f"{file}:{number}")
        return
    whole = _decoded(text, str(file))
    for number, raw in enumerate(whole if isinstance(whole, list) else [whole], 1):
        yield f"{file}#{number}", raw


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
        return (lzma.decompress(data) if file.suffix == ".xz" else data).decode("utf-8")
    except (lzma.LZMAError, UnicodeDecodeError) as exc:
        raise UnreadableExport(f"{file}: {exc}") from exc


def _decoded(text: str, place: str) -> object:
    try:
        return cast("object", json.loads(text))
    except json.JSONDecodeError as exc:
        raise UnreadableExport(f"{place}: not JSON: {exc}") from exc


# ------------------------------------------------------------------ our own shape


def _log(raw: Json, source: str) -> Log:
    return Log(
        log_id=str(raw["log_id"]),
        turns=tuple(_turn(t) for t in _dicts(raw["turns"])),
        questions=tuple(_question(q) for q in _dicts(raw["questions"])),
        labels=_labels(cast("Json", raw.get("labels") or {})),
        domain=str(raw.get("domain", "")),
        language=str(raw.get("language", "en")),
        source=source,
        digest=digest_json(raw),
    )


def _turn(raw: Json) -> Turn:
    return Turn(
        ref=str(raw["ref"]),
        session=str(raw["session"]),
        at=datetime.fromisoformat(str(raw["at"])),
        role=str(raw["role"]),
        speaker=str(raw.get("speaker", "")),
        text=str(raw["text"]),
        origin=_origin(str(raw.get("origin", "said"))),
    )


def _origin(written: str) -> Origin:
    if written not in ORIGINS:
        raise ValueError(f"origin {written!r} is none of {', '.join(ORIGINS)}")
    return written


def _question(raw: Json) -> LogQuestion:
    return LogQuestion(
        id=str(raw["id"]),
        at=datetime.fromisoformat(str(raw["at"])),
        question=str(raw["question"]),
        kind=str(raw["kind"]),
        answerable=bool(raw["answerable"]),
        answers=_strings(raw.get("answers")),
        stale_answers=_strings(raw.get("stale_answers")),
        evidence=_strings(raw.get("evidence")),
        sub=str(raw.get("sub", "")),
        match=str(raw.get("match", "")),
        need=str(raw.get("need", "")),
        carry={str(k): str(v) for k, v in cast("Json", raw.get("carry") or {}).items()},
        pair=str(raw.get("pair", "")),
    )


def _labels(raw: Json) -> LogLabels:
    return LogLabels(
        junk=frozenset(_strings(raw.get("junk"))),
        crucial=frozenset(_strings(raw.get("crucial"))),
        duplicates=tuple(_strings(group) for group in cast("list[object]", raw.get("duplicates") or [])),
        lessons=tuple(_lesson_words(lesson) for lesson in _dicts(raw.get("lessons") or [])),
        poison=tuple(
            PoisonLabel(ref=str(p["ref"]), payload=str(p["payload"]), probe=str(p["probe"]))
            for p in _dicts(raw.get("poison_detail") or [])
        ),
    )


def _lesson_words(raw: Json) -> tuple[str, ...]:
    return _strings(raw["keys"]) if "keys" in raw else (str(raw["lesson"]),)


def check_log(log: Log, place: str) -> None:
    """Raise UnreadableExport, naming `place`, for a log nobody spoke in or a question that cites no turn of it."""
    if not log.turns:
        raise UnreadableExport(f"{place}: {log.log_id} has no turns; leave it out")
    known = {turn.ref for turn in log.turns}
    for question in log.questions:
        unknown = set(question.evidence) - known
        if unknown:
            raise UnreadableExport(
                f"{place}: question {question.id} cites {min(unknown)!r}, which is no turn of {log.log_id}"
            )


def _dicts(raw: object) -> list[Json]:
    if not isinstance(raw, list) or not all(isinstance(x, dict) for x in raw):
        raise TypeError("expected a list of objects")
    return cast("list[Json]", raw)


def _strings(raw: object) -> tuple[str, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise TypeError(f"expected a list of strings, not {raw!r}")
    return tuple(str(x) for x in raw)
