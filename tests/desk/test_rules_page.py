"""How figures are made and what checks demand, to read at the desk; where it is configured for who oversees it."""

import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from baocao.people import PersonRole
from tests.desk.conftest import MakeDesk, RunningDesk
from tests.desk.test_form_pages import FORM, type_in

R = PersonRole
PAGE = f"{FORM}/quy-tac"


@pytest.fixture
def desk(make_desk: MakeDesk, made_once: Path, tmp_path: Path) -> RunningDesk:
    return make_desk(home=Path(shutil.copytree(made_once, tmp_path / "home")))


def part(text: str, key: str) -> str:
    """What stands about one figure or check."""
    found = re.search(
        rf'id="{re.escape(key)}">(.*?)(?=<details|<h[23])',
        text[text.index(f'id="{key}"') - 4 :],
        re.DOTALL,
    )
    assert found is not None
    return unescape(re.sub(r"<[^>]+>", " ", found[1]))


def test_a_counted_figure_says_which_records_it_takes(desk: RunningDesk) -> None:
    text = desk.as_role(R.OFFICER).get(PAGE).text
    said = text[text.index('id="so-dossiers_full_online_count"') :].split("</details>")[0]
    for says in (
        "Ô 4.3.2",
        "Đếm hồ sơ, chỉ kể",
        "từ 15/09/2025 đến hết 14/12/2025",
        "kênh nộp: trực tuyến",
        "QĐ 766/QĐ-TTg",
    ):
        assert says in said


def test_a_bound_is_that_of_the_configuration_in_force(desk: RunningDesk) -> None:
    officer = desk.as_role(R.OFFICER)
    assert "hơn 10 và hơn 30%" in part(officer.get(PAGE).text, "history.jump_from_previous")
    file = desk.home / "config" / "checks.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("at_least: 10, at_least_pct: 30", "at_least: 7, at_least_pct: 25"), encoding="utf-8")
    desk.desk.office.look_again()
    assert "hơn 7 và hơn 25%" in part(officer.get(PAGE).text, "history.jump_from_previous")


def test_every_check_in_force_is_there_with_its_cells(desk: RunningDesk) -> None:
    from expectations.registry import rules

    catalogue = desk.workspace.catalogue
    text = desk.as_role(R.OFFICER).get(PAGE).text
    found = rules(catalogue.form("2025-bieu-mau-7"), catalogue)
    assert {rule.check for rule in found} <= set(re.findall(r'class="finding [a-z]+" id="([^"]+)"', text))
    assert [rule.sentence_vi for rule in found if rule.sentence_vi not in unescape(text)] == []


def test_where_it_is_configured_is_for_who_oversees_and_the_file_for_who_may_change_it(desk: RunningDesk) -> None:
    seen = {role: desk.as_role(role).get(PAGE).text for role in (R.OFFICER, R.AUDITOR, R.IT)}
    assert {role: "cấu hình ở" in text for role, text in seen.items()} == {
        R.OFFICER: False,
        R.AUDITOR: True,
        R.IT: True,
    }
    assert ".yaml" not in seen[R.OFFICER]
    assert {role: 'href="/quan-tri/cau-hinh/checks.yaml"' in text for role, text in seen.items()} == {
        R.OFFICER: False,
        R.AUDITOR: False,
        R.IT: True,
    }


def test_the_coverage_of_a_cell_calls_the_system_by_its_name(desk: RunningDesk) -> None:
    text = desk.as_role(R.OFFICER).get(f"{FORM}/o/4.2").text
    code, source = next(one for one in desk.workspace.catalogue.sources.items() if one[1].system.value == "one_stop")
    assert f"<dd>{source.label}: " in text
    assert f"<dd>{code}: " not in text


def test_a_finding_leads_to_its_rule(desk: RunningDesk) -> None:
    officer = desk.as_role(R.OFFICER)
    type_in(officer, "13")
    text = officer.get(FORM).text
    found = re.findall(rf'href="{PAGE}#([a-z_.]+)"', text)
    assert found
    assert all(f'id="{check}"' in officer.get(PAGE).text for check in found)
