"""Incidents over time and over several reports: what each report said stays, and nothing older changes it."""

from dataclasses import replace
from datetime import date, timedelta

from baocao.catalogue import Catalogue
from baocao.domain import Severity
from baocao.incidents import EventKind, Scope, acknowledge, escalate, fold
from tests.reporting.alerting.samples import DUE_ON, SCOPE, at, cause, incident, number, opened, sight

OTHER = Scope("xa-a", "2025-bieu-mau-7", SCOPE.period)


def test_a_look_at_an_earlier_day_neither_mends_nor_changes_what_is_known() -> None:
    known = opened(cause(), when=at(16))
    assert fold(known, sight(when=at(15))) == ()
    (seen,) = fold(known, sight(cause(cells=("4.2", "4.3"), why_vi="khác"), when=at(15)))
    assert (seen.incident, seen.event) == (known[0], None)


def test_an_incident_is_as_grave_as_the_gravest_of_its_reports() -> None:
    known = opened(cause(), when=at(15))
    (seen,) = fold(known, sight(cause(severity=Severity.WARNING), scope=OTHER, when=at(16)))
    assert seen.incident.severity is Severity.CRITICAL
    assert {claim.scope: claim.severity for claim in seen.incident.claims} == {
        SCOPE: Severity.CRITICAL, OTHER: Severity.WARNING,
    }  # fmt: skip


def test_what_one_report_cannot_see_the_others_still_say() -> None:
    (both,) = fold(opened(cause()), sight(cause(cells=("4.4",)), scope=OTHER, when=at(16)))
    (seen,) = fold([both.incident], sight(when=at(17), unclear=frozenset({"form.ratio_matches 4.2"})))
    assert {claim.scope: claim.is_unclear for claim in seen.incident.claims} == {SCOPE: True, OTHER: False}
    assert set(seen.incident.cells) == {"4.2", "4.4"}


def test_a_cause_hides_behind_its_dead_source_and_behind_its_unclear_check() -> None:
    known = [replace(one, system="one_stop") for one in opened(cause())]
    for hidden in ({"unread": frozenset({"one_stop"})}, {"unclear": frozenset({"form.ratio_matches 4.2"})}):
        (seen,) = fold(known, sight(when=at(16), **hidden))
        assert seen.incident.is_open, hidden


def test_a_cause_known_to_be_older_began_then() -> None:
    (new,) = fold([], sight(cause(began_at=at(14, "00:30")), when=at(15)))
    assert (new.incident.opened_at, new.incident.last_seen_at) == (at(14, "00:30"), at(15))


def test_the_units_of_an_earlier_report_stay_concerned() -> None:
    (seen,) = fold(opened(cause(units=("dac-khu", "xa-a"))), sight(cause(units=("dac-khu", "xa-b")), when=at(16)))
    assert seen.incident.units == ("dac-khu", "xa-a", "xa-b")
    assert seen.event is not None
    assert (seen.event.kind, seen.event.detail_vi) == (EventKind.WORSENED, "thêm đơn vị: xa-b")


def test_less_grave_is_eased_with_its_words_and_told_to_nobody() -> None:
    (seen,) = fold(opened(cause()), sight(cause(severity=Severity.WARNING), when=at(16)))
    assert seen.event is not None
    assert (seen.event.kind, seen.event.detail_vi) == (EventKind.EASED, "mức độ giảm còn cảnh báo")


def test_taking_an_incident_on_twice_in_the_same_words_is_once() -> None:
    first = acknowledge(incident(), "lan", at(15), date(2025, 12, 20), "gọi nhà cung cấp")
    assert acknowledge(first.incident, "lan", at(16), date(2025, 12, 20), "gọi nhà cung cấp").event is None
    for other in (
        ("minh", date(2025, 12, 20), "gọi nhà cung cấp"),
        ("lan", date(2025, 12, 21), ""),
        ("lan", date(2025, 12, 20), ""),
    ):
        by, until, note = other
        assert acknowledge(first.incident, by, at(16), until, note).event is not None


def test_a_due_day_that_moves_away_is_not_told(catalogue: Catalogue) -> None:
    near = incident(escalated_to=1)
    later = replace(near, claims=tuple(replace(claim, due_on=DUE_ON + timedelta(days=1)) for claim in near.claims))
    assert list(escalate([later], lambda _: (3, 1), at(16), catalogue.calendar.working_days_between)) == []


def test_the_nearest_due_day_of_its_reports_counts() -> None:
    (both,) = number(fold(opened(cause()), sight(cause(), scope=OTHER, when=at(16), due_on=date(2026, 1, 5))))
    assert both.due_on == DUE_ON
