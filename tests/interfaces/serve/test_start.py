"""What the server does once, before it listens."""

import re
from pathlib import Path

from tests.interfaces.serve.conftest import program, standing
from tests.reference.server import Server

TELLING = """
import gc
setting = gc.set_threshold
def told(*numbers):
    setting(*numbers)
    print("HELD", gc.get_freeze_count(), *gc.get_threshold(), file=sys.__stderr__, flush=True)
gc.set_threshold = told
"""
#: A lexicon alone is more objects than that.
A_LEXICON = 20_000


def test_what_was_loaded_is_no_longer_searched_for_garbage(tmp_path: Path):
    with standing(Server().app) as url, program(tmp_path / "m.db", url, prelude=TELLING):
        pass
    held = re.search(r"HELD (\d+) (\d+)", (tmp_path / "m.err").read_text())
    assert held is not None
    assert int(held[1]) > A_LEXICON
    assert int(held[2]) > 700  # Python's own
