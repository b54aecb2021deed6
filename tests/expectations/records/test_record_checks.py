"""Collected records: each check fires, stays silent, or says why it cannot tell."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pandas as pd
import pytest

from baocao.catalogue import Catalogue
from baocao.catalogue.checks import GapLimits, KnownGap
from baocao.domain import CheckResult, Outcome, Severity, System, Window
from baocao.notices import CountProof
from baocao.records import build_frame, empty_frame
from expectations.records.cards import ON_ANSWERS, ON_RECORDS, RECORD_CARDS
from expectations.records.suite import check_notices, check_records, check_unread

WINDOW = Window(date(2025, 9, 15), date(2025, 12, 14))
TAKEN_AT = datetime(2025, 12, 15, 0, tzinfo=UTC)
FIRES, SILENT, UNCLEAR = Outcome.FAIL, Outcome.PASS, Outcome.NOT_EVALUABLE
Rows = dict[str, list[Any]]


@cache
def _days() -> tuple[date, ...]:
    return tuple(day for day in WINDOW.days() if day.weekday() < 5 and day.strftime("%m-%d") not in {"09-01", "09-02"})


def dossiers() -> Rows:
    """Twelve dossiers on each working day of the period."""
    received = [datetime(d.year, d.month, d.day, 3, tzinfo=UTC) for d in _days() for _ in range(12)]
    size = len(received)
    return {
        "dossier_code": [f"H98.51-25{n:06d}" for n in range(size)],
        "procedure_code": ["1.003560"] * size,
        "service_level": ["full"] * size,
        "channel": [None if n % 3 else "online" for n in range(size)],
        "status": ["done"] * size,
        "submitted_at": [at - timedelta(hours=2) for at in received],
        "received_at": received,
        "finished_at": [at + timedelta(days=1) for at in received],
    }


def documents() -> Rows:
    size = len(_days())
    return {
        "document_key": [f"{n}" for n in range(size)],
        "direction": ["outgoing"] * size,
        "issued_on": [pd.Timestamp(day) for day in _days()],
        "form_of_sending": ["electronic"] * size,
        "is_signed": [True] * size,
        "confidentiality": ["normal"] * size,
    }


def procedures() -> Rows:
    return {
        "procedure_code": [f"1.00{n:04d}" for n in range(50)],
        "service_level": ["full"] * 30 + ["partial"] * 15 + [None] * 0 + ["information"] * 5,
        "eligible_level": ["full"] * 30 + ["partial"] * 20,
        "is_published": [True] * 50,
        "has_fee": [False] * 50,
        "payment_gateway": ["none"] * 50,
    }


ROWS: dict[str, Callable[[], Rows]] = {"dossiers": dossiers, "documents": documents, "procedures": procedures}


def frame_of(kind: str, change: Callable[[Rows], None] | None = None, *, raw: str = "") -> pd.DataFrame:
    """Sound records with a change; a column named `raw` keeps its values as they are, known or not."""
    rows = ROWS[kind]()
    if change is not None:
        change(rows)
    values = list(rows.get(raw, []))
    frame = build_frame(kind, rows | {raw: [None] * len(values)} if raw else rows)
    return frame.assign(**{raw: pd.Series(values, dtype=object)}) if raw else frame


def put(column: str, value: object, *positions: int) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        for position in positions:
            rows[column][position] = value

    return change


def drop_days(first: date, last: date) -> Callable[[Rows], None]:
    """No records on the days from `first` to `last`."""

    def change(rows: Rows) -> None:
        name = "received_at" if "received_at" in rows else "issued_on"
        keep = [n for n, at in enumerate(rows[name]) if not first <= at.date() <= last]
        for column, values in rows.items():
            rows[column] = [values[n] for n in keep]

    return change


def shift_all(days: int) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        for name in ("submitted_at", "received_at", "finished_at"):
            rows[name] = [at + timedelta(days=days) for at in rows[name]]

    return change


@dataclass(frozen=True)
class Scenario:
    check: str
    outcome: Outcome
    kind: str = "dossiers"
    change: Callable[[Rows], None] | None = None
    says: str = ""
    severity: Severity | None = None
    column: str = ""
    raw: str = ""
    taken_at: datetime | None = TAKEN_AT
    frame: Callable[[], pd.DataFrame] | None = None


@cache
def empty(kind: str) -> Callable[[], pd.DataFrame]:
    return lambda: empty_frame(kind)


@cache
def without(kind: str, column: str) -> Callable[[], pd.DataFrame]:
    return lambda: frame_of(kind).drop(columns=column)


CRITICAL, WARNING = Severity.CRITICAL, Severity.WARNING
SCENARIOS = (
    Scenario("columns_present", FIRES, frame=without("dossiers", "channel"), says="thiếu cột: kênh nộp", severity=CRITICAL),
    Scenario("columns_present", SILENT),
    Scenario("not_empty", FIRES, frame=empty("dossiers"), says="không trả về hồ sơ nào", severity=WARNING),
    Scenario("not_empty", SILENT),
    Scenario("key_given", FIRES, change=put("dossier_code", None, 3), says="1 trong 780 hồ sơ không có mã"),
    Scenario("key_given", SILENT),
    Scenario("key_given", UNCLEAR, frame=empty("dossiers"), says="không có bản ghi nào"),
    Scenario("key_unique", FIRES, change=put("dossier_code", "H98.51-25000000", 1), says="2 trong 780 hồ sơ trùng mã với bản ghi khác nên bị đếm nhiều lần: H98.51-25000000"),
    Scenario("key_unique", SILENT),
    Scenario("key_unique", UNCLEAR, frame=empty("dossiers")),
    Scenario("codes_known", FIRES, change=put("status", "11", 1, 2), raw="status", column="status", says="2 hồ sơ có trạng thái ngoài danh mục: “11” (2).", severity=WARNING),
    Scenario("codes_known", FIRES, change=put("status", "11", *range(9)), raw="status", column="status", severity=CRITICAL),
    Scenario("codes_known", SILENT, column="channel"),
    Scenario("codes_known", UNCLEAR, frame=without("dossiers", "channel"), says="thiếu cột: kênh nộp"),
    Scenario("codes_given", FIRES, change=put("service_level", None, 5), column="service_level", says="để trống mức dịch vụ", severity=WARNING),
    Scenario("codes_given", FIRES, change=put("service_level", None, *range(50)), column="service_level", severity=WARNING),
    Scenario("codes_given", SILENT, column="status"),
    Scenario("codes_given", UNCLEAR, frame=empty("dossiers")),
    Scenario("procedure_code", FIRES, change=put("procedure_code", "1.003560.000.00.00.H98", 0), says="không đúng dạng quốc gia"),
    Scenario("procedure_code", SILENT),
    Scenario("procedure_code", UNCLEAR, frame=empty("dossiers")),
    Scenario("level_eligible", FIRES, "procedures", put("eligible_level", "partial", 0, 1), says="2 trong 50 thủ tục được cung cấp ở mức cao hơn mức đủ điều kiện: 1.000000, 1.000001."),
    Scenario("level_eligible", SILENT, "procedures", put("eligible_level", None, 0)),
    Scenario("level_eligible", UNCLEAR, "procedures", frame=empty("procedures")),
    Scenario("date_given", FIRES, "documents", put("issued_on", None, 0), says="1 trong 65 văn bản không có ngày", severity=CRITICAL),
    Scenario("date_given", SILENT, change=put("received_at", None, 0)),
    Scenario("date_given", UNCLEAR, frame=empty("dossiers")),
    Scenario("dates_in_order", FIRES, change=put("finished_at", datetime(2025, 9, 1, tzinfo=UTC), 0), column="finished_at", says="có ngày kết thúc xử lý trước ngày tiếp nhận: H98.51-25000000"),
    Scenario("dates_in_order", SILENT, change=put("finished_at", datetime(2025, 9, 15, 1, tzinfo=UTC), 0), column="finished_at"),
    Scenario("dates_in_order", SILENT, change=put("finished_at", None, 0), column="finished_at"),
    Scenario("dates_in_order", UNCLEAR, frame=empty("dossiers")),
    Scenario("dates_plausible", FIRES, change=put("received_at", datetime(2205, 10, 1, tzinfo=UTC), 0), column="received_at", says="có ngày tiếp nhận ngoài khoảng"),
    Scenario("dates_plausible", FIRES, change=put("submitted_at", datetime(1970, 1, 1, tzinfo=UTC), 0), column="submitted_at"),
    Scenario("dates_plausible", SILENT, column="received_at", taken_at=None),
    Scenario("dates_plausible", UNCLEAR, frame=empty("dossiers")),
    Scenario("some_in_window", FIRES, change=shift_all(-200), says="không bản ghi nào trong kỳ (15/09/2025 – 14/12/2025)"),
    Scenario("some_in_window", SILENT),
    Scenario("some_in_window", UNCLEAR, frame=empty("dossiers")),
    Scenario("freshness", FIRES, change=drop_days(date(2025, 11, 20), date(2025, 12, 14)), says="mới nhất là của ngày 19/11/2025"),
    Scenario("freshness", SILENT),
    Scenario("freshness", UNCLEAR, taken_at=None, says="không rõ lúc lấy số liệu"),
    Scenario("freshness", UNCLEAR, change=drop_days(date(2025, 9, 20), date(2025, 12, 14)), says="chỉ có 5 ngày có bản ghi"),
    Scenario("freshness", SILENT, change=drop_days(date(2025, 11, 20), date(2025, 12, 14)), taken_at=datetime(2025, 11, 20, tzinfo=UTC)),
    Scenario("volume", FIRES, change=drop_days(date(2025, 10, 14), date(2025, 10, 15)), says="2 ngày làm việc có số hồ sơ thấp bất thường: 14/10/2025 (0), 15/10/2025 (0)."),
    Scenario("volume", SILENT),
    Scenario("volume", UNCLEAR, "documents", says="quá ít bản ghi"),
    Scenario("days_filled", FIRES, change=drop_days(date(2025, 11, 1), date(2025, 11, 30)), says="Không có hồ sơ nào trong 03/11/2025 – 28/11/2025 (20 ngày làm việc); theo nhịp thường lệ phải có khoảng 240", severity=CRITICAL),
    Scenario("days_filled", FIRES, change=drop_days(date(2025, 10, 14), date(2025, 10, 20)), says="14/10/2025 – 20/10/2025 (5 ngày làm việc)", severity=WARNING),
    Scenario("days_filled", FIRES, change=drop_days(date(2025, 11, 3), date(2025, 11, 21)), says="03/11/2025 – 21/11/2025 (15 ngày làm việc)", severity=CRITICAL),
    Scenario("days_filled", FIRES, change=drop_days(date(2025, 11, 3), date(2025, 11, 20)), says="03/11/2025 – 20/11/2025 (14 ngày làm việc)", severity=WARNING),
    Scenario("days_filled", FIRES, change=shift_all(-200), says="15/09/2025 – 12/12/2025 (65 ngày làm việc)", severity=CRITICAL),
    Scenario("days_filled", FIRES, "documents", change=drop_days(date(2025, 11, 1), date(2025, 11, 30)), says="phải có khoảng 20", severity=WARNING),
    Scenario("days_filled", SILENT),
    Scenario("days_filled", SILENT, "documents", change=drop_days(date(2025, 11, 1), date(2025, 11, 15))),
    Scenario("days_filled", SILENT, change=drop_days(date(2025, 10, 14), date(2025, 10, 17))),
    Scenario("days_filled", SILENT, change=drop_days(date(2025, 10, 15), date(2025, 12, 14)), taken_at=datetime(2025, 10, 15, tzinfo=UTC)),
    Scenario("days_filled", UNCLEAR, change=drop_days(date(2025, 9, 25), date(2025, 12, 14)), says="quá ít ngày có bản ghi"),
    Scenario("unit_known", FIRES, change=put("dossier_code", "H98.52-25999999", 0, 1), says="2 hồ sơ mang mã của đơn vị khác: H98.52 không có trong units.yaml (2)"),
    Scenario("unit_known", FIRES, change=put("dossier_code", "H98.52-25999999", *range(20)), says="20 hồ sơ mang mã của đơn vị khác", severity=CRITICAL),
    Scenario("unit_known", SILENT),
    Scenario("unit_known", SILENT, change=put("dossier_code", "H98.51.01-25999999", 0)),
    Scenario("unit_known", SILENT, change=put("dossier_code", "G22.99-25999999", 0)),
    Scenario("unit_known", UNCLEAR, change=lambda rows: rows.update(dossier_code=[str(n) for n, _ in enumerate(rows["status"])]), says="không ghi mã đơn vị"),
)  # fmt: skip


@pytest.fixture(scope="module")
def results(catalogue: Catalogue) -> dict[int, list[CheckResult]]:
    """Each scenario's results; those of the same records are checked once."""

    @cache
    def judge(kind: str, change: Any, raw: str, frame: Any, taken_at: datetime | None) -> list[CheckResult]:
        records = frame() if frame else frame_of(kind, change, raw=raw)
        return check_records(kind, records, catalogue, WINDOW, unit_code="dac-khu", taken_at=taken_at)

    found = enumerate(SCENARIOS)
    return {number: judge(one.kind, one.change, one.raw, one.frame, one.taken_at) for number, one in found}


