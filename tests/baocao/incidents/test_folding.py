"""What a report means for the open incidents: new, worse, still there, eased, gone, or not to be seen."""

from collections import Counter
from dataclasses import replace

import pytest

from baocao.domain import Period, Severity
from baocao.incidents import CauseKind, Claim, EventKind, IncidentChange, Scope, fold
from tests.reporting.alerting.samples import DUE_ON, SCOPE, at, cause, opened, sight

SOURCE = cause(
    "source/one_stop_igate", kind=CauseKind.SOURCE, units=("dac-khu", "xa-a", "xa-b"), cells=("4.2", "4.3"),
    checks=("form.not_collected 4.2",), system="one_stop", variant="SourceUnavailableError",
)  # fmt: skip
OTHER = Scope("xa-a", "2025-bieu-mau-7", SCOPE.period)
NEXT_PERIOD = Scope("dac-khu", "2025-bieu-mau-7", Period.parse("2026-Q1"))


def groups(changes: tuple[IncidentChange, ...]) -> dict[str, int]:
    return dict(Counter(change.group for change in changes))


def of_group(group: str, changes: tuple[IncidentChange, ...]) -> IncidentChange:
    (change,) = [change for change in changes if change.group == group]
    return change


TABLE = [
    ("nothing before, one cause", [], [cause()], {}, {"new": 1}),
    ("the same again", [cause()], [cause()], {}, {"still": 1}),
    ("gone", [cause()], [], {}, {"fixed": 1}),
    ("another besides", [cause()], [cause(), cause("b")], {}, {"still": 1, "new": 1}),
    ("another instead", [cause()], [cause("b")], {}, {"fixed": 1, "new": 1}),
    ("more cells", [cause()], [cause(cells=("4.2", "4.3"))], {}, {"worse": 1}),
    ("fewer cells", [cause(cells=("4.2", "4.3"))], [cause()], {}, {"eased": 1}),
    ("other words for the same", [cause()], [cause(why_vi="Ô 4.2 ghi 84,1%.")], {}, {"still": 1}),
    ("graver", [cause(severity=Severity.WARNING)], [cause()], {}, {"worse": 1}),
    ("less grave", [cause()], [cause(severity=Severity.WARNING)], {}, {"eased": 1}),
    ("refusing instead of down", [SOURCE], [replace(SOURCE, variant="SourceRejectedError")], {}, {"worse": 1}),
    ("another unit uses the source", [SOURCE], [replace(SOURCE, units=("dac-khu", "xa-c"))], {}, {"worse": 1}),
    ("its check cannot be evaluated", [cause()], [], {"unclear": frozenset({"form.ratio_matches 4.2"})}, {"unclear": 1}),
    ("another check cannot be evaluated", [cause()], [], {"unclear": frozenset({"form.blank 1"})}, {"fixed": 1}),
    ("its system was not read", [replace(cause(), system="one_stop")], [SOURCE], {"unread": frozenset({"one_stop"})},
     {"new": 1, "unclear": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "before", "now", "changed", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_a_report_is_folded_into_the_open_incidents(what, before, now, changed, expected) -> None:
    assert groups(fold(opened(*before), sight(*now, when=at(16), **changed))) == expected


def test_a_re_run_is_no_event() -> None:
    folded = fold(opened(cause(), SOURCE), sight(cause(), SOURCE, when=at(16)))
    assert [change.event for change in folded] == [None, None]
    assert {change.incident.last_seen_at for change in folded} == {at(16)}


def test_one_dead_source_is_one_incident_for_all_units_that_use_it() -> None:
    first = opened(SOURCE)
    folded = fold(first, sight(SOURCE, scope=OTHER, when=at(15, "08:00")))
    (change,) = folded
    assert (groups(folded), change.event) == ({"still": 1}, None)
    assert {claim.scope.unit_code for claim in change.incident.claims} == {"dac-khu", "xa-a"}


def test_it_recovers_when_the_last_report_has_its_figures() -> None:
    both = [of_group("still", fold(opened(SOURCE), sight(SOURCE, scope=OTHER))).incident]
    one_left = fold(both, sight(when=at(16)))
    assert groups(one_left) == {"eased": 1}
    assert of_group("eased", one_left).incident.is_open
    done = fold([of_group("eased", one_left).incident], sight(scope=OTHER, when=at(17)))
    assert of_group("fixed", done).event.kind is EventKind.RECOVERED
    assert of_group("fixed", done).incident.recovered_at == at(17)


def test_a_report_says_nothing_about_incidents_of_others() -> None:
    assert fold(opened(cause(), scope=OTHER), sight()) == ()


def test_the_report_of_the_next_period_is_told_again() -> None:
    later = sight(SOURCE, scope=NEXT_PERIOD, when=at(16), due_on=DUE_ON.replace(year=2026, month=3))
    assert groups(fold(opened(SOURCE), later)) == {"worse": 1}
    half_year = Scope("dac-khu", "2025-bieu-mau-7", Period.parse("2025-H2"))
    assert groups(fold(opened(SOURCE), sight(SOURCE, scope=half_year))) == {"still": 1}


def test_what_was_hidden_and_is_there_again_is_not_news() -> None:
    hidden = fold(opened(replace(cause(), system="one_stop")), sight(unread=frozenset({"one_stop"})))
    assert hidden[0].incident.is_unclear
    again = fold([hidden[0].incident], sight(replace(cause(), system="one_stop"), when=at(17)))
    assert groups(again) == {"still": 1}
    assert not again[0].incident.is_unclear


def test_an_incident_blocks_the_cells_of_all_its_reports_and_is_due_with_the_first() -> None:
    (one,) = opened(SOURCE)
    more = Claim(NEXT_PERIOD, Severity.CRITICAL, DUE_ON.replace(year=2026), at(15), ("4.3", "4.4"))
    both = replace(one, claims=(*one.claims, more))
    assert both.cells == ("4.2", "4.3", "4.4")
    assert both.due_on == DUE_ON
