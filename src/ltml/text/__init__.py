"""
What LTML knows about text, without a model: a pure layer below all rooms.

Words, stems and search terms, sentences, dates, token counts, what a statement says in numbers and names, small talk,
and a form of text that every database keeps. Seven languages have word lists (`languages/`); other languages are
handled as they come.
"""

from ltml.text.blanks import one_line
from ltml.text.caseless import contains_words, folded, plain
from ltml.text.dates import Dated, find_dates
from ltml.text.detection import language
from ltml.text.extraction import Values, values
from ltml.text.persons import first_person, personal
from ltml.text.phatic import is_phatic
from ltml.text.search import overlap, query_terms, terms
from ltml.text.searchable import term_counts
from ltml.text.segmentation import Span, sentences
from ltml.text.statements import fold_keys, same_statement
from ltml.text.surrogates import restored, storable
from ltml.text.token_counts import budget_tokens, count_tokens, line_tokens
from ltml.text.tokenizer import word_pairs, words

__all__ = [
    "Dated",
    "Span",
    "Values",
    "budget_tokens",
    "contains_words",
    "count_tokens",
    "find_dates",
    "first_person",
    "fold_keys",
    "folded",
    "is_phatic",
    "language",
    "line_tokens",
    "one_line",
    "overlap",
    "personal",
    "plain",
    "query_terms",
    "restored",
    "same_statement",
    "sentences",
    "storable",
    "term_counts",
    "terms",
    "values",
    "word_pairs",
    "words",
]
