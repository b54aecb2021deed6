"""Head, foot and file: what is left blank above the table, the date beside the closing day, the signature."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from baocao.catalogue import Catalogue
from baocao.domain import CheckResult, Period, Severity, Window
from baocao.forms.handmade.finding import FindingText, found, listed, quoted
from baocao.forms.recognise import FileRemark, ReadForm
from baocao.forms.recognise.head import HeadFacts
from baocao.forms.recognise.labels import folded
from baocao.forms.recognise.periods import infer_period, is_possible_year


def check_head(read: ReadForm, catalogue: Catalogue, today: date) -> Iterator[CheckResult]:
    yield from _blank(read)
    impossible = list(_impossible_date(read, today))
    yield from impossible
    if not impossible:
        yield from _another_period(read, catalogue, today) or _dated_before_cutoff(read)
        yield from _form_not_in_force(read)
    yield from _head_of_another_version(read, catalogue)
    yield from _signature(read)
    yield from _remarks(read)


def _blank(read: ReadForm) -> Iterator[CheckResult]:
    head = read.head
    parts = {
        "số báo cáo": head.report_number,
        "ngày": head.day,
        "tháng": head.month,
        "năm": head.year,
        "cơ quan ban hành": head.issuer,
    }
    blank = [name for name, part in parts.items() if not part and _has_place(read, name)]
    if blank:
        words = FindingText(
            f"Phần đầu biểu mẫu còn trống: {listed(blank)}. Thiếu các phần này thì biểu mẫu chưa "
            "gắn được với báo "
            f"cáo và kỳ báo cáo nào; chỉ là bản nháp.",
            "the head is incomplete: " + ", ".join(_HEAD_PARTS_EN[name] for name in blank),
            f"Điền {listed(blank)} vào dòng “Kèm theo Báo cáo số … ngày … của …” dưới tên biểu mẫu.",
        )
        yield found(read, "head_blank", Severity.WARNING, [], words, observed=", ".join(blank))


def _has_place(read: ReadForm, name: str) -> bool:
    """Whether the form's head asks for it: II.06a has neither number nor date."""
    place = _HEAD_PLACES.get(name)
    return place is None or place in read.form.attached_to


_HEAD_PLACES = {"số báo cáo": "{number}", "ngày": "{day}", "tháng": "{month}", "năm": "{year}"}
_HEAD_PARTS_EN = {
    "số báo cáo": "report number",
    "ngày": "day",
    "tháng": "month",
    "năm": "year",
    "cơ quan ban hành": "issuer",
}


def _impossible_date(read: ReadForm, today: date) -> Iterator[CheckResult]:
    """Not on the calendar, long ago, or after today: nobody has signed it on that day."""
    head = read.head
    why = _why_impossible(head, today)
    if why:
        written = f"{head.day}/{head.month}/{head.year}" if head.day and head.month else f"năm {head.year}"
        words = FindingText(
            f"Ngày báo cáo {quoted(written)} {why}.",
            f"the date {written} cannot be the report's",
            "Ghi lại ngày đúng.",
        )
        yield found(read, "date_impossible", Severity.WARNING, [], words, observed=written)


def _why_impossible(head: HeadFacts, today: date) -> str:
    if head.year and not is_possible_year(head.year, today):
        return f"không thể là ngày của báo cáo: năm {head.year} " + ("chưa đến" if head.year > today.year else "quá xa")
    if head.day and head.month and head.year and head.dated_on is None:
        return "không có trên lịch"
    if head.dated_on and head.dated_on > today:
        return f"sau ngày hôm nay ({today:%d/%m/%Y})"
    return ""