@pytest.mark.parametrize(
    "number", range(len(SCENARIOS)), ids=lambda n: f"{SCENARIOS[n].check}-{SCENARIOS[n].outcome}-{n}"
)
def test_the_check_says_what_it_must(number: int, results: dict[int, list[CheckResult]]) -> None:
    wanted = SCENARIOS[number]
    found = [r for r in results[number] if r.check == f"records.{wanted.check}"]
    (result,) = [
        r for r in found if not wanted.column or wanted.column in {*r.evidence.get("fields", ()), *r.message_en.split()}
    ]
    assert result.outcome is wanted.outcome
    assert wanted.says in (result.reason or result.message_vi)
    assert wanted.severity in {None, result.severity}
    assert result.unit_code == "dac-khu"


@pytest.mark.parametrize("kind", ROWS)
def test_sound_records_give_no_finding_and_every_check_of_their_kind(kind: str, catalogue: Catalogue) -> None:
    results = check_records(kind, frame_of(kind), catalogue, WINDOW, taken_at=TAKEN_AT)
    assert [r for r in results if r.outcome is FIRES] == []
    assert {r.check for r in results} == {card.check for card in ON_RECORDS[kind]}
    assert {r.owner for r in results} == {"documents_clerk" if kind == "documents" else "one_stop_desk"}


