"""The form and its checks as JSON, for programs."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from baocao.catalogue import Form
from baocao.documents.files import write_file
from baocao.documents.printed import as_utc, cells_in_order, figure_text
from baocao.documents.texts import clean_text
from baocao.domain import Cell, CheckResult, FilledForm, FormLine


def write_form_json(filled: FilledForm, form: Form, path: Path) -> str:
    """Write `form.json`; give its SHA-256."""
    return write_file(path, render_form_json(filled, form))


def write_checks_json(checks: Iterable[CheckResult], path: Path) -> str:
    """Write `checks.json`; give its SHA-256."""
    return write_file(path, render_json(checks_json(checks)))


def render_form_json(filled: FilledForm, form: Form) -> bytes:
    return render_json(form_json(filled, form))


def form_json(filled: FilledForm, form: Form) -> dict[str, Any]:
    """The form with its cells by row number; values are decimal strings, None where there is none."""
    window = filled.window
    return {
        "form": filled.form_code,
        "unit": filled.unit_code,
        "period": filled.period.code if filled.period else None,
        "window": [window.start_on.isoformat(), window.end_on.isoformat()] if window else None,
        "status": filled.status.value,
        "known_at": as_utc(filled.known_at).isoformat() if filled.known_at else None,
        "vintage": filled.vintage,
        **({"revision": filled.revision, "restatement_note": filled.restatement_note} if filled.revision else {}),
        **({"lines": [_line_json(line) for line in filled.lines]} if form.matrix else {}),
        "cells": {key: _cell_json(cell) for key, cell in cells_in_order(filled, form)},
    }


def checks_json(checks: Iterable[CheckResult]) -> dict[str, Any]:
    """The checks in the order given, and how many ended how."""
    listed = [_check_json(check) for check in checks]
    outcomes = ("pass", "fail", "not_evaluable")
    return {
        "counts": {outcome: sum(check["outcome"] == outcome for check in listed) for outcome in outcomes},
        "checks": listed,
    }


def plain_decimal(value: Decimal | None) -> str | None:
    """`9530`, `56.94`: never an exponent."""
    return None if value is None else f"{value:f}"


def _cell_json(cell: Cell) -> dict[str, Any]:
    return {
        "value": plain_decimal(cell.value),
        "display": figure_text(cell),
        "unit": cell.measure.code if cell.measure else None,
        "status": cell.status.value,
        "note": clean_text(cell.note),
        "indicator": cell.indicator_code,
    }


def _line_json(line: FormLine) -> dict[str, str]:
    return {**asdict(line), "label": clean_text(line.label)}


def _check_json(check: CheckResult) -> dict[str, Any]:
    return {
        "check": check.check,
        "severity": check.severity.value,
        "outcome": check.outcome.value,
        "unit": check.unit_code,
        "cells": list(check.cells),
        "observed": check.observed,
        "expected": check.expected,
        "message_vi": check.message_vi,
        "message_en": check.message_en,
        "mend_vi": check.mend_vi,
        "owner": check.owner,
        "reason": check.reason,
        "evidence": _in_order(check.evidence),
    }


def _in_order(value: Any) -> Any:
    """Mappings by key at every depth, as the store gives them back: the same check is the same to the byte."""
    if isinstance(value, Mapping):
        return {str(key): _in_order(value[key]) for key in sorted(value, key=str)}
    return value


def render_json(content: dict[str, Any]) -> bytes:
    """UTF-8, two spaces, a line feed at the end; a broken letter (lone surrogate) stays escaped."""
    text = json.dumps(content, ensure_ascii=False, indent=2, default=_plain)
    return (text + "\n").encode(errors="backslashreplace")


def _plain(value: object) -> list[str] | str:
    """What JSON has no word for, as text; sets in one order."""
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)