def _another_period(read: ReadForm, catalogue: Catalogue, today: date) -> list[CheckResult]:
    """The period asked for beside the one stated above the table; either beside the one the date speaks for."""
    window, dated_on, period = read.filled.window, read.head.dated_on, read.filled.period
    if window is None or period is None or read.understood.period_why.startswith("suy"):
        return []
    stated = read.head.stated_period
    if stated is not None and stated != period:
        return [_is_another(read, f"Phần đầu biểu mẫu ghi {stated.label_vi}", stated.code, period, window)]
    if dated_on is None and (read.head.year is None or read.head.day):
        return []
    regimes = catalogue.calendar.regimes
    regime = catalogue.units[read.filled.unit_code].regime if read.filled.unit_code in catalogue.units else ""
    regime = regime or next(iter(regimes))
    by_date = infer_period(read.head, catalogue.calendar, regime, today)
    spoken = f", là của {by_date.label_vi}" if by_date else ""
    told, code = f"Báo cáo ghi {_written_date(read.head)}{spoken}", by_date.code if by_date else ""
    another_year = by_date is not None and by_date.part == period.part and by_date.year != period.year
    closed_on = catalogue.calendar.window(regime, by_date).end_on if by_date else None
    closed_before = closed_on is not None and closed_on < window.start_on and _names_month(read.head, closed_on)
    if another_year or _last_day(read.head) < window.start_on or (dated_on is None and closed_before):
        return [_is_another(read, told, code, period, window)]
    if by_date is not None and closed_on is not None and closed_on > window.end_on:
        told = f"Báo cáo ghi {_written_date(read.head)}, gần ngày chốt số liệu của {by_date.label_vi}"
        return [_is_another(read, told, code, period, window, Severity.WARNING)]
    return []


def _written_date(head: HeadFacts) -> str:
    """As much of it as is there."""
    if head.dated_on is not None:
        return f"ngày {head.dated_on:%d/%m/%Y}"
    return f"tháng {head.month} năm {head.year}" if head.month else f"năm {head.year}"


def _last_day(head: HeadFacts) -> date:
    """The date, or the last day it can be where the day, or day and month, are blank."""
    if head.dated_on is not None:
        return head.dated_on
    year, month = head.year or date.max.year, head.month if head.month in range(1, 13) else 12
    return date(year, month or 12, monthrange(year, month or 12)[1])


def _names_month(head: HeadFacts, day: date) -> bool:
    return (head.year, head.month) == (day.year, day.month)


def _is_another(
    read: ReadForm, told: str, code: str, period: Period, window: Window, severity: Severity = Severity.CRITICAL
) -> CheckResult:
    """A form dated long after its own period may be late: then it is only said."""
    late = severity is Severity.WARNING
    doubt = "biểu mẫu nộp muộn, hoặc là của kỳ khác" if late else "biểu mẫu của kỳ khác hoặc ghi sai năm"
    days = f"{window.start_on:%d/%m/%Y} – {window.end_on:%d/%m/%Y}"
    words = FindingText(
        f"{told}; kỳ cần báo cáo là {period.label_vi} ({days}): {doubt}.",
        f"a form of {code or 'another period'}, not of {period.code}",
        f"Gửi biểu mẫu của {period.label_vi}, hoặc sửa ngày, kỳ nếu ghi nhầm.",
    )
    return found(read, "another_period", severity, [], words, observed=told, expected=period.code)


def _dated_before_cutoff(read: ReadForm) -> Iterator[CheckResult]:
    window, dated_on, period = read.filled.window, read.head.dated_on, read.filled.period
    if window is None or dated_on is None or period is None or dated_on >= window.end_on:
        return
    days = (window.end_on - dated_on).days
    source = " (kỳ suy ra từ ngày báo cáo)" if read.understood.period_why.startswith("suy") else ""
    words = FindingText(
        f"Báo cáo ghi ngày {dated_on:%d/%m/%Y}, sớm hơn ngày chốt số liệu {window.end_on:%d/%m/%Y} của "
        f"{period.label_vi} là {days} ngày{source}: số liệu không thể phủ hết kỳ báo cáo.",
        f"dated {dated_on}, {days} days before the period {period.code} closes on {window.end_on}",
        "Lấy lại số liệu sau ngày chốt; nếu tỉnh quy định chốt sớm hơn, ghi rõ số liệu tính đến ngày nào.",
    )
    yield found(
        read, "dated_before_cutoff", Severity.WARNING, [], words,
        observed=f"{dated_on:%d/%m/%Y}", expected=f"từ {window.end_on:%d/%m/%Y}",
    )  # fmt: skip


