"""
Fold: what was said more than once becomes one memory with all its evidence; lessons become memories at once.

Theory of operation. The unit is the *statement*, one sentence of one turn the user told. Statements are filed under
fold keys (`ltml.text.fold_keys`), so that a statement meets its near-duplicates of this part and of all earlier nights
without comparing everything with everything. A meeting is believed only if `same_statement` holds between the new
statement and the group's first one: a differing number, name, date, unit or polarity is never a duplicate, and a group
does not drift because every member is compared with the same one. Nothing is rewritten: the memory says one of the
quotes, and rests on all of them.

A group becomes a memory when it was said in two turns, or when its first statement is a lesson. A turn all of whose
statements are in memories leaves default recall: the memory says it once, instead of many turns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ltml.model import Document, Evidence, Memory, Resolved, Turn, Verdict, content_id, least_trusted
from ltml.protocols import Ask, AskNeighbours
from ltml.sleep.cues import kind_of
from ltml.sleep.pipeline import Batch, split
from ltml.text import count_tokens, fold_keys, is_phatic, same_statement, sentences, terms

#: So many fold keys go into one ask.
KEYS = 500
#: A statement is compared with so many others at most; more share its keys only in talk made by a machine.
MEETINGS = 40
#: A memory keeps the first and the latest of so many quotes; `count` keeps counting.
QUOTES = 24
#: A lesson of fewer content words is shown with the sentence beside it: "Again: tabs." says too little alone.
TERSE = 3
#: What is said again needs so many content words to be worth a memory.
TELLING = 3
#: "[sends a picture]": a client's words and not the speaker's.
_ANNOTATION = re.compile(r"\[.*\]|\(.*\)|\*.*\*", re.DOTALL)
SALIENCE = {"protected": 0.95, "instruction": 0.9, "preference": 0.7, "commitment": 0.6, "said": 0.4}
TRUSTED = ("said", "import")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of one turn, as it may be folded."""

    turn: Turn
    quote: str
    kind: str
    keys: tuple[int, ...]

    @property
    def evidence(self) -> Evidence:
        """The statement as evidence."""
        return Evidence(turn=self.turn.id, quote=self.quote, ref=self.turn.ref, at=self.turn.at)


@dataclass(slots=True)
class Group:
    """Statements that say the same; `memory` is what earlier nights made of them."""

    first: str
    speaker: str
    memory: Memory | None = None
    members: list[Statement] = field(default_factory=list)


def fold(batch: Batch) -> Generator[Sequence[Ask], Sequence[Sequence[Document]], Batch]:
    """Meet the neighbours, group the statements, and draft a memory for every group worth one."""
    statements = list(_statements(batch))
    keys = sorted({key for statement in statements for key in statement.keys})
    answers = yield [AskNeighbours(keys=tuple(some)) for some in split(keys, KEYS)]
    neighbours = {document.number: document for answer in answers for document in answer}
    groups = _grouped(statements, list(_seeds(neighbours.values())))
    batch = _drafted(batch, groups, list(neighbours.values()))
    return _set_aside(batch, list(neighbours.values()))


# ---------------------------------------------------------------- statements


def _statements(batch: Batch) -> Iterator[Statement]:
    talks = {turn.session for turn in batch.turns if turn.role == "assistant"}
    for turn in batch.turns:
        if learnable(turn, batch.verdicts[turn.id]):
            yield from statements_of(turn, with_assistant=turn.session in talks)


def learnable(turn: Turn, verdict: Verdict) -> bool:
    """Tell whether anything may be learned from a turn: the user's own words, whole, nothing pasted or overheard."""
    return verdict.keep and turn.role == "user" and turn.origin in TRUSTED and not turn.interrupted


def statements_of(turn: Turn, *, with_assistant: bool) -> Iterator[Statement]:
    """Yield what a turn states; lessons are for an assistant, and heard only in talk with one."""
    spans = [span.of(turn.text) for span in sentences(turn.text)]
    for place, quote in enumerate(spans):
        if quote.endswith("?") or is_phatic(quote) or _ANNOTATION.fullmatch(quote):
            continue
        kind = (kind_of(quote) if with_assistant else None) or "said"
        words = _completed(spans, place) if kind == "instruction" else quote
        yield Statement(turn=turn, quote=words, kind=kind, keys=fold_keys(words))


