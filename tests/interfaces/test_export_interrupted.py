"""An answer that broke off says so in an export, and only there."""

from dataclasses import replace
from pathlib import Path

import pytest

from ltml.errors import UnreadableExport
from ltml.importers.jsonl import format_turn, import_turns
from ltml.testing.stores.fixtures import make_turn

WHOLE = make_turn("High water is at six.", role="assistant", ref="a1")


@pytest.mark.parametrize("turn", [WHOLE, replace(WHOLE, interrupted=True)], ids=["whole", "broken"])
def test_a_turn_comes_back_as_whole_or_broken_as_it_was(tmp_path: Path, turn) -> None:
    (tmp_path / "talk.jsonl").write_text(f"{format_turn(turn)}\n")
    assert list(import_turns(tmp_path / "talk.jsonl")) == [turn]
    assert ("interrupted" in format_turn(turn)) == turn.interrupted


@pytest.mark.parametrize("value", ['"yes"', "1", "[]"])
def test_a_flag_that_is_neither_true_nor_false_is_refused_in_plain_words(tmp_path: Path, value: str) -> None:
    line = format_turn(replace(WHOLE, interrupted=True)).replace("true", value)
    (tmp_path / "talk.jsonl").write_text(line)
    with pytest.raises(UnreadableExport, match="'interrupted' is neither true nor false"):
        list(import_turns(tmp_path / "talk.jsonl"))
