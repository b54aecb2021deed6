"""Figures no system holds, as people of the invented province type them in."""

from collections.abc import Mapping
from datetime import date

from sandbox.world.data_sets import data_set as find_data_set
from sandbox.world.periods import window
from sandbox.world.units import MERGED_ON

_REPORTS_DUE = {"Q": 9, "H": 18, "9": 27, "": 36}
_ARCHITECTURE_SINCE = date(2025, 3, 1)
# Those of the demonstration, which stand in the shipped configuration.
_NAMED: Mapping[tuple[str, str], Mapping[str, int]] = {
    ("dac-khu", "2025-Q4"): {
        "architecture_updated_code": 1,
        "periodic_reports_due_count": 12,
        "periodic_reports_sent_count": 12,
    },
    ("xa", "2024-Q1"): {
        "architecture_updated_code": 0,
        "video_conference_code": 2,
        "lgsp_code": 2,
        "periodic_reports_due_count": 9,
        "periodic_reports_sent_count": 9,
        "communes_count": 1,
        "communes_connected_district_count": 1,
        "communes_one_stop_count": 1,
    },
}


def typed_figures(data_set: str, unit_code: str, period_code: str) -> dict[str, int]:
    """By indicator; none where nobody gave any."""
    if not find_data_set(data_set).plan.both_eras:
        return dict(_NAMED.get((unit_code, period_code), {}))
    last_on = window(period_code)[1]
    due = _REPORTS_DUE[period_code[5:6]]
    late = (len(unit_code) + last_on.toordinal()) % 3
    figures = {
        "architecture_updated_code": int(last_on >= _ARCHITECTURE_SINCE),
        "periodic_reports_due_count": due,
        "periodic_reports_sent_count": due - late,
    }
    return figures if last_on >= MERGED_ON else figures | _of_the_older_form(last_on)


def _of_the_older_form(last_on: date) -> dict[str, int]:
    return {
        "video_conference_code": 2,
        "lgsp_code": 1 + int(last_on >= _ARCHITECTURE_SINCE),
        "communes_count": 1,
        "communes_connected_district_count": 1,
        "communes_one_stop_count": 1,
    }
