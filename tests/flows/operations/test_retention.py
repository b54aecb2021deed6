"""What is cleared away: old and mentioned by nobody; whatever else lies there stays."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from baocao.domain import Period
from baocao.settings import Settings
from baocao.store import FormKey, Store, open_store
from baocao.store.files.folders import LocalFolder
from reporting.upkeep.clearing import clear_temporary
from tests.baocao.store.samples import payload
from tests.crash.zygote import Zygote
from tests.flows.operations.conftest import Engine

MONTH_AGO = datetime.now(UTC) - timedelta(days=30)
YEAR_AGO, TWO_YEARS_AGO = (datetime.now(UTC) - timedelta(days=365 * years) for years in (1, 2))
LONG_AGO = MONTH_AGO.timestamp() - 86_400


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'a.db'}", str(tmp_path / "payloads")) as opened:
        yield opened


def age_all(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (LONG_AGO, LONG_AGO))


def test_an_old_body_nobody_mentions_goes_and_one_that_is_mentioned_stays(store: Store, tmp_path: Path) -> None:
    kept = store.payloads.keep(payload())
    orphan = store.files.put(b"kept by a run that died before it could say so")
    age_all(tmp_path / "payloads")
    assert store.payloads.remove_unmentioned(MONTH_AGO, only_count=True).count == 1
    store.files.get(orphan)
    removed = store.payloads.remove_unmentioned(MONTH_AGO)
    assert (removed.count, removed.size > 0) == (1, True)
    assert store.payloads.load(kept).body == payload().body
    assert not [path for path in (tmp_path / "payloads").rglob("*") if orphan[2:] in path.name]


def test_a_file_of_a_released_form_is_mentioned_by_the_log(store: Store, tmp_path: Path) -> None:
    sha256 = store.files.put(b"the form somebody signed")
    key = FormKey("dac-khu", "2025-bieu-mau-7", Period(2025, "Q4"))
    content = {"files": {"form.docx": {"sha256": sha256}}}
    store.releases.append(key, "prepare", datetime.now(UTC), content, after="")
    age_all(tmp_path / "payloads")
    assert store.payloads.remove_unmentioned(MONTH_AGO).count == 0
    assert store.files.get(sha256) == b"the form somebody signed"


def test_a_young_body_stays_since_its_run_may_still_enter_it(store: Store) -> None:
    sha256 = store.files.put(b"kept a moment ago")
    assert store.payloads.remove_unmentioned(MONTH_AGO).count == 0
    assert store.files.get(sha256)


def test_keeping_an_old_body_again_makes_it_young(store: Store, tmp_path: Path) -> None:
    """A run that keeps what an earlier, dead run had kept must not lose it before it has entered it."""
    sha256 = store.files.put(b"answered the same twice")
    age_all(tmp_path / "payloads")
    store.files.put(b"answered the same twice")
    assert store.payloads.remove_unmentioned(MONTH_AGO).count == 0
    assert store.files.get(sha256)


def test_a_file_used_while_it_is_being_removed_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = LocalFolder(tmp_path)
    folder.write("ab/cd.zst", b"content")
    age_all(tmp_path)
    rename = Path.rename

    def used_meanwhile(self: Path, target: Path) -> Path:
        os.utime(self)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", used_meanwhile)
    assert not folder.remove_unused("ab/cd.zst", MONTH_AGO)
    assert folder.read("ab/cd.zst") == b"content"


def test_old_temporary_files_go_and_results_stay(tmp_path: Path) -> None:
    out = tmp_path / "out" / "dac-khu"
    out.mkdir(parents=True)
    for name in (".form.docx.1a2b.tmp", ".manifest.json.new", "form.docx"):
        (out / name).write_bytes(b"x")
    age_all(tmp_path)
    (out / ".form.pdf.3c4d.tmp").write_bytes(b"just now")
    settings = Settings.read({"BAOCAO_HOME": str(tmp_path)})
    assert clear_temporary(settings, MONTH_AGO, dry_run=True).count == 2
    assert clear_temporary(settings, MONTH_AGO, dry_run=False).count == 2
    assert sorted(path.name for path in out.iterdir()) == [".form.pdf.3c4d.tmp", "form.docx"]


def test_old_records_of_prefects_runs_go_and_young_ones_stay(engine: Engine, zygote: Zygote) -> None:
    """Age is when a run ended: one that ended long ago is made by dating an ended one back."""
    api, flow_id = engine.stage.api, engine.stage.api.deployment("weekly-verify/weekly")["flow_id"]
    young, old = (api.call("POST", "/flow_runs/", {"flow_id": flow_id, "state": {"type": "COMPLETED"}}) for _ in "12")
    database = create_engine(engine.engine_url)
    with database.begin() as connection:
        connection.execute(
            text("UPDATE flow_run SET end_time = :at WHERE id = :id"), {"at": TWO_YEARS_AGO, "id": old["id"]}
        )
    database.dispose()

    def clear(*, dry_run: bool) -> str:
        step = {"flow": "clear-runs", "parameters": {"before": YEAR_AGO.isoformat(), "dry_run": dry_run}}
        (answer,) = zygote.order({"step": step, "environment": {}})
        return str(answer["ends"])

    assert [clear(dry_run=True), clear(dry_run=False), clear(dry_run=False)] == ["1", "1", "0"]
    left = {run["id"] for run in api.runs(flow_runs={"id": {"any_": [young["id"], old["id"]]}})}
    assert left == {young["id"]}
