"""
Does what the documents say.

Theory of operation. A document is one story: its blocks run in order, in one empty folder, with one home and one Python
namespace. What a block means is told by its language:

- `python` is executed; `pycon` is executed and its answers are compared.
- `console`: a line `$ ltml ...` runs the real command line in a process of its own, as a reader would; what the block
  shows below it is compared, where `...` stands for the rest of a line and a line `...` for any lines. A command must
  succeed; one that is meant to fail says `|| echo "exit $?"`. `$ make ...` is only looked up in the Makefile.
- `bash` is for `make`, which is looked up in the Makefile: tests that run the tests would never end.
- Some languages are there to be read only (`READ`). Any other is refused, or a typing error would switch a block off.

A block that cannot run stands below `<!-- not run: the reason -->`.
"""

import doctest
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import pytest
from sybil import Document, Example, Region
from sybil.evaluators.python import PythonEvaluator
from sybil.example import SybilFailure
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer
from sybil.typing import Evaluator

ROOT = Path(__file__).parents[2]
READ = frozenset({"", "diff", "html", "http", "ini", "json", "mermaid", "powershell", "sql", "text", "toml", "yaml"})
# What a console block may call besides ltml: enough to show a file, not enough to touch anything.
HARMLESS = frozenset({"cat", "echo", "head", "ls", "wc"})

FENCES = RawFencedCodeBlockLexer(re.compile(r"[ \t]*(?P<language>[\w+-]*)[^\n]*\n"))
NOT_RUN = re.compile(r"<!--\s*not run\b:?(?P<reason>[^>]*)-->\s*\Z")
TARGET = re.compile(r"^([a-z][\w-]*):(?!=)", re.MULTILINE)
LTML = 'ltml() { "$DOCS_PYTHON" -m ltml "$@"; }\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command in a console block, and what the block shows below it."""

    command: str
    shown: str


def follow(path: Path, folder: Path) -> int:
    """Do everything the document says, in `folder`, and say how many blocks there were; the first wrong one raises."""
    document = Document.parse(str(path), blocks)
    with chdir(folder):
        for example in document:
            example.evaluate()
    return len(document.regions)


def blocks(document: Document) -> Iterable[Region]:
    """A Sybil parser for every fenced block, whatever its language."""
    for region in FENCES(document):
        region.parsed = region.lexemes["source"]
        mark = NOT_RUN.search(document.text, 0, region.start)
        region.evaluator = RUNNERS.get(region.lexemes["language"], refuse) if mark is None else excuse
        yield region


# Runners: each gives back what is wrong, or nothing (Sybil adds file and line).


def run_pycon(example: Example) -> str | None:
    test = doctest.DocTestParser().get_doctest(example.parsed, example.namespace, "", example.path, example.line)
    complaints = io.StringIO()
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=complaints.write, clear_globs=False)
    example.namespace.update(test.globs)
    return complaints.getvalue() or None


def run_console(example: Example) -> str | None:
    if not example.parsed.startswith("$ "):
        return "a console block begins with a command: `$ ltml ...`"
    complaints = (console_complaint(step) for step in steps(example.parsed))
    return next(filter(None, complaints), None)


def run_bash(example: Example) -> str | None:
    lines = [line for line in example.parsed.splitlines() if line.strip() and not line.startswith("#")]
    strange = [line for line in lines if not line.startswith("make")]
    if strange:
        return f"{strange[0]!r} does not run: use a console block, or say why in <!-- not run: ... -->"
    return next(filter(None, map(make_complaint, lines)), None)


def read_only(_: Example) -> None:
    """Nothing to run."""


def refuse(example: Example) -> str:
    return f"no way is known to run {example.region.lexemes['language']!r}; known: {', '.join(sorted(RUNNERS))}"


def excuse(example: Example) -> str | None:
    mark = NOT_RUN.search(example.document.text, 0, example.start)
    return None if mark and mark["reason"].strip() else "why is it not run? <!-- not run: the reason -->"


RUNNERS: dict[str, Evaluator] = {
    **dict.fromkeys(READ, read_only),
    "bash": run_bash,
    "console": run_console,
    "pycon": run_pycon,
    "python": PythonEvaluator(),
}


