"""The simulator itself: it must lose what may be lost, and nothing else."""

import gc
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from random import Random
from threading import Thread

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.crash.harness import Ledger, Scenario, faults, judge, points
from tests.crash.powerloss import MODES, SECTOR, Disk, Mode, PowerCut, PowerLoss

PADDING = "x" * 1500  # a few rows fill a page, so that trees split and checkpoints write several pages
NEW_FILE = [apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_READWRITE, 0]


# --- scenarios on plain tables -------------------------------------------------------------------------------------


def opened(folder: Path, vfs: str, *, journal: str, synchronous: str) -> apsw.Connection:
    db = apsw.Connection(str(folder / "plain.db"), vfs=vfs)
    db.set_busy_timeout(5000)
    for setting in ("secure_delete=on", f"journal_mode={journal}", f"synchronous={synchronous}"):
        db.execute(f"pragma {setting}").fetchall()
    db.execute("pragma wal_autocheckpoint=4").fetchall()
    db.execute("create table if not exists row (id integer primary key, padding text)")
    return db


def insert(db: apsw.Connection, number: int) -> None:
    db.execute("insert into row values (?, ?)", (number, PADDING))


def commit(db: apsw.Connection, ledger: Ledger, *numbers: int) -> None:
    ledger.intend(numbers)
    with db:
        for number in numbers:
            insert(db, number)
    ledger.acknowledge(numbers)


def commit_in_two_parts(db: apsw.Connection, ledger: Ledger, *numbers: int) -> None:
    ledger.intend(numbers)
    for number in numbers:
        insert(db, number)
    ledger.acknowledge(numbers)


def rows(folder: Path, vfs: str, ledger: Ledger, *, journal: str, synchronous: str) -> None:
    with closing(opened(folder, vfs, journal=journal, synchronous=synchronous)) as db:
        for number in range(8):
            commit(db, ledger, number)


def pairs(folder: Path, vfs: str, ledger: Ledger, *, commit: Callable[..., None]) -> None:
    with closing(opened(folder, vfs, journal="wal", synchronous="full")) as db:
        for number in range(0, 8, 2):
            commit(db, ledger, number, number + 1)


def writer_reader_and_checkpointer(folder: Path, vfs: str, ledger: Ledger) -> None:
    """The reader's snapshot keeps the checkpoint from finishing, so the WAL grows on over several of them."""
    open_it = partial(opened, folder, vfs, journal="wal", synchronous="full")
    with closing(open_it()) as writer, closing(open_it()) as reader, closing(open_it()) as checkpointer:
        for number in range(8):
            commit(writer, ledger, number)
            snapshot = reader.execute("select id from row")
            commit(writer, ledger, 100 + number)
            checkpointer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            snapshot.close()


def own_writer_thread(folder: Path, vfs: str, ledger: Ledger) -> None:
    """The shape of a store: callers wait in a queue for the one thread that writes."""
    work = SimpleQueue[int | None]()
    answers = SimpleQueue[bool]()

    def write() -> None:
        try:
            with closing(opened(folder, vfs, journal="wal", synchronous="full")) as db:
                while (number := work.get()) is not None:
                    insert(db, number)
                    answers.put(True)
        except apsw.Error:
            answers.put(False)

    thread = Thread(target=write)
    thread.start()
    for number in range(8):
        ledger.intend((number,))
        work.put(number)
        if not answers.get():
            break
        ledger.acknowledge((number,))
    work.put(None)
    thread.join()


def looked_at(folder: Path, ledger: Ledger) -> list[str]:
    with closing(apsw.Connection(str(folder / "plain.db"))) as db:
        health = [text for (text,) in db.execute("pragma integrity_check") if text != "ok"]
        table = db.execute("select 1 from sqlite_schema where name = 'row'").fetchall()
        found = {number for (number,) in db.execute("select id from row")} if table else set()
    return health + judge(ledger, found)


