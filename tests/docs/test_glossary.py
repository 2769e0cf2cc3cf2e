"""The words of the core are those of the glossary, one for each thing."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
#: Words that carry no meaning of their own in a name.
GRAMMAR = frozenset({"is", "are", "has", "new", "next", "under", "least", "known", "of", "in", "from"})
CORE = ("model.py", "protocols.py", "exchange.py", "asks.py")


def glossary_words(text: str) -> frozenset[str]:
    """Return every word in the first column of the tables, and every word in italics."""
    rows = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)
    italics = re.findall(r"\*([^*]+)\*", text)
    return frozenset(word for cell in (*rows, *italics) for word in re.findall(r"[a-z]+", cell.lower()))


def public_names(source: str) -> list[str]:
    """Return the classes, functions and methods of a module that are not private."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    return sorted({node.name for node in nodes if not node.name.startswith("_")})


def words_of(name: str) -> list[str]:
    """Return the words of a name in lower case."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def root_forms(word: str) -> set[str]:
    """Return what a word of a name may stand as in the glossary: itself, or the singular or infinitive of it."""
    forms = {word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("d"), word.removesuffix("ed")}
    return forms | {re.sub("ies$", "y", word), re.sub("tten$", "t", word), re.sub("ing$", "", word)}


def unknown_words(source: str, known: frozenset[str]) -> list[str]:
    """Return the words of a module's public names that are neither in the glossary nor grammar."""
    named = {word: name for name in public_names(source) for word in words_of(name)}
    return sorted(f"{word} ({name})" for word, name in named.items() if not root_forms(word) & (known | GRAMMAR))


@pytest.mark.parametrize("module", CORE)
def test_the_core_uses_the_words_of_the_glossary_alone(module):
    known = glossary_words(GLOSSARY.read_text(encoding="utf-8"))
    assert unknown_words((ROOT / "src" / "ltml" / module).read_text(encoding="utf-8"), known) == []


def test_a_word_that_the_glossary_does_not_have_is_found():
    known = glossary_words(GLOSSARY.read_text(encoding="utf-8"))
    assert unknown_words("class Bedside:\n    def fell_silent(self): ...\n", known) == [
        "bedside (Bedside)", "fell (fell_silent)", "silent (fell_silent)",
    ]  # fmt: skip
