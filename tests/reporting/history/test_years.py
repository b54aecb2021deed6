"""What comes out of a collection is what the sandbox's three years have, whenever it is asked."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue
from baocao.documents.printed import print_form
from baocao.settings import Settings
from reporting.pipeline import run_from_sources
from reporting.plan import make_plan
from reporting.workspace import open_workspace
from sandbox import configuration
from sandbox.server import RunningSandbox, start
from sandbox.world.data_sets import data_set
from sandbox.world.periods import morning_after
from sandbox.world.truth import true_cells, true_figures
from tests.configuration import ONE_FORM_CONFIG_DIR

NAME = "years:3"
MONTH = timedelta(days=30)


@pytest.fixture(scope="module")
def years() -> Iterator[RunningSandbox]:
    with start(NAME) as running:
        yield running


@pytest.fixture
def config_dir(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(ONE_FORM_CONFIG_DIR, tmp_path / "config"))
    configuration.write(NAME, folder)
    return folder


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(
    ("unit", "period", "later"),
    [
        ("don-vi-01", "2024-Q1", timedelta()),
        ("xa", "2024-H1", timedelta()),
        ("dac-khu", "2025-Q3", timedelta()),
        ("don-vi-01", "2025", timedelta()),
        ("xa-an-gio", "2025-Q4", MONTH),
    ],
)
def test_a_unit_s_form_shows_the_true_figures_as_known_then(
    tmp_path: Path, config_dir: Path, years: RunningSandbox, unit: str, period: str, later: timedelta
) -> None:
    now = morning_after(period) + later
    years.move_clock(now)
    environment = {
        "BAOCAO_HOME": str(tmp_path),
        "BAOCAO_CONFIG_DIR": str(config_dir),
        "BAOCAO_SANDBOX_URL": years.url,
        "BAOCAO_NOW": now.isoformat(),
    }
    with open_workspace(Settings.read(environment)) as workspace:
        plan = make_plan(workspace.catalogue, unit, period, None, now)
        report = run_from_sources(workspace, (plan,), late_stocks=True)[0].report
    truth = true_figures(NAME, unit, period, now)
    assert {code: report.observations[code].value for code in truth if code in report.observations} == {
        code: value for code, value in truth.items() if code in report.observations
    }
    shown = true_cells(NAME, unit, plan.form.form_code, period, now)
    page = print_form(report.filled, plan.form, draft=False)
    printed = {row.key: row.figure for row in page.rows}
    assert {key: printed[key] for key in shown} == shown


def test_every_data_set_of_many_units_has_a_configuration_the_product_reads(tmp_path: Path) -> None:
    for name in (NAME, "province:120x2400"):
        folder = Path(shutil.copytree(ONE_FORM_CONFIG_DIR, tmp_path / name.replace(":", "-")))
        configuration.write(name, folder)
        assert set(Catalogue.read(folder).units) == {"tinh", *data_set(name).unit_codes}
