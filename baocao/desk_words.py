"""Sentences made for the terminal too, as a page says them: a command by its page, an option by its field, a file by
what it holds.
"""

import re
from collections.abc import Mapping
from typing import Final

DONE_BY_IT: Final = "nhờ quản trị hệ thống (CNTT)"
PAGES: Final[Mapping[str, str]] = {
    "run": "“Lập lại” trên trang biểu mẫu",
    "rerun": "“Lập lại” trên trang biểu mẫu",
    "checks": "“Điều cần xem” trên trang biểu mẫu",
    "show": "trang biểu mẫu",
    "explain": "trang của ô trên biểu mẫu",
    "hand-in": "“Nộp tệp” trên trang biểu mẫu",
    "incidents": "“Hỏi và báo”",
    "verify": "“Sổ phát hành”",
    "sign-in": "đăng nhập lại",
    "release": "“Trình, duyệt” trên trang biểu mẫu",
    "release stamp": DONE_BY_IT,
    "release unlock": DONE_BY_IT,
}
_GROUPS = "release|people|database|incidents|alerts|form"
_OTHERS = (
    "run|rerun|checks|show|explain|hand-in|verify|sign-in|sign-out|backfill|capture|compare|correct|deploy|doctor|health|"
    "metrics|probe|restore|rules|sandbox|serve|take-in|watch|what-if|worker"
)
_WORD = rf"(?:{_GROUPS}) [a-z-]+|(?:{_OTHERS})"
_QUOTED = r"'[^']*'|&#39;.*?&#39;"
_VALUE = rf"(?:{_QUOTED}|[\w./:@*-]*\w)"
_NAMED = rf"(?:{_QUOTED}|(?=[\w./-]*[\d_A-ZÊ])[\w./-]*\w)"
"""Without an option stands a period, a file, a number or a code: plain words after a command are the sentence's."""
_COMMAND = re.compile(rf"`?\bbaocao ({_WORD})(?![\w-])(?: --[a-z-]+(?: (?!--){_VALUE})?| {_NAMED})*`?")
_FILE = re.compile(r"tệp (?:\S*/)?manual/\S+\.yaml(?: \(mã \w+\))?")
_OPTION = r"--[a-z][a-z-]*"
_REWRITTEN: Final = (
    (re.compile(rf"[;,]? (?:hoặc )?chỉ rõ(?: một biểu mẫu)? bằng {_OPTION}(?: \(ví dụ {_OPTION} \d+\))?"), ""),
    (re.compile(r"--explain [\w.:/-]+: "), ""),
    (re.compile(r"thêm --missing partial"), "chọn “Tổng hợp cả khi còn thiếu đơn vị”"),
    (re.compile(r"bằng --missing partial"), "bằng nút “Tổng hợp cả khi còn thiếu đơn vị”"),
    (re.compile(rf"bằng {_OPTION} --reason “lý do”"), "kèm lý do"),
    (re.compile(rf": (?:{_OPTION} )?--reason [\"“]…[\"”]"), ""),
    (re.compile(rf" \({_OPTION}\)"), ""),
)
CONFIGURATION: Final[Mapping[str, str]] = {
    "calendars": "lịch báo cáo", "checks": "cấu hình kiểm tra", "fields": "danh mục lĩnh vực",
    "indicators": "cấu hình chỉ tiêu", "measures": "danh mục đơn vị tính", "owed": "danh sách biểu phải nộp",
    "release": "quy định phát hành", "sources": "cấu hình nguồn", "units": "danh sách đơn vị",
}  # fmt: skip
_YAML = re.compile(
    r"(?P<key>\b[a-z_]+(?:\.[a-z_]+)+ (?=của ))?(?P<of>(?:của )?)\b(?:[\w/-]*/)?(?P<name>[a-z_-]+)\.yaml"
)
_KEYS = re.compile(r" \([a-z_]+(?:, [a-z_]+)* trong \w+\.yaml\)")


def say_at_desk(text: str) -> str:
    """A sentence that tells people what to type, as one that tells them where at the desk it is done."""
    text = say_without_options(text)
    if "baocao " in text:
        text = _COMMAND.sub(_name_page, text)
    if "manual/" in text:
        text = _FILE.sub("số nhập tay trên trang biểu mẫu", text)
    return _YAML.sub(_name_file, _KEYS.sub("", text)) if ".yaml" in text else text


def say_without_options(text: str) -> str:
    """For who has both: a page has buttons and fields in the place of options."""
    if "--" in text:
        for pattern, instead in _REWRITTEN:
            text = pattern.sub(instead, text)
    return text


def _name_file(found: re.Match[str]) -> str:
    return found["of"] + CONFIGURATION.get(found["name"], "cấu hình")


def _name_page(found: re.Match[str]) -> str:
    command = found[1]
    return PAGES.get(command) or PAGES.get(command.partition(" ")[0], DONE_BY_IT)
