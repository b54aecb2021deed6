"""A form by field whose figures need appointments: what is asked, printed and told, beside the world's own truth."""

from decimal import Decimal

from baocao.domain import FilledForm, Outcome, Severity
from baocao.groups import UNKNOWN_GROUP
from reporting.outcome import RunResult
from reporting.pipeline import run_from_payloads, run_from_sources
from reporting.plan import make_plan
from reporting.workspace import Workspace
from sandbox.world.truth import true_figures
from sandbox.world.truth_resolving import true_days, true_field_figures
from tests.reporting.conftest import PERIOD, UNIT, Office

FORM = """
form_code: ii-06a
appendix: Biểu số II.06a
title: ["TÌNH HÌNH GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"]
attached_to: "Kỳ báo cáo: {period}"
signature_block: false
valid_from: 2020-01-01
matrix:
  columns:
    - {number: "1", heads: [TT], holds: order}
    - {number: "2", heads: [Lĩnh vực], holds: label}
    - {number: "3", heads: [Tiếp nhận, Tổng số], indicator: all_to_settle_count}
    - {number: "4", heads: [Tiếp nhận, Trực tuyến], indicator: all_received_online_count}
    - {number: "8", heads: [Đã giải quyết, Trước hạn], indicator: all_resolved_early_count}
    - {number: "9", heads: [Đã giải quyết, Đúng hạn], indicator: all_closed_on_time_count}
    - {number: "10", heads: [Đã giải quyết, Quá hạn], indicator: all_resolved_overdue_count}
    - {number: "12", heads: [Đang giải quyết, Trong hạn], indicator: all_pending_not_due_count}
    - {number: "14", heads: [Ngày bình quân], indicator: all_resolved_days_mean}
    - {number: "15", heads: [Tỷ trọng], indicator: all_resolved_share_pct}
  lines:
    - {each: field}
  total: Tổng cộng
"""
COUNTS = {
    "4": ("all_received_online_count",), "8": ("all_resolved_early_count",), "10": ("all_resolved_overdue_count",),
    "9": ("all_resolved_on_time_count", "all_withdrawn_count"), "12": ("all_pending_not_due_count",),
    "3": ("all_received_count", "all_carried_over_count"),
}  # fmt: skip


def make(office: Office, workspace: Workspace) -> RunResult:
    plan = make_plan(workspace.catalogue, UNIT, PERIOD, "ii-06a", workspace.settings.now())
    return run_from_sources(workspace, (plan,), late_stocks=True)[0]


def put_form(office: Office) -> None:
    (office.config_dir / "forms" / "ii-06a.yaml").write_text(FORM, encoding="utf-8")


def value(filled: FilledForm, line: str, column: str) -> Decimal | None:
    return filled.cells[f"{line}/{column}"].value


def test_each_cell_by_field_is_the_true_one_and_so_is_the_total(small_office: Office) -> None:
    put_form(small_office)
    with small_office.open() as workspace:
        result = make(small_office, workspace)
        filled, catalogue = result.report.filled, workspace.catalogue
        again = run_from_payloads(workspace, result.plan, result.vintage)
    keys = {entry.label: key for key, entry in catalogue.fields.fields.items()}
    fields, whole = true_field_figures("tiny", UNIT, PERIOD), true_figures("tiny", UNIT, PERIOD)
    for column, codes in COUNTS.items():
        assert value(filled, "tong-cong", column) == sum(whole[code] or 0 for code in codes), column
        for label, figures in fields.items():
            cell = filled.cells.get(f"{keys[label]}/{column}")
            true = sum(figures.get(code, 0) for code in codes)
            assert (cell.value if cell else 0) == true, (label, column)
    assert value(filled, "tong-cong", "14") == true_days("tiny", UNIT, PERIOD)["all_resolved_days_mean"]
    shares = [cell.value or 0 for key, cell in filled.cells.items() if key.endswith("/15") and "tong" not in key]
    assert abs(sum(shares, Decimal(0)) - 100) < Decimal("0.05")
    balances = {check.check: check.outcome for check in result.report.checks if check.check.startswith("balance.all_")}
    assert balances["balance.all_resolved_by_time"] is Outcome.PASS
    assert shown(again) == shown(result)


def shown(result: RunResult) -> dict[str, str]:
    return {key: cell.display for key, cell in result.report.filled.cells.items()}


def test_a_field_nobody_declared_has_its_line_and_is_told(small_office: Office) -> None:
    put_form(small_office)
    entry = "  ho-tich: {label: Hộ tịch, names: [Hộ tịch], codes: [5f3c9a1b4e1bd312a6f3bb01, LV01]}\n"
    small_office.change_config("fields.yaml", entry, "")
    with small_office.open() as workspace:
        result = make(small_office, workspace)
    true = true_field_figures("tiny", UNIT, PERIOD)["Hộ tịch"]
    assert value(result.report.filled, UNKNOWN_GROUP, "8") == true.get("all_resolved_early_count", 0)
    (told,) = [check for check in result.report.checks if check.check == "balance.groups_declared"]
    assert told.outcome is Outcome.FAIL
    assert "Lĩnh vực chưa khai báo: 5f3c9a1b4e1bd312a6f3bb01." in told.message_vi
    assert "fields.yaml" in told.mend_vi
    assert "probe" in told.mend_vi
    assert told.severity is Severity.CRITICAL


def test_a_form_without_such_figures_keeps_nothing_of_them(small_office: Office) -> None:
    result = small_office.run()
    with small_office.open() as workspace:
        bodies = [
            workspace.store.payloads.load(kept).body
            for collection in workspace.store.collections.list(result.vintage)
            if collection.source_code == "one_stop_igate"
            for kept in collection.payloads
        ]
    assert bodies
    assert not any(b"appointmentDate" in body or b"sector" in body or b'"agency"' in body for body in bodies)
