"""What every store says in the same way: digest and statistics, what words say, a memory re-made, what was shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from ltml.model import Evidence, Injection, Memory, Turn, Verdict
from ltml.protocols import KnownMessage, PlacedText, Selection
from ltml.store.rows import dumped, packed
from ltml.text import budget_tokens, is_phatic, plain, sentences, term_counts, terms, words

#: Fewer bytes than this turn up in any file by chance; of hexadecimal letters, in any id.
TELLING, TELLING_HEX = 4, 9
_RUN = re.compile(r"\w+")
_HEX = re.compile(r"[0-9a-fA-F]*")


def state_digest(
    turns: Iterable[Turn], verdicts: Iterable[Verdict], memories: Iterable[Memory], new: Iterable[str]
) -> str:
    """Return a hash of a namespace: its turns in order of arrival, verdicts, memories, and the ids of new turns."""
    digest = blake2b(digest_size=16)
    for turn in turns:
        said = (turn.id, turn.session, turn.role, turn.speaker, turn.ref, turn.origin, turn.at.isoformat(), turn.text)
        marks = (turn.interrupted, *(("superseded",) if turn.superseded else ()))
        digest.update(dumped((*said, *marks)).encode() + b"\n")
    for line in [*map(packed, verdicts), *sorted(map(str, map(packed, memories))), *(f"new {name}" for name in new)]:
        digest.update(str(line).encode() + b"\n")
    return digest.hexdigest()


def containing(text: str, turns: Iterable[Turn], memories: Iterable[Memory]) -> Selection:
    """Return the turns and memories whose words contain this text, however it is typed; no text is in none."""
    needle = plain(text)
    if not needle:
        return Selection()
    return Selection(
        turns=tuple(turn.id for turn in turns if needle in plain(turn.text)),
        memories=tuple(memory.id for memory in memories if needle in plain(memory.text)),
    )


def from_rest(memory: Memory, left: tuple[Evidence, ...], said: Callable[[str], str]) -> Memory:
    """
    Return a memory made anew from the evidence that is left, in that evidence's own words.

    `said` gives the text of a turn: evidence without a quote means the whole turn.
    """
    quotes = [e.quote or said(e.turn) for e in left]
    text = memory.text if memory.text in quotes else quotes[-1]
    dates = tuple(d for d in memory.dates if d.phrase in text)
    count = max(len(left), memory.count - len(memory.evidence) + len(left))
    return replace(memory, text=text, evidence=left, dates=dates, count=count)


def bytes_shown(memories: Iterable[Memory]) -> int:
    """Return how many bytes of text default recall can show of these memories."""
    return sum(len(memory.text.encode("utf-8", "surrogatepass")) for memory in memories if memory.active)


def memory_stats(memories: Sequence[Memory], archived: Collection[str]) -> dict[str, Any]:
    """Return what the statistics say of memories; `archived` are the refs of archived turns."""
    cited = {True: set[str](), False: set(archived)}
    for memory in memories:
        cited[memory.active].update(filter(None, memory.refs))
    return {
        "memories": len(memories),
        "kinds": dict(sorted(Counter(memory.kind for memory in memories).items())),
        "archived_refs": sorted(cited[False] - cited[True]),
    }


# ---------------------------------------------------------------- what words say


def telling(texts: Iterable[str], left: Iterable[str]) -> frozenset[str]:
    """Return the words of these texts that nothing of what is left says: those must be found nowhere any more."""
    found = {word for text in texts for word in (*_RUN.findall(text), *words(text), *term_counts(text))}
    found = {word for word in found if _long_enough(word)}
    for text in left:
        low = text.casefold()
        found = {word for word in found if word.casefold() not in low}
    return frozenset(found)


def _long_enough(word: str) -> bool:
    return len(word.encode("utf-8", "surrogatepass")) >= (TELLING_HEX if _HEX.fullmatch(word) else TELLING)


def quoting(texts: Iterable[str], telling_words: Collection[str]) -> Callable[[str], bool]:
    """
    Return what tells whether words that were shown give away anything of these texts.

    They do if a line of them holds a sentence of the texts or all that it is about, or if they say a telling word.
    Rather too much than too little: words wrongly taken for a quote are only not placed again.
    """
    lows = [word.casefold() for word in telling_words]
    spans = {span.of(text) for text in texts for span in sentences(text)}
    said = [(plain(span), frozenset(terms(span))) for span in spans if not is_phatic(span)]

    def says(text: str) -> bool:
        low = text.casefold()
        return any(word in low for word in lows) or _repeats(text, said)

    return says


def _repeats(text: str, said: Iterable[tuple[str, frozenset[str]]]) -> bool:
    """Tell whether one line says one of these sentences, given in plain form and as their terms."""
    about = frozenset(terms(text))
    whole = plain(text)
    likely = [(sentence, wanted) for sentence, wanted in said if wanted and (wanted <= about or sentence in whole)]
    return any(
        sentence in plain(line) or (len(wanted) > 1 and wanted <= set(terms(line)))
        for line in (text.split("\n") if likely else ())
        for sentence, wanted in likely
    )


# ---------------------------------------------------------------- what was heard and shown


def newest_first(known: Iterable[KnownMessage]) -> list[KnownMessage]:
    """Return messages newest first; of one moment, the later place comes first."""
    return sorted(known, key=lambda k: (-k.at.timestamp(), -k.place, k.session, k.digest))


def shown(injection: Injection, place: str) -> tuple[PlacedText, ...]:
    """Return the words of an injection by their places, each with the ids of the items that stand in it."""
    both = bool(injection.block and injection.recall)
    lines = frozenset(injection.block.split("\n"))
    standing = tuple(item.id for item in injection.items if not both or item.text in lines)
    recalled = tuple(item.id for item in injection.items if not both or item.text not in lines)
    parts = (("", injection.block, standing), (place, injection.recall, recalled))
    return tuple(
        PlacedText(place=where, text=text, tokens=budget_tokens(text) if both else injection.tokens, items=ids)
        for where, text, ids in parts
        if text
    )


def rests_on(injection: Injection) -> frozenset[str]:
    """Return the ids of everything an injection shows, and of the turns that rests on."""
    shown_ids = {item.id for item in injection.items}
    return frozenset(shown_ids | {e.turn for item in injection.items for e in item.evidence})