def two_writer_threads(folder: Path, vfs: str, ledger: Ledger) -> None:
    def write(db: apsw.Connection, *numbers: int) -> None:
        with suppress(apsw.Error):  # once the power is gone, any of them: IOError, "no transaction is active", busy
            for number in numbers:
                commit(db, ledger, number)

    open_it = partial(opened, folder, vfs, journal="wal", synchronous="full")
    with closing(open_it()) as one, closing(open_it()) as two:
        threads = [Thread(target=write, args=[one, 1, 2, 3]), Thread(target=write, args=[two, 101, 102, 103])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


# --- what SQLite promises, and the simulator must therefore grant ------------------------------------------------


@pytest.mark.parametrize(("journal", "synchronous"), [("wal", "full"), ("delete", "extra"), ("persist", "full")])
def test_a_durable_setting_loses_nothing_at_any_point_in_any_mode(journal: str, synchronous: str):
    report = points(partial(rows, journal=journal, synchronous=synchronous), looked_at, seeds=range(3))
    assert report.clean, report
    assert report.points > 300


@pytest.mark.parametrize("scenario", [writer_reader_and_checkpointer, own_writer_thread, two_writer_threads])
def test_several_connections_and_threads_lose_nothing_either(scenario: Scenario):
    report = points(scenario, looked_at)
    assert report.clean, report


@pytest.mark.parametrize(
    ("scenario", "items"), [(writer_reader_and_checkpointer, 16), (own_writer_thread, 8), (two_writer_threads, 6)]
)
def test_with_power_these_scenarios_get_everything_acknowledged(vfs: PowerLoss, scenario: Scenario, items: int):
    ledger = Ledger(vfs.disk)
    scenario(vfs.disk.root, vfs.name, ledger)
    assert len(ledger.acknowledged) == items


# --- what SQLite does not promise, and the simulator must therefore take -----------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_normal_in_wal_loses_acknowledged_rows_but_breaks_nothing(mode: Mode):
    report = points(partial(rows, journal="wal", synchronous="normal"), looked_at, modes=[mode])
    assert report.lost, report
    assert not report.half + report.errors, report


def test_a_journal_deleted_under_full_comes_back_and_undoes_the_last_commit():
    report = points(partial(rows, journal="delete", synchronous="full"), looked_at, modes=["drop"])
    assert report.lost, report
    assert not report.half + report.errors, report


def test_without_syncing_a_database_is_lost_or_broken():
    scenario = partial(rows, journal="delete", synchronous="off")
    assert points(scenario, looked_at, modes=["drop"]).lost
    assert points(scenario, looked_at, modes=["torn"], seeds=range(3)).errors


def test_a_transaction_of_two_rows_is_never_half_there():
    report = points(partial(pairs, commit=commit), looked_at, seeds=range(2))
    assert report.clean, report


def test_two_rows_in_two_transactions_are_found_half_there():
    assert points(partial(pairs, commit=commit_in_two_parts), looked_at).half


def test_the_same_seed_gives_the_same_report():
    scenario = partial(rows, journal="wal", synchronous="normal")
    first, second = (points(scenario, looked_at, every=5, seeds=[7]) for _ in range(2))
    assert first == second


def test_the_last_point_lies_behind_the_last_call_and_drop_is_looked_at_once():
    report = points(partial(rows, journal="wal", synchronous="off"), looked_at, every=10_000, seeds=range(3))
    assert report.points == 2 * (1 + 3 + 3)
    assert len({complaint.point for complaint in report.lost}) == 1, "at the first call nothing is acknowledged yet"


def test_what_is_said_after_the_cut_is_not_an_acknowledgement(tmp_path: Path):
    disk = Disk(tmp_path / "live")
    disk.on = False
    ledger = Ledger(disk)
    ledger.acknowledge((1,))
    assert ledger.acknowledged == []


def test_an_error_of_the_scenario_itself_is_not_taken_for_the_power_cut():
    def wrong(folder: Path, vfs: str, ledger: Ledger) -> None:
        with closing(opened(folder, vfs, journal="wal", synchronous="full")) as db:
            db.execute("select * from nowhere")

    with pytest.raises(apsw.SQLError, match="nowhere"):
        points(wrong, looked_at)


class StoreError(Exception):
    """As a store would say it."""


def test_a_store_may_die_of_the_cut_in_its_own_words():
    def store(folder: Path, vfs: str, ledger: Ledger) -> None:
        try:
            rows(folder, vfs, ledger, journal="wal", synchronous="full")
        except apsw.Error as error:
            raise StoreError("the store could not be written") from error

    assert points(store, looked_at, every=9).clean


def test_a_store_may_leave_a_connection_open_without_a_sound():
    """Warnings are errors here, so a destructor that complains of the cut would fail this test."""

    def leaky(folder: Path, vfs: str, ledger: Ledger) -> None:
        db = opened(folder, vfs, journal="wal", synchronous="full")
        itself = [db]
        itself.append(itself)  # type: ignore[arg-type] # a cycle, so that only the collector can close it
        for number in range(4):
            commit(db, ledger, number)

    def collected_and_looked_at(folder: Path, ledger: Ledger) -> list[str]:
        gc.collect()
        return looked_at(folder, ledger)

    gc.disable()
    try:
        assert points(leaky, collected_and_looked_at, every=20).clean
    finally:
        gc.enable()


# --- the disk ------------------------------------------------------------------------------------------------------


def survivors(vfs: PowerLoss, into: Path, mode: Mode, seed: int = 0) -> dict[str, bytes]:
    vfs.disk.survive(into, mode, Random(seed))
    return {path.name: path.read_bytes() for path in into.iterdir()}


@pytest.fixture
def vfs(tmp_path: Path) -> PowerLoss:
    (tmp_path / "live").mkdir()
    return PowerLoss("powerloss-test", tmp_path / "live")


def new_file(vfs: PowerLoss, name: str = "a.db") -> apsw.VFSFile:
    return vfs.xOpen(str(vfs.disk.root / name), NEW_FILE[:])


changes = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 4 * SECTOR), st.binary(min_size=1, max_size=3 * SECTOR)),
        st.tuples(st.just("truncate"), st.integers(0, 4 * SECTOR), st.just(b"")),
        st.tuples(st.just("sync"), st.just(0), st.just(b"")),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(told=changes, mode=st.sampled_from(MODES), seed=st.integers(0, 999))
