"""Whether tables came whole: their total rows, their last lines, rows nobody sees, files that overlap."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from baocao.notices import CountProof, Notices
from connectors.files.column_mapping import ColumnMapping
from connectors.files.sheets import Cells, SourceSheet
from connectors.files.spreadsheet_table import (
    Header,
    cell_text,
    is_grand_total,
    is_record,
    is_record_without_code,
    is_sum,
)

_COUNT = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+")
_MONEY = re.compile(r"phí|tiền|đồng|vnđ", re.IGNORECASE)


@dataclass(frozen=True)
class TableFacts:
    """What a table says of itself beside its records.

    `totals` are the numbers of its grand-total row; `counted` is a count made in another way in the same moment.
    `hidden_count` records stand in rows nobody sees. `is_last_open`: the last record's line has no end.
    `uncoded_count` rows are filled as records are, without a code.
    """

    record_count: int = 0
    totals: tuple[int, ...] = ()
    counted: int | None = None
    hidden_count: int = 0
    is_last_open: bool = False
    starts_1904: bool = False
    uncoded_count: int = 0
    is_text: bool = False

    @property
    def may_be_cut(self) -> bool:
        """Whether nothing in the file tells where it should end."""
        return self.is_text and not self.totals and not self.is_last_open

    def as_kept(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_kept(cls, kept: Mapping[str, Any]) -> "TableFacts":
        return cls(**{**kept, "totals": tuple(kept.get("totals", ()))})


def look_at(sheet: SourceSheet, header: Header, mapping: ColumnMapping) -> TableFacts:
    """The facts of a sheet of records; of tallies, no total is taken: they are not counted but summed."""
    totals: tuple[int, ...] = ()
    sums: list[tuple[int, Cells]] = []
    hidden, count, uncoded, last = 0, 0, 0, -1
    for place, cells in enumerate(sheet.rows[header.first_row :], start=header.first_row):
        if is_record(header.row_of(cells), cells, mapping):
            count += 1
            hidden += place in sheet.hidden_rows
            last = place
        elif is_grand_total(cells):
            totals = tuple(_counts_in(cells, header)) or totals
        elif is_sum(cells):
            sums.append((place, cells))
        elif mapping.kind != "tallies":
            uncoded += is_record_without_code(header.row_of(cells), cells, header, mapping)
    if not totals and len(sums) == 1 and sums[0][0] > last:
        totals = tuple(_counts_in(sums[0][1], header))
    return TableFacts(
        record_count=count,
        totals=totals if mapping.kind != "tallies" else (),
        hidden_count=hidden,
        is_last_open=not sheet.is_ended and last == len(sheet.rows) - 1,
        starts_1904=sheet.starts_1904,
        uncoded_count=uncoded,
        is_text=sheet.is_text,
    )


def is_cut_off(sheet: SourceSheet, header: Header, mapping: ColumnMapping) -> bool:
    """Whether a text file's last line stops before its last column, below a record."""
    if sheet.is_ended or len(sheet.rows) <= header.first_row:
        return False
    last = sheet.rows[-1]
    if len(last) >= len(header.texts):
        return False
    before = next((cells for cells in reversed(sheet.rows[:-1]) if any(map(cell_text, cells))), ())
    is_below_record = is_record(header.row_of(before), before, mapping)
    return is_below_record and not is_grand_total(last)


def _counts_in(cells: Cells, header: Header) -> Iterator[int]:
    """Whole numbers of a total row, but for those below a column of money."""
    for place, cell in enumerate(cells):
        text = cell_text(cell)
        title = header.texts[place] if place < len(header.texts) else ""
        if _MONEY.search(title):
            continue
        if isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell).is_integer():
            yield int(cell)
        else:
            yield from (int(found.replace(".", "")) for found in _COUNT.findall(text))


@dataclass
class TableAccount:
    """What came of every table of one source, by the table's place; and records several tables have."""

    counts: dict[str, int] = field(default_factory=dict)
    facts: dict[str, TableFacts] = field(default_factory=dict)
    _orders: dict[str, Any] = field(default_factory=dict)
    _seen: dict[str, tuple[str, int]] = field(default_factory=dict)
    _changed: dict[frozenset[str], int] = field(default_factory=dict)

    def note(
        self, place: str, facts: TableFacts, keys: Sequence[str], rows: Sequence[Mapping[str, Any]], order: Any
    ) -> None:
        """Rows as kept, their keys as read; of the same record the table later in order counts."""
        self.facts.setdefault(place, facts)
        self._orders.setdefault(place, order)
        self.counts[place] = self.counts.get(place, 0) + len(rows)
        for key, row in zip(keys, rows, strict=True):
            content = hash(tuple((name, str(value)) for name, value in row.items() if name != "row"))
            before = self._seen.setdefault(key, (place, content))
            if before[1] != content:
                pair = frozenset((before[0], place))
                self._changed[pair] = self._changed.get(pair, 0) + 1

    def tell(self, notices: Notices) -> None:
        """Proofs and doubts, table by table."""
        for place, count in self.counts.items():
            facts = self.facts[place]
            notices.proofs.append(_prove(place, count, facts))
            if facts.hidden_count:
                said = f"{place}: {facts.hidden_count} dòng đang ẩn (lọc) trong tệp vẫn được tính"
                notices.doubts_vi.append(said)
            if facts.uncoded_count:
                said = f"{place}: {facts.uncoded_count} dòng có dữ liệu nhưng cột mã không phải mã, không được tính"
                notices.proofs.append(CountProof(said, count, count + facts.uncoded_count))
            if facts.is_last_open:
                notices.doubts_vi.append(f"{place}: dòng cuối chưa kết thúc, tệp có thể bị cắt")
            if not count and any(self.counts.values()):
                notices.doubts_vi.append(f"{place}: có tiêu đề nhưng không có bản ghi nào")
        for pair, times in self._changed.items():
            older, *others = sorted(pair, key=lambda place: str(self._orders[place]))
            if not others:
                said = f"{older}: {times} lần một mã bản ghi có thêm dòng khác nội dung; lấy dòng sau"
                notices.note_uncertain(said)
                continue
            newer = others[0]
            said = f"{times} bản ghi có trong cả {older} và {newer} với nội dung khác nhau; lấy theo {newer} (lưu sau)"
            notices.doubts_vi.append(said)


def _prove(place: str, count: int, facts: TableFacts) -> CountProof:
    if facts.counted is not None:
        return CountProof(f"lần đếm riêng của {place}", count, facts.counted)
    if not facts.totals:
        return CountProof(f"{place} không có dòng tổng cộng để đối chiếu", count)
    if count == max(facts.totals):  # a smaller number may be that of a part
        return CountProof(f"dòng tổng cộng của {place}", count, count)
    if len(facts.totals) == 1:
        return CountProof(f"dòng tổng cộng của {place}", count, facts.totals[0])
    return CountProof(f"{place}: dòng tổng cộng không có số nào bằng số bản ghi", count)
