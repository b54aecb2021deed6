"""The grid, a form made again, incidents, files, the auditor's log, files handed in, administration."""

import io
import re
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import docx
import pytest
import yaml

from baocao.domain import Period, Severity
from baocao.incidents import CauseKind, Claim, Incident, IncidentChange, Scope
from baocao.people import Actor, Grant, PersonRole
from desk import administration
from reporting.intake.blank_forms import make_blank
from tests.desk.conftest import Browser, MakeDesk, RunningDesk
from tests.desk.test_form_pages import FORM, type_in
from tests.reporting.conftest import NOW, UNIT

R = PersonRole


@pytest.fixture
def desk(make_desk: MakeDesk, made_once: Path, tmp_path: Path) -> RunningDesk:
    """A desk over a home in which the period was run once."""
    return make_desk(home=Path(shutil.copytree(made_once, tmp_path / "home")))


def wait_for(browser: Browser, path: str) -> str:
    """The page of a job once it is done: its stream ends then."""
    said = browser.get(f"{path}/dong").text
    assert said.endswith("event: end\ndata: xong\n\n")
    return browser.get(path).text


def make_again(browser: Browser, **fields: str) -> str:
    answer = browser.change(f"{FORM}/lap-lai", f"{FORM}/lap-lai", **fields)
    assert answer.status_code == 303
    return answer.headers["location"]


def release(desk: RunningDesk) -> None:
    steps = f"{FORM}/trinh-duyet"
    desk.as_role(R.OFFICER).change(f"{steps}/trinh", steps)
    approver = desk.as_role(R.APPROVER)
    approver.change(f"{steps}/duyet", steps)
    approver.change(f"{steps}/phat-hanh", steps)


def test_the_grid_shows_each_his_own_units_filtered_and_as_a_table_to_take_away(desk: RunningDesk) -> None:
    officer, province = desk.as_role(R.OFFICER), desk.as_role(R.PROVINCE)
    text = officer.get("/bang", params={"ky": "2025-Q4"}).text
    assert ("UBND đặc khu Sao Mẫu" in text, "sẵn sàng trình ký" in text, f'href="{FORM}"' in text) == (True, True, True)
    assert "xa/2025-Q4" not in text
    assert "Không có biểu mẫu nào như vậy" in officer.get("/bang", params={"ky": "2025-Q4", "tim": "khong co"}).text
    assert f'href="{FORM}"' in province.get("/bang", params={"ky": "2025-Q4", "tim": "dac khu"}).text
    assert f'href="{FORM}"' not in province.get("/bang", params={"ky": "2025-Q4", "buoc": "released"}).text
    assert "dac-khu,UBND đặc khu Sao Mẫu,2025-Q4,Biểu mẫu 7,18/12/2025" in officer.get("/bang.csv?ky=2025-Q4").text
    assert officer.get("/bang", params={"ky": "2025-Q7"}).status_code == 422


def test_no_cell_of_the_table_to_take_away_is_a_formula(made_once: Path, tmp_path: Path, make_desk: MakeDesk) -> None:
    home = Path(shutil.copytree(made_once, tmp_path / "home"))
    for name, was in (("units.yaml", "UBND đặc khu Sao Mẫu"), ("forms/2025-bieu-mau-7.yaml", "appendix: Biểu mẫu 7")):
        text = (home / "config" / name).read_text(encoding="utf-8")
        key = "appendix: " if "appendix" in was else ""
        (home / "config" / name).write_text(text.replace(was, f"{key}'=SUM(1)'", 1), encoding="utf-8")
    text = make_desk(home=home).as_role(R.OFFICER).get("/bang.csv?ky=2025-Q4").text
    assert "dac-khu,'=SUM(1),2025-Q4,'=SUM(1)," in text


def test_a_form_is_made_again_with_the_figures_typed_in_and_says_what_differs_and_why(desk: RunningDesk) -> None:
    officer = desk.as_role(R.OFFICER)
    type_in(officer, "9")
    place = make_again(officer, source="payloads", typed="1")
    text = wait_for(officer, place)
    assert "Đã lập xong" in text
    assert "Hệ thống thông tin báo cáo quốc gia”: 12 → 9" in text
    assert "Lập lại</a> để số mới" not in officer.get(FORM).text


