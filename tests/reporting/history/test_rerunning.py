"""A period made again: the same from the same, and each difference with its cause."""

from datetime import timedelta
from typing import Any

import pytest

from reporting.differences.causes import DifferenceCauseKind
from reporting.differences.late import find_late
from reporting.history.rerunning import PAYLOADS, SOURCES, Rerun, rerun
from sandbox.server import RunningSandbox, start
from sandbox.world.data_sets import data_set
from tests.reporting.conftest import NOW, Office, form_key, plan_of
from tests.reporting.release.test_releasing import release

DATA_SET = "size:1500"
LATER = timedelta(days=30)


def causes(done: Rerun) -> dict[str, set[DifferenceCauseKind]]:
    return {one.cell.number: {cause.kind for cause in one.causes} for one in done.changed}


def shown(done: Rerun) -> dict[str, Any]:
    return {key: (cell.display, cell.status, cell.note) for key, cell in done.result.report.filled.cells.items()}


def test_a_replay_gives_the_very_same_figures_form_and_files_without_any_network(made: Office) -> None:
    """On another day, and with no source to ask: the address of the sandbox leads nowhere."""
    release(made)
    with made.open(NOW + LATER) as workspace:
        before = workspace.store.vintages.find_latest(form_key(workspace))
        assert before is not None
        done = rerun(workspace, plan_of(workspace), PAYLOADS)
        assert done.changed == ()
        assert done.other_files == ()
        assert {"form.docx", "form.pdf", "form.xlsx", "form.html", "form.json", "manifest.json"} <= set(done.same_files)
        assert workspace.store.contents.observations(done.result.vintage) == workspace.store.contents.observations(
            before.key
        )
        assert done.result.report.filled.known_at == NOW
        again = workspace.store.vintages.find(done.result.vintage)
        assert (again.key.vintage, again.replayed_from, again.known_at) == (2, 1, NOW + LATER)
        assert workspace.store.collections.list(done.result.vintage) == workspace.store.collections.list(before.key)


def test_a_replay_is_a_vintage_of_its_own_that_earlier_days_do_not_know(made: Office) -> None:
    with made.open(NOW + LATER) as workspace:
        rerun(workspace, plan_of(workspace), PAYLOADS)
        then = workspace.store.vintages.find_latest(form_key(workspace), NOW + timedelta(days=1))
        now = workspace.store.vintages.find_latest(form_key(workspace))
        assert then is not None
        assert now is not None
        assert (then.key.vintage, now.key.vintage) == (1, 2)


def test_a_changed_definition_is_named_as_the_cause(made: Office) -> None:
    was = "where: {service_level: [full], channel: [online], status: {not: [registered, refused]}}"
    made.change_config("indicators.yaml", was, was.replace("online", "in_person"))
    with made.open() as workspace:
        done = rerun(workspace, plan_of(workspace), PAYLOADS)
        assert causes(done) == {
            "4.3": {DifferenceCauseKind.CHANGED_DEFINITION},
            "4.3.2": {DifferenceCauseKind.CHANGED_DEFINITION},
        }
        said = done.changed[0].causes[0].text_vi
        assert "(dossiers_full_online_count) đã đổi: kênh nộp: trước “trực tuyến”, nay “trực tiếp”" in said


def test_a_changed_limit_of_a_check_is_told_as_it_was_and_as_it_is(made: Office) -> None:
    made.change_config("checks.yaml", "silent: {periods: 2, at_least: 5}", "silent: {periods: 3, at_least: 5}")
    with made.open() as workspace:
        done = rerun(workspace, plan_of(workspace), PAYLOADS)
    assert done.changed_limits == ("checks.yaml: history.silent.periods: trước “2”, nay “3”",)


def test_a_signed_correction_is_named_as_the_cause(made: Office) -> None:
    with made.open() as workspace:
        store = workspace.store
        latest = store.vintages.find_latest(form_key(workspace))
        assert latest is not None
        value = next(
            o.value for o in store.contents.observations(latest.key) if o.indicator_code == "dossiers_full_count"
        )
        assert value is not None
    path = made.config_dir / "corrections" / "dac-khu" / "2025-Q4.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "corrections:\n- indicator: dossiers_full_count\n"
        f"  expect: {value}\n  value: {value + 5}\n  reason: Năm hồ sơ nhập trùng mã\n"
        "  evidence: Biên bản ngày 20/12\n  signed_by: Văn phòng\n  signed_on: 2025-12-20\n",
        encoding="utf-8",
    )
    with made.open() as workspace:
        done = rerun(workspace, plan_of(workspace), PAYLOADS)
        assert causes(done)
        assert all(DifferenceCauseKind.CORRECTION in kinds for kinds in causes(done).values())
        assert "Năm hồ sơ nhập trùng mã" in done.changed[0].causes[0].text_vi


@pytest.fixture(scope="module")
def later_sandbox() -> Any:
    with start(DATA_SET, now=data_set(DATA_SET).now + LATER) as running:
        yield running


@pytest.fixture(scope="module")
def first_sandbox() -> Any:
    with start(DATA_SET) as running:
        yield running


def test_asked_again_a_month_later_late_records_are_told_and_stocks_are_not_asked(
    small_office: Office, first_sandbox: RunningSandbox, later_sandbox: RunningSandbox
) -> None:
    now = data_set(DATA_SET).now
    small_office.run(now, first_sandbox.url)
    with small_office.open(now + LATER, later_sandbox.url) as workspace:
        later_sandbox.requests.clear()
        done = rerun(workspace, plan_of(workspace), SOURCES)
        assert later_sandbox.requests.count("portal") == 0
        assert done.kept_stocks == ("Cổng Dịch vụ công quốc gia (kênh tích hợp)",)
        late = [cause for one in done.changed for cause in one.causes if cause.kind is DifferenceCauseKind.LATE_RECORDS]
        assert late
        assert all(cause.count == len(cause.codes) > 0 for cause in late)
        assert "vào hệ thống muộn" in late[0].text_vi
        assert DifferenceCauseKind.RECAPTURED_STOCK not in set().union(*causes(done).values())
        (lane,) = [one for one in done.late if one.kind == "dossiers"]
        assert {code for cause in late for code in cause.codes} <= set(lane.codes)
        assert lane.says.startswith(f"Làn đến muộn: {len(lane.codes)} hồ sơ vào hệ thống sau lần lập 1, đã tính")
        assert lane in find_late(workspace, done.result.vintage)
        assert find_late(workspace, done.reference) == ()


def test_stocks_asked_again_late_say_so(made: Office, tiny_sandbox: RunningSandbox, credentials: None) -> None:
    with made.open(NOW + LATER, tiny_sandbox.url) as workspace:
        tiny_sandbox.requests.clear()
        done = rerun(workspace, plan_of(workspace), SOURCES, late_stocks=True)
        assert tiny_sandbox.requests.count("portal") > 0
        assert done.kept_stocks == ()
        assert "Chụp muộn 30 ngày" in done.result.report.filled.cells["4.1.2"].note
