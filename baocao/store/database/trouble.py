"""What a database driver complains of, in Vietnamese, without its wording: that may quote an address or a row."""

from typing import Final

from baocao.hints import hint

_BY_STATE: Final = {
    "28P01": "sai tài khoản hoặc mật khẩu",
    "28000": "máy chủ không cho tài khoản này vào",
    "3D000": "máy chủ không có cơ sở dữ liệu tên này",
    "42501": "tài khoản này không có quyền làm việc đó",
    "53100": "đĩa của máy chủ cơ sở dữ liệu đầy",
    "53200": "máy chủ cơ sở dữ liệu hết bộ nhớ",
    "53300": "máy chủ cơ sở dữ liệu hết chỗ kết nối",
    "57P01": "máy chủ cơ sở dữ liệu đang dừng",
    "57P03": "máy chủ cơ sở dữ liệu đang khởi động",
    "25006": "cơ sở dữ liệu chỉ cho đọc",
}
_BY_WORDS: Final = (
    ("database or disk is full", "đĩa đầy; giải phóng chỗ rồi chạy lại"),
    ("readonly database", "tệp hoặc đĩa chỉ cho đọc"),
    ("disk i/o error", "đĩa báo lỗi đọc ghi, hoặc đầy, hoặc chỉ cho đọc"),
    ("unable to open database file", "không mở được tệp này: thư mục không có, chỉ cho đọc, hoặc không có quyền"),
    ("file is not a database", "tệp này không phải cơ sở dữ liệu"),
    ("malformed", f"tệp cơ sở dữ liệu bị hỏng; khôi phục từ bản sao lưu ({hint('restore', help=True)})"),
    ("locked", "chương trình khác đang giữ cơ sở dữ liệu"),
    ("password authentication failed", "sai tài khoản hoặc mật khẩu"),
    ("no password supplied", "thiếu mật khẩu"),
    ("certificate verify failed", "không xác minh được chứng thư TLS của máy chủ cơ sở dữ liệu"),
    ("root certificate file", "thiếu tệp chứng thư gốc (sslrootcert)"),
    ("does not support ssl", "máy chủ cơ sở dữ liệu không nhận kết nối mã hóa (TLS)"),
    ("could not translate host name", "không tìm thấy máy chủ"),
    ("failed to resolve host", "không tìm thấy máy chủ"),
    ("name or service not known", "không tìm thấy máy chủ"),
    ("connection refused", "máy chủ không nhận kết nối"),
    ("no such file or directory", "không có máy chủ ở địa chỉ này"),
    ("timeout", "quá thời gian chờ"),
    ("timed out", "quá thời gian chờ"),
    ("closed the connection", "máy chủ đã ngắt kết nối"),
    ("terminating connection", "máy chủ đã ngắt kết nối"),
    ("server closed", "máy chủ đã ngắt kết nối"),
    ("does not exist", "máy chủ không có cơ sở dữ liệu hoặc tài khoản tên này"),
)


_DISK: Final = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_NOLFS")


def is_of_disk(error: BaseException | None) -> bool:
    """Whether the file's disk is full, read-only or broken: nothing in the configuration is wrong."""
    return str(getattr(error, "sqlite_errorname", "")).startswith(_DISK)


def explain_database_error(error: BaseException | None) -> str:
    """One clause; the driver's class and code where it is none we know."""
    state = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or ""
    if state in _BY_STATE:
        return _BY_STATE[state]
    words = str(error).lower()
    says = next((says for part, says in _BY_WORDS if part in words), None)
    return says or f"lỗi {type(error).__name__}{f' {state}' if state else ''}"
