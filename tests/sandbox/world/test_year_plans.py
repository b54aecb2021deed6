"""A province over three years: its units and their merger, what is known when, and the configuration that goes with it."""

from datetime import date, datetime, timedelta

import pytest
import requests

from sandbox.server import start
from sandbox.world.data_sets import UnknownDataSetError, data_set
from sandbox.world.periods import ZONE, morning_after, window
from sandbox.world.truth import true_cells, true_figures
from tests.sandbox.naive_clients import OneStop, Portal

YEARS = data_set("years")
MONTH = timedelta(days=30)


def test_ten_units_report_at_any_time_and_two_of_them_merge():
    assert {len(YEARS.units_reporting(period)) for period in YEARS.period_codes} == {10}
    before, after = (set(YEARS.units_reporting(period)) for period in ("2025-Q2", "2025-Q3"))
    assert (before - after, after - before) == ({"xa", "xa-gio"}, {"xa-an-gio", "dac-khu"})
    assert YEARS.unit("xa-an-gio").predecessors == ("xa", "xa-gio")


def test_every_settled_figure_of_every_unit_and_period_is_the_planned_one():
    for period in YEARS.period_codes:
        for unit in YEARS.unit_codes:
            figures = true_figures("years", unit, period)
            inflow = figures["dossiers_carried_over_count"] + figures["dossiers_received_count"]
            assert inflow == sum(figures[f"dossiers_{name}_count"] for name in ("resolved", "withdrawn", "pending"))


@pytest.mark.parametrize("unit", ["don-vi-01", "don-vi-08", "xa-an-gio"])
def test_a_year_has_the_dossiers_of_its_quarters(unit):
    quarters = [true_figures("years", unit, f"2026-Q{number}")["dossiers_received_count"] for number in (1, 2, 3, 4)]
    assert true_figures("years", unit, "2026")["dossiers_received_count"] == sum(quarters)
    assert all(60 <= count <= 150 for count in quarters)


@pytest.mark.parametrize("period", ["2024-Q1", "2025-Q1", "2025-Q4", "2026-Q3"])
def test_dossiers_keyed_in_late_are_unknown_on_the_morning_after_and_there_a_month_later(period):
    morning = morning_after(period)
    for unit in YEARS.units_reporting(period):
        then, later = (
            true_figures("years", unit, period, at)["dossiers_received_count"] for at in (morning, morning + MONTH)
        )
        assert 2 <= later - then <= 4


def test_the_catalogue_of_the_cut_off_is_not_that_of_a_year_later():
    morning = morning_after("2024-Q1")
    then, later = (true_figures("years", "xa", "2024-Q1", at) for at in (morning, morning + 12 * MONTH))
    assert later["procedures_online_count"] == then["procedures_online_count"] + 2
    kept = true_figures("years", "xa", "2024-Q1", morning + 12 * MONTH, stocks_at_cut_off=True)
    assert kept["procedures_online_count"] == then["procedures_online_count"]


def test_the_older_form_counts_levels_4_and_3_where_the_newer_has_full_and_partial():
    figures = true_figures("years", "xa", "2024-Q4")
    assert figures["procedures_level_4_count"] == figures["procedures_full_count"] > 0
    assert figures["procedures_with_online_dossier_count"] == sum(
        figures[f"procedures_level_{level}_online_dossier_count"] for level in (3, 4)
    )
    assert true_cells("years", "xa", "2024-phu-luc-8", "2024-Q4")["6.2.3"] != "0"


def test_the_merged_unit_has_its_predecessors_fortnight_only_when_asked_with_them():
    alone = true_figures("years", "xa-an-gio", "2025-Q3")["dossiers_received_count"]
    together = true_figures("years", "xa-an-gio", "2025-Q3", with_predecessors=True)["dossiers_received_count"]
    before = [true_figures("years", unit, "2025-Q3")["dossiers_received_count"] for unit in ("xa", "xa-gio")]
    assert together == alone + sum(before) > alone > 0
    pending = true_figures("years", "xa", "2025-Q3", datetime(2025, 7, 1, tzinfo=ZONE))["dossiers_pending_count"]
    assert pending == 0


def test_the_clock_moves_what_the_systems_tell():
    with start("years:3", now=morning_after("2024-Q1")) as running:
        one_stop, portal = OneStop(running.url), Portal(running.url)
        for client in (one_stop, portal):
            client.log_in()
        before = one_stop.get(spec="page").json()["totalElements"], len(portal.call().json()["result"])
        running.move_clock(morning_after("2024-Q4"))
        after = one_stop.get(spec="page").json()["totalElements"], len(portal.call().json()["result"])
        assert after[0] > before[0]
        assert after[1] == before[1] + 2
        told = requests.post(
            f"{running.url}/_sandbox/clock", json={"now": "2024-03-15T07:00:00+07:00"}, timeout=600
        ).json()
        assert told["now"] == running.now.isoformat() == "2024-03-15T07:00:00+07:00"
        assert one_stop.get(spec="page").json()["totalElements"] == before[0]
        truth = requests.get(f"{running.url}/_sandbox/truth?unit=xa&period=2024-Q1", timeout=600).json()
        known = true_figures("years:3", "xa", "2024-Q1", morning_after("2024-Q1"))
        assert truth["dossiers_received_count"] == str(known["dossiers_received_count"])
        for wrong in ("tomorrow", "2024-03-15T07:00:00"):
            assert requests.post(f"{running.url}/_sandbox/clock", json={"now": wrong}, timeout=600).status_code == 400


def test_a_unit_s_dossiers_carry_its_old_code_before_the_merger_and_its_new_one_after():
    with start("years:3") as running:
        client = OneStop(running.url)
        client.log_in()
        agency = YEARS.unit("don-vi-01").agency_key
        days = {"accepted-from": "2025-06-01T00:00:00.000Z", "accepted-to": "2025-07-31T00:00:00.000Z"}
        rows = client.get(**{"ancestor-agency-id": agency, "size": 500} | days).json()["content"]
    codes = {row["code"].rsplit("-", 2)[0]: row["appliedDate"] for row in sorted(rows, key=lambda r: r["appliedDate"])}
    assert set(codes) == {"000.41.25.H98", "H98.61"}
    assert codes["000.41.25.H98"] < "2025-06-30T17" <= codes["H98.61"]


@pytest.mark.parametrize("units", [2, 33])
def test_too_few_or_too_many_units_are_refused(units):
    with pytest.raises(UnknownDataSetError, match=r"years:UNITS \(3 to 32\)"):
        data_set(f"years:{units}")


def test_periods_are_within_the_three_years():
    days = [day for period in YEARS.period_codes for day in window(period)]
    assert (min(days), max(days)) == (date(2023, 12, 15), date(2026, 12, 14))


def test_in_the_quiet_province_only_one_unit_keys_late_once():
    later = {
        (unit, period)
        for period in ("2025-Q1", "2025-Q2", "2025-Q3", "2026-Q1")
        for unit in data_set("quiet:4").units_reporting(period)
        if true_figures("quiet:4", unit, period, morning_after(period))
        != true_figures("quiet:4", unit, period, morning_after(period) + timedelta(days=30))
    }
    assert later == {("don-vi-01", "2025-Q2")}