@pytest.mark.parametrize("kind", ROWS)
def test_no_record_is_one_finding_and_leaves_the_rest_open(kind: str, catalogue: Catalogue) -> None:
    results = check_records(kind, empty_frame(kind), catalogue, WINDOW, taken_at=TAKEN_AT)
    assert [r.check for r in results if r.outcome is FIRES] == ["records.not_empty"]
    assert {r.check for r in results} == {card.check for card in ON_RECORDS[kind]}


def test_days_known_to_be_empty_are_no_gap_for_the_units_they_are_of(catalogue: Catalogue) -> None:
    """A record on a Saturday, and days before the unit was there, are none either."""
    november = frame_of("dossiers", drop_days(date(2025, 11, 1), date(2025, 11, 30)))

    def judge(known: KnownGap) -> Outcome:
        limits = catalogue.limits.model_copy(update={"gap": GapLimits(known=(known,))})
        results = check_records(
            "dossiers", november, replace(catalogue, limits=limits), WINDOW, unit_code="dac-khu", taken_at=TAKEN_AT
        )
        return next(one.outcome for one in results if one.check == "records.days_filled")

    storm = KnownGap(since=date(2025, 11, 3), until=date(2025, 11, 28), label="ngừng do bão")
    assert judge(storm) is SILENT
    assert judge(storm.model_copy(update={"units": ("dac-khu",)})) is SILENT
    assert judge(storm.model_copy(update={"units": ("xa",)})) is FIRES


