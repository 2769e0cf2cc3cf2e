"""Any other language: dates in figures, where day and month cannot be mistaken."""

from __future__ import annotations

from ltml.text.dates import meanings as m
from ltml.text.dates.grammar import Grammar

GRAMMAR = Grammar(
    code="", tables={}, phrases=(("{whole}", m.written_date),), common=frozenset(), past=frozenset(), future=frozenset()
)
