"""The figures are what was planned, and the generated world carries them."""

import hashlib
import os
import subprocess
import sys
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from sandbox.systems.igate_rows import write_row
from sandbox.world import truth
from sandbox.world.data_sets import DATA_SETS, UnknownDataSetError, data_set
from sandbox.world.generate import build_ledger
from sandbox.world.ledger import PLANTED_PATTERNS, Status, invent_person
from sandbox.world.periods import ZONE, window
from sandbox.world.truth import TruthError, true_cells, true_figures

DAC_KHU = {
    "documents_outgoing_count": 1240,
    "documents_electronic_count": 1178,
    "procedures_full_eligible_count": 98,
    "procedures_full_count": 98,
    "procedures_with_dossier_count": 63,
    "procedures_with_online_dossier_count": 53,
    "dossiers_full_count": 16_736,
    "dossiers_full_online_count": 9_530,
    "dossiers_partial_count": 6_681,
    "dossiers_partial_online_count": 2_809,
    "procedures_fee_count": 87,
    "procedures_payment_national_count": 74,
    "procedures_payment_any_count": 80,
}
XA = {
    "procedures_level_3_eligible_count": 28,
    "procedures_level_3_count": 28,
    "procedures_level_3_online_dossier_count": 19,
    "procedures_level_4_eligible_count": 70,
    "procedures_level_4_count": 70,
    "procedures_level_4_online_dossier_count": 5,
    "procedures_online_count": 98,
    "procedures_published_national_count": 98,
    "dossiers_received_count": 484,
    "dossiers_online_count": 310,
    "procedures_fee_count": 91,
    "procedures_payment_any_count": 91,
    "documents_outgoing_count": 212,
    "documents_electronic_count": 212,
}
SETTLED = [
    ("dac-khu-2025", "dac-khu", "2025-Q3"),
    ("dac-khu-2025", "dac-khu", "2025-Q4"),
    ("dac-khu-2025", "dac-khu", "2025"),
    ("dac-khu-2025", "dac-khu", "2026-Q1"),
    ("xa-2024", "xa", "2023-Q4"),
    ("xa-2024", "xa", "2024-Q1"),
    ("tiny", "dac-khu", "2025-Q4"),
    ("size:777", "dac-khu", "2025-Q4"),
    ("size:777", "dac-khu", "2025"),
]


@pytest.mark.parametrize(
    ("name", "unit", "period", "expected"),
    [("dac-khu-2025", "dac-khu", "2025-Q4", DAC_KHU), ("xa-2024", "xa", "2024-Q1", XA)],
)
def test_the_figures_are_those_of_the_two_real_forms(name, unit, period, expected):
    figures = true_figures(name, unit, period)
    assert {code: figures[code] for code in expected} == expected


def test_the_2025_form_shows_ratios_rounded_half_up_and_blanks_for_other_tiers():
    cells = true_cells("dac-khu-2025", "dac-khu", "2025-bieu-mau-7", "2025-Q4")
    assert (cells["4.2"], cells["4.3"], cells["4.4"], cells["4.1"]) == ("84,13", "56,94", "42,04", "100,00")
    assert (cells["4.3.1"], cells["4.4.1"], cells["4.5"], cells["3.2"]) == ("16.736", "6.681", "85,06", "95,00")
    assert (cells["3.1.1"], cells["3.1.2"], cells["3.2.1"], cells["4"]) == ("", "", "", "")
    assert (cells["1"], cells["2"], cells["3.2.2"]) == ("1", "100,00", "95,00")


def test_the_2024_form_counts_procedures_where_the_real_one_counted_dossiers():
    cells = true_cells("xa-2024", "xa", "2024-phu-luc-8", "2024-Q1")
    assert (cells["6.1.3"], cells["6.4"], cells["6.4.1"], cells["5.2.3"]) == ("19", "64,05", "484", "100,00")


def test_procedures_over_a_year_are_neither_the_sum_nor_the_largest_of_its_quarters():
    year, third, fourth = (true_figures("dac-khu-2025", "dac-khu", p) for p in ("2025", "2025-Q3", "2025-Q4"))
    for code, expected in (("procedures_with_dossier_count", 71), ("procedures_with_online_dossier_count", 60)):
        assert year[code] == expected
        assert max(third[code], fourth[code]) < year[code] < third[code] + fourth[code]
    assert year["dossiers_full_count"] == third["dossiers_full_count"] + fourth["dossiers_full_count"]


def test_a_half_year_before_the_unit_existed_has_no_dossier_and_no_ratio():
    figures = true_figures("dac-khu-2025", "dac-khu", "2025-H1")
    assert all(value == 0 for code, value in figures.items() if code.startswith(("dossiers_", "documents_")))
    assert true_cells("dac-khu-2025", "dac-khu", "2025-bieu-mau-7", "2025-H1")["4.3"] == "Không phát sinh"


@pytest.mark.parametrize(("name", "unit", "period"), SETTLED)
def test_carried_over_and_received_equal_resolved_withdrawn_and_pending(name, unit, period):
    figures = {code: int(value) for code, value in true_figures(name, unit, period).items()}
    inflow = figures["dossiers_carried_over_count"] + figures["dossiers_received_count"]
    outflow = [figures[f"dossiers_{name}_count"] for name in ("resolved", "withdrawn", "pending")]
    assert inflow == sum(outflow)
    channels = [figures[f"dossiers_{name}_count"] for name in ("online", "in_person", "postal")]
    assert sum(channels) == figures["dossiers_received_count"]


