"""A matrix form with figures counted by hand, and one of a whole province: what the writers' tests print."""

from datetime import UTC, date, datetime
from decimal import Decimal

import yaml

from baocao.catalogue import Form
from baocao.domain import Cell, CellStatus, FilledForm, FormHead, FormLine, FormMark, Measure, Period, Tier, Window
from baocao.figures import print_figure

FORM = r"""
form_code: ii-06a
appendix: Biểu số II.06a/VPCP/KSTT
title: ["TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH", "TẠI {issuer}"]
attached_to: "Kỳ báo cáo: {period}\n(Từ ngày {from} đến ngày {to})"
head_left: ["Biểu số II.06a/VPCP/KSTT"]
head_right: ["Đơn vị báo cáo: {issuer}", "Đơn vị nhận báo cáo: Văn phòng UBND tỉnh"]
measure_line: "Đơn vị tính: Số hồ sơ TTHC"
prepared_by: Người làm báo cáo
signature_block: false
valid_from: 2020-01-01
matrix:
  columns:
    - {number: "1", heads: [TT], holds: order, width_mm: 10}
    - {number: "2", heads: [Lĩnh vực], holds: label, width_mm: 52}
    - {number: "3", heads: [Số hồ sơ tiếp nhận, Tổng số], indicator: whole}
    - {number: "4", heads: [Số hồ sơ tiếp nhận, Trong kỳ, Trực tuyến], indicator: online}
    - {number: "5", heads: [Số hồ sơ tiếp nhận, Trong kỳ, "Trực tiếp, dịch vụ bưu chính"], indicator: other}
    - {number: "6", heads: [Số hồ sơ tiếp nhận, Kỳ trước], indicator: carried}
    - {number: "7", heads: [Số hồ sơ đã giải quyết, Tổng số], indicator: resolved}
    - {number: "11", heads: [Số hồ sơ đang giải quyết, Tổng số], indicator: pending}
  lines:
    - {each: field, tiers: [commune]}
    - {each: unit, head: Đơn vị, tiers: [province]}
  total: Tổng cộng
  balances:
    - {left: ["3"], right: ["4", "5", "6"]}
    - {left: ["3"], right: ["7", "11"]}
"""
COLUMNS = ("3", "4", "5", "6", "7", "11")
CODES = ("whole", "online", "other", "carried", "resolved", "pending")
HO_TICH, DAT_DAI = (1310, 1000, 300, 10, 1200, 110), (41, 20, 15, 6, 30, 11)
TOTAL = (1351, 1020, 315, 16, 1230, 121)


def matrix_form() -> Form:
    return Form.model_validate(yaml.safe_load(FORM))


def cells_of(key: str, group: str, figures: tuple[int, ...]) -> dict[str, Cell]:
    behind = f"@{group}" if group else ""
    return {
        f"{key}/{column}": Cell(
            f"{key}/{column}",
            Decimal(figure),
            print_figure(Decimal(figure), Measure.DOSSIER),
            CellStatus.REPORTED,
            Measure.DOSSIER,
            code + behind,
        )
        for column, code, figure in zip(COLUMNS, CODES, figures, strict=True)
    }


def fill(lines: list[tuple[FormLine, tuple[int, ...]]], tier: Tier, name: str) -> FilledForm:
    cells: dict[str, Cell] = {}
    for line, figures in lines:
        cells |= cells_of(line.key, line.group, figures)
    return FilledForm(
        form_code="ii-06a",
        unit_code="xa",
        unit_name=name,
        period=Period(2025, "Q4"),
        window=Window(date(2025, 9, 15), date(2025, 12, 14)),
        status=FormMark.UNMARKED,
        cells=cells,
        head=FormHead(issuer=name),
        known_at=datetime(2025, 12, 15, tzinfo=UTC),
        vintage=1,
        lines=tuple(line for line, _ in lines),
        tier=tier,
    )


def commune() -> FilledForm:
    """Two fields and the total."""
    return fill(
        [
            (FormLine("ho_tich", "Hộ tịch", "1", "field:ho_tich"), HO_TICH),
            (FormLine("dat_dai", "Đất đai", "2", "field:dat_dai"), DAT_DAI),
            (FormLine("tong-cong", "Tổng cộng", kind="total"), TOTAL),
        ],
        Tier.COMMUNE,
        "UBND xã Bình Minh",
    )


def province(unit_count: int = 168) -> FilledForm:
    """One line a unit, each with the same figures, and the total."""
    units = [
        (FormLine(f"xa-{n}", f"Xã Thử nghiệm có tên dài số {n}", str(n), f"unit:xa-{n}"), DAT_DAI)
        for n in range(1, unit_count + 1)
    ]
    total = FormLine("tong-cong", "Tổng cộng", kind="total")
    return fill([*units, (total, tuple(n * unit_count for n in DAT_DAI))], Tier.PROVINCE, "UBND tỉnh Thử nghiệm")
