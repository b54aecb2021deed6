"""What was understood of a form before anything is said to be wrong: in words for a person, in JSON for a program."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from baocao.documents.form_json import plain_decimal
from baocao.domain import CheckResult
from baocao.forms.numbers import shorten
from baocao.forms.recognise import ReadForm
from baocao.forms.recognise.alignment import MatchedBy
from baocao.forms.recognise.columns import FormColumn
from baocao.forms.recognise.heads import ColumnRole
from baocao.forms.recognise.tiers import tier_names
from baocao.vocabulary import TIERS

_ROLES = {
    ColumnRole.PREVIOUS: "kỳ trước",
    ColumnRole.CUMULATIVE: "lũy kế",
    ColumnRole.PLAN: "kế hoạch",
    ColumnRole.COMPARISON: "so sánh",
    ColumnRole.CODE: "mã",
}
_NAMED_AT_MOST = 10
_MATCHES = {
    MatchedBy.BOTH: "theo cả số thứ tự và nhãn",
    MatchedBy.NUMBER: "theo số thứ tự (nhãn khác mẫu hoặc trống)",
    MatchedBy.LABEL: "theo nhãn (số thứ tự khác mẫu hoặc trống)",
}


def tell_understood(read: ReadForm) -> Iterator[tuple[str, str]]:
    """Each thing understood, with its name: form, unit, tier, period, column, rows."""
    filled, known = read.filled, read.understood
    yield "Biểu mẫu", f"{read.form.appendix} ({read.form.form_code}), {known.place}"
    yield "Đơn vị", filled.unit_name or "không thấy tên cơ quan báo cáo; chỉ rõ bằng --unit"
    yield "Cấp", _tier(read)
    period = filled.period
    yield "Kỳ báo cáo", f"{period.label_vi} ({known.period_why})" if period else "không rõ; chỉ rõ bằng --period"
    yield "Cột số liệu", _columns_of_a_matrix(read) if read.form.matrix else _column(read)
    yield "Các dòng", _lines(read) if read.form.matrix else _rows(read)
    if read.is_scanned:
        yield "Bản quét", "chữ và số do máy nhận dạng; mọi số liệu cần xác nhận trước khi dùng"
    if read.document.encoding:
        yield "Bảng mã", f"văn bản gõ bằng {read.document.encoding}, đã chuyển sang Unicode"


def _tier(read: ReadForm) -> str:
    known = read.understood
    if read.tier is not None:
        return f"{TIERS[read.tier]} ({known.tier_why})"
    choices = f": {tier_names(known.tier_choices)}" if known.tier_choices else ""
    return f"chưa rõ{choices} ({known.tier_why}); chỉ rõ bằng --tier"


def _column(read: ReadForm) -> str:
    if read.understood.doubt:
        return "chưa chọn được"
    tables = [table for table in read.understood.tables if table.figure]
    if not tables or tables[0].figure is None:
        return "theo vị trí sau cột Đơn vị tính"
    others = [_named(column) for column in tables[0].columns if column.role in _ROLES and column.head]
    beside = f"; bỏ qua {', '.join(others)}" if others else ""
    return f"{_numbered(tables[0].figure)}: {tables[0].figure.why}{beside}"


def _columns_of_a_matrix(read: ReadForm) -> str:
    figures = [
        column for table in read.understood.tables[:1] for column in table.columns if column.role is ColumnRole.FIGURE
    ]
    if read.understood.doubt or not figures:
        return "chưa chọn được"
    return f"{_numbered(figures[0])} đến {_numbered(figures[-1])}: theo {figures[0].why}"


def _lines(read: ReadForm) -> str:
    labels = [line.label for line in read.filled.lines]
    more = "; …" if len(labels) > _NAMED_AT_MOST else ""
    return f"{len(labels)} dòng, {len(read.rows)} ô số liệu: {'; '.join(labels[:_NAMED_AT_MOST])}{more}"


def _numbered(column: FormColumn) -> str:
    return f"cột {column.index + 1}"


def _named(column: FormColumn) -> str:
    return f"{_numbered(column)} “{shorten(column.head)}” ({_ROLES[column.role]})"


def _rows(read: ReadForm) -> str:
    counts = Counter(found.matched_by for found in read.rows.values())
    parts = [f"{counts[by]} {words}" for by, words in _MATCHES.items() if counts[by]]
    missing, strange = len(read.alignment.missing), len(read.alignment.strange_inside)
    parts += [f"thiếu {missing}"] if missing else []
    parts += [f"{strange} dòng ngoài mẫu"] if strange else []
    return f"{len(read.rows)}/{len(read.form.rows)} dòng: {'; '.join(parts)}"


def understood_json(read: ReadForm) -> dict[str, Any]:
    """All that was understood, cell by cell."""
    known, period = read.understood, read.filled.period
    return {
        "form": read.form.form_code,
        "place": known.place,
        "unit": read.filled.unit_name,
        "unit_code": read.filled.unit_code or None,
        "tier": read.tier,
        "tier_why": known.tier_why,
        "tier_choices": list(known.tier_choices),
        "period": period.code if period else None,
        "period_why": known.period_why,
        "is_scanned": read.is_scanned,
        "encoding": read.document.encoding or None,
        "columns": [_columns_json(read, at) for at in range(len(known.tables))],
        "doubt": known.doubt or None,
        "unseen": [{"kind": one.kind, "text": one.text, "place": one.place.name} for one in read.unseen],
        "cells": {key: _cell_json(read, key) for key in read.filled.cells},
        "rows_missing": [row.key for row in read.alignment.missing],
        "rows_strange": [row.label for row in read.alignment.strange_inside],
    }


def _columns_json(read: ReadForm, at: int) -> dict[str, Any]:
    table = read.understood.tables[at]
    columns = [
        {"column": column.index + 1, "head": column.head, "role": column.role, "why": column.why}
        for column in table.columns
    ]
    return {"table": table.table + 1, "columns": columns}


def _cell_json(read: ReadForm, key: str) -> dict[str, Any]:
    cell, found = read.filled.cells[key], read.rows.get(key)
    told: dict[str, Any] = {"text": cell.text, "value": plain_decimal(cell.value), "how_read": cell.how_read}
    if read.is_scanned and cell.text:
        told["needs_confirmation"] = True
    if found is None:
        return told
    previous = found.text.previous.text if found.text.previous else None
    return {
        **told,
        "place": found.text.figure.place.name,
        "matched_by": found.matched_by,
        "certainty": found.certainty,
        **({"previous": previous} if previous else {}),
    }


def finding_json(finding: CheckResult) -> dict[str, Any]:
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "cells": list(finding.cells),
        "observed": finding.observed,
        "expected": finding.expected,
        "message_vi": finding.message_vi,
        "message_en": finding.message_en,
        "mend_vi": finding.mend_vi,
    }