def test_the_progress_of_a_run_is_told_line_by_line(desk: RunningDesk) -> None:
    officer = desk.as_role(R.OFFICER)
    place = make_again(officer, source="payloads")
    lines = re.findall(r"event: line\ndata: (.+)", officer.get(f"{place}/dong").text)
    assert lines[0].startswith("Đọc lại dữ liệu gốc của lần lập thứ 1")
    assert lines[-1] == "Ghi các tệp kết quả"


def test_a_dead_source_is_told_on_the_page_of_the_run(desk: RunningDesk) -> None:
    officer = desk.as_role(R.OFFICER)
    text = wait_for(officer, make_again(officer, source="sources"))
    assert "Chưa lập được" in text or "Đã lập nhưng chưa dùng được" in text
    assert "Traceback" not in text


def test_a_restatement_is_put_forward_with_its_reason_only_where_something_changed(desk: RunningDesk) -> None:
    release(desk)
    officer = desk.as_role(R.OFFICER)
    type_in(officer, "9")
    place = make_again(officer, source="payloads", typed="1")
    wait_for(officer, place)
    assert officer.change(f"{place}/nhan", place, reason=" ").status_code == 409
    answer = officer.change(f"{place}/nhan", place, reason="Đếm lại số báo cáo")
    assert (answer.status_code, desk.store.releases.list()[-1].kind) == (303, "accept")


def test_a_job_is_found_by_its_own_form_alone(desk: RunningDesk) -> None:
    officer = desk.as_role(R.OFFICER)
    place = make_again(officer, source="payloads")
    wait_for(officer, place)
    other = place.replace("2025-Q4", "2025-Q3")
    assert officer.get(other).status_code == 404


def test_what_was_released_comes_back_to_the_byte_and_never_as_a_page(desk: RunningDesk) -> None:
    release(desk)
    auditor = desk.as_role(R.AUDITOR)
    out = desk.home / "out" / UNIT / "2025-Q4" / "2025-bieu-mau-7"
    for name in ("form.docx", "checks.html"):
        answer = auditor.get(f"{FORM}/tai-ve/phat-hanh/0/{name}")
        assert answer.content == (out / name).read_bytes()
        assert answer.headers["content-disposition"].startswith("attachment")
    assert auditor.get(f"{FORM}/tai-ve/phat-hanh/1/form.docx").status_code == 404
    assert auditor.get(f"{FORM}/tai-ve/lan-lap/1/form.docx").content[:2] == b"PK"
    assert "architecture_updated_code" in auditor.get(f"{FORM}/tai-ve/so-nhap-tay.yaml").text


def test_the_auditor_s_three_questions(desk: RunningDesk) -> None:
    """Is the log whole; are these the very files; where does 77,78 come from."""
    release(desk)
    auditor = desk.as_role(R.AUDITOR)
    text = auditor.get("/so-phat-hanh").text
    assert all(entry.sha256 in text for entry in desk.store.releases.list())
    place = auditor.change("/so-phat-hanh/kiem-tra", "/so-phat-hanh").headers["location"]
    job = place.split("job=")[1]
    auditor.get(f"/so-phat-hanh/kiem-tra/{job}/dong")
    text = auditor.get(place).text
    assert ("Nguyên vẹn" in text, "1 bản đã phát hành được lập lại" in text) == (True, True)
    assert re.search(r"<code>[0-9a-f]{64}</code>", auditor.get(f"{FORM}/o/4.2").text)


def test_a_released_file_that_was_changed_is_found_from_the_page(desk: RunningDesk) -> None:
    release(desk)
    (desk.home / "out" / UNIT / "2025-Q4" / "2025-bieu-mau-7" / "form.csv").write_text("x", encoding="utf-8")
    auditor = desk.as_role(R.AUDITOR)
    place = auditor.change("/so-phat-hanh/kiem-tra", "/so-phat-hanh").headers["location"]
    auditor.get(f"/so-phat-hanh/kiem-tra/{place.split('job=')[1]}/dong")
    assert "1 chỗ không còn nguyên vẹn" in auditor.get(place).text


def open_incident(desk: RunningDesk) -> None:
    incident = Incident(
        "x", CauseKind.SOURCE, Severity.CRITICAL, "it", "Một cửa <không> trả lời", "Hết thời gian chờ", "Gọi VNPT",
        (UNIT,), NOW, NOW,
    )  # fmt: skip
    desk.store.incidents.change(lambda _: [IncidentChange(incident)], lambda _: ())