def _form_not_in_force(read: ReadForm) -> Iterator[CheckResult]:
    """The version is judged by the last day the report covers."""
    day = read.filled.window.end_on if read.filled.window else read.head.dated_on
    if day is None or read.form.in_force_on(day):
        return
    ends = f"đến {read.form.valid_to:%d/%m/%Y}" if read.form.valid_to else ""
    span = f"từ {read.form.valid_from:%d/%m/%Y} {ends}".strip()
    words = FindingText(
        f"{read.form.appendix} chỉ dùng {span}, báo cáo này chốt số liệu ngày {day:%d/%m/%Y}: dùng sai phiên bản.",
        f"{read.form.form_code} is not in force on {day}",
        "Lập lại trên phiên bản biểu mẫu đang có hiệu lực.",
    )
    yield found(read, "form_not_in_force", Severity.WARNING, [], words, observed=f"{day:%d/%m/%Y}", expected=span)


def _head_of_another_version(read: ReadForm, catalogue: Catalogue) -> Iterator[CheckResult]:
    appendix = folded(read.head.appendix)
    others = [
        form for form in catalogue.forms.values() if folded(form.appendix) == appendix != folded(read.form.appendix)
    ]
    if others:
        words = FindingText(
            f"Phần đầu ghi {quoted(read.head.appendix)} nhưng các dòng trong bảng là của "
            f"{read.form.appendix}: trộn "
            f"hai phiên bản biểu mẫu.",
            f"the head names {others[0].form_code}, the rows are of {read.form.form_code}",
            "Dùng trọn một phiên bản: sửa phần đầu hoặc lập lại bảng.",
        )
        yield found(
            read, "form_mixed", Severity.WARNING, [], words,
            observed=read.head.appendix, expected=read.form.appendix,
        )  # fmt: skip


def _signature(read: ReadForm) -> Iterator[CheckResult]:
    if not read.form.signature_block or (read.head.signed_as and read.head.signer):
        return
    what = "họ tên người ký" if read.head.signed_as else "phần ký (TM. ỦY BAN NHÂN DÂN, chức vụ, họ tên)"
    words = FindingText(
        f"Dưới bảng không có {what}; {read.form.appendix} có phần ký.",
        "the signature block is missing" if not read.head.signed_as else "nobody's name stands under the signature",
        f"Thêm {what} dưới bảng.",
    )
    yield found(read, "signature_missing", Severity.WARNING, [], words, expected=what)


def _remarks(read: ReadForm) -> Iterator[CheckResult]:
    if FileRemark.MACRO_IGNORED in read.document.remarks:
        words = FindingText(
            "Tệp có macro. Macro không được chạy; chỉ đọc chữ và số trong tệp.",
            "the file holds macros; they were not run",
            "Gửi biểu mẫu dưới dạng .docx hoặc .xlsx, không có macro.",
        )
        yield found(read, "macro_ignored", Severity.INFO, [], words, observed=read.document.name)
    if FileRemark.WRONG_EXTENSION in read.document.remarks:
        words = FindingText(
            f"Đuôi tệp {quoted(read.document.name)} không đúng với nội dung; nội dung thật là {read.document.kind}.",
            f"the file's ending does not match its content, which is {read.document.kind}",
            f"Đổi đuôi tệp thành .{read.document.kind}.",
        )
        yield found(read, "wrong_extension", Severity.INFO, [], words, observed=read.document.name)
