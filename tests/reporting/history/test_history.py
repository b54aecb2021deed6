"""Years of releases and restatements: each comes out again to the byte, here and on another machine."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from baocao.domain import CellStatus
from baocao.settings import Settings
from baocao.store import VintageKey
from reporting.differences.causes import DifferenceCauseKind
from reporting.history.proving import prove_release, released_key
from reporting.history.showing import VintageChoice, find_shown, write_shown
from reporting.release.verifying import RELEASES, Damage, verify
from reporting.workspace import open_workspace
from sandbox.credentials import ENVIRONMENT
from sandbox.server import start
from sandbox.world.periods import morning_after
from sandbox.world.truth import true_figures, true_province_figures
from tests.installed import skip_without
from tests.postgres import PostgresServer
from tests.reporting.history.elsewhere import copy_home, find_other_python, install, replay_everything
from tests.reporting.history.events import Events, Mended
from tests.reporting.history.history import AFTER_CUTOFF, PROVINCE_UNIT, Province

FEW = ("2025-H1", "2025-Q3")
SUNDAY = morning_after("2026-Q4")


@pytest.fixture(scope="module")
def credentials_for_long() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory, credentials_for_long: None) -> Iterator[Province]:
    """Three units around the merger and their province, both forms, a cumulative period, three restatements."""
    home = tmp_path_factory.mktemp("province")
    with start("years:3") as running:
        made = Province(home, f"sqlite:///{home}/var/baocao.db", running)
        events = Events(
            late=[("don-vi-01", "2025-H1")],
            mended=[Mended(("dac-khu", "2025-Q3"), "value: 1\n", "value: 0\n")],
            corrected=[("don-vi-01", "2025-Q3")],
            captured=["2025-Q3"],
            rolled_up=["2025-Q3"],
            left_out=[("xa", "2025-H1"), ("xa-gio", "2025-H1")],
        )
        made.live(FEW, events)
        yield made


def test_what_was_restated_says_why(province: Province) -> None:
    assert causes_of(province) == [
        {DifferenceCauseKind.LATE_RECORDS},
        {DifferenceCauseKind.TYPED_IN},
        {DifferenceCauseKind.CORRECTION},
    ]


def causes_of(province: Province) -> list[set[DifferenceCauseKind]]:
    return [{cause.kind for one in done.changed for cause in one.causes} for done in province.reruns]


def test_a_period_captured_at_the_cut_off_was_released_with_those_stocks(province: Province) -> None:
    check_captures(province, "2025-Q3")


def check_captures(province: Province, period: str) -> None:
    """Every unit's catalogue is the one taken in the last second before the cut-off."""
    with province.at(SUNDAY) as workspace:
        keys = {one.form_key for one in province.released if one.form_key.period.code == period}
        units = [key for key in keys if key.unit_code != PROVINCE_UNIT]
        assert units
        for key in units:
            (capture,) = workspace.store.captures.list(key.unit_code, key.period)
            used = workspace.store.collections.list(VintageKey(key.unit_code, key.form_code, key.period, 1))
            catalogue = next(one for one in used if one.source_code == capture.source_code)
            assert (catalogue.payloads, capture.captured_at) == (capture.payloads, morning_after(period) - AFTER_CUTOFF)


def test_every_release_and_restatement_comes_out_again_to_the_byte_on_another_machine(
    province: Province, tmp_path: Path
) -> None:
    told = replay_everything(copy_home(province.home, tmp_path / "elsewhere"))
    assert (told["findings"], told["replayed_count"]) == ([], 4 + 1 + 3)


def check_bytes(province: Province, folder: Path) -> None:
    """Every release as it was on its day, the restated ones too, from what is kept."""
    with province.at(SUNDAY) as workspace:
        for number, released in enumerate(province.released):
            key = released.form_key
            shown = find_shown(workspace.store, key, VintageChoice(as_released=True, revision=released.revision))
            assert shown.release is not None
            assert {name: kept["sha256"] for name, kept in shown.release.content["files"].items()} == released.files
            if number % 10 == 0:
                write_shown(workspace, shown, folder / str(number))


