"""The pages of Data Docs as they are left in a folder: an index of our own, and nothing that calls another host."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

_CALLS = (
    re.compile(r"<script[^>]*\ssrc=\"https?://[^>]*>\s*</script>"),
    re.compile(r"<link[^>]*\shref=\"https?://[^>]*>"),
    re.compile(r"<img[^>]*\ssrc=\"https?://[^>]*>"),
)
_HEAD = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>Kiểm tra bằng Great Expectations</title><style>
body { font: 15px/1.5 sans-serif; margin: 24px; color: #1d2433 } table { border-collapse: collapse }
td, th { border-bottom: 1px solid #dde; padding: 6px 12px; text-align: left; vertical-align: top }
.failed { color: #b3261e; font-weight: 600 } .passed { color: #1b7f4d }
</style></head><body>
<h1>Kiểm tra bằng Great Expectations</h1>
<p>Mỗi dòng là một lần kiểm tra; trang chi tiết do Great Expectations lập, bằng tiếng Anh. Trang dành cho cán bộ là
checks.html trong thư mục kết quả.</p>
<table><tr><th>Mã kiểm tra</th><th>Điều phải đúng</th><th>Kết quả</th><th>Chi tiết</th></tr>
"""


@dataclass(frozen=True)
class SuiteVerdict:
    """What came of one suite: how many demands hold, and what they are."""

    holding_count: int
    count: int
    says_vi: tuple[str, ...]


def finish_pages(folder: Path, results: Iterable[Any]) -> None:
    """Take what calls other hosts out of every page, and put the index of our own in the place of the one made."""
    verdicts = {result.suite_name: _read_verdict(result) for result in results}
    for page in folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for call in _CALLS:
            text = call.sub("", text)
        page.write_text(text, encoding="utf-8")
    (folder / "index.html").write_text(_index(folder, verdicts), encoding="utf-8")


def _read_verdict(result: Any) -> SuiteVerdict:
    says = (str(one.expectation_config.description or "") for one in result.results)
    holding = sum(bool(one.success) for one in result.results)
    return SuiteVerdict(holding, len(result.results), tuple(dict.fromkeys(filter(None, says))))


def _index(folder: Path, verdicts: Mapping[str, SuiteVerdict]) -> str:
    """One line a suite; the pages lie at validations/<suite, a folder a part>/<run>/<time>/<page>."""
    rows = []
    for page in sorted(folder.glob("validations/**/*.html")):
        place = page.relative_to(folder)
        name = ".".join(place.parts[1:-3])
        if name in verdicts:
            rows.append(_row(name.rpartition(".")[0], verdicts[name], place.as_posix()))
    return f"{_HEAD}{''.join(rows)}</table></body></html>\n"


def _row(check: str, verdict: SuiteVerdict, place: str) -> str:
    failed = verdict.count - verdict.holding_count
    kind, word = ("failed", f"không đạt {failed}/{verdict.count}") if failed else ("passed", "đạt")
    says = "<br>".join(map(escape, verdict.says_vi))
    cells = (escape(check), says, f'<span class="{kind}">{word}</span>', f'<a href="{escape(place)}">xem</a>')
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"
