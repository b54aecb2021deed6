"""The topics of checks on records: the same trouble of one system, seen by several checks, is one cause."""

from collections import Counter
from collections.abc import Mapping

from baocao.catalogue import Catalogue
from baocao.domain import CheckResult, Topic

RECORD_TOPICS: Mapping[Topic, str] = {
    Topic.CODES: "có mã lạ, chưa có trong danh mục",
    Topic.BLANKS: "có bản ghi để trống mã",
    Topic.COLUMNS: "thiếu cột dữ liệu",
    Topic.FIELDS: "có trường mới chưa biết",
    Topic.KEYS: "có bản ghi trùng mã hoặc không có mã",
    Topic.DATES: "có bản ghi sai hoặc thiếu ngày",
    Topic.PROCEDURE_CODE: "có mã thủ tục không đúng dạng",
    Topic.LEVEL: "có mức dịch vụ cao hơn mức đủ điều kiện",
    Topic.UNIT: "có bản ghi của đơn vị khác",
    Topic.FLOW: "dữ liệu ngừng hoặc thưa bất thường",
    Topic.WHOLE: "số bản ghi nhận được khác số đếm của nguồn",
    Topic.READING: "có dữ liệu phải chọn một cách hiểu",
}
# Of the system itself, not of one unit's records.
SHARED_TOPICS = frozenset({Topic.CODES, Topic.COLUMNS})


def find_system(catalogue: Catalogue, result: CheckResult) -> str:
    """The system the result names, else the one most figures counted from such records come from."""
    named = result.evidence.get("system")
    if named:
        return str(named)
    kind = result.evidence.get("kind")
    indicators = catalogue.indicators.values()
    systems = Counter(one.system for one in indicators if one.system and one.count and one.count.records == kind)
    return systems.most_common(1)[0][0] if systems else ""
