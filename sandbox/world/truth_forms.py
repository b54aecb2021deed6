"""What the two forms must show, row by row as printed, when every figure is the true one."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

NOTHING_ARISEN = "Không phát sinh"

_FORM_2025: dict[str, str | tuple[str, str] | None] = {
    "3": None,
    "3.1": None,
    "3.1.1": None,
    "3.1.2": None,
    "3.2": ("documents_electronic_count", "documents_outgoing_count"),
    "3.2.1": None,
    "3.2.2": ("documents_electronic_count", "documents_outgoing_count"),
    "4": None,
    "4.1": ("procedures_full_count", "procedures_full_eligible_count"),
    "4.1.1": "procedures_full_eligible_count",
    "4.1.2": "procedures_full_count",
    "4.2": ("procedures_with_online_dossier_count", "procedures_with_dossier_count"),
    "4.2.1": "procedures_with_dossier_count",
    "4.2.2": "procedures_with_online_dossier_count",
    "4.3": ("dossiers_full_online_count", "dossiers_full_count"),
    "4.3.1": "dossiers_full_count",
    "4.3.2": "dossiers_full_online_count",
    "4.4": ("dossiers_partial_online_count", "dossiers_partial_count"),
    "4.4.1": "dossiers_partial_count",
    "4.4.2": "dossiers_partial_online_count",
    "4.5": ("procedures_payment_national_count", "procedures_fee_count"),
    "4.5.1": "procedures_fee_count",
    "4.5.2": "procedures_payment_national_count",
}
_FORM_2024: dict[str, str | tuple[str, str] | None] = {
    "5": None,
    "5.1": None,
    "5.1.1": None,
    "5.1.2": None,
    "5.2": ("documents_electronic_count", "documents_outgoing_count"),
    "5.2.1": None,
    "5.2.2": None,
    "5.2.3": ("documents_electronic_count", "documents_outgoing_count"),
    "5.3": None,
    "5.3.1": None,
    "5.3.2": None,
    "6": None,
    "6.1": ("procedures_level_3_count", "procedures_level_3_eligible_count"),
    "6.1.1": "procedures_level_3_eligible_count",
    "6.1.2": "procedures_level_3_count",
    "6.1.3": "procedures_level_3_online_dossier_count",
    "6.2": ("procedures_level_4_count", "procedures_level_4_eligible_count"),
    "6.2.1": "procedures_level_4_eligible_count",
    "6.2.2": "procedures_level_4_count",
    "6.2.3": "procedures_level_4_online_dossier_count",
    "6.3": ("procedures_published_national_count", "procedures_online_count"),
    "6.3.1": "procedures_online_count",
    "6.3.2": "procedures_published_national_count",
    "6.4": ("dossiers_online_count", "dossiers_received_count"),
    "6.4.1": "dossiers_received_count",
    "6.4.2": "dossiers_online_count",
    "6.5": ("procedures_payment_any_count", "procedures_fee_count"),
    "6.5.1": "procedures_fee_count",
    "6.5.2": "procedures_payment_any_count",
}
_FORMS = {"2025-bieu-mau-7": _FORM_2025, "2024-phu-luc-8": _FORM_2024}
# Rows of figures people type in; left out where the figure was not given.
_TYPED_2025: dict[str, str | tuple[str, str]] = {
    "1": "architecture_updated_code",
    "2": ("periodic_reports_sent_count", "periodic_reports_due_count"),
}
_TYPED_2024: dict[str, str | tuple[str, str]] = {
    "1": "architecture_updated_code",
    "2": "video_conference_code",
    "3": ("periodic_reports_sent_count", "periodic_reports_due_count"),
    "4": "lgsp_code",
    "5.1.3": ("communes_connected_district_count", "communes_count"),
    "5.3.3": ("communes_one_stop_count", "communes_count"),
}
_TYPED = {"2025-bieu-mau-7": _TYPED_2025, "2024-phu-luc-8": _TYPED_2024}


def true_cells_from(figures: Mapping[str, Decimal | None], form_code: str) -> dict[str, str]:
    """Printed row number without its last dot → what the row must show; "" for a heading or another tier's row.

    `figures` hold the typed-in ones too.
    """
    if form_code not in _FORMS:
        raise LookupError(f"no form {form_code!r}; there are: {', '.join(_FORMS)}")
    cells: dict[str, str] = {}
    for row, typed in _TYPED[form_code].items():
        needed = {typed} if isinstance(typed, str) else set(typed)
        if needed <= figures.keys():
            cells[row] = _print_cell(figures, typed)
    for row, wanted in _FORMS[form_code].items():
        cells[row] = _print_cell(figures, wanted)
    return cells


def _print_cell(figures: Mapping[str, Decimal | None], wanted: str | tuple[str, str] | None) -> str:
    if wanted is None:
        return ""
    if isinstance(wanted, str):
        return f"{int(figures[wanted] or 0):,}".replace(",", ".")
    part, whole = (Decimal(figures[code] or 0) for code in wanted)
    if not whole:
        return NOTHING_ARISEN
    percent = (part * 100 / whole).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return str(percent).replace(".", ",")
