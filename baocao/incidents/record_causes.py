"""What failed checks of records have in common: the same trouble of one system, seen by several checks."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from baocao.catalogue import Catalogue
from baocao.domain import CheckResult


@dataclass(frozen=True)
class Topic:
    """One trouble with a system's records; a shared one is of the system itself, not of one unit's records."""

    name: str
    system: str

    @property
    def subject_vi(self) -> str:
        return _SUBJECTS.get(self.name, "có bản ghi cần xem lại")

    @property
    def is_shared(self) -> bool:
        return self.name in _SHARED


_TOPICS: Mapping[str, str] = {
    "codes_known": "codes", "unknown_values": "codes", "codes_given": "blanks", "columns_present": "columns",
    "key_given": "keys", "key_unique": "keys",
    "date_given": "dates", "dates_in_order": "dates", "dates_plausible": "dates",
    "not_empty": "flow", "some_in_window": "flow", "freshness": "flow", "volume": "flow",
}  # fmt: skip
_SUBJECTS: Mapping[str, str] = {
    "codes": "có mã lạ, chưa có trong danh mục",
    "blanks": "có bản ghi để trống mã",
    "columns": "thiếu cột dữ liệu",
    "keys": "có bản ghi trùng mã hoặc không có mã",
    "dates": "có bản ghi sai hoặc thiếu ngày",
    "unit_known": "có bản ghi của đơn vị khác",
    "flow": "dữ liệu ngừng hoặc thưa bất thường",
}
_SHARED = frozenset({"codes", "columns"})


def find_topic(catalogue: Catalogue, result: CheckResult) -> Topic:
    """The trouble a failed check of records is a sign of."""
    rule = result.check.removeprefix("records.")
    return Topic(_TOPICS.get(rule, rule), _system(catalogue, result))


def _system(catalogue: Catalogue, result: CheckResult) -> str:
    """The system the result names, else the one most figures counted from such records come from."""
    named = result.evidence.get("system")
    if named:
        return str(named)
    kind = result.evidence.get("kind")
    indicators = catalogue.indicators.values()
    systems = Counter(one.system for one in indicators if one.system and one.count and one.count.records == kind)
    return systems.most_common(1)[0][0] if systems else ""
