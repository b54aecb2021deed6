"""A backfill at the desk: begun, watched, each form's end told, a changed release put forward by who may submit."""

import shutil
from pathlib import Path

import pytest

from baocao.people import Grant, PersonRole
from tests.desk.conftest import Browser, MakeDesk, RunningDesk
from tests.desk.test_form_pages import type_in
from tests.desk.test_more_pages import release
from tests.reporting.conftest import UNIT

R = PersonRole


@pytest.fixture
def desk(make_desk: MakeDesk, made_once: Path, tmp_path: Path) -> RunningDesk:
    return make_desk(home=Path(shutil.copytree(made_once, tmp_path / "home")))


def make_up(browser: Browser, **fields: str) -> tuple[str, str, str]:
    """Where it is, what was told meanwhile, and the page at its end."""
    answer = browser.change("/lap-bu", **fields)
    place = answer.headers["location"]
    told = browser.get(f"{place}/dong").text
    return place, told, browser.get(place).text


def test_what_is_set_up_wrongly_is_told_source_by_source_and_what_is_done_is_left(desk: RunningDesk) -> None:
    officer = desk.as_role(R.OFFICER)
    _, told, text = make_up(officer, periods="2025-Q4", unit=UNIT)
    assert ("event: line" in told, "bỏ qua" in text, "đã lập" in text) == (False, True, True)
    _, told, text = make_up(officer, periods="2025-Q3", unit=UNIT)
    assert ("event: line" in told, text.count("base_url là sandbox://")) == (False, 3), "before anybody is asked"
    assert [one.said["periods"] for one in desk.store.journal.list(deed="backfill.begun")] == [
        "2025-Q4..2025-Q4",
        "2025-Q3..2025-Q3",
    ]


def test_another_s_backfill_and_another_s_unit_are_not_there(desk: RunningDesk) -> None:
    place, _, _ = make_up(desk.as_role(R.OFFICER), periods="2025-Q4", unit=UNIT)
    desk.add_person("xa-2", Grant(R.OFFICER, "xa"))
    stranger = desk.sign_in("xa-2")
    assert stranger.get(place).status_code == 404
    assert stranger.change("/lap-bu", periods="2025-Q4", unit=UNIT).status_code == 404


def test_a_range_that_is_none_is_told(desk: RunningDesk) -> None:
    answer = desk.as_role(R.OFFICER).change("/lap-bu", periods="quý nào", unit=UNIT)
    assert (answer.status_code, 'class="notice bad"' in answer.text) == (422, True)


def test_a_stale_release_is_made_again_and_put_forward_with_a_reason(desk: RunningDesk) -> None:
    release(desk)
    officer = desk.as_role(R.OFFICER)
    assert type_in(officer, "9")[0] in (200, 303)
    file = desk.home / "config" / "checks.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\n# khác\n", encoding="utf-8")
    desk.desk.office.look_again()
    place, _, text = make_up(officer, periods="2025-Q4", unit=UNIT, only="stale")
    assert ("so với bản phát hành" in text, "→" in text) == (True, True)
    assert officer.change(f"{place}/nhan", place, number="0").status_code == 422
    assert officer.change(f"{place}/nhan", place, number="0", reason="Sổ theo dõi sửa").status_code == 303
    assert "Đã trình bản điều chỉnh" in officer.get(place).text
