"""A view of somebody else's database, on real SQLite and PostgreSQL: only read, only what is mapped, only so long."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from baocao.catalogue import Source
from baocao.domain import System, Window
from baocao.errors import ConfigError, SourceContractError, SourceRejectedError, SourceUnavailableError
from baocao.notices import CountProof
from connectors.contract import Assignment, ParseResult
from connectors.files.sql_reader import View, ViewChangedError, open_view
from connectors.files.sql_view import SqlView
from sandbox.world.ledger import PLANTED_PATTERNS, invent_person

NAME = "BAOCAO_TEST_VIEW_URL"
OPTIONS: dict[str, Any] = {
    "kind": "dossiers",
    "url": f"env:{NAME}",
    "view": "v_ho_so",
    "day_column": "NGAY_TIEP_NHAN",
    "block_rows": 40,
    "columns": {
        "dossier_code": "MA_HO_SO", "procedure_code": "ma_tthc", "service_level": "MUC_DO", "channel": "KENH",
        "status": "TRANG_THAI", "submitted_at": "NGAY_NOP", "received_at": "NGAY_TIEP_NHAN",
    },
    "values": {
        "service_level": {4: "full", 3: "partial"}, "channel": {1: "in_person", 2: "online", 3: "postal"},
        "status": {4: "processing", 10: "returned"},
    },
    "absent": ["finished_at"],
    "ignored": ["chu_ho_so"],
}  # fmt: skip
ROWS = [
    (f"H98.51-{n:04d}", "1.003560.000.00.00.H98", 4, 2 if n % 3 else 1, 4, f"2025-10-{1 + n % 28:02d} 08:30:00",
     None if n % 10 == 0 else f"2025-10-{1 + n % 28:02d} 09:00:00", invent_person(n).full_name)
    for n in range(100)
] + [("H98.51-9999", "1.003560", 4, 2, 4, "2020-01-01 08:00:00", "2020-01-02 08:00:00", invent_person(9999).full_name)]  # fmt: skip
TABLE = """CREATE TABLE ho_so ("MA_HO_SO" varchar(40), ma_tthc varchar(40), "MUC_DO" int, "KENH" int, "TRANG_THAI" int,
           "NGAY_NOP" timestamp, "NGAY_TIEP_NHAN" timestamp, chu_ho_so varchar(80))"""


@pytest.fixture
def sqlite_source(tmp_path: Path) -> str:
    with closing(sqlite3.connect(tmp_path / "mot-cua.db")) as connection, connection:
        connection.execute(TABLE)
        connection.executemany(f"INSERT INTO ho_so VALUES ({','.join('?' * 8)})", ROWS)
        connection.execute("CREATE VIEW v_ho_so AS SELECT * FROM ho_so")
    return f"sqlite:///{tmp_path / 'mot-cua.db'}"


@pytest.fixture
def postgres_source(postgres_url: str) -> str:
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(TABLE)
        connection.cursor().executemany(f"INSERT INTO ho_so VALUES ({','.join(['%s'] * 8)})", ROWS)
        connection.execute("CREATE VIEW v_ho_so AS SELECT * FROM ho_so")
        connection.execute("CREATE VIEW v_slow AS SELECT ho_so.* FROM ho_so, pg_sleep(30)")
        connection.execute("CREATE SEQUENCE counter")
        connection.execute("CREATE VIEW v_writes AS SELECT nextval('counter')::text AS \"MA_HO_SO\" FROM ho_so")
    return postgres_url


Collect = Callable[..., ParseResult]


@pytest.fixture(params=["sqlite_source", "postgres_source"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def collect(url: str, monkeypatch: pytest.MonkeyPatch) -> Collect:
    monkeypatch.setenv(NAME, url)

    def make(**options: Any) -> ParseResult:
        payloads = list(SqlView().fetch(assign(**options)))
        for payload in payloads:
            assert not any(pattern.search(payload.body.decode()) for pattern in PLANTED_PATTERNS.values())
            assert '"chu_ho_so":' not in payload.body.decode()
        return SqlView().parse(payloads[::-1], source_code="view_one_stop", unit_code="xa")

    return make


def assign(**options: Any) -> Assignment:
    return Assignment(
        source=Source(
            source_code="view_one_stop", label="Khung nhìn", system=System.ONE_STOP, connector="sql_view",
            lookback_days=30, options={**OPTIONS, **options},
        ),
        base_url="", unit_code="xa", unit_key="H98.51", window=Window(date(2025, 9, 15), date(2025, 12, 14)), secret="",
        clock=lambda: datetime(2025, 12, 15, tzinfo=UTC),
    )  # fmt: skip


def test_the_view_is_read_in_blocks_and_only_the_periods_rows(collect: Collect) -> None:
    parsed = collect()
    frame = parsed.frames["dossiers"]
    assert list(frame["dossier_code"]) == [f"H98.51-{n:04d}" for n in range(100)]
    assert Counter(frame["channel"]) == {"online": 66, "in_person": 34}
    assert frame["received_at"].isna().sum() == 10
    assert str(frame["submitted_at"][0]) == "2025-10-01 01:30:00+00:00"
    assert not parsed.notices.unknown_fields
    assert len(list(SqlView().fetch(assign()))) == 3


def test_the_rows_are_held_against_the_databases_own_count(collect: Collect) -> None:
    assert collect().notices.proofs == [CountProof("lần đếm riêng của khung nhìn v_ho_so", 100, 100)]


@pytest.mark.parametrize("url", ["sqlite_source"], indirect=True)
def test_a_view_that_answers_otherwise_each_time_is_found(sqlite_source: str, collect: Collect) -> None:
    with closing(sqlite3.connect(sqlite_source.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("CREATE VIEW v_random AS SELECT * FROM ho_so WHERE abs(random()) % 2 = 0")
    proofs = [collect(view="v_random").notices.proofs[0] for _ in range(8)]
    assert any(proof.found_count != proof.expected_count for proof in proofs)


def test_rows_written_while_the_view_is_read_belong_to_neither_count(
    postgres_source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, postgres_source)
    answers = SqlView().fetch(assign())
    payloads = [next(answers)]
    with psycopg.connect(postgres_source.replace("+psycopg", ""), autocommit=True) as connection:
        late = [(f"H98.51-late-{n}", *ROWS[0][1:]) for n in range(30)]
        connection.cursor().executemany(f"INSERT INTO ho_so VALUES ({','.join(['%s'] * 8)})", late)
    payloads += answers
    proof = SqlView().parse(payloads, source_code="view_one_stop", unit_code="xa").notices.proofs[0]
    assert (proof.found_count, proof.expected_count) == (100, 100)


def test_a_column_that_is_not_there_is_named_beside_those_that_are(collect: Collect) -> None:
    columns = {**OPTIONS["columns"], "channel": "KENH_TIEP_NHAN"}
    with pytest.raises(SourceContractError, match="không có cột KENH_TIEP_NHAN; các cột đang có: MA_HO_SO, ma_tthc"):
        collect(columns=columns)


def test_a_view_that_is_not_there_is_named(collect: Collect) -> None:
    with pytest.raises(SourceContractError, match="không có khung nhìn 'v_khac'"):
        collect(view="v_khac")


def test_an_empty_view_is_an_answer(collect: Collect) -> None:
    parsed = collect(day_column="NGAY_NOP", columns={**OPTIONS["columns"]}, values=OPTIONS["values"])
    assert len(parsed.frames["dossiers"]) == 100


def test_a_new_column_is_reported_by_name(collect: Collect) -> None:
    assert dict(collect(ignored=[]).notices.unknown_fields) == {"chu_ho_so": 3}


def test_writing_is_impossible_on_postgresql(postgres_source: str) -> None:
    view = View(postgres_source, "v_writes")
    with pytest.raises(ViewChangedError, match="SQL state 25006"), open_view(view) as (_, reader):
        list(reader.blocks(["MA_HO_SO"]))


def test_writing_is_impossible_on_sqlite(sqlite_source: str) -> None:
    from sqlalchemy import text

    with pytest.raises(Exception, match="không trả lời"), open_view(View(sqlite_source, "v_ho_so")) as (_, reader):
        reader.connection.execute(text("DELETE FROM ho_so"))
    with closing(sqlite3.connect(sqlite_source.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("SELECT count(*) FROM ho_so").fetchone() == (101,)


def test_a_slow_view_is_stopped_in_time(postgres_source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, postgres_source)
    with pytest.raises(SourceUnavailableError, match=r"chưa đọc xong khung nhìn 'v_slow' trong 0.3 giây"):
        list(SqlView().fetch(assign(view="v_slow", timeout_s=0.3)))


def test_a_slow_view_is_stopped_in_time_on_sqlite(sqlite_source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(sqlite_source.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute(
            "CREATE VIEW v_slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90000000) "
            "SELECT h.* FROM ho_so h WHERE (SELECT count(*) FROM n) > 0"
        )
    monkeypatch.setenv(NAME, sqlite_source)
    with pytest.raises(SourceUnavailableError, match=r"chưa đọc xong khung nhìn 'v_slow' trong 0.2 giây"):
        list(SqlView().fetch(assign(view="v_slow", timeout_s=0.2)))


def test_a_wrong_password_is_rejected_and_in_no_message(postgres_source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(postgres_source.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS khach")
        connection.execute("CREATE ROLE khach LOGIN")
    guest = postgres_source.replace("postgres@", "khach:rat-bi-mat@", 1)
    monkeypatch.setenv(NAME, guest)
    with pytest.raises(SourceRejectedError, match="không được đọc khung nhìn 'v_ho_so'") as caught:
        list(SqlView().fetch(assign()))
    assert "rat-bi-mat" not in f"{caught.value} {View(guest, 'v')!r}"


def test_a_database_that_does_not_answer_may_heal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path / 'khong-co.db'}", "postgresql://a:rat-bi-mat@127.0.0.1:1/x"):
        monkeypatch.setenv(NAME, url)
        with pytest.raises(SourceUnavailableError, match="không trả lời") as caught:
            list(SqlView().fetch(assign()))
        assert "rat-bi-mat" not in str(caught.value)


def test_an_address_in_clear_or_missing_is_a_mistake_in_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    with pytest.raises(ConfigError, match=f"env:{NAME} chưa được đặt"):
        list(SqlView().fetch(assign()))
    with pytest.raises(ConfigError, match=r"options.url"):
        list(SqlView().fetch(assign(url="postgresql://a:b@c/d")))


@pytest.mark.parametrize("url", ["khong phai dia chi", "firebird://a/b", "mysql://a:b@127.0.0.1/c"])
def test_an_address_no_driver_here_understands_is_said_without_showing_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, url)
    with pytest.raises(SourceContractError, match=r"options.url") as caught:
        list(SqlView().fetch(assign()))
    assert url not in str(caught.value)
