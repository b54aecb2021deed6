"""TanDan's statistic by calendar quarter (`SoLieuBaoCaos`): its figures are JSON inside the string `soLieu`.

Interface: public server code. It counts what was received on a day of the quarter, in any state but 1, every channel.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from connectors.reading.minimising import Fields
from connectors.reading.strict import Reader
from connectors.reading.tallying import Quarter, Tally, whole_number

FIGURES = {
    "TiepNhanThuTucTrucTuyen": "dossiers_received_count",
    "TiepNhanTrucTuyenThuTucTrucTuyen": "dossiers_online_count",
    "ThuTucPhatSinhHoSo": "procedures_with_dossier_count",
    "ThuTucTrucTuyenPhatSinhHoSo": "procedures_with_online_dossier_count",
}
STATISTIC_FIELDS = Fields(
    kept={"ky": {}, "nam": {}, "soLieu": {name: {} for name in FIGURES}},
    known=frozenset({"id", "loaiThoiGian", "loaiThongKe", "maDinhDanh", "createdOn", "lastModifiedOn"}),
)
BASIS = (
    "{quarter}, theo ngày tiếp nhận; kể cả hồ sơ không được tiếp nhận, không kể hồ sơ chưa ghi ngày tiếp nhận; "
    "số thủ tục kể cả thủ tục chỉ cung cấp thông tin"
)


def unpack_figures(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with what `soLieu` holds as text unpacked, so that it is cut down like all other fields."""
    return [{**row, "soLieu": _unpack(row["soLieu"])} if "soLieu" in row else row for row in rows]


def _unpack(text: Any) -> Any:
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, TypeError):
        return text


def read_statistic(reader: Reader, rows: list[dict[str, Any]]) -> Iterator[Tally]:
    """The tallies of every quarter answered; a figure that is null was not reported."""
    numbers, years = reader.column(rows, "ky"), reader.column(rows, "nam")
    for number, year, text in zip(numbers, years, reader.column(rows, "soLieu"), strict=True):
        quarter = Quarter(whole_number(reader, "nam", year), whole_number(reader, "ky", number))
        figures = _read_figures(reader, text)
        for name, value in zip(FIGURES, (reader.column([figures], name)[0] for name in FIGURES), strict=True):
            if value is not None:
                basis = BASIS.format(quarter=quarter.label_vi)
                yield Tally(FIGURES[name], whole_number(reader, f"soLieu.{name}", value), quarter.window, basis)


def _read_figures(reader: Reader, kept: Any) -> dict[str, Any]:
    """The figures of a row; older answers are kept with them as text."""
    figures = _unpack(kept)
    if not isinstance(figures, dict):
        raise reader.broken("trường soLieu không phải một đối tượng trong chuỗi")
    return figures