def test_dossiers_entered_late_show_only_to_a_later_clock():
    later = data_set("dac-khu-2025").now + timedelta(days=30)
    before = true_figures("dac-khu-2025", "dac-khu", "2025-Q4")
    after = true_figures("dac-khu-2025", "dac-khu", "2025-Q4", later)
    assert after["dossiers_received_count"] - before["dossiers_received_count"] == 34
    assert after["dossiers_online_count"] == before["dossiers_online_count"]


def test_the_catalogue_of_the_cut_off_differs_from_today_s_when_a_level_has_changed():
    now = true_figures("dac-khu-2025", "dac-khu", "2025-Q3")
    then = true_figures("dac-khu-2025", "dac-khu", "2025-Q3", stocks_at_cut_off=True)
    assert (now["procedures_full_count"], then["procedures_full_count"]) == (98, 97)
    asked_then = true_figures("dac-khu-2025", "dac-khu", "2025-Q3", datetime(2025, 9, 15, 7, tzinfo=ZONE))
    assert asked_then["procedures_full_count"] == 97


def test_one_procedure_has_dossiers_at_both_levels_on_either_side_of_its_change():
    days = {}
    for dossier in data_set("dac-khu-2025").ledger.dossiers["dac-khu"]:
        if len(dossier.procedure.levels) > 1 and dossier.status_at(2**40) not in (Status.REGISTERED, Status.REFUSED):
            days.setdefault(dossier.level, []).append(dossier.received_at)
    change = datetime(2025, 11, 1, tzinfo=ZONE).timestamp()
    assert max(days["partial"]) < change <= min(days["full"])


@pytest.mark.parametrize("dossiers", [0, 1, 49, 50, 1000])
def test_a_set_of_any_size_has_exactly_so_many_dossiers(dossiers):
    assert true_figures(f"size:{dossiers}", "dac-khu", "2025-Q4")["dossiers_received_count"] == dossiers


def test_the_units_of_a_province_share_its_dossiers():
    chosen = data_set("province:12x3000")
    counts = [true_figures(chosen.name, u, "2025-Q4")["dossiers_received_count"] for u in chosen.unit_codes]
    assert (len(counts), sum(counts)) == (12, Decimal(3000))
    assert counts[0] > counts[-1] > 0


def test_rows_that_do_not_carry_the_plan_are_noticed(monkeypatch):
    monkeypatch.setattr(truth, "planned_figures", lambda *_: {"dossiers_received_count": 61})
    truth._figures.cache_clear()
    with pytest.raises(TruthError, match="dossiers_received_count"):
        true_figures("tiny", "dac-khu", "2025-Q4")


def test_data_include_what_real_data_include():
    dossiers = data_set("dac-khu-2025").ledger.dossiers["dac-khu"]
    assert {d.ending for d in dossiers} >= {Status.WITHDRAWN, Status.STOPPED, Status.REFUSED, Status.DONE}
    assert any(d.channel is None for d in dossiers)
    assert any(d.accepted_at is None and d.open_status is not Status.REGISTERED for d in dossiers)
    assert any(d.open_status is Status.REGISTERED and d.ending is None for d in dossiers)
    assert any(d.entered_at > d.received_at + 7 * 86_400 for d in dossiers)


def test_the_same_data_set_is_generated_twice():
    first, second = (build_ledger(data_set("tiny").plan) for _ in range(2))
    assert first == second


def test_generation_does_not_depend_on_the_process():
    code = (
        "from sandbox.world.data_sets import data_set; from sandbox.systems.igate_rows import write_row;"
        "import hashlib; d = data_set('tiny'); n = int(d.now.timestamp());"
        "print(hashlib.sha256(b''.join(write_row(x, n) for x in d.ledger.dossiers['dac-khu'])).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "12345", "TZ": "America/New_York"}
    printed = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    chosen = data_set("tiny")
    now = int(chosen.now.timestamp())
    rows = b"".join(write_row(dossier, now) for dossier in chosen.ledger.dossiers["dac-khu"])
    assert printed.stdout.strip() == hashlib.sha256(rows).hexdigest()


def test_every_planted_person_can_be_recognised():
    for sequence in (1, 4_711, 319_999, 1_234_567):
        person = invent_person(sequence)
        for field in ("identity_number", "phone", "email", "address"):
            assert PLANTED_PATTERNS[field].search(getattr(person, field))
        assert PLANTED_PATTERNS["name"].search(person.full_name)


def test_an_unknown_data_set_unit_or_form_names_those_there_are():
    with pytest.raises(UnknownDataSetError, match=r"dac-khu-2025.*size:"):
        data_set("dac-khu-2026")
    with pytest.raises(LookupError, match="dac-khu"):
        true_figures("tiny", "xa", "2025-Q4")
    with pytest.raises(LookupError, match="2025-bieu-mau-7"):
        true_cells("tiny", "dac-khu", "2023", "2025-Q4")
    with pytest.raises(ValueError, match="2025-Q5"):
        true_figures("tiny", "dac-khu", "2025-Q5")


def test_windows_run_from_the_15th_to_the_14th():
    assert [f"{a} {b}" for a, b in map(window, ("2025-Q4", "2024-Q1", "2025-H1", "2025-9M", "2025"))] == [
        "2025-09-15 2025-12-14",
        "2023-12-15 2024-03-14",
        "2024-12-15 2025-06-14",
        "2024-12-15 2025-09-14",
        "2024-12-15 2025-12-14",
    ]


def test_named_data_sets_say_what_to_demonstrate():
    told = {name: (chosen.unit_code, chosen.period_code) for name, chosen in DATA_SETS.items()}
    assert told == {
        "dac-khu-2025": ("dac-khu", "2025-Q4"),
        "xa-2024": ("xa", "2024-Q1"),
        "tiny": ("dac-khu", "2025-Q4"),
        "years": ("don-vi-01", "2026-Q4"),
    }
