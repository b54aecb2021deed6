"""A draft of a site's file, for a person to confirm: what a probe saw that the dialect does not declare."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from http import HTTPStatus
from pathlib import Path
from typing import Any

from baocao.catalogue import Source
from baocao.private_files import make_private_dir, open_private
from connectors.asking.sightings import LOCAL, UNKNOWN, UNSHOWN, SiteSightings
from connectors.asking.site import read_site
from connectors.declaration import Declaration
from connectors.registry import declaration_of

ZONES = {
    LOCAL: "ngày tính theo giờ Việt Nam",
    "utc": "ngày tính theo giờ UTC (lệch 7 giờ)",
    UNKNOWN: "chưa rõ ngày tính theo giờ nào: không có bản ghi lúc 0–7 giờ; thử một ngày khác",
}

NO_ROWS = "Ngày này không có bản ghi nào: chưa so được trường, mã, ngày; thử ngày khác (--days)."
NO_LIST = "Chưa nhận được danh sách bản ghi nào: chưa so được trường, mã, ngày; sửa lỗi nêu ở đây rồi thử lại."


@dataclass(frozen=True)
class SiteDraft:
    """What differs, as lines for the screen, as plain values, and as a YAML file."""

    source: Source
    seen: SiteSightings
    day: date
    nobody: str = ""
    nobodys_rows: int = 0

    def lines(self) -> list[str]:
        """In Vietnamese, one for each difference."""
        found = [*_tell(self.seen), *self._tell_unit()]
        if self.seen.declared.rows and not sum(self.seen.rows_count.values()):
            found.append(NO_ROWS if self.seen.rows_count else NO_LIST)
        return found or ["Không thấy gì khác với giao thức đã khai báo."]

    def _tell_unit(self) -> Iterator[str]:
        if self.nobodys_rows:
            yield (
                f"Đơn vị: hỏi bằng mã không có thật {self.nobody} vẫn nhận {self.nobodys_rows} bản ghi; hệ thống không "
                f"lọc theo đơn vị, số liệu sẽ lẫn đơn vị khác (parameters.{self.seen.declared.unit})"
            )

    def values(self) -> dict[str, Any]:
        """The same for a program."""
        seen = self.seen
        return {
            "day": f"{self.day}",
            "not_found": seen.not_found,
            "statuses": {path: {str(k): n for k, n in found.items()} for path, found in seen.statuses.items()},
            "rows": dict(seen.rows_count),
            "rows_of_no_unit": self.nobodys_rows,
            "unknown_codes": {path: dict(found) for path, found in seen.unknown_codes.items()},
            "retyped": seen.retyped,
            "page_sizes": [{"asked": asked, "given": given} for asked, given in seen.oversized()],
            "zone": seen.zone,
            "empty_dates": dict(seen.empty_dates),
            "odd_dates": {name: n for name, n in seen.odd_dates.items() if n},
            "missing_fields": seen.missing(),
            "new_fields": seen.new(),
        }

    def write(self, folder: Path) -> Path:
        """Into a new file; one that is there is never written over."""
        make_private_dir(folder)
        for number in range(1, 1000):
            mark = "" if number == 1 else f"-{number}"
            path = folder / f"{self.source.source_code}-{self.day}{mark}.yaml"
            try:
                with open(path, "x", encoding="utf-8", opener=open_private) as file:
                    file.write("\n".join(_write(self)) + "\n")
            except FileExistsError:
                continue
            return path
        raise FileExistsError(folder)


def start_sightings(source: Source) -> SiteSightings | None:
    """None for a source that is not asked over HTTP: there is nothing a site could have otherwise."""
    declared = declaration_of(source)
    return None if declared is None else SiteSightings(declared, read_site(source, declared))


def _tell(seen: SiteSightings) -> Iterator[str]:
    for name, shown in seen.not_found.items():
        expects = seen.declared.expects.get(name, "JSON")
        yield f"Địa chỉ {shown}: HTTP 404; ở đó cần có câu trả lời chứa {expects} (paths.{name})"
    for name, there in seen.listless.items():
        lacks = f"Câu trả lời của {name} không có {seen.declared.rows_under}"
        yield f"{lacks}; các trường đang có: {', '.join(there)} (khai báo trong fields)"
    for path, found in seen.unknown_codes.items():
        yield f"Mã lạ ở {path}: " + ", ".join(f"{code} {n} lần" for code, n in found.most_common())
    for path, how in seen.retyped.items():
        yield f"Kiểu mã ở {path}: {how}; vẫn đọc được"
    yield from _tell_listing(seen)
    if seen.missing():
        yield f"Trường thiếu: {', '.join(seen.missing())}"
    if seen.new():
        yield f"Trường mới: {', '.join(seen.new())}"


def _tell_listing(seen: SiteSightings) -> Iterator[str]:
    """Of pages and days."""
    for asked, given in seen.oversized():
        yield f"Cỡ trang không theo yêu cầu: hỏi {asked} dòng, nhận {given} dòng"
    if seen.declared.bounds and sum(seen.rows_count.values()):
        if any("%H" in form for form in seen.declared.dates.values()):
            yield f"Múi giờ: {ZONES[seen.zone]}"
        empty = ", ".join(f"{name} {n}" for name, n in seen.empty_dates.items() if n)
        yield f"Dòng để trống ngày: {empty}" if empty else "Không có dòng nào để trống ngày"
    for name, count in seen.odd_dates.items():
        if count:
            yield f"Ngày ở {name} viết khác dạng đã khai báo: {count} dòng (khai báo trong dates)"


def _write(draft: SiteDraft) -> Iterator[str]:
    seen = draft.seen
    yield f"# Bản nháp của {draft.source.source_code}, dữ liệu ngày {draft.day:%d/%m/%Y}; người phụ trách xác nhận."
    yield "# Bỏ dấu # ở dòng đúng, điền chỗ '?', rồi chép vào config/sites/<tên>.yaml và ghi site: <tên> ở nguồn."
    yield from (f"# {line}" for line in draft.lines())
    yield "dialects:"
    yield f"  {draft.source.connector}:"
    given: Mapping[str, Any] = draft.source.options.get("site") or {}
    yield f"    paths: {_flow(given.get('paths', {}))}"
    for name in seen.not_found:
        yield f"    #   {name}: ?  # HTTP {HTTPStatus.NOT_FOUND}; cần: {seen.declared.expects.get(name, 'JSON')}"
    yield f"    fields: {_flow(given.get('fields', {}))}"
    new = seen.new()
    for name in seen.missing():
        near = ", ".join(get_close_matches(name, new, 3, 0.3) or new[:6])
        yield f"    #   {name}: ?  # trường mới thấy có: {near}"
    yield f"    codes: {_flow(given.get('codes', {}))}"
    for path, found in seen.unknown_codes.items():
        yield f"    #   {path}:"
        allowed = ", ".join(f"{code} ({word})" for code, word in seen.declared.codes[path].items())
        for code, count in found.most_common():
            if code != UNSHOWN:
                yield f"    #     '{code}': ?  # {count} lần; một trong: {allowed}"
    for key in ("parameters", "dates", "zone", "pages", "stated", "ignored"):
        if given.get(key):
            yield f"    {key}: {_flow(given[key])}"
    sizes = [count for _, count in seen.oversized()]
    if sizes:
        yield f"    # pages: {{most_rows: {max(sizes)}}}"
    if seen.odd_dates.total():
        odd = ", ".join(f"{name}: dd/MM/yyyy HH:mm:ss" for name, n in seen.odd_dates.items() if n)
        yield f"    # dates: {{{odd}}}  # ghi đúng dạng hệ thống viết"
    yield from _name_words(seen.declared)


def _name_words(declared: Declaration) -> Iterator[str]:
    """Every name the dialect has, for who writes the file without its module."""
    yield "# Tên dùng được trong giao thức này (bên trái của paths, parameters, fields, dates; bên phải của codes):"
    yield f"#   paths: {', '.join(f'{name} ({path})' for name, path in declared.paths.items())}"
    yield f"#   parameters: {', '.join(sorted(declared.parameters)) or 'không có'}"
    yield f"#   fields: {', '.join(sorted(declared.fields))}"
    for path, meanings in declared.codes.items():
        yield f"#   codes.{path}: {', '.join(f'{code} ({word})' for code, word in meanings.items())}"
    yield f"#   dates: {', '.join((*declared.dates, *declared.asked_dates)) or 'không có'}"


def _flow(given: Any) -> str:
    import json

    return json.dumps(given, ensure_ascii=False)
