"""The write-ahead log does not stay on the disk after a night."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from ltml.store.sqlite import SqliteStore
from ltml.testing.stores.fixtures import ANNA, archive_turn, make_chat, run_night


def log_of(path: Path) -> int:
    return Path(f"{path}-wal").stat().st_size


def test_a_night_leaves_the_log_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(SqliteStore(path)) as store:
        store.append(ANNA, make_chat())
        before = log_of(path)
        ids = [turn.id for turn in store.turns(ANNA)]
        run_night(store, "n1", ids, archive_turn(ids[0]))
        assert log_of(path) < before


def test_a_night_ends_though_somebody_is_reading(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        store.append(ANNA, make_chat())
        ids = [turn.id for turn in store.turns(ANNA)]
        with store.view(ANNA) as view:
            run_night(store, "n1", ids, archive_turn(ids[0]))
            assert store.finish(ANNA, "n1", "promoted", {}).state == "promoted"
            assert view.documents([1])
        assert store.verify() == []
