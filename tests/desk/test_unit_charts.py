"""One figure over all units a person sees, as bars and as numbers."""

import re
import shutil
from pathlib import Path

import pytest

from baocao.people import PersonRole
from tests.desk.conftest import MakeDesk, RunningDesk
from tests.desk.test_form_pages import FORM

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
