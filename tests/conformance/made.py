"""Forms made by code for the corpus: what a careful clerk would hand in, before anything is done to them."""

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from baocao.catalogue import Catalogue, Form, FormRow
from baocao.domain import Measure, Tier
from baocao.figures import print_figure, ratio_pct

CONFIG_DIR = Path(__file__).parents[2] / "config"
OLD_FORM, NEW_FORM = "2024-phu-luc-8", "2025-bieu-mau-7"

OLD_FIGURES: dict[str, int | Decimal] = {
    "architecture_updated_code": 1,
    "video_conference_code": 2,
    "lgsp_code": 2,
    "periodic_reports_via_national_system_pct": Decimal("88.89"),
    "communes_connected_district_pct": 100,
    "documents_electronic_pct": Decimal("97.35"),
    "documents_electronic_communes_pct": Decimal("97.35"),
    "communes_one_stop_pct": 100,
    "procedures_level_3_eligible_count": 28,
    "procedures_level_3_count": 26,
    "procedures_level_3_online_dossier_count": 17,
    "procedures_level_4_eligible_count": 70,
    "procedures_level_4_count": 66,
    "procedures_level_4_online_dossier_count": 31,
    "procedures_online_count": 92,
    "procedures_published_national_count": 90,
    "dossiers_received_count": 14840,
    "dossiers_online_count": 9312,
    "procedures_fee_count": 41,
    "procedures_payment_any_count": 37,
}
NEW_FIGURES: dict[str, int | Decimal] = {
    "architecture_updated_code": 1,
    "periodic_reports_via_national_system_pct": Decimal("91.67"),
    "documents_electronic_pct": Decimal("96.4"),
    "documents_electronic_communes_pct": Decimal("96.4"),
    "procedures_full_eligible_count": 98,
    "procedures_full_count": 95,
    "procedures_with_dossier_count": 63,
    "procedures_with_online_dossier_count": 53,
    "dossiers_full_count": 16736,
    "dossiers_full_online_count": 9530,
    "dossiers_partial_count": 6681,
    "dossiers_partial_online_count": 2809,
    "procedures_fee_count": 44,
    "procedures_payment_national_count": 38,
}
_OLD_HEAD = (
    "Phụ lục 8",
    "BIỂU MẪU THỐNG KÊ SỐ LIỆU BÁO CÁO XÂY DỰNG VÀ PHÁT TRIỂN",
    "CHÍNH QUYỀN ĐIỆN TỬ, CHÍNH QUYỀN SỐ",
    "(Ban hành kèm theo Báo cáo số 161/BC-UBND ngày 15/3/2024 của UBND xã An Mẫu)",
)
_NEW_HEAD = (
    "Biểu mẫu 7",
    "Xây dựng và phát triển Chính quyền điện tử, Chính quyền số",
    "(Kèm theo Báo cáo số: 205/BC-UBND ngày 15 tháng 12 năm 2025 của UBND đặc khu Sao Mẫu)",
)
_OLD_FOOT = ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Nguyễn Văn Mẫu")


@dataclass(frozen=True)
class MadeRow:
    key: str
    number: str
    label: str
    unit: str
    figure: str = ""
    note: str = ""


@dataclass(frozen=True)
class MadeForm:
    form_code: str
    head: tuple[str, ...]
    rows: tuple[MadeRow, ...]
    foot: tuple[str, ...]

    def row(self, key: str) -> MadeRow:
        return next(row for row in self.rows if row.key == key)

    def with_row(self, key: str, **changes: str) -> "MadeForm":
        return replace(self, rows=tuple(replace(r, **changes) if r.key == key else r for r in self.rows))


def read_catalogue() -> Catalogue:
    return Catalogue.read(CONFIG_DIR)


def make_clean(catalogue: Catalogue, form_code: str, figures: dict[str, int | Decimal] | None = None) -> MadeForm:
    """The official rows filled with figures that agree with each other; rows of other tiers stay empty."""
    form, old = catalogue.form(form_code), form_code == OLD_FORM
    figures = figures or dict(OLD_FIGURES if old else NEW_FIGURES)
    tier = Tier.COMMUNE if old else Tier.SPECIAL_ZONE
    rows = tuple(_make_row(row, catalogue, figures, tier) for row in form.rows)
    return MadeForm(form_code, _OLD_HEAD if old else _NEW_HEAD, rows, _OLD_FOOT if old else ())


def measure_of(catalogue: Catalogue, form: Form, key: str) -> Measure | None:
    indicator = form.row(key).indicator
    return catalogue.indicator(indicator).measure if indicator else None


def _make_row(row: FormRow, catalogue: Catalogue, figures: dict[str, int | Decimal], tier: Tier) -> MadeRow:
    figure = ""
    if row.indicator and tier in row.tiers:
        indicator = catalogue.indicator(row.indicator)
        value = figures.get(row.indicator)
        if value is None and indicator.ratio is not None:
            parts = [Decimal(figures[code]) for code in (indicator.ratio.numerator, indicator.ratio.denominator)]
            value = ratio_pct(*parts)
        figure = print_figure(Decimal(value), indicator.measure)
    return MadeRow(row.key, row.number, row.label_text, row.unit.replace("<i>", "").replace("</i>", ""), figure)
