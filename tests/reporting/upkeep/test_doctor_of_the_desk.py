"""What the doctor says of the desk: its rules and key, who lacks a second factor, figures no form reads."""

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import Period
from baocao.people import Actor, Grant, Person, PersonRole
from baocao.settings import DESK_KEY_VARIABLE, Settings
from baocao.store import Store, open_store
from baocao.typed_figures import TypedEntry
from reporting.upkeep.doctor.desk import look_at_desk
from reporting.upkeep.doctor.finding import DoctorFinding, Health
from tests.configuration import ONE_FORM_CONFIG_DIR

IT = Actor("cai-dat", "may@test")
NOW = datetime(2025, 12, 15, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, sqlite_original: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv(DESK_KEY_VARIABLE, raising=False)
    shutil.copytree(ONE_FORM_CONFIG_DIR, tmp_path / "config")
    (tmp_path / "var").mkdir()
    shutil.copy(sqlite_original, tmp_path / "var" / "baocao.db")
    return Settings.read({"BAOCAO_HOME": str(tmp_path), "BAOCAO_CONFIG_DIR": str(tmp_path / "config")})


def examine(settings: Settings, store: Store) -> dict[str, DoctorFinding]:
    return {one.check: one for one in look_at_desk(settings, Catalogue.read(settings.config_dir), store)}


def entry(code: str, unit: str = "dac-khu") -> TypedEntry:
    return TypedEntry(
        unit_code=unit, period=Period.parse("2025-Q4"), indicator_code=code, based_on=0, value=Decimal(1),
        given_by="Lan", given_on=date(2025, 12, 1), evidence="Sổ", account="lan", at=NOW,
    )  # fmt: skip


def test_a_fresh_desk_is_well(settings: Settings) -> None:
    with open_store(settings.database_url, settings.payload_url) as store:
        found = examine(settings, store)
    assert {one.health for one in found.values()} == {Health.GOOD}
    assert "chỉ mở trên chính máy này" in found["desk.address"].says


def test_rules_that_do_not_read_and_an_address_that_does_not_answer_are_told(settings: Settings) -> None:
    file = settings.config_dir / "desk.yaml"
    with open_store(settings.database_url, settings.payload_url) as store:
        file.write_text("public_ulr: https://a.vn", encoding="utf-8")
        assert examine(settings, store)["desk.rules"].health is Health.BAD
        file.write_text("public_url: https://127.0.0.1:9\ntrusted_proxies: [127.0.0.1]\n", encoding="utf-8")
        found = examine(settings, store)["desk.address"]
    assert (found.health, "chưa trả lời" in found.says) == (Health.DOUBTFUL, True)


def test_a_key_that_is_broken_or_that_others_read_is_told_and_never_shown(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = settings.desk_key_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("ngắn", encoding="utf-8")
    file.chmod(0o600)
    with open_store(settings.database_url, settings.payload_url) as store:
        assert "bị hỏng" in examine(settings, store)["desk.key"].says
        file.write_text("k" * 64, encoding="utf-8")
        assert examine(settings, store)["desk.key"].health is Health.GOOD
        file.chmod(0o644)
        found = examine(settings, store)["desk.key"]
        assert (found.health, "k" * 10 in str(found)) == (Health.BAD, False)
        monkeypatch.setenv(DESK_KEY_VARIABLE, "env:KHONG_CO")
        assert examine(settings, store)["desk.key"].health is Health.BAD


def test_who_approves_without_a_second_factor_is_named(settings: Settings) -> None:
    with open_store(settings.database_url, settings.payload_url) as store:
        store.people.add(Person("minh", "Minh", (Grant(PersonRole.APPROVER, "dac-khu"),)), IT, NOW)
        store.people.add(Person("lan", "Lan", (Grant(PersonRole.OFFICER, "dac-khu"),)), IT, NOW)
        found = examine(settings, store)["desk.second_factor"]
        assert (found.health, "Minh (minh)" in found.says, "Lan" in found.says) == (Health.DOUBTFUL, True, False)
        store.people.set_second_factor("minh", "bi-mat", IT, NOW)
        assert examine(settings, store)["desk.second_factor"].health is Health.GOOD


def test_a_figure_typed_in_that_no_form_reads_is_named(settings: Settings) -> None:
    with open_store(settings.database_url, settings.payload_url) as store:
        store.typed_entries.add(entry("periodic_reports_due_count"))
        assert examine(settings, store)["desk.typed"].health is Health.GOOD
        store.typed_entries.add(entry("documents_outgoing_count"))
        store.typed_entries.add(entry("periodic_reports_due_count", "xa-da-bo"))
        said = examine(settings, store)["desk.typed"].says
    assert said.startswith("2 số")
    assert "dac-khu 2025-Q4 documents_outgoing_count" in said
    assert "xa-da-bo" in said