def test_an_incident_is_taken_on_until_a_day_by_who_is_signed_in(desk: RunningDesk) -> None:
    open_incident(desk)
    it = desk.as_role(R.IT)
    text = it.get("/su-co").text
    assert ("Một cửa &lt;không&gt; trả lời" in text, "Gọi VNPT" in text) == (True, True)
    assert "Nhận xử lý sự cố 1" in it.get("/").text
    assert it.change("/su-co/1/nhan", "/su-co", until="31/02/2026").status_code == 422
    day = f"{NOW + timedelta(days=2):%d/%m/%Y}"
    assert it.change("/su-co/1/nhan", "/su-co", until=day, note="đang sửa").status_code == 303
    assert f"It.Vi-Du nhận xử lý đến hết ngày {day}: đang sửa" in it.get("/su-co").text
    assert "Nhận xử lý sự cố" not in it.get("/").text


def test_an_incident_of_another_unit_is_not_seen(desk: RunningDesk) -> None:
    open_incident(desk)
    from baocao.people import Grant

    desk.add_person("xa-1", Grant(R.OFFICER, "xa"))
    stranger = desk.sign_in("xa-1")
    assert "Một cửa" not in stranger.get("/su-co").text
    assert stranger.change("/su-co/1/nhan", "/su-co", until="31/12/2026").status_code == 403


def test_what_went_wrong_says_where_at_the_desk_it_is_mended_and_what_to_type_to_it_alone(desk: RunningDesk) -> None:
    said = {}
    for role in (R.OFFICER, R.IT):
        answer = desk.as_role(role).change("/su-co/99/nhan", "/su-co", until=f"{NOW + timedelta(days=2):%d/%m/%Y}")
        assert answer.status_code == 404
        said[role] = answer.text
    assert "không có sự cố số 99; xem: “Hỏi và báo”" in said[R.OFFICER]
    assert "baocao incidents list --all" in said[R.IT]


def test_a_file_is_read_judged_annotated_and_handed_in(desk: RunningDesk) -> None:
    officer = desk.as_role(R.OFFICER)
    content = (desk.home / "out" / UNIT / "2025-Q4" / "2025-bieu-mau-7" / "form.docx").read_bytes()
    page = f"{FORM}/nop-tep"
    answer = officer.post(page, data={"csrf": officer.csrf(page)}, files={"file": ("bm7.docx", content)})
    place = answer.headers["location"]
    text = wait_for(officer, place)
    assert ("35/35 dòng" in text or "dòng" in text, "UBND đặc khu Sao Mẫu" in text) == (True, True)
    assert officer.get(f"{place}/ghi-chu").content[:2] == b"PK"
    given = officer.change(f"{place}/nop", place).headers["location"]
    text = wait_for(officer, given)
    assert "nộp lần 1" in text
    assert len(desk.store.hand_ins.list_of({Period.parse("2025-Q4")})) == 1


def test_a_file_with_a_slip_comes_back_mended_with_the_place_marked(desk: RunningDesk) -> None:
    officer, page = desk.as_role(R.OFFICER), f"{FORM}/nop-tep"
    document = docx.Document(str(desk.home / "out" / UNIT / "2025-Q4" / "2025-bieu-mau-7" / "form.docx"))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells if cell.text == "77,78"]
    for cell in cells:
        cell.paragraphs[0].runs[0].text = "77,77"
    content = io.BytesIO()
    document.save(content)
    answer = officer.post(page, data={"csrf": officer.csrf(page)}, files={"file": ("a.docx", content.getvalue())})
    place = answer.headers["location"]
    text = wait_for(officer, place)
    assert ("Đã sửa sẵn 1 chỗ" in text, f'href="{place}/ban-sua"' in text) == (True, True)
    mended = officer.get(f"{place}/ban-sua").content
    with zipfile.ZipFile(io.BytesIO(mended)) as parts:
        body = parts.read("word/document.xml").decode()
    assert re.search(r"<w:ins [^>]*>.*?77,78.*?</w:ins>", body)
    assert re.search(r"<w:del [^>]*>.*?77,77.*?</w:del>", body)


def test_a_file_without_a_slip_has_no_mended_copy(desk: RunningDesk) -> None:
    officer, page = desk.as_role(R.OFFICER), f"{FORM}/nop-tep"
    content = (desk.home / "out" / UNIT / "2025-Q4" / "2025-bieu-mau-7" / "form.docx").read_bytes()
    answer = officer.post(page, data={"csrf": officer.csrf(page)}, files={"file": ("a.docx", content)})
    place = answer.headers["location"]
    assert "Đã sửa sẵn" not in wait_for(officer, place)
    assert officer.get(f"{place}/ban-sua").status_code == 404


