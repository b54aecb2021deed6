"""What an operator relies on: the log cannot be changed, the schema moves both ways, accounts can do no more than said."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from baocao.errors import ConfigError
from baocao.store import Store, StoreUnavailableError, apply_roles, look_at, move_schema, open_store, print_roles
from baocao.store.database.migration import downgrade, upgrade
from baocao.store.database.opening import Database
from baocao.store.database.schema import list_revisions
from baocao.store.files.payloads import PayloadStore
from tests.baocao.store import samples
from tests.postgres import PostgresServer

PREFIX = "baocao_test"
TOUCHES = ("UPDATE release_log SET kind = 'x'", "DELETE FROM release_log")


def run_sql(url: str, statement: str) -> None:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


@pytest.mark.parametrize("statement", TOUCHES)
def test_the_database_itself_refuses_to_change_the_release_log(store: Store, database_url: str, statement: str) -> None:
    entry = store.releases.append(samples.FORM, "prepare", samples.NOW, {"by": "lan"}, after="")
    with pytest.raises(DBAPIError, match="release_log is append-only"):
        run_sql(database_url, statement)
    assert store.releases.list() == (entry,)
    assert look_at(database_url).guarded


def test_the_schema_moves_down_and_up_one_by_one_and_what_a_run_found_survives(
    database: Database, payload_url: str
) -> None:
    store = Store(database, PayloadStore(payload_url))
    key = samples.run(store)
    form, found = store.contents.filled_form(key), store.contents.observations(key)
    revisions = list_revisions()
    for revision in revisions[-2::-1]:
        with database.writing() as session:
            downgrade(session.connection(), revision)
            assert {"vintage", "observation", "payload"} <= set(inspect(session.connection()).get_table_names())
    assert look_at(database.engine.url.render_as_string(hide_password=False)).schema == revisions[0]
    for revision in revisions[1:]:
        with database.writing() as session:
            upgrade(session.connection(), revision)
    assert (store.contents.filled_form(key), store.contents.observations(key)) == (form, found)
    assert [store.payloads.load(kept).body for kept in store.collections.list_payloads(key)] == [b"[1]", b"[2]"]
    assert samples.run(store).vintage == 2


def test_a_schema_nobody_has_heard_of_is_named_with_those_there_are(database_url: str) -> None:
    with pytest.raises(ConfigError, match=r"không có lược đồ “zzz”; được dùng: 0001, "):
        move_schema(database_url, "zzz")


@pytest.fixture
def shared(postgres_server: PostgresServer, postgres_original: str) -> Iterator[str]:
    """A database with its accounts set up, twice as good as once."""
    with postgres_server.new_database(copy_of=postgres_original) as url:
        apply_roles(url, PREFIX)
        apply_roles(url, PREFIX)
        yield url


def as_role(url: str, role: str) -> str:
    return make_url(url).set(username=f"{PREFIX}_{role}").render_as_string(hide_password=False)


def test_the_runner_runs_but_changes_neither_schema_nor_what_is_kept(shared: str, payload_url: str) -> None:
    url = as_role(shared, "runner")
    with open_store(url, payload_url) as store:
        samples.run(store)
        store.releases.append(samples.FORM, "prepare", samples.NOW, {"by": "lan"}, after="")
        assert store.rate_limits.take_slot("igate", 1, 60) == 0
    for statement in (
        "CREATE TABLE mine (x int)", "DROP TABLE turn", "ALTER TABLE vintage ADD COLUMN x int", *TOUCHES,
        "TRUNCATE release_log", "UPDATE observation SET value = 1", "DELETE FROM payload", "DELETE FROM vintage",
        "UPDATE filled_form SET body = ''", "ALTER TABLE release_log DISABLE TRIGGER USER",
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            run_sql(url, statement)


def test_the_reader_sees_everything_and_writes_nothing(shared: str, payload_url: str) -> None:
    with open_store(as_role(shared, "runner"), payload_url) as store:
        key = samples.run(store)
    with open_store(as_role(shared, "reader"), payload_url) as store:
        assert store.contents.filled_form(key).cells
        assert store.releases.list() == ()
    for statement in ("UPDATE vintage SET reason = 'x'", "DELETE FROM lease", "INSERT INTO turn VALUES ('x', now())"):
        with pytest.raises(DBAPIError, match="permission denied"):
            run_sql(as_role(shared, "reader"), statement)


def test_only_the_migrator_moves_the_schema_and_the_runner_is_told_so(shared: str, payload_url: str) -> None:
    migrator, runner = as_role(shared, "migrator"), as_role(shared, "runner")
    newest = list_revisions()[-1]
    assert move_schema(migrator, "0002") == (newest, "0002")
    with pytest.raises(ConfigError, match="chạy: baocao database migrate"):
        open_store(runner, payload_url)
    assert move_schema(migrator, "head") == ("0002", newest)
    with open_store(runner, payload_url) as store:
        samples.run(store)
        assert store.rate_limits.take_slot("igate", 1, 60) == 0


def test_sqlite_has_no_accounts_to_set_up(tmp_path: object) -> None:
    with pytest.raises(ConfigError, match="chmod 600"):
        print_roles(f"sqlite:///{tmp_path}/x.db", PREFIX)


def test_ended_connections_are_made_anew_and_a_step_cut_in_two_leaves_nothing(
    postgres_url: str, payload_url: str, postgres_server: PostgresServer
) -> None:
    with open_store(postgres_url, payload_url) as store:
        samples.run(store)
        end_connections(postgres_url)
        key = samples.run(store)

        def cut_in_two() -> None:
            with store._database.writing() as session:
                session.execute(text("UPDATE vintage SET reason = 'half'"))
                end_connections(postgres_url)
                session.execute(text("UPDATE vintage SET reason = 'whole'"))

        with pytest.raises(StoreUnavailableError, match="Chưa ghi gì của bước này"):
            cut_in_two()
        assert {vintage.reason for vintage in store.vintages.list(key.form_key)} == {""}
        assert samples.run(store).vintage == 3


def end_connections(url: str) -> None:
    name = make_url(url).database
    run_sql(
        url,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()",
    )
