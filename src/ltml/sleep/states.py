"""The lives of a turn, a memory and a night, as tables; the docs draw them from here."""

from __future__ import annotations

from collections.abc import Mapping

Life = Mapping[str, Mapping[str, str]]

TURN: Life = {
    "new": {"a night keeps or sets it aside": "slept", "forget": "forgotten"},
    "slept": {"undo": "new", "forget": "forgotten"},
    "forgotten": {},
}
MEMORY: Life = {
    "warm": {"the profile wants it": "hot", "set aside": "archive", "forget": "forgotten"},
    "hot": {"something better": "warm", "set aside": "archive", "forget": "forgotten"},
    "archive": {"undo": "warm", "forget": "forgotten"},
    "forgotten": {},
}
NIGHT: Life = {
    "interrupted": {"it goes on and ends": "promoted", "the gate says no": "refused", "undo": "undone"},
    "promoted": {"undo": "undone", "forget took part of it": "sealed"},
    "refused": {},
    "empty": {},
    "undone": {},
    "sealed": {},
}
