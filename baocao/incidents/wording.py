"""How causes are said to an officer: what, why, what to do now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from baocao.ages import GRACE, HOUR
from baocao.catalogue import Source
from baocao.domain import Period, SourceFailure, Topic
from baocao.errors import (
    SourceContractError,
    SourcePartialError,
    SourceRejectedError,
    SourceUnavailableError,
    SourceUnreachableError,
)
from baocao.hints import hint

FEW = 3
MOST_STOCKS = 6
LONGEST_LABEL = 90
SHORT = 40


@dataclass(frozen=True)
class Explanation:
    """A cause in three sentences."""

    subject: str
    why: str
    mend: str


_FAILURES: Mapping[str, Explanation] = {
    SourceUnreachableError.__name__: Explanation(
        "{label} không trả lời",
        "Khi lấy số liệu, không kết nối được với hệ thống hoặc hệ thống không trả lời trong thời gian chờ",
        "Báo đơn vị quản trị hệ thống và đường truyền kiểm tra; khi hệ thống hoạt động lại thì",
    ),
    SourcePartialError.__name__: Explanation(
        "{label} chỉ trả lời một phần",
        "Hệ thống trả lời nhưng chưa cho hết số liệu",
        "Thường là tạm thời; nếu lặp lại thì báo đơn vị quản trị hệ thống, sau đó",
    ),
    SourceUnavailableError.__name__: Explanation(
        "{label} báo lỗi hoặc chưa có số liệu",
        "Khi lấy số liệu, hệ thống báo lỗi, bận hoặc chưa có số liệu",
        "Báo đơn vị quản trị hệ thống kiểm tra; khi hệ thống hoạt động lại thì",
    ),
    SourceRejectedError.__name__: Explanation(
        "{label} từ chối tài khoản kết nối",
        "Hệ thống không chấp nhận tài khoản, mật khẩu hoặc quyền của tài khoản kết nối",
        "Đề nghị đơn vị quản trị hệ thống cấp lại tài khoản, cập nhật mật khẩu, sau đó",
    ),
    SourceContractError.__name__: Explanation(
        "{label} trả lời không đúng như đã khai báo",
        "Câu trả lời của hệ thống khác với điều bộ kết nối và tệp sites/ khai báo",
        "Chuyển thông báo này cho người phát triển bộ kết nối; khi bộ kết nối đã sửa thì",
    ),
}
_OTHER_FAILURE = Explanation(
    "Chưa lấy được số liệu từ {label}",
    "Việc lấy số liệu bị gián đoạn",
    "Báo bộ phận kỹ thuật kiểm tra, sau đó",
)


_FIGURES: Mapping[Topic, str] = {
    Topic.BALANCE: "số liệu không khớp nhau",
    Topic.FROZEN: "số liệu giống hệt nhau nhiều kỳ liền",
    Topic.HISTORY: "số liệu khác thường so với các kỳ trước",
    Topic.TWO_COUNTS: "số đếm khác số tổng hợp của hệ thống nguồn",
    Topic.COMPARISON: "không đối chiếu được với một nguồn",
    Topic.TWO_LISTS: "danh sách của hai hệ thống khác nhau",
    Topic.UNITS_MISSING: "biểu tổng hợp còn thiếu đơn vị",
    Topic.COUNTED_TWICE: "số liệu tổng hợp có thể bị tính hai lần",
    Topic.SUCCESSION: "thiếu số liệu những ngày trước khi sắp xếp đơn vị",
}


def tell_figures(topic: Topic, cell: str) -> str:
    """The subject of figures that cannot be right: the cell, else what the check that fails is about."""
    return f"số liệu {cell} cần xem lại" if cell else _FIGURES.get(topic, "số liệu cần xem lại")


def tell_failure(source: Source, failure: SourceFailure) -> Explanation:
    """A source's failure; its technical reason stands at the end for whoever mends it."""
    said = _FAILURES.get(failure.kind, _OTHER_FAILURE)
    return Explanation(said.subject.format(label=source.label), f"{said.why} (kỹ thuật: {failure.reason}).", said.mend)


def variant_of(failure: SourceFailure) -> str:
    """What a source's failure asks of people: the same whether nobody answers or an error comes."""
    kinds = (SourceUnavailableError, SourceRejectedError, SourceContractError)
    return next((kind.__name__ for kind in kinds if kind.exit_code == failure.exit_code), failure.kind)


def tell_missing(
    rows: Mapping[str, str], together: str, inputs: Sequence[str], unit_code: str, period_code: str
) -> Explanation:
    """Figures people owe and have not given: the labels of their cells, and of what they are computed from.

    `rows` are named as people call them, `together` names them all.
    """
    named = [f"{cell} “{shorten(label)}”" for cell, label in rows.items()]
    whole = f"{next(iter(rows))} “{shorten(next(iter(rows.values())), SHORT)}”" if len(rows) == 1 else ""
    what = f" Số liệu cần gửi: {'; '.join(inputs)}." if inputs else ""
    return Explanation(
        f"chưa có số liệu nhập tay {whole or 'các ' + together}",
        f"Chưa ai cung cấp: {'; '.join(named)}.{what}",
        f"Gửi số liệu cho người lập biểu để ghi vào tệp manual/{unit_code}/{period_code}.yaml (số liệu, người cung "
        f"cấp, ngày, căn cứ); không phát sinh thì ghi số 0. Sau đó {again_vi(period_code, unit_code)}",
    )


def tell_missed(said: Explanation, period: Period, labels: Sequence[str], asked_vi: str, command: str) -> Explanation:
    """Stocks nobody captured at the cut-off; `said` is how their source failed, `asked_vi` since when it was asked."""
    missing = "; ".join(f"“{shorten(label)}”" for label in labels[:MOST_STOCKS])
    rest = len(labels) - MOST_STOCKS
    more = f" và {rest} số liệu khác" if rest > 0 else ""
    return Explanation(
        f"chưa chụp số liệu thời điểm {period.label_vi}: {said.subject}",
        f"{said.why} {asked_vi} Chưa có: {missing}{more}.",
        f"{said.mend} chụp ngay: {command}. Hệ thống nguồn không giữ số liệu cũ: chụp sau thời điểm chốt quá "
        f"{GRACE // HOUR} giờ thì biểu mẫu ghi “Chụp muộn … ngày” và không phải là số liệu tại thời điểm chốt.",
    )


def again_vi(period_code: str, unit_code: str) -> str:
    return f"chạy lại: {hint('run', period_code, unit=unit_code)}"


def shorten(text: str, longest: int = LONGEST_LABEL) -> str:
    """A label in one line."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def first_few(sentences: Sequence[str]) -> str:
    """The first sentences, and how many more there are."""
    told = list(dict.fromkeys(sentences))
    more = f" Và {len(told) - FEW} nội dung khác." if len(told) > FEW else ""
    return " ".join(told[:FEW]) + more
