"""Sentences made for the terminal too, without its options: who reads a page has buttons and fields."""

import re
from typing import Final

_ONE = r"--[a-z][a-z-]*"
REWRITTEN: Final = (
    (re.compile(rf"[;,]? (?:hoặc )?chỉ rõ(?: một biểu mẫu)? bằng {_ONE}(?: \(ví dụ {_ONE} \d+\))?"), ""),
    (re.compile(r"--explain [\w.:/-]+: "), ""),
    (re.compile(r"thêm --missing partial"), "chọn “Tổng hợp cả khi còn thiếu đơn vị”"),
    (re.compile(r"bằng --missing partial"), "bằng nút “Tổng hợp cả khi còn thiếu đơn vị”"),
    (re.compile(rf"bằng {_ONE} --reason “lý do”"), "kèm lý do"),
    (re.compile(rf": (?:{_ONE} )?--reason [\"“]…[\"”]"), ""),
    (re.compile(rf" \({_ONE}\)"), ""),
)


def say_without_options(text: str) -> str:
    for pattern, instead in REWRITTEN:
        text = pattern.sub(instead, text)
    return text
