"""The nouns of LTML: frozen values that every room speaks, with the standard library alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import blake2b
from typing import Literal, TypeAlias

Origin: TypeAlias = Literal["said", "import", "pasted", "document", "tool", "web"]
Tier: TypeAlias = Literal["hot", "warm", "archive"]
#: The two parts of a search index: what default recall scores, and the rest.
Partition: TypeAlias = Literal["active", "archive"]
NightState: TypeAlias = Literal["promoted", "refused", "empty", "interrupted", "undone", "sealed"]

#: From most to least trusted. What is derived has the least trusted origin of its sources; none ever rises.
ORIGINS: tuple[Origin, ...] = ("said", "import", "pasted", "document", "tool", "web")
#: What the user said or imported: only this is learned from, and only its links are quoted unchanged.
TRUSTED: frozenset[Origin] = frozenset({"said", "import"})
#: The states of a night whose changes hold and can be undone.
IN_EFFECT: frozenset[NightState] = frozenset({"promoted", "interrupted"})
#: Kinds that hold for every conversation to come and therefore may enter the block.
STANDING: frozenset[str] = frozenset({"instruction", "preference", "protected", "profile"})
#: All kinds that memories have: those that stand, what was promised, said repeatedly, or proposed by a model.
MEMORY_KINDS: tuple[str, ...] = (*sorted(STANDING), "commitment", "fact", "said")


def least_trusted(origins: tuple[Origin, ...]) -> Origin:
    """Return the origin something derived from all of these may claim."""
    return max(origins, key=ORIGINS.index, default="said")


#: Ids are written in sixteen consonants: no word and no number somebody wants forgotten occurs in one by chance.
_LETTERS = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")
_DIGITS = str.maketrans("bcdfghjklmnpqrst", "0123456789abcdef")


def encode_letters(raw: bytes) -> str:
    """Return bytes as an id, two letters a byte."""
    return raw.hex().translate(_LETTERS)


def decode_letters(name: str) -> bytes:
    """Return the bytes that were written as these letters."""
    return bytes.fromhex(name.translate(_DIGITS))


def content_id(*parts: str) -> str:
    """Return 16 letters that name these parts in this order."""
    digest = blake2b(digest_size=8)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "little") + raw)
    return encode_letters(digest.digest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """
    One message as it was said. Append-only: no night ever changes one.

    `at` carries a time zone; its local day is the day relative dates are resolved against. `ref` is the caller's
    own name for the turn. `id` is given by the store (see docs/identity.md) and empty until then. `interrupted` says
    that the answer broke off: it is kept, but nothing is learned from it. `superseded` says that it was taken back, by
    an edit, another try or a newer revision: it is kept and shown, but neither recalled nor learned from.
    """

    session: str
    role: str
    text: str
    at: datetime
    speaker: str = ""
    ref: str = ""
    origin: Origin = "said"
    id: str = ""
    interrupted: bool = False
    superseded: bool = False

    @property
    def name(self) -> str:
        """What to call the speaker when quoting the turn."""
        return self.speaker or self.role


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a memory comes from: a turn, and the words in it."""

    turn: str
    quote: str = ""
    ref: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A relative date, resolved against the day it was said: `phrase` means `written`, the days `first` to `last`."""

    phrase: str
    written: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """
    One thing worth keeping, with the turns it rests on.

    `salience` (0 to 1) is how much it matters when learned, `count` how often it was said (the evidence keeps the first
    and the latest of many); `tier` decides whether default recall sees it.
    `valid_to` closes a value that is no longer true; a closed memory stays as history.
    """

    id: str
    kind: str
    text: str
    evidence: tuple[Evidence, ...]
    learned_at: datetime
    origin: Origin = "said"
    speaker: str = ""
    count: int = 1
    salience: float = 0.5
    tier: Tier = "warm"
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    dates: tuple[Resolved, ...] = ()
    by_hand: bool = False
    pinned: bool = False

    @property
    def key(self) -> str:
        """The name of this row among all rows a night may change."""
        return f"memory:{self.id}"

    @property
    def refs(self) -> tuple[str, ...]:
        """The callers' own names of the turns it rests on."""
        return tuple(e.ref for e in self.evidence)

    @property
    def active(self) -> bool:
        """Whether default recall scores it."""
        return self.tier != "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a night decided about a turn: kept or not, as what, why, and which dates it speaks of."""

    turn: str
    keep: bool
    kind: str
    reason: str
    salience: float = 0.5
    tier: Tier = "warm"
    dates: tuple[Resolved, ...] = ()

    @property
    def key(self) -> str:
        """The name of this row among all rows a night may change."""
        return f"verdict:{self.turn}"


Row: TypeAlias = Memory | Verdict