@pytest.mark.parametrize("content", [b"", b"khong phai bieu mau", b"PK\x03\x04 hong", b"MZ\x90\x00", b"%PDF-1.7 hong"])
def test_a_file_that_is_no_form_is_refused_in_words(desk: RunningDesk, content: bytes) -> None:
    officer, page = desk.as_role(R.OFFICER), f"{FORM}/nop-tep"
    answer = officer.post(page, data={"csrf": officer.csrf(page)}, files={"file": ("a.docx", content)})
    text = wait_for(officer, answer.headers["location"]) if answer.status_code == 303 else answer.text
    assert 'class="notice bad"' in text
    assert ("Phần mềm gặp lỗi" in text, "Tải bản có chú thích" in text, "Nộp tệp này" in text) == (False, False, False)
    if answer.status_code == 303:
        assert officer.get(f"{answer.headers['location']}/ghi-chu").status_code == 404


def test_it_sees_sources_health_files_and_what_was_done_and_no_secret(desk: RunningDesk) -> None:
    it = desk.as_role(R.IT)
    text = it.get("/quan-tri").text
    assert all(said in text for said in ("one_stop_igate", "Hệ thống nguồn", "sources.yaml"))
    assert "env:" in it.get("/quan-tri/cau-hinh/sources.yaml").text
    for name in ("../var/desk.key", "manual/dac-khu/2025-Q4.yaml", "khong-co.yaml"):
        assert it.get(f"/quan-tri/cau-hinh/{name}").status_code == 404


def test_charts_have_the_figures_in_words(desk: RunningDesk) -> None:
    assert desk.as_role(R.OFFICER).get(f"{FORM}/bieu-do").status_code == 200


def test_an_auditor_changes_nothing(desk: RunningDesk) -> None:
    auditor = desk.as_role(R.AUDITOR)
    text = auditor.get(FORM).text
    assert ('name="value"' in text, "<button>Lưu" in text) == (False, False)
    assert type_in(auditor, "9")[0] == 403


def test_it_of_one_unit_sees_what_was_done_there_and_no_configuration(desk: RunningDesk) -> None:
    desk.add_person("minh", Grant(R.IT, UNIT))
    desk.add_person("an", Grant(R.OFFICER, "xa"))
    type_in(desk.as_role(R.OFFICER), "9")
    own, all_units = desk.sign_in("minh"), desk.as_role(R.IT)
    desk.store.journal.append(Actor("an", "10.0.0.7"), "form.made_again", NOW, {}, "xa")
    seen, everything = own.get("/quan-tri").text, all_units.get("/quan-tri").text
    assert ("nhập số liệu" in seen, "10.0.0.7" in seen, "sources.yaml" in seen) == (True, False, False)
    assert ("nhập số liệu" in everything, "10.0.0.7" in everything, "sources.yaml" in everything) == (True, True, True)
    assert "figure.entered" not in everything
    assert own.get("/quan-tri/cau-hinh/sources.yaml").status_code == 403


def test_the_journal_is_read_page_by_page(desk: RunningDesk) -> None:
    for number in range(120):
        desk.store.journal.append(Actor(f"nguoi-{number}", "10.0.0.7"), "sign_out", NOW, {})
    it = desk.as_role(R.IT)
    first, second = it.get("/quan-tri").text, it.get("/quan-tri?trang=2").text
    assert ("nguoi-119" in first, "nguoi-119" in second) == (True, False)
    assert ("nguoi-30<" in first, "nguoi-30<" in second, "Cũ hơn" in second) == (False, True, True)


def with_another_unit(make_desk: MakeDesk, desk: RunningDesk) -> RunningDesk:
    """The desk opened anew, with a ward below the province that is connected to nothing."""
    path = desk.home / "config" / "units.yaml"
    units = yaml.safe_load(path.read_text(encoding="utf-8"))
    taken = ("valid_to", "codes", "source_keys")
    kept = {name: value for name, value in units["units"]["xa"].items() if name not in taken}
    units["units"]["phuong"] = {**kept, "name": "UBND phường Trà Vân", "place": "Trà Vân"}
    path.write_text(yaml.safe_dump(units, allow_unicode=True), encoding="utf-8")
    return make_desk(home=desk.home)


