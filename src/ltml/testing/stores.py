"""
Every promise of `protocols.Store` and `protocols.View`, as one small function each.

A promise takes a store that is open and empty. Expected posting lists and statistics are counted here from the texts,
so every store that passes returns the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from statistics import fmean

from ltml.errors import AlreadyUndone, NotFound, StaleNight, StoreUnavailable, UndoConflict
from ltml.model import MEMORY_BIT, Change, Evidence, Injection, Item, Memory, Night, Turn, Verdict, changed
from ltml.protocols import Selection, Shelf, Store, View
from ltml.testing.promises import BrokenPromise, equal, holds, refusing
from ltml.text import fold_keys, postings, term_counts

NOON = datetime(2031, 3, 5, 12, 0, tzinfo=UTC)
ANNA, BEN = "anna", "ben"
TALK = (
    "The kayak is stored in the blue shed behind the mill.",
    "Which shed do you mean?",
    "My sister Ottilie keeps bees; her honey tastes of thyme.",
    "",
    "The kayak needs a new paddle, the kayak is old.",
)


# ---------------------------------------------------------------- tools


def said(text: str, minute: int = 0, *, session: str = "s1", ref: str = "", role: str = "user") -> Turn:
    """Return a turn said so many minutes after noon."""
    return Turn(session=session, role=role, text=text, at=NOON + timedelta(minutes=minute), ref=ref)


def talk() -> list[Turn]:
    """Return a short conversation."""
    return [said(text, minute) for minute, text in enumerate(TALK)]


def archived(turn: str, reason: str = "small talk") -> Change:
    """Return the change by which a night archives a turn."""
    verdict = Verdict(turn=turn, keep=False, kind="turn", reason=reason, salience=0.0, tier="archive")
    return Change(before=None, after=verdict, reason=reason)


def judged(turn: str) -> Change:
    """Return the change by which a night keeps a turn."""
    verdict = Verdict(turn=turn, keep=True, kind="fact", reason="says something new", salience=0.75)
    return Change(before=None, after=verdict, reason=verdict.reason)


def memory(name: str, text: str, *turns: Turn) -> Memory:
    """Return a memory of this text that rests on these turns."""
    evidence = tuple(Evidence(turn=t.id, quote=t.text, ref=t.ref, at=t.at) for t in turns)
    return Memory(id=name, kind="fact", text=text, evidence=evidence, learned_at=NOON)


def learned(what: Memory) -> Change:
    """Return the change by which a night learns a memory."""
    return Change(before=None, after=what, reason="worth keeping")


def sleep(store: Store, night: str, turns: Sequence[str], *changes: Change, namespace: str = ANNA) -> Night:
    """Run a whole night of these changes."""
    store.begin(namespace, Night(id=night, state="interrupted", started_at=NOON))
    store.commit(namespace, night, turns, changes)
    return store.finish(namespace, night, "promoted", {"changes": float(len(changes))})


def kept(store: Store, namespace: str = ANNA) -> list[Turn]:
    """Return all turns as the store gives them back."""
    return list(store.turns(namespace))


def seen(view: View, texts: Sequence[str], shelf: Shelf = "active") -> Mapping[str, object]:
    """Return what a search for every word of these texts finds, by id instead of number."""
    terms = {term for text in texts for term in term_counts(text)}
    found = view.search(terms, shelf)
    rows = {term: postings.unpacked(data) for term, data in found.postings.items()}
    names = {
        no: doc.id for no, doc in view.documents([no for entries in rows.values() for no, _, _ in entries]).items()
    }
    for entries in rows.values():
        equal([no for no, _, _ in entries], sorted(no for no, _, _ in entries), "the order of a posting list")
    lists = {term: {names[no]: (count, length) for no, count, length in entries} for term, entries in rows.items()}
    return {"count": found.count, "mean": round(found.mean_length, 9), "lists": lists}


def counted(documents: Mapping[str, str]) -> Mapping[str, object]:
    """Return what `seen` must find when these documents stand on the shelf."""
    lists: dict[str, dict[str, tuple[int, int]]] = {}
    for name, text in documents.items():
        counts = term_counts(text)
        for term, count in counts.items():
            lists.setdefault(term, {})[name] = (count, sum(counts.values()))
    lengths = [sum(term_counts(text).values()) for text in documents.values()]
    return {"count": len(lengths), "mean": round(fmean(lengths), 9) if lengths else 0.0, "lists": lists}


def on_shelf(store: Store, documents: Mapping[str, str], shelf: Shelf = "active", namespace: str = ANNA) -> None:
    """Hold the store to exactly these documents on a shelf."""
    with store.view(namespace) as view:
        equal(seen(view, list(documents.values()), shelf), counted(documents), f"what stands on the {shelf} shelf")


def sound(store: Store) -> None:
    """Hold the store to having nothing to complain of."""
    equal(list(store.verify()), [], "what verify complains of")


# ---------------------------------------------------------------- turns


def a_turn_comes_back_as_it_was_said(store: Store) -> None:
    turn = replace(said("Tea at four.", ref="chat:1"), speaker="Ottilie", origin="pasted")
    name = store.append(ANNA, [turn]).ids[0]
    equal(kept(store), [replace(turn, id=name)], "the turn")
    equal(list(store.turns(ANNA, [name])), [replace(turn, id=name)], "the turn by its id")
    equal(list(store.turns(ANNA, ["no such id", f"{name}\x00"])), [], "a turn nobody said")


def the_same_turn_twice_is_kept_once(store: Store) -> None:
    first, second = store.append(ANNA, talk()), store.append(ANNA, talk())
    equal((first.new, second.new), (len(TALK), 0), "how many were new")
    equal(second.ids, first.ids, "the ids of the second append")
    equal(len(kept(store)), len(TALK), "how many are kept")


def the_same_turn_twice_in_one_append_is_kept_once(store: Store) -> None:
    done = store.append(ANNA, [said("Once."), said("Once.")])
    equal((done.new, len(set(done.ids)), len(done.ids)), (1, 1, 2), "new turns, distinct ids, ids")


def appending_nothing_keeps_nothing(store: Store) -> None:
    equal(store.append(ANNA, []).new, 0, "how many were new")
    equal(list(store.namespaces()), [], "the namespaces")


def order_is_time_then_arrival(store: Store) -> None:
    store.append(ANNA, [said("third", 5), said("first", 1)])
    store.append(ANNA, [said("fourth", 5), said("second", 1)])
    equal([t.text for t in kept(store)], ["first", "second", "third", "fourth"], "the order of turns")


def a_clock_that_runs_backwards_loses_nothing(store: Store) -> None:
    store.append(ANNA, [said(f"tick {n}", -n) for n in range(20)])
    equal([t.text for t in kept(store)], [f"tick {n}" for n in reversed(range(20))], "the turns")
    sound(store)


def a_known_ref_with_new_text_is_a_revision(store: Store) -> None:
    old = store.append(ANNA, [said("Dinner at seven in Hall A.", ref="m1")]).ids[0]
    new = store.append(ANNA, [said("Dinner at eight in Hall B.", 1, ref="m1")]).ids[0]
    holds(old != new, "a revision should have an id of its own")
    equal([t.id for t in kept(store)], [new], "the current turns")
    equal([t.id for t in store.turns(ANNA, [old])], [old], "the older revision, asked for by id")
    equal([t.id for t in store.part(ANNA, 10)], [new], "the turns a night would look at")
    on_shelf(store, {new: "Dinner at eight in Hall B."})
    sound(store)


def a_turn_revised_in_the_same_append_leaves_search(store: Store) -> None:
    ids = store.append(
        ANNA, [said("a draft", ref="m"), said("a better draft", 1, ref="m"), said("done", 2, ref="m")]
    ).ids
    on_shelf(store, {ids[2]: "done"})
    sound(store)


def going_back_to_an_older_text_keeps_the_newest(store: Store) -> None:
    ids = store.append(ANNA, [said("red", ref="m"), said("green", 1, ref="m"), said("red", ref="m")]).ids
    equal(ids[2], ids[0], "the id of a text that was there before")
    equal([t.text for t in kept(store)], ["green"], "the current text")
    sound(store)


def the_same_ref_in_another_session_is_another_turn(store: Store) -> None:
    store.append(ANNA, [said("one", ref="7"), said("two", ref="7", session="s2")])
    equal([t.text for t in kept(store)], ["one", "two"], "the turns")


def _comes_back(store: Store, text: str) -> None:
    name = store.append(ANNA, [replace(said(text), session=text or "s", speaker=text, ref=text)]).ids[0]
    (turn,) = store.turns(ANNA, [name])
    equal((turn.text, turn.speaker, turn.ref), (text, text, text), "the text")
    with store.view(ANNA) as view:
        (document,) = view.documents(list(view.numbers([name]).values())).values()
        equal((document.text, document.evidence[0].ref), (text, text), "the document's text")
    sound(store)


def an_empty_text_is_kept(store: Store) -> None:
    _comes_back(store, "")
    on_shelf(store, {kept(store)[0].id: ""})


def nul_bytes_are_kept(store: Store) -> None:
    _comes_back(store, "before\x00after")
    _comes_back(store, "\x00")
    equal(store.stats(ANNA)["active_bytes"], len("before\x00after") + 1, "the bytes, those after a NUL too")


def lone_surrogates_are_kept(store: Store) -> None:
    _comes_back(store, "half an emoji \ud83d and no more")
    equal([t.text for t in kept(store)], ["half an emoji \ud83d and no more"], "the text")
    holds(store.find(ANNA, "EMOJI \ud83d").turns, "a text with a lone surrogate should be found")


def a_lone_surrogate_may_stand_anywhere(store: Store) -> None:
    odd = "odd \udc00"
    name = store.append(odd, [said(odd)]).ids[0]
    change = Change(before=None, after=Verdict(turn=name, keep=True, kind="fact", reason=odd), reason=odd)
    told = replace(memory("m", odd, *kept(store, odd)), tier="hot", speaker=odd)
    sleep(store, "n1", [name], change, learned(told), namespace=odd)
    equal(list(store.namespaces()), [odd], "the namespaces")
    equal([v.reason for v in store.verdicts(odd)], [odd], "the reason")
    equal(list(store.memories(odd)), [told], "the memory")
    equal(store.night(odd, "n1").changes, (change, learned(told)), "the night's changes")
    sound(store)


def right_to_left_and_cjk_are_found(store: Store) -> None:
    hebrew, tower = "הספר נמצא על המדף הכחול", "東京タワーの近くで待ち合わせ"
    ids = store.append(ANNA, [said(hebrew), said(tower, 1)]).ids
    for query, wanted in (("המדף", ids[0]), ("東京", ids[1]), ("タワー", ids[1])):
        with store.view(ANNA) as view:
            found = view.search(set(term_counts(query)))
            numbers = [no for data in found.postings.values() for no, _, _ in postings.unpacked(data)]
            equal({d.id for d in view.documents(numbers).values()}, {wanted}, f"what {query} finds")


def a_very_long_turn_is_kept(store: Store) -> None:
    text = " ".join(f"word{n % 701}" for n in range(25_000))
    holds(len(text) > 170_000, "the text should be long")
    name = store.append(ANNA, [said(text)]).ids[0]
    equal(kept(store)[0].text, text, "the text")
    on_shelf(store, {name: text})
    sound(store)


def any_time_zone_and_year_is_kept(store: Store) -> None:
    zones = [timezone(timedelta(hours=14)), timezone(timedelta(hours=-12)), timezone(timedelta(minutes=345, seconds=7))]
    times = [edge.replace(tzinfo=zone) for zone in (*zones, UTC) for edge in (datetime.min, datetime.max)]  # noqa: DTZ901
    store.append(ANNA, [replace(said(f"at {n}"), at=at) for n, at in enumerate(times)])
    found = {turn.text: turn.at for turn in kept(store)}
    for n, at in enumerate(times):
        equal(found[f"at {n}"].isoformat(), at.isoformat(), "the time, in the speaker's zone")
    with store.view(ANNA) as view:
        equal(len(view.documents(list(view.numbers([t.id for t in kept(store)]).values()))), len(times), "documents")
    sound(store)


def a_part_is_whole_sessions(store: Store) -> None:
    store.append(ANNA, [said(f"{s} {n}", n, session=s) for s in ("a", "b", "c") for n in range(3)])
    equal([t.text for t in store.part(ANNA, 7)], ["a 0", "a 1", "a 2", "b 0", "b 1", "b 2"], "the part")
    equal(len(store.part(ANNA, 9)), 9, "a part that takes all")
    equal(len(store.part(ANNA, 100)), 9, "a part larger than the log")


def a_longer_session_is_cut_into_pieces(store: Store) -> None:
    ids = store.append(ANNA, [said(f"line {n}", n) for n in range(10)]).ids
    first = store.part(ANNA, 4)
    equal([t.id for t in first], list(ids[:4]), "the first piece")
    sleep(store, "n1", [t.id for t in first])
    equal([t.id for t in store.part(ANNA, 4)], list(ids[4:8]), "the next piece")


def sessions_that_were_mixed_come_whole(store: Store) -> None:
    store.append(ANNA, [said(f"{s}{n}", n, session=s) for n in range(3) for s in ("a", "b")])
    equal([t.text for t in store.part(ANNA, 4)], ["a0", "a1", "a2"], "the part")


# ---------------------------------------------------------------- looking


def search_has_the_statistics_of_the_shelf(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    on_shelf(store, dict(zip(ids, TALK, strict=True)))
    on_shelf(store, {}, "archive")


def search_follows_the_nights(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    note = memory("m1", "Ottilie, the sister, keeps bees.", kept(store)[2])
    sleep(store, "n1", ids, archived(ids[1]), archived(ids[3]), judged(ids[2]), learned(note))
    left = {name: text for name, text in zip(ids, TALK, strict=True) if name not in (ids[1], ids[3])}
    on_shelf(store, {**left, "m1": note.text})
    on_shelf(store, {ids[1]: TALK[1], ids[3]: TALK[3]}, "archive")
    sound(store)


def long_posting_lists_are_whole(store: Store) -> None:
    texts = [f"kayak number {n}" for n in range(1300)]
    ids = store.append(ANNA, [said(text, n) for n, text in enumerate(texts)]).ids
    away = set(ids[100:900:3])
    sleep(store, "n1", ids, *(archived(name) for name in sorted(away)))
    on_shelf(store, {name: text for name, text in zip(ids, texts, strict=True) if name not in away})
    store.undo(ANNA, "n1")
    on_shelf(store, dict(zip(ids, texts, strict=True)))
    sound(store)


def namespaces_never_see_each_other(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    with store.view(ANNA) as view:
        before = seen(view, TALK)
    digest = store.digest(ANNA)
    others = store.append(BEN, [*talk(), said("The kayak belongs to Ben.", 9)]).ids
    holds(not set(ids) & set(others), "the same words should have other ids in another namespace")
    with store.view(ANNA) as view:
        equal(seen(view, TALK), before, "what Anna's search finds")
        equal(dict(view.numbers(others)), {}, "the numbers of Ben's turns")
        with store.view(BEN) as bens:
            foreign = list(bens.numbers(others).values())
        equal(dict(view.documents(foreign)), {}, "Ben's documents")
        holds(not any(view.around(foreign, 3).values()), "Ben's turns should have no neighbours here")
    equal(store.digest(ANNA), digest, "Anna's digest")
    equal(
        (list(store.turns(BEN, ids)), list(store.memories(BEN, ["m1"]))), ([], []), "Anna's turns and memories at Ben's"
    )


def no_order_reaches_another_namespace(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    store.append(BEN, [said("Hello.")])
    sleep(store, "n1", ids, archived(ids[1]))
    store.note_answer(ANNA, "q", "yes")
    before = store.digest(ANNA)
    for work in (store.night, store.undo):
        with refusing(NotFound, "another namespace's night"):
            work(BEN, "n1")
    with refusing(StaleNight, "a verdict on another namespace's turn"):
        sleep(store, "n2", [], judged(ids[0]), namespace=BEN)
    equal(
        store.forget(BEN, Selection(turns=tuple(ids), memories=("m1",)), NOON).state, "nothing", "the receipt's state"
    )
    holds(store.answer(BEN, "q") is None, "an answer should be known in its own namespace only")
    equal(store.find(BEN, "kayak"), Selection(), "what Ben finds of Anna's")
    equal(store.digest(ANNA), before, "Anna's digest")


def namespaces_are_listed(store: Store) -> None:
    for name in ("zoe", "anna", "Übung", "x\x00y"):
        store.append(name, [said("Hello.")])
    store.forget("nobody", Selection(turns=("1",)), NOON)
    equal(list(store.namespaces()), sorted(["zoe", "anna", "Übung", "x\x00y"]), "the namespaces")


def an_unknown_namespace_is_empty(store: Store) -> None:
    with store.view("nobody") as view:
        equal(seen(view, TALK), counted({}), "what is found")
        equal(
            (list(view.standing()), list(view.same([1])), dict(view.documents([1, MEMORY_BIT]))), ([], [], {}), "rest"
        )
    equal(
        (list(store.turns("nobody")), list(store.part("nobody", 9)), list(store.memories("nobody"))), ([], [], []), "it"
    )
    equal(list(store.namespaces()), [], "the namespaces after looking")


def a_view_does_not_see_later_writes(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    with store.view(ANNA) as view:
        before = seen(view, TALK)
        late = store.append(ANNA, [said("The kayak sank.", 30)]).ids
        sleep(store, "n1", ids, archived(ids[0]))
        equal(seen(view, TALK), before, "what an open view finds")
        equal(dict(view.numbers(late)), {}, "the numbers of later turns")


def documents_say_what_is_known(store: Store) -> None:
    ids = store.append(ANNA, [replace(said(TALK[0], ref="r1"), speaker="Anna", origin="pasted"), said(TALK[2], 1)]).ids
    note = replace(memory("m1", "The kayak is in the shed.", kept(store)[0]), tier="hot", salience=0.25)
    sleep(store, "n1", ids, judged(ids[0]), learned(note))
    with store.view(ANNA) as view:
        numbers = view.numbers([*ids, "m1", "unknown", "m1\x00"])
        equal(set(numbers), {*ids, "m1"}, "the ids that have numbers")
        found = {d.id: d for d in view.documents([*numbers.values(), 999_999, MEMORY_BIT | 999_999]).values()}
    turn, fact = found[ids[0]], found["m1"]
    equal(
        (turn.kind, turn.salience, turn.tier, turn.speaker, turn.origin),
        ("fact", 0.75, "warm", "Anna", "pasted"),
        "turn",
    )
    equal(turn.evidence, (Evidence(turn=ids[0], quote=TALK[0], ref="r1", at=NOON),), "the evidence of a turn")
    equal(found[ids[1]].row, None, "the verdict on a turn nobody judged")
    equal((fact.is_memory, fact.row, fact.at, fact.salience), (True, note, NOON, 0.25), "the memory")


def neighbours_are_in_order_of_time(store: Store) -> None:
    store.append(ANNA, [said("b", 2), said("a", 1), said("d", 4), said("elsewhere", 3, session="s2"), said("c", 3)])
    store.append(ANNA, [said("c again", 3)])
    name = {turn.text: turn.id for turn in kept(store)}
    with store.view(ANNA) as view:
        number = {text: view.numbers([n])[n] for text, n in name.items()}
        around = view.around([number["c"], MEMORY_BIT | 1], 2)
        wanted = {(-1, number["b"]), (-2, number["a"]), (1, number["c again"]), (2, number["d"])}
        equal({no: set(pairs) for no, pairs in around.items()}, {number["c"]: wanted}, "the neighbours")


def standing_memories_are_the_hot_ones(store: Store) -> None:
    store.append(ANNA, talk())
    turn = kept(store)[0]
    hot = [
        replace(memory(name, name, turn), tier="hot", learned_at=NOON + timedelta(hours=h))
        for name, h in (("b", 2), ("a", 1))
    ]
    sleep(store, "n1", [], *map(learned, [*hot, memory("warm", "warm", turn)]))
    with store.view(ANNA) as view:
        equal([m.id for m in view.standing()], ["a", "b"], "the standing memories, as they were learned")


def fold_keys_find_what_was_kept(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    keys = fold_keys(TALK[0])
    with store.view(ANNA) as view:
        equal(list(view.same(keys)), [], "what is filed before any night")
    note = memory("m1", TALK[0], kept(store)[0])
    sleep(store, "n1", ids, judged(ids[0]), archived(ids[4]), learned(note))
    with store.view(ANNA) as view:
        equal({d.id for d in view.same(keys)} & {ids[0], "m1", ids[4]}, {ids[0], "m1"}, "what is filed")
        equal(list(view.same([])), [], "what is filed under no key")
    store.undo(ANNA, "n1")
    with store.view(ANNA) as view:
        equal(list(view.same(keys)), [], "what is filed after the undo")


# ---------------------------------------------------------------- nights


def a_night_is_kept_with_its_changes(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    changes = (archived(ids[1]), judged(ids[2]), learned(memory("m1", "Bees.", kept(store)[2])))
    night = sleep(store, "n1", ids, *changes)
    equal((night.state, night.changes, dict(night.report)), ("promoted", changes, {"changes": 3.0}), "the night")
    equal(store.night(ANNA, "n1"), night, "the night asked for")
    equal(list(store.nights(ANNA)), [replace(night, changes=())], "the list of nights")
    equal(list(store.part(ANNA, 10)), [], "the new turns after it")
    equal({v.turn for v in store.verdicts(ANNA)}, {ids[1], ids[2]}, "the verdicts")
    equal([v.turn for v in store.verdicts(ANNA, [ids[2]])], [ids[2]], "the verdicts asked for")
    equal(list(store.memories(ANNA, ["m1"])), [changes[2].after], "the memory asked for")


def a_night_nobody_knows_is_not_found(store: Store) -> None:
    with refusing(NotFound, "an unknown night"):
        store.night(ANNA, "n9")
    with refusing(NotFound, "undoing an unknown night"):
        store.undo(ANNA, "n9")
    with refusing(NotFound, "committing to an unknown night"):
        store.commit(ANNA, "n9", [], [])
    equal(list(store.namespaces()), [], "the namespaces afterwards")


def a_commit_is_all_or_nothing(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    before = store.digest(ANNA)
    note = memory("m1", "Bees.", kept(store)[2])
    wrong = Change(before=replace(note, text="Wasps."), after=None, reason="never was so")
    with refusing(StaleNight, "a change whose row is not as before"):
        store.commit(ANNA, "n1", ids, [archived(ids[0]), learned(note), wrong])
    equal(store.digest(ANNA), before, "the digest")
    equal(store.night(ANNA, "n1").changes, (), "the night's changes")
    on_shelf(store, dict(zip(ids, TALK, strict=True)))
    sound(store)


def a_row_changed_meanwhile_makes_the_night_stale(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    sleep(store, "n1", ids, archived(ids[0]))
    with refusing(StaleNight, "a verdict that is there already"):
        sleep(store, "n2", ids, judged(ids[0]))
    with refusing(StaleNight, "a verdict on an unknown turn"):
        sleep(store, "n3", [], judged("no such turn"))
    with refusing(StaleNight, "a memory that cites a turn that is gone"):
        sleep(store, "n4", [], learned(memory("m1", "Bees.", replace(kept(store)[0], id="gone"))))


def whole_numbers_do_not_make_a_night_stale(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    whole = Verdict(turn=ids[0], keep=True, kind="fact", reason="new", salience=1)
    before = store.digest(ANNA)
    sleep(store, "n1", ids, Change(before=None, after=whole, reason="new"))
    sleep(store, "n2", [], changed(whole, salience=0, reason="less"))
    store.undo(ANNA, "n2")
    store.undo(ANNA, "n1")
    equal(store.digest(ANNA), before, "the digest")


def undo_puts_back_exactly(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    first = memory("m1", "Ottilie keeps bees.", kept(store)[2])
    sleep(store, "n0", ids[:3], judged(ids[0]), learned(first))
    before, documents = store.digest(ANNA), {m.id: m for m in store.memories(ANNA)}
    second = replace(memory("m2", "A kayak.", kept(store)[4]), tier="archive")
    judged_first = next(iter(store.verdicts(ANNA, [ids[0]])))
    sleep(
        store, "n1", ids[3:], archived(ids[4]), changed(judged_first, tier="archive", reason="said elsewhere"),
        changed(first, text="Ottilie keeps bees and wasps.", tier="hot", reason="seen again"), learned(second),
    )  # fmt: skip
    holds(store.digest(ANNA) != before, "a night with changes should change the digest")
    night = store.undo(ANNA, "n1")
    equal(night.state, "undone", "the state of the night")
    equal(store.digest(ANNA), before, "the digest after the undo")
    equal({m.id: m for m in store.memories(ANNA)}, documents, "the memories")
    equal([t.id for t in store.part(ANNA, 10)], list(ids[3:]), "the turns that are new again")
    on_shelf(store, {**dict(zip(ids, TALK, strict=True)), "m1": first.text})
    on_shelf(store, {}, "archive")
    sound(store)


def undo_takes_back_every_part(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    before = store.digest(ANNA)
    note = memory("m1", "Bees.", kept(store)[2])
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    store.commit(ANNA, "n1", ids[:2], [archived(ids[0]), learned(note)])
    store.commit(ANNA, "n1", ids[2:], [changed(note, text="Many bees.", reason="seen again"), archived(ids[3])])
    equal(len(store.finish(ANNA, "n1", "promoted", {}).changes), 4, "the changes of both parts")
    store.undo(ANNA, "n1")
    equal(store.digest(ANNA), before, "the digest")
    equal(len(store.part(ANNA, 10)), len(ids), "the turns that are new again")
    sound(store)


def undo_brings_a_dropped_memory_back_in_its_place(store: Store) -> None:
    store.append(ANNA, talk())
    notes = [memory(f"m{n}", f"fact {n}", kept(store)[0]) for n in range(3)]
    sleep(store, "n1", [], *map(learned, notes))
    sleep(store, "n2", [], Change(before=notes[0], after=None, reason="wrong"))
    store.undo(ANNA, "n2")
    equal(list(store.memories(ANNA)), notes, "the memories in order")
    sound(store)


def undo_happens_once(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    sleep(store, "n1", ids, archived(ids[0]))
    store.undo(ANNA, "n1")
    with refusing(AlreadyUndone, "undoing twice"):
        store.undo(ANNA, "n1")
    with refusing(AlreadyUndone, "committing to a night that was undone"):
        store.commit(ANNA, "n1", ids, [archived(ids[0])])
    with refusing(AlreadyUndone, "beginning a night again that was undone"):
        store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    equal(store.finish(ANNA, "n1", "promoted", {}).state, "undone", "the state of an undone night that ends late")


def a_refused_night_cannot_be_undone(store: Store) -> None:
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    store.finish(ANNA, "n1", "refused", {"why": "recall got worse"})
    with refusing(AlreadyUndone, "undoing a night that never took effect"):
        store.undo(ANNA, "n1")


def undo_is_refused_where_a_later_night_built_on_it(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    note = memory("m1", "Bees.", kept(store)[2])
    sleep(store, "n1", ids[:2], learned(note), archived(ids[0]))
    sleep(store, "n2", ids[2:], changed(note, text="Many bees.", reason="seen again"))
    before = store.digest(ANNA)
    with refusing(UndoConflict, "undoing a night that another built on"):
        store.undo(ANNA, "n1")
    equal(store.digest(ANNA), before, "the digest after the refusal")
    store.undo(ANNA, "n2")
    store.undo(ANNA, "n1")
    equal(list(store.memories(ANNA)), [], "the memories when both are undone")
    sound(store)


def what_was_undone_is_vetoed(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    equal(store.vetoes(ANNA), frozenset(), "the vetoes at first")
    sleep(store, "n1", ids, archived(ids[0]), learned(memory("m1", "Bees.", kept(store)[2])))
    store.undo(ANNA, "n1")
    equal(store.vetoes(ANNA), frozenset({f"verdict:{ids[0]}", "memory:m1"}), "the vetoes")


def a_revised_turn_is_not_new_again_after_an_undo(store: Store) -> None:
    old = store.append(ANNA, [said("Hall A.", ref="m1"), said("Something else.", 1)]).ids
    sleep(store, "n1", old, archived(old[0]), judged(old[1]))
    new = store.append(ANNA, [said("Hall B, upstairs.", 2, ref="m1")]).ids[0]
    store.undo(ANNA, "n1")
    equal({t.id for t in store.part(ANNA, 10)}, {old[1], new}, "the new turns")
    on_shelf(store, {old[1]: "Something else.", new: "Hall B, upstairs."})
    on_shelf(store, {}, "archive")
    sound(store)


def answers_are_kept_until_the_night_ends(store: Store) -> None:
    equal(store.answer(ANNA, "q1"), None, "an answer nobody gave")
    store.note_answer(ANNA, "q1", "{}")
    store.note_answer(ANNA, "q1", "yes \ud800\x00")
    equal(store.answer(ANNA, "q1"), "yes \ud800\x00", "the answer")
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    store.finish(ANNA, "n1", "interrupted", {})
    holds(store.answer(ANNA, "q1") is not None, "an interrupted night should find its answers again")
    store.finish(ANNA, "n1", "empty", {})
    equal(store.answer(ANNA, "q1"), None, "the answer after the night")


def beginning_again_resumes(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    night = Night(id="n1", state="interrupted", started_at=NOON, kind="night")
    store.begin(ANNA, night)
    store.commit(ANNA, "n1", ids[:1], [archived(ids[0])])
    store.begin(ANNA, replace(night, started_at=NOON + timedelta(hours=1)))
    equal(store.night(ANNA, "n1"), replace(night, changes=(archived(ids[0]),)), "the resumed night")


def refusals_are_remembered(store: Store) -> None:
    store.refuse(ANNA, "d1")
    store.refuse(ANNA, "d1")
    equal(
        (store.refused(ANNA, "d1"), store.refused(ANNA, "d2"), store.refused(BEN, "d1")),
        (True, False, False),
        "refusals",
    )


def a_lease_has_one_holder(store: Store) -> None:
    term = timedelta(minutes=5)
    equal(store.lease("night", "a", NOON, term), True, "taking a free lease")
    equal(store.lease("night", "b", NOON + term / 2, term), False, "taking a lease that another holds")
    equal(store.lease("night", "a", NOON + term / 2, term), True, "renewing")
    equal(store.lease("night", "b", NOON + term, term), False, "taking a lease that was renewed")
    equal(store.lease("night", "b", NOON + term * 1.5, term), True, "taking a lease that ran out")
    store.release("night", "a")
    equal(store.lease("night", "a", NOON + term * 1.5, term), False, "a release by one who does not hold it")
    store.release("night", "b")
    equal(store.lease("night", "a", NOON, term), True, "taking a released lease")
    equal(store.lease("checkpoint", "b", NOON, term), True, "taking another lease")


def an_injection_is_recognised(store: Store) -> None:
    item = Item(text="Bees.", kind="fact", score=1.0, evidence=(), id="m1")
    store.note_injection(ANNA, Injection(block="The block.", recall="The recall \ud800.", items=(item,)), NOON, None)
    store.note_injection(ANNA, Injection(recall="More."), NOON, "s1")
    texts = ["The block.", "The recall \ud800.", "More.", "The block", "", "Never said."]
    equal(store.injected(ANNA, texts), frozenset(texts[:3]), "the texts LTML injected")
    equal(store.injected(BEN, texts), frozenset(), "the texts injected into another namespace")
    equal(store.injected(ANNA, []), frozenset(), "of no texts")


# ---------------------------------------------------------------- forgetting


def find_looks_into_words(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    sleep(store, "n1", ids, learned(memory("m1", "A Kayak.", kept(store)[0])))
    equal(store.find(ANNA, "KAYAK"), Selection(turns=(ids[0], ids[4]), memories=("m1",)), "what is found")
    equal(store.find(ANNA, "submarine"), Selection(), "what is not there")
    for nothing in ("", "  \n"):
        equal(store.find(ANNA, nothing), Selection(), "what no words find: never everything")


def forgotten_turns_are_gone(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    note = memory("m1", TALK[2], kept(store)[2])
    sleep(store, "n1", ids, archived(ids[1]), judged(ids[2]), learned(note))
    store.note_answer(ANNA, "q", "Ottilie")
    item = Item(text="Bees.", kind="fact", score=1.0, evidence=(), id="m1")
    store.note_injection(ANNA, Injection(recall="Ottilie.", items=(item,)), NOON, None)
    receipt = store.forget(ANNA, store.find(ANNA, "ottilie"), NOON)
    equal((receipt.turns, receipt.memories, receipt.sealed_nights), ((ids[2],), ("m1",), ("n1",)), "the receipt")
    equal(receipt.state, "proven", "the state of the receipt")
    equal((list(store.turns(ANNA, [ids[2]])), list(store.memories(ANNA))), ([], []), "the turn and its memory")
    equal((store.answer(ANNA, "q"), store.injected(ANNA, ["Ottilie."])), (None, frozenset()), "answer and injection")
    night = store.night(ANNA, "n1")
    equal((night.state, [c.key for c in night.changes]), ("sealed", [f"verdict:{ids[1]}"]), "the night")
    with refusing(AlreadyUndone, "undoing a sealed night"):
        store.undo(ANNA, "n1")
    on_shelf(store, {ids[0]: TALK[0], ids[3]: TALK[3], ids[4]: TALK[4]})
    sound(store)


def a_memory_is_made_anew_from_what_is_left(store: Store) -> None:
    store.append(ANNA, [said("Ottilie keeps bees."), said("She has nine hives.", 1), said("Her bees are gentle.", 2)])
    first, second, third = kept(store)
    note = replace(memory("m1", "Ottilie keeps bees, in nine hives.", first, second), count=5)
    whole = replace(memory("m2", "Gentle bees, says Ottilie.", first, third), evidence=(
        Evidence(turn=first.id, at=first.at), Evidence(turn=third.id, at=third.at)))  # fmt: skip
    sleep(store, "n1", [first.id], learned(note), learned(whole))
    receipt = store.forget(ANNA, Selection(turns=(first.id,)), NOON)
    equal((receipt.turns, set(receipt.memories)), ((first.id,), {"m1", "m2"}), "the receipt")
    left = {m.id: m for m in store.memories(ANNA)}
    equal((left["m1"].text, left["m1"].count), ("She has nine hives.", 4), "the memory in the words that are left")
    equal([e.turn for e in left["m1"].evidence], [second.id], "its evidence")
    equal(left["m2"].text, third.text, "a memory whose evidence has no quote")
    on_shelf(store, {second.id: second.text, third.id: third.text, "m1": second.text, "m2": third.text})
    sound(store)


def forgetting_takes_every_revision(store: Store) -> None:
    old = store.append(ANNA, [said("The code is swordfish.", ref="m1"), said("Fine.", 1)]).ids
    new = store.append(ANNA, [said("The code is halibut.", ref="m1")]).ids[0]
    sleep(store, "n1", [*old, new], judged(old[0]), judged(new))
    receipt = store.forget(ANNA, Selection(turns=(old[0],)), NOON)
    equal(set(receipt.turns), {old[0], new}, "the turns of the receipt")
    equal([t.text for t in kept(store)], ["Fine."], "what is left")
    equal(store.find(ANNA, "code"), Selection(), "what is found of it")
    again = store.append(ANNA, [said("The code is plaice.", ref="m1")])
    equal((again.new, again.ids[0]), (1, old[0]), "the same ref after the forgetting")
    sound(store)


def a_forgotten_memory_leaves_its_turns(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    sleep(store, "n1", ids, learned(memory("m1", "Bees.", kept(store)[2])))
    receipt = store.forget(ANNA, Selection(memories=("m1",)), NOON)
    equal((receipt.turns, receipt.memories), ((), ("m1",)), "the receipt")
    equal((len(kept(store)), list(store.memories(ANNA))), (len(TALK), []), "turns and memories")
    sound(store)


def forgetting_nothing_is_nothing(store: Store) -> None:
    store.append(ANNA, talk())
    before = store.digest(ANNA)
    for selection in (Selection(), Selection(turns=("unknown",), memories=("unknown",))):
        equal(store.forget(ANNA, selection, NOON).state, "nothing", "the state of the receipt")
    equal(store.digest(ANNA), before, "the digest")


def an_order_given_twice_has_one_receipt(store: Store) -> None:
    store.append(ANNA, talk())
    order = store.find(ANNA, "ottilie")
    first = store.forget(ANNA, order, NOON)
    equal(store.forget(ANNA, order, NOON + timedelta(days=1)).id, first.id, "the receipt of the second order")


def a_night_sealed_while_it_runs_stays_sealed(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    store.commit(ANNA, "n1", ids[:3], [archived(ids[1]), judged(ids[2])])
    store.forget(ANNA, Selection(turns=(ids[2],)), NOON)
    store.commit(ANNA, "n1", ids[3:], [archived(ids[3])])
    equal(store.finish(ANNA, "n1", "promoted", {}).state, "sealed", "the state of the night")
    with refusing(AlreadyUndone, "undoing it"):
        store.undo(ANNA, "n1")
    sound(store)


def forgetting_makes_a_thinking_night_stale(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    note = memory("m1", TALK[2], kept(store)[2])
    store.begin(ANNA, Night(id="n1", state="interrupted", started_at=NOON))
    store.forget(ANNA, Selection(turns=(ids[2],)), NOON)
    with refusing(StaleNight, "a memory of what was forgotten meanwhile"):
        store.commit(ANNA, "n1", ids, [learned(note)])
    equal((store.find(ANNA, "ottilie"), len(store.part(ANNA, 10))), (Selection(), len(TALK) - 1), "what is left")


# ---------------------------------------------------------------- keeping sound


def stats_say_what_is_held(store: Store) -> None:
    turns = [replace(turn, ref=f"r{n}") for n, turn in enumerate(talk())]
    ids = store.append(ANNA, turns).ids
    store.append(BEN, [said("Not Anna's.")])
    sleep(store, "n1", ids[:4], archived(ids[1]), archived(ids[0]), learned(memory("m1", "Shed.", kept(store)[0])))
    stats = dict(store.stats(ANNA))
    holds(stats.pop("total_bytes") > 0, "total_bytes should count the store's files")
    wanted = {
        "turns": 5, "new_turns": 1, "memories": 1, "active_items": 4, "archived_items": 2, "nights": 1,
        "active_bytes": sum(len(TALK[n].encode()) for n in (2, 3, 4)) + len("Shed."),
        "kinds": {"fact": 1}, "archived_refs": ["r1"],
    }  # fmt: skip
    equal(stats, wanted, "the statistics")


def the_digest_sees_every_difference(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    seen_so_far = {store.digest(ANNA)}
    steps: list[Callable[[], object]] = [
        lambda: sleep(store, "n1", ids[:1]),
        lambda: sleep(store, "n2", [], archived(ids[0])),
        lambda: sleep(store, "n3", [], learned(memory("m1", "Bees.", kept(store)[0]))),
        lambda: store.append(ANNA, [said("More.", 50)]),
    ]
    for step in steps:
        step()
        holds(store.digest(ANNA) not in seen_so_far, "the digest should change with what is held")
        seen_so_far.add(store.digest(ANNA))


def repairing_what_is_sound_changes_nothing(store: Store) -> None:
    ids = store.append(ANNA, talk()).ids
    sleep(store, "n1", ids[:3], archived(ids[1]), judged(ids[2]), learned(memory("m1", "Bees.", kept(store)[2])))
    with store.view(ANNA) as view:
        before, digest = seen(view, TALK), store.digest(ANNA)
    equal(list(store.verify(repair=True)), [], "what a repair of a sound store complains of")
    with store.view(ANNA) as view:
        equal((seen(view, TALK), store.digest(ANNA)), (before, digest), "search and digest after the repair")


def closing_twice_is_closing_once(store: Store) -> None:
    store.append(ANNA, talk())
    store.close()
    store.close()
    with refusing(StoreUnavailable, "writing to a closed store"):
        store.append(ANNA, talk())
    with refusing(StoreUnavailable, "reading from a closed store"):
        list(store.turns(ANNA))


Promise = Callable[[Store], None]

#: Every promise, in the order of this file.
STORE_PROMISES: tuple[Promise, ...] = (
    a_turn_comes_back_as_it_was_said,
    the_same_turn_twice_is_kept_once,
    the_same_turn_twice_in_one_append_is_kept_once,
    appending_nothing_keeps_nothing,
    order_is_time_then_arrival,
    a_clock_that_runs_backwards_loses_nothing,
    a_known_ref_with_new_text_is_a_revision,
    a_turn_revised_in_the_same_append_leaves_search,
    going_back_to_an_older_text_keeps_the_newest,
    the_same_ref_in_another_session_is_another_turn,
    an_empty_text_is_kept,
    nul_bytes_are_kept,
    lone_surrogates_are_kept,
    a_lone_surrogate_may_stand_anywhere,
    right_to_left_and_cjk_are_found,
    a_very_long_turn_is_kept,
    any_time_zone_and_year_is_kept,
    a_part_is_whole_sessions,
    a_longer_session_is_cut_into_pieces,
    sessions_that_were_mixed_come_whole,
    search_has_the_statistics_of_the_shelf,
    search_follows_the_nights,
    long_posting_lists_are_whole,
    namespaces_never_see_each_other,
    no_order_reaches_another_namespace,
    namespaces_are_listed,
    an_unknown_namespace_is_empty,
    a_view_does_not_see_later_writes,
    documents_say_what_is_known,
    neighbours_are_in_order_of_time,
    standing_memories_are_the_hot_ones,
    fold_keys_find_what_was_kept,
    a_night_is_kept_with_its_changes,
    a_night_nobody_knows_is_not_found,
    a_commit_is_all_or_nothing,
    a_row_changed_meanwhile_makes_the_night_stale,
    whole_numbers_do_not_make_a_night_stale,
    undo_puts_back_exactly,
    undo_takes_back_every_part,
    undo_brings_a_dropped_memory_back_in_its_place,
    undo_happens_once,
    a_refused_night_cannot_be_undone,
    undo_is_refused_where_a_later_night_built_on_it,
    what_was_undone_is_vetoed,
    a_revised_turn_is_not_new_again_after_an_undo,
    answers_are_kept_until_the_night_ends,
    beginning_again_resumes,
    refusals_are_remembered,
    a_lease_has_one_holder,
    an_injection_is_recognised,
    find_looks_into_words,
    forgotten_turns_are_gone,
    a_memory_is_made_anew_from_what_is_left,
    forgetting_takes_every_revision,
    a_forgotten_memory_leaves_its_turns,
    forgetting_nothing_is_nothing,
    an_order_given_twice_has_one_receipt,
    a_night_sealed_while_it_runs_stays_sealed,
    forgetting_makes_a_thinking_night_stale,
    stats_say_what_is_held,
    the_digest_sees_every_difference,
    repairing_what_is_sound_changes_nothing,
    closing_twice_is_closing_once,
)


def check_store(make: Callable[[], Store]) -> None:
    """
    Hold a store to every promise; `make` returns a store that is open, empty and not shared with anybody.

    Raises `BrokenPromise` that names the promise.
    """
    for promise in STORE_PROMISES:
        keep(promise, make())


def keep(promise: Promise, store: Store) -> None:
    """Hold a store to one promise, and close it. Raises `BrokenPromise` that names the promise."""
    try:
        promise(store)
    except BrokenPromise as exc:
        raise BrokenPromise(f"{promise.__name__.replace('_', ' ')}: {exc}") from exc
    finally:
        store.close()
