"""
Fold: what was said more than once becomes one memory with all its evidence; lessons become memories at once.

Theory of operation. The unit is the *statement*, one sentence of one turn of the user. Statements are filed under fold
keys (`ltml.text.fold_keys`), so that each is compared only with its near-duplicates of this part and of all earlier
nights. Two statements are duplicates only if `same_statement` holds between the new one and the first of the group: a
differing number, name, date, unit or polarity is never a duplicate, and a group does not drift, because every member is
compared with the same statement. Nothing is rewritten: a memory's text is one of the quotes, its evidence all of them.

A group becomes a memory when it was said in two turns, or when one of its statements is a lesson. A turn all of whose
statements are in memories is archived: the memory says once what many turns said.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ltml.asks import Ask, AskNeighbours
from ltml.model import TRUSTED, Document, Evidence, Memory, Turn, Verdict, content_id, least_trusted
from ltml.sleep.cues import classify_lesson
from ltml.sleep.pipeline import Batch, split_items
from ltml.text import count_tokens, fold_keys, is_phatic, same_statement, sentences, terms

#: Maximum number of fold keys per ask.
KEYS = 500
#: Maximum number of groups a statement is compared with; more share its keys only in generated text.
COMPARISONS = 40
#: Maximum number of quotes a memory keeps, the first and the latest ones; `count` keeps counting.
QUOTES = 24
#: A lesson of fewer content words is shown with the sentence beside it: "Again: tabs." says too little alone.
TERSE = 3
#: Maximum number of tokens of the two together, about two short sentences.
TERSE_TOKENS = 24
#: Minimum number of content words that make what is said again worth a memory.
TELLING = 3
#: "[sends a picture]": an annotation by the client, not the speaker's words.
_ANNOTATION = re.compile(r"\[.*\]|\(.*\)|\*.*\*", re.DOTALL)
SALIENCE = {"protected": 0.95, "instruction": 0.9, "preference": 0.7, "commitment": 0.6, "said": 0.4}


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
    """Statements that say the same as `first`; `memory` is what earlier nights made of them."""

    first: str
    speaker: str
    memory: Memory | None = None
    members: list[Statement] = field(default_factory=list)


class GroupIndex:
    """Groups filed under fold keys, so that a statement is compared with its near-duplicates alone."""

    def __init__(self, neighbours: Sequence[Document]) -> None:
        """Make a group for every memory among the neighbours, then for every statement of their learnable turns."""
        self.groups: list[Group] = []
        self._filed: dict[int, list[Group]] = defaultdict(list)
        for document in neighbours:
            if isinstance(document.row, Memory):
                quotes = {document.text, *(e.quote for e in document.row.evidence)}
                group = Group(first=document.text, speaker=document.speaker, memory=document.row)
                self._file(group, {key for quote in quotes for key in fold_keys(quote)})
        for document in neighbours:
            if isinstance(document.row, Verdict) and is_learnable(turn := read_turn(document), document.row):
                for statement in extract_statements(turn, with_assistant=False):
                    group = Group(first=statement.quote, speaker=turn.speaker, members=[statement])
                    self._file(group, set(statement.keys))

    def add(self, statement: Statement) -> None:
        """Put a statement into the first group it belongs to, or into a new one."""
        group = self.find(statement)
        if group is None:
            group = Group(first=statement.quote, speaker=statement.turn.speaker)
            self._file(group, statement.keys)
        group.members.append(statement)

    def find(self, statement: Statement) -> Group | None:
        """Return the first group of the same speaker that says the same, of at most `COMPARISONS` that share a key."""
        seen: set[int] = set()
        for group in (group for key in statement.keys for group in self._filed.get(key, ())):
            if id(group) in seen or group.speaker != statement.turn.speaker:
                continue
            seen.add(id(group))
            if same_statement(group.first, statement.quote):
                return group
            if len(seen) == COMPARISONS:
                return None
        return None

    def _file(self, group: Group, keys: Iterable[int]) -> None:
        self.groups.append(group)
        for key in keys:
            self._filed[key].append(group)


def fold_statements(batch: Batch) -> Generator[Sequence[Ask], Sequence[Sequence[Document]], Batch]:
    """Return the batch with a memory for every group of statements worth one; turns that add nothing are archived."""
    with_assistant = {turn.session for turn in batch.turns if turn.role == "assistant"}
    statements = [
        statement
        for turn in batch.turns
        if is_learnable(turn, batch.verdicts_after[turn.id])
        for statement in extract_statements(turn, with_assistant=turn.session in with_assistant)
    ]
    keys = sorted({key for statement in statements for key in statement.keys})
    answers = yield [AskNeighbours(keys=tuple(some)) for some in split_items(keys, KEYS)]
    neighbours = list({document.number: document for answer in answers for document in answer}.values())
    index = GroupIndex(neighbours)
    for statement in statements:
        index.add(statement)
    touched = [group for group in index.groups if any(s.turn.id in batch.verdicts_after for s in group.members)]
    drafts = [draft for group in touched if (draft := _draft_memory(group, batch)) is not None]
    before = {d.row.id: d.row for d in neighbours if isinstance(d.row, Memory)}
    batch = replace(batch, memories_before={**batch.memories_before, **before})
    batch = batch.with_memories({m.id: m for m, _ in drafts}, {m.id: reason for m, reason in drafts})
    return batch if batch.careful else _archive_turns(batch, neighbours)


def is_learnable(turn: Turn, verdict: Verdict) -> bool:
    """Tell whether anything may be learned from a turn: the user's own words, complete, from a trusted origin."""
    return verdict.keep and turn.role == "user" and turn.origin in TRUSTED and not turn.interrupted


