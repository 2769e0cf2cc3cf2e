"""A disk that fills up or fails: a clear error, nothing lost, and on it goes when there is room again."""

import itertools
from contextlib import closing
from pathlib import Path

import pytest

from ltml.errors import StoreUnavailable
from ltml.store.sqlite import SqliteStore
from ltml.testing.stores.fixtures import ANNA, archive_turn, make_chat, make_turn, run_night
from tests.crash.powerloss import Disk, PowerLoss

names = (f"disk-{number}" for number in itertools.count())


@pytest.fixture
def vfs(tmp_path: Path) -> PowerLoss:
    return PowerLoss(next(names), tmp_path)


def full_or_failed(error: StoreUnavailable) -> bool:
    return any(word in str(error) for word in ("full", "failed"))


def struck(store: SqliteStore, disk: Disk, point: int, error: str) -> bool:
    """Append while the disk fails from a point on; tell whether the store said so."""
    disk.fail(point, error, forever=True)  # type: ignore[arg-type]
    try:
        store.append(ANNA, [make_turn(f"at point {point} " + "x" * 3000, point)])
    except StoreUnavailable as told:
        return full_or_failed(told)
    finally:
        disk.heal()
    return False


@pytest.mark.parametrize("error", ["SQLITE_FULL", "SQLITE_IOERR"])
def test_a_full_or_failing_disk_loses_nothing_and_it_goes_on_afterwards(
    tmp_path: Path, vfs: PowerLoss, error: str
) -> None:
    with closing(SqliteStore(tmp_path / "a.db", vfs=vfs.name)) as store:
        store.append(ANNA, make_chat())
        hits = [struck(store, vfs.disk, point, error) for point in range(1, 12)]
        assert any(hits)
        texts = {turn.text for turn in store.turns(ANNA)}
        assert texts >= {turn.text for turn in make_chat()}
        assert store.append(ANNA, [make_turn("There is room again.", 99)]).new == 1
        ids = [turn.id for turn in store.turns(ANNA)]
        run_night(store, "n1", ids, archive_turn(ids[0]))
        assert store.verify() == []
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        assert {turn.text for turn in store.turns(ANNA)} >= texts | {"There is room again."}
        assert store.verify() == []


def test_a_full_disk_says_what_to_do(tmp_path: Path, vfs: PowerLoss) -> None:
    with closing(SqliteStore(tmp_path / "a.db", vfs=vfs.name)) as store:
        store.append(ANNA, make_chat())
        vfs.disk.fail(1, "SQLITE_FULL", forever=True)
        with pytest.raises(StoreUnavailable, match=r"disk that holds .*a\.db is full; make room"):
            store.append(ANNA, [make_turn("No room for this.", 9)])
        assert len(list(store.turns(ANNA))) == len(make_chat())
        vfs.disk.heal()
        assert store.append(ANNA, [make_turn("No room for this.", 9)]).new == 1
