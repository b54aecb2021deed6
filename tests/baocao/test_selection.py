"""How the figures of the forms are counted: a small table of records in, a number out."""

from datetime import date
from typing import Any

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import Window
from baocao.selection import count_records
from tests.baocao.table import table

Q4 = Window(date(2025, 9, 15), date(2025, 12, 14))


def count(catalogue: Catalogue, indicator_code: str, *rows: dict[str, Any]) -> int:
    definition = catalogue.indicator(indicator_code).count
    assert definition is not None
    return count_records(definition, table(definition.records, *rows), Q4)[0]


@pytest.mark.parametrize(
    ("received_at", "counted"),
    [
        ("2025-09-14 23:59:59", 0),
        ("2025-09-15 00:00:00", 1),
        ("2025-12-14 23:59:59", 1),
        ("2025-12-15 00:00:00", 0),
    ],
)
def test_a_dossier_belongs_to_the_period_of_its_day_of_receipt_in_vietnam(
    catalogue: Catalogue, received_at: str, counted: int
) -> None:
    assert count(catalogue, "dossiers_full_count", {"received_at": received_at}) == counted


def test_a_dossier_without_a_day_of_receipt_is_counted_by_its_day_of_submission(catalogue: Catalogue) -> None:
    inside = {"received_at": None, "submitted_at": "2025-10-02 20:00"}
    outside = {"received_at": None, "submitted_at": "2025-12-20 20:00"}
    assert count(catalogue, "dossiers_full_count", inside, outside) == 1


@pytest.mark.parametrize(
    ("status", "counted"),
    [
        ("registered", 0), ("refused", 0), ("accepted", 1), ("processing", 1), ("supplement_requested", 1),
        ("payment_requested", 1), ("withdrawn", 1), ("stopped", 1), ("done", 1), ("returned", 1),
    ],
)  # fmt: skip
def test_dossiers_not_accepted_are_left_out_and_withdrawn_ones_stay_in(
    catalogue: Catalogue, status: str, counted: int
) -> None:
    assert count(catalogue, "dossiers_full_count", {"status": status}) == counted


def test_an_empty_channel_is_in_person_and_post_is_in_the_denominator_only(catalogue: Catalogue) -> None:
    rows = [{"channel": "online"}, {"channel": "in_person"}, {"channel": "postal"}, {"channel": None}]
    assert count(catalogue, "dossiers_received_count", *rows) == 4
    assert count(catalogue, "dossiers_online_count", *rows) == 1
    assert count(catalogue, "dossiers_in_person_count", *rows) == 2
    assert count(catalogue, "dossiers_postal_count", *rows) == 1


def test_a_dossier_counts_under_the_level_it_was_submitted_under(catalogue: Catalogue) -> None:
    rows = [{"service_level": "partial"}, {"service_level": "full"}, {"service_level": "information"}]
    assert count(catalogue, "dossiers_full_count", *rows) == 1
    assert count(catalogue, "dossiers_partial_count", *rows) == 1


def test_level_as_of_the_period_end_takes_the_level_of_the_catalogue(catalogue: Catalogue) -> None:
    definition = catalogue.indicator("dossiers_full_count").count
    assert definition is not None
    frames = {
        **table("dossiers", {"service_level": "partial", "procedure_code": "1.000001"}),
        **table("procedures", {"procedure_code": "1.000001", "service_level": "full"}),
    }
    assert count_records(definition, frames, Q4)[0] == 0
    at_the_end = definition.model_copy(update={"level_as_of": "period_end"})
    assert count_records(at_the_end, frames, Q4)[0] == 1


def test_procedures_with_dossiers_are_counted_once_each(catalogue: Catalogue) -> None:
    rows = [
        {"procedure_code": "1.000001", "channel": "online"},
        {"procedure_code": "1.000001", "channel": "in_person"},
        {"procedure_code": "2.000002", "channel": "in_person"},
    ]
    assert count(catalogue, "procedures_with_dossier_count", *rows) == 2
    assert count(catalogue, "procedures_with_online_dossier_count", *rows) == 1