def test_what_was_synced_survives_and_what_was_not_may(tmp_path_factory, told, mode: Mode, seed: int):
    vfs = PowerLoss("powerloss-law", tmp_path_factory.mktemp("live"))
    file, synced = new_file(vfs), b""
    for kind, number, data in [*told, ("sync", 0, b"")]:
        if kind == "write":
            file.xWrite(data, number)
        elif kind == "truncate":
            file.xTruncate(number)
        else:
            file.xSync(apsw.SQLITE_SYNC_NORMAL)
            synced = (vfs.disk.root / "a.db").read_bytes()
    assert survivors(vfs, tmp_path_factory.mktemp("synced"), mode, seed) == {"a.db": synced}


@settings(max_examples=60, deadline=None)
@given(offset=st.integers(0, 5000), length=st.integers(1, 5000), mode=st.sampled_from(MODES), seed=st.integers(0, 999))
def test_a_sector_is_old_or_new_never_a_mixture(tmp_path_factory, offset: int, length: int, mode: Mode, seed: int):
    vfs = PowerLoss("powerloss-law", tmp_path_factory.mktemp("live"))
    file = new_file(vfs)
    file.xWrite(b"o" * 10_000, 0)
    file.xSync(apsw.SQLITE_SYNC_NORMAL)
    file.xWrite(b"n" * length, offset)
    left = survivors(vfs, tmp_path_factory.mktemp("left"), mode, seed)["a.db"]
    new = b"o" * offset + b"n" * length + b"o" * (10_000 - offset - length)
    for at in range(0, 10_000, SECTOR):
        sector = slice(at, at + SECTOR)
        assert left[sector] in (new[sector], b"o" * len(new[sector]))


def test_in_drop_nothing_unsynced_survives(vfs: PowerLoss, tmp_path: Path):
    file = new_file(vfs)
    file.xWrite(b"synced", 0)
    file.xSync(apsw.SQLITE_SYNC_NORMAL)
    for offset in range(20):
        file.xWrite(b"not yet", offset)
    file.xTruncate(0)
    assert survivors(vfs, tmp_path / "left", "drop") == {"a.db": b"synced"}


def test_in_reorder_a_write_survives_wholly_or_not_at_all(vfs: PowerLoss, tmp_path: Path):
    file = new_file(vfs)
    file.xSync(apsw.SQLITE_SYNC_NORMAL)
    file.xWrite(b"a" * SECTOR * 3, 0)
    file.xWrite(b"b" * SECTOR * 3, 0)
    left = {survivors(vfs, tmp_path / str(seed), "reorder", seed)["a.db"] for seed in range(20)}
    assert left == {b"", b"a" * SECTOR * 3, b"b" * SECTOR * 3}


def test_torn_writes_are_cut_and_lost_appends_leave_rubbish(vfs: PowerLoss, tmp_path: Path):
    file = new_file(vfs)
    file.xSync(apsw.SQLITE_SYNC_NORMAL)
    file.xWrite(b"n" * 4 * SECTOR, 0)
    left = [survivors(vfs, tmp_path / str(seed), "torn", seed)["a.db"] for seed in range(30)]
    assert {len(image) for image in left} >= {0, SECTOR, 4 * SECTOR}
    assert any(image.startswith(b"\0" * SECTOR) and image.endswith(b"n") for image in left), "only the tail"
    assert any(set(image) - set(b"n\0") for image in left), "only the length"


