"""The write-ahead log does not stay on the disk after a night."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from ltml.store.sqlite import SqliteStore
from ltml.testing.stores.tools import ANNA, archived, sleep, talk


def log_of(path: Path) -> int:
    return Path(f"{path}-wal").stat().st_size


def test_a_night_leaves_the_log_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(SqliteStore(path)) as store:
        store.append(ANNA, talk())
        before = log_of(path)
        ids = [turn.id for turn in store.turns(ANNA)]
        sleep(store, "n1", ids, archived(ids[0]))
        assert log_of(path) < before


def test_a_night_ends_though_somebody_is_reading(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        store.append(ANNA, talk())
        ids = [turn.id for turn in store.turns(ANNA)]
        with store.view(ANNA) as view:
            sleep(store, "n1", ids, archived(ids[0]))
            assert store.finish(ANNA, "n1", "promoted", {}).state == "promoted"
            assert view.documents([1])
        assert store.verify() == []
