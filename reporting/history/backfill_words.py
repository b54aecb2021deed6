"""The words for how a period stands before a backfill, and from what it is made."""

STATES = {
    "missing": "chưa lập",
    "failed": "lập hỏng",
    "stale": "đã cũ",
    "done": "đã lập",
    "not_owed": "không phải lập",
}
REASONS = {
    "configuration": "cấu hình đã đổi",
    "program": "chương trình đã đổi",
    "provisional": "lấy trước khi chốt",
    "late_records": "có thể có hồ sơ đến muộn",
}
SOURCES = {"run": "hỏi hệ thống", "sources": "hỏi lại hệ thống", "payloads": "dữ liệu gốc đã giữ"}