def test_a_form_of_another_unit_is_told_at_reading_and_is_not_to_be_explained(
    make_desk: MakeDesk, desk: RunningDesk
) -> None:
    desk = with_another_unit(make_desk, desk)
    officer, page = desk.as_role(R.OFFICER), f"{FORM}/nop-tep"
    blanks = make_blank(desk.workspace.catalogue, "2025-bieu-mau-7", "phuong", "2025-Q4")
    content = next(content for name, content in blanks.items() if name.endswith(".docx"))
    answer = officer.post(page, data={"csrf": officer.csrf(page)}, files={"file": ("bm7.docx", content)})
    place = answer.headers["location"]
    text = wait_for(officer, place)
    assert "Biểu mẫu là của UBND phường Trà Vân; đơn vị đang nộp là UBND đặc khu Sao Mẫu." in text
    assert ("Nộp tệp này" in text, "--" in text.split("<main")[1]) == (False, False)
    text = wait_for(officer, officer.change(f"{place}/nop", place).headers["location"])
    assert "Gửi trả" in text
    assert ("Ô :" in text, "ghi lý do" in text, "Nộp tệp này" in text) == (False, False, False)


def test_an_incident_names_the_units_it_hit_and_the_system_by_its_name(desk: RunningDesk) -> None:
    scope = Scope(UNIT, "2025-bieu-mau-7", Period.parse("2025-Q4"))
    incident = Incident(
        "x", CauseKind.SOURCE, Severity.CRITICAL, "it", "Một cửa", "one_stop_igate: 401", "Thử lại", (UNIT, "xa"), NOW, NOW,
        claims=(Claim(scope, Severity.CRITICAL, NOW.date(), NOW),),
    )  # fmt: skip
    desk.store.incidents.change(lambda _: [IncidentChange(incident)], lambda _: ())
    text = desk.as_role(R.IT).get("/su-co").text
    units = desk.workspace.catalogue.units
    assert (units[UNIT].name in text, units["xa"].name in text, "one_stop_igate:" in text) == (True, False, False)


def test_periods_and_next_steps_are_in_words_on_the_grid(desk: RunningDesk) -> None:
    text = desk.as_role(R.PROVINCE).get("/bang", params={"ky": "2025-Q4"}).text
    rows = text.split("<tbody>")[1]
    assert ("Quý IV năm 2025" in rows, "2025-Q4," in rows, "<td>chạy</td>" in rows) == (True, False, False)


def test_a_province_makes_its_roll_up_also_with_units_missing(desk: RunningDesk) -> None:
    province, place = desk.as_role(R.PROVINCE), "/bieu-mau/tinh/2025-Q4/2025-bieu-mau-7/lap-lai"
    text = province.get(place).text
    assert "Tổng hợp từ các đơn vị" in text
    assert "Tổng hợp cả khi còn thiếu đơn vị" in text
    assert "Lấy số liệu từ các hệ thống" not in text
    answer = province.change(place, place, source="partial")
    text = wait_for(province, answer.headers["location"])
    assert ("Đã lập nhưng chưa dùng được" in text, "lần lập 1: bản nháp" in text.lower()) == (True, True)


def test_a_unit_without_systems_is_told_to_hand_in_or_type_in(make_desk: MakeDesk, desk: RunningDesk) -> None:
    desk = with_another_unit(make_desk, desk)
    desk.add_person("an", Grant(R.OFFICER, "phuong"))
    officer, form = desk.sign_in("an"), "/bieu-mau/phuong/2025-Q4/2025-bieu-mau-7"
    pages = officer.get(form).text, officer.get(f"{form}/trinh-duyet").text, officer.get(f"{form}/lap-lai").text
    assert "Nộp tệp đã điền" in pages[0]
    assert "nộp tệp đã điền" in pages[1]
    assert "Lập biểu mẫu từ số nhập tay" in pages[2]
    assert not [text for text in pages if "lấy số liệu" in text.lower()]


def test_administration_is_not_well_while_a_source_fails(desk: RunningDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    it = desk.as_role(R.IT)
    assert "hệ thống nguồn đang lỗi" not in it.get("/quan-tri").text
    line = administration.SourceLine("one_stop_igate", "Một cửa iGate", "one_stop_igate", 1, 0, "401")
    monkeypatch.setattr(administration, "_list_sources", lambda *_: [line])
    text = it.get("/quan-tri").text
    assert ("1 hệ thống nguồn đang lỗi" in text, ">Hoạt động bình thường" in text) == (True, False)
