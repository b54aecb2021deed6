"""`baocao checks` and `baocao rules`: what is in force, what a vintage's checks said, what changed since the last."""

import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from baocao.check_comparison import CheckChange, compare_checks
from baocao.domain import CheckResult, Outcome, Severity, System
from baocao.vocabulary import SUITES
from reporting.gathering import gather_from_payloads
from reporting.history.rerunning import PAYLOADS, rerun
from tests.flows.conftest import Ended, Installation
from tests.reporting.conftest import NOW, UNIT, Office, form_key, plan_of

LATER = NOW + timedelta(days=1)


def command(office: Office, *arguments: str) -> Ended:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BAOCAO_")}
    environment = {
        **kept,
        "BAOCAO_HOME": str(office.home),
        "BAOCAO_CONFIG_DIR": str(office.config_dir),
        "BAOCAO_DATABASE_URL": office.database_url,
        "BAOCAO_NOW": LATER.isoformat(),
        "BAOCAO_UNIT": UNIT,
        "COLUMNS": "160",
    }
    return Installation(office.home, environment).run(*arguments)


def check(outcome: Outcome, about: str = "a", name: str = "balance.x", reason: str = "") -> CheckResult:
    evidence = {"about": [about]}
    return CheckResult(name, Severity.WARNING, outcome, UNIT, (), "", "", reason=reason, evidence=evidence)


PASS, FAIL, UNCLEAR = Outcome.PASS, Outcome.FAIL, Outcome.NOT_EVALUABLE


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (PASS, FAIL, CheckChange.NEW),
        (UNCLEAR, FAIL, CheckChange.NEW),
        (None, FAIL, CheckChange.NEW),
        (FAIL, FAIL, CheckChange.STILL_FAILING),
        (FAIL, PASS, CheckChange.FIXED),
        (FAIL, None, CheckChange.NO_LONGER_APPLIES),
        (FAIL, UNCLEAR, CheckChange.NEWLY_NOT_EVALUABLE),
        (PASS, UNCLEAR, CheckChange.NEWLY_NOT_EVALUABLE),
        (UNCLEAR, UNCLEAR, None),
        (PASS, PASS, None),
        (PASS, None, None),
        (UNCLEAR, None, None),
        (None, UNCLEAR, None),
    ],
)
def test_what_became_of_a_check(before: Outcome | None, now: Outcome | None, change: CheckChange | None) -> None:
    changes = compare_checks([check(before)] if before else [], [check(now)] if now else [])
    assert [kind for kind, checks in changes.items() if checks] == ([change] if change else [])


def test_two_figures_of_one_check_are_not_confused() -> None:
    before = [check(FAIL, "a"), check(PASS, "b")]
    changes = compare_checks(before, [check(PASS, "a"), check(FAIL, "b")])
    assert [one.evidence["about"] for one in changes[CheckChange.FIXED]] == [["a"]]
    assert [one.evidence["about"] for one in changes[CheckChange.NEW]] == [["b"]]


def test_a_result_for_many_figures_stands_for_each_and_is_told_once() -> None:
    many = replace(check(UNCLEAR, reason="thiếu kỳ trước"), evidence={"about": ["a", "b"]})
    assert compare_checks([check(PASS, "a"), check(PASS, "b")], [many])[CheckChange.NEWLY_NOT_EVALUABLE] == (many,)


def test_records_that_are_no_longer_there_make_their_checks_newly_not_evaluable() -> None:
    before = [check(PASS, "dossiers channel", "records.codes_known")]
    changes = compare_checks(before, [check(UNCLEAR, "dossiers", "records.codes_known")])
    assert len(changes[CheckChange.NEWLY_NOT_EVALUABLE]) == 1


def test_records_that_failed_and_are_no_longer_there_are_not_taken_for_mended() -> None:
    before = [check(FAIL, "dossiers channel", "records.codes_known")]
    changes = compare_checks(before, [check(UNCLEAR, "dossiers", "records.codes_known")])
    assert [change for change, checks in changes.items() if checks] == [CheckChange.NEWLY_NOT_EVALUABLE]


def test_the_first_vintage_has_nothing_to_be_compared_with(made: Office) -> None:
    shown = command(made, "checks", "2025-Q4", "--json")
    assert (shown.code, shown.json["vintage"], shown.json["before"]) == (0, 1, None)
    assert shown.json["counts"]["fail"] == 0
    assert not any(shown.json["changes"].values())


