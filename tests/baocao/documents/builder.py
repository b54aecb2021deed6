"""Filled forms to print: the true figures of both real forms, and those that try a writer's patience."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from baocao.catalogue import Catalogue, Form, FormRow
from baocao.documents.evidence import Evidence, PastFigure
from baocao.documents.passport import Passport, PassportInput
from baocao.domain import (
    Cell,
    CellStatus,
    CheckResult,
    CountStep,
    FilledForm,
    FormHead,
    FormMark,
    Outcome,
    Period,
    Severity,
    Tier,
    Window,
)
from baocao.figures import print_figure

FIGURES_2025 = {
    "1": "1", "2": "100.00", "3.2": "95.00", "3.2.2": "95.00",
    "4.1": "100.00", "4.1.1": "98", "4.1.2": "98", "4.2": "84.13", "4.2.1": "63", "4.2.2": "53",
    "4.3": "56.94", "4.3.1": "16736", "4.3.2": "9530", "4.4": "42.04", "4.4.1": "6681", "4.4.2": "2809",
    "4.5": "85.06", "4.5.1": "87", "4.5.2": "74",
}  # fmt: skip
FIGURES_2024 = {
    "1": "0", "2": "2", "3": "100.00", "4": "2", "5.1.3": "100.00", "5.2": "100.00", "5.2.3": "100.00", "5.3.3": "100.00",
    "6.1": "100.00", "6.1.1": "28", "6.1.2": "28", "6.1.3": "19", "6.2": "100.00", "6.2.1": "70", "6.2.2": "70", "6.2.3": "5",
    "6.3": "100.00", "6.3.1": "98", "6.3.2": "98", "6.4": "64.05", "6.4.1": "484", "6.4.2": "310",
    "6.5": "100.00", "6.5.1": "91", "6.5.2": "91",
}  # fmt: skip
SIGNED_AS = ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
HOSTILE = (
    "=cmd|'/C calc'!A0",
    "<script>alert(1)</script>",
    "&amp; & <i>",
    "@SUM(A1)",
    "+1",
    "-1",
    "{{ o_1 }}",
    "#eval(1)",
)


def form_2025(catalogue: Catalogue) -> FilledForm:
    """The special zone's form for the fourth quarter of 2025, report number and day still open."""
    return _fill(
        catalogue,
        "2025-bieu-mau-7",
        FIGURES_2025,
        unit_code="dac-khu",
        tier=Tier.SPECIAL_ZONE,
        period=Period(2025, "Q4"),
        window=Window(date(2025, 9, 15), date(2025, 12, 14)),
        known_at=datetime(2025, 12, 15, 0, 0, tzinfo=UTC),
    )


def form_2024(catalogue: Catalogue) -> FilledForm:
    """The commune's form for the first quarter of 2024, numbered, dated and ready to sign."""
    filled = _fill(
        catalogue,
        "2024-phu-luc-8",
        FIGURES_2024,
        unit_code="xa",
        tier=Tier.COMMUNE,
        period=Period(2024, "Q1"),
        window=Window(date(2023, 12, 15), date(2024, 3, 14)),
        known_at=datetime(2024, 3, 15, 0, 0, tzinfo=UTC),
    )
    head = replace(filled.head, report_number="161", dated_on=date(2024, 3, 18), signer="Họ và tên người ký")
    return replace(filled, head=head)


def with_system_down(filled: FilledForm) -> FilledForm:
    """The form when the one-stop shop did not answer."""
    note = "Hệ thống một cửa không trả lời trong 30 giây; đã thử 5 lần đến 15/12/2025 07:00"
    keys = [key for key, cell in filled.cells.items() if "dossier" in (cell.indicator_code or "")]
    return with_cells(
        filled,
        {key: {"value": None, "display": "", "status": CellStatus.NOT_COLLECTED, "note": note} for key in keys},
    )


def with_no_dossiers(filled: FilledForm) -> FilledForm:
    """The form of a period in which nobody submitted anything."""
    changes: dict[str, dict[str, object]] = {}
    for key, cell in filled.cells.items():
        if "dossier" in (cell.indicator_code or "") and cell.value is not None:
            is_ratio = (cell.indicator_code or "").endswith("_pct")
            changes[key] = (
                {"value": None, "display": "", "status": CellStatus.NO_DENOMINATOR}
                if is_ratio
                else {"value": Decimal(0), "display": "0"}
            )
    return with_cells(filled, changes)


def with_cells(filled: FilledForm, changes: Mapping[str, Mapping[str, object]]) -> FilledForm:
    """The form with some fields of some cells changed."""
    cells = {key: replace(cell, **changes.get(key, {})) for key, cell in filled.cells.items()}  # type: ignore[arg-type]
    return replace(filled, cells=cells)


def with_long_texts(form: Form, filled: FilledForm) -> tuple[Form, FilledForm]:
    """A label of 200 characters in row 4.2.1 and a note of 1,200 in row 4.3."""
    label = ("Tổng số dịch vụ công trực tuyến có phát sinh hồ sơ trong kỳ báo cáo của đơn vị " * 3)[:200]
    rows = tuple(row.model_copy(update={"label": label}) if row.key == "4.2.1" else row for row in form.rows)
    note = ("Số liệu lấy sau thời điểm chốt 3 ngày vì hệ thống nguồn dừng để nâng cấp. " * 20)[:1200]
    return form.model_copy(update={"rows": rows}), with_cells(filled, {"4.3": {"note": note}})