def check_truth(province: Province) -> None:
    """Every released figure is the one the source systems had on that day, predecessors' share included."""
    with province.at(SUNDAY) as workspace:
        for entry in (entry for entry in workspace.store.releases.list() if entry.kind in RELEASES):
            key = released_key(entry)
            if key.unit_code == PROVINCE_UNIT and key.vintage > 1:
                continue  # its units were asked on different days
            asked_at = workspace.store.contents.filled_form(key).known_at
            assert asked_at is not None
            counted = [
                one for one in workspace.store.contents.observations(key) if one.status is not CellStatus.CORRECTED
            ]
            found = {one.indicator_code: one.value for one in counted}
            truth = truth_of(province.name, key, asked_at)
            flows = {code: value for code, value in truth.items() if code in found and is_flow(code, key.vintage)}
            assert {code: found[code] for code in flows} == flows, key


def truth_of(data_set: str, key: VintageKey, asked_at: datetime) -> Mapping[str, Decimal | None]:
    if key.unit_code == PROVINCE_UNIT:
        return true_province_figures(data_set, key.period.code, asked_at)
    return true_figures(data_set, key.unit_code, key.period.code, asked_at, with_predecessors=True)


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
    """An answer is taken out of a collection: every file is whole, yet a row is missing and the form follows no more."""
    home = copy_home(province.home, tmp_path / "home")
    url = f"sqlite:///{home}/var/baocao.db"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM collection_payload WHERE position > 0"))
    engine.dispose()
    with open_workspace(Settings.read({"BAOCAO_HOME": str(home), "BAOCAO_NOW": SUNDAY.isoformat()})) as workspace:
        found = verify(workspace.store, workspace.settings.out_dir)
        assert {finding.damage for finding in found.findings} == {Damage.ROOT_MISSING}
        entries = workspace.store.releases.list()
        released = next(entry for entry in entries if entry.kind in RELEASES)
        assert "form.docx" in prove_release(workspace, released, entries).other


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("credentials_for_long")
def test_three_years_of_ten_units_come_out_again_to_the_byte_on_another_machine_and_python(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Twelve quarters and the cumulative periods, both forms, the merger, 24 restatements, on PostgreSQL."""
    with postgres_server.new_database() as url, start("years") as running:
        province = Province(tmp_path / "home", url, running)
        periods = running.data_set.period_codes
        events = events_of_three_years(running.data_set.unit_codes, periods)
        province.live(periods, events)
        restated = len(events.late) + len(events.corrected)
        assert (len(province.released), len(province.reruns)) == (10 * len(periods) + 6 + restated, restated)
        assert set().union(*causes_of(province)) >= {DifferenceCauseKind.LATE_RECORDS, DifferenceCauseKind.CORRECTION}
        check_truth(province)
        check_captures(province, *events.captured)
        check_bytes(province, tmp_path / "again")
        elsewhere = copy_home(province.home, tmp_path / "elsewhere")
        python = find_other_python()
        there = install(python, tmp_path / "other-python") if python else sys.executable
        with postgres_server.new_database(copy_of=url) as copied_url:
            told = replay_everything(elsewhere, copied_url, there)
        assert (told["findings"], told["replayed_count"]) == ([], len(province.released))
        if python is None:
            skip_without("another Python", "one of 3.11, 3.12, 3.13 beside this one; the replay was made by this one")


def events_of_three_years(units: Sequence[str], periods: Sequence[str]) -> Events:
    """Two late forms a quarter and the province's among them, a correction, a quarter captured, six roll-ups."""
    quarters = [code for code in periods if "-Q" in code and code != "2026-Q4"]
    late = [(units[(number + more) % 8], code) for number, code in enumerate(quarters) for more in (0, 3)]
    return Events(
        late=[*late, (PROVINCE_UNIT, "2025-Q2")],
        corrected=[("dac-khu", "2025-Q4")],
        captured=["2025-Q3"],
        rolled_up=["2024-Q4", "2025-Q2", "2025-Q3", "2025-Q4", "2025", "2026-Q4"],
    )
