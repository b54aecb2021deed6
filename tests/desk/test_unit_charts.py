"""One figure over all units a person sees, as bars and as numbers."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from baocao.people import PersonRole
from reporting.plan import make_plan
from tests.desk.conftest import MakeDesk, RunningDesk
from tests.desk.test_form_pages import FORM
from tests.reporting.conftest import NOW, PERIOD, UNIT, Office
from tests.reporting.entering.test_trends import FORM as MAIN_FORM
from tests.reporting.entering.test_trends import OTHER_FORM, add_form_and_units, keep_quarter

R = PersonRole
PAGE = "/bieu-do"


@pytest.fixture
def desk(make_desk: MakeDesk, made_once: Path, tmp_path: Path) -> RunningDesk:
    return make_desk(home=Path(shutil.copytree(made_once, tmp_path / "home")))


def rows_of(text: str) -> list[str]:
    return re.findall(r'<tr><th scope="row">.*?</tr>', text, re.DOTALL)


def test_the_province_sees_every_unit_that_owes_the_form_with_the_figure_the_form_has(desk: RunningDesk) -> None:
    cell = desk.as_role(R.OFFICER).get(f"{FORM}/o/4.3").text
    figure = re.search(r'figure-large"><strong>([\d.,]+)<', cell)
    assert figure is not None
    asked = {"ky": "2025-Q4", "so": "dossiers_full_online_pct"}
    first, *others = rows_of(desk.as_role(R.PROVINCE).get(PAGE, params=asked).text)
    assert (f'href="{FORM}"' in first, figure[1] in first) == (True, True)
    width = re.search(r'width="([\d.]+)"', first)
    assert width is not None
    assert abs(float(width[1]) - float(figure[1].replace(",", "."))) < 0.1
    assert others
    assert all("chưa có" in row for row in others)


def test_an_officer_sees_no_other_unit(desk: RunningDesk) -> None:
    rows = rows_of(desk.as_role(R.OFFICER).get(PAGE, params={"ky": "2025-Q4"}).text)
    assert ["Sao Mẫu" in row for row in rows] == [True]


def test_what_there_is_not_is_no_page(desk: RunningDesk) -> None:
    officer = desk.as_role(R.OFFICER)
    assert officer.get(PAGE, params={"ky": "2025-Q4", "so": "khong_co"}).status_code == 404
    assert officer.get(PAGE, params={"ky": "2025-Q4", "mau": "khong-co"}).status_code == 404
    assert officer.get(PAGE, params={"ky": "quý nào"}).status_code == 422


def test_another_form_of_the_unit_made_later_hides_no_bar(make_desk: MakeDesk, made_once: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(made_once, tmp_path / "home"))
    made = Office(home, home / "config", f"sqlite:///{home}/var/baocao.db", None)
    add_form_and_units(made)
    with made.open(NOW + timedelta(days=1)) as workspace:
        plan = make_plan(workspace.catalogue, UNIT, PERIOD, MAIN_FORM, workspace.settings.now())
        keep_quarter(workspace, plan, UNIT, MAIN_FORM, 1)
        for _ in range(2):  # its second run is the last of all
            keep_quarter(workspace, plan, UNIT, OTHER_FORM, 0)
    desk = make_desk(home=home)
    asked = {"ky": "2025-Q3", "mau": MAIN_FORM, "so": "dossiers_full_online_pct"}
    rows = rows_of(desk.as_role(R.PROVINCE).get(PAGE, params=asked).text)
    (own,) = [row for row in rows if f"/bieu-mau/{UNIT}/" in row]
    assert "chưa có" not in own
