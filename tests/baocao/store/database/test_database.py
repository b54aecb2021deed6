import sqlite3
from pathlib import Path

import alembic.config
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from baocao.errors import ConfigError
from baocao.store import Store, StoreUnavailableError, open_store
from baocao.store.database import engines
from baocao.store.database.migration import downgrade, upgrade
from baocao.store.database.opening import Database, open_database
from baocao.store.database.schema import MIGRATIONS_DIR, VERSION_TABLE, list_revisions
from baocao.store.files.payloads import PayloadStore
from baocao.store.tables.content_rows import VintagePart
from tests.baocao.store import samples
from tests.baocao.store.processes import open_once, race
from tests.postgres import PostgresServer

CHECKOUT_DIR = Path(__file__).parents[4]


def test_a_migrated_database_has_the_tables_the_code_speaks_of(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, VintagePart.metadata) == []


def test_the_revisions_named_by_their_files_are_those_alembic_walks() -> None:
    walked = [script.revision for script in ScriptDirectory(str(MIGRATIONS_DIR)).walk_revisions()]
    assert list_revisions() == tuple(walked[::-1])


def test_the_schema_goes_up_and_down_and_up_again(new_database_url: str, payload_url: str) -> None:
    with open_database(new_database_url) as database, database.writing() as session:
        downgrade(session.connection())
        assert inspect(session.connection()).get_table_names() == [VERSION_TABLE]
        upgrade(session.connection())
    with open_store(new_database_url, payload_url) as store:
        assert samples.run(store).vintage == 1


def test_a_failed_migration_leaves_nothing_behind(database_url: str) -> None:
    def fail_half_way() -> None:
        with database.writing() as session:
            downgrade(session.connection())
            raise ZeroDivisionError

    with open_database(database_url) as database:
        with pytest.raises(ZeroDivisionError):
            fail_half_way()
        assert "vintage" in inspect(database.engine).get_table_names()


def test_processes_that_open_a_new_database_at_once_all_succeed(new_database_url: str) -> None:
    assert race(open_once, 4, new_database_url) == [0] * 4


def test_a_database_of_a_newer_version_is_refused_in_a_sentence(database_url: str) -> None:
    with open_database(database_url) as database, database.writing() as session:
        session.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(ConfigError, match=r"bản baocao mới hơn \(lược đồ 9999"):
        open_database(database_url)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite://", "trong bộ nhớ sẽ mất hết"),
        ("sqlite:///:memory:", "trong bộ nhớ sẽ mất hết"),
        ("mysql://root:secret@db/baocao", "loại cơ sở dữ liệu “mysql”"),
        ("var/baocao.db", "không phải địa chỉ cơ sở dữ liệu"),
        (
            "postgresql://lan:secret@127.0.0.1:1/baocao?password=secret",
            "127.0.0.1:1/baocao: không mở được: máy chủ không nhận kết nối",
        ),
        ("sqlite:////proc/none/baocao.db", "không tạo được thư mục /proc/none"),
    ],
)
def test_an_unusable_address_is_named_without_its_password(url: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence) as caught:
        open_database(url)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "baocao.db").write_text("Phụ lục 8\n" * 1000)
    with pytest.raises(ConfigError, match="không phải cơ sở dữ liệu"):
        open_database(f"sqlite:///{tmp_path / 'baocao.db'}")


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="không mở được"):
        open_database(f"sqlite:///{tmp_path}")


def test_a_database_that_cannot_hold_vietnamese_is_refused(postgres_server: PostgresServer) -> None:
    with postgres_server.new_database(encoding="SQL_ASCII") as url, pytest.raises(ConfigError, match="không phải UTF8"):
        open_database(url)


def test_a_database_that_is_gone_is_told_in_a_sentence(
    postgres_server: PostgresServer, payload_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "RESTART_S", 0.1)
    with postgres_server.new_database() as url:
        store = open_store(url, payload_url)
    with store, pytest.raises(StoreUnavailableError, match="Chưa ghi gì của bước này"):
        store.payloads.keep(samples.payload())


def test_a_closed_database_is_not_opened_again_by_a_thread_left_behind(new_database_url: str) -> None:
    with open_database(new_database_url) as database:
        pass
    with pytest.raises(StoreUnavailableError, match="đã đóng"), database.reading():
        pass


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path) -> None:
    with open_database(f"sqlite:///{tmp_path / 'baocao.db'}") as database:
        with database.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        store = Store(database, PayloadStore(str(tmp_path / "payloads")))
        many = [samples.payload(str(number).encode()) for number in range(100)]
        with pytest.raises(StoreUnavailableError, match="đĩa đầy"):
            samples.collect(store, *many)


def test_the_schema_can_be_moved_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT_DIR)
    monkeypatch.setenv("BAOCAO_DATABASE_URL", f"sqlite:///{tmp_path / 'baocao.db'}")
    for command in (["upgrade", "head"], ["check"], ["downgrade", "base"]):
        alembic.config.main(command)
    with sqlite3.connect(tmp_path / "baocao.db") as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    connection.close()
    assert tables == [(VERSION_TABLE,)]
