"""Sources that behave as no one here has seen: the printed form, the exit code, the sentence. Truth is the ledger's."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from baocao.domain import CellStatus, CheckResult, Outcome, Severity
from reporting.outcome import RunResult
from reporting.pipeline import run_from_sources
from reporting.plan import make_plan
from sandbox.server import RunningSandbox
from sandbox.world.truth import true_cells
from tests.reporting.conftest import Office

FORM = "2025-bieu-mau-7"
NEW_CHANNEL = {"id": 9, "name": [{"languageId": 228, "name": "Ứng dụng di động"}]}
RIGHT = [
    ("one_stop", "empty_dates", "dropped"),
    ("one_stop", "code_types", "texts"),
    ("one_stop", "page_size", "at_most_10"),
    ("documents", "page_size", "always_10"),
    ("documents", "page_count", "by_own_size"),
    ("documents", "yes_and_no", "booleans"),
    ("documents", "code_types", "numbers"),
    ("portal", "code_types", "numbers"),
    ("portal", "gateway_of_free_procedures", "empty"),
    ("portal", "amount_of_free_procedures", "empty"),
]


def printed(result: RunResult) -> dict[str, Decimal | None]:
    return {key: cell.value for key, cell in result.report.filled.cells.items()}


def truth() -> dict[str, Any]:
    return true_cells("tiny", "dac-khu", FORM, "2025-Q4")


def blocking(result: RunResult) -> list[CheckResult]:
    return [one for one in result.report.checks if one.outcome is Outcome.FAIL and one.severity is Severity.CRITICAL]


def figures_of(result: RunResult) -> dict[str, str]:
    """The printed cells that the ledger knows, as text."""
    return {key: cell.display for key, cell in result.report.filled.cells.items() if key in truth()}


@pytest.mark.parametrize(("system", "name", "value"), RIGHT)
def test_the_form_is_the_true_one_and_ready_to_sign(
    small_office: Office, tiny_sandbox: RunningSandbox, system: str, name: str, value: str
) -> None:
    usual = small_office.run()
    tiny_sandbox.take_habit(system, name, value)
    unusual = small_office.run()
    assert figures_of(unusual) == figures_of(usual)
    assert (unusual.exit_code, usual.exit_code) == (0, 0)
    assert not [one for one in unusual.failed_checks if one.check.startswith("records.codes")]


@pytest.mark.parametrize(
    ("system", "field", "code", "key", "says"),
    [
        ("one_stop", "applyMethod", NEW_CHANNEL, "4.3.2", "kênh nộp"),
        ("one_stop", "procedureLevel", None, "4.3.1", "mức dịch vụ"),
        ("documents", "isSign", "KY_SO", "3.2.2", "ký số"),
    ],
)
def test_codes_nobody_knows_block_a_figure_they_could_move_and_say_how_far(
    small_office: Office, tiny_sandbox: RunningSandbox, system: str, field: str, code: Any, key: str, says: str
) -> None:
    true_value = small_office.run().report.filled.cells[key].value
    assert true_value is not None
    tiny_sandbox.set_fault(system, "field_set", field=field, to=code, every=4)
    result = small_office.run()
    told = next(one for one in blocking(result) if one.check == "records.figures_certain" and one.cells == (key,))
    assert result.exit_code == 20
    assert says in told.message_vi
    low, high = (Decimal(told.evidence[end]) for end in ("low", "high"))
    assert low <= true_value <= high
    assert re.search(r"số đúng có thể từ [\d,.]+ đến [\d,.]+", told.message_vi)


def test_an_unknown_code_is_not_taken_for_a_missing_channel(small_office: Office, tiny_sandbox: RunningSandbox) -> None:
    """A missing channel is in person by convention, and certain; an unknown one is neither."""
    tiny_sandbox.set_fault("one_stop", "field_set", field="applyMethod", to=None, every=4)
    by_convention = small_office.run()
    assert by_convention.exit_code == 0
    tiny_sandbox.set_fault("one_stop", "field_set", field="applyMethod", to=NEW_CHANNEL, every=4)
    assert small_office.run().exit_code == 20


def test_the_tolerance_is_the_provinces_to_set(small_office: Office, tiny_sandbox: RunningSandbox) -> None:
    small_office.change_config("checks.yaml", "tolerance_pct: 0.1", "tolerance_pct: 99")
    tiny_sandbox.set_fault("one_stop", "field_set", field="applyMethod", to=NEW_CHANNEL, every=4)
    result = small_office.run()
    assert result.exit_code == 0
    told = [one for one in result.failed_checks if one.check == "records.figures_certain"]
    assert {one.severity for one in told} == {Severity.WARNING}


def test_a_statistic_of_every_level_fills_no_cell_of_two_levels(small_office: Office) -> None:
    """OpenCPS counts what was received at all levels together: 4.3.1 is not collected, 4.3.2 is by level and true."""
    usual = small_office.run().report.filled.cells["4.3.2"].value
    use_opencps(small_office.config_dir)
    result = small_office.run()
    cells = result.report.filled.cells
    assert (cells["4.3.1"].status, cells["4.3.2"].value) == (CellStatus.NOT_COLLECTED, usual)
    assert "không cung cấp số liệu này" in cells["4.3.1"].note


def use_opencps(config_dir: Path) -> None:
    """The unit's one-stop shop is an OpenCPS, which knows it by its official code."""
    sources, units = (yaml.safe_load((config_dir / name).read_text("utf-8")) for name in ("sources.yaml", "units.yaml"))
    example = yaml.safe_load((config_dir / "examples" / "sources-one_stop_opencps.yaml").read_text("utf-8"))
    entry = example["sources"]["one_stop_opencps"]
    sources["sources"]["one_stop_opencps"] = {**entry, "base_url": "sandbox:///opencps"}
    keys = units["units"]["dac-khu"]["source_keys"]
    del keys["one_stop_igate"]
    keys["one_stop_opencps"] = "H98.51"
    for name, content in (("sources.yaml", sources), ("units.yaml", units)):
        (config_dir / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


IGATE_DATES = ("appliedDate", "acceptedDate", "completedDate")


@pytest.mark.parametrize(
    ("system", "fields", "to", "dialect", "form"),
    [
        ("one_stop", IGATE_DATES, "%d/%m/%y %I:%M:%S %p", "one_stop_igate", "dd/MM/yy hh:mm:ss a"),
        ("one_stop", IGATE_DATES, "%Y-%m-%d %I:%M:%S %p", "", ""),
        ("documents", ("ngayVanBan",), "%d/%m/%y", "", ""),
    ],
)
def test_halves_of_the_day_and_years_of_two_digits_change_no_printed_cell(
    small_office: Office,
    tiny_sandbox: RunningSandbox,
    system: str,
    fields: tuple[str, ...],
    to: str,
    dialect: str,
    form: str,
) -> None:
    usual = figures_of(small_office.run())
    tiny_sandbox.set_fault(system, "dates_written", fields=fields, to=to, halves="SA CH")
    if dialect:
        differ(small_office.config_dir, dialect, {"dates": dict.fromkeys(fields, form)})
    unusual = small_office.run()
    assert (figures_of(unusual), unusual.exit_code) == (usual, 0)


def differ(config_dir: Path, source_code: str, site: dict[str, Any]) -> None:
    path = config_dir / "sources.yaml"
    sources = yaml.safe_load(path.read_text(encoding="utf-8"))
    sources["sources"][source_code].setdefault("options", {})["site"] = site
    path.write_text(yaml.safe_dump(sources, allow_unicode=True), encoding="utf-8")


def test_a_procedure_eligible_for_level_4_and_offered_at_3_never_makes_a_part_larger_than_its_whole(
    tiny_sandbox: RunningSandbox, small_office: Office
) -> None:
    """Rows 6.1.x of Phụ lục 8, printed: every procedure at level 3 is eligible for 4."""
    small_office.change_config("units.yaml", "portal_dvcqg: 000.31.25.H98", "portal_dvcqg: H98.51")
    tiny_sandbox.set_fault("portal", "field_set", field="MUCDODUDIEUKIEN", to="4", every=1)
    with small_office.open() as workspace:
        plan = make_plan(workspace.catalogue, "xa", "2025-Q2", None, workspace.settings.now())
        cells = run_from_sources(workspace, (plan,), late_stocks=True)[0].report.filled.cells
    eligible, offered = (cells[key].value for key in ("6.1.1", "6.1.2"))
    assert eligible is not None
    assert offered is not None
    assert 0 < offered <= eligible
    assert cells["6.2.1"].value > cells["6.2.2"].value, "what is offered at 3 owes level 4"
