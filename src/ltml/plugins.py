"""A file or folder in a room that says `plugin = …` is a plugin; so is an entry point of the group `ltml.<room>`."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from importlib.resources import files
from typing import Any

from ltml.errors import UnknownPlugin


def list_plugins(room: str) -> list[str]:
    """Return the names of all plugins of a room, sorted."""
    return sorted({*_list_own(room), *(point.name for point in entry_points(group=f"ltml.{room}"))})


def find_plugin(room: str, name: str) -> Any:
    """Return a plugin. Raises `UnknownPlugin` with the known names."""
    if name in _list_own(room):
        return import_module(f"ltml.{room}.{name}").plugin
    for point in entry_points(group=f"ltml.{room}", name=name):
        return point.load()
    message = f"no {room} plugin called '{name}'; known: {', '.join(list_plugins(room))}"
    raise UnknownPlugin(message)


def _list_own(room: str) -> list[str]:
    """
    Return the plugins in a room's files and folders (there in `__init__.py`), without importing any.

    A plugin may need an extra that is not installed.
    """
    sources = {
        entry.name.removesuffix(".py"): entry / "__init__.py" if entry.is_dir() else entry
        for entry in files(f"ltml.{room}").iterdir()
        if entry.is_dir() or entry.name.endswith(".py")
    }
    return [name for name, file in sources.items() if file.is_file() and "\nplugin = " in file.read_text("utf-8")]
