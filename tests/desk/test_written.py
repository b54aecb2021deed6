"""Whatever somebody writes into a field or an address: a sentence, never an error of the program."""

import inspect
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from baocao.people import Grant, PersonRole
from desk.app import list_pages
from tests.desk.conftest import Browser, MakeDesk, RunningDesk
from tests.desk.test_form_pages import CODE, FORM, type_in
from tests.reporting.conftest import UNIT

ODD = ("9" * 400, "ab", "31/12/9999", "\u202e")
SENSIBLE = {"code": CODE, "value": "9", "evidence": "Sổ số 3", "reason": "Hai hồ sơ giấy", "until": "20/12/2025"}
IN_PATH = {
    "unit": UNIT, "period": "2025-Q4", "form": "2025-bieu-mau-7", "cell": "2", "number": "1", "job_key": "x",
}  # fmt: skip


@pytest.fixture
def desk(make_desk: MakeDesk, made_once: Path, tmp_path: Path) -> RunningDesk:
    return make_desk(home=Path(shutil.copytree(made_once, tmp_path / "home")))


@pytest.fixture
def officer(desk: RunningDesk) -> Browser:
    return desk.as_role(PersonRole.OFFICER)


@pytest.fixture
def anybody(desk: RunningDesk) -> Browser:
    """Somebody who may do everything everywhere."""
    desk.add_person("moi-viec", *(Grant(role, UNIT if role is not PersonRole.IT else "*") for role in PersonRole))
    return desk.sign_in("moi-viec")


def list_fields() -> Iterator[tuple[str, str]]:
    """The address of every change, with each field it takes."""
    for page in list_pages():
        taken = inspect.signature(page.function).parameters
        for name in taken if page.method == "POST" else ():
            if name not in ("visit", "request", "file") and f"{{{name}}}" not in page.path:
                path = page.path.replace("nguoi-dung/{code}", "nguoi-dung/officer.vi-du")
                for part, known in IN_PATH.items():
                    path = path.replace(f"{{{part}}}", known)
                yield path, name


def test_no_odd_value_in_any_field_of_any_change_is_an_error_of_the_program(
    desk: RunningDesk, anybody: Browser
) -> None:
    desk.as_role(PersonRole.OFFICER)
    csrf, failed = anybody.csrf(), []
    for path, name in list_fields():
        for odd in ODD:
            answer = anybody.post(path, data={**SENSIBLE, name: odd, "csrf": csrf})
            failed += [(path, name, odd[:20])] if answer.status_code >= 500 else []
    assert failed == []


@pytest.mark.parametrize("number", ["9" * 24, "-1", "1" * 10, "x", "0"])
def test_no_number_in_an_address_is_an_error_of_the_program(anybody: Browser, number: str) -> None:
    for path in (
        f"{FORM}/tai-ve/lan-lap/{number}/form.docx", f"{FORM}/tai-ve/phat-hanh/{number}/form.docx",
        f"/bang?trang={number}", f"/so-phat-hanh?trang={number}",
    ):  # fmt: skip
        assert anybody.get(path).status_code < 500, path
    assert anybody.get(f"{FORM}/tai-ve/lan-lap/{'9' * 24}/form.docx").status_code == 404
    assert anybody.change(f"/su-co/{number}/nhan").status_code < 500
    assert type_in(anybody, "9", int("9" * 24))[0] == 422


