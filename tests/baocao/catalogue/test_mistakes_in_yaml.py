"""Every mistake in the configuration is answered with file, key and what is allowed."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue
from baocao.catalogue.release import read_release_rules
from baocao.domain import Period
from baocao.errors import ConfigError
from tests.configuration import ONE_FORM_CONFIG_DIR


@pytest.fixture
def config_dir(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ONE_FORM_CONFIG_DIR, tmp_path / "config"))


MISTYPED = """figures:
  architecture_updated_code:
    value: một
    given_by: Văn phòng
    given_on: 31/02/2025
    evidenc: Sổ theo dõi
"""
MISTAKES = [
    ("units.yaml", "tier: special_zone", "tier: special_zon",
     r"dòng 14, units\.dac-khu\.tier: .*province, department.*ý bạn là “special_zone”"),
    ("units.yaml", "parent: tinh", "parent: bo", r"units\.dac-khu\.parent: không có đơn vị “bo”; được dùng: tinh, dac-khu"),
    ("units.yaml", "place: Sao Mẫu", "palce: Sao Mẫu",
     r"dòng 15, units\.dac-khu\.palce: không có khóa này.*ý bạn là “place”\?"),
    ("units.yaml", "one_stop_igate: ", "one_stop: ",
     r"source_keys: không có nguồn .*“one_stop”.*ý bạn là “one_stop_igate”"),
    ("units.yaml", "place: Sao Mẫu", "place: true", r'dac-khu\.place: phải là chữ; đặt trong dấu nháy: "true"'),
    ("sources.yaml", "system: portal", "system: cong", r"sources\.portal_dvcqg\.system: .*documents, one_stop"),
    ("sources.yaml", "env:BAOCAO_PORTAL_PASSWORD", "mat-khau",
     r"portal_dvcqg\.auth\.secret: phải là none hoặc env:TÊN_BIẾN"),
    ("sources.yaml", "base_url: sandbox://", "base_url: http://qlvb.vn", r"base_url: phải là địa chỉ https://"),
    ("indicators.yaml", "channel: [online], status", "chanel: [online], status",
     r"count\.where\.chanel: không có trường “chanel”; được dùng: channel.*ý bạn là “channel”"),
    ("indicators.yaml", "numerator: dossiers_online_count", "numerator: dossiers_onlin_count",
     r"không có chỉ tiêu “dossiers_onlin_count”.*ý bạn là “dossiers_online_count”"),
    ("indicators.yaml", "service_level: [full], channel: [online]", "service_level: [fulll], channel: [online]",
     r"count\.where\.service_level: không có giá trị của service_level “fulll”; được dùng: full, information, partial"),
    ("indicators.yaml", "owner: documents_clerk", "owner: clerk",
     r"owner: không có người phụ trách “clerk”; được dùng: office"),
    ("indicators.yaml", "measure: document", "measure: documnt",
     r"documents_outgoing_count\.measure: không có đơn vị tính “documnt”; được dùng: percent, code.*ý bạn là “document”"),
    ("measures.yaml", "task: {label: nhiệm vụ}", "task: {label: nhiệm vụ, kind: wole}", r"measures\.task\.kind: .*ý bạn là “whole”"),
    ("measures.yaml", "task: {label: nhiệm vụ}", "task: {label: nhiệm vụ, places: 2}", r"measures\.task: places chỉ dùng với kind: decimal"),
    ("measures.yaml", "kind: decimal, places: 2, most: 3660", "kind: decimal, most: 3660", r"measures\.day: kind: decimal phải có places"),
    ("measures.yaml", "report: {label: báo cáo}", "report: {label: báo cáo, kind: code}", r"report có sẵn với kind: whole"),
    ("measures.yaml", "task: {label: nhiệm vụ}", "task: {label: nhiệm vụ, least: 5, most: 1}", r"measures\.task: least phải nhỏ hơn most"),
    ("forms/2025-bieu-mau-7.yaml", 'unit: "%"', "unit: Tấn", r"rows\.\d+\.unit: biểu in đơn vị “Tấn” .*misprints"),
    ("forms/2025-bieu-mau-7.yaml", "unit: Hồ sơ", 'unit: "%"', r"rows\.\d+\.unit: biểu in đơn vị “%” .*“hồ sơ”"),
    ("measures.yaml", "task: {label: nhiệm vụ}", "task: {label: nhiệm vụ, most: -3}", r"measures\.task: most từ 0 trở xuống"),
    ("forms/2025-bieu-mau-7.yaml", "indicator: dossiers_full_count", "indicator: nothing",
     r"rows\.\d+\.indicator: không có chỉ tiêu “nothing”"),
    ("forms/2025-bieu-mau-7.yaml", 'number: "4.3.2"', 'number: "4.3.1"', r"dòng \d+, rows\.18: ô 4\.3\.1 đã có ở dòng trên"),
    ("units.yaml", "place: Sao Mẫu", "place: Sao Mẫu S3cr3t-9f8e7d6c", r"dòng 15, units\.dac-khu\.place: chữ này được in ra"),
    ("units.yaml", "place: Sao Mẫu", "place: 'mật khẩu: hoaphuong'", r"dòng 15, units\.dac-khu\.place: chữ này được in ra"),
    ("units.yaml", "place: Sao Mẫu", "place: Sao Mẫu, mật khẩu hoa sen vàng",
     r"dòng 15, units\.dac-khu\.place: chữ này được in ra"),
    ("sources.yaml", "username: tichhop.baocao", "username: mật khẩu của tài khoản là hoa sen",
     r"dòng \d+, sources\.documents_qlvb\.auth\.username: chữ này được in ra"),
    ("indicators.yaml", "legal_basis: QĐ 766/QĐ-TTg", "legal_basis: QĐ 766/QĐ-TTg S3cr3t-9f8e7d6c",
     r"dòng \d+, indicators\.\w+\.legal_basis: chữ này được in ra"),
    ("forms/2025-bieu-mau-7.yaml", "title:\n", "title:\n  - Token là hoa sen vàng\n", r"title\.0: chữ này được in ra"),
    ("sources.yaml", "label: Cổng Dịch vụ công quốc gia", "label: https://lan:hoaphuong@cong.vn",
     r"dòng \d+, sources\.portal_dvcqg\.label: địa chỉ này mang mật khẩu hoặc mã truy cập"),
    ("sources.yaml", "options: {page_size: 50}", "options: {site: {paths: {api: '/api/?token=hoaphuong'}}}",
     r"dòng \d+, sources\.documents_qlvb\.options\.site\.paths\.api: địa chỉ này mang mật khẩu hoặc mã truy cập"),
    ("sources.yaml", "options: {page_size: 50}", "options: {root: 'https://may-chu.vn/x?sig=hoaphuong'}",
     r"sources\.documents_qlvb\.options\.root: địa chỉ này mang mật khẩu hoặc mã truy cập"),
    ("forms/2025-bieu-mau-7.yaml", "tiers: [province]", "tiers: [provinc]", r"tiers\.0: .*ý bạn là “province”"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "right", "wrong", "says"), MISTAKES)
def test_a_mistake_is_named_with_its_file_and_what_is_allowed(
    config_dir: Path, file: str, right: str, wrong: str, says: str
) -> None:
    path = config_dir / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Catalogue.read(config_dir)
    told = str(caught.value)
    assert re.search(says, told, re.DOTALL), told
    assert file in told
    assert told.count("dòng") >= 1


def told_of(config_dir: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        Catalogue.read(config_dir)
    return str(caught.value)


def test_a_key_given_twice_is_refused(config_dir: Path) -> None:
    path = config_dir / "units.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n  xa:\n    name: x\n    tier: commune\n", encoding="utf-8")
    assert re.search(r"dòng \d+, units\.xa: khóa này ghi hai lần \(lần nữa ở dòng \d+\)", told_of(config_dir))


def test_all_mistakes_of_all_files_are_told_at_once(config_dir: Path) -> None:
    shutil.copy(config_dir / "examples" / "alerts.yaml", config_dir / "alerts.yaml")
    for file, right, wrong in (
        ("units.yaml", "place: Sao Mẫu", "palce: Sao Mẫu"),
        ("units.yaml", "parent: tinh", "parent: tih"),
        ("sources.yaml", "base_url: sandbox://", "base_url: http://qlvb.vn"),
        ("indicators.yaml", "owner: documents_clerk", "owner: documents_clek"),
        ("checks.yaml", "tolerance_pct", "tolerance_pc"),
        ("alerts.yaml", "owners: [it]", "owners: [i]"),
        ("operations.yaml", "late_days", "late_day"),
        ("release.yaml", "two_persons", "two_person"),
        ("backfill.yaml", "missed_schedules: last", "missed_schedules: lats"),
        ("sites/tinh-a.yaml", "dialects:", "dialect:"),
    ):
        path = config_dir / file
        text = path.read_text(encoding="utf-8")
        assert right in text, file
        path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    told = told_of(config_dir)
    for says in (
        "palce: không có khóa này", "không có đơn vị “tih”", "base_url: phải là", "“documents_clek”", "tolerance_pc: ",
        "không có người phụ trách “i”", "late_day: không có khóa này", "two_person: ", "ý bạn là “last”?",
        "dialect: không có khóa này",
    ):  # fmt: skip
        assert says in told, (says, told)


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("to: 12-14, due: {default: 12-18, province: 12-25}}\n      H1", "to: 12-10, due: {default: 12-18}}\n      H1",
         "từ 11/12/2023 đến 14/12/2023 không thuộc kỳ nào, giữa Q4 2023 và Q1 2024"),
        ("Q2: {from: 03-15", "Q2: {from: 03-10", "Q1 2023 và Q2 2023 trùng ngày, từ 10/03/2023 đến 14/03/2023"),
        ("Q2: {from: 03-15, to: 06-14", "Q2: {from: 06-14, to: 03-15", "kỳ bị ghi ngược"),
        ("H1: {from: 12-15 previous", "H1: {from: 12-20 previous",
         ("Q1 2023 (từ 15/12/2022 đến 14/03/2023) không nằm trong H1 2023 (từ 20/12/2022 đến 14/06/2023); "
          "từ 15/12/2023 đến 19/12/2023 không thuộc kỳ nào, giữa Q4 2023 và H1 2024")),
    ],
)  # fmt: skip
def test_one_slip_in_a_regime_is_told_once_and_blames_no_other_file(
    config_dir: Path, right: str, wrong: str, says: str
) -> None:
    """Not again for every year, and not as if operations.yaml named a regime or a quarter there is none of."""
    path = config_dir / "calendars.yaml"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Catalogue.read(config_dir)
    told = str(caught.value)
    assert (told.count("\n"), told.endswith(says), "operations.yaml" in told) == (1, True, False), told


def test_files_of_every_period_are_looked_at_once_another_is_wrong(config_dir: Path) -> None:
    manual, units = config_dir / "manual" / "dac-khu" / "2025-Q4.yaml", config_dir / "units.yaml"
    manual.write_text(MISTYPED, encoding="utf-8")
    units.write_text(units.read_text(encoding="utf-8").replace("parent: tinh", "parent: tih", 1), encoding="utf-8")
    told = told_of(config_dir)
    assert "“tih”" in told
    assert "manual/dac-khu/2025-Q4.yaml" in told
    assert "evidenc: không có khóa này" in told


BROKEN: dict[str, tuple[bytes, int | None, str]] = {
    "a list that is not closed": (b"units: [", 1, "đóng"),
    "a tab": (b"units:\n\txa: 1\n", 2, "dấu Tab"),
    "bad indentation": (b"units:\n  xa:\n    name: a\n   tier: b\n", 4, "thụt lề"),
    "a colon in a value": (b"units:\n  xa: a: b\n", 2, "dấu hai chấm"),
    "an alias": (b"units: *xa\n", 1, "dấu *"),
    "a tag": (b"units: !xa b\n", 1, "dấu !"),
    "an at sign": (b"units: @xa\n", 1, "đặc biệt"),
    "two documents": (b"units: {}\n---\nunits: {}\n", 2, "---"),
    "a control character": (b"units:\n  xa: \x07\n", 2, "ký tự điều khiển"),
    "another encoding": ("units:\n  xa: Đ\n".encode("utf-16"), None, "UTF-16"),
    "one byte letters": (b"units:\n  xa: \xd0\xe0\n", 2, "UTF-8"),
    "an open quote": (b'units: "xa\n', None, "dấu nháy"),
    "an empty file": (b"", None, "tệp rỗng; phải có các khóa: units"),
    "only a remark": (b"# units\n", None, "tệp rỗng"),
    "a list": (b"- xa\n", 1, "phải gồm các khóa"),
    "a word": (b"units\n", 1, "phải gồm các khóa"),
    "a list of units": (b"units:\n  - xa\n", 1, "phải gồm các khóa"),
    "nothing below": (b"units:\n", 1, "chưa có giá trị"),
    "itself": (b"units: &a\n  xa: *a\n", None, "units"),
    "a key that is a list": (b"? [a]\n: b\n", None, ""),
}
ENGLISH = re.compile(
    r"(?i)input should|validation|pydantic|expected|found|mapping|sequence|token|scalar|document|NoneType|\bstr\b|\bdict\b"
    r"|pattern|Value error|while (parsing|scanning)|column|Traceback|codec|\\u|\bint\b|\bbool\b"
)


@pytest.mark.parametrize("name", BROKEN)
def test_broken_yaml_is_told_in_words_with_its_line(config_dir: Path, name: str) -> None:
    raw, line, says = BROKEN[name]
    (config_dir / "units.yaml").write_bytes(raw)
    told = told_of(config_dir)
    assert "units.yaml" in told
    assert says in told
    assert line is None or f"dòng {line}" in told, told
    assert not ENGLISH.search(told.replace(str(config_dir), "")), told


def test_a_missing_file_is_named_with_the_mistakes_of_the_others(config_dir: Path) -> None:
    (config_dir / "units.yaml").unlink()
    (config_dir / "sources.yaml").write_text("source: {}\n", encoding="utf-8")
    told = told_of(config_dir)
    assert "units.yaml: không có tệp này" in told
    assert "dòng 1, source: không có khóa này; được dùng: sources; ý bạn là “sources”?" in told
    assert "không có đơn vị" not in told, "units nobody could read are not missing"


def test_words_and_numbers_mean_what_is_written(config_dir: Path) -> None:
    """YAML itself would read no as false, 0123 as 83 and 2025-01-01 as a day."""
    path = config_dir / "units.yaml"
    text = path.read_text(encoding="utf-8").replace("one_stop_igate: ", "one_stop_igate: 0123 #", 1)
    text = text.replace("place: Sao Mẫu", "place: no", 1).replace("documents_qlvb: ", "documents_qlvb: 2025-01-01 #", 1)
    path.write_text("\ufeff" + text, encoding="utf-8")
    unit = Catalogue.read(config_dir).unit("dac-khu")
    assert unit.place == "no"
    assert unit.source_keys["one_stop_igate"] == "0123"
    assert unit.source_keys["documents_qlvb"] == "2025-01-01"


def test_days_are_written_as_here_or_by_iso(config_dir: Path) -> None:
    path = config_dir / "release.yaml"
    text = re.sub(r"since: \S+", "since: 01/07/2025", path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    assert read_release_rules(config_dir).since == date(2025, 7, 1)
    path.write_text(text.replace("01/07/2025", "31/02/2025"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"since: không phải ngày có thật; ghi như 12/12/2025"):
        read_release_rules(config_dir)


@pytest.mark.parametrize("name", ["Quý IV-2025", "q4 2025", "quy 4-2025", "2025-q4"])
def test_a_file_of_typed_in_figures_is_found_by_the_period_its_name_means(config_dir: Path, name: str) -> None:
    path = config_dir / "manual" / "dac-khu" / "2025-Q4.yaml"
    text = path.read_text(encoding="utf-8")
    path.rename(path.with_name(f"{name}.yaml"))
    catalogue, period = Catalogue.read(config_dir), Period.parse("2025-Q4")
    assert catalogue.manual_figures("dac-khu", period)
    path.write_text(text, encoding="utf-8")
    if name != "2025-q4":
        with pytest.raises(ConfigError, match=r"manual/dac-khu: 2 tệp của cùng một kỳ 2025-Q4: .*chỉ giữ một"):
            catalogue.manual_figures("dac-khu", period)


def test_every_mistake_in_typed_in_figures_is_told_at_once_with_its_line_and_key(config_dir: Path) -> None:
    path = config_dir / "manual" / "dac-khu" / "2025-Q4.yaml"
    path.write_text(MISTYPED, encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        Catalogue.read(config_dir).manual_figures("dac-khu", Period.parse("2025-Q4"))
    where = "figures.architecture_updated_code"
    for says in (
        f"dòng 3, {where}.value: không phải số; ghi như 12 hoặc 12,5",
        f"dòng 5, {where}.given_on: không phải ngày có thật; ghi như 12/12/2025 hoặc 2025-12-12 (đang ghi: 31/02/2025)",
        f"dòng 6, {where}.evidenc: không có khóa này; được dùng: value, given_by, given_on, evidence; ý bạn là “evidence”?",
        f"dòng 2, {where}.evidence: thiếu khóa này",
    ):
        assert f"\n  {says}" in str(told.value)
    assert str(told.value).startswith("manual/dac-khu/2025-Q4.yaml:\n")


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        (
            "periodic_reports_due_count",
            "dossiers_full_count",
            "dòng 8, figures.dossiers_full_count: số này do hệ thống",
        ),
        ("periodic_reports_due_count", "periodic_reports_du_count", "ý bạn là “periodic_reports_due_count”?"),
        ("value: 12", "value: 16.736", "không rõ là hàng nghìn hay phần lẻ; hàng nghìn thì ghi 16736"),
        ("value: 12", "value: 1,000", "không rõ là hàng nghìn hay phần lẻ"),
        ("value: 12", "value: 12,5", "phải là số nguyên"),
        ("figures:", "figures", "dòng 3: không đọc được theo YAML"),
        ("periodic_reports_sent_count", "periodic_reports_due_count", "khóa này ghi hai lần (lần nữa ở dòng 13)"),
    ],
)
def test_a_figure_that_cannot_be_typed_in_is_refused(config_dir: Path, was: str, now: str, says: str) -> None:
    path = config_dir / "manual" / "dac-khu" / "2025-Q4.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(was, now, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(says)):
        Catalogue.read(config_dir).manual_figures("dac-khu", Period.parse("2025-Q4"))


def test_a_typed_in_number_is_what_is_written(config_dir: Path) -> None:
    """YAML itself would read 012 as 10."""
    path = config_dir / "manual" / "dac-khu" / "2025-Q4.yaml"
    text = path.read_text(encoding="utf-8").replace("value: 12", "value: 012", 1)
    path.write_text(text.replace("given_on: 2025-12-12", "given_on: 12/12/2025", 1), encoding="utf-8")
    figures = Catalogue.read(config_dir).manual_figures("dac-khu", Period.parse("2025-Q4"))
    assert figures["periodic_reports_due_count"].value == 12
    assert {figure.given_on for figure in figures.values()} == {date(2025, 12, 12)}


def test_every_form_and_both_directions_of_the_crosswalk_hold_together(catalogue: Catalogue) -> None:
    for form in catalogue.forms.values():
        for row in form.rows:
            for other, key in row.crosswalk.items():
                assert catalogue.form(other).row(key).crosswalk[form.form_code] == row.key


def test_the_example_of_a_correction_can_be_copied_as_it_is(config_dir: Path) -> None:
    folder = config_dir / "corrections" / "dac-khu"
    folder.mkdir(parents=True)
    shutil.copy(config_dir / "examples" / "correction.yaml", folder / "2025-Q4.yaml")
    (correction,) = Catalogue.read(config_dir).corrections("dac-khu", Period.parse("2025-Q4"))
    assert correction.indicator == "dossiers_full_count"
    assert (correction.expect, correction.value) == (16736, 16738)
