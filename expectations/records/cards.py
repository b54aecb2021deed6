"""The table of checks on collected records: what each demands, how grave it is, when it cannot tell."""

from baocao.domain import Severity, Topic
from expectations.rule import CheckCard

FEW_PER_HUNDRED = 1
_FEW = f"Chỉ là “cảnh báo” khi gặp ở không quá {FEW_PER_HUNDRED}% số bản ghi."


def _card(
    rule: str,
    topic: Topic,
    severity: Severity,
    cells_vi: str,
    says_vi: str,
    *,
    unclear_vi: str = "",
    milder_vi: str = "",
) -> CheckCard:
    return CheckCard(
        check=f"records.{rule}",
        severity=severity,
        topic=topic,
        cells_vi=cells_vi,
        says_vi=says_vi,
        unclear_vi=unclear_vi or "Không có bản ghi nào, hoặc thiếu cột.",
        milder_vi=milder_vi,
    )


NOT_EMPTY = _card(
    "not_empty", Topic.FLOW, Severity.WARNING,
    "bản ghi của một hệ thống", "Hệ thống nguồn trả về ít nhất một bản ghi.",
    unclear_vi="Không đọc được hệ thống nguồn.",
)  # fmt: skip
COLUMNS_PRESENT = _card(
    "columns_present", Topic.COLUMNS, Severity.CRITICAL,
    "bản ghi của một hệ thống", "Bản ghi có đủ các cột cần cho việc đếm.",
    unclear_vi="Không đọc được hệ thống nguồn.",
)  # fmt: skip
KEY_GIVEN = _card("key_given", Topic.KEYS, Severity.CRITICAL, "mã bản ghi", "Mỗi bản ghi có mã.")
KEY_UNIQUE = _card("key_unique", Topic.KEYS, Severity.CRITICAL, "mã bản ghi", "Không có hai bản ghi trùng mã.")
CODES_KNOWN = _card(
    "codes_known", Topic.CODES, Severity.CRITICAL, "mỗi cột mã", "Mọi giá trị nằm trong danh mục mã.", milder_vi=_FEW
)
CODES_GIVEN = _card(
    "codes_given", Topic.BLANKS, Severity.WARNING,
    "mỗi cột mã dùng để đếm",
    "Cột mã không để trống ở bản ghi mà nó có thể làm thay đổi số đếm (trừ cột có quy ước khi trống).",
)  # fmt: skip
PROCEDURE_CODE = _card(
    "procedure_code",
    Topic.PROCEDURE_CODE,
    Severity.WARNING,
    "mã thủ tục",
    "Mã thủ tục ở dạng quốc gia, ví dụ 1.003560.",
)
LEVEL_ELIGIBLE = _card(
    "level_eligible", Topic.LEVEL, Severity.WARNING,
    "mức dịch vụ, mức đủ điều kiện",
    "Mức cung cấp không cao hơn mức đủ điều kiện của thủ tục.",
)  # fmt: skip
DATE_GIVEN = _card(
    "date_given",
    Topic.DATES,
    Severity.CRITICAL,
    "ngày dùng để đếm",
    "Mỗi bản ghi được tính có ngày để xếp vào kỳ.",
    milder_vi=_FEW,
)
DATES_IN_ORDER = _card(
    "dates_in_order",
    Topic.DATES,
    Severity.WARNING,
    "ngày nộp, ngày tiếp nhận, ngày kết thúc",
    "Ngày nộp ≤ ngày tiếp nhận ≤ ngày kết thúc.",
)
DATES_PLAUSIBLE = _card(
    "dates_plausible",
    Topic.DATES,
    Severity.WARNING,
    "mỗi cột ngày",
    "Ngày không quá xa trước kỳ và không sau khi lấy số liệu.",
)
SOME_IN_WINDOW = _card(
    "some_in_window",
    Topic.FLOW,
    Severity.WARNING,
    "ngày dùng để đếm",
    "Có ít nhất một bản ghi trong kỳ báo cáo.",
)
FRESHNESS = _card(
    "freshness", Topic.FLOW, Severity.WARNING,
    "ngày dùng để đếm", "Bản ghi mới nhất không cũ bất thường so với lúc lấy số liệu.",
    unclear_vi="Không rõ lúc lấy số liệu, hoặc có quá ít ngày có bản ghi để biết nhịp thường lệ.",
)  # fmt: skip
VOLUME = _card(
    "volume", Topic.FLOW, Severity.WARNING,
    "ngày dùng để đếm",
    "Ngày làm việc không vắng bản ghi bất thường so với cùng thứ trong kỳ.",
    unclear_vi="Có quá ít bản ghi để biết nhịp thường lệ, hoặc chưa khai báo ngày nghỉ của năm.",
)  # fmt: skip
DAYS_FILLED = _card(
    "days_filled", Topic.FLOW, Severity.CRITICAL,
    "ngày dùng để đếm",
    "Không có nhiều ngày làm việc liền nhau vắng bản ghi, so với nhịp thường lệ của hệ thống.",
    milder_vi="Chỉ là “cảnh báo” khi khoảng vắng chưa tới mức blocking_days, blocking_records của checks.yaml.",
    unclear_vi="Có quá ít ngày có bản ghi để biết nhịp thường lệ.",
)  # fmt: skip
UNIT_KNOWN = _card(
    "unit_known", Topic.UNIT, Severity.CRITICAL,
    "mã đơn vị ghi ở đầu mã hồ sơ",
    "Mọi hồ sơ thuộc đơn vị được hỏi (hoặc đơn vị đã sáp nhập vào), không lẫn hồ sơ của đơn vị khác.",
    milder_vi=_FEW,
    unclear_vi="Đơn vị chưa có mã trong units.yaml, hoặc mã hồ sơ không ghi mã đơn vị.",
)  # fmt: skip
UNKNOWN_VALUES = _card(
    "unknown_values", Topic.CODES, Severity.WARNING,
    "trả lời của một hệ thống", "Mọi giá trị mã của nguồn đều đã biết.",
    unclear_vi="Không đọc được hệ thống nguồn.",
)  # fmt: skip
UNKNOWN_FIELDS = _card(
    "unknown_fields", Topic.FIELDS, Severity.INFO,
    "trả lời của một hệ thống", "Nguồn không trả về trường mới chưa biết.",
    unclear_vi="Không đọc được hệ thống nguồn.",
)  # fmt: skip
PROVED_WHOLE = _card(
    "proved_whole", Topic.WHOLE, Severity.CRITICAL, "trả lời của một hệ thống",
    "Số bản ghi nhận được khớp với số đếm độc lập của nguồn (tổng nguồn nêu, dòng tổng cộng, lần đếm thứ hai).",
    unclear_vi="Không đọc được hệ thống nguồn, hoặc nguồn không cho số đếm độc lập nào.",
)  # fmt: skip
READ_PLAINLY = _card(
    "read_plainly", Topic.READING, Severity.WARNING, "trả lời của một hệ thống",
    "Dữ liệu được đọc theo đúng một cách hiểu, không có chỗ phải chọn.",
    unclear_vi="Không đọc được hệ thống nguồn.",
)  # fmt: skip
ON_ANSWERS = (UNKNOWN_VALUES, UNKNOWN_FIELDS, PROVED_WHOLE, READ_PLAINLY)
RECORD_CARDS = (
    COLUMNS_PRESENT, NOT_EMPTY, KEY_GIVEN, KEY_UNIQUE, CODES_KNOWN, CODES_GIVEN, PROCEDURE_CODE, LEVEL_ELIGIBLE,
    DATE_GIVEN, DATES_IN_ORDER, DATES_PLAUSIBLE, SOME_IN_WINDOW, FRESHNESS, VOLUME, DAYS_FILLED,
    UNIT_KNOWN,
    *ON_ANSWERS,
)  # fmt: skip
_ALWAYS = (COLUMNS_PRESENT, NOT_EMPTY, KEY_GIVEN, KEY_UNIQUE, CODES_KNOWN, CODES_GIVEN)
_DATED = (DATE_GIVEN, DATES_PLAUSIBLE, SOME_IN_WINDOW, FRESHNESS, VOLUME, DAYS_FILLED)
ON_RECORDS = {
    "documents": (*_ALWAYS, *_DATED),
    "dossiers": (*_ALWAYS, UNIT_KNOWN, PROCEDURE_CODE, *_DATED, DATES_IN_ORDER),
    "procedures": (*_ALWAYS, PROCEDURE_CODE, LEVEL_ELIGIBLE),
}
