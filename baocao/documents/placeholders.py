"""The names a province's Word template may hold, and what stands there when it is filled."""

from baocao.documents.head import head_places
from baocao.documents.printed import PrintedForm
from baocao.documents.texts import on_one_line
from baocao.domain import CellStatus


def figure_name(key: str) -> str:
    """`4.3.2` → `o_4_3_2`."""
    return f"o_{key.replace('.', '_')}"


def note_name(key: str) -> str:
    """`4.3.2` → `ghi_chu_4_3_2`."""
    return f"ghi_chu_{key.replace('.', '_')}"


def placeholder_values(page: PrintedForm) -> dict[str, str]:
    """Every name with its text."""
    figures = {figure_name(row.key): row.figure for row in page.rows if not row.row.heading}
    notes = {note_name(row.key): row.note for row in page.rows if not row.row.heading}
    return {**figures, **notes, **_head_values(page)}


def required_names(page: PrintedForm) -> frozenset[str]:
    """The names a template must hold: one for every figure of the unit's tier."""
    return frozenset(
        figure_name(row.key)
        for row in page.rows
        if not row.row.heading and row.cell.status is not CellStatus.NOT_APPLICABLE
    )


def _head_values(page: PrintedForm) -> dict[str, str]:
    filled, places = page.filled, head_places(page.filled)
    window = filled.window
    return {
        "so_bao_cao": places["number"],
        "ngay": places["day"],
        "thang": places["month"],
        "nam": places["year"],
        "co_quan": places["issuer"],
        "don_vi": page.author,
        "dia_danh": on_one_line(filled.head.place),
        "ky_bao_cao": filled.period.label_vi if filled.period else "",
        "tu_ngay": f"{window.start_on:%d/%m/%Y}" if window else "",
        "den_ngay": f"{window.end_on:%d/%m/%Y}" if window else "",
        "tham_quyen_ky": "\n".join(page.signed_as),
        "nguoi_ky": page.signer,
    }