def test_procedures_over_a_year_are_recounted_not_summed_from_quarters(catalogue: Catalogue) -> None:
    definition = catalogue.indicator("procedures_with_dossier_count").count
    assert definition is not None
    frames = table(
        "dossiers",
        {"procedure_code": "1.000001", "received_at": "2025-08-01 09:00"},
        {"procedure_code": "1.000001", "received_at": "2025-10-01 09:00"},
        {"procedure_code": "2.000002", "received_at": "2025-10-01 09:00"},
    )
    q3 = Window(date(2025, 6, 15), date(2025, 9, 14))
    year = Window(date(2024, 12, 15), date(2025, 12, 14))
    assert [count_records(definition, frames, window)[0] for window in (q3, Q4, year)] == [1, 2, 2]


def test_carried_over_plus_received_equals_resolved_plus_withdrawn_plus_pending(catalogue: Catalogue) -> None:
    rows = [
        {"received_at": "2025-09-01 08:00", "finished_at": "2025-10-01 08:00"},
        {"received_at": "2025-09-01 08:00", "finished_at": None, "status": "processing"},
        {"received_at": "2025-09-01 08:00", "finished_at": "2025-09-10 08:00"},
        {"received_at": "2025-10-01 08:00", "finished_at": "2025-10-05 08:00"},
        {"received_at": "2025-10-01 08:00", "finished_at": "2025-10-05 08:00", "status": "withdrawn"},
        {"received_at": "2025-12-14 08:00", "finished_at": "2025-12-20 08:00"},
    ]
    figures = {
        name: count(catalogue, f"dossiers_{name}_count", *rows)
        for name in ("carried_over", "received", "resolved", "withdrawn", "pending")
    }
    assert figures == {"carried_over": 2, "received": 3, "resolved": 2, "withdrawn": 1, "pending": 2}


def test_confidential_documents_are_in_neither_part_of_the_ratio(catalogue: Catalogue) -> None:
    rows = [
        {},
        {"form_of_sending": "both"},
        {"is_signed": False},
        {"is_signed": None},
        {"confidentiality": "confidential"},
        {"direction": "incoming"},
    ]
    assert count(catalogue, "documents_outgoing_count", *rows) == 4
    assert count(catalogue, "documents_electronic_count", *rows) == 1


def test_payment_on_the_national_portal_alone_and_on_either_portal(catalogue: Catalogue) -> None:
    rows = [
        {"has_fee": True, "payment_gateway": "national"},
        {"has_fee": True, "payment_gateway": "provincial"},
        {"has_fee": True, "payment_gateway": "none"},
        {"has_fee": False, "payment_gateway": "national"},
    ]
    assert count(catalogue, "procedures_fee_count", *rows) == 3
    assert count(catalogue, "procedures_payment_national_count", *rows) == 1
    assert count(catalogue, "procedures_payment_any_count", *rows) == 2


def test_every_step_of_a_count_says_how_many_records_it_left(catalogue: Catalogue) -> None:
    definition = catalogue.indicator("dossiers_full_online_count").count
    assert definition is not None
    frames = table("dossiers", {}, {"channel": "postal"}, {"received_at": "2026-01-01 08:00"})
    steps = count_records(definition, frames, Q4)[1]
    assert [(step.left_count, step.step.split(":")[0].split(" (")[0]) for step in steps] == [
        (3, "hồ sơ trong dữ liệu nguồn"),
        (2, "ngày tiếp nhận"),
        (2, "mức dịch vụ"),
        (1, "kênh nộp"),
        (1, "trạng thái"),
    ]


def test_a_procedure_eligible_for_level_4_and_offered_at_3_is_in_row_6_1_1_too(catalogue: Catalogue) -> None:
    """40 eligible for 3 and offered there, 13 eligible for 4 and still at 3, 7 at 4, 5 at 4 but eligible for 3 only."""
    kinds = [("partial", "partial", 40), ("partial", "full", 13), ("full", "full", 7), ("full", "partial", 5)]
    rows = [
        {"service_level": offered, "eligible_level": eligible}
        for offered, eligible, times in kinds
        for _ in range(times)
    ]
    eligible, offered = (count(catalogue, f"procedures_level_3{name}_count", *rows) for name in ("_eligible", ""))
    assert (eligible, offered) == (53, 53)
    assert count(catalogue, "procedures_level_4_eligible_count", *rows) == 20
