"""
What an order to forget does to words, in every store alike: which words must be gone, what quotes them, what is left.

The theory is in `sqlite/erase.py`; here are its rules, as functions of texts and memories.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

from ltml.model import Change, Memory, Turn
from ltml.protocols import Selection
from ltml.store.rules import byte_size
from ltml.text import contains_words, is_phatic, plain, sentences, term_counts, terms, words

#: Minimum length in bytes of a word that is looked for: shorter ones occur in any file by chance. Hexadecimal ones
#: occur in ids by chance and must be longer.
MIN_WORD_BYTES, MIN_HEX_BYTES = 4, 9
_WORD = re.compile(r"\w+")
_HEX = re.compile(r"[0-9a-fA-F]*")


def select_containing(text: str, turns: Iterable[Turn], memories: Iterable[Memory]) -> Selection:
    """Return the turns and memories in which these words occur, in plain form; words inside others are other words."""
    needle = plain(text)
    if not needle:
        return Selection()
    return Selection(
        turns=tuple(turn.id for turn in turns if contains_words(plain(turn.text), needle)),
        memories=tuple(memory.id for memory in memories if contains_words(plain(memory.text), needle)),
    )


def redact_memory(memory: Memory, turns: Collection[str], text_of: Callable[[str], str], *, delete: bool) -> Change:
    """
    Return the change that removes these turns from a memory's evidence: the memory is remade from the rest, or deleted.

    A remade memory says what its remaining evidence says; `text_of` returns the text of a turn, for evidence without a
    quote means the whole turn. `delete` deletes it whatever is left.
    """
    left = tuple(e for e in memory.evidence if e.turn not in turns)
    if delete or not left:
        return Change(before=memory, after=None, reason="forgotten")
    quotes = [e.quote or text_of(e.turn) for e in left]
    text = memory.text if memory.text in quotes else quotes[-1]
    dates = tuple(d for d in memory.dates if d.phrase in text)
    count = max(len(left), memory.count - len(memory.evidence) + len(left))
    after = replace(memory, text=text, evidence=left, dates=dates, count=count)
    return Change(before=memory, after=after, reason="forgotten")


def list_lost_texts(changes: Iterable[Change], turns: Collection[str]) -> Iterator[str]:
    """Yield what memories said before these changes and no longer say: their texts, and their quotes of these turns."""
    for before, after in ((change.before, change.after) for change in changes):
        if isinstance(before, Memory):
            yield from (e.quote for e in before.evidence if e.turn in turns)
            if not isinstance(after, Memory) or after.text != before.text:
                yield before.text


def find_telltale_words(texts: Iterable[str], remaining: Iterable[str]) -> frozenset[str]:
    """Return the words of these texts that occur in none of the remaining ones: they must be found nowhere any more."""
    found = {word for text in texts for word in (*_WORD.findall(text), *words(text), *term_counts(text))}
    for word in list(found):
        if byte_size(word) < (MIN_HEX_BYTES if _HEX.fullmatch(word) else MIN_WORD_BYTES):
            found.discard(word)
    for text in remaining:
        low = text.casefold()
        found = {word for word in found if word.casefold() not in low}
    return frozenset(found)


def quote_matcher(texts: Iterable[str], telltale_words: Collection[str]) -> Callable[[str], bool]:
    """
    Return a predicate that tells whether a text shown to a model gives away anything of these texts.

    It does if it contains a telltale word, or if one of its lines contains a sentence of the texts or all terms of one.
    Errs on the safe side: a text wrongly taken for a quote is only not placed again.
    """
    lows = [word.casefold() for word in telltale_words]
    spans = {span.of(text) for text in texts for span in sentences(text)}
    said = [(plain(span), frozenset(terms(span))) for span in spans if not is_phatic(span)]

    def quotes(text: str) -> bool:
        low, about, whole = text.casefold(), frozenset(terms(text)), plain(text)
        if any(word in low for word in lows):
            return True
        likely = [(sentence, wanted) for sentence, wanted in said if wanted and (wanted <= about or sentence in whole)]
        return any(
            sentence in plain(line) or (len(wanted) > 1 and wanted <= set(terms(line)))
            for line in (text.split("\n") if likely else ())
            for sentence, wanted in likely
        )

    return quotes
