"""Incidents, messages and rules in a line each."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from baocao.catalogue.alerts import Alerts
from baocao.domain import VIETNAM, Period, Severity
from baocao.incidents import Cause, CauseKind, Claim, Incident, IncidentChange, Message, Scope, Sighting, fold

Q4 = Period.parse("2025-Q4")
DUE_ON = date(2025, 12, 18)
SCOPE = Scope("dac-khu", "2025-bieu-mau-7", Q4)


def at(day: int, clock: str = "07:00", month: int = 12) -> datetime:
    """A moment of December 2025, by Viet Nam's clock."""
    return datetime.fromisoformat(f"2025-{month:02}-{day:02}T{clock}").replace(tzinfo=VIETNAM)


MORNING = at(15)


def cause(fingerprint: str = "figures/dac-khu/2025-Q4/a", **changes: Any) -> Cause:
    given = {
        "fingerprint": fingerprint,
        "kind": CauseKind.FIGURES,
        "severity": Severity.CRITICAL,
        "owner": "one_stop_desk",
        "subject_vi": "số liệu ô 4.2 cần xem lại",
        "why_vi": "Ô 4.2 ghi 84,12%.",
        "mend_vi": "Ghi 84,13 vào ô 4.2.",
        "units": ("dac-khu",),
        "cells": ("4.2",),
        "checks": ("form.ratio_matches 4.2",),
    }
    return Cause(**{**given, **changes})


def sight(*causes: Cause, scope: Scope = SCOPE, when: datetime = MORNING, **changes: Any) -> Sighting:
    return Sighting(**{"scope": scope, "at": when, "due_on": DUE_ON, "causes": causes, **changes})


def opened(*causes: Cause, scope: Scope = SCOPE, when: datetime = MORNING) -> list[Incident]:
    """The incidents a first report gives, numbered."""
    return number(fold([], sight(*causes, scope=scope, when=when)))


def number(folded: tuple[IncidentChange, ...]) -> list[Incident]:
    from dataclasses import replace

    return [replace(c.incident, number=n) for n, c in enumerate(folded, start=1) if c.incident.is_open]


def incident(**changes: Any) -> Incident:
    given = {
        "fingerprint": "source/one_stop_igate",
        "kind": CauseKind.SOURCE,
        "severity": Severity.CRITICAL,
        "owner": "it",
        "subject_vi": "Hệ thống một cửa điện tử báo lỗi hoặc chưa có số liệu",
        "why_vi": "Khi lấy số liệu, hệ thống báo lỗi, bận hoặc chưa có số liệu (kỹ thuật: HTTP 503 tại /sso/auth/realms/digo/protocol/openid-connect/token; cần có access_token, expires_in).",
        "mend_vi": "Báo đơn vị quản trị hệ thống kiểm tra",
        "units": ("dac-khu",),
        "opened_at": at(15),
        "last_seen_at": at(15),
        "claims": (Claim(SCOPE, Severity.CRITICAL, DUE_ON, at(15), ("4.2", "4.3")),),
        "number": 7,
    }
    return Incident(**{**given, **changes})


def sample_message(key: str = "incident/1/opened/t/office", **changes: Any) -> Message:
    given = {
        "key": key,
        "bundle": changes.get("bundle", key),
        "route": "office",
        "channels": ("mail",),
        "severity": Severity.CRITICAL,
        "subject": "[Cảnh báo] Hệ thống một cửa điện tử báo lỗi hoặc chưa có số liệu – còn 3 ngày làm việc",
        "paragraphs": ("Hệ thống một cửa điện tử báo lỗi hoặc chưa có số liệu.", "Cần làm ngay: báo đơn vị quản trị."),
        "not_before": at(15),
        "facts": {"kind": "opened", "incident": "1"},
    }
    return Message(**{**given, **changes})


PATIENCE_S = 120
"""The longest that may be configured: a server on a busy machine is waited for."""


def rules(**changes: Any) -> Alerts:
    """Alerts of one route to one file, changed as said."""
    given: dict[str, Any] = {
        "channels": {"log": {"kind": "file", "path": "alerts.txt"}},
        "routes": {"all": {"channels": ["log"]}},
        "retries": {"attempts": 1, "backoff_s": 0, "timeout_s": PATIENCE_S},
    }
    return Alerts.model_validate({**given, **changes})


def read_file(home: Path, name: str = "alerts.txt") -> list[str]:
    """The subjects of what a file channel was given."""
    path = home / name
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [part.strip().partition("\n")[0] for part in text.split("=" * 60) if part.strip()]


WEEK = timedelta(days=7)
