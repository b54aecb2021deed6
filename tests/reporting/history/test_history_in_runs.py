"""History in whole runs: taken from the store as known then, kept with the vintage, the same in a replay."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from baocao.domain import CheckResult, FilledForm, Observation, Outcome
from baocao.store import FormKey, Store, VintageKey
from reporting.history.rerunning import PAYLOADS, rerun
from reporting.workspace import Workspace
from tests.reporting.conftest import NOW, UNIT, Office, form_key, plan_of

LATER = timedelta(days=30)


def history_of(store: Store, key: VintageKey) -> dict[str, list[CheckResult]]:
    found: dict[str, list[CheckResult]] = {}
    for result in store.contents.check_results(key):
        if result.check.startswith("history."):
            found.setdefault(result.check, []).append(result)
    return found


def without_breaks(office: Office) -> None:
    """The unit has always been there, and nothing interrupts its series."""
    office.change_config("units.yaml", "    valid_from: 2025-07-01\n", "")
    path = office.config_dir / "checks.yaml"
    path.write_text("history: {shrunk: {at_least: 0, at_least_pct: 0}}\n", encoding="utf-8")


def keep_quarter(workspace: Workspace, unit: str, code: str, factor: int, before_days: int) -> None:
    """Give the unit an earlier quarter: this one's figures, multiplied."""
    latest = workspace.store.vintages.find_latest(form_key(workspace))
    assert latest is not None
    period = latest.key.period.predecessor
    now = NOW - timedelta(days=before_days)
    key = FormKey(unit, latest.key.form_code, period)
    with workspace.store.leases.hold(key) as lease:
        opened = workspace.store.vintages.open(lease, opened_at=now, code_version="1", config_hash="")
        figures = workspace.store.contents.observations(latest.key)
        form = workspace.store.contents.filled_form(latest.key)
        workspace.store.vintages.finish(
            opened,
            observations=[_earlier(one, key, factor if one.indicator_code == code else 1) for one in figures],
            filled_form=_form(form, key),
            check_results=[],
            known_at=now,
            exit_code=0,
        )


def _earlier(one: Observation, key: FormKey, factor: int) -> Observation:
    value = None if one.value is None else one.value * Decimal(factor)
    return replace(one, unit_code=key.unit_code, period=key.period, value=value)


def _form(form: FilledForm, key: FormKey) -> FilledForm:
    return replace(form, unit_code=key.unit_code, period=key.period)


def test_a_new_unit_is_told_once_per_check_why_it_has_no_history(made: Office) -> None:
    with made.open() as workspace:
        found = history_of(workspace.store, VintageKey(UNIT, "2025-bieu-mau-7", plan_of(workspace).period, 1))
    assert {result.outcome for results in found.values() for result in results} == {Outcome.NOT_EVALUABLE}
    assert {result.reason for results in found.values() for result in results} == {
        "UBND đặc khu Sao Mẫu thành lập ngày 01/07/2025"
    }
    assert {len(results) for results in found.values()} == {1}


def test_a_stock_that_shrank_since_the_last_quarter_is_found_in_a_run_and_again_in_a_replay(made: Office) -> None:
    without_breaks(made)
    with made.open(NOW + LATER) as workspace:
        keep_quarter(workspace, UNIT, "procedures_full_count", 2, before_days=90)
        first = rerun(workspace, plan_of(workspace), PAYLOADS).result
        found = history_of(workspace.store, first.vintage)
        fallen = [result for result in found["history.stock_shrank"] if result.outcome is Outcome.FAIL]
        assert [result.cells for result in fallen] == [("4.1.2",)]
        assert all(result.outcome is Outcome.PASS for result in found["history.stock_shrank"] if result not in fallen)
        keep_quarter(workspace, UNIT, "procedures_full_count", 7, before_days=-1)
        keep_quarter(workspace, "xa", "procedures_full_count", 5, before_days=-1)
        again = rerun(workspace, plan_of(workspace), PAYLOADS, number=first.vintage.vintage).result
        assert workspace.store.contents.check_results(again.vintage) == workspace.store.contents.check_results(
            first.vintage
        )


def test_what_was_carried_over_is_compared_with_what_was_pending_in_the_quarter_before(made: Office) -> None:
    without_breaks(made)
    with made.open(NOW + LATER) as workspace:
        keep_quarter(workspace, UNIT, "dossiers_pending_count", 3, before_days=90)
        done = rerun(workspace, plan_of(workspace), PAYLOADS).result
        (carried,) = [
            r for r in workspace.store.contents.check_results(done.vintage) if r.check == "balance.carried_over"
        ]
    assert carried.outcome is Outcome.FAIL
    assert "Quý III năm 2025" in carried.message_vi