def partition_of(row: Row | None) -> Partition:
    """Return the partition of a memory, or of the turn a verdict is on; a turn without a verdict is active."""
    return "archive" if row is not None and row.tier == "archive" else "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row before and after, and why. `None` before is new; `None` after is gone."""

    before: Row | None
    after: Row | None
    reason: str

    @property
    def key(self) -> str:
        """The name of the row that changes."""
        row = self.after or self.before
        return row.key if row else ""

    @property
    def inverse(self) -> Change:
        """The change that takes this one back."""
        return Change(before=self.after, after=self.before, reason=f"undo: {self.reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One run of consolidation, or one change by hand (`kind`), as a list of changes that can be undone."""

    id: str
    state: NightState
    started_at: datetime
    kind: str = "night"
    report: Mapping[str, float | str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()

    @property
    def in_effect(self) -> bool:
        """Whether its changes hold and can be undone."""
        return self.state in IN_EFFECT


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """
    A turn or a memory as recall sees it: one flat value per searchable thing.

    `number` is the store's own, a memory's has `MEMORY_BIT` set; equal documents may have other numbers elsewhere.
    `row` is the memory itself, or the verdict on the turn if there is one.
    """

    number: int
    id: str
    kind: str
    text: str
    at: datetime
    session: str = ""
    role: str = "user"
    speaker: str = ""
    origin: Origin = "said"
    salience: float | None = None
    tier: Tier = "warm"
    dates: tuple[Resolved, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    count: int = 1
    closed: bool = False
    row: Row | None = None

    @classmethod
    def from_turn(cls, number: int, turn: Turn, verdict: Verdict | None) -> Document:
        """Return a turn as a document, with the verdict on it."""
        return cls(
            number=number, id=turn.id, kind=verdict.kind if verdict else "turn", text=turn.text, at=turn.at,
            session=turn.session, role=turn.role, speaker=turn.speaker, origin=turn.origin,
            salience=verdict.salience if verdict else None, tier=verdict.tier if verdict else "warm",
            dates=verdict.dates if verdict else (), row=verdict,
            evidence=(Evidence(turn=turn.id, quote=turn.text, ref=turn.ref, at=turn.at),),
        )  # fmt: skip

    @classmethod
    def from_memory(cls, number: int, memory: Memory) -> Document:
        """Return a memory as a document; its time is the newest of its evidence."""
        times = [e.at for e in memory.evidence if e.at is not None]
        return cls(
            number=number, id=memory.id, kind=memory.kind, text=memory.text, at=max(times, default=memory.learned_at),
            speaker=memory.speaker, origin=memory.origin, salience=memory.salience, tier=memory.tier,
            dates=memory.dates, evidence=memory.evidence, count=memory.count, closed=memory.valid_to is not None,
            row=memory,
        )  # fmt: skip

    @property
    def is_memory(self) -> bool:
        """Whether this is a memory and not a turn."""
        return self.number >= MEMORY_BIT


#: Document numbers are unsigned 32-bit; this bit tells a memory from a turn.
MEMORY_BIT = 1 << 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """
    What a store yields for scoring: statistics of one partition of a namespace, and one posting list per term found.

    A posting list is packed little-endian entries `<IHH` (document number, count of the term, length of the document
    in terms), sorted by number; its length is the document frequency. Scoring belongs to `wake`.
    """

    count: int
    mean_length: float
    postings: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing found for a query, best first; `why` says in words what made it score."""

    text: str
    score: float
    why: str
    document: Document

    @property
    def id(self) -> str:
        """The id of the turn or memory."""
        return self.document.id

    @property
    def kind(self) -> str:
        """What it is: a turn's kind, or a memory's."""
        return self.document.kind

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The turns it rests on."""
        return self.document.evidence

    @property
    def refs(self) -> tuple[str, ...]:
        """The callers' own names of those turns."""
        return tuple(e.ref for e in self.document.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of an injection, with the turns it rests on and where its words came from."""

    text: str
    kind: str
    score: float
    evidence: tuple[Evidence, ...]
    origin: Origin = "said"
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """The text placed in the prompt: a block that stands for the session, and the recall for this question."""

    block: str = ""
    recall: str = ""
    tokens: int = 0
    items: tuple[Item, ...] = ()

    @property
    def text(self) -> str:
        """Block and recall as one text; empty when there is nothing to say."""
        return "\n".join(part for part in (self.block, self.recall) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Something the namespace holds, as `items()` lists it; `active` tells whether default recall scores it."""

    id: str
    text: str
    kind: str
    refs: tuple[str, ...]
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """
    What the user ordered away. `pending` until a scan of the files' bytes found none of it, then `proven`.

    It holds counts and ids only, never the words. `removed` are the names of files that LTML had written beside the
    memory, such as its backup before a new schema, and that held some of it.
    """

    id: str
    at: datetime
    turns: tuple[str, ...] = ()
    memories: tuple[str, ...] = ()
    sealed_nights: tuple[str, ...] = ()
    state: Literal["nothing", "dry-run", "pending", "proven"] = "pending"
    bytes_scanned: int = 0
    removed: tuple[str, ...] = ()


def changed(row: Row | None, *, reason: str, **fields: object) -> Change:
    """Return the change that sets these fields of a row."""
    if row is None:
        message = "there is no row to change; a new row is Change(before=None, after=row, reason=...)"
        raise ValueError(message)
    return Change(before=row, after=replace(row, **fields), reason=reason)  # type: ignore[arg-type]
