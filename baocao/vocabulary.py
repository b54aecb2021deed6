"""The official Vietnamese words for the values the code names in English."""

from collections.abc import Mapping
from typing import Final

from baocao.check_comparison import CheckChange
from baocao.domain import CellStatus, FormMark, FormStage, Outcome, Severity, System, Tier
from baocao.errors import (
    SourceContractError,
    SourcePartialError,
    SourceRejectedError,
    SourceUnavailableError,
    SourceUnreachableError,
)
from baocao.groups import Dimension
from baocao.people import Action, PersonRole

PERSON_ROLES: Final[Mapping[PersonRole, str]] = {
    PersonRole.OFFICER: "cán bộ lập biểu",
    PersonRole.OWNER: "đầu mối số liệu",
    PersonRole.APPROVER: "lãnh đạo duyệt",
    PersonRole.PROVINCE: "cán bộ tổng hợp của tỉnh",
    PersonRole.IT: "quản trị hệ thống (CNTT)",
    PersonRole.AUDITOR: "thanh tra, kiểm toán",
}
ACTIONS: Final[Mapping[Action, str]] = {
    Action.VIEW: "xem",
    Action.TYPE_IN: "nhập số liệu",
    Action.CORRECT: "ký đính chính số liệu",
    Action.COMMENT: "hỏi, giải trình",
    Action.HAND_IN: "nộp tệp",
    Action.SUBMIT: "trình biểu mẫu",
    Action.APPROVE: "duyệt biểu mẫu",
    Action.SEND_BACK: "trả lại biểu mẫu",
    Action.RELEASE: "phát hành biểu mẫu",
    Action.UNLOCK: "mở khóa biểu mẫu",
    Action.RUN: "lập biểu mẫu",
    Action.ACKNOWLEDGE: "nhận xử lý sự cố",
    Action.CHASE: "đôn đốc",
    Action.AUDIT: "xem sổ phát hành",
    Action.OVERSEE: "xem tình trạng hệ thống",
    Action.CONFIGURE: "sửa cấu hình",
    Action.MANAGE_PEOPLE: "quản lý người dùng",
}
DEEDS: Final[Mapping[str, str]] = {
    "sign_in": "đăng nhập",
    "sign_out": "đăng xuất",
    "person.added": "thêm người dùng",
    "person.granted": "đổi vai trò của người dùng",
    "person.approver_given": "giao vai trò duyệt",
    "person.password": "đặt mật khẩu",
    "person.second_factor": "bật bảo vệ hai lớp",
    "person.second_factor_removed": "gỡ bảo vệ hai lớp",
    "person.locked": "khóa người dùng",
    "person.unlocked": "mở khóa người dùng",
    "figure.entered": "nhập số liệu",
    "form.made_again": "lập biểu mẫu",
    "form.handed_in": "nộp tệp biểu mẫu",
    "remark.added": "ghi ý kiến, câu hỏi hoặc trả lời",
    "correction.signed": "ký đính chính",
    "incident.acknowledged": "nhận xử lý sự cố",
    "configuration.changed": "sửa cấu hình",
    "source.probed": "hỏi thử hệ thống nguồn",
    "form.drafted": "thảo mẫu mới từ tệp trắng",
    "backfill.begun": "lập bù nhiều kỳ",
    "definitions.tried": "thử thay đổi trên số liệu cũ",
}
"""What the journal's entries are about."""
SYSTEMS: Final[Mapping[System, str]] = {
    System.DOCUMENTS: "hệ thống quản lý văn bản",
    System.ONE_STOP: "hệ thống một cửa",
    System.PORTAL: "Cổng Dịch vụ công",
}
SHORT_SYSTEMS: Final[Mapping[System, str]] = {
    System.DOCUMENTS: "Văn bản",
    System.ONE_STOP: "Một cửa",
    System.PORTAL: "Dịch vụ công",
}
"""Where there is little room."""
RECORDS: Final[Mapping[str, str]] = {
    "documents": "văn bản",
    "dossiers": "hồ sơ",
    "procedures": "thủ tục",
    "tallies": "số tổng hợp",
}
FIELDS: Final[Mapping[str, str]] = {
    "direction": "chiều văn bản",
    "form_of_sending": "hình thức gửi",
    "is_signed": "ký số",
    "confidentiality": "độ mật",
    "service_level": "mức dịch vụ",
    "eligible_level": "mức đủ điều kiện",
    "channel": "kênh nộp",
    "status": "trạng thái",
    "is_published": "công khai trên Cổng quốc gia",
    "has_fee": "có phí, lệ phí",
    "payment_gateway": "thanh toán trực tuyến",
    "timeliness": "so với ngày hẹn trả",
    "field_key": "lĩnh vực",
    "receiving_unit_key": "đơn vị tiếp nhận",
    "appointment_at": "ngày hẹn trả",
    "issued_on": "ngày ban hành",
    "submitted_at": "ngày nộp",
    "received_at": "ngày tiếp nhận",
    "finished_at": "ngày kết thúc xử lý",
    "procedure_code": "mã thủ tục",
    "dossier_code": "mã hồ sơ",
    "document_key": "mã văn bản",
    "tally_key": "mã số tổng hợp",
    "indicator_code": "mã chỉ tiêu",
    "value": "giá trị",
    "start_on": "từ ngày",
    "end_on": "đến ngày",
    "basis": "cách tính của hệ thống",
}
DIMENSIONS: Final[Mapping[Dimension, str]] = {
    Dimension.FIELD: "lĩnh vực",
    Dimension.UNIT: "đơn vị tiếp nhận",
    Dimension.PROCEDURE: "thủ tục",
}
VALUES: Final[Mapping[str | bool, str]] = {
    "outgoing": "đi", "incoming": "đến",
    "electronic": "hoàn toàn điện tử", "paper": "giấy", "both": "điện tử và giấy",
    "normal": "thường", "confidential": "mật",
    "full": "toàn trình", "partial": "một phần", "information": "cung cấp thông tin",
    "online": "trực tuyến", "in_person": "trực tiếp", "postal": "bưu chính công ích",
    "registered": "mới đăng ký", "accepted": "được tiếp nhận", "refused": "không được tiếp nhận",
    "processing": "đang xử lý", "supplement_requested": "yêu cầu bổ sung", "payment_requested": "yêu cầu nộp phí",
    "withdrawn": "công dân rút", "stopped": "dừng xử lý", "done": "đã xử lý xong", "returned": "đã trả kết quả",
    "national": "Cổng DVC quốc gia", "provincial": "Cổng DVC của tỉnh", "none": "không",
    "early": "trước hạn", "on_time": "đúng hạn", "overdue": "quá hạn", "not_due": "trong hạn",
    "no_appointment": "chưa có ngày hẹn",
    "unknown": "mã chưa biết", True: "có", False: "không",
}  # fmt: skip
STATUSES: Final[Mapping[CellStatus, str]] = {
    CellStatus.REPORTED: "đã thu thập",
    CellStatus.PROVISIONAL: "số tạm tính",
    CellStatus.TYPED_IN: "số nhập tay",
    CellStatus.HANDED_IN: "đơn vị báo cáo",
    CellStatus.CORRECTED: "số đã đính chính",
    CellStatus.NO_DENOMINATOR: "không phát sinh",
    CellStatus.NOT_COLLECTED: "chưa thu thập được",
    CellStatus.INCOMPLETE: "chưa thu thập đủ",
    CellStatus.NOT_APPLICABLE: "không áp dụng",
    CellStatus.BLANK: "để trống",
    CellStatus.HEADING: "đề mục",
}
NO_FIGURE: Final = "chưa có số liệu"
"""Of a blank cell, where its note says why it is empty."""
TIERS: Final[Mapping[Tier, str]] = {
    Tier.PROVINCE: "cấp tỉnh",
    Tier.DEPARTMENT: "sở, ngành",
    Tier.DISTRICT: "cấp huyện",
    Tier.COMMUNE: "xã",
    Tier.WARD: "phường",
    Tier.SPECIAL_ZONE: "đặc khu",
}
NOT_ASKED: Final = "not_asked"
FAILURES: Final[Mapping[str, str]] = {
    NOT_ASKED: "chưa được hỏi lần nào",
    SourceUnreachableError.__name__: "không kết nối được hoặc không trả lời",
    SourcePartialError.__name__: "chỉ trả lời một phần",
    SourceUnavailableError.__name__: "báo lỗi, bận hoặc chưa có số liệu khi được hỏi",
    SourceRejectedError.__name__: "từ chối truy cập",
    SourceContractError.__name__: "trả lời không đúng như đã khai báo",
}
"""What a system did when it gave no figure, by the class of its failure."""
SEVERITIES: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "nghiêm trọng",
    Severity.WARNING: "cảnh báo",
    Severity.INFO: "thông tin",
}
IT_OWNER: Final = "it"
IT_LABEL: Final = "Bộ phận kỹ thuật (công nghệ thông tin)"
FORM_STAGES: Final[Mapping[FormStage, str]] = {
    FormStage.OPEN: "chưa có số liệu",
    FormStage.DRAFTED: "bản nháp",
    FormStage.READY: "sẵn sàng trình ký",
    FormStage.SUBMITTED: "đã trình, chờ duyệt",
    FormStage.SENT_BACK: "bị trả lại",
    FormStage.APPROVED: "đã duyệt, chờ phát hành",
    FormStage.RELEASED: "đã phát hành",
    FormStage.RESTATED: "đã phát hành bản điều chỉnh",
}
RELEASE_STEPS: Final[Mapping[str, str]] = {
    "prepare": "trình duyệt",
    "accept": "trình bản điều chỉnh",
    "approve": "duyệt",
    "withdraw": "rút lại",
    "send_back": "trả lại",
    "publish": "phát hành",
    "restate": "phát hành bản điều chỉnh",
    "unlock": "mở khóa",
}
FORM_MARKS: Final[Mapping[FormMark, str]] = {
    FormMark.DRAFT: FORM_STAGES[FormStage.DRAFTED],
    FormMark.PROVISIONAL: "số tạm tính, kỳ báo cáo chưa chốt",
    FormMark.UNMARKED: FORM_STAGES[FormStage.READY],
    FormMark.RELEASED: FORM_STAGES[FormStage.RELEASED],
    FormMark.RESTATED: FORM_STAGES[FormStage.RESTATED],
    FormMark.READ: "đọc từ tệp",
}
CHANGE_GROUPS: Final[Mapping[str, str]] = {
    "new": "mới",
    "worse": "nặng thêm",
    "still": "vẫn còn",
    "fixed": "đã khắc phục",
    "unclear": "chưa xác định được",
}
CHECK_CHANGES: Final[Mapping[CheckChange, str]] = {
    CheckChange.NEW: "mới không đạt",
    CheckChange.STILL_FAILING: "vẫn không đạt",
    CheckChange.FIXED: "đã đạt",
    CheckChange.NEWLY_NOT_EVALUABLE: "không đánh giá được nữa",
    CheckChange.NO_LONGER_APPLIES: "không còn áp dụng",
}
CELL_CHANGES: Final[Mapping[str, str]] = {
    "unchanged": "không đổi",
    "changed": "thay đổi",
    "added": "thêm",
    "removed": "mất",
    "unclear": "chưa rõ, không so được",
}
OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.PASS: "đạt",
    Outcome.FAIL: "không đạt",
    Outcome.NOT_EVALUABLE: "chưa đánh giá được",
}
# By the values of HandInOutcome, which lies above.
HAND_INS: Final[Mapping[str, str]] = {"accepted": "đã nhận biểu", "sent_back": "đã gửi trả biểu"}
NOT_HANDED_IN: Final = "chưa nộp biểu"
# By the values of VintageStatus, which lies above.
VINTAGE_STATUSES: Final[Mapping[str, str]] = {
    "running": "đang chạy",
    "collected": "đang chạy, đã thu thập",
    "checked": "lập xong",
    "failed": "chạy hỏng",
}
SUITES: Final[Mapping[str, str]] = {
    "form": "Trong một biểu",
    "balance": "Cân đối số liệu, có hoặc không có trên biểu",
    "history": "So với các kỳ trước",
    "complete": "Đủ và đúng hạn",
    "records": "Bản ghi lấy từ hệ thống nguồn",
    "reconcile": "Đếm hai cách: danh sách và số tổng hợp của hệ thống nguồn",
    "roll_up": "Tổng hợp từ các đơn vị trực thuộc",
    "succession": "Kỳ có đơn vị mới thành lập, sáp nhập",
}
