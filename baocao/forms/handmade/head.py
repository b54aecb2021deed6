"""Head, foot and file: what is left blank above the table, the date beside the closing day, the signature."""

from collections.abc import Iterator

from baocao.catalogue import Catalogue
from baocao.domain import CheckResult, Severity
from baocao.forms.handmade.finding import FindingText, found, listed, quoted
from baocao.forms.recognise import ReadForm, Remark
from baocao.forms.recognise.labels import folded


def check_head(read: ReadForm, catalogue: Catalogue) -> Iterator[CheckResult]:
    yield from _blank(read)
    yield from _impossible_date(read)
    yield from _dated_before_cutoff(read)
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
    blank = [name for name, part in parts.items() if not part]
    if blank:
        words = FindingText(
            f"Phần đầu biểu mẫu còn trống: {listed(blank)}. Thiếu các phần này thì biểu mẫu chưa "
            "gắn được với báo "
            f"cáo và kỳ báo cáo nào; chỉ là bản nháp.",
            "the head is incomplete: " + ", ".join(_HEAD_PARTS_EN[name] for name in blank),
            f"Điền {listed(blank)} vào dòng “Kèm theo Báo cáo số … ngày … của …” dưới tên biểu mẫu.",
        )
        yield found(read, "head_blank", Severity.WARNING, [], words, observed=", ".join(blank))


_HEAD_PARTS_EN = {
    "số báo cáo": "report number",
    "ngày": "day",
    "tháng": "month",
    "năm": "year",
    "cơ quan ban hành": "issuer",
}


def _impossible_date(read: ReadForm) -> Iterator[CheckResult]:
    head = read.head
    if head.day and head.month and head.year and head.dated_on is None:
        written = f"{head.day}/{head.month}/{head.year}"
        words = FindingText(
            f"Ngày báo cáo {quoted(written)} không có trên lịch.",
            f"the date {written} does not exist",
            "Ghi lại ngày đúng.",
        )
        yield found(read, "date_impossible", Severity.WARNING, [], words, observed=written)


def _dated_before_cutoff(read: ReadForm) -> Iterator[CheckResult]:
    window, dated_on, period = read.filled.window, read.head.dated_on, read.filled.period
    if window is None or dated_on is None or period is None or dated_on >= window.end_on:
        return
    days = (window.end_on - dated_on).days
    source = " (kỳ suy ra từ ngày báo cáo)" if read.period_is_inferred else ""
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
    if Remark.MACRO_IGNORED in read.document.remarks:
        words = FindingText(
            "Tệp có macro. Macro không được chạy; chỉ đọc chữ và số trong tệp.",
            "the file holds macros; they were not run",
            "Gửi biểu mẫu dưới dạng .docx hoặc .xlsx, không có macro.",
        )
        yield found(read, "macro_ignored", Severity.INFO, [], words, observed=read.document.name)
    if Remark.WRONG_EXTENSION in read.document.remarks:
        words = FindingText(
            f"Đuôi tệp {quoted(read.document.name)} không đúng với nội dung; nội dung thật là {read.document.kind}.",
            f"the file's ending does not match its content, which is {read.document.kind}",
            f"Đổi đuôi tệp thành .{read.document.kind}.",
        )
        yield found(read, "wrong_extension", Severity.INFO, [], words, observed=read.document.name)
