"""
Search for phrases in a text.

Theory of operation. A text becomes tokens. For each grammar every token (or a few in a row: "a couple of") has *arcs*:
the table entries it fits. The phrases of a grammar are planted in one tree of words and kinds, so that one walk
from each token, along words and arcs, meets every phrase that begins there; its cost depends on what the text
says and not on the number of phrases. Phrases around another date ("the week before 9 June") are walked
a second time with the dates found so far as further arcs. Everything found, dates and "no date" alike, then competes:
the longest wins, the text's own language breaks ties, and only winners are given a meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ltml.text.dates.grammar import DateContext, DateResolver, Grammar, PhraseNode, SlotValues
from ltml.text.dates.numeric import readings
from ltml.text.dates.tense import ENDS

if TYPE_CHECKING:
    from ltml.text.dates.arithmetic import DateRange
    from ltml.text.dates.tokens import Token

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
    """A step from a token to the one at `end`, over a word of this kind."""

    key: str
    kind: str
    value: int
    end: int
    resolver: DateResolver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseMatch:
    """A phrase in a text: the tokens from `start` to `end` (exclusive), of which the first `skipped` are context."""

    start: int
    end: int
    node: PhraseNode  #: the end of the phrase in the tree
    slots: SlotValues
    grammar: Grammar

    @property
    def skipped(self) -> int:
        """Number of tokens before the phrase that are its context."""
        return self.node.skipped

    @property
    def length(self) -> float:
        """Number of tokens; context counts only between phrases of one length."""
        return self.end - self.start - 0.99 * self.node.skipped

    def __call__(self, context: DateContext) -> DateRange | None:
        """Return the days this phrase means in a context."""
        try:
            return self.node.meaning(context, self.slots) if self.node.meaning else None
        except (OverflowError, ValueError):  # beyond the years 1 to 9999, or no such day: "30 February"
            return None


TokenArcs = list[list[TokenArc]]


def matches(tokens: Sequence[Token], grammar: Grammar) -> list[PhraseMatch]:
    """Return every phrase of this language in these tokens, overlapping ones too."""
    arcs = [_arcs_at(tokens, at, grammar) for at in range(len(tokens))]
    found = _walk(tokens, arcs, grammar, grammar.tree)
    if all(token.folded not in grammar.joints for token in tokens):
        return found
    dated = [list(here) for here in arcs]
    for match in _walk(tokens, arcs, grammar, grammar.inner_tree):
        dated[match.start + match.skipped].append(TokenArc("{date}", "date", 0, match.end, match))
    return [*found, *_walk(tokens, dated, grammar, grammar.larger_tree)]


def _arcs_at(tokens: Sequence[Token], at: int, grammar: Grammar) -> list[TokenArc]:
    """Return the arcs from a token: the kinds of number it is, or the words of tables it begins."""
    token, arcs = tokens[at], []
    if token.digits:
        for kind, value in readings(token.text):
            arcs.append(TokenArc("{" + kind + "}", kind, value, at + 1))
            if kind == "n" and 1 <= value <= 31:  # noqa: PLR2004
                arcs.append(TokenArc("{day}", "day", value, at + 1))
        return arcs
    for lexeme in grammar.lexicon.get(token.folded, ()):
        end = at + 1 + len(lexeme.rest)
        if lexeme.rest and tuple(following.folded for following in tokens[at + 1 : end]) != lexeme.rest:
            continue
        capital = token.text[0].isupper()
        opens = at == 0 or tokens[at - 1].text in ENDS  # the first word of a sentence has a capital anyway
        if (lexeme.case == "^" and not capital) or (lexeme.case == "_" and capital and not opens):
            continue
        arcs.append(TokenArc("{" + lexeme.kind + "}", lexeme.kind, lexeme.value, end))
    return arcs


def _walk(tokens: Sequence[Token], arcs: TokenArcs, grammar: Grammar, root: PhraseNode) -> list[PhraseMatch]:
    """Walk the tree from each token; the states still open are kept on a list, not on Python's stack."""
    found = []
    for start, first in enumerate(tokens):
        open_states: list[tuple[PhraseNode, int, tuple[TokenArc, ...]]] = []
        if arcs[start] or first.folded in root.next:
            open_states.append((root, start, ()))
        while open_states:
            node, at, path = open_states.pop()
            if node.meaning is not None:
                inner = next((arc.resolver for arc in path if arc.resolver), None)
                values = {ROLES.get(arc.kind, arc.kind): arc.value for arc in path if not arc.resolver}
                slots = SlotValues(values=values, inner=inner)
                found.append(PhraseMatch(start=start, end=at, node=node, slots=slots, grammar=grammar))
            if at >= len(tokens) or not node.next:
                continue
            if following := node.next.get(tokens[at].folded):
                open_states.append((following, at + 1, path))
            steps = [(node.next.get(arc.key), arc) for arc in arcs[at]]
            open_states.extend((following, arc.end, (*path, arc)) for following, arc in steps if following)
    return found


def count_from(match: PhraseMatch, anchor: DateRange) -> PhraseMatch:
    """Return a phrase that counts on ("two days later") with the days it counts from."""
    return replace(match, slots=SlotValues(values=match.slots.values, inner=lambda _context: anchor))