def _completed(spans: Sequence[str], place: int) -> str:
    """Return a terse order with the sentence that explains it, if that one follows or precedes it."""
    quote = spans[place]
    if len(set(terms(quote))) >= TERSE:
        return quote
    beside = [i for i in (place + 1, place - 1) if 0 <= i < len(spans) and not spans[i].endswith("?")]
    for other in beside:
        both = " ".join(spans[i] for i in sorted((place, other)))
        if count_tokens(both) <= 24 and not is_phatic(spans[other]):  # noqa: PLR2004 -- about two short sentences
            return both
    return quote


# ---------------------------------------------------------------- groups


def _seeds(neighbours: Iterable[Document]) -> Iterator[Group]:
    """Yield a group for every memory met, and one for every statement of an older turn."""
    for document in neighbours:
        if isinstance(document.row, Memory):
            yield Group(first=document.text, speaker=document.speaker, memory=document.row)
        elif isinstance(document.row, Verdict) and document.row.keep and document.role == "user":
            turn = turn_of(document)
            if turn.origin in TRUSTED:
                for statement in statements_of(turn, with_assistant=False):
                    yield Group(first=statement.quote, speaker=turn.speaker, members=[statement])


def turn_of(document: Document) -> Turn:
    """Return the turn a document was made of."""
    evidence = document.evidence[0]
    return Turn(
        id=document.id, session=document.session, role=document.role, speaker=document.speaker, text=document.text,
        at=document.at, ref=evidence.ref, origin=document.origin,
    )  # fmt: skip


def _grouped(statements: Sequence[Statement], seeds: Sequence[Group]) -> list[Group]:
    """Put every statement into the first group it belongs to; memories come before loose statements."""
    filed: dict[int, list[Group]] = defaultdict(list)
    groups = sorted(seeds, key=lambda group: group.memory is None)
    for group in groups:
        _file(group, filed)
    for statement in statements:
        home = _home(statement, filed)
        if home is None:
            home = Group(first=statement.quote, speaker=statement.turn.speaker)
            groups.append(home)
            for key in statement.keys:
                filed[key].append(home)
        home.members.append(statement)
    return groups


def _file(group: Group, filed: Mapping[int, list[Group]]) -> None:
    quotes = {group.first, *(e.quote for e in group.memory.evidence)} if group.memory else {group.first}
    for key in {key for quote in quotes for key in fold_keys(quote)}:
        filed[key].append(group)


def _home(statement: Statement, filed: Mapping[int, list[Group]]) -> Group | None:
    seen: set[int] = set()
    for key in statement.keys:
        for group in filed.get(key, ()):
            if id(group) in seen or group.speaker != statement.turn.speaker:
                continue
            seen.add(id(group))
            if same_statement(group.first, statement.quote):
                return group
            if len(seen) == MEETINGS:
                return None
    return None


# ---------------------------------------------------------------- memories


def _drafted(batch: Batch, groups: Sequence[Group], neighbours: Iterable[Document]) -> Batch:
    known = {d.row.id: d.row for d in neighbours if isinstance(d.row, Memory)}
    drafts: dict[str, Memory] = {}
    reasons: dict[str, str] = {}
    for group in groups:
        if not _new_in(group, batch):
            continue
        memory, reason = _grown(group) if group.memory else _born(group, batch)
        if memory is not None:
            drafts[memory.id], reasons[memory.id] = memory, reason
    return replace(batch, known={**batch.known, **known}).draft(drafts, reasons)


def _new_in(group: Group, batch: Batch) -> bool:
    return any(statement.turn.id in batch.verdicts for statement in group.members)