def steps(source: str) -> Iterator[Step]:
    """Take a console block apart; a command ending in a backslash goes on in the next line."""
    for part in re.split(r"^\$ ", source.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield Step(command=command, shown=shown.strip("\n"))


def console_complaint(step: Step) -> str | None:
    name = program(step.command)
    if name == "make":
        return make_complaint(step.command)
    if name != "ltml" and name not in HARMLESS:
        return f"`{step.command}` does not run here: only ltml, make and {', '.join(sorted(HARMLESS))} do"
    done = in_a_shell(step.command)
    if done.returncode:
        return f"`{step.command}` ended with {done.returncode} and printed:\n{done.stdout}"
    if step.shown and not agrees(step.shown, done.stdout):
        return f"`{step.command}` is shown to print:\n{step.shown}\nbut prints:\n{done.stdout}"
    return None


def program(command: str) -> str:
    """The first word that is no setting: `LTML_SEED=1 ltml demo` calls ltml."""
    words = (word for word in shlex.split(command) if not re.match(r"\w+=", word))
    return next(words, "")


def in_a_shell(command: str) -> subprocess.CompletedProcess[str]:
    """A real process, so that settings, exit status, pipes and redirections are those a reader gets."""
    env = os.environ | {"DOCS_PYTHON": sys.executable, "PYTHONPATH": str(ROOT / "src")}
    env |= {"COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1", "TERM": "dumb"}
    return subprocess.run(
        ["/bin/sh", "-c", LTML + command],
        check=False,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
    )


def agrees(shown: str, printed: str) -> bool:
    pattern = "".join(map(line_pattern, shown.splitlines()))
    return re.fullmatch(pattern, printed.strip("\n") + "\n") is not None


def line_pattern(line: str) -> str:
    if line.strip() == "...":
        return r"(?:.*\n)*?"
    return ".*".join(map(re.escape, line.rstrip().split("..."))) + r"[ \t]*\n"


def make_complaint(command: str) -> str | None:
    words = shlex.split(command, comments=True)[1:]
    wanted = [word for word in words if "=" not in word and not word.startswith("-")]
    missing = set(wanted) - set(TARGET.findall((ROOT / "Makefile").read_text()))
    return f"the Makefile has no {', '.join(sorted(missing))}" if missing else None


# The documents.


def documents() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_the_document_says_is_so(path, tmp_path):
    follow(path, tmp_path)


# The checking itself.


@pytest.fixture
def story(tmp_path):
    def tell(text: str) -> int:
        path = tmp_path / "story.md"
        path.write_text(text)
        return follow(path, tmp_path)

    return tell


def test_blocks_of_one_document_share_names_folder_and_order(story, tmp_path):
    assert story(
        """\
        ```python
        from pathlib import Path
        Path("note.txt").write_text("Nobody waters the fern.")
        ```
        1. And then:
           ```console
           $ cat note.txt
           Nobody ... fern.
           ```
        ```pycon
        >>> Path("note.txt").exists()
        True
        ```
        ```bash
        make test ARGS="-k fern"  # looked up, not run
        ```
        """.replace("\n        ", "\n").lstrip()
    ) == len(["python", "console", "pycon", "bash"])
    assert (tmp_path / "note.txt").exists()


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        ("```bash\nmake tea\n```", "the Makefile has no tea"),
        ("```bash\ncurl example.org\n```", "does not run"),
        ("```console\n$ rm -r notes\n```", "does not run here"),
        ("```console\n$ echo two\nthree\n```", "but prints:\ntwo"),
        ("```console\n$ ls nothing-here\n```", "ended with"),
        ("```console\nltml status\n```", "begins with a command"),
        ("```console\n$ echo fine\nfine\n$ echo two\nthree\n```", "but prints:\ntwo"),
        ("```pycon\n>>> 1 + 1\n3\n```", "Expected:\n    3"),
        ("```pyhton\n1 / 0\n```", "no way is known to run 'pyhton'"),
        ("<!-- not run: -->\n```python\n1 / 0\n```", "why is it not run?"),
        ("<!-- not run -->\n```python\n1 / 0\n```", "why is it not run?"),
    ],
)
def test_a_broken_block_is_found(story, block, complaint):
    with pytest.raises(SybilFailure, match=re.escape(complaint)):
        story(f"Some words.\n\n{block}\n")


def test_an_error_in_a_python_block_is_raised_at_its_line(story):
    with pytest.raises(ZeroDivisionError) as caught:
        story("Some words.\n\n```python\nfine = 0\n1 / fine\n```\n")
    at = caught.traceback[-1]
    assert (Path(at.path).name, at.lineno + 1) == ("story.md", 5)


def test_a_block_with_a_reason_is_not_run(story):
    story("<!-- not run: nobody can divide by zero -->\n\n```python\n1 / 0\n```\n")


def test_a_reason_excuses_only_the_block_below_it(story):
    excused = "<!-- not run: as an example -->\n```python\n1 / 0\n```\n"
    with pytest.raises(ZeroDivisionError):
        story(excused + "\n```python\n1 / 0\n```\n")


@pytest.mark.parametrize(
    ("shown", "printed", "agreed"),
    [
        ("4 turns in ... s", "4 turns in 0.02 s\n", True),
        ("4 turns in ... s", "4 turns in 0.02 s\nand a warning\n", False),
        ("first\n...\nlast", "first\nlast\n", True),
        ("first\n...\nlast", "first\n2\n3\nlast\n", True),
        ("first\n...", "first", True),
        ("first", "first   \n\n", True),
        ("a.c", "abc", False),
    ],
)
def test_dots_stand_for_the_rest_of_a_line_or_for_lines(shown, printed, agreed):
    assert agrees(shown, printed) == agreed


def test_every_promise_of_the_readme_names_tests_that_exist():
    table = (ROOT / "README.md").read_text("utf-8").partition("## What it promises")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| **")]
    assert len(rows) > 10
    for line in rows:
        named = re.findall(r"`(tests/[\w./]+)`", line)
        assert named, line
        for name in named:
            files = [ROOT / name] if name.endswith(".py") else sorted((ROOT / name).glob("test_*.py"))
            assert files, name
            assert all("\ndef test_" in file.read_text("utf-8") for file in files), name