def checks_of(filled: FilledForm) -> tuple[CheckResult, ...]:
    """One check of each outcome, in the words an officer reads."""
    return (
        CheckResult(
            "form.ratio_equals_parts", Severity.CRITICAL, Outcome.FAIL, filled.unit_code, ("4.3", "4.3.1", "4.3.2"),
            "Tỷ lệ ở mục 4.3 không bằng mục 4.3.2 chia mục 4.3.1.", "Row 4.3 is not 4.3.2 / 4.3.1.",
            mend_vi="Kiểm tra lại số hồ sơ ở mục 4.3.1 và 4.3.2.", observed="60,00", expected="56,94", owner="one_stop_desk",
        ),
        CheckResult(
            "form.part_within_whole", Severity.CRITICAL, Outcome.PASS, filled.unit_code, ("4.2.1", "4.2.2"),
            "Mục 4.2.2 không lớn hơn mục 4.2.1.", "Row 4.2.2 is within 4.2.1.", observed="53", expected="≤ 63",
        ),
        CheckResult(
            "history.jump", Severity.WARNING, Outcome.NOT_EVALUABLE, filled.unit_code, ("3.2",),
            "Chưa so được với kỳ trước.", "No earlier period.", reason="Chưa có số liệu kỳ trước",
        ),
    )  # fmt: skip


def _fill(
    catalogue: Catalogue,
    form_code: str,
    figures: Mapping[str, str],
    *,
    unit_code: str,
    tier: Tier,
    period: Period,
    window: Window,
    known_at: datetime,
) -> FilledForm:
    unit = catalogue.unit(unit_code)
    form = catalogue.form(form_code)
    return FilledForm(
        form_code=form_code,
        unit_code=unit_code,
        unit_name=unit.name,
        period=period,
        window=window,
        status=FormMark.UNMARKED,
        cells={row.key: _cell(catalogue, row, figures, tier) for row in form.rows},
        head=FormHead(issuer=unit.name, place=unit.place, signed_as=SIGNED_AS),
        known_at=known_at,
        vintage=1,
    )


def _cell(catalogue: Catalogue, row: FormRow, figures: Mapping[str, str], tier: Tier) -> Cell:
    if row.indicator is None:
        return Cell(row.key, None, "", CellStatus.HEADING)
    measure = catalogue.indicator(row.indicator).measure
    if tier not in row.tiers:
        return Cell(row.key, None, "", CellStatus.NOT_APPLICABLE, measure, row.indicator)
    value = Decimal(figures[row.key])
    typed = catalogue.indicator(row.indicator).typed is not None
    status = CellStatus.TYPED_IN if typed else CellStatus.REPORTED
    note = "Phòng Văn hoá - Xã hội nhập ngày 12/12/2025" if typed else ""
    return Cell(row.key, value, print_figure(value, measure), status, measure, row.indicator, note)


def evidence_of(catalogue: Catalogue, filled: FilledForm) -> Evidence:
    """Checks, passports, owners and three earlier periods for a form."""
    passports = {
        key: _passport(catalogue, filled, cell.indicator_code)
        for key, cell in filled.cells.items()
        if cell.indicator_code and cell.status is not CellStatus.NOT_APPLICABLE
    }
    history = {"4.3": _past("41.20", "48.05", "51.77"), "4.3.1": _past("11250", None, "12480")}
    return Evidence(
        checks=checks_of(filled),
        passports=passports,
        indicators=catalogue.indicators,
        owners=catalogue.owners,
        history=history,
    )


def _past(*values: str | None) -> tuple[PastFigure, ...]:
    periods = (Period(2025, "Q1"), Period(2025, "Q2"), Period(2025, "Q3"))
    return tuple(
        PastFigure(period, Decimal(value) if value else None) for period, value in zip(periods, values, strict=True)
    )


def _passport(catalogue: Catalogue, filled: FilledForm, indicator_code: str) -> Passport:
    indicator = catalogue.indicator(indicator_code)
    counted = {cell.indicator_code: cell.value for cell in filled.cells.values() if cell.indicator_code}
    unprinted = {"periodic_reports_sent_count": 12, "periodic_reports_due_count": 12}
    sent, outgoing = (212, 212) if filled.unit_code == "xa" else (1178, 1240)
    unprinted |= {"documents_electronic_count": sent, "documents_outgoing_count": outgoing}
    unprinted |= {"communes_connected_district_count": 1, "communes_count": 1, "communes_one_stop_count": 1}
    inputs = tuple(
        PassportInput(catalogue.indicator(code).label, counted.get(code, Decimal(unprinted.get(code, 0))), code)
        for code in indicator.inputs
    )
    return Passport(
        formula=" : ".join(given.label for given in inputs) or indicator.label,
        inputs=inputs,
        system="Hệ thống một cửa điện tử" if indicator.system else "",
        owner=indicator.owner,
        legal_basis=indicator.legal_basis,
        payload_hashes=("ab" * 32,),
        fetched_at=(datetime(2025, 12, 14, 17, 5, tzinfo=UTC),),
        known_at=filled.known_at,
        steps=(CountStep("Hồ sơ trong tệp nguồn", 21_480), CountStep("Tiếp nhận trong kỳ", 16_736)),
    )
