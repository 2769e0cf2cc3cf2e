"""A file in a room that says so is a plugin: listed without being imported, found by name."""

import subprocess
import sys
from pathlib import Path

import pytest

from ltml import plugins
from ltml.errors import UnknownPlugin
from ltml.filters.rules import judge_turns

LIST = """
import sys
from ltml import plugins
found = {room: plugins.list_plugins(room) for room in ("filters", "store", "importers")}
assert all(found.values()), found
print([name for room in found for name in found[room] if f"ltml.{room}.{name}" in sys.modules])
"""


def test_the_listing_imports_no_plugin_for_it_may_need_what_is_not_installed():
    run = subprocess.run([sys.executable, "-c", LIST], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == "[]\n"


def test_a_plugin_is_found_by_name():
    assert plugins.find_plugin("filters", "rules") is judge_turns


def test_a_folder_is_a_plugin_as_a_file_is():
    assert plugins.list_plugins("store") == ["ephemeral", "sqlite"]
    assert plugins.find_plugin("store", "sqlite").__name__ == "SqliteStore"


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(UnknownPlugin, match="no filters plugin called 'oracle'; known: rules"):
        plugins.find_plugin("filters", "oracle")


def test_a_package_beside_ours_may_bring_one(tmp_path: Path, monkeypatch):
    info = tmp_path / "guest-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: guest\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[ltml.filters]\ncoin = guest_coin:flip\n", "utf-8")
    (tmp_path / "guest_coin.py").write_text("def flip(turns):\n    return []\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert plugins.list_plugins("filters") == sorted({*plugins.list_plugins("filters"), "coin", "rules"})
    assert plugins.find_plugin("filters", "coin")([]) == []
