"""The tense around a phrase: the nearest cue wins, one before the phrase more readily than one after."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from ltml.text.dates.tokens import folded
from ltml.text.languages import languages

if TYPE_CHECKING:
    from ltml.text.dates.grammar import Grammar, Tense
    from ltml.text.dates.tokens import Token

REACH = 25  # tokens to either side
AFTER = 3  # cost of a cue after the phrase, in tokens
CLAUSE = 5  # cost of a clause between the phrase and the cue, in tokens
ENDS = frozenset(".!?…。;\n")
BREAKS = frozenset(",:-–—()")
MONTH_DAYS = 31


def tense_at(tokens: Sequence[Token], start: int, end: int, grammar: Grammar) -> Tense | None:
    """Return the tense around the tokens from `start` to `end` (exclusive) of its sentence, None if there is no cue."""
    first, last = sentence_around(tokens, start, end)
    perfect = is_perfect(tokens[first:last], grammar)
    outwards = [*_costs(tokens, range(start - 1, first - 1, -1), 0), *_costs(tokens, range(end, last), AFTER)]
    costs = [(cost, cue) for cost, at in outwards if (cue := cue_of(tokens[at], grammar, perfect=perfect))]
    return min(costs)[1] if costs else None


def sentence_around(tokens: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """Return where the sentence around these tokens begins and ends, at most `REACH` tokens away."""
    first = next((at + 1 for at in range(start - 1, max(start - REACH, -1), -1) if ends_sentence(tokens, at)), None)
    last = next((at for at in range(end, min(end + REACH, len(tokens))) if ends_sentence(tokens, at)), None)
    return max(start - REACH, 0) if first is None else first, min(end + REACH, len(tokens)) if last is None else last


def ends_sentence(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a sentence ends here: not at the dot of "3. Mai" or "Dr."."""
    if tokens[at].text not in ENDS:
        return False
    before = tokens[at - 1].text if at else ""
    return not (tokens[at].text == "." and before.isdecimal() and int(before[:3]) <= MONTH_DAYS)


def is_perfect(tokens: Sequence[Token], grammar: Grammar) -> bool:
    """Tell whether there is an auxiliary and a participle: "bin ... gefahren" is past, "bin" alone is not."""
    auxiliary = any(token.folded in grammar.auxiliaries for token in tokens)
    return auxiliary and any(_is_participle(token, grammar) for token in tokens)


def _is_participle(token: Token, grammar: Grammar) -> bool:
    return grammar.participle is not None and grammar.participle.fullmatch(token.text) is not None


def cue_of(token: Token, grammar: Grammar, *, perfect: bool) -> Tense | None:
    """Return the tense one word points to."""
    if token.folded in grammar.past or (perfect and token.folded in grammar.auxiliaries):
        return "past"
    if token.folded in grammar.future:
        return "future"
    if grammar.past_form and grammar.past_form.fullmatch(token.text):
        return "past"
    return "past" if perfect and _is_participle(token, grammar) else None


def _costs(tokens: Sequence[Token], places: range, extra: int) -> list[tuple[int, int]]:
    """Return cost and place of each token, from the phrase outwards."""
    found, cost, breaks = [], extra, clause_breaks()
    for at in places:
        cost += 1 + (CLAUSE if tokens[at].folded in breaks else 0)
        found.append((cost, at))
    return found


@cache
def clause_breaks() -> frozenset[str]:
    """Return signs and words after which another clause begins, in every language."""
    return BREAKS | {folded(word) for language in languages().values() for word in language.clause_breaks}