def extract_statements(turn: Turn, *, with_assistant: bool) -> Iterator[Statement]:
    """
    Yield the statements of a turn; only in a session with an assistant are they classified as lessons.

    A terse instruction is joined with the sentence that follows or precedes it, as its explanation.
    """
    spans = [span.of(turn.text) for span in sentences(turn.text)]
    for place, quote in enumerate(spans):
        if quote.endswith("?") or is_phatic(quote) or _ANNOTATION.fullmatch(quote):
            continue
        kind = (classify_lesson(quote) if with_assistant else None) or "said"
        words = quote
        if kind == "instruction" and len(set(terms(quote))) < TERSE:
            for other in (place + 1, place - 1):
                if not 0 <= other < len(spans) or spans[other].endswith("?") or is_phatic(spans[other]):
                    continue
                both = " ".join(spans[i] for i in sorted((place, other)))
                if count_tokens(both) <= TERSE_TOKENS:
                    words = both
                    break
        yield Statement(turn=turn, quote=words, kind=kind, keys=fold_keys(words))


def read_turn(document: Document) -> Turn:
    """Return the turn a document was made of."""
    evidence = document.evidence[0]
    return Turn(
        id=document.id, session=document.session, role=document.role, speaker=document.speaker, text=document.text,
        at=document.at, ref=evidence.ref, origin=document.origin,
    )  # fmt: skip


def says_nothing_else(text: str, quotes: Iterable[str]) -> bool:
    """Tell whether a turn has no sentence but small talk and these quotes."""
    said = set(quotes)
    whole = said | {span.of(quote) for quote in said for span in sentences(quote)}  # found without searching a quote
    parts = [span.of(text) for span in sentences(text)]
    return all(part in whole or is_phatic(part) or any(part in quote for quote in said) for part in parts)


def _draft_memory(group: Group, batch: Batch) -> tuple[Memory, str] | None:
    """Return a group's memory, new or with what was said again, and why; nothing if there is no reason for one."""
    if group.memory is not None:
        cited = {evidence.turn for evidence in group.memory.evidence}
        members = [s for s in group.members if s.turn.id not in cited]
        reason = f"said again {len(members)} time{'s' * (len(members) > 1)}"
        return (_add_evidence(group.memory, members), reason) if members else None
    members = sorted(group.members, key=lambda s: (s.turn.at, s.turn.id))
    first, count = members[0], len({s.turn.id for s in members})
    kind = next((s.kind for s in members if s.kind != "said"), "said")
    if kind == "said" and (count < 2 or len(set(terms(first.quote))) < TELLING):  # noqa: PLR2004
        return None  # said once, or "keep it up" said often: the turns themselves are enough
    verdict = batch.verdicts_after.get(first.turn.id) or batch.verdicts_before.get(first.turn.id)
    memory = Memory(
        id=content_id("fold", kind, first.turn.id, first.quote), kind=kind, text=first.quote, evidence=(),
        learned_at=batch.now, speaker=first.turn.speaker, salience=SALIENCE[kind], count=0, valid_from=first.turn.at,
        dates=tuple(d for d in verdict.dates if d.phrase in first.quote) if verdict else (),
    )  # fmt: skip
    said = f"said {count} times" if count > 1 else "said once"
    return _add_evidence(memory, members), f"{kind}: {said}" if kind != "said" else said


def _add_evidence(memory: Memory, statements: Sequence[Statement]) -> Memory:
    """Return a memory that rests on these statements too; of many turns the first and the latest quotes are kept."""
    evidence = (*memory.evidence, *(s.evidence for s in statements))
    single = tuple({e.turn: e for e in evidence}.values())
    half = QUOTES // 2
    return replace(
        memory,
        evidence=single if len(single) <= QUOTES else (*single[:half], *single[-half:]),
        count=memory.count + len({s.turn.id for s in statements}),
        origin=least_trusted((memory.origin, *(s.turn.origin for s in statements))),
    )


def _archive_turns(batch: Batch, neighbours: Iterable[Document]) -> Batch:
    """Return the batch in which turns whose every statement a memory of this night says leave default recall."""
    older = {d.id: d.row for d in neighbours if isinstance(d.row, Verdict)}
    texts = {turn.id: turn.text for turn in batch.turns} | {d.id: d.text for d in neighbours if d.id in older}
    verdicts = {**older, **batch.verdicts_after}
    quotes: dict[str, set[str]] = defaultdict(set)
    for memory in batch.memories_after.values():
        for evidence in memory.evidence if memory.key not in batch.vetoes else ():
            quotes[evidence.turn].add(evidence.quote)
    archived: dict[str, Verdict] = {}
    for name in (name for name in quotes if name in verdicts):
        verdict = verdicts[name]
        may_leave = verdict.tier != "archive" and verdict.key not in batch.vetoes
        if may_leave and says_nothing_else(texts[name], quotes[name]):
            archived[name] = replace(verdict, tier="archive", reason=f"a memory says it; {verdict.reason}")
    before = {**batch.verdicts_before, **{name: older[name] for name in archived if name in older}}
    batch = replace(batch, verdicts_before=before, verdicts_after={**batch.verdicts_after, **archived})
    return batch.with_numbers(folded=len(archived))
