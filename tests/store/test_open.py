"""Opening: a new file, an old one, a newer one, somebody else's, none at all."""

import os
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread

import apsw
import pytest

from ltml.errors import SchemaTooNew, StoreDamaged, StoreUnavailable
from ltml.store.sqlite import SqliteStore
from ltml.store.sqlite.connect import ERROR_MESSAGES, connect, migrate, translate_errors
from ltml.store.sqlite.statements import schema_scripts
from ltml.testing.stores.fixtures import ANNA, make_chat, make_turn

SECOND = "alter table turn add column mood text; create table extra (a);"
#: What SQLite can only say because of a mistake of ours, or of an API LTML does not use: no plain words would help.
OUR_MISTAKES = {
    "AbortError", "AuthError", "BindingsError", "ConnectionClosedError", "ConnectionNotClosedError",
    "CursorClosedError", "Error", "ExecTraceAbort", "ExecutionCompleteError", "ExtensionLoadingError",
    "ForkingViolationError", "IncompleteExecutionError", "InvalidContextError", "MisuseError", "NoFTS5Error",
    "NotFoundError", "RangeError", "ThreadingViolationError", "TransactionActiveError", "VFSFileClosedError",
    "VFSNotImplementedError",
}  # fmt: skip


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_error_of_the_driver_has_plain_words_or_is_our_own_mistake() -> None:
    known = {kind for kind in vars(apsw).values() if isinstance(kind, type) and issubclass(kind, apsw.Error)}
    assert {kind.__name__ for kind in known - ERROR_MESSAGES.keys()} <= OUR_MISTAKES
    assert not {kind.__name__ for kind in ERROR_MESSAGES} & OUR_MISTAKES


@pytest.mark.parametrize("kind", ERROR_MESSAGES, ids=lambda kind: kind.__name__)
def test_plain_words_name_the_file_and_keep_the_driver_s_error(kind: type[apsw.Error]) -> None:
    with pytest.raises(ERROR_MESSAGES[kind][0], match=r"a\.db|memory") as caught, translate_errors("a.db"):
        raise kind("said the driver")
    assert isinstance(caught.value.__cause__, kind)


def test_files_and_folder_are_for_this_user_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = tmp_path / "new" / "memory.db"
        with closing(SqliteStore(path)) as store:
            store.append(ANNA, make_chat())
            modes = {file.name: mode(file) for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(["memory.db", "memory.db-wal", "memory.db-shm"], 0o600)
    assert mode(path.parent) == 0o700


def test_a_newer_schema_is_refused_in_plain_words_and_nothing_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    SqliteStore(path).close()
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute(f"pragma user_version={len(schema_scripts()) + 1}")
    before = path.read_bytes()
    with pytest.raises(SchemaTooNew, match=r"newer LTML.*update LTML.*Nothing was changed"):
        SqliteStore(path)
    assert path.read_bytes() == before


def test_another_program_s_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    for version in (0, 1, 99):
        path = tmp_path / f"other{version}.db"
        with closing(apsw.Connection(str(path))) as connection:
            connection.execute(f"create table recipe (name); pragma user_version={version}")
        before = path.read_bytes()
        with pytest.raises(StoreDamaged, match="not LTML's"):
            SqliteStore(path)
        assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Ottilie, " * 400)
    with pytest.raises(StoreDamaged, match="not a SQLite database"):
        SqliteStore(path)
    assert path.read_text() == "Dear Ottilie, " * 400


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        SqliteStore(tmp_path / "file" / "deeper" / "memory.db")
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        SqliteStore(tmp_path)


def test_a_folder_one_may_not_write_to_is_said_plainly() -> None:
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        SqliteStore("/proc/ltml/memory.db")


def test_a_file_that_vanishes_is_not_made_again_empty(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "memory.db")) as store:
        store.append(ANNA, make_chat())
        store._database.close_readers()
        (tmp_path / "memory.db").unlink()
        with pytest.raises(StoreUnavailable, match="cannot be opened"):
            list(store.turns(ANNA))
        assert not (tmp_path / "memory.db").exists()


def test_many_threads_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    start, errors = Barrier(8), list[BaseException]()

    def work(number: int) -> None:
        start.wait()
        try:
            with closing(SqliteStore(tmp_path / "memory.db")) as store:
                store.append(ANNA, [make_turn(f"thread {number}")])
        except BaseException as error:  # noqa: BLE001 -- shown below
            errors.append(error)

    threads = [Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with closing(SqliteStore(tmp_path / "memory.db")) as store:
        assert len(list(store.turns(ANNA))) == 8


def test_many_processes_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    code = "import sys; from ltml.store.sqlite import SqliteStore; SqliteStore(sys.argv[1]).close()"
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "memory.db")]) for _ in range(5)]
    assert [process.wait() for process in running] == [0] * 5


# ---------------------------------------------------------------- migration


def old_store(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        store.append(ANNA, make_chat())


def climb(path: Path, *scripts: str) -> None:
    with closing(connect(str(path))) as connection:
        migrate(connection, str(path), b"unused", [*schema_scripts(), *scripts])


def test_an_older_schema_is_migrated_after_a_backup_for_this_user_alone(tmp_path: Path) -> None:
    path, backup = tmp_path / "memory.db", tmp_path / f"memory.db.before-schema-{len(schema_scripts()) + 1}"
    old_store(path)
    before = os.umask(0)
    try:
        climb(path, SECOND)
    finally:
        os.umask(before)
    assert mode(backup) == 0o600
    with closing(SqliteStore(backup)) as store:
        assert [t.text for t in store.turns(ANNA)] == [t.text for t in make_chat()]
    with closing(apsw.Connection(str(path))) as connection:
        assert connection.pragma("user_version") == len(schema_scripts()) + 1
        assert connection.execute("select count(*), count(mood) from turn").fetchall() == [(len(make_chat()), 0)]


def test_a_migration_that_fails_half_way_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    old_store(path)
    with pytest.raises(StoreDamaged):
        climb(path, SECOND, "create table more (a); insert into nowhere values (1)")
    with closing(SqliteStore(path)) as store:
        assert len(list(store.turns(ANNA))) == len(make_chat())
        assert store.verify() == []


def test_migrating_again_does_nothing(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    old_store(path)
    climb(path, SECOND)
    for backup in tmp_path.glob("*before*"):
        backup.unlink()
    climb(path, SECOND)
    assert list(tmp_path.glob("*before*")) == []