@dataclass(frozen=True)
class Seen:
    unknown_values: dict[str, Counter[str]] = field(default_factory=dict)
    unknown_fields: Counter[str] = field(default_factory=Counter)
    proofs: tuple[CountProof, ...] = ()
    doubts_vi: tuple[str, ...] = ()


def test_what_the_reading_did_not_know_is_listed_with_its_counts(catalogue: Catalogue) -> None:
    seen = Seen({"status": Counter({"11": 12}), "channel": Counter({"7": 1})}, Counter({"ghiChuMoi": 40}))
    values, fields, _, _ = check_notices(seen, System.ONE_STOP, "dac-khu", catalogue)
    assert (values.check, values.outcome, values.severity) == ("records.unknown_values", FIRES, WARNING)
    assert "trạng thái “11” (12), kênh nộp “7” (1)" in values.message_vi
    assert (fields.check, fields.outcome, fields.severity) == ("records.unknown_fields", FIRES, Severity.INFO)
    assert "“ghiChuMoi”" in fields.message_vi
    assert values.owner == "one_stop_desk"


def test_nothing_unknown_is_no_finding(catalogue: Catalogue) -> None:
    results = check_notices(Seen({}, Counter()), System.PORTAL, "dac-khu")
    assert [r.outcome for r in results] == [SILENT, SILENT, UNCLEAR, SILENT]
    assert results[2].reason == "nguồn không cho số đếm độc lập nào"


