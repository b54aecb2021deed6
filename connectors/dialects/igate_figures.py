"""What the two statistics of iGate 2 say, as tallies; see `one_stop_igate_statistics` for their interface."""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from baocao.domain import RawPayload, Window
from connectors.dialects import igate_zone
from connectors.reading.minimising import Fields, show_names
from connectors.reading.strict import Reader
from connectors.reading.tallying import Tally, whole_number

PROVINCES = (" - tỉnh ", " - thành phố ")
SHOWN = 10
AGENCY_PART, ONLINE_PART = "agency_statistic", "online_report"

FIGURES: Mapping[str, Mapping[str, str]] = {
    "all": {
        "received": "dossiers_received_count",
        "receivedOnline": "dossiers_online_count",
        "resolved": "dossiers_resolved_count",
    },
    "full": {"received": "dossiers_full_count", "receivedOnline": "dossiers_full_online_count"},
    "partial": {"received": "dossiers_partial_count", "receivedOnline": "dossiers_partial_online_count"},
}
ONLINE_FIGURES = {
    "phatsinh_toanphan_quantity": "dossiers_full_online_count",
    "phatsinh_1phan_quantity": "dossiers_partial_online_count",
}
AGENCY_FIELDS = Fields(
    kept={"agency": {"id": {}, "code": {}, "name": {}}, "received": {}, "receivedOnline": {}, "resolved": {}},
    known=frozenset({"receivedDirect", "resolvedEarly", "resolvedOverdue", "cancelled"}),
    names=frozenset({"name"}),
)
ONLINE_FIELDS = Fields(
    kept={"agency_name": {}, **{name: {} for name in ONLINE_FIGURES}},
    known=frozenset({
        "chotiepnhan_quantity", "datiepnhan_quantity", "hoanthanh_quantity", "tuchoi_quantity", "onlinepaid_quantity",
        "total",
    }),
    names=frozenset({"agency_name"}),
)  # fmt: skip
ZONES = {
    igate_zone.HONOURED: "máy chủ hiểu giờ theo UTC, đã hỏi theo giờ Việt Nam",
    igate_zone.IGNORED: "máy chủ tính ngày theo giờ Việt Nam",
    igate_zone.WHOLE_DAYS: "máy chủ tính trọn ngày theo giờ Việt Nam",
    igate_zone.UNKNOWN: "chưa xác định được múi giờ của máy chủ, có thể lệch 7 giờ ở hai đầu kỳ",
}
BASES = {
    AGENCY_PART: "theo ngày tiếp nhận, không kể hồ sơ chưa ghi ngày tiếp nhận; {zone}",
    ONLINE_PART: "theo ngày nộp hồ sơ trực tuyến, kể cả hồ sơ chưa tiếp nhận hoặc bị từ chối; {zone}",
}


def read_statistics(reader: Reader, kept: list[RawPayload]) -> list[Tally]:
    """The tallies of both; what the online report tells replaces what the other one does."""
    by_agency = [payload for payload in kept if payload.request["part"] == AGENCY_PART]
    online = [payload for payload in kept if payload.request["part"] == ONLINE_PART]
    names = [row["agency"]["name"] for payload in by_agency for row in _own_rows(reader, payload)]
    replaced = [tally for payload in online for tally in _read_online(reader, payload, names)]
    codes = {tally.indicator_code for tally in replaced}
    tallies = [tally for payload in by_agency for tally in _read_agency(reader, payload)]
    return [tally for tally in tallies if tally.indicator_code not in codes] + replaced


def _window(payload: RawPayload) -> Window:
    return Window(*(date.fromisoformat(day) for day in payload.request["days"]))


def _basis(payload: RawPayload) -> str:
    return BASES[payload.request["part"]].format(zone=ZONES[payload.request["zone"]])


def _own_rows(reader: Reader, payload: RawPayload) -> list[dict[str, Any]]:
    """The one row of the agency asked for; those of its offices would count its dossiers once more."""
    rows = list(reader.rows([payload], AGENCY_PART))
    keys = reader.column(rows, "agency", "id")
    own = [row for row, key in zip(rows, keys, strict=True) if key == payload.request["agency"]]
    if len(own) != 1:
        raise reader.broken(f"cơ quan {payload.request['agency']} có {len(own)} lần trong thống kê")
    return own


def _read_agency(reader: Reader, payload: RawPayload) -> Iterator[Tally]:
    own = _own_rows(reader, payload)
    for name, indicator_code in FIGURES[payload.request["levels"]].items():
        value = whole_number(reader, name, reader.column(own, name)[0])
        yield Tally(indicator_code, value, _window(payload), _basis(payload))


def _read_online(reader: Reader, payload: RawPayload, names: list[str]) -> Iterator[Tally]:
    """The row whose name is the unit's alias, or else what the other statistic calls the unit."""
    rows = list(reader.rows([payload], ONLINE_PART))
    alias = payload.request["alias"]
    own = [find_named(reader, rows, "agency_name", [alias] if alias else names)]
    for name, indicator_code in ONLINE_FIGURES.items():
        value = whole_number(reader, name, reader.column(own, name)[0])
        yield Tally(indicator_code, value, _window(payload), _basis(payload))


def plain_name(name: str) -> str:
    """`UBND xã An Mẫu` from ` UBND  xã An Mẫu - tỉnh Biển Mẫu`, folded for comparison."""
    for province in PROVINCES:
        folded = unicodedata.normalize("NFC", name).casefold()
        name = folded.partition(province)[0]
    return " ".join(name.split())


def find_named(reader: Reader, rows: list[dict[str, Any]], field_name: str, names: list[str]) -> dict[str, Any]:
    """The one row with one of these names; the error lists the names there are."""
    wanted = {plain_name(name) for name in names}
    there = reader.filled(field_name, reader.column(rows, field_name))
    own = [row for row, name in zip(rows, there, strict=True) if plain_name(name) in wanted]
    if len(own) != 1:
        listed = ", ".join(show_names(there)[:SHOWN])
        raise reader.broken(f"{field_name}: có {len(own)} dòng tên {sorted(wanted)}; các tên đang có: {listed}")
    return own[0]
