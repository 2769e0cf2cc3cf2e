"""docs/ollama.md and the tests here belong together: every rule has a test, every test its rule."""

import ast
import re
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ROW = re.compile(r"^\| ([A-Z]\d+) \| (.+) \| \[`(tests/reference/test_\w+\.py)::(test_\w+)`\]\(\.\./(.+)\) \|$")


def rows():
    lines = (ROOT / "docs" / "ollama.md").read_text("utf-8").splitlines()
    return [line for line in lines if line.startswith("| ") and not line.startswith(("| rule |", "| --- |"))]


def rules():
    return [found.groups() for found in map(ROW.match, rows()) if found]


def written():
    for path in sorted(HERE.glob("test_*.py")):
        if path != Path(__file__):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                    yield str(path.relative_to(ROOT)), node.name


def test_every_row_is_a_rule_with_a_test():
    assert [row for row in rows() if not ROW.match(row)] == []
    assert len(rows()) > 100


def test_every_rule_names_a_test_that_exists_and_links_to_its_file():
    known = set(written())
    assert [name for name, _, path, test, link in rules() if (path, test) not in known or link != path] == []


def test_every_test_is_named_by_a_rule():
    named = {(path, test) for _, _, path, test, _ in rules()}
    assert [test for test in written() if test not in named] == []


def test_no_name_is_given_twice():
    assert [name for name, count in Counter(name for name, *_ in rules()).items() if count > 1] == []