def test_a_count_that_differs_is_critical_and_names_both_numbers(catalogue: Catalogue) -> None:
    seen = Seen(proofs=(CountProof("dòng Tổng cộng của quy-4.csv", 636, 909), CountProof("tổng nguồn nêu", 10, 10)))
    whole = check_notices(seen, System.ONE_STOP, "dac-khu", catalogue)[2]
    assert (whole.check, whole.outcome, whole.severity) == ("records.proved_whole", FIRES, Severity.CRITICAL)
    assert "dòng Tổng cộng của quy-4.csv: 909, nhận được 636" in whole.message_vi
    assert "tổng nguồn nêu" not in whole.message_vi


def test_a_part_nothing_counts_is_named_beside_what_is_proved(catalogue: Catalogue) -> None:
    seen = Seen(proofs=(CountProof("dòng tổng cộng", 10, 10), CountProof("quy-4b.csv không có dòng tổng cộng", 7)))
    whole = check_notices(seen, System.ONE_STOP, "dac-khu", catalogue)[2]
    assert whole.outcome is UNCLEAR
    assert whole.reason == "quy-4b.csv không có dòng tổng cộng"


def test_a_system_that_could_not_be_read_is_not_evaluable_and_says_why(catalogue: Catalogue) -> None:
    results = check_unread(System.ONE_STOP, "dac-khu", "không trả lời sau 180 giây", catalogue)
    names = ("columns_present", "not_empty", "unknown_values", "unknown_fields", "proved_whole", "read_plainly")
    assert [r.check for r in results] == [f"records.{name}" for name in names]
    assert {r.outcome for r in results} == {UNCLEAR}
    assert {r.reason for r in results} == {"không đọc được hệ thống một cửa: không trả lời sau 180 giây"}


def test_no_message_holds_more_than_codes(results: dict[int, list[CheckResult]]) -> None:
    """At most five codes are named, however many records fail."""
    for found in results.values():
        for result in found:
            assert len(result.evidence.get("codes", ())) <= 5


def test_every_check_on_records_has_its_cases() -> None:
    told = {f"records.{one.check}" for one in SCENARIOS} | {card.check for card in ON_ANSWERS}
    assert told == {card.check for card in RECORD_CARDS}