def test_a_mistake_is_new_then_still_failing_then_fixed(made: Office) -> None:
    """The reports sent are typed in above those due; the next day it is mended."""
    right, wrong = (
        "    value: 12\n    given_by: Văn phòng HĐND và UBND\n    given_on: 2025-12-12\n    evidence: Sổ",
        None,
    )
    wrong = right.replace("12\n", "99\n", 1)
    made.change_config("manual/dac-khu/2025-Q4.yaml", right, wrong)
    for change in ("new", "still_failing"):
        again(made)
        shown = command(made, "checks", "2025-Q4", "--json")
        assert shown.code == 20
        assert {one["check"] for one in shown.json["changes"][change]} == {
            "balance.part_within_whole",
            "form.percent_bounds",
        }
    made.change_config("manual/dac-khu/2025-Q4.yaml", wrong, right)
    again(made)
    told = command(made, "checks", "2025-Q4")
    assert told.code == 0
    assert "Đã đạt (2)" in told.out
    assert "So với lần lập thứ 3" in told.out
    earlier = command(made, "checks", "2025-Q4", "--vintage", "2", "--json")
    assert (earlier.code, earlier.json["before"]) == (20, 1)


def test_a_failed_check_whose_rule_was_taken_away_is_told_as_that_and_not_as_fixed(made: Office) -> None:
    given = "    value: 12\n    given_by: Văn phòng HĐND và UBND\n    given_on: 2025-12-12\n    evidence: Sổ"
    made.change_config("manual/dac-khu/2025-Q4.yaml", given, given.replace("12\n", "99\n", 1))
    again(made)
    made.change_config("indicators.yaml", "    part_of: periodic_reports_due_count\n", "")
    again(made)
    changes = command(made, "checks", "2025-Q4", "--json").json["changes"]
    assert [one["check"] for one in changes["no_longer_applies"]] == ["balance.part_within_whole"]
    assert (changes["fixed"], changes["newly_not_evaluable"]) == ([], [])
    told = command(made, "checks", "2025-Q4").out
    assert "Không còn áp dụng (1)" in told
    assert "Đã đạt (" not in told


def again(office: Office) -> None:
    with office.open(LATER) as workspace:
        rerun(workspace, plan_of(workspace), PAYLOADS, typed_today=True)


def test_a_period_without_a_report_says_what_to_run(made: Office) -> None:
    shown = command(made, "checks", "2025-Q3")
    assert shown.code != 0
    assert "baocao run 2025-Q3" in shown.err


def test_data_docs_are_built_from_what_was_kept_and_hold_no_code_of_a_record(made: Office, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    shown = command(made, "checks", "2025-Q4", "--data-docs", str(folder), "--json")
    assert shown.json["data_docs"] == str(folder / "index.html")
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.html"))
    assert "balance.dossiers_by_channel" in text
    assert "records." in text
    with made.open() as workspace:
        key = form_key(workspace)
        (vintage,) = workspace.store.vintages.list(key)
        gathered = gather_from_payloads(workspace, plan_of(workspace), vintage.key)
    codes = gathered.records[System.ONE_STOP].frames["dossiers"]["dossier_code"]
    assert len(codes) > 10
    assert not [code for code in codes if code in text]
    assert not re.search(r"<(?:script|link|img)[^>]*https?://", text)
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert "Kiểm tra bằng Great Expectations" in index
    assert "balance.dossiers_by_channel" in index
    for place in re.findall(r'href="([^"]+)"', index):
        assert (folder / place).is_file()


def test_the_province_is_told_who_gave_what(made: Office) -> None:
    shown = command(made, "checks", "2025-Q4", "--province")
    assert shown.code == 0
    assert "✓ UBND đặc khu Sao Mẫu" in shown.out
    missing = command(made, "checks", "2025-Q3", "--province", "--json")
    assert missing.code == 20
    assert command(made, "checks", "2025-Q4", "--province", "--vintage", "1").code == 2


def test_every_rule_in_force_is_listed_with_owner_cells_and_sentence(made: Office) -> None:
    shown = command(made, "rules", "--form", "2025-bieu-mau-7", "--json")
    assert shown.code == 0
    suites = {rule["check"].split(".")[0] for rule in shown.json["rules"]}
    assert suites == set(SUITES)
    assert all(rule["owner"] and rule["sentence_vi"] and rule["severity"] for rule in shown.json["rules"])
    keys = [(rule["check"], rule["about"]) for rule in shown.json["rules"]]
    assert len(keys) == len(set(keys))
    assert {note["kind"] for note in shown.json["notes"]} == {"rules.unwatched"}


def test_a_contradiction_in_the_configuration_is_found_and_ends_with_2(made: Office) -> None:
    made.change_config("indicators.yaml", "part_of: periodic_reports_due_count", "part_of: dossiers_full_count")
    assert command(made, "rules").code == 0
    made.change_config("forms/2025-bieu-mau-7.yaml", "Chưa = 0\\nHoàn thành = 1", "Chưa = 0\\nHoàn thành = 2")
    shown = command(made, "rules", "--form", "2025-bieu-mau-7")
    assert shown.code == 2
    assert "mâu thuẫn Ô 1" in shown.out
    assert "1 chỗ phải sửa trong cấu hình" in shown.out
