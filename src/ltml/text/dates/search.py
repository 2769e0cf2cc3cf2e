"""
Finding phrases in a text.

Theory of operation. A text becomes tokens. For each grammar every token (or a few in a row: "a couple of") has *arcs*:
the table entries it fits. The phrases of a grammar are planted in one tree of words and kinds, so that one walk
from each token, along words and arcs, meets every phrase that begins there; its cost depends on what the text
says and not on the number of phrases. Phrases around another date ("the week before 9 June") are walked
a second time with the dates found so far as further arcs. Everything found, dates and "no date" alike, then competes:
the longest wins, the text's own language breaks ties, and only winners are given a meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ltml.text.dates.grammar import DateContext, DateResolver, Grammar, Lexeme, Meaning, PhraseNode, SlotValues
from ltml.text.dates.numeric import readings
from ltml.text.dates.tense import ENDS

if TYPE_CHECKING:
    from ltml.text.dates.arithmetic import DateRange
    from ltml.text.dates.tokens import Token

DATE = "date"
ROLES = {
    "mon": "month",
    "anymonth": "month",
    "abbr": "weekday",
    "festday": "holiday",
    "weekdays": "weekday",
    "seasons": "season",
    "ordinal": "day",
    "numbered": "day",
}  # tables that are apart because some phrases take only one, and mean the same to `meanings`


@dataclass(frozen=True, slots=True)
class TokenArc:
    """From a token to the one at `end`: this kind of thing is said there."""

    key: str
    kind: str
    value: int
    end: int
    sense: DateResolver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseMatch:
    """A phrase in a text: the tokens from `start` to `end` (exclusive), of which the first `skipped` are context."""

    start: int
    end: int
    skipped: int
    meaning: Meaning
    said: SlotValues
    grammar: Grammar
    counts_on: bool = False  #: from the date before it in its sentence

    @property
    def length(self) -> float:
        """How long it is; context counts only between phrases of one length."""
        return self.end - self.start - 0.99 * self.skipped

    def __call__(self, scene: DateContext) -> DateRange | None:
        """The days this phrase means, seen from there."""
        try:
            return self.meaning(scene, self.said)
        except (OverflowError, ValueError):  # beyond the years 1 to 9999, or no such day: "30 February"
            return None


TokenArcs = list[list[TokenArc]]


def matches(tokens: Sequence[Token], grammar: Grammar) -> list[PhraseMatch]:
    """Every phrase of this language in these tokens, overlapping ones too."""
    arcs = [_arcs_at(tokens, at, grammar) for at in range(len(tokens))]
    found = _walked(tokens, arcs, grammar, grammar.tree)
    if all(token.folded not in grammar.joints for token in tokens):
        return found
    return [*found, *_larger(tokens, arcs, grammar)]


def _larger(tokens: Sequence[Token], arcs: TokenArcs, grammar: Grammar) -> list[PhraseMatch]:
    """Phrases around dates; dates are walked only where there is a tree for them."""
    dated = [list(here) for here in arcs]
    for match in _walked(tokens, arcs, grammar, grammar.inner_tree):
        here = dated[match.start + match.skipped]
        here.append(TokenArc("{date}", DATE, 0, match.end, match))
    return _walked(tokens, dated, grammar, grammar.larger_tree)


def _arcs_at(tokens: Sequence[Token], at: int, grammar: Grammar) -> list[TokenArc]:
    token = tokens[at]
    if token.digits:
        return [TokenArc("{" + kind + "}", kind, value, at + 1) for kind, value in _numbers(token.text)]
    known = grammar.lexicon.get(token.folded)
    return [] if known is None else [arc for lexeme in known for arc in _fitting(tokens, at, lexeme)]


def _numbers(digits: str) -> Iterator[tuple[str, int]]:
    for kind, value in readings(digits):
        yield kind, value
        if kind == "n" and 1 <= value <= 31:  # noqa: PLR2004
            yield "day", value


def _fitting(tokens: Sequence[Token], at: int, lexeme: Lexeme) -> Iterator[TokenArc]:
    end = at + 1 + len(lexeme.rest)
    if lexeme.rest and tuple(token.folded for token in tokens[at + 1 : end]) != lexeme.rest:
        return
    if lexeme.case and not _cased(tokens, at, lexeme.case):
        return
    yield TokenArc("{" + lexeme.kind + "}", lexeme.kind, lexeme.value, end)


def _cased(tokens: Sequence[Token], at: int, case: str) -> bool:
    """Whether a capital is there ("^"), or not but for the first word of a sentence ("_")."""
    capital = tokens[at].text[0].isupper()
    return capital if case == "^" else not capital or at == 0 or tokens[at - 1].text in ENDS


def _walked(tokens: Sequence[Token], arcs: TokenArcs, grammar: Grammar, root: PhraseNode) -> list[PhraseMatch]:
    starts = [at for at, token in enumerate(tokens) if arcs[at] or token.folded in root.next]
    return [match for start in starts for match in _from(tokens, arcs, grammar, root, start)]


def _from(
    tokens: Sequence[Token], arcs: TokenArcs, grammar: Grammar, root: PhraseNode, start: int
) -> Iterator[PhraseMatch]:
    """Walk the tree from one token; the states still open are kept on a list, not on Python's stack."""
    open_states: list[tuple[PhraseNode, int, tuple[TokenArc, ...]]] = [(root, start, ())]
    while open_states:
        node, at, path = open_states.pop()
        if node.meaning is not None:
            yield _match(grammar, node, node.meaning, (start, at), path)
        if at >= len(tokens) or not node.next:
            continue
        if following := node.next.get(tokens[at].folded):
            open_states.append((following, at + 1, path))
        if arcs[at]:
            steps = [(node.next.get(arc.key), arc) for arc in arcs[at]]
            open_states.extend((following, arc.end, (*path, arc)) for following, arc in steps if following)


def _match(
    grammar: Grammar, node: PhraseNode, meaning: Meaning, place: tuple[int, int], path: tuple[TokenArc, ...]
) -> PhraseMatch:
    inner = next((arc.sense for arc in path if arc.sense), None)
    values = {ROLES.get(arc.kind, arc.kind): arc.value for arc in path if not arc.sense}
    return PhraseMatch(
        start=place[0],
        end=place[1],
        skipped=node.skipped,
        meaning=meaning,
        said=SlotValues(values=values, inner=inner),
        grammar=grammar,
        counts_on=node.counts_on,
    )


def counted_from(match: PhraseMatch, anchor: DateRange) -> PhraseMatch:
    """A phrase that counts on ("two days later") told where to count from."""
    return replace(match, said=SlotValues(values=match.said.values, inner=lambda _scene: anchor), counts_on=False)
