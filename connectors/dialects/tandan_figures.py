"""TanDan's statistic by calendar quarter (`SoLieuBaoCaos`): its figures are JSON inside the string `soLieu`.

Interface: public server code. It counts what was received on a day of the quarter, in any state but 1, every channel.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from connectors.reading.minimising import Fields
from connectors.reading.strict import Reader
from connectors.reading.tallying import Quarter, Tally, whole_number

STATISTIC_FIELDS = Fields(
    kept={"ky": {}, "nam": {}, "soLieu": {}},
    known=frozenset({"id", "loaiThoiGian", "loaiThongKe", "maDinhDanh", "createdOn", "lastModifiedOn"}),
)
FIGURES = {
    "TiepNhanThuTucTrucTuyen": "dossiers_received_count",
    "TiepNhanTrucTuyenThuTucTrucTuyen": "dossiers_online_count",
    "ThuTucPhatSinhHoSo": "procedures_with_dossier_count",
    "ThuTucTrucTuyenPhatSinhHoSo": "procedures_with_online_dossier_count",
}
BASIS = (
    "{quarter}, theo ngày tiếp nhận; kể cả hồ sơ không được tiếp nhận, không kể hồ sơ chưa ghi ngày tiếp nhận; "
    "số thủ tục kể cả thủ tục chỉ cung cấp thông tin"
)


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


def _read_figures(reader: Reader, text: Any) -> dict[str, Any]:
    """The object that the field `soLieu` holds as text."""
    try:
        figures = orjson.loads(text)
    except (orjson.JSONDecodeError, TypeError) as error:
        raise reader.broken("field soLieu: not JSON inside a string") from error
    if not isinstance(figures, dict):
        raise reader.broken("field soLieu: not an object inside a string")
    return figures
