"""Years of releases and restatements: each comes out again to the byte, here and on another machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from baocao.settings import Settings
from baocao.store import open_store
from flows.causes import CauseKind
from flows.proving import prove_releases, released_key
from flows.showing import Wanted, find_shown, write_shown
from flows.verifying import RELEASES, Damage, verify
from sandbox.credentials import ENVIRONMENT
from sandbox.data_sets import data_set
from sandbox.periods import morning_after
from sandbox.server import start
from sandbox.truth import true_figures
from tests.postgres import PostgresServer
from tests.time.elsewhere import copy_home, find_other_python, install, replay_everything
from tests.time.history import Mended, Province, plan_of

pytestmark = pytest.mark.timeout(600)
FEW = ("2025-Q2", "2025-H1", "2025-Q3", "2025-Q4")
SUNDAY = morning_after("2026-Q4")


@pytest.fixture(scope="module")
def credentials_for_long() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory, credentials_for_long: None) -> Iterator[Province]:
    """Three units around the merger, both forms, a cumulative period, two restatements."""
    home = tmp_path_factory.mktemp("province")
    with start("years:3") as running:
        made = Province(home, f"sqlite:///{home}/var/baocao.db", running)
        mended = Mended(("dac-khu", "2025-Q3"), "value: 1\n", "value: 0\n")
        made.live(FEW, late=[("don-vi-01", "2025-Q2")], mended=[mended])
        yield made


def test_what_was_restated_says_why(province: Province) -> None:
    causes = [{cause.kind for one in done.changed for cause in one.causes} for done in province.reruns]
    assert causes == [{CauseKind.LATE_RECORDS}, {CauseKind.TYPED_IN}]


def test_every_release_and_restatement_comes_out_again_to_the_byte_on_another_machine(
    province: Province, tmp_path: Path
) -> None:
    told = replay_everything(copy_home(province.home, tmp_path / "elsewhere"))
    assert (told["findings"], told["replayed_count"]) == ([], 14)


def check_bytes(province: Province, folder: Path) -> None:
    """Every release as it was on its day, the restated ones too, from what is kept."""
    with province.at(SUNDAY) as workspace:
        for number, released in enumerate(province.released):
            key = released.form_key
            shown = find_shown(workspace.store, key, Wanted(as_released=True, revision=released.revision))
            assert shown.release is not None
            assert {name: kept["sha256"] for name, kept in shown.release.content["files"].items()} == released.files
            if number % 10 == 0:
                write_shown(workspace, plan_of(workspace, key.unit_code, key.period.code), shown, folder / str(number))


def check_truth(province: Province) -> None:
    """Every released figure is the one the source systems had on that day, predecessors' share included."""
    chosen = data_set(province.name)
    with province.at(SUNDAY) as workspace:
        for entry in (entry for entry in workspace.store.release_log() if entry.kind in RELEASES):
            key = released_key(entry)
            asked_at = workspace.store.filled_form(key).known_at
            assert asked_at is not None
            found = {one.indicator_code: one.value for one in workspace.store.observations(key)}
            truth = true_figures(chosen.name, key.unit_code, key.period.code, asked_at, with_predecessors=True)
            flows = {code: value for code, value in truth.items() if code in found and is_flow(code, key.vintage)}
            assert {code: found[code] for code in flows} == flows, key


def is_flow(code: str, vintage: int) -> bool:
    """A restatement keeps the stocks of the cut-off: only those of a first vintage are of its own day."""
    is_stock = code.startswith("procedures_") and "dossier" not in code
    return vintage == 1 or not is_stock


def test_every_released_figure_is_the_true_one_and_every_release_can_be_had_again(
    province: Province, tmp_path: Path
) -> None:
    check_truth(province)
    check_bytes(province, tmp_path)


def test_a_release_whose_answers_no_longer_give_it_is_found_by_replaying_it(province: Province, tmp_path: Path) -> None:
    """An answer is taken out of a collection: every kept thing is whole, and yet the form no longer follows from it."""
    home = copy_home(province.home, tmp_path / "home")
    url = f"sqlite:///{home}/var/baocao.db"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM collection_payload WHERE collection_id = 2"))
        connection.execute(text("DELETE FROM release_log WHERE position > 3"))
    engine.dispose()
    settings = Settings.read({"BAOCAO_HOME": str(home), "BAOCAO_DATABASE_URL": url, "BAOCAO_NOW": SUNDAY.isoformat()})
    with open_store(url, settings.payload_url) as store:
        found = verify(store, settings.out_dir)
        assert {finding.damage for finding in found.findings} == {Damage.LOG_CUT}
        with province.at(SUNDAY) as workspace:
            from flows.workspace import Workspace

            proven = prove_releases(Workspace(settings, workspace.catalogue, store), found)
    assert [finding.damage for finding in proven.findings] == [Damage.LOG_CUT, Damage.REPLAY]
    assert "form.docx" in proven.findings[-1].says


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("credentials_for_long")
def test_three_years_of_ten_units_come_out_again_to_the_byte_on_another_machine_and_python(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Twelve quarters and the cumulative periods, both forms, the merger, 22 restatements, on PostgreSQL."""
    with postgres_server.new_database() as url, start("years") as running:
        province = Province(tmp_path / "home", url, running)
        periods = running.data_set.period_codes
        quarters = [code for code in periods if "-Q" in code and code != "2026-Q4"]
        late = [
            (running.data_set.unit_codes[(number + more) % 8], code)
            for number, code in enumerate(quarters)
            for more in (0, 3)
        ]
        province.live(periods, late=late)
        assert (len(province.released), len(province.reruns)) == (10 * len(periods) + len(late), 22)
        check_truth(province)
        check_bytes(province, tmp_path / "again")
        elsewhere = copy_home(province.home, tmp_path / "elsewhere")
        with postgres_server.new_database(copy_of=url) as copied_url:
            told = replay_everything(elsewhere, copied_url)
            assert (told["findings"], told["replayed_count"]) == ([], len(province.released))
            python = find_other_python()
            if python is None:
                pytest.skip("NOT TESTED ON ANOTHER PYTHON: none of 3.11, 3.12, 3.13 beside this one was found")
            told = replay_everything(elsewhere, copied_url, install(python, tmp_path / "other-python"))
            assert (told["findings"], told["replayed_count"]) == ([], len(province.released))