def _grown(group: Group) -> tuple[Memory | None, str]:
    """Return a memory with what was said again; one the user holds in hand keeps its words."""
    memory = group.memory
    assert memory is not None  # noqa: S101 -- narrows the type; the caller asked
    cited = {evidence.turn for evidence in memory.evidence}
    fresh = [s for s in group.members if s.turn.id not in cited]
    if not fresh:
        return None, ""
    evidence = _kept((*memory.evidence, *(s.evidence for s in fresh)))
    grown = replace(
        memory, evidence=evidence, count=memory.count + len({s.turn.id for s in fresh}),
        origin=least_trusted((memory.origin, *(s.turn.origin for s in fresh))),
    )  # fmt: skip
    return grown, f"said again {len(fresh)} time{'s' * (len(fresh) > 1)}"


def _born(group: Group, batch: Batch) -> tuple[Memory | None, str]:
    """Return the memory a group is worth, if it is worth one."""
    members = sorted(group.members, key=lambda s: (s.turn.at, s.turn.id))
    turns = {s.turn.id for s in members}
    kind = next((s.kind for s in members if s.kind != "said"), "said")
    if kind == "said" and (len(turns) < 2 or len(set(terms(members[0].quote))) < TELLING):  # noqa: PLR2004
        return None, ""  # said once, or "keep it up" said often: the turns themselves are enough
    first = members[0]
    memory = Memory(
        id=content_id("fold", kind, first.turn.id, first.quote), kind=kind, text=first.quote,
        evidence=_kept(tuple(s.evidence for s in members)), learned_at=batch.now, speaker=first.turn.speaker,
        origin=least_trusted(tuple(s.turn.origin for s in members)), salience=SALIENCE[kind], count=len(turns),
        dates=_dates(first, batch), valid_from=first.turn.at,
    )  # fmt: skip
    said = f"said {len(turns)} times" if len(turns) > 1 else "said once"
    return memory, f"{kind}: {said}" if kind != "said" else said


def _dates(statement: Statement, batch: Batch) -> tuple[Resolved, ...]:
    verdict = batch.verdicts.get(statement.turn.id) or batch.judged.get(statement.turn.id)
    return tuple(d for d in verdict.dates if d.phrase in statement.quote) if verdict else ()


def _kept(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Return the first and the latest quotes of many, each turn once."""
    single = tuple({e.turn: e for e in evidence}.values())
    half = QUOTES // 2
    return single if len(single) <= QUOTES else (*single[:half], *single[-half:])


# ---------------------------------------------------------------- turns that are said for


def _set_aside(batch: Batch, neighbours: Iterable[Document]) -> Batch:
    """Let turns leave default recall whose every statement a memory now says."""
    if batch.careful:
        return batch
    older = {d.id: d.row for d in neighbours if isinstance(d.row, Verdict)}
    turns = {turn.id: turn for turn in batch.turns} | {d.id: turn_of(d) for d in neighbours if d.id in older}
    verdicts = {**older, **batch.verdicts}
    aside = {
        name: replace(verdicts[name], tier="archive", reason=f"a memory says it; {verdicts[name].reason}")
        for name, quotes in _said_for(batch).items()
        if name in verdicts and _may_leave(verdicts[name], batch) and says_nothing_else(turns[name].text, quotes)
    }
    judged = {**batch.judged, **{name: older[name] for name in aside if name in older}}
    return replace(batch, verdicts={**batch.verdicts, **aside}, judged=judged).count(folded=len(aside))


def _said_for(batch: Batch) -> Mapping[str, set[str]]:
    """Return, by turn, the quotes that memories of this night say."""
    quotes: dict[str, set[str]] = defaultdict(set)
    for memory in batch.drafts.values():
        for evidence in memory.evidence if memory.key not in batch.vetoes else ():
            quotes[evidence.turn].add(evidence.quote)
    return quotes


def _may_leave(verdict: Verdict, batch: Batch) -> bool:
    return verdict.tier != "archive" and verdict.key not in batch.vetoes


def says_nothing_else(text: str, quotes: Iterable[str]) -> bool:
    """Tell whether a turn has no sentence but small talk and these quotes."""
    said = set(quotes)
    whole = said | {span.of(quote) for quote in said for span in sentences(quote)}  # to look for each takes its length
    parts = [span.of(text) for span in sentences(text)]
    return all(part in whole or is_phatic(part) or any(part in quote for quote in said) for part in parts)