@pytest.mark.parametrize(
    ("value", "more", "says"),
    [
        ("9" * 400, {}, "dài hơn 15 chữ số"),
        ("12,5", {}, "(đang ghi: 12,5)"),
        ("9", {"evidence": "ab"}, "căn cứ ghi từ 3 đến 500 ký tự (số, ngày văn bản, sổ theo dõi); đang có 2 ký tự"),
        ("", {"evidence": "ab"}, "đang có 2 ký tự"),
        ("9", {"evidence": "c" * 501}, "đang có 501 ký tự"),
        ("9", {"evidence": ""}, "ghi căn cứ (số, ngày văn bản, sổ theo dõi) hoặc đính kèm tệp"),
        ("9", {"given_on": "16/12/2025"}, "ngày cung cấp phải từ 14/09/2024 đến hôm nay, 15/12/2025"),
        ("9", {"given_on": "01/01/1900"}, "ngày cung cấp phải từ 14/09/2024"),
        ("9", {"given_by": "p" * 201}, "người cung cấp: ghi không quá 200 ký tự"),
        ("9", {"code": "khong-co"}, "không có chỉ tiêu này"),
        ("9", {"evidence": "a\x00bc"}, "không có ký tự điều khiển"),
    ],
)
def test_what_may_be_written_in_a_field_is_said_with_its_bounds(
    officer: Browser, value: str, more: dict[str, str], says: str
) -> None:
    status, text = type_in(officer, value, 0, **more)
    assert (status, says) == (422, says if says in text else text)


def test_a_wrong_value_is_named_on_top_with_a_way_to_its_field_and_its_address_can_be_asked_for(
    officer: Browser,
) -> None:
    _, text = type_in(officer, "một", given_on="12/12/2025")
    top = text[: text.index("<h1>")]
    assert 'role="alert"' in top
    assert f'<a href="#gt-{CODE}">Số báo cáo' in top
    assert "<title>Lỗi: " in text
    assert 'value="12/12/2025"' in text
    for change, page in (
        (f"{FORM}/so-lieu", FORM),
        (f"{FORM}/o/4.2/noi", f"{FORM}/o/4.2"),
        ("/su-co/1/nhan", "/su-co"),
    ):
        answer = officer.get(change)
        assert (answer.status_code, answer.headers["location"]) == (303, page)


def test_a_change_after_the_sign_in_ran_out_leads_back_to_its_page_which_says_that_nothing_was_saved(
    desk: RunningDesk, officer: Browser
) -> None:
    for has_cookie in (True, False):
        browser = desk.as_role(PersonRole.OFFICER)
        csrf = browser.csrf(FORM)
        browser.post("/dang-xuat", data={"csrf": csrf}) if has_cookie else browser.cookies.clear()
        answer = browser.post(f"{FORM}/so-lieu", data={"csrf": csrf, "code": CODE, "value": "9"})
        assert answer.status_code == 303
        assert "chưa được lưu" in browser.get(answer.headers["location"]).text
        leads_to = httpx.URL(answer.headers["location"]).params["den"]
        assert "chưa được lưu" in officer.get(leads_to).text
        assert leads_to.startswith(f"{FORM}?")


def test_the_same_figure_sent_twice_by_the_same_person_is_saved_once_and_no_conflict(officer: Browser) -> None:
    assert [type_in(officer, "9")[0] for _ in range(2)] == [303, 303]
    assert type_in(officer, "9", evidence="Sổ theo dõi số 4")[0] == 303
    text = officer.get(f"{FORM}/o/2").text
    assert "đến sau, không lấy" not in text
    assert text.count("Sổ theo dõi số 3") == 1


def test_a_conflict_is_told_by_name_label_and_day_and_not_by_key(desk: RunningDesk, officer: Browser) -> None:
    desk.add_person("hoa", Grant(PersonRole.OFFICER, UNIT))
    type_in(desk.sign_in("hoa"), "9")
    status, text = type_in(officer, "8")
    label = desk.desk.office.current().catalogue.indicator(CODE).label
    assert (status, f"{label}: Hoa vừa ghi 9 lúc 07:00 15/12/2025. Số 8 của bạn chưa được lấy" in text) == (409, True)
    assert f"{CODE}:" not in text


def test_what_is_being_typed_is_read_back_as_typed(officer: Browser) -> None:
    def tried(value: str) -> object:
        return officer.get(f"{FORM}/thu", params={"code": CODE, "value": value}).text.strip()

    assert tried("9") == "Đọc là 9 báo cáo. Ô 2 sẽ là 75,00."
    assert tried("") == ""
