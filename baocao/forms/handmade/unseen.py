"""What stands in the file and a reader does not take for its text: told once a kind, with its places."""

from collections.abc import Iterator, Mapping, Sequence

from baocao.domain import CheckResult, Severity
from baocao.forms.handmade.finding import FindingText, found, quoted
from baocao.forms.recognise import ReadForm, Unseen, UnseenKind

_NAMED_AT_MOST = 5

_SAYS: Mapping[UnseenKind, tuple[str, str, str]] = {
    UnseenKind.STRUCK: ("Chữ, số bị gạch bỏ không được lấy", "struck text is not taken", "Xoá hẳn phần đã gạch bỏ."),
    UnseenKind.NOTE_MARK: (
        "Ký hiệu chú thích viết nhỏ phía trên không phải số liệu, đã bỏ ra",
        "note marks are not figures",
        "Ghi chú thích ở cột Ghi chú.",
    ),
    UnseenKind.HIDDEN_TEXT: (
        "Chữ ẩn (ẩn hẳn, trắng trên nền trắng hoặc quá nhỏ) không được lấy",
        "text that is hidden, white on white or too small to be read is not taken",
        "Bỏ phần chữ ẩn, hoặc để chữ hiện bình thường.",
    ),
    UnseenKind.DELETED: (
        "Phần đã xoá trong chế độ theo dõi thay đổi không được lấy",
        "text deleted under revision is not taken",
        "Chấp nhận hoặc từ chối hết các thay đổi rồi lưu lại.",
    ),
    UnseenKind.INSERTED: (
        "Phần chèn thêm trong chế độ theo dõi thay đổi được đọc như đã chấp nhận",
        "text inserted under revision is read as accepted",
        "Chấp nhận hoặc từ chối hết các thay đổi rồi lưu lại.",
    ),
    UnseenKind.HIDDEN_ROW: ("Dòng ẩn không được lấy", "hidden rows are not taken", "Xoá dòng ẩn hoặc hiện lại."),
    UnseenKind.HIDDEN_COLUMN: ("Cột ẩn không được lấy", "hidden columns are not taken", "Xoá cột ẩn hoặc hiện lại."),
    UnseenKind.HIDDEN_SHEET: (
        "Trang tính ẩn không được đọc", "hidden sheets are not read", "Xoá trang tính ẩn hoặc hiện lại."
    ),
    UnseenKind.NUMBER_FORMAT: (
        "Định dạng số làm số hiện ra khác số lưu trong ô; đã lấy số hiện ra",
        "the number format shows another number than the one stored; the one shown is taken",
        "Ghi đúng số vào ô và dùng định dạng số thông thường.",
    ),
    UnseenKind.TEXT_BOX: (
        "Hộp chữ đặt trong ô không được lấy làm số liệu", "text boxes over cells are not taken", "Chuyển chữ vào ô."
    ),
    UnseenKind.PAGE_MARGIN: (
        "Chữ ở lề trang hoặc nằm đè ngoài bảng không được lấy", "text in the page's margins is not taken", ""
    ),
}  # fmt: skip
_GRAVE = frozenset({UnseenKind.NUMBER_FORMAT})


def check_unseen(read: ReadForm) -> Iterator[CheckResult]:
    for kind, (vi, en, mend) in _SAYS.items():
        some = [one for one in read.unseen if one.kind is kind and kind is not UnseenKind.PAGE_MARGIN]
        if some:
            words = FindingText(f"{vi}: {_list(some)}.", en, mend)
            severity = Severity.WARNING if kind in _GRAVE else Severity.INFO
            cells = _cells_at(read, some)
            yield found(
                read, f"unseen_{kind.value}", severity, cells, words, observed="; ".join(one.text for one in some)
            )


def _list(some: Sequence[Unseen]) -> str:
    told = [f"{quoted(one.text)} ở {one.place.name}" if one.text else one.place.name for one in some]
    more = f" và {len(told) - _NAMED_AT_MOST} chỗ khác" if len(told) > _NAMED_AT_MOST else ""
    return ", ".join(told[:_NAMED_AT_MOST]) + more


def _cells_at(read: ReadForm, some: Sequence[Unseen]) -> list[str]:
    """The rows these pieces stand in, where it is the figure's cell."""
    places = {(one.place.table, one.place.row, one.place.column) for one in some if one.place.row >= 0}
    at = {key: row.text.figure.place for key, row in read.rows.items()}
    return [key for key, place in at.items() if (place.table, place.row, place.column) in places]
