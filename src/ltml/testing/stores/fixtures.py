"""A short conversation, nights over it, and what a search must find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from statistics import fmean

from ltml.model import Change, Evidence, Memory, Night, Partition, Turn, Verdict
from ltml.protocols import Store, View
from ltml.testing.promises import assert_equal
from ltml.text import postings, term_counts

NOON = datetime(2031, 3, 5, 12, 0, tzinfo=UTC)
ANNA, BEN = "anna", "ben"
TALK = (
    "The kayak is stored in the blue shed behind the mill.",
    "Which shed do you mean?",
    "My sister Ottilie keeps bees; her honey tastes of thyme.",
    "",
    "The kayak needs a new paddle, the kayak is old.",
)


def make_turn(text: str, minute: int = 0, *, session: str = "s1", ref: str = "", role: str = "user") -> Turn:
    """Return a turn said so many minutes after noon."""
    return Turn(session=session, role=role, text=text, at=NOON + timedelta(minutes=minute), ref=ref)


def make_chat() -> list[Turn]:
    """Return a short conversation."""
    return [make_turn(text, minute) for minute, text in enumerate(TALK)]


def archive_turn(turn: str, reason: str = "small talk") -> Change:
    """Return the change by which a night archives a turn."""
    verdict = Verdict(turn=turn, keep=False, kind="turn", reason=reason, salience=0.0, tier="archive")
    return Change(before=None, after=verdict, reason=reason)


def keep_turn(turn: str) -> Change:
    """Return the change by which a night keeps a turn."""
    verdict = Verdict(turn=turn, keep=True, kind="fact", reason="says something new", salience=0.75)
    return Change(before=None, after=verdict, reason=verdict.reason)


def make_memory(name: str, text: str, *turns: Turn) -> Memory:
    """Return a memory of this text that rests on these turns."""
    evidence = tuple(Evidence(turn=t.id, quote=t.text, ref=t.ref, at=t.at) for t in turns)
    return Memory(id=name, kind="fact", text=text, evidence=evidence, learned_at=NOON)


def learn_memory(what: Memory) -> Change:
    """Return the change by which a night learns a memory."""
    return Change(before=None, after=what, reason="worth keeping")


def run_night(store: Store, night: str, turns: Sequence[str], *changes: Change, namespace: str = ANNA) -> Night:
    """Run a whole night of these changes."""
    store.begin(namespace, Night(id=night, state="interrupted", started_at=NOON))
    store.commit(namespace, night, turns, changes)
    return store.finish(namespace, night, "promoted", {"changes": float(len(changes))})


def current_turns(store: Store, namespace: str = ANNA) -> list[Turn]:
    """Return the turns in force, as the store gives them back."""
    return [turn for turn in store.turns(namespace) if not turn.superseded]


def search_terms(view: View, texts: Sequence[str], partition: Partition = "active") -> Mapping[str, object]:
    """Return what a search for every word of these texts finds, by id instead of number."""
    terms = {term for text in texts for term in term_counts(text)}
    found = view.search(terms, partition)
    rows = {term: postings.unpacked(data) for term, data in found.postings.items()}
    names = {
        no: doc.id for no, doc in view.documents([no for entries in rows.values() for no, _, _ in entries]).items()
    }
    for entries in rows.values():
        assert_equal([no for no, _, _ in entries], sorted(no for no, _, _ in entries), "the order of a posting list")
    lists = {term: {names[no]: (count, length) for no, count, length in entries} for term, entries in rows.items()}
    return {"count": found.count, "mean": round(found.mean_length, 9), "lists": lists}


def expect_terms(documents: Mapping[str, str]) -> Mapping[str, object]:
    """Return what `search_terms` must find when these documents are in a partition."""
    lists: dict[str, dict[str, tuple[int, int]]] = {}
    for name, text in documents.items():
        counts = term_counts(text)
        for term, count in counts.items():
            lists.setdefault(term, {})[name] = (count, sum(counts.values()))
    lengths = [sum(term_counts(text).values()) for text in documents.values()]
    return {"count": len(lengths), "mean": round(fmean(lengths), 9) if lengths else 0.0, "lists": lists}


def assert_partition(
    store: Store, documents: Mapping[str, str], partition: Partition = "active", namespace: str = ANNA
) -> None:
    """Check that a partition has exactly these documents."""
    with store.view(namespace) as view:
        assert_equal(
            search_terms(view, list(documents.values()), partition),
            expect_terms(documents),
            f"what stands in the partition {partition}",
        )


def assert_sound(store: Store) -> None:
    """Check that `verify` has no complaints."""
    assert_equal(list(store.verify()), [], "what verify complains of")
