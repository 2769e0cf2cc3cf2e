"""What the verbs around a phrase point to: the nearest cue wins, one before the phrase more readily than one after."""

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
AFTER = 3  # how much farther a cue after the phrase seems
CLAUSE = 5  # and one in another clause
ENDS = frozenset(".!?…。;\n")
BREAKS = frozenset(",:-–—()")
MONTH_DAYS = 31


def tense_at(tokens: Sequence[Token], start: int, end: int, grammar: Grammar) -> Tense | None:
    """The tense around the tokens from `start` to `end` (exclusive) of its sentence, None if there is no cue."""
    first, last = sentence(tokens, start, end)
    perfect = is_perfect(tokens[first:last], grammar)
    costs = [
        (cost, cue)
        for cost, at in _outwards(tokens, (first, last), (start, end))
        if (cue := cue_of(tokens[at], grammar, perfect=perfect))
    ]
    return min(costs)[1] if costs else None


def sentence(tokens: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """Where the sentence around these tokens begins and ends, as far as it matters."""
    first = next((at + 1 for at in range(start - 1, max(start - REACH, -1), -1) if ends(tokens, at)), None)
    last = next((at for at in range(end, min(end + REACH, len(tokens))) if ends(tokens, at)), None)
    return max(start - REACH, 0) if first is None else first, min(end + REACH, len(tokens)) if last is None else last


def ends(tokens: Sequence[Token], at: int) -> bool:
    """Whether a sentence ends here: not at the dot of "3. Mai" or "Dr."."""
    if tokens[at].text not in ENDS:
        return False
    before = tokens[at - 1].text if at else ""
    return not (tokens[at].text == "." and before.isdecimal() and int(before[:3]) <= MONTH_DAYS)


def is_perfect(tokens: Sequence[Token], grammar: Grammar) -> bool:
    """Whether an auxiliary and a participle are there: "bin ... gefahren" is past, "bin" alone is not."""
    auxiliary = any(token.folded in grammar.auxiliaries for token in tokens)
    return auxiliary and any(_is_participle(token, grammar) for token in tokens)


def _is_participle(token: Token, grammar: Grammar) -> bool:
    return grammar.participle is not None and grammar.participle.fullmatch(token.text) is not None


def cue_of(token: Token, grammar: Grammar, *, perfect: bool) -> Tense | None:
    """What one word points to."""
    if token.folded in grammar.past or (perfect and token.folded in grammar.auxiliaries):
        return "past"
    if token.folded in grammar.future:
        return "future"
    if grammar.past_form and grammar.past_form.fullmatch(token.text):
        return "past"
    return "past" if perfect and _is_participle(token, grammar) else None


def _outwards(tokens: Sequence[Token], within: tuple[int, int], phrase: tuple[int, int]) -> list[tuple[int, int]]:
    """Cost and place of each token around a phrase, backwards from it and then forwards."""
    before = _costs(tokens, range(phrase[0] - 1, within[0] - 1, -1), 0)
    return before + _costs(tokens, range(phrase[1], within[1]), AFTER)


def _costs(tokens: Sequence[Token], places: range, extra: int) -> list[tuple[int, int]]:
    found, cost, breaks = [], extra, clause_breaks()
    for at in places:
        cost += 1 + (CLAUSE if tokens[at].folded in breaks else 0)
        found.append((cost, at))
    return found


@cache
def clause_breaks() -> frozenset[str]:
    """Signs and words after which another clause begins; a wrong guess at the language does not matter for them."""
    return BREAKS | {folded(word) for language in languages().values() for word in language.clause_breaks}
