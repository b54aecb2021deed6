"""What a command does, by the name of the page of the desk where it is done: for who never sees a terminal."""

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


def say_at_desk(text: str) -> str:
    """A sentence that tells people what to type, as one that tells them where at the desk it is done."""
    if "baocao " in text:
        text = _COMMAND.sub(_name_page, text)
    return _FILE.sub("số nhập tay trên trang biểu mẫu", text) if "manual/" in text else text


def _name_page(found: re.Match[str]) -> str:
    command = found[1]
    return PAGES.get(command) or PAGES.get(command.partition(" ")[0], DONE_BY_IT)