def test_a_new_file_nobody_synced_is_gone_and_a_deleted_one_is_back(vfs: PowerLoss, tmp_path: Path):
    kept, fresh = new_file(vfs, "kept.db"), new_file(vfs, "fresh.db")
    kept.xWrite(b"kept", 0)
    kept.xSync(apsw.SQLITE_SYNC_NORMAL)
    fresh.xWrite(b"fresh", 0)
    vfs.xDelete(str(vfs.disk.root / "kept.db"), False)
    assert survivors(vfs, tmp_path / "left", "drop") == {"kept.db": b"kept"}


def test_a_file_deleted_with_a_sync_of_the_folder_stays_deleted(vfs: PowerLoss, tmp_path: Path):
    new_file(vfs).xSync(apsw.SQLITE_SYNC_NORMAL)
    vfs.xDelete(str(vfs.disk.root / "a.db"), True)
    assert survivors(vfs, tmp_path / "left", "reorder") == {}


def test_a_database_that_was_there_before_is_durable_even_if_it_is_only_deleted(vfs: PowerLoss, tmp_path: Path):
    (vfs.disk.root / "old.db").write_bytes(b"old")
    (vfs.disk.root / "beside.txt").write_bytes(b"not SQLite's")
    (vfs.disk.root / "old.db-shm").write_bytes(b"rebuilt anyway")
    vfs.xDelete(str(vfs.disk.root / "old.db"), False)
    assert survivors(vfs, tmp_path / "left", "drop") == {"old.db": b"old", "beside.txt": b"not SQLite's"}


def test_after_the_cut_every_call_fails_as_an_input_output_error(vfs: PowerLoss):
    file = new_file(vfs)
    file.xWrite(b"seen", 0)
    vfs.disk.cut(1)
    for call in (
        partial(file.xWrite, b"lost", 0),
        partial(file.xRead, 4, 0),
        partial(file.xSync, 0),
        file.xFileSize,
        partial(new_file, vfs),
    ):
        with pytest.raises(PowerCut) as cut:
            call()
        assert isinstance(cut.value, apsw.IOError)
    file.xClose()
    assert vfs.disk.open_files == 0


# --- faults --------------------------------------------------------------------------------------------------------


def stubborn(folder: Path, vfs: str, ledger: Ledger) -> None:
    """Goes on with the next row when one fails, as a store must."""
    with closing(opened(folder, vfs, journal="wal", synchronous="full")) as db:
        for number in range(8):
            try:
                commit(db, ledger, number)
            except apsw.Error:
                continue


@pytest.mark.parametrize("forever", [False, True])
@pytest.mark.parametrize("error", ["SQLITE_FULL", "SQLITE_IOERR"])
def test_what_is_acknowledged_around_a_fault_is_durable(error, forever: bool):
    report = faults(stubborn, looked_at, error=error, forever=forever)
    assert report.clean, report


def test_a_full_disk_is_reported_as_full_and_heals(vfs: PowerLoss):
    with closing(opened(vfs.disk.root, vfs.name, journal="wal", synchronous="full")) as db:
        vfs.disk.fail(1, "SQLITE_FULL", forever=True)
        for number in range(2):
            with pytest.raises(apsw.FullError):
                insert(db, number)
        vfs.disk.heal()
        insert(db, 2)
        assert db.execute("select id from row").fetchall() == [(2,)]


def test_a_full_disk_still_syncs_truncates_and_deletes(vfs: PowerLoss):
    file = new_file(vfs)
    file.xWrite(b"room", 0)
    vfs.disk.fail(1, "SQLITE_FULL", forever=True)
    file.xSync(apsw.SQLITE_SYNC_NORMAL)
    file.xTruncate(2)
    vfs.xDelete(str(vfs.disk.root / "a.db"), False)
    with pytest.raises(apsw.FullError):
        file.xWrite(b"more", 0)


def test_a_fault_for_once_strikes_the_call_it_was_meant_for_only(vfs: PowerLoss):
    with closing(opened(vfs.disk.root, vfs.name, journal="wal", synchronous="full")) as db:
        vfs.disk.fail(2, "SQLITE_IOERR", forever=False)
        with pytest.raises(apsw.IOError, match="failed at a write"):
            insert(db, 1)
        insert(db, 2)
        assert vfs.disk.on
