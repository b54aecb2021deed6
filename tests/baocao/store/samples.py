"""Small true-to-life things to keep: one unit's quarter."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from baocao.coverage import Coverage
from baocao.domain import (
    Cell,
    CellStatus,
    CheckResult,
    CountStep,
    FilledForm,
    FormHead,
    FormMark,
    Measure,
    Observation,
    Outcome,
    Period,
    RawPayload,
    Severity,
    SourceFailure,
    System,
    Window,
)
from baocao.notices import CountProof
from baocao.store import Collection, FormKey, Lease, Store, VintageKey

Q4 = Period.parse("2025-Q4")
WINDOW = Window(date(2025, 9, 15), date(2025, 12, 14))
FORM = FormKey("dac-khu", "2025-bieu-mau-7", Q4)
NOW = datetime(2025, 12, 15, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def payload(body: bytes = b'[{"code":"H1"}]', **changes: Any) -> RawPayload:
    given = {
        "source_code": "igate",
        "unit_code": "dac-khu",
        "window": WINDOW,
        "request": {"path": "/dossiers", "page": 0, "fields": ["code"]},
        "fetched_at": NOW,
        "media_type": "application/json",
        "body": body,
        "sha256": hashlib.sha256(body).hexdigest(),
        "answer_sha256": hashlib.sha256(b"answer" + body).hexdigest(),
        "answer_bytes": 4711,
    }
    return RawPayload(**{**given, **changes})


def observation(value: str | None = "16736", code: str = "dossiers_count", **changes: Any) -> Observation:
    given = {
        "indicator_code": code,
        "unit_code": "dac-khu",
        "period": Q4,
        "value": None if value is None else Decimal(value),
        "status": CellStatus.REPORTED,
        "known_at": NOW,
        "payload_hashes": ("ab" * 32, "cd" * 32),
        "steps": (CountStep("all", 20000), CountStep("không tính hồ sơ bị từ chối", 16736)),
        "note": "số liệu đến hết ngày 14/12",
    }
    return Observation(**{**given, **changes})


def form(key: FormKey = FORM, value: str = "84.13", **changes: Any) -> FilledForm:
    cells = {
        "4": Cell("4.", None, "", CellStatus.HEADING),
        "4.10": Cell("4.10", None, "không phát sinh", CellStatus.NO_DENOMINATOR, note="mẫu số bằng 0"),
        "4.2": Cell("4.2", Decimal(value), value, CellStatus.REPORTED, Measure.PERCENT, "full_online_pct"),
    }
    given = {
        "form_code": key.form_code,
        "unit_code": key.unit_code,
        "unit_name": "Đặc khu Vân Đồn",
        "period": key.period,
        "window": WINDOW,
        "status": FormMark.UNMARKED,
        "cells": cells,
        "head": FormHead(dated_on=date(2025, 12, 15), signed_as=("TM. UBND", "CHỦ TỊCH")),
        "known_at": NOW,
        "vintage": 1,
    }
    return FilledForm(**{**given, **changes})


def check_result(**changes: Any) -> CheckResult:
    given = {
        "check": "form.part_within_whole",
        "severity": Severity.CRITICAL,
        "outcome": Outcome.FAIL,
        "unit_code": "dac-khu",
        "cells": ("4.2.1", "4.2.2"),
        "message_vi": "Dòng 4.2.1 lớn hơn dòng 4.2.2",
        "message_en": "row 4.2.1 exceeds row 4.2.2",
        "observed": "64",
        "expected": "≤ 63",
        "evidence": {"part": Decimal(64), "on": date(2025, 12, 14), "rows": [1, 2], "share": 0.1, "at": NOW},
    }
    return CheckResult(**{**given, **changes})


def failure(**changes: Any) -> SourceFailure:
    given = {
        "source_code": "portal",
        "system": System.PORTAL,
        "unit_code": "dac-khu",
        "exit_code": 11,
        "kind": "SourceUnavailableError",
        "reason": "no answer within 180 s",
    }
    return SourceFailure(**{**given, **changes})


def coverage(**changes: Any) -> Coverage:
    given = {
        "source_code": "igate",
        "system": System.ONE_STOP,
        "unit_code": "dac-khu",
        "window": WINDOW,
        "held_at": NOW,
        "proofs": (CountProof("tổng số nguồn nêu", 16_736, 16_736), CountProof("không có dòng tổng cộng", 3)),
    }
    return Coverage(**{**given, **changes})


def collect(store: Store, *payloads: RawPayload, **changes: Any) -> Collection:
    kept = tuple(store.payloads.keep(each) for each in payloads)
    given = {
        "source_code": "igate",
        "unit_code": "dac-khu",
        "period": Q4,
        "payloads": kept,
        "started_at": NOW,
        "ended_at": NOW + HOUR,
    }
    return Collection(**{**given, **changes})


def begin(store: Store, lease: Lease) -> VintageKey:
    return store.vintages.open(lease, opened_at=NOW, code_version="0.1.0", config_hash="c0ffee")


def finish(store: Store, key: VintageKey, **changes: Any) -> None:
    given = {
        "observations": [observation()],
        "filled_form": form(key.form_key, vintage=key.vintage),
        "check_results": [check_result()],
        "coverages": [coverage()],
        "known_at": NOW + HOUR,
        "exit_code": 0,
    }
    store.vintages.finish(key, **{**given, **changes})


def run(store: Store, form_key: FormKey = FORM, **changes: Any) -> VintageKey:
    """A whole run: two payloads of one source, then everything found out from them."""
    with store.leases.hold(form_key, "a test") as lease:
        key = begin(store, lease)
        store.collections.keep(key, collect(store, payload(b"[1]"), payload(b"[2]")))
        store.vintages.mark_collected(key)
        finish(store, key, **changes)
    return key
